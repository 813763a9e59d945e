//! `tminus export` beside a running bot.

use crate::process::{Place, TARGET, set_up};

/// Each form is written while the bot runs, and what is asked wrongly gets one sentence.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_release_is_exported_while_the_bot_runs() {
    let place = Place::new().await;
    let control = place.simcord.control();
    let riley = control.user_id("riley").unwrap();
    let general = control.channel_id(riley, "general").unwrap();
    let _bot = place.start();
    control.wait_connected().await;
    let said = |arguments: &[&str]| -> String {
        let output = place.tminus(&[&["export"], arguments].concat());
        let text = String::from_utf8([output.stdout.as_slice(), &output.stderr].concat()).unwrap();
        let text = text.replace(&place.folder.path().display().to_string(), "FOLDER");
        format!(
            "{}\n{text}",
            if output.status.success() {
                "success"
            } else {
                "failure"
            }
        )
    };
    set_up(&control).await;
    let started = control
        .slash_text(
            riley,
            general,
            &format!("/release start playbook:dot-release version:7.2.1 target:{TARGET}"),
        )
        .await;
    assert!(started.text().contains("has started"), "{}", started.text());
    let view = started.text();
    let key = view
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .find(|word| word.starts_with("REL-"))
        .unwrap_or_else(|| panic!("no key in {view}"));

    let markdown = said(&[key]);
    assert!(
        markdown.starts_with("success\n# Mattermost Server 7.2.1 · REL-"),
        "{markdown}"
    );
    let json: serde_json::Value = serde_json::from_str(
        said(&[&key.to_lowercase(), "--format", "json"]).trim_start_matches("success\n"),
    )
    .unwrap();
    assert_eq!(json["format"], 1);
    assert_eq!(json["release"]["version"], "7.2.1");
    assert!(said(&[key, "--format", "csv"]).contains(",started,"));
    assert!(said(&[key, "--format", "ics"]).contains("BEGIN:VEVENT"));

    let file = place.folder.path().join("report.md");
    let file = file.to_str().unwrap();
    let first = said(&[key, "--output", file]);
    assert!(first.contains("FOLDER/report.md holds REL-"), "{first}");
    let written = std::fs::read_to_string(file).unwrap();
    assert!(written.starts_with("# Mattermost Server"), "{written}");
    let refusals = [
        said(&[key, "--output", file]),
        said(&[key, "--output", "no-such-folder/report.md"]),
        said(&["REL-2020-01-001"]),
        said(&[key, "--server", "1"]).replace(key, "REL-KEY"),
        said(&[key, "--format", "pdf"]),
    ];
    insta::assert_snapshot!(refusals.join("\n"));
    assert!(said(&[key, "--output", file, "--overwrite"]).starts_with("success"));
    assert_eq!(control.errors(), Vec::<String>::new());
}
