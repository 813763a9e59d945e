//! Hand-offs in words.

mod call;
mod card;
mod plain;
mod question;
mod refusal;
mod summary;

pub use self::call::{asked_again, note_wanted};
pub use self::card::card;
pub use self::plain::{name_of, plain_lines};
pub use self::question::{asked, question, thread};
pub(super) use self::refusal::refusal;
pub use self::summary::posted;

use crate::app::{Accepted, Left};
use crate::discord::post::Post;
use crate::discord::render::refusal::listing;
use crate::discord::render::{escape, relative};
use crate::domain::handoff::{HandOff, HandOffState, Unfinished};
use crate::domain::ids::{ChannelId, UserId};

/// What whoever hands over is told.
#[must_use]
pub fn offered(hand_off: &HandOff, channel: Option<ChannelId>) -> Post {
    let place = channel.map_or_else(String::new, |channel| format!(" in <#{channel}>"));
    Post::text(match hand_off.state {
        HandOffState::Kept => format!(
            "✅ The summary is posted{place}. The next shift is yours again, so that nobody is asked to take over."
        ),
        _ if hand_off.to.is_empty() => format!(
            "✅ Your hand-off is posted{place}. The roster knows nobody who comes, so the Release Manager is asked. You keep \
             the duty until somebody accepts."
        ),
        _ => format!(
            "✅ Asked to take over{place}: {}. You keep the duty until somebody accepts.",
            people(&hand_off.to)
        ),
    })
}

/// What whoever wanted to go is told.
#[must_use]
pub fn left(left: &Left, channel: Option<ChannelId>) -> Post {
    match left {
        Left::Free => {
            Post::text("✅ Your shift is over: nothing is in flight, so that nothing is handed over.")
        }
        Left::Offered(hand_off) => offered(hand_off, channel),
        Left::Overridden(releases) => Post::text(format!(
            "⚠️ Your shift is over, although this is not complete: {}. Your reason is on the record, and others are asked to \
             take over until somebody does.",
            listing(&releases.iter().map(unfinished).collect::<Vec<_>>())
        )),
    }
}

/// What whoever took over is told.
#[must_use]
pub fn accepted(accepted: &Accepted) -> Post {
    let free = if accepted.hand_off.left {
        String::new()
    } else {
        format!("; <@{}> is free to go", accepted.hand_off.from)
    };
    let note = accepted.hand_off.note.as_ref();
    let note = note.map_or_else(String::new, |note| format!("\n📝 {}", escape(note)));
    Post::text(format!(
        "✅ You have the duty of **{}** now{free}.{note}",
        escape(&accepted.title)
    ))
}

/// What whoever declined is told.
#[must_use]
pub fn declined(hand_off: &HandOff) -> Post {
    Post::text(format!(
        "✅ You declined. <@{}> keeps the duty, and the next ones are asked.",
        hand_off.from
    ))
}

/// That a note is kept.
#[must_use]
pub fn noted() -> Post {
    Post::text("✅ Your note goes with the hand-off.")
}

/// "**REL-2026-12-001**: T−0 Promote; T+1 Push".
fn unfinished(unfinished: &Unfinished) -> String {
    let phases = unfinished.phases.iter();
    let phases: Vec<String> = phases.map(|phase| escape(&phase.to_string())).collect();
    format!("**{}**: {}", unfinished.key, phases.join("; "))
}

fn people(people: &[UserId]) -> String {
    let people: Vec<String> = people.iter().map(|user| format!("<@{user}>")).collect();
    listing(&people)
}

/// What became of it, in a few words.
fn state(hand_off: &HandOff) -> String {
    match hand_off.state {
        HandOffState::Accepted(stamp) => {
            format!("✅ <@{}> took over {}.", stamp.by, relative(stamp.at))
        }
        HandOffState::FellAway { .. } => {
            "The last release was closed before somebody accepted; nobody has to take over.".to_owned()
        }
        HandOffState::Returned { .. } => format!(
            "Nobody accepted before the next shift of <@{}> began; the duty is theirs again.",
            hand_off.from
        ),
        HandOffState::Kept => format!(
            "<@{}> has the next shift as well; nobody has to take over.",
            hand_off.from
        ),
        HandOffState::Offered if hand_off.left => format!(
            "⚠️ <@{}> has left. Nobody has the duty until somebody accepts.",
            hand_off.from
        ),
        HandOffState::Offered => format!("<@{}> keeps the duty until somebody accepts.", hand_off.from),
    }
}
