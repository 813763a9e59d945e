//! What stands in front of the routes: requests that are not heard at all.

use std::collections::VecDeque;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use chrono::{DateTime, TimeDelta, Utc};

use crate::faults::Scope;
use crate::world::ApiError;

/// How long an invalid request is held against whoever sent it (page "Rate Limits", Invalid Request Limit).
const HELD: TimeDelta = TimeDelta::minutes(10);

/// When invalid requests came.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    invalid: VecDeque<DateTime<Utc>>,
}

impl Gate {
    /// For how many seconds nobody is heard, when there were so many invalid requests that Discord bans.
    pub(super) fn closed(&mut self, now: DateTime<Utc>, most: usize) -> Option<i64> {
        while self.invalid.front().is_some_and(|at| *at + HELD <= now) {
            self.invalid.pop_front();
        }
        let last_too_many = self.invalid.len().checked_sub(most)?;
        let until = *self.invalid.get(last_too_many)? + HELD;
        Some((until - now).num_seconds().max(1))
    }

    /// Counts an invalid request; how many are held now.
    pub(super) fn note(&mut self, now: DateTime<Utc>) -> usize {
        self.invalid.push_back(now);
        self.invalid.len()
    }
}

/// Whether an answer says that the request was an invalid one. What others have used up is held against nobody.
pub(super) fn is_invalid(status: u16, limit: Option<Scope>) -> bool {
    matches!(status, 401 | 403 | 429) && limit != Some(Scope::Shared)
}

/// Refuses a request that does not say what sends it.
///
/// Discord's page "Reference" wants `DiscordBot (url, version)` and says that others may be blocked. Not all are:
/// discord.py 2.7 answers interactions under the name of its HTTP library.
pub(super) fn check_agent(agent: Option<&str>) -> Result<(), ApiError> {
    let named = agent.is_some_and(|agent| !agent.trim().is_empty());
    if named { Ok(()) } else { Err(ApiError::no_agent()) }
}

/// What a banned address gets: no answer of Discord's API, so without its headers and its JSON.
pub(super) fn banned(seconds: i64) -> Response<Body> {
    let mut response = Response::new(Body::from("error code: 1015"));
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=UTF-8"),
    );
    response
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::{Gate, Scope, is_invalid};

    /// D.2: invalid requests ban for as long as there were too many within ten minutes.
    #[test]
    fn too_many_invalid_requests_close_the_gate_for_a_while() {
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        let mut gate = Gate::default();
        for (second, status, limit) in [
            (0, 401, None),
            (10, 404, None),
            (20, 429, Some(Scope::Shared)),
            (30, 200, None),
            (40, 403, None),
        ] {
            if is_invalid(status, limit) {
                gate.note(at(second));
            }
            assert_eq!(gate.closed(at(second), 3), None, "after {status} at {second}");
        }
        assert_eq!(gate.note(at(100)), 3);
        assert_eq!(gate.closed(at(100), 3), Some(500));
        assert_eq!(gate.closed(at(599), 3), Some(1));
        assert_eq!(gate.closed(at(600), 3), None);
    }
}
