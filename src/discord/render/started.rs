//! The answer to the person who started a release.

use chrono::{DateTime, Utc};

use crate::app::ReleaseView;
use crate::discord::post::Post;
use crate::discord::render::{date, moment, phase_name, release_name};

/// What was started, where it happens and what comes first.
#[must_use]
pub fn started(view: &ReleaseView, now: DateTime<Utc>) -> Post {
    let release = &view.release;
    let place = release.channel.map_or_else(
        || {
            "Its channel is not open yet: Discord did not let me create it. I keep trying; `/setup check` shows \
             whether I lack a permission."
                .to_owned()
        },
        |channel| format!("Its channel is <#{channel}>."),
    );
    let next = release
        .next_cutoff(&view.plan, now)
        .map_or_else(String::new, |(phase, cutoff)| {
            format!("\nNext cut-off: **{}** {}", phase_name(phase), moment(cutoff))
        });
    Post::text(format!(
        "🚀 **{} · {}** has started, target {}. {place}{next}",
        release.key,
        release_name(view),
        date(release.target),
    ))
}
