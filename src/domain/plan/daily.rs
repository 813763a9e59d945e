//! The days of items that are due each working day until a phase is over (S16).

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::calendar::Calendar;
use crate::domain::plan::PlannedPhase;
use crate::domain::playbook::{Item, ItemId, PhaseId, Playbook};

/// A day on which something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The date, where the cut-off is counted.
    pub date: NaiveDate,
    /// When the day's work begins for whoever has to do it.
    pub starts_at: DateTime<Utc>,
    /// When it is due.
    pub cutoff_at: DateTime<Utc>,
}

/// The days of every daily item, soonest first: that of its own phase, then each working day until its last phase is
/// over. Never empty for an item whose phases have dates.
pub(super) fn days(
    playbook: &Playbook,
    planned: &[PlannedPhase],
    calendar: &Calendar,
) -> BTreeMap<ItemId, Vec<Day>> {
    let date_of = |id: &PhaseId| planned.iter().find(|phase| phase.id == *id);
    playbook
        .items()
        .filter_map(|(phase, item)| {
            let until = item.daily_until.as_ref()?;
            let days = days_of(playbook, item, date_of(&phase.id)?, date_of(until)?, calendar);
            Some((item.id.clone(), days))
        })
        .collect()
}

fn days_of(
    playbook: &Playbook,
    item: &Item,
    first: &PlannedPhase,
    last: &PlannedPhase,
    calendar: &Calendar,
) -> Vec<Day> {
    let hours = playbook.working_hours(Some(&item.role), calendar);
    let day = |date: NaiveDate, cutoff_at| Day {
        date,
        starts_at: hours.last_opening_before(cutoff_at),
        cutoff_at,
    };
    let dates = std::iter::successors(Some(first.date), |date| Some(calendar.next_working_day(*date)));
    let later = dates
        .skip(1)
        .map(|date| {
            let cutoff = date.and_time(playbook.cutoff.time);
            day(date, playbook.cutoff.zone.to_utc(cutoff))
        })
        .take_while(|day| day.date <= last.date)
        .filter(|day| first.cutoff_at < day.cutoff_at && day.starts_at < last.cutoff_at);
    std::iter::once(day(first.date, first.cutoff_at))
        .chain(later)
        .collect()
}
