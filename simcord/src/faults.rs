//! Faults on demand: answers that REST gives instead of, or on top of, doing what it was asked.

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::world::Refusal;

/// Something that goes wrong with the next matching REST requests.
///
/// As data it is `{"method": "POST", "path": "/messages", "times": 2, "with": {"kind": "status", "status": 503}}`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Only requests with this method, such as `POST`; `None` is any.
    pub method: Option<String>,
    /// Only requests whose path contains this text.
    #[serde(rename = "path")]
    pub path_contains: String,
    /// How many requests it hits.
    pub times: u32,
    /// What goes wrong.
    #[serde(rename = "with")]
    pub kind: FaultKind,
}

impl Fault {
    /// Whether it can happen; the error is a sentence that says what cannot.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        match self.kind {
            FaultKind::Status { status, .. } if !(400..600).contains(&status) => {
                Err("A fault has a status from 400 to 599.".into())
            }
            FaultKind::Status {
                retry_after: Some(seconds),
                ..
            }
            | FaultKind::RateLimit {
                retry_after: seconds, ..
            } if !(0.0..=86_400.0).contains(&seconds) => {
                Err("`retry_after` is from 0 to 86400 seconds.".into())
            }
            FaultKind::Status { .. }
            | FaultKind::RateLimit { .. }
            | FaultKind::LoseAnswer
            | FaultKind::Delay { .. }
            | FaultKind::Hang { .. } => Ok(()),
        }
    }
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultKind {
    /// The request is not carried out and answered with this status.
    Status {
        /// From 400 to 599.
        status: u16,
        /// For 429: after how many seconds to try again (1 when left out), as the limit of the bot on this route.
        retry_after: Option<f64>,
    },
    /// The request is not carried out and answered with 429.
    RateLimit {
        /// Whose limit it is.
        scope: Scope,
        /// After how many seconds to try again.
        retry_after: f64,
    },
    /// The request is carried out and the connection is cut before the answer.
    LoseAnswer,
    /// The request is carried out after some real time.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
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
