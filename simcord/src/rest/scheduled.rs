//! Scheduled events of a guild.

use serde_json::{Value, json};

use super::request::{Answer, path_id};
use super::route::{Call, method};
use crate::world::{ApiError, GuildId, ScheduledEventBody};

/// Answers `/guilds/{guild}/scheduled-events/…`.
pub(super) fn answer(call: &mut Call<'_>, guild: GuildId, rest: &[&str]) -> Result<Answer, ApiError> {
    let now = call.now;
    let with_count = call.request.says("with_user_count");
    match (method(call), rest) {
        ("GET", []) => {
            let events = call.world.scheduled_events(guild);
            let shown = events.map(|event| call.world.event_json(event, with_count));
            Ok(Answer::ok(shown.collect::<Vec<Value>>()))
        }
        ("POST", []) => {
            let body = ScheduledEventBody::new(call.request.json()?)?;
            let event = call.world.bot_schedules(now, guild, &body)?;
            Ok(Answer::ok(call.world.event_json(&event, false)))
        }
        ("GET", [id]) => {
            let event = call.world.scheduled_event(guild, path_id(id)?)?;
            Ok(Answer::ok(call.world.event_json(event, with_count)))
        }
        ("PATCH", [id]) => {
            let body = ScheduledEventBody::edit(call.request.json()?)?;
            let event = call.world.bot_reschedules(now, guild, path_id(id)?, &body)?;
            Ok(Answer::ok(call.world.event_json(&event, false)))
        }
        ("DELETE", [id]) => {
            call.world.bot_drops_event(now, guild, path_id(id)?)?;
            Ok(Answer::empty())
        }
        ("GET", [id, "users"]) => {
            call.world.scheduled_event(guild, path_id(id)?)?;
            Ok(Answer::ok(json!([])))
        }
        _ => Err(ApiError::not_found()),
    }
}
