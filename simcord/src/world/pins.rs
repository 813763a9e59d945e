//! Pinned messages.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::channel::Channel;
use super::error::ApiError;
use super::event::{Happening, intent};
use super::ids::{ChannelId, MessageId};
use super::instant::written;
use super::message::Message;
use super::permission::Permissions;
use super::state::{Pin, World};

impl World {
    /// The bot pins or unpins a message.
    pub(crate) fn bot_pins(
        &mut self,
        now: DateTime<Utc>,
        channel: ChannelId,
        id: MessageId,
        pinned: bool,
    ) -> Result<(), ApiError> {
        self.channel_for_bot(channel, Permissions::PIN_MESSAGES)?;
        self.thread_is_awake(channel)?;
        let mut message = self.public_message(channel, id)?.clone();
        if message.pinned == pinned {
            return Ok(());
        }
        let most = self.limits.pins_per_channel;
        let pins = self.pins.entry(channel).or_default();
        if pinned && pins.len() >= most {
            return Err(ApiError::too_many_pins());
        }
        pins.retain(|pin| pin.message != id);
        if pinned {
            pins.push(Pin { message: id, at: now });
        }
        message.pinned = pinned;
        self.messages.insert(id, Arc::new(message.clone()));
        let found = self
            .channels
            .get_mut(&channel)
            .ok_or_else(ApiError::unknown_channel)?;
        if pinned {
            found.last_pin_timestamp = Some(now);
        }
        let data = pins_update(found);
        self.happen(
            now,
            Happening::Pinned {
                id,
                channel_id: channel,
                pinned,
            },
        );
        self.dispatch("CHANNEL_PINS_UPDATE", intent::GUILDS, data);
        self.tell_bot_of("MESSAGE_UPDATE", &message);
        if pinned {
            let bot = self.bot().clone();
            let mut note = self.blank(now, channel, bot)?;
            note.kind = 6;
            note.message_reference =
                Some(json!({"type": 0, "message_id": id, "channel_id": channel, "guild_id": note.guild_id}));
            self.add_message(now, &note);
        }
        Ok(())
    }

    /// The pinned messages of a channel, the latest pin first, each with its moment.
    pub(crate) fn pinned(&self, channel: ChannelId) -> Vec<(&Message, DateTime<Utc>)> {
        let pins = self.pins.get(&channel).into_iter().flatten().rev();
        pins.filter_map(|pin| Some((self.message(pin.message)?, pin.at)))
            .collect()
    }
}

fn pins_update(channel: &Channel) -> Value {
    json!({
        "guild_id": channel.guild_id, "channel_id": channel.id,
        "last_pin_timestamp": channel.last_pin_timestamp.map(written),
    })
}
