//! Guilds as a TOML file writes them.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::GuildSpec;
use crate::world::{ChannelKind, Permissions, Refusal};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "guild")]
    guilds: Vec<GuildSpec>,
}

impl GuildSpec {
    /// Reads guilds from TOML. `world.example.toml` beside this crate's manifest shows every key; permissions are written as a
    /// list of Discord's names, or as the bits in digits for those that nobody asks about here.
    ///
    /// # Errors
    ///
    /// When the text is no TOML, or has a key or a value that means nothing. The text names the line and shows it.
    pub fn all_from_toml(text: &str) -> Result<Vec<Self>, Refusal> {
        let file: File = toml::from_str(text).map_err(|error| Refusal(error.to_string()))?;
        Ok(file.guilds)
    }
}

pub(super) fn bits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Names(Vec<String>),
        Digits(String),
    }
    match Written::deserialize(deserializer)? {
        Written::Names(names) => names.iter().try_fold(0, |all, name| {
            let found = Permissions::named(name);
            let found = found.ok_or_else(|| D::Error::custom(format!("no permission is called `{name}`")))?;
            Ok(all | found.0)
        }),
        Written::Digits(digits) => digits.parse().map_err(D::Error::custom),
    }
}

pub(super) fn color<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let written = String::deserialize(deserializer)?;
    let digits = written.strip_prefix('#').filter(|digits| digits.len() == 6);
    let color = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    color.ok_or_else(|| D::Error::custom(format!("`{written}` is no colour such as `#3498db`")))
}

pub(super) fn kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ChannelKind, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "text" => Ok(ChannelKind::Text),
        "voice" => Ok(ChannelKind::Voice),
        "category" => Ok(ChannelKind::Category),
        "announcement" => Ok(ChannelKind::Announcement),
        other => Err(D::Error::custom(format!(
            "a channel is `text`, `voice`, `category` or `announcement`, not `{other}`"
        ))),
    }
}
