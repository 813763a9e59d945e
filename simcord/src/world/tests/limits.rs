//! Discord's numbers.

use serde_json::{Value, json};

use super::{after, morning, refusal, world};
use crate::options::Limits;
use crate::world::{ChannelBody, ChannelId, MessageBody, Permissions, World};

fn message(body: &Value) -> (u32, Vec<String>) {
    refusal(MessageBody::parse(body))
}

fn row(components: &Value) -> Value {
    json!({"type": 1, "components": components})
}

fn button(custom_id: &str) -> Value {
    json!({"type": 2, "style": 1, "label": "x", "custom_id": custom_id})
}

#[test]
fn embeds_have_their_limits() {
    let place = |path: &str| (50_035, vec![path.to_owned()]);
    assert_eq!(
        message(&json!({"embeds": [{"title": "x".repeat(257)}]})),
        place("/embeds/0/title")
    );
    let fields = vec![json!({"name": "n", "value": "v"}); 26];
    assert_eq!(
        message(&json!({"embeds": [{"fields": fields}]})),
        place("/embeds/0/fields")
    );
    let empty = json!({"embeds": [{"fields": [{"name": "", "value": "v"}]}]});
    assert_eq!(message(&empty), place("/embeds/0/fields/0/name"));
    let long = json!({"description": "x".repeat(3_001)});
    assert_eq!(message(&json!({"embeds": [long, long]})), place("/embeds"));
    assert_eq!(
        message(&json!({"embeds": vec![json!({"title": "x"}); 11]})),
        place("/embeds")
    );
}

#[test]
fn components_have_their_limits() {
    let at = |components: Value| message(&json!({"components": components}));
    let place = |path: &str| (50_035, vec![path.to_owned()]);
    let rows: Vec<_> = (0..6)
        .map(|number| row(&json!([button(&number.to_string())])))
        .collect();
    assert_eq!(at(json!(rows)), place("/components"));
    let six: Vec<_> = (0..6).map(|number| button(&number.to_string())).collect();
    assert_eq!(at(json!([row(&json!(six))])), place("/components/0/components"));
    assert_eq!(
        at(json!([row(&json!([button("a"), button("a")]))])),
        place("/components")
    );
    assert_eq!(
        at(json!([row(&json!([button(&"x".repeat(101))]))])),
        place("/components/0/components/0/custom_id")
    );
    let options: Vec<_> = (0..26)
        .map(|n| json!({"label": "l", "value": n.to_string()}))
        .collect();
    let select = json!({"type": 3, "custom_id": "s", "options": options});
    assert_eq!(
        at(json!([row(&json!([select]))])),
        place("/components/0/components/0/options")
    );
}

#[test]
fn mentions_are_either_parsed_or_listed() {
    let (code, places) = message(&json!({"allowed_mentions": {"parse": ["users"], "users": ["1"]}}));
    assert_eq!((code, places), (50_035, vec!["/allowed_mentions".to_owned()]));
}

#[test]
fn channels_run_out() {
    let limits = Limits {
        channels_per_guild: 3,
        channels_per_category: 1,
        ..Limits::default()
    };
    let mut world = world(limits);
    let guild = world.one();
    let make = |world: &mut World, body: Value| {
        world.bot_makes_channel(morning(), guild, ChannelBody::parse(&body).expect("a body"))
    };
    let category = make(&mut world, json!({"name": "Old", "type": 4})).expect("a category");
    let body = json!({"name": "A b", "parent_id": category.id});
    assert_eq!(make(&mut world, body.clone()).expect("a channel").name, "a-b");
    assert_eq!(refusal(make(&mut world, body)).0, 30_013);
    let general = world.general();
    let moved = ChannelBody::parse(&json!({"parent_id": category.id})).expect("a body");
    let (code, places) = refusal(world.bot_edits_channel(morning(), general, moved));
    assert_eq!((code, places), (50_035, vec!["/parent_id".to_owned()]));
    assert_eq!(refusal(ChannelBody::parse(&json!({"name": ""}))).0, 50_035);
    assert_eq!(
        refusal(ChannelBody::parse(&json!({"topic": "x".repeat(1_025)}))).0,
        50_035
    );
}

