//! A report that people forward: what came of it first, then dates, items, decisions and the whole timeline.

mod room;

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{Act, ItemFacts, ItemState, PersonFacts, PhaseFacts, Report};
use crate::domain::scorecard::{Outcome, duration};

pub(super) fn write(report: &Report) -> String {
    let mut page = Page {
        report,
        text: String::new(),
    };
    page.head();
    page.dates();
    page.items();
    page.room();
    page.decisions();
    page.timeline();
    page.text
}

struct Page<'a> {
    report: &'a Report,
    text: String,
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn heading(&mut self, heading: &str) {
        let _ = write!(self.text, "\n{heading}\n\n");
    }

    fn row(&mut self, cells: &[&str]) {
        let line = format!("| {} |", cells.join(" | "));
        self.line(&line);
    }

    fn head(&mut self) {
        let report = self.report;
        let (release, figures) = (&report.release, &report.scorecard);
        let title = format!(
            "# {} {} · {}",
            escape(&release.product),
            escape(report.name()),
            release.key
        );
        self.line(&title);
        let outcome = outcome(report);
        let _ = write!(self.text, "\n{outcome}\n\n");
        let zone = format!("Times are local in {}.", release.zone);
        let taken = self.instant(report.taken_at);
        self.line(&format!("{zone} Taken {taken}.\n"));
        self.row(&["", ""]);
        self.row(&["---", "---"]);
        let started = format!("{}, by {}", self.instant(release.opened.at), who(&release.opened));
        let mut rows = vec![
            ("Reason", release.reason.clone()),
            ("Process", escape(&release.playbook)),
            ("Started", started),
            (
                "First action",
                figures.seconds_to_first_action.map_or_else(
                    || "none so far".to_owned(),
                    |seconds| format!("after {}", duration(TimeDelta::seconds(seconds))),
                ),
            ),
            ("First target", day(figures.first_target)),
            ("Last target", day(figures.last_target)),
            (
                "Shipped",
                figures
                    .shipped_at
                    .map_or_else(|| "no".to_owned(), |at| self.instant(at)),
            ),
            (
                "Working days",
                format!(
                    "{} planned, {} taken",
                    number(figures.planned_working_days),
                    number(figures.actual_working_days)
                ),
            ),
            (
                "Slips",
                match figures.slips {
                    0 => "none".to_owned(),
                    slips => format!("{slips} ({})", days(figures.working_days_slipped)),
                },
            ),
            ("Items", self.item_counts()),
            (
                "Holds",
                match report.card.holds.len() {
                    0 => "none".to_owned(),
                    holds => format!("{holds} ({})", duration(report.card.held_for(report.taken_at))),
                },
            ),
            ("Release candidates", self.candidates()),
            ("Defects", self.defects()),
            (
                "Overrides",
                match figures.overrides.len() {
                    0 => "none".to_owned(),
                    overrides => overrides.to_string(),
                },
            ),
        ];
        if let Some(closed) = &release.closed {
            rows.push((
                "Closed",
                format!("{}, by {}", self.instant(closed.at), who(closed)),
            ));
        }
        for (name, value) in rows {
            self.row(&[&format!("**{name}**"), &value]);
        }
    }

    fn candidates(&self) -> String {
        let figures = &self.report.scorecard;
        let rounds: Vec<String> = figures
            .candidates
            .iter()
            .map(|version| format!("{} of {}", version.candidates, escape(&version.version)))
            .collect();
        if rounds.is_empty() {
            return "none".to_owned();
        }
        let mut text = rounds.join(", ");
        if let Some(first) = figures.first_candidate_at {
            let _ = write!(text, "; the first {}", self.instant(first));
        }
        if let Some(seconds) = figures.seconds_from_approval_to_shipping {
            let _ = write!(
                text,
                "; shipped {} after QA approved",
                duration(TimeDelta::seconds(seconds))
            );
        }
        text
    }

    fn defects(&self) -> String {
        let defects = self.report.scorecard.defects.iter();
        let counted: Vec<String> = defects
            .map(|found| format!("{} {}", found.defects, found.severity))
            .collect();
        if counted.is_empty() {
            "none".to_owned()
        } else {
            counted.join(", ")
        }
    }

    fn item_counts(&self) -> String {
        let figures = &self.report.scorecard;
        let settled = figures.items - figures.items_open;
        let mut text = format!("{settled} of {} settled", figures.items);
        if figures.items_not_applicable > 0 {
            let _ = write!(text, ", {} of them did not apply", figures.items_not_applicable);
        }
        match figures.items_late {
            0 => text.push_str("; none was late"),
            late => {
                let roles = figures.items_late_by_role.iter();
                let roles: Vec<String> = roles
                    .map(|late| format!("{} {}", escape(&late.role.title), late.items))
                    .collect();
                let _ = write!(text, "; {late} late ({})", roles.join(", "));
            }
        }
        text
    }

    fn dates(&mut self) {
        self.heading("## Dates");
        self.row(&["Phase", "First planned", "Planned (cut-off)", "Done", ""]);
        self.row(&["---", "---", "---", "---", "---"]);
        for phase in &self.report.phases {
            let first = phase.first_planned.map(|planned| planned.date);
            let planned = phase.planned.map(|planned| self.instant(planned.cutoff_at));
            let done = phase.completed_at.map(|at| self.instant(at));
            let late = phase.items.iter().filter(|item| item.missed.is_some()).count();
            let late = match late {
                0 => String::new(),
                late => format!("{late} late"),
            };
            let tbd = || "TBD".to_owned();
            self.row(&[
                &phase_name(phase),
                &day(first),
                &planned.unwrap_or_else(tbd),
                &done.unwrap_or_else(|| "open".to_owned()),
                &late,
            ]);
        }
    }

    fn items(&mut self) {
        self.heading("## Items");
        let report = self.report;
        for (number, phase) in report.phases.iter().enumerate() {
            if number > 0 {
                self.text.push('\n');
            }
            self.line(&format!("### {}", phase_name(phase)));
            for role in &report.release.roles {
                let mut items = phase.items.iter().filter(|item| item.role == role.id).peekable();
                if items.peek().is_none() {
                    continue;
                }
                let _ = write!(self.text, "\n**{}**\n\n", escape(&role.title));
                for item in items {
                    let line = self.item(item);
                    self.line(&line);
                }
            }
        }
    }

    fn item(&self, item: &ItemFacts) -> String {
        let title = escape(&item.title);
        let mut line = match (item.state, &item.settled) {
            (ItemState::Done, Some(act)) => {
                format!("- [x] {title} ({}, {})", who(act), self.instant(act.at))
            }
            (ItemState::NotApplicable, Some(act)) => format!(
                "- [x] {title}: **does not apply**, because {} ({}, {})",
                reason(act),
                who(act),
                self.instant(act.at)
            ),
            _ => format!("- [ ] {title}: **open**"),
        };
        if let Some(evidence) = &item.evidence {
            let _ = write!(line, " · shown: {}", escape(evidence));
        }
        if let Some(missed) = item.missed {
            let _ = write!(line, " · **late**, cut-off {}", self.instant(missed));
        }
        line
    }

    fn decisions(&mut self) {
        let figures = &self.report.scorecard;
        if !figures.moves.is_empty() {
            self.heading("## Moves of the target");
        }
        for moved in &figures.moves {
            let by = match moved.working_days {
                0 => String::new(),
                earlier if earlier < 0 => format!(" ({} earlier)", days(-earlier)),
                later => format!(" ({} later)", days(later)),
            };
            let line = format!(
                "- {}: {} → {}{by}, by {}: {}",
                self.instant(moved.act.at),
                day(moved.from),
                day(moved.to),
                who(&moved.act),
                reason(&moved.act)
            );
            self.line(&line);
        }
        if !figures.holds.is_empty() {
            self.heading("## Holds");
        }
        for hold in &figures.holds {
            let until = hold
                .until
                .map_or_else(|| "now".to_owned(), |until| self.instant(until));
            let (from, by) = (self.instant(hold.act.at), who(&hold.act));
            self.line(&format!("- {from} to {until}, by {by}: {}", reason(&hold.act)));
        }
        if !figures.overrides.is_empty() {
            self.heading("## Overrides");
        }
        for set_aside in &figures.overrides {
            let (at, by) = (self.instant(set_aside.act.at), who(&set_aside.act));
            let reason = reason(&set_aside.act);
            let what = match set_aside.rule {
                "opened-a-gate" => format!("opened a phase with {} missing", count(set_aside.open, "thing")),
                // What was open then was no item.
                _ if set_aside.open == 0 => "closed while it was blocked".to_owned(),
                _ => format!("closed with {}", count(set_aside.open, "open item")),
            };
            self.line(&format!("- {at}: {what}, by {by}: {reason}"));
        }
    }

    fn timeline(&mut self) {
        self.heading("## Timeline");
        self.row(&["When", "Who", "What"]);
        self.row(&["---", "---", "---"]);
        let report = self.report;
        for event in &report.timeline {
            let by = Act {
                by: event.by.clone(),
                at: event.at,
                reason: None,
            };
            let at = self.instant(event.at);
            self.row(&[&at, &who(&by), &escape(&event.text)]);
        }
    }

    fn instant(&self, at: DateTime<Utc>) -> String {
        let local = self.report.zone.to_local(at);
        local.format("%a %-d %b %Y %H:%M").to_string()
    }
}

