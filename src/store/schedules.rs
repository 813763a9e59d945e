//! Playbooks that come again: which servers want them, what they wait for, and what became of each time.

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::domain::ids::{
    ChannelId, GuildId, MessageId, OccurrenceId, ReleaseId, ReleaseKey, ScheduleId, UserId,
};
use crate::domain::person::Stamp;
use crate::domain::recurrence::{Occurrence, Recurrence};
use crate::domain::recurring::RecurringRelease;
use crate::domain::zone::Zone;
use crate::store::{Connection, StoreError, instant, loaded_id, millis, place, stored_id};

/// A playbook that a guild has switched on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Its number.
    pub id: ScheduleId,
    /// The guild.
    pub guild: GuildId,
    /// The playbook's name.
    pub playbook: String,
    /// What it waits for, if anything.
    pub waiting: Option<Waiting>,
}

/// An occurrence that is to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its number.
    pub id: OccurrenceId,
    /// When it is.
    pub occurrence: Occurrence,
    /// The zone of its civil time.
    pub zone: Zone,
    /// The rule that it follows from, as it was written.
    pub recurrence: String,
}

/// An occurrence that a guild was asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The release that was asked for.
    pub release: RecurringRelease,
    /// The message that asked, once it was posted.
    pub message: Option<(ChannelId, MessageId)>,
    /// What was answered, once it was.
    pub answer: Option<(Answered, Stamp)>,
}

/// An answer to the question whether a recurring release shall start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It was started.
    Started(ReleaseKey),
    /// Not this time.
    Declined,
}

/// Switches a playbook on or off in a guild. What it waited for is forgotten; what has been stays on record.
///
/// # Errors
/// The query failed.
pub async fn switch(
    connection: &mut Connection,
    guild: GuildId,
    playbook: &str,
    on: bool,
    stamp: Stamp,
) -> Result<ScheduleId, StoreError> {
    let (id,): (i64,) = sqlx::query_as(
        "INSERT INTO schedule (guild_id, playbook, is_on, switched_by, switched_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (guild_id, playbook) DO UPDATE SET
             is_on = excluded.is_on, switched_by = excluded.switched_by, switched_at = excluded.switched_at
         RETURNING id",
    )
    .bind(stored_id(guild.0))
    .bind(playbook)
    .bind(on)
    .bind(stored_id(stamp.by.0))
    .bind(millis(stamp.at))
    .fetch_one(&mut *connection)
    .await?;
    wait_for_nothing(connection, ScheduleId(id)).await?;
    Ok(ScheduleId(id))
}

/// Every schedule that is switched on, of all guilds.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn switched_on(connection: &mut Connection) -> Result<Vec<Schedule>, StoreError> {
    let rows: Vec<ScheduleRow> = sqlx::query_as(
        "SELECT schedule.id, schedule.guild_id, schedule.playbook, occurrence.id AS waiting, occurrence.meant,
                occurrence.at, occurrence.recurrence
         FROM schedule
         LEFT JOIN occurrence ON occurrence.schedule_id = schedule.id AND occurrence.state = 'waiting'
         WHERE schedule.is_on = 1 ORDER BY schedule.id",
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(ScheduleRow::read).collect()
}

