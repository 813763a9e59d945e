//! The pinned board: phases in order, items by role, progress, what is next, what is late, and the controls.

use chrono::{DateTime, Utc};
use serenity::all::{ButtonStyle, CreateActionRow, CreateEmbed, CreateSelectMenu, CreateSelectMenuKind};

use crate::app::ReleaseView;
use crate::discord::custom_id::{CustomId, ListView, Scope};
use crate::discord::post::{MARK_ROOM, Post};
use crate::discord::render::{
    bar, button, card_title, choice, color, count, date, escape, fitting, item_line, moment,
    moves::{NO_DATE, on_hold},
    open_at_the_end, phase_name, release_name, room, target,
};
use crate::domain::playbook::{Item, Phase};

/// The most choices in a select.
const CHOICES: usize = 25;

/// The text of all cards of a message may have 6,000 characters; a little stays free.
const BUDGET: usize = 5900;

/// The text of one card may have 4,096.
const CARD: usize = 3600;

/// The small words at the end.
const FOOTER: &str = "times are shown in your own zone";

/// About as much as one line of a card.
const LINE: usize = 100;

/// The names of the phases that are overdue may take this much of the header.
const OVERDUE: usize = 600;

/// A message may have ten cards; one is the header and one gathers the phases that are too many.
const PHASE_CARDS: usize = 8;

/// The board as it has to look at `now`.
#[must_use]
pub fn board(view: &ReleaseView, now: DateTime<Utc>) -> Post {
    let header = header(view, now);
    let room = BUDGET.saturating_sub(header.length() + FOOTER.chars().count() + MARK_ROOM);
    let mut embeds = vec![header.embed()];
    embeds.extend(phases(view, now, room).into_iter().map(Card::embed));
    Post {
        embeds,
        footer: Some(FOOTER.to_owned()),
        rows: controls(view),
        ..Post::default()
    }
}

/// A card before it is sent.
struct Card {
    title: String,
    text: String,
    color: u32,
}

impl Card {
    fn length(&self) -> usize {
        self.title.chars().count() + self.text.chars().count()
    }

    fn embed(self) -> CreateEmbed {
        CreateEmbed::new()
            .title(self.title)
            .description(self.text)
            .color(self.color)
    }
}

fn header(view: &ReleaseView, now: DateTime<Utc>) -> Card {
    let release = &view.release;
    let mut lines = vec![format!(
        "{} release · target **{}** · {}",
        release.reason,
        target(release.target),
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
            let open = open_at_the_end(release);
            lines.push(format!("Closed with {open}, because: {}", escape(reason)));
        }
        color::LATER
    } else if let Some(hold) = &release.hold {
        lines.push(on_hold(hold));
        color::LATER
    } else if !overdue.is_empty() {
        let names: Vec<String> = overdue
            .iter()
            .map(|phase| {
                let progress = release.phase_progress(phase);
                format!("{} ({} open)", phase_name(phase), progress.all - progress.done)
            })
            .collect();
        let mut named = names.join(", ");
        if named.chars().count() > OVERDUE {
            named = count(names.len(), "phase");
        }
        lines.push(format!("⚠️ **Overdue:** {named}"));
        color::LATE
    } else {
        color::NOW
    };
    let blocked = room::escalation::blocked(release);
    let color = if blocked.is_some() { color::LATE } else { color };
    lines.extend(blocked);
    lines.extend(room::progress(release));
    if release.lives_on() && release.clock_runs() {
        lines.push(match release.next_cutoff(&view.plan, now) {
            Some((phase, cutoff)) => format!("⏭️ **Next cut-off:** {} {}", phase_name(phase), moment(cutoff)),
            None if release.current_phase().is_none() => {
                "✅ Everything is done: the Release Manager can close it with `/release close`.".to_owned()
            }
            None if release.target.is_none() => format!("⏭️ There is {NO_DATE}."),
            None => "⏭️ No cut-off is ahead.".to_owned(),
        });
    }
    Card {
        title: card_title(&format!(
            "{} · {} · {}",
            release_name(view),
            release.playbook.title,
            release.key
        )),
        text: lines.join("\n"),
        color,
    }
}

/// How much of a phase is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// Its items, in at most this many characters.
    Items(usize),
    /// How many items each role has open.
    Summary,
    /// Its title and date alone; the title counts the items.
    Title,
}

fn phases(view: &ReleaseView, now: DateTime<Utc>, room: usize) -> Vec<Card> {
    let phases = &view.release.playbook.phases;
    let (shown, later) = phases.split_at(phases.len().min(PHASE_CARDS));
    let later = later_phases(view, later);
    let room = room.saturating_sub(later.as_ref().map_or(0, Card::length));
    let mut details: Vec<Detail> = shown
        .iter()
        .map(|phase| {
            let progress = view.release.phase_progress(phase);
            if progress.done == progress.all {
                Detail::Summary
            } else {
                Detail::Items(CARD)
            }
        })
        .collect();
    let cards = |details: &[Detail]| -> Vec<Card> {
        let each = shown.iter().zip(details);
        each.map(|(phase, detail)| card(view, phase, *detail, now))
            .collect()
    };
    loop {
        let made = cards(&details);
        let length: usize = made.iter().map(Card::length).sum();
        if length <= room || !give_way(&mut details, length - room) {
            return made.into_iter().chain(later).collect();
        }
    }
}

