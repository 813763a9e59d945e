//! The drill: a backup while the program runs, more work, a restore, and the bot goes on.

use std::process::Output;

use simcord::Control;

use crate::process::{Place, TARGET, count, set_up};

/// Nothing that the backup holds is lost, and nothing that was sent before it is sent again. What happened after it is
/// gone from the database, which is what a backup means, and stays in the file that was replaced.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_bot_goes_on_from_its_backup() {
    let place = Place::new().await;
    let control = place.simcord.control();
    let riley = control.user_id("riley").unwrap();
    let general = control.channel_id(riley, "general").unwrap();
    let mut bot = place.start();
    control.wait_connected().await;
    set_up(&control).await;
    let started = control
        .slash_text(
            riley,
            general,
            &format!("/release start playbook:dot-release version:7.2.1 target:{TARGET}"),
        )
        .await;
    assert!(started.text().contains("has started"), "{}", started.text());
    tick(&control, "Cut the release candidate").await;
    shown(&control, "✅ Cut the release candidate").await;

    let backup = place.folder.path().join("backup.sqlite");
    let backup = backup.to_str().unwrap();
    let mut said = vec![say(&place, "backup", &place.tminus(&["backup", backup]))];
    said.push(say(&place, "again", &place.tminus(&["backup", backup])));
    said.push(say(
        &place,
        "overwrite",
        &place.tminus(&["backup", backup, "--overwrite"]),
    ));
    said.push(say(
        &place,
        "restore while it runs",
        &place.tminus(&["restore", backup]),
    ));

    let after = "Announce the coming dot release on Twitter";
    tick(&control, after).await;
    shown(&control, &format!("✅ {after}")).await;
    assert!(bot.terminate());
    said.push(say(&place, "restore", &place.tminus(&["restore", backup])));
    said.push(say(
        &place,
        "no such file",
        &place.tminus(&["restore", "no-such.sqlite"]),
    ));
    insta::assert_snapshot!(said.join("\n"));

    let bot = place.start();
    control.wait_connected().await;
    let channel = control.channel_id(riley, "rel-7-2-1").unwrap();
    let items = control.slash_text(riley, channel, "/release timeline").await;
    assert!(
        items.text().contains("Cut the release candidate"),
        "{}",
        items.text()
    );
    assert!(!items.text().contains(after), "{}", items.text());
    tick(&control, after).await;
    for (channel, text) in [
        ("rel-7-2-1", "Draft of the announcement"),
        ("rel-7-2-1", "starts."),
        ("rel-7-2-1", "Next cut-off"),
    ] {
        assert_eq!(count(&control, channel, text), 1, "{text} in #{channel}");
    }
    assert_eq!(control.pins(riley, channel).len(), 1);
    assert_eq!(control.errors(), Vec::<String>::new());
    drop(bot);
}

async fn tick(control: &Control, item: &str) {
    let riley = control.user_id("riley").unwrap();
    let channel = control.channel_id(riley, "rel-7-2-1").unwrap();
    let answer = control
        .slash_text(riley, channel, &format!("/item done item:\"{item}\""))
        .await;
    assert!(answer.text().contains("Done"), "{}", answer.text());
}

async fn shown(control: &Control, text: &str) {
    let mut journal = control.subscribe();
    while count(control, "rel-7-2-1", text) == 0 {
        journal.recv().await.unwrap();
    }
}

/// What the command printed, without what differs from one time to the next.
fn say(place: &Place, what: &str, output: &Output) -> String {
    let text = String::from_utf8([output.stdout.as_slice(), &output.stderr].concat()).unwrap();
    let text = text.replace(&place.folder.path().display().to_string(), "FOLDER");
    let schema = regex::Regex::new(r"\d+ bytes, schema \d+").unwrap();
    let instant = regex::Regex::new(r"replaced-\d{8}T\d{6}Z").unwrap();
    let text = schema.replace_all(&text, "N bytes, schema N");
    let text = instant.replace_all(&text, "replaced-INSTANT");
    format!(
        "{what}: {}\n{text}",
        if output.status.success() {
            "success"
        } else {
            "failure"
        }
    )
}
