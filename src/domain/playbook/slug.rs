//! Identifiers that people write in playbooks: one type for each kind, so that two of them cannot be swapped.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest identifier, in characters. Short enough for two of them in the id of a chat control.
pub const SLUG_LIMIT: usize = 40;

/// What an identifier looks like, in words.
pub(super) const SLUG_FORM: &str =
    "lower-case letters and digits, with single hyphens between words, at most 40 characters";

/// A text that is no identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("found `{given}`, expected {SLUG_FORM}")]
pub struct NotASlug {
    /// What was given.
    pub given: String,
}

/// Whether `text` is an identifier: words of `a`–`z` and `0`–`9`, joined by single hyphens, 1 to 40 characters.
pub(super) fn is_slug(text: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.len() <= SLUG_LIMIT && text.split('-').all(word)
}

macro_rules! slugs {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotASlug;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::try_from(text.to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotASlug;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                if is_slug(&text) { Ok(Self(text)) } else { Err(NotASlug { given: text }) }
            }
        }

        impl From<$name> for String {
            fn from(slug: $name) -> Self {
                slug.0
            }
        }
    )+};
}

slugs! {
    /// A role of a playbook, such as `release-manager`. The same in every playbook of a guild.
    RoleId,
    /// A phase, such as `code-complete`. Unique in its playbook.
    PhaseId,
    /// An item, such as `tag-release`. Unique in its playbook, and stable: completions are stored under it.
    ItemId,
    /// Something that holds for one release and not for another, such as `overlaps-regular-release`.
    ConditionId,
}
