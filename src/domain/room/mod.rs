//! The release room: what a dot release consists of beside its checklist. Who works on what, the fixes, the release
//! candidates with their verdicts, defects, sign-offs, the go/no-go, and the gates that all of it opens.
//!
//! [`Release::decide`](crate::domain::release::Release::decide) answers a [`RoomCommand`] with [`RoomEvent`]s or a
//! [`RoomRefusal`]; [`Room::apply`] carries the events out. The room is what its events make of it and nothing else: the
//! timeline is the record, and the stored room a copy that spares reading it.

mod added;
mod announcement;
mod blocker;
mod candidates;
mod decision;
mod defects;
mod discussion;
mod escalation;
mod event;
mod evidence;
mod fixes;
mod gates;
mod links;
mod refusal;
mod retrospective;
mod severity;
mod shown;
mod sign_offs;
mod update;
mod work;

#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::added::NewItem;
pub use self::announcement::{Announcement, AnnouncementCommand};
pub use self::blocker::{Blocker, Lack, Owner};
pub use self::candidates::{Candidate, CandidateCommand, Verdict};
pub use self::decision::{Choice, Decision, DecisionCommand, Objection, Outcome, Vote};
pub use self::defects::{Defect, DefectClosing, DefectCommand, Resolution};
pub use self::discussion::Discussion;
pub use self::escalation::{
    CHANNELS_LIMIT, Class, Escalation, EscalationCommand, EscalationEvent, EscalationRefusal, EscalationStep,
    Missed, NewEscalation, NextStep, PROBLEM_LIMIT, Paging, ProblemKind,
};
pub use self::event::RoomEvent;
pub use self::evidence::Evidence;
pub use self::fixes::{Dropped, Fix, FixCommand, FixStep};
pub use self::gates::GateOpening;
pub(in crate::domain) use self::gates::label as gate_label;
pub use self::links::{LinkCommand, StoredLink};
pub use self::refusal::RoomRefusal;
pub use self::retrospective::{FACTS_LIMIT, Findings, PART_LIMIT, Retrospective};
pub use self::severity::Severity;
pub use self::shown::ShownMessage;
pub use self::sign_offs::{SignOff, SignOffAnswer, SignOffCommand, Signer};
pub use self::update::{INTERVAL_FORM, StatusUpdate, UPDATE_LIMIT, UpdateCommand, later, read_interval};
pub use self::work::{Block, Note, Work, WorkCommand};

use crate::domain::ids::{MessageId, UserId};
use crate::domain::person::{Actor, DEV, QA, RELEASE_MANAGER, Stamp};
use crate::domain::playbook::{ItemId, LinkId, PhaseId, RoleId};
use crate::domain::rejection::Rejection;
use crate::domain::release::{Release, within};

/// Everything in the room of one release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Room {
    /// Who works on what, and what was said about it.
    pub work: BTreeMap<ItemId, Work>,
    /// The approved changes, in the order in which they were added.
    pub fixes: Vec<Fix>,
    /// The release candidates of all versions, oldest first.
    pub candidates: Vec<Candidate>,
    /// What testing found, numbered from 1.
    pub defects: Vec<Defect>,
    /// The sign-offs that were asked for, numbered from 1.
    pub sign_offs: Vec<SignOff>,
    /// The go/no-gos that were called, numbered from 1; the last one counts.
    pub decisions: Vec<Decision>,
    /// What kept the release from going on, numbered from 1.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub escalations: Vec<Escalation>,
    /// The gated phases that were opened.
    pub gates: BTreeMap<PhaseId, GateOpening>,
    /// Where the pages of the phases are, as far as somebody has said (S40).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<LinkId, StoredLink>,
    /// The messages that are kept up to date, by the names of their cards.
    pub cards: BTreeMap<String, MessageId>,
    /// What was said last about how the release stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update: Option<StatusUpdate>,
    /// The newest occasion on which the Release Manager was called for the next one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_called: Option<DateTime<Utc>>,
    /// What was learnt from the release; the newest text counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retrospective: Option<Retrospective>,
    /// When the Release Manager was called for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retrospective_called: Option<DateTime<Utc>>,
    /// Whether others have heard of the release, and in which words.
    #[serde(skip_serializing_if = "Announcement::is_none")]
    pub announcement: Announcement,
}

