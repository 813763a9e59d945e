//! Reminders: which phases, since when, who owes what, and who hears of it why.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serenity::all::{ButtonStyle, CreateActionRow};

use crate::app::ReleaseView;
use crate::discord::custom_id::{CustomId, ListView, Scope};
use crate::discord::post::{CONTENT_LIMIT, MARK_ROOM, Post};
use crate::discord::render::{
    button, count, date, escape, fitting, moment, phase_name, relative, release_name, sentences,
};
use crate::domain::ids::{GuildRoleId, UserId};
use crate::domain::person::RELEASE_MANAGER;
use crate::domain::plan::{Day, PlannedPhase};
use crate::domain::playbook::{Item, Phase, PhaseId, RoleId};
use crate::domain::release::RoleItems;
use crate::domain::reminder::{Audience, Call, Moment, Occasion, Step};

/// A reminder is late when it leaves this long after it was due.
const LATE: TimeDelta = TimeDelta::minutes(1);

/// The text leaves room for the bot's own mark.
const ROOM: usize = CONTENT_LIMIT - MARK_ROOM;

/// The longest reason for a date, in characters; most have half of it.
const REASON: usize = 800;

/// The message, or none when everything was done or the release was closed before it could leave. `missed` is how many
/// earlier reminders it stands for.
#[must_use]
pub fn reminder(view: &ReleaseView, calls: &[Call], missed: usize, now: DateTime<Utc>) -> Option<Post> {
    if !view.release.lives_on() || !view.release.clock_runs() {
        return None;
    }
    // What was left open when the release was closed calls nobody any more.
    let is_live = |call: &&Call| {
        let phase = view.release.playbook.phase(&call.occasion.phase);
        phase.is_some_and(|phase| view.release.is_live(phase))
    };
    let calls: Vec<Call> = calls.iter().filter(is_live).cloned().collect();
    if calls.is_empty() {
        return None;
    }
    let calls = calls.as_slice();
    let sections = sections(view, calls, now);
    let mut text = Text::default();
    for (place, section) in sections.iter().enumerate() {
        let name = if place == 0 {
            format!(": {} ({})", release_name(view), view.release.key)
        } else {
            String::new()
        };
        if section.groups.is_empty() {
            text.keep(format!(
                "{}{name}. Nothing of it is open.",
                section.head(view, now)
            ));
            text.lines.extend(
                lateness(calls, missed, now)
                    .filter(|_| place == 0)
                    .map(Line::Kept),
            );
            continue;
        }
        text.keep(format!("{}{name}.", section.head(view, now)));
        text.keep(format!("Cut-off {}.", moment(section.day.cutoff_at)));
        if let Some(words) = section.words(now) {
            text.keep(format!("🎯 {}", escape(words)));
        }
        if place == 0 {
            text.lines.extend(lateness(calls, missed, now).map(Line::Kept));
            text.lines.extend(section.why(view).map(Line::Kept));
        }
        for group in &section.groups {
            section.group(view, group, &mut text, now);
        }
    }
    for (audience, title) in [
        (Audience::ReleaseManager, "Release Manager"),
        (Audience::Manager, "Manager"),
    ] {
        escalation(view, &sections, &audience, title, &mut text, now);
    }
    let list = |scope| CustomId::List(view.release.key.clone(), ListView { scope, page: 0 });
    let row = CreateActionRow::Buttons(vec![
        button(&list(Scope::Mine), "Show my open items", ButtonStyle::Primary),
        button(&list(Scope::All), "All items", ButtonStyle::Secondary),
    ]);
    (!sections.is_empty()).then(|| Post {
        content: text.fitted(),
        rows: vec![row],
        pings: text.roles,
        people: text.people,
        ..Post::default()
    })
}

/// The calls that a reminder of a time before the ladder stands for: every role, for the phase and for whatever was
/// overdue before it. None when the phase has moved.
#[must_use]
pub fn of_old(view: &ReleaseView, phase: &PhaseId, moment: Moment, due: DateTime<Utc>) -> Vec<Call> {
    let (plan, playbook) = (&view.plan, &view.release.playbook);
    let is_due = |planned: &PlannedPhase| match moment {
        Moment::DayStart => planned.starts_at == due,
        Moment::CutOff => planned.cutoff_at == due,
    };
    let place = plan
        .phases
        .iter()
        .position(|planned| planned.id == *phase && is_due(planned));
    let Some(place) = place else {
        return Vec::new();
    };
    let so_far = plan.phases.iter().take(place + 1);
    so_far
        .flat_map(|planned| playbook.roles.iter().map(move |role| (planned, role)))
        .map(|(planned, role)| Call {
            occasion: Occasion {
                due,
                phase: planned.id.clone(),
                step: match moment {
                    _ if planned.id != *phase => Step::Nag,
                    Moment::DayStart => Step::DayOf,
                    Moment::CutOff => Step::CutOff,
                },
                audience: Audience::Role(role.id.clone()),
            },
            cutoff_at: planned.cutoff_at,
            overdue_days: 0,
        })
        .collect()
}

