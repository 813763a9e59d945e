//! Files of people over HTTP: a person has one from then on, for messages and for options of commands.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;

use super::Control;
use super::http::{Answer, Asked, Sorry, Who};
use crate::core::Core;
use crate::world::Attachment;

/// The one media type that a file comes with. A page from elsewhere cannot send it without asking first.
const KIND: &str = "application/octet-stream";

/// The longest name of a file.
const LONGEST: usize = 255;

pub(super) fn routes() -> Router<Arc<Core>> {
    // The limit is the world's own, and its refusal a sentence.
    Router::new()
        .route("/control/file", post(take))
        .layer(DefaultBodyLimit::disable())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    user: Who,
    name: String,
}

async fn take(
    control: Control,
    Asked(named): Asked<Named>,
    headers: HeaderMap,
    body: axum::body::Body,
) -> Answer<Attachment> {
    let user = named.user.find(&control)?;
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != KIND) {
        let sentence = format!("A file comes with the content type {KIND}.");
        return Err(Sorry(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence));
    }
    if named.name.is_empty() || named.name.chars().count() > LONGEST {
        return Err(Sorry::bad("A file has a name of 1 to 255 characters."));
    }
    let largest = control.core.with(|world, _| world.limits.bytes_per_file);
    let bytes = read(body, largest).await?;
    Ok(Json(control.have_file(user, &named.name, &bytes)))
}

/// What came, as far as a file may be long.
async fn read(body: axum::body::Body, largest: usize) -> Result<Bytes, Sorry> {
    axum::body::to_bytes(body, largest).await.map_err(|_too_long| {
        let sentence = format!("Your files are too powerful: {largest} bytes are the most.");
        Sorry(StatusCode::PAYLOAD_TOO_LARGE, sentence)
    })
}
