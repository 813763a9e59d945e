//! Every route that is played, asked plainly. What is checked here is that it answers and does what it says; recorded, the
//! answers are held against Discord's own description.

use futures_util::future::join;
use serde_json::{Value, json};
use simcord::{Options, OutcomeState, Simcord};
use twilight_validate::{channel, request};

use crate::faults::Client;
use crate::http::Rest;
use crate::stage::{USUAL, options};

const APPLICATION: u64 = 1_000_000_000_000_000_001;

/// A local Discord, and a client that may do everything that is asked for here.
struct Bench {
    simcord: Simcord,
    rest: Rest,
    general: String,
    guild: String,
    ada: String,
}

impl Bench {
    async fn open() -> Self {
        let mut options: Options = options();
        // MANAGE_MESSAGES and MANAGE_THREADS.
        options.guilds[0].bot_permissions = USUAL | 1 << 13 | 1 << 34;
        let simcord = Simcord::start(options).await.expect("a local Discord");
        let control = simcord.control();
        let ada = control.user_id("ada").expect("ada");
        Self {
            general: control.channel_id(ada, "general").expect("#general").to_string(),
            guild: control.guild_id("Works").expect("a guild").to_string(),
            ada: ada.to_string(),
            rest: Rest::new(&simcord),
            simcord,
        }
    }

    /// Asks, and gives the body of an answer with this status.
    async fn ask(&self, method: &str, path: &str, body: Value, status: u16) -> Value {
        let (answered, body) = self.rest.call(method, &format!("/api/v10{path}"), body).await;
        assert_eq!(answered, status, "{method} {path}: {body}");
        body
    }

    async fn get(&self, path: &str) -> Value {
        self.ask("GET", path, Value::Null, 200).await
    }

    async fn close(self) {
        assert_eq!(self.simcord.control().errors(), Vec::<String>::new());
        self.simcord.stop().await;
    }
}

fn id(object: &Value) -> &str {
    object["id"].as_str().expect("an id")
}

/// An embed with everything that one can have.
fn embed() -> Value {
    let picture = json!({"url": "https://example.org/a.png"});
    json!({
        "title": "A title", "description": "words", "url": "https://example.org", "color": 0x34_98_db,
        "timestamp": "2026-12-01T09:00:00Z", "footer": {"text": "below"}, "image": picture, "thumbnail": picture,
        "author": {"name": "Ada", "url": "https://example.org"},
        "fields": [{"name": "n", "value": "v"}, {"name": "m", "value": "w", "inline": true}],
    })
}

/// A row for each kind of component.
fn rows(user: &str) -> Value {
    let row = |parts: Value| json!({"type": 1, "components": parts});
    // As serenity writes it.
    let number: u64 = user.parse().expect("an id");
    json!([
        row(json!([
            {"type": 2, "style": 1, "label": "Go", "custom_id": "go"},
            {"type": 2, "style": 5, "label": "Read", "url": "https://example.org", "emoji": {"name": "📖"}},
        ])),
        row(json!([{"type": 3, "custom_id": "words", "options": [
            {"label": "A", "value": "a", "description": "the first", "default": true}, {"label": "B", "value": "b"},
        ]}])),
        row(json!([{"type": 5, "custom_id": "who", "default_values": [{"id": number, "type": "user"}]}])),
        row(json!([{"type": 6, "custom_id": "role", "placeholder": "Which?"}])),
        row(json!([{"type": 8, "custom_id": "where", "channel_types": [0], "max_values": 3}])),
    ])
}

#[tokio::test]
async fn the_application_and_its_users_are_answered() {
    let bench = Bench::open().await;
    for path in ["/gateway", "/gateway/bot"] {
        assert_eq!(bench.get(path).await["url"], bench.simcord.gateway_url());
    }
    for path in ["/applications/@me", "/oauth2/applications/@me"] {
        assert_eq!(id(&bench.get(path).await), APPLICATION.to_string());
    }
    assert_eq!(id(&bench.get("/users/@me").await), APPLICATION.to_string());
    assert_eq!(bench.get("/users/@me/guilds").await[0]["id"], bench.guild);
    assert_eq!(
        bench.get(&format!("/users/{}", bench.ada)).await["username"],
        "ada"
    );
    let asked = json!({"recipient_id": bench.ada});
    let conversation = bench.ask("POST", "/users/@me/channels", asked, 200).await;
    assert_eq!(conversation["recipients"][0]["id"], bench.ada);
    let path = format!("/channels/{}", id(&conversation));
    assert_eq!(id(&bench.get(&path).await), id(&conversation));
    bench.close().await;
}

