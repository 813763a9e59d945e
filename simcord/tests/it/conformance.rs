//! Recordings of REST, and what is found when they are held against a description of an API.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use simcord::conformance::{ConformanceError, Document, Finding, Known, Side, check};
use simcord::{Options, Simcord};
use tempfile::TempDir;

use crate::stage::options;

/// A description with one of everything that Discord's has.
fn description() -> Value {
    json!({
        "openapi": "3.1.0",
        "paths": {
            "/rooms/{room_id}/notes": {
                "parameters": [{"name": "room_id", "in": "path", "schema": {"type": "string"}, "required": true}],
                "post": {
                    "parameters": [{"name": "wait", "in": "query", "schema": {"type": "boolean"}, "required": true}],
                    "requestBody": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}},
                        "required": true,
                    },
                    "responses": {
                        "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Kept"}}}},
                        "4XX": {"$ref": "#/components/responses/Refusal"},
                    },
                },
            },
            "/rooms/{room_id}/notes/{note_id}": {"delete": {"responses": {"204": {"description": "gone"}}}},
            "/rooms/@mine/notes/{note_id}": {"delete": {"responses": {"200": {"description": "gone"}}}},
        },
        "components": {
            "schemas": {
                "Note": {
                    "type": "object", "required": ["text"],
                    "properties": {
                        "text": {"type": "string", "maxLength": 5},
                        "bits": {"type": "integer"},
                        "parts": {"type": "array", "items": {"oneOf": [
                            {"$ref": "#/components/schemas/Button"}, {"$ref": "#/components/schemas/Label"},
                        ]}},
                    },
                },
                "Kept": {
                    "type": "object", "required": ["id", "at"],
                    "properties": {"id": {"type": "string"}, "at": {"type": "string", "format": "date-time"}},
                },
                "Button": {
                    "type": "object", "required": ["type", "name"],
                    "properties": {"type": {"const": 2}, "name": {"type": "string"}},
                },
                "Label": {
                    "type": "object", "required": ["type", "part"],
                    "properties": {"type": {"const": 18}, "part": {"$ref": "#/components/schemas/Button"}},
                },
            },
            "responses": {"Refusal": {"content": {"application/json": {"schema": {
                "type": "object", "required": ["code", "message"],
            }}}}},
        },
    })
}

/// A folder with the description and a recording.
struct Case {
    folder: TempDir,
}

impl Case {
    fn new(lines: &[Value]) -> Self {
        let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
        Self::of_text(&lines.join("\n"))
    }

    fn of_text(recording: &str) -> Self {
        let case = Self {
            folder: TempDir::new().expect("a folder"),
        };
        std::fs::write(case.description(), description().to_string()).expect("a file");
        std::fs::write(case.recording(), recording).expect("a file");
        case
    }

    fn description(&self) -> PathBuf {
        self.folder.path().join("description.json")
    }

    fn recording(&self) -> PathBuf {
        self.folder.path().join("one.jsonl")
    }

