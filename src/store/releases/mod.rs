//! Releases and their completions.

mod read;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

pub use self::read::{
    closed_since, find_by_channel, find_by_key, find_everywhere, find_in_flight, in_flight,
    in_flight_everywhere, kept_in_flight, kept_playbook, living_on, load, name, names, private_to,
    unreadable,
};
use crate::domain::ids::{GuildId, ReleaseId, ReleaseKey};
use crate::domain::person::Stamp;
use crate::domain::plan::Dates;
use crate::domain::playbook::{ItemId, Playbook, Variation};
use crate::domain::release::{Completion, Event, Reason, Release};
use crate::domain::room::{Room, RoomEvent};
use crate::store::{Connection, StoreError, millis, stored_id};

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
    /// Whether it is known to the roles of its playbook alone.
    pub private: bool,
    /// How it differs from the playbook.
    pub variation: &'a Variation,
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
                              told, variation, private)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id",
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
    .bind(stored_variation(new.variation)?)
    .bind(new.private)
    .fetch_one(connection)
    .await?;
    Ok(Release {
        id: ReleaseId(id),
        guild: new.guild,
        key,
        playbook: Arc::new(new.playbook.varied(new.version, new.variation)),
        variation: new.variation.clone(),
        room: Room::default(),
        version: new.version.to_owned(),
        title: new.title.map(str::to_owned),
        reason: new.reason,
        private: new.private,
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

/// Carries an event out: changes the release, and writes what has changed.
///
/// # Errors
/// [`StoreError::Conflict`] when somebody else changed the release since it was loaded, or the query failed.
pub async fn apply(
    connection: &mut Connection,
    release: &mut Release,
    event: &Event,
    stamp: Stamp,
) -> Result<(), StoreError> {
    let was_snoozed = |item: &ItemId| release.snoozes.contains_key(item);
    let unblocks = match event {
        Event::ItemDone { item, .. } | Event::ItemNotApplicable { item, .. } => release.room.is_blocked(item),
        _ => false,
    };
    let wakes = match event {
        Event::ItemDone { item, .. } | Event::ItemNotApplicable { item, .. } | Event::ItemWoken { item } => {
            Some(item).filter(|item| was_snoozed(item))
        }
        _ => None,
    };
    if let Some(item) = wakes {
        wake_item(connection, release.id, item).await?;
    }
    release.apply(event, stamp);
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
        Event::ItemDone { item, .. } | Event::ItemNotApplicable { item, .. } => {
            if let Some(completion) = release.completions.get(item) {
                complete_item(connection, release.id, item, completion).await?;
            }
            if unblocks {
                write_room(connection, release).await?;
            }
        }
        Event::Room(did) => {
            write_room(connection, release).await?;
            if matches!(did, RoomEvent::ItemAdded { .. }) {
                write_variation(connection, release).await?;
            }
        }
        Event::ItemUndone { item } => {
            sqlx::query("DELETE FROM completion WHERE release_id = $1 AND item = $2")
                .bind(release.id.0)
                .bind(item.to_string())
                .execute(&mut *connection)
                .await?;
            reopen_item(connection, release.id, item, stamp.at).await?;
        }
        Event::ItemReopened { item, since } => {
            sqlx::query("DELETE FROM completion WHERE release_id = $1 AND item = $2")
                .bind(release.id.0)
                .bind(item.to_string())
                .execute(&mut *connection)
                .await?;
            reopen_item(connection, release.id, item, *since).await?;
        }
        Event::ItemWoken { .. }
        | Event::Started { .. }
        | Event::Slipped { .. }
        | Event::Replanned { .. }
        | Event::Held { .. }
        | Event::Resumed
        | Event::Reopened { .. }
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
         wake_at = CASE WHEN $14 THEN 0 END, revision = revision + 1 WHERE id = $1 AND revision = $2",
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
    .bind(release.lives_on() || release.expects_retrospective())
    .execute(connection)
    .await?;
    if updated.rows_affected() == 0 {
        return Err(StoreError::Conflict { id: release.id.0 });
    }
    release.revision += 1;
    Ok(())
}

async fn complete_item(
    connection: &mut Connection,
    release: ReleaseId,
    item: &ItemId,
    completion: &Completion,
) -> Result<(), StoreError> {
    let evidence = completion
        .evidence
        .as_ref()
        .map(serde_json::to_string)
        .transpose()?;
    sqlx::query(
        "INSERT INTO completion (release_id, item, done_by, done_at, not_applicable, evidence)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(release.0)
    .bind(item.to_string())
    .bind(stored_id(completion.stamp.by.0))
    .bind(millis(completion.stamp.at))
    .bind(completion.not_applicable.as_deref())
    .bind(evidence)
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes the room as it is now. Most changes of a release do not touch it, so it is not written with each of them.
async fn write_room(connection: &mut Connection, release: &Release) -> Result<(), StoreError> {
    sqlx::query("UPDATE release SET room = $2 WHERE id = $1")
        .bind(release.id.0)
        .bind(serde_json::to_string(&release.room)?)
        .execute(connection)
        .await?;
    Ok(())
}

async fn write_variation(connection: &mut Connection, release: &Release) -> Result<(), StoreError> {
    sqlx::query("UPDATE release SET variation = $2 WHERE id = $1")
        .bind(release.id.0)
        .bind(stored_variation(&release.variation)?)
        .execute(connection)
        .await?;
    Ok(())
}

fn stored_variation(variation: &Variation) -> Result<Option<String>, serde_json::Error> {
    (!variation.is_none())
        .then(|| serde_json::to_string(variation))
        .transpose()
}

async fn wake_item(connection: &mut Connection, release: ReleaseId, item: &ItemId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM snooze WHERE release_id = $1 AND item = $2")
        .bind(release.0)
        .bind(item.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Remembers since when an item that was done is open again.
async fn reopen_item(
    connection: &mut Connection,
    release: ReleaseId,
    item: &ItemId,
    since: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO reopened (release_id, item, since) VALUES ($1, $2, $3)
         ON CONFLICT (release_id, item) DO UPDATE SET since = excluded.since",
    )
    .bind(release.0)
    .bind(item.to_string())
    .bind(millis(since))
    .execute(connection)
    .await?;
    Ok(())
}
