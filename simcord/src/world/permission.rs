//! Permission bits, and Discord's order of working them out.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::channel::{Channel, OverwriteKind};
use super::guild::Guild;
use super::ids::{RoleId, UserId};

/// A set of permission bits, written in JSON as a decimal string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Permissions(pub u64);

macro_rules! bits {
    ($($(#[$doc:meta])* $name:ident = $bit:literal;)*) => {
        impl Permissions {
            $($(#[$doc])* pub const $name: Self = Self(1 << $bit);)*

            /// The permission of this name, as Discord writes it: `SEND_MESSAGES`.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($name) => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

bits! {
    /// Every permission, and no overwrite counts.
    ADMINISTRATOR = 3;
    /// Create, edit and delete channels.
    MANAGE_CHANNELS = 4;
    /// Add reactions.
    ADD_REACTIONS = 6;
    /// See a channel.
    VIEW_CHANNEL = 10;
    /// Write in a channel.
    SEND_MESSAGES = 11;
    /// Delete others' messages.
    MANAGE_MESSAGES = 13;
    /// Links and embeds show their content.
    EMBED_LINKS = 14;
    /// Send files.
    ATTACH_FILES = 15;
    /// Read what was written before.
    READ_MESSAGE_HISTORY = 16;
    /// Ping `@everyone` and roles that are not mentionable.
    MENTION_EVERYONE = 17;
    /// Edit roles below one's own, and channel overwrites.
    MANAGE_ROLES = 28;
    /// Use application commands.
    USE_APPLICATION_COMMANDS = 31;
    /// Edit and delete anybody's scheduled events.
    MANAGE_EVENTS = 33;
    /// Lock, archive and rename others' threads, and write in locked ones.
    MANAGE_THREADS = 34;
    /// Create public threads.
    CREATE_PUBLIC_THREADS = 35;
    /// Write in threads.
    SEND_MESSAGES_IN_THREADS = 38;
    /// Create scheduled events, and edit and delete one's own.
    CREATE_EVENTS = 44;
    /// Pin and unpin messages.
    PIN_MESSAGES = 51;
}

impl Permissions {
    /// No permission.
    pub const NONE: Self = Self(0);
    /// Every bit Discord has given a meaning.
    pub const ALL: Self = Self((1 << 53) - 1);

    /// Whether every bit of `other` is in this set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// This set without the bits of `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl Serialize for Permissions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Permissions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Number(u64),
            Text(String),
        }
        match Either::deserialize(deserializer)? {
            Either::Number(bits) => Ok(Self(bits)),
            Either::Text(text) => text.parse().map(Self).map_err(serde::de::Error::custom),
        }
    }
}

/// What `user` may do in the guild, before any channel says otherwise.
pub(crate) fn in_guild(guild: &Guild, user: UserId) -> Permissions {
    if guild.owner_id == user {
        return Permissions::ALL;
    }
    let Some(member) = guild.members.get(&user) else {
        return Permissions::NONE;
    };
    let everyone = RoleId(guild.id.0);
    let granted = guild
        .roles
        .values()
        .filter(|role| role.id == everyone || member.roles.contains(&role.id))
        .fold(Permissions::NONE, |all, role| all.with(role.permissions));
    if granted.contains(Permissions::ADMINISTRATOR) {
        Permissions::ALL
    } else {
        granted
    }
}

/// What `user` may do in `channel` of `guild`: the base, then `@everyone`'s overwrite, then all role overwrites
/// together (denials first), then the member's own.
pub(crate) fn in_channel(guild: &Guild, channel: &Channel, user: UserId) -> Permissions {
    let base = in_guild(guild, user);
    if base.contains(Permissions::ADMINISTRATOR) {
        return Permissions::ALL;
    }
    let Some(member) = guild.members.get(&user) else {
        return Permissions::NONE;
    };
    let mut found = base;
    let (mut deny, mut allow) = (Permissions::NONE, Permissions::NONE);
    let mut own = None;
    for overwrite in &channel.permission_overwrites {
        match overwrite.kind {
            OverwriteKind::Role if overwrite.id == guild.id.0 => {
                found = found.without(overwrite.deny).with(overwrite.allow);
            }
            OverwriteKind::Role => {
                if member.roles.contains(&RoleId(overwrite.id)) {
                    deny = deny.with(overwrite.deny);
                    allow = allow.with(overwrite.allow);
                }
            }
            OverwriteKind::Member => {
                if overwrite.id == user.0 {
                    own = Some(overwrite);
                }
            }
        }
    }
    found = found.without(deny).with(allow);
    if let Some(own) = own {
        found = found.without(own.deny).with(own.allow);
    }
    if found.contains(Permissions::VIEW_CHANNEL) {
        found
    } else {
        Permissions::NONE
    }
}
