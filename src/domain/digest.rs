//! The digest: what somebody owes, sent at the hour that they have chosen.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::calendar::Calendar;
use crate::domain::recurrence::{Occurrence, Settled, settle};
use crate::domain::zone::Zone;

/// How late a digest may still come, when the bot was away at its hour.
pub const DIGEST_IS_WORTH: TimeDelta = TimeDelta::hours(2);

/// When somebody wants their digest: local time, as it was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestRule {
    /// The local time.
    pub at: NaiveTime,
    /// Where that is.
    pub zone: Zone,
    /// On which days.
    pub days: DigestDays,
}

/// On which days a digest comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DigestDays {
    /// On the working days of the server.
    #[default]
    Working,
    /// On each day.
    Every,
}

/// What a person has said about their digest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DigestWish {
    /// The local time, as it was typed.
    pub at: Option<String>,
    /// The zone, as it was typed.
    pub zone: Option<String>,
    /// On which days.
    pub days: Option<DigestDays>,
    /// Whether it shall come no more.
    pub off: bool,
}

impl DigestWish {
    /// Whether nothing is wanted but to see how it is set.
    #[must_use]
    pub fn is_a_look(&self) -> bool {
        *self == Self::default()
    }
}

/// So many days ahead a day that counts is looked for. A server whose calendar has none in two years gets no digest.
const LOOKED_AHEAD: usize = 731;

impl DigestRule {
    /// Every occurrence after `instant`, in order: on working days by `calendar`, or on each day.
    fn after(self, instant: DateTime<Utc>, calendar: &Calendar) -> impl Iterator<Item = Occurrence> + '_ {
        // A time that clocks skip comes later on its day, so the day before may still lie ahead.
        let first = self.zone.to_local(instant).date();
        let first = first.pred_opt().unwrap_or(first);
        first
            .iter_days()
            .take(LOOKED_AHEAD)
            .filter(move |date| self.counts(*date, calendar))
            .map(move |date| self.on(date))
            .filter(move |occurrence| occurrence.at > instant)
    }

    fn counts(self, date: NaiveDate, calendar: &Calendar) -> bool {
        match self.days {
            DigestDays::Working => calendar.is_working_day(date),
            DigestDays::Every => true,
        }
    }

    fn on(self, date: NaiveDate) -> Occurrence {
        let local = date.and_time(self.at);
        Occurrence {
            local,
            at: self.zone.to_utc(local),
        }
    }

    /// The next occurrence after `instant`.
    #[must_use]
    pub fn next(self, instant: DateTime<Utc>, calendar: &Calendar) -> Option<Occurrence> {
        self.after(instant, calendar).next()
    }

    /// What is to be done at `now` when `waiting` is the occurrence that is waited for; none while it is to come.
    #[must_use]
    pub fn settle(self, waiting: Occurrence, calendar: &Calendar, now: DateTime<Utc>) -> Option<Settled> {
        let mut settled = settle(
            waiting,
            |instant| self.after(instant, calendar),
            DIGEST_IS_WORTH,
            now,
        )?;
        // The day may have become a day off since it was waited for.
        settled.acts = settled
            .acts
            .filter(|acts| self.counts(acts.local.date(), calendar));
        Some(settled)
    }
}

/// What a time of day looks like, in words.
pub const TIME_FORM: &str = "hours and minutes, like `09:00` or `17:30`";

/// The time of day of a text: `09:00`, `9:00` or `9`.
#[must_use]
pub fn time_of_day(text: &str) -> Option<NaiveTime> {
    let (hour, minute) = text.trim().split_once(':').unwrap_or((text.trim(), "0"));
    let number = |text: &str| {
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| digits)
    };
    NaiveTime::from_hms_opt(number(hour)?, number(minute)?, 0)
}

impl DigestDays {
    /// Its name as it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Working => "working",
            Self::Every => "every",
        }
    }
}

impl fmt::Display for DigestDays {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Working => "working day",
            Self::Every => "day",
        })
    }
}

impl FromStr for DigestDays {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "working" => Ok(Self::Working),
            "every" => Ok(Self::Every),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests;
