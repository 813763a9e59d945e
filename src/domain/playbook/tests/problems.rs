//! What people read about a broken playbook.

use proptest::prelude::*;

use super::{DOT_RELEASE, SMALLEST};
use crate::domain::file::Problems;
use crate::domain::playbook::Playbook;

fn problems(file: &str, text: &str) -> Problems {
    Playbook::read(file, text).expect_err("a broken playbook")
}

/// The only problem of the smallest playbook with one change.
fn problem_after(from: &str, to: &str) -> String {
    assert!(SMALLEST.contains(from), "{from}");
    problems("small.toml", &SMALLEST.replacen(from, to, 1)).to_string()
}

#[test]
fn every_mistake_of_a_file_is_reported_at_once() {
    insta::assert_snapshot!(problems(
        "broken.toml",
        include_str!("../../../../tests/playbooks/broken.toml")
    ));
}

#[test]
fn every_syntax_error_is_reported_at_once() {
    insta::assert_snapshot!(problems(
        "syntax.toml",
        include_str!("../../../../tests/playbooks/syntax.toml")
    ));
}

#[test]
fn an_empty_file_lacks_everything() {
    insta::assert_snapshot!(problems("empty.toml", ""), @r"
    empty.toml:1:1: `cutoff` of the playbook: found nothing, expected a table `[cutoff]`
    empty.toml:1:1: `phases` of the playbook: found nothing, expected one or more tables `[[…phases]]`
    empty.toml:1:1: `product` of the playbook: found nothing, expected one line of text, at most 80 characters
    empty.toml:1:1: `roles` of the playbook: found nothing, expected one or more tables `[[…roles]]`
    empty.toml:1:1: `summary` of the playbook: found nothing, expected what the process is for
    empty.toml:1:1: `title` of the playbook: found nothing, expected one line of text, at most 80 characters
    ");
}

/// The problems of the smallest playbook with these items and keys.
fn problems_of(items: &str, keys: &str) -> String {
    let only = r#"items = [{ id = "do-it", role = "release-manager", title = "Do it" }]"#;
    let text = SMALLEST.replacen(only, &format!("{keys}\nitems = [{items}]"), 1);
    problems("small.toml", &text).to_string()
}

#[test]
fn needs_that_form_a_circle_are_refused_by_its_name() {
    let item = |id: &str, needs: &str| {
        format!(r#"{{ id = "{id}", role = "release-manager", title = "{id}", needs = [{needs}] }}"#)
    };
    let items = [
        item("build", r#""approve""#),
        item("approve", r#""test", "biuld""#),
        item("test", r#""build""#),
        item("loop", r#""loop", "loop""#),
    ];
    insta::assert_snapshot!(problems_of(&items.join(", "), ""));
}

#[test]
fn what_items_and_phases_ask_for_is_checked() {
    let item = r#"{ id = "do-it", role = "release-manager", title = "Do it", done_by = "me", evidence = "photo",
        only_if = "moon", per_version = "yes", announces = "" }"#;
    insta::assert_snapshot!(problems_of(
        &item.replace('\n', " "),
        "opens_when = [\"goo\", \"luck\"]"
    ));
}

/// Links of phases are named by their ids alone, a choice is one of several, and a guard knows its conditions.
#[test]
fn links_choices_and_guards_are_checked() {
    let item = r#"{ id = "do-it", role = "release-manager", title = "Do it" }"#;
    let keys = r#"guarded = "yes"
guarded_if = ["moon"]
links = [{ id = "graph", title = "A" }, { id = "graph", title = "B" }, { id = "No Id", url = "x" }]"#;
    let conditions = "[[conditions]]\nid = \"beta\"\ntitle = \"Beta\"\none_of = \"Type\"\n";
    let keys = problems_of(item, keys);
    let alone = problems("small.toml", &format!("{SMALLEST}\n{conditions}"));
    insta::assert_snapshot!(format!("{keys}\n\n{alone}"));
}

#[test]
fn a_decision_asks_roles_that_exist() {
    let text = SMALLEST.replacen(
        "\n[[phases]]",
        "decision = { roles = [\"qa\", \"release-manager\", \"release-manager\"], quorum = 9 }\n[[phases]]",
        1,
    );
    insta::assert_snapshot!(problems("small.toml", &text));
    let text = SMALLEST.replacen(
        "\n[[phases]]",
        "decision = { roles = [], quorum = 0 }\n[[phases]]",
        1,
    );
    insta::assert_snapshot!(problems("small.toml", &text));
}

#[test]
fn the_name_of_the_file_is_the_id() {
    let message = problems("Dot Release.toml", SMALLEST).to_string();
    assert!(
        message.starts_with("Dot Release.toml:1:1: the name of the file: found `Dot Release`, expected"),
        "{message}"
    );
}

#[test]
fn an_example_must_be_a_version() {
    assert_eq!(
        problem_after(
            "title = \"Small\"",
            "title = \"Small\"\nversion = { pattern = 'v\\d', example = \"1\" }"
        ),
        "small.toml:3:40: `example` of `[version]`: found `1`, expected a version that the pattern `v\\d` accepts"
    );
}

#[test]
fn the_cutoff_is_after_the_working_day_begins() {
    assert_eq!(
        problem_after(
            "title = \"Small\"",
            "title = \"Small\"\nworkday_start = \"10:00\""
        ),
        "small.toml:6:19: `time` of `[cutoff]`: found `10:00`, expected a time after the working day begins \
         (`workday_start`, 10:00)"
    );
}

#[test]
fn times_have_two_digits_and_quotes() {
    for (time, found) in [
        ("\"9:00\"", "`9:00`"),
        ("\"24:00\"", "`24:00`"),
        ("10:00:00", "the date or time `10:00:00` without quotes"),
        ("10", "the number `10`"),
    ] {
        assert_eq!(
            problem_after("\"10:00\"", time),
            format!(
                "small.toml:5:19: `time` of `[cutoff]`: found {found}, expected a local time in quotes, such as \"10:00\""
            )
        );
    }
}

#[test]
fn entries_that_are_no_tables_are_reported() {
    assert_eq!(
        problem_after(
            "{ id = \"release-manager\", title = \"Dev\" }",
            "\"release-manager\", { id = \"release-manager\", title = \"Dev\" }"
        ),
        "small.toml:6:10: `roles` of the playbook: found `release-manager`, expected a table that describes a role"
    );
}

#[test]
fn columns_count_characters() {
    assert_eq!(
        problem_after(
            "roles = [{ id = \"release-manager\", title = \"Dev\" }]",
            "roles = [{ id = \"release-manager\", title = \"Ümläut\", x = 1 }]"
        ),
        "small.toml:6:54: role `release-manager`: found the unknown key `x`, expected one of `id`, `title`, `hours`, `zone`"
    );
}

#[test]
fn long_and_odd_values_are_shown_short() {
    let message = problem_after(
        "\"release-manager\", title",
        &format!("\"{}\\n\", title", "x".repeat(500)),
    );
    assert!(
        message.lines().all(|line| line.chars().count() < 400),
        "{message}"
    );
}

#[test]
fn the_place_is_data_too() {
    let problems = problems("small.toml", &SMALLEST.replace("\"on the target date\"", "251")).problems;
    assert_eq!(problems.len(), 1);
    let problem = &problems[0];
    assert_eq!(
        (problem.file.as_str(), problem.line, problem.column),
        ("small.toml", 11, 8)
    );
    assert_eq!(problem.found, "the number `251`");
}

proptest! {
    /// No text makes the reader panic, and a refusal always has a reason.
    #[test]
    fn any_text_is_read_or_refused_with_reasons(text in "(?s).{0,200}") {
        let refused = problems("any.toml", &text);
        prop_assert!(!refused.problems.is_empty());
    }

    /// Neither does any damage to a playbook.
    #[test]
    fn any_damage_is_read_or_refused_with_reasons(
        start in 0..DOT_RELEASE.len(),
        length in 0..200_usize,
        patch in "[\\[\\]{}=\"'a-z0-9\n]{0,5}",
    ) {
        prop_assume!(DOT_RELEASE.is_char_boundary(start));
        let end = (start + length).min(DOT_RELEASE.len());
        prop_assume!(DOT_RELEASE.is_char_boundary(end));
        let text = format!("{}{patch}{}", &DOT_RELEASE[..start], &DOT_RELEASE[end..]);
        if let Err(refused) = Playbook::read("dot-release.toml", &text) {
            prop_assert!(!refused.problems.is_empty());
            let lines = text.lines().count().max(1) + 1;
            prop_assert!(refused.problems.iter().all(|problem| (1..=lines).contains(&problem.line)));
            prop_assert!(refused.problems.is_sorted());
        }
    }
}

#[test]
fn somebody_leads_a_release() {
    let text = SMALLEST.replace("release-manager", "dev");
    let problems = Playbook::read("small.toml", &text).unwrap_err();
    assert_eq!(
        problems.to_string(),
        "small.toml:1:1: `roles` of the playbook: found none that leads, expected a role with the id `release-manager`, \
         who starts and closes releases"
    );
}

#[test]
fn reminders_that_do_not_fit_together_are_reported() {
    let with = |table: &str| problem_after("title = \"Small\"", &format!("title = \"Small\"\n{table}"));
    assert_eq!(
        with("reminders = { release_manager = \"3 working days after\", manager = \"1 working day after\" }"),
        "small.toml:3:67: `manager` of `[reminders]`: found `1 working day after`, expected not sooner than the Release \
         Manager, \"3 working days after\""
    );
    assert_eq!(
        with("reminders = { release_manager = \"3 working days after\" }"),
        "small.toml:3:33: `release_manager` of `[reminders]`: found `3 working days after`, expected not later than the \
         manager, \"2 working days after\"; set `manager` as well"
    );
    assert_eq!(
        with("reminders = { nag_time = \"08:30\" }"),
        "small.toml:3:26: `nag_time` of `[reminders]`: found `08:30`, expected not before the working day begins (09:00)"
    );
    assert_eq!(
        problem_after(
            "title = \"Dev\" }]",
            "title = \"Dev\", hours = \"12:00-20:00\" }]\nreminders = { nag_time = \"09:30\" }"
        ),
        "small.toml:7:26: `nag_time` of `[reminders]`: found `09:30`, expected a time within the working hours of every \
         role; Dev works 12:00-20:00"
    );
    for none in ["heads_up", "nag", "release_manager", "manager"] {
        let text = SMALLEST.replacen("title", &format!("reminders = {{ {none} = \"none\" }}\ntitle"), 1);
        assert!(Playbook::read("small.toml", &text).is_ok(), "{none}");
    }
}

/// S16: until its own phase or a later one; an earlier one is over before the item becomes due.
#[test]
fn a_daily_item_ends_with_a_phase_that_is_ahead() {
    let daily = |id: &str| {
        problem_after(
            "title = \"Do it\"",
            &format!("title = \"Do it\", daily_until = \"{id}\""),
        )
    };
    assert_eq!(
        daily("onli"),
        "small.toml:12:83: `daily_until` of item `do-it`: found `onli`, expected `only`"
    );
    assert_eq!(
        daily("yesterday"),
        "small.toml:12:83: `daily_until` of item `do-it`: found `yesterday`, expected this phase or a later one: `only`"
    );
}
