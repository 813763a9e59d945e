//! When somebody works: local hours on the working days of a calendar. Nobody is called outside them.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::calendar::Calendar;
use crate::domain::zone::Zone;

#[cfg(test)]
mod tests;

/// From when to when work is done on a working day, local time. The end is later than the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    /// The first minute of work.
    pub opens: NaiveTime,
    /// The first minute after it.
    pub closes: NaiveTime,
}

/// What hours look like, in words.
pub const HOURS_FORM: &str = "two local times in quotes, the earlier first, such as \"09:00-17:00\"";

/// A text that names no hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {HOURS_FORM}")]
pub struct NotHours;

impl FromStr for Hours {
    type Err = NotHours;

    fn from_str(text: &str) -> Result<Self, NotHours> {
        let time = |text: &str| {
            NaiveTime::parse_from_str(text, "%H:%M")
                .ok()
                .filter(|_| text.len() == 5)
        };
        let (opens, closes) = text.split_once('-').ok_or(NotHours)?;
        let (opens, closes) = time(opens).zip(time(closes)).ok_or(NotHours)?;
        if opens < closes {
            Ok(Self { opens, closes })
        } else {
            Err(NotHours)
        }
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |time: NaiveTime| time.format("%H:%M");
        write!(formatter, "{}-{}", time(self.opens), time(self.closes))
    }
}

impl TryFrom<String> for Hours {
    type Error = NotHours;

    fn try_from(text: String) -> Result<Self, NotHours> {
        text.parse()
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> Self {
        hours.to_string()
    }
}

/// Hours in a zone, on the working days of a calendar.
#[derive(Clone, Copy, Debug)]
pub struct WorkingHours<'a> {
    /// From when to when.
    pub hours: Hours,
    /// Where.
    pub zone: Zone,
    /// On which days.
    pub calendar: &'a Calendar,
}

impl WorkingHours<'_> {
    /// When work begins on `date`, whether or not it is a working day.
    #[must_use]
    pub fn opening(&self, date: NaiveDate) -> DateTime<Utc> {
        self.zone.to_utc(date.and_time(self.hours.opens))
    }

    /// The date that clocks show here.
    #[must_use]
    pub fn date_at(&self, instant: DateTime<Utc>) -> NaiveDate {
        self.zone.to_local(instant).date()
    }

    /// Whether work is done at `instant`.
    #[must_use]
    pub fn contain(&self, instant: DateTime<Utc>) -> bool {
        self.from(instant) == instant
    }

    /// The earliest instant from `instant` on at which work is done: `instant` itself, or the next opening.
    #[must_use]
    pub fn from(&self, instant: DateTime<Utc>) -> DateTime<Utc> {
        let today = self.date_at(instant);
        if self.calendar.is_working_day(today) {
            let opening = self.opening(today);
            if instant < opening {
                return opening;
            }
            if instant < self.zone.to_utc(today.and_time(self.hours.closes)) {
                return instant;
            }
        }
        self.opening(self.calendar.next_working_day(today))
    }

    /// The last instant before `instant` at which a day of work began.
    #[must_use]
    pub fn last_opening_before(&self, instant: DateTime<Utc>) -> DateTime<Utc> {
        let today = self.date_at(instant);
        if self.calendar.is_working_day(today) && self.opening(today) < instant {
            return self.opening(today);
        }
        self.opening(self.calendar.previous_working_day(today))
    }
}
