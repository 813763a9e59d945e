//! What a release suggests for its playbook: in words, and as text to copy into the file.

use chrono::TimeDelta;
use serenity::all::{CreateEmbed, CreateEmbedFooter};

use crate::app::KeptPlaybook;
use crate::discord::custom_id::{Book, CustomId};
use crate::discord::post::Post;
use crate::discord::render::pages::turning;
use crate::discord::render::{card_title, color, count, escape, phase_name, shortened, target};
use crate::domain::suggestion::{Placed, Suggestion};

/// The text for the file takes at most so many characters of a message.
const CODE: usize = 1700;

/// The words take at most so many characters of a card.
const WORDS: usize = 1800;

/// A reason of a person takes at most so many characters.
const REASON: usize = 200;

/// One page of the suggestions; the text of each stands on the same page.
#[must_use]
pub fn proposal(kept: &KeptPlaybook, suggestions: &[Suggestion], page: usize) -> Post {
    let release = &kept.view.release;
    if suggestions.is_empty() {
        let so_far = if release.is_open() { " so far" } else { "" };
        return Post::text(format!(
            "📘 **{}** suggests nothing for its playbook{so_far}: every item applied, nothing was late, and the target \
             did not move.",
            release.key
        ));
    }
    let entries: Vec<(String, String)> = suggestions
        .iter()
        .map(|suggestion| (words(suggestion), code(suggestion)))
        .collect();
    let pages = pages(&entries);
    let page = page.min(pages.len().saturating_sub(1));
    let shown = pages.get(page).copied().unwrap_or_default();
    let lines: Vec<&str> = shown.iter().map(|(words, _)| words.as_str()).collect();
    let blocks: Vec<&str> = shown.iter().map(|(_, code)| code.as_str()).collect();
    let about = format!(
        "📘 For `{}.toml`, of which **{}** keeps `{}`. Copy what you agree with, then `/playbook reload`.",
        kept.kept.id,
        release.key,
        kept.kept.digest()
    );
    let title = format!("{} · {}", kept.kept.title, count(suggestions.len(), "suggestion"));
    let mut embed = CreateEmbed::new()
        .title(card_title(&title))
        .description(lines.join("\n"))
        .color(color::NOW);
    let mut rows = Vec::new();
    if pages.len() > 1 {
        embed = embed.footer(CreateEmbedFooter::new(format!(
            "Page {} of {}",
            page + 1,
            pages.len()
        )));
        let key = &release.key;
        rows.push(turning(page, pages.len(), |page| {
            CustomId::Book(Book::Proposal(key.clone()), page)
        }));
    }
    Post {
        embeds: vec![embed],
        rows,
        ..Post::text(format!("{about}\n```toml\n{}\n```", blocks.join("\n").trim_end()))
    }
}

/// As many entries on each page as fit, in words and as text for the file; none is lost.
fn pages(entries: &[(String, String)]) -> Vec<&[(String, String)]> {
    let mut pages = Vec::new();
    let mut start = 0;
    let (mut words, mut code) = (0, 0);
    for (position, (line, block)) in entries.iter().enumerate() {
        let (more_words, more_code) = (line.chars().count() + 1, block.chars().count() + 1);
        if position > start && (words + more_words > WORDS || code + more_code > CODE) {
            pages.extend(entries.get(start..position));
            (start, words, code) = (position, 0, 0);
        }
        words += more_words;
        code += more_code;
    }
    pages.extend(entries.get(start..));
    pages
}

/// The suggestion in one line.
fn words(suggestion: &Suggestion) -> String {
    let reason = |reason: &str| shortened(&escape(reason), REASON);
    match suggestion {
        Suggestion::Slipped {
            times,
            first,
            last,
            reasons,
        } => {
            let reasons: Vec<String> = reasons.iter().take(3).map(|text| reason(text)).collect();
            format!(
                "📅 The target moved {}, from {} to **{}**: {}. Is there enough time before it?",
                if *times == 1 {
                    "once".to_owned()
                } else {
                    format!("{times} times")
                },
                target(*first),
                target(*last),
                reasons.join("; ")
            )
        }
        Suggestion::NotApplicable { place, reason: why } => {
            format!(
                "➖ {} did not apply: {}. Is it needed each time?",
                of(place),
                reason(why)
            )
        }
        Suggestion::Late {
            place,
            by,
            settled: true,
            in_time_for: Some(later),
        } => format!(
            "⏰ {} was done {} late, in time for {}. Does it belong there?",
            of(place),
            length(*by),
            escape(&phase_name(later))
        ),
        Suggestion::Late {
            place, by, settled, ..
        } => format!(
            "⏰ {} {} {} late. Does its phase have to begin earlier?",
            of(place),
            if *settled { "was done" } else { "is open," },
            length(*by)
        ),
        Suggestion::LeftOpen { place, reason: why } => {
            let why = why
                .as_ref()
                .map_or_else(String::new, |why| format!(" ({})", reason(why)));
            format!(
                "⬜ {} was open when the release was closed{why}. Is it needed?",
                of(place)
            )
        }
        Suggestion::Added { place } => {
            format!("➕ {} was added. Is it needed each time?", of(place))
        }
    }
}

/// "**Tag the release** (T−0)".
fn of(place: &Placed) -> String {
    format!(
        "**{}** ({})",
        escape(&place.item.title),
        place.phase.offset.label()
    )
}

/// The text for the file, which cannot end the block that it stands in; an item that is too long for a message is named.
fn code(suggestion: &Suggestion) -> String {
    let text = suggestion.patch().replace("```", "'''");
    if text.chars().count() < CODE {
        return text;
    }
    let comments: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
    let id = text
        .lines()
        .find(|line| line.starts_with("id = "))
        .unwrap_or_default();
    let comments = shortened(&comments.join("\n"), CODE - 200);
    format!("{comments}\n# {id}: too long to be shown here.\n")
}

/// "3 days", "5 hours" or "20 minutes": as exact as people need it.
fn length(length: TimeDelta) -> String {
    let of = |number: i64, unit| count(usize::try_from(number).unwrap_or_default(), unit);
    match (length.num_days(), length.num_hours()) {
        (days @ 2.., _) => of(days, "day"),
        (_, hours @ 2..) => of(hours, "hour"),
        _ => of(length.num_minutes(), "minute"),
    }
}
