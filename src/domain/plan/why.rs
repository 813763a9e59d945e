//! The reasons for a date, in sentences.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::calendar::{Calendar, DayOff};
use crate::domain::offset::{Offset, Side, Unit};
use crate::domain::playbook::{Phase, Playbook};

/// What was found out about one phase.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dates {
    /// The target date.
    pub(super) target: NaiveDate,
    /// Where counting ended.
    pub(super) counted: NaiveDate,
    /// Its date, after it was moved from a day off.
    pub(super) date: NaiveDate,
    /// Its cut-off.
    pub(super) cutoff_at: DateTime<Utc>,
}

/// First the counting, then the days that do not count or moved the date, at last the cut-off.
pub(super) fn why(playbook: &Playbook, phase: &Phase, dates: Dates, calendar: &Calendar) -> Vec<String> {
    let Dates {
        target,
        counted,
        date,
        cutoff_at,
    } = dates;
    let mut why = vec![why_this_date(phase, dates, calendar)];
    match phase.offset.unit {
        Unit::WorkingDays => why.extend(why_skipped(date, target, calendar)),
        Unit::Hours => {}
        Unit::Days | Unit::Months => why.extend(why_moved(counted, date, calendar)),
    }
    why.push(if phase.offset.unit == Unit::Hours {
        why_these_hours(playbook, cutoff_at)
    } else {
        why_this_cutoff(playbook, date, cutoff_at)
    });
    why
}

/// Above this number the counted days are not listed one by one.
const LISTED_DAYS: u32 = 10;

fn why_this_date(phase: &Phase, dates: Dates, calendar: &Calendar) -> String {
    let Dates { target, counted, .. } = dates;
    let offset = phase.offset;
    let label = offset.label();
    if offset.amount == 0 {
        return format!("T−0 is the target date itself, {}.", with_year(target));
    }
    if offset.unit != Unit::WorkingDays {
        let from = if offset.unit == Unit::Hours {
            "the cut-off on "
        } else {
            ""
        };
        return format!(
            "{label} is {offset} {from}the target date, {}{}.",
            with_year(target),
            if offset.unit == Unit::Hours {
                String::new()
            } else {
                format!(": {}", with_year(counted))
            }
        );
    }
    let side = match offset.side {
        Side::Before => "before",
        Side::After => "after",
    };
    let which = match (offset.amount, offset.side) {
        (1, Side::Before) => "last working day".to_owned(),
        (1, Side::After) => "first working day".to_owned(),
        (n, _) => format!("{} working day", ordinal(n)),
    };
    let mut sentence = format!(
        "{label} is the {which} {side} the target date, {}",
        with_year(target)
    );
    let counting = match offset.side {
        Side::Before => ", counting back ",
        Side::After => ", counting on ",
    };
    sentence.push_str(counting);
    if offset.amount <= LISTED_DAYS {
        let day = |n: u32| Offset { amount: n, ..offset }.date(target, calendar);
        let days: Vec<String> = (1..=offset.amount)
            .map(|n| format!("{} ({n})", short(day(n))))
            .collect();
        sentence.push_str(&joined(&days));
    } else {
        sentence.push_str("to ");
        sentence.push_str(&with_year(counted));
    }
    sentence.push('.');
    sentence
}

/// Why a date counted in days or months is another one.
fn why_moved(counted: NaiveDate, date: NaiveDate, calendar: &Calendar) -> Option<String> {
    let off = calendar.day_off(counted)?;
    let name = calendar.name();
    let (day, reason) = (with_year(counted), off.reason);
    Some(if date == counted {
        format!("{day} is a day off in the calendar {name} ({reason}); the playbook keeps it.")
    } else {
        format!(
            "{day} is a day off in the calendar {name} ({reason}), so it moves to {}.",
            with_year(date)
        )
    })
}

fn why_these_hours(playbook: &Playbook, cutoff_at: DateTime<Utc>) -> String {
    let zone = playbook.cutoff.zone;
    format!(
        "That is {} in {zone}, which is {}.",
        zone.to_local(cutoff_at).format("%H:%M on %a %-d %b %Y"),
        cutoff_at.format("%H:%M UTC on %-d %B")
    )
}

/// One sentence for each day off between the phase and the target date that a rule took, from the target date on, and one for
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
    let between = if date <= target {
        target.pred_opt().map(|last| date..=last)
    } else {
        target.succ_opt().map(|first| first..=date)
    };
    let Some(between) = between else {
        return sentences;
    };
    let mut skipped = calendar.days_off(between);
    if date <= target {
        skipped.reverse();
    }
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
