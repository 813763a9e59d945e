//! Whether a command may be carried out, and what follows from it.

use chrono::NaiveDate;

use crate::domain::ids::ChannelId;
use crate::domain::person::Actor;
use crate::domain::playbook::{DoneBy, EvidenceKind, ItemId};
use crate::domain::rejection::Rejection;
use crate::domain::release::{Event, Release};
use crate::domain::room::{
    AnnouncementCommand, Evidence, Owner, RoomCommand, RoomRefusal, ShownMessage, WorkCommand, gate_label,
};
use crate::domain::snooze::Until;

/// What a person can ask of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Tick an item.
    CompleteItem(ItemId),
    /// Tick an item and show what it asks for.
    CompleteWith {
        /// The item.
        item: ItemId,
        /// What is shown, as typed.
        evidence: String,
    },
    /// Tick an item and show a message for it.
    CompleteShowing {
        /// The item.
        item: ItemId,
        /// The message.
        message: ShownMessage,
    },
    /// Something in the room.
    Room(RoomCommand),
    /// Say that an item does not apply to this release.
    NotApplicable {
        /// The item.
        item: ItemId,
        /// Why.
        reason: String,
    },
    /// Take a completion back.
    UndoItem(ItemId),
    /// Move the target date, set the first one, or withdraw it. Whether a release can be planned for the
    /// date was asked before: it takes the calendar.
    Slip {
        /// T-0 from now on; none for "to be decided".
        target: Option<NaiveDate>,
        /// Why.
        reason: String,
    },
    /// Stop the clock.
    Hold {
        /// Why.
        reason: String,
    },
    /// Let the clock go on.
    Resume,
    /// Silence the reminders of an item for a while, or end that.
    SnoozeItem {
        /// The item.
        item: ItemId,
        /// Until when.
        until: Until,
    },
    /// Open the release again after it was closed. Whether its version is in flight was asked before: it takes the other
    /// releases.
    Reopen {
        /// Why.
        reason: String,
    },
    /// End the release; a reason is needed while items up to the target date are open.
    Close {
        /// Why it may end with open items.
        override_reason: Option<String>,
    },
}

/// What is shown when an item is ticked.
#[derive(Clone, Copy)]
enum Given<'a> {
    Nothing,
    /// What was typed.
    Text(&'a str),
    /// A message in the channel of the release or a thread there.
    Message(&'a ShownMessage),
}

impl Given<'_> {
    fn unless_empty(self) -> Self {
        match self {
            Self::Text(text) if text.trim().is_empty() => Self::Nothing,
            given => given,
        }
    }
}

/// The longest text that a person may give as a reason, in characters.
pub const REASON_LIMIT: usize = 500;

impl Release {
    /// What happens when this person asks for this. Changes nothing.
    ///
    /// # Errors
    /// A [`Rejection`] that says why not.
    pub fn decide(&self, command: &Command, actor: &Actor) -> Result<Vec<Event>, Rejection> {
        if !self.lives_on_after(command) {
            self.still_open()?;
        }
        match command {
            Command::CompleteItem(item) => self.complete(item, Given::Nothing, actor),
            Command::CompleteWith { item, evidence } => self.complete(item, Given::Text(evidence), actor),
            Command::CompleteShowing { item, message } => self.complete(item, Given::Message(message), actor),
            Command::Room(command) => {
                let events = self.decide_in_room(command, actor)?;
                Ok(events.into_iter().map(Event::Room).collect())
            }
            Command::NotApplicable { item, reason } => self.set_aside(item, reason, actor),
            Command::UndoItem(item) => self.undo(item, actor),
            Command::Slip { target, reason } => self.slip(*target, reason, actor),
            Command::Hold { reason } => self.put_on_hold(reason, actor),
            Command::Resume => self.resume(actor),
            Command::SnoozeItem { item, until } => self.snooze(item, until, actor),
            Command::Reopen { reason } => self.reopen(reason, actor),
            Command::Close { override_reason } => self.close(override_reason.as_deref(), actor),
        }
    }

