//! Taking channels and threads out of the world.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::channel::Channel;
use super::error::ApiError;
use super::event::{Happening, intent};
use super::ids::{ChannelId, MessageId};
use super::message::flag;
use super::permission::Permissions;
use super::state::World;

impl World {
    /// The bot deletes a channel.
    pub(crate) fn bot_deletes_channel(
        &mut self,
        now: DateTime<Utc>,
        id: ChannelId,
    ) -> Result<Channel, ApiError> {
        let needed = match self.channel(id)?.thread {
            Some(_) => Permissions::MANAGE_THREADS,
            None => Permissions::MANAGE_CHANNELS,
        };
        let channel = self.channel_for_bot(id, needed)?.clone();
        if channel.guild_id.is_some() {
            self.remove_channel(now, id);
        }
        Ok(channel)
    }

    /// Takes a channel and everything in it out of the world; channels under a category become loose, and threads go with
    /// their channel.
    pub(crate) fn remove_channel(&mut self, now: DateTime<Utc>, id: ChannelId) -> bool {
        let threads: Vec<ChannelId> = self.threads_of(id).map(|thread| thread.id).collect();
        for thread in threads {
            self.remove_channel(now, thread);
        }
        let seen = self.can_see(self.bot, id);
        let Some(channel) = self.channels.remove(&id) else {
            return false;
        };
        for message in self.by_channel.remove(&id).into_iter().flatten() {
            self.messages.remove(&message);
        }
        self.pins.remove(&id);
        self.renames.remove(&id);
        let loose: Vec<_> = self
            .channels
            .values()
            .filter(|child| child.parent_id == Some(id))
            .cloned()
            .collect();
        for mut child in loose {
            child.parent_id = None;
            self.replace_channel(now, child);
        }
        if channel.thread.is_none() {
            self.dispatch("CHANNEL_DELETE", intent::GUILDS, json!(channel));
        } else if seen {
            let gone = json!({
                "id": id, "guild_id": channel.guild_id, "parent_id": channel.parent_id, "type": channel.kind,
            });
            self.dispatch("THREAD_DELETE", intent::GUILDS, gone);
        }
        // The message that it was made of has none any more.
        if let Some(mut message) = self.message(MessageId(id.0)).cloned() {
            message.flags &= !flag::HAS_THREAD;
            self.replace_message(now, &message);
        }
        self.happen(
            now,
            Happening::ChannelDeleted {
                id,
                guild_id: channel.guild_id,
                name: channel.name,
            },
        );
        true
    }
}
