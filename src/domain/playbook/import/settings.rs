//! What a written process says about days and times in its own words.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::calendar::CalendarName;
use crate::domain::offset::{OFFSET_LIMIT, Offset, Side, Unit};
use crate::domain::zone::Zone;

/// "T-minus 4 working days", "T−4", "T+30 days".
static T_MINUS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\(?\bT\s*(?P<side>[-−–]\s*minus|minus|[-−–]\s*plus|plus|[-−–+])\s*(?P<amount>\d{1,6})\b(?:\s*(?P<unit>(?:working|business|calendar)\s+days?|days?|hours?|weeks?|months?)\b)?\s*\)?",
    )
    .ok()
});

/// "4 working days before the release".
static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\(?\b(?P<amount>\d{1,6})\s+(?P<unit>(?:working|business|calendar)\s+days?|days?|hours?|weeks?|months?)\s+(?P<side>before|after)\b\s*\)?",
    )
    .ok()
});

/// A numbering before a title: "A.", "1)".
static NUMBERING: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:[A-Za-z]|[0-9]{1,2}|[ivxIVX]{1,4})[.)]\s+").ok());

static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?\s*(?P<half>am|pm)\b|\b(?P<hours>\d{1,2}):(?P<minutes>\d{2})\b")
        .ok()
});

static ZONE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?\b|\bUTC\b").ok());

/// Places that documents name instead of a zone.
const PLACES: &[(&str, &str)] = &[
    ("san francisco", "America/Los_Angeles"),
    ("pacific", "America/Los_Angeles"),
    ("new york", "America/New_York"),
    ("eastern", "America/New_York"),
    ("london", "Europe/London"),
    ("berlin", "Europe/Berlin"),
];

/// A heading that says when its phase is.
pub(super) struct PhaseHeading {
    pub(super) title: String,
    pub(super) offset: Offset,
    /// Whether its number stood without a unit.
    pub(super) bare: bool,
}

/// The phase that a heading opens, or `None` when it says no offset; `Err` when the amount is out of bounds.
pub(super) fn phase_heading(text: &str) -> Option<Result<PhaseHeading, String>> {
    let found = T_MINUS
        .as_ref()?
        .captures(text)
        .or_else(|| WORDS.as_ref()?.captures(text))?;
    let side = found.name("side")?.as_str().to_lowercase();
    let after = side.contains("plus") || side.contains('+') || side == "after";
    let unit = found.name("unit").map(|unit| unit.as_str().to_lowercase());
    let number: u32 = found.name("amount")?.as_str().parse().ok()?;
    let (amount, counted) = match unit.as_deref() {
        Some(unit) if unit.starts_with("week") => (number.saturating_mul(7), Unit::Days),
        Some(unit) if unit.starts_with("hour") => (number, Unit::Hours),
        Some(unit) if unit.starts_with("month") => (number, Unit::Months),
        Some(unit) if unit.starts_with("day") || unit.starts_with("calendar") => (number, Unit::Days),
        _ => (number, Unit::WorkingDays),
    };
    if amount > OFFSET_LIMIT {
        return Some(Err(format!("an amount of at most {OFFSET_LIMIT}")));
    }
    let whole = found.get(0)?.range();
    let rest = format!(
        "{} {}",
        text.get(..whole.start)?.trim(),
        text.get(whole.end..)?.trim()
    );
    let rest = rest.trim();
    let title = NUMBERING.as_ref()?.replace(rest, "");
    let title =
        title.trim_matches(|character: char| character.is_whitespace() || "-–—:,".contains(character));
    let title = if title.is_empty() { text } else { title };
    let side = if after { Side::After } else { Side::Before };
    let offset = if amount == 0 {
        Offset::TARGET
    } else {
        Offset {
            amount,
            unit: counted,
            side,
        }
    };
    Some(Ok(PhaseHeading {
        title: title.to_owned(),
        offset,
        bare: unit.is_none() && amount > 0,
    }))
}

/// The cut-off, local time and zone, if this sentence says both.
pub(super) fn cutoff(text: &str) -> Option<(String, String)> {
    let lower = text.to_lowercase();
    if !["cut-off", "cutoff", "cut off", "deadline"]
        .iter()
        .any(|word| lower.contains(word))
    {
        return None;
    }
    let found = TIME.as_ref()?.captures(text)?;
    let number = |name: &str| {
        found
            .name(name)
            .and_then(|number| number.as_str().parse::<u32>().ok())
    };
    let (hour, minute) = match number("hours") {
        Some(hour) => (hour, number("minutes")?),
        None => {
            let afternoon = found.name("half")?.as_str().eq_ignore_ascii_case("pm");
            let hour = number("hour").filter(|hour| (1..=12).contains(hour))?;
            (
                hour % 12 + if afternoon { 12 } else { 0 },
                number("minute").unwrap_or(0),
            )
        }
    };
    let named = ZONE.as_ref()?.find(text).map(|zone| zone.as_str().to_owned());
    let known = named.filter(|zone| zone.parse::<Zone>().is_ok());
    let zone = known.or_else(|| {
        let place = PLACES.iter().find(|(place, _)| lower.contains(place));
        place.map(|(_, zone)| (*zone).to_owned())
    })?;
    // The working day begins at 09:00, and the cut-off has to be later.
    ((10..24).contains(&hour) || hour == 9 && minute > 0).then_some(())?;
    (minute < 60).then(|| (format!("{hour:02}:{minute:02}"), zone))
}

/// Whose days off count, if this sentence says it.
pub(super) fn calendar(text: &str) -> Option<CalendarName> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|character: char| !character.is_alphanumeric())
        .collect();
    let both = words.contains(&"us") && words.contains(&"canada");
    match () {
        () if !lower.contains("working day") && !lower.contains("business day") => None,
        () if both && lower.contains("us or") => Some(CalendarName::UsCaUnion),
        () if both => Some(CalendarName::UsCaConcurrent),
        () if lower.contains("weekdays") && !lower.contains("holiday") => Some(CalendarName::Weekdays),
        () => None,
    }
}
