//! Single values: what they must look like.

use chrono::NaiveTime;
use regex::Regex;
use toml::de::DeValue;

use crate::domain::calendar::CalendarName;
use crate::domain::file::nearest;
use crate::domain::file::table::{Misfit, quoted};
use crate::domain::file::value::bounded_text;
pub(super) use crate::domain::file::value::{
    ZONE, hours, line, line_expected, paragraph, repaired_slug, slug, zone,
};
use crate::domain::offset::{NotAnOffset, OFFSET_FORM, Offset, Roll, Side, Unit};
use crate::domain::playbook::{AnnouncementRule, Criterion, DoneBy, EvidenceKind, limits};

/// What [`time`] accepts, in words.
pub(super) const TIME: &str = "a local time in quotes, such as \"10:00\"";

/// A time of day, hours and minutes.
pub(super) fn time(value: &DeValue<'_>) -> Result<NaiveTime, Misfit> {
    let text = value.as_str().filter(|text| text.len() == 5);
    text.and_then(|text| NaiveTime::parse_from_str(text, "%H:%M").ok())
        .ok_or_else(|| Misfit::expected(TIME))
}

/// A calendar by its full name.
pub(super) fn calendar(value: &DeValue<'_>) -> Result<CalendarName, Misfit> {
    let names = || CalendarName::ALL.into_iter().map(CalendarName::as_str);
    let expected = || Misfit::expected(format!("one of {}", quoted(names())));
    let text = value.as_str().ok_or_else(expected)?;
    CalendarName::ALL
        .into_iter()
        .find(|name| name.as_str() == text)
        .ok_or_else(|| match nearest(text, names()) {
            Some(nearest) => Misfit::expected(format!("`{nearest}`")),
            None => expected(),
        })
}

/// A distance from the target date.
pub(super) fn offset(value: &DeValue<'_>) -> Result<Offset, Misfit> {
    let number = value
        .as_integer()
        .and_then(|number| u32::from_str_radix(number.as_str(), number.radix()).ok());
    if let Some(number) = number {
        return Err(Misfit::expected(Offset::nearest(number, None, None)));
    }
    let text = value.as_str().ok_or_else(|| Misfit::expected(OFFSET_FORM))?;
    text.parse()
        .map_err(|NotAnOffset { expected }| Misfit::expected(expected))
}

/// A distance on this side, or "none".
pub(super) fn distance(side: Side) -> impl Fn(&DeValue<'_>) -> Result<Option<Offset>, Misfit> {
    move |value| {
        if value.as_str() == Some(NONE) {
            return Ok(None);
        }
        let example = Offset {
            amount: 1,
            unit: Unit::WorkingDays,
            side,
        };
        match offset(value) {
            Ok(offset) if offset.side == side && offset.amount > 0 => Ok(Some(offset)),
            Ok(_) => Err(Misfit::expected(format!(
                "\"{example}\" or the like, or \"none\""
            ))),
            Err(misfit) if value.as_str().is_some_and(|text| text.contains(char::is_numeric)) => Err(misfit),
            Err(_) => Err(Misfit::expected(format!(
                "\"{example}\" or the like, or \"none\""
            ))),
        }
    }
}

const NONE: &str = "none";

/// How long after a status update the next one is due: hours or working days, or "none".
pub(super) fn interval(value: &DeValue<'_>) -> Result<Option<Offset>, Misfit> {
    let counts = |offset: &Offset| matches!(offset.unit, Unit::Hours | Unit::WorkingDays);
    match distance(Side::After)(value) {
        Ok(offset) if offset.as_ref().is_none_or(counts) => Ok(offset),
        Ok(_) => Err(Misfit::expected(
            "working days or hours, such as \"1 working day after\", or \"none\"",
        )),
        Err(misfit) => Err(misfit),
    }
}

/// Whether there are nags.
pub(super) fn nag(value: &DeValue<'_>) -> Result<bool, Misfit> {
    match value.as_str() {
        Some("each working day") => Ok(true),
        Some(NONE) => Ok(false),
        _ => Err(Misfit::expected("\"each working day\" or \"none\"")),
    }
}

/// Yes or no.
pub(super) fn truth(value: &DeValue<'_>) -> Result<bool, Misfit> {
    value
        .as_bool()
        .ok_or_else(|| Misfit::expected("`true` or `false`, without quotes"))
}

