//! Dates that somebody added to the days off, or took from them.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::domain::person::Stamp;

/// Dates that are off, and dates that are worked, whatever the rules and the weekday say. A date that is in both is
/// off: that makes T-minus dates earlier, the safe direction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalendarDays {
    /// Further days off, each with its reason as people will read it.
    pub off: BTreeMap<NaiveDate, String>,
    /// Days off that are worked, with the reason where somebody gave one.
    pub worked: BTreeMap<NaiveDate, Option<String>>,
}

impl CalendarDays {
    /// What counts after all this was said, in this order: of several about the same day, the last.
    #[must_use]
    pub fn said(all: &[DaySaid]) -> Self {
        let mut days = Self::default();
        for DaySaid { date, standing, .. } in all {
            days.off.remove(date);
            days.worked.remove(date);
            match standing {
                DayStanding::Off(reason) => {
                    days.off.insert(*date, reason.clone());
                }
                DayStanding::Worked(reason) => {
                    days.worked.insert(*date, Some(reason.clone()));
                }
                DayStanding::ByTheRules => {}
            }
        }
        days
    }

    /// Adds what another source says. Of two reasons for the same date the first stays.
    pub fn add(&mut self, other: CalendarDays) {
        for (date, reason) in other.off {
            self.off.entry(date).or_insert(reason);
        }
        for (date, reason) in other.worked {
            self.worked.entry(date).or_insert(reason);
        }
    }
}

/// What somebody of a server said about one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DaySaid {
    /// The day.
    pub date: NaiveDate,
    /// What it shall be.
    pub standing: DayStanding,
    /// Who said so, and when.
    pub stamp: Stamp,
}

/// What a day shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DayStanding {
    /// Off, for this reason.
    Off(String),
    /// Worked although it would be off, for this reason.
    Worked(String),
    /// What the rules and the configuration say.
    ByTheRules,
}

/// Dates with the one who answers for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Who says so.
    pub origin: Origin,
    /// What is said.
    pub days: Arc<CalendarDays>,
}

/// Who says that a day is off, or that it is worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The rules of the named calendar, or the weekend.
    Rules,
    /// `[calendar]` of the configuration, or a file that it names.
    Configuration,
    /// `[[calendar.guild]]` of the configuration, or a file that it names.
    GuildConfiguration,
    /// The people of the server, with `/calendar`.
    Guild,
}
