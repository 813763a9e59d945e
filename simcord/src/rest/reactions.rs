//! Reactions to a message.

use super::request::{Answer, path_id};
use super::route::{Call, method};
use crate::world::{ApiError, ChannelId, MessageId, UserId};

/// Answers `/channels/{channel}/messages/{message}/reactions/…`.
pub(super) fn answer(
    call: &mut Call<'_>,
    channel: ChannelId,
    message: MessageId,
    rest: &[&str],
) -> Result<Answer, ApiError> {
    let now = call.now;
    let verb = method(call);
    let (world, request) = (&mut *call.world, call.request);
    match (verb, rest) {
        ("PUT", [emoji, "@me"]) => world.bot_reacts(now, channel, message, emoji)?,
        ("DELETE", [emoji, user]) => {
            let user = if *user == "@me" {
                world.bot_id()
            } else {
                path_id(user)?
            };
            world.bot_takes_reaction(now, channel, message, emoji, user)?;
        }
        ("DELETE", []) => world.bot_clears_reactions(now, channel, message, None)?,
        ("DELETE", [emoji]) => world.bot_clears_reactions(now, channel, message, Some(emoji))?,
        ("GET", [emoji]) => {
            let after = request.query_id("after").unwrap_or(UserId(0));
            let limit = request.limit(25, 100)?;
            let mut users = world.who_reacted(channel, message, emoji, after, limit)?;
            // Super reactions, which nobody adds here.
            if request.query("type") == Some("1") {
                users.clear();
            }
            return Ok(Answer::ok(users));
        }
        _ => return Err(ApiError::not_found()),
    }
    Ok(Answer::empty())
}
