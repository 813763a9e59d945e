//! Who wants a digest and when, and what became of each time.

use chrono::{DateTime, NaiveTime, Utc};

use crate::domain::digest::DigestRule;
use crate::domain::ids::{DigestId, GuildId, UserId};
use crate::domain::recurrence::Occurrence;
use crate::store::schedules::{meant, read_meant};
use crate::store::{Connection, StoreError, instant, loaded_id, millis, stored_id};

/// What somebody has chosen about their digest in a guild.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// Its number.
    pub id: DigestId,
    /// The guild.
    pub guild: GuildId,
    /// Whose it is.
    pub user: UserId,
    /// When it comes.
    pub rule: DigestRule,
    /// Whether it comes.
    pub on: bool,
    /// What it waits for, if anything, by the rules that its zone had then.
    pub waiting: Option<Occurrence>,
}

/// What became of a time at which a digest was to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was handed to the outbox.
    Came,
    /// It was passed over, because it would have come too late.
    Missed,
}

/// Chooses when somebody's digest comes in a guild, or that it does not; the next step of time lets it wait.
///
/// # Errors
/// The query failed.
pub async fn choose(
    connection: &mut Connection,
    guild: GuildId,
    user: UserId,
    rule: DigestRule,
    on: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO digest (guild_id, user_id, time, zone, days, is_on, set_at, wake_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, CASE $6 WHEN 1 THEN 0 END)
         ON CONFLICT (guild_id, user_id) DO UPDATE SET
             time = excluded.time, zone = excluded.zone, days = excluded.days, is_on = excluded.is_on,
             set_at = excluded.set_at, wake_at = excluded.wake_at, waits_for = NULL, waits_at = NULL",
    )
    .bind(stored_id(guild.0))
    .bind(stored_id(user.0))
    .bind(rule.at.format(TIME).to_string())
    .bind(rule.zone.name())
    .bind(rule.days.as_str())
    .bind(on)
    .bind(millis(now))
    .execute(connection)
    .await?;
    Ok(())
}

/// What somebody has chosen in a guild, if they ever did.
///
/// # Errors
/// The query failed or the row cannot be read.
pub async fn of_person(
    connection: &mut Connection,
    guild: GuildId,
    user: UserId,
) -> Result<Option<Digest>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, guild_id, user_id, time, zone, days, is_on, waits_for, waits_at FROM digest
         WHERE guild_id = $1 AND user_id = $2",
    )
    .bind(stored_id(guild.0))
    .bind(stored_id(user.0))
    .fetch_optional(connection)
    .await?;
    row.map(Row::read).transpose()
}