    /// Whether this can be asked of a closed release as well: it is about an item that lives on, opens the release, or
    /// looks back on it.
    fn lives_on_after(&self, command: &Command) -> bool {
        let item = match command {
            Command::CompleteItem(item)
            | Command::NotApplicable { item, .. }
            | Command::CompleteWith { item, .. }
            | Command::CompleteShowing { item, .. }
            | Command::UndoItem(item)
            | Command::SnoozeItem { item, .. } => item,
            // Nobody could write in the thread: the channel is locked.
            Command::Room(RoomCommand::Work(WorkCommand::Discuss { .. })) => return false,
            Command::Room(RoomCommand::Work(work)) => match work.item() {
                Some(item) => item,
                None => return false,
            },
            // What everybody may hear of a release is often decided when it is over.
            Command::Room(RoomCommand::Announcement(AnnouncementCommand::Post { .. }))
            | Command::Room(RoomCommand::LookBack(_))
            | Command::Reopen { .. } => return true,
            _ => return false,
        };
        self.playbook
            .phase_of(item)
            .is_some_and(|phase| self.is_live(phase))
    }

    fn reopen(&self, reason: &str, actor: &Actor) -> Result<Vec<Event>, Rejection> {
        if !actor.is_release_manager() {
            return Err(self.role_needed(std::iter::empty(), "reopen a release"));
        }
        let reason = given_reason(reason, "reopening a release")?;
        if self.is_open() {
            return Err(Rejection::NotClosed {
                key: self.key.clone(),
            });
        }
        Ok(vec![Event::Reopened { reason }])
    }

    /// The reason as it goes on the record, when this person may move the release, wherever to.
    ///
    /// # Errors
    /// A [`Rejection`] that says why not.
    pub fn may_move(&self, reason: &str, actor: &Actor) -> Result<String, Rejection> {
        self.still_open()?;
        if !actor.is_release_manager() {
            return Err(self.role_needed(std::iter::empty(), "move a release"));
        }
        given_reason(reason, "moving a release")
    }

    pub(in crate::domain) fn still_open(&self) -> Result<(), Rejection> {
        match &self.closed {
            None => Ok(()),
            Some(closure) => Err(Rejection::ReleaseClosed {
                key: self.key.clone(),
                closed: closure.stamp,
            }),
        }
    }

    fn complete(&self, item: &ItemId, given: Given<'_>, actor: &Actor) -> Result<Vec<Event>, Rejection> {
        let title = self.authorise_tick(item, actor, "tick this item")?;
        self.still_to_do(item, title)?;
        self.may_be_done(item)?;
        Ok(vec![Event::ItemDone {
            item: item.clone(),
            evidence: self.shown_for(item, given)?,
        }])
    }

    /// Whether everything holds that has to hold before anybody can do this item.
    fn may_be_done(&self, id: &ItemId) -> Result<(), Rejection> {
        let found = self.playbook.items().find(|(_, item)| item.id == *id);
        let Some((phase, item)) = found else { return Ok(()) };
        if !self.is_gate_open(phase) {
            let missing = self.missing_for(phase);
            let phase = gate_label(phase);
            return Err(RoomRefusal::GateClosed { phase, missing }.into());
        }
        let open = item
            .needs
            .iter()
            .filter(|need| !self.completions.contains_key(need));
        let needs: Vec<(String, Owner)> = open
            .filter_map(|need| self.playbook.item(need))
            .map(|need| {
                let owner = match self.room.assignee(&need.id) {
                    Some(person) => Owner::Person(person),
                    None => Owner::Role(self.role_title(&need.role)),
                };
                (need.title.clone(), owner)
            })
            .collect();
        if needs.is_empty() {
            Ok(())
        } else {
            let title = item.title.clone();
            Err(RoomRefusal::ItemsNeeded { title, needs }.into())
        }
    }

    /// What is shown for an item, when it is what the item asks for. More than an item asks for is kept too.
    fn shown_for(&self, id: &ItemId, given: Given<'_>) -> Result<Option<Evidence>, Rejection> {
        let item = self.playbook.item(id);
        let asked = item.and_then(|item| item.evidence);
        match (asked, given.unless_empty()) {
            (None, Given::Nothing) => Ok(None),
            (Some(kind), Given::Nothing) => Err(RoomRefusal::EvidenceNeeded {
                title: item.map_or_else(|| id.to_string(), |item| item.title.clone()),
                kind,
            }
            .into()),
            (asked, Given::Text(given)) => {
                let kind = asked.unwrap_or(EvidenceKind::Text);
                let places: Vec<ChannelId> = self.channel.into_iter().chain(self.room.threads()).collect();
                Evidence::read(kind, given, self.guild, &places).map(Some)
            }
            (asked, Given::Message(message)) => {
                let kind = asked.or_else(|| message.shows().first().copied());
                let kind = kind.unwrap_or(EvidenceKind::Text);
                let refused = || RoomRefusal::NotEvidence {
                    kind,
                    given: message.address.clone(),
                };
                Ok(Some(message.evidence(kind).ok_or_else(refused)?))
            }
        }
    }

