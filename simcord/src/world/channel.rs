//! Channels and what they allow to whom.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::guild::User;
use super::ids::{ChannelId, GuildId, MessageId};
use super::instant;
use super::permission::Permissions;
use super::threads::Thread;

/// What a channel is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ChannelKind {
    /// A guild's text channel.
    #[default]
    Text,
    /// A conversation of two.
    Dm,
    /// A guild's voice channel; nobody speaks here.
    Voice,
    /// A heading over channels.
    Category,
    /// A guild's announcement channel.
    Announcement,
    /// A conversation beside a text channel that everybody sees who sees the channel.
    PublicThread,
}

impl ChannelKind {
    /// Discord's number for it.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Text => 0,
            Self::Dm => 1,
            Self::Voice => 2,
            Self::Category => 4,
            Self::Announcement => 5,
            Self::PublicThread => 11,
        }
    }

    /// The kind with this number, if simcord plays it.
    #[must_use]
    pub const fn from_number(number: u64) -> Option<Self> {
        match number {
            0 => Some(Self::Text),
            1 => Some(Self::Dm),
            2 => Some(Self::Voice),
            4 => Some(Self::Category),
            5 => Some(Self::Announcement),
            11 => Some(Self::PublicThread),
            _ => None,
        }
    }

    /// Whether messages live in it.
    #[must_use]
    pub const fn holds_messages(self) -> bool {
        match self {
            Self::Text | Self::Dm | Self::Voice | Self::Announcement | Self::PublicThread => true,
            Self::Category => false,
        }
    }
}

impl Serialize for ChannelKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.number())
    }
}

impl<'de> Deserialize<'de> for ChannelKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u64::deserialize(deserializer)?;
        Self::from_number(number)
            .ok_or_else(|| serde::de::Error::custom(format!("channel type {number} is not played here")))
    }
}

/// Whom an overwrite is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OverwriteKind {
    /// A role.
    Role,
    /// One member.
    Member,
}

impl Serialize for OverwriteKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(match self {
            Self::Role => 0,
            Self::Member => 1,
        })
    }
}

impl<'de> Deserialize<'de> for OverwriteKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u8::deserialize(deserializer)? {
            0 => Ok(Self::Role),
            1 => Ok(Self::Member),
            other => Err(serde::de::Error::custom(format!(
                "overwrite type {other} is neither 0 nor 1"
            ))),
        }
    }
}

/// What a channel allows or denies to a role or a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overwrite {
    /// The role's or the user's id.
    #[serde(with = "digits")]
    pub id: u64,
    /// Which of the two it is.
    #[serde(rename = "type")]
    pub kind: OverwriteKind,
    /// What it allows.
    #[serde(default)]
    pub allow: Permissions,
    /// What it denies.
    #[serde(default)]
    pub deny: Permissions,
}

/// A channel, in Discord's shape. A thread is written in a shape of its own.
#[derive(Clone, Debug, Serialize)]
#[serde(remote = "Self")]
pub struct Channel {
    /// The channel's id.
    pub id: ChannelId,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: ChannelKind,
    /// The guild it is in; none for a conversation of two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guild_id: Option<GuildId>,
    /// Its name; empty for a conversation of two.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its topic.
    pub topic: Option<String>,
    /// The category it stands under; the channel of a thread.
    pub parent_id: Option<ChannelId>,
    /// Its place in the list.
    pub position: u16,
    /// What it allows to whom.
    pub permission_overwrites: Vec<Overwrite>,
    /// Whether it is for adults only.
    pub nsfw: bool,
    /// Seconds each person has to wait between messages.
    pub rate_limit_per_user: u16,
    /// The newest message.
    pub last_message_id: Option<MessageId>,
    /// When something was last pinned.
    #[serde(serialize_with = "instant::maybe::serialize")]
    pub last_pin_timestamp: Option<DateTime<Utc>>,
    /// Flags; none here.
    pub flags: u32,
    /// Who talks in a conversation of two, the application left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<Arc<User>>,
    /// What makes it a thread.
    #[serde(skip)]
    pub thread: Option<Thread>,
    /// What simcord adds for one person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub simcord: Option<ChannelExtra>,
}

impl Serialize for Channel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.thread {
            None => Self::serialize(self, serializer),
            Some(thread) => thread.shape(self).serialize(serializer),
        }
    }
}

/// What simcord adds to a channel that it shows to one person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChannelExtra {
    /// How many messages the person has not read.
    pub unread: usize,
    /// How many of those pinged the person.
    pub mentions: usize,
}

mod digits {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(id: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(id)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        super::super::ids::UserId::deserialize(deserializer).map(|id| id.0)
    }
}
