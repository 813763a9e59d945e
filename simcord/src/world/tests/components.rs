//! Components of the newer kind, and forms with labels: D.4 and D.1 (page "Component Reference").

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use twilight_model::application::interaction::modal::ModalInteractionData;

use super::{after, morning, refusal, world};
use crate::options::Limits;
use crate::world::attachment::Upload;
use crate::world::modal::check_modal;
use crate::world::{Effect, Filled, Form, InteractionId, MessageBody, MessageId, World};

const V2: u64 = 1 << 15;

fn body(components: &Value) -> Value {
    json!({"flags": V2, "components": components})
}

fn text(content: &str) -> Value {
    json!({"type": 10, "content": content})
}

fn button(custom_id: &str) -> Value {
    json!({"type": 2, "style": 1, "label": "Go", "custom_id": custom_id})
}

/// What is wrong with these components, and where.
fn wrong(components: &Value) -> (u32, Vec<String>) {
    refusal(MessageBody::parse(&body(components)))
}

/// The words at the places of the mistakes.
fn codes(body: &Value, before: u64) -> Vec<String> {
    let error = MessageBody::parse_edit(body, before).expect_err("a refusal");
    let text = error.body()["errors"].to_string();
    let codes = text.split("\"code\":\"").skip(1);
    codes
        .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
        .collect()
}

fn post(world: &mut World, components: &Value) -> MessageId {
    let body = MessageBody::parse(&body(components)).expect("a body");
    let general = world.general();
    world.bot_writes(morning(), general, body).expect("a message").id
}

/// The data of the last interaction that the bot was told of.
fn told(world: &mut World) -> Value {
    let effects = world.take_effects().into_iter().rev();
    let mut told = effects.filter_map(|effect| match effect {
        Effect::Dispatch(dispatch) if dispatch.name == "INTERACTION_CREATE" => Some(dispatch.data),
        Effect::Dispatch(_) | Effect::Journal(_) | Effect::Moved(_) => None,
    });
    told.next().expect("an interaction")
}

