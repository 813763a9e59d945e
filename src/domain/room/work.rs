//! Who works on an item, and what was said about it.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{ChannelId, UserId};
use crate::domain::person::{Actor, Stamp};
use crate::domain::playbook::ItemId;
use crate::domain::rejection::Rejection;
use crate::domain::release::{Release, given_reason};
use crate::domain::room::{Discussion, Room, RoomEvent, RoomRefusal, TEXT_LIMIT, given, room_for_more};

/// What is known about the work on one item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Work {
    /// Who does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<UserId>,
    /// Who began with it, and when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<Stamp>,
    /// Why it cannot go on, while it cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<Block>,
    /// What was written down about it, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// The thread in which it is discussed, once somebody wanted one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discussion: Option<Discussion>,
}

/// Why an item cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Who said so, and when.
    pub stamp: Stamp,
    /// Why.
    pub reason: String,
}

/// Something that was written down about an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Who wrote it, and when.
    pub stamp: Stamp,
    /// What.
    pub text: String,
}

/// What a person can ask about who works on an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkCommand {
    /// Take an item.
    Claim(ItemId),
    /// Give an item to somebody, or to nobody.
    Assign {
        /// The item.
        item: ItemId,
        /// Who does it from now on.
        to: Option<UserId>,
    },
    /// Give every open item of one person to another.
    Reassign {
        /// Whose.
        from: UserId,
        /// Who does them from now on; none for nobody.
        to: Option<UserId>,
    },
    /// Say that one has begun.
    Start(ItemId),
    /// Say that it cannot go on.
    Block {
        /// The item.
        item: ItemId,
        /// Why.
        reason: String,
    },
    /// Say that it can go on.
    Unblock(ItemId),
    /// Write something down.
    Note {
        /// The item.
        item: ItemId,
        /// What.
        text: String,
    },
    /// Open a thread in which it is discussed, unless there is one.
    Discuss {
        /// The item.
        item: ItemId,
        /// The thread that the release knows and the platform does not have any more.
        gone: Option<ChannelId>,
    },
}

impl WorkCommand {
    /// The one item that it is about; none when it is about several.
    #[must_use]
    pub fn item(&self) -> Option<&ItemId> {
        match self {
            Self::Claim(item)
            | Self::Assign { item, .. }
            | Self::Start(item)
            | Self::Block { item, .. }
            | Self::Unblock(item)
            | Self::Note { item, .. }
            | Self::Discuss { item, .. } => Some(item),
            Self::Reassign { .. } => None,
        }
    }
}

impl Room {
    /// Who does this item, if it is somebody's.
    #[must_use]
    pub fn assignee(&self, item: &ItemId) -> Option<UserId> {
        self.work.get(item)?.assignee
    }

    pub(super) fn apply_work(&mut self, event: &RoomEvent, stamp: Stamp) {
        match event {
            RoomEvent::ItemAssigned { item, to } => {
                self.work.entry(item.clone()).or_default().assignee = *to;
            }
            RoomEvent::ItemStarted { item } => {
                self.work.entry(item.clone()).or_default().started = Some(stamp);
            }
            RoomEvent::ItemBlocked { item, reason } => {
                let reason = reason.clone();
                self.work.entry(item.clone()).or_default().blocked = Some(Block { stamp, reason });
            }
            RoomEvent::ItemUnblocked { item } => {
                self.work.entry(item.clone()).or_default().blocked = None;
            }
            RoomEvent::ItemNoted { item, text } => {
                let text = text.clone();
                self.work
                    .entry(item.clone())
                    .or_default()
                    .notes
                    .push(Note { stamp, text });
            }
            RoomEvent::DiscussionWished { item } => {
                let wished = Discussion { stamp, thread: None };
                self.work.entry(item.clone()).or_default().discussion = Some(wished);
            }
            RoomEvent::DiscussionOpened { item, thread } => {
                let work = self.work.entry(item.clone()).or_default();
                let discussion = work.discussion.get_or_insert(Discussion { stamp, thread: None });
                discussion.thread = Some(*thread);
            }
            RoomEvent::DiscussionLost { item, thread } => {
                let work = self.work.entry(item.clone()).or_default();
                work.discussion
                    .take_if(|discussion| discussion.thread == Some(*thread));
            }
            _ => {}
        }
    }

    /// Whether somebody has said that this item cannot go on.
    #[must_use]
    pub fn is_blocked(&self, item: &ItemId) -> bool {
        self.work.get(item).is_some_and(|work| work.blocked.is_some())
    }

    /// What was begun or stood still is over when an item is settled.
    pub(in crate::domain) fn settle(&mut self, item: &ItemId) {
        if let Some(work) = self.work.get_mut(item) {
            work.blocked = None;
        }
    }
}

