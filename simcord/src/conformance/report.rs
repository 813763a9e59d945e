//! What a check has found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use super::error::Mistake;
use super::exchange::Place;
use super::known::{Known, Side};

/// The most that is shown of a wrong value.
const SHOWN: usize = 120;

/// What a check has found.
#[derive(Clone, Debug)]
pub struct Report<'k> {
    /// The known faults, and how often each was met.
    known: Vec<(&'k Known<'k>, usize)>,
    findings: BTreeMap<Key, Seen>,
    operations: BTreeSet<String>,
    requests: usize,
    answers: usize,
}

/// The same mistake, wherever it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `POST /channels/{channel_id}/messages`.
    pub operation: String,
    /// Whether the request is wrong or an answer.
    pub side: Side,
    /// Where in the body, with `*` for every number; empty for the whole, `?name` in the query.
    pub at: String,
    /// What is wrong.
    pub problem: String,
    /// How often.
    pub times: usize,
    /// A value that is wrong.
    pub value: String,
    /// Where it was recorded, as `file:line`.
    pub recorded: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    operation: String,
    side: Side,
    at: String,
    problem: String,
}

#[derive(Clone, Debug)]
struct Seen {
    times: usize,
    value: String,
    recorded: String,
}

impl<'k> Report<'k> {
    pub(super) fn new(known: &'k [Known<'k>]) -> Self {
        Self {
            known: known.iter().map(|known| (known, 0)).collect(),
            findings: BTreeMap::new(),
            operations: BTreeSet::new(),
            requests: 0,
            answers: 0,
        }
    }

    pub(super) fn count_operation(&mut self, name: &str) {
        if !self.operations.contains(name) {
            self.operations.insert(name.to_owned());
        }
    }

    pub(super) fn count_request(&mut self) {
        self.requests += 1;
    }

    pub(super) fn count_answer(&mut self) {
        self.answers += 1;
    }

    /// Adds a mistake, unless it is a known fault of the document.
    pub(super) fn add(&mut self, operation: &str, side: Side, mistake: Mistake, place: &Place<'_>) {
        let known = self.known.iter_mut();
        for (known, times) in known {
            if covers(known, operation, side, &mistake) {
                *times += 1;
                return;
            }
        }
        let key = Key {
            operation: operation.to_owned(),
            side,
            at: mistake.at,
            problem: mistake.problem,
        };
        let seen = self.findings.entry(key).or_insert_with(|| Seen {
            times: 0,
            value: cut(&mistake.value),
            recorded: format!("{}:{}", place.file.display(), place.line),
        });
        seen.times += 1;
    }

    /// What was found and is not known, in the order of the operations.
    pub fn findings(&self) -> impl Iterator<Item = Finding> {
        self.findings.iter().map(|(key, seen)| Finding {
            operation: key.operation.clone(),
            side: key.side,
            at: key.at.clone(),
            problem: key.problem.clone(),
            times: seen.times,
            value: seen.value.clone(),
            recorded: seen.recorded.clone(),
        })
    }

    /// Known faults that nothing recorded meets any more.
    pub fn stale(&self) -> impl Iterator<Item = &'k Known<'k>> {
        let unmet = self.known.iter().filter(|(_, times)| *times == 0);
        unmet.map(|(known, _)| *known)
    }

    /// How many operations, requests and answers were checked.
    #[must_use]
    pub fn checked(&self) -> (usize, usize, usize) {
        (self.operations.len(), self.requests, self.answers)
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut operation = "";
        let findings: Vec<_> = self.findings().collect();
        for found in &findings {
            if found.operation != operation {
                writeln!(f, "{}", found.operation)?;
                operation = &found.operation;
            }
            let at = if found.at.is_empty() {
                "as a whole"
            } else {
                &found.at
            };
            writeln!(f, "  {}, {at}: {}", found.side, found.problem)?;
            writeln!(
                f,
                "    {} times, first in {}: {}",
                found.times, found.recorded, found.value
            )?;
        }
        for (known, times) in self.known.iter().filter(|(_, times)| *times > 0) {
            writeln!(f, "known, {times} times: {known}")?;
        }
        for stale in self.stale() {
            writeln!(f, "known, but not met any more: {stale}")?;
        }
        let (operations, requests, answers) = self.checked();
        write!(
            f,
            "{operations} operations, {requests} requests that were carried out and {answers} answers checked: {} findings",
            findings.len()
        )
    }
}

fn covers(known: &Known<'_>, operation: &str, side: Side, mistake: &Mistake) -> bool {
    let is_inside = || {
        let before = mistake.at.strip_suffix(known.at);
        !known.at.is_empty() && before.is_some_and(|before| before.ends_with('/'))
    };
    (known.operation == "*" || known.operation == operation)
        && side.is(known.side)
        && (known.at == mistake.at || is_inside())
        && known.problem == mistake.problem
        && (known.right)(&mistake.value)
}

/// The beginning of a value.
fn cut(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
