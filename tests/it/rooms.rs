//! A category that is full, where a script cannot tell it: two releases start in the same moment, and who sees the
//! category that follows.

use std::path::Path;
use std::time::Duration;

use chrono::TimeDelta;
use simcord::{
    Channel, ChannelId, ChannelKind, Control, Fault, FaultKind, Limits, Outcome, Overwrite, OverwriteKind,
    Permissions, UserId,
};
use tempfile::TempDir;
use tminus::cli::playbook;
use tminus::demo::player::SERVER;
use tminus::demo::stage::{Stage, StageOptions};

/// A stage whose category is full.
struct Full {
    stage: Stage,
    control: Control,
    riley: UserId,
    general: ChannelId,
    chosen: ChannelId,
    _data: TempDir,
}

impl Full {
    async fn open() -> Self {
        let data = tempfile::tempdir().unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let options = StageOptions {
            port: 0,
            data: data.path().to_owned(),
            playbooks: playbook::read_folder(&root.join("playbook-templates")).unwrap(),
            now: "2026-12-01T17:00:00Z".parse().unwrap(),
            guilds: vec![SERVER.to_owned()],
            guests: Vec::new(),
            // Only a bot that hangs lets somebody wait this long.
            patience: Duration::from_secs(20),
            directory: String::new(),
            limits: Limits::default(),
            host: None,
        };
        let stage = Stage::open(options).await.unwrap();
        stage.set_up().await.unwrap();
        let control = stage.control();
        let riley = control.user_id("riley").unwrap();
        let guild = control.guild_id(SERVER).unwrap();
        let chosen = control.channel_id(riley, "Releases").unwrap();
        for number in 0..50 {
            let name = format!("other-{number}");
            control.make_channel(guild, &name, Some(chosen)).unwrap();
        }
        Self {
            general: control.channel_id(riley, "general").unwrap(),
            stage,
            control,
            riley,
            chosen,
            _data: data,
        }
    }

    async fn start(&self, version: &str) -> Outcome {
        let line = format!("/release start playbook:dot-release version:{version} target:2026-12-10");
        self.control.slash_text(self.riley, self.general, &line).await
    }

    fn categories(&self) -> Vec<Channel> {
        let channels = self.control.channels(self.riley).into_iter();
        channels
            .filter(|channel| channel.kind == ChannelKind::Category)
            .collect()
    }

    async fn close(self) {
        assert_eq!(self.control.errors(), Vec::<String>::new());
        self.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_starts_at_once_make_one_category() {
    let full = Full::open().await;
    // Long enough that the other attempt finds it under way.
    full.control.fault(Fault {
        method: Some("POST".to_owned()),
        path_contains: "/guilds/".to_owned(),
        times: 1,
        kind: FaultKind::Delay { ms: 300 },
    });
    tokio::join!(full.start("7.2.1"), full.start("7.1.4"));
    let soon = full.stage.now() + TimeDelta::seconds(2);
    full.stage.advance(soon).await;
    let categories = full.categories();
    let names: Vec<&str> = categories.iter().map(|category| category.name.as_str()).collect();
    assert_eq!(names, ["Releases", "Releases 2", "Release archive"]);
    let channels = full.control.channels(full.riley);
    let mut below: Vec<&str> = channels
        .iter()
        .filter(|channel| channel.parent_id == Some(categories[1].id))
        .map(|channel| channel.name.as_str())
        .collect();
    below.sort_unstable();
    assert_eq!(below, ["rel-7-1-4", "rel-7-2-1"]);
    full.close().await;
}

/// Who sees the category and writes there is the same. What the bot may not do itself it may not hand out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_category_allows_what_the_chosen_one_allows() {
    const VIEW: u64 = 1 << 10;
    const SEND: u64 = 1 << 11;
    const DELETE_OF_OTHERS: u64 = 1 << 13;
    let full = Full::open().await;
    let overwrite = |kind, id, allow, deny| Overwrite {
        id,
        kind,
        allow: Permissions(allow),
        deny: Permissions(deny),
    };
    let guests = full.control.user_id("mona").unwrap();
    let told = overwrite(OverwriteKind::Member, guests.0, VIEW, SEND);
    full.control.set_overwrite(full.chosen, told).unwrap();
    full.start("7.2.1").await;
    assert_eq!(full.categories()[1].permission_overwrites, [told]);

    let second = full.categories()[1].id;
    full.control.delete_channel(second).unwrap();
    let moderates = overwrite(OverwriteKind::Member, guests.0, VIEW | DELETE_OF_OTHERS, SEND);
    full.control.set_overwrite(full.chosen, moderates).unwrap();
    full.start("7.1.4").await;
    assert_eq!(full.categories()[1].permission_overwrites, [told]);
    full.close().await;
}
