//! From facts to what a person reads. Everything here is pure.

pub mod announcement;
pub mod board;
pub mod brief;
pub mod calendar;
pub mod digest;
pub mod directory;
pub mod escalation;
pub mod follow;
pub mod handoff;
pub mod health;
pub mod help;
pub mod list;
pub mod moves;
pub mod outbox;
mod pages;
pub mod picture;
pub mod plain;
pub mod playbook;
pub mod proposal;
pub mod recurring;
pub mod refusal;
pub mod releases;
pub mod reminder;
pub mod retrospective;
pub mod room;
pub mod scorecard;
pub mod setup;
pub mod shift;
pub mod started;
pub mod status;
pub mod symptom;
pub mod timeline;
pub mod update;
pub mod written;

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, Utc};
use serenity::all::{ButtonStyle, CreateButton, CreateSelectMenuOption};

use crate::app::ReleaseView;
use crate::discord::custom_id::CustomId;
use crate::domain::ids::{GuildRoleId, UserId};
use crate::domain::person::RELEASE_MANAGER;
use crate::domain::playbook::{Item, ItemId, Phase};
use crate::domain::release::Completion;
use crate::domain::release::Release;
use crate::domain::release::{Progress, RoleItems};
use crate::domain::start::TBD;

/// Colours of cards; the words beside them say the same.
mod color {
    pub(super) const NOW: u32 = 0x0058_65F2;
    pub(super) const DONE: u32 = 0x0024_8046;
    pub(super) const LATE: u32 = 0x00DA_373C;
    pub(super) const LATER: u32 = 0x0080_848E;
}

/// Text that a person typed, so that it reads as typed: no formatting, no mention, one line.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '*' | '_' | '~' | '`' | '|' | '>' | '<' | '#' | '@' | '[' | ']' => {
                escaped.push('\\');
                escaped.push(character);
            }
            character => escaped.extend(visible(character)),
        }
    }
    escaped
}

/// Text that a person typed in several lines, so that it reads as typed.
fn paragraphs(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| escape(line.trim_end())).collect();
    lines.join("\n")
}

/// The character, unless it only acts on others: marks that turn the direction of writing could disguise what
/// follows, and whatever breaks the line becomes a space.
fn visible(character: char) -> Option<char> {
    match character {
        '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => None,
        '\u{2028}' | '\u{2029}' => Some(' '),
        character if character.is_control() => Some(' '),
        character => Some(character),
    }
}

/// "Friday, 4 December 2026 10:00 (in 4 days)", in each reader's own zone.
fn moment(at: DateTime<Utc>) -> String {
    let unix = at.timestamp();
    format!("<t:{unix}:F> (<t:{unix}:R>)")
}

/// "in 4 days", ticking by itself.
fn relative(at: DateTime<Utc>) -> String {
    format!("<t:{}:R>", at.timestamp())
}

/// "Thu 10 Dec 2026": a date that is the same for everybody, wherever they read it.
fn date(date: NaiveDate) -> String {
    date.format("%a %-d %b %Y").to_string()
}

/// A target date, or that it is to be decided.
fn target(target: Option<NaiveDate>) -> String {
    target.map_or_else(|| TBD.to_owned(), date)
}

/// "7.2.1 Login fix", with what people typed made harmless.
fn release_name(view: &ReleaseView) -> String {
    escape(&view.release.name())
}

/// "open items", or what else was open when the release was closed all the same.
fn open_at_the_end(release: &Release) -> &'static str {
    let items = release.open_items().count() > release.live_items().count();
    let escalations = release.room.open_escalations().next().is_some();
    match (items, escalations) {
        (_, false) => "open items",
        (true, true) => "open items and an open escalation",
        (false, true) => "an open escalation",
    }
}

fn phase_name(phase: &Phase) -> String {
    format!("{} {}", phase.offset.label(), phase.title)
}

/// "▰▰▰▱▱▱▱▱▱▱ 10 of 34 done".
fn bar(progress: Progress) -> String {
    let filled = (progress.done * 10).checked_div(progress.all).unwrap_or(10);
    format!(
        "{}{} {} of {} done",
        "▰".repeat(filled),
        "▱".repeat(10 - filled),
        progress.done,
        progress.all
    )
}

/// "1 item" or "3 items".
pub(in crate::discord) fn count(number: usize, one: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {one}s")
    }
}

/// The item with its state at `now`, as one line. An item that belongs under another is set back.
fn item_line(view: &ReleaseView, item: &Item, now: DateTime<Utc>) -> String {
    let indent = if item.under.is_some() { "↳ " } else { "" };
    let title = escape(&item.title);
    let done = view.release.completions.get(&item.id);
    let daily = daily(view, item, done);
    match done {
        Some(done) => match &done.not_applicable {
            None => format!("{indent}✅ {title}{daily} · <@{}>", done.stamp.by),
            Some(_) => format!("{indent}➖ {title} · does not apply · <@{}>", done.stamp.by),
        },
        None => format!(
            "{indent}⬜ {title}{daily}{}{}",
            work(view, &item.id),
            silence(view, &item.id, now)
        ),
    }
}

/// " · 👤 @devon, begun · ⛔ blocked", as far as there is something to say of an open item.
fn work(view: &ReleaseView, item: &ItemId) -> String {
    let Some(work) = view.release.room.work.get(item) else {
        return String::new();
    };
    let assignee = work
        .assignee
        .map_or_else(String::new, |who| format!(" · 👤 <@{who}>"));
    let begun = if work.started.is_some() { " · begun" } else { "" };
    let blocked = work.blocked.as_ref();
    let blocked = blocked.map_or_else(String::new, |block| {
        format!(" · ⛔ {}", escape(&shortened(&block.reason, 60)))
    });
    format!("{assignee}{begun}{blocked}")
}

