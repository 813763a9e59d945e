//! Discord's numbers once more, held against another reading of them: each case is taken by `twilight-validate` and by
//! simcord at the limit, and refused by both one past it.

use serde_json::{Value, json};
use twilight_model::application::command::Command;
use twilight_model::channel::message::{Component, Embed};
use twilight_validate::{channel, command, component, embed, message};

use super::{morning, world};
use crate::options::Limits;
use crate::world::modal::check_modal;
use crate::world::{ChannelBody, Form, MessageBody, ThreadBody};

/// What one of the two says about a body.
type Verdict = fn(&Value) -> bool;

/// Both are asked about `at`, which is right, and `past`, which is not.
fn agree(ours: Verdict, theirs: Verdict, cases: &[(&str, Value, Value)]) {
    for (name, at, past) in cases {
        assert!(theirs(at), "twilight-validate refuses {name} at the limit");
        assert!(ours(at), "simcord refuses {name} at the limit");
        assert!(!theirs(past), "twilight-validate takes {name} past the limit");
        assert!(!ours(past), "simcord takes {name} past the limit");
    }
}

/// The same text, so many characters of two bytes long.
fn text(length: usize) -> String {
    "é".repeat(length)
}

fn model<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    T::deserialize(value).expect("what twilight knows")
}

fn message_taken(body: &Value) -> bool {
    MessageBody::parse(body).is_ok()
}

#[test]
fn contents_agree() {
    let theirs: Verdict = |body| message::content(body["content"].as_str().expect("text")).is_ok();
    agree(
        message_taken,
        theirs,
        &[(
            "a content",
            json!({"content": text(2_000)}),
            json!({"content": text(2_001)}),
        )],
    );
}

#[test]
fn embeds_agree() {
    let theirs: Verdict = |body| message::embeds(&model::<Vec<Embed>>(&body["embeds"])).is_ok();
    let one = |mut embed: Value| {
        embed["type"] = json!("rich");
        json!({"embeds": [embed]})
    };
    let titled = |length| one(json!({"title": text(length)}));
    let described = |length| one(json!({"description": text(length)}));
    let footed = |length| one(json!({"footer": {"text": text(length)}}));
    let signed = |length| one(json!({"author": {"name": text(length)}}));
    let field = |name, value| json!({"name": text(name), "value": text(value), "inline": false});
    let fields = |count, name, value| one(json!({"fields": vec![field(name, value); count]}));
    let coloured = |color: u64| one(json!({"color": color}));
    let several = |count| json!({"embeds": vec![json!({"type": "rich", "title": "x"}); count]});
    // 6,000 characters in two embeds, of every part that counts.
    let whole = |title| {
        let first = json!({
            "type": "rich", "title": text(title), "description": text(2_000), "footer": {"text": text(1_000)},
            "author": {"name": text(200)}, "fields": [field(200, 500)],
        });
        json!({"embeds": [first, {"type": "rich", "description": text(2_000)}]})
    };
    agree(
        message_taken,
        theirs,
        &[
            ("embeds", several(10), several(11)),
            ("a title", titled(256), titled(257)),
            ("a description", described(4_096), described(4_097)),
            ("a footer", footed(2_048), footed(2_049)),
            ("an author", signed(256), signed(257)),
            ("fields", fields(25, 1, 1), fields(26, 1, 1)),
            ("a field's name", fields(1, 256, 1), fields(1, 257, 1)),
            ("a field's value", fields(1, 1, 1_024), fields(1, 1, 1_025)),
            ("a colour", coloured(0xff_ff_ff), coloured(0x01_00_00_00)),
            ("embeds in all", whole(100), whole(101)),
        ],
    );
    assert_eq!(embed::EMBED_TOTAL_LENGTH, 6_000);
}

