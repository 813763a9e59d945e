//! The record of a release: what it is, all that happened to it, and the calendar that its days are counted by.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::app::sight::Sight;
use crate::app::{App, Error, ReleaseView, Which};
use crate::domain::calendar::{Calendar, CalendarSettings};
use crate::domain::handoff::ShiftFacts;
use crate::domain::ids::{ReleaseKey, UserId};
use crate::domain::person::Person;
use crate::domain::plan::{Plan, plan};
use crate::domain::release::{Event, Release, TimelineEvent};
use crate::domain::report::{Facts, Report};
use crate::domain::scorecard::{self, Scorecard};
use crate::store::{Connection, StoreError, guilds, releases, timeline};

/// How many releases are looked through for those that match what somebody types.
const MOST_NAMES: u32 = 200;

/// A release with its timeline.
#[derive(Clone, Debug)]
pub struct Record {
    /// The release, its plan and its server.
    pub view: ReleaseView,
    /// What happened, oldest first.
    pub events: Vec<TimelineEvent>,
    /// The calendar that its working days are counted by.
    pub calendar: Calendar,
}

impl Record {
    /// Reads the record of a release, by the calendars of this configuration.
    ///
    /// # Errors
    /// The query failed or a row cannot be read.
    pub async fn read(
        connection: &mut Connection,
        settings: &CalendarSettings,
        release: Release,
    ) -> Result<Self, StoreError> {
        let setup = guilds::load(connection, release.guild).await?;
        let events = timeline::load(connection, release.id).await?;
        let calendar = settings.calendar(release.playbook.calendar, release.guild, &setup.days);
        let planned = |target| plan(&release.playbook, target, &calendar);
        let plan = release.target.map_or_else(Plan::undated, planned);
        let view = ReleaseView { release, plan, setup };
        Ok(Self {
            view,
            events,
            calendar,
        })
    }

    /// How it went until `now`.
    #[must_use]
    pub fn scorecard(&self, now: DateTime<Utc>) -> Scorecard {
        scorecard::of(&self.view.release, &self.events, &self.calendar, now)
    }

    /// What whoever comes next has to know of it at `now`, with what was done since the shift began.
    #[must_use]
    pub fn shift_facts(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> ShiftFacts {
        ShiftFacts::of(&self.view.release, &self.view.plan, &self.events, since, now)
    }

    /// The record at `now`, to hand on. `people` are the names that are known, and `tell` puts an event into words.
    #[must_use]
    pub fn report(
        &self,
        people: &BTreeMap<UserId, String>,
        tell: &dyn Fn(&Event) -> String,
        now: DateTime<Utc>,
    ) -> Report {
        Report::new(&Facts {
            release: &self.view.release,
            plan: &self.view.plan,
            events: &self.events,
            calendar: &self.calendar,
            taken_at: now,
            people,
            tell,
        })
    }
}

impl App {
    /// The record of one release.
    ///
    /// # Errors
    /// As [`App::release`].
    pub async fn record_of(&self, person: &Person, which: &Which) -> Result<Record, Error> {
        let mut reader = self.store().read().await?;
        let release = self.find(&mut reader, person, which).await?;
        Ok(Record::read(&mut reader, &self.calendar_settings(), release).await?)
    }

    /// The newest releases that this person may know of by key and name, the closed ones too.
    ///
    /// # Errors
    /// The database failed.
    pub async fn releases(&self, person: &Person) -> Result<Vec<(ReleaseKey, String)>, Error> {
        let mut reader = self.store().read().await?;
        let sight = Sight::of(person, &guilds::load(&mut reader, person.guild).await?);
        let names = releases::names(&mut reader, person.guild, MOST_NAMES).await?;
        let known = names
            .into_iter()
            .filter(|named| sight.shows_private_to(named.private_to.as_deref()));
        Ok(known.map(|named| (named.key, named.name)).collect())
    }

    /// The records of the releases that were closed since then, that this person may know of and that can be read, in the
    /// order in which they were closed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn closed_since(&self, person: &Person, since: DateTime<Utc>) -> Result<Vec<Record>, Error> {
        let mut reader = self.store().read().await?;
        let settings = self.calendar_settings();
        let sight = Sight::of(person, &guilds::load(&mut reader, person.guild).await?);
        let closed = releases::closed_since(&mut reader, person.guild, since).await?;
        let mut records = Vec::new();
        for release in closed.into_iter().filter(|release| sight.shows(release)) {
            match Record::read(&mut reader, &settings, release).await {
                Ok(record) => records.push(record),
                // One that cannot be read must not hide the others.
                Err(error @ StoreError::Corrupt { .. }) => {
                    tracing::warn!(%error, "a closed release is left out");
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(records)
    }
}
