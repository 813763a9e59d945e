//! The text that is being read, and what has been found wrong with it.

use std::cell::RefCell;
use std::ops::Range;

use crate::domain::file::{Problem, Problems};

/// A file under examination. It collects problems behind a shared reference, so that the reader can go on.
pub(crate) struct Source<'t> {
    file: &'t str,
    text: &'t str,
    findings: RefCell<Vec<Finding>>,
    keys: RefCell<Vec<KnownKey>>,
}

/// A key that the reader has looked for: in which kind of table, its name, and whether it must be there.
pub(crate) type KnownKey = (&'static str, &'static str, bool);

struct Finding {
    offset: usize,
    message: String,
    found: String,
    expected: String,
    /// Whether it stands on its own. Otherwise it depends on other places of the file, which a syntax error may
    /// have hidden.
    local: bool,
}

impl<'t> Source<'t> {
    pub(crate) fn new(file: &'t str, text: &'t str) -> Self {
        Self {
            file,
            text,
            findings: RefCell::default(),
            keys: RefCell::default(),
        }
    }

    /// The file name without its folders and without `.toml`.
    pub(crate) fn stem(&self) -> &'t str {
        let name = self.file.rsplit(['/', '\\']).next().unwrap_or(self.file);
        name.strip_suffix(".toml").unwrap_or(name)
    }

    /// Something is wrong at `place`, whatever the rest of the file says.
    pub(crate) fn report(&self, place: &Range<usize>, message: String, found: String, expected: String) {
        let offset = place.start;
        self.findings.borrow_mut().push(Finding {
            offset,
            message,
            found,
            expected,
            local: true,
        });
    }

    /// Something at `place` does not go together with the rest of the file, or is missing from it.
    pub(crate) fn report_mismatch(
        &self,
        place: &Range<usize>,
        message: String,
        found: String,
        expected: String,
    ) {
        let offset = place.start;
        self.findings.borrow_mut().push(Finding {
            offset,
            message,
            found,
            expected,
            local: false,
        });
    }

    /// Notes a key that the format knows.
    pub(crate) fn know(&self, key: KnownKey) {
        self.keys.borrow_mut().push(key);
    }

    /// Every key that was looked for.
    #[cfg(test)]
    pub(crate) fn known_keys(&self) -> Vec<KnownKey> {
        self.keys.borrow().clone()
    }

    /// The line of an offset, counted from 1.
    pub(crate) fn line(&self, offset: usize) -> usize {
        self.before(offset).matches('\n').count() + 1
    }

    /// All problems in the order of the file; `None` when there are none.
    ///
    /// After a syntax error only what stands before it and on its own is certain, so the rest is left for the next
    /// look at the file.
    pub(crate) fn problems(&self, syntax_errors: &[toml::de::Error]) -> Option<Problems> {
        let first_error = syntax_errors
            .iter()
            .filter_map(|error| Some(error.span()?.start))
            .min();
        let certain = |finding: &&Finding| {
            syntax_errors.is_empty()
                || finding.local
                    && first_error.is_some_and(|error| self.line(finding.offset) < self.line(error))
        };
        let findings = self.findings.borrow();
        let found = findings.iter().filter(certain).map(|finding| {
            let Finding {
                offset,
                message,
                found,
                expected,
                ..
            } = finding;
            self.problem(*offset, message.clone(), found.clone(), expected.clone())
        });
        let syntax = syntax_errors.iter().map(|error| self.syntax_problem(error));
        let mut problems: Vec<Problem> = syntax.chain(found).collect();
        problems.sort();
        problems.dedup();
        (!problems.is_empty()).then_some(Problems { problems })
    }

    fn syntax_problem(&self, error: &toml::de::Error) -> Problem {
        let span = error.span().unwrap_or_default();
        let (message, expected) = match error.message().split_once(", expected ") {
            Some((message, "nothing")) => (message, "nothing here"),
            Some(parts) => parts,
            None if error.message() == "duplicate key" => ("duplicate key", "each key once in its table"),
            None => (error.message(), "valid TOML"),
        };
        let end = if span.is_empty() {
            self.text.len()
        } else {
            span.end
        };
        let rest = self
            .text
            .get(span.start..end)
            .unwrap_or_default()
            .lines()
            .next()
            .unwrap_or_default();
        let found = if rest.trim().is_empty() {
            "the end of the line".to_owned()
        } else {
            excerpt(rest.trim())
        };
        self.problem(
            span.start,
            format!("TOML syntax, {message}"),
            found,
            expected.to_owned(),
        )
    }

    fn problem(&self, offset: usize, message: String, found: String, expected: String) -> Problem {
        let line_start = self.before(offset).rfind('\n').map_or(0, |newline| newline + 1);
        let column = self
            .text
            .get(line_start..offset)
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        Problem {
            file: self.file.to_owned(),
            line: self.line(offset),
            column,
            message,
            found,
            expected,
        }
    }

    fn before(&self, offset: usize) -> &str {
        self.text.get(..offset).unwrap_or(self.text)
    }
}

/// The longest excerpt of a file in a problem, in characters.
const EXCERPT: usize = 60;

/// `text` in backticks, on one line and not long.
pub(crate) fn excerpt(text: &str) -> String {
    let mut characters = text
        .chars()
        .map(|character| if character.is_control() { ' ' } else { character });
    let start: String = characters.by_ref().take(EXCERPT).collect();
    let more = if characters.next().is_some() { "…" } else { "" };
    format!("`{start}{more}`")
}
