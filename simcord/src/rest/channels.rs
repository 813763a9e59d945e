//! Channels and their overwrites.

use serde_json::{Value, json};

use super::request::{Answer, path_id};
use super::route::{Call, method};
use crate::world::{ApiError, ChannelBody, ChannelId, Form, Overwrite, Permissions, ThreadBody};

/// Answers `/channels/{channel}/…`, messages and pins apart.
pub(super) fn answer(call: &mut Call<'_>, channel: ChannelId, rest: &[&str]) -> Result<Answer, ApiError> {
    let now = call.now;
    match (method(call), rest) {
        ("GET", []) => Ok(Answer::ok(
            call.world.channel_for_bot(channel, Permissions::NONE)?.told(),
        )),
        ("PATCH", []) if call.world.channel(channel)?.thread.is_some() => {
            let body = ThreadBody::parse(call.request.json()?)?;
            Ok(Answer::ok(call.world.bot_edits_thread(now, channel, body)?))
        }
        ("POST", ["threads"]) => {
            let body = ThreadBody::parse(call.request.json()?)?;
            Ok(Answer::created(
                call.world.bot_opens_thread(now, channel, None, body)?,
            ))
        }
        ("PATCH", []) => {
            let body = ChannelBody::parse(call.request.json()?)?;
            Ok(Answer::ok(call.world.bot_edits_channel(now, channel, body)?))
        }
        ("DELETE", []) => Ok(Answer::ok(call.world.bot_deletes_channel(now, channel)?)),
        ("PUT", ["permissions", target]) => {
            let overwrite = overwrite(call.request.json()?, target)?;
            call.world.bot_sets_overwrite(now, channel, overwrite)?;
            Ok(Answer::empty())
        }
        ("DELETE", ["permissions", target]) => {
            call.world.bot_drops_overwrite(now, channel, path_id(target)?)?;
            Ok(Answer::empty())
        }
        ("POST", ["typing"]) => {
            let needed = call.world.channel(channel)?.writing();
            call.world.channel_for_bot(channel, needed)?;
            Ok(Answer::empty())
        }
        _ => Err(ApiError::not_found()),
    }
}

fn overwrite(body: &Value, target: &str) -> Result<Overwrite, ApiError> {
    let mut whole = body.clone();
    whole["id"] = json!(target);
    serde_json::from_value(whole)
        .map_err(|error| Form::refuse("type", "MODEL_TYPE_CONVERT", &error.to_string()))
}