/// What is due on one day of one phase.
struct Section<'a> {
    phase: &'a Phase,
    day: Day,
    /// Whether it is about items that are due daily alone, on a later day than their phase.
    daily: bool,
    /// The calls that it answers.
    calls: Vec<&'a Call>,
    groups: Vec<RoleItems<'a>>,
}

fn sections<'a>(view: &'a ReleaseView, calls: &'a [Call], now: DateTime<Utc>) -> Vec<Section<'a>> {
    let release = &view.release;
    let mut sections = Vec::new();
    for phase in &release.playbook.phases {
        let mut days: BTreeMap<DateTime<Utc>, (Day, Vec<&Item>)> = BTreeMap::new();
        let open = phase
            .items
            .iter()
            .filter(|item| !release.completions.contains_key(&item.id));
        for item in open {
            if let Some(day) = release.day_of(&view.plan, phase, item) {
                days.entry(day.cutoff_at)
                    .or_insert((day, Vec::new()))
                    .1
                    .push(item);
            }
        }
        for (day, items) in days.into_values() {
            let calls: Vec<&Call> = calls.iter().filter(|call| is_about(call, phase, day)).collect();
            let planned = view.plan.phase(&phase.id);
            let for_a_role = |call: &&Call| matches!(call.occasion.audience, Audience::Role(_));
            let mut items = items;
            if calls.iter().all(for_a_role) {
                items
                    .retain(|item| is_called(&calls, &item.role) && release.snoozed(&item.id, now).is_none());
            }
            let section = Section {
                phase,
                day,
                daily: planned.is_none_or(|planned| planned.cutoff_at != day.cutoff_at),
                groups: release.group_by_role(&items),
                calls,
            };
            if !section.groups.is_empty() && !section.calls.is_empty() {
                sections.push(section);
            }
        }
        let told = sections
            .iter()
            .any(|section| section.phase.id == phase.id && section.begins());
        sections.extend(beginning(view, phase, calls, now).filter(|_| !told));
    }
    sections
}

/// That a phase begins of which nothing is open; none when it does not begin, or its day is over.
fn beginning<'a>(
    view: &ReleaseView,
    phase: &'a Phase,
    calls: &'a [Call],
    now: DateTime<Utc>,
) -> Option<Section<'a>> {
    let day = view.plan.phase(&phase.id)?.day();
    let section = Section {
        phase,
        day,
        daily: false,
        calls: calls.iter().filter(|call| is_about(call, phase, day)).collect(),
        groups: Vec::new(),
    };
    let is_worth_saying = view.release.is_open() && day.cutoff_at > now && section.begins();
    is_worth_saying.then_some(section)
}

fn is_about(call: &Call, phase: &Phase, day: Day) -> bool {
    call.occasion.phase == phase.id
        && match call.occasion.step {
            Step::Nag => day.cutoff_at <= call.occasion.due,
            Step::HeadsUp | Step::DayOf | Step::CutOff => day.cutoff_at == call.cutoff_at,
        }
}

fn is_called(calls: &[&Call], role: &RoleId) -> bool {
    let called = |call: &&Call| matches!(&call.occasion.audience, Audience::Role(called) if called == role);
    calls.iter().any(called)
}

impl Section<'_> {
    /// What is today, ahead or overdue, as it is at `now`, whatever it was when the reminder was due.
    fn head(&self, view: &ReleaseView, now: DateTime<Utc>) -> String {
        let zone = view.release.playbook.cutoff.zone;
        let today = zone.to_local(now).date();
        let name = phase_name(self.phase);
        let (what, be) = if self.daily {
            (format!("Daily work of **{name}**"), "is due")
        } else {
            (format!("**{name}**"), "is")
        };
        if self.day.cutoff_at <= now {
            return match self.overdue_days() {
                0 => format!("⚠️ {what} is overdue"),
                days => format!("⚠️ {what} is overdue for {}", count(days, "working day")),
            };
        }
        match (self.day.date - today).num_days() {
            0 => format!("⏰ {what} {be} today"),
            1 => format!("🔜 {what} {be} tomorrow"),
            _ => format!("🔜 {what} {be} on {}", date(self.day.date)),
        }
    }

    /// Whether it says that the phase begins.
    fn begins(&self) -> bool {
        let begins =
            |call: &&Call| (call.occasion.step, &call.occasion.audience) == (Step::DayOf, &Audience::Channel);
        !self.daily && self.calls.iter().any(begins)
    }

    /// What the playbook says when the phase begins, as long as that is so.
    fn words(&self, now: DateTime<Utc>) -> Option<&str> {
        let words = self.phase.begins.as_deref();
        words.filter(|_| self.begins() && self.day.cutoff_at > now)
    }

    fn overdue_days(&self) -> usize {
        let days = self.calls.iter().map(|call| call.overdue_days).max();
        days.and_then(|days| usize::try_from(days).ok()).unwrap_or(0)
    }

    fn why(&self, view: &ReleaseView) -> Option<String> {
        let planned = view.plan.phase(&self.phase.id).filter(|_| !self.daily)?;
        let dated = self.calls.iter().any(|call| call.occasion.step == Step::DayOf);
        let why = || sentences(&planned.why, REASON, "All of it: `/release why`.");
        dated.then(|| format!("-# Why this date: {}", why()))
    }

    /// Whether something of it is not snoozed.
    fn is_awake(&self, view: &ReleaseView, now: DateTime<Utc>) -> bool {
        let mut items = self.groups.iter().flat_map(|group| &group.items);
        items.any(|item| view.release.snoozed(&item.id, now).is_none())
    }

    /// One role and what it owes. It is named again without a ping where it is called twice.
    fn group(&self, view: &ReleaseView, group: &RoleItems<'_>, text: &mut Text, now: DateTime<Utc>) {
        let called = is_called(&self.calls, &group.role);
        let snoozed = |item: &Item| view.release.snoozed(&item.id, now);
        let awake = group.items.iter().any(|item| snoozed(item).is_none());
        let who = match view.setup.roles.get(&group.role) {
            // Whoever has snoozed everything since the call was settled hears nothing of it.
            Some(role) if called && awake => text.role(*role, &group.title),
            _ => format!("**{}**", group.title),
        };
        let cut_off = |call: &&Call| call.occasion.step == Step::CutOff;
        let later = if !called && awake && self.calls.iter().any(cut_off) {
            " · not at work now, called when the working day begins"
        } else {
            ""
        };
        text.keep(format!(
            "{who} · {}{later}",
            count(group.items.len(), "open item")
        ));
        let items = group.items.iter().map(|item| {
            let title = escape(&item.title);
            match snoozed(item) {
                Some(snooze) => format!("💤 {title} · snoozed, until {}", relative(snooze.until)),
                None => format!("⬜ {title}"),
            }
        });
        text.lines.extend(items.map(Line::Item));
    }
}

