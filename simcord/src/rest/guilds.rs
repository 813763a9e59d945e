//! Guilds, their members, roles and channels.

use serde_json::{Value, json};

use super::request::{Answer, path_id};
use super::route::{Call, method};
use super::scheduled;
use crate::world::{ApiError, ChannelBody, GuildId, RoleBody, UserId, World};

/// Answers `/guilds/{guild}/…`.
pub(super) fn answer(call: &mut Call<'_>, guild: GuildId, rest: &[&str]) -> Result<Answer, ApiError> {
    call.world.guild(guild)?;
    let now = call.now;
    match (method(call), rest) {
        ("GET", []) => {
            let found = call.world.guild(guild)?;
            let mut shown = found.to_json();
            if call.request.says("with_counts") {
                shown["approximate_member_count"] = json!(found.members.len());
                shown["approximate_presence_count"] = json!(found.members.len());
            }
            Ok(Answer::ok(shown))
        }
        ("GET", ["channels"]) => Ok(Answer::ok(call.world.channels_of(guild))),
        ("POST", ["channels"]) => {
            let body = ChannelBody::parse(call.request.json()?)?;
            Ok(Answer::created(call.world.bot_makes_channel(now, guild, body)?))
        }
        ("GET", ["threads", "active"]) => {
            let threads = call.world.active_threads(guild);
            let members = call.world.own_memberships(&threads);
            Ok(Answer::ok(
                json!({"threads": threads, "members": members, "has_more": false}),
            ))
        }
        (_, ["scheduled-events", rest @ ..]) => scheduled::answer(call, guild, rest),
        (_, ["roles", rest @ ..]) => roles(call, guild, rest),
        (_, ["members", rest @ ..]) => members(call, guild, rest),
        _ => Err(ApiError::not_found()),
    }
}

fn roles(call: &mut Call<'_>, guild: GuildId, rest: &[&str]) -> Result<Answer, ApiError> {
    let now = call.now;
    match (method(call), rest) {
        ("GET", []) => Ok(Answer::ok(
            call.world.guild(guild)?.roles.values().collect::<Vec<_>>(),
        )),
        ("POST", []) => {
            let body = RoleBody::parse(call.request.json()?)?;
            Ok(Answer::ok(call.world.bot_makes_role(now, guild, body)?))
        }
        ("GET", [role]) => {
            let role = path_id(role)?;
            call.world
                .guild(guild)?
                .roles
                .get(&role)
                .map(Answer::ok)
                .ok_or_else(ApiError::unknown_role)
        }
        ("PATCH", [role]) => {
            let body = RoleBody::parse(call.request.json()?)?;
            Ok(Answer::ok(call.world.bot_edits_role(
                now,
                guild,
                path_id(role)?,
                body,
            )?))
        }
        ("DELETE", [role]) => {
            call.world.bot_deletes_role(now, guild, path_id(role)?)?;
            Ok(Answer::empty())
        }
        _ => Err(ApiError::not_found()),
    }
}

fn members(call: &mut Call<'_>, guild: GuildId, rest: &[&str]) -> Result<Answer, ApiError> {
    let now = call.now;
    match (method(call), rest) {
        ("GET", []) => {
            call.world.may_list_members()?;
            let after = call.request.query_id("after").unwrap_or(UserId(0));
            let limit = call.request.limit(1, 1_000)?;
            list(call.world, guild, limit, |world, user| {
                user > after && world.user(user).is_some()
            })
        }
        ("GET", ["search"]) => {
            let query = call.request.query("query").unwrap_or_default().to_lowercase();
            let limit = call.request.limit(1, 1_000)?;
            list(call.world, guild, limit, |world, user| {
                world.user(user).is_some_and(|user| user.begins_with(&query))
            })
        }
        ("GET", [user]) => {
            let user = if *user == "@me" {
                call.world.bot_id()
            } else {
                path_id(user)?
            };
            let member = call
                .world
                .guild(guild)?
                .members
                .get(&user)
                .ok_or_else(ApiError::unknown_member)?;
            Ok(Answer::ok(call.world.member_json(member)))
        }
        ("PUT", [user, "roles", role]) => {
            call.world
                .bot_sets_role(now, guild, path_id(user)?, path_id(role)?, true)?;
            Ok(Answer::empty())
        }
        ("DELETE", [user, "roles", role]) => {
            call.world
                .bot_sets_role(now, guild, path_id(user)?, path_id(role)?, false)?;
            Ok(Answer::empty())
        }
        _ => Err(ApiError::not_found()),
    }
}

fn list(
    world: &World,
    guild: GuildId,
    limit: usize,
    keep: impl Fn(&World, UserId) -> bool,
) -> Result<Answer, ApiError> {
    let members = world
        .guild(guild)?
        .members
        .values()
        .filter(|member| keep(world, member.user));
    let shown: Vec<Value> = members
        .take(limit)
        .map(|member| world.member_json(member))
        .collect();
    Ok(Answer::ok(shown))
}
