//! How often sessions begin, which guilds they hear of, and whom they may ask for.

use chrono::TimeDelta;
use serde_json::{Value, json};
use simcord::{Application, ChannelId, ChannelSpec, Clock, GuildSpec, Limits, MemberSpec, Options, Simcord};

use crate::faults::{Client, Heard};
use crate::http::Rest;
use crate::stage::{morning, options};

const GUILDS: u64 = 1;
const MEMBERS: u64 = 1 << 1;
const MESSAGES: u64 = 1 << 9;
const DIRECT: u64 = 1 << 12;

fn limited(limits: Limits) -> Options {
    Options { limits, ..options() }
}

fn identify(intents: u64, shard: &Value) -> Value {
    json!({"op": 2, "d": {"token": "local.bot.token", "intents": intents, "properties": {}, "shard": shard}})
}

/// Four guilds of one person and one channel each.
fn several() -> Options {
    let guild = |name: &str| GuildSpec {
        name: name.to_owned(),
        members: vec![MemberSpec {
            username: "ada".to_owned(),
            display_name: "Ada".to_owned(),
            owner: true,
            ..MemberSpec::default()
        }],
        channels: vec![ChannelSpec {
            name: name.to_lowercase(),
            ..ChannelSpec::default()
        }],
        ..GuildSpec::default()
    };
    Options {
        clock: Clock::manual(morning()),
        guilds: ["North", "East", "South", "West"].map(guild).into(),
        ..Options::default()
    }
}

/// D.3: a day has its sessions; one more closes all, and the token is good for nothing any more.
#[tokio::test]
async fn one_session_too_many_a_day_resets_the_token() {
    let options = limited(Limits {
        sessions_per_day: 2,
        ..Limits::default()
    });
    let clock = options.clock.clone();
    let simcord = Simcord::start(options).await.expect("a local Discord");
    let rest = Rest::new(&simcord);
    let left = async || {
        let (_, said) = rest.call("GET", "/api/v10/gateway/bot", Value::Null).await;
        said["session_start_limit"].clone()
    };
    assert_eq!(
        left().await,
        json!({"total": 2, "remaining": 2, "reset_after": 0, "max_concurrency": 1})
    );
    let (_first, _) = Client::begin(&simcord).await;
    clock.set(clock.now() + TimeDelta::hours(1));
    let (mut second, _) = Client::begin(&simcord).await;
    assert_eq!(
        left().await,
        json!({"total": 2, "remaining": 0, "reset_after": 23 * 3_600_000, "max_concurrency": 1})
    );
    let mut third = Client::connect(&simcord).await;
    third.say(&identify(GUILDS, &Value::Null)).await;
    assert_eq!(third.hear().await, Heard::Closed(Some(4004)));
    assert_eq!(second.hear().await, Heard::Closed(Some(4004)));
    let (status, _) = rest.call("GET", "/api/v10/users/@me", Value::Null).await;
    assert_eq!(status, 401);
    let mut later = Client::connect(&simcord).await;
    later.say(&identify(GUILDS, &Value::Null)).await;
    assert_eq!(later.hear().await, Heard::Closed(Some(4004)));
    assert_eq!(simcord.control().errors().len(), 1);
    simcord.stop().await;
}

/// D.3: where it is counted, sessions begin five seconds apart; what comes sooner gets op 9.
#[tokio::test]
async fn sessions_begin_five_seconds_apart() {
    let options = limited(Limits {
        sessions_at_once: Some(1),
        ..Limits::default()
    });
    let clock = options.clock.clone();
    let simcord = Simcord::start(options).await.expect("a local Discord");
    let (_first, _) = Client::begin(&simcord).await;
    let mut second = Client::connect(&simcord).await;
    second.say(&identify(GUILDS, &Value::Null)).await;
    let frame = second.frame().await;
    assert_eq!((&frame["op"], &frame["d"]), (&json!(9), &json!(false)));
    clock.set(clock.now() + TimeDelta::seconds(5));
    second.say(&identify(GUILDS, &Value::Null)).await;
    assert_eq!(second.frame().await["t"], "READY");
    simcord.stop().await;
}

/// D.3: a shard hears of its guilds alone, and the first one of direct messages.
#[tokio::test]
async fn a_shard_hears_of_its_own_guilds() {
    let simcord = Simcord::start(several()).await.expect("a local Discord");
    let control = simcord.control();
    let ada = control.user_id("ada").expect("ada");
    let mut shards = Vec::new();
    for number in 0..2 {
        let mut client = Client::connect(&simcord).await;
        client
            .say(&identify(GUILDS | MESSAGES | DIRECT, &json!([number, 2])))
            .await;
        let ready = client.frame().await;
        assert_eq!(ready["d"]["shard"], json!([number, 2]));
        let own = ready["d"]["guilds"].as_array().expect("guilds").len();
        let mut names = Vec::new();
        for _ in 0..own {
            names.push(
                client.frame().await["d"]["name"]
                    .as_str()
                    .expect("a name")
                    .to_owned(),
            );
        }
        shards.push((client, names));
    }
    let mut all: Vec<_> = shards.iter().flat_map(|(_, names)| names.clone()).collect();
    all.sort();
    assert_eq!(all, ["East", "North", "South", "West"]);
    for guild in ["North", "East"] {
        let channel = control.channel_id(ada, &guild.to_lowercase()).expect("a channel");
        control.post(ada, channel, "hello").expect("a message");
    }
    for (client, names) in &mut shards {
        assert_eq!(names.len(), 2, "{names:?}");
        let frame = client.frame().await;
        let guild = control.guild_id(if names.contains(&"North".to_owned()) {
            "North"
        } else {
            "East"
        });
        assert_eq!(frame["t"], "MESSAGE_CREATE");
        assert_eq!(frame["d"]["guild_id"], json!(guild.expect("the guild")));
    }
    // In a conversation of two, the first shard alone hears what is written; the other one only that it lives.
    let rest = Rest::new(&simcord);
    let (_, opened) = rest
        .call(
            "POST",
            "/api/v10/users/@me/channels",
            json!({"recipient_id": ada}),
        )
        .await;
    let conversation: u64 = opened["id"].as_str().expect("an id").parse().expect("a number");
    control
        .post(ada, ChannelId::from(conversation), "privately")
        .expect("a message");
    for (number, (client, _)) in shards.iter_mut().enumerate() {
        client.say(&json!({"op": 1, "d": null})).await;
        let mut heard = Vec::new();
        loop {
            let frame = client.frame().await;
            if frame["op"] == 11 {
                break;
            }
            heard.push(frame["d"]["content"].clone());
        }
        assert_eq!(
            heard.contains(&json!("privately")),
            number == 0,
            "shard {number}: {heard:?}"
        );
    }
    simcord.stop().await;
}

