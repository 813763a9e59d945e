//! What became of rows. Whatever ends a row lets the next one of its order become the head.

use chrono::{DateTime, Utc};

use super::{Claim, notice};
use crate::domain::ids::{GuildId, MessageId, ReleaseId, UserId};
use crate::domain::notice::Notice;
use crate::store::{Connection, StoreError, loaded_id, millis, stored_id};

/// A row that was worth nothing any more when its turn came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expired {
    /// The row.
    pub row: i64,
    /// The guild that it belonged to.
    pub guild: GuildId,
    /// The release that it belonged to, if any.
    pub release: Option<ReleaseId>,
    /// What was to be said, where it can be read.
    pub notice: Option<Notice>,
}

/// Marks a claim as sent; false when the lease has gone to somebody else. `posted` is the message that came into the
/// world, if one did. A row with a newer wish waits again, and no wish leaves before `rests_until`.
///
/// # Errors
/// The query failed.
pub async fn mark_sent(
    connection: &mut Connection,
    claim: &Claim,
    posted: Option<MessageId>,
    rests_until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let result = sqlx::query(
        "UPDATE outbox SET posts = posts + ($4 IS NOT NULL), message_id = COALESCE($4, message_id),
             state = CASE WHEN generation = $3 THEN 'sent' ELSE 'pending' END,
             head = generation <> $3, attempts = 0, first_attempt_at = NULL, withdrawn = 0, last_error = NULL,
             rests_until = $5, due_at = MAX($5, $6), settled_at = $6
         WHERE id = $1 AND lease = $2 AND state = 'leased'",
    )
    .bind(claim.row)
    .bind(claim.lease)
    .bind(claim.generation)
    .bind(posted.map(|message| stored_id(message.0)))
    .bind(millis(rests_until))
    .bind(millis(now))
    .execute(&mut *connection)
    .await?;
    let marked = result.rows_affected() == 1;
    if marked {
        advance(connection, claim.row).await?;
    }
    Ok(marked)
}

/// Puts a claim back until `due`, unless it was withdrawn meanwhile.
///
/// # Errors
/// The query failed.
pub async fn mark_retry(
    connection: &mut Connection,
    claim: &Claim,
    due: DateTime<Utc>,
    error: &str,
) -> Result<(), StoreError> {
    // A notice that was replaced while an attempt was under way becomes another message, with another nonce. The board
    // stays one message, whatever it shows.
    put_back(connection, claim, due, error, 0).await
}

/// Puts a claim back until `due` because the platform asked to wait: nothing was attempted.
///
/// # Errors
/// The query failed.
pub async fn mark_waiting(
    connection: &mut Connection,
    claim: &Claim,
    due: DateTime<Utc>,
    error: &str,
) -> Result<(), StoreError> {
    put_back(connection, claim, due, error, 1).await
}

async fn put_back(
    connection: &mut Connection,
    claim: &Claim,
    due: DateTime<Utc>,
    error: &str,
    uncounted: u32,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE outbox SET state = CASE withdrawn WHEN 1 THEN 'superseded' ELSE 'pending' END,
             head = 1 - withdrawn, settled_at = CASE withdrawn WHEN 1 THEN $3 END, withdrawn = 0,
             posts = posts + (aside = 0 AND generation <> $6 AND attempts > $5), attempts = attempts - $5,
             first_attempt_at = CASE WHEN attempts > $5 AND (aside = 1 OR generation = $6) THEN first_attempt_at END,
             due_at = $3, last_error = $4
         WHERE id = $1 AND lease = $2 AND state = 'leased'",
    )
    .bind(claim.row)
    .bind(claim.lease)
    .bind(millis(due))
    .bind(error)
    .bind(uncounted)
    .bind(claim.generation)
    .execute(&mut *connection)
    .await?;
    advance(connection, claim.row).await
}

/// Ends a claim that cannot succeed; false when the lease has gone to somebody else. It stays in the table with its
/// error.
///
/// # Errors
/// The query failed.
pub async fn mark_dead(
    connection: &mut Connection,
    claim: &Claim,
    error: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let result = sqlx::query(
        "UPDATE outbox SET state = 'dead', head = 0, settled_at = $4, last_error = $3
         WHERE id = $1 AND lease = $2 AND state = 'leased'",
    )
    .bind(claim.row)
    .bind(claim.lease)
    .bind(error)
    .bind(millis(now))
    .execute(&mut *connection)
    .await?;
    let marked = result.rows_affected() == 1;
    if marked {
        advance(connection, claim.row).await?;
    }
    Ok(marked)
}

/// Withdraws what waits of a release and is meant by `which`, and counts it. What is being sent may still arrive, but
/// is not tried again.
///
/// # Errors
/// The query failed.
pub async fn supersede(
    connection: &mut Connection,
    release: ReleaseId,
    which: impl Fn(&Notice) -> bool,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT id, notice FROM outbox
         WHERE guild_id = (SELECT guild_id FROM release WHERE id = $1) AND COALESCE(release_id, 0) = $1
           AND state IN ('pending', 'leased')",
    )
    .bind(release.0)
    .fetch_all(&mut *connection)
    .await?;
    withdraw(connection, rows, which, now).await
}

