//! Single values that files of several kinds have: what they must look like.

use std::str::FromStr;

use chrono::Weekday;
use toml::Spanned;
use toml::de::DeValue;

use crate::domain::file::source::excerpt;
use crate::domain::file::table::{Misfit, quoted};
use crate::domain::hours::{HOURS_FORM, Hours};
use crate::domain::ids::UserId;
use crate::domain::mail::{ADDRESS_FORM, Address};
use crate::domain::recurrence::{WEEKDAYS, weekday};
use crate::domain::slug::SLUG_FORM;
use crate::domain::zone::Zone;

/// A text on one line.
pub(crate) fn line(limit: usize) -> impl Fn(&DeValue<'_>) -> Result<String, Misfit> {
    move |value| {
        let expected = line_expected(limit);
        if value
            .as_str()
            .is_some_and(|text| text.chars().any(char::is_control))
        {
            let found = "a text with line breaks or control characters".to_owned();
            return Err(Misfit {
                found: Some(found),
                expected,
            });
        }
        bounded_text(value, limit, &expected)
    }
}

/// What [`line()`] accepts, in words.
pub(crate) fn line_expected(limit: usize) -> String {
    format!("one line of text, at most {limit} characters")
}

/// A text that may have several lines.
pub(crate) fn paragraph(limit: usize) -> impl Fn(&DeValue<'_>) -> Result<String, Misfit> {
    move |value| bounded_text(value, limit, &format!("text of at most {limit} characters"))
}

/// An identifier of the kind `S`.
pub(crate) fn slug<S: FromStr>(value: &DeValue<'_>) -> Result<S, Misfit> {
    let text = value.as_str().ok_or_else(|| Misfit::expected(SLUG_FORM))?;
    text.parse().map_err(|_| {
        let repaired = repaired_slug(text);
        match repaired.parse::<S>() {
            Ok(_) => Misfit::expected(format!("{} ({SLUG_FORM})", excerpt(&repaired))),
            Err(_) => Misfit::expected(SLUG_FORM),
        }
    })
}

/// What [`zone`] accepts, in words.
pub(crate) const ZONE: &str = "an IANA time zone such as \"America/Los_Angeles\"";

/// A time zone.
pub(crate) fn zone(value: &DeValue<'_>) -> Result<Zone, Misfit> {
    let text = value.as_str().ok_or_else(|| Misfit::expected(ZONE))?;
    text.parse::<Zone>().map_err(|unknown| match unknown.nearest {
        Some(nearest) => Misfit::expected(format!("`{nearest}`")),
        None => Misfit::expected(ZONE),
    })
}

/// From when to when somebody works.
pub(crate) fn hours(value: &DeValue<'_>) -> Result<Hours, Misfit> {
    let text = value.as_str().ok_or_else(|| Misfit::expected(HOURS_FORM))?;
    text.parse().map_err(|_| Misfit::expected(HOURS_FORM))
}

/// What [`person`] accepts, in words.
pub(crate) const PERSON: &str = "the person's Discord id in quotes, such as \"1234567890123456789\"";

/// Somebody on the chat platform: their id as it is copied, or as it is mentioned.
pub(crate) fn person(value: &DeValue<'_>) -> Result<UserId, Misfit> {
    let text = value.as_str().map(str::trim).unwrap_or_default();
    let mentioned = text.strip_prefix("<@").and_then(|rest| rest.strip_suffix('>'));
    let id = mentioned.unwrap_or(text);
    let id = (15..=20).contains(&id.len()).then_some(id);
    id.and_then(|id| id.parse().ok())
        .ok_or_else(|| Misfit::expected(PERSON))
}

/// An address of e-mail.
pub(crate) fn address(value: &DeValue<'_>) -> Result<Address, Misfit> {
    let text = value.as_str().map(str::trim).unwrap_or_default();
    text.parse().map_err(|_| Misfit::expected(ADDRESS_FORM))
}

/// A day of the week.
pub(crate) fn day(value: &DeValue<'_>) -> Result<Weekday, Misfit> {
    let named = value.as_str().and_then(weekday);
    named.ok_or_else(|| Misfit::expected(format!("one of {}", day_names())))
}

/// The days on which somebody works. Hours that never come would make them unreachable for ever.
pub(crate) fn days(value: &DeValue<'_>) -> Result<Vec<Weekday>, Misfit> {
    let expected = || Misfit::expected(format!("a list of at least one of {}", day_names()));
    let listed = value.as_array().ok_or_else(expected)?;
    if listed.is_empty() {
        let found = Some("an empty list: these hours never come".to_owned());
        return Err(Misfit { found, ..expected() });
    }
    let named = |listed: &Spanned<DeValue<'_>>| {
        let text = listed.get_ref().as_str();
        text.and_then(weekday).ok_or_else(|| Misfit {
            found: text.map(excerpt),
            ..expected()
        })
    };
    listed.iter().map(named).collect()
}

/// The days on which somebody works who does not say: Monday to Friday.
pub(crate) fn working_week() -> Vec<Weekday> {
    WEEKDAYS.iter().take(5).map(|(day, _)| *day).collect()
}

fn day_names() -> String {
    quoted(WEEKDAYS.iter().map(|(_, name)| *name))
}

/// Text without the blanks around it. They count against the limit, as they do in the schema.
pub(crate) fn bounded_text(value: &DeValue<'_>, limit: usize, expected: &str) -> Result<String, Misfit> {
    let text = value.as_str().ok_or_else(|| Misfit::expected(expected))?;
    let count = text.chars().count();
    if text.trim().is_empty() {
        Err(Misfit::expected(expected))
    } else if count > limit {
        Err(Misfit {
            found: Some(format!("{count} characters")),
            expected: expected.to_owned(),
        })
    } else {
        Ok(text.trim().to_owned())
    }
}

/// The identifier that somebody probably meant: "Tag Release" → "tag-release".
pub(crate) fn repaired_slug(text: &str) -> String {
    let words = text
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}
