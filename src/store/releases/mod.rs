//! Releases and their completions.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::ids::{ChannelId, GuildId, MessageId, ReleaseId, ReleaseKey, UserId};
use crate::domain::person::Stamp;
use crate::domain::plan::Dates;
use crate::domain::playbook::{ItemId, Playbook};
use crate::domain::release::{Closure, Event, Hold, Reason, Release};
use crate::domain::snooze::Snooze;
use crate::store::{Connection, StoreError, instant, loaded_id, millis, reopened, stored_id};

/// What a new release consists of; its number and key are given by the database.
#[derive(Debug)]
pub struct NewRelease<'a> {
    /// The guild.
    pub guild: GuildId,
    /// The playbook, frozen with the release.
    pub playbook: &'a Playbook,
    /// The version.
    pub version: &'a str,
    /// The title, or none.
    pub title: Option<&'a str>,
    /// The class of reason.
    pub reason: Reason,
    /// T-0; none while it is to be decided.
    pub target: Option<NaiveDate>,
    /// Its dates, as the brief will tell them.
    pub told: &'a Dates,
    /// Who started it, and when.
    pub opened: Stamp,
}

/// The target of a release whose date is to be decided.
const TBD: &str = "TBD";

fn stored_target(target: Option<NaiveDate>) -> String {
    target.map_or_else(|| TBD.to_owned(), |date| date.to_string())
}

/// Stores a new release under the next free key.
///
/// # Errors
/// The query failed; [`StoreError::is_unique_violation`] when the version is in flight already.
pub async fn insert(connection: &mut Connection, new: &NewRelease<'_>) -> Result<Release, StoreError> {
    let opened_on = new.playbook.cutoff.zone.to_local(new.opened.at).date();
    let (number,): (u32,) = sqlx::query_as(
        "INSERT INTO release_number (guild_id, month, last) VALUES ($1, $2, 1)
         ON CONFLICT (guild_id, month) DO UPDATE SET last = last + 1 RETURNING last",
    )
    .bind(stored_id(new.guild.0))
    .bind(opened_on.format("%Y-%m").to_string())
    .fetch_one(&mut *connection)
    .await?;
    let key = ReleaseKey::new(opened_on, number);
    let (id,): (i64,) = sqlx::query_as(
        "INSERT INTO release (guild_id, key, playbook, product, version, title, reason, target, opened_by, opened_at,
                              told)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
    )
    .bind(stored_id(new.guild.0))
    .bind(key.as_str())
    .bind(serde_json::to_string(new.playbook)?)
    .bind(&new.playbook.product)
    .bind(new.version)
    .bind(new.title)
    .bind(new.reason.to_string())
    .bind(stored_target(new.target))
    .bind(stored_id(new.opened.by.0))
    .bind(millis(new.opened.at))
    .bind(serde_json::to_string(new.told)?)
    .fetch_one(connection)
    .await?;
    Ok(Release {
        id: ReleaseId(id),
        guild: new.guild,
        key,
        playbook: new.playbook.clone(),
        version: new.version.to_owned(),
        title: new.title.map(str::to_owned),
        reason: new.reason,
        target: new.target,
        opened: new.opened,
        closed: None,
        channel: None,
        board: None,
        completions: BTreeMap::new(),
        hold: None,
        snoozes: BTreeMap::new(),
        told: Some(new.told.clone()),
        reopened: BTreeMap::new(),
        watched_from: new.opened.at,
        revision: 0,
    })
}

