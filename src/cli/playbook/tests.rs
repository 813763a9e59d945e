//! Tests of `tminus playbook`.

use super::*;
use crate::domain::fixtures::at;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn checked(files: &[&str]) -> (ExitCode, String) {
    let files = files.iter().map(|file| root().join(file)).collect();
    printed(PlaybookCommand::Check { files })
}

fn printed(command: PlaybookCommand) -> (ExitCode, String) {
    let mut out = Vec::new();
    let now = at("2027-03-22T19:00:00Z");
    let code = run(&PlaybookArguments { command }, now, &mut out, &mut Vec::new()).unwrap();
    let text = String::from_utf8(out).unwrap();
    (code, text.replace(&format!("{}/", root().display()), ""))
}

#[test]
fn a_playbook_in_order_is_counted() {
    let (code, text) = checked(&["playbook-templates/dot-release.toml"]);
    assert_eq!(
        text,
        "playbook-templates/dot-release.toml: ok, 4 phases, 4 roles, 35 items\n"
    );
    assert_eq!(code, ExitCode::SUCCESS);
}

/// Showing the next five is part of defining a recurrence.
#[test]
fn a_playbook_that_recurs_shows_its_next_times() {
    let (code, text) = checked(&["tests/scenarios/weekly/weekly-update.toml"]);
    assert_eq!(code, ExitCode::SUCCESS);
    assert_eq!(
        text,
        "tests/scenarios/weekly/weekly-update.toml: ok, 1 phase, 2 roles, 1 item
  comes again: weekly, Tuesday 09:00 Pacific/Auckland
  Tue 2027-03-23 09:00 Pacific/Auckland, 2027-03-22 20:00 UTC
  Tue 2027-03-30 09:00 Pacific/Auckland, 2027-03-29 20:00 UTC
  Tue 2027-04-06 09:00 Pacific/Auckland, 2027-04-05 21:00 UTC
  Tue 2027-04-13 09:00 Pacific/Auckland, 2027-04-12 21:00 UTC
  Tue 2027-04-20 09:00 Pacific/Auckland, 2027-04-19 21:00 UTC
"
    );
}

#[test]
fn every_file_is_checked_whatever_the_others_are() {
    let files = [
        "nowhere.toml",
        "tests/playbooks/broken.toml",
        "playbook-templates/dot-release.toml",
    ];
    let (code, text) = checked(&files);
    assert_eq!(code, ExitCode::FAILURE);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("`nowhere.toml` cannot be read: "), "{text}");
    assert!(
        lines[1].starts_with("tests/playbooks/broken.toml:1:1: "),
        "{text}"
    );
    let count = lines
        .iter()
        .filter(|line| line.starts_with("tests/playbooks/broken.toml:"))
        .count()
        - 1;
    assert!(
        text.contains(&format!("tests/playbooks/broken.toml: {count} problems\n")),
        "{text}"
    );
    assert!(
        text.ends_with("playbook-templates/dot-release.toml: ok, 4 phases, 4 roles, 35 items\n"),
        "{text}"
    );
}

#[test]
fn the_schema_is_printed_as_json() {
    let (code, text) = printed(PlaybookCommand::Schema);
    assert_eq!(code, ExitCode::SUCCESS);
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&text).unwrap(),
        Playbook::json_schema()
    );
    assert!(text.ends_with("}\n"));
}

#[test]
fn a_folder_is_read_whole_or_with_all_its_errors() {
    let playbooks =
        read_folder(&root().join("playbook-templates")).unwrap_or_else(|_| panic!("all are in order"));
    assert!(playbooks.iter().any(|playbook| playbook.id == "dot-release"));
    assert!(playbooks.is_sorted_by_key(|playbook| playbook.id.clone()));
    assert_eq!(
        read_folder(&root().join("tests/playbooks"))
            .expect_err("broken files")
            .len(),
        2
    );
    assert_eq!(
        read_folder(&root().join("nowhere")).expect_err("no folder").len(),
        1
    );
}

#[test]
fn words_agree_with_their_counts() {
    assert_eq!(counted(1, "item"), "1 item");
    assert_eq!(counted(2, "item"), "2 items");
}

/// Imports a file with these further arguments, as at a prompt: the exit code, what goes to standard output and what to
/// standard error.
fn imported(arguments: &[&str]) -> (ExitCode, String, String) {
    #[derive(clap::Parser)]
    struct Prompt {
        #[command(flatten)]
        arguments: PlaybookArguments,
    }
    let arguments = ["playbook", "import"].iter().chain(arguments);
    let prompt = <Prompt as clap::Parser>::parse_from(arguments);
    let (mut out, mut complaints) = (Vec::new(), Vec::new());
    let code = run(
        &prompt.arguments,
        at("2027-03-22T19:00:00Z"),
        &mut out,
        &mut complaints,
    )
    .unwrap();
    (
        code,
        String::from_utf8(out).unwrap(),
        String::from_utf8(complaints).unwrap(),
    )
}

/// Whatever an import makes is accepted by `tminus playbook check`, and a file that is there is not replaced unasked.
#[test]
fn what_is_imported_is_a_playbook_and_replaces_nothing_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let written = folder.path().join("patch.toml");
    let written_name = written.to_str().unwrap();
    let process = root().join("tests/fixtures/process.md");
    let process = process.to_str().unwrap();
    let (code, printed, _) = imported(&["--from", "markdown", process]);
    assert_eq!(code, ExitCode::SUCCESS);

    let into = ["--from", "markdown", process, "--output", written_name];
    let (code, out, told) = imported(&into);
    assert_eq!((code, out.as_str()), (ExitCode::SUCCESS, ""));
    assert!(
        told.contains("process.md: 4 phases, 4 roles, 35 items\n"),
        "{told}"
    );
    assert!(told.contains("not placed:\n  line 10: "), "{told}");
    assert_eq!(fs::read_to_string(&written).unwrap(), printed);
    assert_eq!(checked(&[written_name]).0, ExitCode::SUCCESS);

    fs::write(&written, "mine").unwrap();
    let (code, _, told) = imported(&into);
    assert_eq!(code, ExitCode::FAILURE);
    assert!(
        told.ends_with("patch.toml is there already: name another file, or say --overwrite\n"),
        "{told}"
    );
    assert_eq!(fs::read_to_string(&written).unwrap(), "mine");

    let (code, ..) = imported(&[&into[..], &["--overwrite", "--strict"]].concat());
    assert_eq!(code, ExitCode::FAILURE, "something is not placed");
    assert_eq!(fs::read_to_string(&written).unwrap(), "mine");
    let (code, ..) = imported(&[&into[..], &["--overwrite"]].concat());
    assert_eq!(code, ExitCode::SUCCESS);
    assert_eq!(fs::read_to_string(&written).unwrap(), printed);
}

#[test]
fn what_cannot_be_imported_is_said_and_makes_no_playbook() {
    let template = root().join("playbook-templates/dot-release.toml");
    for (from, file, why) in [
        ("markdown", "nowhere.md", "`nowhere.md` cannot be read: "),
        (
            "markdown",
            template.to_str().unwrap(),
            "no heading with an offset",
        ),
        ("mattermost", template.to_str().unwrap(), "no JSON"),
    ] {
        let (code, out, told) = imported(&["--from", from, file]);
        assert_eq!((code, out.as_str()), (ExitCode::FAILURE, ""));
        assert!(told.contains(why), "{told}");
    }
}
