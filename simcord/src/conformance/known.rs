//! The faults of Discord's own description, of the version of 2026-07-18: what it forbids and Discord does all the same.

use std::fmt;

use serde_json::Value;

/// Which part of a request and its answer is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// What was asked.
    Request,
    /// What was answered, with this status.
    Answer(u16),
}

impl Side {
    /// Whether it is what a [`Known`] means.
    pub(super) fn is(self, meant: &str) -> bool {
        match self {
            Self::Request => meant == "request",
            Self::Answer(status) => {
                let meant = meant.strip_prefix("answer ");
                meant.is_some_and(|meant| {
                    meant == status.to_string() || meant == format!("{}XX", status / 100)
                })
            }
        }
    }
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
    /// What is wrong there: `request`, `answer 200`, `answer 4XX`.
    pub side: &'k str,
    /// The place in the body, with `*` for every number, or the end of it; empty for the whole.
    pub at: &'k str,
    /// What the check says.
    pub problem: &'k str,
    /// Which values Discord takes or gives there all the same.
    pub right: fn(&Value) -> bool,
    /// Why it is a fault of the document, with the source.
    pub why: &'k str,
}

impl fmt::Display for Known<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = if self.at.is_empty() { "as a whole" } else { self.at };
        write!(
            f,
            "{} {}, {at}: {} ({})",
            self.operation, self.side, self.problem, self.why
        )
    }
}

/// The faults that are known.
pub const KNOWN: &[Known<'static>] = &[
    Known {
        operation: "*",
        side: "request",
        at: "allow",
        problem: NO_NUMBER,
        right: are_bits,
        why: PERMISSIONS,
    },
    Known {
        operation: "*",
        side: "request",
        at: "deny",
        problem: NO_NUMBER,
        right: are_bits,
        why: PERMISSIONS,
    },
    Known {
        operation: "*",
        side: "request",
        at: "permissions",
        problem: NO_NUMBER,
        right: are_bits,
        why: PERMISSIONS,
    },
    Known {
        operation: "*",
        side: "request",
        at: "default_member_permissions",
        problem: NO_NUMBER,
        right: are_bits,
        why: PERMISSIONS,
    },
    Known {
        operation: "*",
        side: "request",
        at: "default_values/*/id",
        problem: r#"value is not of type "string""#,
        right: Value::is_u64,
        why: "ids are taken as numbers too: page Reference, ID Serialization",
    },
    Known {
        operation: "*",
        side: "request",
        at: "attachments/*/id",
        problem: r#"value is not of type "string""#,
        right: Value::is_u64,
        why: "a file that comes with the request is named by its number: page Reference, Uploading Files",
    },
    Known {
        operation: "*",
        side: "answer 4XX",
        at: "_errors/*/code",
        problem: r#"value is not of type "integer""#,
        right: is_word,
        why: "the code at a place of a form is a word, as BASE_TYPE_REQUIRED: page Reference, Error Messages",
    },
    Known {
        operation: "*",
        side: "answer 429",
        at: "",
        problem: r#""code" is a required property"#,
        right: Value::is_object,
        why: "most limits have no code: page Rate Limits, Rate Limit Response Structure",
    },
];

const NO_NUMBER: &str = r#"value is not of types "null", "integer""#;
const PERMISSIONS: &str = "permissions are written as text, as 53 bits are too few: page Permissions";

/// Permission bits as text.
fn are_bits(value: &Value) -> bool {
    value.as_str().is_some_and(|bits| bits.parse::<u64>().is_ok())
}

/// Such as `BASE_TYPE_REQUIRED`.
fn is_word(value: &Value) -> bool {
    let is_part = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    value
        .as_str()
        .is_some_and(|word| !word.is_empty() && word.bytes().all(is_part))
}
