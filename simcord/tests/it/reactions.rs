//! Reactions, as a bot meets them over REST and the gateway (D.4).

use serde_json::{Value, json};
use simcord::{ChannelId, Control, Limits, MessageId, Options, Simcord, UserId};

use crate::faults::Client;
use crate::http::Rest;
use crate::stage::{USUAL, options};

/// A local Discord in which ada has written something that a bot reacts to.
struct Bench {
    simcord: Simcord,
    control: Control,
    rest: Rest,
    ada: UserId,
    ben: UserId,
    general: ChannelId,
    message: MessageId,
}

impl Bench {
    async fn open(limits: Limits) -> Self {
        let mut options = Options { limits, ..options() };
        options.guilds[0].bot_permissions = USUAL | 1 << 6;
        let simcord = Simcord::start(options).await.expect("a local Discord");
        let control = simcord.control();
        let ada = control.user_id("ada").expect("ada");
        let general = control.channel_id(ada, "general").expect("#general");
        let message = control.post(ada, general, "Done?").expect("written").id;
        Self {
            rest: Rest::new(&simcord),
            ben: control.user_id("ben").expect("ben"),
            control,
            ada,
            general,
            message,
            simcord,
        }
    }

    /// Asks for a path behind the message; an emoji in it goes as `%F0%9F…`.
    async fn ask(&self, method: &str, path: &str) -> (u16, Value) {
        let path = format!(
            "/api/v10/channels/{}/messages/{}{path}",
            self.general, self.message
        );
        self.rest.call(method, &path, Value::Null).await
    }

    async fn done(&self, method: &str, path: &str) -> Value {
        let (status, body) = self.ask(method, path).await;
        assert!(matches!(status, 200 | 204), "{method} {path}: {status} {body}");
        body
    }

    /// The reactions that the bot reads: each emoji, its count, and whether the bot is among them.
    async fn reactions(&self) -> Vec<(String, u64, bool)> {
        let message = self.done("GET", "").await;
        let all = message["reactions"].as_array().into_iter().flatten();
        all.map(|reaction| {
            let name = reaction["emoji"]["name"].as_str().expect("a name");
            let count = reaction["count"].as_u64().expect("a number");
            (name.to_owned(), count, reaction["me"] == true)
        })
        .collect()
    }

    /// A session of the gateway that has asked for these events.
    async fn session(&self, intents: u64) -> Client {
        let mut client = Client::connect(&self.simcord).await;
        let data = json!({"token": "local.bot.token", "intents": intents, "properties": {}});
        client.say(&json!({"op": 2, "d": data})).await;
        assert_eq!(client.frame().await["t"], "READY");
        client
    }
}

/// The emoji are percent-encoded in the path.
#[tokio::test]
async fn each_route_of_reactions_is_answered() {
    let bench = Bench::open(Limits::default()).await;
    let named = |all: &[(&str, u64, bool)]| -> Vec<_> {
        let all = all.iter();
        all.map(|(name, count, me)| ((*name).to_owned(), *count, *me))
            .collect()
    };
    bench.done("PUT", "/reactions/👍/@me").await;
    bench.done("PUT", "/reactions/%E2%9C%85/@me").await;
    bench
        .control
        .react(bench.ben, bench.message, "👍")
        .expect("reacted");
    bench
        .control
        .react(bench.ada, bench.message, "🏳️‍🌈")
        .expect("reacted");
    assert_eq!(
        bench.reactions().await,
        named(&[("👍", 2, true), ("✅", 1, true), ("🏳️‍🌈", 1, false)])
    );
    let users = bench.done("GET", "/reactions/👍?limit=100").await;
    assert_eq!(users.as_array().map(Vec::len), Some(2));
    let first = users[0]["id"].as_str().expect("an id");
    let more = bench
        .done("GET", &format!("/reactions/👍?limit=1&after={first}"))
        .await;
    assert_eq!(more, json!([users[1]]));
    assert_eq!(bench.done("GET", "/reactions/👍?type=1").await, json!([]));
    for limit in ["0", "101"] {
        let (status, body) = bench.ask("GET", &format!("/reactions/👍?limit={limit}")).await;
        assert_eq!((status, &body["code"]), (400, &json!(50_035)));
    }
    bench
        .done("DELETE", &format!("/reactions/👍/{}", bench.ben))
        .await;
    bench.done("DELETE", "/reactions/👍/@me").await;
    assert_eq!(
        bench.reactions().await,
        named(&[("✅", 1, true), ("🏳️‍🌈", 1, false)])
    );
    bench.done("DELETE", "/reactions/🏳️‍🌈").await;
    assert_eq!(bench.reactions().await, named(&[("✅", 1, true)]));
    bench.done("DELETE", "/reactions").await;
    assert_eq!(bench.reactions().await, named(&[]));
    let (status, body) = bench.ask("PUT", "/reactions/thonk:1/@me").await;
    assert_eq!(
        (status, body),
        (400, json!({"code": 10_014, "message": "Unknown Emoji"}))
    );
    let errors = bench.control.errors();
    assert!(
        errors
            .iter()
            .any(|error| error.contains("thonk:1") && error.contains("Unknown Emoji")),
        "{errors:?}"
    );
    bench.simcord.stop().await;
}

