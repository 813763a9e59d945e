//! What changes for people when a plan moves: dates before and after, what becomes impossible, who is concerned.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::UserId;
use crate::domain::plan::{Dates, PhaseDate};
use crate::domain::playbook::{Item, PhaseId, RoleId};
use crate::domain::release::Release;

#[cfg(test)]
mod tests;

/// Two plans of one release held against each other. Stored as JSON: a field is never changed, only added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// T-0 before; none when it was to be decided.
    pub from: Option<NaiveDate>,
    /// T-0 after; none when it is to be decided again.
    pub to: Option<NaiveDate>,
    /// The phases that move, in the playbook's order.
    pub moved: Vec<Moved>,
    /// The roles with open items in phases that move, in the playbook's order.
    pub affected: Vec<RoleId>,
    /// The roles whose next due instant changes, in the playbook's order: nobody else has to do anything other than
    /// before.
    pub called: Vec<RoleId>,
}

/// A phase that moves, gains its first date or loses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The phase.
    pub phase: PhaseId,
    /// When it was; none while it had no date.
    pub from: Option<When>,
    /// When it is; none when it has no date any more.
    pub to: Option<When>,
    /// Its open items.
    pub open: usize,
    /// Whether its new cut-off has passed while items are open: nobody can keep it any more.
    pub impossible: bool,
}

/// When a phase is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// Its date.
    pub date: NaiveDate,
    /// Its cut-off.
    pub cutoff_at: DateTime<Utc>,
}

/// Why a plan has moved. Stored as JSON: a variant is never changed, only added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "kebab-case")]
pub enum Cause {
    /// A person moved the target.
    Slip {
        /// Who.
        by: UserId,
        /// Why.
        reason: String,
    },
    /// The calendar or the rules of a zone have changed.
    Calendar {
        /// The days that changed, and why each is off now; none for a day that is worked now. Empty when it was not the
        /// days off.
        days: Vec<(NaiveDate, Option<String>)>,
    },
}

impl Difference {
    /// What changes for the people of this release from one plan to another, at `now`.
    #[must_use]
    pub fn between(release: &Release, before: &Dates, after: &Dates, now: DateTime<Utc>) -> Self {
        let moved: Vec<Moved> = release
            .playbook
            .phases
            .iter()
            .filter_map(|phase| {
                let (from, to) = (when(before, &phase.id), when(after, &phase.id));
                if from == to {
                    return None;
                }
                let progress = release.phase_progress(phase);
                let open = progress.all - progress.done;
                Some(Moved {
                    phase: phase.id.clone(),
                    from,
                    to,
                    open,
                    impossible: open > 0 && to.is_some_and(|to| to.cutoff_at <= now),
                })
            })
            .collect();
        let roles = |concerned: &dyn Fn(&RoleId) -> bool| -> Vec<RoleId> {
            let roles = release.playbook.roles.iter().map(|role| &role.id);
            roles.filter(|role| concerned(role)).cloned().collect()
        };
        Self {
            from: before.target,
            to: after.target,
            affected: roles(&|role| {
                let mut open = release.open_items();
                open.any(|(phase, item)| {
                    owes(item, role) && moved.iter().any(|moved| moved.phase == phase.id)
                })
            }),
            called: roles(&|role| next_due(release, role, before) != next_due(release, role, after)),
            moved,
        }
    }

    /// Whether no phase moves. The target itself can still have moved, where no phase hangs on it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.moved.is_empty() && self.from == self.to
    }

    /// The phases that nobody can keep any more.
    pub fn impossible(&self) -> impl Iterator<Item = &Moved> {
        self.moved.iter().filter(|moved| moved.impossible)
    }

    /// Whether this phase moves.
    #[must_use]
    pub fn moves(&self, phase: &PhaseId) -> bool {
        self.moved.iter().any(|moved| moved.phase == *phase)
    }

    /// Whether a person who agreed to `self` has agreed to `other` too: the same dates, with the same ones impossible.
    /// Items that were ticked meanwhile only make it easier.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let dates = |difference: &Self| -> Vec<(PhaseId, Option<When>, Option<When>)> {
            let moved = difference.moved.iter();
            moved
                .map(|moved| (moved.phase.clone(), moved.from, moved.to))
                .collect()
        };
        let known = |moved: &Moved| self.impossible().any(|known| known.phase == moved.phase);
        (self.from, self.to) == (other.from, other.to)
            && dates(self) == dates(other)
            && other.impossible().all(known)
    }
}

/// The earliest cut-off among the open items of a role; none when it has nothing open or nothing has a date.
fn next_due(release: &Release, role: &RoleId, dates: &Dates) -> Option<DateTime<Utc>> {
    release
        .open_items()
        .filter(|(_, item)| owes(item, role))
        .filter_map(|(phase, _)| Some(dates.phase(&phase.id)?.cutoff_at))
        .min()
}

fn owes(item: &Item, role: &RoleId) -> bool {
    item.role == *role
}

fn when(dates: &Dates, phase: &PhaseId) -> Option<When> {
    let PhaseDate { date, cutoff_at, .. } = *dates.phase(phase)?;
    Some(When { date, cutoff_at })
}
