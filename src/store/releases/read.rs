//! Reading releases.
//!
//! A release is read whole by one query: each query costs a journey to the thread of the database and back, and there
//! are as many tables about a release as there are things that can happen to it.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use super::TBD;
use crate::domain::ids::{ChannelId, GuildId, MessageId, ReleaseId, ReleaseKey, UserId};
use crate::domain::person::Stamp;
use crate::domain::playbook::{ItemId, Playbook};
use crate::domain::release::{Closure, Completion, Hold, Release};
use crate::domain::snooze::Snooze;
use crate::store::{Connection, StoreError, frozen, instant, loaded_id, millis, stored_id};

/// Selects the releases of which `$which` holds, each with the rows that belong to it.
macro_rules! whole {
    ($which:literal) => {
        concat!(
            "SELECT release.*,
                 (SELECT json_group_array(json_array(item, done_by, done_at, not_applicable, evidence))
                  FROM completion WHERE release_id = release.id) AS completions,
                 (SELECT json_group_array(json_array(item, until, intent, snoozed_by, snoozed_at))
                  FROM snooze WHERE release_id = release.id) AS snoozes,
                 (SELECT json_group_array(json_array(item, since))
                  FROM reopened WHERE release_id = release.id) AS reopened
             FROM release WHERE ",
            $which
        )
    };
}

/// The release with this number.
///
/// # Errors
/// The query failed, there is none, or a row cannot be read.
pub async fn load(connection: &mut Connection, id: ReleaseId) -> Result<Release, StoreError> {
    let row: Row = sqlx::query_as(whole!("id = $1"))
        .bind(id.0)
        .fetch_one(connection)
        .await?;
    row.into_release()
}

/// The playbook that a release started with, as it was then (S6).
///
/// # Errors
/// The query failed, there is no such release, or the row cannot be read.
pub async fn kept_playbook(connection: &mut Connection, id: ReleaseId) -> Result<Arc<Playbook>, StoreError> {
    let (text,): (String,) = sqlx::query_as("SELECT playbook FROM release WHERE id = $1")
        .bind(id.0)
        .fetch_one(connection)
        .await?;
    kept(&text, id.0)
}

/// The playbooks that the releases in flight of a guild started with, one for each of them that can be read, and whether
/// that release is private.
///
/// # Errors
/// The query failed.
pub async fn kept_in_flight(
    connection: &mut Connection,
    guild: GuildId,
) -> Result<Vec<(Arc<Playbook>, bool)>, StoreError> {
    let rows: Vec<(i64, String, bool)> = sqlx::query_as(
        "SELECT id, playbook, private FROM release WHERE guild_id = $1 AND closed_at IS NULL ORDER BY id",
    )
    .bind(stored_id(guild.0))
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, text, private)| Some((kept(&text, id).ok()?, private)))
        .collect())
}

/// The playbook of a release that is private, as it was when the release started; none for one that everybody may know
/// of.
///
/// # Errors
/// The query failed, there is no such release, or the playbook cannot be read.
pub async fn private_to(
    connection: &mut Connection,
    id: ReleaseId,
) -> Result<Option<Arc<Playbook>>, StoreError> {
    let (text,): (Option<String>,) =
        sqlx::query_as("SELECT CASE WHEN private THEN playbook END FROM release WHERE id = $1")
            .bind(id.0)
            .fetch_one(connection)
            .await?;
    text.map(|text| kept(&text, id.0)).transpose()
}

fn kept(text: &str, id: i64) -> Result<Arc<Playbook>, StoreError> {
    frozen::kept(text).map_err(|_| StoreError::Corrupt {
        table: "release",
        id,
        what: "a playbook",
    })
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

/// How people find a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its key.
    pub key: ReleaseKey,
    /// "7.2.1 Login fix".
    pub name: String,
    /// The playbook whose roles alone may know of it; none when everybody may.
    pub private_to: Option<Arc<Playbook>>,
}