/// Withdraws what waits for a person of a guild as a direct message, of one release or of all, and is meant by `which`;
/// counts it; otherwise as [`supersede`].
///
/// # Errors
/// The query failed.
pub async fn supersede_for(
    connection: &mut Connection,
    guild: GuildId,
    recipient: UserId,
    release: Option<ReleaseId>,
    which: impl Fn(&Notice) -> bool,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT id, notice FROM outbox
         WHERE guild_id = $1 AND recipient = $2 AND ($3 IS NULL OR release_id = $3)
           AND state IN ('pending', 'leased')",
    )
    .bind(stored_id(guild.0))
    .bind(stored_id(recipient.0))
    .bind(release.map(|release| release.0))
    .fetch_all(&mut *connection)
    .await?;
    withdraw(connection, rows, which, now).await
}

async fn withdraw(
    connection: &mut Connection,
    rows: Vec<(i64, String)>,
    which: impl Fn(&Notice) -> bool,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let mut count = 0;
    for (row, text) in rows {
        // What cannot be read is set aside when its turn comes.
        if !notice(row, &text).is_ok_and(|notice| which(&notice)) {
            continue;
        }
        count += 1;
        let leased = sqlx::query("UPDATE outbox SET withdrawn = 1 WHERE id = $1 AND state = 'leased'")
            .bind(row)
            .execute(&mut *connection)
            .await?;
        if leased.rows_affected() == 0 {
            settle(connection, row, "superseded", "", now).await?;
        }
    }
    Ok(count)
}

/// Gives up a dead row for good.
///
/// # Errors
/// The query failed.
pub async fn drop_dead(connection: &mut Connection, row: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    settle(connection, row, "superseded", "", now).await
}

/// Ends what waits and is worth nothing any more at `now`.
///
/// # Errors
/// The query failed.
pub async fn expire(connection: &mut Connection, now: DateTime<Utc>) -> Result<Vec<Expired>, StoreError> {
    let rows: Vec<(i64, i64, Option<i64>, String)> = sqlx::query_as(
        "SELECT id, guild_id, release_id, notice FROM outbox
         WHERE state = 'pending' AND expires_at IS NOT NULL AND expires_at <= $1 ORDER BY expires_at, position",
    )
    .bind(millis(now))
    .fetch_all(&mut *connection)
    .await?;
    let mut expired = Vec::with_capacity(rows.len());
    for (row, guild, release, text) in rows {
        settle(connection, row, "expired", "", now).await?;
        expired.push(Expired {
            row,
            guild: GuildId(loaded_id(guild)),
            release: release.map(ReleaseId),
            notice: notice(row, &text).ok(),
        });
    }
    Ok(expired)
}

/// Gives up the leases of an earlier process: this one has the file to itself, so nobody else can hold them.
///
/// # Errors
/// The query failed.
pub async fn release_leases(connection: &mut Connection, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let withdrawn: Vec<(i64,)> =
        sqlx::query_as("SELECT id FROM outbox WHERE state = 'leased' AND withdrawn = 1")
            .fetch_all(&mut *connection)
            .await?;
    for (row,) in &withdrawn {
        settle(connection, *row, "superseded", "", now).await?;
    }
    let result =
        sqlx::query("UPDATE outbox SET state = 'pending', due_at = wished_at WHERE state = 'leased'")
            .execute(connection)
            .await?;
    Ok(result.rows_affected() + withdrawn.len() as u64)
}

/// Lets what was tried before count as tried no later than at `latest`. The clock may have been set back since then, and
/// an old attempt would look young.
///
/// # Errors
/// The query failed.
pub async fn date_back(connection: &mut Connection, latest: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE outbox SET first_attempt_at = $1
         WHERE first_attempt_at > $1 AND state IN ('pending', 'leased', 'dead')",
    )
    .bind(millis(latest))
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets nothing wait for longer than until `latest`: the clock was set back, and what was due soon is due soon again.
///
/// # Errors
/// The query failed.
pub async fn rebase(connection: &mut Connection, latest: DateTime<Utc>) -> Result<u64, StoreError> {
    let result = sqlx::query("UPDATE outbox SET due_at = $1 WHERE head = 1 AND due_at > $1")
        .bind(millis(latest))
        .execute(connection)
        .await?;
    Ok(result.rows_affected())
}

/// Ends a row that waits or is leased, whoever holds it.
pub(super) async fn settle(
    connection: &mut Connection,
    row: i64,
    state: &str,
    error: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE outbox SET state = $2, head = 0, withdrawn = 0, settled_at = $4,
             last_error = CASE $3 WHEN '' THEN last_error ELSE $3 END WHERE id = $1",
    )
    .bind(row)
    .bind(state)
    .bind(error)
    .bind(millis(now))
    .execute(&mut *connection)
    .await?;
    advance(connection, row).await
}

/// Makes the first waiting row the head of the order that this row stands in.
async fn advance(connection: &mut Connection, row: i64) -> Result<(), StoreError> {
    sqlx::query(ADVANCE).bind(row).execute(connection).await?;
    Ok(())
}

const ADVANCE: &str = "UPDATE outbox SET head = 1 WHERE id = (
         SELECT next.id FROM outbox AS done JOIN outbox AS next
           ON next.guild_id = done.guild_id AND COALESCE(next.release_id, 0) = COALESCE(done.release_id, 0)
              AND next.recipient = done.recipient AND next.aside = done.aside AND next.state IN ('pending', 'leased')
         WHERE done.id = $1 ORDER BY next.position LIMIT 1)";
