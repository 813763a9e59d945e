//! What has happened: the journal's entries, and what the bot is told over the gateway.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use super::channel::Channel;
use super::ids::{ChannelId, GuildId, InteractionId, MessageId, UserId};
use super::message::Message;

/// One thing that has happened, numbered in order.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Its number; each entry has the next one.
    pub number: u64,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    #[serde(flatten)]
    pub event: Happening,
}

/// What happened.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Happening {
    /// The application has promised an answer; `message` says so until the answer comes.
    Thinking {
        /// The placeholder as it was then.
        message: Arc<Message>,
    },
    /// A message appeared, or a promised answer arrived.
    MessageCreated {
        /// The message as it was then.
        message: Arc<Message>,
    },
    /// A message changed.
    MessageEdited {
        /// The message as it was then.
        message: Arc<Message>,
    },
    /// A message disappeared.
    MessageDeleted {
        /// The message.
        id: MessageId,
        /// Where it was.
        channel_id: ChannelId,
        /// The only person who could see it, if it was ephemeral.
        only_for: Option<UserId>,
    },
    /// A message was pinned or unpinned.
    Pinned {
        /// The message.
        id: MessageId,
        /// Where it is.
        channel_id: ChannelId,
        /// Whether it is pinned now.
        pinned: bool,
    },
    /// Somebody has reacted to a message, or reactions went.
    ReactionsChanged {
        /// The message.
        id: MessageId,
        /// Where it is.
        channel_id: ChannelId,
    },
    /// A channel appeared.
    ChannelCreated {
        /// The channel as it was then.
        channel: Box<Channel>,
    },
    /// A channel changed.
    ChannelChanged {
        /// The channel as it was then.
        channel: Box<Channel>,
    },
    /// A channel disappeared.
    ChannelDeleted {
        /// The channel.
        id: ChannelId,
        /// Where it was.
        guild_id: Option<GuildId>,
        /// Its name.
        name: String,
    },
    /// A message made a sound for somebody.
    Ping {
        /// Who heard it.
        user: UserId,
        /// The message.
        message_id: MessageId,
        /// Where it is.
        channel_id: ChannelId,
        /// Why.
        why: Why,
    },
    /// Roles, members or scheduled events of a guild changed.
    GuildChanged {
        /// The guild.
        guild_id: GuildId,
    },
    /// The application registered commands.
    CommandsChanged,
    /// Somebody has read a channel.
    Read {
        /// Who.
        user: UserId,
        /// Which channel.
        channel_id: ChannelId,
    },
    /// An interaction reached its answer, or its deadline.
    InteractionSettled {
        /// The interaction.
        id: InteractionId,
    },
}

/// Why a message made a sound for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It mentions the person.
    User,
    /// It mentions one of the person's roles.
    Role,
    /// It mentions everybody.
    Everyone,
}

/// A sound that somebody heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ping {
    /// Who heard it.
    #[serde(skip)]
    pub user: UserId,
    /// The message.
    pub message_id: MessageId,
    /// Where it is.
    pub channel_id: ChannelId,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub why: Why,
}

/// Something to tell the bot over the gateway.
#[derive(Clone, Debug)]
pub(crate) struct Dispatch {
    /// The event's name, such as `MESSAGE_CREATE`.
    pub(crate) name: &'static str,
    /// The intent it needs; 0 is none.
    pub(crate) intent: u64,
    /// Its data.
    pub(crate) data: Value,
}

/// The gateway's intents that matter here.
pub(crate) mod intent {
    pub(crate) const NONE: u64 = 0;
    pub(crate) const GUILDS: u64 = 1;
    pub(crate) const GUILD_MEMBERS: u64 = 1 << 1;
    pub(crate) const GUILD_MESSAGES: u64 = 1 << 9;
    pub(crate) const GUILD_MESSAGE_REACTIONS: u64 = 1 << 10;
    pub(crate) const DIRECT_MESSAGES: u64 = 1 << 12;
    pub(crate) const DIRECT_MESSAGE_REACTIONS: u64 = 1 << 13;
    pub(crate) const GUILD_PRESENCES: u64 = 1 << 8;
    pub(crate) const MESSAGE_CONTENT: u64 = 1 << 15;
    pub(crate) const GUILD_SCHEDULED_EVENTS: u64 = 1 << 16;
    /// Those that an application has to be granted (page "Gateway", Privileged Intents).
    pub(crate) const PRIVILEGED: u64 = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT;
    /// All that there are (page "Gateway", List of Intents).
    pub(crate) const KNOWN: u64 = ((1 << 17) - 1) | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25;
}

/// What a change of the world leads to outside it, in order.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// Tell the bot.
    Dispatch(Dispatch),
    /// Write it into the journal and tell the people.
    Journal(Entry),
    /// Tell whoever waits for what becomes of this interaction.
    Moved(InteractionId),
}
