//! When people are reminded of a phase, and of what.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::plan::Plan;
use crate::domain::playbook::PhaseId;

#[cfg(test)]
mod tests;

/// The moments of a phase's day at which people hear of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    /// The working day of the phase begins.
    DayStart,
    /// The cut-off is now.
    CutOff,
}

/// One moment of one phase on one date: at most one reminder belongs to it, ever. A phase that moves has other occasions
/// on its new date, and the old ones again when it moves back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Occasion {
    /// When it is due.
    pub at: DateTime<Utc>,
    /// The phase.
    pub phase: PhaseId,
    /// Which moment of its day.
    pub moment: Moment,
}

/// The phase and the moment of an occasion, whatever the date.
pub type OccasionKey = (PhaseId, Moment);

impl Occasion {
    /// The phase and the moment, without the date.
    #[must_use]
    pub fn key(&self) -> OccasionKey {
        (self.phase.clone(), self.moment)
    }
}

/// All occasions of a plan, soonest first.
#[must_use]
pub fn occasions(plan: &Plan) -> Vec<Occasion> {
    let mut all: Vec<Occasion> = plan
        .phases
        .iter()
        .flat_map(|phase| {
            let id = phase.id.clone();
            [
                Occasion {
                    at: phase.starts_at,
                    phase: id.clone(),
                    moment: Moment::DayStart,
                },
                Occasion {
                    at: phase.cutoff_at,
                    phase: id,
                    moment: Moment::CutOff,
                },
            ]
        })
        .collect();
    all.sort();
    all
}

/// The occasions that are due at `now` and not settled yet, soonest first. What was over before the release was
/// opened never becomes due: the brief has told it.
#[must_use]
pub fn due(
    plan: &Plan,
    opened_at: DateTime<Utc>,
    settled: &BTreeSet<Occasion>,
    now: DateTime<Utc>,
) -> Vec<Occasion> {
    pending(plan, opened_at, settled)
        .filter(|occasion| occasion.at <= now)
        .collect()
}

/// The occasion that comes next after `now`.
#[must_use]
pub fn next(
    plan: &Plan,
    opened_at: DateTime<Utc>,
    settled: &BTreeSet<Occasion>,
    now: DateTime<Utc>,
) -> Option<Occasion> {
    pending(plan, opened_at, settled).find(|occasion| occasion.at > now)
}

fn pending(
    plan: &Plan,
    opened_at: DateTime<Utc>,
    settled: &BTreeSet<Occasion>,
) -> impl Iterator<Item = Occasion> {
    occasions(plan)
        .into_iter()
        .filter(move |occasion| occasion.at > opened_at && !settled.contains(occasion))
}
