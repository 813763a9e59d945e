//! S6: what differs between two versions of a playbook.

use proptest::prelude::*;

use super::{documented_example, dot_release};
use crate::domain::offset::Offset;
use crate::domain::playbook::Playbook;
use crate::domain::playbook::compare::{Change, Comparison};

fn fields(changes: &[Change]) -> Vec<&str> {
    changes.iter().map(|change| change.field.as_str()).collect()
}

#[test]
fn s6_each_kind_of_difference_is_named() {
    let before = dot_release();
    let mut after = before.clone();
    after.title = "Patch release".to_owned();
    after.phases[1].offset = Offset::t_minus(2);
    after.phases[0].items.remove(0);
    after.phases[2].items.swap(2, 3);
    after.phases[3].items[0].title = "Tag it".to_owned();
    after.phases[3].items[0].details = None;
    let moved = after.phases[3].items.pop().unwrap();
    after.phases[2].items.push(moved.clone());
    let comparison = before.compare(&after);
    assert_eq!(fields(&comparison.settings), ["title"]);
    let [phase] = comparison.phases_changed.as_slice() else {
        panic!("{:?}", comparison.phases_changed)
    };
    assert_eq!(
        phase.fields[0].in_words(),
        Some((
            "3 working days before".to_owned(),
            "2 working days before".to_owned()
        ))
    );
    assert_eq!(fields(&phase.fields), ["when"]);
    assert!(comparison.items_added.is_empty());
    let removed: Vec<&str> = comparison
        .items_removed
        .iter()
        .map(|(_, item)| item.id.as_str())
        .collect();
    assert_eq!(removed, ["announce-on-twitter"]);
    let changed: Vec<(&str, Vec<&str>)> = comparison
        .items_changed
        .iter()
        .map(|changed| (changed.now.id.as_str(), fields(&changed.fields)))
        .collect();
    assert_eq!(
        changed,
        [
            (moved.id.as_str(), vec!["phase"]),
            ("tag-release", vec!["details", "title"]),
        ]
    );
    let reordered: Vec<&str> = comparison
        .items_reordered
        .iter()
        .map(|phase| phase.id.as_str())
        .collect();
    assert_eq!(reordered, ["release-candidate-testing"]);
}

#[test]
fn a_digest_is_short_and_that_of_the_content() {
    let digest = dot_release().digest();
    assert_eq!(digest.len(), 8);
    assert!(digest.chars().all(|digit| digit.is_ascii_hexdigit()));
    let text = documented_example();
    let with_comments = format!("# Another comment.\n\n{text}");
    let read = |text: &str| Playbook::read("docs.toml", text).unwrap().digest();
    assert_eq!(read(text), read(&with_comments));
    assert_ne!(read(text), digest);
}

/// Some edits of a playbook, each by a number of its own.
fn edited(edits: &[(u8, usize, usize)]) -> Playbook {
    let mut playbook = dot_release();
    for (kind, which, other) in edits {
        let phases = playbook.phases.len();
        let phase = &mut playbook.phases[which % phases];
        let items = phase.items.len();
        match kind % 8 {
            0 if items > 1 => drop(phase.items.remove(other % items)),
            1 => {
                let mut item = phase.items[other % items].clone();
                item.id = format!("new-{which}-{other}").parse().unwrap();
                if !phase.items.iter().any(|known| known.id == item.id) {
                    phase.items.push(item);
                }
            }
            2 => phase.items[other % items].title.push('!'),
            3 => phase.offset = Offset::t_minus(u32::try_from(*other).unwrap()),
            4 => phase.items.swap(0, other % items),
            5 => playbook.summary.push('.'),
            6 => playbook.phases.swap(which % phases, other % phases),
            7 if phases > 1 => drop(playbook.phases.remove(which % phases)),
            _ => {}
        }
    }
    playbook
}

fn summary(comparison: &Comparison<'_>) -> [Vec<String>; 4] {
    let phases = |phases: &[&crate::domain::playbook::Phase]| {
        phases.iter().map(|phase| phase.id.to_string()).collect()
    };
    let items = |items: &[(&crate::domain::playbook::Phase, &crate::domain::playbook::Item)]| {
        items.iter().map(|(_, item)| item.id.to_string()).collect()
    };
    [
        phases(&comparison.phases_added),
        phases(&comparison.phases_removed),
        items(&comparison.items_added),
        items(&comparison.items_removed),
    ]
}

proptest! {
    /// Nothing differs exactly when the digest is the same; and what was added one way was removed the other way.
    #[test]
    fn a_comparison_misses_nothing(
        left in prop::collection::vec((0..8_u8, 0..9_usize, 0..9_usize), 0..5),
        right in prop::collection::vec((0..8_u8, 0..9_usize, 0..9_usize), 0..5),
    ) {
        let (left, right) = (edited(&left), edited(&right));
        let there = left.compare(&right);
        let back = right.compare(&left);
        prop_assert_eq!(there.is_empty(), left.digest() == right.digest());
        prop_assert_eq!(there.is_empty(), back.is_empty());
        let [phases_added, phases_removed, items_added, items_removed] = summary(&there);
        let [back_phases_added, back_phases_removed, back_items_added, back_items_removed] = summary(&back);
        prop_assert_eq!(phases_added, back_phases_removed);
        prop_assert_eq!(phases_removed, back_phases_added);
        prop_assert_eq!(items_added, back_items_removed);
        prop_assert_eq!(items_removed, back_items_added);
        prop_assert_eq!(there.phases_reordered, back.phases_reordered);
        prop_assert!(left.compare(&left).is_empty());
    }
}
