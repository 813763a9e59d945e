//! Tests of recurrences.

mod changes;
mod forms;
mod laws;

use super::*;

fn recurrence(text: &str) -> Recurrence {
    text.parse()
        .unwrap_or_else(|wrong: NotARecurrence| panic!("{text}: {wrong}"))
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// What was meant and when it is, from `from` on: "2027-03-14 02:30 → 2027-03-14T10:00Z".
fn shown(text: &str, from: &str, count: usize) -> Vec<String> {
    let recurrence = recurrence(text);
    recurrence
        .after(instant(from))
        .take(count)
        .map(|occurrence| line(&occurrence))
        .collect()
}

fn line(occurrence: &Occurrence) -> String {
    format!(
        "{} → {}",
        occurrence.local.format("%a %Y-%m-%d %H:%M"),
        occurrence.at.format("%Y-%m-%dT%H:%MZ")
    )
}