/// Who may tick an item.
pub(super) fn done_by(value: &DeValue<'_>) -> Result<DoneBy, Misfit> {
    match value.as_str() {
        Some("role") => Ok(DoneBy::Role),
        Some("assignee") => Ok(DoneBy::Assignee),
        Some("role-or-release-manager") => Ok(DoneBy::RoleOrReleaseManager),
        _ => Err(Misfit::expected(
            "\"role\", \"assignee\" or \"role-or-release-manager\"",
        )),
    }
}

/// What becomes of the announcement.
pub(super) fn announcement(value: &DeValue<'_>) -> Result<AnnouncementRule, Misfit> {
    match value.as_str() {
        Some("preview") => Ok(AnnouncementRule::Preview),
        Some(NONE) => Ok(AnnouncementRule::None),
        _ => Err(Misfit::expected("\"preview\" or \"none\"")),
    }
}

/// What has to be shown before an item is done.
pub(super) fn evidence(value: &DeValue<'_>) -> Result<EvidenceKind, Misfit> {
    match value.as_str() {
        Some("link") => Ok(EvidenceKind::Link),
        Some("text") => Ok(EvidenceKind::Text),
        Some("file") => Ok(EvidenceKind::File),
        _ => Err(Misfit::expected("\"link\", \"text\" or \"file\"")),
    }
}

/// Something that has to hold before a phase opens.
pub(super) fn criterion(value: &DeValue<'_>) -> Result<Criterion, Misfit> {
    let names = || Criterion::ALL.into_iter().map(Criterion::as_str);
    let expected = || Misfit::expected(format!("one of {}", quoted(names())));
    let text = value.as_str().ok_or_else(expected)?;
    text.parse().map_err(|()| match nearest(text, names()) {
        Some(nearest) => Misfit::expected(format!("`{nearest}`")),
        None => expected(),
    })
}

/// A whole number from 1 to `limit`.
pub(super) fn number(limit: usize) -> impl Fn(&DeValue<'_>) -> Result<usize, Misfit> {
    move |value| {
        let number = value.as_integer();
        let number = number.and_then(|number| usize::from_str_radix(number.as_str(), number.radix()).ok());
        number
            .filter(|number| (1..=limit).contains(number))
            .ok_or_else(|| Misfit::expected(format!("a number from 1 to {limit}, without quotes")))
    }
}

/// What [`roll`] accepts, in words.
pub(super) const ROLL: &str = "`previous`, `next` or `keep`";

/// Where a date moves that is a day off.
pub(super) fn roll(value: &DeValue<'_>) -> Result<Roll, Misfit> {
    match value.as_str() {
        Some("previous") => Ok(Roll::Previous),
        Some("next") => Ok(Roll::Next),
        Some("keep") => Ok(Roll::Keep),
        _ => Err(Misfit::expected(ROLL)),
    }
}

/// What [`address`] accepts, in words.
pub(super) const ADDRESS: &str = "a web address that begins with `https://` or `http://`, without spaces";

/// The address of a page on the web.
pub(super) fn address(value: &DeValue<'_>) -> Result<String, Misfit> {
    let text = value.as_str().ok_or_else(|| Misfit::expected(ADDRESS))?;
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let unsafe_character = |character: char| {
        character.is_whitespace() || character.is_control() || matches!(character, '<' | '>' | '"' | '\\')
    };
    match rest {
        Some(rest) if rest.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[') => {
            if text.chars().any(unsafe_character) {
                Err(Misfit::expected(ADDRESS))
            } else {
                bounded_text(
                    value,
                    limits::ADDRESS,
                    &format!("an address of at most {} characters", limits::ADDRESS),
                )
            }
        }
        _ => Err(Misfit::expected(ADDRESS)),
    }
}

/// What [`pattern`] accepts, in words.
pub(super) const PATTERN: &str = "a regular expression, such as '^\\d+\\.\\d+\\.\\d+$'";

/// A regular expression.
pub(super) fn pattern(value: &DeValue<'_>) -> Result<String, Misfit> {
    let text = line(limits::PATTERN)(value).map_err(|misfit| Misfit {
        expected: PATTERN.to_owned(),
        ..misfit
    })?;
    match Regex::new(&text) {
        Ok(_) => Ok(text),
        Err(error) => {
            // The last line of the library's message says what is wrong; the lines above draw it.
            let message = error.to_string();
            let reason = message
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ");
            Err(Misfit::expected(format!("{PATTERN} ({reason})")))
        }
    }
}
