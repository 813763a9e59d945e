//! Days off, as people read them on a phone.

use serenity::all::{CreateEmbed, CreateEmbedFooter};

use crate::app::{CalendarChange, CalendarView, MovedRelease};
use crate::discord::post::{CONTENT_LIMIT, Post};
use crate::discord::render::{card_title, color, count, date, escape, fitting};
use crate::domain::calendar::{Standing, months_from};
use chrono::NaiveDate;

/// The text of one card may have 4,096 characters.
const CARD: usize = 4000;

/// The days off of the next months, and the working days on which one country is out.
#[must_use]
pub fn months(view: &CalendarView, months: u32) -> Post {
    let calendar = &view.calendar;
    let range = months_from(view.today, months);
    let mut lines = Vec::new();
    let mut month = None;
    for standing in calendar.noteworthy(range.clone()) {
        let this = standing.date.format("%B %Y").to_string();
        if month.as_ref() != Some(&this) {
            lines.push(format!("**{this}**"));
            month = Some(this);
        }
        lines.push(day_line(&standing));
    }
    if lines.is_empty() {
        lines.push("No day is off but the weekends.".to_owned());
    }
    let footer = format!(
        "{} to {} · weekends off: {} · ⬜ is a working day",
        date(*range.start()),
        date(*range.end()),
        calendar.weekend()
    );
    Post {
        embeds: vec![
            CreateEmbed::new()
                .title(card_title(&format!("Days off by {}", calendar.name())))
                .description(fitting(&lines, CARD, "days; ask for fewer months"))
                .color(color::NOW)
                .footer(CreateEmbedFooter::new(footer)),
        ],
        ..Post::default()
    }
}

/// "🌴 **Fri 25** Christmas Day", or "⬜ Thu 26 works · US out: Thanksgiving Day".
fn day_line(standing: &Standing) -> String {
    let day = standing.date.format("%a %-d");
    match (&standing.off, &standing.worked) {
        (Some(off), _) => format!("🌴 **{day}** off · {}", escape(&off.reason)),
        (None, Some(worked)) => {
            let reason = worked
                .reason
                .as_deref()
                .map_or_else(String::new, |reason| format!(" · {}", escape(reason)));
            let instead = escape(&worked.instead_of.reason);
            format!("⬜ {day} works{reason} (instead of {instead})")
        }
        (None, None) => {
            let out: Vec<String> = standing
                .out
                .iter()
                .map(|(country, why)| format!("{country} out: {why}"))
                .collect();
            format!("⬜ {day} works · {}", out.join("; "))
        }
    }
}

/// Why a date is off or worked, and who of the server last spoke of it.
#[must_use]
pub fn why(view: &CalendarView, day: NaiveDate) -> Post {
    let mut sentences = view.calendar.why(day, escape);
    if let Some(said) = view.said.iter().rev().find(|said| said.date == day) {
        sentences.push(format!(
            "The last to speak of this day was <@{}>, <t:{}:f>.",
            said.stamp.by,
            said.stamp.at.timestamp()
        ));
    }
    Post::text(sentences.join("\n"))
}

/// What a change to the calendar does.
#[must_use]
pub fn change(change: &CalendarChange) -> Post {
    let mut lines = change.after.why(change.date, escape);
    if let Some(first) = lines.first_mut() {
        first.insert_str(0, "📅 ");
    }
    let off = |calendar: &crate::domain::calendar::Calendar| !calendar.is_working_day(change.date);
    if off(&change.before) == off(&change.after) {
        lines.push(format!(
            "It was {} before too.",
            if off(&change.after) {
                "a day off"
            } else {
                "a working day"
            }
        ));
    }
    lines.extend(moves(&change.moved));
    Post::text(fitting(&lines, CONTENT_LIMIT, "lines; `/release why` has them"))
}

/// What reading the files again does.
#[must_use]
pub fn reloaded(moved: &[MovedRelease]) -> Post {
    let mut lines = vec!["📅 The calendar files were read again, and the calendar is theirs now.".to_owned()];
    lines.extend(moves(moved));
    Post::text(fitting(&lines, CONTENT_LIMIT, "lines; `/release why` has them"))
}

fn moves(moved: &[MovedRelease]) -> Vec<String> {
    if moved.is_empty() {
        return vec!["No release in flight moves.".to_owned()];
    }
    let mut lines = vec![format!(
        "{} in flight {}:",
        count(moved.len(), "release"),
        if moved.len() == 1 {
            "is affected"
        } else {
            "are affected"
        }
    )];
    for release in moved {
        let place = release
            .channel
            .map_or_else(String::new, |channel| format!(" <#{channel}>"));
        lines.push(format!("**{}** {}{place}", release.key, escape(&release.name)));
        if let Some(target) = release.target_is_off {
            lines.push(format!("⚠️ its target {} is a day off now", date(target)));
        }
        lines.extend(
            release
                .phases
                .iter()
                .map(|(phase, from, to)| format!("• {phase}: {} → **{}**", date(*from), date(*to))),
        );
    }
    lines
}
