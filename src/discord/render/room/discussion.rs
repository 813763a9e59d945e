//! The words about the threads in which items are discussed.

use chrono::{DateTime, Utc};

use crate::app::{ReleaseView, Undelivered};
use crate::discord::post::{CONTENT_LIMIT, MARK_ROOM, Post};
use crate::discord::render::room::item;
use crate::discord::render::{escape, fitting, plain_name, role_named};
use crate::domain::ids::UserId;
use crate::domain::notice::Notice;
use crate::domain::playbook::ItemId;

/// The longest name of a thread, in characters (resources/channel).
const NAME: usize = 100;

/// The name of an item's thread: its title, which has the version where the item stands once for each.
#[must_use]
pub fn name(view: &ReleaseView, id: &ItemId) -> String {
    let title = view.release.playbook.item(id).map(|item| item.title.as_str());
    let name = plain_name(title.unwrap_or_default(), NAME);
    // Discord refuses a name without a letter.
    if name.is_empty() { id.to_string() } else { name }
}

/// What the thread hangs below, in the release channel.
#[must_use]
pub fn announced(view: &ReleaseView, id: &ItemId, by: UserId) -> Option<Post> {
    let item = view.release.playbook.item(id)?;
    Some(Post::text(format!(
        "💬 **{}** is discussed in the thread below. <@{by}> opened it.",
        escape(&item.title),
    )))
}

/// The first words in the thread: everything about the item, who is responsible, and what can be done there. It calls
/// nobody.
#[must_use]
pub fn begins(view: &ReleaseView, id: &ItemId, now: DateTime<Utc>) -> Option<Post> {
    let item = view.release.playbook.item(id)?;
    let mut lines = item::lines(view, id, now)?;
    let responsible = match view.release.room.assignee(id) {
        Some(assignee) => format!("<@{assignee}>"),
        None => role_named(view, item.role.as_str()).text,
    };
    lines.insert(1, format!("Responsible: {responsible}"));
    lines.push(format!(
        "-# Commands in this thread mean {}: `/item done`, `/item note`. **Apps → Show as evidence** on a message shows it for an item.",
        view.release.key,
    ));
    Some(Post::text(fitting(&lines, CONTENT_LIMIT - MARK_ROOM, "lines")))
}

/// Where the thread is that the item has already.
#[must_use]
pub fn there(view: &ReleaseView, id: &ItemId) -> Post {
    match view.release.room.thread_of(id) {
        Some(thread) => Post::text(format!(
            "💬 **{}** has its thread already: <#{thread}>",
            title(view, id)
        )),
        None => Post::text(format!(
            "💬 The thread of **{}** is being opened.",
            title(view, id)
        )),
    }
}

/// Where the thread is now, or why it is not there.
#[must_use]
pub fn opened(view: &ReleaseView, id: &ItemId, undelivered: &[Undelivered]) -> Post {
    if let Some(thread) = view.release.room.thread_of(id) {
        return Post::text(format!("💬 Opened: <#{thread}>"));
    }
    let (number, item, by) = (0, id.clone(), UserId::ITSELF);
    let what = Notice::Discussion { number, item, by }.label();
    match undelivered.iter().rfind(|dead| dead.what == what) {
        Some(dead) => Post::text(format!(
            "⚠️ The thread of **{}** was not opened: {}. I do not try again by myself. Mend that (`/setup check` helps); \
             then `/outbox retry note:{}` tries it once more.",
            title(view, id),
            escape(&dead.why),
            dead.note,
        )),
        None => Post::text(format!(
            "💬 The thread of **{}** is being opened: it appears in this channel as soon as Discord answers.",
            title(view, id),
        )),
    }
}

fn title(view: &ReleaseView, id: &ItemId) -> String {
    let item = view.release.playbook.item(id);
    escape(&item.map_or_else(|| id.to_string(), |item| item.title.clone()))
}