/// Who hears of it beside those who owe something, and why.
fn escalation(
    view: &ReleaseView,
    sections: &[Section<'_>],
    audience: &Audience,
    title: &str,
    text: &mut Text,
    now: DateTime<Utc>,
) {
    let about: Vec<&Section<'_>> = sections
        .iter()
        .filter(|section| {
            let mut calls = section.calls.iter();
            calls.any(|call| call.occasion.audience == *audience) && section.is_awake(view, now)
        })
        .collect();
    if about.is_empty() {
        return;
    }
    let setup = &view.setup;
    let who = match audience {
        Audience::Manager => setup.manager.map(|manager| text.person(manager)),
        _ => {
            let mut roles = setup.roles.iter();
            let leads = roles.find(|(role, _)| role.as_str() == RELEASE_MANAGER);
            leads.map(|(_, role)| text.role(*role, title))
        }
    };
    let who = who.unwrap_or_else(|| format!("**{title}**"));
    let overdue: Vec<String> = about
        .iter()
        .map(|section| match section.overdue_days() {
            0 => section.phase.title.clone(),
            days => format!("{} for {}", section.phase.title, count(days, "working day")),
        })
        .collect();
    text.keep(format!(
        "📣 {who}, because this is overdue: {}.",
        overdue.join(", ")
    ));
}

fn lateness(calls: &[Call], missed: usize, now: DateTime<Utc>) -> Option<String> {
    let late = |due: &DateTime<Utc>| now - *due > LATE;
    let due = calls.iter().map(|call| call.occasion.due).filter(late).min();
    match (due, missed) {
        (None, 0) => None,
        (Some(due), 0) => Some(format!("🕰️ This comes late: it was due {}.", relative(due))),
        (due, missed) => {
            let due = due.map_or_else(String::new, |due| format!("was due {} and ", relative(due)));
            let missed = count(missed, "earlier reminder");
            Some(format!("🕰️ I was away: this {due}stands for {missed} as well."))
        }
    }
}

/// A text that names nobody twice with a ping, and leaves out items where it would be too long.
#[derive(Default)]
struct Text {
    lines: Vec<Line>,
    roles: Vec<GuildRoleId>,
    people: Vec<UserId>,
}

enum Line {
    Kept(String),
    Item(String),
}

impl Text {
    fn keep(&mut self, line: String) {
        self.lines.push(Line::Kept(line));
    }

    fn role(&mut self, role: GuildRoleId, title: &str) -> String {
        if self.roles.contains(&role) {
            return format!("**{title}**");
        }
        self.roles.push(role);
        format!("<@&{role}>")
    }

    fn person(&mut self, person: UserId) -> String {
        self.people.push(person);
        format!("<@{person}>")
    }

    /// Everybody who is called knows why; the items are the first to go.
    fn fitted(&self) -> String {
        let all = self.lines.iter().map(|line| match line {
            Line::Kept(line) | Line::Item(line) => line.clone(),
        });
        let all: Vec<String> = all.collect();
        let whole = all.join("\n");
        if whole.chars().count() <= ROOM {
            return whole;
        }
        let kept = self.lines.iter().filter_map(|line| match line {
            Line::Kept(line) => Some(line.clone()),
            Line::Item(_) => None,
        });
        let kept: Vec<String> = kept.collect();
        fitting(&kept, ROOM, "lines: press **All items**")
    }
}
