//! Every fault that can be asked for, seen by a client that does nothing by itself; and each over HTTP.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use simcord::{Control, GatewayMishap, GatewayRecord, Simcord};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::stage::options;

/// What a client of the gateway hears.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Heard {
    Frame(Value),
    Closed(Option<u16>),
    Lost,
}

/// A client that does what a test tells it to.
pub(crate) struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    pub(crate) async fn connect(simcord: &Simcord) -> Self {
        let (socket, _) = tokio_tungstenite::connect_async(simcord.gateway_url())
            .await
            .expect("a connection");
        let mut client = Self(socket);
        let hello = client.frame().await;
        assert_eq!(hello["op"], 10);
        client
    }

    /// Connects and begins a session; its name.
    pub(crate) async fn begin(simcord: &Simcord) -> (Self, String) {
        let mut client = Self::connect(simcord).await;
        let identify =
            json!({"op": 2, "d": {"token": "Bot local.bot.token", "intents": 513, "properties": {}}});
        client.say(&identify).await;
        let ready = client.frame().await;
        assert_eq!((&ready["t"], &ready["s"]), (&json!("READY"), &json!(1)));
        assert_eq!(client.frame().await["t"], "GUILD_CREATE");
        let session = ready["d"]["session_id"].as_str().expect("a name").to_owned();
        (client, session)
    }

    /// Connects and takes a session up again.
    async fn resume(simcord: &Simcord, session: &str, behind: u64) -> Self {
        let mut client = Self::connect(simcord).await;
        let data = json!({"token": "local.bot.token", "session_id": session, "seq": behind});
        client.say(&json!({"op": 6, "d": data})).await;
        client
    }

    pub(crate) async fn say(&mut self, value: &Value) {
        self.0.send(Message::text(value.to_string())).await.expect("sent");
    }

    pub(crate) async fn hear(&mut self) -> Heard {
        loop {
            return match self.0.next().await {
                Some(Ok(Message::Text(text))) => {
                    Heard::Frame(serde_json::from_str(text.as_str()).expect("JSON"))
                }
                Some(Ok(Message::Close(frame))) => Heard::Closed(frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => Heard::Lost,
            };
        }
    }

    pub(crate) async fn frame(&mut self) -> Value {
        match self.hear().await {
            Heard::Frame(frame) => frame,
            other => panic!("no frame but {other:?}"),
        }
    }

    /// The numbers and names of the next events.
    async fn events(&mut self, count: usize) -> Vec<(u64, String)> {
        let mut events = Vec::new();
        for _ in 0..count {
            let frame = self.frame().await;
            let name = frame["t"].as_str().expect("an event").to_owned();
            events.push((frame["s"].as_u64().expect("a number"), name));
        }
        events
    }
}

/// Makes an event: somebody writes.
fn write(control: &Control, text: &str) {
    let ada = control.user_id("ada").expect("ada");
    let general = control.channel_id(ada, "general").expect("#general");
    control.post(ada, general, text).expect("written");
}

fn named(numbers: &[u64]) -> Vec<(u64, String)> {
    numbers
        .iter()
        .map(|number| (*number, "MESSAGE_CREATE".to_owned()))
        .collect()
}

fn record(control: &Control) -> GatewayRecord {
    *control.gateway_record().borrow()
}

#[tokio::test]
async fn each_close_is_as_asked_and_a_resume_brings_what_was_missed() {
    let simcord = Simcord::start(options()).await.expect("a local Discord");
    let control = simcord.control();
    for (mishap, heard) in [
        (
            GatewayMishap::Close { code: Some(4000) },
            Heard::Closed(Some(4000)),
        ),
        (
            GatewayMishap::Close { code: Some(1000) },
            Heard::Closed(Some(1000)),
        ),
        (GatewayMishap::Close { code: None }, Heard::Closed(None)),
        (GatewayMishap::Cut, Heard::Lost),
    ] {
        let (mut client, session) = Client::begin(&simcord).await;
        write(&control, "before");
        assert_eq!(client.events(1).await, named(&[3]));
        control.gateway(mishap);
        assert_eq!(client.hear().await, heard);
        write(&control, "in the gap");
        write(&control, "and again");
        // From before the event that had arrived: everything behind the number comes, whether it was seen or not.
        let mut again = Client::resume(&simcord, &session, 2).await;
        assert_eq!(again.events(3).await, named(&[3, 4, 5]), "{mishap:?}");
        assert_eq!(again.events(1).await, [(6, "RESUMED".to_owned())]);
        drop(again);
    }
    assert_eq!((record(&control).identifies, record(&control).resumes), (4, 4));
    simcord.stop().await;
}

