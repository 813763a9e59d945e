//! The control API over HTTP, call by call, held against its own description.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};
use simcord::conformance::{Document, check};

use crate::stage::{options, play};

/// What the description says.
const DESCRIPTION: &str = include_str!("../../control.openapi.json");

/// Where the routes are.
const ROUTES: [&str; 3] = [
    include_str!("../../src/control/files.rs"),
    include_str!("../../src/control/http.rs"),
    include_str!("../../src/control/mishaps.rs"),
];

/// Calls over HTTP, each one kept.
struct Calls {
    client: reqwest::Client,
    base: String,
    exchanges: Vec<Value>,
}

impl Calls {
    /// A call that is carried out.
    async fn done(&mut self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(method, path, body).await;
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    }

    /// A call that is refused in a sentence.
    async fn refused(&mut self, method: &str, path: &str, body: Value) -> (u16, String) {
        let (status, answer) = self.call(method, path, body).await;
        let sentence = answer["error"].as_str().expect("a sentence");
        (status, sentence.to_owned())
    }

    async fn call(&mut self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let verb = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.client.request(verb, format!("{}{path}", self.base));
        request = match &body {
            Value::Null => request,
            Value::String(text) if path.starts_with("/control/file?") => request
                .header("content-type", "application/octet-stream")
                .body(text.clone()),
            Value::String(text) => request.body(text.clone()),
            body => request.json(body),
        };
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        let answer: Value = response.json().await.expect("JSON");
        let (place, query) = path.split_once('?').unwrap_or((path, ""));
        let query: BTreeMap<_, _> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        self.exchanges.push(json!({
            "method": method, "path": place, "query": query, "body": body, "status": status, "response": answer,
        }));
        (status, answer)
    }
}

#[tokio::test]
async fn every_call_does_what_its_description_says() {
    play(options(), async |stage| {
        let mut calls = Calls {
            client: reqwest::Client::new(),
            base: format!("http://{}", stage.http),
            exchanges: Vec::new(),
        };
        let general = stage.general.to_string();
        look(&mut calls, &general).await;
        act(&mut calls, &general).await;
        let guild = stage.control.guild_id("Works").expect("a guild").to_string();
        administer(&mut calls, &general, &guild).await;

        let document: Value = serde_json::from_str(DESCRIPTION).expect("JSON");
        assert_eq!(
            calls.done("GET", "/control/openapi.json", Value::Null).await,
            document
        );
        let mut recording = tempfile::NamedTempFile::new().expect("a file");
        for exchange in &calls.exchanges {
            writeln!(recording, "{exchange}").expect("a line");
        }
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("control.openapi.json");
        let described = Document::read(&file).expect("a description");
        let report = check(&described, &[recording.path().to_owned()], &[]).expect("a recording");
        let findings: Vec<_> = report.findings().collect();
        assert!(findings.is_empty(), "{findings:#?}");
        for (path, operations) in document["paths"].as_object().expect("paths") {
            for method in operations.as_object().expect("operations").keys() {
                let called = calls.exchanges.iter().any(|exchange| {
                    exchange["method"]
                        .as_str()
                        .is_some_and(|verb| verb.eq_ignore_ascii_case(method))
                        && exchange["path"].as_str().is_some_and(|place| fits(path, place))
                });
                // A stream never ends; its own tests read it.
                assert!(
                    called || path == "/control/events",
                    "nobody called {method} {path}"
                );
            }
        }
    })
    .await;
}

#[test]
fn the_description_names_every_route() {
    let document: Value = serde_json::from_str(DESCRIPTION).expect("JSON");
    let described = document["paths"].as_object().expect("paths");
    let mut count = 0;
    for text in ROUTES {
        for quoted in text.split('"').filter(|quoted| quoted.starts_with("/control/")) {
            assert!(described.contains_key(quoted), "{quoted} is not described");
            count += 1;
        }
    }
    assert_eq!(count, described.len(), "something is described that is no route");
}

/// Whether a path is of this template.
fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template
            .iter()
            .zip(path)
            .all(|(wanted, part)| wanted.starts_with('{') || *wanted == part)
}

async fn look(calls: &mut Calls, general: &str) {
    calls.done("GET", "/control/people", Value::Null).await;
    calls.done("GET", "/control/view?user=ada", Value::Null).await;
    calls.done("GET", "/control/pings?user=ada", Value::Null).await;
    calls.done("GET", "/control/errors", Value::Null).await;
    calls.done("GET", "/control/requests", Value::Null).await;
    calls.done("GET", "/control/clock", Value::Null).await;
    calls.done("GET", "/control/gateway", Value::Null).await;
    let messages = format!("/control/channels/{general}/messages");
    calls
        .done("GET", &format!("{messages}?user=ada&limit=5"), Value::Null)
        .await;
    calls
        .done(
            "GET",
            &format!("/control/channels/{general}/pins?user=ada"),
            Value::Null,
        )
        .await;
    let (status, why) = calls
        .refused("GET", &format!("{messages}?user=nobody"), Value::Null)
        .await;
    assert_eq!((status, why.as_str()), (404, "There is no person \"nobody\"."));
    let (status, _) = calls.refused("GET", &messages, Value::Null).await;
    assert_eq!(status, 400);
}