/// What a person can ask of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomCommand {
    /// About who works on an item.
    Work(WorkCommand),
    /// Add an item to this release alone.
    AddItem(NewItem),
    /// About a fix.
    Fix(FixCommand),
    /// About a release candidate.
    Candidate(CandidateCommand),
    /// About a defect.
    Defect(DefectCommand),
    /// About a sign-off.
    SignOff(SignOffCommand),
    /// About the go/no-go.
    Decision(DecisionCommand),
    /// About what keeps the release from going on.
    Escalation(EscalationCommand),
    /// Say how the release stands.
    Update(UpdateCommand),
    /// Write down what was learnt from a closed release.
    LookBack(Findings),
    /// About the announcement.
    Announcement(AnnouncementCommand),
    /// Say where a page of a phase is.
    Link(LinkCommand),
    /// Open a gated phase (S22).
    DeclareReady {
        /// The phase; the first that is closed when none is named.
        phase: Option<PhaseId>,
        /// Why it opens although something is missing.
        override_reason: Option<String>,
    },
}

/// The longest title of a fix or defect, in characters.
pub const TITLE_LIMIT: usize = 150;

/// The longest statement, note or text of a known issue, in characters.
pub const TEXT_LIMIT: usize = 1_000;

/// How many entries of one kind a room keeps: more would be a list that nobody reads.
pub const ENTRIES: usize = 200;

impl Room {
    /// Carries out what has happened.
    pub fn apply(&mut self, event: &RoomEvent, stamp: Stamp) {
        self.apply_work(event, stamp);
        self.apply_fix(event, stamp);
        self.apply_candidate(event, stamp);
        self.apply_defect(event, stamp);
        self.apply_sign_off(event, stamp);
        self.apply_decision(event, stamp);
        self.apply_gate(event, stamp);
        self.apply_update(event, stamp);
        self.apply_retrospective(event, stamp);
        self.apply_announcement(event, stamp);
        self.apply_link(event, stamp);
        self.apply_escalation(event, stamp);
        match event {
            RoomEvent::CardPosted { card, message } => {
                self.cards.insert(card.name(), *message);
            }
            RoomEvent::CardLost { card } => {
                self.cards.remove(&card.name());
            }
            _ => {}
        }
    }
}

impl Release {
    /// What happens in the room when this person asks for this. Changes nothing.
    ///
    /// # Errors
    /// A [`Rejection`] that says why not.
    pub(in crate::domain) fn decide_in_room(
        &self,
        command: &RoomCommand,
        actor: &Actor,
    ) -> Result<Vec<RoomEvent>, Rejection> {
        match command {
            RoomCommand::Work(command) => self.decide_work(command, actor),
            RoomCommand::AddItem(new) => self.add_item(new, actor),
            RoomCommand::Fix(command) => self.decide_fix(command, actor),
            RoomCommand::Candidate(command) => self.decide_candidate(command, actor),
            RoomCommand::Defect(command) => self.decide_defect(command, actor),
            RoomCommand::SignOff(command) => self.decide_sign_off(command, actor),
            RoomCommand::Decision(command) => self.decide_decision(command, actor),
            RoomCommand::Escalation(command) => self.decide_escalation(command, actor),
            RoomCommand::Update(command) => self.decide_update(command, actor),
            RoomCommand::LookBack(findings) => self.look_back(findings, actor),
            RoomCommand::Announcement(command) => self.decide_announcement(command, actor),
            RoomCommand::Link(command) => self.decide_link(command, actor),
            RoomCommand::DeclareReady {
                phase,
                override_reason,
            } => self.declare_ready(phase.as_ref(), override_reason.as_deref(), actor),
        }
    }

