//! Administration and mishaps as JSON over HTTP.

use std::sync::Arc;

use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::http::{Answer, Body, Sorry, Who};
use super::{Control, GatewayMishap};
use crate::core::Core;
use crate::faults::Fault;
use crate::options::LimitChanges;
use crate::world::{ChannelId, GuildId, MessageId};

/// The routes for what nobody in the play does.
pub(super) fn routes() -> Router<Arc<Core>> {
    Router::new()
        .route("/control/gateway", get(record).post(gateway))
        .route("/control/fault", post(fault))
        .route(
            "/control/requests",
            get(|control: Control| async move { Json(control.requests()) }),
        )
        .route("/control/limits", post(limits))
        .route("/control/mishaps", post(script))
        .route("/control/delete", post(delete))
        .route("/control/bot_permissions", post(bot_permissions))
        .route("/control/deny_bot", post(deny_bot))
        .route("/control/member_roles", post(member_roles))
        .route("/control/direct_messages", post(direct_messages))
        .route("/control/leave", post(leave))
}

async fn record(control: Control) -> Json<Value> {
    let record = *control.gateway_record().borrow();
    Json(json!({"connected": control.connected(), "record": record}))
}

async fn gateway(control: Control, Body(mishap): Body<GatewayMishap>) -> Json<Value> {
    control.gateway(mishap);
    record(control).await
}

async fn fault(control: Control, Body(fault): Body<Fault>) -> Answer<Value> {
    fault.check()?;
    control.fault(fault);
    Ok(Json(json!({})))
}

async fn limits(control: Control, Body(changes): Body<LimitChanges>) -> Json<Value> {
    control.change_limits(|limits| changes.make(limits));
    Json(json!({}))
}

async fn script(control: Control, text: String) -> Answer<Value> {
    Ok(Json(json!({"mishaps": control.play_mishaps(&text)?})))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Delete {
    channel: Option<ChannelId>,
    message: Option<MessageId>,
}

async fn delete(control: Control, Body(asked): Body<Delete>) -> Answer<Value> {
    match asked {
        Delete {
            channel: Some(channel),
            message: None,
        } => control.delete_channel(channel)?,
        Delete {
            channel: None,
            message: Some(message),
        } => control.delete_message(message)?,
        Delete { .. } => return Err(Sorry::bad("Give one of `channel` and `message`.")),
    }
    Ok(Json(json!({})))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BotPermissions {
    guild: GuildId,
    /// The bits, as Discord writes them: in digits.
    permissions: String,
}

async fn bot_permissions(control: Control, Body(asked): Body<BotPermissions>) -> Answer<Value> {
    let bits = asked.permissions.parse();
    let bits = bits.map_err(|_| Sorry::bad("`permissions` are the bits as a number, in quotes."))?;
    control.set_bot_permissions(asked.guild, bits)?;
    Ok(Json(json!({})))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DenyBot {
    channel: ChannelId,
    /// The bits, as Discord writes them: in digits.
    permissions: String,
}

async fn deny_bot(control: Control, Body(asked): Body<DenyBot>) -> Answer<Value> {
    let bits = asked.permissions.parse();
    let bits = bits.map_err(|_| Sorry::bad("`permissions` are the bits as a number, in quotes."))?;
    control.deny_bot(asked.channel, bits)?;
    Ok(Json(json!({})))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberRoles {
    guild: GuildId,
    user: Who,
    roles: Vec<String>,
}

async fn member_roles(control: Control, Body(asked): Body<MemberRoles>) -> Answer<Value> {
    let user = asked.user.find(&control)?;
    let roles: Vec<&str> = asked.roles.iter().map(String::as_str).collect();
    control.set_member_roles(asked.guild, user, &roles)?;
    Ok(Json(json!({})))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DirectMessages {
    user: Who,
    taken: bool,
}

async fn direct_messages(control: Control, Body(asked): Body<DirectMessages>) -> Answer<Value> {
    let user = asked.user.find(&control)?;
    control.take_direct_messages(user, asked.taken)?;
    Ok(Json(json!({})))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Leave {
    guild: GuildId,
    user: Who,
}

async fn leave(control: Control, Body(asked): Body<Leave>) -> Answer<Value> {
    let user = asked.user.find(&control)?;
    control.leave(asked.guild, user)?;
    Ok(Json(json!({})))
}
