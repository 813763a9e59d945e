//! Files of messages: multipart in, Discord's shape out, served on loopback, within Discord's limits.

use serde_json::{Value, json};
use simcord::{Limits, Options, Simcord};

use crate::stage::options;

/// The first bytes of a PNG of 320 × 200.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x01\x40\0\0\0\xc8\x08\x02\0\0\0";

struct Rest {
    client: reqwest::Client,
    base: String,
}

impl Rest {
    async fn send(
        &self,
        method: &str,
        path: &str,
        payload: &Value,
        files: &[(&str, &str, &[u8])],
    ) -> (u16, Value) {
        let mut body = Vec::new();
        let mut part = |head: &str, content: &[u8]| {
            body.extend_from_slice(
                format!("--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(),
            );
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        };
        for (field, name, content) in files {
            part(&format!("name=\"{field}\"; filename=\"{name}\""), content);
        }
        part("name=\"payload_json\"", payload.to_string().as_bytes());
        body.extend_from_slice(b"--edge--\r\n");
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let response = self
            .client
            .request(method, format!("{}/api/v10{path}", self.base))
            .header("authorization", "Bot local.bot.token")
            .header("content-type", "multipart/form-data; boundary=edge")
            .body(body)
            .send()
            .await
            .expect("an answer");
        (
            response.status().as_u16(),
            response.json().await.unwrap_or(Value::Null),
        )
    }
}

async fn start(options: Options) -> (Simcord, Rest, String) {
    let simcord = Simcord::start(options).await.expect("a local Discord");
    let control = simcord.control();
    let ada = control.user_id("ada").expect("ada");
    let general = control.channel_id(ada, "general").expect("#general");
    let rest = Rest {
        client: crate::http::client(),
        base: format!("http://{}", simcord.http_address()),
    };
    (simcord, rest, format!("/channels/{general}/messages"))
}

fn options_with_files() -> Options {
    let mut options = options();
    for guild in &mut options.guilds {
        guild.bot_permissions |= 1 << 15;
    }
    options
}

#[tokio::test]
async fn files_are_kept_served_and_read() {
    let (simcord, rest, send) = start(options_with_files()).await;
    let payload = json!({"content": "Look", "attachments": [
        {"id": 0, "description": "a picture of nothing"}, {"id": 1, "filename": "my notes.md"},
    ]});
    let files: [(&str, &str, &[u8]); 2] = [
        ("files[0]", "x.png", PICTURE),
        ("files[1]", "y.md", b"# Notes\r\n--edg is here\n\xff!"),
    ];
    let (status, message) = rest.send("POST", &send, &payload, &files).await;
    assert_eq!(status, 200, "{message}");
    let [picture, notes] = message["attachments"].as_array().expect("files").as_slice() else {
        panic!("{message}");
    };
    assert_eq!(
        (&picture["width"], &picture["height"]),
        (&json!(320), &json!(200))
    );
    assert_eq!(picture["description"], "a picture of nothing");
    assert_eq!(picture["size"], PICTURE.len());
    assert_eq!(
        (&notes["filename"], &notes["width"]),
        (&json!("my_notes.md"), &Value::Null)
    );

    let url = picture["url"].as_str().expect("a url");
    let served = rest.client.get(url).send().await.expect("an answer");
    assert_eq!(served.headers()["content-type"], "image/png");
    assert_eq!(served.headers()["content-disposition"], "inline");
    assert_eq!(served.bytes().await.expect("bytes"), PICTURE);
    let served = rest
        .client
        .get(notes["url"].as_str().expect("a url"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(served.headers()["content-disposition"], "attachment");
    let gone = rest
        .client
        .get(format!("{}/attachments/1/2/x.png", rest.base))
        .send()
        .await
        .expect("an answer");
    assert_eq!(gone.status(), 404);

    let control = simcord.control();
    let ada = control.user_id("ada").expect("ada");
    let general = control.channel_id(ada, "general").expect("#general");
    let read = control
        .messages(ada, general)
        .pop()
        .and_then(|message| message.simcord)
        .expect("a message");
    assert_eq!(
        read.text,
        "Look\n📎 x.png (image/png, 320 × 200)\n  a picture of nothing\n\
         📎 my_notes.md (text/markdown; charset=utf-8, 25 bytes)\n  # Notes\n  --edg is here\n  \u{fffd}!"
    );

    // An edit keeps the files that it names, and all of them without a word about files.
    let path = format!("{send}/{}", message["id"].as_str().expect("an id"));
    let (_, same) = rest.send("PATCH", &path, &json!({"content": "Still"}), &[]).await;
    assert_eq!(same["attachments"].as_array().map(Vec::len), Some(2));
    let keep = json!({"attachments": [{"id": picture["id"]}, {"id": 0}]});
    let (_, less) = rest
        .send("PATCH", &path, &keep, &[("files[0]", "z.txt", b"z")])
        .await;
    let names: Vec<&Value> = less["attachments"]
        .as_array()
        .expect("files")
        .iter()
        .map(|file| &file["filename"])
        .collect();
    assert_eq!(names, ["x.png", "z.txt"]);
    assert_eq!(control.errors(), Vec::<String>::new());
}

#[tokio::test]
async fn files_beyond_the_limits_are_refused() {
    let options = Options {
        limits: Limits {
            bytes_per_file: 8,
            ..Limits::default()
        },
        ..options_with_files()
    };
    let (_simcord, rest, send) = start(options).await;
    let (status, body) = rest
        .send("POST", &send, &json!({}), &[("files[0]", "a.txt", b"123456789")])
        .await;
    assert_eq!((status, &body["code"]), (413, &json!(40005)));
    let missing = json!({"content": "x", "attachments": [{"id": 3}]});
    let (status, body) = rest.send("POST", &send, &missing, &[]).await;
    assert_eq!(status, 400);
    assert_eq!(
        body.pointer("/errors/attachments/0/_errors/0/code"),
        Some(&json!("ATTACHMENT_NOT_FOUND"))
    );
    let long = json!({"attachments": [{"id": 0, "description": "x".repeat(1_025)}]});
    let (status, _) = rest
        .send("POST", &send, &long, &[("files[0]", "a.txt", b"1")])
        .await;
    assert_eq!(status, 400);
    let names: Vec<String> = (0..11).map(|place| format!("files[{place}]")).collect();
    let many: Vec<(&str, &str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), "a.txt", &b"1"[..]))
        .collect();
    let (status, body) = rest.send("POST", &send, &json!({}), &many).await;
    assert_eq!((status, &body["code"]), (400, &json!(30015)));
    let (status, message) = rest.send("POST", &send, &json!({}), &many[..10]).await;
    assert_eq!(
        (status, message["attachments"].as_array().map(Vec::len)),
        (200, Some(10))
    );
}

#[tokio::test]
async fn files_need_the_permission() {
    let (simcord, rest, send) = start(options_with_files()).await;
    let control = simcord.control();
    let ada = control.user_id("ada").expect("ada");
    let general = control.channel_id(ada, "general").expect("#general");
    control.deny_bot(general, 1 << 15).expect("a channel");
    let (status, body) = rest
        .send(
            "POST",
            &send,
            &json!({"content": "x"}),
            &[("files[0]", "a.txt", b"1")],
        )
        .await;
    assert_eq!((status, &body["code"]), (403, &json!(50013)));
}

/// A person has a file through the control API, writes with it, and is refused with a sentence where Discord would.
#[tokio::test]
async fn a_person_writes_with_files_over_http() {
    let options = Options {
        limits: Limits {
            bytes_per_file: 200,
            ..Limits::default()
        },
        ..options()
    };
    let (simcord, rest, _) = start(options).await;
    let control = simcord.control();
    let ada = control.user_id("ada").expect("ada");
    let general = control.channel_id(ada, "general").expect("#general");
    let have = async |query: &str, kind: &str, bytes: &[u8]| {
        let request = rest.client.post(format!("{}/control/file?{query}", rest.base));
        let request = request.header("content-type", kind).body(bytes.to_vec());
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        (status, response.json::<Value>().await.expect("JSON"))
    };
    let write = async |body: Value| {
        let request = rest.client.post(format!("{}/control/message", rest.base));
        let response = request.json(&body).send().await.expect("an answer");
        let status = response.status().as_u16();
        (status, response.json::<Value>().await.expect("JSON"))
    };
    let bytes = "application/octet-stream";

    let (status, first) = have("user=ada&name=my%20notes.txt", bytes, b"one").await;
    assert_eq!((status, &first["filename"]), (200, &json!("my_notes.txt")));
    let (_, picture) = have("user=ada&name=x.png", bytes, PICTURE).await;
    assert_eq!(picture["width"], 320);
    let (status, message) = write(json!({
        "user": "ada", "channel": general, "files": [first["id"], "x.png"],
    }))
    .await;
    let names = message["attachments"].as_array().expect("files").iter();
    let names: Vec<_> = names.map(|file| &file["filename"]).collect();
    assert_eq!((status, json!(names)), (200, json!(["my_notes.txt", "x.png"])));

    // What cannot be carried out is told, and leaves nothing behind.
    let before = control.messages(ada, general).len();
    let (status, refused) = write(json!({"user": "ben", "channel": general, "files": ["x.png"]})).await;
    assert_eq!(
        (status, &refused["error"]),
        (422, &json!("You have no file called \"x.png\"."))
    );
    assert_eq!(write(json!({"user": "ada", "channel": general})).await.0, 422);
    assert_eq!(control.messages(ada, general).len(), before);
    assert_eq!(have("user=ada&name=x", bytes, &[0; 201]).await.0, 413);
    assert_eq!(have("user=ada&name=x", bytes, &[0; 200]).await.0, 200);
    assert_eq!(have("user=ada&name=", bytes, b"x").await.0, 400);
    assert_eq!(have("user=nobody&name=x", bytes, b"x").await.0, 404);
    assert_eq!(have("user=ada&name=x", "text/plain", b"x").await.0, 415);
}

/// What a person has is bounded: the file that came first goes.
#[tokio::test]
async fn a_person_keeps_the_newest_hundred_files() {
    let (simcord, _, _) = start(options()).await;
    let control = simcord.control();
    let ada = control.user_id("ada").expect("ada");
    let general = control.channel_id(ada, "general").expect("#general");
    for number in 0..=100 {
        control.have_file(ada, &format!("{number}.txt"), b"x");
    }
    let write = |name: &str| control.post_with_files(ada, general, "", &[name.to_owned()]);
    assert!(write("0.txt").is_err());
    assert!(write("1.txt").is_ok());
}