/// Lets a schedule wait for an occurrence; false when it has been, so that nothing comes of it.
///
/// # Errors
/// The query failed, also when the schedule waits for another one.
pub async fn wait_for(
    connection: &mut Connection,
    schedule: ScheduleId,
    recurrence: &Recurrence,
    occurrence: &Occurrence,
) -> Result<bool, StoreError> {
    let result = sqlx::query(
        "INSERT INTO occurrence (schedule_id, meant, at, recurrence, state) VALUES ($1, $2, $3, $4, 'waiting')
         ON CONFLICT (schedule_id, meant) DO NOTHING",
    )
    .bind(schedule.0)
    .bind(meant(occurrence, recurrence.zone()))
    .bind(millis(occurrence.at))
    .bind(recurrence.to_string())
    .execute(connection)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Lets a schedule wait for nothing, because it is switched off or its rule has changed.
///
/// # Errors
/// The query failed.
pub async fn wait_for_nothing(connection: &mut Connection, schedule: ScheduleId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM occurrence WHERE schedule_id = $1 AND state = 'waiting'")
        .bind(schedule.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Records that an occurrence has passed without anything coming of it.
///
/// # Errors
/// The query failed.
pub async fn miss(
    connection: &mut Connection,
    schedule: ScheduleId,
    recurrence: &Recurrence,
    occurrence: &Occurrence,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    wait_for_nothing(connection, schedule).await?;
    sqlx::query(
        "INSERT INTO occurrence (schedule_id, meant, at, recurrence, state, settled_at)
         VALUES ($1, $2, $3, $4, 'missed', $5) ON CONFLICT (schedule_id, meant) DO NOTHING",
    )
    .bind(schedule.0)
    .bind(meant(occurrence, recurrence.zone()))
    .bind(millis(occurrence.at))
    .bind(recurrence.to_string())
    .bind(millis(now))
    .execute(connection)
    .await?;
    Ok(())
}

/// Records that an occurrence has come, and what it asks for; none when it had come before. What the schedule waited for
/// is over with it.
///
/// # Errors
/// The query failed.
pub async fn ask(
    connection: &mut Connection,
    schedule: ScheduleId,
    recurrence: &Recurrence,
    occurrence: &Occurrence,
    release: &RecurringRelease,
    now: DateTime<Utc>,
) -> Result<Option<OccurrenceId>, StoreError> {
    wait_for_nothing(connection, schedule).await?;
    let row: Option<(i64,)> = sqlx::query_as(
        "INSERT INTO occurrence (schedule_id, meant, at, recurrence, state, release, settled_at)
         VALUES ($1, $2, $3, $4, 'asked', $5, $6) ON CONFLICT (schedule_id, meant) DO NOTHING RETURNING id",
    )
    .bind(schedule.0)
    .bind(meant(occurrence, recurrence.zone()))
    .bind(millis(occurrence.at))
    .bind(recurrence.to_string())
    .bind(serde_json::to_string(release)?)
    .bind(millis(now))
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(id,)| OccurrenceId(id)))
}

/// Remembers the message that asked.
///
/// # Errors
/// The query failed.
pub async fn posted(
    connection: &mut Connection,
    occurrence: OccurrenceId,
    channel: ChannelId,
    message: MessageId,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE occurrence SET channel_id = $2, message_id = $3 WHERE id = $1")
        .bind(occurrence.0)
        .bind(stored_id(channel.0))
        .bind(stored_id(message.0))
        .execute(connection)
        .await?;
    Ok(())
}

/// What a guild was asked about an occurrence, if it was.
///
/// # Errors
/// The query failed or the row cannot be read.
pub async fn asked(
    connection: &mut Connection,
    guild: GuildId,
    occurrence: OccurrenceId,
) -> Result<Option<Asked>, StoreError> {
    let row: Option<AskedRow> = sqlx::query_as(
        "SELECT occurrence.id, occurrence.release, occurrence.state, occurrence.channel_id, occurrence.message_id,
                occurrence.settled_by, occurrence.settled_at, release.key
         FROM occurrence
         JOIN schedule ON schedule.id = occurrence.schedule_id
         LEFT JOIN release ON release.id = occurrence.release_id
         WHERE occurrence.id = $1 AND schedule.guild_id = $2 AND occurrence.release IS NOT NULL",
    )
    .bind(occurrence.0)
    .bind(stored_id(guild.0))
    .fetch_optional(connection)
    .await?;
    row.map(AskedRow::read).transpose()
}

/// What a guild was asked about and has not answered, in the order in which it was asked.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn unanswered(connection: &mut Connection, guild: GuildId) -> Result<Vec<Asked>, StoreError> {
    let rows: Vec<AskedRow> = sqlx::query_as(
        "SELECT occurrence.id, occurrence.release, occurrence.state, occurrence.channel_id, occurrence.message_id,
                occurrence.settled_by, occurrence.settled_at, NULL AS key
         FROM occurrence
         JOIN schedule ON schedule.id = occurrence.schedule_id
         WHERE schedule.guild_id = $1 AND occurrence.state = 'asked' ORDER BY occurrence.id",
    )
    .bind(stored_id(guild.0))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(AskedRow::read).collect()
}

