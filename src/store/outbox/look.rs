//! Looking at what waits and at what is dead.

use chrono::{DateTime, Utc};

use super::notice;
use crate::domain::ids::{GuildId, ReleaseId};
use crate::domain::notice::Notice;
use crate::store::{Connection, StoreError, instant, stored_id};

/// A row that could not be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dead {
    /// The row.
    pub row: i64,
    /// The release that it belongs to, if any.
    pub release: Option<ReleaseId>,
    /// What was to be said or done, where it can be read.
    pub notice: Option<Notice>,
    /// The last error.
    pub why: String,
    /// Since when it is dead.
    pub since: DateTime<Utc>,
}

/// When there is something to do in the outbox: a row can be claimed, or has expired.
///
/// # Errors
/// The query failed or the row cannot be read.
pub async fn next_due(connection: &mut Connection) -> Result<Option<DateTime<Utc>>, StoreError> {
    let due: Option<(i64,)> = sqlx::query_as(NEXT_DUE).fetch_optional(&mut *connection).await?;
    let expires: Option<(i64,)> = sqlx::query_as(
        "SELECT expires_at FROM outbox WHERE state = 'pending' AND expires_at IS NOT NULL ORDER BY expires_at LIMIT 1",
    )
    .fetch_optional(connection)
    .await?;
    let first = due.into_iter().chain(expires).map(|(at,)| at).min();
    first.map(|due| instant(due, "outbox", 0)).transpose()
}

/// As in `claim`: a row of a release of which another is under way is not due, or the loop would look for it without a
/// pause. That holds for a row whose lease has ended as well: it becomes due when the last lease beside it ends.
pub(in crate::store) const NEXT_DUE: &str = "SELECT candidate.due_at FROM outbox AS candidate
     WHERE candidate.head = 1
       AND NOT EXISTS (
           SELECT 1 FROM outbox AS busy
           WHERE busy.state = 'leased' AND busy.guild_id = candidate.guild_id
             AND COALESCE(busy.release_id, 0) = COALESCE(candidate.release_id, 0)
             AND busy.recipient = candidate.recipient AND busy.id <> candidate.id
             AND (candidate.state = 'pending' OR busy.due_at > candidate.due_at))
       AND (candidate.recipient >= 0 OR NOT EXISTS (
           SELECT 1 FROM outbox AS mail
           WHERE mail.state = 'leased' AND mail.recipient < 0 AND mail.id <> candidate.id
             AND (candidate.state = 'pending' OR mail.due_at > candidate.due_at)))
     ORDER BY candidate.due_at LIMIT 1";

/// What could not be delivered in a guild, or of one of its releases, in the order in which it was wished for.
///
/// # Errors
/// The query failed or an instant cannot be read.
pub async fn dead(
    connection: &mut Connection,
    guild: GuildId,
    release: Option<ReleaseId>,
) -> Result<Vec<Dead>, StoreError> {
    let rows: Vec<DeadRow> = sqlx::query_as(
        "SELECT id, release_id, notice, last_error, COALESCE(settled_at, wished_at) AS since FROM outbox
         WHERE guild_id = $1 AND state = 'dead' AND ($2 IS NULL OR release_id = $2) ORDER BY position",
    )
    .bind(stored_id(guild.0))
    .bind(release.map(|release| release.0))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(DeadRow::into_dead).collect()
}

#[derive(sqlx::FromRow)]
struct DeadRow {
    id: i64,
    release_id: Option<i64>,
    notice: String,
    last_error: Option<String>,
    since: i64,
}

impl DeadRow {
    fn into_dead(self) -> Result<Dead, StoreError> {
        Ok(Dead {
            row: self.id,
            release: self.release_id.map(ReleaseId),
            notice: notice(self.id, &self.notice).ok(),
            why: self.last_error.unwrap_or_default(),
            since: instant(self.since, "outbox", self.id)?,
        })
    }
}
