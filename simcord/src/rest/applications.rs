//! The application itself, and its commands.

use serde_json::{Value, json};

use super::request::{Answer, path_id};
use super::route::{Call, method};
use crate::world::{ApiError, GuildId, UserId};

/// Answers `/applications/…`.
pub(super) fn answer(call: &mut Call<'_>, rest: &[&str]) -> Result<Answer, ApiError> {
    match (method(call), rest) {
        ("GET", ["@me"]) => Ok(Answer::ok(application(call))),
        (_, [id, "commands", rest @ ..]) => {
            own(call, id)?;
            commands(call, None, rest)
        }
        (_, [id, "guilds", guild, "commands", rest @ ..]) => {
            own(call, id)?;
            let guild = path_id(guild)?;
            call.world.guild(guild).map_err(|_| ApiError::missing_access())?;
            commands(call, Some(guild), rest)
        }
        _ => Err(ApiError::not_found()),
    }
}

fn own(call: &Call<'_>, id: &str) -> Result<(), ApiError> {
    let id: UserId = path_id(id)?;
    if id == call.world.bot_id() {
        Ok(())
    } else {
        Err(ApiError::unknown_application())
    }
}

fn application(call: &Call<'_>) -> Value {
    let bot = call.world.bot();
    json!({
        "id": bot.id, "name": bot.username, "icon": null, "description": "", "type": null, "rpc_origins": [],
        "bot_public": false, "bot_require_code_grant": false, "owner": bot, "verify_key": "0".repeat(64),
        "team": null, "flags": 0, "flags_new": "0", "bot": bot, "tags": [], "redirect_uris": [],
        "interactions_endpoint_url": null, "role_connections_verification_url": null,
        "approximate_guild_count": call.world.guilds().count(), "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0, "explicit_content_filter": 0, "eligible_oauth2_scopes": [],
        "integration_types_config": {"0": {}},
    })
}

fn commands(call: &mut Call<'_>, guild: Option<GuildId>, rest: &[&str]) -> Result<Answer, ApiError> {
    let now = call.now;
    match (method(call), rest) {
        ("GET", []) => Ok(Answer::ok(call.world.commands_in(guild))),
        ("PUT", []) => Ok(Answer::ok(call.world.overwrite_commands(
            now,
            guild,
            call.request.json()?,
        )?)),
        ("POST", []) => Ok(Answer::created(call.world.create_command(
            now,
            guild,
            call.request.json()?,
        )?)),
        ("GET", [id]) => Ok(Answer::ok(call.world.command_in(guild, path_id(id)?)?)),
        ("PATCH", [id]) => Ok(Answer::ok(call.world.edit_command(
            now,
            guild,
            path_id(id)?,
            call.request.json()?,
        )?)),
        ("DELETE", [id]) => call
            .world
            .delete_command(now, guild, path_id(id)?)
            .map(|()| Answer::empty()),
        _ => Err(ApiError::not_found()),
    }
}
