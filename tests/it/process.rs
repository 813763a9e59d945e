//! The program itself, as a process: killed in the middle and started again; and what it says when it cannot start.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use simcord::{
    ChannelKind, ChannelSpec, Clock, Control, Fault, FaultKind, GuildSpec, Happening, MemberSpec, Options,
    RoleSpec, Simcord,
};

pub(crate) const TOKEN: &str = "token-of-the-killed-bot";

/// A Thursday so far ahead that no reminder is due while the test runs, whatever the machine's clock says.
pub(crate) const TARGET: &str = "2098-12-11";

/// Design §1: never lost, never twice. The bot is killed with SIGKILL at each step of opening a release, and right after
/// it has acknowledged a tick.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_step_it_loses_nothing_and_says_nothing_twice() {
    let place = Place::new().await;
    let control = place.simcord.control();
    let riley = control.user_id("riley").unwrap();
    let general = control.channel_id(riley, "general").unwrap();
    let mut bot = place.start();
    control.wait_connected().await;
    set_up(&control).await;

    for (number, stage) in ["channel", "brief", "lost brief", "board", "pin"]
        .into_iter()
        .enumerate()
    {
        let version = format!("7.2.{}", number + 1);
        let mut journal = control.subscribe();
        let command = format!("/release start playbook:dot-release version:{version} target:{TARGET}");
        let starting = control.slash_text(riley, general, &command);
        let killing = async {
            loop {
                let entry = journal.recv().await.unwrap();
                if reached(&entry.event, stage) {
                    bot.kill();
                    break;
                }
            }
        };
        if stage == "lost brief" {
            // Discord has the message, the bot has no answer, and dies.
            control.fault(Fault {
                method: Some("POST".to_owned()),
                path_contains: "/messages".to_owned(),
                times: 1,
                kind: FaultKind::LoseAnswer,
            });
        }
        // Each step takes a moment, so that the bot dies between two of them and not after the last. The command goes
        // unanswered then, and nobody waits for its answer.
        control.fault(Fault {
            method: None,
            path_contains: "/channels".to_owned(),
            times: 20,
            kind: FaultKind::Delay { ms: 30 },
        });
        let unanswered = async {
            starting.await;
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = killing => {}
            () = unanswered => {}
        }
        let mut journal = control.subscribe();
        bot = place.start();
        while !drafted(&control, &version) {
            journal.recv().await.unwrap();
        }
        announce(&control, &version).await;
        assert_one_of_each(&control, &version, stage);
    }

    // Right after the acknowledgement of a tick.
    let channel = control.channel_id(riley, "rel-7-2-1").unwrap();
    let board = control.pins(riley, channel).remove(0);
    let mut journal = control.subscribe();
    let answer = control
        .slash_text(riley, channel, "/item done item:\"Cut the release candidate\"")
        .await;
    assert!(answer.text().contains("Done"), "{}", answer.text());
    bot.kill();
    bot = place.start();
    let ticked = |control: &Control| {
        let board = control.pins(riley, channel).remove(0);
        control
            .read(riley, &board)
            .contains("✅ Cut the release candidate")
    };
    while !ticked(&control) {
        journal.recv().await.unwrap();
    }
    let pins = control.pins(riley, channel);
    assert_eq!(pins.len(), 1, "one board");
    assert_eq!(pins[0].id, board.id, "the same message");
    assert_eq!(control.errors(), Vec::<String>::new());

    // And an end in order, asked for by SIGTERM.
    assert!(bot.terminate(), "SIGTERM ends the process cleanly");
}

/// Has Riley choose the roles and channels by the button that makes what is missing.
pub(crate) async fn set_up(control: &Control) {
    let riley = control.user_id("riley").unwrap();
    let general = control.channel_id(riley, "general").unwrap();
    let form = control
        .slash_text(riley, general, "/setup")
        .await
        .message
        .unwrap();
    let mut journal = control.subscribe();
    control.click(riley, form.id, "1|setup-create|roles").await;
    let chosen = |control: &Control| {
        let form = control.messages(riley, general).pop().unwrap();
        control.read(riley, &form).contains("Everything is chosen")
    };
    while !chosen(control) {
        journal.recv().await.unwrap();
    }
}

