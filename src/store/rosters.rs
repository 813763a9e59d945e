//! Rosters: what people wrote, and what was said of them.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::{GuildId, RosterNumber, UserId};
use crate::domain::person::Stamp;
use crate::domain::shift::{Occasion, Roster, RosterId};
use crate::store::{Connection, StoreError, instant, loaded_id, millis, stored_id};

/// A roster as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its number.
    pub number: RosterNumber,
    /// The guild.
    pub guild: GuildId,
    /// Its name.
    pub name: RosterId,
    /// What people wrote.
    pub text: String,
    /// What that says.
    pub roster: Roster,
    /// How often it was changed.
    pub revision: u32,
    /// Who changed it last, and when.
    pub changed: Stamp,
}

/// The rosters of a guild that can be read, by name.
///
/// # Errors
/// The query failed.
pub async fn all(connection: &mut Connection, guild: GuildId) -> Result<Vec<Kept>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, guild_id, name, text, revision, changed_by, changed_at FROM roster
         WHERE guild_id = $1 AND text IS NOT NULL ORDER BY name",
    )
    .bind(stored_id(guild.0))
    .fetch_all(connection)
    .await?;
    let mut all = Vec::new();
    for row in rows {
        match row.read() {
            Ok(kept) => all.push(kept),
            // One that cannot be read must not hide the others.
            Err(error @ StoreError::Corrupt { .. }) => tracing::warn!(%error, "a roster is left out"),
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

/// The roster of this number, unless it was taken away.
///
/// # Errors
/// The query failed or the row cannot be read.
pub async fn of_number(
    connection: &mut Connection,
    number: RosterNumber,
) -> Result<Option<Kept>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, guild_id, name, text, revision, changed_by, changed_at FROM roster
         WHERE id = $1 AND text IS NOT NULL",
    )
    .bind(number.0)
    .fetch_optional(connection)
    .await?;
    row.map(Row::read).transpose()
}

/// How often the roster of this name was changed, and who did it last; also of one that was taken away.
///
/// # Errors
/// The query failed.
pub async fn revision(
    connection: &mut Connection,
    guild: GuildId,
    name: &RosterId,
) -> Result<Option<(u32, Stamp)>, StoreError> {
    let row: Option<(u32, i64, i64)> = sqlx::query_as(
        "SELECT revision, changed_by, changed_at FROM roster WHERE guild_id = $1 AND name = $2",
    )
    .bind(stored_id(guild.0))
    .bind(name.as_str())
    .fetch_optional(connection)
    .await?;
    row.map(|(revision, by, at)| Ok((revision, stamp(by, at, 0)?)))
        .transpose()
}