    fn set_aside(&self, item: &ItemId, reason: &str, actor: &Actor) -> Result<Vec<Event>, Rejection> {
        let title = self.authorise_item(item, actor, "say that this item does not apply")?;
        self.still_to_do(item, title)?;
        Ok(vec![Event::ItemNotApplicable {
            item: item.clone(),
            reason: given_reason(reason, "saying that an item does not apply")?,
        }])
    }

    pub(in crate::domain) fn still_to_do(&self, item: &ItemId, title: String) -> Result<(), Rejection> {
        match self.completions.get(item) {
            None => Ok(()),
            Some(completion) => Err(Rejection::ItemAlreadyDone {
                title,
                done: completion.clone(),
            }),
        }
    }

    fn undo(&self, item: &ItemId, actor: &Actor) -> Result<Vec<Event>, Rejection> {
        let title = self.authorise_tick(item, actor, "undo this item")?;
        if self.completions.contains_key(item) {
            Ok(vec![Event::ItemUndone { item: item.clone() }])
        } else {
            Err(Rejection::ItemNotDone { title })
        }
    }

    fn slip(&self, target: Option<NaiveDate>, reason: &str, actor: &Actor) -> Result<Vec<Event>, Rejection> {
        let reason = self.may_move(reason, actor)?;
        if target == self.target {
            return Err(Rejection::TargetUnchanged { target });
        }
        Ok(vec![Event::Slipped {
            from: self.target,
            to: target,
            reason,
        }])
    }

    fn put_on_hold(&self, reason: &str, actor: &Actor) -> Result<Vec<Event>, Rejection> {
        if !actor.is_release_manager() {
            return Err(self.role_needed(std::iter::empty(), "put a release on hold"));
        }
        let reason = given_reason(reason, "putting a release on hold")?;
        match &self.hold {
            Some(hold) => Err(Rejection::AlreadyOnHold {
                since: hold.stamp,
                reason: hold.reason.clone(),
            }),
            None => Ok(vec![Event::Held { reason }]),
        }
    }

    fn resume(&self, actor: &Actor) -> Result<Vec<Event>, Rejection> {
        if !actor.is_release_manager() {
            return Err(self.role_needed(std::iter::empty(), "resume a release"));
        }
        match &self.hold {
            Some(_) => Ok(vec![Event::Resumed]),
            None => Err(Rejection::NotOnHold {
                key: self.key.clone(),
            }),
        }
    }

    fn snooze(&self, item: &ItemId, until: &Until, actor: &Actor) -> Result<Vec<Event>, Rejection> {
        let title = self.authorise_item(item, actor, "snooze this item")?;
        self.still_to_do(item, title.clone())?;
        let item = item.clone();
        match until {
            Until::At { at, intent } => Ok(vec![Event::ItemSnoozed {
                item,
                until: *at,
                intent: intent.clone(),
            }]),
            Until::Now if self.snoozes.contains_key(&item) => Ok(vec![Event::ItemWoken { item }]),
            Until::Now => Err(Rejection::ItemNotSnoozed { title }),
        }
    }

    fn close(&self, override_reason: Option<&str>, actor: &Actor) -> Result<Vec<Event>, Rejection> {
        if !actor.is_release_manager() {
            return Err(self.role_needed(std::iter::empty(), "close a release"));
        }
        let override_reason = override_reason.map(str::trim).filter(|reason| !reason.is_empty());
        if let Some(reason) = override_reason {
            within("the reason", reason, REASON_LIMIT)?;
        }
        // What comes after the target date lives on; the release has shipped without it.
        let before = || {
            self.playbook
                .phases
                .iter()
                .filter(|phase| !phase.offset.is_after_target())
        };
        let open: Vec<ItemId> = self
            .open_items()
            .filter(|(phase, _)| !phase.offset.is_after_target())
            .map(|(_, item)| item.id.clone())
            .collect();
        let blocked: Vec<(u32, String)> = self
            .room
            .open_escalations()
            .map(|escalation| (escalation.number, escalation.problem.clone()))
            .collect();
        let is_done = open.is_empty() && blocked.is_empty();
        match (is_done, override_reason) {
            (true, _) => Ok(vec![Event::Closed {
                override_reason: None,
                open,
            }]),
            (false, Some(reason)) => {
                let closed = Event::Closed {
                    override_reason: Some(reason.to_owned()),
                    open,
                };
                Ok(self.pages_stopped().chain([closed]).collect())
            }
            (false, None) => Err(Rejection::ItemsStillOpen {
                blocked,
                open: self
                    .open_by_role(before())
                    .into_iter()
                    .map(|group| {
                        (
                            group.title,
                            group.items.iter().map(|item| item.title.clone()).collect(),
                        )
                    })
                    .collect(),
            }),
        }
    }

