//! What items need before them: items that exist, and no circles.

use std::collections::{BTreeMap, BTreeSet};

use super::items::{ItemReader, Needs};
use crate::domain::file::nearest;
use crate::domain::file::source::excerpt;
use crate::domain::file::table::{Located, Table};
use crate::domain::playbook::ItemId;

/// Reports the needs that no release could ever meet.
pub(super) fn check(file: &Table<'_>, items: ItemReader<'_>) {
    let (all, known) = items.finish();
    let report = |of: &ItemId, need: &Located<ItemId>, expected: String| {
        let subject = format!("`needs` of item {}", excerpt(of.as_str()));
        let found = excerpt(need.value.as_str());
        file.source.report_mismatch(&need.place, subject, found, expected);
    };
    for Needs { item, needs } in &all {
        for (index, need) in needs.iter().enumerate() {
            if !known.contains_key(&need.value) {
                let hint = nearest(need.value.as_str(), known.keys().map(ItemId::as_str));
                let hint = hint.map(|id| format!(", perhaps `{id}`")).unwrap_or_default();
                report(item, need, format!("the id of an item of this playbook{hint}"));
            } else if needs[..index].iter().any(|earlier| earlier.value == need.value) {
                report(item, need, "each item once".to_owned());
            }
        }
    }
    let graph: BTreeMap<&ItemId, &Vec<Located<ItemId>>> =
        all.iter().map(|needs| (&needs.item, &needs.needs)).collect();
    let mut told: BTreeSet<&ItemId> = BTreeSet::new();
    for Needs { item, needs } in &all {
        if told.contains(item) {
            continue;
        }
        if let Some(circle) = circle_from(item, &graph) {
            told.extend(circle.iter().copied());
            let names: Vec<String> = circle
                .iter()
                .chain([&item])
                .map(|id| excerpt(id.as_str()))
                .collect();
            let expected = format!(
                "needs that end somewhere; these form a circle: {}",
                names.join(" needs ")
            );
            if let Some(need) = needs
                .iter()
                .find(|need| circle.get(1).unwrap_or(&item) == &&need.value)
            {
                report(item, need, expected);
            }
        }
    }
}

/// The items on a way from this one back to itself, this one first.
fn circle_from<'a>(
    start: &'a ItemId,
    graph: &BTreeMap<&'a ItemId, &'a Vec<Located<ItemId>>>,
) -> Option<Vec<&'a ItemId>> {
    let mut came_from: BTreeMap<&ItemId, &ItemId> = BTreeMap::new();
    let mut open = vec![start];
    while let Some(item) = open.pop() {
        for need in graph.get(item).into_iter().flat_map(|needs| needs.iter()) {
            if need.value == *start {
                let mut circle = vec![item];
                while let Some(before) = came_from.get(circle[circle.len() - 1]) {
                    circle.push(before);
                }
                circle.reverse();
                return Some(circle);
            }
            if !came_from.contains_key(&need.value) {
                came_from.insert(&need.value, item);
                open.push(&need.value);
            }
        }
    }
    None
}
