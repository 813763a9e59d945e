//! Tests of `tminus calendar`: what people and programs read.

use clap::Parser as _;

use super::*;

#[derive(clap::Parser)]
enum Tminus {
    Calendar(CalendarArguments),
}

/// What a command line prints: standard output, standard error, and whether it succeeded.
fn print(line: &[&str], input: &str) -> (String, String, Result<ExitCode, CalendarError>) {
    let words = ["tminus", "calendar"].iter().chain(line);
    let Tminus::Calendar(arguments) = Tminus::try_parse_from(words).unwrap_or_else(|error| panic!("{error}"));
    let now = "2026-11-21T07:00:00Z".parse().unwrap();
    let (mut out, mut complaints) = (Vec::new(), Vec::new());
    let result = run(&arguments, now, input.as_bytes(), &mut out, &mut complaints);
    (
        String::from_utf8(out).unwrap(),
        String::from_utf8(complaints).unwrap(),
        result,
    )
}

fn printed(line: &[&str]) -> String {
    let (out, complaints, result) = print(line, "");
    assert_eq!(complaints, "");
    assert_eq!(
        result.unwrap_or_else(|error| panic!("{error}")),
        ExitCode::SUCCESS
    );
    out
}

fn refusal(line: &[&str]) -> String {
    let (out, _, result) = print(line, "");
    assert_eq!(out, "");
    result.expect_err("a refusal").to_string()
}

/// S8: each day off with its reason, and hints that take no day off. Seven in the morning UTC is still the day before
/// in San Francisco.
#[test]
fn s8_the_calendar_of_the_next_months() {
    insta::assert_snapshot!(printed(&["show"]));
    insta::assert_snapshot!(printed(&[
        "show",
        "--months",
        "12",
        "--calendar",
        "union",
        "--from",
        "2027-01-01"
    ]));
    insta::assert_snapshot!(printed(&[
        "show",
        "--calendar",
        "weekdays",
        "--months",
        "1",
        "--from",
        "2027-03-01"
    ]));
}

#[test]
fn s8_why_a_date_is_off_or_worked() {
    insta::assert_snapshot!(printed(&["why", "2026-11-11"]));
    insta::assert_snapshot!(printed(&["why", "2026-12-26"]));
    insta::assert_snapshot!(printed(&["why", "2026-11-26"]));
    insta::assert_snapshot!(printed(&["why", "2026-11-25"]));
    insta::assert_snapshot!(printed(&["why", "2021-12-27", "--calendar", "us-ca-union"]));
}

/// S7, S8: the date, the instant, and why.
#[test]
fn s8_counting_back_says_why() {
    insta::assert_snapshot!(printed(&["minus", "2026-12-10", "4"]));
    insta::assert_snapshot!(printed(&["minus", "2026-11-13", "3"]));
    insta::assert_snapshot!(printed(&["minus", "2026-12-26", "1", "--calendar", "core"]));
    insta::assert_snapshot!(printed(&["minus", "2026-12-10", "0"]));
    insta::assert_snapshot!(printed(&["minus", "2027-01-11", "10", "--calendar", "union"]));
}

#[test]
fn s8_a_batch_is_answered_line_by_line() {
    let questions = "2026-12-10 4 concurrent\n2026-11-13 3 us-ca-concurrent\r\n2026-11-11 1 weekdays\n\n\
                     2027-12-31 5 union\n2033-01-01 1 core\n2026-03-09 1 extended\n2026-07-06 1 union\n";
    let (out, complaints, result) = print(&["minus", "--batch"], questions);
    assert_eq!(complaints, "");
    assert_eq!(result.unwrap(), ExitCode::SUCCESS);
    insta::assert_snapshot!(out);
}

/// The bad lines are named, the good ones answered in their places.
#[test]
fn bad_lines_of_a_batch_are_reported_with_their_numbers() {
    let questions = "2026-12-10 4 concurrent\n2026-12-10 4\n2026-02-30 4 core\n2026-12-10 -1 core\n2026-12-10 4 moon\n\
                     2026-12-10 10001 core\n2026-12-10 4 core now\n\u{1}\u{fffd}\n1999-12-31 1 core\n2026-12-10 3 core";
    let (out, complaints, result) = print(&["minus", "--batch"], questions);
    assert_eq!(result.unwrap(), ExitCode::FAILURE);
    insta::assert_snapshot!(format!("{out}---\n{complaints}"));
}

/// A batch gives what single questions give.
#[test]
fn s8_a_batch_agrees_with_single_questions() {
    let (out, ..) = print(&["minus", "--batch"], "2029-01-02 250 extended\n");
    let single = printed(&["minus", "2029-01-02", "250", "--calendar", "extended"]);
    assert_eq!(Some(out.trim_end()), single.lines().next());
}

#[test]
fn the_days_of_a_configuration_count() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    let text = "[calendar]\nextra = [{ date = 2026-12-09, reason = \"Company day\" }]\nexcluded = [\"2026-11-11\"]\n\
                [[calendar.guild]]\nid = \"7\"\nweekend = [\"friday\", \"saturday\"]\n";
    std::fs::write(&config, text).unwrap();
    let config = config.to_str().unwrap();
    insta::assert_snapshot!(printed(&["minus", "2026-12-10", "1", "--config", config]));
    insta::assert_snapshot!(printed(&[
        "minus",
        "2026-12-07",
        "1",
        "--config",
        config,
        "--server",
        "7"
    ]));
    insta::assert_snapshot!(printed(&["why", "2026-11-11", "--config", config]));
    insta::assert_snapshot!(printed(&[
        "show",
        "--config",
        config,
        "--from",
        "2026-11-01",
        "--months",
        "2"
    ]));
}

#[test]
fn bad_input_gets_one_clear_sentence() {
    insta::assert_snapshot!(refusal(&["why", "tomorrow"]), @"`tomorrow` is not a date: expected one such as 2026-12-10, in the years 2000 to 2100");
    insta::assert_snapshot!(refusal(&["minus", "2101-01-01", "1"]), @"`2101-01-01` is not a date: expected one such as 2026-12-10, in the years 2000 to 2100");
    insta::assert_snapshot!(refusal(&["show", "--config", "no/such.toml"]), @"no/such.toml cannot be read");
}
