//! Messages and pins.

use serde_json::{Value, json};

use super::request::{Answer, path_id};
use super::route::{Call, method};
use crate::world::{
    Anchor, ApiError, ChannelId, MessageBody, MessageId, Permissions, ThreadBody, Window, id_in, written,
};

/// Answers `/channels/{channel}/messages/…`.
pub(super) fn answer(call: &mut Call<'_>, channel: ChannelId, rest: &[&str]) -> Result<Answer, ApiError> {
    let now = call.now;
    match (method(call), rest) {
        ("GET", []) => {
            let request = call.request;
            let anchor = if let Some(id) = request.query_id("before") {
                Anchor::Before(id)
            } else if let Some(id) = request.query_id("after") {
                Anchor::After(id)
            } else if let Some(id) = request.query_id("around") {
                Anchor::Around(id)
            } else {
                Anchor::Newest
            };
            let window = Window {
                limit: request.limit(50, 100)?,
                anchor,
            };
            Ok(Answer::ok(call.world.list_messages(channel, window)?))
        }
        ("POST", []) => {
            let body = MessageBody::parse(call.request.json()?)?;
            Ok(Answer::ok(call.world.bot_writes(now, channel, body)?))
        }
        ("POST", [message, "threads"]) => {
            let body = ThreadBody::parse(call.request.json()?)?;
            let message = path_id(message)?;
            Ok(Answer::created(call.world.bot_opens_thread(
                now,
                channel,
                Some(message),
                body,
            )?))
        }
        ("POST", ["bulk-delete"]) => {
            call.world
                .channel_for_bot(channel, Permissions::MANAGE_MESSAGES)?;
            for id in several(call.request.json()?)? {
                if call.world.public_message(channel, id).is_ok() {
                    call.world.remove_message(now, id);
                }
            }
            Ok(Answer::empty())
        }
        ("GET", [id]) => {
            call.world
                .channel_for_bot(channel, Permissions::READ_MESSAGE_HISTORY)?;
            Ok(Answer::ok(call.world.public_message(channel, path_id(id)?)?))
        }
        ("PATCH", [id]) => {
            let id = path_id(id)?;
            let flags = call.world.flags_of(id);
            let body = MessageBody::parse_edit(call.request.json()?, flags)?;
            Ok(Answer::ok(call.world.bot_edits(now, channel, id, body)?))
        }
        ("DELETE", [id]) => {
            call.world.bot_deletes(now, channel, path_id(id)?)?;
            Ok(Answer::empty())
        }
        _ => Err(ApiError::not_found()),
    }
}

/// Answers both routes of pins: the old one with bare messages, the new one with the moment of each pin.
pub(super) fn pins(
    call: &mut Call<'_>,
    channel: ChannelId,
    rest: &[&str],
    new: bool,
) -> Result<Answer, ApiError> {
    let now = call.now;
    match (method(call), rest) {
        ("GET", []) => {
            call.world
                .channel_for_bot(channel, Permissions::READ_MESSAGE_HISTORY)?;
            let pinned = call.world.pinned(channel);
            if !new {
                return Ok(Answer::ok(
                    pinned
                        .into_iter()
                        .take(50)
                        .map(|(message, _)| message)
                        .collect::<Vec<_>>(),
                ));
            }
            let limit = call.request.limit(50, 50)?;
            let items = pinned
                .iter()
                .take(limit)
                .map(|(message, at)| json!({"message": message, "pinned_at": written(*at)}));
            let more = pinned.len() > limit;
            Ok(Answer::ok(
                json!({"items": items.collect::<Vec<_>>(), "has_more": more}),
            ))
        }
        ("PUT", [id]) => {
            call.world.bot_pins(now, channel, path_id(id)?, true)?;
            Ok(Answer::empty())
        }
        ("DELETE", [id]) => {
            call.world.bot_pins(now, channel, path_id(id)?, false)?;
            Ok(Answer::empty())
        }
        _ => Err(ApiError::not_found()),
    }
}

/// The messages that go at once: between 2 and 100 (page "Message", Bulk Delete Messages).
fn several(body: &Value) -> Result<Vec<MessageId>, ApiError> {
    let given = body.get("messages").and_then(Value::as_array);
    let ids: Vec<_> = given
        .into_iter()
        .flatten()
        .filter_map(id_in)
        .map(MessageId)
        .collect();
    if (2..=100).contains(&ids.len()) {
        Ok(ids)
    } else {
        Err(ApiError::too_few_or_too_many())
    }
}
