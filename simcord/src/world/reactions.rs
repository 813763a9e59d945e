//! Reactions to messages (Discord's page "Message", Reaction Object). Emoji of Unicode are played; those of a guild are
//! not, nor are super reactions.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::channel::ChannelKind;
use super::error::ApiError;
use super::event::{Happening, intent};
use super::guild::User;
use super::ids::{ChannelId, MessageId, UserId};
use super::message::Message;
use super::permission::Permissions;
use super::state::World;

/// Different emoji on one message.
const MOST: usize = 20;

/// One emoji below a message, and who has reacted with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// The emoji, fully qualified, as Unicode calls it.
    pub emoji: String,
    /// Who has reacted with it.
    pub users: BTreeSet<UserId>,
    /// Whether the reader has: the bot, or the person whom the message is shown to.
    pub me: bool,
}

impl Serialize for Reaction {
    /// In Discord's shape.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let count = self.users.len();
        let shape = json!({
            "emoji": named(&self.emoji), "count": count, "count_details": {"burst": 0, "normal": count},
            "me": self.me, "me_burst": false, "burst_colors": [],
        });
        shape.serialize(serializer)
    }
}

impl World {
    /// The bot reacts to a message.
    pub(crate) fn bot_reacts(
        &mut self,
        now: DateTime<Utc>,
        channel: ChannelId,
        id: MessageId,
        emoji: &str,
    ) -> Result<(), ApiError> {
        let message = self.reacted_to(channel, id, Permissions::NONE)?.clone();
        self.react(now, self.bot, message, emoji)
    }

    /// The bot takes back a reaction of its own, or takes away somebody else's.
    pub(crate) fn bot_takes_reaction(
        &mut self,
        now: DateTime<Utc>,
        channel: ChannelId,
        id: MessageId,
        emoji: &str,
        user: UserId,
    ) -> Result<(), ApiError> {
        let needed = if user == self.bot {
            Permissions::NONE
        } else {
            Permissions::MANAGE_MESSAGES
        };
        let message = self.reacted_to(channel, id, needed)?.clone();
        self.user(user).ok_or_else(ApiError::unknown_user)?;
        self.take_back(now, user, message, emoji)
    }

    /// The bot takes away all reactions to a message, or all with one emoji.
    pub(crate) fn bot_clears_reactions(
        &mut self,
        now: DateTime<Utc>,
        channel: ChannelId,
        id: MessageId,
        emoji: Option<&str>,
    ) -> Result<(), ApiError> {
        let mut message = self
            .reacted_to(channel, id, Permissions::MANAGE_MESSAGES)?
            .clone();
        self.thread_is_awake(channel)?;
        let before = message.reactions.len();
        let (name, data) = match emoji {
            None => {
                message.reactions.clear();
                ("MESSAGE_REACTION_REMOVE_ALL", json!({}))
            }
            Some(emoji) => {
                let emoji = known(emoji)?;
                message.reactions.retain(|reaction| reaction.emoji != emoji);
                ("MESSAGE_REACTION_REMOVE_EMOJI", json!({"emoji": named(emoji)}))
            }
        };
        if message.reactions.len() < before {
            self.change_reactions(now, message, name, data);
        }
        Ok(())
    }

    /// Who has reacted with an emoji, by their ids, behind `after`. With one that nobody has taken, it is nobody.
    pub(crate) fn who_reacted(
        &self,
        channel: ChannelId,
        id: MessageId,
        emoji: &str,
        after: UserId,
        limit: usize,
    ) -> Result<Vec<&Arc<User>>, ApiError> {
        let message = self.reacted_to(channel, id, Permissions::NONE)?;
        let emoji = known(emoji)?;
        let found = message
            .reactions
            .iter()
            .filter(|reaction| reaction.emoji == emoji);
        let users = found
            .flat_map(|reaction| &reaction.users)
            .filter(|user| **user > after);
        Ok(users
            .filter_map(|user| self.users.get(user))
            .take(limit)
            .collect())
    }

    /// A person reacts to a message, or takes that back; the error is a sentence.
    pub(crate) fn person_reacts(
        &mut self,
        now: DateTime<Utc>,
        user: UserId,
        id: MessageId,
        emoji: &str,
        reacts: bool,
    ) -> Result<Message, String> {
        let message = self.visible_message(user, id)?.clone();
        if message.only_for.is_some() {
            return Err("A message that only you can see takes no reactions.".to_owned());
        }
        let channel = self.channel(message.channel_id);
        let held = channel.map_or(Permissions::NONE, |channel| self.permissions(user, channel));
        if !held.contains(Permissions::READ_MESSAGE_HISTORY) {
            return Err("You do not have permission to read what was written in this channel.".to_owned());
        }
        let done = if reacts {
            self.react(now, user, message, emoji)
        } else {
            self.take_back(now, user, message, emoji)
        };
        done.map_err(|error| match error.code {
            10_014 => format!("{emoji:?} is no emoji that is played here."),
            50_013 => "You do not have permission to add reactions in this channel.".to_owned(),
            _ => error.message,
        })?;
        let changed = self.visible_message(user, id)?;
        Ok(self.shown_at(now, user, changed))
    }