/// Writes what an event has changed; `release` is the state after it.
///
/// # Errors
/// [`StoreError::Conflict`] when somebody else changed the release since it was loaded, or the query failed.
pub async fn save(
    connection: &mut Connection,
    release: &mut Release,
    event: &Event,
    stamp: Stamp,
) -> Result<(), StoreError> {
    match event {
        Event::ItemSnoozed { item, until, intent } => {
            sqlx::query(
                "INSERT INTO snooze (release_id, item, until, intent, snoozed_by, snoozed_at)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (release_id, item) DO UPDATE SET until = excluded.until, intent = excluded.intent,
                 snoozed_by = excluded.snoozed_by, snoozed_at = excluded.snoozed_at",
            )
            .bind(release.id.0)
            .bind(item.to_string())
            .bind(millis(*until))
            .bind(intent)
            .bind(stored_id(stamp.by.0))
            .bind(millis(stamp.at))
            .execute(&mut *connection)
            .await?;
        }
        Event::ItemWoken { item } => wake_item(connection, release.id, item).await?,
        Event::ItemDone { item } => {
            wake_item(connection, release.id, item).await?;
            sqlx::query(
                "INSERT INTO completion (release_id, item, done_by, done_at) VALUES ($1, $2, $3, $4)",
            )
            .bind(release.id.0)
            .bind(item.to_string())
            .bind(stored_id(stamp.by.0))
            .bind(millis(stamp.at))
            .execute(&mut *connection)
            .await?;
        }
        Event::ItemUndone { item } => {
            sqlx::query("DELETE FROM completion WHERE release_id = $1 AND item = $2")
                .bind(release.id.0)
                .bind(item.to_string())
                .execute(&mut *connection)
                .await?;
            reopened::note(connection, release.id, item, stamp.at).await?;
        }
        Event::ItemReopened { item, since } => {
            sqlx::query("DELETE FROM completion WHERE release_id = $1 AND item = $2")
                .bind(release.id.0)
                .bind(item.to_string())
                .execute(&mut *connection)
                .await?;
            reopened::note(connection, release.id, item, *since).await?;
        }
        Event::Started { .. }
        | Event::Slipped { .. }
        | Event::Replanned { .. }
        | Event::Held { .. }
        | Event::Resumed
        | Event::ChannelOpened { .. }
        | Event::BoardPosted { .. }
        | Event::BoardLost
        | Event::BoardWorn
        | Event::Reminded { .. }
        | Event::ReminderCollapsed { .. }
        | Event::Called { .. }
        | Event::CallsCollapsed { .. }
        | Event::CallsExpired { .. }
        | Event::NotDelivered { .. }
        | Event::Expired { .. }
        | Event::PossiblyRepeated { .. }
        | Event::Retried { .. }
        | Event::Dropped { .. }
        | Event::Closed { .. } => {}
    }
    let closed = release.closed.as_ref();
    let hold = release.hold.as_ref();
    let told = release.told.as_ref().map(serde_json::to_string).transpose()?;
    let updated = sqlx::query(
        "UPDATE release SET channel_id = $3, board_id = $4, closed_by = $5, closed_at = $6, override_reason = $7,
         target = $8, hold_by = $9, hold_at = $10, hold_reason = $11, told = $12, watched_from = $13,
         wake_at = CASE WHEN $6 IS NULL THEN 0 END, revision = revision + 1 WHERE id = $1 AND revision = $2",
    )
    .bind(release.id.0)
    .bind(release.revision)
    .bind(release.channel.map(|channel| stored_id(channel.0)))
    .bind(release.board.map(|board| stored_id(board.0)))
    .bind(closed.map(|closure| stored_id(closure.stamp.by.0)))
    .bind(closed.map(|closure| millis(closure.stamp.at)))
    .bind(closed.and_then(|closure| closure.override_reason.as_deref()))
    .bind(stored_target(release.target))
    .bind(hold.map(|hold| stored_id(hold.stamp.by.0)))
    .bind(hold.map(|hold| millis(hold.stamp.at)))
    .bind(hold.map(|hold| hold.reason.as_str()))
    .bind(told)
    .bind(millis(release.watched_from))
    .execute(connection)
    .await?;
    if updated.rows_affected() == 0 {
        return Err(StoreError::Conflict { id: release.id.0 });
    }
    release.revision += 1;
    Ok(())
}

