//! What people change about their shifts: days away, stretches that they take, swaps.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::domain::ids::{ChannelId, GuildId, MessageId, RosterNumber, SwapNumber, UserId};
use crate::domain::person::Stamp;
use crate::domain::shift::{Away, Cause, Change, Span, Swap, SwapState};
use crate::store::{Connection, StoreError, instant, loaded_id, millis, place, stored_id};

/// What is over for so long changes no answer any more.
const LOOKED_BACK: TimeDelta = TimeDelta::days(60);

/// A swap as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSwap {
    /// Its number.
    pub number: SwapNumber,
    /// Its roster.
    pub roster: RosterNumber,
    /// What was offered.
    pub swap: Swap,
    /// What became of it.
    pub state: SwapState,
    /// Where it can be answered, once it is posted.
    pub message: Option<(ChannelId, MessageId)>,
}

/// Who of a guild is away now or later, or was not long ago.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn away(
    connection: &mut Connection,
    guild: GuildId,
    now: DateTime<Utc>,
) -> Result<Vec<Away>, StoreError> {
    let rows: Vec<AwayRow> = sqlx::query_as(
        "SELECT id, user_id, first, last, reason, said_by, said_at FROM away
         WHERE guild_id = $1 AND ended_at IS NULL AND last >= $2 ORDER BY first, id",
    )
    .bind(stored_id(guild.0))
    .bind((now - LOOKED_BACK).date_naive().to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(AwayRow::read).collect()
}

/// Notes that somebody is away.
///
/// # Errors
/// The query failed.
pub async fn go_away(
    connection: &mut Connection,
    guild: GuildId,
    user: UserId,
    days: (NaiveDate, NaiveDate),
    reason: Option<&str>,
    said: Stamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO away (guild_id, user_id, first, last, reason, said_by, said_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(stored_id(guild.0))
    .bind(stored_id(user.0))
    .bind(days.0.to_string())
    .bind(days.1.to_string())
    .bind(reason)
    .bind(stored_id(said.by.0))
    .bind(millis(said.at))
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that somebody is not away after all; false when nobody is by this number.
///
/// # Errors
/// The query failed.
pub async fn come_back(
    connection: &mut Connection,
    guild: GuildId,
    number: i64,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let result =
        sqlx::query("UPDATE away SET ended_at = $3 WHERE id = $1 AND guild_id = $2 AND ended_at IS NULL")
            .bind(number)
            .bind(stored_id(guild.0))
            .bind(millis(now))
            .execute(connection)
            .await?;
    Ok(result.rows_affected() == 1)
}

/// What was changed about the shifts of a roster, as far as it is not long over.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn changes(
    connection: &mut Connection,
    roster: RosterNumber,
    now: DateTime<Utc>,
) -> Result<Vec<Change>, StoreError> {
    let rows: Vec<ChangeRow> = sqlx::query_as(
        "SELECT id, begins, ends, user_id, instead_of, cause, made_by, made_at FROM shift_change
         WHERE roster_id = $1 AND ends >= $2 ORDER BY id",
    )
    .bind(roster.0)
    .bind(millis(now - LOOKED_BACK))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(ChangeRow::read).collect()
}

/// Notes that a stretch of a roster is somebody's.
///
/// # Errors
/// The query failed.
pub async fn change(
    connection: &mut Connection,
    roster: RosterNumber,
    change: &Change,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO shift_change (roster_id, begins, ends, user_id, instead_of, cause, made_by, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(roster.0)
    .bind(millis(change.span.from))
    .bind(millis(change.span.until))
    .bind(change.user.map(|user| stored_id(user.0)))
    .bind(change.instead_of.map(|user| stored_id(user.0)))
    .bind(stored_cause(change.cause))
    .bind(stored_id(change.made.by.0))
    .bind(millis(change.made.at))
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps an offer and returns its number.
///
/// # Errors
/// The query failed.
pub async fn offer(
    connection: &mut Connection,
    roster: RosterNumber,
    swap: &Swap,
) -> Result<SwapNumber, StoreError> {
    let (number,): (i64,) = sqlx::query_as(
        "INSERT INTO swap (roster_id, offered_by, offered_at, offered_to, gives_from, gives_until, gets_from, gets_until,
                           state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
    )
    .bind(roster.0)
    .bind(stored_id(swap.offered.by.0))
    .bind(millis(swap.offered.at))
    .bind(stored_id(swap.to.0))
    .bind(millis(swap.gives.from))
    .bind(millis(swap.gives.until))
    .bind(swap.gets.map(|gets| millis(gets.from)))
    .bind(swap.gets.map(|gets| millis(gets.until)))
    .bind(serde_json::to_string(&SwapState::Offered)?)
    .fetch_one(connection)
    .await?;
    Ok(SwapNumber(number))
}

/// The swap of this number in a guild.
///
/// # Errors
/// The query failed or the row cannot be read.
pub async fn swap(
    connection: &mut Connection,
    guild: GuildId,
    number: SwapNumber,
) -> Result<Option<KeptSwap>, StoreError> {
    let row: Option<SwapRow> = sqlx::query_as(
        "SELECT swap.id, roster_id, offered_by, offered_at, offered_to, gives_from, gives_until, gets_from, gets_until,
                state, channel_id, message_id
         FROM swap JOIN roster ON roster.id = swap.roster_id WHERE swap.id = $1 AND roster.guild_id = $2",
    )
    .bind(number.0)
    .bind(stored_id(guild.0))
    .fetch_optional(connection)
    .await?;
    row.map(SwapRow::read).transpose()
}

/// Notes what became of a swap.
///
/// # Errors
/// The query failed.
pub async fn answer(
    connection: &mut Connection,
    number: SwapNumber,
    state: &SwapState,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE swap SET state = $2 WHERE id = $1")
        .bind(number.0)
        .bind(serde_json::to_string(state)?)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes where a swap can be answered; none when somebody deleted that message.
///
/// # Errors
/// The query failed.
pub async fn posted(
    connection: &mut Connection,
    number: SwapNumber,
    place: Option<(ChannelId, MessageId)>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE swap SET channel_id = $2, message_id = $3 WHERE id = $1")
        .bind(number.0)
        .bind(place.map(|(channel, _)| stored_id(channel.0)))
        .bind(place.map(|(_, message)| stored_id(message.0)))
        .execute(connection)
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct AwayRow {
    id: i64,
    user_id: i64,
    first: String,
    last: String,
    reason: Option<String>,
    said_by: i64,
    said_at: i64,
}

impl AwayRow {
    fn read(self) -> Result<Away, StoreError> {
        let date = |text: &str| text.parse().map_err(|_| corrupt("away", self.id, "a date"));
        Ok(Away {
            number: self.id,
            user: UserId(loaded_id(self.user_id)),
            first: date(&self.first)?,
            last: date(&self.last)?,
            reason: self.reason,
            said: Stamp {
                by: UserId(loaded_id(self.said_by)),
                at: instant(self.said_at, "away", self.id)?,
            },
        })
    }
}

#[derive(sqlx::FromRow)]
struct ChangeRow {
    id: i64,
    begins: i64,
    ends: i64,
    user_id: Option<i64>,
    instead_of: Option<i64>,
    cause: String,
    made_by: i64,
    made_at: i64,
}

impl ChangeRow {
    fn read(self) -> Result<Change, StoreError> {
        let cause = match self.cause.as_str() {
            "taken" => Cause::Taken,
            "swapped" => Cause::Swapped,
            "left" => Cause::Left,
            _ => return Err(corrupt("shift_change", self.id, "a cause")),
        };
        Ok(Change {
            span: span(self.begins, self.ends, "shift_change", self.id)?,
            user: self.user_id.map(|user| UserId(loaded_id(user))),
            instead_of: self.instead_of.map(|user| UserId(loaded_id(user))),
            cause,
            made: Stamp {
                by: UserId(loaded_id(self.made_by)),
                at: instant(self.made_at, "shift_change", self.id)?,
            },
        })
    }
}

fn stored_cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Taken => "taken",
        Cause::Swapped => "swapped",
        Cause::Left => "left",
    }
}

#[derive(sqlx::FromRow)]
struct SwapRow {
    id: i64,
    roster_id: i64,
    offered_by: i64,
    offered_at: i64,
    offered_to: i64,
    gives_from: i64,
    gives_until: i64,
    gets_from: Option<i64>,
    gets_until: Option<i64>,
    state: String,
    channel_id: Option<i64>,
    message_id: Option<i64>,
}

impl SwapRow {
    fn read(self) -> Result<KeptSwap, StoreError> {
        let gets = self.gets_from.zip(self.gets_until);
        Ok(KeptSwap {
            number: SwapNumber(self.id),
            roster: RosterNumber(self.roster_id),
            swap: Swap {
                offered: Stamp {
                    by: UserId(loaded_id(self.offered_by)),
                    at: instant(self.offered_at, "swap", self.id)?,
                },
                to: UserId(loaded_id(self.offered_to)),
                gives: span(self.gives_from, self.gives_until, "swap", self.id)?,
                gets: gets
                    .map(|(from, until)| span(from, until, "swap", self.id))
                    .transpose()?,
            },
            state: serde_json::from_str(&self.state).map_err(|_| corrupt("swap", self.id, "a state"))?,
            message: place(self.channel_id, self.message_id),
        })
    }
}

fn span(from: i64, until: i64, table: &'static str, id: i64) -> Result<Span, StoreError> {
    Ok(Span {
        from: instant(from, table, id)?,
        until: instant(until, table, id)?,
    })
}

fn corrupt(table: &'static str, id: i64, what: &'static str) -> StoreError {
    StoreError::Corrupt { table, id, what }
}
