//! What the summary of a release would say now, and who has the duty, for whoever looks from outside the chat.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::app::Record;
use crate::app::shifts::views;
use crate::domain::calendar::CalendarSettings;
use crate::domain::handoff::{Duty, HandOff, ShiftFacts};
use crate::domain::ids::UserId;
use crate::domain::release::Release;
use crate::domain::shift::Roster;
use crate::store::{Connection, StoreError, handoffs};

/// A release as it would be handed over.
#[derive(Clone, Debug)]
pub struct HandOffNow {
    /// The release with its timeline.
    pub record: Record,
    /// The rosters that hand their duty over, by name.
    pub duties: Vec<DutyNow>,
    /// What the rosters call people.
    pub names: BTreeMap<UserId, String>,
}

/// The duty of a roster.
#[derive(Clone, Debug)]
pub struct DutyNow {
    /// What the roster is called.
    pub title: String,
    /// Who has it, and when the shift began whose work the summary tells of; none where nobody has it.
    pub held: Option<(Duty, DateTime<Utc>)>,
    /// What is offered and not accepted.
    pub open: Option<HandOff>,
}

impl HandOffNow {
    /// Reads how a release would be handed over at `now`, by the calendars of this configuration.
    ///
    /// # Errors
    /// The query failed or a row cannot be read.
    pub async fn read(
        connection: &mut Connection,
        settings: &CalendarSettings,
        release: Release,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let views = views(connection, release.guild, now).await?;
        let mut duties = Vec::new();
        for view in views.iter().filter(|view| view.kept.roster.hands_over) {
            let duty = handoffs::duty(connection, view.kept.number).await?;
            let open = handoffs::open(connection, view.kept.number).await?;
            let open = open.map(|open| open.hand_off);
            let began = |duty: &Duty| {
                let offered = open.as_ref().map(|open| open.since);
                offered.unwrap_or_else(|| duty.shift_began(&view.rota(), now))
            };
            duties.push(DutyNow {
                title: view.kept.roster.title.clone(),
                held: duty.map(|duty| {
                    let began = began(&duty);
                    (duty, began)
                }),
                open,
            });
        }
        Ok(Self {
            names: names_in(views.iter().map(|view| &view.kept.roster)),
            duties,
            record: Record::read(connection, settings, release).await?,
        })
    }

    /// Since when what was done is told: the shift that began first of those who have the duty; none where nobody has it.
    #[must_use]
    pub fn since(&self) -> Option<DateTime<Utc>> {
        let began = |duty: &DutyNow| {
            let held = duty.held.as_ref().map(|(_, began)| *began);
            held.or_else(|| duty.open.as_ref().map(|open| open.since))
        };
        self.duties.iter().filter_map(began).min()
    }

    /// What whoever comes next has to know at `now`.
    #[must_use]
    pub fn facts(&self, now: DateTime<Utc>) -> ShiftFacts {
        self.record.shift_facts(self.since().unwrap_or(now), now)
    }
}

/// What rosters call people; where two differ, the first.
pub(super) fn names_in<'a>(rosters: impl Iterator<Item = &'a Roster>) -> BTreeMap<UserId, String> {
    let mut names = BTreeMap::new();
    for member in rosters.flat_map(|roster| &roster.members) {
        if let Some(name) = &member.name {
            names.entry(member.user).or_insert_with(|| name.clone());
        }
    }
    names
}
