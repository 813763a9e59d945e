//! Answers of Discord that count against the address of the bot: after 10,000 of 401, 403 and 429 within ten minutes it
//! is banned (topics/rate-limits). What serenity's limiter hears and asks again counts as well.

use std::sync::Arc;
use std::time::Duration;

use serenity::all::{EventHandler, HttpError, RatelimitInfo, StatusCode};

/// Counts them, whoever asked.
#[derive(Clone)]
pub(super) struct Refused(Arc<dyn Fn() + Send + Sync>);

impl Refused {
    /// Calls `count` for each.
    pub(super) fn new(count: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(count))
    }

    /// Counts this answer if it is one of them.
    pub(super) fn seen(&self, error: &serenity::Error) {
        let serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) = error else {
            return;
        };
        let counts = [
            StatusCode::UNAUTHORIZED,
            StatusCode::FORBIDDEN,
            StatusCode::TOO_MANY_REQUESTS,
        ];
        if counts.contains(&response.status_code) {
            (self.0)();
        }
    }
}

#[serenity::async_trait]
impl EventHandler for Refused {
    async fn ratelimit(&self, info: RatelimitInfo) {
        if is_answer(info.global, info.timeout) {
            (self.0)();
        }
    }
}

/// Whether serenity's limiter waits because Discord said so. It also waits by itself, so that Discord need not, and does
/// not say which it is; but Discord names a length in milliseconds at most, and the limiter's own is what a clock of
/// nanoseconds has left of it.
fn is_answer(global: bool, timeout: Duration) -> bool {
    global || timeout.subsec_nanos().is_multiple_of(1_000_000)
}

impl std::fmt::Debug for Refused {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Refused").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_of_the_limiter_s_own_is_no_answer() {
        assert!(is_answer(false, Duration::from_secs_f64(65.0)));
        assert!(is_answer(false, Duration::from_secs_f64(0.337)));
        assert!(is_answer(true, Duration::from_nanos(1)));
        assert!(!is_answer(false, Duration::from_nanos(998_213_457)));
    }
}
