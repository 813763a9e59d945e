//! The releases of a server, page by page: those in flight, those to come, those that shipped (S40).

use crate::app::ReleaseList;
use crate::discord::custom_id::CustomId;
use crate::discord::post::Post;
use crate::discord::render::pages::{Section, card};
use crate::discord::render::{bar, count, date, escape, moment, person, relative, room, target};
use crate::domain::ids::ChannelId;
use crate::domain::overview::{Blocking, Listed, Overview, RECENT};
use crate::domain::recurring::RecurringRelease;

/// What stands in the way may take this much of a line.
const BLOCKER: usize = 300;

/// One page of the list.
#[must_use]
pub fn list(list: &ReleaseList, page: usize) -> Post {
    let releases = list.releases.iter().map(section);
    let proposed = list
        .proposed
        .iter()
        .map(|(release, asked)| proposal(release, *asked));
    let sections: Vec<Section> = releases.chain(proposed).collect();
    if sections.is_empty() {
        return Post::text(match list.listed {
            Listed::InFlight => "No release is in flight. `/release start` starts one.".to_owned(),
            Listed::Upcoming => "No release is ahead of its first phase, and none is proposed.".to_owned(),
            Listed::RecentlyShipped => format!("No release was closed in the last {RECENT} days."),
            Listed::All => {
                format!(
                    "No release is in flight, none is proposed, and none was closed in the last {RECENT} days."
                )
            }
        });
    }
    card(&title(list), &sections, page, |page| {
        CustomId::Releases(list.listed, page)
    })
}

fn title(list: &ReleaseList) -> String {
    let closed = list
        .releases
        .iter()
        .filter(|release| release.closed.is_some())
        .count();
    let open = list.releases.len() - closed;
    let parts = [
        (
            open,
            if list.listed == Listed::Upcoming {
                "not begun"
            } else {
                "in flight"
            },
        ),
        (list.proposed.len(), "proposed"),
        (closed, "closed lately"),
    ];
    let parts = parts.into_iter().filter(|(number, _)| *number > 0).enumerate();
    // The first says what is counted.
    let parts = parts.map(|(index, (number, what))| match index {
        0 => format!("{} {what}", count(number, "release")),
        _ => format!("{number} {what}"),
    });
    parts.collect::<Vec<_>>().join(" · ")
}

fn section(overview: &Overview) -> Section {
    let private = if overview.private { " 🔒 private" } else { "" };
    let place = overview
        .channel
        .map_or_else(String::new, |channel| format!(" <#{channel}>"));
    let mut lines = vec![progress(overview)];
    match overview.closed {
        Some(closed) => lines.push(format!(
            "🏁 closed {} by <@{}>{}",
            moment(closed.at),
            closed.by,
            match overview.shipped {
                Some(shipped) if shipped <= closed.at => format!(" · shipped {}", relative(shipped)),
                _ => String::new(),
            }
        )),
        None => lines.extend(standing(overview)),
    }
    let on_duty: Vec<String> = overview.on_duty.iter().map(|user| person(*user)).collect();
    let on_duty = match on_duty.as_slice() {
        [] => String::new(),
        people => format!(" · on duty: {}", people.join(", ")),
    };
    lines.push(format!("👤 started by {}{on_duty}", person(overview.started.by)));
    lines.extend(blockers(&overview.blockers));
    lines.extend(overview.links.iter().map(|(link, url)| room::link(link, url)));
    Section {
        head: format!(
            "**{} · {}**{private}{place}",
            overview.key,
            escape(&overview.name)
        ),
        lines,
        whole: true,
    }
}

/// "▰▱▱▱▱▱▱▱▱▱ 3 of 35 done · target Thu 10 Dec 2026 · ⚠️ 1 phase overdue"
fn progress(overview: &Overview) -> String {
    let late = match (&overview.held, overview.overdue) {
        (Some(_), _) => " · ⏸️ on hold".to_owned(),
        (None, 0) => String::new(),
        (None, overdue) => format!(" · ⚠️ {} overdue", count(overdue, "phase")),
    };
    let late = if overview.closed.is_some() {
        String::new()
    } else {
        late
    };
    format!(
        "{} · target {}{late}",
        bar(overview.items),
        target(overview.target)
    )
}

/// The phase, and what comes next.
fn standing(overview: &Overview) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(begins) = overview.begins {
        lines.push(format!("🔜 begins {}", moment(begins)));
    }
    let phase = overview.phase.as_ref().map(ToString::to_string);
    let next = match (&overview.next_cutoff, &overview.phase) {
        (Some((of, at)), Some(phase)) if of == phase => format!("cut-off {}", moment(*at)),
        (Some((of, at)), _) => format!("next cut-off {of} {}", moment(*at)),
        (None, _) if overview.held.is_some() => "no cut-off while it is on hold".to_owned(),
        (None, _) if overview.target.is_none() => "no date yet".to_owned(),
        (None, _) => "no cut-off ahead".to_owned(),
    };
    lines.push(match phase {
        Some(phase) => format!("📍 **{phase}** · {next}"),
        None => "✅ everything is done: it can be closed".to_owned(),
    });
    lines
}

/// "⛔ blocked by 2, first: Verify the fixes – the server is down"
fn blockers(blockers: &[Blocking]) -> Option<String> {
    let first = super::shortened(&blocking(blockers.first()?), BLOCKER);
    Some(match blockers.len() {
        1 => format!("⛔ blocked: {first}"),
        several => format!("⛔ blocked by {several} things, first: {first}"),
    })
}

/// What stands in the way, as half a sentence.
#[must_use]
pub fn blocking(blocking: &Blocking) -> String {
    match blocking {
        Blocking::Item { title, reason } => format!("**{}** – {}", escape(title), escape(reason)),
        Blocking::Gate(lack) => room::blockers::lack(lack),
    }
}

fn proposal(release: &RecurringRelease, asked: Option<ChannelId>) -> Section {
    let place = asked.map_or_else(String::new, |channel| format!(" in <#{channel}>"));
    Section {
        head: format!(
            "**{} · {}** proposed",
            escape(&release.version),
            escape(&release.title)
        ),
        lines: vec![format!(
            "💡 target {} · asked {} · **Start it** waits{place}",
            date(release.target),
            moment(release.due)
        )],
        whole: true,
    }
}
