//! A message before it is sent, and the ways to send it.
//!
//! Every way sets `allowed_mentions` from [`Post::pings`], edits included, because an edit without it parses the text
//! for mentions once more.

use serenity::all::{
    CreateActionRow, CreateAllowedMentions, CreateAttachment, CreateEmbed, CreateEmbedFooter,
    CreateInteractionResponseFollowup, CreateMessage, EditInteractionResponse, EditMessage, MessageFlags,
    RoleId as DiscordRoleId, UserId as DiscordUserId,
};

use crate::domain::ids::{GuildRoleId, UserId};

/// What a person will read and press.
#[derive(Clone, Debug, Default)]
pub struct Post {
    /// The text, at most 2,000 characters.
    pub content: String,
    /// Cards below the text.
    pub embeds: Vec<CreateEmbed>,
    /// Buttons and selects.
    pub rows: Vec<CreateActionRow>,
    /// A few small words at the very end.
    pub footer: Option<String>,
    /// The roles that this message may ping, if its text names them. Nobody else is pinged, whatever the text says.
    pub pings: Vec<GuildRoleId>,
    /// The people whom it may ping, likewise.
    pub people: Vec<UserId>,
    /// Whether it comes without a sound, as a direct message otherwise makes one.
    pub quiet: bool,
    /// Files that come with it when it is sent; an edit leaves those that are there.
    pub files: Vec<PostFile>,
}

/// A file of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostFile {
    /// Its name.
    pub name: String,
    /// What is in it, at most [`FILE_LIMIT`] bytes.
    pub bytes: Vec<u8>,
    /// What a picture shows, for those who do not see it: at most 1,024 characters.
    pub description: Option<String>,
}

impl PostFile {
    fn attachment(self) -> CreateAttachment {
        let attachment = CreateAttachment::bytes(self.bytes, self.name);
        match self.description {
            Some(description) => attachment.description(cut(description, DESCRIPTION_LIMIT)),
            None => attachment,
        }
    }
}

/// The most bytes that one file may have where nobody pays for more.
pub const FILE_LIMIT: usize = 10 << 20;

/// The most characters that the description of a file may have.
const DESCRIPTION_LIMIT: usize = 1024;

impl Post {
    /// A message of text alone.
    pub fn text(content: impl Into<String>) -> Self {
        Self {
            content: bounded(content.into()),
            ..Self::default()
        }
    }

    /// The same with a mark at its end, by which the bot finds it again and people can name it.
    #[must_use]
    pub fn marked(mut self, mark: &str) -> Self {
        self.footer = Some(match self.footer {
            Some(footer) => format!("{mark} · {footer}"),
            None => mark.to_owned(),
        });
        self
    }

    /// With the small words where they belong: below the last card, or as a small line of the text.
    fn finished(mut self) -> Self {
        let Some(footer) = self.footer.take() else {
            return self;
        };
        if let Some(last) = self.embeds.pop() {
            self.embeds.push(last.footer(CreateEmbedFooter::new(footer)));
        } else {
            let line = format!("\n-# {footer}");
            let room = CONTENT_LIMIT.saturating_sub(line.chars().count());
            self.content = cut(self.content, room) + &line;
        }
        self
    }

    /// As a new message. The nonce makes a quick repetition harmless.
    pub fn message(self, nonce: String) -> CreateMessage {
        let post = self.finished();
        let flags = if post.quiet {
            MessageFlags::SUPPRESS_NOTIFICATIONS
        } else {
            MessageFlags::empty()
        };
        CreateMessage::new()
            .flags(flags)
            .allowed_mentions(post.allowed_mentions())
            .content(post.content)
            .embeds(post.embeds)
            .components(post.rows)
            .files(post.files.into_iter().map(PostFile::attachment))
            .nonce(serenity::all::Nonce::String(nonce))
            .enforce_nonce(true)
    }

    /// As the new state of a message that exists.
    pub fn edit(self) -> EditMessage {
        let post = self.finished();
        EditMessage::new()
            .allowed_mentions(post.allowed_mentions())
            .content(post.content)
            .embeds(post.embeds)
            .components(post.rows)
    }

    /// As the answer that a deferred interaction waits for, or its new state.
    pub fn answer(self) -> EditInteractionResponse {
        let post = self.finished();
        let answer = EditInteractionResponse::new()
            .allowed_mentions(post.allowed_mentions())
            .content(post.content)
            .embeds(post.embeds)
            .components(post.rows);
        let files = post.files.into_iter().map(PostFile::attachment);
        files.fold(answer, EditInteractionResponse::new_attachment)
    }

    /// As a further answer that its addressee alone sees.
    pub fn whisper(self) -> CreateInteractionResponseFollowup {
        let post = self.finished();
        CreateInteractionResponseFollowup::new()
            .ephemeral(true)
            .allowed_mentions(post.allowed_mentions())
            .content(post.content)
            .embeds(post.embeds)
            .components(post.rows)
            .files(post.files.into_iter().map(PostFile::attachment))
    }

    fn allowed_mentions(&self) -> CreateAllowedMentions {
        CreateAllowedMentions::new()
            .roles(self.pings.iter().map(|role| DiscordRoleId::new(role.0)))
            .users(self.people.iter().map(|person| DiscordUserId::new(person.0)))
    }
}

/// The most characters that a message's text may have.
pub const CONTENT_LIMIT: usize = 2000;

/// The mark of the outbox takes at most this many of them, with what sets it off.
pub const MARK_ROOM: usize = 60;

/// The text, cut visibly where the platform would refuse it.
fn bounded(text: String) -> String {
    cut(text, CONTENT_LIMIT)
}

