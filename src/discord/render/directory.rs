//! What is said when whom to ask, or what to do, is changed.

use serenity::all::{ButtonStyle, CreateActionRow, CreateEmbed};

use crate::app::History;
use crate::discord::custom_id::{CustomId, DirectoryId};
use crate::discord::post::{CONTENT_LIMIT, Post, PostFile};
use crate::discord::render::pages::turning;
use crate::discord::render::refusal::{code, listing};
use crate::discord::render::{button, card_title, color, count, escape, fitting, person, shortened};
use crate::domain::escalation::{Change, Difference, Directory, EditRefusal, Entry, EntryId, Kind};
use crate::domain::file::Problem;

/// A text of an entry in a list of changes, in characters.
const TEXT: usize = 80;

/// The lines that one change takes in the history.
const LINES: usize = 6;

/// What the form is called: of an entry, or of a new one.
#[must_use]
pub fn form_title(kind: Kind, entry: Option<&Entry>) -> String {
    match (kind, entry.map(Entry::title)) {
        (Kind::Always, _) => "Whatever it is about".to_owned(),
        (kind, None) => format!("A new {}", kind.as_str()),
        (Kind::Topic, Some(title)) => format!("Topic: {title}"),
        (Kind::Contact, Some(name)) => format!("Contact: {name}"),
        (_, Some(symptom)) => format!("Symptom: {symptom}"),
    }
}

/// What was changed by whoever reads it; nothing when it was saved before.
#[must_use]
pub fn saved(changes: &[Change]) -> Post {
    let mut lines = Vec::new();
    for change in changes {
        let entry = named(&change.id, change.title());
        let what = match (&change.before, &change.after) {
            (_, None) => format!("🗑️ Removed {entry}. `/escalate history` keeps what it said."),
            (None, Some(_)) => format!("✅ Added {entry}."),
            (Some(_), Some(_)) => format!("✅ Changed {entry}."),
        };
        lines.push(what);
        if change.after.is_some() {
            lines.extend(differences(change));
        }
    }
    if lines.is_empty() {
        lines.push("✅ That was saved already; `/escalate history` shows it.".to_owned());
    }
    Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
}

/// Whether the entry shall go.
#[must_use]
pub fn removal(entry: &Entry, since: i64) -> Post {
    let id = entry.id();
    let question = format!(
        "Remove {}? Nobody finds it any more; what it said stays in `/escalate history`.",
        named(&id, entry.title())
    );
    let remove = CustomId::Directory(DirectoryId::Remove(id, since));
    let keep = CustomId::Directory(DirectoryId::Keep);
    Post {
        rows: vec![CreateActionRow::Buttons(vec![
            button(&remove, "Remove", ButtonStyle::Danger),
            button(&keep, "Keep", ButtonStyle::Secondary),
        ])],
        ..Post::text(question)
    }
}

/// That nothing was removed.
#[must_use]
pub fn kept() -> Post {
    Post::text("Nothing was removed.")
}

/// Who changed what, the newest first.
#[must_use]
pub fn history(history: &History) -> Post {
    let History { changes, page, pages } = history;
    if changes.is_empty() {
        return Post::text(
            "Nobody has changed anything here: the directory is as its file has it. `/escalate export` shows all of it.",
        );
    }
    let mut lines = Vec::new();
    for change in changes {
        let did = match (&change.before, &change.after) {
            (_, None) => "removed",
            (None, Some(_)) => "added",
            (Some(_), Some(_)) => "changed",
        };
        lines.push(format!(
            "<t:{}:f> {} {did} {}",
            change.stamp.at.timestamp(),
            person(change.stamp.by),
            named(&change.id, change.title())
        ));
        lines.extend(differences(change).into_iter().take(LINES));
    }
    let turn = |page| CustomId::Directory(DirectoryId::History(page));
    let embed = CreateEmbed::new()
        .title(card_title(&format!(
            "What was changed · page {} of {pages}",
            page + 1
        )))
        .description(fitting(&lines, 4_000, "lines"))
        .color(color::NOW);
    Post {
        embeds: vec![embed],
        rows: if *pages > 1 {
            vec![turning(*page, *pages, turn)]
        } else {
            Vec::new()
        },
        ..Post::default()
    }
}

/// The whole directory as a file.
#[must_use]
pub fn exported(directory: &Directory) -> Post {
    let Ok(text) = directory.write() else {
        return Post::text("⚠️ The directory cannot be written as a file. Tell your operator.");
    };
    let mut lines = vec![format!(
        "The directory as it is now: {}, {}, {}.",
        count(directory.topics.len(), "topic"),
        count(directory.contacts.len(), "contact"),
        count(directory.symptoms.len(), "symptom")
    )];
    if let Some(problems) = directory.problems() {
        lines.push(
            "⚠️ It is not in order: the file of my operator was changed below what people changed here. Correct with \
             `/escalate` or `/troubleshoot`:"
                .to_owned(),
        );
        lines.extend(
            problems
                .problems
                .iter()
                .map(|problem| format!("• {}", wrong(problem))),
        );
    }
    let file = PostFile {
        name: "escalation.toml".to_owned(),
        bytes: text.into_bytes(),
        description: Some("Whom to ask and what to do, as `tminus escalation check` reads it".to_owned()),
    };
    Post {
        files: vec![file],
        ..Post::text(fitting(
            &lines,
            CONTENT_LIMIT,
            "problems; `tminus escalation check` lists all",
        ))
    }
}

