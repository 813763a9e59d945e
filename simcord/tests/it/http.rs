//! REST without a bot: refusals in Discord's words; and the control API over HTTP.

use serde_json::{Value, json};
use simcord::Simcord;

use crate::stage::{options, play};

/// A client that says what it is, as Discord wants it of bots.
pub(crate) fn client() -> reqwest::Client {
    let named = reqwest::Client::builder().user_agent("DiscordBot (https://example.org, 1.0)");
    named.build().expect("a client")
}

/// A client of REST that does nothing by itself.
pub(crate) struct Rest {
    client: reqwest::Client,
    base: String,
    token: String,
}

impl Rest {
    pub(crate) fn new(simcord: &Simcord) -> Self {
        let base = format!("http://{}", simcord.http_address());
        Self {
            client: client(),
            base,
            token: "Bot local.bot.token".into(),
        }
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        request = request.header("authorization", &self.token);
        if !body.is_null() {
            request = request.json(&body);
        }
        let response = request.send().await.expect("an answer");
        (
            response.status().as_u16(),
            response.json().await.unwrap_or(Value::Null),
        )
    }
}

#[tokio::test]
async fn refusals_are_in_discords_words() {
    let simcord = Simcord::start(options()).await.expect("a local Discord");
    let control = simcord.control();
    let ada = control.user_id("ada").expect("ada");
    let general = control.channel_id(ada, "general").expect("#general");
    let mut rest = Rest::new(&simcord);
    let send = format!("/api/v10/channels/{general}/messages");

    let (status, body) = rest
        .call("POST", &send, json!({"content": "x".repeat(2_001)}))
        .await;
    assert_eq!(status, 400);
    assert_eq!(
        body,
        json!({
            "code": 50035, "message": "Invalid Form Body",
            "errors": {"content": {"_errors": [
                {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}
            ]}},
        })
    );
    assert_eq!(
        rest.call("POST", &send, json!({"content": " "})).await.1["code"],
        50006
    );
    let (status, body) = rest.call("GET", "/api/v10/channels/1", Value::Null).await;
    assert_eq!((status, body["code"].as_u64()), (404, Some(10003)));
    let (_, body) = rest.call("GET", &format!("{send}/1"), Value::Null).await;
    assert_eq!(body["code"], 10008);
    let path = "/api/v10/interactions/1/token/callback";
    assert_eq!(rest.call("POST", path, json!({"type": 4})).await.1["code"], 10062);
    let path = "/api/v10/webhooks/1000000000000000001/token/messages/@original";
    assert_eq!(
        rest.call("PATCH", path, json!({"content": "x"})).await.1["code"],
        10015
    );
    assert_eq!(control.errors().len(), 2, "{:?}", control.errors());

    let (status, body) = rest.call("GET", "/api/v10/voice/regions", Value::Null).await;
    assert_eq!(
        (status, body),
        (404, json!({"message": "404: Not Found", "code": 0}))
    );
    assert_eq!(
        control.errors()[2],
        "GET /voice/regions is not a route that is played here"
    );
    rest.token = "Bot wrong".into();
    let (status, body) = rest.call("GET", "/api/v10/users/@me", Value::Null).await;
    assert_eq!(
        (status, body),
        (401, json!({"message": "401: Unauthorized", "code": 0}))
    );
    simcord.stop().await;
}

#[tokio::test]
async fn people_are_played_over_http() {
    play(options(), |stage| async move {
        let base = format!("http://{}/control", stage.http);
        let client = client();
        let get = async |path: &str| -> Value {
            client
                .get(format!("{base}{path}"))
                .send()
                .await
                .expect("an answer")
                .json()
                .await
                .expect("json")
        };
        let post = async |path: &str, body: Value| -> (u16, Value) {
            let sent = client
                .post(format!("{base}{path}"))
                .json(&body)
                .send()
                .await
                .expect("an answer");
            (sent.status().as_u16(), sent.json().await.expect("json"))
        };
        assert_eq!(get("/people").await[0]["color"], "#ff0000");
        let general = stage.general.to_string();
        let (status, outcome) = post(
            "/slash",
            json!({"user": "ada", "channel": general, "text": "/echo hello"}),
        )
        .await;
        assert_eq!((status, &outcome["state"]), (200, &json!("answered")));
        assert_eq!(outcome["message"]["simcord"]["text"], "echo: hello");
        let (status, error) = post(
            "/slash",
            json!({"user": "ada", "channel": general, "text": "/nope"}),
        )
        .await;
        assert_eq!(
            (status, error),
            (422, json!({"error": "There is no command `/nope` here."}))
        );
        let messages = get(&format!(
            "/channels/{general}/messages?user={}&limit=10",
            stage.ben
        ))
        .await;
        assert_eq!(messages[0]["content"], "echo: hello");
        let view = get("/view?user=ben").await;
        assert_eq!(
            view["guilds"][0]["channels"][0]["simcord"],
            json!({"unread": 1, "mentions": 0})
        );
        assert_eq!(view["clock"]["manual"], true);
        let (_, clock) = post("/clock", json!({"by": 60})).await;
        assert_eq!(clock["now"], "2026-12-01T09:01:00Z");

        let mut events = client
            .get(format!("{base}/events?user=ben"))
            .send()
            .await
            .expect("a stream of events");
        let mut heard = String::new();
        stage
            .control
            .post(stage.ada, stage.general, "hi @Ben")
            .expect("a message");
        while !heard.contains("event: ping") {
            let piece = events.chunk().await.expect("a piece").expect("more");
            heard.push_str(&String::from_utf8_lossy(&piece));
        }
        let order: Vec<_> = heard
            .lines()
            .filter_map(|line| line.strip_prefix("event: "))
            .collect();
        assert_eq!(order.first(), Some(&"hello"));
        assert!(order.contains(&"message"), "{order:?}");

        let page = client
            .get(format!("http://{}/", stage.http))
            .send()
            .await
            .expect("the page");
        let policy = page.headers()["content-security-policy"].to_str().expect("text");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';"),
            "{policy}"
        );
        assert!(
            policy.ends_with("require-trusted-types-for 'script'; trusted-types 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        let foreign = client
            .get(format!("{base}/people"))
            .header("host", "evil.example");
        assert_eq!(foreign.send().await.expect("an answer").status().as_u16(), 403);
    })
    .await;
}
