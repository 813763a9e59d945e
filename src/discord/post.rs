//! A message before it is sent, and the ways to send it.
//!
//! Every way sets `allowed_mentions` from [`Post::pings`], edits included, because an edit without it parses the text
//! for mentions once more.

use serenity::all::{
    CreateActionRow, CreateAllowedMentions, CreateEmbed, CreateInteractionResponseFollowup, CreateMessage,
    EditInteractionResponse, EditMessage, RoleId as DiscordRoleId,
};

use crate::domain::ids::GuildRoleId;

/// What a person will read and press.
#[derive(Clone, Debug, Default)]
pub struct Post {
    /// The text, at most 2,000 characters.
    pub content: String,
    /// Cards below the text.
    pub embeds: Vec<CreateEmbed>,
    /// Buttons and selects.
    pub rows: Vec<CreateActionRow>,
    /// The roles that this message may ping, if its text names them. Nobody else is pinged, whatever the text says.
    pub pings: Vec<GuildRoleId>,
}

impl Post {
    /// A message of text alone.
    pub fn text(content: impl Into<String>) -> Self {
        Self {
            content: bounded(content.into()),
            ..Self::default()
        }
    }

    /// As a new message. The nonce makes a quick repetition harmless.
    pub fn message(self, nonce: String) -> CreateMessage {
        CreateMessage::new()
            .allowed_mentions(self.allowed_mentions())
            .content(self.content)
            .embeds(self.embeds)
            .components(self.rows)
            .nonce(serenity::all::Nonce::String(nonce))
            .enforce_nonce(true)
    }

    /// As the new state of a message that exists.
    pub fn edit(self) -> EditMessage {
        EditMessage::new()
            .allowed_mentions(self.allowed_mentions())
            .content(self.content)
            .embeds(self.embeds)
            .components(self.rows)
    }

    /// As the answer that a deferred interaction waits for, or its new state.
    pub fn answer(self) -> EditInteractionResponse {
        EditInteractionResponse::new()
            .allowed_mentions(self.allowed_mentions())
            .content(self.content)
            .embeds(self.embeds)
            .components(self.rows)
    }

    /// As a further answer that its addressee alone sees.
    pub fn whisper(self) -> CreateInteractionResponseFollowup {
        CreateInteractionResponseFollowup::new()
            .ephemeral(true)
            .allowed_mentions(self.allowed_mentions())
            .content(self.content)
            .embeds(self.embeds)
            .components(self.rows)
    }

    fn allowed_mentions(&self) -> CreateAllowedMentions {
        CreateAllowedMentions::new().roles(self.pings.iter().map(|role| DiscordRoleId::new(role.0)))
    }
}

/// The most characters that a message's text may have.
pub const CONTENT_LIMIT: usize = 2000;

/// The text, cut visibly where the platform would refuse it.
fn bounded(text: String) -> String {
    if text.chars().count() <= CONTENT_LIMIT {
        return text;
    }
    let kept: String = text.chars().take(CONTENT_LIMIT - 1).collect();
    format!("{kept}…")
}
