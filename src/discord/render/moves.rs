//! Plans that move: what moved, why, what became impossible, who is concerned; hold and resume.

use chrono::NaiveDate;

use crate::discord::render::{date, escape, phase_name};
use crate::domain::playbook::PhaseId;
use crate::domain::release::Release;

/// The most that one line lists.
const LISTED: usize = 5;

/// "T−4 Code complete".
pub(super) fn phase_of(release: &Release, phase: &PhaseId) -> String {
    release
        .playbook
        .phases
        .iter()
        .find(|known| known.id == *phase)
        .map_or_else(|| phase.to_string(), phase_name)
}

/// "Fri 4 Dec 2026 is off now (Company day)", of the days that changed the calendar.
pub(super) fn changed_days(days: &[(NaiveDate, Option<String>)]) -> String {
    if days.is_empty() {
        return "the rules of the calendar or of the time zone have changed".to_owned();
    }
    let days = days.iter().map(|(day, off)| match off {
        Some(reason) => format!("{} is off now ({})", date(*day), escape(reason)),
        None => format!("{} is a working day now", date(*day)),
    });
    some_of(days.collect(), "days")
}

/// "a, b and 3 more phases".
pub(super) fn some_of(parts: Vec<String>, what: &str) -> String {
    let more = parts.len().saturating_sub(LISTED);
    let shown = parts
        .get(..LISTED.min(parts.len()))
        .unwrap_or_default()
        .join(", ");
    match more {
        0 => shown,
        more => format!("{shown} and {more} more {what}"),
    }
}