fn cut(text: String, room: usize) -> String {
    if text.chars().count() <= room {
        return text;
    }
    let kept: String = text.chars().take(room.saturating_sub(1)).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn every_way(post: &Post) -> [(&'static str, Value); 4] {
        let value = |builder: Result<Value, serde_json::Error>| builder.unwrap();
        [
            (
                "message",
                value(serde_json::to_value(post.clone().message("t1.0".to_owned()))),
            ),
            ("edit", value(serde_json::to_value(post.clone().edit()))),
            ("answer", value(serde_json::to_value(post.clone().answer()))),
            ("whisper", value(serde_json::to_value(post.clone().whisper()))),
        ]
    }

    /// Without `allowed_mentions`, Discord reads the text for mentions and pings whomever it names.
    #[test]
    fn every_way_pings_the_named_roles_and_nobody_else() {
        let hostile = Post::text("@everyone <@1> <@&2> <@&3>");
        for (way, sent) in every_way(&hostile) {
            assert_eq!(sent["allowed_mentions"]["parse"], json!([]), "{way}");
            assert_eq!(sent["allowed_mentions"]["roles"], json!([]), "{way}");
            assert_eq!(sent["allowed_mentions"]["users"], json!([]), "{way}");
        }
        let reminder = Post {
            pings: vec![GuildRoleId(2), GuildRoleId(3)],
            people: vec![UserId(1)],
            ..hostile
        };
        for (way, sent) in every_way(&reminder) {
            assert_eq!(sent["allowed_mentions"]["parse"], json!([]), "{way}");
            assert_eq!(sent["allowed_mentions"]["roles"], json!(["2", "3"]), "{way}");
            assert_eq!(sent["allowed_mentions"]["users"], json!(["1"]), "{way}");
        }
    }

    /// An edit that leaves out cards or buttons keeps the old ones; each way sends all three, empty or not.
    #[test]
    fn every_way_replaces_text_cards_and_controls() {
        for (way, sent) in every_way(&Post::text("Done.")) {
            assert_eq!(sent["content"], "Done.", "{way}");
            assert_eq!(sent["embeds"], json!([]), "{way}");
            assert_eq!(sent["components"], json!([]), "{way}");
        }
    }

    /// Each way that sends something new carries its files; an edit of a message leaves what is there.
    #[test]
    fn files_come_with_what_is_new() {
        let post = Post {
            files: vec![PostFile {
                name: "a.png".to_owned(),
                bytes: vec![1, 2, 3],
                description: Some("é".repeat(DESCRIPTION_LIMIT + 1)),
            }],
            ..Post::text("Look.")
        };
        for (way, sent) in every_way(&post) {
            let files = sent["attachments"].as_array();
            assert_eq!(files.map_or(0, Vec::len), usize::from(way != "edit"), "{way}");
            if let Some(file) = files.and_then(|files| files.first()) {
                let description = file["description"].as_str().unwrap();
                assert_eq!(description.chars().count(), DESCRIPTION_LIMIT, "{way}");
                assert_eq!(file["filename"], "a.png", "{way}");
            }
        }
    }

    #[test]
    fn a_message_carries_its_nonce_and_a_whisper_is_for_one_person() {
        let [(_, message), _, _, (_, whisper)] = every_way(&Post::text("Done."));
        assert_eq!(
            (&message["nonce"], &message["enforce_nonce"]),
            (&json!("t1.0"), &json!(true))
        );
        assert_eq!(whisper["flags"], json!(64));
    }

    /// Silence is a flag of a new message; everything else sounds as Discord has it.
    #[test]
    fn a_quiet_message_makes_no_sound() {
        let flags = |quiet| {
            let post = Post {
                quiet,
                ..Post::text("News.")
            };
            let sent = serde_json::to_value(post.message("t1.0".to_owned())).unwrap();
            sent["flags"].as_u64().unwrap()
        };
        assert_eq!((flags(true), flags(false)), (1 << 12, 0));
    }

    /// The mark stands below the last card, and in a message without one in the last line, however long the text is.
    #[test]
    fn a_mark_is_the_last_thing_to_read() {
        let marked = |post: Post| {
            let post = post.marked("REL-2026-12-001 · note 41");
            serde_json::to_value(post.message("t41.0".to_owned())).unwrap()
        };
        let text = marked(Post::text("é".repeat(CONTENT_LIMIT)));
        let content = text["content"].as_str().unwrap();
        assert_eq!(content.chars().count(), CONTENT_LIMIT);
        assert!(content.ends_with("…\n-# REL-2026-12-001 · note 41"));
        let cards = Post {
            embeds: vec![CreateEmbed::new().title("One"), CreateEmbed::new().title("Two")],
            footer: Some("in your own zone".to_owned()),
            ..Post::text("Hello.")
        };
        let cards = marked(cards);
        assert_eq!(cards["content"], "Hello.");
        assert_eq!(cards["embeds"][0]["footer"], Value::Null);
        assert_eq!(
            cards["embeds"][1]["footer"]["text"],
            "REL-2026-12-001 · note 41 · in your own zone"
        );
    }

    #[test]
    fn a_text_that_is_too_long_is_cut_visibly() {
        let cut = Post::text("é".repeat(CONTENT_LIMIT + 1)).content;
        assert_eq!(cut.chars().count(), CONTENT_LIMIT);
        assert!(cut.ends_with('…'));
        let whole = "é".repeat(CONTENT_LIMIT);
        assert_eq!(Post::text(whole.clone()).content, whole);
    }
}