#[test]
fn components_agree() {
    let theirs: Verdict = |body| {
        let components: Vec<Component> = model(&body["components"]);
        message::components(&components, false).is_ok()
    };
    let button = |id: &str, label: &str| json!({"type": 2, "style": 1, "label": label, "custom_id": id});
    let row = |parts: Vec<Value>| json!({"type": 1, "components": parts});
    let one = |part: Value| json!({"components": [row(vec![part])]});
    let ids = |count: usize| (0..count).map(|number| number.to_string());
    let rows =
        |count| json!({"components": ids(count).map(|id| row(vec![button(&id, "x")])).collect::<Vec<_>>()});
    let buttons = |count| json!({"components": [row(ids(count).map(|id| button(&id, "x")).collect())]});
    let select = |changes: Value| {
        let mut select = json!({"type": 3, "custom_id": "s", "options": [{"label": "l", "value": "v"}]});
        for (key, value) in changes.as_object().expect("changes") {
            select[key] = value.clone();
        }
        one(select)
    };
    let option = |label, value, description| {
        let option = json!({"label": text(label), "value": text(value), "description": text(description)});
        select(json!({"options": [option]}))
    };
    let options = |count| {
        let options = ids(count).map(|id| json!({"label": "l", "value": id}));
        select(json!({"options": options.collect::<Vec<_>>()}))
    };
    let values = |least: u64, most: u64| {
        let options = ids(25).map(|id| json!({"label": "l", "value": id}));
        select(json!({"options": options.collect::<Vec<_>>(), "min_values": least, "max_values": most}))
    };
    let linked = json!({"type": 2, "style": 5, "label": "x", "url": "https://example.org"});
    let with = |part: &Value, key: &str, value: &str| {
        let mut part = part.clone();
        part[key] = json!(value);
        one(part)
    };
    agree(
        message_taken,
        theirs,
        &[
            ("rows", rows(5), rows(6)),
            ("buttons in a row", buttons(5), buttons(6)),
            (
                "a custom id",
                one(button(&text(100), "x")),
                one(button(&text(101), "x")),
            ),
            (
                "a label",
                one(button("a", &text(80))),
                one(button("a", &text(81))),
            ),
            ("a link", one(linked.clone()), with(&linked, "custom_id", "a")),
            (
                "a placeholder",
                select(json!({"placeholder": text(150)})),
                select(json!({"placeholder": text(151)})),
            ),
            ("options", options(25), options(26)),
            ("an option's label", option(100, 1, 1), option(101, 1, 1)),
            ("an option's value", option(1, 100, 1), option(1, 101, 1)),
            ("an option's description", option(1, 1, 100), option(1, 1, 101)),
            ("the most values", values(0, 25), values(0, 26)),
            ("the least of the most values", values(0, 1), values(0, 0)),
            ("the least values", values(25, 25), values(26, 25)),
        ],
    );
}

#[test]
fn attachments_agree() {
    let theirs: Verdict = |body| {
        let file = &body["attachments"][0];
        message::attachment_description(file["description"].as_str().expect("text")).is_ok()
    };
    let described =
        |length| json!({"attachments": [{"id": 0, "filename": "a", "description": text(length)}]});
    agree(
        message_taken,
        theirs,
        &[("a file's description", described(1_024), described(1_025))],
    );
}

#[test]
fn modals_agree() {
    let ours: Verdict = |modal| {
        let mut form = Form::default();
        check_modal(modal, &mut form);
        form.finish().is_ok()
    };
    let theirs: Verdict = |modal| {
        let rows: Vec<Component> = model(&modal["components"]);
        rows.iter().all(|row| {
            let Component::ActionRow(row) = row else {
                return false;
            };
            let inputs = row.components.iter();
            let mut inputs = inputs.filter_map(|part| match part {
                Component::TextInput(input) => Some(input),
                _ => None,
            });
            inputs.all(|input| component::text_input(input, true).is_ok())
        })
    };
    let modal = |changes: Value| {
        let mut input = json!({"type": 4, "custom_id": "i", "label": "l", "style": 1});
        for (key, value) in changes.as_object().expect("changes") {
            input[key] = value.clone();
        }
        json!({"title": "t", "custom_id": "m", "components": [{"type": 1, "components": [input]}]})
    };
    let long = |key: &str, length| modal(json!({ key: text(length) }));
    let number = |key: &str, number: u64| modal(json!({ key: number }));
    agree(
        ours,
        theirs,
        &[
            (
                "an input's custom id",
                long("custom_id", 100),
                long("custom_id", 101),
            ),
            ("an input's label", long("label", 45), long("label", 46)),
            (
                "an input's placeholder",
                long("placeholder", 100),
                long("placeholder", 101),
            ),
            ("an input's value", long("value", 4_000), long("value", 4_001)),
            (
                "the shortest text",
                number("min_length", 4_000),
                number("min_length", 4_001),
            ),
            (
                "the longest text",
                number("max_length", 4_000),
                number("max_length", 4_001),
            ),
            (
                "the shortest longest text",
                number("max_length", 1),
                number("max_length", 0),
            ),
        ],
    );
}

