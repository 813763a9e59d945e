//! Silence for an item: people say until when, and its due time never moves.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};

use crate::domain::calendar::Calendar;
use crate::domain::offset::{Offset, Unit};
use crate::domain::person::Stamp;
use crate::domain::playbook::Playbook;
use crate::domain::rejection::Rejection;

#[cfg(test)]
mod tests;

/// An item whose reminders are silenced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snooze {
    /// Who silenced it, and when.
    pub stamp: Stamp,
    /// The first instant at which it may be reminded of again.
    pub until: DateTime<Utc>,
    /// How the person said it: "3 working days".
    pub intent: String,
}

/// What a person meant by the end of a snooze.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Until {
    /// No silence any more.
    Now,
    /// Silence until then.
    At {
        /// The first instant at which it may be reminded of again.
        at: DateTime<Utc>,
        /// How the person said it.
        intent: String,
    },
}

/// What can be said, in words.
pub const UNTIL_FORM: &str =
    "`2 hours`, `tomorrow`, `3 working days`, a date like `2026-12-09`, or `now` to end it";

/// Reads the end of a snooze. Days end when the working day of the playbook's zone begins, hours when they have passed.
///
/// # Errors
/// [`Rejection::NotAnUntil`] or [`Rejection::SnoozeNotAhead`].
pub fn read_until(
    given: &str,
    playbook: &Playbook,
    calendar: &Calendar,
    now: DateTime<Utc>,
) -> Result<Until, Rejection> {
    let intent = given
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    let refused = || Rejection::NotAnUntil {
        given: given.to_owned(),
    };
    if intent == "now" {
        return Ok(Until::Now);
    }
    let zone = playbook.cutoff.zone;
    let today = zone.to_local(now).date();
    let morning = |day: NaiveDate| zone.to_utc(day.and_time(playbook.workday_start));
    let at = if intent == "tomorrow" {
        morning(today.checked_add_days(Days::new(1)).ok_or_else(refused)?)
    } else if let Ok(date) = NaiveDate::parse_from_str(&intent, "%Y-%m-%d") {
        // The years of the calendar rules.
        let known = (2000..=2099).contains(&date.year());
        morning(known.then_some(date).ok_or_else(refused)?)
    } else {
        let offset = Offset::length(&intent).ok_or_else(refused)?;
        match offset.unit {
            Unit::Hours => now + chrono::TimeDelta::hours(i64::from(offset.amount)),
            _ => morning(offset.date(today, calendar)),
        }
    };
    if at <= now {
        return Err(Rejection::SnoozeNotAhead { until: at });
    }
    Ok(Until::At { at, intent })
}