async fn wake_item(connection: &mut Connection, release: ReleaseId, item: &ItemId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM snooze WHERE release_id = $1 AND item = $2")
        .bind(release.0)
        .bind(item.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// The release with this number.
///
/// # Errors
/// The query failed, there is none, or a row cannot be read.
pub async fn load(connection: &mut Connection, id: ReleaseId) -> Result<Release, StoreError> {
    let row: Row = sqlx::query_as("SELECT * FROM release WHERE id = $1")
        .bind(id.0)
        .fetch_one(&mut *connection)
        .await?;
    row.into_release(connection).await
}

/// What people call a release, and whose it is, also of one that cannot be read.
///
/// # Errors
/// The query failed.
pub async fn name(
    connection: &mut Connection,
    id: ReleaseId,
) -> Result<Option<(GuildId, ReleaseKey)>, StoreError> {
    let row: Option<(i64, String)> = sqlx::query_as("SELECT guild_id, key FROM release WHERE id = $1")
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|(guild, key)| (GuildId(loaded_id(guild)), ReleaseKey::from_stored(key))))
}

/// The release with this key.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn find_by_key(
    connection: &mut Connection,
    guild: GuildId,
    key: &str,
) -> Result<Option<Release>, StoreError> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM release WHERE guild_id = $1 AND key = $2")
        .bind(stored_id(guild.0))
        .bind(key)
        .fetch_optional(&mut *connection)
        .await?;
    with_completions(connection, row).await
}

/// The release that this channel was opened for.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn find_by_channel(
    connection: &mut Connection,
    guild: GuildId,
    channel: ChannelId,
) -> Result<Option<Release>, StoreError> {
    let row: Option<Row> = sqlx::query_as("SELECT * FROM release WHERE guild_id = $1 AND channel_id = $2")
        .bind(stored_id(guild.0))
        .bind(stored_id(channel.0))
        .fetch_optional(&mut *connection)
        .await?;
    with_completions(connection, row).await
}

/// The release of this version that is in flight.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn find_in_flight(
    connection: &mut Connection,
    guild: GuildId,
    product: &str,
    version: &str,
) -> Result<Option<Release>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT * FROM release WHERE guild_id = $1 AND product = $2 AND version = $3 AND closed_at IS NULL",
    )
    .bind(stored_id(guild.0))
    .bind(product)
    .bind(version)
    .fetch_optional(&mut *connection)
    .await?;
    with_completions(connection, row).await
}

/// The releases of a guild that are in flight, in the order in which they were started. One that cannot be read must not
/// hide the others: [`unreadable`] has it.
///
/// # Errors
/// The query failed.
pub async fn in_flight(connection: &mut Connection, guild: GuildId) -> Result<Vec<Release>, StoreError> {
    let (releases, _) = in_flight_of(connection, guild).await?;
    Ok(releases)
}

/// The releases of a guild that are in flight and cannot be read.
///
/// # Errors
/// The query failed.
pub async fn unreadable(connection: &mut Connection, guild: GuildId) -> Result<Vec<ReleaseKey>, StoreError> {
    let (_, unreadable) = in_flight_of(connection, guild).await?;
    Ok(unreadable)
}

async fn in_flight_of(
    connection: &mut Connection,
    guild: GuildId,
) -> Result<(Vec<Release>, Vec<ReleaseKey>), StoreError> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT * FROM release WHERE guild_id = $1 AND closed_at IS NULL ORDER BY id")
            .bind(stored_id(guild.0))
            .fetch_all(&mut *connection)
            .await?;
    let (mut releases, mut unreadable) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        let key = row.key.clone();
        match row.into_release(connection).await {
            Ok(release) => releases.push(release),
            Err(StoreError::Corrupt { .. }) => unreadable.push(ReleaseKey::from_stored(key)),
            Err(error) => return Err(error),
        }
    }
    Ok((releases, unreadable))
}

/// The releases of all guilds that are in flight.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn in_flight_everywhere(connection: &mut Connection) -> Result<Vec<Release>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as("SELECT * FROM release WHERE closed_at IS NULL ORDER BY id")
        .fetch_all(&mut *connection)
        .await?;
    let mut releases = Vec::with_capacity(rows.len());
    for row in rows {
        releases.push(row.into_release(connection).await?);
    }
    Ok(releases)
}

