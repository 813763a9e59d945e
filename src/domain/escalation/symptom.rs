//! Finding what to do by what is seen (S134): by words of all three columns, with their typing errors.

use std::collections::BTreeSet;

use super::{Directory, Symptom};

/// What the table has for what somebody sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hits<'a> {
    /// The row that was meant.
    One(&'a Symptom),
    /// The rows that it could be, the likeliest first; none when nothing is like it.
    Several(Vec<&'a Symptom>),
}

/// How many rows are offered to somebody whose words fit several.
const OFFERED: usize = 6;

/// A row is worth naming that has this share of what the best one has.
const WORTH: f64 = 0.5;

/// A row is the answer when no other has this share of what it has.
const RIVAL: f64 = 0.7;

impl Directory {
    /// What the table has for these words: by the id or the whole symptom, or by the words of all its columns.
    #[must_use]
    pub fn symptom(&self, asked: &str) -> Hits<'_> {
        let wanted = asked.trim().to_lowercase();
        let exact =
            |symptom: &&Symptom| symptom.id.as_str() == wanted || symptom.symptom.to_lowercase() == wanted;
        if let Some(symptom) = self.symptoms.iter().find(exact) {
            return Hits::One(symptom);
        }
        let ranked = self.ranked_symptoms(&wanted);
        match ranked.as_slice() {
            [(_, only)] => Hits::One(only),
            [(best, first), (second, _), ..] if *second < best * RIVAL => Hits::One(first),
            _ => {
                let best = ranked.first().map_or(0.0, |(best, _)| *best);
                let worth = ranked.into_iter().filter(|(score, _)| *score >= best * WORTH);
                Hits::Several(worth.take(OFFERED).map(|(_, symptom)| symptom).collect())
            }
        }
    }

    /// The rows for what somebody has typed so far, the likeliest first; all of them for nothing.
    #[must_use]
    pub fn suggest_symptoms(&self, typed: &str) -> Vec<&Symptom> {
        if typed.trim().is_empty() {
            return self.symptoms.iter().collect();
        }
        let ranked = self.ranked_symptoms(&typed.to_lowercase());
        ranked.into_iter().map(|(_, symptom)| symptom).collect()
    }

    /// The rows that have some of the words, which are in lower case, with how much they say, the likeliest first. A word
    /// that few rows have says more than one that many have.
    fn ranked_symptoms(&self, asked: &str) -> Vec<(f64, &Symptom)> {
        let asked: BTreeSet<&str> = words(asked).collect();
        let mut scores = vec![0.0; self.symptoms.len()];
        let rows: Vec<[String; 3]> = self.symptoms.iter().map(Symptom::columns).collect();
        for word in asked {
            let fits: Vec<f64> = rows.iter().map(|columns| fit(word, columns)).collect();
            let having = fits.iter().filter(|fit| **fit > 0.0).count();
            #[expect(clippy::cast_precision_loss, reason = "a table has few hundred rows")]
            let says = (1.0 + rows.len() as f64 / having.max(1) as f64).ln();
            for (score, fit) in scores.iter_mut().zip(fits) {
                *score += fit * says;
            }
        }
        let scored = scores.into_iter().zip(&self.symptoms);
        let mut ranked: Vec<(f64, &Symptom)> = scored.filter(|(score, _)| *score > 0.0).collect();
        // The order of the file decides between equals.
        ranked.sort_by(|(left, _), (right, _)| right.total_cmp(left));
        ranked
    }
}

impl Symptom {
    /// What is seen, what it comes from, what to do: in lower case.
    fn columns(&self) -> [String; 3] {
        [&self.symptom, &self.cause, &self.resolution].map(|text| text.to_lowercase())
    }
}

/// How well a word fits a row: from 0 for not at all to 1. People describe what they see, so that column says most.
fn fit(asked: &str, columns: &[String; 3]) -> f64 {
    let column = |text: &String| words(text).map(|word| alike(asked, word)).fold(0.0, f64::max);
    let weighed = columns.iter().map(column).zip([1.0, 0.7, 0.6]);
    weighed.map(|(fit, weight)| fit * weight).fold(0.0, f64::max)
}

/// From 0 for different words to 1 for the same: the beginning of a word, another form of it, a slip of the fingers.
fn alike(asked: &str, word: &str) -> f64 {
    if asked == word {
        return 1.0;
    }
    // Nobody mistypes the first letter, and looking at it spares looking at the others.
    if asked.chars().next() != word.chars().next() {
        return 0.0;
    }
    let (typed, known) = (asked.chars().count(), word.chars().count());
    let shared = asked
        .chars()
        .zip(word.chars())
        .take_while(|(left, right)| left == right)
        .count();
    if shared == typed && typed >= 3 {
        return 0.9;
    }
    let shorter = typed.min(known);
    // "failing" and "failed", "deploy" and "deployment".
    if shared >= 4 && shared * 5 >= shorter * 3 {
        return 0.8;
    }
    let slips = if shorter >= 8 { 2 } else { 1 };
    if shorter >= 4 && typed.abs_diff(known) <= slips && strsim::osa_distance(asked, word) <= slips {
        return 0.7;
    }
    0.0
}

/// The words of a text, without those that say nothing by themselves.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|character: char| !character.is_alphanumeric());
    words.filter(|word| word.chars().count() > 1 && !EMPTY.contains(word))
}

/// Words that every sentence has.
const EMPTY: [&str; 24] = [
    "an", "and", "are", "as", "at", "be", "but", "by", "do", "for", "from", "has", "have", "in", "is", "it",
    "no", "not", "of", "on", "or", "the", "to", "with",
];
