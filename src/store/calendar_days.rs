//! What the people of servers said about single days.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::domain::calendar::{CalendarDays, DaySaid, DayStanding};
use crate::domain::ids::{GuildId, UserId};
use crate::domain::person::Stamp;
use crate::store::{Connection, StoreError, instant, loaded_id, millis, stored_id};

/// The days of every guild that has said something.
pub type Everywhere = BTreeMap<GuildId, Arc<CalendarDays>>;

/// The days of a guild, of which a query has put the rows together.
pub(super) fn put_together(json: &str, guild: GuildId) -> Result<CalendarDays, StoreError> {
    let rows: Vec<Row> = serde_json::from_str(json).map_err(|_| StoreError::Corrupt {
        table: "calendar_day",
        id: stored_id(guild.0),
        what: "a row",
    })?;
    let said: Result<Vec<DaySaid>, StoreError> = rows.into_iter().map(Row::read).collect();
    Ok(CalendarDays::said(&said?))
}

/// The days of all guilds, as they are now.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn everywhere(connection: &mut Connection) -> Result<Everywhere, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, guild_id, date, standing, reason, said_by, said_at FROM calendar_day ORDER BY guild_id, id",
    )
    .fetch_all(connection)
    .await?;
    let mut by_guild: BTreeMap<GuildId, Vec<DaySaid>> = BTreeMap::new();
    for row in rows {
        by_guild
            .entry(GuildId(loaded_id(row.guild_id)))
            .or_default()
            .push(row.read()?);
    }
    let days = |said: Vec<DaySaid>| Arc::new(CalendarDays::said(&said));
    Ok(by_guild
        .into_iter()
        .map(|(guild, said)| (guild, days(said)))
        .collect())
}

/// Everything that a guild ever said, oldest first.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn said(connection: &mut Connection, guild: GuildId) -> Result<Vec<DaySaid>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, guild_id, date, standing, reason, said_by, said_at FROM calendar_day WHERE guild_id = $1 \
         ORDER BY id",
    )
    .bind(stored_id(guild.0))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// Records what somebody says. It counts from now on, and what was said before stays on the record.
///
/// # Errors
/// The query failed.
pub async fn say(connection: &mut Connection, guild: GuildId, said: &DaySaid) -> Result<(), StoreError> {
    let (standing, reason) = match &said.standing {
        DayStanding::Off(reason) => ("off", Some(reason)),
        DayStanding::Worked(reason) => ("worked", Some(reason)),
        DayStanding::ByTheRules => ("removed", None),
    };
    sqlx::query(
        "INSERT INTO calendar_day (guild_id, date, standing, reason, said_by, said_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(stored_id(guild.0))
    .bind(said.date.to_string())
    .bind(standing)
    .bind(reason)
    .bind(stored_id(said.stamp.by.0))
    .bind(millis(said.stamp.at))
    .execute(connection)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow, serde::Deserialize)]
struct Row {
    id: i64,
    guild_id: i64,
    date: String,
    standing: String,
    reason: Option<String>,
    said_by: i64,
    said_at: i64,
}

impl Row {
    fn read(self) -> Result<DaySaid, StoreError> {
        let corrupt = |what| StoreError::Corrupt {
            table: "calendar_day",
            id: self.id,
            what,
        };
        let standing = match (self.standing.as_str(), self.reason) {
            ("off", Some(reason)) => DayStanding::Off(reason),
            ("worked", Some(reason)) => DayStanding::Worked(reason),
            ("removed", None) => DayStanding::ByTheRules,
            _ => return Err(corrupt("a standing")),
        };
        Ok(DaySaid {
            date: self.date.parse::<NaiveDate>().map_err(|_| corrupt("a date"))?,
            standing,
            stamp: Stamp {
                by: UserId(loaded_id(self.said_by)),
                at: instant(self.said_at, "calendar_day", self.id)?,
            },
        })
    }
}
