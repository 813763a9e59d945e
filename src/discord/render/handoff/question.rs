//! A question to whoever goes, in the thread of the hand-off.

use crate::app::HandOffView;
use crate::discord::post::Post;
use crate::discord::render::{escape, paragraphs, plain_name};
use crate::domain::ids::UserId;

/// The longest name of a thread, in characters (resources/channel).
const NAME: usize = 100;

/// The name of the thread in which a hand-off is asked about.
#[must_use]
pub fn thread(view: &HandOffView) -> String {
    plain_name(&format!("Questions: hand-off of {}", view.title), NAME)
}

/// The question. Whoever goes hears it, and nobody else.
#[must_use]
pub fn question(view: &HandOffView, question: &str, by: UserId) -> Post {
    let from = view.kept.hand_off.from;
    Post {
        people: vec![from],
        ..Post::text(format!(
            "❓ <@{from}>, <@{by}> asks about your hand-off of **{}**:\n{}",
            escape(&view.title),
            paragraphs(question)
        ))
    }
}

/// What whoever asked is told.
#[must_use]
pub fn asked(from: UserId) -> Post {
    Post::text(format!(
        "✅ <@{from}> is asked in the thread below the hand-off; the answer comes there."
    ))
}
