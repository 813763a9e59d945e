//! Identifiers that people write in files: one type for each kind, so that two of them cannot be swapped.

/// The longest identifier, in characters. Short enough for two of them in the id of a chat control.
pub const SLUG_LIMIT: usize = 40;

/// What an identifier looks like, in words.
pub(in crate::domain) const SLUG_FORM: &str =
    "lower-case letters and digits, with single hyphens between words, at most 40 characters";

/// A text that is no identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("found `{given}`, expected {SLUG_FORM}")]
pub struct NotASlug {
    /// What was given.
    pub given: String,
}

/// Whether `text` is an identifier: words of `a`–`z` and `0`–`9`, joined by single hyphens, 1 to 40 characters.
pub(in crate::domain) fn is_slug(text: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.len() <= SLUG_LIMIT && text.split('-').all(word)
}

/// Declares identifiers of this form.
macro_rules! slugs {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::slug::NotASlug;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::try_from(text.to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::domain::slug::NotASlug;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                if $crate::domain::slug::is_slug(&text) {
                    Ok(Self(text))
                } else {
                    Err($crate::domain::slug::NotASlug { given: text })
                }
            }
        }

        impl From<$name> for String {
            fn from(slug: $name) -> Self {
                slug.0
            }
        }
    )+};
}

pub(in crate::domain) use slugs;
