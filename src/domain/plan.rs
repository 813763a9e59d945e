//! When each phase of a release is, and why.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::domain::calendar::Calendar;
use crate::domain::offset::{Offset, Side, Unit};
use crate::domain::playbook::{ItemId, Phase, PhaseId, Playbook};

pub use self::daily::Day;
pub use self::dates::{Dates, PhaseDate};

mod daily;
mod dates;
mod why;

#[cfg(test)]
mod tests;

/// The dates of a release. The same playbook, target date and calendar always give the same plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// T-0, the release date; none while it is to be decided (S5).
    pub target: Option<NaiveDate>,
    /// One for each phase of the playbook, in its order; empty while there is no target date.
    pub phases: Vec<PlannedPhase>,
    /// The days of each item that is due daily, soonest first.
    pub daily: BTreeMap<ItemId, Vec<Day>>,
}

/// A phase with its date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedPhase {
    /// The phase.
    pub id: PhaseId,
    /// Its title.
    pub title: String,
    /// How far from the target date it is.
    pub offset: Offset,
    /// Its date.
    pub date: NaiveDate,
    /// When the working day begins on that date.
    pub starts_at: DateTime<Utc>,
    /// Its cut-off on that date.
    pub cutoff_at: DateTime<Utc>,
    /// Why it is that date: complete sentences about the working days counted, then about the days skipped. The last
    /// sentence is about the cut-off.
    pub why: Vec<String>,
}

/// Plans every phase from the target date, each by its own unit (S8, S9).
///
/// Each cut-off is the playbook's local time on the phase's own date (S7), so a change of the clocks in between
/// moves the instant and never the local time.
#[must_use]
pub fn plan(playbook: &Playbook, target: NaiveDate, calendar: &Calendar) -> Plan {
    let phases: Vec<PlannedPhase> = playbook
        .phases
        .iter()
        .map(|phase| plan_phase(playbook, phase, target, calendar))
        .collect();
    Plan {
        target: Some(target),
        daily: daily::days(playbook, &phases, calendar),
        phases,
    }
}

impl PlannedPhase {
    /// Its day.
    #[must_use]
    pub fn day(&self) -> Day {
        Day {
            date: self.date,
            starts_at: self.starts_at,
            cutoff_at: self.cutoff_at,
        }
    }
}

impl Plan {
    /// The plan of a release whose target date is to be decided: no phase has a date (S5).
    #[must_use]
    pub fn undated() -> Self {
        Self {
            target: None,
            phases: Vec::new(),
            daily: BTreeMap::new(),
        }
    }

    /// The phase of this id.
    #[must_use]
    pub fn phase(&self, id: &PhaseId) -> Option<&PlannedPhase> {
        self.phases.iter().find(|phase| phase.id == *id)
    }

    /// The phases whose cut-off is not after `now`, in the playbook's order.
    #[must_use]
    pub fn already_over(&self, now: DateTime<Utc>) -> Vec<&PlannedPhase> {
        self.phases
            .iter()
            .filter(|phase| phase.cutoff_at <= now)
            .collect()
    }
}

fn plan_phase(playbook: &Playbook, phase: &Phase, target: NaiveDate, calendar: &Calendar) -> PlannedPhase {
    let zone = playbook.cutoff.zone;
    let offset = phase.offset;
    let counted = offset.date(target, calendar);
    let (date, cutoff_at) = match hours(offset) {
        Some(hours) => {
            let cutoff_at = zone.to_utc(target.and_time(playbook.cutoff.time)) + hours;
            (zone.to_local(cutoff_at).date(), cutoff_at)
        }
        None => {
            let date = rolled(phase, counted, calendar);
            (date, zone.to_utc(date.and_time(playbook.cutoff.time)))
        }
    };
    let workday_start = zone.to_utc(date.and_time(playbook.workday_start));
    PlannedPhase {
        id: phase.id.clone(),
        title: phase.title.clone(),
        offset,
        date,
        // Hours can end before the working day of their date begins.
        starts_at: workday_start.min(cutoff_at),
        cutoff_at,
        why: why::why(
            playbook,
            phase,
            why::Dates {
                target,
                counted,
                date,
                cutoff_at,
            },
            calendar,
        ),
    }
}

/// The time that passes between the cut-off of the target date and that of a phase counted in hours.
fn hours(offset: Offset) -> Option<TimeDelta> {
    let hours = TimeDelta::hours(i64::from(offset.amount));
    match (offset.unit, offset.side) {
        (Unit::Hours, Side::Before) => Some(-hours),
        (Unit::Hours, Side::After) => Some(hours),
        _ => None,
    }
}

/// The date of a phase counted in days or months, moved when it is a day off. The target date itself never moves.
fn rolled(phase: &Phase, counted: NaiveDate, calendar: &Calendar) -> NaiveDate {
    let offset = phase.offset;
    if offset.amount == 0 || offset.unit == Unit::WorkingDays {
        return counted;
    }
    let roll = phase.if_day_off.unwrap_or_else(|| offset.default_roll());
    roll.apply(counted, calendar)
}
