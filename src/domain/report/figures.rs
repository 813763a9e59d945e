//! The scorecard in the form of JSON.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{Act, Facts, RoleFacts};
use crate::domain::room::Severity;
use crate::domain::scorecard::{Outcome, OverriddenRule, Scorecard};

/// How a release went, in figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// "on-time", "late", "not-shipped", "undated" or "under-way".
    pub outcome: &'static str,
    /// By how many working days it shipped after its first target date; null unless it was late.
    pub working_days_late: Option<u32>,
    /// Seconds from the start to the first thing that a person did with an item (S2), or null.
    pub seconds_to_first_action: Option<i64>,
    /// The first target date that was said, or null.
    pub first_target: Option<NaiveDate>,
    /// The target date that holds, or null.
    pub last_target: Option<NaiveDate>,
    /// When it shipped, or null.
    pub shipped_at: Option<DateTime<Utc>>,
    /// The local date of that, or null.
    pub shipped_on: Option<NaiveDate>,
    /// Working days from the start to the first target date, or null.
    pub planned_working_days: Option<u32>,
    /// Working days from the start to the day on which it shipped, or null.
    pub actual_working_days: Option<u32>,
    /// How often the target date moved to a later one or was withdrawn.
    pub slips: usize,
    /// By how many working days, all slips together.
    pub working_days_slipped: i64,
    /// Each move of the target date.
    pub moves: Vec<MoveFacts>,
    /// Each time its clock stood still.
    pub holds: Vec<HoldFacts>,
    /// Each rule that was set aside.
    pub overrides: Vec<OverrideFacts>,
    /// How many release candidates each version took.
    pub candidates: Vec<CandidateCount>,
    /// When the first of all was cut, or null.
    pub first_candidate_at: Option<DateTime<Utc>>,
    /// Since when QA has passed the newest candidate of every version, or null.
    pub approved_at: Option<DateTime<Utc>>,
    /// Seconds from that until it shipped, or null.
    pub seconds_from_approval_to_shipping: Option<i64>,
    /// How many defects were found of each severity.
    pub defects: Vec<DefectCount>,
    /// Items in all.
    pub items: usize,
    /// Items that are open.
    pub items_open: usize,
    /// Items that did not apply.
    pub items_not_applicable: usize,
    /// Items that were open after their cut-off.
    pub items_late: usize,
    /// The same for each role that has one.
    pub items_late_by_role: Vec<LateFacts>,
}

/// The release candidates of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CandidateCount {
    /// The version.
    pub version: String,
    /// How many.
    pub candidates: usize,
}

/// The defects of a severity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DefectCount {
    /// How bad they are.
    pub severity: Severity,
    /// How many.
    pub defects: usize,
}

/// A move of the target date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MoveFacts {
    /// Who moved it, when and why.
    #[serde(flatten)]
    pub act: Act,
    /// The date before, or null.
    pub from: Option<NaiveDate>,
    /// The date after, or null.
    pub to: Option<NaiveDate>,
    /// Working days from the date that was said last; below 0 for an earlier date.
    pub working_days: i64,
}

/// A time during which the clock stood still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HoldFacts {
    /// Who stopped it, when and why.
    #[serde(flatten)]
    pub act: Act,
    /// When it went on, or null.
    pub until: Option<DateTime<Utc>>,
}

/// A rule that was set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OverrideFacts {
    /// Who did it, when and why.
    #[serde(flatten)]
    pub act: Act,
    /// "closed-with-open-items" or "opened-a-gate".
    pub rule: &'static str,
    /// How many items were open, or how many things were missing.
    pub open: usize,
}

/// The late items of a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LateFacts {
    /// The role.
    #[serde(flatten)]
    pub role: RoleFacts,
    /// How many.
    pub items: usize,
}

impl Figures {
    pub(super) fn of(card: &Scorecard, facts: &Facts<'_>) -> Self {
        let (outcome, working_days_late) = match card.outcome {
            Outcome::OnTime => ("on-time", None),
            Outcome::Late { working_days } => ("late", Some(working_days)),
            Outcome::NotShipped => ("not-shipped", None),
            Outcome::Undated => ("undated", None),
            Outcome::UnderWay => ("under-way", None),
        };
        let moves = card.moves.iter().map(|moved| MoveFacts {
            act: facts.act(moved.stamp, Some(moved.reason.clone())),
            from: moved.from,
            to: moved.to,
            working_days: moved.working_days,
        });
        let holds = card.holds.iter().map(|hold| HoldFacts {
            act: facts.act(hold.stamp, Some(hold.reason.clone())),
            until: hold.until,
        });
        let overrides = card.overrides.iter().map(|set_aside| {
            let (rule, open) = match set_aside.rule {
                OverriddenRule::ClosedWithOpenItems { open } => ("closed-with-open-items", open),
                OverriddenRule::OpenedGate { missing } => ("opened-a-gate", missing),
            };
            OverrideFacts {
                act: facts.act(set_aside.stamp, Some(set_aside.reason.clone())),
                rule,
                open,
            }
        });
        let late = card.late_by_role.iter().map(|(role, items)| LateFacts {
            role: RoleFacts {
                id: role.to_string(),
                title: facts.release.role_title(role),
            },
            items: *items,
        });
        let candidates = card
            .testing
            .rounds
            .iter()
            .map(|(version, candidates)| CandidateCount {
                version: version.clone(),
                candidates: *candidates,
            });
        let defects = card
            .testing
            .defects
            .iter()
            .map(|(severity, defects)| DefectCount {
                severity: *severity,
                defects: *defects,
            });
        Self {
            outcome,
            working_days_late,
            seconds_to_first_action: card.time_to_first_action().map(|time| time.num_seconds()),
            first_target: card.first_target,
            last_target: card.last_target,
            shipped_at: card.shipped,
            shipped_on: card.shipped_on,
            planned_working_days: card.planned_working_days,
            actual_working_days: card.actual_working_days,
            slips: card.slips(),
            working_days_slipped: card.working_days_slipped(),
            moves: moves.collect(),
            holds: holds.collect(),
            overrides: overrides.collect(),
            candidates: candidates.collect(),
            first_candidate_at: card.testing.first_candidate,
            approved_at: card.testing.approved,
            seconds_from_approval_to_shipping: card
                .testing
                .approval_to_shipping(card.shipped)
                .map(|time| time.num_seconds()),
            defects: defects.collect(),
            items: card.items,
            items_open: card.open,
            items_not_applicable: card.not_applicable,
            items_late: card.late.len(),
            items_late_by_role: late.collect(),
        }
    }
}