#[tokio::test]
async fn a_session_that_is_over_cannot_be_resumed() {
    let simcord = Simcord::start(options()).await.expect("a local Discord");
    let control = simcord.control();
    for mishap in [
        GatewayMishap::Close { code: Some(4007) },
        GatewayMishap::Close { code: Some(4009) },
        GatewayMishap::Invalidate { resumable: false },
    ] {
        let (mut client, session) = Client::begin(&simcord).await;
        control.gateway(mishap);
        match client.hear().await {
            Heard::Frame(frame) => assert_eq!((&frame["op"], &frame["d"]), (&json!(9), &json!(false))),
            heard => assert!(matches!(heard, Heard::Closed(Some(4007 | 4009)))),
        }
        let mut again = Client::resume(&simcord, &session, 2).await;
        assert_eq!(again.frame().await["op"], 9, "{mishap:?}");
    }
    let (_client, session) = Client::begin(&simcord).await;
    let mut again = Client::resume(&simcord, &session, 99).await;
    assert_eq!(again.frame().await["op"], 9, "from a number that was never given");
    assert_eq!(
        (record(&control).resumes, record(&control).refused_resumes),
        (0, 4)
    );
    simcord.stop().await;
}

#[tokio::test]
async fn a_silent_connection_stays_open_and_its_events_are_kept() {
    let simcord = Simcord::start(options()).await.expect("a local Discord");
    let control = simcord.control();
    let (mut client, session) = Client::begin(&simcord).await;
    let beat = json!({"op": 1, "d": 2});
    client.say(&beat).await;
    assert_eq!(client.frame().await["op"], 11);
    control.gateway(GatewayMishap::FallSilent);
    write(&control, "not heard");
    client.say(&beat).await;
    let mut beats = control.gateway_record();
    beats
        .wait_for(|record| record.heartbeats == 2)
        .await
        .expect("heard");
    let mut again = Client::resume(&simcord, &session, 2).await;
    assert_eq!(again.events(1).await, named(&[3]));
    // The first thing that the silent one hears is that another has taken its place.
    assert_eq!(client.hear().await, Heard::Closed(Some(4000)));
    simcord.stop().await;
}

#[tokio::test]
async fn events_come_twice_and_in_another_order() {
    let simcord = Simcord::start(options()).await.expect("a local Discord");
    let control = simcord.control();
    let (mut client, _) = Client::begin(&simcord).await;
    control.gateway(GatewayMishap::Double { events: 1 });
    write(&control, "twice");
    write(&control, "once");
    assert_eq!(client.events(3).await, named(&[3, 3, 4]));
    control.gateway(GatewayMishap::Swap { events: 2 });
    for text in ["a", "b", "c", "d", "e"] {
        write(&control, text);
    }
    assert_eq!(client.events(5).await, named(&[6, 5, 8, 7, 9]));
    simcord.stop().await;
}

/// The control API over HTTP.
struct Http(reqwest::Client, String);

impl Http {
    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let request = self.0.post(format!("{}{path}", self.1)).json(&body);
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        (status, response.json().await.expect("JSON"))
    }

    async fn done(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.post(path, body).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }
}

