//! Requests that REST does not hear, or not any more.

use serde_json::{Value, json};
use simcord::{Limits, Options, Simcord};

use crate::stage::options;

fn limited(limits: Limits) -> Options {
    Options { limits, ..options() }
}

async fn me(client: &reqwest::Client, simcord: &Simcord, token: &str) -> reqwest::Response {
    let url = format!("http://{}/api/v10/users/@me", simcord.http_address());
    let request = client.get(url).header("authorization", format!("Bot {token}"));
    request.send().await.expect("an answer")
}

/// D.2: what does not say what it is is turned away, in the words that Discord's list of codes has for it.
#[tokio::test]
async fn a_request_says_what_sends_it() {
    let simcord = Simcord::start(options()).await.expect("a local Discord");
    let agents = [
        (
            "DiscordBot (https://github.com/serenity-rs/serenity, 0.12.5)",
            200,
        ),
        (
            "DiscordBot (https://github.com/Rapptz/discord.py 2.7.1) Python/3.11",
            200,
        ),
        ("Python/3.11 aiohttp/3.14", 200),
        (" ", 403),
        ("", 403),
    ];
    for (agent, status) in agents {
        let client = reqwest::Client::builder()
            .user_agent(agent)
            .build()
            .expect("a client");
        let answer = me(&client, &simcord, "local.bot.token").await;
        assert_eq!(answer.status().as_u16(), status, "{agent}");
        if status == 403 {
            let body: Value = answer.json().await.expect("JSON");
            assert_eq!(body, json!({"message": "internal network error", "code": 40_333}));
        }
    }
    assert_eq!(simcord.control().errors().len(), 2);
    simcord.stop().await;
}

/// D.2: whoever sends too many invalid requests within ten minutes is not heard until they are old enough.
#[tokio::test]
async fn too_many_invalid_requests_ban_for_a_while() {
    let options = limited(Limits {
        invalid_requests: 3,
        ..Limits::default()
    });
    let clock = options.clock.clone();
    let simcord = Simcord::start(options).await.expect("a local Discord");
    let client = crate::http::client();
    for _ in 0..3 {
        assert_eq!(me(&client, &simcord, "wrong").await.status().as_u16(), 401);
    }
    let banned = me(&client, &simcord, "local.bot.token").await;
    assert_eq!(banned.status().as_u16(), 429);
    assert_eq!(banned.headers()["retry-after"], "600");
    assert!(
        !banned.headers().contains_key("via"),
        "it is no answer of the API"
    );
    assert_eq!(banned.text().await.expect("text"), "error code: 1015");
    clock.set(clock.now() + chrono::TimeDelta::minutes(10));
    assert_eq!(
        me(&client, &simcord, "local.bot.token").await.status().as_u16(),
        200
    );
    let errors = simcord.control().errors();
    assert_eq!(
        errors,
        ["3 invalid requests came within ten minutes; nobody is heard for a while"]
    );
    simcord.stop().await;
}

/// D.4: a request has 25 MiB at most, whatever its files have.
#[tokio::test]
async fn a_request_has_its_size() {
    let simcord = Simcord::start(options()).await.expect("a local Discord");
    let control = simcord.control();
    let ada = control.user_id("ada").expect("ada");
    let general = control.channel_id(ada, "general").expect("#general");
    let url = format!(
        "http://{}/api/v10/channels/{general}/messages",
        simcord.http_address()
    );
    let send = async |megabytes: usize| {
        // A field stands beside the files without any JSON.
        let mut form = reqwest::multipart::Form::new().text("content", "three parts");
        for place in 0..3 {
            let file = reqwest::multipart::Part::bytes(vec![b'x'; (megabytes << 20) / 3]);
            form = form.part(format!("files[{place}]"), file.file_name("part.txt"));
        }
        let request = crate::http::client().post(&url).multipart(form);
        let answer = request
            .header("authorization", "Bot local.bot.token")
            .send()
            .await;
        let answer = answer.expect("an answer");
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.expect("JSON");
        (status, body["content"].clone(), body["code"].clone())
    };
    assert_eq!(send(24).await, (200, json!("three parts"), Value::Null));
    assert_eq!(send(26).await, (413, Value::Null, json!(40_005)));
    simcord.stop().await;
}
