//! Ids and short titles of texts that were written without them.

use std::collections::BTreeSet;

use crate::domain::slug::SLUG_LIMIT;

/// Words that say little in an id.
const SMALL: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "been", "by", "for", "from", "has", "have", "if", "in", "is", "it",
    "of", "on", "or", "that", "the", "this", "to", "when", "with",
];

/// How many words an id has.
const WORDS: usize = 5;

/// Ids that are given once each. The same texts in the same order always get the same ids.
#[derive(Debug, Default)]
pub(super) struct Ids {
    given: BTreeSet<String>,
}

impl Ids {
    /// An id of the first words of `text` that say something, or of `otherwise` when none can be part of an id.
    pub(super) fn give(&mut self, text: &str, otherwise: &str) -> String {
        let stem = match slug(text) {
            stem if stem.is_empty() => otherwise.to_owned(),
            stem => stem,
        };
        let mut id = stem.clone();
        let mut number = 1;
        while !self.given.insert(id.clone()) {
            number += 1;
            let ending = format!("-{number}");
            id = stem.chars().take(SLUG_LIMIT - ending.len()).collect();
            id = format!("{}{ending}", id.trim_end_matches('-'));
        }
        id
    }
}

/// The words of a text that say something, as an id; empty when there are none.
pub(super) fn slug(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> = lower
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let telling: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !SMALL.contains(word))
        .collect();
    let words = if telling.is_empty() { words } else { telling };
    let mut slug = String::new();
    for word in words.into_iter().take(WORDS) {
        let hyphen = usize::from(!slug.is_empty());
        if slug.len() + hyphen + word.len() > SLUG_LIMIT {
            if slug.is_empty() {
                slug = word.chars().take(SLUG_LIMIT).collect();
            }
            break;
        }
        if hyphen == 1 {
            slug.push('-');
        }
        slug.push_str(word);
    }
    slug
}

/// The same words with single blanks between them: no line breaks, no control characters.
pub(super) fn one_line(text: &str) -> String {
    let blank = |character: char| character.is_whitespace() || character.is_control();
    let words: Vec<&str> = text.split(blank).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// The text as a line of at most `limit` characters; what is left out at its end becomes "…".
pub(super) fn bounded(text: &str, limit: usize) -> String {
    let line = one_line(text);
    if line.chars().count() <= limit {
        return line;
    }
    let start: String = line.chars().take(limit.saturating_sub(1)).collect();
    let whole_words = start
        .rfind(' ')
        .filter(|at| *at > 0)
        .map_or(start.as_str(), |at| &start[..at]);
    format!("{}…", whole_words.trim_end_matches([',', ';', ':', ' ']))
}

/// The text in pieces of at most `limit` characters, cut between words where there are any.
pub(super) fn pieces(text: &str, limit: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    let mut length = 0;
    for word in one_line(text).split(' ') {
        let characters: Vec<char> = word.chars().collect();
        for part in characters.chunks(limit) {
            let blank = usize::from(length > 0);
            if length + blank + part.len() > limit {
                pieces.push(std::mem::take(&mut piece));
                length = 0;
            }
            if length > 0 {
                piece.push(' ');
                length += 1;
            }
            piece.extend(part);
            length += part.len();
        }
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}
