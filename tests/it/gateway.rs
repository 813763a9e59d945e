//! The gateway survives: after everything that can befall a connection, the real bot is back on the real client, and what
//! people did meanwhile is carried out, once. Nothing here measures time; `cargo bench --bench gateway` does.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use simcord::{
    Application, ChannelId, ChannelSpec, Control, GatewayMishap, GatewayRecord, GuildSpec, MemberSpec,
    Options, OutcomeState, RoleSpec, Simcord, UserId,
};
use tempfile::TempDir;
use tminus::app::App;
use tminus::cli::playbook;
use tminus::discord::connect::Endpoint;
use tminus::domain::calendar::CalendarSettings;
use tminus::runtime::{Bot, Clock, Stopped};
use tminus::store::Store;

const TOKEN: &str = "token-of-the-gateway-tests";

/// A Thursday so far ahead that no reminder is due while the test runs, whatever the machine's clock says.
const TARGET: &str = "2098-12-11";

/// The bot on a local Discord that is set up, with a release in flight.
struct Stage {
    simcord: Simcord,
    control: Control,
    bot: Bot,
    riley: UserId,
    general: ChannelId,
    channel: ChannelId,
    _folder: TempDir,
}

impl Stage {
    async fn open() -> Self {
        let simcord = Simcord::start(Options {
            application: Application {
                id: 42,
                name: "T-minus".to_owned(),
                token: TOKEN.to_owned(),
                ..Application::default()
            },
            guilds: vec![guild()],
            // Only a bot that hangs lets somebody wait this long.
            patience: Duration::from_secs(60),
            ..Options::default()
        })
        .await
        .unwrap();
        let control = simcord.control();
        // Often enough that a dead link is noticed within a test.
        control.gateway(GatewayMishap::Heartbeat { ms: 500 });
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("tminus.sqlite")).await.unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let playbooks = playbook::read_folder(&root.join("playbook-templates")).unwrap();
        let app = App::new(store, playbooks, CalendarSettings::default());
        let endpoint = Endpoint::Local {
            rest: simcord.rest_address(),
            root_certificate_pem: simcord.root_certificate_pem().to_owned(),
        };
        let bot = Bot::start(app, &SecretString::from(TOKEN), &endpoint, Clock::system())
            .await
            .unwrap();
        control.wait_connected().await;
        let riley = control.user_id("riley").unwrap();
        let general = control.channel_id(riley, "general").unwrap();
        let mut stage = Self {
            simcord,
            control,
            bot,
            riley,
            general,
            channel: general,
            _folder: folder,
        };
        stage.set_up().await;
        stage
    }

    async fn set_up(&mut self) {
        let control = &self.control;
        let form = control.slash_text(self.riley, self.general, "/setup").await;
        let done = control
            .click(self.riley, form.message.unwrap().id, "1|setup-create|roles")
            .await;
        assert_ne!(done.state, OutcomeState::Failed, "{:?}", done.error);
        self.bot.pilot().settled().await;
        let start = format!("/release start playbook:dot-release version:7.2.1 target:{TARGET}");
        let outcome = control.slash_text(self.riley, self.general, &start).await;
        assert_eq!(outcome.state, OutcomeState::Answered, "{:?}", outcome.error);
        self.bot.pilot().settled().await;
        self.channel = self.control.channel_id(self.riley, "rel-7-2-1").unwrap();
    }

    fn record(&self) -> GatewayRecord {
        *self.control.gateway_record().borrow()
    }

    /// Ticks an item, and checks that it was carried out exactly once: told so, and in the timeline once.
    async fn tick(&self, item: &str) {
        let line = format!("/item done item:\"{item}\" evidence:https://example.com/");
        let answer = self.control.slash_text(self.riley, self.channel, &line).await;
        assert!(answer.text().contains("Done"), "{item}: {}", answer.text());
        self.assert_ticked_once(item).await;
    }

    async fn assert_ticked_once(&self, item: &str) {
        let timeline = self
            .control
            .slash_text(self.riley, self.channel, "/release timeline")
            .await;
        let timeline = timeline.text();
        assert_eq!(timeline.matches(item).count(), 1, "{timeline}");
        let mut journal = self.control.subscribe();
        let shown = || {
            let board = self.control.pins(self.riley, self.channel).remove(0);
            self.control
                .read(self.riley, &board)
                .contains(&format!("✅ {item}"))
        };
        // Edits of the board are paced, in real time.
        while !shown() {
            journal.recv().await.unwrap();
        }
    }

    /// Waits until what bots have done over the gateway is as it should be.
    async fn until(&self, done: impl Fn(&GatewayRecord) -> bool) -> GatewayRecord {
        let mut record = self.control.gateway_record();
        let reached = record.wait_for(|record| done(record)).await.unwrap();
        *reached
    }

    async fn close(self) {
        assert_eq!(self.control.errors(), Vec::<String>::new());
        self.bot.stop().await;
        // The session with Discord was ended, not left.
        assert_eq!(self.control.gateway_record().borrow().farewells, 1);
        self.simcord.stop().await;
    }
}

