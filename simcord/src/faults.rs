//! Faults on demand: answers that REST gives instead of, or on top of, doing what it was asked.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// Something that goes wrong with the next matching REST requests.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Only requests with this method, such as `POST`; `None` is any.
    pub method: Option<String>,
    /// Only requests whose path contains this text.
    pub path_contains: String,
    /// How many requests it hits.
    pub times: u32,
    /// What goes wrong.
    pub kind: FaultKind,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FaultKind {
    /// The request is not carried out and answered with this status; for 429 with this `retry_after` in seconds, and as
    /// the limit of the bot on this route.
    Status(u16, Option<f64>),
    /// The request is not carried out and answered with 429.
    RateLimit {
        /// Whose limit it is.
        scope: Scope,
        /// After how many seconds to try again.
        retry_after: f64,
    },
    /// The request is carried out and the connection is cut before the answer.
    LoseAnswer,
    /// The request is carried out after this much real time.
    Delay(Duration),
    /// No answer ever comes, and the connection stays open until the client ends it.
    Hang {
        /// Whether the request is carried out all the same.
        carried_out: bool,
    },
}

/// Whose rate limit a 429 is about (Discord's page "Rate Limits").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The bot's on this route.
    User,
    /// The bot's on everything: 50 requests a second.
    Global,
    /// That of the thing itself, whoever asks. It does not count as an invalid request.
    Shared,
}

/// A REST request that has been answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordedRequest {
    /// Its method.
    pub method: String,
    /// Its path, without the query and with tokens replaced by `…`.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
}

/// The faults that are still to happen.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    waiting: Vec<Fault>,
    /// How many of them.
    left: watch::Sender<usize>,
}

impl Faults {
    /// Adds a fault behind those already waiting.
    pub(crate) fn add(&mut self, fault: Fault) {
        self.waiting.push(fault);
        self.left.send_replace(self.waiting.len());
    }

    /// How many are still to happen; the receiver changes with it.
    pub(crate) fn left(&self) -> watch::Receiver<usize> {
        self.left.subscribe()
    }

    /// The fault that hits this request, used up once.
    pub(crate) fn take(&mut self, method: &str, path: &str) -> Option<FaultKind> {
        let hit = self.waiting.iter_mut().find(|fault| {
            fault.times > 0
                && fault
                    .method
                    .as_deref()
                    .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
                && path.contains(&fault.path_contains)
        })?;
        hit.times -= 1;
        let kind = hit.kind;
        self.waiting.retain(|fault| fault.times > 0);
        self.left.send_replace(self.waiting.len());
        Some(kind)
    }
}