/// The digest that has been waiting longest to be looked at, if one is to be looked at now. One that cannot be read is
/// looked at no more until somebody [asks](look_again) for all.
///
/// # Errors
/// The query failed.
pub async fn waking(connection: &mut Connection, now: DateTime<Utc>) -> Result<Option<Digest>, StoreError> {
    loop {
        let row: Option<Row> = sqlx::query_as(
            "SELECT id, guild_id, user_id, time, zone, days, is_on, waits_for, waits_at FROM digest
             WHERE wake_at IS NOT NULL AND wake_at <= $1 ORDER BY wake_at, id LIMIT 1",
        )
        .bind(millis(now))
        .fetch_optional(&mut *connection)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let id = DigestId(row.id);
        match row.read() {
            Ok(digest) => return Ok(Some(digest)),
            Err(error @ StoreError::Corrupt { .. }) => {
                tracing::error!(digest = id.0, %error, "a digest is set aside until the next start");
                sqlx::query("UPDATE digest SET wake_at = NULL WHERE id = $1")
                    .bind(id.0)
                    .execute(&mut *connection)
                    .await?;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Whether a digest is to be looked at now.
///
/// # Errors
/// The query failed.
pub async fn is_waking(connection: &mut Connection, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let row: Option<(i64,)> =
        sqlx::query_as("SELECT id FROM digest WHERE wake_at IS NOT NULL AND wake_at <= $1 LIMIT 1")
            .bind(millis(now))
            .fetch_optional(connection)
            .await?;
    Ok(row.is_some())
}

/// When the next digest is looked at.
///
/// # Errors
/// The query failed or the instant cannot be read.
pub async fn next_wakeup(connection: &mut Connection) -> Result<Option<DateTime<Utc>>, StoreError> {
    let row: Option<(i64, i64)> = sqlx::query_as(
        "SELECT id, wake_at FROM digest WHERE wake_at IS NOT NULL ORDER BY wake_at, id LIMIT 1",
    )
    .fetch_optional(connection)
    .await?;
    row.map(|(id, at)| instant(at, "digest", id)).transpose()
}

/// Notes what a digest waits for after a look; without anything to wait for, it is looked at when somebody asks for it.
///
/// # Errors
/// The query failed.
pub async fn looked(
    connection: &mut Connection,
    digest: &Digest,
    next: Option<&Occurrence>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE digest SET waits_for = $2, waits_at = $3, wake_at = $3 WHERE id = $1")
        .bind(digest.id.0)
        .bind(next.map(|next| meant(next, digest.rule.zone)))
        .bind(next.map(|next| millis(next.at)))
        .execute(connection)
        .await?;
    Ok(())
}

/// Records what became of a time; false when that is on record already, so that nothing follows from it.
///
/// # Errors
/// The query failed.
pub async fn settle(
    connection: &mut Connection,
    digest: &Digest,
    occurrence: &Occurrence,
    outcome: Outcome,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let result = sqlx::query(
        "INSERT INTO digest_occurrence (digest_id, meant, at, outcome, settled_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (digest_id, meant) DO NOTHING",
    )
    .bind(digest.id.0)
    .bind(meant(occurrence, digest.rule.zone))
    .bind(millis(occurrence.at))
    .bind(match outcome {
        Outcome::Came => "came",
        Outcome::Missed => "missed",
    })
    .bind(millis(now))
    .execute(connection)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Has every digest looked at that is on, of this guild or of all: the calendar or the rules of a zone may have changed.
///
/// # Errors
/// The query failed.
pub async fn look_again(connection: &mut Connection, guild: Option<GuildId>) -> Result<(), StoreError> {
    sqlx::query("UPDATE digest SET wake_at = 0 WHERE is_on = 1 AND ($1 IS NULL OR guild_id = $1)")
        .bind(guild.map(|guild| stored_id(guild.0)))
        .execute(connection)
        .await?;
    Ok(())
}

/// Lets somebody's digest come no more in a guild; false when it did not.
///
/// # Errors
/// The query failed.
pub async fn end(connection: &mut Connection, guild: GuildId, user: UserId) -> Result<bool, StoreError> {
    let result = sqlx::query(
        "UPDATE digest SET is_on = 0, wake_at = NULL, waits_for = NULL, waits_at = NULL
         WHERE guild_id = $1 AND user_id = $2 AND is_on = 1",
    )
    .bind(stored_id(guild.0))
    .bind(stored_id(user.0))
    .execute(connection)
    .await?;
    Ok(result.rows_affected() == 1)
}

const TIME: &str = "%H:%M";

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    guild_id: i64,
    user_id: i64,
    time: String,
    zone: String,
    days: String,
    is_on: bool,
    waits_for: Option<String>,
    waits_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<Digest, StoreError> {
        let id = self.id;
        let corrupt = |what| StoreError::Corrupt {
            table: "digest",
            id,
            what,
        };
        let waiting = match self.waits_for.zip(self.waits_at) {
            Some((text, at)) => {
                let (local, _) = read_meant(&text).ok_or_else(|| corrupt("a time"))?;
                let at = instant(at, "digest", id)?;
                Some(Occurrence { local, at })
            }
            None => None,
        };
        Ok(Digest {
            id: DigestId(id),
            guild: GuildId(loaded_id(self.guild_id)),
            user: UserId(loaded_id(self.user_id)),
            rule: DigestRule {
                at: NaiveTime::parse_from_str(&self.time, TIME).map_err(|_| corrupt("a time of day"))?,
                zone: self.zone.parse().map_err(|_| corrupt("a zone"))?,
                days: self.days.parse().map_err(|()| corrupt("days"))?,
            },
            on: self.is_on,
            waiting,
        })
    }
}
