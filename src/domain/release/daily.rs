//! When items are due: on the date of their phase, or each working day (S16).

use chrono::{DateTime, Utc};

use crate::domain::plan::{Day, Plan, PlannedPhase};
use crate::domain::playbook::{Item, ItemId, Phase, PhaseId};
use crate::domain::release::Release;

impl Release {
    /// The day on which an item is due, or was when it was last opened; none without a target date.
    #[must_use]
    pub fn day_of(&self, plan: &Plan, phase: &Phase, item: &Item) -> Option<Day> {
        match plan.daily.get(&item.id) {
            Some(days) => {
                let since = self.reopened.get(&item.id);
                let begun = |day: &&Day| since.is_some_and(|since| day.starts_at <= *since);
                days.iter().rev().find(begun).or(days.first()).copied()
            }
            None => plan.phase(&phase.id).map(PlannedPhase::day),
        }
    }

    /// Since when an open item is open: from the start, unless it was done before.
    pub(in crate::domain) fn opened_at(&self, item: &ItemId) -> DateTime<Utc> {
        let reopened = self.reopened.get(item).copied();
        reopened.unwrap_or(DateTime::<Utc>::MIN_UTC)
    }

    /// The daily items that are done and open again at an instant after `since`, with their phases, soonest first. What
    /// began before `since` began while the clock of the release stood still.
    #[must_use]
    pub fn reopenings(&self, plan: &Plan, since: DateTime<Utc>) -> Vec<(DateTime<Utc>, PhaseId, ItemId)> {
        let mut all: Vec<_> = self
            .playbook
            .items()
            .filter_map(|(phase, item)| {
                let completion = self.completions.get(&item.id).filter(|_| self.is_live(phase))?;
                if completion.not_applicable.is_some() {
                    return None;
                }
                let done = completion.stamp;
                let days = plan.daily.get(&item.id)?;
                if self.is_everything_else_done(item) {
                    return None;
                }
                let next = days
                    .iter()
                    .find(|day| day.starts_at > done.at && day.starts_at > since)?;
                Some((next.starts_at, phase.id.clone(), item.id.clone()))
            })
            .collect();
        all.sort();
        all
    }

    /// Whether nothing of the phase until which an item is due daily is left to do, apart from the item itself.
    fn is_everything_else_done(&self, item: &Item) -> bool {
        let until = item.daily_until.as_ref().and_then(|id| self.playbook.phase(id));
        until.is_some_and(|phase| {
            let mut others = phase.items.iter().filter(|other| other.id != item.id).peekable();
            others.peek().is_some() && others.all(|other| self.completions.contains_key(&other.id))
        })
    }
}
