//! Reading what was written in a channel.

use super::error::ApiError;
use super::ids::{ChannelId, MessageId};
use super::message::Message;
use super::permission::Permissions;
use super::state::World;

/// Which messages of a channel to list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// At most this many.
    pub(crate) limit: usize,
    /// From where.
    pub(crate) anchor: Anchor,
}

/// From where to list messages.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Anchor {
    /// From the end.
    Newest,
    /// Those older than this one.
    Before(MessageId),
    /// Those newer than this one.
    After(MessageId),
    /// Those on both sides of this one.
    Around(MessageId),
}

impl World {
    /// The newest public messages of a channel for the bot, newest first.
    pub(crate) fn list_messages(
        &self,
        channel: ChannelId,
        window: Window,
    ) -> Result<Vec<&Message>, ApiError> {
        let found = self.channel_for_bot(channel, Permissions::NONE)?;
        if !self
            .permissions(self.bot, found)
            .contains(Permissions::READ_MESSAGE_HISTORY)
        {
            return Ok(Vec::new());
        }
        let all = self
            .by_channel
            .get(&channel)
            .into_iter()
            .flatten()
            .filter_map(|id| self.message(*id));
        let mut all: Vec<&Message> = all.filter(|message| message.only_for.is_none()).collect();
        match window.anchor {
            Anchor::Newest => {}
            Anchor::Before(id) => all.retain(|message| message.id < id),
            Anchor::After(id) => {
                all.retain(|message| message.id > id);
                all.truncate(window.limit);
            }
            Anchor::Around(id) => {
                let place = all.partition_point(|message| message.id < id);
                let from = place.saturating_sub(window.limit / 2);
                all = all.into_iter().skip(from).take(window.limit).collect();
            }
        }
        Ok(all.into_iter().rev().take(window.limit).collect())
    }
}