/// The names of the releases of a guild, the newest first, also of those that cannot be read unless they are private.
///
/// # Errors
/// The query failed.
pub async fn names(connection: &mut Connection, guild: GuildId, most: u32) -> Result<Vec<Named>, StoreError> {
    let rows: Vec<NamedRow> = sqlx::query_as(
        "SELECT id, key, version, title, CASE WHEN private THEN playbook END FROM release
         WHERE guild_id = $1 ORDER BY id DESC LIMIT $2",
    )
    .bind(stored_id(guild.0))
    .bind(most)
    .fetch_all(connection)
    .await?;
    let named = |(id, key, version, title, private_to): NamedRow| {
        let name = title.map_or_else(|| version.clone(), |title| format!("{version} {title}"));
        let private_to = private_to.map(|text| kept(&text, id)).transpose().ok()?;
        let key = ReleaseKey::from_stored(key);
        Some(Named {
            key,
            name,
            private_to,
        })
    };
    Ok(rows.into_iter().filter_map(named).collect())
}

/// Number, key, version, title, and the playbook of a private release.
type NamedRow = (i64, String, String, Option<String>, Option<String>);

/// The release with this key.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn find_by_key(
    connection: &mut Connection,
    guild: GuildId,
    key: &str,
) -> Result<Option<Release>, StoreError> {
    let row: Option<Row> = sqlx::query_as(whole!("guild_id = $1 AND key = $2"))
        .bind(stored_id(guild.0))
        .bind(key)
        .fetch_optional(connection)
        .await?;
    row.map(Row::into_release).transpose()
}

/// The releases with this key, one of each guild that has one: for the operator at the prompt, never for a person of a
/// guild.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn find_everywhere(connection: &mut Connection, key: &str) -> Result<Vec<Release>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(whole!("key = $1 ORDER BY guild_id"))
        .bind(key)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Row::into_release).collect()
}

/// The releases of a guild that were closed since then and can be read, in the order in which they were closed.
///
/// # Errors
/// The query failed.
pub async fn closed_since(
    connection: &mut Connection,
    guild: GuildId,
    since: DateTime<Utc>,
) -> Result<Vec<Release>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(whole!("guild_id = $1 AND closed_at >= $2 ORDER BY closed_at, id"))
        .bind(stored_id(guild.0))
        .bind(millis(since))
        .fetch_all(connection)
        .await?;
    let mut releases = Vec::with_capacity(rows.len());
    for row in rows {
        match row.into_release() {
            Ok(release) => releases.push(release),
            Err(StoreError::Corrupt { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(releases)
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
    let row: Option<Row> = sqlx::query_as(whole!("guild_id = $1 AND channel_id = $2"))
        .bind(stored_id(guild.0))
        .bind(stored_id(channel.0))
        .fetch_optional(connection)
        .await?;
    row.map(Row::into_release).transpose()
}

/// The release in flight that ships this version, alone or with others.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn find_in_flight(
    connection: &mut Connection,
    guild: GuildId,
    product: &str,
    version: &str,
) -> Result<Option<Release>, StoreError> {
    let row: Option<Row> = sqlx::query_as(whole!(
        "guild_id = $1 AND product = $2 AND closed_at IS NULL AND (version = $3 OR EXISTS (
             SELECT 1 FROM json_each(variation, '$.further_versions') AS further WHERE further.value = $3))"
    ))
    .bind(stored_id(guild.0))
    .bind(product)
    .bind(version)
    .fetch_optional(connection)
    .await?;
    row.map(Row::into_release).transpose()
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
    let rows: Vec<Row> = sqlx::query_as(whole!("guild_id = $1 AND closed_at IS NULL ORDER BY id"))
        .bind(stored_id(guild.0))
        .fetch_all(connection)
        .await?;
    let (mut releases, mut unreadable) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        let key = row.key.clone();
        match row.into_release() {
            Ok(release) => releases.push(release),
            Err(StoreError::Corrupt { .. }) => unreadable.push(ReleaseKey::from_stored(key)),
            Err(error) => return Err(error),
        }
    }
    Ok((releases, unreadable))
}

/// The releases of a guild that are closed and have something to do after their target date, as far as they can be read.
///
/// # Errors
/// The query failed.
pub async fn living_on(connection: &mut Connection, guild: GuildId) -> Result<Vec<Release>, StoreError> {
    // A closed release with something open always waits for an instant.
    let rows: Vec<Row> = sqlx::query_as(whole!(
        "guild_id = $1 AND closed_at IS NOT NULL AND wake_at IS NOT NULL ORDER BY id"
    ))
    .bind(stored_id(guild.0))
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| row.into_release().ok())
        .collect())
}

