//! The model: look-ups, versions, the frozen copy.

use super::{SMALLEST, documented_example, dot_release};
use crate::domain::calendar::CalendarName;
use crate::domain::offset::Offset;
use crate::domain::playbook::{ItemId, Playbook, RoleId};
use crate::domain::slug::NotASlug;

/// S6: the copy that a release keeps is the same playbook.
#[test]
fn s6_the_frozen_copy_is_the_same_playbook() {
    for playbook in [dot_release(), smallest()] {
        let frozen = serde_json::to_string(&playbook).unwrap();
        assert_eq!(serde_json::from_str::<Playbook>(&frozen).unwrap(), playbook);
    }
}

#[test]
fn what_is_left_out_has_a_default() {
    let playbook = smallest();
    assert_eq!(playbook.id, "small");
    assert_eq!(playbook.calendar, CalendarName::UsCaConcurrent);
    assert_eq!(playbook.workday_start.to_string(), "09:00:00");
    assert_eq!(playbook.version.example, "7.2.1");
    let item = &playbook.phases[0].items[0];
    assert!(item.details.is_none() && item.under.is_none());
    assert!(item.with.is_empty() && item.links.is_empty() && item.steps.is_empty() && item.proves.is_empty());
}

#[test]
fn the_documented_example_is_a_playbook() {
    let example =
        Playbook::read("documentation.toml", documented_example()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(example.links.len(), 1);
    assert_eq!(example.phases[0].items[2].steps.len(), 3);
    assert!(example.accepts_version("2026.12"));
}

#[test]
fn items_are_found_with_their_phases() {
    let playbook = dot_release();
    let cut_rc: ItemId = "cut-rc".parse().unwrap();
    assert_eq!(playbook.item(&cut_rc).unwrap().title, "Cut the release candidate");
    let phase = playbook.phase_of(&cut_rc).unwrap();
    assert_eq!(phase.offset, Offset::t_minus(3));
    assert_eq!(playbook.phase(&phase.id), Some(phase));
    assert_eq!(playbook.role(&"qa".parse().unwrap()).unwrap().title, "QA");
    assert!(playbook.item(&"nothing".parse().unwrap()).is_none());
    assert!(playbook.phase_of(&"nothing".parse().unwrap()).is_none());
}

#[test]
fn three_numbers_without_leading_zeros_are_a_version() {
    let playbook = dot_release();
    for version in ["7.2.1", "0.0.0", "10.20.30"] {
        assert!(playbook.accepts_version(version), "{version}");
    }
    let long = format!("7.2.{}", "1".repeat(40));
    for version in [
        "",
        "7.2",
        "7.2.1.0",
        "07.2.1",
        "7.2.1-rc1",
        "v7.2.1",
        " 7.2.1",
        "7.2.1\n",
        "٧.2.1",
        &long,
    ] {
        assert!(!playbook.accepts_version(version), "{version}");
    }
}

/// A pattern without anchors matches the whole version all the same.
#[test]
fn a_pattern_matches_the_whole_version() {
    let mut playbook = smallest();
    playbook.version.pattern = r"\d+|\d+\.\d+".to_owned();
    assert!(playbook.accepts_version("7.2"));
    assert!(!playbook.accepts_version("7.2.1"));
}

#[test]
fn ids_are_words_joined_by_hyphens() {
    for id in ["a", "cut-rc", "t4", "a-b-c", &"x".repeat(40)] {
        assert_eq!(id.parse::<RoleId>().unwrap().to_string(), id);
    }
    for id in [
        "",
        "-",
        "A",
        "a--b",
        "-a",
        "a-",
        "a b",
        "ä",
        "a_b",
        &"x".repeat(41),
    ] {
        assert_eq!(id.parse::<RoleId>(), Err(NotASlug { given: id.to_owned() }));
        assert!(serde_json::from_value::<ItemId>(id.into()).is_err());
    }
    assert_eq!(format!("{:>5}|", "a".parse::<RoleId>().unwrap()), "    a|");
}

fn smallest() -> Playbook {
    Playbook::read("some/folder/small.toml", SMALLEST).unwrap_or_else(|error| panic!("{error}"))
}
