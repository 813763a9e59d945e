//! How far something is from the target date of a release. An offset always carries its unit, because processes
//! differ: working days here, calendar days, hours or months there.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use chrono::{Days, Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::calendar::Calendar;

#[cfg(test)]
mod tests;

/// A distance from the target date, as "4 working days before".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Offset {
    /// How many of the unit; 0 is the target date itself.
    pub amount: u32,
    /// What is counted.
    pub unit: Unit,
    /// In which direction.
    pub side: Side,
}

/// What an offset counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Days that the calendar does not take off; the target date itself is not counted (S8).
    WorkingDays,
    /// All days.
    Days,
    /// Hours that pass, from the cut-off on the target date.
    Hours,
    /// Months of the calendar; the 31st becomes the last day of a shorter month.
    Months,
}

/// In which direction from the target date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Earlier.
    Before,
    /// Later.
    After,
}

/// What happens when a date that was counted in calendar days or months is a day off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Roll {
    /// It becomes the last working day before.
    Previous,
    /// It becomes the first working day after.
    Next,
    /// It stays.
    Keep,
}

/// What an offset looks like, in words.
pub const OFFSET_FORM: &str = "a number with its unit and side, such as \"4 working days before\", \"30 days after\", \
                               \"24 hours before\" or \"1 month after\", or \"on the target date\"";

/// The largest amount: about a year of working days.
pub const OFFSET_LIMIT: u32 = 250;

/// A text that is no offset.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct NotAnOffset {
    /// The nearest right form, or what an offset looks like.
    pub expected: String,
}

const TARGET_DATE: &str = "on the target date";

impl Offset {
    /// The target date itself.
    pub const TARGET: Self = Self {
        amount: 0,
        unit: Unit::WorkingDays,
        side: Side::Before,
    };

    /// T−n in working days.
    #[must_use]
    pub const fn t_minus(amount: u32) -> Self {
        Self {
            amount,
            ..Self::TARGET
        }
    }

    /// The short form that people know: "T−4", "T+30 days", "T−24 hours".
    #[must_use]
    pub fn label(self) -> String {
        let sign = match self.side {
            _ if self.amount == 0 => '−',
            Side::Before => '−',
            Side::After => '+',
        };
        match self.unit {
            Unit::WorkingDays => format!("T{sign}{}", self.amount),
            _ => format!("T{sign}{} {}", self.amount, self.unit_word()),
        }
    }

    /// The n of T−n, when it is counted in working days.
    #[must_use]
    pub fn working_days_before(self) -> Option<u32> {
        let counted = self.unit == Unit::WorkingDays && self.side == Side::Before;
        (counted || self.amount == 0).then_some(self.amount)
    }

    /// Whether it is later than the target date: what is due then lives on after the release was closed (S27).
    #[must_use]
    pub fn is_after_target(self) -> bool {
        self.side == Side::After && self.amount > 0
    }

    /// The unit in the number that fits the amount: "working days", "hour".
    #[must_use]
    pub fn unit_word(self) -> &'static str {
        match (self.unit, self.amount == 1) {
            (Unit::WorkingDays, true) => "working day",
            (Unit::WorkingDays, false) => "working days",
            (Unit::Days, true) => "day",
            (Unit::Days, false) => "days",
            (Unit::Hours, true) => "hour",
            (Unit::Hours, false) => "hours",
            (Unit::Months, true) => "month",
            (Unit::Months, false) => "months",
        }
    }

    /// Which of two offsets is earlier, where that does not depend on the target date.
    #[must_use]
    pub fn order(self, other: Self) -> Option<Ordering> {
        let sides = self.signed().signum().cmp(&other.signed().signum());
        match sides {
            Ordering::Equal if self.amount == 0 => Some(Ordering::Equal),
            Ordering::Equal if self.unit == other.unit => Some(self.signed().cmp(&other.signed())),
            Ordering::Equal => None,
            sides => Some(sides),
        }
    }

    /// How a date that is a day off is moved unless the playbook says otherwise: away from the target date in the
    /// safe direction, earlier before it and later after it.
    #[must_use]
    pub fn default_roll(self) -> Roll {
        match self.side {
            Side::Before => Roll::Previous,
            Side::After => Roll::Next,
        }
    }

    /// The date at this distance before any roll; hours have none of their own, so they give the target date.
    #[must_use]
    pub fn date(self, target: NaiveDate, calendar: &Calendar) -> NaiveDate {
        let far = match self.side {
            Side::Before => NaiveDate::MIN,
            Side::After => NaiveDate::MAX,
        };
        let days = Days::new(u64::from(self.amount));
        match (self.unit, self.side) {
            (Unit::WorkingDays, Side::Before) => calendar.minus_working_days(target, self.amount),
            (Unit::WorkingDays, Side::After) => {
                (0..self.amount).fold(target, |date, _| calendar.next_working_day(date))
            }
            (Unit::Days, Side::Before) => target.checked_sub_days(days).unwrap_or(far),
            (Unit::Days, Side::After) => target.checked_add_days(days).unwrap_or(far),
            (Unit::Months, Side::Before) => {
                target.checked_sub_months(Months::new(self.amount)).unwrap_or(far)
            }
            (Unit::Months, Side::After) => target.checked_add_months(Months::new(self.amount)).unwrap_or(far),
            (Unit::Hours, _) => target,
        }
    }

    /// Negative before the target date, positive after it.
    fn signed(self) -> i64 {
        match self.side {
            Side::Before => -i64::from(self.amount),
            Side::After => i64::from(self.amount),
        }
    }
}