impl Release {
    pub(super) fn decide_work(
        &self,
        command: &WorkCommand,
        actor: &Actor,
    ) -> Result<Vec<RoomEvent>, Rejection> {
        match command {
            WorkCommand::Claim(item) => self.claim(item, actor),
            WorkCommand::Assign { item, to } => self.assign(item, *to, actor),
            WorkCommand::Reassign { from, to } => self.reassign(*from, *to, actor),
            WorkCommand::Start(item) => self.start_item(item, actor),
            WorkCommand::Block { item, reason } => self.block(item, reason, actor),
            WorkCommand::Unblock(item) => {
                let title = self.authorise_item(item, actor, "unblock this item")?;
                match self.work_on(item).and_then(|work| work.blocked.as_ref()) {
                    Some(_) => Ok(vec![RoomEvent::ItemUnblocked { item: item.clone() }]),
                    None => Err(RoomRefusal::ItemNotBlocked { title }.into()),
                }
            }
            WorkCommand::Discuss { item, gone } => self.discuss(item, *gone, actor),
            WorkCommand::Note { item, text } => {
                self.authorise_item(item, actor, "write a note on this item")?;
                let notes = self.work_on(item).map_or(0, |work| work.notes.len());
                room_for_more("notes on this item", notes)?;
                let text = given("the note", text, TEXT_LIMIT)?;
                Ok(vec![RoomEvent::ItemNoted {
                    item: item.clone(),
                    text,
                }])
            }
        }
    }

    fn work_on(&self, item: &ItemId) -> Option<&Work> {
        self.room.work.get(item)
    }

    fn claim(&self, item: &ItemId, actor: &Actor) -> Result<Vec<RoomEvent>, Rejection> {
        let title = self.authorise_item(item, actor, "take this item")?;
        self.still_to_do(item, title.clone())?;
        match self.room.assignee(item) {
            Some(who) => Err(RoomRefusal::ItemTaken { title, who }.into()),
            None => Ok(vec![RoomEvent::ItemAssigned {
                item: item.clone(),
                to: Some(actor.user),
            }]),
        }
    }

    fn assign(&self, item: &ItemId, to: Option<UserId>, actor: &Actor) -> Result<Vec<RoomEvent>, Rejection> {
        let title = self.authorise_item(item, actor, "assign this item")?;
        self.still_to_do(item, title.clone())?;
        if self.room.assignee(item) == to {
            return Err(RoomRefusal::AssigneeUnchanged { title, who: to }.into());
        }
        Ok(vec![RoomEvent::ItemAssigned {
            item: item.clone(),
            to,
        }])
    }

    /// Gives all open items of one person to another: one's own, or anybody's for the Release Manager.
    fn reassign(&self, from: UserId, to: Option<UserId>, actor: &Actor) -> Result<Vec<RoomEvent>, Rejection> {
        if actor.user != from && !actor.is_release_manager() {
            return Err(self.role_needed(std::iter::empty(), "give away somebody else's items"));
        }
        let theirs: Vec<RoomEvent> = self
            .open_items()
            .filter(|(_, item)| super::is(self.room.assignee(&item.id), from) && to != Some(from))
            .map(|(_, item)| RoomEvent::ItemAssigned {
                item: item.id.clone(),
                to,
            })
            .collect();
        if theirs.is_empty() {
            return Err(RoomRefusal::NothingAssigned { who: from }.into());
        }
        Ok(theirs)
    }

    fn start_item(&self, item: &ItemId, actor: &Actor) -> Result<Vec<RoomEvent>, Rejection> {
        let title = self.authorise_item(item, actor, "start this item")?;
        self.still_to_do(item, title.clone())?;
        let work = self.work_on(item);
        if let Some(started) = work.and_then(|work| work.started) {
            return Err(RoomRefusal::ItemStarted { title, started }.into());
        }
        let mut events = Vec::new();
        // Who begins with what is nobody's has it.
        if work.and_then(|work| work.assignee).is_none() {
            events.push(RoomEvent::ItemAssigned {
                item: item.clone(),
                to: Some(actor.user),
            });
        }
        events.push(RoomEvent::ItemStarted { item: item.clone() });
        Ok(events)
    }

    fn block(&self, item: &ItemId, reason: &str, actor: &Actor) -> Result<Vec<RoomEvent>, Rejection> {
        let title = self.authorise_item(item, actor, "block this item")?;
        self.still_to_do(item, title)?;
        let reason = given_reason(reason, "blocking an item")?;
        Ok(vec![RoomEvent::ItemBlocked {
            item: item.clone(),
            reason,
        }])
    }
}