/// Keeps what somebody made of the roster of this name, or that they took it away. What it was stays on the record.
///
/// # Errors
/// The query failed.
pub async fn keep(
    connection: &mut Connection,
    guild: GuildId,
    name: &RosterId,
    text: Option<&str>,
    changed: Stamp,
) -> Result<RosterNumber, StoreError> {
    let (number, revision): (i64, u32) = sqlx::query_as(
        "INSERT INTO roster (guild_id, name, text, revision, changed_by, changed_at, wake_at)
         VALUES ($1, $2, $3, 1, $4, $5, 0)
         ON CONFLICT (guild_id, name) DO UPDATE SET
             text = excluded.text, revision = roster.revision + 1, changed_by = excluded.changed_by,
             changed_at = excluded.changed_at, wake_at = CASE WHEN excluded.text IS NULL THEN NULL ELSE 0 END
         RETURNING id, revision",
    )
    .bind(stored_id(guild.0))
    .bind(name.as_str())
    .bind(text)
    .bind(stored_id(changed.by.0))
    .bind(millis(changed.at))
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO roster_revision (roster_id, revision, text, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(number)
    .bind(revision)
    .bind(text)
    .bind(stored_id(changed.by.0))
    .bind(millis(changed.at))
    .execute(connection)
    .await?;
    Ok(RosterNumber(number))
}

/// Has the rosters of a guild looked at, because something about them has changed; those of all guilds without one.
///
/// # Errors
/// The query failed.
pub async fn look_again(connection: &mut Connection, guild: Option<GuildId>) -> Result<(), StoreError> {
    sqlx::query("UPDATE roster SET wake_at = 0 WHERE text IS NOT NULL AND ($1 IS NULL OR guild_id = $1)")
        .bind(guild.map(|guild| stored_id(guild.0)))
        .execute(connection)
        .await?;
    Ok(())
}

/// The roster that has been waiting longest to be looked at, if one is to be looked at now. One that cannot be read is
/// looked at no more until somebody [asks](look_again) for all.
///
/// # Errors
/// The query failed.
pub async fn waking(connection: &mut Connection, now: DateTime<Utc>) -> Result<Option<Kept>, StoreError> {
    loop {
        let row: Option<Row> = sqlx::query_as(
            "SELECT id, guild_id, name, text, revision, changed_by, changed_at FROM roster
             WHERE wake_at IS NOT NULL AND wake_at <= $1 AND text IS NOT NULL ORDER BY wake_at, id LIMIT 1",
        )
        .bind(millis(now))
        .fetch_optional(&mut *connection)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let number = RosterNumber(row.id);
        match row.read() {
            Ok(kept) => return Ok(Some(kept)),
            Err(error @ StoreError::Corrupt { .. }) => {
                tracing::error!(roster = number.0, %error, "a roster is set aside until the next start");
                looked(connection, number, None).await?;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Whether a roster is to be looked at now.
///
/// # Errors
/// The query failed.
pub async fn is_waking(connection: &mut Connection, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let (waking,): (bool,) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM roster WHERE wake_at IS NOT NULL AND wake_at <= $1 AND text IS NOT NULL)",
    )
    .bind(millis(now))
    .fetch_one(connection)
    .await?;
    Ok(waking)
}

/// Notes when to look at a roster next.
///
/// # Errors
/// The query failed.
pub async fn looked(
    connection: &mut Connection,
    number: RosterNumber,
    next: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE roster SET wake_at = $2 WHERE id = $1")
        .bind(number.0)
        .bind(next.map(millis))
        .execute(connection)
        .await?;
    Ok(())
}

/// When a roster is looked at next.
///
/// # Errors
/// The query failed or the instant cannot be read.
pub async fn next_wakeup(connection: &mut Connection) -> Result<Option<DateTime<Utc>>, StoreError> {
    let (next,): (Option<i64>,) = sqlx::query_as("SELECT MIN(wake_at) FROM roster WHERE wake_at IS NOT NULL")
        .fetch_one(connection)
        .await?;
    next.map(|next| instant(next, "roster", 0)).transpose()
}

/// What is older was said of a time that is over.
const REMEMBERED: TimeDelta = TimeDelta::days(60);

/// What a roster has said by itself not long ago, so that it says nothing twice.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn settled(
    connection: &mut Connection,
    number: RosterNumber,
    now: DateTime<Utc>,
) -> Result<BTreeSet<Occasion>, StoreError> {
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT occasion FROM roster_occasion WHERE roster_id = $1 AND settled_at >= $2")
            .bind(number.0)
            .bind(millis(now - REMEMBERED))
            .fetch_all(connection)
            .await?;
    let read = |(text,): (String,)| serde_json::from_str(&text).map_err(|_| corrupt(number.0, "an occasion"));
    rows.into_iter().map(read).collect()
}

/// Notes that something was said.
///
/// # Errors
/// The query failed.
pub async fn settle(
    connection: &mut Connection,
    number: RosterNumber,
    occasion: Occasion,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO roster_occasion (roster_id, occasion, settled_at) VALUES ($1, $2, $3)
         ON CONFLICT (roster_id, occasion) DO NOTHING",
    )
    .bind(number.0)
    .bind(serde_json::to_string(&occasion)?)
    .bind(millis(now))
    .execute(connection)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    guild_id: i64,
    name: String,
    text: String,
    revision: u32,
    changed_by: i64,
    changed_at: i64,
}

impl Row {
    fn read(self) -> Result<Kept, StoreError> {
        let corrupt = |what| corrupt(self.id, what);
        let name: RosterId = self.name.parse().map_err(|_| corrupt("a name"))?;
        let roster = Roster::read(name.as_str(), &self.text).map_err(|_| corrupt("a roster"))?;
        Ok(Kept {
            number: RosterNumber(self.id),
            guild: GuildId(loaded_id(self.guild_id)),
            roster,
            name,
            text: self.text,
            revision: self.revision,
            changed: stamp(self.changed_by, self.changed_at, self.id)?,
        })
    }
}

fn stamp(by: i64, at: i64, id: i64) -> Result<Stamp, StoreError> {
    Ok(Stamp {
        by: UserId(loaded_id(by)),
        at: instant(at, "roster", id)?,
    })
}

fn corrupt(id: i64, what: &'static str) -> StoreError {
    StoreError::Corrupt {
        table: "roster",
        id,
        what,
    }
}
