//! Who has the duty of a roster, and what was handed over.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::handoff::{Duty, HandOff};
use crate::domain::ids::{ChannelId, GuildId, HandOffNumber, MessageId, RosterNumber};
use crate::store::{Connection, StoreError, place, stored_id};

/// A hand-off as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptHandOff {
    /// Its number.
    pub number: HandOffNumber,
    /// Its roster.
    pub roster: RosterNumber,
    /// What is handed over, and what became of it.
    pub hand_off: HandOff,
    /// Where it can be answered, once it is posted.
    pub message: Option<(ChannelId, MessageId)>,
}

/// Who has the duty of a roster.
///
/// # Errors
/// The query failed or the row cannot be read.
pub async fn duty(connection: &mut Connection, roster: RosterNumber) -> Result<Option<Duty>, StoreError> {
    let row: Option<(String,)> = sqlx::query_as("SELECT facts FROM duty WHERE roster_id = $1")
        .bind(roster.0)
        .fetch_optional(connection)
        .await?;
    row.map(|(facts,)| read("duty", roster.0, &facts)).transpose()
}

/// Notes who has the duty of a roster, or that nobody has it.
///
/// # Errors
/// The query failed.
pub async fn keep_duty(
    connection: &mut Connection,
    roster: RosterNumber,
    duty: Option<&Duty>,
) -> Result<(), StoreError> {
    let query = match duty {
        Some(duty) => sqlx::query(
            "INSERT INTO duty (roster_id, facts) VALUES ($1, $2)
             ON CONFLICT (roster_id) DO UPDATE SET facts = excluded.facts",
        )
        .bind(roster.0)
        .bind(written(duty)?),
        None => sqlx::query("DELETE FROM duty WHERE roster_id = $1").bind(roster.0),
    };
    query.execute(connection).await?;
    Ok(())
}

/// Keeps a hand-off and returns its number.
///
/// # Errors
/// The query failed, also when one of the roster is open.
pub async fn offer(
    connection: &mut Connection,
    roster: RosterNumber,
    hand_off: &HandOff,
) -> Result<HandOffNumber, StoreError> {
    let (number,): (i64,) =
        sqlx::query_as("INSERT INTO hand_off (roster_id, open, facts) VALUES ($1, $2, $3) RETURNING id")
            .bind(roster.0)
            .bind(hand_off.is_open())
            .bind(written(hand_off)?)
            .fetch_one(connection)
            .await?;
    Ok(HandOffNumber(number))
}

/// Notes what became of a hand-off.
///
/// # Errors
/// The query failed.
pub async fn keep(
    connection: &mut Connection,
    number: HandOffNumber,
    hand_off: &HandOff,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE hand_off SET open = $2, facts = $3 WHERE id = $1")
        .bind(number.0)
        .bind(hand_off.is_open())
        .bind(written(hand_off)?)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes where a hand-off can be answered; none when somebody deleted that message.
///
/// # Errors
/// The query failed.
pub async fn posted(
    connection: &mut Connection,
    number: HandOffNumber,
    place: Option<(ChannelId, MessageId)>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE hand_off SET channel_id = $2, message_id = $3 WHERE id = $1")
        .bind(number.0)
        .bind(place.map(|(channel, _)| stored_id(channel.0)))
        .bind(place.map(|(_, message)| stored_id(message.0)))
        .execute(connection)
        .await?;
    Ok(())
}

/// The open hand-off of a roster.
///
/// # Errors
/// The query failed or the row cannot be read.
pub async fn open(
    connection: &mut Connection,
    roster: RosterNumber,
) -> Result<Option<KeptHandOff>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, roster_id, facts, channel_id, message_id FROM hand_off WHERE roster_id = $1 AND open = 1",
    )
    .bind(roster.0)
    .fetch_optional(connection)
    .await?;
    row.map(Row::read).transpose()
}

/// The hand-off of this number in a guild.
///
/// # Errors
/// The query failed or the row cannot be read.
pub async fn of_number(
    connection: &mut Connection,
    guild: GuildId,
    number: HandOffNumber,
) -> Result<Option<KeptHandOff>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT hand_off.id, roster_id, facts, channel_id, message_id
         FROM hand_off JOIN roster ON roster.id = hand_off.roster_id
         WHERE hand_off.id = $1 AND roster.guild_id = $2",
    )
    .bind(number.0)
    .bind(stored_id(guild.0))
    .fetch_optional(connection)
    .await?;
    row.map(Row::read).transpose()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    roster_id: i64,
    facts: String,
    channel_id: Option<i64>,
    message_id: Option<i64>,
}

impl Row {
    fn read(self) -> Result<KeptHandOff, StoreError> {
        Ok(KeptHandOff {
            number: HandOffNumber(self.id),
            roster: RosterNumber(self.roster_id),
            hand_off: read("hand_off", self.id, &self.facts)?,
            message: place(self.channel_id, self.message_id),
        })
    }
}

fn written<Facts: Serialize>(facts: &Facts) -> Result<String, StoreError> {
    Ok(serde_json::to_string(facts)?)
}

fn read<Facts: DeserializeOwned>(table: &'static str, id: i64, facts: &str) -> Result<Facts, StoreError> {
    serde_json::from_str(facts).map_err(|_| StoreError::Corrupt {
        table,
        id,
        what: "its facts",
    })
}