#[test]
fn channels_agree() {
    let ours: Verdict = |body| ChannelBody::parse(body).is_ok();
    let theirs: Verdict = |body| {
        let text = |key: &str| body[key].as_str();
        let pause = body["rate_limit_per_user"]
            .as_u64()
            .and_then(|seconds| u16::try_from(seconds).ok());
        text("name").is_none_or(|name| channel::name(name).is_ok())
            && text("topic").is_none_or(|topic| channel::topic(topic).is_ok())
            && pause.is_none_or(|seconds| channel::rate_limit_per_user(seconds).is_ok())
    };
    let long = |key: &str, length| json!({ key: text(length) });
    let slow = |seconds: u64| json!({"rate_limit_per_user": seconds});
    agree(
        ours,
        theirs,
        &[
            ("a channel's name", long("name", 100), long("name", 101)),
            ("a name at all", long("name", 1), long("name", 0)),
            ("a topic", long("topic", 1_024), long("topic", 1_025)),
            ("a channel's pace", slow(21_600), slow(21_601)),
        ],
    );
    let ours: Verdict = |body| ThreadBody::parse(body).is_ok();
    agree(
        ours,
        theirs,
        &[
            ("a thread's name", long("name", 100), long("name", 101)),
            ("a thread's pace", slow(21_600), slow(21_601)),
        ],
    );
}

fn registered(commands: &Value) -> bool {
    let mut world = world(Limits::default());
    world.overwrite_commands(morning(), None, commands).is_ok()
}

fn command_with(changes: &Value) -> Value {
    let mut command = json!({"type": 1, "name": "a", "description": "d", "version": "1"});
    for (key, value) in changes.as_object().expect("changes") {
        command[key] = value.clone();
    }
    command
}

#[test]
fn commands_agree() {
    let theirs: Verdict = |commands| {
        let commands: Vec<Command> = model(commands);
        commands.len() <= command::GUILD_COMMAND_LIMIT
            && commands
                .iter()
                .all(|one| command::command(one).is_ok() && command::options(&one.options).is_ok())
    };
    let one = |changes: Value| json!([command_with(&changes)]);
    let named = |name: &str| one(json!({"name": name}));
    let on_somebody = |name: &str| one(json!({"name": name, "description": "", "type": 2}));
    let option = |changes: Value| {
        let mut option = json!({"type": 3, "name": "o", "description": "d"});
        for (key, value) in changes.as_object().expect("changes") {
            option[key] = value.clone();
        }
        option
    };
    let with = |changes: Value| one(json!({"options": [option(changes)]}));
    let several = |count: usize| {
        let options = (0..count).map(|number| option(json!({"name": format!("o{number}")})));
        one(json!({"options": options.collect::<Vec<_>>()}))
    };
    let pair = |first: Value, second: Value| one(json!({"options": [option(first), option(second)]}));
    let choice = |name, value| with(json!({"choices": [{"name": text(name), "value": text(value)}]}));
    let many = |count: usize| {
        let commands = (0..count).map(|number| command_with(&json!({"name": format!("c{number}")})));
        json!(commands.collect::<Vec<_>>())
    };
    agree(
        registered,
        theirs,
        &[
            ("commands", many(100), many(101)),
            ("a name", named(&text(32)), named(&text(33))),
            ("a name at all", named("a"), named("")),
            ("a name in small letters", named("ein-name_1"), named("Name")),
            ("a name without spaces", named("a-b"), named("a b")),
            ("a name without signs", named("été"), named("a!")),
            (
                "a name on somebody",
                on_somebody("Who is it"),
                on_somebody(&text(33)),
            ),
            (
                "a description",
                one(json!({"description": text(100)})),
                one(json!({"description": text(101)})),
            ),
            (
                "a description at all",
                one(json!({"description": "d"})),
                one(json!({"description": ""})),
            ),
            ("options", several(25), several(26)),
            (
                "an option's name",
                with(json!({"name": text(32)})),
                with(json!({"name": text(33)})),
            ),
            (
                "an option's name in small letters",
                with(json!({"name": "o"})),
                with(json!({"name": "O"})),
            ),
            (
                "an option's description",
                with(json!({"description": text(100)})),
                with(json!({"description": text(101)})),
            ),
            ("a choice's name", choice(100, 1), choice(101, 1)),
            ("a choice's value", choice(1, 100), choice(1, 101)),
            (
                "options of different names",
                pair(json!({}), json!({"name": "p"})),
                pair(json!({}), json!({})),
            ),
            (
                "required options first",
                pair(json!({"required": true}), json!({"name": "p"})),
                pair(json!({}), json!({"name": "p", "required": true})),
            ),
        ],
    );
}

