//! How a release stands at the end of a shift: exact things, no impressions (S45, S47).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serenity::all::CreateEmbed;

use crate::app::Record;
use crate::discord::post::Post;
use crate::discord::render::handoff::people;
use crate::discord::render::refusal::listing;
use crate::discord::render::update::facts;
use crate::discord::render::{
    bar, card_title, color, count, escape, fitting, moment, release_name, shortened,
};
use crate::domain::ids::UserId;
use crate::domain::release::Event;
use crate::domain::room::RoomEvent;
use crate::domain::standing::{Standing, standing};

/// So many open items of a role are named.
const NAMED: usize = 4;

/// The text of one card may have 4,096 characters.
const CARD: usize = 4_000;

/// The summary in the channel of a release, addressed to those who come on next or stay on.
#[must_use]
pub fn posted(
    record: &Record,
    from: UserId,
    to: &[UserId],
    since: DateTime<Utc>,
    note: Option<&str>,
    now: DateTime<Utc>,
) -> Post {
    let view = &record.view;
    let addressed = if to.is_empty() {
        "whoever comes next".to_owned()
    } else {
        people(to)
    };
    let mut lines = vec![format!("<@{from}>'s shift ends. For {addressed}:")];
    lines.extend(note.map(|note| format!("📝 {}", escape(note))));
    lines.extend(of_release(record, since, now));
    lines.extend(open_items(record));
    let embed = CreateEmbed::new()
        .title(card_title(&format!("🤝 Hand-off: {}", release_name(view))))
        .description(fitting(&lines, CARD, "lines"))
        .color(color::NOW);
    Post {
        embeds: vec![embed],
        ..Post::default()
    }
}

/// How a release stands, line by line.
pub(super) fn of_release(record: &Record, since: DateTime<Utc>, now: DateTime<Utc>) -> Vec<String> {
    let view = &record.view;
    let release = &view.release;
    let standing = standing(release, &view.plan, &record.events, now);
    let mut lines = vec![format!("{} · {}", at(&standing), bar(standing.items))];
    lines.extend(standing.next_cutoff.as_ref().map(|(phase, cutoff)| {
        format!(
            "Next cut-off: {}, {}",
            escape(&phase.to_string()),
            moment(*cutoff)
        )
    }));
    lines.push(done(record, since));
    lines.extend(facts(&standing).iter().map(|fact| escape(fact)));
    lines.extend(waiting(record));
    lines
}

fn at(standing: &Standing) -> String {
    match (&standing.held, &standing.phase) {
        (Some(reason), _) => format!("⏸️ On hold: {}", escape(&shortened(reason, 100))),
        (None, Some(phase)) => format!("At **{}**", escape(&phase.to_string())),
        (None, None) => "Every item is settled".to_owned(),
    }
}

/// "Done this shift: <@7> 3 items, RC2 cut; <@8> 1 item."
fn done(record: &Record, since: DateTime<Utc>) -> String {
    let mut items: BTreeMap<UserId, usize> = BTreeMap::new();
    let mut others: Vec<String> = Vec::new();
    for event in record.events.iter().filter(|event| event.at >= since) {
        match (&event.event, event.actor) {
            (Event::ItemDone { .. } | Event::ItemNotApplicable { .. }, Some(by)) => {
                *items.entry(by).or_default() += 1;
            }
            (Event::Room(RoomEvent::CandidateCut { version, number, .. }), Some(by)) => {
                others.push(format!("<@{by}> cut {version}-RC{number}"));
            }
            (Event::Room(RoomEvent::DefectFound { number, severity, .. }), Some(by)) => {
                others.push(format!("<@{by}> found defect {number} ({severity})"));
            }
            _ => {}
        }
    }
    let ticked = items
        .iter()
        .map(|(by, number)| format!("<@{by}> {}", count(*number, "item")));
    let all: Vec<String> = ticked.chain(others.into_iter().take(NAMED)).collect();
    if all.is_empty() {
        "Done this shift: nothing.".to_owned()
    } else {
        format!("Done this shift: {}.", all.join("; "))
    }
}

/// Sign-offs and go/no-gos that nobody has answered.
fn waiting(record: &Record) -> Vec<String> {
    let release = &record.view.release;
    let room = &release.room;
    let sign_offs = room
        .sign_offs
        .iter()
        .filter(|sign_off| sign_off.void.is_none() && sign_off.answer.is_none());
    let sign_offs: Vec<String> = sign_offs.map(|sign_off| sign_off.number.to_string()).collect();
    let mut lines = Vec::new();
    if !sign_offs.is_empty() {
        lines.push(format!("Waiting for sign-off {}.", listing(&sign_offs)));
    }
    if let Some(decision) = room.decision().filter(|decision| decision.void.is_none()) {
        let roles: Vec<String> = decision
            .waiting()
            .map(|role| escape(&release.role_title(role)))
            .collect();
        if !roles.is_empty() {
            lines.push(format!(
                "Go/no-go {} waits for {}.",
                decision.number,
                listing(&roles)
            ));
        }
    }
    lines
}

/// What is open in the present phase, by role.
fn open_items(record: &Record) -> Vec<String> {
    let release = &record.view.release;
    let phase = release.current_phase();
    let roles = release.open_by_role(phase.into_iter());
    roles
        .iter()
        .map(|role| {
            let mut named: Vec<String> = role
                .items
                .iter()
                .take(NAMED)
                .map(|item| escape(&item.title))
                .collect();
            if role.items.len() > NAMED {
                named.push(format!("and {} more", role.items.len() - NAMED));
            }
            format!("⬜ **{}**: {}", escape(&role.title), named.join("; "))
        })
        .collect()
}
