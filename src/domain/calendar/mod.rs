//! Working days: which dates are off, why, and how to count the others.
//!
//! A working day is a weekday that its calendar does not take off. "T-minus counts are measured in working days
//! (weekdays other than major holidays concurrent in US and Canada)" (S8).
//!
//! A calendar is a named set of rules, a weekend, and layers of dates that somebody added to them or took from them.
//! The layer that is closest to the people wins: what a server said itself, then what the configuration says about
//! that server, then what it says about all, then the rules.

mod days;
mod explain;
pub(crate) mod file;
mod holidays;
mod ics;
mod name;
mod settings;
mod weekend;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

pub use self::days::{CalendarDays, DaySaid, DayStanding, Layer, Origin};
pub use self::explain::months_from;
pub use self::file::{LARGEST_FILE, LARGEST_UPLOAD, REASON_LIMIT};
pub use self::holidays::Country;
pub use self::ics::busy::{Busy, BusyTimes, When, Window};
pub use self::name::{CalendarName, UnknownCalendar};
pub use self::settings::{CalendarSettings, GuildCalendar};
pub use self::weekend::Weekend;

/// The first and the last year for which the rules are proved and dates are accepted.
pub const YEARS: RangeInclusive<i32> = 2000..=2100;

/// A named set of rules about days off, with the dates that an organisation adds to them or takes from them.
///
/// The rules are proved for 2000 to 2100 and go on unchanged beyond. A copy is cheap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    name: CalendarName,
    weekend: Weekend,
    /// The strongest first.
    layers: Vec<Layer>,
}

/// Why a date is not a working day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayOff {
    /// The reason in words: "Saturday", or "Remembrance Day (Canada) and Veterans Day (US)".
    pub reason: String,
    /// Whether it is a day of the weekend without a rule of its own.
    pub weekend: bool,
    /// Who says so.
    pub origin: Origin,
}

/// A date with everything that its calendar says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The date.
    pub date: NaiveDate,
    /// Why it is off; `None` for a working day.
    pub off: Option<DayOff>,
    /// When it is worked although it would be off: who says so, with the reason where one was given, and why it
    /// would be off.
    pub worked: Option<Worked>,
    /// The countries that keep a holiday on it by themselves. A hint and nothing more: a working day with a hint is a
    /// working day.
    pub out: Vec<(Country, String)>,
}

/// A day off that is worked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worked {
    /// Who says so.
    pub origin: Origin,
    /// Why, where somebody gave a reason.
    pub reason: Option<String>,
    /// Why it would be off.
    pub instead_of: DayOff,
}

impl Calendar {
    /// The calendar of this name, without any dates of one's own.
    #[must_use]
    pub fn named(name: CalendarName) -> Self {
        Self::layered(name, Weekend::default(), Vec::new())
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
        let days = CalendarDays {
            off: extra,
            worked: excluded.into_iter().map(|date| (date, None)).collect(),
        };
        let layer = Layer {
            origin: Origin::Configuration,
            days: Arc::new(days),
        };
        Self::layered(name, Weekend::default(), vec![layer])
    }

    /// The calendar of this name with this weekend, under layers of dates of which the first is the strongest.
    #[must_use]
    pub fn layered(name: CalendarName, weekend: Weekend, mut layers: Vec<Layer>) -> Self {
        // Counting asks every layer about every day, and most have nothing to say.
        layers.retain(|layer| *layer.days != CalendarDays::default());
        Self {
            name,
            weekend,
            layers,
        }
    }

    /// Whose rules these are.
    #[must_use]
    pub fn name(&self) -> CalendarName {
        self.name
    }

    /// Which days of the week are off.
    #[must_use]
    pub fn weekend(&self) -> Weekend {
        self.weekend
    }

    /// Why `date` is not a working day; `None` when it is one.
    #[must_use]
    pub fn day_off(&self, date: NaiveDate) -> Option<DayOff> {
        if self.is_working_day(date) {
            return None;
        }
        let own = self
            .layers
            .iter()
            .find_map(|layer| Some((layer, layer.days.off.get(&date)?)));
        match own {
            Some((layer, reason)) => Some(DayOff {
                reason: reason.clone(),
                weekend: false,
                origin: layer.origin,
            }),
            None => self.by_rule(date),
        }
    }

    /// Whether work is done on `date`.
    #[must_use]
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        for layer in &self.layers {
            if layer.days.off.contains_key(&date) {
                return false;
            }
            if layer.days.worked.contains_key(&date) {
                return true;
            }
        }
        !self.weekend.contains(date.weekday()) && !holidays::is_off(self.name, date)
    }

    /// Everything that there is to say about `date`.
    #[must_use]
    pub fn standing(&self, date: NaiveDate) -> Standing {
        let off = self.day_off(date);
        Standing {
            date,
            worked: if off.is_none() { self.worked(date) } else { None },
            out: holidays::out(date),
            off,
        }
    }

    /// The `n`-th working day strictly before `date`: the date of T−n when `date` is the target date. T−0 is
    /// `date` itself, whether or not it is a working day.
    #[must_use]
    pub fn minus_working_days(&self, date: NaiveDate, n: u32) -> NaiveDate {
        (0..n).fold(date, |date, _| self.previous_working_day(date))
    }

    /// The `n`-th working day strictly after `date`; with `n` = 0 `date` itself, whether or not it is a working day.
    #[must_use]
    pub fn plus_working_days(&self, date: NaiveDate, n: u32) -> NaiveDate {
        (0..n).fold(date, |date, _| self.next_working_day(date))
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

    /// Why the rules or the weekend take `date` off, whatever anybody added or took away.
    fn by_rule(&self, date: NaiveDate) -> Option<DayOff> {
        if self.weekend.contains(date.weekday()) {
            return Some(DayOff {
                reason: weekend::long_name(date.weekday()).to_owned(),
                weekend: true,
                origin: Origin::Rules,
            });
        }
        holidays::day_off(self.name, date).map(|reason| DayOff {
            reason,
            weekend: false,
            origin: Origin::Rules,
        })
    }

    /// Why a working day would be off, had nobody said that it is worked.
    fn worked(&self, date: NaiveDate) -> Option<Worked> {
        let position = self
            .layers
            .iter()
            .position(|layer| layer.days.worked.contains_key(&date))?;
        let (upper, lower) = self.layers.split_at(position + 1);
        let below = Self::layered(self.name, self.weekend, lower.to_vec());
        let layer = upper.last()?;
        Some(Worked {
            origin: layer.origin,
            reason: layer.days.worked.get(&date)?.clone(),
            instead_of: below.day_off(date)?,
        })
    }
}