/// The one constant of `twilight-validate` that is out of date: a command may have 8,000 characters in all, not 4,000 (page
/// "Application Commands", Slash Commands). When this fails, the exception can go.
#[test]
fn a_command_may_have_twice_the_characters_that_twilight_says() {
    assert_eq!(command::COMMAND_TOTAL_LENGTH, 4_000);
    let in_all = |characters: usize| {
        // A name of one character, a description of one, and options of 80 each.
        let options: Vec<_> = (0..25)
            .map(|number| {
                let choice = json!({"name": text(100), "value": format!("{number:0100}")});
                json!({
                    "type": 3, "name": format!("o{number:031}"), "description": text(68), "choices": [choice],
                })
            })
            .collect();
        let mut command = command_with(&json!({"options": options}));
        // 25 × 300 are 7,500; the rest goes into a second choice of each of the first options.
        let mut rest = characters - 7_502;
        for place in 0..25 {
            let more = rest.min(200);
            if more >= 2 {
                let second = json!({"name": text(more - more / 2), "value": "v".repeat(more / 2)});
                let choices = command["options"][place]["choices"]
                    .as_array_mut()
                    .expect("choices");
                choices.push(second);
                rest -= more;
            }
        }
        assert_eq!(rest, 0);
        json!([command])
    };
    let theirs = |commands: &Value| command::command(&model::<Vec<Command>>(commands)[0]).is_ok();
    assert!(registered(&in_all(8_000)));
    assert!(!theirs(&in_all(8_000)));
    assert!(!registered(&in_all(8_001)));
}

/// The other exception: `twilight-validate` wants a custom id of every button that leads nowhere, which a button that sells
/// something cannot have (page "Component Reference", Button). When this fails, the exception can go.
#[test]
fn a_button_that_sells_something_is_taken_though_twilight_refuses_it() {
    let body = |button: Value| json!({"components": [{"type": 1, "components": [button]}]});
    let premium = body(json!({"type": 2, "style": 6, "sku_id": "1"}));
    let components: Vec<Component> = model(&premium["components"]);
    assert!(message::components(&components, false).is_err());
    assert!(message_taken(&premium));
    for more in ["label", "custom_id", "url"] {
        let mut button = json!({"type": 2, "style": 6, "sku_id": "1"});
        button[more] = json!("x");
        assert!(!message_taken(&body(button)), "{more}");
    }
}

/// What Discord does not know it passes over, and so do both.
#[test]
fn unknown_fields_are_passed_over() {
    assert!(message_taken(
        &json!({"content": "x", "colour": "red", "embeds": [{"title": "x", "colour": 1}]})
    ));
    assert!(registered(&json!([command_with(&json!({"colour": "red"}))])));
}
