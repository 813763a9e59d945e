//! Working days: which dates are off, why, and how to count the others.
//!
//! A working day is a weekday that its calendar does not take off. "T-minus counts are measured in working days
//! (weekdays other than major holidays concurrent in US and Canada)" (S8).

mod holidays;
mod name;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate, Weekday};

pub use self::name::{CalendarName, UnknownCalendar};

/// A named set of rules about days off, with the dates that an organisation adds to them or takes from them.
///
/// The rules are proved for 2000 to 2100 and go on unchanged beyond.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    name: CalendarName,
    extra: BTreeMap<NaiveDate, String>,
    excluded: BTreeSet<NaiveDate>,
}

/// Why a date is not a working day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayOff {
    /// The reason in words: "Saturday", or "Remembrance Day (Canada) and Veterans Day (US)".
    pub reason: String,
    /// Whether it is a Saturday or a Sunday without a rule of its own.
    pub weekend: bool,
}

impl Calendar {
    /// The calendar of this name, without any dates of one's own.
    #[must_use]
    pub fn named(name: CalendarName) -> Self {
        Self::with(name, BTreeMap::new(), BTreeSet::new())
    }

    /// The calendar of this name, with `extra` days off (each with its reason) and with `excluded` dates that are
    /// working days whatever the rules and the weekday say. A date that is in both is off: that makes T-minus
    /// dates earlier, the safe direction.
    #[must_use]
    pub fn with(
        name: CalendarName,
        extra: BTreeMap<NaiveDate, String>,
        excluded: BTreeSet<NaiveDate>,
    ) -> Self {
        Self {
            name,
            extra,
            excluded,
        }
    }

    /// Whose rules these are.
    #[must_use]
    pub fn name(&self) -> CalendarName {
        self.name
    }

    /// Why `date` is not a working day; `None` when it is one.
    #[must_use]
    pub fn day_off(&self, date: NaiveDate) -> Option<DayOff> {
        if let Some(reason) = self.extra.get(&date) {
            return Some(DayOff {
                reason: reason.clone(),
                weekend: false,
            });
        }
        if self.excluded.contains(&date) {
            return None;
        }
        match date.weekday() {
            Weekday::Sat => Some(DayOff {
                reason: "Saturday".to_owned(),
                weekend: true,
            }),
            Weekday::Sun => Some(DayOff {
                reason: "Sunday".to_owned(),
                weekend: true,
            }),
            _ => holidays::day_off(self.name, date).map(|reason| DayOff {
                reason,
                weekend: false,
            }),
        }
    }

    /// Whether work is done on `date`.
    #[must_use]
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.day_off(date).is_none()
    }

    /// The `n`-th working day strictly before `date`: the date of T−n when `date` is the target date. T−0 is
    /// `date` itself, whether or not it is a working day.
    #[must_use]
    pub fn minus_working_days(&self, date: NaiveDate, n: u32) -> NaiveDate {
        (0..n).fold(date, |date, _| self.previous_working_day(date))
    }

    /// The last working day strictly before `date`.
    #[must_use]
    pub fn previous_working_day(&self, date: NaiveDate) -> NaiveDate {
        let mut earlier = std::iter::successors(date.pred_opt(), NaiveDate::pred_opt);
        earlier
            .find(|day| self.is_working_day(*day))
            .unwrap_or(NaiveDate::MIN)
    }

    /// The first working day strictly after `date`.
    #[must_use]
    pub fn next_working_day(&self, date: NaiveDate) -> NaiveDate {
        let mut later = std::iter::successors(date.succ_opt(), NaiveDate::succ_opt);
        later
            .find(|day| self.is_working_day(*day))
            .unwrap_or(NaiveDate::MAX)
    }

    /// How many working days lie after `after`, up to and including `until`: the n of T−n on the day `after`
    /// when `until` is a target date that is a working day. Zero when `until` is not later.
    #[must_use]
    pub fn working_days_between(&self, after: NaiveDate, until: NaiveDate) -> u32 {
        let days = std::iter::successors(after.succ_opt(), NaiveDate::succ_opt);
        let count = days
            .take_while(|day| *day <= until)
            .filter(|day| self.is_working_day(*day))
            .count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// The days off in a range of dates, weekends included, in order.
    #[must_use]
    pub fn days_off(&self, dates: RangeInclusive<NaiveDate>) -> Vec<(NaiveDate, DayOff)> {
        let (first, last) = dates.into_inner();
        std::iter::successors(Some(first), NaiveDate::succ_opt)
            .take_while(|day| *day <= last)
            .filter_map(|day| self.day_off(day).map(|off| (day, off)))
            .collect()
    }
}
