//! Written processes from elsewhere become playbook files: Markdown documents and exports of Mattermost Playbooks.
//!
//! No words are lost on the way: whatever finds no place in the playbook is listed in the [`Account`], with its place in
//! the source and the reason, and again in comments at the top of the file.

mod acts;
mod draft;
mod mattermost;
mod names;
mod process;
mod settings;
mod written;

use std::fmt;

use crate::domain::file::source::excerpt;
use crate::domain::file::{Problem, Problems};
use crate::domain::playbook::Playbook;

pub use self::mattermost::from_mattermost;
pub use self::process::from_markdown;

#[cfg(test)]
mod tests;

/// A playbook that was made of something else.
#[derive(Clone, Debug)]
pub struct Import {
    /// The playbook file, in TOML.
    pub toml: String,
    /// The same as it is read; its id is `imported`.
    pub playbook: Playbook,
    /// What became of the source.
    pub account: Account,
}

/// What became of a source: all that a person has to look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// What the source says in its own way, and how it was read.
    pub read: Vec<Entry>,
    /// What a playbook needs and the source does not say, each with what was taken instead.
    pub assumed: Vec<String>,
    /// What is not in the playbook.
    pub left: Vec<Entry>,
}

/// A piece of the source and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands.
    pub place: Place,
    /// What became of it, or why nothing did.
    pub what: String,
    /// The piece itself, whole, on one line.
    pub text: String,
}

/// Where something stands in a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line, counted from 1.
    Line(usize),
    /// A value of an export, such as `checklists[0].title`, counted from 0 as programs do.
    Path(String),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(formatter, "line {line}"),
            Self::Path(path) => formatter.write_str(path),
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}: {}", self.place, self.what, self.text)
    }
}

impl Account {
    fn read(&mut self, place: Place, what: impl Into<String>, text: &str) {
        self.read.push(Entry::new(place, what, text));
    }

    fn leave(&mut self, place: Place, why: impl Into<String>, text: &str) {
        self.left.push(Entry::new(place, why, text));
    }
}

impl Entry {
    fn new(place: Place, what: impl Into<String>, text: &str) -> Self {
        Self {
            place,
            what: what.into(),
            text: names::one_line(text),
        }
    }
}

/// The text of a file, if it is text at all.
fn readable<'b>(file: &str, bytes: &'b [u8]) -> Result<&'b str, Problems> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let found = "bytes that are not UTF-8";
        Problems {
            problems: vec![problem(file, line, "the file", found, "text in UTF-8")],
        }
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        let found = "nothing but blanks";
        return Err(Problems {
            problems: vec![problem(file, 1, "the file", found, "a written process")],
        });
    }
    Ok(text)
}

fn problem(file: &str, line: usize, about: &str, found: &str, expected: &str) -> Problem {
    Problem {
        file: file.to_owned(),
        line,
        column: 1,
        message: about.to_owned(),
        found: found.to_owned(),
        expected: expected.to_owned(),
    }
}

/// A piece of the source as it is shown in a problem.
fn shown(text: &str) -> String {
    excerpt(&names::one_line(text))
}