async fn with_completions(
    connection: &mut Connection,
    row: Option<Row>,
) -> Result<Option<Release>, StoreError> {
    match row {
        Some(row) => row.into_release(connection).await.map(Some),
        None => Ok(None),
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    guild_id: i64,
    key: String,
    playbook: String,
    version: String,
    title: Option<String>,
    reason: String,
    target: String,
    opened_by: i64,
    opened_at: i64,
    closed_by: Option<i64>,
    closed_at: Option<i64>,
    override_reason: Option<String>,
    hold_by: Option<i64>,
    hold_at: Option<i64>,
    hold_reason: Option<String>,
    told: Option<String>,
    channel_id: Option<i64>,
    board_id: Option<i64>,
    watched_from: Option<i64>,
    revision: i64,
}

impl Row {
    async fn into_release(self, connection: &mut Connection) -> Result<Release, StoreError> {
        let id = self.id;
        let corrupt = |what| StoreError::Corrupt {
            table: "release",
            id,
            what,
        };
        let stamp = |by, at| -> Result<Stamp, StoreError> {
            Ok(Stamp {
                by: UserId(loaded_id(by)),
                at: instant(at, "release", id)?,
            })
        };
        let closed = match (self.closed_by, self.closed_at) {
            (Some(by), Some(at)) => Some(Closure {
                stamp: stamp(by, at)?,
                override_reason: self.override_reason,
            }),
            _ => None,
        };
        let hold = match (self.hold_by, self.hold_at, self.hold_reason) {
            (Some(by), Some(at), Some(reason)) => Some(Hold {
                stamp: stamp(by, at)?,
                reason,
            }),
            _ => None,
        };
        let told = self.told.map(|told| serde_json::from_str(&told)).transpose();
        Ok(Release {
            id: ReleaseId(id),
            guild: GuildId(loaded_id(self.guild_id)),
            key: ReleaseKey::from_stored(self.key),
            playbook: serde_json::from_str(&self.playbook).map_err(|_| corrupt("a playbook"))?,
            version: self.version,
            title: self.title,
            reason: self.reason.parse().map_err(|()| corrupt("a reason"))?,
            target: match self.target.as_str() {
                TBD => None,
                date => Some(date.parse().map_err(|_| corrupt("a date"))?),
            },
            opened: stamp(self.opened_by, self.opened_at)?,
            closed,
            channel: self.channel_id.map(|id| ChannelId(loaded_id(id))),
            board: self.board_id.map(|id| MessageId(loaded_id(id))),
            completions: completions(connection, id).await?,
            hold,
            snoozes: snoozes(connection, id).await?,
            told: told.map_err(|_| corrupt("dates"))?,
            reopened: reopened::load(connection, id).await?,
            watched_from: instant(self.watched_from.unwrap_or(self.opened_at), "release", id)?,
            revision: self.revision,
        })
    }
}

async fn completions(
    connection: &mut Connection,
    release: i64,
) -> Result<BTreeMap<ItemId, Stamp>, StoreError> {
    let rows: Vec<(String, i64, i64)> =
        sqlx::query_as("SELECT item, done_by, done_at FROM completion WHERE release_id = $1")
            .bind(release)
            .fetch_all(connection)
            .await?;
    rows.into_iter()
        .map(|(item, by, at)| {
            let item: ItemId = item.parse().map_err(|_| StoreError::Corrupt {
                table: "completion",
                id: release,
                what: "an item",
            })?;
            let at: DateTime<Utc> = instant(at, "completion", release)?;
            Ok((
                item,
                Stamp {
                    by: UserId(loaded_id(by)),
                    at,
                },
            ))
        })
        .collect()
}

async fn snoozes(connection: &mut Connection, release: i64) -> Result<BTreeMap<ItemId, Snooze>, StoreError> {
    let rows: Vec<(String, i64, String, i64, i64)> = sqlx::query_as(
        "SELECT item, until, intent, snoozed_by, snoozed_at FROM snooze WHERE release_id = $1",
    )
    .bind(release)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(item, until, intent, by, at)| {
            let item: ItemId = item.parse().map_err(|_| StoreError::Corrupt {
                table: "snooze",
                id: release,
                what: "an item",
            })?;
            let stamp = Stamp {
                by: UserId(loaded_id(by)),
                at: instant(at, "snooze", release)?,
            };
            let until = instant(until, "snooze", release)?;
            Ok((item, Snooze { stamp, until, intent }))
        })
        .collect()
}
