//! A suggestion as text for the playbook file.

use std::fmt::Write as _;

use toml::Value;

use super::{Placed, Suggestion};
use crate::domain::playbook::{DETAILS_LIMIT, Item, Phase};

/// The keys that stand first in an item, as people write them; the others follow by name.
const FIRST: [&str; 4] = ["id", "role", "title", "details"];

impl Suggestion {
    /// What could stand in the file, below comments that say why and where. What cannot be said as an entry of the file is
    /// comments alone. Texts of people stand in comments and strings only, each on one line.
    #[must_use]
    pub fn patch(&self) -> String {
        match self {
            Self::Slipped { reasons, .. } => {
                let mut text = "# The target moved. Begin earlier, or plan more working days:\n".to_owned();
                for reason in reasons {
                    comment(&mut text, &format!("  {reason}"));
                }
                text
            }
            Self::NotApplicable { place, reason } => {
                let mut text = String::new();
                comment(&mut text, &format!("Did not apply: {reason}"));
                comment(&mut text, "Take it out, or say when it does not apply:");
                entry(&mut text, &place.phase, &explained(&place.item, reason));
                text
            }
            Self::Late {
                place,
                in_time_for: Some(later),
                ..
            } => {
                let mut text = String::new();
                let words = format!(
                    "Was late for {}. Move it to where it was in time:",
                    place.phase.offset.label()
                );
                comment(&mut text, &words);
                entry(&mut text, later, &alone(&place.item));
                text
            }
            Self::Late { place, .. } => {
                let mut text = String::new();
                let Placed { phase, item } = place;
                let words = format!(
                    "{}: was late for {}. That phase may have to begin earlier: when = \"{}\" now.",
                    item.id,
                    phase.offset.label(),
                    phase.offset
                );
                comment(&mut text, &words);
                text
            }
            Self::LeftOpen { place, .. } => {
                let mut text = String::new();
                comment(
                    &mut text,
                    &format!(
                        "{}: was open when the release was closed. Is it needed?",
                        place.item.id
                    ),
                );
                text
            }
            Self::Added { place } => {
                let mut text = String::new();
                comment(&mut text, "Was added while the release was under way:");
                entry(&mut text, &place.phase, &place.item);
                text
            }
        }
    }
}

/// The item, which says when it does not apply, as far as there is room.
fn explained(item: &Item, reason: &str) -> Item {
    let before = item
        .details
        .as_ref()
        .map_or_else(String::new, |details| format!("{details} "));
    let words = one_line(&format!("Not needed when: {reason}"));
    let details: String = format!("{before}{words}").chars().take(DETAILS_LIMIT).collect();
    Item {
        details: Some(details),
        ..item.clone()
    }
}

/// The item without what ties it to its neighbours.
fn alone(item: &Item) -> Item {
    Item {
        under: None,
        ..item.clone()
    }
}

fn entry(text: &mut String, phase: &Phase, item: &Item) {
    comment(text, &format!("in the phase {} ({}):", phase.id, phase.offset));
    text.push_str("[[phases.items]]\n");
    let Ok(Value::Table(mut keys)) = Value::try_from(item) else {
        return;
    };
    for key in FIRST {
        if let Some(value) = keys.remove(key) {
            let _ = writeln!(text, "{key} = {value}");
        }
    }
    for (key, value) in keys {
        let _ = writeln!(text, "{key} = {value}");
    }
}

fn comment(text: &mut String, words: &str) {
    let _ = writeln!(text, "# {}", one_line(words));
}

/// Without what would end a line, or act on others.
fn one_line(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect();
    text.trim_end().to_owned()
}
