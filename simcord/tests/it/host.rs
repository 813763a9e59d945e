//! What the program that embeds simcord adds to the page.

use std::sync::Arc;

use serde_json::{Value, json};
use simcord::{Host, HostAnswer, HostFile, Options, Simcord};
use tokio::sync::watch;

use crate::stage::options;

#[derive(Debug)]
struct Guide(watch::Sender<Value>);

impl Host for Guide {
    fn files(&self) -> &'static [HostFile] {
        &[
            ("/host.js", b"export function start() {}"),
            ("/host.css", b"p {}"),
            ("/app.js", b"not mine"),
        ]
    }

    fn state(&self) -> watch::Receiver<Value> {
        self.0.subscribe()
    }

    fn call<'a>(&'a self, name: &'a str, body: Value) -> HostAnswer<'a> {
        Box::pin(async move {
            if name != "echo" {
                return Err(format!("There is no call {name:?}."));
            }
            self.0.send_replace(body.clone());
            Ok(json!({"heard": body}))
        })
    }
}

async fn with_guide() -> (Simcord, String) {
    let guide = Guide(watch::Sender::new(json!({"step": 1})));
    let options = Options {
        host: Some(Arc::new(guide)),
        ..options()
    };
    let simcord = Simcord::start(options).await.expect("a local Discord");
    let base = format!("http://{}", simcord.http_address());
    (simcord, base)
}

/// The files are served under the page's own policy, and never in the place of a file of the page.
#[tokio::test]
async fn its_files_are_files_of_the_page() {
    let (simcord, base) = with_guide().await;
    for (path, kind, text) in [
        ("/host.js", "text/javascript", "export function start() {}"),
        ("/host.css", "text/css", "p {}"),
    ] {
        let answer = reqwest::get(format!("{base}{path}")).await.expect("an answer");
        assert_eq!(answer.status(), 200);
        let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
        assert!(
            header("content-type").starts_with(kind),
            "{}",
            header("content-type")
        );
        assert!(header("content-security-policy").starts_with("default-src 'none'; script-src 'self'"));
        assert_eq!(answer.text().await.expect("text"), text);
    }
    let own = reqwest::get(format!("{base}/app.js")).await.expect("an answer");
    assert_ne!(own.text().await.expect("text"), "not mine");
    let none = reqwest::get(format!("{base}/host.svg")).await.expect("an answer");
    assert_eq!(none.status(), 404);
    simcord.stop().await;
}

/// A page hears the state with the first event, and each later one as an event of its own.
#[tokio::test]
async fn its_state_reaches_every_page() {
    let (simcord, base) = with_guide().await;
    let client = reqwest::Client::new();
    let mut events = client
        .get(format!("{base}/control/events?user=ada"))
        .send()
        .await
        .expect("a stream");
    let mut heard = String::new();
    while !heard.contains("\n\n") {
        heard.push_str(&String::from_utf8_lossy(
            &events.chunk().await.expect("a chunk").expect("more"),
        ));
    }
    let hello = heard
        .strip_prefix("event: hello\ndata: ")
        .expect("hello comes first");
    let hello: Value = serde_json::from_str(hello.lines().next().expect("a line")).expect("JSON");
    assert_eq!(hello["me"]["username"], "ada");
    assert_eq!(hello["host"]["state"], json!({"step": 1}));
    assert_eq!(
        hello["host"]["files"],
        json!(["/host.js", "/host.css", "/app.js"])
    );

    let call = client.post(format!("{base}/host/echo")).json(&json!({"step": 2}));
    let answer = call.send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(
        answer.json::<Value>().await.expect("JSON"),
        json!({"heard": {"step": 2}})
    );
    while !heard.contains("event: host\ndata: {\"step\":2}\n\n") {
        heard.push_str(&String::from_utf8_lossy(
            &events.chunk().await.expect("a chunk").expect("more"),
        ));
    }
    drop(events);
    simcord.stop().await;
}

/// A call that is not there is refused in the host's own words; without a host, and under a foreign name, nothing is
/// called.
#[tokio::test]
async fn what_cannot_be_called_is_refused() {
    let (simcord, base) = with_guide().await;
    let client = reqwest::Client::new();
    let refused = |request: reqwest::RequestBuilder| async move {
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.json::<Value>().await.expect("JSON"))
    };
    let unknown = client.post(format!("{base}/host/dance")).json(&json!({}));
    let sentence = json!({"error": "There is no call \"dance\"."});
    assert_eq!(refused(unknown).await, (422, sentence));
    let foreign = client
        .post(format!("{base}/host/echo"))
        .header("host", "evil.example");
    let sentence = json!({"error": "This is for this machine only."});
    assert_eq!(refused(foreign.json(&json!({}))).await, (403, sentence));
    let no_json = client.post(format!("{base}/host/echo")).body("{}");
    assert_eq!(refused(no_json).await.0, 415);
    simcord.stop().await;

    let alone = Simcord::start(options()).await.expect("a local Discord");
    let call = client.post(format!("http://{}/host/echo", alone.http_address()));
    let sentence = json!({"error": "No host stands behind this page."});
    assert_eq!(refused(call.json(&json!({}))).await, (404, sentence));
    alone.stop().await;
}
