//! Retrospectives: the facts that a form starts from, the post, and the call for one that is missing.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serenity::all::{ButtonStyle, CreateActionRow, CreateEmbed};

use crate::app::{Record, ReleaseView};
use crate::discord::custom_id::CustomId;
use crate::discord::post::Post;
use crate::discord::render::{
    button, card_title, color, moment, paragraphs, plain::plain, release_name, role_named, scorecard,
    shortened,
};
use crate::domain::ids::UserId;
use crate::domain::person::RELEASE_MANAGER;
use crate::domain::room::{Escalation, FACTS_LIMIT, Findings};
use crate::domain::scorecard::duration;

/// The most characters of a field of a card.
const FIELD: usize = 1_024;

/// The facts as the scorecard counts them, in plain words; the rest is for the person to write.
#[must_use]
pub fn draft(record: &Record, now: DateTime<Utc>) -> Findings {
    let release = &record.view.release;
    let card = record.scorecard(now);
    let names = BTreeMap::new();
    let lines = scorecard::lines(record, &card, now);
    // The first line is a heading. Who set a rule aside is on the scorecard, with the reason.
    let mut facts: Vec<String> = lines
        .iter()
        .skip(1)
        .filter(|line| !line.starts_with("• Override"))
        .map(|line| plain(release, line, &names))
        .collect();
    facts.extend(release.room.escalations.iter().map(escalated));
    facts.push(match card.overrides.len() {
        0 => "• Overrides: none".to_owned(),
        overrides => format!("• Overrides: {overrides}"),
    });
    Findings {
        facts: shortened(&facts.join("\n"), FACTS_LIMIT),
        ..Findings::default()
    }
}

/// "• Escalation 1 (2 h): Balrog does not answer. It was: a full disk", in plain words.
fn escalated(escalation: &Escalation) -> String {
    let line = |text: &str| shortened(&text.split_whitespace().collect::<Vec<_>>().join(" "), 120);
    let problem = line(&escalation.problem);
    match &escalation.resolved {
        Some(resolved) => format!(
            "• Escalation {} ({}): {problem} – it was: {}",
            escalation.number,
            duration(resolved.stamp.at - escalation.opened.at),
            line(&resolved.what)
        ),
        None => format!("• Escalation {} (not resolved): {problem}", escalation.number),
    }
}

/// The retrospective as the release channel reads it. It pings nobody.
#[must_use]
pub fn posted(view: &ReleaseView, findings: &Findings, by: UserId) -> Post {
    let mut description = paragraphs(&findings.facts);
    if !description.is_empty() {
        description.push_str("\n\n");
    }
    let embed = CreateEmbed::new()
        .title(card_title(&format!("🔎 Retrospective: {}", release_name(view))))
        .description(format!("{description}By <@{by}>"))
        .colour(color::DONE);
    let parts = [
        ("What went well", &findings.well),
        ("What went badly", &findings.badly),
        ("What to change", &findings.change),
    ];
    let embed = parts
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .fold(embed, |embed, (title, text)| {
            embed.field(title, shortened(&paragraphs(text), FIELD), false)
        });
    Post {
        embeds: vec![embed],
        ..Post::default()
    }
}

/// The call for a retrospective; nothing when it was written meanwhile, or the release was opened again.
#[must_use]
pub fn missing(view: &ReleaseView) -> Option<Post> {
    let release = &view.release;
    let closure = release.closed.as_ref()?;
    if release.room.retrospective.is_some() {
        return None;
    }
    let lead = role_named(view, RELEASE_MANAGER);
    let write = button(
        &CustomId::LookBack(release.key.clone()),
        "Write the retrospective…",
        ButtonStyle::Primary,
    );
    Some(Post {
        rows: vec![CreateActionRow::Buttons(vec![write])],
        pings: lead.pings,
        ..Post::text(format!(
            "🔎 {}: {} ({}) was closed {}. What went well, what went badly, what to change?\nThe form begins with the \
             figures of the scorecard. This is said once.",
            lead.text,
            release_name(view),
            release.key,
            moment(closure.stamp.at),
        ))
    })
}

/// What the person who wrote it with a command is told.
#[must_use]
pub fn written(view: &ReleaseView) -> Post {
    let place = view.release.channel.map_or_else(
        || format!("on the record of **{}**", view.release.key),
        |channel| format!("posted in <#{channel}>"),
    );
    Post::text(format!(
        "🔎 The retrospective is {place}, and stands in `/release export`. Written again, the newest counts."
    ))
}
