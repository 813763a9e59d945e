//! REST: reads requests, lets faults happen, asks the routes, and answers with the headers a client expects.

mod applications;
mod bucket;
mod channels;
mod gate;
mod guilds;
mod interactions;
mod messages;
mod reactions;
mod request;
mod route;
mod scheduled;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::Response;
use serde_json::Value;

pub(crate) use bucket::Buckets;
pub(crate) use gate::Gate;

use crate::core::{Core, lock};
use crate::faults::{FaultKind, RecordedRequest, Scope};
use crate::recording::{Exchange, SECRET};
use crate::server::pause;
use crate::world::ApiError;
use request::{Answer, Request};

/// Answers any request under `/api`.
pub(crate) async fn handle(
    State(core): State<Arc<Core>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let _in_flight = InFlight::new(&core.in_flight);
    let fault = lock(&core.faults).take(method.as_str(), uri.path());
    if let Some(FaultKind::Delay { ms }) = fault {
        pause(Duration::from_millis(ms)).await;
    }
    if let Some(seconds) = core.with(|world, now| lock(&core.gate).closed(now, world.limits.invalid_requests))
    {
        return gate::banned(seconds);
    }
    let request = Request::read(method, &uri, &headers, &body).await;
    let bucket = bucket::name(&request);
    if let Some(FaultKind::Hang { carried_out }) = fault {
        if carried_out {
            // Nobody hears what came of it.
            let _ = answer(&core, &request, &bucket);
        }
        return std::future::pending().await;
    }
    let (result, window) = match fault {
        Some(FaultKind::Status { status, retry_after }) => (Err(made_up(status, retry_after)), None),
        Some(FaultKind::RateLimit { scope, retry_after }) => {
            (Err(ApiError::rate_limited(retry_after).in_scope(scope)), None)
        }
        Some(FaultKind::LoseAnswer | FaultKind::Delay { .. } | FaultKind::Hang { .. }) | None => {
            answer(&core, &request, &bucket)
        }
    };
    let (status, body, wait) = match result {
        Ok(Answer { status, body }) => (status, body, None),
        Err(error) => (error.status, Some(error.body()), error.wait()),
    };
    if gate::is_invalid(status, wait.map(|(_, scope)| scope)) {
        core.with(|world, now| {
            let most = world.limits.invalid_requests;
            if lock(&core.gate).note(now) == most {
                world.note_broken(format!(
                    "{most} invalid requests came within ten minutes; nobody is heard for a while"
                ));
            }
        });
    }
    let path = redacted(&request);
    tracing::debug!(method = %request.method, path, status, "answered");
    let record = RecordedRequest {
        method: request.method.to_string(),
        path: path.clone(),
        status,
    };
    lock(&core.requests).push(record);
    let exchange = || Exchange {
        method: request.method.as_str(),
        path: &path,
        query: request.queries(),
        body: request.json().cloned().unwrap_or_default(),
        status,
        response: body.clone().unwrap_or_default(),
    };
    core.record(exchange, &secrets(&core, &request));
    if fault == Some(FaultKind::LoseAnswer) {
        return cut();
    }
    let mut response = respond(status, body.as_ref());
    bucket::headers(response.headers_mut(), &bucket, window.as_ref(), wait);
    response
}

