//! Messages, in Discord's shape.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use super::attachment::Attachment;
use super::guild::User;
use super::ids::{ChannelId, GuildId, InteractionId, MessageId, RoleId, UserId};
use super::instant;
use super::reactions::Reaction;

/// `CROSSPOSTED` and its kin are not played; these are.
pub(crate) mod flag {
    /// Links show no preview.
    pub(crate) const SUPPRESS_EMBEDS: u64 = 1 << 2;
    /// A thread was made of it.
    pub(crate) const HAS_THREAD: u64 = 1 << 5;
    /// Only one person sees it.
    pub(crate) const EPHEMERAL: u64 = 1 << 6;
    /// The application is thinking.
    pub(crate) const LOADING: u64 = 1 << 7;
    /// No sound for anybody.
    pub(crate) const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
    /// The newer kind of components.
    pub(crate) const COMPONENTS_V2: u64 = 1 << 15;
}

/// A message, in Discord's shape.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    /// The message's id.
    pub id: MessageId,
    /// The channel it is in.
    pub channel_id: ChannelId,
    /// The guild it is in; Discord sends it in gateway events only.
    #[serde(skip)]
    pub guild_id: Option<GuildId>,
    /// Who wrote it.
    pub author: Arc<User>,
    /// Its text.
    pub content: String,
    /// When it was written.
    #[serde(serialize_with = "instant::serialize")]
    pub timestamp: DateTime<Utc>,
    /// When it was last changed.
    #[serde(serialize_with = "instant::maybe::serialize")]
    pub edited_timestamp: Option<DateTime<Utc>>,
    /// Whether it is read aloud.
    pub tts: bool,
    /// Whether it pings `@everyone`.
    pub mention_everyone: bool,
    /// Whom it mentions.
    pub mentions: Vec<Arc<User>>,
    /// Which roles it mentions.
    pub mention_roles: Vec<RoleId>,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// Its embeds, as sent.
    pub embeds: Vec<Value>,
    /// Its buttons and selects, as sent, numbered.
    pub components: Vec<Value>,
    /// What people have reacted with, in the order in which it came.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// Whether it is pinned.
    pub pinned: bool,
    /// 0 for an ordinary message, 6 for "pinned a message", 18 for "started a thread", 19 for a reply, 20 for a command's
    /// answer, 21 for what a thread was made of.
    #[serde(rename = "type")]
    pub kind: u8,
    /// Flag bits: ephemeral, thinking, silent.
    pub flags: u64,
    /// What the sender gave to recognise it by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Value>,
    /// The application that answered with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_id: Option<UserId>,
    /// The application again, when it answers an interaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_id: Option<UserId>,
    /// The interaction that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interaction_metadata: Option<Value>,
    /// The message that it replies to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_reference: Option<Value>,
    /// What simcord adds for one person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub simcord: Option<MessageExtra>,
    /// The one person who can see it, when it is ephemeral.
    #[serde(skip)]
    pub only_for: Option<UserId>,
    /// The interaction that made it.
    #[serde(skip)]
    pub interaction: Option<InteractionId>,
    /// Whether the application promised an answer and never gave it.
    #[serde(skip)]
    pub failed: bool,
}

impl Message {
    /// Whether only one person can see it.
    #[must_use]
    pub const fn ephemeral(&self) -> bool {
        self.flags & flag::EPHEMERAL != 0
    }

    /// Whether the application is still thinking about it.
    #[must_use]
    pub const fn thinking(&self) -> bool {
        self.flags & flag::LOADING != 0 && !self.failed
    }

    /// Whether `user` can see it, given that the user can see its channel.
    #[must_use]
    pub fn visible_to(&self, user: UserId) -> bool {
        self.only_for.is_none_or(|only| only == user)
    }
}

/// What simcord adds to a message that it shows to one person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MessageExtra {
    /// Only this person sees it.
    pub ephemeral: bool,
    /// The application has promised an answer and is working on it.
    pub thinking: bool,
    /// The promised answer never came.
    pub failed: bool,
    /// It made a sound for this person.
    pub pinged_me: bool,
    /// The plain text that the person reads.
    pub text: String,
}
