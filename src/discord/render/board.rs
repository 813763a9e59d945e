//! The pinned board: phases in order, items by role, progress, what is next, what is late, and the controls.

use chrono::{DateTime, Utc};
use serenity::all::{
    ButtonStyle, CreateActionRow, CreateEmbed, CreateEmbedFooter, CreateSelectMenu, CreateSelectMenuKind,
};

use crate::app::ReleaseView;
use crate::discord::custom_id::{CustomId, ListView, Scope};
use crate::discord::post::Post;
use crate::discord::render::{
    bar, button, choice, color, count, date, escape, fitting, item_line, moment, phase_name, release_name,
};
use crate::domain::playbook::{Item, Phase};

/// The most choices in a select.
const CHOICES: usize = 25;

/// The text of all cards of a message may have 6,000 characters; the rest is for the header and the footer.
const BUDGET: usize = 4800;

/// The text of one card may have 4,096.
const CARD: usize = 3600;

/// A message may have ten cards; one is the header and one gathers the phases that are too many.
const PHASE_CARDS: usize = 8;

/// The board as it has to look at `now`.
#[must_use]
pub fn board(view: &ReleaseView, now: DateTime<Utc>) -> Post {
    let mut embeds = vec![header(view, now)];
    embeds.extend(phases(view, now));
    Post {
        content: String::new(),
        embeds,
        rows: controls(view),
        pings: Vec::new(),
    }
}

fn header(view: &ReleaseView, now: DateTime<Utc>) -> CreateEmbed {
    let release = &view.release;
    let mut lines = vec![format!(
        "{} release · target **{}** · {}",
        release.reason,
        date(release.target),
        bar(release.progress())
    )];
    let overdue = release.overdue_phases(&view.plan, now);
    let color = if let Some(closure) = &release.closed {
        lines.push(format!(
            "🏁 **Closed** by <@{}> {}",
            closure.stamp.by,
            moment(closure.stamp.at)
        ));
        if let Some(reason) = &closure.override_reason {
            lines.push(format!("Closed with open items, because: {}", escape(reason)));
        }
        color::LATER
    } else if !overdue.is_empty() {
        let names: Vec<String> = overdue
            .iter()
            .map(|phase| {
                let progress = release.phase_progress(phase);
                format!("{} ({} open)", phase_name(phase), progress.all - progress.done)
            })
            .collect();
        lines.push(format!("⚠️ **Overdue:** {}", names.join(", ")));
        color::LATE
    } else {
        color::NOW
    };
    if release.is_open() {
        lines.push(match release.next_cutoff(&view.plan, now) {
            Some((phase, cutoff)) => format!("⏭️ **Next cut-off:** {} {}", phase_name(phase), moment(cutoff)),
            None if release.current_phase().is_none() => {
                "✅ Everything is done: the Release Manager can close it with `/release close`.".to_owned()
            }
            None => "⏭️ No cut-off is ahead.".to_owned(),
        });
    }
    CreateEmbed::new()
        .title(format!(
            "{} · {} · {}",
            release_name(view),
            release.playbook.title,
            release.key
        ))
        .description(lines.join("\n"))
        .color(color)
        .footer(CreateEmbedFooter::new(format!(
            "{} · times are shown in your own zone",
            release.key
        )))
}

/// How much of a phase is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    Items,
    Summary,
}

fn phases(view: &ReleaseView, now: DateTime<Utc>) -> Vec<CreateEmbed> {
    let phases = &view.release.playbook.phases;
    let mut details: Vec<Detail> = phases
        .iter()
        .map(|phase| {
            let progress = view.release.phase_progress(phase);
            if progress.done == progress.all {
                Detail::Summary
            } else {
                Detail::Items
            }
        })
        .collect();
    let text = |phase: &Phase, detail| match detail {
        Detail::Items => items(view, phase),
        Detail::Summary => summary(view, phase),
    };
    let length = |details: &[Detail]| -> usize {
        let texts = phases
            .iter()
            .zip(details)
            .map(|(phase, detail)| text(phase, *detail));
        texts.map(|text| text.chars().count() + 160).sum()
    };
    // What is furthest away gives way first; the phase that people are at stays.
    while length(&details) > BUDGET {
        let Some(last) = details.iter().rposition(|detail| *detail == Detail::Items) else {
            break;
        };
        if details.iter().filter(|detail| **detail == Detail::Items).count() == 1 {
            break;
        }
        if let Some(detail) = details.get_mut(last) {
            *detail = Detail::Summary;
        }
    }
    let mut embeds: Vec<CreateEmbed> = phases
        .iter()
        .zip(&details)
        .take(PHASE_CARDS)
        .map(|(phase, detail)| card(view, phase, &text(phase, *detail), now))
        .collect();
    let rest: Vec<String> = phases
        .iter()
        .skip(PHASE_CARDS)
        .map(|phase| {
            format!(
                "**{}** · {}",
                phase_name(phase),
                bar(view.release.phase_progress(phase))
            )
        })
        .collect();
    if !rest.is_empty() {
        let text = fitting(&rest, CARD, "phases: press **All items**");
        embeds.push(
            CreateEmbed::new()
                .title("Later phases")
                .description(text)
                .color(color::LATER),
        );
    }
    embeds
}

