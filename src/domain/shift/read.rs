//! Reading a roster: whatever is wrong with its text, all at once and with its lines.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use toml::de::{DeTable, DeValue};

use crate::domain::file::source::Source;
use crate::domain::file::table::{Misfit, Need, Table};
use crate::domain::file::{Problems, value};
use crate::domain::hours::HOURS_FORM;
use crate::domain::ids::UserId;
use crate::domain::person::RELEASE_MANAGER;
use crate::domain::playbook::RoleId;
use crate::domain::recurrence::weekday_name;
use crate::domain::shift::{Cover, MOST_MEMBERS, Member, Roster, Rotation};
use crate::domain::slug::SLUG_FORM;

/// A title or a name, in characters.
const TITLE: usize = 80;

/// The longest notice before a shift, in hours.
const LONGEST_NOTICE: u32 = 14 * 24;

/// The notice before a shift where the text asks for none.
const USUAL_NOTICE: u32 = 24;

const ROTATION: &str = "\"daily\" (each in their own hours) or \"weekly\" (a week each, in turn)";

const DATE: &str = "a date in quotes, such as \"2026-11-30\"";

impl Roster {
    /// Reads the roster `name` with this text.
    ///
    /// # Errors
    /// Everything that is wrong with it: unknown keys and zones, hours that end before they begin, somebody who is in it
    /// twice, a first week that does not begin on its day.
    pub fn read(name: &str, text: &str) -> Result<Self, Problems> {
        let source = Source::new(name, text);
        let (document, syntax_errors) = DeTable::parse_recoverable(text);
        let table = Table::new(
            &source,
            "roster",
            "the roster".to_owned(),
            document.get_ref(),
            0..0,
        );
        let title = table.value(
            "title",
            Need::Required,
            &value::line_expected(TITLE),
            value::line(TITLE),
        );
        let role = table.value("role", Need::Optional, SLUG_FORM, value::slug::<RoleId>);
        let rotation = rotation(&table);
        let notice = table.value("notice_hours", Need::Optional, "", notice_hours);
        let hands_over = table.value("hands_over", Need::Optional, "", yes_or_no);
        let cover = table
            .table("cover", Need::Optional)
            .and_then(|table| cover(&table));
        let members = members(&table);
        table.finish();
        let role = role.map(|role| role.value);
        // One duty is enough where nobody says otherwise: that of whoever leads, or of a team without a role.
        let leads = role.as_ref().is_none_or(|role| role.as_str() == RELEASE_MANAGER);
        let read = title.zip(rotation).map(|(title, rotation)| Self {
            title: title.value,
            role,
            hands_over: hands_over.map_or(leads, |hands_over| hands_over.value),
            rotation,
            members,
            cover,
            notice_hours: notice.map_or(USUAL_NOTICE, |notice| notice.value),
        });
        match (source.problems(&syntax_errors), read) {
            (None, Some(roster)) => Ok(roster),
            (problems, _) => Err(problems.unwrap_or(Problems { problems: Vec::new() })),
        }
    }
}

fn rotation(table: &Table<'_>) -> Option<Rotation> {
    let weekly = table.value("rotation", Need::Required, ROTATION, |value| {
        match value.as_str() {
            Some("daily") => Ok(false),
            Some("weekly") => Ok(true),
            _ => Err(Misfit::expected(ROTATION)),
        }
    });
    let need = match &weekly {
        Some(weekly) if weekly.value => Need::Required,
        _ => Need::Optional,
    };
    let hand_over = table.value(
        "hand_over",
        need,
        "the day of the week on which the next one begins",
        value::day,
    );
    let since = table.value(
        "since",
        need,
        "the date on which the first one's week begins, in quotes",
        date,
    );
    let weekly = weekly?;
    if !weekly.value {
        for (key, place) in [
            ("hand_over", hand_over.map(|located| located.place)),
            ("since", since.map(|located| located.place)),
        ] {
            if let Some(place) = place {
                let expected = "`rotation = \"weekly\"` beside it".to_owned();
                table.mismatch(key, &place, "a daily rotation".to_owned(), expected);
            }
        }
        return Some(Rotation::Daily);
    }
    let (hand_over, since) = (hand_over?, since?);
    if since.value.weekday() != hand_over.value {
        let found = format!("`{}`, a {}", since.value, weekday_name(since.value.weekday()));
        let expected = format!("a {}, as `hand_over` says", weekday_name(hand_over.value));
        table.mismatch("since", &since.place, found, expected);
    }
    Some(Rotation::Weekly { since: since.value })
}

fn members(roster: &Table<'_>) -> Vec<Member> {
    let mut places: BTreeMap<UserId, usize> = BTreeMap::new();
    let tables = roster.tables("members", "member", Need::Required, MOST_MEMBERS);
    tables
        .into_iter()
        .filter_map(|table| {
            let user = table.value("discord", Need::Required, value::PERSON, value::person);
            let name = table.value("name", Need::Optional, "", value::line(TITLE));
            let email = table.value("email", Need::Optional, "", value::address);
            let zone = table.value("zone", Need::Required, value::ZONE, value::zone);
            let hours = table.value("hours", Need::Required, HOURS_FORM, value::hours);
            let days = table.value("days", Need::Optional, "", value::days);
            table.finish();
            let user = user?;
            let line = table.source.line(user.place.start);
            if let Some(before) = places.insert(user.value, line) {
                let found = format!("somebody who is in line {before} already");
                table.mismatch("discord", &user.place, found, "everybody once".to_owned());
            }
            Some(Member {
                user: user.value,
                name: name.map(|name| name.value),
                email: email.map(|email| email.value),
                zone: zone?.value,
                hours: hours?.value,
                days: days.map_or_else(value::working_week, |days| days.value),
            })
        })
        .collect()
}

fn cover(table: &Table<'_>) -> Option<Cover> {
    let zone = table.value("zone", Need::Required, value::ZONE, value::zone);
    let hours = table.value("hours", Need::Optional, HOURS_FORM, value::hours);
    let days = table.value("days", Need::Optional, "", value::days);
    table.finish();
    Some(Cover {
        zone: zone?.value,
        hours: hours.map(|hours| hours.value),
        days: days.map_or_else(value::working_week, |days| days.value),
    })
}

fn date(value: &DeValue<'_>) -> Result<NaiveDate, Misfit> {
    let text = value.as_str().unwrap_or_default();
    text.parse().map_err(|_| Misfit::expected(DATE))
}

fn yes_or_no(value: &DeValue<'_>) -> Result<bool, Misfit> {
    value.as_bool().ok_or_else(|| Misfit::expected("true or false"))
}

fn notice_hours(value: &DeValue<'_>) -> Result<u32, Misfit> {
    let hours = value.as_integer().and_then(|number| number.as_str().parse().ok());
    hours
        .filter(|hours| *hours <= LONGEST_NOTICE)
        .ok_or_else(|| Misfit::expected(format!("hours from 0 (no notice) to {LONGEST_NOTICE}")))
}