#[tokio::test]
async fn the_gateway_goes_away_and_comes_back_over_http() {
    let simcord = Simcord::start(options()).await.expect("a local Discord");
    let http = Http(
        crate::http::client(),
        format!("http://{}", simcord.http_address()),
    );
    http.done("/control/gateway", json!({"do": "heartbeat", "ms": 500}))
        .await;
    let (mut client, session) = Client::begin(&simcord).await;
    http.done("/control/gateway", json!({"do": "go_away"})).await;
    assert_eq!(client.hear().await, Heard::Lost);
    assert!(
        tokio_tungstenite::connect_async(simcord.gateway_url())
            .await
            .is_err()
    );
    http.done("/control/gateway", json!({"do": "come_back"})).await;
    let mut again = Client::resume(&simcord, &session, 2).await;
    assert_eq!(again.events(1).await, [(3, "RESUMED".to_owned())]);
    for (body, op) in [
        (json!({"do": "ask_to_reconnect"}), 7),
        (json!({"do": "invalidate", "resumable": true}), 9),
    ] {
        http.done("/control/gateway", body).await;
        assert_eq!(again.frame().await["op"], op);
    }
    let answer = http
        .done("/control/gateway", json!({"do": "close", "code": 4008}))
        .await;
    assert_eq!(again.hear().await, Heard::Closed(Some(4008)));
    let expected = json!({
        "identifies": 1, "resumes": 1, "refused_resumes": 0, "heartbeats": 0, "turned_away": 1, "farewells": 0,
    });
    assert_eq!(answer["record"], expected);
    assert_eq!(http.post("/control/gateway", json!({"do": "dance"})).await.0, 422);
    simcord.stop().await;
}

#[tokio::test]
async fn a_429_has_the_headers_and_the_body_of_its_scope() {
    let simcord = Simcord::start(options()).await.expect("a local Discord");
    let http = Http(
        crate::http::client(),
        format!("http://{}", simcord.http_address()),
    );
    for scope in ["user", "global", "shared"] {
        let fault = json!({"path": "/users/@me", "times": 1,
            "with": {"kind": "rate_limit", "scope": scope, "retry_after": 0.25}});
        http.done("/control/fault", fault).await;
        let url = format!("{}/api/v10/users/@me", http.1);
        let response = http.0.get(url).send().await.expect("an answer");
        assert_eq!(response.status(), 429);
        let header = |name: &str| Some(response.headers().get(name)?.to_str().expect("text").to_owned());
        assert_eq!(header("x-ratelimit-scope").as_deref(), Some(scope));
        assert_eq!(header("retry-after").as_deref(), Some("0.25"));
        // Without it, discord.py does not believe that the limit is Discord's.
        assert_eq!(header("via").as_deref(), Some("1.1 google"));
        assert_eq!(header("x-ratelimit-global").is_some(), scope == "global");
        let body: Value = response.json().await.expect("JSON");
        let expected = json!({
            "message": "You are being rate limited.", "retry_after": 0.25, "global": scope == "global",
        });
        assert_eq!(body, expected);
    }
    for (fault, status) in [
        (
            json!({"path": "/", "times": 1, "with": {"kind": "status", "status": 200}}),
            422,
        ),
        (
            json!({"path": "/", "times": 1, "with": {"kind": "rate_limit", "scope": "user", "retry_after": -1.0}}),
            422,
        ),
        (
            json!({"path": "/", "times": 1, "with": {"kind": "rate_limit", "scope": "nobody", "retry_after": 1.0}}),
            422,
        ),
    ] {
        assert_eq!(http.post("/control/fault", fault).await.0, status);
    }
    simcord.stop().await;
}

#[tokio::test]
async fn rest_fails_loses_answers_and_is_slow_over_http() {
    let simcord = Simcord::start(options()).await.expect("a local Discord");
    let control = simcord.control();
    let http = Http(
        crate::http::client(),
        format!("http://{}", simcord.http_address()),
    );
    let ada = control.user_id("ada").expect("ada");
    let general = control.channel_id(ada, "general").expect("#general");
    let send = || {
        let url = format!("{}/api/v10/channels/{general}/messages", http.1);
        let request = http.0.post(url).header("authorization", "Bot local.bot.token");
        request
            .json(&json!({"content": "hello", "nonce": "1", "enforce_nonce": true}))
            .send()
    };
    let fault = |kind: Value| {
        let fault = json!({"method": "POST", "path": "/messages", "times": 1, "with": kind});
        http.done("/control/fault", fault)
    };
    fault(json!({"kind": "status", "status": 503})).await;
    assert_eq!(send().await.expect("an answer").status(), 503);
    assert_eq!(control.messages(ada, general).len(), 0, "not carried out");
    fault(json!({"kind": "lose_answer"})).await;
    assert!(send().await.is_err());
    assert_eq!(control.messages(ada, general).len(), 1, "carried out");
    fault(json!({"kind": "delay", "ms": 5})).await;
    assert_eq!(send().await.expect("an answer").status(), 200);
    assert_eq!(control.messages(ada, general).len(), 1, "the nonce is remembered");
    http.done("/control/limits", json!({"nonce_window": 0})).await;
    assert_eq!(send().await.expect("an answer").status(), 200);
    assert_eq!(control.messages(ada, general).len(), 2, "the nonce is forgotten");
    simcord.stop().await;
}