/// What people add and take back comes with the intent for it, GUILD_MESSAGE_REACTIONS, and without it not at all.
#[tokio::test]
async fn reactions_come_with_their_intent_alone() {
    let bench = Bench::open(Limits::default()).await;
    let mut with = bench.session(1 << 10).await;
    let mut without = bench.session(1 << 9).await;
    bench
        .control
        .react(bench.ben, bench.message, "🎉")
        .expect("reacted");
    bench
        .control
        .take_back_reaction(bench.ben, bench.message, "🎉")
        .expect("taken back");
    bench.done("PUT", "/reactions/👀/@me").await;
    bench.done("DELETE", "/reactions/👀").await;
    bench.done("PUT", "/reactions/👀/@me").await;
    bench.done("DELETE", "/reactions").await;
    let added = with.frame().await;
    assert_eq!(added["t"], "MESSAGE_REACTION_ADD");
    assert_eq!(added["d"]["user_id"], bench.ben.to_string());
    assert_eq!(added["d"]["message_author_id"], bench.ada.to_string());
    assert_eq!(added["d"]["member"]["user"]["username"], "ben");
    assert_eq!(added["d"]["emoji"], json!({"id": null, "name": "🎉"}));
    for name in [
        "MESSAGE_REACTION_REMOVE",
        "MESSAGE_REACTION_ADD",
        "MESSAGE_REACTION_REMOVE_EMOJI",
        "MESSAGE_REACTION_ADD",
        "MESSAGE_REACTION_REMOVE_ALL",
    ] {
        assert_eq!(with.frame().await["t"], name);
    }
    // What was withheld would have come before this.
    bench
        .control
        .post(bench.ada, bench.general, "Next")
        .expect("written");
    assert_eq!(without.frame().await["t"], "MESSAGE_CREATE");
    bench.simcord.stop().await;
}

/// D.2: an emoji makes no bucket of its own, and neither does a message.
#[tokio::test]
async fn reactions_of_a_channel_share_a_bucket() {
    let limits = Limits {
        requests_per_second: Some(1),
        ..Limits::default()
    };
    let bench = Bench::open(limits).await;
    bench.done("PUT", "/reactions/👍/@me").await;
    assert_eq!(bench.ask("PUT", "/reactions/🎉/@me").await.0, 429);
    bench.done("GET", "/reactions/👍").await;
    bench.simcord.stop().await;
}

/// A page hears of reactions as of any other change of a message, and sees them through the eyes of its person.
#[tokio::test]
async fn people_see_reactions_through_their_own_eyes() {
    let bench = Bench::open(Limits::default()).await;
    let address = format!("http://{}/control/events?user=ben", bench.simcord.http_address());
    let mut events = reqwest::get(address).await.expect("a stream of events");
    bench.done("PUT", "/reactions/👍/@me").await;
    bench
        .control
        .react(bench.ben, bench.message, "👍")
        .expect("reacted");
    let mut heard = String::new();
    let both_with_his_own = |line: &str| line.contains("\"count\":2") && line.contains("\"me\":true");
    while !heard.lines().any(both_with_his_own) {
        let piece = events.chunk().await.expect("a piece").expect("more");
        heard.push_str(&String::from_utf8_lossy(&piece));
    }
    for (user, me) in [(bench.ada, false), (bench.ben, true)] {
        let message = bench.control.message(user, bench.message).expect("a message");
        let seen: Vec<_> = message
            .reactions
            .iter()
            .map(|reaction| (reaction.users.len(), reaction.me))
            .collect();
        assert_eq!(seen, [(2, me)]);
    }
    let refused = bench.control.react(bench.ada, bench.message, "yes");
    assert_eq!(
        refused.expect_err("a refusal").0,
        "\"yes\" is no emoji that is played here."
    );
    bench.simcord.stop().await;
}
