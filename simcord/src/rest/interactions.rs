//! Answers to interactions: the callback, and the webhook that goes on afterwards.

use super::request::{Answer, path_id};
use super::route::{Call, method};
use crate::world::{ApiError, InteractionId, UserId, Which};

/// Answers `/interactions/{id}/{token}/callback`.
pub(super) fn callback(call: &mut Call<'_>, id: InteractionId, token: &str) -> Result<Answer, ApiError> {
    if method(call) != "POST" {
        return Err(ApiError::not_found());
    }
    let told = call.world.answer(call.now, id, token, call.request.json()?)?;
    let wants = call.request.says("with_response");
    Ok(if wants { Answer::ok(told) } else { Answer::empty() })
}

/// Answers `/webhooks/{application}/{token}/…`.
pub(super) fn webhook(
    call: &mut Call<'_>,
    application: UserId,
    token: &str,
    rest: &[&str],
) -> Result<Answer, ApiError> {
    if application != call.world.bot_id() {
        return Err(ApiError::unknown_webhook());
    }
    let now = call.now;
    let which = |text: &str| -> Result<Which, ApiError> {
        if text == "@original" {
            Ok(Which::Original)
        } else {
            path_id(text).map(Which::Id)
        }
    };
    match (method(call), rest) {
        ("POST", []) => Ok(Answer::ok(call.world.follow_up(
            now,
            token,
            call.request.json()?,
        )?)),
        ("GET", ["messages", id]) => Ok(Answer::ok(call.world.answer_message(now, token, which(id)?)?)),
        ("PATCH", ["messages", id]) => Ok(Answer::ok(call.world.edit_answer(
            now,
            token,
            which(id)?,
            call.request.json()?,
        )?)),
        ("DELETE", ["messages", id]) => {
            call.world.delete_answer(now, token, which(id)?)?;
            Ok(Answer::empty())
        }
        _ => Err(ApiError::not_found()),
    }
}
