//! Several releases together.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{Outcome, Scorecard};
use crate::domain::playbook::RoleId;

/// Totals and medians over releases. A median is over those releases that have the figure; of an even number, it is
/// the mean of the two in the middle, rounded down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Releases.
    pub releases: usize,
    /// Those that shipped on the first date that was said, or before.
    pub on_time: usize,
    /// Those that shipped after it.
    pub late: usize,
    /// Those that were closed without having shipped.
    pub not_shipped: usize,
    /// Slips.
    pub slips: usize,
    /// Working days slipped.
    pub working_days_slipped: i64,
    /// Items that were late.
    pub late_items: usize,
    /// The same for each role, the most first.
    pub late_by_role: Vec<(RoleId, usize)>,
    /// Items in all.
    pub items: usize,
    /// Rules that were set aside with a reason.
    pub overrides: usize,
    /// Holds.
    pub holds: usize,
    /// The median of the time to the first action (S2).
    pub first_action: Option<TimeDelta>,
    /// The median of the working days from the start to the first target date.
    pub planned_working_days: Option<i64>,
    /// The median of the working days from the start to the day on which it shipped.
    pub actual_working_days: Option<i64>,
}

/// Releases together.
#[must_use]
pub fn summary(cards: &[Scorecard]) -> Summary {
    let count = |which: fn(Outcome) -> bool| cards.iter().filter(|card| which(card.outcome)).count();
    let mut by_role: BTreeMap<RoleId, usize> = BTreeMap::new();
    for (role, late) in cards.iter().flat_map(|card| &card.late_by_role) {
        *by_role.entry(role.clone()).or_default() += late;
    }
    let mut late_by_role: Vec<_> = by_role.into_iter().collect();
    late_by_role.sort_by_key(|(_, late)| std::cmp::Reverse(*late));
    let first_actions = cards.iter().filter_map(Scorecard::time_to_first_action);
    let seconds = median(first_actions.map(|time| time.num_seconds()));
    Summary {
        releases: cards.len(),
        on_time: count(|outcome| outcome == Outcome::OnTime),
        late: count(|outcome| matches!(outcome, Outcome::Late { .. })),
        not_shipped: count(|outcome| outcome == Outcome::NotShipped),
        slips: cards.iter().map(Scorecard::slips).sum(),
        working_days_slipped: cards.iter().map(Scorecard::working_days_slipped).sum(),
        late_items: cards.iter().map(|card| card.late.len()).sum(),
        late_by_role,
        items: cards.iter().map(|card| card.items).sum(),
        overrides: cards.iter().map(|card| card.overrides.len()).sum(),
        holds: cards.iter().map(|card| card.holds.len()).sum(),
        first_action: seconds.map(TimeDelta::seconds),
        planned_working_days: median(
            cards
                .iter()
                .filter_map(|card| card.planned_working_days)
                .map(i64::from),
        ),
        actual_working_days: median(
            cards
                .iter()
                .filter_map(|card| card.actual_working_days)
                .map(i64::from),
        ),
    }
}

fn median(values: impl Iterator<Item = i64>) -> Option<i64> {
    let mut values: Vec<i64> = values.collect();
    values.sort_unstable();
    let upper = values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        return Some(*upper);
    }
    let lower = values.get(values.len() / 2 - 1)?;
    Some((lower + upper).div_euclid(2))
}
