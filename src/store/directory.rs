//! What the people of servers changed of whom to ask, and of what to do about what is seen.

use crate::domain::escalation::{Change, Edit, Entry, EntryId, Kind};
use crate::domain::ids::{GuildId, UserId};
use crate::domain::person::Stamp;
use crate::store::{Connection, StoreError, instant, loaded_id, millis, stored_id};

/// The number of the newest change of a guild; 0 when it has changed nothing.
///
/// # Errors
/// The query failed.
pub async fn newest(connection: &mut Connection, guild: GuildId) -> Result<i64, StoreError> {
    let (newest,): (i64,) =
        sqlx::query_as("SELECT COALESCE(MAX(id), 0) FROM directory_change WHERE guild_id = $1")
            .bind(stored_id(guild.0))
            .fetch_one(connection)
            .await?;
    Ok(newest)
}

/// The newest change of each entry, in the order in which the entries were first changed.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn laid_over(connection: &mut Connection, guild: GuildId) -> Result<Vec<Change>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT directory_change.id, directory_change.what, directory_change.entry, state_before, state_after,
                changed_by, changed_at
         FROM directory_change
         JOIN (SELECT MAX(id) AS newest, MIN(id) AS first FROM directory_change WHERE guild_id = $1
               GROUP BY what, entry) AS entries ON entries.newest = directory_change.id
         ORDER BY entries.first",
    )
    .bind(stored_id(guild.0))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// The newest change of one entry, if there is any.
///
/// # Errors
/// The query failed or the row cannot be read.
pub async fn newest_of(
    connection: &mut Connection,
    guild: GuildId,
    id: &EntryId,
) -> Result<Option<Change>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, what, entry, state_before, state_after, changed_by, changed_at FROM directory_change
         WHERE guild_id = $1 AND what = $2 AND entry = $3 ORDER BY id DESC LIMIT 1",
    )
    .bind(stored_id(guild.0))
    .bind(id.kind().as_str())
    .bind(id.as_str())
    .fetch_optional(connection)
    .await?;
    row.map(Row::read).transpose()
}

/// How many changes a guild made.
///
/// # Errors
/// The query failed.
pub async fn count(connection: &mut Connection, guild: GuildId) -> Result<usize, StoreError> {
    let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM directory_change WHERE guild_id = $1")
        .bind(stored_id(guild.0))
        .fetch_one(connection)
        .await?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// So many changes of a guild after the newest `skipped` ones, the newest first.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn history(
    connection: &mut Connection,
    guild: GuildId,
    skipped: usize,
    most: u32,
) -> Result<Vec<Change>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, what, entry, state_before, state_after, changed_by, changed_at FROM directory_change
         WHERE guild_id = $1 ORDER BY id DESC LIMIT $2 OFFSET $3",
    )
    .bind(stored_id(guild.0))
    .bind(most)
    .bind(i64::try_from(skipped).unwrap_or(i64::MAX))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// Records what somebody changes. It counts from now on, and what was before stays on the record.
///
/// # Errors
/// The query failed.
pub async fn append(
    connection: &mut Connection,
    guild: GuildId,
    edit: Edit,
    stamp: Stamp,
) -> Result<Change, StoreError> {
    let json = |entry: &Option<Entry>| entry.as_ref().map(serde_json::to_string).transpose();
    let (number,): (i64,) = sqlx::query_as(
        "INSERT INTO directory_change (guild_id, what, entry, state_before, state_after, changed_by, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
    )
    .bind(stored_id(guild.0))
    .bind(edit.id.kind().as_str())
    .bind(edit.id.as_str())
    .bind(json(&edit.before)?)
    .bind(json(&edit.after)?)
    .bind(stored_id(stamp.by.0))
    .bind(millis(stamp.at))
    .fetch_one(connection)
    .await?;
    let Edit { id, before, after } = edit;
    Ok(Change {
        number,
        id,
        before,
        after,
        stamp,
    })
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    what: String,
    entry: String,
    state_before: Option<String>,
    state_after: Option<String>,
    changed_by: i64,
    changed_at: i64,
}

impl Row {
    fn read(self) -> Result<Change, StoreError> {
        let corrupt = |what| StoreError::Corrupt {
            table: "directory_change",
            id: self.id,
            what,
        };
        let kind = Kind::named(&self.what).ok_or_else(|| corrupt("a kind"))?;
        let state = |json: Option<&String>| {
            let read = json.map(|json| Entry::read(kind, json)).transpose();
            read.map_err(|_| corrupt("a state"))
        };
        Ok(Change {
            number: self.id,
            id: EntryId::of(kind, &self.entry).map_err(|_| corrupt("an entry"))?,
            before: state(self.state_before.as_ref())?,
            after: state(self.state_after.as_ref())?,
            stamp: Stamp {
                by: UserId(loaded_id(self.changed_by)),
                at: instant(self.changed_at, "directory_change", self.id)?,
            },
        })
    }
}
