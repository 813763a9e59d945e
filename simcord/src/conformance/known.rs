//! The faults of Discord's own description, of the version of 2026-07-18: what it forbids and Discord does all the same.

use std::fmt;

/// Which part of a request and its answer is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// What was asked.
    Request,
    /// What was answered, with this status.
    Answer(u16),
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request => f.write_str("request"),
            Self::Answer(status) => write!(f, "answer {status}"),
        }
    }
}

/// A fault of the document: what it is told by, and why it is one.
#[derive(Clone, Copy, Debug)]
pub struct Known<'k> {
    /// The operation, as `PATCH /channels/{channel_id}`; `*` is any.
    pub operation: &'k str,
    /// Whether it is about answers.
    pub answer: bool,
    /// The end of the place in the body, with `*` for every number.
    pub at: &'k str,
    /// What the check says.
    pub problem: &'k str,
    /// Why it is a fault of the document, with the source.
    pub why: &'k str,
}

impl fmt::Display for Known<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = if self.answer { "answer" } else { "request" };
        let at = if self.at.is_empty() { "as a whole" } else { self.at };
        write!(
            f,
            "{} {side}, {at}: {} ({})",
            self.operation, self.problem, self.why
        )
    }
}

/// The faults that are known.
pub const KNOWN: &[Known<'static>] = &[];