#[tokio::test]
async fn commands_are_answered() {
    let bench = Bench::open().await;
    let options = json!([
        {"type": 3, "name": "text", "description": "d", "required": true, "min_length": 1, "max_length": 9},
        {"type": 4, "name": "whole", "description": "d", "min_value": 0, "max_value": 9,
            "choices": [{"name": "one", "value": 1}]},
        {"type": 5, "name": "truth", "description": "d"},
        {"type": 6, "name": "user", "description": "d"},
        {"type": 7, "name": "channel", "description": "d", "channel_types": [0, 5]},
        {"type": 8, "name": "role", "description": "d"},
        {"type": 9, "name": "somebody", "description": "d"},
        {"type": 10, "name": "number", "description": "d", "min_value": 0.5},
        {"type": 11, "name": "file", "description": "d"},
        {"type": 3, "name": "guessed", "description": "d", "autocomplete": true},
    ]);
    let flat = json!({"name": "flat", "description": "d", "options": options, "contexts": [0, 1],
        "name_localizations": {"de": "flach"}, "default_member_permissions": "32"});
    let nested = json!({"name": "nested", "description": "d", "options": [
        {"type": 1, "name": "one", "description": "d", "options": [{"type": 3, "name": "text", "description": "d"}]},
        {"type": 2, "name": "more", "description": "d", "options": [{"type": 1, "name": "two", "description": "d"}]},
    ]});
    let menu = json!({"name": "Look at it", "type": 3});
    let guilds = format!("/applications/{APPLICATION}/guilds/{}/commands", bench.guild);
    for path in [format!("/applications/{APPLICATION}/commands"), guilds] {
        let made = bench.ask("PUT", &path, json!([flat, nested, menu]), 200).await;
        assert_eq!(made.as_array().map(Vec::len), Some(3));
        assert_eq!(bench.get(&path).await, made);
        let asked = json!({"name": "Who is it", "type": 2});
        let further = bench.ask("POST", &path, asked, 201).await;
        let one = format!("{path}/{}", id(&further));
        assert_eq!(bench.get(&one).await, further);
        let changed = bench.ask("PATCH", &one, json!({"nsfw": true}), 200).await;
        assert_eq!(changed["nsfw"], true);
        bench.ask("DELETE", &one, Value::Null, 204).await;
        assert_eq!(bench.ask("GET", &one, Value::Null, 404).await["code"], 10_063);
    }
    bench.close().await;
}

#[tokio::test]
async fn the_guild_is_answered() {
    let bench = Bench::open().await;
    let guild = format!("/guilds/{}", bench.guild);
    assert_eq!(id(&bench.get(&guild).await), bench.guild);
    assert_eq!(
        bench.get(&format!("{guild}?with_counts=true")).await["approximate_member_count"],
        4
    );
    let made = json!({"name": "New", "colors": {"primary_color": 255}, "permissions": "0"});
    let role = bench.ask("POST", &format!("{guild}/roles"), made, 200).await;
    let path = format!("{guild}/roles/{}", id(&role));
    assert_eq!(bench.get(&path).await, role);
    let changed = bench
        .ask("PATCH", &path, json!({"name": "Newer", "mentionable": true}), 200)
        .await;
    assert_eq!(changed["name"], "Newer");
    let member = format!("{guild}/members/{}", bench.ada);
    let held = format!("{member}/roles/{}", id(&role));
    bench.ask("PUT", &held, Value::Null, 204).await;
    assert_eq!(
        bench.get(&member).await["roles"].as_array().map(Vec::len),
        Some(2)
    );
    bench.ask("DELETE", &held, Value::Null, 204).await;
    bench.ask("DELETE", &path, Value::Null, 204).await;
    assert_eq!(
        bench
            .get(&format!("{guild}/members?limit=9"))
            .await
            .as_array()
            .map(Vec::len),
        Some(4)
    );
    let found = bench.get(&format!("{guild}/members/search?query=ad")).await;
    assert_eq!(found[0]["user"]["id"], bench.ada);
    assert_eq!(
        bench
            .get(&format!("{guild}/roles"))
            .await
            .as_array()
            .map(Vec::len),
        Some(4)
    );

    let asked = json!({"name": "Plans", "topic": "what comes", "type": 0, "nsfw": false, "rate_limit_per_user": 5,
        "permission_overwrites": [{"id": bench.ada, "type": 1, "allow": "1024", "deny": "0"}]});
    let channel = bench.ask("POST", &format!("{guild}/channels"), asked, 201).await;
    for kind in [2, 4, 5] {
        let asked = json!({"name": format!("kind {kind}"), "type": kind});
        bench.ask("POST", &format!("{guild}/channels"), asked, 201).await;
    }
    assert_eq!(
        bench
            .get(&format!("{guild}/channels"))
            .await
            .as_array()
            .map(Vec::len),
        Some(6)
    );
    let path = format!("/channels/{}", id(&channel));
    assert_eq!(bench.get(&path).await["topic"], "what comes");
    let changed = bench
        .ask("PATCH", &path, json!({"topic": "what came"}), 200)
        .await;
    assert_eq!(changed["topic"], "what came");
    let overwrite = format!("{path}/permissions/{}", bench.ada);
    bench
        .ask(
            "PUT",
            &overwrite,
            json!({"type": 1, "allow": "0", "deny": "2048"}),
            204,
        )
        .await;
    bench.ask("DELETE", &overwrite, Value::Null, 204).await;
    bench
        .ask("POST", &format!("{path}/typing"), Value::Null, 204)
        .await;
    assert_eq!(
        id(&bench.ask("DELETE", &path, Value::Null, 200).await),
        id(&channel)
    );
    bench.close().await;
}

