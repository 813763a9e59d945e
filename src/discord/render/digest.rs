//! The digest: what somebody owes at their hour, and how it is set.

use chrono::{DateTime, Utc};

use crate::app::{DigestView, MyItems};
use crate::discord::post::{CONTENT_LIMIT, MARK_ROOM, Post};
use crate::discord::render::follow::{refused, refused_at};
use crate::discord::render::status::item_lines;
use crate::discord::render::{count, fitting, moment};
use crate::domain::digest::{DigestDays, DigestRule};

/// What a person owes, soonest first; none when nothing is open for them.
#[must_use]
pub fn digest(mine: &[MyItems], now: DateTime<Utc>) -> Option<Post> {
    if mine.is_empty() {
        return None;
    }
    let all: usize = mine.iter().map(|mine| mine.items.len()).sum();
    let mut lines = vec![format!("☀️ **{} for you**", count(all, "open item"))];
    lines.extend(mine.iter().flat_map(|mine| item_lines(mine, now)));
    let footer = "/digest changes this";
    let text = fitting(
        &lines,
        CONTENT_LIMIT - MARK_ROOM - footer.len(),
        "lines: `/me` in the server, or each board under **My items**",
    );
    Some(Post {
        footer: Some(footer.to_owned()),
        ..Post::text(text)
    })
}

/// How the digest of a person is set.
#[must_use]
pub fn settings(view: &DigestView, changed: bool) -> Post {
    let mut lines = Vec::new();
    match (&view.rule, view.on) {
        (Some(rule), true) => {
            let next = view
                .next
                .map_or_else(String::new, |next| format!(" Next: {}.", moment(next)));
            lines.push(format!(
                "☀️ {}, I send you a direct message with what you still owe here: the items of the roles that you hold \
                 then, and your own. When nothing is open, nothing comes.{next}",
                when(rule)
            ));
            lines.push("`/digest off:True` ends it; `at`, `zone` and `days` change it.".to_owned());
        }
        (Some(_), false) if changed => lines.push("🔕 No digest comes any more.".to_owned()),
        (Some(rule), false) => lines.push(format!(
            "No digest comes. It was set to {} at **{}** ({}); `/digest at:` begins again.",
            each(rule.days),
            rule.at.format("%H:%M"),
            rule.zone
        )),
        (None, _) => lines.push(
            "No digest comes. `/digest at:09:00 zone:America/Los_Angeles` sends you a direct message with your open items \
             at that time on each working day."
                .to_owned(),
        ),
    }
    lines.extend(view.refused.as_ref().map(|known| {
        if view.on {
            format!(
                "⚠️ {} Allow direct messages from this server, or it ends again.",
                refused_at(known)
            )
        } else {
            refused(known)
        }
    }));
    Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
}

fn when(rule: &DigestRule) -> String {
    let each = match rule.days {
        DigestDays::Working => "On each working day of this server",
        DigestDays::Every => "Every day",
    };
    format!("{each} at **{}** ({})", rule.at.format("%H:%M"), rule.zone)
}

fn each(days: DigestDays) -> &'static str {
    match days {
        DigestDays::Working => "each working day",
        DigestDays::Every => "every day",
    }
}