/// D.3: with more guilds than a shard may have, a bot has to have more shards.
#[tokio::test]
async fn a_shard_has_only_so_many_guilds() {
    let options = Options {
        limits: Limits {
            guilds_per_shard: 2,
            ..Limits::default()
        },
        ..several()
    };
    let simcord = Simcord::start(options).await.expect("a local Discord");
    let mut whole = Client::connect(&simcord).await;
    whole.say(&identify(GUILDS, &Value::Null)).await;
    assert_eq!(whole.hear().await, Heard::Closed(Some(4011)));
    let mut half = Client::connect(&simcord).await;
    half.say(&identify(GUILDS, &json!([0, 2]))).await;
    assert_eq!(half.frame().await["t"], "READY");
    simcord.stop().await;
}

/// A bot with the intents, and what it hears after it has asked for members.
async fn asking(intents: u64, asked: &[Value]) -> (Vec<Value>, Vec<String>) {
    let options = Options {
        application: Application {
            privileged_intents: MEMBERS,
            ..Application::default()
        },
        ..options()
    };
    let simcord = Simcord::start(options).await.expect("a local Discord");
    let control = simcord.control();
    let guild = control.guild_id("Works").expect("the guild");
    let ada = control.user_id("ada").expect("ada");
    let mut client = Client::connect(&simcord).await;
    client.say(&identify(GUILDS | intents, &Value::Null)).await;
    assert_eq!(client.frame().await["t"], "READY");
    assert_eq!(client.frame().await["t"], "GUILD_CREATE");
    let mut heard = Vec::new();
    for request in asked {
        let mut data = request.clone();
        data["guild_id"] = json!(guild);
        if data["user_ids"] == "ada" {
            data["user_ids"] = json!([ada, "17"]);
        }
        client.say(&json!({"op": 8, "d": data})).await;
    }
    // What is answered is answered before the heartbeat is.
    client.say(&json!({"op": 1, "d": null})).await;
    loop {
        let frame = client.frame().await;
        if frame["op"] == 11 {
            break;
        }
        let people = frame["d"]["members"].as_array().cloned().unwrap_or_default();
        let names: Vec<_> = people
            .iter()
            .map(|member| member["user"]["username"].clone())
            .collect();
        heard.push(json!([
            frame["t"],
            names,
            frame["d"]["not_found"],
            frame["d"]["nonce"]
        ]));
        if frame["t"] == "RATE_LIMITED" {
            assert_eq!(
                frame["d"],
                json!({"opcode": 8, "retry_after": 30.0, "meta": {"guild_id": guild, "nonce": "b"}})
            );
        }
    }
    let errors = control.errors();
    simcord.stop().await;
    (heard, errors)
}

/// D.3: all members are told to whoever was granted them, and of a guild not twice within half a minute.
#[tokio::test]
async fn all_members_take_the_intent_and_are_told_now_and_then() {
    let all = |nonce: &str| json!({"query": "", "limit": 0, "nonce": nonce});
    let (heard, errors) = asking(MEMBERS, &[all("a"), all("b")]).await;
    assert_eq!(
        heard,
        [
            json!(["GUILD_MEMBERS_CHUNK", ["bot", "ada", "ben", "cem"], null, "a"]),
            json!(["RATE_LIMITED", [], null, null]),
        ]
    );
    assert_eq!(errors, Vec::<String>::new());
    let (heard, errors) = asking(0, &[all("a")]).await;
    assert_eq!((heard.len(), errors.len()), (0, 1));
}

/// D.3: some are told to every bot: those whose name begins so, and those of an id.
#[tokio::test]
async fn some_members_are_told_by_name_or_by_id() {
    let asked = [
        json!({"query": "A", "limit": 5}),
        json!({"query": "", "limit": 1}),
        json!({"user_ids": "ada"}),
    ];
    let (heard, errors) = asking(0, &asked).await;
    assert_eq!(
        heard,
        [
            json!(["GUILD_MEMBERS_CHUNK", ["ada"], null, null]),
            json!(["GUILD_MEMBERS_CHUNK", ["bot"], null, null]),
            json!(["GUILD_MEMBERS_CHUNK", ["ada"], ["17"], null]),
        ]
    );
    assert_eq!(errors, Vec::<String>::new());
}
