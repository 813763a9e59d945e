//! Stretches of time, and what is left of some when others are taken away.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// From an instant to a later one, which does not belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// The first instant.
    pub from: DateTime<Utc>,
    /// The first instant after it.
    pub until: DateTime<Utc>,
}

impl Span {
    /// Whether `instant` belongs to it.
    #[must_use]
    pub fn contains(self, instant: DateTime<Utc>) -> bool {
        self.from <= instant && instant < self.until
    }

    /// What both have; none when that is nothing.
    #[must_use]
    pub fn both(self, other: Self) -> Option<Self> {
        let both = Self {
            from: self.from.max(other.from),
            until: self.until.min(other.until),
        };
        (both.from < both.until).then_some(both)
    }

    /// What is left of it without `other`: nothing, one part or two.
    pub fn without(self, other: Self) -> impl Iterator<Item = Self> {
        let before = Self {
            until: self.until.min(other.from),
            ..self
        };
        let after = Self {
            from: self.from.max(other.until),
            ..self
        };
        [before, after].into_iter().filter(|part| part.from < part.until)
    }

    /// What is left of it without all of `others`, in order.
    #[must_use]
    pub fn without_all(self, others: impl IntoIterator<Item = Self>) -> Vec<Self> {
        others.into_iter().fold(vec![self], |parts, other| {
            parts.into_iter().flat_map(|part| part.without(other)).collect()
        })
    }
}

/// The same time with as few spans as it takes, in order.
pub(super) fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut joined: Vec<Span> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.from <= last.until => last.until = last.until.max(span.until),
            _ => joined.push(span),
        }
    }
    joined
}
