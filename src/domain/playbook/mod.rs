//! Playbooks: the written processes that releases follow, one file each.
//!
//! [`Playbook::read`] turns a file into the model and reports every problem of the file at once. [`schema`] is the
//! same format as data, from which editors complete and check. `docs/playbooks.md` explains it to people.

pub mod compare;
mod digest;
mod ids;
pub mod import;
mod ladder;
mod limits;
mod model;
mod read;
mod rules;
pub mod schema;
mod variation;

#[cfg(test)]
mod tests;

pub use self::ids::{ConditionId, ItemId, LinkId, PhaseId, RoleId};
pub use self::ladder::LadderRules;
pub(in crate::domain) use self::limits::DETAILS as DETAILS_LIMIT;
pub use self::model::{CutOff, Item, Link, Phase, PhaseLink, Playbook, RoleDefinition, VersionRule};
pub use self::rules::{AnnouncementRule, Condition, Criterion, DecisionRules, DoneBy, EvidenceKind};
pub use self::variation::{AddedItem, Variation};
