//! Handing notices to the outbox.

use chrono::{DateTime, Utc};

use crate::domain::ids::{GuildId, ReleaseId};
use crate::domain::notice::{CopyTo, Notice};
use crate::store::{Connection, StoreError, loaded_id, millis, stored_id};

/// Hands a notice of a release to the outbox. A notice that [coalesces](Notice::coalesces) renews the row that is
/// there; one that was withdrawn or has expired waits again; any other is kept once.
///
/// # Errors
/// The query failed, also when there is no such release.
pub async fn enqueue(
    connection: &mut Connection,
    release: ReleaseId,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if notice.coalesces() && renew_waiting(connection, release, notice, now).await? {
        return Ok(());
    }
    let (guild, id, state, withdrawn): (i64, Option<i64>, Option<String>, Option<bool>) =
        sqlx::query_as(OF_RELEASE)
            .bind(release.0)
            .bind(notice.occasion())
            .fetch_one(&mut *connection)
            .await?;
    let known = match (id, state, withdrawn) {
        (Some(id), Some(state), Some(withdrawn)) => Some(Known { id, state, withdrawn }),
        _ => None,
    };
    let guild = GuildId(loaded_id(guild));
    wish(connection, known, guild, Some(release), notice, now).await
}

/// Whether this occasion of a release was ever wished for.
///
/// # Errors
/// The query failed.
pub async fn is_known(
    connection: &mut Connection,
    release: ReleaseId,
    notice: &Notice,
) -> Result<bool, StoreError> {
    let (_, id, ..): (i64, Option<i64>, Option<String>, Option<bool>) = sqlx::query_as(OF_RELEASE)
        .bind(release.0)
        .bind(notice.occasion())
        .fetch_one(connection)
        .await?;
    Ok(id.is_some())
}

/// Hands a notice to the outbox that no release is about; otherwise as [`enqueue`].
///
/// # Errors
/// The query failed.
pub async fn enqueue_for_guild(
    connection: &mut Connection,
    guild: GuildId,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let known: Option<Known> = sqlx::query_as(
        "SELECT id, state, withdrawn FROM outbox
         WHERE guild_id = $1 AND COALESCE(release_id, 0) = 0 AND occasion = $2",
    )
    .bind(stored_id(guild.0))
    .bind(notice.occasion())
    .fetch_optional(&mut *connection)
    .await?;
    wish(connection, known, guild, None, notice, now).await
}

/// Lets a dead row wait again, behind everything else.
///
/// # Errors
/// The query failed.
pub async fn retry(
    connection: &mut Connection,
    row: i64,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    revive(connection, row, notice, now).await
}

/// Renews the row of a release that waits already, and says whether there was one: while people are busy, a board does.
async fn renew_waiting(
    connection: &mut Connection,
    release: ReleaseId,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let renewed = sqlx::query(
        "UPDATE outbox SET notice = $3, generation = generation + 1, withdrawn = 0, expires_at = $4
         WHERE guild_id = (SELECT guild_id FROM release WHERE id = $1) AND COALESCE(release_id, 0) = $1
           AND occasion = $2 AND state = 'pending'",
    )
    .bind(release.0)
    .bind(notice.occasion())
    .bind(serde_json::to_string(notice)?)
    .bind(notice.expires(now).map(millis))
    .execute(connection)
    .await?;
    Ok(renewed.rows_affected() > 0)
}

/// The guild of a release, and the row of an occasion of it if there is one.
pub(in crate::store) const OF_RELEASE: &str = "
    SELECT release.guild_id, outbox.id, outbox.state, outbox.withdrawn FROM release
    LEFT JOIN outbox ON outbox.guild_id = release.guild_id AND COALESCE(outbox.release_id, 0) = $1
         AND outbox.occasion = $2
    WHERE release.id = $1";

/// The row of the same occasion that is there.
#[derive(sqlx::FromRow)]
struct Known {
    id: i64,
    state: String,
    withdrawn: bool,
}

