//! The table of routes: method and path to what answers them.

use axum::http::Method;
use chrono::{DateTime, Utc};
use serde_json::json;

use super::request::{Answer, Request, body_id, path_id};
use super::{applications, channels, guilds, interactions, messages, reactions};
use crate::core::Core;
use crate::world::{ApiError, UserId, World};

/// What the answering functions need.
pub(super) struct Call<'r> {
    pub(super) world: &'r mut World,
    pub(super) now: DateTime<Utc>,
    pub(super) request: &'r Request,
}

/// Whether a route needs no bot token: it carries its own in the path, or needs none.
pub(super) fn is_open(request: &Request) -> bool {
    let first = request.path.first().map(String::as_str);
    matches!(first, Some("interactions" | "webhooks")) || request.path == ["gateway"]
}

/// Answers a request.
pub(super) fn answer(
    core: &Core,
    world: &mut World,
    now: DateTime<Utc>,
    request: &Request,
) -> Result<Answer, ApiError> {
    world.uploads.clone_from(&request.files);
    let answered = routed(core, world, now, request);
    // Whoever did not want files leaves them.
    world.uploads.clear();
    answered
}

fn routed(core: &Core, world: &mut World, now: DateTime<Utc>, request: &Request) -> Result<Answer, ApiError> {
    let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
    let call = &mut Call { world, now, request };
    match path.as_slice() {
        ["gateway"] => get(call, |_| Answer::ok(json!({"url": core.gateway_url()}))),
        ["gateway", "bot"] => get(call, |call| {
            let left = core.hub.starts_left(call.now, &call.world.limits);
            Answer::ok(json!({"url": core.gateway_url(), "shards": 1, "session_start_limit": left}))
        }),
        ["users", rest @ ..] => users(call, rest),
        ["applications", rest @ ..] => applications::answer(call, rest),
        ["oauth2", "applications", "@me"] => applications::answer(call, &["@me"]),
        ["guilds", guild, rest @ ..] => guilds::answer(call, path_id(guild)?, rest),
        ["channels", channel, "messages", "pins", rest @ ..] => {
            messages::pins(call, path_id(channel)?, rest, true)
        }
        ["channels", channel, "messages", message, "reactions", rest @ ..] => {
            reactions::answer(call, path_id(channel)?, path_id(message)?, rest)
        }
        ["channels", channel, "messages", rest @ ..] => messages::answer(call, path_id(channel)?, rest),
        ["channels", channel, "pins", rest @ ..] => messages::pins(call, path_id(channel)?, rest, false),
        ["channels", channel, rest @ ..] => channels::answer(call, path_id(channel)?, rest),
        ["interactions", id, token, "callback"] => interactions::callback(call, path_id(id)?, token),
        ["webhooks", application, token, rest @ ..] => {
            interactions::webhook(call, path_id::<UserId>(application)?, token, rest)
        }
        _ => Err(ApiError::not_found()),
    }
}

/// The method of a call and the rest of its path, for a `match`.
pub(super) fn method<'r>(call: &Call<'r>) -> &'r str {
    call.request.method.as_str()
}

fn get(call: &Call<'_>, answer: impl FnOnce(&Call<'_>) -> Answer) -> Result<Answer, ApiError> {
    if call.request.method == Method::GET {
        Ok(answer(call))
    } else {
        Err(ApiError::not_found())
    }
}

fn users(call: &mut Call<'_>, rest: &[&str]) -> Result<Answer, ApiError> {
    match (method(call), rest) {
        ("GET", ["@me"]) => Ok(Answer::ok(call.world.bot_itself())),
        ("GET", ["@me", "guilds"]) => {
            let world = &*call.world;
            let mine = world.guilds().map(|guild| {
                json!({
                    "id": guild.id, "name": guild.name, "icon": null, "banner": null, "owner": false, "features": [],
                    "permissions": guild.roles.get(&guild.bot_role).map(|role| role.permissions),
                    "approximate_member_count": guild.members.len(),
                })
            });
            Ok(Answer::ok(mine.collect::<Vec<_>>()))
        }
        ("POST", ["@me", "channels"]) => {
            let person = body_id(call.request.json()?, "recipient_id")?;
            Ok(Answer::ok(call.world.bot_opens_dm(call.now, person)?.told()))
        }
        ("GET", [id]) => {
            let id = path_id(id)?;
            call.world
                .user(id)
                .map(Answer::ok)
                .ok_or_else(ApiError::unknown_user)
        }
        _ => Err(ApiError::not_found()),
    }
}
