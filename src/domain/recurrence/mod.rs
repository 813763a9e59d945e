//! What comes again and again: "weekly, Tuesday 09:00 Pacific/Auckland".
//!
//! Occurrences are moments of civil time, found without any zone, and turned into instants by [`Zone::to_utc`] alone.
//! This is the only place that names the `cron` crate, whose 0.17 loses and repeats occurrences when clocks change:
//! it is never shown a zone that has such changes.

mod fields;
mod settle;
mod spoken;
mod words;

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use serde::{Deserialize, Serialize};

pub use self::settle::{Settled, settle};
pub(in crate::domain) use self::words::{WEEKDAYS, weekday, weekday_name};

use crate::domain::zone::Zone;

/// A rule for moments of civil time in one zone, the five fields of cron or a few words.
///
/// A moment that clocks skip happens at the first instant after the gap, one that they show twice happens the first
/// time, and moments that fall on one instant happen once. There are none before the year 2000 and
/// none after 2100.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Recurrence {
    /// As it was written, with single blanks.
    text: String,
    civil: cron::Schedule,
    zone: Zone,
}

/// One time that a recurrence happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Occurrence {
    /// What was meant: civil time in the zone of the recurrence.
    pub local: NaiveDateTime,
    /// When it is.
    pub at: DateTime<Utc>,
}

/// A text that is no recurrence, or one that is not allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("found {found}, expected {expected}")]
pub struct NotARecurrence {
    /// What is wrong.
    pub found: String,
    /// The nearest right form, and why.
    pub expected: String,
}

/// What [`Recurrence`] accepts, in words.
pub const FORMS: &str = "a time that comes again, such as \"weekly, Tuesday 09:00 Pacific/Auckland\", \"daily 17:00 \
                         Europe/London\", \"monthly, 1st Tuesday 10:00 America/Los_Angeles\" or the five fields of \
                         cron and a zone, \"0 9 * * Tue Pacific/Auckland\"";

/// How many occurrences people are shown when they define or switch on a recurrence.
const SHOWN: usize = 5;

impl Recurrence {
    /// The zone of its civil times.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// Every occurrence after `instant`, in order, each once. It does not matter where one begins: a later beginning
    /// leaves out the earlier occurrences and changes no other.
    pub fn after(&self, instant: DateTime<Utc>) -> impl Iterator<Item = Occurrence> + '_ {
        // No earlier civil time can be later than `instant`, since conversion keeps the order of civil times.
        let mut last = instant;
        self.civil_after(self.zone.to_local(instant))
            .map(|local| Occurrence {
                local,
                at: self.zone.to_utc(local),
            })
            .filter(move |occurrence| {
                let later = occurrence.at > last;
                last = last.max(occurrence.at);
                later
            })
    }

    /// The next five occurrences after `now`, to show what has been defined; fewer only at the end of the century.
    #[must_use]
    pub fn next_five(&self, now: DateTime<Utc>) -> Vec<Occurrence> {
        self.after(now).take(SHOWN).collect()
    }

    /// Checks that it does not happen more often than `at_least` allows, in civil time.
    ///
    /// # Errors
    /// How often it happens, and how often it may.
    pub fn spaced(self, at_least: TimeDelta) -> Result<Self, NotARecurrence> {
        let mut closest: Option<(TimeDelta, NaiveDateTime)> = None;
        let mut previous: Option<NaiveDateTime> = None;
        for local in self.civil_after(BEGINNING).take(EXAMINED) {
            if let Some(apart) = previous.map(|previous| local - previous)
                && closest.is_none_or(|(closest, _)| apart < closest)
            {
                closest = Some((apart, local));
            }
            previous = Some(local);
        }
        match closest {
            Some((apart, _)) if apart < at_least => Err(NotARecurrence {
                found: format!("a time that comes again after {}", words::duration(apart)),
                expected: format!("at least {} from one time to the next", words::duration(at_least)),
            }),
            _ => Ok(self),
        }
    }

    /// A word of caution when it happens between 01:00 and 03:00, where most zones change their clocks.
    #[must_use]
    pub fn caution(&self) -> Option<String> {
        let near_a_change = |local: NaiveDateTime| (1..3).contains(&local.hour());
        self.civil_after(BEGINNING)
            .take(EXAMINED)
            .find(|local| near_a_change(*local))
            .map(|local| {
                format!(
                    "{} lies between 01:00 and 03:00, where many zones change their clocks: on a day that skips it, it \
                     comes when the clocks have changed, and on a day that has it twice, the first time. A time after \
                     03:00 avoids this.",
                    local.format("%H:%M")
                )
            })
    }

    /// The moments after `local`, in civil time: for the crate, a zone without changes.
    fn civil_after(&self, local: NaiveDateTime) -> impl Iterator<Item = NaiveDateTime> + '_ {
        // The crate knows the years from 1970 to 2100 and fails at the ends of time.
        let local = local.clamp(BEGINNING, END);
        self.civil
            .after(&local.and_utc())
            .map(|moment| moment.naive_utc())
    }
}

impl Occurrence {
    /// Whether clocks in `zone` skip the time that was meant, so that it happens later than that.
    #[must_use]
    pub fn is_moved(&self, zone: Zone) -> bool {
        zone.to_local(self.at) != self.local
    }
}

/// The moment after which there are occurrences.
const BEGINNING: NaiveDateTime = new_year(2000);

/// The moment before which there are occurrences.
const END: NaiveDateTime = new_year(2101);

const fn new_year(year: i32) -> NaiveDateTime {
    match NaiveDate::from_ymd_opt(year, 1, 1) {
        Some(date) => date.and_time(NaiveTime::MIN),
        None => NaiveDateTime::MIN,
    }
}

/// How many moments are enough to see how close two of them can be: every minute of three days, or a daily time for
/// eleven years.
const EXAMINED: usize = 4_320;

impl FromStr for Recurrence {
    type Err = NotARecurrence;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let tokens: Vec<&str> = text.split_whitespace().collect();
        let spoken = tokens
            .first()
            .is_some_and(|first| first.starts_with(|letter: char| letter.is_ascii_alphabetic()));
        let (expression, zone) = if spoken {
            spoken::read(&tokens)?
        } else {
            fields::read(&tokens)?
        };
        let civil = fields::civil(&expression)?;
        Ok(Self {
            text: tokens.join(" "),
            civil,
            zone,
        })
    }
}

impl fmt::Display for Recurrence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl TryFrom<String> for Recurrence {
    type Error = NotARecurrence;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Recurrence> for String {
    fn from(recurrence: Recurrence) -> Self {
        recurrence.text
    }
}
