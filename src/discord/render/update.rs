//! Status updates: the draft that a form starts from, the post, and the call for one that is missing.

use chrono::{DateTime, Utc};
use serenity::all::{ButtonStyle, CreateActionRow, CreateEmbed};

use crate::app::ReleaseView;
use crate::discord::custom_id::CustomId;
use crate::discord::post::Post;
use crate::discord::render::{
    button, card_title, color, count, escape, moment, paragraphs, relative, release_name, role_named,
    shortened, target,
};
use crate::domain::ids::UserId;
use crate::domain::offset::Offset;
use crate::domain::person::RELEASE_MANAGER;
use crate::domain::rejection::PhaseLabel;
use crate::domain::release::Progress;
use crate::domain::room::UPDATE_LIMIT;
use crate::domain::standing::{CandidateStanding, Changes, Standing};

/// How many entries of one kind a draft names.
const NAMED: usize = 5;

/// The draft: facts, one to a line, in plain words, because the field of a form shows no marks of Discord.
#[must_use]
pub fn draft(view: &ReleaseView, standing: &Standing) -> String {
    let zone = view.release.playbook.cutoff.zone;
    let mut lines = Vec::new();
    if let Some(reason) = &standing.held {
        lines.push(format!("On hold: {}.", line(reason)));
    }
    lines.push(match &standing.phase {
        Some(phase) => format!("At {phase}."),
        None => "Every item is settled.".to_owned(),
    });
    lines.extend(standing.next_cutoff.as_ref().map(|(phase, cutoff)| {
        let local = zone.to_local(*cutoff).format("%a %-d %b %H:%M");
        format!("Next cut-off: {phase}, {local} ({zone}).")
    }));
    lines.push(format!("Target: {}.", target(view.release.target)));
    lines.extend(facts(standing));
    lines.push(changes(view, &standing.changes));
    shortened(&lines.join("\n"), UPDATE_LIMIT)
}

/// What is done, overdue, blocked, and found: one fact to a line, in plain words.
pub(super) fn facts(standing: &Standing) -> Vec<String> {
    let mut lines = Vec::new();
    let roles = standing.roles.iter();
    let roles: Vec<String> = roles
        .map(|(role, items)| format!("{role} {}", of(*items)))
        .collect();
    lines.push(format!(
        "Done: {} items ({}).",
        of(standing.items),
        roles.join(", ")
    ));
    lines.extend(listed(
        "Overdue",
        &standing.overdue,
        |(phase, open): &(PhaseLabel, usize)| format!("{phase} ({})", count(*open, "item")),
    ));
    lines.extend(listed(
        "Blocked",
        &standing.blocked,
        |(title, reason): &(String, String)| format!("{title} ({})", line(reason)),
    ));
    if standing.fixes.all > 0 {
        lines.push(format!("Fixes: {} merged.", of(standing.fixes)));
    }
    lines.extend(standing.candidates.iter().map(candidate));
    let defects = standing.defects.iter();
    let defects: Vec<String> = defects
        .map(|(severity, open)| format!("{open} {severity}"))
        .collect();
    if !defects.is_empty() {
        lines.push(format!("Open defects: {}.", defects.join(", ")));
    }
    lines.extend(listed(
        "No-go",
        &standing.objections,
        |(role, reason): &(String, String)| format!("{role} ({})", line(reason)),
    ));
    lines
}

/// "7.2.1-RC2: 3 of 5 fixes verified, MM-123 failed."
fn candidate(standing: &CandidateStanding) -> String {
    let mut said = Vec::new();
    if standing.verified.all > 0 {
        said.push(format!("{} fixes verified", of(standing.verified)));
    }
    said.extend(standing.failed.iter().map(|fix| format!("{fix} failed")));
    match standing.passed {
        Some(true) => said.push("passed as a whole".to_owned()),
        Some(false) => said.push("failed as a whole".to_owned()),
        None if said.is_empty() => said.push("no verdict yet".to_owned()),
        None => {}
    }
    format!("{}: {}.", standing.candidate, said.join(", "))
}

