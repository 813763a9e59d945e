//! How a release stands at the end of a shift: exact things, no impressions (S45, S47).

use chrono::{DateTime, Utc};
use serenity::all::CreateEmbed;

use crate::app::Record;
use crate::discord::post::Post;
use crate::discord::render::handoff::people;
use crate::discord::render::refusal::listing;
use crate::discord::render::update::facts as update_facts;
use crate::discord::render::{
    bar, card_title, color, count, escape, fitting, moment, release_name, shortened,
};
use crate::domain::handoff::{Did, Escalated, ShiftFacts};
use crate::domain::ids::UserId;
use crate::domain::standing::Standing;

/// So many open items of a role are named.
const NAMED: usize = 4;

/// So many pages of the release are linked.
const LINKED: usize = 6;

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
    let facts = record.shift_facts(since, now);
    let mut lines = vec![format!("<@{from}>'s shift ends. For {addressed}:")];
    lines.extend(note.map(|note| format!("📝 {}", escape(note))));
    lines.extend(of_release(&facts));
    lines.extend(open_items(&facts, |role| format!("⬜ **{role}**")));
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
pub(super) fn of_release(facts: &ShiftFacts) -> Vec<String> {
    let standing = &facts.standing;
    let mut lines = vec![format!("{} · {}", at(standing), bar(standing.items))];
    lines.extend(next_cutoff(standing, moment));
    lines.push(done(facts));
    lines.extend(others(facts));
    lines
}

pub(super) fn at(standing: &Standing) -> String {
    match (&standing.held, &standing.phase) {
        (Some(reason), _) => format!("⏸️ On hold: {}", escape(&shortened(reason, 100))),
        (None, Some(phase)) => format!("At **{}**", escape(&phase.to_string())),
        (None, None) => "Every item is settled".to_owned(),
    }
}

/// The next cut-off, with its instant as `when` says it.
pub(super) fn next_cutoff(standing: &Standing, when: impl Fn(DateTime<Utc>) -> String) -> Option<String> {
    let (phase, cutoff) = standing.next_cutoff.as_ref()?;
    Some(format!(
        "Next cut-off: {}, {}",
        escape(&phase.to_string()),
        when(*cutoff)
    ))
}

/// "Done this shift: <@7> 3 items, RC2 cut; <@8> 1 item."
pub(super) fn done(facts: &ShiftFacts) -> String {
    let settled = facts
        .settled
        .iter()
        .map(|(by, number)| format!("<@{by}> {}", count(*number, "item")));
    let others = facts.others.iter().take(NAMED).map(|(by, did)| match did {
        Did::Cut { candidate } => format!("<@{by}> cut {candidate}"),
        Did::Found { number, severity } => format!("<@{by}> found defect {number} ({severity})"),
    });
    let all: Vec<String> = settled.chain(others).collect();
    if all.is_empty() {
        "Done this shift: nothing.".to_owned()
    } else {
        format!("Done this shift: {}.", all.join("; "))
    }
}

/// What is done in all, overdue, blocked and found; and the sign-offs and the go/no-go that nobody has answered.
pub(super) fn others(facts: &ShiftFacts) -> Vec<String> {
    let told = update_facts(&facts.standing);
    let mut lines: Vec<String> = told.iter().map(|fact| escape(fact)).collect();
    if !facts.sign_offs.is_empty() {
        let numbers: Vec<String> = facts.sign_offs.iter().map(u32::to_string).collect();
        lines.push(format!("Waiting for sign-off {}.", listing(&numbers)));
    }
    if let Some((number, roles)) = &facts.votes {
        let roles: Vec<String> = roles.iter().map(|role| escape(role)).collect();
        lines.push(format!("Go/no-go {number} waits for {}.", listing(&roles)));
    }
    lines.extend(facts.escalated.iter().map(escalated));
    let links = facts.links.iter().take(LINKED);
    lines.extend(links.map(|(title, url)| format!("🔗 {}: <{url}>", escape(title))));
    lines
}

/// "🆘 Escalation 1: <@7> is on it; called: Ben and Fay; ticket <https://example.com/1>."
fn escalated(escalated: &Escalated) -> String {
    let taken = escalated.taken.map_or_else(
        || "nobody is on it yet".to_owned(),
        |taken| format!("<@{taken}> is on it"),
    );
    let called: Vec<String> = escalated.called.iter().map(|name| escape(name)).collect();
    let called = match called.as_slice() {
        [] => "nobody was called".to_owned(),
        called => format!("called: {}", listing(called)),
    };
    let ticket = escalated.ticket.as_ref();
    let ticket = ticket.map_or_else(String::new, |ticket| format!("; ticket <{ticket}>"));
    format!("🆘 Escalation {}: {taken}; {called}{ticket}.", escalated.number)
}

/// What is open in the present phase, a line for each role, which `headed` begins.
pub(super) fn open_items(facts: &ShiftFacts, headed: impl Fn(&str) -> String) -> Vec<String> {
    let line = |(role, items): &(String, Vec<String>)| {
        let mut named: Vec<String> = items.iter().take(NAMED).map(|item| escape(item)).collect();
        if items.len() > NAMED {
            named.push(format!("and {} more", items.len() - NAMED));
        }
        format!("{}: {}", headed(&escape(role)), named.join("; "))
    };
    facts.open.iter().map(line).collect()
}
