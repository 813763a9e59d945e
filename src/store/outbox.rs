//! The rows that leave for a channel, each with a lease so that one sender has it at a time.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::ReleaseId;
use crate::domain::notice::Notice;
use crate::store::{Connection, StoreError, instant, millis};

/// A row that this process may send until the lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The row.
    pub row: i64,
    /// The release that it belongs to.
    pub release: ReleaseId,
    /// What to say or do.
    pub notice: Notice,
    /// How many times it was tried, this time included.
    pub attempts: u32,
    /// The wish that the claim is about; a newer wish has a higher one.
    pub generation: i64,
    /// Fences out a sender whose lease has ended.
    pub lease: i64,
    /// How many messages this row has brought into the world: more than one when a board had to be posted anew.
    pub posts: i64,
}

impl Claim {
    /// What makes a quick repetition of this very message harmless: at most 25 characters, the same for each attempt,
    /// another one for a board that has to be posted anew.
    #[must_use]
    pub fn nonce(&self) -> String {
        format!("t{}.{}", self.row, self.posts)
    }
}

/// Hands a notice to the outbox. A notice that [coalesces](Notice::coalesces) renews the row that is there; any other
/// is kept once.
///
/// # Errors
/// The query failed.
pub async fn enqueue(
    connection: &mut Connection,
    release: ReleaseId,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let query = if notice.coalesces() {
        // A row that is being sent stays leased: the sender's answer is about the older generation, so that the row
        // becomes pending again after it. A row that waits keeps its place.
        "INSERT INTO outbox (release_id, occasion, notice, state, position, due_at)
         VALUES ($1, $2, $3, 'pending', (SELECT COALESCE(MAX(position), 0) + 1 FROM outbox), $4)
         ON CONFLICT (release_id, occasion) DO UPDATE SET
             generation = outbox.generation + 1,
             position = CASE WHEN outbox.state IN ('sent', 'dead') THEN excluded.position ELSE outbox.position END,
             attempts = CASE WHEN outbox.state IN ('sent', 'dead') THEN 0 ELSE outbox.attempts END,
             due_at = CASE WHEN outbox.state IN ('sent', 'dead') THEN excluded.due_at ELSE outbox.due_at END,
             state = CASE WHEN outbox.state = 'leased' THEN 'leased' ELSE 'pending' END"
    } else {
        "INSERT INTO outbox (release_id, occasion, notice, state, position, due_at)
         VALUES ($1, $2, $3, 'pending', (SELECT COALESCE(MAX(position), 0) + 1 FROM outbox), $4)
         ON CONFLICT (release_id, occasion) DO NOTHING"
    };
    sqlx::query(query)
        .bind(release.0)
        .bind(notice.occasion())
        .bind(serde_json::to_string(notice)?)
        .bind(millis(now))
        .execute(connection)
        .await?;
    Ok(())
}

/// Claims the next row that may be sent: due, and with no earlier row of its release still waiting, so that a release
/// speaks in order. The board stands outside this order: it shows what is, whenever it is brought up to date, and an
/// edit that fails must not hold a reminder back.
///
/// # Errors
/// The query failed or the row cannot be read.
pub async fn claim(
    connection: &mut Connection,
    now: DateTime<Utc>,
    lease: TimeDelta,
) -> Result<Option<Claim>, StoreError> {
    let row: Option<(i64, i64, String, u32, i64, i64, i64)> = sqlx::query_as(
        "UPDATE outbox SET state = 'leased', leased_until = $2, lease = lease + 1, attempts = attempts + 1
         WHERE id = (
             SELECT candidate.id FROM outbox AS candidate
             WHERE ((candidate.state = 'pending' AND candidate.due_at <= $1)
                    OR (candidate.state = 'leased' AND candidate.leased_until <= $1))
               AND NOT EXISTS (
                   SELECT 1 FROM outbox AS earlier
                   WHERE earlier.release_id = candidate.release_id
                     AND earlier.position < candidate.position
                     AND candidate.occasion <> 'board' AND earlier.occasion <> 'board'
                     AND earlier.state IN ('pending', 'leased'))
             ORDER BY candidate.position LIMIT 1)
         RETURNING id, release_id, notice, attempts, generation, lease, posts",
    )
    .bind(millis(now))
    .bind(millis(now + lease))
    .fetch_optional(connection)
    .await?;
    row.map(|(row, release, notice, attempts, generation, lease, posts)| {
        Ok(Claim {
            row,
            release: ReleaseId(release),
            notice: serde_json::from_str(&notice).map_err(|_| StoreError::Corrupt {
                table: "outbox",
                id: row,
                what: "a notice",
            })?,
            attempts,
            generation,
            lease,
            posts,
        })
    })
    .transpose()
}

