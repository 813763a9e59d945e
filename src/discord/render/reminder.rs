//! Reminders: which phase, why this date, who still owes what.

use chrono::{DateTime, TimeDelta, Utc};
use serenity::all::{ButtonStyle, CreateActionRow};

use crate::app::ReleaseView;
use crate::discord::custom_id::{CustomId, ListView, Scope};
use crate::discord::post::{CONTENT_LIMIT, MARK_ROOM, Post};
use crate::discord::render::{
    button, count, escape, fitting, moment, phase_name, relative, release_name, role_mention, sentences,
};
use crate::domain::playbook::{Phase, PhaseId};
use crate::domain::reminder::Moment;

/// A reminder is late when it leaves this long after it was due.
const LATE: TimeDelta = TimeDelta::minutes(1);

/// The longest reason for a date, in characters; most have half of it.
const REASON: usize = 800;

/// What a reminder is about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The phase.
    pub phase: &'a PhaseId,
    /// Which moment of its day.
    pub moment: Moment,
    /// When it was due.
    pub due: DateTime<Utc>,
    /// The reminders that this one stands for.
    pub instead_of: &'a [(PhaseId, Moment)],
}

/// The message, or none when everything was done, the phase has moved, or the release was closed or put on hold before it
/// could leave.
#[must_use]
pub fn reminder(view: &ReleaseView, subject: Subject<'_>, now: DateTime<Utc>) -> Option<Post> {
    let release = &view.release;
    if !release.is_open() || release.hold.is_some() {
        return None;
    }
    let position = release
        .playbook
        .phases
        .iter()
        .position(|phase| phase.id == *subject.phase)?;
    let phase = release.playbook.phases.get(position)?;
    let planned = view.plan.phase(&phase.id)?;
    let due = match subject.moment {
        Moment::DayStart => planned.starts_at,
        Moment::CutOff => planned.cutoff_at,
    };
    if due != subject.due {
        return None;
    }
    let so_far = release.playbook.phases.get(..=position)?;
    let groups = release.open_by_role(so_far.iter());
    if groups.is_empty() {
        return None;
    }
    let name = phase_name(phase);
    let head = match subject.moment {
        Moment::DayStart => format!(
            "⏰ **{name}** is today: {} ({}).",
            release_name(view),
            release.key
        ),
        Moment::CutOff => format!(
            "⚠️ **{name}** is overdue: {} ({}).",
            release_name(view),
            release.key
        ),
    };
    let mut lines = vec![head, format!("Cut-off {}.", moment(planned.cutoff_at))];
    lines.extend(lateness(&subject, now));
    let why = sentences(&planned.why, REASON, "All of it: `/release why`.");
    lines.push(format!("-# Why this date: {why}"));
    let mut owing = Vec::new();
    for group in &groups {
        owing.push(format!(
            "{} · {}",
            role_mention(view, group),
            count(group.items.len(), "open item")
        ));
        for item in &group.items {
            let earlier = release
                .playbook
                .phase_of(&item.id)
                .filter(|of| of.id != phase.id)
                .map_or_else(String::new, |of: &Phase| {
                    format!(" (since {})", of.offset.label())
                });
            owing.push(format!("⬜ {}{earlier}", escape(&item.title)));
        }
    }
    let head = lines.join("\n");
    // Roles come first when the list is too long to show, so that everybody who is called knows why.
    let room = (CONTENT_LIMIT - MARK_ROOM).saturating_sub(head.chars().count() + 1);
    let full: usize = owing.iter().map(|line| line.chars().count() + 1).sum();
    let owing = if full > room {
        owing.retain(|line| !line.starts_with('⬜'));
        fitting(&owing, room, "lines: press **All items**")
    } else {
        owing.join("\n")
    };
    let list = CustomId::List(
        release.key.clone(),
        ListView {
            scope: Scope::Mine,
            page: 0,
        },
    );
    let all = CustomId::List(
        release.key.clone(),
        ListView {
            scope: Scope::All,
            page: 0,
        },
    );
    let row = CreateActionRow::Buttons(vec![
        button(&list, "Show my open items", ButtonStyle::Primary),
        button(&all, "All items", ButtonStyle::Secondary),
    ]);
    let pings = groups
        .iter()
        .filter_map(|group| view.setup.roles.get(&group.role).copied())
        .collect();
    Some(Post {
        content: format!("{head}\n{owing}"),
        rows: vec![row],
        pings,
        ..Post::default()
    })
}

fn lateness(subject: &Subject<'_>, now: DateTime<Utc>) -> Option<String> {
    let late = now - subject.due > LATE;
    let others = subject.instead_of.len();
    match (late, others) {
        (false, 0) => None,
        (true, 0) => Some(format!(
            "🕰️ This comes late: it was due {}.",
            relative(subject.due)
        )),
        (_, others) => Some(format!(
            "🕰️ I was away: this was due {} and stands for {} as well.",
            relative(subject.due),
            count(others, "earlier reminder"),
        )),
    }
}
