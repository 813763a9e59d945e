//! A local Discord with a bot on it, for one test.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;

use chrono::{DateTime, Utc};
use simcord::{
    Application, ChannelId, ChannelSpec, Clock, Control, GuildSpec, MemberSpec, Message, Options, RoleSpec,
    Simcord, UserId,
};

use crate::bot;

/// What the bot may do when a test does not say otherwise: all that it needs, not more.
pub(crate) const USUAL: u64 = 1 << 4
    | 1 << 10
    | 1 << 11
    | 1 << 13
    | 1 << 14
    | 1 << 16
    | 1 << 17
    | 1 << 28
    | 1 << 35
    | 1 << 38
    | 1 << 51;

/// A local Discord with two people, and the bot connected.
pub(crate) struct Stage {
    pub(crate) control: Control,
    pub(crate) clock: Clock,
    pub(crate) http: SocketAddr,
    pub(crate) ada: UserId,
    pub(crate) ben: UserId,
    pub(crate) general: ChannelId,
}

/// When every test begins.
pub(crate) fn morning() -> DateTime<Utc> {
    "2026-12-01T09:00:00Z".parse().expect("an instant")
}

pub(crate) fn options() -> Options {
    let role = |name: &str, color, mentionable| RoleSpec {
        name: name.into(),
        color,
        permissions: 0,
        mentionable,
    };
    let member = |name: &str, shown: &str, roles: &[&str], owner| MemberSpec {
        username: name.into(),
        display_name: shown.into(),
        roles: roles.iter().map(|&role| role.into()).collect(),
        owner,
    };
    Options {
        clock: Clock::manual(morning()),
        // It lists the members of its guild.
        application: Application {
            privileged_intents: 1 << 1,
            ..Application::default()
        },
        // A busy machine is no silent bot.
        patience: std::time::Duration::from_secs(30),
        guilds: vec![GuildSpec {
            name: "Works".into(),
            roles: vec![role("Painters", 0xff_00_00, true), role("Quiet", 0, false)],
            members: vec![
                member("ada", "Ada L.", &["Painters"], true),
                member("ben", "Ben", &["Quiet"], false),
                member("cem", "Cem", &["Painters"], false),
            ],
            channels: vec![
                ChannelSpec {
                    name: "general".into(),
                    ..ChannelSpec::default()
                },
                ChannelSpec {
                    name: "random".into(),
                    ..ChannelSpec::default()
                },
            ],
            bot_permissions: USUAL,
        }],
        ..Options::default()
    }
}

/// Starts a local Discord and the bot, plays, and checks that no rule was broken.
pub(crate) async fn play<F: Future<Output = ()>>(options: Options, act: impl FnOnce(Stage) -> F) {
    let clock = options.clock.clone();
    let token = options.application.token.clone();
    let simcord = Simcord::start(options).await.expect("a local Discord");
    let control = simcord.control();
    let unread = bot::Unread::default();
    let mut client = bot::client(&simcord, &token, &unread).await;
    let ada = control.user_id("ada").expect("ada");
    let stage = Stage {
        clock,
        http: simcord.http_address(),
        ada,
        ben: control.user_id("ben").expect("ben"),
        general: control.channel_id(ada, "general").expect("#general"),
        control: control.clone(),
    };
    {
        let bot = pin!(client.start());
        let play = pin!(async {
            control.wait_connected().await;
            control
                .wait_until(|| !control.view(ada).expect("ada's view").commands.is_empty())
                .await;
            act(stage).await;
        });
        tokio::select! {
            ended = bot => panic!("the bot ended: {ended:?}"),
            () = play => {}
        }
    }
    assert_eq!(control.errors(), Vec::<String>::new());
    assert_eq!(*unread.0.lock().expect("a list"), Vec::<String>::new());
    simcord.stop().await;
}

impl Stage {
    /// The last message that somebody sees in #general.
    pub(crate) fn last(&self, user: UserId) -> Message {
        self.control
            .messages(user, self.general)
            .pop()
            .expect("a message")
    }

    /// The texts that somebody reads in #general.
    pub(crate) fn texts(&self, user: UserId) -> Vec<String> {
        let messages = self.control.messages(user, self.general);
        messages
            .iter()
            .map(|message| self.control.read(user, message))
            .collect()
    }
}
