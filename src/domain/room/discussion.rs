//! The threads in which items are discussed.

use serde::{Deserialize, Serialize};

use crate::domain::ids::ChannelId;
use crate::domain::person::{Actor, Stamp};
use crate::domain::playbook::ItemId;
use crate::domain::rejection::Rejection;
use crate::domain::release::Release;
use crate::domain::room::{Room, RoomEvent, RoomRefusal};

/// The thread in which an item is discussed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discussion {
    /// Who wanted it, and when.
    pub stamp: Stamp,
    /// The thread; none while the platform has not opened it.
    pub thread: Option<ChannelId>,
}

impl Room {
    /// The thread of an item, once it is open.
    #[must_use]
    pub fn thread_of(&self, item: &ItemId) -> Option<ChannelId> {
        self.work.get(item)?.discussion.as_ref()?.thread
    }

    /// The threads of all items that have one.
    pub fn threads(&self) -> impl Iterator<Item = ChannelId> {
        let discussions = self.work.values().filter_map(|work| work.discussion.as_ref());
        discussions.filter_map(|discussion| discussion.thread)
    }
}

impl Release {
    /// Wishes for a thread about an item. One that is there is enough, and nothing happens then. One that was wished for
    /// and is not there yet is wished for again: the message about the first wish may have been given up, and whichever
    /// comes second finds the thread and does nothing.
    pub(super) fn discuss(
        &self,
        item: &ItemId,
        gone: Option<ChannelId>,
        actor: &Actor,
    ) -> Result<Vec<RoomEvent>, Rejection> {
        self.authorise_item(item, actor, "open a thread about this item")?;
        if self.channel.is_none() {
            return Err(RoomRefusal::NoChannel.into());
        }
        let item = item.clone();
        Ok(match self.room.thread_of(&item) {
            Some(thread) if gone == Some(thread) => vec![
                RoomEvent::DiscussionLost {
                    item: item.clone(),
                    thread,
                },
                RoomEvent::DiscussionWished { item },
            ],
            Some(_) => Vec::new(),
            None => vec![RoomEvent::DiscussionWished { item }],
        })
    }
}

#[cfg(test)]
mod tests;