/// What is new, from the last update on.
fn changes(view: &ReleaseView, changes: &Changes) -> String {
    let mut new = Vec::new();
    if changes.items_done > 0 {
        new.push(format!("{} done", count(changes.items_done, "item")));
    }
    if changes.merged > 0 {
        let merges = if changes.merged == 1 {
            "1 fix merged".to_owned()
        } else {
            format!("{} fixes merged", changes.merged)
        };
        new.push(merges);
    }
    new.extend(
        changes
            .candidates
            .iter()
            .take(NAMED)
            .map(|candidate| format!("{candidate} cut")),
    );
    if changes.defects_found > 0 {
        new.push(format!("{} found", count(changes.defects_found, "defect")));
    }
    if changes.defects_closed > 0 {
        new.push(format!("{} closed", count(changes.defects_closed, "defect")));
    }
    if let Some((from, to)) = changes.target {
        new.push(format!("target moved from {} to {}", target(from), target(to)));
    }
    let new = if new.is_empty() {
        "nothing".to_owned()
    } else {
        new.join(", ")
    };
    match changes.since {
        Some(since) => {
            let local = view.release.playbook.cutoff.zone.to_local(since);
            format!(
                "Since the last update ({}): {new}.",
                local.format("%a %-d %b %H:%M")
            )
        }
        None => format!("Since the start: {new}."),
    }
}

/// "Blocked: one; two; and 3 more." Nothing of an empty list.
fn listed<Entry>(what: &str, entries: &[Entry], words: impl Fn(&Entry) -> String) -> Option<String> {
    if entries.is_empty() {
        return None;
    }
    let mut named: Vec<String> = entries.iter().take(NAMED).map(words).collect();
    if entries.len() > NAMED {
        named.push(format!("and {} more", entries.len() - NAMED));
    }
    Some(format!("{what}: {}.", named.join("; ")))
}

/// "3 of 5"
fn of(progress: Progress) -> String {
    format!("{} of {}", progress.done, progress.all)
}

/// What somebody typed, short and without an end of its own.
fn line(text: &str) -> String {
    shortened(text, 80).trim_end_matches('.').to_owned()
}

/// The update as the release channel reads it. It pings nobody.
#[must_use]
pub fn posted(view: &ReleaseView, text: &str, by: UserId, next: Option<DateTime<Utc>>) -> Post {
    let next = next.map_or_else(String::new, |next| {
        format!(" · the next one is due {}", moment(next))
    });
    let embed = CreateEmbed::new()
        .title(card_title(&format!("📣 Status update: {}", release_name(view))))
        .description(format!("{}\n\nBy <@{by}>{next}", paragraphs(text)))
        .colour(color::NOW);
    Post {
        embeds: vec![embed],
        ..Post::default()
    }
}

/// The call for an update that was due then; nothing when one has come or nobody waits for it any more.
#[must_use]
pub fn missing(view: &ReleaseView, due: DateTime<Utc>) -> Option<Post> {
    let release = &view.release;
    let last = release.room.update.as_ref();
    if !release.is_open() || release.hold.is_some() || last.is_some_and(|last| last.stamp.at >= due) {
        return None;
    }
    let lead = role_named(view, RELEASE_MANAGER);
    let last = last.map_or_else(
        || "There was none before.".to_owned(),
        |last| format!("The last one was {}.", relative(last.stamp.at)),
    );
    let give = button(
        &CustomId::Update(release.key.clone()),
        "Give the update…",
        ButtonStyle::Primary,
    );
    Some(Post {
        rows: vec![CreateActionRow::Buttons(vec![give])],
        pings: lead.pings,
        ..Post::text(format!(
            "📣 {}: the status update of {} ({}) was due {}. {last}\nThe form begins with the facts; say in it when the next one is due, or `none`.",
            lead.text,
            release_name(view),
            release.key,
            moment(due),
        ))
    })
}

/// What the person who gave an update with a command is told.
#[must_use]
pub fn given(view: &ReleaseView) -> Post {
    let next = view.release.room.update.as_ref().and_then(|update| update.next);
    let next = next.map_or_else(
        || "Nobody is reminded of the next one.".to_owned(),
        |next| format!("The next one is due {}.", moment(next)),
    );
    Post::text(match view.release.channel {
        Some(channel) => format!("📣 Your status update is posted in <#{channel}>. {next}"),
        None => format!(
            "📣 Your status update is on the record of **{}**; its channel is not open yet. {next}",
            view.release.key
        ),
    })
}

/// The last update as a line of the status.
pub(super) fn last(view: &ReleaseView) -> Option<String> {
    let release = &view.release;
    let update = release.room.update.as_ref()?;
    let next = update
        .next
        .filter(|_| release.is_open() && release.hold.is_none() && release.watched_from <= update.stamp.at);
    let next = next.map_or_else(String::new, |next| format!(", next one due {}", relative(next)));
    let text: Vec<&str> = update.text.split_whitespace().collect();
    Some(format!(
        "📣 <@{}> {}{next}: {}",
        update.stamp.by,
        relative(update.stamp.at),
        escape(&shortened(&text.join(" "), 200))
    ))
}

/// An interval as it stands in the form.
#[must_use]
pub fn interval(every: Option<Offset>) -> String {
    every.map_or_else(|| "none".to_owned(), Offset::spoken)
}
