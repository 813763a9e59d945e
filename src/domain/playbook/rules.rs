//! What a playbook can ask of an item beyond that somebody ticks it, and of a release before a phase opens.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::playbook::{ConditionId, RoleId};

/// Who may tick an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DoneBy {
    /// Its role, whoever it is shared with, or the Release Manager for somebody without a screen at hand.
    #[default]
    RoleOrReleaseManager,
    /// Its role or whoever it is shared with, and not the Release Manager.
    Role,
    /// The person it is assigned to, and nobody else.
    Assignee,
}

impl DoneBy {
    /// Whether it is what an item asks for that says nothing.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What an item needs to be shown before it counts as done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceKind {
    /// The address of a page: `https` or `http`.
    Link,
    /// A text, such as a hash.
    Text,
    /// A file.
    File,
}

impl fmt::Display for EvidenceKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Link => "link",
            Self::Text => "text",
            Self::File => "file",
        })
    }
}

/// What becomes of the announcement of a release.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AnnouncementRule {
    /// It is drafted at the start, and the Release Manager has it posted.
    #[default]
    Preview,
    /// It is drafted when the Release Manager asks for it, and not before.
    None,
}

impl AnnouncementRule {
    /// Whether it is what a playbook means that says nothing.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether there is a draft from the start.
    #[must_use]
    pub fn is_drafted(self) -> bool {
        self == Self::Preview
    }
}

/// Something that holds for one release and not for another; whoever starts a release says which (S19, S31).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Its id.
    pub id: ConditionId,
    /// What holds, as people pick it: "It overlaps a regular release".
    pub title: String,
    /// What is chosen with it, such as the type of the release: of all conditions that say the same, exactly one holds
    /// (S42).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_of: Option<String>,
}

/// What has to hold before a phase opens (S22).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Criterion {
    /// Every item of the earlier phases is settled.
    EarlierItems,
    /// Every fix is merged for each of its versions (S3).
    FixesMerged,
    /// QA has passed the newest release candidate of each version (S4, S20).
    CandidatePassed,
    /// No critical or high defect is open, and each other one is a known issue with a workaround (S105, S113).
    DefectsCleared,
    /// The go/no-go says go for the newest release candidates (S121).
    Go,
    /// Every sign-off that was asked for is given (S117).
    SignedOff,
}

impl Criterion {
    /// All of them, in the order in which they are asked.
    pub const ALL: [Self; 6] = [
        Self::EarlierItems,
        Self::FixesMerged,
        Self::CandidatePassed,
        Self::DefectsCleared,
        Self::Go,
        Self::SignedOff,
    ];

    /// Its name in a file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EarlierItems => "earlier-items",
            Self::FixesMerged => "fixes-merged",
            Self::CandidatePassed => "candidate-passed",
            Self::DefectsCleared => "defects-cleared",
            Self::Go => "go",
            Self::SignedOff => "signed-off",
        }
    }

    /// Whether it is about a release candidate, so that a newer candidate has to meet it anew.
    #[must_use]
    pub fn is_of_candidate(self) -> bool {
        matches!(self, Self::CandidatePassed | Self::Go | Self::SignedOff)
    }
}

impl FromStr for Criterion {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|criterion| criterion.as_str() == text).ok_or(())
    }
}

/// Who decides whether to ship (S121).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionRules {
    /// The roles that are asked, each with one vote.
    pub roles: Vec<RoleId>,
    /// How many of them have to answer before "go" counts; never more than there are.
    pub quorum: usize,
}
