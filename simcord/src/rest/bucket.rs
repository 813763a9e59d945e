//! Rate limits as a client sees them: a bucket per route and top-level object, counted by the world's clock.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderValue};
use chrono::{DateTime, Utc};

use super::request::Request;
use crate::faults::Scope;

/// What a bucket holds when nothing else is said.
const USUAL: u32 = 1_000;

/// How many buckets are kept before those that are over are dropped.
const KEPT: usize = 4_096;

/// How many requests each bucket has had in its present second.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    counts: BTreeMap<String, (DateTime<Utc>, u32)>,
}

/// A bucket after a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    limit: u32,
    remaining: u32,
    reset: DateTime<Utc>,
    now: DateTime<Utc>,
    /// Seconds until the next request is allowed, when this one was one too many.
    pub(super) refused: Option<f64>,
}

impl Buckets {
    /// Counts a request.
    pub(super) fn count(&mut self, bucket: &str, now: DateTime<Utc>, most: Option<u32>) -> Window {
        let limit = most.unwrap_or(USUAL);
        let second = chrono::TimeDelta::seconds(1);
        if self.counts.len() > KEPT {
            self.counts.retain(|_, (since, _)| now < *since + second);
        }
        let entry = self.counts.entry(bucket.to_owned()).or_insert((now, 0));
        // Without enforcement a standing clock would leave the bucket empty for ever.
        if now >= entry.0 + second || (most.is_none() && entry.1 + 1 >= limit) {
            *entry = (now, 0);
        }
        let reset = entry.0 + second;
        if entry.1 >= limit {
            let wait = (reset - now).as_seconds_f64();
            return Window {
                limit,
                remaining: 0,
                reset,
                now,
                refused: Some(wait),
            };
        }
        entry.1 += 1;
        Window {
            limit,
            remaining: limit - entry.1,
            reset,
            now,
            refused: None,
        }
    }
}

/// The bucket of a request: its method and route, and the channel, guild or webhook it is about.
pub(super) fn name(request: &Request) -> String {
    let mut name = request.method.to_string();
    for (place, part) in request.path.iter().enumerate() {
        let is_id = part.chars().all(|c| c.is_ascii_digit());
        let is_secret = place == 2 && is_interaction(request);
        let is_emoji = place == 5 && request.path.get(4).is_some_and(|before| before == "reactions");
        name.push('/');
        if (is_id && place > 1) || is_secret || is_emoji {
            name.push_str("{id}");
        } else {
            name.push_str(part);
        }
    }
    name
}

/// Whether a request answers an interaction: Discord's global limit does not count it.
pub(super) fn is_interaction(request: &Request) -> bool {
    let first = request.path.first().map(String::as_str);
    matches!(first, Some("webhooks" | "interactions"))
}

/// The headers that tell a client about its bucket.
pub(super) fn headers(
    headers: &mut HeaderMap,
    bucket: &str,
    window: Option<&Window>,
    wait: Option<(f64, Scope)>,
) {
    let mut set = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    };
    if let Some(window) = window {
        set("x-ratelimit-limit", window.limit.to_string());
        set("x-ratelimit-remaining", window.remaining.to_string());
        let reset = window.reset.timestamp_millis();
        set(
            "x-ratelimit-reset",
            format!("{}.{:03}", reset / 1_000, reset % 1_000),
        );
        let wait = (window.reset - window.now).as_seconds_f64();
        set("x-ratelimit-reset-after", format!("{wait:.3}"));
        set("x-ratelimit-bucket", fingerprint(&route(bucket)));
    }
    if let Some((seconds, scope)) = wait {
        set("retry-after", format!("{seconds}"));
        let named = match scope {
            Scope::User => "user",
            Scope::Global => "global",
            Scope::Shared => "shared",
        };
        set("x-ratelimit-scope", named.to_owned());
        if scope == Scope::Global {
            set("x-ratelimit-global", "true".to_owned());
        }
        set("x-ratelimit-reset-after", format!("{seconds}"));
        set("x-ratelimit-remaining", "0".to_owned());
    }
}

/// A bucket's name without the channel, guild or webhook: Discord gives one name for all of them, and clients put what
/// it is about beside it (page "Rate Limits", Rate Limit Header Examples).
fn route(bucket: &str) -> String {
    let parts = bucket.split('/').map(|part| {
        let is_id = !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
        if is_id { "{id}" } else { part }
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A short opaque name for a bucket (FNV-1a).
fn fingerprint(text: &str) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::Buckets;

    #[test]
    fn a_bucket_empties_and_fills_again_with_the_clock() {
        let now = DateTime::UNIX_EPOCH;
        let mut buckets = Buckets::default();
        let mut count = |ms| {
            let window = buckets.count("GET/x", now + TimeDelta::milliseconds(ms), Some(2));
            (window.remaining, window.refused)
        };
        assert_eq!(count(0), (1, None));
        assert_eq!(count(100), (0, None));
        assert_eq!(count(250), (0, Some(0.75)));
        assert_eq!(count(1_000), (1, None));
    }

    #[test]
    fn without_a_limit_nothing_is_refused() {
        let mut buckets = Buckets::default();
        let refused = (0..5_000).any(|_| {
            buckets
                .count("GET/x", DateTime::UNIX_EPOCH, None)
                .refused
                .is_some()
        });
        assert!(!refused);
    }
}
