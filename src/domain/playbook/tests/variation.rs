//! The process of one release, made of its playbook.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::domain::playbook::{AddedItem, Item, ItemId, Playbook, Variation};

const TEXT: &str = r#"
title = "Several"
summary = "Ships several versions."
product = "Thing"
cutoff = { time = "10:00", zone = "America/Los_Angeles" }
roles = [{ id = "release-manager", title = "Release Manager" }]
conditions = [{ id = "overlap", title = "It overlaps a regular release" }]

[[phases]]
id = "cut"
title = "Cut"
when = "on the target date"
items = [
  { id = "approve", role = "release-manager", title = "Approve" },
  { id = "tag", role = "release-manager", title = "Tag", per_version = true, needs = ["approve", "stop-regular"] },
  { id = "build", role = "release-manager", title = "Build", per_version = true, under = "tag", needs = ["tag"] },
  { id = "stop-regular", role = "release-manager", title = "Stop the regular release", only_if = "overlap" },
  { id = "announce", role = "release-manager", title = "Announce", under = "tag", needs = ["build"] },
]
"#;

fn playbook() -> Playbook {
    Playbook::read("several.toml", TEXT).unwrap()
}

fn several() -> Variation {
    Variation {
        further_versions: vec!["7.1.4".to_owned(), "6.9.12".to_owned()],
        ..Variation::default()
    }
}

/// "tag-7-2-1 (Tag · 7.2.1) needs approve", one line for each item.
fn lines(playbook: &Playbook) -> String {
    let line = |item: &Item| {
        let needs: Vec<&str> = item.needs.iter().map(ItemId::as_str).collect();
        let under = item.under.as_ref().map_or("", |under| under.as_str());
        format!(
            "{} ({}) under [{under}] needs [{}]",
            item.id,
            item.title,
            needs.join(", ")
        )
    };
    playbook.items().map(|(_, item)| line(item) + "\n").collect()
}

#[test]
fn one_version_without_conditions_is_the_playbook_without_conditional_items() {
    insta::assert_snapshot!(lines(&playbook().varied("7.2.1", &Variation::default())));
}

/// S19: a conditional item applies when somebody said at the start that its condition holds.
#[test]
fn s19_a_condition_brings_its_items() {
    let variation = Variation {
        conditions: BTreeSet::from(["overlap".parse().unwrap()]),
        ..Variation::default()
    };
    let varied = playbook().varied("7.2.1", &variation);
    assert!(varied.item(&"stop-regular".parse().unwrap()).is_some());
    assert_eq!(varied.item(&"tag".parse().unwrap()).unwrap().needs.len(), 2);
}

#[test]
fn what_is_done_for_each_version_stands_once_for_each() {
    insta::assert_snapshot!(lines(&playbook().varied("7.2.1", &several())));
}

#[test]
fn what_people_added_stands_last_in_its_phase() {
    let mut item = playbook().phases[0].items[0].clone();
    item.id = "call-customer".parse().unwrap();
    let variation = Variation {
        added: vec![AddedItem {
            phase: "cut".parse().unwrap(),
            item,
        }],
        ..Variation::default()
    };
    let varied = playbook().varied("7.2.1", &variation);
    assert_eq!(
        varied.phases[0].items.last().unwrap().id.as_str(),
        "call-customer"
    );
}

proptest! {
    /// Whatever the versions are called, every item has an id of its own, and needs and indents point to items.
    #[test]
    fn copies_have_ids_of_their_own(versions in prop::collection::vec("[0-9A-Za-z.+_-]{1,40}|\\PC{1,6}", 1..5)) {
        let variation = Variation { further_versions: versions, ..Variation::default() };
        let varied = playbook().varied("7.2.1", &variation);
        let ids: Vec<&ItemId> = varied.items().map(|(_, item)| &item.id).collect();
        let distinct: BTreeSet<&ItemId> = ids.iter().copied().collect();
        prop_assert_eq!(distinct.len(), ids.len());
        for (_, item) in varied.items() {
            prop_assert!(item.needs.iter().chain(&item.under).all(|id| distinct.contains(id)));
        }
        let text = serde_json::to_string(&variation).unwrap();
        prop_assert_eq!(serde_json::from_str::<Variation>(&text).unwrap(), variation);
    }
}
