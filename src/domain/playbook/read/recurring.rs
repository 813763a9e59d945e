//! The table `[recurring]`: when releases come again.

use chrono::TimeDelta;
use toml::de::DeValue;

use crate::domain::file::source::excerpt;
use crate::domain::file::table::{Located, Misfit, Need, Table};
use crate::domain::offset::{Offset, Side, Unit};
use crate::domain::playbook::VersionRule;
use crate::domain::playbook::read::value;
use crate::domain::recurrence::{FORMS, Recurrence};
use crate::domain::recurring::{
    Mode, NotATemplate, Recurring, TEMPLATE_FORM, VersionTemplate, WINDOW_FORM, Window,
};

/// Releases of one playbook come at most this often.
const AT_LEAST: TimeDelta = TimeDelta::days(1);

/// Reads the table, when there is one. `rule` says which versions the playbook accepts.
pub(super) fn read_recurring(file: &Table<'_>, rule: Option<&VersionRule>) -> Option<Recurring> {
    let table = file.table("recurring", Need::Optional)?;
    let at = table.value("at", Need::Required, FORMS, recurrence);
    let mode = table.value("mode", Need::Required, MODE, mode);
    let target = table.value("target", Need::Required, TARGET, target);
    let version = table.value("version", Need::Required, TEMPLATE_FORM, template);
    let catch_up = table.value("catch_up", Need::Optional, "", window);
    table.finish();
    if let (Some(version), Some(rule)) = (&version, rule) {
        check_versions(&table, version, rule);
    }
    Some(Recurring {
        at: at?.value,
        mode: mode?.value,
        target: target?.value,
        version: version?.value,
        catch_up: catch_up.map_or(Window::SIX_HOURS, |window| window.value),
    })
}

fn check_versions(table: &Table<'_>, version: &Located<VersionTemplate>, rule: &VersionRule) {
    let samples = version.value.samples();
    if let Some(refused) = rule.first_refused(&samples) {
        let expected = format!(
            "versions that `[version]` accepts, like {}: its pattern is {}",
            excerpt(&rule.example),
            excerpt(&rule.pattern)
        );
        let found = format!(
            "{}, which makes {}",
            excerpt(&version.value.to_string()),
            excerpt(refused)
        );
        table.mismatch("version", &version.place, found, expected);
    }
}

fn recurrence(value: &DeValue<'_>) -> Result<Recurrence, Misfit> {
    let text = value.as_str().ok_or_else(|| Misfit::expected(FORMS))?;
    let recurrence = text
        .parse()
        .and_then(|recurrence: Recurrence| recurrence.spaced(AT_LEAST));
    recurrence.map_err(|wrong| Misfit {
        found: Some(wrong.found),
        expected: wrong.expected,
    })
}

const MODE: &str = "\"propose\", to ask the Release Manager, or \"start\"";

fn mode(value: &DeValue<'_>) -> Result<Mode, Misfit> {
    match value.as_str() {
        Some("propose") => Ok(Mode::Propose),
        Some("start") => Ok(Mode::Start),
        _ => Err(Misfit::expected(MODE)),
    }
}

const TARGET: &str =
    "how far the target date is from the day on which the release comes, such as \"4 working days after\"";

/// An offset that gives a date of its own, and not one before the day itself.
fn target(value: &DeValue<'_>) -> Result<Offset, Misfit> {
    let Some(text) = value.as_str() else {
        return Err(Misfit::expected(TARGET));
    };
    // What lacks its side can only mean one.
    if let Ok(meant) = format!("{text} after").parse::<Offset>() {
        return Err(Misfit::expected(format!("\"{meant}\"")));
    }
    let offset = value::offset(value)?;
    if offset.unit == Unit::Hours || offset.side == Side::Before && offset.amount > 0 {
        return Err(Misfit::expected(TARGET));
    }
    Ok(offset)
}

fn template(value: &DeValue<'_>) -> Result<VersionTemplate, Misfit> {
    let text = value.as_str().ok_or_else(|| Misfit::expected(TEMPLATE_FORM))?;
    text.parse()
        .map_err(|NotATemplate { expected }| Misfit::expected(expected))
}

fn window(value: &DeValue<'_>) -> Result<Window, Misfit> {
    let text = value.as_str().unwrap_or_default();
    text.parse().map_err(|_| Misfit::expected(WINDOW_FORM))
}
