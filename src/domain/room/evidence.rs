//! What is shown for an item, so that it counts as done.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{ChannelId, GuildId};
use crate::domain::playbook::EvidenceKind;
use crate::domain::rejection::Rejection;
use crate::domain::release::within;
use crate::domain::room::{RoomRefusal, TEXT_LIMIT};

/// Something shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What kind of thing it is.
    pub kind: EvidenceKind,
    /// The address, the text, or the address of the message with the file.
    pub text: String,
}

/// The longest web address, in characters.
const ADDRESS_LIMIT: usize = 500;

impl Evidence {
    /// What was given, when it is evidence of the kind that is asked for.
    ///
    /// A file stays where people can find it: it is posted in one of the `places` of the release, its channel and the threads
    /// there, and the link to that message is the evidence. Files sent with a command are deleted by Discord after a while.
    ///
    /// # Errors
    /// [`RoomRefusal::NotEvidence`] or a text that is too long.
    pub fn read(
        kind: EvidenceKind,
        given: &str,
        guild: GuildId,
        places: &[ChannelId],
    ) -> Result<Self, Rejection> {
        let text = given.trim();
        let fits = match kind {
            EvidenceKind::Link => is_address(text),
            EvidenceKind::Text => !text.is_empty(),
            EvidenceKind::File => is_message(text, guild, places),
        };
        if !fits {
            let given = text.to_owned();
            return Err(RoomRefusal::NotEvidence { kind, given }.into());
        }
        within("the evidence", text, TEXT_LIMIT)?;
        Ok(Self {
            kind,
            text: text.to_owned(),
        })
    }
}

/// Whether it is the address of a page that a reader can follow.
pub(super) fn is_address(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let harmful = |character: char| {
        character.is_whitespace()
            || character.is_control()
            || matches!(character, '<' | '>' | '"' | '\\' | '`')
    };
    text.chars().count() <= ADDRESS_LIMIT
        && !text.chars().any(harmful)
        && rest.is_some_and(|rest| rest.starts_with(|first: char| first.is_alphanumeric() || first == '['))
}

/// Whether it is the address of a message in one of these places.
fn is_message(text: &str, guild: GuildId, places: &[ChannelId]) -> bool {
    let rest = [
        "https://discord.com",
        "https://ptb.discord.com",
        "https://canary.discord.com",
    ]
    .iter()
    .find_map(|host| {
        text.strip_prefix(host)?
            .strip_prefix(&format!("/channels/{guild}/"))
    });
    let Some((place, message)) = rest.and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let is_here = places.iter().any(|known| known.to_string() == place);
    is_here && is_number(message)
}

fn is_number(message: &str) -> bool {
    !message.is_empty() && message.len() <= 20 && message.bytes().all(|byte| byte.is_ascii_digit())
}
