//! How people are reminded: the settings of a playbook's reminder ladder.

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

use crate::domain::offset::{Offset, Side, Unit};

/// The steps of the ladder. What is absent is never spent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LadderRules {
    /// How long before a phase's date its roles hear of it for the first time.
    pub heads_up: Option<Offset>,
    /// Whether they hear of it when the working day of its cut-off begins.
    pub day_of: bool,
    /// Whether the passing of a cut-off with open items is said.
    pub at_cutoff: bool,
    /// Whether overdue items are nagged about on each working day.
    pub nag: bool,
    /// When on that day, local time of whoever is nagged; when their working day begins if absent.
    pub nag_time: Option<NaiveTime>,
    /// How long items are overdue before the Release Manager is addressed too.
    pub release_manager: Option<Offset>,
    /// How long items are overdue before the server's manager is addressed too.
    pub manager: Option<Offset>,
    /// How long after the start, and after each status update, the next one is due, unless the last one says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updates: Option<Offset>,
    /// How long after the end the Release Manager is called for the retrospective.
    #[serde(skip_serializing_if = "is_usual")]
    pub retrospective: Option<Offset>,
}

/// How long after the end the retrospective is due, unless the playbook says otherwise.
const RETROSPECTIVE: Offset = Offset {
    amount: 3,
    unit: Unit::WorkingDays,
    side: Side::After,
};

/// What is usual is not stored, so that a playbook that says nothing of it is stored as before.
fn is_usual(retrospective: &Option<Offset>) -> bool {
    *retrospective == Some(RETROSPECTIVE)
}

impl Default for LadderRules {
    fn default() -> Self {
        let working_days = |amount, side| Offset {
            amount,
            unit: Unit::WorkingDays,
            side,
        };
        Self {
            heads_up: Some(working_days(1, Side::Before)),
            day_of: true,
            at_cutoff: true,
            nag: true,
            nag_time: None,
            release_manager: Some(working_days(1, Side::After)),
            manager: Some(working_days(2, Side::After)),
            updates: None,
            retrospective: Some(RETROSPECTIVE),
        }
    }
}