/// Lets a mishap happen and somebody act in the gap. The session goes on by one RESUME, and no session is begun.
async fn resumes_after(mishaps: &[GatewayMishap]) {
    let stage = Stage::open().await;
    for (mishap, item) in mishaps.iter().zip(ITEMS) {
        let before = stage.record();
        stage.control.gateway(*mishap);
        stage.tick(item).await;
        let after = stage.until(|record| record.resumes > before.resumes).await;
        assert_eq!(after.resumes, before.resumes + 1, "{mishap:?}");
        assert_eq!(after.identifies, 1, "{mishap:?}");
        assert_eq!(after.refused_resumes, 0, "{mishap:?}");
    }
    stage.close().await;
}

/// Lets a mishap happen that ends the session: one new one is begun, and whoever acts after it is answered.
async fn begins_anew_after(mishap: GatewayMishap) {
    let stage = Stage::open().await;
    stage.control.gateway(mishap);
    let after = stage.until(|record| record.identifies == 2).await;
    assert_eq!((after.resumes, after.refused_resumes), (0, 0));
    stage.tick(ITEMS[0]).await;
    stage.close().await;
}

const ITEMS: [&str; 4] = [
    "Cut the release candidate",
    "Announce the coming dot release on Twitter",
    "Check the CI servers that run on the release branch",
    "Test the new RC: the fixes merged to the release branch work",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drop_or_a_close_without_a_code_is_resumed_and_the_command_in_the_gap_done_once() {
    resumes_after(&[
        GatewayMishap::Cut,
        GatewayMishap::Close { code: None },
        GatewayMishap::Close { code: Some(4000) },
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_close_with_1000_or_1001_is_resumed_and_the_command_in_the_gap_done_once() {
    resumes_after(&[
        GatewayMishap::Close { code: Some(1000) },
        GatewayMishap::Close { code: Some(1001) },
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn op_7_and_a_resumable_op_9_are_resumed_and_the_command_in_the_gap_done_once() {
    resumes_after(&[
        GatewayMishap::AskToReconnect,
        GatewayMishap::Invalidate { resumable: true },
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missed_acks_are_noticed_and_resumed_and_the_command_in_the_gap_done_once() {
    resumes_after(&[GatewayMishap::FallSilent]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_4007_a_session_is_begun() {
    begins_anew_after(GatewayMishap::Close { code: Some(4007) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_4009_a_session_is_begun() {
    begins_anew_after(GatewayMishap::Close { code: Some(4009) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_4003_a_session_is_begun_and_no_other() {
    begins_anew_after(GatewayMishap::Close { code: Some(4003) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_op_9_that_is_not_resumable_a_session_is_begun() {
    begins_anew_after(GatewayMishap::Invalidate { resumable: false }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_is_waited_out_and_what_happened_in_it_is_carried_out_once() {
    let stage = Stage::open().await;
    stage.control.gateway(GatewayMishap::GoAway);
    let back = async {
        // As many attempts as an outage of some seconds sees.
        stage.until(|record| record.turned_away >= 8).await;
        stage.control.gateway(GatewayMishap::ComeBack);
    };
    tokio::join!(stage.tick(ITEMS[0]), back);
    let after = stage.record();
    assert_eq!((after.identifies, after.resumes), (1, 1));
    stage.close().await;
}

/// Ten breaks in a row, each while somebody acts: ten RESUMEs, no IDENTIFY, and everything done once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_breaks_costs_no_session_and_loses_nothing() {
    let stage = Stage::open().await;
    for number in 0..10 {
        stage.control.gateway(GatewayMishap::Cut);
        let outcome = stage
            .control
            .slash_text(stage.riley, stage.channel, "/release status")
            .await;
        assert_eq!(outcome.state, OutcomeState::Answered, "break {number}");
    }
    let after = stage.record();
    assert_eq!((after.identifies, after.resumes), (1, 10));
    stage.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_comes_twice_is_carried_out_once() {
    let stage = Stage::open().await;
    stage.control.gateway(GatewayMishap::Double { events: 10 });
    stage.tick(ITEMS[0]).await;
    stage.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_in_another_order_are_all_carried_out() {
    let stage = Stage::open().await;
    stage.control.gateway(GatewayMishap::Swap { events: 1 });
    let line = |item: &str| format!("/item done item:\"{item}\"");
    let (first, second) = (line(ITEMS[0]), line(ITEMS[1]));
    let (first, second) = tokio::join!(
        stage.control.slash_text(stage.riley, stage.channel, &first),
        stage.control.slash_text(stage.riley, stage.channel, &second),
    );
    assert!(first.text().contains("Done") && second.text().contains("Done"));
    stage.assert_ticked_once(ITEMS[0]).await;
    stage.assert_ticked_once(ITEMS[1]).await;
    stage.close().await;
}

/// Serenity alone would loop for ever on 4010 and 4011, and hang at its end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_repaired_ends_the_bot_with_what_to_do() {
    let mut said = Vec::new();
    for code in [4004, 4010, 4011, 4012, 4013, 4014] {
        let mut stage = Stage::open().await;
        stage.control.gateway(GatewayMishap::Close { code: Some(code) });
        let stopped = stage.bot.ended().await;
        assert!(matches!(stopped, Stopped::Gateway(Some(_))));
        let error: Arc<dyn std::error::Error> = Arc::new(stopped);
        said.push(format!("{code}: {error}\n  because: {}", error.source().unwrap()));
        assert_eq!(stage.record().identifies, 1);
        stage.bot.stop().await;
        stage.simcord.stop().await;
    }
    insta::assert_snapshot!(said.join("\n"));
}

/// Who has just acted is answered, although the bot is told to stop at that instant; and the session is ended in order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_the_end_whoever_has_acted_is_still_answered() {
    let stage = Stage::open().await;
    let mut journal = stage.control.subscribe();
    let Stage {
        simcord,
        control,
        bot,
        riley,
        channel,
        ..
    } = stage;
    let line = format!("/item done item:\"{}\"", ITEMS[0]);
    // It is stopped once it has deferred: the person sees that it thinks.
    let stopping = async {
        while !matches!(
            journal.recv().await.unwrap().event,
            simcord::Happening::Thinking { .. }
        ) {}
        bot.stop().await;
    };
    let (answer, ()) = tokio::join!(control.slash_text(riley, channel, &line), stopping);
    assert!(answer.text().contains("Done"), "{}", answer.text());
    assert_eq!(control.gateway_record().borrow().farewells, 1);
    simcord.stop().await;
}

fn guild() -> GuildSpec {
    let role = |name: &str| RoleSpec {
        name: name.to_owned(),
        mentionable: true,
        ..RoleSpec::default()
    };
    GuildSpec {
        name: "Acme".to_owned(),
        roles: ["Release Manager", "Dev", "QA", "Marketing"].map(role).to_vec(),
        members: vec![MemberSpec {
            username: "riley".to_owned(),
            display_name: "Riley".to_owned(),
            roles: ["Release Manager", "Dev", "QA", "Marketing"]
                .map(str::to_owned)
                .to_vec(),
            owner: true,
        }],
        channels: vec![ChannelSpec {
            name: "general".to_owned(),
            ..ChannelSpec::default()
        }],
        bot_permissions: tminus::discord::invite::needed().bits(),
    }
}