/// The releases of all guilds that are in flight.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn in_flight_everywhere(connection: &mut Connection) -> Result<Vec<Release>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(whole!("closed_at IS NULL ORDER BY id"))
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Row::into_release).collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    guild_id: i64,
    key: String,
    playbook: String,
    variation: Option<String>,
    room: Option<String>,
    version: String,
    title: Option<String>,
    reason: String,
    private: bool,
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
    completions: String,
    snoozes: String,
    reopened: String,
}

impl Row {
    fn into_release(self) -> Result<Release, StoreError> {
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
        let room = self.room.as_deref().map(serde_json::from_str).transpose();
        let variation = self.variation.as_deref().unwrap_or_default();
        let (playbook, variation) =
            frozen::playbook(&self.playbook, &self.version, variation).map_err(|_| corrupt("a playbook"))?;
        Ok(Release {
            id: ReleaseId(id),
            guild: GuildId(loaded_id(self.guild_id)),
            key: ReleaseKey::from_stored(self.key),
            playbook,
            variation,
            room: room.map_err(|_| corrupt("a room"))?.unwrap_or_default(),
            version: self.version,
            title: self.title,
            reason: self.reason.parse().map_err(|()| corrupt("a reason"))?,
            private: self.private,
            target: match self.target.as_str() {
                TBD => None,
                date => Some(date.parse().map_err(|_| corrupt("a date"))?),
            },
            opened: stamp(self.opened_by, self.opened_at)?,
            closed,
            channel: self.channel_id.map(|id| ChannelId(loaded_id(id))),
            board: self.board_id.map(|id| MessageId(loaded_id(id))),
            completions: completions(&self.completions, id)?,
            hold,
            snoozes: snoozes(&self.snoozes, id)?,
            told: told.map_err(|_| corrupt("dates"))?,
            reopened: reopened(&self.reopened, id)?,
            watched_from: instant(self.watched_from.unwrap_or(self.opened_at), "release", id)?,
            revision: self.revision,
        })
    }
}

/// Item, who, when, why it does not apply, what was shown.
type CompletionRow = (String, i64, i64, Option<String>, Option<String>);

fn completions(json: &str, release: i64) -> Result<BTreeMap<ItemId, Completion>, StoreError> {
    let rows: Vec<CompletionRow> = rows(json, "completion", release)?;
    rows.into_iter()
        .map(|(name, by, at, not_applicable, evidence)| {
            let evidence = evidence
                .map(|evidence| serde_json::from_str(&evidence))
                .transpose();
            let stamp = Stamp {
                by: UserId(loaded_id(by)),
                at: instant(at, "completion", release)?,
            };
            let completion = Completion {
                stamp,
                not_applicable,
                evidence: evidence.map_err(|_| StoreError::Corrupt {
                    table: "completion",
                    id: release,
                    what: "evidence",
                })?,
            };
            Ok((item(&name, "completion", release)?, completion))
        })
        .collect()
}

fn snoozes(json: &str, release: i64) -> Result<BTreeMap<ItemId, Snooze>, StoreError> {
    let rows: Vec<(String, i64, String, i64, i64)> = rows(json, "snooze", release)?;
    rows.into_iter()
        .map(|(name, until, intent, by, at)| {
            let stamp = Stamp {
                by: UserId(loaded_id(by)),
                at: instant(at, "snooze", release)?,
            };
            let until = instant(until, "snooze", release)?;
            let snooze = Snooze { stamp, until, intent };
            Ok((item(&name, "snooze", release)?, snooze))
        })
        .collect()
}

fn reopened(json: &str, release: i64) -> Result<BTreeMap<ItemId, DateTime<Utc>>, StoreError> {
    let rows: Vec<(String, i64)> = rows(json, "reopened", release)?;
    rows.into_iter()
        .map(|(name, since)| {
            let since = instant(since, "reopened", release)?;
            Ok((item(&name, "reopened", release)?, since))
        })
        .collect()
}

/// The rows of a table that belong to a release, as the query has put them together.
fn rows<T: DeserializeOwned>(json: &str, table: &'static str, release: i64) -> Result<Vec<T>, StoreError> {
    serde_json::from_str(json).map_err(|_| StoreError::Corrupt {
        table,
        id: release,
        what: "a row",
    })
}

fn item(name: &str, table: &'static str, release: i64) -> Result<ItemId, StoreError> {
    name.parse().map_err(|_| StoreError::Corrupt {
        table,
        id: release,
        what: "an item",
    })
}