    /// The item's title, when this person may tick it.
    pub(in crate::domain) fn authorise_tick(
        &self,
        id: &ItemId,
        actor: &Actor,
        action: &'static str,
    ) -> Result<String, Rejection> {
        let title = self.authorise_item(id, actor, action)?;
        let Some(item) = self.playbook.item(id) else {
            return Ok(title);
        };
        let assignee = self.room.assignee(id);
        let is_assignee = assignee == Some(actor.user);
        let mut allowed = std::iter::once(&item.role).chain(&item.with);
        match item.done_by {
            DoneBy::RoleOrReleaseManager => Ok(title),
            DoneBy::Role if is_assignee || allowed.any(|role| actor.roles.contains(role)) => Ok(title),
            DoneBy::Role => Err(Rejection::RoleNeeded {
                roles: std::iter::once(&item.role)
                    .chain(&item.with)
                    .map(|role| self.role_title(role))
                    .collect(),
                action,
            }),
            DoneBy::Assignee if is_assignee => Ok(title),
            DoneBy::Assignee => Err(RoomRefusal::OnlyTheAssignee { title, assignee }.into()),
        }
    }

    /// The item's title, when this person has to do with it: its role, a role that it is shared with, the person it is
    /// assigned to, or the Release Manager, who can act for somebody without a screen at hand.
    pub(in crate::domain) fn authorise_item(
        &self,
        item: &ItemId,
        actor: &Actor,
        action: &'static str,
    ) -> Result<String, Rejection> {
        let Some(item) = self.playbook.item(item) else {
            return Err(Rejection::UnknownItem {
                given: item.to_string(),
                nearest: Vec::new(),
            });
        };
        let mut allowed = std::iter::once(&item.role).chain(&item.with);
        let is_assignee = self.room.assignee(&item.id) == Some(actor.user);
        if actor.is_release_manager() || is_assignee || allowed.any(|role| actor.roles.contains(role)) {
            Ok(item.title.clone())
        } else {
            Err(self.role_needed(std::iter::once(&item.role).chain(&item.with), action))
        }
    }

    pub(in crate::domain) fn role_needed<'a>(
        &self,
        roles: impl Iterator<Item = &'a crate::domain::playbook::RoleId>,
        action: &'static str,
    ) -> Rejection {
        let mut titles: Vec<String> = roles.map(|role| self.role_title(role)).collect();
        let release_manager = self
            .playbook
            .roles
            .iter()
            .find(|role| role.id.as_str() == crate::domain::person::RELEASE_MANAGER)
            .map_or_else(|| "Release Manager".to_owned(), |role| role.title.clone());
        if !titles.contains(&release_manager) {
            titles.push(release_manager);
        }
        Rejection::RoleNeeded {
            roles: titles,
            action,
        }
    }
}

/// The reason, trimmed, when one was given and it fits.
///
/// # Errors
/// [`Rejection::ReasonNeeded`] or [`Rejection::TextTooLong`].
pub(in crate::domain) fn given_reason(reason: &str, action: &'static str) -> Result<String, Rejection> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Rejection::ReasonNeeded { action });
    }
    within("the reason", reason, REASON_LIMIT)?;
    Ok(reason.to_owned())
}

/// Refuses a text that is longer than `limit` characters.
///
/// # Errors
/// [`Rejection::TextTooLong`].
pub fn within(what: &'static str, text: &str, limit: usize) -> Result<(), Rejection> {
    let given = text.chars().count();
    if given > limit {
        Err(Rejection::TextTooLong { what, limit, given })
    } else {
        Ok(())
    }
}
