//! Recordings: which files there are, and their lines.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::error::ConformanceError;
use crate::recording::EXTENSION;

/// A request and its answer.
#[derive(Debug, Deserialize)]
pub(super) struct Exchange {
    pub(super) method: String,
    pub(super) path: String,
    #[serde(default)]
    pub(super) query: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) body: Value,
    pub(super) status: u16,
    #[serde(default)]
    pub(super) response: Value,
}

/// A line of a recording.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'p> {
    pub(super) file: &'p Path,
    pub(super) line: usize,
}

/// The files that are meant: a folder means the recordings in it.
pub(super) fn files(given: &[PathBuf]) -> Result<Vec<PathBuf>, ConformanceError> {
    let mut found = Vec::new();
    for path in given {
        if !path.is_dir() {
            found.push(path.clone());
            continue;
        }
        let mut inside = inside(path).map_err(|error| ConformanceError::Recording {
            path: path.clone(),
            error,
        })?;
        if inside.is_empty() {
            return Err(ConformanceError::Empty { path: path.clone() });
        }
        inside.sort();
        found.append(&mut inside);
    }
    Ok(found)
}

fn inside(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == EXTENSION) {
            found.push(path);
        }
    }
    Ok(found)
}

/// Reads a recording line by line.
pub(super) fn read(
    file: &Path,
    mut each: impl FnMut(&Exchange, &Place<'_>) -> Result<(), ConformanceError>,
) -> Result<(), ConformanceError> {
    let unreadable = |error| ConformanceError::Recording {
        path: file.to_owned(),
        error,
    };
    let lines = BufReader::new(File::open(file).map_err(unreadable)?).lines();
    for (place, line) in lines.enumerate() {
        let line = line.map_err(unreadable)?;
        let place = Place {
            file,
            line: place + 1,
        };
        let exchange = serde_json::from_str(&line).map_err(|error| ConformanceError::Line {
            path: file.to_owned(),
            line: place.line,
            why: error.to_string(),
        })?;
        each(&exchange, &place)?;
    }
    Ok(())
}

/// A path with `*` for every number in it.
pub(super) fn blurred(path: &str) -> String {
    let parts = path.split('/').map(|part| {
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { "*" } else { part }
    });
    parts.collect::<Vec<_>>().join("/")
}
