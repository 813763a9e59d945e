//! What guilds have chosen in `/setup`.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::ids::{ChannelId, GuildId, GuildRoleId, UserId};
use crate::domain::playbook::RoleId;
use crate::domain::setup::{GuildSetup, SetupChange};
use crate::store::{Connection, StoreError, calendar_days, loaded_id, stored_id};

/// The choices of a guild; [`GuildSetup::empty`] when it has made none.
///
/// # Errors
/// The query failed or a stored role is no role.
pub async fn load(connection: &mut Connection, guild: GuildId) -> Result<GuildSetup, StoreError> {
    let id = stored_id(guild.0);
    let row: Row = sqlx::query_as(
        "SELECT category_id, following, archive_id, archive_following, announcements_id, operations_id, hand_offs_id,
                COALESCE(private_channels, FALSE) AS private_channels, manager_id,
                (SELECT json_group_array(json_array(role, guild_role_id)) FROM guild_role WHERE guild_id = asked.id)
                    AS roles,
                (SELECT json_group_array(json_array(id, guild_id, date, standing, reason, said_by, said_at) ORDER BY id)
                 FROM calendar_day WHERE guild_id = asked.id) AS days
         FROM (SELECT $1 AS id) AS asked LEFT JOIN guild ON guild.id = asked.id",
    )
    .bind(id)
    .fetch_one(connection)
    .await?;
    let corrupt = |what| StoreError::Corrupt {
        table: "guild_role",
        id,
        what,
    };
    let rows: Vec<(String, i64)> = serde_json::from_str(&row.roles).map_err(|_| corrupt("a row"))?;
    let mut roles = BTreeMap::new();
    for (role, guild_role) in rows {
        let role: RoleId = role.parse().map_err(|_| corrupt("a role"))?;
        roles.insert(role, GuildRoleId(loaded_id(guild_role)));
    }
    Ok(GuildSetup {
        guild,
        roles,
        category: row.category_id.map(|id| ChannelId(loaded_id(id))),
        following: categories(id, row.following.as_deref())?,
        archive: row.archive_id.map(|id| ChannelId(loaded_id(id))),
        archive_following: categories(id, row.archive_following.as_deref())?,
        announcements: row.announcements_id.map(|id| ChannelId(loaded_id(id))),
        operations: row.operations_id.map(|id| ChannelId(loaded_id(id))),
        hand_offs: row.hand_offs_id.map(|id| ChannelId(loaded_id(id))),
        private_channels: row.private_channels,
        days: Arc::new(calendar_days::put_together(&row.days, guild)?),
        manager: row.manager_id.map(|id| UserId(loaded_id(id))),
    })
}

/// Where the operators of a guild hear of what failed, if they chose a place; also of a guild that cannot be read whole.
///
/// # Errors
/// The query failed.
pub async fn operations(
    connection: &mut Connection,
    guild: GuildId,
) -> Result<Option<ChannelId>, StoreError> {
    let row: Option<(Option<i64>,)> = sqlx::query_as("SELECT operations_id FROM guild WHERE id = $1")
        .bind(stored_id(guild.0))
        .fetch_optional(connection)
        .await?;
    Ok(row.and_then(|(id,)| id).map(|id| ChannelId(loaded_id(id))))
}

/// The guilds that have had a release, or a playbook that comes again: for the operator at the prompt, never for a person
/// of a guild.
///
/// # Errors
/// The query failed.
pub async fn with_releases(connection: &mut Connection) -> Result<Vec<GuildId>, StoreError> {
    let rows: Vec<(i64,)> =
        sqlx::query_as("SELECT guild_id FROM release UNION SELECT guild_id FROM schedule ORDER BY 1")
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|(id,)| GuildId(loaded_id(id))).collect())
}

/// The guilds whose operators chose a place to hear of what failed.
///
/// # Errors
/// The query failed.
pub async fn with_operations(connection: &mut Connection) -> Result<Vec<GuildId>, StoreError> {
    let rows: Vec<(i64,)> =
        sqlx::query_as("SELECT id FROM guild WHERE operations_id IS NOT NULL ORDER BY id")
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|(id,)| GuildId(loaded_id(id))).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    category_id: Option<i64>,
    following: Option<String>,
    archive_id: Option<i64>,
    archive_following: Option<String>,
    announcements_id: Option<i64>,
    operations_id: Option<i64>,
    hand_offs_id: Option<i64>,
    private_channels: bool,
    manager_id: Option<i64>,
    roles: String,
    days: String,
}

