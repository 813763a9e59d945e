//! What a release teaches about its playbook: items that did not apply, came late or were left open, and a target that
//! moved. Nothing is changed by it; people decide, and [`Suggestion::patch`] is the text for the file.

mod patch;

#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::domain::plan::Plan;
use crate::domain::playbook::{Item, Phase};
use crate::domain::release::{Event, Release, TimelineEvent};

/// One thing that the playbook could say otherwise.
#[derive(Clone, Debug, PartialEq)]
pub enum Suggestion {
    /// The target date moved to a later one, or was withdrawn.
    Slipped {
        /// How often.
        times: usize,
        /// The first target date that was said.
        first: Option<NaiveDate>,
        /// The target date that held in the end.
        last: Option<NaiveDate>,
        /// Why, each time.
        reasons: Vec<String>,
    },
    /// An item did not apply (S30).
    NotApplicable {
        /// Where.
        place: Placed,
        /// Why not.
        reason: String,
    },
    /// An item was settled after its cut-off, or is open after it.
    Late {
        /// Where.
        place: Placed,
        /// By how much.
        by: TimeDelta,
        /// Whether it is settled by now.
        settled: bool,
        /// The next phase of which it was in time, if there is one.
        in_time_for: Option<Box<Phase>>,
    },
    /// The release was closed, and the item was open.
    LeftOpen {
        /// Where.
        place: Placed,
        /// Why the release was closed all the same.
        reason: Option<String>,
    },
    /// People added an item while the release was under way.
    Added {
        /// Where.
        place: Placed,
    },
}

/// An item with the phase that it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The phase.
    pub phase: Phase,
    /// The item.
    pub item: Item,
}

impl Placed {
    fn new(phase: &Phase, item: &Item) -> Self {
        Self {
            phase: phase.clone(),
            item: item.clone(),
        }
    }
}

/// What a release suggests for its playbook at `now`: first what concerns all of it, then items in the playbook's order.
/// `plan` is the plan that holds, or held in the end: what was in time by it is not late.
#[must_use]
pub fn suggestions(
    release: &Release,
    plan: &Plan,
    events: &[TimelineEvent],
    now: DateTime<Utc>,
) -> Vec<Suggestion> {
    let items = release.playbook.items().flat_map(|(phase, item)| {
        let place = || Placed::new(phase, item);
        let is_new = release
            .variation
            .added
            .iter()
            .any(|added| added.item.id == item.id);
        let new = is_new.then(|| Suggestion::Added { place: place() });
        new.into_iter().chain(of_item(release, plan, phase, item, now))
    });
    slips(release, events).into_iter().chain(items).collect()
}

fn of_item(
    release: &Release,
    plan: &Plan,
    phase: &Phase,
    item: &Item,
    now: DateTime<Utc>,
) -> Option<Suggestion> {
    let place = Placed::new(phase, item);
    let settled = release.completions.get(&item.id);
    if let Some(reason) = settled.and_then(|settled| settled.not_applicable.clone()) {
        return Some(Suggestion::NotApplicable { place, reason });
    }
    if let (None, Some(closure), false) = (settled, &release.closed, release.is_live(phase)) {
        let reason = closure.override_reason.clone();
        return Some(Suggestion::LeftOpen { place, reason });
    }
    // What is due each day has no single cut-off that it could have missed.
    let cutoff = plan
        .phase(&phase.id)
        .filter(|_| item.daily_until.is_none())?
        .cutoff_at;
    let at = settled.map_or(now, |settled| settled.stamp.at);
    let later = plan.phases.iter().find(|later| at <= later.cutoff_at);
    (at > cutoff).then(|| Suggestion::Late {
        place,
        by: at - cutoff,
        settled: settled.is_some(),
        in_time_for: later
            .filter(|_| settled.is_some())
            .and_then(|later| release.playbook.phase(&later.id))
            .map(|later| Box::new(later.clone())),
    })
}

fn slips(release: &Release, events: &[TimelineEvent]) -> Option<Suggestion> {
    let mut first = None;
    let mut reasons = Vec::new();
    for event in events {
        match &event.event {
            Event::Started { target, .. } => first = first.or(*target),
            Event::Slipped { from, to, reason } => {
                if from.is_some_and(|from| to.is_none_or(|to| to > from)) {
                    reasons.push(reason.clone());
                }
                first = first.or(*to);
            }
            _ => {}
        }
    }
    (!reasons.is_empty()).then_some(Suggestion::Slipped {
        times: reasons.len(),
        first,
        last: release.target,
        reasons,
    })
}
