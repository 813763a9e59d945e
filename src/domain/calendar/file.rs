//! Calendar files: days off that an organisation keeps in a file of its own, as iCalendar or as TOML.
//!
//! Either a whole file counts or nothing of it: whoever reads one gets all its days, or all its problems.

use chrono::{Datelike, NaiveDate};
use toml::de::{DeTable, DeValue};

use crate::domain::calendar::{BusyTimes, CalendarDays, Window, YEARS, ics};
use crate::domain::file::source::Source;
use crate::domain::file::table::{Located, Misfit, Need, Table};
use crate::domain::file::{Problem, Problems};

/// The largest calendar file, in bytes. A hundred years of a country's holidays take about a tenth of it.
pub const LARGEST_FILE: usize = 1024 * 1024;

/// The largest calendar that somebody sends, in bytes.
pub const LARGEST_UPLOAD: usize = 64 * 1024;

/// The most days of a calendar file, and the most entries of a list of days in the configuration.
pub(crate) const MOST_DAYS: usize = 10_000;

/// The longest reason for a day off, in characters.
pub const REASON_LIMIT: usize = 100;

impl CalendarDays {
    /// Reads a calendar file: iCalendar when its name ends in `.ics`, TOML when it ends in `.toml`.
    ///
    /// # Errors
    /// Everything that is wrong with the file, with its lines.
    pub fn read(file: &str, content: &[u8]) -> Result<Self, Problems> {
        if content.len() > LARGEST_FILE {
            return Err(too_large(file, content.len(), "at most 1 MiB (1,048,576 bytes)"));
        }
        let text = text_of(file, content)?;
        let ending = file
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_ascii_lowercase());
        match ending.as_deref() {
            Some("ics") => ics::days_off::read(file, text),
            Some("toml") => read_toml(file, text),
            _ => {
                let (message, expected) = ("the kind of file", "a name that ends in .ics or .toml");
                Err(whole(
                    file,
                    message,
                    "a name with another ending".to_owned(),
                    expected,
                ))
            }
        }
    }
}

impl BusyTimes {
    /// Reads what takes somebody's time within `window`, from an iCalendar file.
    ///
    /// # Errors
    /// Everything that is wrong with the file, with its lines.
    pub fn read(file: &str, content: &[u8], window: Window) -> Result<Self, Problems> {
        Self::fits(file, content.len())?;
        ics::busy::read(file, text_of(file, content)?, window)
    }

    /// Whether a file of so many bytes is read at all.
    ///
    /// # Errors
    /// It is larger than [`LARGEST_UPLOAD`].
    pub fn fits(file: &str, bytes: usize) -> Result<(), Problems> {
        match bytes > LARGEST_UPLOAD {
            true => Err(too_large(file, bytes, "at most 64 KiB (65,536 bytes)")),
            false => Ok(()),
        }
    }
}

fn too_large(file: &str, bytes: usize, expected: &str) -> Problems {
    whole(file, "the file is too large", format!("{bytes} bytes"), expected)
}

/// What is wrong with a file as a whole.
fn whole(file: &str, message: &str, found: String, expected: &str) -> Problems {
    let problem = at_line(file, 1, message.to_owned(), found, expected.to_owned());
    Problems {
        problems: vec![problem],
    }
}

fn text_of<'c>(file: &str, content: &'c [u8]) -> Result<&'c str, Problems> {
    std::str::from_utf8(content)
        .map(|text| text.strip_prefix('\u{feff}').unwrap_or(text))
        .map_err(|error| {
            let before = &content[..error.valid_up_to()];
            let line = before.split(|byte| *byte == b'\n').count();
            let found = "bytes that are no UTF-8".to_owned();
            let problem = at_line(file, line, "the encoding".to_owned(), found, "UTF-8".to_owned());
            Problems {
                problems: vec![problem],
            }
        })
}

pub(super) fn at_line(file: &str, line: usize, message: String, found: String, expected: String) -> Problem {
    Problem {
        file: file.to_owned(),
        line,
        column: 1,
        message,
        found,
        expected,
    }
}

fn read_toml(file: &str, text: &str) -> Result<CalendarDays, Problems> {
    let source = Source::new(file, text);
    let (document, syntax_errors) = DeTable::parse_recoverable(text);
    let table = Table::new(
        &source,
        "calendar",
        "the calendar".to_owned(),
        document.get_ref(),
        0..0,
    );
    let mut days = CalendarDays::default();
    for day in table.tables("days", "day off", Need::Optional, MOST_DAYS) {
        if let Some((date, reason)) = read_day_off(&day) {
            let again = days.off.insert(date.value, reason);
            report_again(&day, &date, again.is_some());
        }
    }
    for day in table.tables("working", "day that is worked", Need::Optional, MOST_DAYS) {
        let date = day.value("date", Need::Required, A_DATE, date);
        let reason = day.value("reason", Need::Optional, A_REASON, reason);
        day.finish();
        if let Some(date) = date {
            let again = days.off.contains_key(&date.value)
                || days
                    .worked
                    .insert(date.value, reason.map(|reason| reason.value))
                    .is_some();
            report_again(&day, &date, again);
        }
    }
    table.finish();
    match source.problems(&syntax_errors) {
        None => Ok(days),
        Some(problems) => Err(problems),
    }
}

/// One entry of a list of days off, in a calendar file and in the configuration.
pub(crate) fn read_day_off(table: &Table<'_>) -> Option<(Located<NaiveDate>, String)> {
    let date = table.value("date", Need::Required, A_DATE, date);
    let reason = table.value("reason", Need::Required, A_REASON, reason);
    table.finish();
    Some((date?, reason?.value))
}

fn report_again(table: &Table<'_>, date: &Located<NaiveDate>, again: bool) {
    if again {
        let found = format!("{}, which stands in this file already", date.value);
        table.mismatch("date", &date.place, found, "each date once".to_owned());
    }
}

/// What a date in a file looks like.
pub(crate) const A_DATE: &str = "a date such as \"2026-12-24\", in the years 2000 to 2100";
const A_REASON: &str = "why, in quotes, in at most 100 characters";

/// A date of the years that calendars know, in quotes or without them.
pub(crate) fn date(value: &DeValue<'_>) -> Result<NaiveDate, Misfit> {
    let date = match value {
        DeValue::String(text) => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok(),
        DeValue::Datetime(value) if value.time.is_none() => value
            .date
            .and_then(|date| NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())),
        _ => None,
    };
    date.filter(|date| YEARS.contains(&date.year()))
        .ok_or_else(|| Misfit::expected(A_DATE))
}

fn reason(value: &DeValue<'_>) -> Result<String, Misfit> {
    let text = value.as_str().map(str::trim);
    text.filter(|text| !text.is_empty() && text.chars().count() <= REASON_LIMIT)
        .map(str::to_owned)
        .ok_or_else(|| Misfit::expected(A_REASON))
}