fn categories(guild: i64, text: Option<&str>) -> Result<Vec<ChannelId>, StoreError> {
    let Some(text) = text else { return Ok(Vec::new()) };
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt {
        table: "guild",
        id: guild,
        what: "categories",
    })
}

/// Remembers that a category follows the `chosen` one, which is for release channels or for those of closed releases;
/// nothing when another has been chosen meanwhile.
///
/// # Errors
/// The query failed or what is stored cannot be read.
pub async fn follow(
    connection: &mut Connection,
    guild: GuildId,
    chosen: ChannelId,
    category: ChannelId,
) -> Result<(), StoreError> {
    let setup = load(&mut *connection, guild).await?;
    let add = |mut following: Vec<ChannelId>| {
        if !following.contains(&category) {
            following.push(category);
        }
        serde_json::to_string(&following)
    };
    let id = stored_id(guild.0);
    if setup.category == Some(chosen) {
        sqlx::query("UPDATE guild SET following = $2 WHERE id = $1")
            .bind(id)
            .bind(add(setup.following)?)
            .execute(&mut *connection)
            .await?;
    }
    if setup.archive == Some(chosen) {
        sqlx::query("UPDATE guild SET archive_following = $2 WHERE id = $1")
            .bind(id)
            .bind(add(setup.archive_following)?)
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Records one choice.
///
/// # Errors
/// The query failed.
pub async fn save(
    connection: &mut Connection,
    guild: GuildId,
    change: &SetupChange,
) -> Result<(), StoreError> {
    let id = stored_id(guild.0);
    sqlx::query("INSERT INTO guild (id) VALUES ($1) ON CONFLICT (id) DO NOTHING")
        .bind(id)
        .execute(&mut *connection)
        .await?;
    let query = match change {
        SetupChange::Role(role, guild_role) => sqlx::query(
            "INSERT INTO guild_role (guild_id, role, guild_role_id) VALUES ($1, $2, $3)
             ON CONFLICT (guild_id, role) DO UPDATE SET guild_role_id = excluded.guild_role_id",
        )
        .bind(id)
        .bind(role.to_string())
        .bind(stored_id(guild_role.0)),
        // What followed the earlier choice does not follow this one.
        SetupChange::Category(category) => sqlx::query(
            "UPDATE guild SET following = CASE WHEN category_id = $2 THEN following END, category_id = $2 WHERE id = $1",
        )
        .bind(id)
        .bind(stored_id(category.0)),
        SetupChange::Archive(category) => sqlx::query(
            "UPDATE guild SET archive_following = CASE WHEN archive_id = $2 THEN archive_following END, archive_id = $2
             WHERE id = $1",
        )
        .bind(id)
        .bind(stored_id(category.0)),
        SetupChange::Announcements(channel) => {
            sqlx::query("UPDATE guild SET announcements_id = $2 WHERE id = $1")
                .bind(id)
                .bind(stored_id(channel.0))
        }
        SetupChange::Operations(channel) => sqlx::query("UPDATE guild SET operations_id = $2 WHERE id = $1")
            .bind(id)
            .bind(stored_id(channel.0)),
        SetupChange::HandOffs(channel) => sqlx::query("UPDATE guild SET hand_offs_id = $2 WHERE id = $1")
            .bind(id)
            .bind(stored_id(channel.0)),
        SetupChange::PrivateChannels(private) => {
            sqlx::query("UPDATE guild SET private_channels = $2 WHERE id = $1")
                .bind(id)
                .bind(*private)
        }
        SetupChange::Manager(manager) => sqlx::query("UPDATE guild SET manager_id = $2 WHERE id = $1")
            .bind(id)
            .bind(manager.map(|manager| stored_id(manager.0))),
    };
    query.execute(connection).await?;
    Ok(())
}
