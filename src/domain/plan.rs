//! When each phase of a release is, and why.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::calendar::{Calendar, DayOff};
use crate::domain::playbook::{Phase, PhaseId, Playbook};

#[cfg(test)]
mod tests;

/// The dates of a release. The same playbook, target date and calendar always give the same plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// T-0, the release date.
    pub target: NaiveDate,
    /// One for each phase of the playbook, in its order.
    pub phases: Vec<PlannedPhase>,
}

/// A phase with its date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedPhase {
    /// The phase.
    pub id: PhaseId,
    /// Its title.
    pub title: String,
    /// How many working days it is before the target date.
    pub t_minus: u32,
    /// Its date.
    pub date: NaiveDate,
    /// When the working day begins on that date.
    pub starts_at: DateTime<Utc>,
    /// Its cut-off on that date.
    pub cutoff_at: DateTime<Utc>,
    /// Why it is that date: complete sentences about the working days counted, then about the days skipped. The last
    /// sentence is about the cut-off.
    pub why: Vec<String>,
}

/// Plans every phase backward from the target date, in working days (S8, S9).
///
/// Each cut-off is the playbook's local time on the phase's own date (S7), so a change of the clocks in between
/// moves the instant and never the local time.
#[must_use]
pub fn plan(playbook: &Playbook, target: NaiveDate, calendar: &Calendar) -> Plan {
    let phases = playbook
        .phases
        .iter()
        .map(|phase| plan_phase(playbook, phase, target, calendar))
        .collect();
    Plan { target, phases }
}

impl Plan {
    /// The phase of this id.
    #[must_use]
    pub fn phase(&self, id: &PhaseId) -> Option<&PlannedPhase> {
        self.phases.iter().find(|phase| phase.id == *id)
    }

    /// The phases whose cut-off is not after `now`, in the playbook's order.
    #[must_use]
    pub fn already_over(&self, now: DateTime<Utc>) -> Vec<&PlannedPhase> {
        self.phases
            .iter()
            .filter(|phase| phase.cutoff_at <= now)
            .collect()
    }
}

fn plan_phase(playbook: &Playbook, phase: &Phase, target: NaiveDate, calendar: &Calendar) -> PlannedPhase {
    let date = calendar.minus_working_days(target, phase.t_minus);
    let zone = playbook.cutoff.zone;
    let cutoff_at = zone.to_utc(date.and_time(playbook.cutoff.time));
    let mut why = vec![why_this_date(phase.t_minus, date, target, calendar)];
    why.extend(why_skipped(date, target, calendar));
    why.push(why_this_cutoff(playbook, date, cutoff_at));
    PlannedPhase {
        id: phase.id.clone(),
        title: phase.title.clone(),
        t_minus: phase.t_minus,
        date,
        starts_at: zone.to_utc(date.and_time(playbook.workday_start)),
        cutoff_at,
        why,
    }
}

/// Above this number the counted days are not listed one by one.
const LISTED_DAYS: u32 = 10;

fn why_this_date(t_minus: u32, date: NaiveDate, target: NaiveDate, calendar: &Calendar) -> String {
    if t_minus == 0 {
        return format!("T−0 is the target date itself, {}.", with_year(target));
    }
    let which = match t_minus {
        1 => "last working day".to_owned(),
        n => format!("{} working day", ordinal(n)),
    };
    let mut sentence = format!(
        "T−{t_minus} is the {which} before the target date, {}",
        with_year(target)
    );
    if t_minus <= LISTED_DAYS {
        let counted: Vec<String> = (1..=t_minus)
            .map(|n| format!("{} ({n})", short(calendar.minus_working_days(target, n))))
            .collect();
        sentence.push_str(", counting back ");
        sentence.push_str(&joined(&counted));
    } else {
        sentence.push_str(", counting back to ");
        sentence.push_str(&with_year(date));
    }
    sentence.push('.');
    sentence
}

/// One sentence for each day off between the phase and the target date that a rule took, latest first, and one for
/// all weekends together. A target date that is a day off itself comes first.
fn why_skipped(date: NaiveDate, target: NaiveDate, calendar: &Calendar) -> Vec<String> {
    let sentence = |day: NaiveDate, off: &DayOff, remark: &str| {
        format!(
            "{} {remark} in the calendar {}: {}.",
            with_year(day),
            calendar.name(),
            off.reason
        )
    };
    let mut sentences = Vec::new();
    if let Some(off) = calendar.day_off(target) {
        sentences.push(sentence(
            target,
            &off,
            "is the target date although it is a day off",
        ));
    }
    let Some(before_target) = target.pred_opt() else {
        return sentences;
    };
    let mut skipped = calendar.days_off(date..=before_target);
    skipped.reverse();
    let (weekends, named): (Vec<_>, Vec<_>) = skipped.into_iter().partition(|(_, off)| off.weekend);
    sentences.extend(
        named
            .iter()
            .map(|(day, off)| sentence(*day, off, "does not count, it is a day off")),
    );
    match weekends.len() {
        0 => {}
        count if count <= 4 => {
            let days: Vec<String> = weekends.iter().map(|(day, _)| short(*day)).collect();
            sentences.push(format!("Weekends do not count: {}.", joined(&days)));
        }
        count => sentences.push(format!("Weekends do not count: {count} Saturdays and Sundays.")),
    }
    sentences
}

fn why_this_cutoff(playbook: &Playbook, date: NaiveDate, cutoff_at: DateTime<Utc>) -> String {
    let zone = playbook.cutoff.zone;
    let wanted = playbook.cutoff.time.format("%H:%M");
    let utc = if cutoff_at.date_naive() == date {
        cutoff_at.format("%H:%M UTC").to_string()
    } else {
        cutoff_at.format("%H:%M UTC on %-d %B").to_string()
    };
    let local = zone.to_local(cutoff_at);
    if local == date.and_time(playbook.cutoff.time) {
        format!("The cut-off is {wanted} in {zone} on that date, which is {utc}.")
    } else {
        let moved = local.format("%H:%M");
        format!("Clocks in {zone} skip {wanted} on that date, so the cut-off is {moved}, which is {utc}.")
    }
}

/// "Fri 13 Nov".
fn short(date: NaiveDate) -> String {
    date.format("%a %-d %b").to_string()
}

/// "Fri 13 Nov 2026".
fn with_year(date: NaiveDate) -> String {
    date.format("%a %-d %b %Y").to_string()
}

/// "1st", "2nd", "3rd", "4th", "11th" …
fn ordinal(n: u32) -> String {
    let suffix = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{suffix}")
}

/// "a", "a and b", "a, b and c".
fn joined(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