impl Roll {
    /// Moves `date` when it is a day off.
    #[must_use]
    pub fn apply(self, date: NaiveDate, calendar: &Calendar) -> NaiveDate {
        match self {
            _ if calendar.is_working_day(date) => date,
            Self::Previous => calendar.previous_working_day(date),
            Self::Next => calendar.next_working_day(date),
            Self::Keep => date,
        }
    }
}

/// The form that files use: "4 working days before", "on the target date".
impl fmt::Display for Offset {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match self.side {
            _ if self.amount == 0 => return formatter.write_str(TARGET_DATE),
            Side::Before => "before",
            Side::After => "after",
        };
        write!(formatter, "{} {} {side}", self.amount, self.unit_word())
    }
}

impl FromStr for Offset {
    type Err = NotAnOffset;

    fn from_str(text: &str) -> Result<Self, NotAnOffset> {
        let form = || NotAnOffset {
            expected: OFFSET_FORM.to_owned(),
        };
        let lower = text.trim().to_ascii_lowercase();
        if lower == TARGET_DATE {
            return Ok(Self::TARGET);
        }
        let words: Vec<&str> = lower.split_whitespace().collect();
        let (amount, rest) = words.split_first().ok_or_else(form)?;
        let amount: u32 = amount.parse().map_err(|_| form())?;
        let (side, unit) = match rest {
            [unit @ .., "before"] => (Some(Side::Before), unit),
            [unit @ .., "after"] => (Some(Side::After), unit),
            unit => (None, unit),
        };
        let unit = match unit {
            ["working", "day" | "days"] => Some(Unit::WorkingDays),
            ["day" | "days"] | ["calendar", "day" | "days"] => Some(Unit::Days),
            ["hour" | "hours"] => Some(Unit::Hours),
            ["month" | "months"] => Some(Unit::Months),
            [] => None,
            _ => return Err(form()),
        };
        if amount > OFFSET_LIMIT {
            return Err(NotAnOffset {
                expected: format!("an amount of at most {OFFSET_LIMIT}"),
            });
        }
        match (unit, side) {
            (Some(_), Some(_)) if amount == 0 => Ok(Self::TARGET),
            (Some(unit), Some(side)) => Ok(Self { amount, unit, side }),
            // What is missing is named with the nearest right form: a unit left out is never guessed.
            (unit, side) => Err(NotAnOffset {
                expected: Self::nearest(amount, unit, side),
            }),
        }
    }
}

impl Offset {
    /// "2 hours", "2h", "3 working days", "1 month": a length as people say it, which is an offset after something.
    #[must_use]
    pub fn length(text: &str) -> Option<Self> {
        let digits = text.len()
            - text
                .trim_start_matches(|letter: char| letter.is_ascii_digit())
                .len();
        let (amount, unit) = text.split_at(digits);
        let unit = match unit.trim() {
            "h" => "hours",
            "d" => "days",
            unit => unit,
        };
        let offset: Self = format!("{amount} {unit} after").parse().ok()?;
        (offset.amount > 0).then_some(offset)
    }

    /// The amount with its unit alone: "1 working day".
    #[must_use]
    pub fn spoken(self) -> String {
        format!("{} {}", self.amount, self.unit_word())
    }

    /// The right form nearest to a number whose unit or side was left out, with the reason.
    #[must_use]
    pub fn nearest(amount: u32, unit: Option<Unit>, side: Option<Side>) -> String {
        let offset = Self {
            amount,
            unit: unit.unwrap_or(Unit::WorkingDays),
            side: side.unwrap_or(Side::Before),
        };
        let missing = match (unit, side) {
            (None, Some(_)) => "its unit, because processes count differently",
            (Some(_), None) => "its side, before or after",
            _ => "its unit and its side, because processes count differently",
        };
        format!("\"{offset}\": an offset says {missing}")
    }
}

impl Serialize for Offset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Releases that were started before offsets had units hold a bare number: working days before the target date.
impl<'de> Deserialize<'de> for Offset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Stored {
            TMinus(u32),
            Text(String),
        }
        match Stored::deserialize(deserializer)? {
            Stored::TMinus(amount) => Ok(Self::t_minus(amount)),
            Stored::Text(text) => text.parse().map_err(serde::de::Error::custom),
        }
    }
}