async fn act(calls: &mut Calls, general: &str) {
    let slash = json!({"user": "ada", "channel": general, "text": "/panel"});
    let panel = calls.done("POST", "/control/slash", slash).await;
    let message = panel["message"]["id"].clone();
    let on_panel = |more: Value| {
        let mut body = json!({"user": "ben", "message": message});
        merge(&mut body, more);
        body
    };
    calls
        .done(
            "POST",
            "/control/select",
            on_panel(json!({"custom_id": "colour", "values": ["red"]})),
        )
        .await;
    calls
        .done(
            "POST",
            "/control/click",
            on_panel(json!({"custom_id": "count:0"})),
        )
        .await;
    let form = json!({"user": "ada", "channel": general, "command": "form", "options": {}});
    let form = calls.done("POST", "/control/slash", form).await;
    let sent = json!({"user": "ada", "modal": form["modal"]["id"], "fields": {"why": "Because"}});
    calls.done("POST", "/control/modal", sent).await;
    let typed = json!({"user": "ada", "channel": general, "command": "fruit", "options": {"fruit": "ap"}, "focused": "fruit"});
    let suggested = calls.done("POST", "/control/autocomplete", typed).await;
    assert_eq!(suggested["choices"][0]["name"], "apple");
    let ben = calls.done("GET", "/control/view?user=ben", Value::Null).await["me"]["id"].clone();
    let menu = json!({"user": "ada", "channel": general, "command": "Who is this", "target": ben});
    calls.done("POST", "/control/menu", menu).await;
    let file = calls.done("POST", "/control/file?user=ben&name=a.txt", json!("words"));
    let file = file.await["id"].clone();
    let written = json!({"user": "ben", "channel": general, "content": "Hello @ada", "files": [file]});
    let written = calls.done("POST", "/control/message", written).await;
    let reaction = |more: Value| {
        let mut body = json!({"user": "ada", "message": written["id"], "emoji": "👍"});
        merge(&mut body, more);
        body
    };
    let reacted = calls.done("POST", "/control/reaction", reaction(json!({}))).await;
    assert_eq!(reacted["reactions"][0]["me"], true);
    let taken = reaction(json!({"take_back": true}));
    let taken = calls.done("POST", "/control/reaction", taken).await;
    assert_eq!(taken.get("reactions"), None);
    let (status, _) = calls
        .refused("POST", "/control/reaction", reaction(json!({"emoji": "yes"})))
        .await;
    assert_eq!(status, 422);
    calls
        .done(
            "POST",
            "/control/read",
            json!({"user": "ada", "channel": general}),
        )
        .await;
    calls.done("POST", "/control/clock", json!({"by": 60})).await;
    calls
        .done("POST", "/control/delete", json!({"message": written["id"]}))
        .await;

    // Each refusal is a sentence, and a key that means nothing is no key that is passed over.
    let (status, why) = calls
        .refused(
            "POST",
            "/control/slash",
            json!({"user": "ada", "channel": general}),
        )
        .await;
    assert_eq!((status, why.as_str()), (400, "Give `command` or `text`."));
    let typo = json!({"user": "ada", "channel": general, "command": "form", "optons": {}});
    let (status, why) = calls.refused("POST", "/control/slash", typo).await;
    assert!(
        status == 422 && why.contains("unknown field `optons`"),
        "{status} {why}"
    );
    let (status, _) = calls.refused("POST", "/control/click", json!("no JSON")).await;
    assert_eq!(status, 415);
    let (status, why) = calls.refused("POST", "/control/clock", json!({"by": -60})).await;
    assert_eq!((status, why.as_str()), (422, "A clock does not go back."));
}

async fn administer(calls: &mut Calls, general: &str, guild: &str) {
    let later = json!({"path": "/users/@me/guilds", "times": 1, "with": {"kind": "status", "status": 503}});
    calls.done("POST", "/control/fault", later.clone()).await;
    calls
        .done(
            "POST",
            "/control/mishaps",
            Value::String(json!({"fault": later}).to_string()),
        )
        .await;
    calls
        .refused("POST", "/control/mishaps", Value::String("{}".into()))
        .await;
    calls
        .done("POST", "/control/limits", json!({"requests_in_all": 0}))
        .await;
    calls
        .done("POST", "/control/gateway", json!({"do": "double", "events": 0}))
        .await;
    let bits = simcord::Permissions::ALL.0.to_string();
    calls
        .done(
            "POST",
            "/control/bot_permissions",
            json!({"guild": guild, "permissions": bits}),
        )
        .await;
    calls
        .done(
            "POST",
            "/control/deny_bot",
            json!({"channel": general, "permissions": "0"}),
        )
        .await;
    calls
        .done(
            "POST",
            "/control/member_roles",
            json!({"guild": guild, "user": "ben", "roles": ["Painters"]}),
        )
        .await;
    calls
        .done(
            "POST",
            "/control/direct_messages",
            json!({"user": "ben", "taken": false}),
        )
        .await;
    calls
        .done("POST", "/control/leave", json!({"guild": guild, "user": "cem"}))
        .await;
    let (status, why) = calls
        .refused("POST", "/control/leave", json!({"guild": guild, "user": "cem"}))
        .await;
    assert!((400..500).contains(&status) && !why.is_empty());
}

fn merge(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}
