//! Who follows which release, and who refused to be told.

use chrono::{DateTime, Utc};

use crate::domain::ids::{ChannelId, GuildId, ReleaseId, ReleaseKey, UserId};
use crate::store::{Connection, StoreError, instant, loaded_id, millis, stored_id};

/// A release in flight that a person follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// Its key.
    pub key: ReleaseKey,
    /// What people call it: version and title.
    pub name: String,
    /// Its channel, once it is open.
    pub channel: Option<ChannelId>,
}

/// That a person refused a direct message, and what has ended therefore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// When.
    pub at: DateTime<Utc>,
    /// The keys of the releases that they followed.
    pub releases: Vec<ReleaseKey>,
    /// Whether they had a digest.
    pub digest: bool,
}

/// Lets a person follow a release; false when they do already.
///
/// # Errors
/// The query failed.
pub async fn follow(
    connection: &mut Connection,
    release: ReleaseId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let result = sqlx::query(
        "INSERT INTO follower (release_id, user_id, since) VALUES ($1, $2, $3)
         ON CONFLICT (release_id, user_id) DO NOTHING",
    )
    .bind(release.0)
    .bind(stored_id(user.0))
    .bind(millis(now))
    .execute(connection)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Lets a person follow a release no more; false when they did not.
///
/// # Errors
/// The query failed.
pub async fn unfollow(
    connection: &mut Connection,
    release: ReleaseId,
    user: UserId,
) -> Result<bool, StoreError> {
    let result = sqlx::query("DELETE FROM follower WHERE release_id = $1 AND user_id = $2")
        .bind(release.0)
        .bind(stored_id(user.0))
        .execute(connection)
        .await?;
    Ok(result.rows_affected() == 1)
}

/// Lets a person follow nothing of a guild any more.
///
/// # Errors
/// The query failed.
pub async fn unfollow_all(
    connection: &mut Connection,
    guild: GuildId,
    user: UserId,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM follower WHERE user_id = $2 AND release_id IN (SELECT id FROM release WHERE guild_id = $1)",
    )
    .bind(stored_id(guild.0))
    .bind(stored_id(user.0))
    .execute(connection)
    .await?;
    Ok(())
}

/// Who follows a release, in the order in which they began to.
///
/// # Errors
/// The query failed.
pub async fn of_release(connection: &mut Connection, release: ReleaseId) -> Result<Vec<UserId>, StoreError> {
    let rows: Vec<(i64,)> =
        sqlx::query_as("SELECT user_id FROM follower WHERE release_id = $1 ORDER BY since, user_id")
            .bind(release.0)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|(user,)| UserId(loaded_id(user))).collect())
}

/// The releases in flight of a guild that a person follows, in the order in which they were started.
///
/// # Errors
/// The query failed.
pub async fn followed(
    connection: &mut Connection,
    guild: GuildId,
    user: UserId,
) -> Result<Vec<Followed>, StoreError> {
    let rows: Vec<(String, String, Option<String>, Option<i64>)> = sqlx::query_as(
        "SELECT release.key, release.version, release.title, release.channel_id FROM follower
         JOIN release ON release.id = follower.release_id
         WHERE follower.user_id = $2 AND release.guild_id = $1 AND release.closed_at IS NULL ORDER BY release.id",
    )
    .bind(stored_id(guild.0))
    .bind(stored_id(user.0))
    .fetch_all(connection)
    .await?;
    let followed = rows.into_iter().map(|(key, version, title, channel)| Followed {
        key: ReleaseKey::from_stored(key),
        name: title.map_or_else(|| version.clone(), |title| format!("{version} {title}")),
        channel: channel.map(|channel| ChannelId(loaded_id(channel))),
    });
    Ok(followed.collect())
}

/// Remembers that a person of a guild refused a direct message, and what has ended therefore.
///
/// # Errors
/// The query failed.
pub async fn refuse(
    connection: &mut Connection,
    guild: GuildId,
    user: UserId,
    refused: &Refused,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO refused_messages (guild_id, user_id, at, releases, digest) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (guild_id, user_id) DO UPDATE SET
             at = excluded.at, releases = excluded.releases, digest = excluded.digest",
    )
    .bind(stored_id(guild.0))
    .bind(stored_id(user.0))
    .bind(millis(refused.at))
    .bind(serde_json::to_string(&refused.releases)?)
    .bind(refused.digest)
    .execute(connection)
    .await?;
    Ok(())
}

/// What a person of a guild has not heard of, because they refused a direct message.
///
/// # Errors
/// The query failed or the row cannot be read.
pub async fn refused(
    connection: &mut Connection,
    guild: GuildId,
    user: UserId,
) -> Result<Option<Refused>, StoreError> {
    let id = stored_id(user.0);
    let row: Option<(i64, String, bool)> = sqlx::query_as(
        "SELECT at, releases, digest FROM refused_messages WHERE guild_id = $1 AND user_id = $2",
    )
    .bind(stored_id(guild.0))
    .bind(id)
    .fetch_optional(connection)
    .await?;
    let Some((at, releases, digest)) = row else {
        return Ok(None);
    };
    Ok(Some(Refused {
        at: instant(at, "refused_messages", id)?,
        releases: serde_json::from_str(&releases).map_err(|_| StoreError::Corrupt {
            table: "refused_messages",
            id,
            what: "keys of releases",
        })?,
        digest,
    }))
}

/// Forgets that a person of a guild refused a direct message: they ask for some again.
///
/// # Errors
/// The query failed.
pub async fn forgive(connection: &mut Connection, guild: GuildId, user: UserId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM refused_messages WHERE guild_id = $1 AND user_id = $2")
        .bind(stored_id(guild.0))
        .bind(stored_id(user.0))
        .execute(connection)
        .await?;
    Ok(())
}
