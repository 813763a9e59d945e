//! What could not be delivered: the alert, the list, and what was done about it.

use serenity::all::{ButtonStyle, CreateActionRow};

use crate::app::{DeadLetter, ReleaseView, Remedy};
use crate::discord::custom_id::CustomId;
use crate::discord::post::{CONTENT_LIMIT, MARK_ROOM, Post};
use crate::discord::render::{button, count, escape, fitting, moment, release_name, shortened};
use crate::domain::notice::Warning;

/// Messages on one page of the list.
const PAGE: usize = 8;

/// The platform's words may take this much of a line.
const WHY: usize = 160;

/// Tells operators that a message is dead. `instead` is what it would have said, when somebody has to hear it.
#[must_use]
pub fn alert(view: Option<&ReleaseView>, note: i64, what: &str, why: &str, instead: Option<Post>) -> Post {
    // The operations channel is not for the roles of a private release alone: it hears that there is something to do.
    let is_private = view.is_some_and(|view| view.release.private);
    let whose = match view {
        None => String::new(),
        Some(_) if is_private => " of a private release".to_owned(),
        Some(view) => format!(" of **{} · {}**", view.release.key, release_name(view)),
    };
    let mut text = format!(
        "📮 I could not deliver {what}{whose}: {}\nWhen the reason is gone, `/outbox retry note:{note}` sends it; \
         `/outbox list` shows everything that waits for you.",
        escape(&shortened(why, WHY))
    );
    if let Some(instead) = instead.filter(|_| !is_private) {
        text.push_str("\nNobody was called. It would have said:\n");
        let room = (CONTENT_LIMIT - MARK_ROOM).saturating_sub(text.chars().count() + 2);
        let quoted: Vec<String> = instead.content.lines().map(|line| format!("> {line}")).collect();
        text.push_str(&fitting(&quoted, room, "lines"));
    }
    Post::text(text)
}

/// Tells operators of a trouble of the bot itself. When this arrives, messages leave again.
#[must_use]
pub fn warning(warning: &Warning) -> Post {
    Post::text(match warning {
        Warning::TokenRefused { since } => format!(
            "🔑 Discord did not accept my token from {} on, and nothing was sent. Now it does, and what waited is on its \
             way. My operator should find out why, before it happens again.",
            moment(*since)
        ),
        Warning::TooManyRefusals { since } => format!(
            "🤐 From {} on nothing was sent for ten minutes: Discord refused so much of what I asked that it was about to \
             ban me. What waited is on its way now. `/outbox list` shows what it refuses, `/setup check` what I lack.",
            moment(*since)
        ),
        Warning::ReleaseUnreadable { release, why } => format!(
            "🧩 I cannot read **{release}** any more: {}. Nobody is reminded of it and its commands fail; the other \
             releases go on. My operator finds what to do under \"A release that cannot be read\" in docs/operations.md.",
            escape(&shortened(why, WHY))
        ),
    })
}

/// One page of what could not be delivered, oldest first.
#[must_use]
pub fn list(letters: &[DeadLetter], page: usize) -> Post {
    if letters.is_empty() {
        return Post::text("📭 Everything was delivered, or is still being tried.");
    }
    let pages = letters.len().div_ceil(PAGE);
    let page = page.min(pages - 1);
    let mut lines = vec![format!(
        "**{} not delivered** · page {} of {pages}",
        count(letters.len(), "message"),
        page + 1
    )];
    for letter in letters.iter().skip(page * PAGE).take(PAGE) {
        let whose = letter
            .release
            .as_ref()
            .map_or_else(String::new, |key| format!(" of **{key}**"));
        lines.push(format!(
            "**note {}**: {}{whose}, since <t:{}:f>: {}",
            letter.note,
            letter.what,
            letter.since.timestamp(),
            escape(&shortened(&letter.why, WHY))
        ));
    }
    lines.push(
        "`/outbox retry` sends one after all, once its reason is gone; `/outbox drop` gives one up."
            .to_owned(),
    );
    let turn = |page| CustomId::Outbox(page);
    let rows = if pages > 1 {
        vec![CreateActionRow::Buttons(vec![
            button(
                &turn(page.saturating_sub(1)),
                "◀ Previous",
                ButtonStyle::Secondary,
            )
            .disabled(page == 0),
            // Two buttons of one message must not have the same id.
            button(&turn(page + 1), "Next ▶", ButtonStyle::Secondary).disabled(page + 1 == pages),
        ])]
    } else {
        Vec::new()
    };
    Post {
        rows,
        ..Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
    }
}

/// What was done about one message.
#[must_use]
pub fn remedied(letter: &DeadLetter, remedy: Remedy) -> Post {
    let whose = letter
        .release
        .as_ref()
        .map_or_else(String::new, |key| format!(" of **{key}**"));
    Post::text(match remedy {
        Remedy::Retry => format!(
            "📨 Note {}, {}{whose}, is on its way again. If it fails once more, it comes back to `/outbox list`.",
            letter.note, letter.what
        ),
        Remedy::Drop => format!(
            "🗑️ Note {}, {}{whose}, is given up and will not be sent.",
            letter.note, letter.what
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::at;
    use crate::domain::ids::ReleaseKey;

    #[test]
    fn each_warning_says_what_was_and_what_to_do() {
        let since = at("2026-12-01T17:00:00Z");
        let warnings = [
            Warning::TokenRefused { since },
            Warning::TooManyRefusals { since },
            Warning::ReleaseUnreadable {
                release: ReleaseKey::from_stored("REL-2026-12-001".to_owned()),
                why: "release 7 holds a playbook that cannot be read".to_owned(),
            },
        ];
        let texts: Vec<String> = warnings.iter().map(|known| warning(known).content).collect();
        insta::assert_snapshot!(texts.join("\n"));
    }
}
