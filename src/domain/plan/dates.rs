//! The dates of a plan as people were told them, so that a later plan can be held against them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::calendar::Calendar;
use crate::domain::plan::Plan;
use crate::domain::playbook::PhaseId;

/// What was published of a plan. Stored as JSON: a field is never changed, only added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dates {
    /// T-0; none while it is to be decided.
    pub target: Option<NaiveDate>,
    /// One for each phase, in the playbook's order; empty while there is no target.
    pub phases: Vec<PhaseDate>,
    /// The days off from the first of these dates to the last, with their reasons: what the plan stepped over.
    pub days_off: BTreeMap<NaiveDate, String>,
}

/// When a phase is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseDate {
    /// The phase.
    pub phase: PhaseId,
    /// Its date.
    pub date: NaiveDate,
    /// Its cut-off on that date.
    pub cutoff_at: DateTime<Utc>,
}

impl Dates {
    /// The date of a phase.
    #[must_use]
    pub fn phase(&self, id: &PhaseId) -> Option<&PhaseDate> {
        self.phases.iter().find(|known| known.phase == *id)
    }

    /// Whether both say the same about every phase. The days off are only the reason.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        self.target == other.target && self.phases == other.phases
    }

    /// The days on which working and being off have changed places between this plan and a calendar of later, within
    /// the dates of this plan: the date, and why it is off now, or none when it is worked now.
    #[must_use]
    pub fn changed_days(&self, calendar: &Calendar) -> Vec<(NaiveDate, Option<String>)> {
        let Some((first, last)) = self.span() else {
            return Vec::new();
        };
        let now: BTreeMap<NaiveDate, String> = days_off(calendar, first, last);
        let gone = self.days_off.keys().filter(|day| !now.contains_key(day));
        let come = now.iter().filter(|(day, _)| !self.days_off.contains_key(day));
        let mut changed: Vec<(NaiveDate, Option<String>)> = gone
            .map(|day| (*day, None))
            .chain(come.map(|(day, reason)| (*day, Some(reason.clone()))))
            .collect();
        changed.sort();
        changed
    }

    fn span(&self) -> Option<(NaiveDate, NaiveDate)> {
        let dates = || self.phases.iter().map(|phase| phase.date).chain(self.target);
        Some((dates().min()?, dates().max()?))
    }
}

impl Plan {
    /// What people are told of this plan, which was made with this calendar.
    #[must_use]
    pub fn dates(&self, calendar: &Calendar) -> Dates {
        let mut dates = Dates {
            target: self.target,
            phases: self
                .phases
                .iter()
                .map(|phase| PhaseDate {
                    phase: phase.id.clone(),
                    date: phase.date,
                    cutoff_at: phase.cutoff_at,
                })
                .collect(),
            days_off: BTreeMap::new(),
        };
        if let Some((first, last)) = dates.span() {
            dates.days_off = days_off(calendar, first, last);
        }
        dates
    }
}

fn days_off(calendar: &Calendar, first: NaiveDate, last: NaiveDate) -> BTreeMap<NaiveDate, String> {
    calendar
        .days_off(first..=last)
        .into_iter()
        .map(|(day, off)| (day, off.reason))
        .collect()
}
