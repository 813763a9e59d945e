//! `tminus release list` beside a running bot.

use crate::process::{Place, TARGET, set_up};

/// S40: the list is written in both forms while the bot runs, and what is asked wrongly gets one sentence.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s40_releases_are_listed_while_the_bot_runs() {
    let place = Place::new().await;
    let control = place.simcord.control();
    let riley = control.user_id("riley").unwrap();
    let general = control.channel_id(riley, "general").unwrap();
    let _bot = place.start();
    control.wait_connected().await;
    let said = |arguments: &[&str]| -> String {
        let command: &[&str] = match arguments {
            ["handoff", ..] => &[],
            _ => &["release", "list"],
        };
        let output = place.tminus(&[command, arguments].concat());
        let text = String::from_utf8([output.stdout.as_slice(), &output.stderr].concat()).unwrap();
        let text = text.replace(&place.folder.path().display().to_string(), "FOLDER");
        let outcome = if output.status.success() {
            "success"
        } else {
            "failure"
        };
        format!("{outcome}\n{text}")
    };
    assert_eq!(said(&[]), "success\nNo release is in flight.\n");
    set_up(&control).await;
    for (version, private) in [("7.2.1", "false"), ("7.1.4", "true")] {
        let command = format!(
            "/release start playbook:dot-release version:{version} target:{TARGET} private:{private}"
        );
        let started = control.slash_text(riley, general, &command).await;
        assert!(started.text().contains("has started"), "{}", started.text());
    }
    let text = said(&[]);
    assert!(text.contains("-001 7.2.1 (Mattermost Server)\n"), "{text}");
    assert!(
        text.contains("-002 7.1.4 (Mattermost Server, private)\n"),
        "{text}"
    );
    let json: serde_json::Value =
        serde_json::from_str(said(&["--format", "json"]).trim_start_matches("success\n")).unwrap();
    assert_eq!(json["format"], 1);
    assert_eq!(json["show"], "in-flight");
    let releases = json["releases"].as_array().unwrap();
    assert_eq!(releases.len(), 2);
    assert_eq!(releases[1]["private"], true);
    assert_eq!(releases[0]["items_done"], 0);
    let server = releases[0]["server"].as_str().unwrap();
    assert_eq!(said(&["--guild", server]), text);
    // S47: so is what the hand-off of one of them would say.
    let key = releases[0]["key"].as_str().unwrap();
    let shown = said(&["handoff", "show", &key.to_lowercase()]);
    assert!(
        shown.starts_with(&format!("success\n{key} 7.2.1 (Mattermost Server)\n  At T−4")),
        "{shown}"
    );
    let shown = said(&["handoff", "show", key, "--format", "json", "--server", server]);
    let shown: serde_json::Value = serde_json::from_str(shown.trim_start_matches("success\n")).unwrap();
    assert_eq!(shown["key"], key);
    assert_eq!(shown["items"]["done"], 0);
    assert_eq!(shown["duties"], serde_json::json!([]));
    let refusals = [
        said(&["--show", "recently-shipped"]),
        said(&["--server", "1"]),
        said(&["--show", "lost"]),
        said(&["handoff", "show", "rel-2020-01-001"]),
    ];
    insta::assert_snapshot!(refusals.join("\n"));
    assert_eq!(control.errors(), Vec::<String>::new());
}
