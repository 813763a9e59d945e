//! Tests of the importers.

use std::collections::BTreeMap;

use proptest::prelude::{Strategy, prop_assert, prop_oneof, proptest};

use super::acts::{acts, title};
use super::written::{Block, blocks};
use super::{Import, from_markdown, from_mattermost};
use crate::domain::fixtures::dot_release;
use crate::domain::offset::Offset;
use crate::domain::playbook::{Playbook, limits};

/// A process of the structure of the shipped one, in other words.
const PROCESS: &str = include_str!("../../../../tests/fixtures/process.md");

fn imported(text: &str) -> Import {
    from_markdown("process.md", text.as_bytes()).unwrap_or_else(|problems| panic!("{problems}"))
}

fn exported(text: &str) -> Import {
    from_mattermost("export.json", text.as_bytes()).unwrap_or_else(|problems| panic!("{problems}"))
}

/// All that comes of an import, for a person to read.
fn told(import: &Import) -> String {
    let account = &import.account;
    let read = account.read.iter().map(|entry| format!("read: {entry}\n"));
    let assumed = account
        .assumed
        .iter()
        .map(|assumed| format!("assumed: {assumed}\n"));
    let left = account.left.iter().map(|entry| format!("left: {entry}\n"));
    format!(
        "{}{}{}{}",
        import.toml,
        read.collect::<String>(),
        assumed.collect::<String>(),
        left.collect::<String>()
    )
}

/// How many items each role has in each phase.
fn counts(playbook: &Playbook) -> BTreeMap<(String, String), usize> {
    let mut counts = BTreeMap::new();
    for (phase, item) in playbook.items() {
        *counts
            .entry((phase.offset.label(), item.role.to_string()))
            .or_default() += 1;
    }
    counts
}

/// Every word and every address of a document is in the playbook or in the account.
fn missing(blocks: &[Block], told: &str) -> Vec<String> {
    let told = told.to_lowercase();
    let words = blocks.iter().flat_map(|block| block.text.split_whitespace());
    let links = blocks
        .iter()
        .flat_map(|block| &block.links)
        .map(|link| link.url.as_str());
    let bare = |word: &str| {
        word.trim_matches(|character: char| !character.is_alphanumeric())
            .to_lowercase()
            .replace('"', "\\\"")
    };
    words
        .chain(links)
        .map(bare)
        .filter(|word| !told.contains(word.as_str()))
        .collect()
}

/// The importer of item 8: a document of this structure gives the phases, roles and items of the shipped playbook.
#[test]
fn a_written_process_becomes_the_shipped_playbook() {
    let import = imported(PROCESS);
    let (ours, shipped) = (&import.playbook, dot_release());
    let phases = |playbook: &Playbook| -> Vec<(Offset, String)> {
        playbook
            .phases
            .iter()
            .map(|phase| (phase.offset, phase.title.to_lowercase()))
            .collect()
    };
    assert_eq!(phases(ours), phases(&shipped));
    assert_eq!(ours.roles, shipped.roles);
    assert_eq!(counts(ours), counts(&shipped), "{}", told(&import));
    assert_eq!(ours.items().count(), 35);
    assert_eq!((ours.cutoff, ours.calendar), (shipped.cutoff, shipped.calendar));
    assert_eq!(missing(&blocks(PROCESS), &told(&import)), Vec::<String>::new());
}

#[test]
fn what_an_import_makes_and_tells() {
    insta::assert_snapshot!(told(&imported(PROCESS)));
}

#[test]
fn several_acts_of_a_bullet_are_told_apart() {
    let apart = |text: &str| -> Vec<String> {
        let acts = acts(text, &[]);
        acts.iter().map(|act| title(&act.text, text)).collect()
    };
    assert_eq!(
        apart("Tag it (e.g. 1.1.1) and run the build"),
        ["Tag it (e.g. 1.1.1)", "Run the build"]
    );
    assert_eq!(
        apart("Update changelog and release notes"),
        ["Update changelog and release notes"]
    );
    assert_eq!(
        apart("Build and test the installer"),
        ["Build and test the installer"]
    );
    assert_eq!(
        apart("Send it to A (and notify B) or C"),
        ["Send it to A (and notify B) or C"]
    );
    assert_eq!(
        apart("Test links before and after the change"),
        ["Test links before the change", "Test links after the change"]
    );
    assert_eq!(apart("Write a post. See this and keep it."), ["Write a post"]);
    assert_eq!(apart(""), [""]);
}