fn answer(
    core: &Core,
    request: &Request,
    bucket: &str,
) -> (Result<Answer, ApiError>, Option<bucket::Window>) {
    core.with(|world, now| {
        if let Err(refused) = gate::check_agent(request.agent.as_deref()) {
            world.note_broken(format!(
                "{} {} came without a User-Agent",
                request.method,
                redacted(request)
            ));
            return (Err(refused), None);
        }
        if let Some(most) = world
            .limits
            .requests_in_all
            .filter(|_| !bucket::is_interaction(request))
        {
            let window = lock(&core.buckets).count("everything", now, Some(most));
            if let Some(seconds) = window.refused {
                let refused = ApiError::rate_limited(seconds).in_scope(Scope::Global);
                return (Err(refused), Some(window));
            }
        }
        let window = lock(&core.buckets).count(bucket, now, world.limits.requests_per_second);
        if let Some(seconds) = window.refused {
            return (Err(ApiError::rate_limited(seconds)), Some(window));
        }
        let result = if route::is_open(request) || authorized(core, request) {
            let checked = request.check_size(world.limits.bytes_per_request);
            let checked = checked.and_then(|()| request.check_reason());
            checked.and_then(|()| route::answer(core, world, now, request))
        } else {
            Err(ApiError::unauthorized())
        };
        if let Err(error) = &result {
            let path = redacted(request);
            if error.status == 404 && error.code == 0 {
                world.note_broken(format!(
                    "{} {path} is not a route that is played here",
                    request.method
                ));
            } else if error.is_breach() {
                let places = error.errors.as_ref().map(Value::to_string).unwrap_or_default();
                world.note_broken(format!(
                    "{} {path} was refused: {} {places}",
                    request.method, error.message
                ));
            }
        }
        (result, Some(window))
    })
}

fn authorized(core: &Core, request: &Request) -> bool {
    let given = request
        .authorization
        .as_deref()
        .and_then(|given| given.strip_prefix("Bot "));
    given == Some(core.application.token.as_str()) && !core.hub.token_is_reset()
}

fn made_up(status: u16, retry_after: Option<f64>) -> ApiError {
    if status == 429 {
        return ApiError::rate_limited(retry_after.unwrap_or(1.0));
    }
    ApiError::made_up(status)
}

/// A path without the tokens in it.
fn redacted(request: &Request) -> String {
    let mut shown = String::new();
    let mut parts = request.path.iter().map(String::as_str);
    while let Some(part) = parts.next() {
        shown.push('/');
        shown.push_str(part);
        if matches!(part, "webhooks" | "interactions")
            && let Some(id) = parts.next()
        {
            shown.push('/');
            shown.push_str(id);
            if parts.next().is_some() {
                shown.push('/');
                shown.push_str(SECRET);
            }
        }
    }
    shown
}

/// What nobody may read in a recording: the token of the path, that of the bot, and what came in its place.
fn secrets<'s>(core: &'s Core, request: &'s Request) -> Vec<&'s str> {
    let first = request.path.first().map(String::as_str);
    let in_path = request
        .path
        .get(2)
        .filter(|_| matches!(first, Some("webhooks" | "interactions")));
    let given = request.authorization.as_deref();
    let given = given.map(|given| given.rsplit(' ').next().unwrap_or(given));
    let known = core.application.token.as_str();
    [in_path.map(String::as_str), given, Some(known)]
        .into_iter()
        .flatten()
        .collect()
}

/// What stands in front of Discord. discord.py 2.7 takes a 429 without this header for a ban by somebody else, and does not
/// try again (its `http.py`, `HTTPClient.request`).
const VIA: HeaderValue = HeaderValue::from_static("1.1 google");

fn respond(status: u16, body: Option<&Value>) -> Response {
    let text = body.map(Value::to_string);
    let has_body = text.is_some();
    let mut response = Response::new(text.map_or_else(Body::empty, Body::from));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::VIA, VIA);
    if has_body {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    response
}

/// An answer that never leaves: its body fails before the head is written, which cuts the connection.
fn cut() -> Response {
    let lost = std::io::Error::new(
        std::io::ErrorKind::ConnectionReset,
        "the answer was lost on purpose",
    );
    let body = futures_util::stream::once(std::future::ready(Err::<Bytes, _>(lost)));
    Response::new(Body::from_stream(body))
}

/// Counts a request for as long as it is being answered.
struct InFlight<'c>(&'c AtomicUsize);

impl<'c> InFlight<'c> {
    fn new(count: &'c AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