async fn wish(
    connection: &mut Connection,
    known: Option<Known>,
    guild: GuildId,
    release: Option<ReleaseId>,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(Known { id, state, withdrawn }) = known else {
        return insert(connection, guild, release, notice, now).await;
    };
    match state.as_str() {
        // The sender's answer is about the older generation, so that the row waits again after it.
        "leased" if notice.coalesces() || withdrawn => renew(connection, id, notice, now).await,
        // A row that waits keeps its place.
        "pending" if notice.coalesces() => renew(connection, id, notice, now).await,
        "sent" | "dead" if notice.coalesces() => revive(connection, id, notice, now).await,
        "superseded" | "expired" => revive(connection, id, notice, now).await,
        _ => Ok(()),
    }
}

async fn insert(
    connection: &mut Connection,
    guild: GuildId,
    release: Option<ReleaseId>,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO outbox (guild_id, release_id, occasion, notice, state, aside, head, position, wished_at, due_at,
                             expires_at, recipient)
         VALUES ($1, $2, $3, $4, 'pending', $5,
             NOT EXISTS (
                 SELECT 1 FROM outbox WHERE guild_id = $1 AND COALESCE(release_id, 0) = COALESCE($2, 0)
                 AND recipient = $8 AND aside = $5 AND state IN ('pending', 'leased')),
             (SELECT COALESCE(MAX(position), 0) + 1 FROM outbox), $6, $9, $7, $8)",
    )
    .bind(stored_id(guild.0))
    .bind(release.map(|release| release.0))
    .bind(notice.occasion())
    .bind(serde_json::to_string(notice)?)
    .bind(notice.coalesces())
    .bind(millis(now))
    .bind(notice.expires(now).map(millis))
    .bind(recipient(notice))
    .bind(millis(now + notice.waits()))
    .execute(connection)
    .await?;
    Ok(())
}

/// The order that a notice stands in: that of a channel, that of a person, or, below 0, that of an address.
fn recipient(notice: &Notice) -> i64 {
    match notice.copy_to() {
        Some(CopyTo::Member { user }) => -stored_id(user.0),
        // No person has an id that is as small as a place.
        Some(CopyTo::Always { place, .. }) => -i64::from(*place),
        None => notice.recipient().map_or(0, |person| stored_id(person.0)),
    }
}

async fn renew(
    connection: &mut Connection,
    row: i64,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE outbox SET notice = $2, generation = generation + 1, withdrawn = 0, expires_at = $3 WHERE id = $1",
    )
    .bind(row)
    .bind(serde_json::to_string(notice)?)
    .bind(notice.expires(now).map(millis))
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets a settled row wait again, behind everything else. What an earlier wish may have posted before it was withdrawn
/// or expired is another message, with another nonce; a dead row is the same message, and its first attempt is remembered:
/// it counts, so that being asked to wait does not make it the first one again.
async fn revive(
    connection: &mut Connection,
    row: i64,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE outbox SET notice = $2, generation = generation + 1, withdrawn = 0, state = 'pending',
             attempts = (state = 'dead' AND first_attempt_at IS NOT NULL),
             posts = posts + (state IN ('superseded', 'expired') AND first_attempt_at IS NOT NULL),
             first_attempt_at = CASE state WHEN 'dead' THEN first_attempt_at END, settled_at = NULL, last_error = NULL,
             wished_at = $3, due_at = MAX($3, rests_until),
             expires_at = $4,
             position = (SELECT MAX(position) + 1 FROM outbox),
             head = NOT EXISTS (
                 SELECT 1 FROM outbox AS ahead
                 WHERE ahead.guild_id = outbox.guild_id
                   AND COALESCE(ahead.release_id, 0) = COALESCE(outbox.release_id, 0)
                   AND ahead.recipient = outbox.recipient AND ahead.aside = outbox.aside AND ahead.state IN ('pending', 'leased'))
         WHERE id = $1",
    )
    .bind(row)
    .bind(serde_json::to_string(notice)?)
    .bind(millis(now))
    .bind(notice.expires(now).map(millis))
    .execute(connection)
    .await?;
    Ok(())
}