    /// What is found, and what is known and not met.
    fn check(&self, known: &[Known<'_>]) -> Result<(Vec<Finding>, Vec<String>), ConformanceError> {
        let document = Document::read(&self.description())?;
        let folder = self.folder.path().to_owned();
        let report = check(&document, &[folder], known)?;
        let stale = report.stale().map(ToString::to_string).collect();
        Ok((report.findings().collect(), stale))
    }

    /// Side, place and problem of each finding.
    fn found(&self) -> Vec<(Side, String, String)> {
        let (findings, _) = self.check(&[]).expect("a check");
        let found = findings.into_iter();
        found
            .map(|finding| (finding.side, finding.at, finding.problem))
            .collect()
    }
}

/// A note that was kept, but for what `body` and `response` say.
fn kept(body: &Value, response: &Value) -> Value {
    json!({
        "method": "POST", "path": "/rooms/17/notes", "query": {"wait": "true"},
        "body": body, "status": 200, "response": response,
    })
}

fn answer() -> Value {
    json!({"id": "1", "at": "2026-12-01T09:00:00Z"})
}

fn deleted(path: &str, status: u16) -> Value {
    json!({"method": "DELETE", "path": path, "status": status})
}

#[test]
fn what_is_right_is_no_finding() {
    let parts = json!([{"type": 2, "name": "n"}, {"type": 18, "part": {"type": 2, "name": "n"}}]);
    let case = Case::new(&[
        kept(&json!({"text": "hello", "parts": parts, "more": 1}), &answer()),
        deleted("/rooms/17/notes/4", 204),
        // The template with the literal part is the one that is meant.
        deleted("/rooms/@mine/notes/4", 200),
    ]);
    assert_eq!(case.found(), []);
    let document = Document::read(&case.description()).expect("a document");
    let report = check(&document, &[case.recording()], &[]).expect("a check");
    assert_eq!(report.checked(), (3, 3, 3));
}

#[test]
fn wrong_requests_that_were_carried_out_are_found() {
    let case = Case::new(&[
        kept(&json!({"text": "hello!"}), &answer()),
        kept(&json!({"text": "again!"}), &answer()),
        kept(&Value::Null, &answer()),
        json!({"method": "POST", "path": "/rooms/1/notes", "query": {"wait": "maybe"}, "body": {"text": ""},
            "status": 200, "response": answer()}),
        json!({"method": "POST", "path": "/rooms/1/notes", "body": {"text": ""}, "status": 200, "response": answer()}),
    ]);
    let request = |at: &str, problem: &str| (Side::Request, at.to_owned(), problem.to_owned());
    assert_eq!(
        case.found(),
        [
            request("", r#"value is not of type "object""#),
            request("?wait", "it is required"),
            request("?wait", "value does not fit its schema"),
            request("text", "value is longer than 5 characters"),
        ]
    );
    let (findings, _) = case.check(&[]).expect("a check");
    let found = findings.last().expect("a finding");
    assert_eq!((found.times, found.value.as_str()), (2, r#""hello!""#));
    assert_eq!(found.operation, "POST /rooms/{room_id}/notes");
    assert!(found.recorded.ends_with("one.jsonl:1"), "{}", found.recorded);
}

#[test]
fn a_truth_in_a_query_is_read_in_each_of_its_three_ways() {
    let wait = |text: &str| {
        let mut asked = kept(&json!({"text": "hello"}), &answer());
        asked["query"]["wait"] = json!(text);
        Case::new(&[asked]).found().len()
    };
    let findings = ["True", "true", "1", "False", "false", "0", "2", "TRUE"].map(wait);
    assert_eq!(findings, [0, 0, 0, 0, 0, 0, 1, 1]);
}

/// What was refused may have been sent on purpose; what it was refused with is checked all the same.
#[test]
fn refused_requests_are_none_but_their_refusals_are_checked() {
    let refused = |response: Value| json!({"method": "POST", "path": "/rooms/17/notes", "body": {"text": 1}, "status": 400, "response": response});
    let case = Case::new(&[
        refused(json!({"code": 1, "message": "no"})),
        refused(json!({"code": 1})),
    ]);
    let missing = r#""message" is a required property"#.to_owned();
    assert_eq!(case.found(), [(Side::Answer(400), String::new(), missing)]);
    // No document says what comes when a server fails.
    let mut failed = refused(Value::Null);
    failed["status"] = json!(503);
    assert_eq!(Case::new(&[failed]).found(), []);
}

#[test]
fn wrong_answers_are_found() {
    let note = json!({"text": "hello"});
    let case = Case::new(&[
        kept(&note, &json!({"id": 1, "at": "2026-12-01T09:00:00Z"})),
        kept(&note, &json!({"id": "1", "at": "yesterday"})),
        deleted("/rooms/17/notes/4", 200),
        json!({"method": "DELETE", "path": "/rooms/17/notes/4", "status": 204, "response": {}}),
    ]);
    let problems = [
        (Side::Answer(200), "", "the document has no answer of this status"),
        (Side::Answer(204), "", "the document has no body here"),
        (Side::Answer(200), "at", r#"value is not a "date-time""#),
        (Side::Answer(200), "id", r#"value is not of type "string""#),
    ];
    let expected = problems.map(|(side, at, problem)| (side, at.to_owned(), problem.to_owned()));
    assert_eq!(case.found(), expected);
}

/// Of alternatives the one counts whose kind the value has, however deep.
#[test]
fn the_alternative_that_was_meant_is_told() {
    let parts = json!([{"type": 2, "name": 1}, {"type": 18, "part": {"type": 2}}, {"type": 3}]);
    let case = Case::new(&[kept(&json!({"text": "hello", "parts": parts}), &answer())]);
    let found: Vec<_> = case
        .found()
        .into_iter()
        .map(|(_, at, problem)| (at, problem))
        .collect();
    let told = [
        (
            "parts/*",
            "value is not valid under any of the schemas listed in the 'oneOf' keyword",
        ),
        ("parts/*/name", r#"value is not of type "string""#),
        ("parts/*/part", r#""name" is a required property"#),
    ];
    assert_eq!(
        found,
        told.map(|(at, problem)| (at.to_owned(), problem.to_owned()))
    );
}

#[test]
fn a_route_that_the_document_lacks_is_found() {
    let case = Case::new(&[
        deleted("/rooms/17", 404),
        json!({"method": "PATCH", "path": "/rooms/17/notes", "status": 200}),
    ]);
    let (findings, _) = case.check(&[]).expect("a check");
    let found: Vec<_> = findings.iter().map(|found| found.operation.as_str()).collect();
    assert_eq!(found, ["DELETE /rooms/*", "PATCH /rooms/*/notes"]);
    assert_eq!(findings[0].problem, "the document has no such operation");
}

/// A known fault is passed over where it is known, for the values that are right there, and told when it is not met.
#[test]
fn known_faults_pass_and_stale_ones_are_told() {
    let known = |at| Known {
        operation: "*",
        side: "request",
        at,
        problem: r#"value is not of type "integer""#,
        right: Value::is_string,
        why: "bits are text",
    };
    let case = Case::new(&[kept(&json!({"text": "hello", "bits": "8"}), &answer())]);
    let (findings, stale) = case.check(&[known("bits"), known("its")]).expect("a check");
    assert_eq!(findings, []);
    assert_eq!(
        stale,
        [r#"* request, its: value is not of type "integer" (bits are text)"#]
    );
    let case = Case::new(&[kept(&json!({"text": "hello", "bits": true}), &answer())]);
    let (findings, _) = case.check(&[known("bits")]).expect("a check");
    assert_eq!(findings.len(), 1);
    let elsewhere = Known {
        side: "answer 2XX",
        ..known("bits")
    };
    assert_eq!(case.check(&[elsewhere]).expect("a check").0.len(), 1);
}

#[test]
fn bad_input_is_told_in_one_sentence_with_its_place() {
    let said = |case: &Case| case.check(&[]).expect_err("an error").to_string();
    let line = kept(&json!({"text": "hello"}), &answer()).to_string();
    let case = Case::of_text(&format!("{line}\n{{\"method\": \"GET\"}}\n"));
    let text = said(&case);
    assert!(
        text.ends_with("one.jsonl:2: this is no recorded request: missing field `path` at line 1 column 17"),
        "{text}"
    );
    std::fs::remove_file(case.recording()).expect("no file");
    let text = said(&case);
    assert!(
        text.ends_with("no recording is in this folder; their names end in .jsonl"),
        "{text}"
    );
    for (content, told) in [
        (
            "{",
            "description.json: it is no JSON: EOF while parsing an object at line 1 column 1",
        ),
        (
            r#"{"openapi": "3.0.3"}"#,
            r#"it is of the version "3.0.3" of OpenAPI, not of 3.1"#,
        ),
    ] {
        std::fs::write(case.description(), content).expect("a file");
        let text = said(&case);
        assert!(text.ends_with(told), "{text}");
    }
    std::fs::remove_file(case.description()).expect("no file");
    assert!(said(&case).contains("description.json: "), "{}", said(&case));
}

/// The program ends well when nothing is found, and badly otherwise; a stale fault counts when the recording is complete.
#[test]
fn the_program_says_whether_something_was_found() {
    let run = |case: &Case, flags: &[&str]| {
        let ended = Command::new(env!("CARGO_BIN_EXE_simcord"))
            .arg("conformance")
            .arg("--spec")
            .arg(case.description())
            .args(flags)
            .arg(case.recording())
            .output()
            .expect("an end");
        (
            ended.status.code(),
            String::from_utf8(ended.stdout).expect("text"),
        )
    };
    let right = Case::new(&[kept(&json!({"text": "hello"}), &answer())]);
    let (code, said) = run(&right, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("known, but not met any more: "), "{said}");
    assert!(
        said.ends_with("1 operations, 1 requests that were carried out and 1 answers checked: 0 findings\n"),
        "{said}"
    );
    assert_eq!(run(&right, &["--complete"]).0, Some(1));
    let wrong = Case::new(&[kept(&json!({"text": "hello!"}), &answer())]);
    let (code, said) = run(&wrong, &[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.starts_with("POST /rooms/{room_id}/notes\n  request, text: value is longer"),
        "{said}"
    );
}

/// What a local Discord records: each distinct request once, forms too, and no secret.
#[tokio::test]
async fn a_recording_has_each_distinct_request_and_no_secret() {
    let folder = TempDir::new().expect("a folder");
    let place = folder.path().join("rest.jsonl");
    let options = Options {
        recording: Some(place.clone()),
        ..options()
    };
    let token = options.application.token.clone();
    let simcord = Simcord::start(options).await.expect("a local Discord");
    let control = simcord.control();
    let ada = control.user_id("ada").expect("ada");
    let general = control.channel_id(ada, "general").expect("#general");
    let base = format!("http://{}/api/v10", simcord.http_address());
    let client = crate::http::client();
    let send = async |method: reqwest::Method, path: &str, token: &str, body: Value| {
        let request = client.request(method, format!("{base}{path}")).json(&body);
        let request = request.header("authorization", format!("Bot {token}"));
        request.send().await.expect("an answer").status().as_u16()
    };
    let post = reqwest::Method::POST;
    let messages = format!("/channels/{general}/messages");
    let told = json!({"content": format!("never say {token}"), "nonce": "17"});
    assert_eq!(send(post.clone(), &messages, &token, told).await, 200);
    // The same but for the digits.
    for nonce in ["18", "19"] {
        let told = json!({"content": format!("never say {token}"), "nonce": nonce});
        assert_eq!(send(post.clone(), &messages, &token, told).await, 200);
    }
    let list = format!("{messages}?limit=2");
    assert_eq!(
        send(reqwest::Method::GET, &list, "somebody.elses", json!({})).await,
        401
    );
    let path = "/interactions/1/secret-of-the-interaction/callback";
    let told = json!({"type": 4, "data": {"content": "secret-of-the-interaction", "token": "told"}});
    assert_eq!(send(post.clone(), path, "", told).await, 404);
    let path = "/webhooks/1000000000000000001/secret-of-the-webhook/messages/@original";
    assert_eq!(
        send(reqwest::Method::PATCH, path, "", json!({"password": "told"})).await,
        404
    );
    let form = "--edge\r\ncontent-disposition: form-data; name=\"payload_json\"\r\n\r\n{\"content\": \"with a file\"}\r\n\
        --edge\r\ncontent-disposition: form-data; name=\"files[0]\"; filename=\"a.txt\"\r\n\r\nthe file\r\n--edge--\r\n";
    let sent = client
        .post(format!("{base}{messages}"))
        .header("authorization", format!("Bot {token}"))
        .header("content-type", "multipart/form-data; boundary=edge")
        .body(form);
    assert_eq!(sent.send().await.expect("an answer").status().as_u16(), 200);
    simcord.stop().await;

    let text = std::fs::read_to_string(&place).expect("a recording");
    for secret in [token.as_str(), "somebody.elses", "secret-of", "told", "the file"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line"))
        .collect();
    let shown: Vec<_> = lines
        .iter()
        .map(|line| [&line["path"], &line["query"], &line["body"]])
        .collect();
    let query = json!({"limit": "2"});
    let webhook = "/webhooks/1000000000000000001/…/messages/@original";
    assert_eq!(
        json!(shown),
        json!([
            [messages, {}, {"content": "never say …", "nonce": "17"}],
            [messages, query, {}],
            ["/interactions/1/…/callback", {}, {"type": 4, "data": {"content": "…", "token": "…"}}],
            [webhook, {}, {"password": "…"}],
            [messages, {}, {"content": "with a file"}],
        ])
    );
    assert_eq!(lines[0]["response"]["content"], "never say …");
    assert_eq!(
        (&lines[0]["method"], &lines[0]["status"]),
        (&json!("POST"), &json!(200))
    );
}

/// A folder gets a file for each local Discord, and a place that cannot be written is refused before anything starts.
#[tokio::test]
async fn each_local_discord_has_a_recording_of_its_own() {
    let folder = TempDir::new().expect("a folder");
    let options = |place: PathBuf| Options {
        recording: Some(place),
        ..options()
    };
    for _ in 0..2 {
        let simcord = Simcord::start(options(folder.path().to_owned()))
            .await
            .expect("a local Discord");
        simcord.stop().await;
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 2);
    let nowhere = folder.path().join("missing").join("rest.jsonl");
    let refused = Simcord::start(options(nowhere))
        .await
        .expect_err("an error")
        .to_string();
    assert!(refused.starts_with("cannot record REST in "), "{refused}");
}

/// The environment says where whoever is not told otherwise records, and a process that is killed leaves whole lines.
#[tokio::test]
async fn the_environment_says_where_to_record() {
    let folder = TempDir::new().expect("a folder");
    let recordings = folder.path().join("recordings");
    let mut serving = Command::new(env!("CARGO_BIN_EXE_simcord"))
        .args(["serve", "--port", "0"])
        .env("SIMCORD_RECORDINGS", &recordings)
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process");
    let mut said = String::new();
    let mut told = BufReader::new(serving.stdout.take().expect("what it says"));
    told.read_line(&mut said).expect("a line");
    let page = said.strip_prefix("page").expect("the page").trim();
    let answered = crate::http::client()
        .get(format!("{page}api/v10/gateway"))
        .send()
        .await;
    serving.kill().expect("an end");
    serving.wait().expect("an end");
    assert_eq!(answered.expect("an answer").status().as_u16(), 200);
    let files: Vec<_> = std::fs::read_dir(&recordings).expect("a folder").collect();
    assert_eq!(files.len(), 1);
    let file = files[0].as_ref().expect("a file").path();
    let text = std::fs::read_to_string(&file).expect("a recording");
    let line: Value = serde_json::from_str(text.strip_suffix('\n').expect("a whole line")).expect("a line");
    assert_eq!(
        (&line["path"], &line["status"]),
        (&json!("/gateway"), &json!(200))
    );
}
