//! The releases of a server in a list (S40).

use chrono::{DateTime, Utc};

use crate::app::handoff::on_duty;
use crate::app::sight::Sight;
use crate::app::{App, Error};
use crate::domain::calendar::CalendarSettings;
use crate::domain::ids::{ChannelId, GuildId};
use crate::domain::overview::{self, Listed, Overview};
use crate::domain::person::Person;
use crate::domain::plan::{Plan, plan};
use crate::domain::recurring::RecurringRelease;
use crate::domain::release::Release;
use crate::store::{Connection, StoreError, guilds, releases, schedules};

/// What a list shows of one server.
#[derive(Clone, Debug, PartialEq)]
pub struct ReleaseList {
    /// Which releases were asked for.
    pub listed: Listed,
    /// The releases, in the order of the list.
    pub releases: Vec<Overview>,
    /// What was proposed and waits for an answer, the soonest target first, each with the channel of its question.
    pub proposed: Vec<(RecurringRelease, Option<ChannelId>)>,
}

impl ReleaseList {
    /// Reads the list of a server at `now`, by the calendars of this configuration: what `shows` lets through, and without
    /// those that cannot be read.
    ///
    /// # Errors
    /// The query failed.
    pub async fn read(
        connection: &mut Connection,
        settings: &CalendarSettings,
        guild: GuildId,
        listed: Listed,
        shows: impl Fn(&Release) -> bool,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let setup = guilds::load(connection, guild).await?;
        let on_duty = on_duty(connection, guild).await?;
        let mut found = Vec::new();
        if listed.shows_open() {
            found = releases::in_flight(connection, guild).await?;
        }
        if let Some(since) = listed.closed_since(now) {
            found.extend(releases::closed_since(connection, guild, since).await?);
        }
        let overview = |release: &Release| {
            let calendar = settings.calendar(release.playbook.calendar, guild, &setup.days);
            let planned = |target| plan(&release.playbook, target, &calendar);
            let plan = release.target.map_or_else(Plan::undated, planned);
            Overview::of(release, &plan, &on_duty, now)
        };
        let mut releases: Vec<Overview> = found
            .iter()
            .filter(|release| shows(release))
            .map(overview)
            .filter(|overview| overview.is_listed(listed))
            .collect();
        overview::sort(&mut releases);
        let mut proposed = Vec::new();
        if listed.shows_proposed() {
            let asked = schedules::unanswered(connection, guild).await?.into_iter();
            proposed.extend(asked.map(|asked| (asked.release, asked.message.map(|(channel, _)| channel))));
            proposed.sort_by_key(|(release, _)| release.target);
        }
        Ok(Self {
            listed,
            releases,
            proposed,
        })
    }
}

impl App {
    /// The releases of the server that this person may know of and that can be read, as a list shows them at `now`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(
        &self,
        person: &Person,
        listed: Listed,
        now: DateTime<Utc>,
    ) -> Result<ReleaseList, Error> {
        let mut reader = self.store().read().await?;
        let sight = Sight::of(person, &guilds::load(&mut reader, person.guild).await?);
        let settings = self.calendar_settings();
        let shows = |release: &Release| sight.shows(release);
        Ok(ReleaseList::read(&mut reader, &settings, person.guild, listed, shows, now).await?)
    }
}
