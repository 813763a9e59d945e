//! What was understood and refused. The variants carry facts; `discord::render` makes the sentence.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::direct::DirectRefusal;
use crate::domain::escalation::EditRefusal;
use crate::domain::handoff::HandOffRefusal;
use crate::domain::ids::{ChannelId, ReleaseKey};
use crate::domain::offset::Offset;
use crate::domain::person::Stamp;
use crate::domain::playbook::PhaseId;
use crate::domain::release::Completion;
use crate::domain::room::RoomRefusal;
use crate::domain::shift::ShiftRefusal;

/// Why nothing was changed. Each variant says enough for: what happened, why, and what to do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The guild has not said which roles and channels to use.
    NotSetUp {
        /// What is missing, in words: "the Release Manager role", "the category".
        missing: Vec<String>,
    },
    /// The person may not change the set-up of the guild.
    NotAnAdministrator,
    /// The person holds none of the roles that may do this.
    RoleNeeded {
        /// The roles that may, by their titles.
        roles: Vec<String>,
        /// What was tried, as "start a release".
        action: &'static str,
    },
    /// No playbook has this name.
    UnknownPlaybook {
        /// What was typed.
        given: String,
        /// The names that exist.
        known: Vec<String>,
    },
    /// The playbook does not accept this version.
    VersionNotAccepted {
        /// What was typed.
        given: String,
        /// A version that it would accept.
        example: String,
    },
    /// One release ships at most so many versions.
    TooManyVersions {
        /// How many were asked for.
        given: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The playbook has no such condition.
    UnknownCondition {
        /// What was typed.
        given: String,
        /// The titles of those that it has.
        known: Vec<String>,
    },
    /// Exactly one of some conditions has to be chosen (S42).
    OneCondition {
        /// What is chosen with it, such as "Release type".
        what: String,
        /// The titles of those that were named.
        given: Vec<String>,
        /// The titles of those that there are.
        known: Vec<String>,
    },
    /// The target is not a date of the form YYYY-MM-DD.
    NotADate {
        /// What was typed.
        given: String,
    },
    /// Something is said about a day that is over.
    DayIsOver {
        /// The date spoken of.
        date: NaiveDate,
        /// The date today where the cut-offs are counted.
        today: NaiveDate,
    },
    /// What was typed is no day of the calendars.
    NotADay {
        /// What was typed.
        given: String,
    },
    /// The server has said nothing about this day that could be taken back.
    NothingSaid {
        /// The date asked for.
        date: NaiveDate,
        /// The days to come of which the server has spoken.
        own: Vec<NaiveDate>,
    },
    /// The calendars of the configuration cannot be read; the old ones stay.
    CalendarNotRead {
        /// Every problem on a line; none when the bot has no configuration to read.
        problems: Vec<String>,
    },
    /// The files of the playbooks cannot be read; the old playbooks stay.
    PlaybooksNotRead {
        /// Every problem on a line; none when the bot has no files to read.
        problems: Vec<String>,
    },
    /// The target lies before now.
    TargetInPast {
        /// The date asked for.
        target: NaiveDate,
        /// The date today where the cut-off is counted.
        today: NaiveDate,
    },
    /// The target is a day off.
    TargetIsDayOff {
        /// The date asked for.
        target: NaiveDate,
        /// Why it is off.
        reason: String,
        /// The nearest working days: one before (unless it is over) and one after.
        nearest: Vec<NaiveDate>,
    },
    /// The cut-off of some phases has passed; a person has to say that this is meant.
    PhasesAlreadyOver {
        /// The phases with their cut-offs.
        phases: Vec<(PhaseLabel, DateTime<Utc>)>,
    },
    /// This version of this product is being released already.
    AlreadyInFlight {
        /// The product.
        product: String,
        /// The version.
        version: String,
        /// The release that is under way.
        key: ReleaseKey,
        /// Its channel, when it is open.
        channel: Option<ChannelId>,
    },
    /// A text is longer than what fits.
    TextTooLong {
        /// Which text.
        what: &'static str,
        /// Characters allowed.
        limit: usize,
        /// Characters given.
        given: usize,
    },
    /// The command makes sense in the channel of a release only.
    NotAReleaseChannel {
        /// The releases in flight and their channels.
        in_flight: Vec<(ReleaseKey, String, Option<ChannelId>)>,
    },
    /// No release has this key.
    UnknownRelease {
        /// What was asked for.
        given: String,
    },
    /// The release is over.
    ReleaseClosed {
        /// Its key.
        key: ReleaseKey,
        /// Who closed it, and when.
        closed: Stamp,
    },
    /// The release has no item of this name.
    UnknownItem {
        /// What was typed.
        given: String,
        /// Titles that come close.
        nearest: Vec<String>,
    },
    /// Somebody has settled this item already.
    ItemAlreadyDone {
        /// The item.
        title: String,
        /// Who did it or said that it does not apply, and when.
        done: Completion,
    },
    /// The item is open, so there is nothing to undo.
    ItemNotDone {
        /// The item.
        title: String,
    },
    /// The release cannot be closed: items or escalations are open and no reason to override was given.
    ItemsStillOpen {
        /// The escalations, each with what is blocked.
        blocked: Vec<(u32, String)>,
        /// Role title and item titles, in the playbook's order.
        open: Vec<(String, Vec<String>)>,
    },
    /// The bot itself lacks permissions in the guild.
    PermissionsMissing {
        /// The permission and what it blocks.
        missing: Vec<MissingPermission>,
    },
    /// A reason is needed, and none was given.
    ReasonNeeded {
        /// What needs one, as "moving a release".
        action: &'static str,
    },
    /// The release has this target already.
    TargetUnchanged {
        /// It; none while it is to be decided.
        target: Option<NaiveDate>,
    },
    /// Somebody moved the release while the question was open.
    MovedMeanwhile {
        /// The target now; none while it is to be decided.
        target: Option<NaiveDate>,
    },
    /// The release is on hold already.
    AlreadyOnHold {
        /// Who put it on hold, and when.
        since: Stamp,
        /// Why.
        reason: String,
    },
    /// The release is not on hold, so there is nothing to resume.
    NotOnHold {
        /// Its key.
        key: ReleaseKey,
    },
    /// The release is not closed, so there is nothing to reopen.
    NotClosed {
        /// Its key.
        key: ReleaseKey,
    },
    /// A text that is no end of a snooze.
    NotAnUntil {
        /// What was typed.
        given: String,
    },
    /// The end of a snooze is not ahead.
    SnoozeNotAhead {
        /// When it would end.
        until: DateTime<Utc>,
    },
    /// The snooze would last beyond the cut-off of its phase; a person has to say that this is meant.
    SnoozePastDue {
        /// The item.
        title: String,
        /// Its phase.
        phase: PhaseLabel,
        /// When the item is due.
        cutoff: DateTime<Utc>,
        /// When the snooze would end.
        until: DateTime<Utc>,
    },
    /// The item is not snoozed, so there is nothing to end.
    ItemNotSnoozed {
        /// The item.
        title: String,
    },
    /// No undelivered message has this number.
    UnknownNote {
        /// The number.
        note: i64,
    },
    /// An undelivered message that no program of this version can read.
    NoteUnreadable {
        /// The number.
        note: i64,
    },
    /// The playbook does not recur, so there is nothing to switch.
    NotRecurring {
        /// Its name.
        playbook: String,
        /// The names of those that do.
        known: Vec<String>,
    },
    /// The proposal of a recurring release was answered already.
    ProposalAnswered {
        /// The release that was started; none for "not this time".
        started: Option<ReleaseKey>,
        /// Who answered, and when.
        answered: Stamp,
    },
    /// Something about the room of a release.
    Room(Box<RoomRefusal>),
    /// Something about what a person is told by direct message.
    Direct(Box<DirectRefusal>),
    /// Something about rosters and shifts.
    Shift(Box<ShiftRefusal>),
    /// Something about hand-offs.
    HandOff(Box<HandOffRefusal>),
    /// Something about whom to ask, and what to do about what is seen.
    Directory(Box<EditRefusal>),
    /// A button whose question was answered or given up already.
    QuestionGone,
}

/// How a phase is called in a sentence: "T−4 Code complete".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseLabel {
    /// Its id.
    pub id: PhaseId,
    /// How far from the target date it is.
    pub offset: Offset,
    /// Its title.
    pub title: String,
}

impl std::fmt::Display for PhaseLabel {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.offset.label(), self.title)
    }
}

/// A permission that the bot lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingPermission {
    /// Its name as people see it in the platform's settings.
    pub permission: &'static str,
    /// What does not work without it.
    pub blocks: &'static str,
}
