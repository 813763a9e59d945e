//! Conversations of two: a person and the application.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::channel::{Channel, ChannelKind};
use super::error::ApiError;
use super::event::{Happening, intent};
use super::ids::{ChannelId, GuildId, UserId};
use super::instant::written;
use super::state::World;

impl Channel {
    /// What the application reads of it over REST: of a conversation of two, Discord tells nothing that only channels of
    /// a guild have.
    pub(crate) fn told(&self) -> Value {
        if self.kind != ChannelKind::Dm {
            return json!(self);
        }
        json!({
            "id": self.id, "type": self.kind, "last_message_id": self.last_message_id, "flags": self.flags,
            "recipients": self.recipients, "last_pin_timestamp": self.last_pin_timestamp.map(written),
        })
    }
}

impl World {
    /// The bot's conversation with a person, made when there is none. It is made for somebody who takes no messages as
    /// well; Discord refuses the message itself.
    pub(crate) fn bot_opens_dm(&mut self, now: DateTime<Utc>, user: UserId) -> Result<Channel, ApiError> {
        let person = self
            .users
            .get(&user)
            .cloned()
            .ok_or_else(ApiError::unknown_user)?;
        if person.bot {
            return Err(ApiError::cannot_message());
        }
        let known = self.channels.values().find(|channel| {
            channel.kind == ChannelKind::Dm && channel.recipients.iter().any(|other| other.id == user)
        });
        if let Some(known) = known {
            return Ok(known.clone());
        }
        let channel = Channel {
            id: ChannelId(self.ids.next(now)),
            kind: ChannelKind::Dm,
            guild_id: None,
            name: String::new(),
            topic: None,
            parent_id: None,
            position: 0,
            permission_overwrites: Vec::new(),
            nsfw: false,
            rate_limit_per_user: 0,
            last_message_id: None,
            last_pin_timestamp: None,
            flags: 0,
            recipients: vec![person],
            thread: None,
            simcord: None,
        };
        self.channels.insert(channel.id, channel.clone());
        self.happen(
            now,
            Happening::ChannelCreated {
                channel: Box::new(channel.clone()),
            },
        );
        Ok(channel)
    }

    /// Whether the bot may write to whom it talks to in a channel: nobody has closed their messages to it, and there is
    /// a guild that both are in.
    pub(super) fn may_be_told(&self, channel: &Channel) -> Result<(), ApiError> {
        let shares = |user: UserId| {
            self.guilds
                .values()
                .any(|guild| guild.members.contains_key(&user))
        };
        let mut others = channel.recipients.iter();
        if others.any(|other| self.refusing.contains(&other.id) || !shares(other.id)) {
            return Err(ApiError::cannot_message());
        }
        Ok(())
    }

    /// A person takes direct messages from now on, or none; false when nobody has this id.
    pub(crate) fn person_takes_messages(&mut self, user: UserId, takes: bool) -> bool {
        if takes {
            self.refusing.remove(&user);
        } else {
            self.refusing.insert(user);
        }
        self.users.contains_key(&user)
    }

    /// A person leaves a guild; the error is a sentence.
    pub(crate) fn person_leaves(
        &mut self,
        now: DateTime<Utc>,
        guild: GuildId,
        user: UserId,
    ) -> Result<(), String> {
        let found = self.guilds.get_mut(&guild).ok_or("There is no such guild.")?;
        if found.owner_id == user {
            return Err("The owner of a guild cannot leave it.".to_owned());
        }
        found
            .members
            .remove(&user)
            .ok_or("That person is not a member.")?;
        let data = json!({"guild_id": guild, "user": self.users.get(&user)});
        self.dispatch("GUILD_MEMBER_REMOVE", intent::GUILD_MEMBERS, data);
        self.happen(now, Happening::GuildChanged { guild_id: guild });
        Ok(())
    }
}
