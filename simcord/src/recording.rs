//! A recording of what REST was asked and what it answered, to be held against Discord's description of its API.
//!
//! It is a line of JSON for each request: `{"method", "path", "query", "body", "status", "response"}`, `null` where there
//! is nothing. Of what differs in the digits of its texts alone (ids, instants, numbers of things) the first is kept.
//! No token and no password is in it.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;
use serde_json::Value;

use crate::core::lock;

/// Names a folder in which every local Discord that is not told otherwise leaves its recording, so that a whole test suite
/// is recorded without a change of it. Read here and nowhere else.
const FOLDER: &str = "SIMCORD_RECORDINGS";

/// The end of a recording's name.
pub(crate) const EXTENSION: &str = "jsonl";

/// What stands where a secret was.
pub(crate) const SECRET: &str = "…";

/// A secret is taken out of texts wherever it stands, unless it is so short that it might be a word.
const SHORTEST_SECRET: usize = 8;

/// Fields whose text is a secret, in requests and answers alike.
const SECRET_FIELDS: [&str; 5] = [
    "token",
    "access_token",
    "refresh_token",
    "client_secret",
    "password",
];

/// A request and its answer, as they are recorded.
#[derive(Debug, Serialize)]
pub(crate) struct Exchange<'e> {
    /// The method.
    pub(crate) method: &'e str,
    /// The path behind `/api/v10`, tokens left out.
    pub(crate) path: &'e str,
    /// The query.
    pub(crate) query: BTreeMap<&'e str, Value>,
    /// The body, of a form its part of JSON.
    pub(crate) body: Value,
    /// The status of the answer.
    pub(crate) status: u16,
    /// The body of the answer.
    pub(crate) response: Value,
}

/// A file that is being recorded into.
#[derive(Debug)]
pub(crate) struct Recording {
    lines: Mutex<Lines>,
}

#[derive(Debug)]
struct Lines {
    file: File,
    /// What has been written, without its digits.
    seen: HashSet<u64>,
}

impl Recording {
    /// Begins a recording where `asked` says, or else in the folder that the environment names, if it names one.
    pub(crate) fn begin(asked: Option<PathBuf>) -> Result<Option<Self>, (PathBuf, io::Error)> {
        let folder = || std::env::var_os(FOLDER).filter(|folder| !folder.is_empty());
        let opened = match (asked, folder().map(PathBuf::from)) {
            (Some(place), _) if place.is_dir() => (own_file(&place), place),
            (Some(place), _) => (File::create(&place), place),
            (None, Some(folder)) => {
                let made = std::fs::create_dir_all(&folder);
                (made.and_then(|()| own_file(&folder)), folder)
            }
            (None, None) => return Ok(None),
        };
        match opened {
            (Ok(file), _) => Ok(Some(Self {
                lines: Mutex::new(Lines {
                    file,
                    seen: HashSet::new(),
                }),
            })),
            (Err(error), place) => Err((place, error)),
        }
    }

    /// Writes a request down, if there was none like it; `secrets` are the tokens that it came with.
    pub(crate) fn write(&self, mut exchange: Exchange<'_>, secrets: &[&str]) -> io::Result<()> {
        for value in exchange.query.values_mut() {
            hide(value, secrets);
        }
        hide(&mut exchange.body, secrets);
        hide(&mut exchange.response, secrets);
        let mut line = serde_json::to_string(&exchange)?;
        let likeness = likeness(&line);
        line.push('\n');
        let mut lines = lock(&self.lines);
        if lines.seen.insert(likeness) {
            // Whole, so that a process that is killed leaves no half of a line.
            lines.file.write_all(line.as_bytes())?;
        }
        Ok(())
    }
}

/// A new file in a folder, whose name no other process and no other local Discord in this one has taken.
fn own_file(folder: &Path) -> io::Result<File> {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("simcord-{}-{number}.{EXTENSION}", std::process::id());
        match File::create_new(folder.join(name)) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            opened => return opened,
        }
    }
}

/// Takes secrets out: what is named as one, and these wherever they stand.
fn hide(value: &mut Value, secrets: &[&str]) {
    match value {
        Value::String(text) => {
            for secret in secrets.iter().filter(|secret| secret.len() >= SHORTEST_SECRET) {
                if text.contains(secret) {
                    *text = text.replace(secret, SECRET);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, secrets)),
        Value::Object(fields) => {
            for (name, field) in fields {
                if field.is_string() && SECRET_FIELDS.contains(&name.as_str()) {
                    *field = Value::from(SECRET);
                } else {
                    hide(field, secrets);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The same for two lines that differ in digits within texts alone. Numbers count: they say what a thing is.
fn likeness(line: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    let (mut in_text, mut escaped) = (false, false);
    for byte in line.bytes() {
        let digit = in_text && byte.is_ascii_digit();
        hasher.write_u8(if digit { b'0' } else { byte });
        in_text ^= byte == b'"' && !escaped;
        escaped = in_text && byte == b'\\' && !escaped;
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{SECRET, hide, likeness};

    #[test]
    fn lines_are_alike_when_only_digits_in_texts_differ() {
        assert_eq!(
            likeness(r#"{"id":"17","type":3}"#),
            likeness(r#"{"id":"42","type":3}"#)
        );
        assert_ne!(
            likeness(r#"{"id":"17","type":3}"#),
            likeness(r#"{"id":"17","type":4}"#)
        );
        assert_ne!(likeness(r#"{"id":"17"}"#), likeness(r#"{"id":"171"}"#));
        // An escaped quotation mark does not end a text.
        assert_eq!(likeness(r#"{"x":"a\"1"}"#), likeness(r#"{"x":"a\"2"}"#));
        assert_ne!(likeness(r#"{"x":"a\\","y":1}"#), likeness(r#"{"x":"a\\","y":2}"#));
    }

    #[test]
    fn secrets_go_wherever_they_stand() {
        let mut body =
            json!({"token": "abc", "url": "/webhooks/1/long-secret/x", "list": [{"password": "p"}]});
        hide(&mut body, &["long-secret", "x"]);
        assert_eq!(
            body,
            json!({"token": SECRET, "url": "/webhooks/1/…/x", "list": [{"password": SECRET}]})
        );
    }
}