/// " · 💤 until …", for an item that is snoozed at `now`.
fn silence(view: &ReleaseView, item: &ItemId, now: DateTime<Utc>) -> String {
    let snooze = view.release.snoozed(item, now);
    snooze.map_or_else(String::new, |snooze| {
        format!(" · 💤 until <t:{}:f>", snooze.until.timestamp())
    })
}

/// " · daily, until T−0", or that it is done for its day; nothing for an item that is due once.
fn daily(view: &ReleaseView, item: &Item, done: Option<&Completion>) -> String {
    let until = item.daily_until.as_ref();
    let Some(until) = until.and_then(|until| view.release.playbook.phase(until)) else {
        return String::new();
    };
    let last = view.plan.daily.get(&item.id).and_then(|days| days.last());
    match done {
        None => format!(" · daily, until {}", until.offset.label()),
        Some(done) if last.is_some_and(|last| last.starts_at <= done.stamp.at) => {
            " · daily, done to the end".to_owned()
        }
        Some(_) => " · daily, done today".to_owned(),
    }
}

/// "<@&1>" when the guild has such a role, else the title.
fn role_mention(view: &ReleaseView, group: &RoleItems<'_>) -> String {
    view.setup
        .roles
        .get(&group.role)
        .map_or_else(|| format!("**{}**", group.title), |role| format!("<@&{role}>"))
}

/// "<@1>", or the bot's own name for what it did by itself.
fn person(user: UserId) -> String {
    if user == UserId::ITSELF {
        "T-minus".to_owned()
    } else {
        format!("<@{user}>")
    }
}

/// A role of the playbook as a message names it.
struct Named {
    /// "<@&1>" when the guild has such a role, else its title in bold.
    text: String,
    /// Its title.
    title: String,
    /// The role to ping, when the guild has it.
    pings: Vec<GuildRoleId>,
}

/// The role of this name; the Release Manager's where the playbook has none, because its work falls to them.
fn role_named(view: &ReleaseView, role: &str) -> Named {
    let roles = &view.release.playbook.roles;
    let of = |name: &str| roles.iter().find(|known| known.id.as_str() == name);
    let Some(role) = of(role).or_else(|| of(RELEASE_MANAGER)) else {
        return Named {
            text: "**Release Manager**".to_owned(),
            title: "Release Manager".to_owned(),
            pings: Vec::new(),
        };
    };
    let title = escape(&role.title);
    match view.setup.roles.get(&role.id) {
        Some(guild_role) => Named {
            text: format!("<@&{guild_role}>"),
            title,
            pings: vec![*guild_role],
        },
        None => Named {
            text: format!("**{title}**"),
            title,
            pings: Vec::new(),
        },
    }
}

fn button(id: &CustomId, label: &str, style: ButtonStyle) -> CreateButton {
    CreateButton::new(id.to_string()).label(label).style(style)
}

/// An item as a choice in a select, within the platform's 100 characters.
fn choice(phase: &Phase, item: &Item, role_title: &str) -> CreateSelectMenuOption {
    let label = shortened(&item.title, 100);
    let description = shortened(&format!("{role_title} · {}", phase_name(phase)), 100);
    CreateSelectMenuOption::new(label, item.id.to_string()).description(description)
}

/// The text within `limit` characters, with a visible cut.
#[must_use]
pub fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit - 1).collect();
    format!("{}…", kept.trim_end())
}

/// A name for a place, in which nothing is formatted: as typed, on one line, and cut visibly.
pub(in crate::discord) fn plain_name(text: &str, limit: usize) -> String {
    let plain: String = text.chars().filter_map(visible).collect();
    shortened(plain.trim(), limit)
}

/// The title of a card, within the platform's 256 characters.
fn card_title(text: &str) -> String {
    shortened(text, 256)
}

/// A sentence of ours in which words of people may stand. An underscore within a word, as in the name of a zone, formats
/// nothing and stays as it is.
fn harmless(sentence: &str) -> String {
    let mut harmless = String::with_capacity(sentence.len());
    let mut before = None;
    let mut rest = sentence.chars();
    while let Some(character) = rest.next() {
        let within = |beside: Option<char>| beside.is_some_and(char::is_alphanumeric);
        if character == '_' && within(before) && within(rest.clone().next()) {
            harmless.push('_');
        } else {
            harmless.push_str(&escape(character.encode_utf8(&mut [0; 4])));
        }
        before = Some(character);
    }
    harmless
}

/// As many whole sentences as fit into `limit` characters, harmless whatever people wrote into them; then `rest`, which
/// says where the others are.
fn sentences(all: &[String], limit: usize, rest: &str) -> String {
    let all: Vec<String> = all.iter().map(|sentence| harmless(sentence)).collect();
    let whole = all.join(" ");
    if whole.chars().count() <= limit {
        return whole;
    }
    let room = limit.saturating_sub(rest.chars().count());
    let mut text = String::new();
    let mut used = 0;
    for sentence in &all {
        used += sentence.chars().count() + 1;
        if used > room {
            break;
        }
        text.push_str(sentence);
        text.push(' ');
    }
    text.push_str(rest);
    text
}

/// As many lines as fit into `limit` characters, then one that says how many are missing and where they are.
fn fitting(lines: &[String], limit: usize, rest: &str) -> String {
    let reserve = rest.chars().count() + 20;
    let mut text = String::new();
    let mut used = 0;
    for (position, line) in lines.iter().enumerate() {
        let length = line.chars().count() + 1;
        let last = position + 1 == lines.len();
        if used + length + if last { 0 } else { reserve } > limit {
            let _ = write!(text, "… and {} more {rest}", lines.len() - position);
            return text;
        }
        used += length;
        text.push_str(line);
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text
}
