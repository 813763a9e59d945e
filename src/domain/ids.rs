//! One type for each kind of identifier, so that two of them cannot be swapped.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// Declares identifiers that the chat platform hands out: 64-bit numbers that this crate only passes on.
macro_rules! snowflakes {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

snowflakes! {
    /// A server ("guild"). Every stored fact belongs to exactly one.
    GuildId,
    /// A channel or a category.
    ChannelId,
    /// A message.
    MessageId,
    /// A person or a bot.
    UserId,
    /// A role of a guild, as the platform knows it. What a playbook calls a role is a
    /// [`RoleId`](crate::domain::playbook::RoleId).
    GuildRoleId,
    /// One interaction: a command, a click, a submitted form. Never handed out twice.
    InteractionId,
}

/// The database's own number of a release. People see the [`ReleaseKey`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReleaseId(pub i64);

impl fmt::Display for ReleaseId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The database's own number of a playbook that a guild has switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScheduleId(pub i64);

/// The database's own number of one time that a schedule comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OccurrenceId(pub i64);

/// The database's own number of a person's digest in a guild.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DigestId(pub i64);

/// The database's own number of a roster. People see its [`RosterId`](crate::domain::shift::RosterId).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RosterNumber(pub i64);

/// The database's own number of a hand-off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HandOffNumber(pub i64);

/// The database's own number of a swap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SwapNumber(pub i64);

impl MessageId {
    /// Where a person can open it.
    #[must_use]
    pub fn link(self, guild: GuildId, channel: ChannelId) -> String {
        format!("https://discord.com/channels/{guild}/{channel}/{self}")
    }
}

impl UserId {
    /// T-minus itself, where somebody is named who did something and no person did.
    pub const ITSELF: Self = Self(0);
}

/// What people call a release: `REL-2026-11-003`. Unique in its guild and never reused (S91).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReleaseKey(String);

impl ReleaseKey {
    /// The `number`-th release that a guild opened in the month of `opened_on` (the playbook's zone).
    #[must_use]
    pub fn new(opened_on: NaiveDate, number: u32) -> Self {
        Self(format!(
            "REL-{:04}-{:02}-{number:03}",
            opened_on.year(),
            opened_on.month()
        ))
    }

    /// A key that was stored or typed earlier. It is looked up, so its form is not checked.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReleaseKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S91: the year, the month, and a number of at least three digits.
    #[test]
    fn s91_a_key_names_its_month_and_its_number() {
        let opened_on = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (date, number, key) in [
            ("2026-11-30", 1, "REL-2026-11-001"),
            ("2026-01-02", 42, "REL-2026-01-042"),
            ("2026-12-31", 999, "REL-2026-12-999"),
            ("2026-12-31", 1000, "REL-2026-12-1000"),
        ] {
            let made = ReleaseKey::new(opened_on(date), number);
            assert_eq!(made.to_string(), key);
            assert_eq!(made, ReleaseKey::from_stored(key.to_owned()));
        }
    }
}
