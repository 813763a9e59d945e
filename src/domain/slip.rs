//! Moving the target of a release: whether it may move there, and what would follow.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::calendar::Calendar;
use crate::domain::difference::Difference;
use crate::domain::plan::{Dates, Plan, plan};
use crate::domain::rejection::Rejection;
use crate::domain::release::Release;
use crate::domain::start::{TBD, target_date};

#[cfg(test)]
mod tests;

/// What a person asked for with `/release slip`. Kept while the question about it is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipRequest {
    /// The release's key.
    pub key: String,
    /// The new target as typed: YYYY-MM-DD, or [`TBD`].
    pub target: String,
    /// Why.
    pub reason: String,
    /// What the person was shown and is about to agree to; none while the question is about something else.
    pub shown: Option<Difference>,
}

/// A move that may be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// T-0 from then on; none for "to be decided".
    pub target: Option<NaiveDate>,
    /// The dates from then on.
    pub dates: Dates,
    /// What changes.
    pub difference: Difference,
}

/// What a move to this target would change at `now`. Phases that would be over already are in the difference: the person
/// who agrees to it agrees to them.
///
/// # Errors
/// [`Rejection::NotADate`], [`Rejection::TargetInPast`] or [`Rejection::TargetIsDayOff`].
pub fn propose(
    release: &Release,
    target: &str,
    calendar: &Calendar,
    now: DateTime<Utc>,
) -> Result<Move, Rejection> {
    let playbook = &release.playbook;
    let target = if target.trim().eq_ignore_ascii_case(TBD) {
        None
    } else {
        Some(target_date(target, playbook, calendar, now)?)
    };
    let planned = |target: Option<NaiveDate>| {
        let plan = target.map_or_else(Plan::undated, |target| plan(playbook, target, calendar));
        (
            plan.already_over(now).len() == plan.phases.len(),
            plan.dates(calendar),
        )
    };
    let (all_over, dates) = planned(target);
    let today = playbook.cutoff.zone.to_local(now).date();
    if let Some(target) = target.filter(|target| all_over && *target == today) {
        return Err(Rejection::TargetInPast { target, today });
    }
    let before = match &release.told {
        Some(told) => told.clone(),
        None => planned(release.target).1,
    };
    Ok(Move {
        target,
        difference: Difference::between(release, &before, &dates, now),
        dates,
    })
}