/// Shows one phase shorter: what is furthest away gives way first, and the phase that people are at stays longest.
/// False when nothing can give way any more.
fn give_way(details: &mut [Detail], excess: usize) -> bool {
    let with_items = |detail: &Detail| matches!(detail, Detail::Items(_));
    if details.iter().filter(|detail| with_items(detail)).count() > 1
        && let Some(last) = details.iter_mut().rfind(|detail| with_items(detail))
    {
        *last = Detail::Summary;
        return true;
    }
    if let Some(last) = details.iter_mut().rfind(|detail| **detail == Detail::Summary) {
        *last = Detail::Title;
        return true;
    }
    match details.iter_mut().find(|detail| with_items(detail)) {
        // The text may be shorter than its limit, so that it takes more than one step.
        Some(Detail::Items(limit)) if *limit > 0 => {
            *limit = limit.saturating_sub(excess.max(LINE));
            true
        }
        _ => false,
    }
}

/// The phases for which there is no card of their own.
fn later_phases(view: &ReleaseView, later: &[Phase]) -> Option<Card> {
    let lines: Vec<String> = later
        .iter()
        .map(|phase| {
            format!(
                "**{}** · {}",
                phase_name(phase),
                bar(view.release.phase_progress(phase))
            )
        })
        .collect();
    (!lines.is_empty()).then(|| Card {
        title: "Later phases".to_owned(),
        text: fitting(&lines, CARD, "phases: press **All items**"),
        color: color::LATER,
    })
}

fn card(view: &ReleaseView, phase: &Phase, detail: Detail, now: DateTime<Utc>) -> Card {
    let release = &view.release;
    let progress = release.phase_progress(phase);
    let planned = view.plan.phase(&phase.id);
    let first_open = release
        .current_phase()
        .is_some_and(|current| current.id == phase.id);
    let begun = planned.is_some_and(|planned| planned.starts_at <= now);
    let (state, color) = if progress.done == progress.all {
        ("✅ done", color::DONE)
    } else if !release.is_live(phase) {
        ("▫️ left open", color::LATER)
    } else if !release.clock_runs() {
        ("⏸️ on hold", color::LATER)
    } else if !release.is_gate_open(phase) {
        ("🔒 waits until the release is ready", color::LATER)
    } else if release.is_overdue(phase, &view.plan, now) {
        ("⚠️ overdue", color::LATE)
    } else if first_open || begun {
        ("▶️ now", color::NOW)
    } else {
        ("🔜 ahead", color::LATER)
    };
    let when = planned.map_or_else(
        || "No date yet\n".to_owned(),
        |planned| format!("{} · cut-off {}\n", date(planned.date), moment(planned.cutoff_at)),
    );
    let text = match detail {
        Detail::Items(limit) => items(view, phase, limit, now),
        Detail::Summary => summary(view, phase),
        Detail::Title => "Too long to show here: press **All items**.".to_owned(),
    };
    Card {
        title: format!(
            "{} · {state} · {}/{}",
            phase_name(phase),
            progress.done,
            progress.all
        ),
        text: format!("{when}{text}"),
        color,
    }
}

fn items(view: &ReleaseView, phase: &Phase, limit: usize, now: DateTime<Utc>) -> String {
    let all: Vec<&Item> = phase.items.iter().collect();
    let links = view.release.links_of(phase);
    let mut lines: Vec<String> = links
        .map(|(link, stored)| room::link(link, &stored.url))
        .collect();
    for group in view.release.group_by_role(&all) {
        lines.push(format!("**{}**", group.title));
        lines.extend(group.items.iter().map(|item| item_line(view, item, now)));
    }
    fitting(&lines, limit, "lines: press **All items**")
}

fn summary(view: &ReleaseView, phase: &Phase) -> String {
    let open = view.release.open_by_role(std::iter::once(phase));
    if open.is_empty() {
        return match phase.items.len() {
            1 => "Its one item is done; **All items** shows by whom.".to_owned(),
            all => format!("All {all} done; **All items** shows by whom."),
        };
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
    if !release.lives_on() {
        // A closed release has nothing to press (design §8), apart from what comes after it.
        return Vec::new();
    }
    let key = || release.key.clone();
    let list = |scope| CustomId::List(key(), ListView { scope, page: 0 });
    let open = release.live_items().count();
    let mut rows = Vec::new();
    if open > 0 {
        let options = release
            .live_items()
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
