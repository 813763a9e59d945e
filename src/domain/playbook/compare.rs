//! What differs between two versions of a playbook: what a release started with, and what its file says now (S6).
//!
//! Fields are compared by the names that they have in the file, so that a key of tomorrow is compared as well.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::playbook::{Item, ItemId, Phase, PhaseId, Playbook};

/// What differs. Whatever is said of one playbook is a reference into it.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison<'a> {
    /// The keys of the playbook itself that differ, apart from its phases.
    pub settings: Vec<Change>,
    /// The phases that are new, in the order of the later playbook.
    pub phases_added: Vec<&'a Phase>,
    /// The phases that are gone, in the order of the earlier playbook.
    pub phases_removed: Vec<&'a Phase>,
    /// The phases that differ in something else than their items.
    pub phases_changed: Vec<Changed<'a, Phase>>,
    /// The phases that stay and stand in another order.
    pub phases_reordered: bool,
    /// The items that are new, with their phases.
    pub items_added: Vec<(&'a Phase, &'a Item)>,
    /// The items that are gone, with the phases that they were in.
    pub items_removed: Vec<(&'a Phase, &'a Item)>,
    /// The items that are in another phase or say something else.
    pub items_changed: Vec<Changed<'a, Item>>,
    /// The phases whose items stay and stand in another order.
    pub items_reordered: Vec<&'a Phase>,
}

/// One thing that is in both and differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed<'a, T> {
    /// As it is in the later playbook.
    pub now: &'a T,
    /// What differs, by the name of the key; never empty.
    pub fields: Vec<Change>,
}

/// One key with what it said before and says now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The key as the file has it; `phase` for the phase of an item.
    pub field: String,
    /// What it said; none when it was absent.
    pub from: Option<Value>,
    /// What it says; none when it is absent now.
    pub to: Option<Value>,
}

impl Change {
    /// Before and after, when both can be read in a line: texts, numbers and switches.
    #[must_use]
    pub fn in_words(&self) -> Option<(String, String)> {
        let words = |value: &Option<Value>| match value {
            None => Some("nothing".to_owned()),
            Some(Value::String(text)) if !text.contains('\n') => Some(text.clone()),
            Some(Value::Bool(on)) => Some(on.to_string()),
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(Value::Array(all)) => {
                let all: Option<Vec<&str>> = all.iter().map(Value::as_str).collect();
                all.map(|all| all.join(", "))
            }
            Some(_) => None,
        };
        Some((words(&self.from)?, words(&self.to)?))
    }
}

impl Comparison<'_> {
    /// Whether both say the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.settings.is_empty()
            && self.phases_added.is_empty()
            && self.phases_removed.is_empty()
            && self.phases_changed.is_empty()
            && !self.phases_reordered
            && self.items_added.is_empty()
            && self.items_removed.is_empty()
            && self.items_changed.is_empty()
            && self.items_reordered.is_empty()
    }
}

impl Playbook {
    /// What differs from this playbook to `later`. It is empty when both have the same digest, and only then. A thing
    /// that has a new id is another thing: the record of releases is kept under ids.
    #[must_use]
    pub fn compare<'a>(&'a self, later: &'a Playbook) -> Comparison<'a> {
        let phases_changed = later.phases.iter().filter_map(|now| {
            let before = self.phase(&now.id)?;
            changed(now, &without(before, "items"), &without(now, "items"))
        });
        let items_changed = later.items().filter_map(|(phase, now)| {
            let (before_phase, before) = self.placed(&now.id)?;
            changed(now, &placed_item(before_phase, before), &placed_item(phase, now))
        });
        Comparison {
            settings: changes(&without(self, "phases"), &without(later, "phases")),
            phases_added: phases_missing(&later.phases, self),
            phases_removed: phases_missing(&self.phases, later),
            phases_changed: phases_changed.collect(),
            phases_reordered: reordered(
                self.phases.iter().map(|phase| &phase.id),
                later.phases.iter().map(|phase| &phase.id),
            ),
            items_added: items_missing(later, self),
            items_removed: items_missing(self, later),
            items_changed: items_changed.collect(),
            items_reordered: later
                .phases
                .iter()
                .filter(|now| {
                    let ids = |phase: &'a Phase| phase.items.iter().map(|item| &item.id);
                    let before = self.phase(&now.id);
                    before.is_some_and(|before| reordered(ids(before), ids(now)))
                })
                .collect(),
        }
    }

    fn placed(&self, id: &ItemId) -> Option<(&Phase, &Item)> {
        self.items().find(|(_, item)| item.id == *id)
    }
}

fn phases_missing<'a>(phases: &'a [Phase], other: &Playbook) -> Vec<&'a Phase> {
    let missing = phases.iter().filter(|phase| other.phase(&phase.id).is_none());
    missing.collect()
}

fn items_missing<'a>(playbook: &'a Playbook, other: &Playbook) -> Vec<(&'a Phase, &'a Item)> {
    let missing = playbook
        .items()
        .filter(|(_, item)| other.item(&item.id).is_none());
    missing.collect()
}

/// Whether what is in both stands in another order.
fn reordered<'a, T: Ord + 'a>(
    before: impl Iterator<Item = &'a T> + Clone,
    now: impl Iterator<Item = &'a T> + Clone,
) -> bool {
    let (old, new): (BTreeSet<&T>, BTreeSet<&T>) = (before.clone().collect(), now.clone().collect());
    !before
        .filter(|id| new.contains(id))
        .eq(now.filter(|id| old.contains(id)))
}

fn changed<'a, T>(now: &'a T, from: &Map<String, Value>, to: &Map<String, Value>) -> Option<Changed<'a, T>> {
    let fields = changes(from, to);
    (!fields.is_empty()).then_some(Changed { now, fields })
}

fn changes(from: &Map<String, Value>, to: &Map<String, Value>) -> Vec<Change> {
    let fields: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    let differing = fields
        .into_iter()
        .filter(|field| from.get(*field) != to.get(*field));
    differing
        .map(|field| Change {
            field: field.clone(),
            from: from.get(field).cloned(),
            to: to.get(field).cloned(),
        })
        .collect()
}

/// Its keys as the file has them, one apart.
fn without(thing: &impl Serialize, key: &str) -> Map<String, Value> {
    let mut fields = match serde_json::to_value(thing) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    fields.remove(key);
    fields
}

fn placed_item(phase: &Phase, item: &Item) -> Map<String, Value> {
    let mut fields = without(item, "id");
    let id: &PhaseId = &phase.id;
    fields.insert("phase".to_owned(), Value::String(id.to_string()));
    fields
}