/// A channel moves and is locked by one change; where a part of it is refused, nothing of it happens.
#[test]
fn a_channel_is_moved_and_locked_at_once() {
    let mut world = world(Limits {
        channels_per_category: 1,
        ..Limits::default()
    });
    let guild = world.one();
    let make = |world: &mut World, body: Value| {
        let body = ChannelBody::parse(&body).expect("a body");
        world
            .bot_makes_channel(morning(), guild, body)
            .expect("a channel")
            .id
    };
    let archive = make(&mut world, json!({"name": "Archive", "type": 4}));
    let (room, other) = (
        make(&mut world, json!({"name": "room"})),
        make(&mut world, json!({"name": "other"})),
    );
    let bot = world.bot;
    let locked = |deny: Permissions| {
        json!({"parent_id": archive, "permission_overwrites": [
            {"id": guild, "type": 0, "allow": "0", "deny": deny},
            {"id": bot, "type": 1, "allow": Permissions::SEND_MESSAGES, "deny": "0"},
        ]})
    };
    let lock = |world: &mut World, channel: ChannelId, body: &Value| {
        let body = ChannelBody::parse(body).expect("a body");
        world.bot_edits_channel(morning(), channel, body)
    };
    // Without MANAGE_ROLES, and with a bit that the bot does not hold, it stays where it is.
    let writes = Permissions::SEND_MESSAGES;
    let moves = Permissions::MANAGE_CHANNELS
        .with(Permissions::VIEW_CHANNEL)
        .with(writes);
    let full = locked(writes);
    for (held, body) in [
        (moves, &full),
        (
            moves.with(Permissions::MANAGE_ROLES),
            &locked(writes.with(Permissions::PIN_MESSAGES)),
        ),
    ] {
        world.set_bot_permissions(morning(), guild, held).expect("set");
        assert_eq!(refusal(lock(&mut world, room, body)).0, 50_013);
        assert_eq!(world.channels[&room].parent_id, None);
    }
    let moved = lock(&mut world, room, &full).expect("a change");
    assert_eq!(moved.parent_id, Some(archive));
    // Everybody reads there, the bot writes there, and the owner is above all that.
    let ben = world.named("ben");
    let held = |world: &World, user| world.permissions(user, &world.channels[&room]);
    assert!(held(&world, ben).contains(Permissions::VIEW_CHANNEL));
    assert!(!held(&world, ben).contains(writes));
    assert!(held(&world, bot).contains(writes));
    // The same again is no further channel there; another one is too many, and is not locked either.
    assert!(lock(&mut world, room, &full).is_ok());
    let (code, places) = refusal(lock(&mut world, other, &full));
    assert_eq!((code, places), (50_035, vec!["/parent_id".to_owned()]));
    assert_eq!(world.channels[&other].permission_overwrites, []);
}

#[test]
fn a_topic_changes_twice_in_ten_minutes() {
    let mut world = world(Limits::default());
    let general = world.general();
    let edit = |world: &mut World, seconds: i64, topic: &str| {
        let body = ChannelBody::parse(&json!({"topic": topic})).expect("a body");
        world
            .bot_edits_channel(after(seconds), general, body)
            .map_err(|error| error.retry_after)
    };
    assert!(edit(&mut world, 0, "a").is_ok());
    assert!(edit(&mut world, 60, "b").is_ok());
    assert_eq!(edit(&mut world, 120, "c").expect_err("a limit"), Some(480.0));
    // What changes nothing is no edit of the topic.
    assert!(edit(&mut world, 120, "b").is_ok());
    assert!(edit(&mut world, 600, "c").is_ok());
}

#[test]
fn an_old_message_changes_only_so_often() {
    let mut world = world(Limits {
        old_message_edits: Some(1),
        ..Limits::default()
    });
    let general = world.general();
    let body = || MessageBody::parse(&json!({"content": "x"})).expect("a body");
    let id = world
        .bot_writes(morning(), general, body())
        .expect("a message")
        .id;
    let mut edit = |seconds| {
        world
            .bot_edits(after(seconds), general, id, body())
            .map_err(|error| error.body())
    };
    assert!(edit(60).is_ok() && edit(120).is_ok() && edit(3_600).is_ok());
    let refused = edit(5_400).expect_err("a limit");
    assert_eq!(
        (&refused["code"], &refused["retry_after"]),
        (&json!(30_046), &json!(1_800.0))
    );
    assert!(edit(7_200).is_ok());
}

#[test]
fn pins_run_out() {
    let mut world = world(Limits {
        pins_per_channel: 1,
        ..Limits::default()
    });
    let general = world.general();
    let write = |world: &mut World| {
        let body = MessageBody::parse(&json!({"content": "x"})).expect("a body");
        world.bot_writes(morning(), general, body).expect("a message").id
    };
    let (first, second) = (write(&mut world), write(&mut world));
    world.bot_pins(morning(), general, first, true).expect("a pin");
    assert_eq!(
        refusal(world.bot_pins(morning(), general, second, true)).0,
        30_003
    );
    world.bot_pins(morning(), general, first, false).expect("no pin");
    world.bot_pins(morning(), general, second, true).expect("a pin");
}

#[test]
fn commands_have_their_limits() {
    let mut world = world(Limits::default());
    let mut register = |body: Value| world.overwrite_commands(morning(), None, &body);
    let command = |name: &str| json!({"name": name, "description": "d"});
    assert_eq!(refusal(register(json!([command("Loud")]))).1, ["/0/name"]);
    assert_eq!(refusal(register(json!([command("a"), command("a")]))).1, ["/1"]);
    let many: Vec<_> = (0..101).map(|number| command(&format!("c{number}"))).collect();
    assert_eq!(refusal(register(json!(many))).0, 30_032);
    let option =
        |name: &str, required| json!({"type": 3, "name": name, "description": "d", "required": required});
    let late = json!([{"name": "a", "description": "d", "options": [option("x", false), option("y", true)]}]);
    assert_eq!(refusal(register(late)).1, ["/0/options/1"]);
    let choices: Vec<_> = (0..25)
        .map(|n| json!({"name": format!("{n:100}"), "value": format!("{n:100}")}))
        .collect();
    let heavy = |name: &str| json!({"type": 3, "name": name, "description": "d", "choices": choices});
    let options = json!([{"name": "a", "description": "d", "options": [heavy("x"), heavy("y")]}]);
    assert_eq!(refusal(register(options)).1, ["/0"]);
    let first = register(json!([command("a")])).expect("registered");
    let second = register(json!([command("b"), command("a")])).expect("registered");
    assert_eq!(first[0].id, second[1].id);
}
