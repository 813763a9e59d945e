//! The control API as JSON over HTTP.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Control, events, files, mishaps};
use crate::clock::AdvanceTo;
use crate::core::Core;
use crate::world::{ChannelId, Filled, MessageId, ModalId, Outcome, OutcomeState, Refusal, UserId};

/// The control API's routes.
pub(crate) fn routes() -> Router<Arc<Core>> {
    Router::new()
        .route(
            "/control/people",
            get(|control: Control| async move { Json(control.people()) }),
        )
        .route("/control/view", get(view))
        .route("/control/channels/{channel}/messages", get(messages))
        .route("/control/channels/{channel}/pins", get(pins))
        .route("/control/pings", get(pings))
        .route(
            "/control/errors",
            get(|control: Control| async move { Json(control.errors()) }),
        )
        .route(
            "/control/clock",
            get(|control: Control| async move { Json(control.clock()) }).post(move_clock),
        )
        .route("/control/events", get(events::stream))
        .route("/control/openapi.json", get(description))
        .route("/control/slash", post(slash))
        .route("/control/autocomplete", post(autocomplete))
        .route("/control/menu", post(menu))
        .route("/control/click", post(click))
        .route("/control/select", post(select))
        .route("/control/modal", post(modal))
        .route("/control/message", post(message))
        .route("/control/reaction", post(reaction))
        .route("/control/read", post(read))
        .route("/host/{name}", post(call_host))
        .merge(files::routes())
        .merge(mishaps::routes())
        .route_layer(middleware::from_fn(only_loopback_names))
}

/// The description of these routes.
async fn description() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (kind, include_str!("../../control.openapi.json"))
}

/// What a call is answered with: JSON, or a sentence that says why not.
pub(super) type Answer<T> = Result<Json<T>, Sorry>;

/// A refusal over HTTP.
pub(super) struct Sorry(pub(super) StatusCode, pub(super) String);

impl Sorry {
    /// The request makes no sense.
    pub(super) fn bad(sentence: &str) -> Self {
        Self(StatusCode::BAD_REQUEST, sentence.to_owned())
    }
}