#[test]
fn what_is_no_process_is_refused_with_all_its_problems() {
    let refused = |bytes: &[u8]| {
        from_markdown("process.md", bytes)
            .expect_err("refused")
            .to_string()
    };
    let all = [
        refused(b""),
        refused(b"# Title\n\n\xff\n"),
        refused(b"# Title\n\n* a bullet without a phase\n"),
        refused(
            b"# T-minus 2 working days\n\n# T-minus 4 working days\n\n* late\n\n# T-minus 900\n\n# T-0\n",
        ),
    ];
    insta::assert_snapshot!(all.join("\n\n"));
}

const EXPORT: &str = r#"{"version":1,"title":"Patch","description":"What to do.","run_number_prefix":"P",
 "checklists":[
  {"title":"Repair","items":[
   {"title":"List the fixes","assignee_type":"owner","due_date":14400000,"command":"/list"},
   {"title":"Write the advisory","description":"In plain words.","condition_id":"c1","condition_action":"hidden"}]},
  {"title":"Ship","items":[{"title":"Publish","assignee_type":"property_user","assignee_property_field_id":"p2","due_date":1209600000}]},
  {"title":"Look back","items":[{"title":"Talk about it","extra":{"deep":[true]}}]},
  {"title":"Empty","items":[]}],
 "metrics":[{"title":"Rounds","type":"metric_integer","target":2}],
 "properties":[{"id":"p1","name":"Kind","type":"select","attrs":{"options":[{"id":"o1","name":"Security"}]}},
  {"id":"p2","name":"QA lead","type":"user"}],
 "conditions":[{"id":"c1","version":1,"condition_expr":{"is":{"field_id":"p1","value":["o1"]}}}]}"#;

#[test]
fn an_export_of_mattermost_keeps_its_elapsed_due_dates() {
    insta::assert_snapshot!(told(&exported(EXPORT)));
}

#[test]
fn what_is_no_export_of_version_1_is_refused_with_all_its_problems() {
    let refused = |text: &str| {
        from_mattermost("export.json", text.as_bytes())
            .expect_err("refused")
            .to_string()
    };
    let all = [
        refused(" "),
        refused(&EXPORT[..200]),
        refused("version: 1"),
        refused("[]"),
        refused(r#"{"title":"x","checklists":[]}"#),
        refused(
            r#"{"version":2,"title":5,"checklists":[{"title":"a","items":[{"due_date":"soon"},7]},3,{"items":{}}]}"#,
        ),
    ];
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn a_due_date_beyond_all_dates_is_refused() {
    let export = format!(
        r#"{{"version":1,"checklists":[{{"title":"a","items":[{{"title":"b","due_date":{}}}]}}]}}"#,
        u64::MAX
    );
    let refused = from_mattermost("export.json", export.as_bytes())
        .expect_err("refused")
        .to_string();
    assert!(refused.contains("at most 250 days"), "{refused}");
}

fn words() -> impl Strategy<Value = String> {
    proptest::collection::vec("[a-zA-Z0-9()é,.:]{1,12}|and|If|test the|run", 1..40)
        .prop_map(|words| words.join(" "))
}

/// Documents of headings, bullets of several depths, paragraphs and links.
fn documents() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        words().prop_map(|words| format!("\n{words}\n")),
        words().prop_map(|words| format!("\n## {words}\n")),
        words().prop_map(|words| format!("* {words}")),
        words().prop_map(|words| format!("* {words}:")),
        words().prop_map(|words| format!("  * [{words}](https://example.com/{}) and more", words.len())),
        words().prop_map(|words| format!("    * {words}")),
        words().prop_map(|words| format!("1. {words}:\n   * {words}")),
    ];
    proptest::collection::vec(line, 1..25).prop_map(|lines| {
        format!(
            "# Title\n\n## T-minus 3 working days\n\n* first\n{}\n",
            lines.join("\n")
        )
    })
}

proptest! {
    /// No word of a document gets lost, the ids are unique, and the same document gives the same playbook.
    #[test]
    fn no_word_is_lost(document in documents()) {
        let import = imported(&document);
        let gone = missing(&blocks(&document), &told(&import));
        prop_assert!(gone.is_empty(), "{gone:?} of\n{document}\nin\n{}", told(&import));
        prop_assert!(import.playbook.items().all(|(_, item)| item.title.chars().count() <= limits::ITEM_TITLE));
        prop_assert!(imported(&document).toml == import.toml);
    }

    #[test]
    fn no_input_makes_an_importer_fall_over(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200), text in "\\PC{0,200}") {
        for input in [bytes.as_slice(), text.as_bytes()] {
            drop(from_markdown("a.md", input));
            drop(from_mattermost("a.json", input));
        }
    }
}
