//! Asking again who takes over, and asking whoever goes for a note.

use chrono::{DateTime, Utc};
use serenity::all::{ButtonStyle, CreateActionRow};

use crate::app::HandOffView;
use crate::discord::custom_id::{CustomId, ShiftId};
use crate::discord::post::Post;
use crate::discord::render::handoff::card::answers;
use crate::discord::render::handoff::people;
use crate::discord::render::{button, escape, relative};
use crate::domain::handoff::Audience;
use crate::domain::ids::{RosterNumber, UserId};

/// The call for an answer; none when it has come meanwhile.
#[must_use]
pub fn asked_again(view: &HandOffView, to: &Audience) -> Option<Post> {
    let hand_off = &view.kept.hand_off;
    if !hand_off.is_open() {
        return None;
    }
    let (called, roles, persons) = match to {
        Audience::People(persons) => (people(persons), Vec::new(), persons.clone()),
        Audience::ReleaseManager => {
            let role = view.setup.release_manager();
            let called = role.map_or_else(|| "Release Manager".to_owned(), |role| format!("<@&{role}>"));
            (called, role.into_iter().collect(), Vec::new())
        }
    };
    Some(Post {
        rows: answers(view.kept.number),
        pings: roles,
        people: persons,
        ..Post::text(format!(
            "⏰ {called}: nobody has taken the duty of **{}** over from <@{}>, who {} {}.",
            escape(&view.title),
            hand_off.from,
            if hand_off.left { "left" } else { "offered it" },
            relative(hand_off.offered)
        ))
    })
}

/// To whoever goes soon.
#[must_use]
pub fn note_wanted(roster: RosterNumber, title: &str, to: UserId, ends: DateTime<Utc>) -> Post {
    let write = button(
        &CustomId::Shift(ShiftId::Note(roster)),
        "Write a note…",
        ButtonStyle::Primary,
    );
    Post {
        rows: vec![CreateActionRow::Buttons(vec![write])],
        people: vec![to],
        ..Post::text(format!(
            "📝 <@{to}>, your duty of **{}** ends {}. What should those know who come after you? The facts come by \
             themselves.",
            escape(title),
            relative(ends)
        ))
    }
}
