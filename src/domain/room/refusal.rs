//! What was understood and refused in a room. The variants carry facts; `discord::render` makes the sentence.

use crate::domain::ids::{ReleaseKey, UserId};
use crate::domain::person::Stamp;
use crate::domain::playbook::EvidenceKind;
use crate::domain::rejection::{PhaseLabel, Rejection};
use crate::domain::room::{Blocker, Choice, EscalationRefusal, FixStep, Owner, Severity};

/// Why nothing was changed in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomRefusal {
    /// A text is needed, and none was given.
    Empty {
        /// Which.
        what: &'static str,
    },
    /// There are enough of these.
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there may be.
        limit: usize,
    },
    /// The release ships several versions, and none was named.
    WhichVersion {
        /// Its versions.
        versions: Vec<String>,
    },
    /// The release does not ship this version.
    UnknownVersion {
        /// What was typed.
        given: String,
        /// Its versions.
        versions: Vec<String>,
    },
    /// A text does not say after how long the next status update is due.
    NotAnInterval {
        /// What was typed.
        given: String,
    },
    /// A retrospective comes after the end.
    NotOverYet {
        /// The release.
        key: ReleaseKey,
    },
    /// A retrospective says nothing but the facts.
    NothingLearnt,
    /// No phase has this name.
    UnknownPhase {
        /// What was typed.
        given: String,
        /// The titles of those that there are.
        known: Vec<String>,
    },
    /// No role of the playbook has this name.
    UnknownRole {
        /// What was typed.
        given: String,
        /// The titles of those that there are.
        known: Vec<String>,
    },
    /// The release has such an item.
    ItemExists {
        /// Its title.
        title: String,
    },
    /// Somebody does this item already.
    ItemTaken {
        /// The item.
        title: String,
        /// Who.
        who: UserId,
    },
    /// It is as it was asked to be.
    AssigneeUnchanged {
        /// The item.
        title: String,
        /// Who does it; none for nobody.
        who: Option<UserId>,
    },
    /// This person has no open item.
    NothingAssigned {
        /// Who.
        who: UserId,
    },
    /// Somebody began with this item already.
    ItemStarted {
        /// The item.
        title: String,
        /// Who began, and when.
        started: Stamp,
    },
    /// The item is not blocked.
    ItemNotBlocked {
        /// The item.
        title: String,
    },
    /// Only the assignee may tick the item.
    OnlyTheAssignee {
        /// The item.
        title: String,
        /// Who that is; none when it is nobody's.
        assignee: Option<UserId>,
    },
    /// The item counts as done only when something is shown.
    EvidenceNeeded {
        /// The item.
        title: String,
        /// What has to be shown.
        kind: EvidenceKind,
    },
    /// What was given is no evidence of the kind that is asked for.
    NotEvidence {
        /// What has to be shown.
        kind: EvidenceKind,
        /// What was given.
        given: String,
    },
    /// No item that is open asks for what a message can show.
    NothingAsksForThis {
        /// What the message could be shown for.
        shows: Vec<EvidenceKind>,
        /// What the open items ask for.
        asked: Vec<EvidenceKind>,
        /// The items that asked for it and are done, each with who did it, and when.
        done: Vec<(String, Stamp)>,
    },
    /// The release has no channel yet.
    NoChannel,
    /// Other items have to be settled first.
    ItemsNeeded {
        /// The item.
        title: String,
        /// Those that are open, each with who owns it.
        needs: Vec<(String, Owner)>,
    },
    /// A text is no web address.
    NotALink {
        /// What was typed.
        given: String,
    },
    /// The release has this fix already.
    FixExists {
        /// The fix.
        reference: String,
    },
    /// The release has no such fix.
    UnknownFix {
        /// What was typed.
        given: String,
        /// Those that it has.
        known: Vec<String>,
    },
    /// The fix does not go into this version.
    FixNotInVersion {
        /// The fix.
        reference: String,
        /// The version.
        version: String,
    },
    /// The fix is not merged, so no candidate has it.
    FixNotInCandidate {
        /// The fix.
        reference: String,
        /// The candidate.
        candidate: String,
    },
    /// All steps of the fix are done.
    FixMerged {
        /// The fix.
        reference: String,
    },
    /// The step is done.
    StepDone {
        /// The fix.
        reference: String,
        /// The step.
        step: FixStep,
        /// By whom, and when.
        done: Stamp,
    },
    /// Another step comes first.
    StepTooEarly {
        /// The fix.
        reference: String,
        /// The step that was asked for.
        step: FixStep,
        /// The one that comes next.
        next: FixStep,
    },
    /// No step of the fix is done.
    NoStepDone {
        /// The fix.
        reference: String,
    },
    /// Nobody reviews their own change.
    OwnFix {
        /// The fix.
        reference: String,
    },
    /// No release candidate was cut.
    NoCandidate,
    /// Several candidates are current, and none was named.
    WhichCandidate {
        /// Those.
        known: Vec<String>,
    },
    /// No candidate has this name.
    UnknownCandidate {
        /// What was typed.
        given: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// A newer candidate has taken its place.
    CandidateSuperseded {
        /// The candidate that was meant.
        candidate: String,
        /// The newer one.
        by: String,
    },
    /// A candidate cannot pass.
    CandidateNotReady {
        /// The candidate.
        candidate: String,
        /// What stands in the way.
        missing: Vec<Blocker>,
    },
    /// The release has no such defect.
    UnknownDefect {
        /// What was asked for.
        given: u32,
        /// How many are open.
        open: usize,
    },
    /// The defect is off the table.
    DefectClosed {
        /// Its number.
        number: u32,
        /// Who closed it, and when.
        closed: Stamp,
    },
    /// A defect this bad is never shipped as a known issue.
    DefectTooBad {
        /// Its number.
        number: u32,
        /// How bad it is.
        severity: Severity,
    },
    /// The release has no such sign-off.
    UnknownSignOff {
        /// What was asked for.
        number: u32,
    },
    /// The sign-off is about a candidate that is superseded.
    SignOffVoid {
        /// Its number.
        number: u32,
        /// The newer candidate.
        by: String,
    },
    /// The sign-off was answered.
    SignOffAnswered {
        /// Its number.
        number: u32,
        /// Whether it was given.
        approved: bool,
        /// By whom, and when.
        answered: Stamp,
    },
    /// Somebody else is asked to sign.
    NotTheSigner {
        /// Its number.
        number: u32,
        /// Who is asked.
        signer: Owner,
        /// Who may sign in their place.
        delegate: Option<UserId>,
    },
    /// Whoever asks does not sign.
    FourEyes {
        /// The sign-off; none while it is being asked for.
        number: Option<u32>,
    },
    /// Nobody has called the go/no-go.
    NoDecision,
    /// A go/no-go is under way or decided.
    DecisionCalled {
        /// Its number.
        number: u32,
        /// Who called it, and when.
        called: Stamp,
    },
    /// A newer candidate has made the go/no-go void.
    DecisionVoid {
        /// The candidate.
        by: String,
    },
    /// The role has voted.
    AlreadyVoted {
        /// Its title.
        role: String,
        /// What it said.
        choice: Choice,
        /// Who said it, and when.
        voted: Stamp,
    },
    /// The person has no vote to take back.
    NoVoteOfYours,
    /// Nobody can say go while these are open (S112).
    NoGoYet {
        /// The defects.
        missing: Vec<Blocker>,
    },
    /// The phase is closed.
    GateClosed {
        /// The phase.
        phase: PhaseLabel,
        /// What stands in the way; empty when it only has to be declared.
        missing: Vec<Blocker>,
    },
    /// The phase is open.
    GateOpen {
        /// The phase.
        phase: PhaseLabel,
        /// Who opened it, and when.
        opened: Stamp,
    },
    /// The phase has no gate.
    NoGate {
        /// Those that have one.
        gated: Vec<PhaseLabel>,
    },
    /// The release was announced.
    Announced {
        /// Who had it announced, and when; none when an earlier program did so by itself.
        announced: Option<Stamp>,
    },
    /// Somebody decided not to announce the release.
    AnnouncementDeclined {
        /// Who, and when.
        declined: Stamp,
    },
    /// The draft of the announcement is there.
    AnnouncementWaits {
        /// Who had it drafted, and when.
        drafted: Stamp,
    },
    /// A private release is announced to nobody.
    Secret,
    /// No announcement was drafted.
    NothingDrafted,
    /// The announcement has these words.
    WordsUnchanged,
    /// The phases have no such link.
    UnknownLink {
        /// What was typed.
        given: String,
        /// The titles of those that they have.
        known: Vec<String>,
    },
    /// The link has this address, or none that could be taken away.
    LinkUnchanged {
        /// Its title.
        title: String,
        /// Who stored the address, and when; none when there is none.
        stored: Option<Stamp>,
    },
    /// Something about what keeps the release from going on.
    Escalation(Box<EscalationRefusal>),
}

impl From<RoomRefusal> for Rejection {
    fn from(refusal: RoomRefusal) -> Self {
        Self::Room(Box::new(refusal))
    }
}