/// D.4: every kind stands where it may, and is kept as Discord gives it back.
#[test]
fn the_newer_kind_is_kept_with_what_discord_fills_in() {
    let mut world = world(Limits::default());
    let file = Upload {
        place: 0,
        name: "notes.txt".into(),
        kind: None,
        bytes: b"one line".as_slice().into(),
    };
    world.uploads = vec![file];
    let id = post(
        &mut world,
        &json!([
            {"type": 17, "accent_color": 703_487, "components": [
                text("# Ready"),
                {"type": 9, "components": [text("one"), text("two")], "accessory": button("section")},
                {"type": 14},
                {"type": 1, "components": [button("row")]},
            ]},
            {"type": 9, "components": [text("three")], "accessory": {
                "type": 11, "media": {"url": "https://example.org/a.png"}, "description": "A picture",
            }},
            {"type": 12, "items": [{"media": {"url": "https://example.org/b.png"}, "spoiler": true}]},
            {"type": 13, "file": {"url": "attachment://notes.txt"}},
        ]),
    );
    let message = &world.messages[&id];
    let kept = json!(message.components);
    let ids: Vec<_> = super::super::component::walk(&message.components)
        .into_iter()
        .map(|part| part["id"].as_u64().expect("an id"))
        .collect();
    assert_eq!(ids, (1..=14).collect::<Vec<_>>());
    assert_eq!(
        (&kept[0]["spoiler"], &kept[0]["components"][2]["divider"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(
        kept[1]["accessory"]["media"]["proxy_url"],
        "https://example.org/a.png"
    );
    let shown = &kept[3];
    assert_eq!((&shown["name"], &shown["size"]), (&json!("notes.txt"), &json!(8)));
    assert_eq!(
        shown["file"]["attachment_id"],
        json!(message.attachments[0].id.to_string())
    );
    assert_eq!(
        world.text_of(morning(), message),
        "# Ready\none\ntwo\n[Go]\n———\n[Go]\nthree\n🖼 A picture\n🖼 https://example.org/b.png (spoiler)\n\
         📎 notes.txt (text/plain; charset=utf-8, 8 bytes)\n  one line"
    );
}

/// D.4: 40 components in all, 4,000 characters of text in all, and each kind's own numbers.
#[test]
fn the_newer_kind_has_its_limits() {
    let many = |count: usize| json!(vec![text("x"); count]);
    assert!(MessageBody::parse(&body(&many(40))).is_ok());
    assert_eq!(
        codes(&body(&many(41)), 0),
        ["COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"]
    );
    // What stands in others counts too.
    let nested = json!([{"type": 17, "components": vec![text("x"); 39]}]);
    assert!(MessageBody::parse(&body(&nested)).is_ok());
    let nested = json!([{"type": 17, "components": vec![text("x"); 39]}, text("x")]);
    assert_eq!(
        codes(&body(&nested), 0),
        ["COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"]
    );
    let half = "é".repeat(2_000);
    assert!(MessageBody::parse(&body(&json!([text(&half), text(&half)]))).is_ok());
    assert_eq!(
        codes(&body(&json!([text(&half), text(&half), text("x")])), 0),
        ["COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"]
    );
    let picture = |url: &str| json!({"media": {"url": url}});
    let link = "https://example.org/a.png";
    let cases = [
        (json!([text("")]), "/components/0/content"),
        (json!([button("a")]), "/components/0/type"),
        (
            json!([{"type": 17, "components": []}]),
            "/components/0/components",
        ),
        (
            json!([{"type": 17, "components": [{"type": 17, "components": [text("x")]}]}]),
            "/components/0/components/0/type",
        ),
        (
            json!([{"type": 17, "accent_color": 0x01_00_00_00, "components": [text("x")]}]),
            "/components/0/accent_color",
        ),
        (
            json!([{"type": 9, "components": [text("x")]}]),
            "/components/0/accessory",
        ),
        (
            json!([{"type": 9, "components": vec![text("x"); 4], "accessory": button("a")}]),
            "/components/0/components",
        ),
        (
            json!([{"type": 9, "components": [text("x")], "accessory": text("y")}]),
            "/components/0/accessory/type",
        ),
        (
            json!([{"type": 12, "items": vec![picture(link); 11]}]),
            "/components/0/items",
        ),
        (
            json!([{"type": 12, "items": [picture("ftp://example.org/a.png")]}]),
            "/components/0/items/0/media/url",
        ),
        (
            json!([{"type": 13, "file": {"url": link}}]),
            "/components/0/file/url",
        ),
        (json!([{"type": 14, "spacing": 3}]), "/components/0/spacing"),
        (json!([{"type": 14, "divider": 1}]), "/components/0/divider"),
        (
            json!([{"type": 10, "id": 7, "content": "x"}, {"type": 10, "id": 7, "content": "y"}]),
            "/components",
        ),
        (
            json!([
                {"type": 9, "components": [text("x")], "accessory": button("a")},
                {"type": 1, "components": [button("a")]},
            ]),
            "/components",
        ),
    ];
    for (components, place) in cases {
        assert_eq!(
            wrong(&components),
            (50_035, vec![place.to_owned()]),
            "{components}"
        );
    }
    // The older kind knows none of these.
    let older = json!({"components": [text("x")]});
    assert_eq!(refusal(MessageBody::parse(&older)).1, ["/components/0/type"]);
}

/// D.4: with the flag a message has no content, embeds, poll or stickers, and an edit does not take the flag away.
#[test]
fn a_message_of_the_newer_kind_stays_one() {
    for legacy in [
        json!({"content": "x"}),
        json!({"embeds": [{"title": "x"}]}),
        json!({"poll": {}}),
        json!({"sticker_ids": ["1"]}),
    ] {
        let mut both = body(&json!([text("x")]));
        both.as_object_mut()
            .expect("a body")
            .extend(legacy.as_object().expect("fields").clone());
        assert_eq!(
            codes(&both, 0),
            ["MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"]
        );
        // The same as an edit that leaves the flag out, or gives others.
        assert_eq!(codes(&legacy, V2), ["MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG"]);
    }
    assert_eq!(
        codes(&json!({"flags": 4}), V2),
        ["MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG"]
    );
    let mut world = world(Limits::default());
    let general = world.general();
    let id = post(&mut world, &json!([text("one")]));
    let edit = json!({"components": [text("two")]});
    let edit = MessageBody::parse_edit(&edit, world.flags_of(id)).expect("a body");
    let edited = world.bot_edits(after(1), general, id, edit).expect("an edit");
    assert_eq!(world.text_of(after(1), &edited), "two");
    assert_eq!(edited.flags, V2);
    // An older message becomes one when it gives up its text.
    let older = MessageBody::parse(&json!({"content": "x"})).expect("a body");
    let older = world.bot_writes(morning(), general, older).expect("a message").id;
    let mut turn = |change: Value| {
        let change = MessageBody::parse_edit(&change, 0).expect("a body");
        world.bot_edits(after(1), general, older, change)
    };
    assert_eq!(refusal(turn(body(&json!([text("y")])))).1, ["/content"]);
    let turned = turn(json!({"flags": V2, "content": null, "components": [text("y")]}));
    assert_eq!(turned.expect("an edit").content, "");
}

/// D.4: a file that a component names has to come with the message; an empty message is none.
#[test]
fn what_a_component_shows_has_to_be_there() {
    let mut world = world(Limits::default());
    let general = world.general();
    let missing = body(&json!([{"type": 13, "file": {"url": "attachment://a.txt"}}]));
    let missing = MessageBody::parse(&missing).expect("a body");
    let (code, places) = refusal(world.bot_writes(morning(), general, missing));
    assert_eq!(
        (code, places),
        (50_035, vec!["/components/0/file/url".to_owned()])
    );
    let empty = MessageBody::parse(&body(&json!([]))).expect("a body");
    assert_eq!(refusal(world.bot_writes(morning(), general, empty)).0, 50_006);
}

/// D.4: a text mentions people as a message's own does, under the same `allowed_mentions`.
#[test]
fn a_text_mentions_people() {
    let mut world = world(Limits::default());
    let (general, ben) = (world.general(), world.named("ben"));
    let components = json!([{"type": 17, "components": [text(&format!("<@{ben}>"))]}]);
    post(&mut world, &components);
    assert_eq!(world.pings.len(), 1);
    let mut silent = body(&components);
    silent["allowed_mentions"] = json!({"parse": []});
    let silent = MessageBody::parse(&silent).expect("a body");
    world.bot_writes(morning(), general, silent).expect("a message");
    assert_eq!(world.pings.len(), 1);
}

/// D.1: what is pressed and chosen deep inside reaches the application, with the message it stands on.
#[test]
fn nested_components_are_pressed_and_chosen_from() {
    let mut world = world(Limits::default());
    let ada = world.named("ada");
    let id = post(
        &mut world,
        &json!([{"type": 17, "components": [
            {"type": 9, "components": [text("one")], "accessory": button("deep")},
            {"type": 1, "components": [{"type": 3, "custom_id": "pick", "options": [{"label": "A", "value": "a"}]}]},
        ]}]),
    );
    world.press(morning(), ada, id, "deep").expect("a press");
    let press = told(&mut world);
    assert_eq!(
        press["data"],
        json!({"id": 4, "custom_id": "deep", "component_type": 2})
    );
    assert_eq!(press["message"]["flags"], json!(V2));
    assert_eq!(press["message"]["components"][0]["type"], json!(17));
    world
        .choose(morning(), ada, id, "pick", &["A".to_owned()])
        .expect("a choice");
    assert_eq!(
        told(&mut world)["data"],
        json!({"id": 6, "custom_id": "pick", "component_type": 3, "values": ["a"]})
    );
}

fn label(component: &Value) -> Value {
    json!({"type": 18, "label": "Name", "component": component})
}

fn modal(components: &Value) -> Value {
    json!({"title": "t", "custom_id": "m", "components": components})
}

fn modal_places(components: &Value) -> Vec<String> {
    let mut form = Form::default();
    check_modal(&modal(components), &mut form);
    match form.finish() {
        Ok(()) => Vec::new(),
        Err(error) => refusal::<()>(Err(error)).1,
    }
}

/// D.1: 1 to 5 parts, labels with one field each, and each field's own numbers.
#[test]
fn forms_have_their_limits() {
    let options = |count: usize| {
        let options = (0..count).map(|number| json!({"label": "l", "value": number.to_string()}));
        options.collect::<Vec<_>>()
    };
    let group = |kind: u64, count: usize| json!({"type": kind, "custom_id": "f", "options": options(count)});
    let input = json!({"type": 4, "custom_id": "f", "style": 1});
    let with = |part: &Value, key: &str, value: Value| {
        let mut part = part.clone();
        part[key] = value;
        part
    };
    let inputs = |count: usize| {
        let inputs = (0..count).map(|number| label(&with(&input, "custom_id", json!(number.to_string()))));
        json!(inputs.collect::<Vec<_>>())
    };
    let one = |part: &Value| json!([label(part)]);
    let files = json!({"type": 19, "custom_id": "f"});
    let users = json!({"type": 5, "custom_id": "f"});
    let taken = [
        inputs(5),
        one(&group(3, 25)),
        one(&group(21, 10)),
        one(&group(22, 10)),
        one(&json!({"type": 23, "custom_id": "f", "default": true})),
        one(&with(
            &with(&files, "required", json!(false)),
            "min_values",
            json!(0),
        )),
        json!([text("Read this."), label(&users)]),
        json!([{"type": 1, "components": [with(&input, "label", json!("Old"))]}]),
    ];
    for form in taken {
        assert_eq!(modal_places(&form), [""; 0], "{form}");
    }
    let field = "/data/components/0/component";
    let at = |key: &str| format!("{field}/{key}");
    let refused = [
        (inputs(6), "/data/components".to_owned()),
        (json!([]), "/data/components".to_owned()),
        (json!([input]), "/data/components/0/type".to_owned()),
        (
            json!([{"type": 18, "component": input}]),
            "/data/components/0/label".to_owned(),
        ),
        (
            json!([{"type": 18, "label": "x".repeat(46), "component": input}]),
            "/data/components/0/label".to_owned(),
        ),
        (
            json!([{"type": 18, "label": "x", "description": "x".repeat(101), "component": input}]),
            "/data/components/0/description".to_owned(),
        ),
        (json!([{"type": 18, "label": "x"}]), field.to_owned()),
        (one(&button("a")), at("type")),
        (one(&with(&input, "custom_id", json!(""))), at("custom_id")),
        (one(&with(&input, "style", json!(3))), at("style")),
        (one(&group(21, 1)), at("options")),
        (one(&group(21, 11)), at("options")),
        (one(&group(22, 11)), at("options")),
        (
            one(&with(&group(22, 10), "max_values", json!(11))),
            at("max_values"),
        ),
        (one(&with(&files, "max_values", json!(11))), at("max_values")),
        // What has to be filled in takes one value at least.
        (one(&with(&files, "min_values", json!(0))), at("min_values")),
        (one(&with(&users, "disabled", json!(true))), at("disabled")),
        (
            json!([{"type": 1, "components": [input]}]),
            "/data/components/0/components/0/label".to_owned(),
        ),
    ];
    for (form, place) in refused {
        assert_eq!(modal_places(&form), [place], "{form}");
    }
}

/// What goes into a form.
type Given<'a> = &'a [(&'a str, Filled)];

/// Opens a form in front of ada and fills it in: what the application hears.
fn fill(world: &mut World, components: &Value, fields: Given) -> Result<Value, String> {
    let ada = world.named("ada");
    let id = post(world, &json!([{"type": 1, "components": [button("open")]}]));
    let press: InteractionId = world.press(morning(), ada, id, "open").expect("a press");
    let token = told(world)["token"].as_str().expect("a token").to_owned();
    let answer = json!({"type": 9, "data": modal(components)});
    world
        .answer(morning(), press, &token, &answer)
        .expect("an answer");
    let opened = world.outcome(morning(), press).expect("an outcome").modal;
    let fields: BTreeMap<_, _> = fields
        .iter()
        .map(|(name, filled)| ((*name).to_owned(), filled.clone()))
        .collect();
    world.submit(morning(), ada, opened.expect("a form").id, &fields)?;
    let told = told(world);
    assert_eq!(told["type"], json!(5));
    assert_eq!(told["message"]["id"], json!(id));
    // A foreign reader takes it too.
    ModalInteractionData::deserialize(&told["data"]).expect("what twilight knows");
    Ok(told["data"].clone())
}

/// D.1: the application gets each field in its label, with `value` or `values`, and what ids stand for.
#[test]
fn a_filled_form_is_sent_as_discord_sends_it() {
    let mut world = world(Limits::default());
    let (ada, ben, general) = (world.named("ada"), world.named("ben"), world.general());
    let team = world.guilds[&world.one()].role_named("Team").expect("a role").id;
    let file = Upload {
        place: 0,
        name: "log.txt".into(),
        kind: None,
        bytes: b"x".as_slice().into(),
    };
    world.have_file(morning(), ada, &file);
    let options = json!([{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]);
    let first = fill(
        &mut world,
        &json!([
            text("Read this."),
            label(&json!({"type": 4, "custom_id": "why", "style": 2})),
            label(&json!({"type": 7, "custom_id": "who", "max_values": 2})),
            label(&json!({"type": 8, "custom_id": "where"})),
            label(&json!({"type": 19, "custom_id": "log"})),
        ]),
        &[
            ("why", "rain".into()),
            ("who", vec!["@ben".to_owned(), "@Team".to_owned()].into()),
            ("where", "#general".into()),
            ("log", "log.txt".into()),
        ],
    )
    .expect("a submission");
    let given = world.at_hand.values().next().expect("a file").id.to_string();
    assert_eq!(
        first["components"],
        json!([
            {"type": 10, "id": 1},
            {"type": 18, "id": 2, "component": {"type": 4, "id": 3, "custom_id": "why", "value": "rain"}},
            {"type": 18, "id": 4, "component": {
                "type": 7, "id": 5, "custom_id": "who", "values": [ben.to_string(), team.to_string()],
            }},
            {"type": 18, "id": 6, "component": {
                "type": 8, "id": 7, "custom_id": "where", "values": [general.to_string()],
            }},
            {"type": 18, "id": 8, "component": {"type": 19, "id": 9, "custom_id": "log", "values": [given]}},
        ])
    );
    let resolved = &first["resolved"];
    assert_eq!(resolved["users"][ben.to_string()]["username"], json!("ben"));
    assert_eq!(resolved["roles"][team.to_string()]["name"], json!("Team"));
    assert_eq!(
        resolved["channels"][general.to_string()]["name"],
        json!("general")
    );
    assert_eq!(resolved["attachments"][&given]["filename"], json!("log.txt"));
    let chosen = |kind: u64, name: &str| json!({"type": kind, "custom_id": name, "options": options});
    let second = fill(
        &mut world,
        &json!([
            label(&chosen(21, "radio")),
            label(&chosen(22, "boxes")),
            label(&json!({"type": 23, "custom_id": "box"})),
            label(&chosen(3, "text")),
            {"type": 1, "components": [{"type": 4, "custom_id": "old", "style": 1, "label": "Old", "value": "kept"}]},
        ]),
        &[
            ("radio", "B".into()),
            ("boxes", vec!["a".to_owned(), "b".to_owned()].into()),
            ("box", true.into()),
            ("text", "A".into()),
        ],
    )
    .expect("a submission");
    assert_eq!(
        second,
        json!({"custom_id": "m", "components": [
            {"type": 18, "id": 1, "component": {"type": 21, "id": 2, "custom_id": "radio", "value": "b"}},
            {"type": 18, "id": 3, "component": {"type": 22, "id": 4, "custom_id": "boxes", "values": ["a", "b"]}},
            {"type": 18, "id": 5, "component": {"type": 23, "id": 6, "custom_id": "box", "value": true}},
            {"type": 18, "id": 7, "component": {"type": 3, "id": 8, "custom_id": "text", "values": ["a"]}},
            {"type": 1, "id": 9, "components": [{"type": 4, "id": 10, "custom_id": "old", "value": "kept"}]},
        ]})
    );
}

/// D.1: a person's client does not submit what does not fit, and sends what was chosen from the start or nothing.
#[test]
fn a_form_is_checked_before_it_is_sent() {
    let mut world = world(Limits::default());
    let options = json!([{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]);
    let boxes = json!({"type": 22, "custom_id": "f", "options": options, "max_values": 1});
    let cases: [(Value, Given, &str); 7] = [
        (boxes.clone(), &[], "\"Name\" must be filled in."),
        (
            boxes,
            &[("f", Filled::Several(vec!["a".into(), "b".into()]))],
            "Choose between 1 and 1 values for \"Name\"; these are 2.",
        ),
        (
            json!({"type": 21, "custom_id": "f", "options": options}),
            &[("f", Filled::Several(vec!["c".into()]))],
            "\"c\" is not among the options.",
        ),
        (
            json!({"type": 19, "custom_id": "f"}),
            &[("f", Filled::Several(vec!["none.txt".into()]))],
            "You have no file called \"none.txt\".",
        ),
        (
            json!({"type": 23, "custom_id": "f"}),
            &[("f", Filled::Several(vec![]))],
            "\"Name\" is true or false.",
        ),
        (
            json!({"type": 8, "custom_id": "f", "channel_types": [2]}),
            &[("f", Filled::Several(vec!["#general".into()]))],
            "\"#general\" is no channel of the kind that is asked for.",
        ),
        (
            json!({"type": 4, "custom_id": "f", "style": 1}),
            &[("g", Filled::Checked(true))],
            "The form has no field \"g\".",
        ),
    ];
    for (field, fields, sentence) in cases {
        let refused = fill(&mut world, &json!([label(&field)]), fields);
        assert_eq!(refused.expect_err("a refusal"), sentence);
    }
    let preset = json!([{"label": "A", "value": "a"}, {"label": "B", "value": "b", "default": true}]);
    let kept = fill(
        &mut world,
        &json!([
            label(&json!({"type": 21, "custom_id": "radio", "options": preset})),
            label(&json!({"type": 21, "custom_id": "none", "options": options, "required": false})),
            label(&json!({"type": 5, "custom_id": "who", "required": false})),
        ]),
        &[],
    );
    let kept = kept.expect("a submission");
    let values: Vec<_> = (0..3)
        .map(|place| &kept["components"][place]["component"])
        .collect();
    assert_eq!(values[0]["value"], json!("b"));
    assert_eq!(values[1]["value"], Value::Null);
    assert_eq!(values[2]["values"], json!([]));
}
