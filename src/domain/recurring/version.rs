//! How the versions of recurring releases are made (S94): by date, `{year}.{week}`, or by counting, `1.{number}`.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::file::nearest;

/// A version with blanks to fill in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VersionTemplate(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Blank(Blank),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blank {
    Year,
    Month,
    Day,
    Week,
    Number,
}

/// The blanks by name, as the documentation lists them.
const BLANKS: [(&str, Blank); 5] = [
    ("{year}", Blank::Year),
    ("{month}", Blank::Month),
    ("{day}", Blank::Day),
    ("{week}", Blank::Week),
    ("{number}", Blank::Number),
];

/// A text that is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct NotATemplate {
    /// The nearest right form.
    pub expected: String,
}

/// What a template looks like, in words.
pub const TEMPLATE_FORM: &str = "a version with `{year}`, `{month}`, `{day}` or `{week}` of the target date, or with \
                                 `{number}`, which counts the releases, such as \"{year}.{week}\" or \"1.{number}\"";

impl VersionTemplate {
    /// The version of the release with this target date that is the `number`-th of its product in its server.
    ///
    /// Month, day and week have two digits. With a week, the year is the one that the week belongs to (ISO 8601).
    #[must_use]
    pub fn fill(&self, target: NaiveDate, number: u32) -> String {
        let by_week = self.0.contains(&Part::Blank(Blank::Week));
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Blank(Blank::Year) if by_week => target.iso_week().year().to_string(),
            Part::Blank(Blank::Year) => target.year().to_string(),
            Part::Blank(Blank::Month) => format!("{:02}", target.month()),
            Part::Blank(Blank::Day) => format!("{:02}", target.day()),
            Part::Blank(Blank::Week) => format!("{:02}", target.iso_week().week()),
            Part::Blank(Blank::Number) => number.to_string(),
        };
        self.0.iter().map(part).collect()
    }

    /// Versions that it makes in the course of two years, each once: enough to see whether a pattern accepts them.
    #[must_use]
    pub fn samples(&self) -> BTreeSet<String> {
        let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default();
        let days = (0..731).filter_map(|days| first.checked_add_days(Days::new(days)));
        let mut samples: BTreeSet<String> = days.map(|day| self.fill(day, 1)).collect();
        samples.extend([9, 10, 365].map(|number| self.fill(first, number)));
        samples
    }
}

impl FromStr for VersionTemplate {
    type Err = NotATemplate;

    fn from_str(text: &str) -> Result<Self, NotATemplate> {
        let wrong = |expected: String| NotATemplate { expected };
        let mut parts = Vec::new();
        let mut rest = text.trim();
        while let Some(open) = rest.find('{') {
            let (before, blank) = rest.split_at(open);
            let end = blank.find('}').ok_or_else(|| wrong(TEMPLATE_FORM.to_owned()))?;
            let (name, after) = blank.split_at(end + 1);
            let known = BLANKS.into_iter().find(|(known, _)| *known == name);
            let (_, blank) = known.ok_or_else(|| {
                let names = BLANKS.into_iter().map(|(name, _)| name);
                wrong(
                    nearest(name, names).map_or_else(|| TEMPLATE_FORM.to_owned(), |name| format!("`{name}`")),
                )
            })?;
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::Blank(blank));
            rest = after;
        }
        // Without a blank every release would have the same version, and `}` alone is a slip of the fingers.
        if parts.is_empty() || rest.contains('}') {
            return Err(wrong(TEMPLATE_FORM.to_owned()));
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }
}

impl fmt::Display for VersionTemplate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.0 {
            let text = match part {
                Part::Text(text) => text,
                Part::Blank(blank) => BLANKS
                    .into_iter()
                    .find(|(_, known)| known == blank)
                    .map_or("", |(name, _)| name),
            };
            formatter.write_str(text)?;
        }
        Ok(())
    }
}

impl TryFrom<String> for VersionTemplate {
    type Error = NotATemplate;

    fn try_from(text: String) -> Result<Self, NotATemplate> {
        text.parse()
    }
}

impl From<VersionTemplate> for String {
    fn from(template: VersionTemplate) -> Self {
        template.to_string()
    }
}
