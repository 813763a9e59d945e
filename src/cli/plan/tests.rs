//! Tests of `tminus plan`: what people and programs read.

use serde_json::Value;

use super::*;

fn templates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("playbook-templates")
}

fn arguments(playbook: &str, version: &str, target: &str, format: Format) -> PlanArguments {
    PlanArguments {
        playbook: playbook.to_owned(),
        version: version.to_owned(),
        target: target.to_owned(),
        format,
        templates: templates(),
        source: Source::default(),
    }
}

fn printed(arguments: &PlanArguments) -> String {
    let mut out = Vec::new();
    run(arguments, &mut out).unwrap_or_else(|error| panic!("{error}"));
    String::from_utf8(out).unwrap()
}

fn json(target: &str) -> Value {
    serde_json::from_str(&printed(&arguments("dot-release", "7.2.1", target, Format::Json))).unwrap()
}

/// The refusal, with the folder of the templates under a name that is the same everywhere.
fn refusal(playbook: &str, version: &str, target: &str) -> String {
    let mut out = Vec::new();
    let error = run(&arguments(playbook, version, target, Format::Text), &mut out).expect_err("a refusal");
    assert!(out.is_empty());
    error
        .to_string()
        .replace(&templates().display().to_string(), "playbook-templates")
}

/// S9, S23: what a release manager reads.
#[test]
fn s9_the_plan_for_people() {
    insta::assert_snapshot!(printed(&arguments(
        "dot-release",
        "7.2.1",
        "2026-12-10",
        Format::Text
    )));
}

/// S8: each phase before a holiday names it.
#[test]
fn s8_the_plan_over_a_holiday() {
    let text = printed(&arguments("dot-release", "7.2.1", "2026-11-13", Format::Text));
    let reasons: Vec<&str> = text.lines().filter(|line| line.contains("day off")).collect();
    assert_eq!(reasons.len(), 3);
    assert!(
        reasons
            .iter()
            .all(|line| line.contains("Remembrance Day (Canada) and Veterans Day (US)"))
    );
}

/// S7, S8, S9: the dates of two target dates, for programs.
#[test]
fn s9_the_plan_for_programs() {
    for (target, dates) in [
        (
            "2026-12-10",
            ["2026-12-04", "2026-12-07", "2026-12-08", "2026-12-10"],
        ),
        (
            "2026-11-13",
            ["2026-11-06", "2026-11-09", "2026-11-10", "2026-11-13"],
        ),
    ] {
        let plan = json(target);
        let phases = plan["phases"].as_array().unwrap();
        for ((phase, date), t_minus) in phases.iter().zip(dates).zip([4, 3, 2, 0]) {
            assert_eq!(phase["t_minus"], t_minus);
            assert_eq!(phase["date"], date);
            assert_eq!(phase["cutoff_utc"], format!("{date}T18:00:00Z"));
            for item in phase["items"].as_array().unwrap() {
                assert_eq!(item["due_utc"], phase["cutoff_utc"]);
            }
        }
        assert_eq!(phases.len(), 4);
    }
}

#[test]
fn the_fields_for_programs() {
    let plan = json("2026-12-10");
    let keys = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(keys(&plan), "calendar phases playbook target version zone");
    assert_eq!(
        keys(&plan["phases"][0]),
        "cutoff_utc date id items offset t_minus title why"
    );
    assert_eq!(keys(&plan["phases"][0]["items"][0]), "due_utc id role title");
    assert_eq!(plan["playbook"], "dot-release");
    assert_eq!(plan["calendar"], "us-ca-concurrent");
    assert_eq!(plan["zone"], "America/Los_Angeles");
    assert_eq!(plan["phases"][1]["id"], "release-candidate-cut");
    assert_eq!(plan["phases"][1]["items"][1]["role"], "release-manager");
}

#[test]
fn a_playbook_can_be_named_by_its_path() {
    let path = templates().join("dot-release.toml");
    let by_path = arguments(path.to_str().unwrap(), "7.2.1", "2026-12-10", Format::Json);
    assert_eq!(
        printed(&by_path),
        printed(&arguments("dot-release", "7.2.1", "2026-12-10", Format::Json))
    );
}

#[test]
fn bad_input_gets_one_clear_sentence() {
    insta::assert_snapshot!(refusal("dot-release", "7.2", "2026-12-10"), @"`7.2` is not a version of Mattermost Server: expected one such as 7.2.1");
    insta::assert_snapshot!(refusal("dot-release", "7.2.1", "tomorrow"), @"`tomorrow` is not a target date: expected one such as 2026-12-10, in the years 2000 to 2100");
    insta::assert_snapshot!(refusal("dot-release", "7.2.1", "2026-02-30"), @"`2026-02-30` is not a target date: expected one such as 2026-12-10, in the years 2000 to 2100");
    insta::assert_snapshot!(refusal("dot-release", "7.2.1", "1999-12-31"), @"`1999-12-31` is not a target date: expected one such as 2026-12-10, in the years 2000 to 2100");
    insta::assert_snapshot!(refusal("dot-release", "7.2.1", "2026-11-11"), @"the target date Wednesday 11 November 2026 is not a working day (Remembrance Day (Canada) and Veterans Day (US)): the nearest are Tuesday 10 November 2026 and Thursday 12 November 2026");
    insta::assert_snapshot!(refusal("dot-release", "7.2.1", "2026-12-26"), @"the target date Saturday 26 December 2026 is not a working day (Saturday): the nearest are Thursday 24 December 2026 and Monday 28 December 2026");
    insta::assert_snapshot!(refusal("missing.toml", "7.2.1", "2026-12-10"), @"`missing.toml` cannot be read: No such file or directory (os error 2)");
}

#[test]
fn an_unknown_playbook_names_the_known_ones() {
    let message = refusal("dot-relaese", "7.2.1", "2026-12-10");
    assert!(
        message.starts_with("there is no playbook `dot-relaese` in `playbook-templates`: there"),
        "{message}"
    );
    assert!(message.contains("dot-release"), "{message}");
    let known = |given: &str, known: &[&str]| {
        let known: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
        known_playbooks(given, &known)
    };
    assert_eq!(known("x", &[]), "there are no playbooks in it");
    assert_eq!(known("x", &["dot-release"]), "there is only dot-release");
    assert_eq!(
        known("dot", &["dot-release", "weekly"]),
        "there are dot-release, weekly"
    );
    assert_eq!(
        known("weekli", &["dot-release", "weekly"]),
        "there are dot-release, weekly; the nearest is weekly"
    );
}

/// The version to release does not collide with the version of the program.
#[test]
fn the_command_line_is_understood() {
    #[derive(clap::Parser)]
    #[command(version)]
    enum Tminus {
        Plan(PlanArguments),
    }
    let line = "tminus plan dot-release --version 7.2.1 --target 2026-12-10 --format json";
    let Tminus::Plan(given) =
        clap::Parser::try_parse_from(line.split(' ')).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(given.version, "7.2.1");
    assert_eq!(given.format, Format::Json);
    assert_eq!(given.templates, Path::new("playbook-templates"));
}

/// A broken playbook is refused with all its problems, wherever it is used.
#[test]
fn a_broken_playbook_gives_no_plan() {
    let broken = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/playbooks/broken.toml");
    let message = refusal(broken.to_str().unwrap(), "7.2.1", "2026-12-10");
    assert!(message.lines().count() > 10, "{message}");
}