#[tokio::test]
async fn people_delete_and_revoke_over_http() {
    let simcord = Simcord::start(options()).await.expect("a local Discord");
    let control = simcord.control();
    let http = Http(
        crate::http::client(),
        format!("http://{}", simcord.http_address()),
    );
    let ada = control.user_id("ada").expect("ada");
    let guild = control.guild_id("Works").expect("a guild");
    let general = control.channel_id(ada, "general").expect("#general");
    write(&control, "soon gone");
    let message = control.messages(ada, general).pop().expect("a message").id;
    http.done("/control/delete", json!({"message": message})).await;
    assert_eq!(control.messages(ada, general).len(), 0);
    let post = |path: String, body: Value, status: u16| {
        let url = format!("{}/api/v10/{path}", http.1);
        let request = http.0.post(url).header("authorization", "Bot local.bot.token");
        let sending = request.json(&body).send();
        async move { assert_eq!(sending.await.expect("an answer").status(), status) }
    };
    let make = || post(format!("guilds/{guild}/channels"), json!({"name": "shop"}), 403);
    http.done(
        "/control/bot_permissions",
        json!({"guild": guild, "permissions": "1024"}),
    )
    .await;
    make().await;
    http.done("/control/delete", json!({"channel": general})).await;
    post(
        format!("channels/{general}/messages"),
        json!({"content": "hello"}),
        404,
    )
    .await;
    http.done(
        "/control/member_roles",
        json!({"guild": guild, "user": "ben", "roles": ["Painters"]}),
    )
    .await;
    let people = control.people();
    let ben = people
        .iter()
        .find(|person| person.username == "ben")
        .expect("ben");
    assert_eq!(
        serde_json::to_value(ben).expect("JSON")["guilds"][0]["roles"],
        json!(["Painters"])
    );
    assert_eq!(http.post("/control/delete", json!({})).await.0, 400);
    simcord.stop().await;
}

#[tokio::test]
async fn a_script_of_mishaps_is_played_whole_or_not_at_all() {
    let simcord = Simcord::start(options()).await.expect("a local Discord");
    let control = simcord.control();
    let me = format!("http://{}/api/v10/users/@me", simcord.http_address());
    let client = crate::http::client();
    let asked = || async {
        let request = client.get(&me).header("authorization", "Bot local.bot.token");
        request.send().await.expect("an answer").status().as_u16()
    };
    let wrong = r##"# Comments and empty lines are passed over.
{"fault": {"path": "/users/@me", "times": 1, "with": {"kind": "status", "status": 503}}}

{"fault": {"path": "/users/@me", "tims": 1, "with": {"kind": "status", "status": 503}}}
{"gateway": {"do": "dance"}}
{"fault": {"path": "/", "times": 1, "with": {"kind": "status", "status": 200}}}
{"limits": {"requests_per_second": 5}"##;
    let refusal = control.play_mishaps(wrong).expect_err("four lines are wrong");
    assert_eq!(
        refusal.0,
        "line 4, column 39: unknown field `tims`, expected one of `method`, `path`, `times`, `with`\n\
         line 5, column 26: unknown variant `dance`, expected one of `close`, `cut`, `fall_silent`, `ask_to_reconnect`, \
         `invalidate`, `go_away`, `come_back`, `double`, `swap`, `heartbeat`\n\
         line 6: A fault has a status from 400 to 599.\n\
         line 7, column 37: EOF while parsing an object"
    );
    assert_eq!(asked().await, 200, "the line that was right is not played either");

    let url = format!("http://{}/control/mishaps", simcord.http_address());
    let answer = client.post(&url).body(wrong).send().await.expect("an answer");
    assert_eq!(answer.status(), 422);
    let right = wrong.lines().take(2).collect::<Vec<_>>().join("\n");
    let answer = client.post(&url).body(right).send().await.expect("an answer");
    let played: Value = answer.json().await.expect("JSON");
    assert_eq!(played, json!({"mishaps": 1}));
    assert_eq!(asked().await, 503);
    assert_eq!(asked().await, 200);
    simcord.stop().await;
}
