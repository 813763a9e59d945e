//! The table `[recurring]`.

use super::{Playbook, SMALLEST};
use crate::domain::recurring::{Mode, Window};

const TABLE: &str = "
[recurring]
at = \"weekly, Tuesday 09:00 Pacific/Auckland\"
mode = \"start\"
target = \"4 working days after\"
version = \"{year}.{number}.0\"
";

fn with(table: &str) -> String {
    format!("{SMALLEST}\n{table}")
}

fn problems_of(table: &str) -> String {
    Playbook::read("small.toml", &with(table))
        .unwrap_err()
        .to_string()
}

#[test]
fn a_playbook_can_recur() {
    let playbook = Playbook::read("small.toml", &with(TABLE)).unwrap();
    let recurring = playbook.recurring.clone().unwrap();
    assert_eq!(recurring.at.to_string(), "weekly, Tuesday 09:00 Pacific/Auckland");
    assert_eq!(recurring.mode, Mode::Start);
    assert_eq!(recurring.target.to_string(), "4 working days after");
    assert_eq!(recurring.catch_up, Window::SIX_HOURS);
    let json = serde_json::to_string(&playbook).unwrap();
    assert_eq!(serde_json::from_str::<Playbook>(&json).unwrap(), playbook);
}

/// A release that was started before playbooks could recur holds a playbook without the table.
#[test]
fn a_playbook_does_not_recur_by_itself() {
    let playbook = Playbook::read("small.toml", SMALLEST).unwrap();
    assert_eq!(playbook.recurring, None);
    assert!(!serde_json::to_string(&playbook).unwrap().contains("recurring"));
}

#[test]
fn every_mistake_of_the_table_is_reported_at_once() {
    insta::assert_snapshot!(problems_of(
        r#"
[recurring]
at = "0 9 * * 1-5 Europe/London"
mode = "propse"
target = 4
version = "{year}.{wek}"
catch_up = "6"
often = true
"#
    ));
}

#[test]
fn what_each_wrong_value_gets() {
    let mut told = String::new();
    for (key, value) in [
        ("at", "\"0 9,17 * * * Europe/London\""),
        ("at", "\"0 * * * * Europe/London\""),
        ("at", "\"0 9 30 Feb * Europe/London\""),
        ("at", "\"weekly, Tuesday 09:00\""),
        ("at", "2026-12-01"),
        ("mode", "true"),
        ("target", "\"4 days\""),
        ("target", "\"4 working days before\""),
        ("target", "\"36 hours after\""),
        ("version", "7"),
        ("version", "\"7.2.1\""),
        ("version", "\"{year}.{month}.{number}\""),
        ("catch_up", "6"),
    ] {
        let default = TABLE.lines().find(|line| line.starts_with(&format!("{key} ")));
        let line = format!("{key} = {value}");
        let table = match default {
            Some(default) => TABLE.replace(default, &line),
            None => format!("{TABLE}{line}\n"),
        };
        told.push_str(&problems_of(&table));
        told.push('\n');
    }
    insta::assert_snapshot!(told);
}

#[test]
fn all_keys_but_one_are_needed() {
    insta::assert_snapshot!(problems_of("[recurring]\n"));
}
