//! What is wrong with a value, said for a person; and what is wrong with what was given to check.

use std::cmp::Reverse;
use std::path::PathBuf;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use super::exchange;

/// Why nothing could be checked.
#[derive(Debug, thiserror::Error)]
pub enum ConformanceError {
    /// The description cannot be used.
    #[error("{}: {why}", path.display())]
    Document {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A schema of the description makes no sense.
    #[error("the description's {pointer} is no schema: {why}")]
    Schema {
        /// Where it stands.
        pointer: String,
        /// Why.
        why: String,
    },
    /// A recording cannot be read.
    #[error("{}: {error}", path.display())]
    Recording {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// There is nothing recorded in a folder.
    #[error("{}: no recording is in this folder; their names end in .jsonl", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// A line of a recording is none.
    #[error("{}:{line}: this is no recorded request: {why}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Why.
        why: String,
    },
}

/// Something that is wrong in a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    /// Where, with `*` for every number: `components/*/custom_id`; empty for the whole.
    pub(super) at: String,
    /// What is wrong, without the value itself.
    pub(super) problem: String,
    /// The value.
    pub(super) value: Value,
}

impl Mistake {
    /// One at a place.
    pub(super) fn at(at: impl Into<String>, problem: impl Into<String>, value: &Value) -> Self {
        Self {
            at: at.into(),
            problem: problem.into(),
            value: value.clone(),
        }
    }

    /// One that is about the whole.
    pub(super) fn of_the_whole(problem: &str, value: &Value) -> Self {
        Self::at("", problem, value)
    }
}

/// What an error comes down to. Where a value has to fit one of several schemas, that is what keeps it from fitting the one
/// that was meant.
pub(super) fn mistakes(error: &ValidationError<'_>) -> Vec<Mistake> {
    if let ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } =
        error.kind()
        && let Some(meant) = meant(error, context)
    {
        return meant.iter().flat_map(mistakes).collect();
    }
    let at = exchange::blurred(error.instance_path().as_str());
    let problem = error.masked().to_string();
    vec![Mistake::at(at.trim_start_matches('/'), problem, error.instance())]
}

/// The errors of the one alternative whose kind the value has: its own type fits, and so does its field `type`. Of several,
/// it is the one with the fewest errors, and then the one in which the value gets furthest.
fn meant<'e>(
    error: &ValidationError<'_>,
    alternatives: &'e [Vec<ValidationError<'static>>],
) -> Option<&'e [ValidationError<'static>]> {
    let here = error.instance_path().as_str();
    let kind = format!("{here}/type");
    let is_another = |error: &ValidationError<'_>| {
        let at = error.instance_path().as_str();
        at == kind || (at == here && is_about_kind(error.kind()))
    };
    let fitting = alternatives
        .iter()
        .filter(|errors| !errors.iter().any(is_another));
    let farness = |errors: &&Vec<ValidationError<'_>>| {
        let depths = errors
            .iter()
            .map(|error| error.instance_path().as_str().split('/').count());
        (errors.len(), Reverse(depths.max()))
    };
    let nearest = fitting.clone().map(|errors| farness(&errors)).min()?;
    let mut best = fitting.filter(|errors| farness(errors) == nearest);
    let first = best.next()?;
    best.next().is_none().then_some(first.as_slice())
}

fn is_about_kind(kind: &ValidationErrorKind) -> bool {
    matches!(
        kind,
        ValidationErrorKind::Type { .. }
            | ValidationErrorKind::Constant { .. }
            | ValidationErrorKind::Enum { .. }
    )
}
