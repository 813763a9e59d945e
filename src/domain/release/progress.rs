//! What is done, what is open, what is overdue.

use chrono::{DateTime, Utc};

use crate::domain::plan::Plan;
use crate::domain::playbook::{Item, Phase, RoleId};
use crate::domain::release::Release;

/// How many of some items are done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Items done.
    pub done: usize,
    /// Items in all.
    pub all: usize,
}

/// The items of one role.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleItems<'a> {
    /// The role.
    pub role: RoleId,
    /// Its title in the playbook.
    pub title: String,
    /// Its items, in the playbook's order.
    pub items: Vec<&'a Item>,
}

impl Release {
    /// What the release is by now, as its playbook announces it (S4), in the playbook's order: each item that announces
    /// the same is settled, and at least one of them was done.
    #[must_use]
    pub fn reached(&self) -> Vec<&str> {
        let mut reached: Vec<(&str, bool, bool)> = Vec::new();
        for (_, item) in self.playbook.items() {
            let Some(what) = item.announces.as_deref() else {
                continue;
            };
            let completion = self.completions.get(&item.id);
            let is_done = completion.is_some_and(|completion| completion.not_applicable.is_none());
            match reached.iter_mut().find(|(known, ..)| *known == what) {
                Some((_, all, any)) => {
                    *all &= completion.is_some();
                    *any |= is_done;
                }
                None => reached.push((what, completion.is_some(), is_done)),
            }
        }
        reached
            .into_iter()
            .filter(|(_, all, any)| *all && *any)
            .map(|(what, ..)| what)
            .collect()
    }

    /// When it shipped, as the scorecard counts it: when the last item of the target date's phase was settled; none while
    /// one of them is open.
    #[must_use]
    pub fn shipped(&self) -> Option<DateTime<Utc>> {
        let items = self.playbook.shipping_phase()?.items.iter();
        let settled: Option<Vec<_>> = items
            .map(|item| Some(self.completions.get(&item.id)?.stamp.at))
            .collect();
        settled?.into_iter().max()
    }

    /// The items that nobody has done, with their phases, in the playbook's order.
    pub fn open_items(&self) -> impl Iterator<Item = (&Phase, &Item)> {
        self.playbook
            .items()
            .filter(|(_, item)| !self.completions.contains_key(&item.id))
    }

    /// The open items that people still work on: all of them until the release is closed, and afterwards those that come
    /// after the target date.
    pub fn live_items(&self) -> impl Iterator<Item = (&Phase, &Item)> {
        self.open_items().filter(|(phase, _)| self.is_live(phase))
    }

    /// Progress of the whole release.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let all = self.playbook.items().count();
        Progress {
            done: all - self.open_items().count(),
            all,
        }
    }

    /// Progress of one phase.
    #[must_use]
    pub fn phase_progress(&self, phase: &Phase) -> Progress {
        let done = phase
            .items
            .iter()
            .filter(|item| self.completions.contains_key(&item.id))
            .count();
        Progress {
            done,
            all: phase.items.len(),
        }
    }

    /// The first phase with an open item: the one that people are at.
    #[must_use]
    pub fn current_phase(&self) -> Option<&Phase> {
        self.open_items().next().map(|(phase, _)| phase)
    }

    /// The open items of these phases, grouped by role in the order of the playbook's roles. A role without an
    /// open item is absent, so that nobody is called for nothing.
    pub fn open_by_role<'a>(&'a self, phases: impl Iterator<Item = &'a Phase>) -> Vec<RoleItems<'a>> {
        let open: Vec<&Item> = phases
            .flat_map(|phase| &phase.items)
            .filter(|item| !self.completions.contains_key(&item.id))
            .collect();
        self.group_by_role(&open)
    }

    /// These items grouped by role, in the order of the playbook's roles (S23).
    #[must_use]
    pub fn group_by_role<'a>(&self, items: &[&'a Item]) -> Vec<RoleItems<'a>> {
        self.playbook
            .roles
            .iter()
            .map(|role| RoleItems {
                role: role.id.clone(),
                title: role.title.clone(),
                items: items
                    .iter()
                    .copied()
                    .filter(|item| item.role == role.id)
                    .collect(),
            })
            .filter(|group| !group.items.is_empty())
            .collect()
    }

    /// The phases whose cut-off has passed while items are open.
    #[must_use]
    pub fn overdue_phases(&self, plan: &Plan, now: DateTime<Utc>) -> Vec<&Phase> {
        self.playbook
            .phases
            .iter()
            .filter(|phase| self.is_live(phase) && self.is_overdue(phase, plan, now))
            .collect()
    }

    /// Whether an open item of this phase should have been done by now.
    #[must_use]
    pub fn is_overdue(&self, phase: &Phase, plan: &Plan, now: DateTime<Utc>) -> bool {
        self.open_cutoffs(phase, plan).any(|cutoff| cutoff <= now)
    }

    /// When the open items of a phase are due, in their order.
    fn open_cutoffs<'a>(
        &'a self,
        phase: &'a Phase,
        plan: &'a Plan,
    ) -> impl Iterator<Item = DateTime<Utc>> + 'a {
        phase
            .items
            .iter()
            .filter(|item| !self.completions.contains_key(&item.id))
            .filter_map(|item| Some(self.day_of(plan, phase, item)?.cutoff_at))
    }

    /// The cut-off that comes next, and its phase: the earliest one ahead that still has open items.
    #[must_use]
    pub fn next_cutoff(&self, plan: &Plan, now: DateTime<Utc>) -> Option<(&Phase, DateTime<Utc>)> {
        self.playbook
            .phases
            .iter()
            .filter(|phase| self.is_live(phase))
            .flat_map(|phase| self.open_cutoffs(phase, plan).map(move |cutoff| (phase, cutoff)))
            .filter(|(_, cutoff)| *cutoff > now)
            .min_by_key(|(_, cutoff)| *cutoff)
    }

    /// A role's title in this release's playbook.
    #[must_use]
    pub fn role_title(&self, role: &RoleId) -> String {
        self.playbook
            .roles
            .iter()
            .find(|definition| definition.id == *role)
            .map_or_else(|| role.to_string(), |definition| definition.title.clone())
    }
}