/// Records the answer; false when there was one before. `release` is the one that was started, none for "not this time".
///
/// # Errors
/// The query failed.
pub async fn answer(
    connection: &mut Connection,
    occurrence: OccurrenceId,
    release: Option<ReleaseId>,
    stamp: Stamp,
) -> Result<bool, StoreError> {
    let result = sqlx::query(
        "UPDATE occurrence SET state = $2, release_id = $3, settled_by = $4, settled_at = $5
         WHERE id = $1 AND state = 'asked'",
    )
    .bind(occurrence.0)
    .bind(if release.is_some() { "started" } else { "declined" })
    .bind(release.map(|release| release.0))
    .bind(stored_id(stamp.by.0))
    .bind(millis(stamp.at))
    .execute(connection)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// How many releases of a product a guild has had.
///
/// # Errors
/// The query failed.
pub async fn releases_so_far(
    connection: &mut Connection,
    guild: GuildId,
    product: &str,
) -> Result<u32, StoreError> {
    let (count,): (u32,) =
        sqlx::query_as("SELECT COUNT(*) FROM release WHERE guild_id = $1 AND product = $2")
            .bind(stored_id(guild.0))
            .bind(product)
            .fetch_one(connection)
            .await?;
    Ok(count)
}

const MEANT: &str = "%Y-%m-%dT%H:%M";

/// "2026-12-01T09:00 Pacific/Auckland": what was meant, whatever instant follows from it.
pub(super) fn meant(occurrence: &Occurrence, zone: Zone) -> String {
    format!("{} {zone}", occurrence.local.format(MEANT))
}

fn corrupt(id: i64, what: &'static str) -> StoreError {
    StoreError::Corrupt {
        table: "occurrence",
        id,
        what,
    }
}

#[derive(sqlx::FromRow)]
struct ScheduleRow {
    id: i64,
    guild_id: i64,
    playbook: String,
    waiting: Option<i64>,
    meant: Option<String>,
    at: Option<i64>,
    recurrence: Option<String>,
}

impl ScheduleRow {
    fn read(self) -> Result<Schedule, StoreError> {
        let waiting = match (self.waiting, self.meant, self.at, self.recurrence) {
            (Some(id), Some(meant), Some(at), Some(recurrence)) => {
                let (local, zone) = read_meant(&meant).ok_or_else(|| corrupt(id, "a time"))?;
                let at = instant(at, "occurrence", id)?;
                Some(Waiting {
                    id: OccurrenceId(id),
                    occurrence: Occurrence { local, at },
                    zone,
                    recurrence,
                })
            }
            _ => None,
        };
        Ok(Schedule {
            id: ScheduleId(self.id),
            guild: GuildId(loaded_id(self.guild_id)),
            playbook: self.playbook,
            waiting,
        })
    }
}

/// What [`meant`] has written.
pub(super) fn read_meant(text: &str) -> Option<(NaiveDateTime, Zone)> {
    let (local, zone) = text.split_once(' ')?;
    Some((
        NaiveDateTime::parse_from_str(local, MEANT).ok()?,
        zone.parse().ok()?,
    ))
}

#[derive(sqlx::FromRow)]
struct AskedRow {
    id: i64,
    release: String,
    state: String,
    channel_id: Option<i64>,
    message_id: Option<i64>,
    settled_by: Option<i64>,
    settled_at: i64,
    key: Option<String>,
}

impl AskedRow {
    fn read(self) -> Result<Asked, StoreError> {
        let release = serde_json::from_str(&self.release).map_err(|_| corrupt(self.id, "a release"))?;
        let answered = match (self.state.as_str(), self.key) {
            ("started", Some(key)) => Some(Answered::Started(ReleaseKey::from_stored(key))),
            ("declined", _) => Some(Answered::Declined),
            _ => None,
        };
        let stamp = Stamp {
            by: self.settled_by.map_or(UserId::ITSELF, |by| UserId(loaded_id(by))),
            at: instant(self.settled_at, "occurrence", self.id)?,
        };
        Ok(Asked {
            release,
            message: place(self.channel_id, self.message_id),
            answer: answered.map(|answered| (answered, stamp)),
        })
    }
}