    /// The versions that the release ships, the one that names it first.
    pub fn versions(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.version.as_str())
            .chain(self.variation.further_versions.iter().map(String::as_str))
    }

    /// The version as the release knows it, or the only one when none was named.
    ///
    /// # Errors
    /// [`RoomRefusal::WhichVersion`] or [`RoomRefusal::UnknownVersion`].
    fn version_meant(&self, given: Option<&str>) -> Result<String, Rejection> {
        let all = || self.versions().map(str::to_owned).collect::<Vec<_>>();
        match given.map(str::trim).filter(|given| !given.is_empty()) {
            None if self.variation.further_versions.is_empty() => Ok(self.version.clone()),
            None => Err(RoomRefusal::WhichVersion { versions: all() }.into()),
            Some(given) => match self.versions().find(|version| *version == given) {
                Some(version) => Ok(version.to_owned()),
                None => Err(RoomRefusal::UnknownVersion {
                    given: given.to_owned(),
                    versions: all(),
                }
                .into()),
            },
        }
    }

    /// The role of this name, if the playbook has it: a process without testers leaves testing to the Release Manager.
    fn role_or_lead(&self, name: &str) -> RoleId {
        let mut roles = self.playbook.roles.iter().map(|role| &role.id);
        let lead = || {
            self.playbook
                .roles
                .iter()
                .find(|role| role.id.as_str() == RELEASE_MANAGER)
        };
        match (roles.find(|role| role.as_str() == name), lead()) {
            (Some(role), _) => role.clone(),
            (None, Some(lead)) => lead.id.clone(),
            // Every playbook that was read has a role that leads.
            (None, None) => self.playbook.roles[0].id.clone(),
        }
    }

    /// Refuses whoever holds none of these roles.
    fn needs_one_of(&self, roles: &[&str], actor: &Actor, action: &'static str) -> Result<(), Rejection> {
        let roles: Vec<RoleId> = roles.iter().map(|role| self.role_or_lead(role)).collect();
        if roles.iter().any(|role| actor.roles.contains(role)) {
            return Ok(());
        }
        let mut titles: Vec<String> = Vec::new();
        for role in &roles {
            let title = self.role_title(role);
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
        Err(Rejection::RoleNeeded {
            roles: titles,
            action,
        })
    }

    /// Who is asked about a role.
    fn owner(&self, role: &str) -> Owner {
        Owner::Role(self.role_title(&self.role_or_lead(role)))
    }
}

/// The roles that may add fixes, cut candidates and report defects.
const BUILDERS: &[&str] = &[RELEASE_MANAGER, DEV];
const TESTERS: &[&str] = &[QA];
const EVERYBODY_WHO_BUILDS_OR_TESTS: &[&str] = &[RELEASE_MANAGER, DEV, QA];

/// The text, trimmed, when there is one and it fits.
fn given(what: &'static str, text: &str, limit: usize) -> Result<String, Rejection> {
    let text = text.trim();
    if text.is_empty() {
        return Err(RoomRefusal::Empty { what }.into());
    }
    within(what, text, limit)?;
    Ok(text.to_owned())
}

/// The text, trimmed, when it fits; none for an empty one.
fn perhaps(what: &'static str, text: Option<&str>, limit: usize) -> Result<Option<String>, Rejection> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => given(what, text, limit).map(Some),
    }
}

/// Refuses one more of what there are enough of.
fn room_for_more(what: &'static str, count: usize) -> Result<(), Rejection> {
    if count >= ENTRIES {
        Err(RoomRefusal::TooMany { what, limit: ENTRIES }.into())
    } else {
        Ok(())
    }
}

/// The number of the next entry of a list that never shrinks.
fn next_number(count: usize) -> u32 {
    u32::try_from(count + 1).unwrap_or(u32::MAX)
}

/// Whether these are the same person, when both are known.
fn is(person: Option<UserId>, other: UserId) -> bool {
    person == Some(other)
}
