//! Discord's ids: 64-bit numbers that carry their moment of birth, written as strings in JSON.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The first instant a Discord id can name: 2015-01-01T00:00:00Z, in milliseconds.
const EPOCH_MS: i64 = 1_420_070_400_000;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<u64> for $name {
            fn from(id: u64) -> Self {
                Self(id)
            }
        }

        impl From<$name> for u64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                number_or_digits(deserializer).map(Self)
            }
        }
    )*};
}

ids! {
    /// A person's or a bot's id.
    UserId
    /// A guild's id; also the id of its `@everyone` role.
    GuildId
    /// A channel's id.
    ChannelId
    /// A message's id.
    MessageId
    /// A role's id.
    RoleId
    /// The id of a scheduled event.
    ScheduledEventId
    /// The id of an application command.
    CommandId
    /// The id of one interaction: a slash command, a click, a submitted modal.
    InteractionId
    /// The id of a file of a message.
    AttachmentId
    /// The id of a modal that an application has opened for somebody.
    ModalId
}

/// Makes ids that never repeat and never go back, from the world's clock and a seed and nothing else.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snowflakes {
    /// What stands in place of the worker and process that make an id at Discord.
    maker: u64,
    last: u64,
}

/// The bits below an id's moment: ten for who made it, and twelve that count within a millisecond (Discord's page
/// "Reference", "Snowflakes").
const BELOW_MOMENT: u32 = 22;
const COUNTING: u32 = 12;

impl Snowflakes {
    /// Ids of this seed; those of another one are others, as long as both are below 1024.
    pub(crate) fn seeded(seed: u16) -> Self {
        Self {
            maker: u64::from(seed % 1024) << COUNTING,
            last: 0,
        }
    }

    /// The next id at `now`.
    pub(crate) fn next(&mut self, now: DateTime<Utc>) -> u64 {
        let after = self.last + 1;
        let follower = if after.trailing_zeros() < COUNTING {
            after
        } else {
            // The millisecond has no number left, so the next one lends its own.
            (((self.last >> BELOW_MOMENT) + 1) << BELOW_MOMENT) | self.maker
        };
        self.last = (at(now) | self.maker).max(follower);
        self.last
    }
}

/// The smallest id that can be born at `now`.
pub(crate) fn at(now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp_millis() - EPOCH_MS).unwrap_or(1) << BELOW_MOMENT
}

fn number_or_digits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u64),
        Text(String),
    }
    match Either::deserialize(deserializer)? {
        Either::Number(number) => Ok(number),
        Either::Text(text) => text.parse().map_err(serde::de::Error::custom),
    }
}

#[cfg(test)]
mod tests {
    use super::{BELOW_MOMENT, COUNTING, EPOCH_MS, Snowflakes, at};
    use chrono::DateTime;

    #[test]
    fn ids_rise_carry_their_moment_and_keep_to_their_seed() {
        let now = DateTime::from_timestamp_millis(EPOCH_MS + 1_000).expect("an instant");
        let (mut one, mut other) = (Snowflakes::seeded(3), Snowflakes::seeded(4));
        let mut last = 0;
        // More than one millisecond has numbers for.
        for _ in 0..5_000 {
            let id = one.next(now);
            assert!(id > last && id >= at(now));
            assert_eq!((id >> COUNTING) & 1023, 3);
            assert!(id >> BELOW_MOMENT <= 1_001);
            assert_ne!(id, other.next(now));
            last = id;
        }
        assert_eq!(
            Snowflakes::seeded(3).next(now),
            (1_000 << BELOW_MOMENT) | (3 << COUNTING)
        );
    }
}
