//! The timeline as CSV (RFC 4180), which spreadsheets open without running what people wrote.

use serde_json::Value;

use super::{EventFacts, PersonFacts, Report};

/// The columns; docs/record.md describes them.
const COLUMNS: [&str; 10] = [
    "release", "at", "local", "kind", "by", "by_id", "phase", "item", "role", "text",
];

/// What spreadsheets take for the beginning of a formula, the wide forms of East Asian keyboards included
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

pub(super) fn write(report: &Report) -> String {
    let mut table = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(Vec::new());
    // A table in memory takes whatever is written to it.
    let mut written = table.write_record(COLUMNS);
    for event in &report.timeline {
        written = written.and_then(|()| table.write_record(row(report, event).map(harmless)));
    }
    let bytes = written
        .ok()
        .and_then(|()| table.into_inner().ok())
        .unwrap_or_default();
    // Without this mark, Excel takes the text for one of a time before Unicode.
    format!("\u{FEFF}{}", String::from_utf8_lossy(&bytes))
}

fn row(report: &Report, event: &EventFacts) -> [String; 10] {
    let text = |key: &str| event.facts.get(key).and_then(Value::as_str).unwrap_or_default();
    let (by, by_id) = match &event.by {
        None => ("T-minus".to_owned(), String::new()),
        Some(PersonFacts { id, name }) => (name.clone().unwrap_or_default(), id.clone()),
    };
    let items = |phase: &'_ super::PhaseFacts| phase.items.iter().position(|item| item.id == text("item"));
    let found = report
        .phases
        .iter()
        .find_map(|phase| Some((phase, phase.items.get(items(phase)?)?)));
    let (phase, item, role) = match found {
        Some((phase, item)) => (phase.id.clone(), item.title.clone(), item.role.clone()),
        None => (text("phase").to_owned(), text("item").to_owned(), String::new()),
    };
    [
        report.release.key.clone(),
        event.at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        report
            .zone
            .to_local(event.at)
            .format("%Y-%m-%d %H:%M")
            .to_string(),
        event.kind.clone(),
        by,
        by_id,
        phase,
        item,
        role,
        event.text.clone(),
    ]
}

/// A cell that no spreadsheet takes for a formula: a quotation mark in front makes it text.
fn harmless(cell: String) -> String {
    if cell.trim_start_matches(' ').starts_with(FORMULA) {
        format!("'{cell}")
    } else {
        cell
    }
}