/// What came of it, as one sentence.
pub(super) fn outcome(report: &Report) -> String {
    let figures = &report.scorecard;
    let target = day(figures.first_target);
    match report.card.outcome {
        Outcome::OnTime => format!(
            "**Shipped on time**, on {} (first target: {target}).",
            day(figures.shipped_on)
        ),
        Outcome::Late { working_days } => format!(
            "**Shipped {} late**, on {} instead of {target}.",
            days(i64::from(working_days)),
            day(figures.shipped_on)
        ),
        Outcome::NotShipped => {
            format!("**Closed without having shipped** by this record (first target: {target}).")
        }
        Outcome::Undated => format!(
            "**Shipped** on {}; there never was a target date.",
            day(figures.shipped_on)
        ),
        Outcome::UnderWay => format!("**Under way**, target {}.", day(figures.last_target)),
    }
}

fn who(act: &Act) -> String {
    match &act.by {
        None => "T-minus".to_owned(),
        Some(person) => name(person),
    }
}

fn name(person: &PersonFacts) -> String {
    match &person.name {
        Some(name) => escape(name),
        None => format!("user {}", person.id),
    }
}

/// "Riley, Tue 1 Dec 2026 09:00: why".
fn act_of(page: &Page<'_>, act: &Act) -> String {
    let why = act
        .reason
        .as_deref()
        .map_or_else(String::new, |reason| format!(": {}", escape(reason)));
    format!("{}, {}{why}", who(act), page.instant(act.at))
}

fn reason(act: &Act) -> String {
    act.reason.as_deref().map(escape).unwrap_or_default()
}

fn phase_name(phase: &PhaseFacts) -> String {
    format!("{} {}", phase.label, escape(&phase.title))
}

fn day(date: Option<NaiveDate>) -> String {
    date.map_or_else(
        || "TBD".to_owned(),
        |date| date.format("%a %-d %b %Y").to_string(),
    )
}

fn number(number: Option<u32>) -> String {
    number.map_or_else(|| "–".to_owned(), |number| number.to_string())
}

fn days(number: i64) -> String {
    count(usize::try_from(number).unwrap_or(0), "working day")
}

fn count(number: usize, one: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {one}s")
    }
}

/// Text of people, so that it reads as typed in any reader of Markdown: one line, no formatting, no HTML, no link but a bare address, and
/// nothing that turns the direction of what follows.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '>' | '[' | ']' | '#' | '!' | '&' | '@' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {}
            '\u{2028}' | '\u{2029}' => escaped.push(' '),
            character if character.is_control() => escaped.push(' '),
            character => escaped.push(character),
        }
    }
    escaped
}
