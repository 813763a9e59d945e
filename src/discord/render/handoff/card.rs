//! The message of a hand-off: to whom, what is in flight, and what became of it. It can be answered as long as it is open.

use chrono::{DateTime, Utc};
use serenity::all::{ButtonStyle, CreateActionRow, CreateEmbed};

use crate::app::{HandOffView, Record};
use crate::discord::custom_id::{CustomId, ShiftId};
use crate::discord::post::{CONTENT_LIMIT, Post};
use crate::discord::render::handoff::summary::of_release;
use crate::discord::render::handoff::{people, state};
use crate::discord::render::{button, color, escape, fitting, moment, release_name};
use crate::domain::handoff::HandOffState;
use crate::domain::ids::HandOffNumber;

/// The text of one card may have 4,096 characters, and a message 6,000 in all of its cards.
const CARD: usize = 4_000;

/// So many characters each release gets when many are in flight.
const LEAST: usize = 160;

/// A hand-off as it is at `now`.
#[must_use]
pub fn card(view: &HandOffView, now: DateTime<Utc>) -> Post {
    let hand_off = &view.kept.hand_off;
    let open = hand_off.is_open();
    let to = match hand_off.state {
        HandOffState::Kept => String::new(),
        _ if hand_off.to.is_empty() => ", for whoever comes next".to_owned(),
        _ => format!(", for {}", people(&hand_off.to)),
    };
    let mut lines = vec![format!(
        "🤝 **Hand-off of {}**: <@{}> goes{to} · {}",
        escape(&view.title),
        hand_off.from,
        moment(hand_off.offered)
    )];
    lines.extend(hand_off.note.as_ref().map(|note| format!("📝 {}", escape(note))));
    for declined in &hand_off.declined {
        lines.push(format!(
            "🚫 <@{}> declined: {}",
            declined.stamp.by,
            escape(&declined.reason)
        ));
    }
    lines.push(state(hand_off));
    let embed = CreateEmbed::new()
        .description(in_flight(view, now))
        .color(if open { color::NOW } else { color::DONE });
    Post {
        embeds: vec![embed],
        rows: if open {
            answers(view.kept.number)
        } else {
            Vec::new()
        },
        people: if open { hand_off.called.clone() } else { Vec::new() },
        ..Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
    }
}

/// What can be done with one that is open.
pub(super) fn answers(number: HandOffNumber) -> Vec<CreateActionRow> {
    let answer = |id, label, style| button(&CustomId::Shift(id), label, style);
    vec![CreateActionRow::Buttons(vec![
        answer(ShiftId::Accept(number), "Accept", ButtonStyle::Success),
        answer(ShiftId::Decline(number), "Decline…", ButtonStyle::Secondary),
        answer(ShiftId::Ask(number), "Ask…", ButtonStyle::Secondary),
    ])]
}

/// Every release with as much as fits; those that have no room are counted.
fn in_flight(view: &HandOffView, now: DateTime<Utc>) -> String {
    let since = view.kept.hand_off.since;
    let room = (CARD / view.records.len().max(1)).max(LEAST);
    let mut parts: Vec<String> = view
        .records
        .iter()
        .map(|record| fitting(&block(record, since, now), room, "lines"))
        .collect();
    // Which others there are is known to their roles alone, and so is whether there are any.
    parts.push("Each release has its summary in its channel.".to_owned());
    fitting(&parts, CARD, "releases")
}

fn block(record: &Record, since: DateTime<Utc>, now: DateTime<Utc>) -> Vec<String> {
    let release = &record.view.release;
    let place = release
        .channel
        .map_or_else(String::new, |channel| format!(" <#{channel}>"));
    let mut lines = vec![format!(
        "**{} · {}**{place}",
        release.key,
        release_name(&record.view)
    )];
    lines.extend(of_release(&record.shift_facts(since, now)));
    lines
}