#[tokio::test]
async fn messages_pins_and_threads_are_answered() {
    let bench = Bench::open().await;
    let messages = format!("/channels/{}/messages", bench.general);
    let body = json!({"content": "look <@1>", "embeds": [embed()], "components": rows(&bench.ada), "nonce": 17,
        "allowed_mentions": {"parse": []}, "flags": 4096});
    let rich = bench.ask("POST", &messages, body, 200).await;
    assert_eq!(rich["embeds"][0]["type"], "rich");
    let reply = json!({"content": "yes", "message_reference": {"message_id": id(&rich)}});
    let reply = bench.ask("POST", &messages, reply, 200).await;
    assert_eq!(reply["type"], 19);
    let one = format!("{messages}/{}", id(&rich));
    assert_eq!(id(&bench.get(&one).await), id(&rich));
    let changed = bench
        .ask("PATCH", &one, json!({"content": "look again"}), 200)
        .await;
    assert_ne!(changed["edited_timestamp"], Value::Null);
    let list = bench
        .get(&format!("{messages}?limit=5&before=9000000000000000000"))
        .await;
    assert_eq!(list.as_array().map(Vec::len), Some(2));

    for (list, pins) in [
        (format!("{messages}/pins?limit=5"), format!("{messages}/pins")),
        (
            format!("/channels/{}/pins", bench.general),
            format!("/channels/{}/pins", bench.general),
        ),
    ] {
        let pin = format!("{pins}/{}", id(&rich));
        bench.ask("PUT", &pin, Value::Null, 204).await;
        let shown = bench.get(&list).await;
        let first = shown.pointer("/items/0/message").or_else(|| shown.get(0));
        assert_eq!(first.map(id), Some(id(&rich)));
        bench.ask("DELETE", &pin, Value::Null, 204).await;
    }

    let of_message = json!({"name": "about it", "auto_archive_duration": 60});
    let thread = bench
        .ask("POST", &format!("{one}/threads"), of_message, 201)
        .await;
    assert_eq!(id(&thread), id(&rich));
    let alone = json!({"name": "by itself", "type": 11});
    let path = format!("/channels/{}/threads", bench.general);
    let alone = bench.ask("POST", &path, alone, 201).await;
    let active = bench
        .get(&format!("/guilds/{}/threads/active", bench.guild))
        .await;
    assert_eq!(active["threads"].as_array().map(Vec::len), Some(2));
    let inside = format!("/channels/{}/messages", id(&alone));
    bench
        .ask("POST", &inside, json!({"content": "in here"}), 200)
        .await;
    let listed = bench.get(&inside).await;
    assert_eq!(listed[0]["content"], "in here");
    let path = format!("/channels/{}", id(&alone));
    let closed = json!({"archived": true, "locked": true});
    let closed = bench.ask("PATCH", &path, closed, 200).await;
    assert_eq!(closed["thread_metadata"]["locked"], true);
    // What the channel says of all this: notes of pins and threads.
    let list = bench.get(&format!("{messages}?limit=50")).await;
    let kinds: Vec<_> = list
        .as_array()
        .into_iter()
        .flatten()
        .map(|message| message["type"].as_u64())
        .collect();
    assert_eq!(kinds, [Some(18), Some(6), Some(6), Some(19), Some(0)]);

    bench
        .ask("DELETE", &format!("{messages}/{}", id(&reply)), Value::Null, 204)
        .await;
    let mut ids = Vec::new();
    for content in ["one", "two"] {
        ids.push(
            bench
                .ask("POST", &messages, json!({"content": content}), 200)
                .await["id"]
                .clone(),
        );
    }
    bench
        .ask(
            "POST",
            &format!("{messages}/bulk-delete"),
            json!({"messages": ids}),
            204,
        )
        .await;
    bench.close().await;
}

