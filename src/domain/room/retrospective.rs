//! The retrospective: what a release was like and what to change, once it is closed.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::calendar::Calendar;
use crate::domain::hours::WorkingHours;
use crate::domain::offset::Unit;
use crate::domain::person::{Actor, Stamp};
use crate::domain::rejection::Rejection;
use crate::domain::release::{Release, within};
use crate::domain::room::{Room, RoomEvent, RoomRefusal};

/// The longest text of each of its parts, in characters: a post has room for all of them.
pub const PART_LIMIT: usize = 1_000;

/// The longest text of the facts, in characters.
pub const FACTS_LIMIT: usize = 900;

/// What a retrospective says, as typed. A part that nobody wrote is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// What there is to know; it begins with the figures of the scorecard.
    pub facts: String,
    /// What went well.
    pub well: String,
    /// What went badly.
    pub badly: String,
    /// What to change.
    pub change: String,
}

/// The newest retrospective of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retrospective {
    /// What it says.
    pub findings: Findings,
    /// Who wrote it, and when.
    pub stamp: Stamp,
}

impl Findings {
    /// Trimmed, when it fits and says more than the facts do.
    fn checked(&self) -> Result<Self, Rejection> {
        let part = |what, text: &str, limit| -> Result<String, Rejection> {
            let text = text.trim();
            within(what, text, limit)?;
            Ok(text.to_owned())
        };
        let checked = Self {
            facts: part("the text of the facts", &self.facts, FACTS_LIMIT)?,
            well: part("what went well", &self.well, PART_LIMIT)?,
            badly: part("what went badly", &self.badly, PART_LIMIT)?,
            change: part("what to change", &self.change, PART_LIMIT)?,
        };
        if checked.well.is_empty() && checked.badly.is_empty() && checked.change.is_empty() {
            return Err(RoomRefusal::NothingLearnt.into());
        }
        Ok(checked)
    }
}

impl Room {
    pub(super) fn apply_retrospective(&mut self, event: &RoomEvent, stamp: Stamp) {
        match event {
            RoomEvent::RetrospectiveWritten { findings } => {
                self.retrospective = Some(Retrospective {
                    findings: (**findings).clone(),
                    stamp,
                });
            }
            RoomEvent::RetrospectiveCalled { .. } => self.retrospective_called = Some(stamp.at),
            _ => {}
        }
    }
}

impl Release {
    /// Whether this person may write the retrospective now.
    ///
    /// # Errors
    /// A [`Rejection`] that says why not.
    pub fn may_look_back(&self, actor: &Actor) -> Result<(), Rejection> {
        if !actor.is_release_manager() {
            return Err(self.role_needed(std::iter::empty(), "write the retrospective"));
        }
        if self.is_open() {
            let key = self.key.clone();
            return Err(RoomRefusal::NotOverYet { key }.into());
        }
        Ok(())
    }

    /// Whether the Release Manager will be called for the retrospective, unless it is too late for that.
    #[must_use]
    pub fn expects_retrospective(&self) -> bool {
        let Some(closure) = &self.closed else { return false };
        let called = self.room.retrospective_called;
        self.playbook.reminders.retrospective.is_some()
            && self.room.retrospective.is_none()
            && called.is_none_or(|called| called < closure.stamp.at)
    }

    /// When the Release Manager is called for the retrospective, in these working hours; none when nobody waits for it.
    #[must_use]
    pub fn retrospective_due(&self, hours: &WorkingHours<'_>, calendar: &Calendar) -> Option<DateTime<Utc>> {
        let closed = self
            .closed
            .as_ref()
            .filter(|_| self.expects_retrospective())?
            .stamp
            .at;
        let after = self.playbook.reminders.retrospective?;
        if after.unit == Unit::Hours {
            return Some(hours.from(closed + TimeDelta::hours(i64::from(after.amount))));
        }
        let cutoff = self.playbook.cutoff;
        let date = after.date(cutoff.zone.to_local(closed).date(), calendar);
        let date = after.default_roll().apply(date, calendar);
        Some(hours.from(cutoff.zone.to_utc(date.and_time(cutoff.time))))
    }

    pub(super) fn look_back(&self, findings: &Findings, actor: &Actor) -> Result<Vec<RoomEvent>, Rejection> {
        self.may_look_back(actor)?;
        let findings = Box::new(findings.checked()?);
        Ok(vec![RoomEvent::RetrospectiveWritten { findings }])
    }
}