    /// A message whose reactions the bot may see, and with `needed` change. In a conversation of two nobody manages the
    /// other's.
    fn reacted_to(
        &self,
        channel: ChannelId,
        id: MessageId,
        needed: Permissions,
    ) -> Result<&Message, ApiError> {
        let needed = needed.with(Permissions::READ_MESSAGE_HISTORY);
        let found = self.channel_for_bot(channel, needed)?;
        if found.kind == ChannelKind::Dm && needed.contains(Permissions::MANAGE_MESSAGES) {
            return Err(ApiError::direct_channel());
        }
        self.public_message(channel, id)
    }

    /// Adds a reaction: whoever is the first with an emoji needs Add Reactions, and room. A second time changes nothing.
    fn react(
        &mut self,
        now: DateTime<Utc>,
        user: UserId,
        mut message: Message,
        emoji: &str,
    ) -> Result<(), ApiError> {
        self.thread_is_awake(message.channel_id)?;
        let emoji = known(emoji)?;
        if with(&mut message, emoji).is_none() {
            let held = self.permissions(user, self.channel(message.channel_id)?);
            if !held.contains(Permissions::ADD_REACTIONS) {
                return Err(ApiError::missing_permissions());
            }
            if message.reactions.len() >= MOST {
                return Err(ApiError::too_many_reactions());
            }
            message.reactions.push(Reaction {
                emoji: emoji.to_owned(),
                users: BTreeSet::new(),
                me: false,
            });
        }
        let Some(reaction) = with(&mut message, emoji) else {
            return Ok(());
        };
        if !reaction.users.insert(user) {
            return Ok(());
        }
        reaction.me |= user == self.bot;
        let mut data = of_one(user, &reaction.emoji);
        data["message_author_id"] = json!(message.author.id);
        let guild = message.guild_id.and_then(|id| self.guilds.get(&id));
        if let Some(member) = guild.and_then(|guild| guild.members.get(&user)) {
            data["member"] = self.member_json(member);
        }
        self.change_reactions(now, message, "MESSAGE_REACTION_ADD", data);
        Ok(())
    }

    /// Takes a reaction back. Discord's page does not say what is answered when there is none; here nothing happens.
    fn take_back(
        &mut self,
        now: DateTime<Utc>,
        user: UserId,
        mut message: Message,
        emoji: &str,
    ) -> Result<(), ApiError> {
        self.thread_is_awake(message.channel_id)?;
        let Some(reaction) = with(&mut message, known(emoji)?) else {
            return Ok(());
        };
        if !reaction.users.remove(&user) {
            return Ok(());
        }
        reaction.me &= user != self.bot;
        let data = of_one(user, &reaction.emoji);
        message.reactions.retain(|reaction| !reaction.users.is_empty());
        self.change_reactions(now, message, "MESSAGE_REACTION_REMOVE", data);
        Ok(())
    }

    /// Puts a message with other reactions in place, and tells everybody.
    fn change_reactions(
        &mut self,
        now: DateTime<Utc>,
        message: Message,
        name: &'static str,
        mut data: Value,
    ) {
        let (id, channel_id, guild_id) = (message.id, message.channel_id, message.guild_id);
        self.messages.insert(id, Arc::new(message));
        self.happen(now, Happening::ReactionsChanged { id, channel_id });
        if !self.can_see(self.bot, channel_id) {
            return;
        }
        data["channel_id"] = json!(channel_id);
        data["message_id"] = json!(id);
        let needed = match guild_id {
            Some(guild) => {
                data["guild_id"] = json!(guild);
                intent::GUILD_MESSAGE_REACTIONS
            }
            None => intent::DIRECT_MESSAGE_REACTIONS,
        };
        self.dispatch(name, needed, data);
    }
}

/// The reaction with an emoji below a message.
fn with<'m>(message: &'m mut Message, emoji: &str) -> Option<&'m mut Reaction> {
    let mut all = message.reactions.iter_mut();
    all.find(|reaction| reaction.emoji == emoji)
}

/// An emoji that can be reacted with, in one way of writing: U+FE0F behind it or not, it is the same.
fn known(text: &str) -> Result<&'static str, ApiError> {
    let known = emojis::get(text).map(emojis::Emoji::as_str);
    known.ok_or_else(ApiError::unknown_emoji)
}

/// An emoji of Unicode, in Discord's shape.
fn named(emoji: &str) -> Value {
    json!({"id": null, "name": emoji})
}

/// What the gateway tells of one person's reaction.
fn of_one(user: UserId, emoji: &str) -> Value {
    json!({"user_id": user, "emoji": named(emoji), "burst": false, "type": 0})
}