impl IntoResponse for Sorry {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

impl From<Refusal> for Sorry {
    fn from(refusal: Refusal) -> Self {
        Self(StatusCode::UNPROCESSABLE_ENTITY, refusal.0)
    }
}

impl FromRequestParts<Arc<Core>> for Control {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(_parts: &mut Parts, core: &Arc<Core>) -> Result<Self, Self::Rejection> {
        Ok(Self::new(Arc::clone(core)))
    }
}

/// Refuses requests that reach this server under a foreign name: a page from elsewhere must not play the people.
async fn only_loopback_names(request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if matches!(name, "127.0.0.1" | "localhost") {
        let mut response = next.run(request).await;
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    } else {
        Sorry(StatusCode::FORBIDDEN, "This is for this machine only.".to_owned()).into_response()
    }
}

/// A person, by id or by name.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Who(String);

impl Who {
    pub(super) fn find(&self, control: &Control) -> Result<UserId, Sorry> {
        let known = self
            .0
            .parse()
            .ok()
            .filter(|id| control.core.with(|world, _| world.user(*id).is_some()));
        let found = known.or_else(|| control.user_id(&self.0));
        found.ok_or_else(|| Sorry(StatusCode::NOT_FOUND, format!("There is no person {:?}.", self.0)))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct As {
    pub(super) user: Who,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    user: Who,
    limit: Option<usize>,
    before: Option<MessageId>,
}

async fn view(control: Control, Asked(query): Asked<As>) -> Answer<crate::View> {
    let user = query.user.find(&control)?;
    let view = control.view(user);
    view.map(Json)
        .ok_or_else(|| Sorry(StatusCode::NOT_FOUND, "That is nobody to play.".to_owned()))
}

async fn messages(
    control: Control,
    Path(channel): Path<ChannelId>,
    Asked(query): Asked<Page>,
) -> Answer<Vec<crate::Message>> {
    let user = query.user.find(&control)?;
    visible(&control, user, channel)?;
    Ok(Json(control.messages_before(
        user,
        channel,
        query.before,
        query.limit.unwrap_or(100),
    )))
}

async fn pins(
    control: Control,
    Path(channel): Path<ChannelId>,
    Asked(query): Asked<As>,
) -> Answer<Vec<crate::Message>> {
    let user = query.user.find(&control)?;
    visible(&control, user, channel)?;
    Ok(Json(control.pins(user, channel)))
}

fn visible(control: &Control, user: UserId, channel: ChannelId) -> Result<(), Sorry> {
    let seen = control.core.with(|world, _| world.can_see(user, channel));
    if seen {
        Ok(())
    } else {
        Err(Sorry(
            StatusCode::NOT_FOUND,
            "There is no such channel.".to_owned(),
        ))
    }
}

async fn pings(control: Control, Asked(query): Asked<As>) -> Answer<Vec<crate::Ping>> {
    let user = query.user.find(&control)?;
    Ok(Json(control.pings(user)))
}

fn outcome(outcome: Outcome) -> Answer<Outcome> {
    if outcome.state == OutcomeState::Refused {
        return Err(Sorry(
            StatusCode::UNPROCESSABLE_ENTITY,
            outcome.error.unwrap_or_default(),
        ));
    }
    Ok(Json(outcome))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Slash {
    user: Who,
    channel: ChannelId,
    command: Option<String>,
    #[serde(default)]
    options: BTreeMap<String, Value>,
    text: Option<String>,
}

async fn slash(control: Control, Body(body): Body<Slash>) -> Answer<Outcome> {
    let user = body.user.find(&control)?;
    match (body.text, body.command) {
        (Some(text), _) => outcome(control.slash_text(user, body.channel, &text).await),
        (None, Some(command)) => outcome(control.slash(user, body.channel, &command, body.options).await),
        (None, None) => Err(Sorry(
            StatusCode::BAD_REQUEST,
            "Give `command` or `text`.".to_owned(),
        )),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Autocomplete {
    user: Who,
    channel: ChannelId,
    command: String,
    #[serde(default)]
    options: BTreeMap<String, Value>,
    focused: String,
}

async fn autocomplete(control: Control, Body(body): Body<Autocomplete>) -> Answer<Outcome> {
    let user = body.user.find(&control)?;
    outcome(
        control
            .autocomplete(user, body.channel, &body.command, body.options, &body.focused)
            .await,
    )
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Menu {
    user: Who,
    channel: ChannelId,
    command: String,
    target: MessageId,
}

async fn menu(control: Control, Body(body): Body<Menu>) -> Answer<Outcome> {
    let user = body.user.find(&control)?;
    outcome(
        control
            .menu(user, body.channel, &body.command, body.target.0)
            .await,
    )
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Click {
    user: Who,
    message: MessageId,
    custom_id: String,
}

async fn click(control: Control, Body(body): Body<Click>) -> Answer<Outcome> {
    let user = body.user.find(&control)?;
    outcome(control.click(user, body.message, &body.custom_id).await)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Select {
    user: Who,
    message: MessageId,
    custom_id: String,
    values: Vec<String>,
}

async fn select(control: Control, Body(body): Body<Select>) -> Answer<Outcome> {
    let user = body.user.find(&control)?;
    outcome(
        control
            .select(user, body.message, &body.custom_id, body.values)
            .await,
    )
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Submit {
    user: Who,
    modal: ModalId,
    #[serde(default)]
    fields: BTreeMap<String, Filled>,
}

async fn modal(control: Control, Body(body): Body<Submit>) -> Answer<Outcome> {
    let user = body.user.find(&control)?;
    outcome(control.submit_modal(user, body.modal, body.fields).await)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Write {
    user: Who,
    channel: ChannelId,
    #[serde(default)]
    content: String,
    #[serde(default)]
    files: Vec<String>,
}

async fn message(control: Control, Body(body): Body<Write>) -> Answer<crate::Message> {
    let user = body.user.find(&control)?;
    Ok(Json(control.post_with_files(
        user,
        body.channel,
        &body.content,
        &body.files,
    )?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct React {
    user: Who,
    message: MessageId,
    emoji: String,
    #[serde(default)]
    take_back: bool,
}

async fn reaction(control: Control, Body(body): Body<React>) -> Answer<crate::Message> {
    let user = body.user.find(&control)?;
    let done = if body.take_back {
        control.take_back_reaction(user, body.message, &body.emoji)
    } else {
        control.react(user, body.message, &body.emoji)
    };
    Ok(Json(done?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    user: Who,
    channel: ChannelId,
}

async fn read(control: Control, Body(body): Body<Read>) -> Answer<Value> {
    let user = body.user.find(&control)?;
    control.mark_read(user, body.channel)?;
    Ok(Json(json!({})))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    by: Option<i64>,
    to: Option<DateTime<Utc>>,
    #[serde(default)]
    next: bool,
}

async fn move_clock(control: Control, Body(body): Body<Move>) -> Answer<crate::ClockView> {
    let to = match body {
        Move {
            by: Some(seconds),
            to: None,
            next: false,
        } => {
            let step = TimeDelta::try_seconds(seconds);
            let step = step.ok_or_else(|| Sorry(StatusCode::BAD_REQUEST, "That is too far.".to_owned()))?;
            AdvanceTo::By(step)
        }
        Move {
            by: None,
            to: Some(instant),
            next: false,
        } => AdvanceTo::At(instant),
        Move {
            by: None,
            to: None,
            next: true,
        } => AdvanceTo::Next,
        Move { .. } => {
            return Err(Sorry(
                StatusCode::BAD_REQUEST,
                "Give one of `by`, `to` and `next`.".to_owned(),
            ));
        }
    };
    Ok(Json(control.advance_clock(to).await?))
}

async fn call_host(control: Control, Path(name): Path<String>, Body(body): Body<Value>) -> Answer<Value> {
    let Some(host) = &control.core.host else {
        return Err(Sorry(
            StatusCode::NOT_FOUND,
            "No host stands behind this page.".to_owned(),
        ));
    };
    let answer = host.call(&name, body).await;
    answer
        .map(Json)
        .map_err(|sentence| Sorry(StatusCode::UNPROCESSABLE_ENTITY, sentence))
}

/// A JSON body whose mistakes are told in the API's own shape.
pub(super) struct Body<T>(pub(super) T);

impl<T: for<'de> Deserialize<'de>> axum::extract::FromRequest<Arc<Core>> for Body<T> {
    type Rejection = Sorry;

    async fn from_request(request: Request, core: &Arc<Core>) -> Result<Self, Self::Rejection> {
        let read = Json::<T>::from_request(request, core).await;
        read.map(|Json(body)| Self(body))
            .map_err(|error| Sorry(error.status(), error.body_text()))
    }
}

/// A query whose mistakes are told in the API's own shape.
pub(super) struct Asked<T>(pub(super) T);

impl<T: for<'de> Deserialize<'de>> FromRequestParts<Arc<Core>> for Asked<T> {
    type Rejection = Sorry;

    async fn from_request_parts(parts: &mut Parts, core: &Arc<Core>) -> Result<Self, Self::Rejection> {
        let read = Query::<T>::from_request_parts(parts, core).await;
        read.map(|Query(asked)| Self(asked))
            .map_err(|error| Sorry(error.status(), error.body_text()))
    }
}

/// An event's data as one line of JSON.
pub(super) fn line(data: &impl Serialize) -> String {
    serde_json::to_string(data).unwrap_or_default()
}