/// Gives up the leases of an earlier process: this one has the file to itself, so nobody else can hold them.
///
/// # Errors
/// The query failed.
pub async fn release_leases(connection: &mut Connection) -> Result<u64, StoreError> {
    let result =
        sqlx::query("UPDATE outbox SET state = 'pending', leased_until = NULL WHERE state = 'leased'")
            .execute(connection)
            .await?;
    Ok(result.rows_affected())
}

/// Marks a claim as sent; false when the lease has gone to somebody else. A row with a newer wish waits again.
/// `posted` says whether a message came into the world.
///
/// # Errors
/// The query failed.
pub async fn mark_sent(
    connection: &mut Connection,
    claim: &Claim,
    posted: bool,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let result = sqlx::query(
        "UPDATE outbox SET posts = posts + $5, state = CASE WHEN generation = $3 THEN 'sent' ELSE 'pending' END,
         attempts = 0, leased_until = NULL, sent_at = $4, last_error = NULL
         WHERE id = $1 AND lease = $2 AND state = 'leased'",
    )
    .bind(claim.row)
    .bind(claim.lease)
    .bind(claim.generation)
    .bind(millis(now))
    .bind(i64::from(posted))
    .execute(connection)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Puts a claim back until `due`.
///
/// # Errors
/// The query failed.
pub async fn mark_retry(
    connection: &mut Connection,
    claim: &Claim,
    due: DateTime<Utc>,
    error: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE outbox SET state = 'pending', leased_until = NULL, due_at = $3, last_error = $4
         WHERE id = $1 AND lease = $2 AND state = 'leased'",
    )
    .bind(claim.row)
    .bind(claim.lease)
    .bind(millis(due))
    .bind(error)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a claim that cannot succeed; false when the lease has gone to somebody else. It stays in the table with its
/// error.
///
/// # Errors
/// The query failed.
pub async fn mark_dead(connection: &mut Connection, claim: &Claim, error: &str) -> Result<bool, StoreError> {
    let result = sqlx::query(
        "UPDATE outbox SET state = 'dead', leased_until = NULL, last_error = $3
         WHERE id = $1 AND lease = $2 AND state = 'leased'",
    )
    .bind(claim.row)
    .bind(claim.lease)
    .bind(error)
    .execute(connection)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// When the next row can be claimed, if any waits.
///
/// # Errors
/// The query failed or the row cannot be read.
pub async fn next_due(connection: &mut Connection) -> Result<Option<DateTime<Utc>>, StoreError> {
    let (due,): (Option<i64>,) = sqlx::query_as(
        // As in `claim`: a row behind one that has to wait is not due, or the loop would look for it without a pause.
        "SELECT MIN(CASE candidate.state WHEN 'leased' THEN candidate.leased_until ELSE candidate.due_at END)
         FROM outbox AS candidate WHERE candidate.state IN ('pending', 'leased')
           AND NOT EXISTS (
               SELECT 1 FROM outbox AS earlier
               WHERE earlier.release_id = candidate.release_id
                 AND earlier.position < candidate.position
                 AND candidate.occasion <> 'board' AND earlier.occasion <> 'board'
                 AND earlier.state IN ('pending', 'leased'))",
    )
    .fetch_one(connection)
    .await?;
    due.map(|due| instant(due, "outbox", 0)).transpose()
}

/// What could not be delivered of a release, in order: the notice and the last error.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn dead(
    connection: &mut Connection,
    release: ReleaseId,
) -> Result<Vec<(Notice, String)>, StoreError> {
    let rows: Vec<(i64, String, Option<String>)> = sqlx::query_as(
        "SELECT id, notice, last_error FROM outbox WHERE release_id = $1 AND state = 'dead' ORDER BY position",
    )
    .bind(release.0)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(id, notice, error)| {
            let notice = serde_json::from_str(&notice).map_err(|_| StoreError::Corrupt {
                table: "outbox",
                id,
                what: "a notice",
            })?;
            Ok((notice, error.unwrap_or_default()))
        })
        .collect()
}
