//! `[calendar]` of the configuration, and the files that it names.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use chrono::Weekday;
use toml::de::DeValue;

use crate::config::{A_PATH, path};
use crate::domain::calendar::file::{A_DATE, MOST_DAYS, date, read_day_off};
use crate::domain::calendar::{CalendarDays, CalendarSettings, GuildCalendar, LARGEST_FILE, Weekend};
use crate::domain::file::Problem;
use crate::domain::file::table::{Misfit, Need, Table};
use crate::domain::ids::GuildId;

/// The most calendar files of one table, and the most servers with a calendar of their own.
const MOST: usize = 100;

/// Reads the table and the files that it names. What is wrong with those goes into `problems`.
pub(super) fn read(table: &Table<'_>, problems: &mut Vec<Problem>) -> CalendarSettings {
    let weekend = weekend(table).unwrap_or_default();
    let days = Arc::new(days(table, problems));
    let mut guilds = BTreeMap::new();
    for guild in table.tables("guild", "server", Need::Optional, MOST) {
        let id = guild.value("id", Need::Required, AN_ID, |value| {
            let id = value.as_str().and_then(|text| text.parse::<u64>().ok());
            id.filter(|id| *id > 0)
                .map(GuildId)
                .ok_or_else(|| Misfit::expected(AN_ID))
        });
        let calendar = GuildCalendar {
            weekend: self::weekend(&guild),
            days: Arc::new(self::days(&guild, problems)),
        };
        guild.finish();
        if let Some(id) = id
            && guilds.insert(id.value, calendar).is_some()
        {
            let found = format!("{}, which has a table already", id.value);
            guild.mismatch("id", &id.place, found, "each server once".to_owned());
        }
    }
    table.finish();
    CalendarSettings {
        weekend,
        days,
        guilds,
    }
}

/// The days that a table adds and takes: its own lists first, then its files in their order.
fn days(table: &Table<'_>, problems: &mut Vec<Problem>) -> CalendarDays {
    let extra = table.tables("extra", "day off", Need::Optional, MOST_DAYS);
    let excluded = table.list("excluded", MOST_DAYS, "a list of dates", |value| {
        date(value).map_err(|_| Misfit::expected(A_DATE))
    });
    let mut days = CalendarDays {
        off: extra
            .iter()
            .filter_map(|day| read_day_off(day).map(|(date, reason)| (date.value, reason)))
            .collect(),
        worked: excluded.into_iter().map(|date| (date.value, None)).collect(),
    };
    for file in table.list("files", MOST, "a list of calendar files", path) {
        let name = file.value.display().to_string();
        match content(&file.value) {
            Ok(content) => match CalendarDays::read(&name, &content) {
                Ok(read) => days.add(read),
                Err(found) => problems.extend(found.problems),
            },
            Err(error) => {
                let found = format!("`{name}`, which cannot be read ({error})");
                table.mismatch("files", &file.place, found, A_PATH.to_owned());
            }
        }
    }
    days
}

/// A file, but no more of it than what shows that it is too large.
fn content(path: &Path) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    let most = u64::try_from(LARGEST_FILE).unwrap_or(u64::MAX);
    File::open(path)?.take(most + 1).read_to_end(&mut content)?;
    Ok(content)
}

fn weekend(table: &Table<'_>) -> Option<Weekend> {
    let weekend = table.value("weekend", Need::Optional, A_WEEKEND, |value| {
        let names = value.as_array().ok_or_else(|| Misfit::expected(A_WEEKEND))?;
        let days: Option<Vec<Weekday>> = names.iter().map(|name| day_of_the_week(name.get_ref())).collect();
        days.and_then(|days| Weekend::of(&days))
            .ok_or_else(|| Misfit::expected(A_WEEKEND))
    });
    weekend.map(|weekend| weekend.value)
}

/// A day by its whole English name, in small letters or with a capital.
fn day_of_the_week(value: &DeValue<'_>) -> Option<Weekday> {
    match value.as_str()?.to_ascii_lowercase().as_str() {
        "monday" => Some(Weekday::Mon),
        "tuesday" => Some(Weekday::Tue),
        "wednesday" => Some(Weekday::Wed),
        "thursday" => Some(Weekday::Thu),
        "friday" => Some(Weekday::Fri),
        "saturday" => Some(Weekday::Sat),
        "sunday" => Some(Weekday::Sun),
        _ => None,
    }
}

const AN_ID: &str = "the server's id in quotes, such as \"1234567890123456789\"";
const A_WEEKEND: &str = "a list of at most 3 days such as [\"friday\", \"saturday\"]";
