//! What Discord does, row by row, as a client sees it; `FIDELITY.md` says which row is shown where.

use serde_json::{Value, json};
use simcord::{Application, Limits, Options, Simcord};

use crate::faults::{Client, Heard};
use crate::stage::options;

const INTENTS: u64 = 1 | 1 << 9;

fn identify(intents: u64) -> Value {
    json!({"op": 2, "d": {"token": "local.bot.token", "intents": intents, "properties": {}}})
}

fn identify_shard(shard: &Value) -> Value {
    let mut said = identify(INTENTS);
    said["d"]["shard"] = shard.clone();
    said
}

/// What a connection is closed with after it has said these, one after the other.
async fn closed_after(simcord: &Simcord, said: &[Value]) -> u16 {
    let mut client = Client::connect(simcord).await;
    for value in said {
        client.say(value).await;
    }
    loop {
        match client.hear().await {
            Heard::Frame(_) => {}
            Heard::Closed(Some(code)) => return code,
            other => panic!("no code but {other:?}"),
        }
    }
}

/// D.3: each mistake on the gateway has the code that Discord closes with.
#[tokio::test]
async fn each_mistake_closes_with_its_code() {
    let simcord = Simcord::start(options()).await.expect("a local Discord");
    let beat = json!({"op": 1, "d": null});
    let cases = [
        ("an op that there is not", vec![json!({"op": 99, "d": {}})], 4001),
        (
            "more than 4,096 bytes",
            vec![json!({"op": 3, "d": "x".repeat(4_096)})],
            4002,
        ),
        (
            "a presence before a session",
            vec![json!({"op": 3, "d": {}})],
            4003,
        ),
        (
            "a wrong token",
            vec![json!({"op": 2, "d": {"token": "wrong", "intents": 0}})],
            4004,
        ),
        ("two sessions", vec![identify(INTENTS), identify(INTENTS)], 4005),
        ("121 messages in a minute", vec![beat; 121], 4008),
        (
            "no intents",
            vec![json!({"op": 2, "d": {"token": "local.bot.token"}})],
            4013,
        ),
        ("an intent that there is not", vec![identify(1 << 17)], 4013),
        (
            "a shard beyond the last one",
            vec![identify_shard(&json!([2, 2]))],
            4010,
        ),
        ("a shard that is none", vec![identify_shard(&json!("1"))], 4010),
        (
            "words that were not granted",
            vec![identify(INTENTS | 1 << 15)],
            4014,
        ),
        (
            "presences that were not granted",
            vec![identify(INTENTS | 1 << 8)],
            4014,
        ),
    ];
    for (name, said, code) in cases {
        assert_eq!(closed_after(&simcord, &said).await, code, "{name}");
    }
    simcord.stop().await;
}

/// D.3: what the application was granted it gets; 120 messages in a minute are none too many.
#[tokio::test]
async fn what_was_granted_is_given() {
    let application = Application {
        privileged_intents: 1 << 15,
        ..Application::default()
    };
    let options = Options {
        application,
        ..options()
    };
    let simcord = Simcord::start(options).await.expect("a local Discord");
    let mut client = Client::connect(&simcord).await;
    client.say(&identify(INTENTS | 1 << 15)).await;
    assert_eq!(client.frame().await["t"], "READY");
    assert_eq!(client.frame().await["t"], "GUILD_CREATE");
    for _ in 1..120 {
        client.say(&json!({"op": 1, "d": null})).await;
        assert_eq!(client.frame().await["op"], 11);
    }
    let control = simcord.control();
    let ada = control.user_id("ada").expect("ada");
    let general = control.channel_id(ada, "general").expect("#general");
    control.post(ada, general, "in full").expect("written");
    assert_eq!(client.frame().await["d"]["content"], "in full");
    simcord.stop().await;
}

/// D.3: a message of somebody else comes without its words, unless it is meant for the bot.
#[tokio::test]
async fn words_are_withheld() {
    let simcord = Simcord::start(options()).await.expect("a local Discord");
    let (mut client, _) = Client::begin(&simcord).await;
    let control = simcord.control();
    let ada = control.user_id("ada").expect("ada");
    let general = control.channel_id(ada, "general").expect("#general");
    for (text, shown) in [
        ("a secret", ""),
        ("<@1000000000000000001> hello", "<@1000000000000000001> hello"),
    ] {
        control.post(ada, general, text).expect("written");
        assert_eq!(client.frame().await["d"]["content"], shown);
    }
    simcord.stop().await;
}

/// What came of a request: its status, its headers by name, and its body.
struct Came(u16, reqwest::header::HeaderMap, Value);

impl Came {
    fn header(&self, name: &str) -> &str {
        let value = self.1.get(name).expect("the header");
        value.to_str().expect("text")
    }
}

/// What a request with a reason comes to.
async fn get(simcord: &Simcord, path: &str, reason: Option<&str>) -> Came {
    let url = format!("http://{}/api/v10{path}", simcord.http_address());
    let mut request = crate::http::client()
        .get(url)
        .header("authorization", "Bot local.bot.token");
    if let Some(reason) = reason {
        request = request.header("x-audit-log-reason", reason);
    }
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Came(status, headers, response.json().await.unwrap_or_default())
}