fn reached(event: &Happening, stage: &str) -> bool {
    match event {
        Happening::ChannelCreated { .. } => stage == "channel",
        Happening::MessageCreated { message } => match stage {
            "brief" | "lost brief" => message.content.contains("starts."),
            "board" => message.content.is_empty() && !message.embeds.is_empty() && message.only_for.is_none(),
            _ => false,
        },
        Happening::Pinned { .. } => stage == "pin",
        _ => false,
    }
}

/// What the draft of an announcement says of itself.
const DRAFT: &str = "Draft of the announcement";

/// Whether the announcement of this version is drafted, which is the last that a start has done.
pub(crate) fn drafted(control: &Control, version: &str) -> bool {
    count(control, &format!("rel-{}", version.replace('.', "-")), DRAFT) > 0
}

/// Has Riley post the announcement, and waits until it is there.
pub(crate) async fn announce(control: &Control, version: &str) {
    let riley = control.user_id("riley").unwrap();
    let channel = format!("rel-{}", version.replace('.', "-"));
    let messages = control.messages(riley, control.channel_id(riley, &channel).unwrap());
    let mut drafts = messages
        .iter()
        .filter(|message| control.read(riley, message).contains(DRAFT));
    let draft = drafts.next().unwrap();
    assert!(drafts.next().is_none(), "one draft");
    let mut buttons = draft
        .components
        .iter()
        .flat_map(|row| row["components"].as_array());
    let post = buttons.find_map(|row| row.iter().find(|button| button["label"] == "Post it"));
    let mut journal = control.subscribe();
    let id = post.unwrap()["custom_id"].as_str().unwrap();
    control.click(riley, draft.id, id).await;
    while !announced(control, version) {
        journal.recv().await.unwrap();
    }
}

pub(crate) fn announced(control: &Control, version: &str) -> bool {
    count(control, "release-announcements", version) > 0
}

pub(crate) fn count(control: &Control, channel: &str, text: &str) -> usize {
    let riley = control.user_id("riley").unwrap();
    let Some(channel) = control.channel_id(riley, channel) else {
        return 0;
    };
    let messages = control.messages(riley, channel);
    messages
        .iter()
        .filter(|message| control.read(riley, message).contains(text))
        .count()
}

fn assert_one_of_each(control: &Control, version: &str, stage: &str) {
    let riley = control.user_id("riley").unwrap();
    let name = format!("rel-{}", version.replace('.', "-"));
    let channels = control.channels(riley);
    assert_eq!(
        channels.iter().filter(|channel| channel.name == name).count(),
        1,
        "channels, killed at {stage}"
    );
    assert_eq!(count(control, &name, "starts."), 1, "briefs, killed at {stage}");
    assert_eq!(
        count(control, &name, "Next cut-off"),
        1,
        "boards, killed at {stage}"
    );
    assert_eq!(
        count(control, "release-announcements", version),
        1,
        "announcements, killed at {stage}"
    );
    let channel = control.channel_id(riley, &name).unwrap();
    assert_eq!(control.pins(riley, channel).len(), 1, "pins, killed at {stage}");
}

/// A bot that does not outlive its test, however that ends.
pub(crate) struct Running(pub(crate) Child);