/// Each kind of answer, with what `with_response` asks for, and what goes on behind it.
#[tokio::test]
async fn interactions_are_answered() {
    let bench = Bench::open().await;
    let (mut client, _) = Client::begin(&bench.simcord).await;
    let commands = json!([{"name": "say", "description": "d", "options": [
        {"type": 3, "name": "text", "description": "d", "autocomplete": true},
    ]}]);
    bench
        .ask(
            "PUT",
            &format!("/applications/{APPLICATION}/commands"),
            commands,
            200,
        )
        .await;
    let control = bench.simcord.control();
    let ada = control.user_id("ada").expect("ada");
    let general = control.channel_id(ada, "general").expect("#general");

    let answer = async |client: &mut Client, kind: u8, data: Value| -> (String, Value) {
        let asked = loop {
            let frame = client.frame().await;
            if frame["t"] == "INTERACTION_CREATE" {
                break frame["d"].clone();
            }
        };
        let token = asked["token"].as_str().expect("a token").to_owned();
        let path = format!("/interactions/{}/{token}/callback?with_response=true", id(&asked));
        let told = bench
            .ask("POST", &path, json!({"type": kind, "data": data}), 200)
            .await;
        assert_eq!(told["interaction"]["id"], asked["id"]);
        (format!("/webhooks/{APPLICATION}/{token}"), told)
    };

    // A message at once, then changed, and one behind it.
    let said = json!({"content": "said", "embeds": [embed()], "components": rows(&bench.ada)});
    let slash = control.slash_text(ada, general, "/say");
    let (outcome, (webhook, told)) = join(slash, answer(&mut client, 4, said)).await;
    assert_eq!(told["resource"]["message"]["content"], "said");
    let message = outcome.message.expect("a message").id;
    let original = format!("{webhook}/messages/@original");
    assert_eq!(bench.get(&original).await["content"], "said");
    bench
        .ask("PATCH", &original, json!({"content": "said anew"}), 200)
        .await;
    let further = json!({"content": "and this", "flags": 64});
    let further = bench.ask("POST", &webhook, further, 200).await;
    let path = format!("{webhook}/messages/{}", id(&further));
    assert_eq!(bench.get(&path).await["flags"], 64);
    bench
        .ask("PATCH", &path, json!({"content": "and that"}), 200)
        .await;
    bench.ask("DELETE", &path, Value::Null, 204).await;

    // A promise.
    let slash = control.slash_text(ada, general, "/say");
    let promised = async {
        let (webhook, told) = answer(&mut client, 5, json!({"flags": 64})).await;
        assert_eq!(told["interaction"]["response_message_loading"], true);
        bench
            .ask(
                "PATCH",
                &format!("{webhook}/messages/@original"),
                json!({"content": "at last"}),
                200,
            )
            .await;
    };
    assert_eq!(join(slash, promised).await.0.text(), "at last");

    // What a component leads to: a change at once, a change later, a modal.
    let click = control.click(ada, message, "go");
    let (outcome, (_, told)) = join(click, answer(&mut client, 7, json!({"content": "pressed"}))).await;
    assert_eq!(
        (outcome.state, &told["resource"]["type"]),
        (OutcomeState::Updated, &json!(7))
    );
    let click = control.click(ada, message, "go");
    join(click, answer(&mut client, 6, Value::Null)).await;
    let input = json!({"type": 4, "custom_id": "text", "label": "What?", "style": 1});
    let modal =
        json!({"title": "Ask", "custom_id": "ask", "components": [{"type": 1, "components": [input]}]});
    let click = control.click(ada, message, "go");
    let (outcome, _) = join(click, answer(&mut client, 9, modal)).await;
    let modal = outcome.modal.expect("a modal").id;
    let submit = control.submit_modal(ada, modal, [("text".to_owned(), "this".to_owned())].into());
    let (outcome, _) = join(submit, answer(&mut client, 4, json!({"content": "heard"}))).await;
    assert_eq!(outcome.text(), "heard");

    // Suggestions.
    let typed = control.autocomplete(
        ada,
        general,
        "say",
        [("text".to_owned(), json!("a"))].into(),
        "text",
    );
    let choices = json!({"choices": [{"name": "A", "value": "a"}]});
    let (outcome, _) = join(typed, answer(&mut client, 8, choices)).await;
    assert_eq!(outcome.choices.map(|choices| choices.len()), Some(1));
    bench.close().await;
}

