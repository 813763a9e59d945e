//! The answer to the person who started a release.

use chrono::{DateTime, Utc};

use crate::app::{ReleaseView, Undelivered};
use crate::discord::post::Post;
use crate::discord::render::moves::NO_DATE;
use crate::discord::render::{announcement, escape, moment, phase_name, release_name, target};

/// What was started, where it happens and what comes first; or why its channel could not be opened.
#[must_use]
pub fn started(view: &ReleaseView, undelivered: &[Undelivered], now: DateTime<Utc>) -> Post {
    let release = &view.release;
    let place = match (release.channel, undelivered.first()) {
        (Some(channel), _) => format!("Its channel is <#{channel}>."),
        (None, Some(refused)) => format!(
            "⚠️ But Discord refused {}: {}. I do not try again by myself. Mend that (`/setup check` helps); then \
             `/outbox retry note:{}` tries it once more.",
            refused.what,
            escape(&refused.why),
            refused.note,
        ),
        (None, None) => {
            "Discord has not opened its channel yet; I keep trying, and the channel appears when it succeeds."
                .to_owned()
        }
    };
    let next = release.next_cutoff(&view.plan, now).map_or_else(
        || match release.target {
            None => format!("\nThere is {NO_DATE}."),
            Some(_) => String::new(),
        },
        |(phase, cutoff)| format!("\nNext cut-off: **{}** {}", phase_name(phase), moment(cutoff)),
    );
    let draft = announcement::reminder(release).unwrap_or_default();
    let private = if release.private {
        "\n🔒 It is private: only the roles of its process know of it, and nothing is announced."
    } else {
        ""
    };
    Post::text(format!(
        "🚀 **{} · {}** has started, target {}. {place}{next}{draft}{private}",
        release.key,
        release_name(view),
        target(release.target),
    ))
}