impl Running {
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Self(child.unwrap())
    }

    /// Ends it with SIGKILL, as a power cut of the process.
    pub(crate) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Ends it with SIGTERM; true when it ended in order.
    pub(crate) fn terminate(&mut self) -> bool {
        let status = Command::new("kill")
            .args(["-TERM", &self.0.id().to_string()])
            .status()
            .unwrap();
        status.success() && self.0.wait().unwrap().success()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has usually ended before; then there is nothing to kill.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A local Discord, and a folder with the configuration and the database of a bot for it.
pub(crate) struct Place {
    pub(crate) simcord: Simcord,
    pub(crate) folder: tempfile::TempDir,
}

impl Place {
    pub(crate) async fn new() -> Self {
        let simcord = Simcord::start(Options {
            port: 0,
            application: simcord::Application {
                id: 42,
                name: "T-minus".to_owned(),
                token: TOKEN.to_owned(),
                ..simcord::Application::default()
            },
            guilds: vec![guild()],
            clock: Clock::system(),
            patience: Duration::from_secs(60),
            ..Options::default()
        })
        .await
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let certificate = folder.path().join("root.pem");
        std::fs::write(&certificate, simcord.root_certificate_pem()).unwrap();
        let config = format!(
            "[database]\npath = {:?}\n[playbooks]\nfolder = {:?}\n[discord.local]\nrest = \"{}\"\nroot_certificate = {certificate:?}\n",
            folder.path().join("tminus.sqlite"),
            root().join("playbook-templates"),
            simcord.rest_address(),
        );
        std::fs::write(folder.path().join("config.toml"), config).unwrap();
        Self { simcord, folder }
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("tminus.sqlite")
    }

    pub(crate) fn start(&self) -> Running {
        Running::spawn(&mut self.command())
    }

    /// Another command of the program on the same configuration.
    pub(crate) fn tminus(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_tminus"))
            .args(arguments)
            .arg("--config")
            .arg(self.folder.path().join("config.toml"))
            .output()
            .unwrap()
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tminus"));
        command
            .arg("run")
            .arg("--config")
            .arg(self.folder.path().join("config.toml"))
            .env("DISCORD_TOKEN", TOKEN);
        command
    }
}

fn guild() -> GuildSpec {
    let role = |name: &str| RoleSpec {
        name: name.to_owned(),
        color: 0,
        permissions: 0,
        mentionable: true,
    };
    GuildSpec {
        name: "Acme".to_owned(),
        roles: ["Release Manager", "Dev", "QA", "Marketing"].map(role).to_vec(),
        members: vec![MemberSpec {
            username: "riley".to_owned(),
            display_name: "Riley".to_owned(),
            roles: vec!["Release Manager".to_owned()],
            owner: true,
        }],
        channels: vec![ChannelSpec {
            name: "general".to_owned(),
            kind: ChannelKind::Text,
            parent: None,
            topic: None,
        }],
        bot_permissions: tminus::discord::invite::needed().bits(),
    }
}

/// What the program says when it cannot start: one clear sentence each, and the exit code of a failure.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_that_cannot_start_says_why() {
    let place = Place::new().await;
    let mut said = Vec::new();
    let mut say = |what: &str, output: Output| {
        assert!(!output.status.success(), "{what}");
        let text = String::from_utf8(output.stderr).unwrap();
        said.push(format!(
            "{what}:\n{}",
            text.replace(&place.folder.path().display().to_string(), "FOLDER")
        ));
    };
    say(
        "no token",
        place.command().env_remove("DISCORD_TOKEN").output().unwrap(),
    );
    say(
        "a wrong token",
        place.command().env("DISCORD_TOKEN", "wrong").output().unwrap(),
    );
    let held = tminus::store::Store::open(&place.folder.path().join("tminus.sqlite"))
        .await
        .unwrap();
    say("a database in use", place.command().output().unwrap());
    held.close().await;
    std::fs::write(
        place.folder.path().join("tminus.sqlite"),
        "this is no database, and it is long enough",
    )
    .unwrap();
    std::fs::remove_file(place.folder.path().join("tminus.sqlite-wal")).ok();
    say("a file that is no database", place.command().output().unwrap());
    say("no configuration", tminus(&["run", "--config", "no-such.toml"]));
    say(
        "no such playbook folder",
        tminus(&["demo", "--playbooks", "no/such/folder"]),
    );
    insta::assert_snapshot!(said.join("\n"));
}

/// `tminus plan` (S8, S9): what it prints for the two dates that matter, and how it refuses.
#[test]
fn the_plan_is_printed_as_json() {
    for target in ["2026-12-10", "2026-11-13"] {
        let output = tminus(&[
            "plan",
            "dot-release",
            "--version",
            "7.2.1",
            "--target",
            target,
            "--format",
            "json",
        ]);
        assert!(output.status.success());
        let plan: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let phases: Vec<String> = plan["phases"]
            .as_array()
            .unwrap()
            .iter()
            .map(|phase| format!("T-{} {} {}", phase["t_minus"], phase["date"], phase["cutoff_utc"]))
            .collect();
        insta::assert_snapshot!(format!("plan-{target}"), phases.join("\n"));
    }
    let output = tminus(&[
        "plan",
        "dot-release",
        "--version",
        "7.2.1",
        "--target",
        "2026-11-11",
    ]);
    assert!(!output.status.success());
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("Tuesday 10 November 2026"),
        "the nearest working day is offered"
    );
}

/// The invite link asks for the least that is needed and holds no token.
#[test]
fn the_invite_link_is_printed() {
    let output = tminus(&["invite", "--application-id", "42"]);
    assert!(output.status.success());
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap());
}

fn tminus(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tminus"))
        .args(arguments)
        .current_dir(root())
        .env_remove("DISCORD_TOKEN")
        .output()
        .unwrap()
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}