/// D.2: a bucket is a route's, counted for each channel by itself; its headers say how it stands, and 429 how long to wait.
#[tokio::test]
async fn a_bucket_is_a_routes_and_counted_for_each_channel() {
    let options = Options {
        limits: Limits {
            requests_per_second: Some(2),
            ..Limits::default()
        },
        ..options()
    };
    let clock = options.clock.clone();
    let simcord = Simcord::start(options).await.expect("a local Discord");
    let control = simcord.control();
    let ada = control.user_id("ada").expect("ada");
    let general = control.channel_id(ada, "general").expect("#general");
    let random = control.channel_id(ada, "random").expect("#random");
    let (here, there) = (format!("/channels/{general}"), format!("/channels/{random}"));
    let first = get(&simcord, &here, None).await;
    assert_eq!(first.0, 200);
    assert_eq!(first.header("x-ratelimit-limit"), "2");
    assert_eq!(first.header("x-ratelimit-remaining"), "1");
    assert_eq!(first.header("x-ratelimit-reset-after"), "1.000");
    clock.set(clock.now() + chrono::TimeDelta::milliseconds(250));
    let second = get(&simcord, &here, None).await;
    assert_eq!(second.header("x-ratelimit-remaining"), "0");
    assert_eq!(second.header("x-ratelimit-reset-after"), "0.750");
    assert_eq!(
        second.header("x-ratelimit-reset"),
        first.header("x-ratelimit-reset")
    );
    let third = get(&simcord, &here, None).await;
    assert_eq!(third.0, 429);
    assert_eq!(third.header("retry-after"), "0.75");
    assert_eq!(third.header("x-ratelimit-scope"), "user");
    assert_eq!(
        third.2,
        json!({"message": "You are being rate limited.", "retry_after": 0.75, "global": false})
    );
    // The other channel is counted by itself, under the same name.
    let other = get(&simcord, &there, None).await;
    assert_eq!((other.0, other.header("x-ratelimit-remaining")), (200, "1"));
    assert_eq!(
        other.header("x-ratelimit-bucket"),
        first.header("x-ratelimit-bucket")
    );
    let route = get(&simcord, &format!("{there}/messages"), None).await;
    assert_ne!(
        route.header("x-ratelimit-bucket"),
        first.header("x-ratelimit-bucket")
    );
    simcord.stop().await;
}

/// D.2: a reason for the audit log has at most 512 characters, counted as they are meant.
#[tokio::test]
async fn a_reason_has_its_limit() {
    let simcord = Simcord::start(options()).await.expect("a local Discord");
    let reason = |count: usize| "%C3%A9".repeat(count);
    let at = get(&simcord, "/users/@me", Some(&reason(512))).await;
    assert_eq!(at.0, 200);
    let past = get(&simcord, "/users/@me", Some(&reason(513))).await;
    assert_eq!((past.0, &past.2["code"]), (400, &json!(50_035)));
    simcord.stop().await;
}

/// D.3: the members of a guild are listed for an application that was granted the intent, and for no other.
#[tokio::test]
async fn members_are_listed_for_who_was_granted_them() {
    for (privileged_intents, status) in [(1 << 1, 200), (0, 403)] {
        let application = Application {
            privileged_intents,
            ..Application::default()
        };
        let options = Options {
            application,
            ..options()
        };
        let simcord = Simcord::start(options).await.expect("a local Discord");
        let control = simcord.control();
        let guild = control.guild_id("Works").expect("the guild");
        let path = format!("/guilds/{guild}/members?limit=5");
        let came = get(&simcord, &path, None).await;
        assert_eq!(came.0, status);
        if status == 403 {
            assert_eq!(came.2["code"], json!(50_001));
        }
        simcord.stop().await;
    }
}

/// `FIDELITY.md` promises no test that there is not.
#[test]
fn the_list_of_what_is_played_names_tests_that_there_are() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("a file");
    let list = read("FIDELITY.md");
    let named: Vec<_> = list
        .split('`')
        .filter(|name| {
            ["world::", "rest::", "it::"]
                .iter()
                .any(|folder| name.starts_with(folder))
        })
        .filter(|name| !name.ends_with("::"))
        .collect();
    assert!(named.len() > 50, "{named:?}");
    for name in named {
        let path: Vec<_> = name.split("::").collect();
        let (file, test) = match path.as_slice() {
            ["world", test] => ("src/world/tests/mod.rs".to_owned(), test),
            ["world", file, test] => (format!("src/world/tests/{file}.rs"), test),
            ["rest", file, test] => (format!("src/rest/{file}.rs"), test),
            ["it", file, test] => (format!("tests/it/{file}.rs"), test),
            other => panic!("{other:?} is no test"),
        };
        assert!(read(&file).contains(&format!("fn {test}(")), "{name}");
    }
}