/// Whether a number is taken.
type Verdict = fn(u16) -> bool;

/// The numbers in queries, and of messages that go at once, are taken at the limit and refused past it, by simcord as by
/// `twilight-validate`.
#[tokio::test]
async fn numbers_agree_with_another_reading() {
    let bench = Bench::open().await;
    let messages = format!("/channels/{}/messages", bench.general);
    let pins = format!("{messages}/pins");
    let members = format!("/guilds/{}/members", bench.guild);
    let search = format!("{members}/search?query=a");
    let theirs: [(&str, &str, Verdict, [u16; 4]); 4] = [
        (
            &messages,
            "?",
            |limit| request::get_channel_messages_limit(limit).is_ok(),
            [1, 100, 0, 101],
        ),
        (
            &pins,
            "?",
            |limit| request::pin_limit(limit).is_ok(),
            [1, 50, 0, 51],
        ),
        (
            &members,
            "?",
            |limit| request::get_guild_members_limit(limit).is_ok(),
            [1, 1_000, 0, 1_001],
        ),
        (
            &search,
            "&",
            |limit| request::search_guild_members_limit(limit).is_ok(),
            [1, 1_000, 0, 1_001],
        ),
    ];
    for (path, joint, taken, [least, most, fewer, more]) in theirs {
        for limit in [least, most] {
            assert!(taken(limit), "{path} {limit}");
            bench.get(&format!("{path}{joint}limit={limit}")).await;
        }
        for limit in [fewer, more] {
            assert!(!taken(limit), "{path} {limit}");
            let path = format!("/api/v10{path}{joint}limit={limit}");
            let (status, body) = bench.rest.call("GET", &path, Value::Null).await;
            assert_eq!((status, &body["code"]), (400, &json!(50_035)), "{path}");
        }
    }
    for (count, status) in [(1, 400), (2, 204), (100, 204), (101, 400)] {
        assert_eq!(channel::bulk_delete_messages(count).is_ok(), status == 204);
        let ids: Vec<_> = (0..count)
            .map(|number| (1_000_000 + number).to_string())
            .collect();
        let told = bench
            .ask(
                "POST",
                &format!("{messages}/bulk-delete"),
                json!({"messages": ids}),
                status,
            )
            .await;
        assert!(status == 204 || told["code"] == 50_016, "{told}");
    }
    bench.simcord.stop().await;
}

/// discord.py says `1` where others say `true`.
#[tokio::test]
async fn a_query_says_yes_in_three_ways() {
    let bench = Bench::open().await;
    for (said, yes) in [
        ("true", true),
        ("True", true),
        ("1", true),
        ("false", false),
        ("0", false),
    ] {
        let guild = bench
            .get(&format!("/guilds/{}?with_counts={said}", bench.guild))
            .await;
        assert_eq!(guild.get("approximate_member_count").is_some(), yes, "{said}");
    }
    bench.close().await;
}

#[tokio::test]
async fn scheduled_events_are_made_listed_changed_and_deleted() {
    let bench = Bench::open().await;
    let guild = bench.simcord.control().guild_id("Works").expect("a guild");
    let may = USUAL | 1 << 44;
    bench
        .simcord
        .control()
        .set_bot_permissions(guild, may)
        .expect("set");
    let all = format!("/guilds/{guild}/scheduled-events");
    let party = json!({
        "name": "Party", "privacy_level": 2, "entity_type": 3, "entity_metadata": {"location": "Kitchen"},
        "scheduled_start_time": "2026-12-02T18:00:00+00:00", "scheduled_end_time": "2026-12-02T20:00:00+00:00",
    });
    let event = bench.ask("POST", &all, party, 200).await;
    let one = format!("{all}/{}", id(&event));
    assert_eq!(bench.get(&one).await, event);
    assert_eq!(
        bench.get(&format!("{one}?with_user_count=true")).await["user_count"],
        0
    );
    let started = bench
        .ask("PATCH", &one, json!({"status": 2, "name": "Late party"}), 200)
        .await;
    assert_eq!(
        (&started["status"], &started["name"]),
        (&json!(2), &json!("Late party"))
    );
    assert_eq!(bench.get(&all).await, json!([started]));
    assert_eq!(bench.get(&format!("{one}/users")).await, json!([]));
    bench.ask("DELETE", &one, Value::Null, 204).await;
    assert_eq!(bench.get(&all).await, json!([]));
    bench.ask("GET", &one, Value::Null, 404).await;
    bench.close().await;
}
