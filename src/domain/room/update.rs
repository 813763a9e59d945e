//! Status updates: what the Release Manager says about how the release stands, and when the next one is due.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::hours::WorkingHours;
use crate::domain::offset::{Offset, Unit};
use crate::domain::person::{Actor, Stamp};
use crate::domain::rejection::Rejection;
use crate::domain::release::Release;
use crate::domain::room::{Room, RoomEvent, RoomRefusal, given};

/// The longest status update, in characters: a post has room for it however much of it is escaped.
pub const UPDATE_LIMIT: usize = 1_800;

/// What can be said about when the next update is due, in words.
pub const INTERVAL_FORM: &str = "`4 h`, `1 day`, `2 working days` (a day is a working day), or `none`";

/// The newest status update of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusUpdate {
    /// What was said, as typed.
    pub text: String,
    /// Who said it, and when.
    pub stamp: Stamp,
    /// How long after it the next one is due; none when nobody is reminded of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Offset>,
    /// When the next one is due, as people were told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<DateTime<Utc>>,
}

/// A status update as a person asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateCommand {
    /// What is said, as typed.
    pub text: String,
    /// How long after it the next one is due; none when nobody is to be reminded of it.
    pub every: Option<Offset>,
    /// When that is: it takes the calendar.
    pub next: Option<DateTime<Utc>>,
}

/// Reads after how long the next update is due: hours that pass, or working days.
///
/// # Errors
/// [`RoomRefusal::NotAnInterval`].
pub fn read_interval(given: &str) -> Result<Option<Offset>, Rejection> {
    let words: Vec<&str> = given.split_whitespace().collect();
    let text = words.join(" ").to_lowercase();
    if text == "none" {
        return Ok(None);
    }
    let given = given.to_owned();
    match Offset::length(&text) {
        // Nobody is called on a day off, so a day that is one would not count.
        Some(length) if matches!(length.unit, Unit::Days | Unit::WorkingDays) => Ok(Some(Offset {
            unit: Unit::WorkingDays,
            ..length
        })),
        Some(length) if length.unit == Unit::Hours => Ok(Some(length)),
        _ => Err(RoomRefusal::NotAnInterval { given }.into()),
    }
}

/// The instant that is so much later: hours pass, and days end at the same local time on a working day.
#[must_use]
pub fn later(from: DateTime<Utc>, every: Offset, hours: &WorkingHours<'_>) -> DateTime<Utc> {
    if every.unit == Unit::Hours {
        return from + chrono::TimeDelta::hours(i64::from(every.amount));
    }
    let local = hours.zone.to_local(from);
    let date = every.date(local.date(), hours.calendar);
    let date = every.default_roll().apply(date, hours.calendar);
    hours.zone.to_utc(date.and_time(local.time()))
}

impl Room {
    pub(super) fn apply_update(&mut self, event: &RoomEvent, stamp: Stamp) {
        match event {
            RoomEvent::StatusUpdated { text, every, next } => {
                self.update = Some(StatusUpdate {
                    text: text.clone(),
                    stamp,
                    every: *every,
                    next: *next,
                });
            }
            RoomEvent::UpdateCalled { at, .. } => self.update_called = Some(*at),
            _ => {}
        }
    }
}

impl Release {
    /// Whether this person may say how the release stands.
    ///
    /// # Errors
    /// A [`Rejection`] that says why not.
    pub fn may_update(&self, actor: &Actor) -> Result<(), Rejection> {
        self.still_open()?;
        if actor.is_release_manager() {
            Ok(())
        } else {
            Err(self.role_needed(std::iter::empty(), "give the status update"))
        }
    }

    /// The interval that a new update starts from: the last choice, or what the playbook says.
    #[must_use]
    pub fn usual_interval(&self) -> Option<Offset> {
        match &self.room.update {
            Some(update) => update.every,
            None => self.playbook.reminders.updates,
        }
    }

    /// When the next status update is due, if somebody waits for one: after the last, or after the clock of the release
    /// began to run again.
    #[must_use]
    pub fn update_due(&self, hours: &WorkingHours<'_>) -> Option<DateTime<Utc>> {
        if !self.is_open() || self.hold.is_some() {
            return None;
        }
        match &self.room.update {
            Some(update) if self.watched_from <= update.stamp.at => update.next,
            _ => self
                .usual_interval()
                .map(|every| later(self.watched_from, every, hours)),
        }
    }

    pub(super) fn decide_update(
        &self,
        command: &UpdateCommand,
        actor: &Actor,
    ) -> Result<Vec<RoomEvent>, Rejection> {
        self.may_update(actor)?;
        Ok(vec![RoomEvent::StatusUpdated {
            text: given("a status update", &command.text, UPDATE_LIMIT)?,
            every: command.every,
            next: command.next,
        }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::{Calendar, CalendarName};
    use crate::domain::fixtures::at;
    use crate::domain::hours::Hours;

    fn read(text: &str) -> Option<String> {
        read_interval(text).ok().map(|every| match every {
            Some(every) => format!("{} {}", every.amount, every.unit_word()),
            None => "none".to_owned(),
        })
    }

    #[test]
    fn an_interval_is_hours_or_working_days() {
        for (text, meant) in [
            ("4 h", "4 hours"),
            ("4h", "4 hours"),
            (" 1  Day ", "1 working day"),
            ("1d", "1 working day"),
            ("2 working days", "2 working days"),
            ("None", "none"),
        ] {
            assert_eq!(read(text).as_deref(), Some(meant), "{text}");
        }
        for text in [
            "",
            "0 h",
            "soon",
            "1 month",
            "-1 day",
            "1",
            "999 days",
            "1 day before",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    /// A day of an update ends at the same time on the next working day, whatever clocks do in between.
    #[test]
    fn days_end_at_the_same_local_time() {
        let calendar = Calendar::named(CalendarName::UsCaConcurrent);
        let hours = WorkingHours {
            hours: "09:00-17:00".parse::<Hours>().unwrap(),
            zone: "America/Los_Angeles".parse().unwrap(),
            calendar: &calendar,
        };
        let day = |from, text| later(at(from), read_interval(text).unwrap().unwrap(), &hours);
        // Friday 15:00, Monday 15:00.
        assert_eq!(day("2026-12-04T23:00:00Z", "1 day"), at("2026-12-07T23:00:00Z"));
        assert_eq!(day("2026-12-04T23:00:00Z", "4 h"), at("2026-12-05T03:00:00Z"));
        // Clocks go forward on Sunday, 14 March 2027.
        assert_eq!(day("2027-03-12T23:00:00Z", "1 day"), at("2027-03-15T22:00:00Z"));
    }
}