fn card(view: &ReleaseView, phase: &Phase, text: &str, now: DateTime<Utc>) -> CreateEmbed {
    let release = &view.release;
    let progress = release.phase_progress(phase);
    let planned = view.plan.phase(&phase.id);
    let first_open = release
        .current_phase()
        .is_some_and(|current| current.id == phase.id);
    let begun = planned.is_some_and(|planned| planned.starts_at <= now);
    let (state, color) = if progress.done == progress.all {
        ("✅ done", color::DONE)
    } else if !release.is_open() {
        ("▫️ left open", color::LATER)
    } else if release.is_overdue(phase, &view.plan, now) {
        ("⚠️ overdue", color::LATE)
    } else if first_open || begun {
        ("▶️ now", color::NOW)
    } else {
        ("🔜 ahead", color::LATER)
    };
    let when = planned.map_or_else(String::new, |planned| {
        format!("{} · cut-off {}\n", date(planned.date), moment(planned.cutoff_at))
    });
    CreateEmbed::new()
        .title(format!(
            "{} · {state} · {}/{}",
            phase_name(phase),
            progress.done,
            progress.all
        ))
        .description(format!("{when}{text}"))
        .color(color)
}

fn items(view: &ReleaseView, phase: &Phase) -> String {
    let all: Vec<&Item> = phase.items.iter().collect();
    let mut lines = Vec::new();
    for group in view.release.group_by_role(&all) {
        lines.push(format!("**{}**", group.title));
        lines.extend(group.items.iter().map(|item| item_line(view, item)));
    }
    fitting(&lines, CARD, "lines: press **All items**")
}

fn summary(view: &ReleaseView, phase: &Phase) -> String {
    let open = view.release.open_by_role(std::iter::once(phase));
    if open.is_empty() {
        return format!("All {} done; **All items** shows by whom.", phase.items.len());
    }
    let groups: Vec<String> = open
        .iter()
        .map(|group| format!("{}: {} open", group.title, group.items.len()))
        .collect();
    format!(
        "{}\nToo long to show here: press **All items**.",
        groups.join(" · ")
    )
}

fn controls(view: &ReleaseView) -> Vec<CreateActionRow> {
    let release = &view.release;
    if !release.is_open() {
        // A closed release has nothing to press (design §8).
        return Vec::new();
    }
    let key = || release.key.clone();
    let list = |scope| CustomId::List(key(), ListView { scope, page: 0 });
    let open = release.open_items().count();
    let mut rows = Vec::new();
    if open > 0 {
        let options = release
            .open_items()
            .take(CHOICES)
            .map(|(phase, item)| choice(phase, item, &release.role_title(&item.role)))
            .collect();
        let placeholder = if open > CHOICES {
            format!("Tick an item as done ({CHOICES} of {open} open; the rest under All items)")
        } else {
            format!("Tick an item as done ({})", count(open, "open item"))
        };
        let id = CustomId::Tick(key()).to_string();
        let menu =
            CreateSelectMenu::new(id, CreateSelectMenuKind::String { options }).placeholder(placeholder);
        rows.push(CreateActionRow::SelectMenu(menu));
    }
    rows.push(CreateActionRow::Buttons(vec![
        button(&list(Scope::Mine), "My items", ButtonStyle::Primary),
        button(&list(Scope::All), "All items", ButtonStyle::Secondary),
        button(&list(Scope::Done), "Undo…", ButtonStyle::Secondary),
        button(&CustomId::Why(key()), "Why these dates?", ButtonStyle::Secondary),
    ]));
    rows
}
