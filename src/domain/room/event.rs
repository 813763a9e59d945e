//! What can have happened in a room. Events are kept for good, so a variant is never changed, only added.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::{ChannelId, MessageId, UserId};
use crate::domain::notice::Card;
use crate::domain::offset::Offset;
use crate::domain::playbook::{Item, ItemId, LinkId, PhaseId, RoleId};
use crate::domain::room::{
    Blocker, Choice, EscalationEvent, Findings, FixStep, Resolution, Severity, Signer,
};

/// One thing that has happened in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "did", rename_all = "kebab-case")]
pub enum RoomEvent {
    /// An item has an assignee now, or none.
    ItemAssigned {
        /// The item.
        item: ItemId,
        /// Who does it; none when it was given back.
        to: Option<UserId>,
    },
    /// Somebody began with an item.
    ItemStarted {
        /// The item.
        item: ItemId,
    },
    /// An item cannot go on.
    ItemBlocked {
        /// The item.
        item: ItemId,
        /// Why.
        reason: String,
    },
    /// A blocked item can go on.
    ItemUnblocked {
        /// The item.
        item: ItemId,
    },
    /// Somebody wrote something down about an item.
    ItemNoted {
        /// The item.
        item: ItemId,
        /// What.
        text: String,
    },
    /// Somebody wants a thread in which an item is discussed.
    DiscussionWished {
        /// The item.
        item: ItemId,
    },
    /// The thread of an item is there.
    DiscussionOpened {
        /// The item.
        item: ItemId,
        /// The thread.
        thread: ChannelId,
    },
    /// Somebody deleted the thread of an item.
    DiscussionLost {
        /// The item.
        item: ItemId,
        /// The thread that is gone.
        thread: ChannelId,
    },
    /// An item was added to this release alone.
    ItemAdded {
        /// Its phase.
        phase: PhaseId,
        /// The item.
        added: Box<Item>,
    },
    /// A fix goes into the release.
    FixAdded {
        /// Its name elsewhere, such as a ticket.
        reference: String,
        /// What it mends.
        title: String,
        /// Where it is described.
        link: Option<String>,
        /// Who wrote it.
        author: Option<UserId>,
        /// How bad what it mends is.
        severity: Severity,
        /// The versions that it goes into.
        versions: Vec<String>,
    },
    /// A fix got one step further for one version (S3).
    FixStepDone {
        /// The fix.
        reference: String,
        /// The version.
        version: String,
        /// The step.
        step: FixStep,
    },
    /// The last step of a fix was taken back.
    FixStepUndone {
        /// The fix.
        reference: String,
        /// The version.
        version: String,
        /// The step.
        step: FixStep,
    },
    /// A fix does not go into the release after all.
    FixDropped {
        /// The fix.
        reference: String,
        /// Why.
        reason: String,
    },
    /// A release candidate was cut (S17, S20). What was decided about the one before is void.
    CandidateCut {
        /// The version.
        version: String,
        /// Which candidate of the version it is, from 1.
        number: u32,
        /// The commit or tag.
        commit: String,
    },
    /// QA said whether a fix works in a candidate, or whether the candidate as a whole does.
    VerdictGiven {
        /// The candidate, as `7.2.1-RC1`.
        candidate: String,
        /// The fix; none for the candidate as a whole.
        fix: Option<String>,
        /// Whether it passed.
        passed: bool,
        /// What was seen.
        note: Option<String>,
    },
    /// Testing found something (S111).
    DefectFound {
        /// Its number in the release.
        number: u32,
        /// What is wrong.
        title: String,
        /// How bad it is.
        severity: Severity,
        /// The candidate that has it, if there is one.
        candidate: Option<String>,
        /// Where it is described.
        link: Option<String>,
    },
    /// A defect that will be shipped was described for those who meet it (S105).
    DefectDocumented {
        /// Its number.
        number: u32,
        /// What users will see.
        known_issue: String,
        /// What they can do.
        workaround: String,
    },
    /// A defect is off the table.
    DefectClosed {
        /// Its number.
        number: u32,
        /// Why.
        resolution: Resolution,
        /// More about it.
        note: Option<String>,
    },
    /// A signature was asked for (S116, S117).
    SignOffRequested {
        /// Its number in the release.
        number: u32,
        /// Who is asked.
        signer: Signer,
        /// Who may sign in their place.
        delegate: Option<UserId>,
        /// Exactly what is signed.
        statement: String,
        /// What it is about: candidates as `7.2.1-RC1`, or versions without one.
        covers: Vec<String>,
        /// Whether whoever asked may not sign.
        four_eyes: bool,
    },
    /// Somebody signed, or refused to.
    SignOffAnswered {
        /// Its number.
        number: u32,
        /// Whether it was given.
        approved: bool,
        /// Why not; or what to add.
        reason: Option<String>,
    },
    /// The roles were asked whether to ship.
    DecisionCalled {
        /// Its number in the release.
        number: u32,
        /// What it is about.
        covers: Vec<String>,
        /// Who is asked.
        roles: Vec<RoleId>,
        /// How many of them have to answer.
        quorum: usize,
    },
    /// A role said whether to ship.
    Voted {
        /// The decision.
        number: u32,
        /// For which role.
        role: RoleId,
        /// What it says.
        choice: Choice,
        /// Why; a no-go has a reason.
        reason: Option<String>,
    },
    /// Somebody took a vote back: the objection of a no-go ends, and the role may vote again.
    VoteWithdrawn {
        /// The decision.
        number: u32,
        /// For which role.
        role: RoleId,
    },
    /// A card was posted.
    CardPosted {
        /// Which.
        card: Card,
        /// The message.
        message: MessageId,
    },
    /// Somebody deleted a card, or it takes no more edits; it will be posted anew.
    CardLost {
        /// Which.
        card: Card,
    },
    /// A gated phase was opened (S22).
    GateOpened {
        /// The phase.
        phase: PhaseId,
        /// Why it was opened although something was missing.
        override_reason: Option<String>,
        /// What was missing then.
        missing: Vec<Blocker>,
    },
    /// The Release Manager said how the release stands.
    StatusUpdated {
        /// What was said.
        text: String,
        /// How long after it the next one is due; none when nobody is reminded of it.
        every: Option<Offset>,
        /// When that is.
        next: Option<DateTime<Utc>>,
    },
    /// The Release Manager was called for a status update that had not come.
    UpdateCalled {
        /// When it was due.
        due: DateTime<Utc>,
        /// Which call it is: those after the first come later than it was due.
        at: DateTime<Utc>,
    },
    /// The Release Manager wrote down what was learnt from the closed release. An earlier text stays in the timeline.
    RetrospectiveWritten {
        /// What.
        findings: Box<Findings>,
    },
    /// The Release Manager was called for the retrospective.
    RetrospectiveCalled {
        /// When it was due.
        due: DateTime<Utc>,
    },
    /// The announcement was drafted: by the bot at the start of a release, or by a person who changed their mind.
    AnnouncementDrafted {
        /// The words above the facts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
    /// The words above the facts of the announcement were changed.
    AnnouncementWorded {
        /// The words; none when they were taken away.
        words: Option<String>,
    },
    /// Somebody had the announcement posted.
    Announced {
        /// The words above the facts.
        words: Option<String>,
    },
    /// Somebody decided not to announce the release.
    AnnouncementDeclined,
    /// The duty was handed over while the release was in flight (S45).
    HandedOver {
        /// Of which roster, by its title.
        roster: String,
        /// Who went.
        from: UserId,
        /// What they wanted others to know.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Somebody did not take the duty over.
    HandOffDeclined {
        /// Of which roster, by its title.
        roster: String,
        /// Who wanted to go.
        from: UserId,
        /// Why.
        reason: String,
    },
    /// Whoever was on duty left although phases were not complete that have to be (S45, S46).
    LeftUnfinished {
        /// Of which roster, by its title.
        roster: String,
        /// The phases.
        phases: Vec<String>,
        /// Why.
        reason: String,
    },
    /// Somebody said where a page of a phase is (S40). An earlier address stays in the timeline.
    LinkStored {
        /// The link.
        link: LinkId,
        /// The address.
        url: String,
    },
    /// Somebody took the address of a page away.
    LinkRemoved {
        /// The link.
        link: LinkId,
    },
    /// Something happened to what keeps the release from going on (S48–S54).
    Escalation {
        /// Its number in the release.
        number: u32,
        /// What.
        #[serde(flatten)]
        step: EscalationEvent,
    },
}

impl RoomEvent {
    /// Whether something became of an item.
    #[must_use]
    pub fn is_about_an_item(&self) -> bool {
        matches!(
            self,
            Self::ItemAssigned { .. }
                | Self::ItemStarted { .. }
                | Self::ItemBlocked { .. }
                | Self::ItemUnblocked { .. }
                | Self::ItemNoted { .. }
                | Self::DiscussionWished { .. }
                | Self::DiscussionOpened { .. }
                | Self::DiscussionLost { .. }
                | Self::ItemAdded { .. }
        )
    }

    /// Whether somebody decided something about the release as a whole.
    #[must_use]
    pub fn is_a_decision(&self) -> bool {
        matches!(
            self,
            Self::FixDropped { .. }
                | Self::CandidateCut { .. }
                | Self::VerdictGiven { fix: None, .. }
                | Self::SignOffAnswered { .. }
                | Self::DecisionCalled { .. }
                | Self::Voted { .. }
                | Self::VoteWithdrawn { .. }
                | Self::GateOpened { .. }
                | Self::Announced { .. }
                | Self::AnnouncementDeclined
                | Self::HandedOver { .. }
                | Self::LeftUnfinished { .. }
                | Self::Escalation {
                    step: EscalationEvent::Opened { .. }
                        | EscalationEvent::Paged { .. }
                        | EscalationEvent::Resolved { .. },
                    ..
                }
        )
    }
}
