//! A full disk: the real program under a limit on the size of its files, which it meets as it would meet a full disk.

use std::io::Read as _;
use std::process::{ChildStderr, Command, Stdio};

use crate::process::{Place, Running, TARGET, count, set_up};

const BEFORE: &str = "Cut the release candidate";
const DURING: &str = "Announce the coming dot release on Twitter";

/// The person is told, what was acknowledged stays, the log is not flooded, operators see it, and when there is room the
/// bot goes on by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_nothing_is_lost_and_the_bot_recovers() {
    let place = Place::new().await;
    let (mut bot, mut log) = start(&place);
    let control = place.simcord.control();
    control.wait_connected().await;
    set_up(&control).await;
    let riley = control.user_id("riley").unwrap();
    let general = control.channel_id(riley, "general").unwrap();
    let command = format!("/release start playbook:dot-release version:7.2.1 target:{TARGET}");
    control.slash_text(riley, general, &command).await;
    let channel = control.channel_id(riley, "rel-7-2-1").unwrap();
    let say = async |channel, command: &str| {
        let outcome = control.slash_text(riley, channel, command).await;
        control.read(riley, &outcome.message.unwrap())
    };
    let tick = async |item: &str| say(channel, &format!("/item done item:\"{item}\"")).await;
    assert!(tick(BEFORE).await.contains("Done"));
    let mut journal = control.subscribe();
    while count(&control, "rel-7-2-1", &format!("✅ {BEFORE}")) == 0 {
        journal.recv().await.unwrap();
    }

    limit(&bot, "0");
    let told = tick(DURING).await;
    assert!(
        told.contains("the disk of my machine is full or refuses to write"),
        "{told}"
    );
    let again = tick(DURING).await;
    assert!(
        again.contains("Everything that I confirmed before is safe"),
        "{again}"
    );
    let check = say(general, "/setup action:check").await;
    assert!(check.contains("I cannot save anything"), "{check}");
    let looked = say(channel, "/item list").await;
    assert!(
        looked.contains("Announce the coming dot release on Twitter"),
        "looking still works: {looked}"
    );

    limit(&bot, "unlimited");
    // The bot looks for room by itself, in real time, so people look until it has found some.
    let mut checks = 0;
    while say(general, "/setup action:check")
        .await
        .contains("I cannot save anything")
    {
        checks += 1;
        assert!(checks < 100_000);
    }
    assert!(tick(DURING).await.contains("Done"));
    assert!(bot.terminate());
    let mut logged = String::new();
    log.read_to_string(&mut logged).unwrap();
    for (line, times) in [
        ("nothing that was acknowledged is lost", 1),
        ("the database works again", 1),
        ("not saved", 2),
    ] {
        assert_eq!(logged.matches(line).count(), times, "{line}:\n{logged}");
    }

    let mut bot = place.start();
    control.wait_connected().await;
    let timeline = say(channel, "/release timeline").await;
    for item in [BEFORE, DURING] {
        assert_eq!(timeline.matches(item).count(), 1, "{item}: {timeline}");
    }
    assert_eq!(count(&control, "rel-7-2-1", "Next cut-off"), 1, "one board");
    assert!(bot.terminate());
}

/// Starts the program so that a write beyond the limit fails, instead of ending it.
fn start(place: &Place) -> (Running, ChildStderr) {
    let program = place.command();
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(program.get_program())
        .args(program.get_args())
        .envs(
            program
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let log = child.stderr.take().unwrap();
    (Running(child), log)
}

/// How large any file of the program may be, in bytes.
fn limit(bot: &Running, bytes: &str) {
    let status = Command::new("prlimit")
        .args([
            "--pid",
            &bot.0.id().to_string(),
            &format!("--fsize={bytes}:unlimited"),
        ])
        .status()
        .unwrap();
    assert!(status.success(), "prlimit");
}