/// Why nothing of the directory was changed, and what to do now.
pub(super) fn refusal(refusal: &EditRefusal) -> String {
    match refusal {
        EditRefusal::Unknown { kind, given, nearest } => {
            let near = nearest.as_ref();
            let near = near.map_or_else(String::new, |near| format!(" Did you mean `{near}`?"));
            let pick = "Pick one while you type.";
            format!("There is no {} `{}`.{near} {pick}", kind.as_str(), code(given))
        }
        EditRefusal::Taken { id, title } => format!(
            "Nothing was saved: {} is there already. Change that one, or give the new one another short name with `id`.",
            named(id, title)
        ),
        EditRefusal::NotAnId { given, repaired } => {
            let like = repaired.as_deref().unwrap_or("balrog");
            format!(
                "Nothing was saved: `{}` gives no short name, which has lower-case letters a to z and digits with hyphens \
                 between words, at most 40 characters. Give one with `id`, like `{like}`.",
                code(given)
            )
        }
        EditRefusal::NotInOrder { problems } => not_in_order(problems),
        EditRefusal::ChangedMeanwhile { change } => changed_meanwhile(change),
        EditRefusal::StillNamed {
            name,
            topics,
            manages,
            fallback,
        } => still_named(name, topics, manages, *fallback),
        EditRefusal::Unchanged { id, title } => format!(
            "Nothing was saved, because nothing is different in {}.",
            named(id, title)
        ),
    }
}

fn not_in_order(problems: &[Problem]) -> String {
    match problems {
        [problem] => format!("Nothing was saved: {}.", wrong(problem)),
        problems => {
            let lines: Vec<String> = problems
                .iter()
                .map(|problem| format!("• {}", wrong(problem)))
                .collect();
            format!(
                "Nothing was saved, because of {}:\n{}",
                count(problems.len(), "problem"),
                fitting(&lines, 1_000, "problems")
            )
        }
    }
}

/// A problem without the line of a file that people do not see, and without the quotes that only a file needs.
fn wrong(problem: &Problem) -> String {
    let Problem {
        message,
        found,
        expected,
        ..
    } = problem;
    let expected = expected.replace(" in quotes", "");
    let sentence = format!("{message}: found {found}, expected {expected}");
    escape(&shortened(&quoted(&sentence), 300))
}

fn changed_meanwhile(change: &Change) -> String {
    let entry = named(&change.id, change.title());
    let (who, when) = (person(change.stamp.by), change.stamp.at.timestamp());
    let did = match &change.after {
        None => "removed",
        Some(_) => "changed",
    };
    let what = match &change.after {
        None => String::new(),
        Some(_) => format!("\n{}", fitting(&differences(change), 600, "lines")),
    };
    format!(
        "Nothing was changed: {who} {did} {entry} <t:{when}:R>, after you had opened it. Look at it, and begin again if it is \
         still needed.{what}"
    )
}

fn still_named(name: &str, topics: &[String], manages: &[String], fallback: bool) -> String {
    let some = |names: &[String]| {
        let shown = names.iter().take(10);
        let mut some: Vec<String> = shown.map(|name| format!("**{}**", escape(name))).collect();
        if names.len() > some.len() {
            some.push(format!("{} more", names.len() - some.len()));
        }
        listing(&some)
    };
    let mut why = Vec::new();
    if !topics.is_empty() {
        why.push(format!("helps with {}", some(topics)));
    }
    if !manages.is_empty() {
        why.push(format!("is the manager of {}", some(manages)));
    }
    if fallback {
        why.push("is asked when nobody else is known (`/escalate always`)".to_owned());
    }
    format!(
        "Nothing was removed: **{}** {}. Give that to somebody else first.",
        escape(name),
        why.join("; ")
    )
}

/// "the topic **Balrog** (`balrog`)".
fn named(id: &EntryId, title: &str) -> String {
    match id {
        EntryId::Always => "what always holds".to_owned(),
        id => format!(
            "the {} **{}** (`{}`)",
            id.kind().as_str(),
            escape(&shortened(title, 100)),
            id.as_str()
        ),
    }
}

/// "• contacts: bhearsum → nthomas, bhearsum", one line for each key; of what was removed, what it said.
fn differences(change: &Change) -> Vec<String> {
    let gone = change.after.is_none();
    let lines = change.differences().into_iter();
    lines.map(|difference| line(&difference, gone)).collect()
}

fn line(difference: &Difference, gone: bool) -> String {
    let key = match difference.key.as_str() {
        "aliases" => "other names",
        "discord" => "person",
        "always" => "channels",
        key => key,
    };
    let text = |text: &Option<String>| match text {
        None => "–".to_owned(),
        Some(text) if key == "person" => format!("<@{text}>"),
        Some(text) => escape(&shortened(text, TEXT)),
    };
    match (&difference.before, &difference.after) {
        (None, after) => format!("• {key}: {}", text(after)),
        (before, _) if gone => format!("• {key}: {}", text(before)),
        (before, after) => format!("• {key}: {} → {}", text(before), text(after)),
    }
}

/// Our own words with what they quote in quotation marks: in a message that people read, a backtick is no mark.
fn quoted(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let mark = |(position, part): (usize, &str)| match position {
        0 => part.to_owned(),
        position if position % 2 == 1 => format!("“{part}"),
        _ => format!("”{part}"),
    };
    parts.map(mark).collect()
}
