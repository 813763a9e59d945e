//! What Discord does, row by row; `FIDELITY.md` says which row is shown where.

use serde_json::{Value, json};

use super::interactions::{go, say};
use super::{after, morning, refusal, world};
use crate::options::Limits;
use crate::world::event::intent;
use crate::world::{
    ChannelBody, ChannelId, MessageBody, MessageId, Overwrite, OverwriteKind, Permissions, RoleBody,
    ThreadBody, UserId, Which, World,
};

fn write(world: &mut World, body: &Value) -> MessageId {
    let body = MessageBody::parse(body).expect("a body");
    let general = world.general();
    world.bot_writes(morning(), general, body).expect("a message").id
}

fn edit(world: &mut World, id: MessageId, body: &Value) {
    let body = MessageBody::parse_edit(body, world.flags_of(id)).expect("a body");
    let general = world.general();
    world.bot_edits(after(1), general, id, body).expect("an edit");
}

/// D.1: an answer stays for one person, or for all, whatever an edit says.
#[test]
fn an_edit_does_not_change_who_sees_an_answer() {
    for (first, ephemeral) in [(64, true), (0, false)] {
        let mut world = world(Limits::default());
        let (id, token) = go(&mut world);
        let answer = json!({"type": 4, "data": {"content": "x", "flags": first}});
        world.answer(morning(), id, &token, &answer).expect("an answer");
        let change = json!({"content": "y", "flags": 64 - first});
        let changed = world
            .edit_answer(morning(), &token, Which::Original, &change)
            .expect("an edit");
        assert_eq!(changed.ephemeral(), ephemeral);
        assert_eq!(changed.content, "y");
    }
}

/// D.1: a modal is a first answer, not one after a promise, and never to a modal.
#[test]
fn a_modal_is_a_first_answer_and_none_to_a_modal() {
    let mut world = world(Limits::default());
    let form = json!({"type": 9, "data": {"title": "t", "custom_id": "m", "components": [
        {"type": 18, "label": "l", "component": {"type": 4, "custom_id": "i", "style": 1, "required": false}},
    ]}});
    let (id, token) = go(&mut world);
    world
        .answer(morning(), id, &token, &json!({"type": 5}))
        .expect("a promise");
    assert_eq!(refusal(world.answer(morning(), id, &token, &form)).0, 40_060);
    let (id, token) = go(&mut world);
    world.answer(morning(), id, &token, &form).expect("a form");
    let opened = world.outcome(morning(), id).expect("an outcome").modal;
    let ben = world.named("ben");
    let submitted = world
        .submit(morning(), ben, opened.expect("a form").id, &[].into())
        .expect("a submission");
    let token = world.interactions[&submitted].token.clone();
    assert_eq!(
        refusal(world.answer(morning(), submitted, &token, &form)).0,
        50_035
    );
    // It came from a command, so there is no message to change either.
    let update = json!({"type": 7, "data": {"content": "x"}});
    assert_eq!(
        refusal(world.answer(morning(), submitted, &token, &update)).0,
        50_035
    );
    assert!(world.answer(morning(), submitted, &token, &say("x")).is_ok());
}

/// D.1: 25 suggestions, and nothing but suggestions.
#[test]
fn suggestions_have_their_limit() {
    let mut world = world(Limits::default());
    let command = json!([{"name": "go", "description": "d", "options": [
        {"type": 3, "name": "where", "description": "d", "autocomplete": true},
    ]}]);
    world
        .overwrite_commands(morning(), None, &command)
        .expect("a command");
    let (ben, general) = (world.named("ben"), world.general());
    let values = [("where".to_owned(), json!("x"))].into();
    let id = world
        .type_command(morning(), ben, general, "go", &values, "where")
        .expect("an interaction");
    let token = world.interactions[&id].token.clone();
    let suggest = |count: usize| {
        let choices: Vec<_> = (0..count)
            .map(|n| json!({"name": "n", "value": n.to_string()}))
            .collect();
        json!({"type": 8, "data": {"choices": choices}})
    };
    assert_eq!(refusal(world.answer(morning(), id, &token, &say("x"))).0, 50_035);
    let (code, places) = refusal(world.answer(morning(), id, &token, &suggest(26)));
    assert_eq!((code, places), (50_035, vec!["/data/choices".to_owned()]));
    assert!(world.answer(morning(), id, &token, &suggest(25)).is_ok());
}

/// D.1: an answer that says nothing about mentions pings people, and neither roles nor everybody.
#[test]
fn answers_ping_people_alone() {
    let mut world = world(Limits::default());
    let (ada, ben) = (world.named("ada"), world.named("ben"));
    let team = world.guilds[&world.one()].role_named("Team").expect("a role").id;
    let (id, token) = go(&mut world);
    let text = format!("<@{ada}> <@&{team}> @everyone");
    world
        .answer(morning(), id, &token, &say(&text))
        .expect("an answer");
    let heard: Vec<UserId> = world.pings.iter().map(|ping| ping.user).collect();
    assert_eq!(heard, [ada]);
    // An ordinary message that says nothing pings all of them.
    write(&mut world, &json!({"content": text}));
    let mut heard: Vec<UserId> = world.pings.iter().skip(1).map(|ping| ping.user).collect();
    heard.sort();
    assert_eq!(heard, [ada, ben]);
}

/// D.4: `allowed_mentions` lets through what is in the text alone; an edit that says nothing reads the text anew, and
/// makes no sound.
#[test]
fn an_edit_reads_mentions_anew_and_is_silent() {
    let mut world = world(Limits::default());
    let (ada, ben) = (world.named("ada"), world.named("ben"));
    let text = format!("<@{ada}>");
    let listed = json!({"content": text, "allowed_mentions": {"users": [ben.to_string()]}});
    let id = write(&mut world, &listed);
    assert_eq!((world.messages[&id].mentions.len(), world.pings.len()), (0, 0));
    edit(&mut world, id, &json!({"content": text}));
    assert_eq!((world.messages[&id].mentions.len(), world.pings.len()), (1, 0));
    edit(
        &mut world,
        id,
        &json!({"content": text, "allowed_mentions": {"parse": []}}),
    );
    assert_eq!(world.messages[&id].mentions.len(), 0);
}

/// D.4: who may not ping everybody pings neither everybody nor a role that is not mentionable.
#[test]
fn allowed_mentions_are_held_against_permissions() {
    let mut world = world(Limits::default());
    let guild = world.one();
    let usual = Permissions::VIEW_CHANNEL.with(Permissions::SEND_MESSAGES);
    let team = world.guilds[&guild].role_named("Team").expect("a role").id;
    let text = json!({"content": format!("@everyone <@&{team}>")});
    let mut heard = |held: Permissions, mentionable: bool| {
        world.set_bot_permissions(morning(), guild, held).expect("set");
        let found = world.guilds.get_mut(&guild).expect("a guild");
        found.roles.get_mut(&team).expect("a role").mentionable = mentionable;
        let id = write(&mut world, &text);
        let message = &world.messages[&id];
        (message.mention_everyone, message.mention_roles.len())
    };
    assert_eq!(heard(usual, false), (false, 0));
    assert_eq!(heard(usual, true), (false, 1));
    assert_eq!(heard(usual.with(Permissions::MENTION_EVERYONE), false), (true, 1));
}

/// D.4: flags that an edit gives are the flags from then on, and those that it does not touch stay.
#[test]
fn an_edit_of_flags_gives_all_of_them() {
    let mut world = world(Limits::default());
    let id = write(&mut world, &json!({"content": "x", "flags": 4 | 4_096}));
    edit(&mut world, id, &json!({"content": "y"}));
    assert_eq!(world.messages[&id].flags, 4 | 4_096);
    edit(&mut world, id, &json!({"flags": 0}));
    assert_eq!(world.messages[&id].flags, 4_096);
}

/// D.5: overwrites of a channel run out.
#[test]
fn overwrites_run_out() {
    let mut world = world(Limits {
        overwrites_per_channel: 1,
        ..Limits::default()
    });
    let (general, ben, ada) = (world.general(), world.named("ben"), world.named("ada"));
    let overwrite = |id: UserId| Overwrite {
        id: id.0,
        kind: OverwriteKind::Member,
        allow: Permissions::NONE,
        deny: Permissions::SEND_MESSAGES,
    };
    for _ in 0..2 {
        world
            .bot_sets_overwrite(morning(), general, overwrite(ben))
            .expect("an overwrite");
    }
    assert_eq!(
        refusal(world.bot_sets_overwrite(morning(), general, overwrite(ada))).0,
        30_060
    );
    let two = json!({"name": "x", "permission_overwrites": [overwrite(ada), overwrite(ben)]});
    let two = ChannelBody::parse(&two).expect("a body");
    let guild = world.one();
    assert_eq!(refusal(world.bot_makes_channel(morning(), guild, two)).0, 30_060);
}

/// D.5: the roles of a guild run out.
#[test]
fn roles_run_out() {
    let mut world = world(Limits::default());
    let guild = world.one();
    world.limits.roles_per_guild = world.guilds[&guild].roles.len() + 1;
    let mut make = || {
        let body = RoleBody::parse(&json!({"name": "r"})).expect("a body");
        world.bot_makes_role(morning(), guild, body)
    };
    assert!(make().is_ok());
    assert_eq!(refusal(make()).0, 30_005);
}

/// D.5: threads that are not put away run out; those that are do not count.
#[test]
fn threads_run_out() {
    let mut world = world(Limits {
        active_threads: 1,
        ..Limits::default()
    });
    let general = world.general();
    let open = |world: &mut World| {
        let body = ThreadBody::parse(&json!({"name": "t", "type": 11})).expect("a body");
        world.bot_opens_thread(morning(), general, None, body)
    };
    let first = open(&mut world).expect("a thread").id;
    assert_eq!(refusal(open(&mut world)).0, 160_006);
    let thread = world
        .channels
        .get_mut(&first)
        .and_then(|found| found.thread.as_mut());
    thread.expect("a thread").archived = true;
    assert!(open(&mut world).is_ok());
}

/// D.5: the base, @everyone, roles (denials first, then what they allow), the member; no overwrite counts for administrators.
#[test]
fn permissions_are_worked_out_in_discords_order() {
    let (view, send) = (Permissions::VIEW_CHANNEL, Permissions::SEND_MESSAGES);
    let none = Permissions::NONE;
    // What @everyone, each of two roles and the member are allowed and denied, and what comes of it.
    let cases = [
        ("the base alone", [(none, none); 4], view.with(send)),
        (
            "@everyone is denied",
            [(none, send), (none, none), (none, none), (none, none)],
            view,
        ),
        (
            "a role allows what @everyone is denied",
            [(none, send), (send, none), (none, none), (none, none)],
            view.with(send),
        ),
        (
            "of two roles the one that allows wins",
            [(none, none), (none, send), (send, none), (none, none)],
            view.with(send),
        ),
        (
            "a member is denied what a role allows",
            [(none, none), (send, none), (none, none), (none, send)],
            view,
        ),
        (
            "a member is allowed what a role denies",
            [(none, none), (none, send), (none, none), (send, none)],
            view.with(send),
        ),
        (
            "who does not see it may do nothing there",
            [(none, view), (none, none), (none, none), (send, none)],
            none,
        ),
    ];
    for (name, [everyone, first, second, own], expected) in cases {
        let mut world = world(Limits::default());
        let (guild, general, ben) = (world.one(), world.general(), world.named("ben"));
        let team = world.guilds[&guild].role_named("Team").expect("a role").clone();
        let other = crate::world::Role {
            id: crate::world::RoleId(7),
            name: "Other".into(),
            ..team.clone()
        };
        let found = world.guilds.get_mut(&guild).expect("a guild");
        found
            .members
            .get_mut(&ben)
            .expect("a member")
            .roles
            .push(other.id);
        found.roles.insert(other.id, other);
        let set = [
            (guild.0, OverwriteKind::Role, everyone),
            (team.id.0, OverwriteKind::Role, first),
            (7, OverwriteKind::Role, second),
            (ben.0, OverwriteKind::Member, own),
        ];
        for (id, kind, (allow, deny)) in set {
            let overwrite = Overwrite {
                id,
                kind,
                allow,
                deny,
            };
            world
                .bot_sets_overwrite(morning(), general, overwrite)
                .expect("an overwrite");
        }
        let held = world.permissions(ben, &world.channels[&general]);
        let seen = Permissions(held.0 & view.with(send).0);
        assert_eq!(seen, expected, "{name}");
        // None of it counts for who is above it: the owner, and the bot, which is an administrator.
        for above in [world.named("ada"), world.bot] {
            assert_eq!(
                world.permissions(above, &world.channels[&general]),
                Permissions::ALL
            );
        }
    }
}

/// D.5: pinning takes a permission of its own, and managing messages does not bring it.
#[test]
fn pinning_takes_its_own_permission() {
    let mut world = world(Limits::default());
    let (guild, general) = (world.one(), world.general());
    let id = write(&mut world, &json!({"content": "x"}));
    let managing = Permissions::VIEW_CHANNEL
        .with(Permissions::READ_MESSAGE_HISTORY)
        .with(Permissions::MANAGE_MESSAGES);
    world
        .set_bot_permissions(morning(), guild, managing)
        .expect("set");
    assert_eq!(refusal(world.bot_pins(morning(), general, id, true)).0, 50_013);
    let pinning = managing.with(Permissions::PIN_MESSAGES);
    world.set_bot_permissions(morning(), guild, pinning).expect("set");
    world.bot_pins(morning(), general, id, true).expect("a pin");
}

/// D.3: without the intent for members a bot sees itself alone in a guild.
#[test]
fn a_guild_shows_its_members_to_who_asked_for_them() {
    let world = world(Limits::default());
    let guild = world.guild(world.one()).expect("a guild");
    let shown = |intents| world.guild_create(guild, intents);
    let alone = shown(intent::GUILDS);
    assert_eq!(alone["members"].as_array().map(Vec::len), Some(1));
    assert_eq!(alone["members"][0]["user"]["bot"], json!(true));
    assert_eq!(alone["member_count"], json!(3));
    let all = shown(intent::GUILDS | intent::GUILD_MEMBERS);
    assert_eq!(all["members"].as_array().map(Vec::len), Some(3));
}

/// D.6: 100 slash commands, 15 for people and 15 for messages, of each scope.
#[test]
fn each_scope_has_its_commands() {
    let mut world = world(Limits::default());
    let guild = Some(world.one());
    let many = |kind: u8, count: usize| {
        let description = if kind == 1 { "d" } else { "" };
        let commands = (0..count)
            .map(|number| json!({"type": kind, "name": format!("c{number}"), "description": description}));
        commands.collect::<Vec<_>>()
    };
    let full: Vec<_> = [many(1, 100), many(2, 15), many(3, 15)].concat();
    for scope in [None, guild] {
        for (kind, most) in [(1, 100), (2, 15), (3, 15)] {
            let refused = world.overwrite_commands(morning(), scope, &json!(many(kind, most + 1)));
            assert_eq!(refusal(refused).0, 30_032);
        }
        assert!(world.overwrite_commands(morning(), scope, &json!(full)).is_ok());
    }
}

/// D.6: 200 commands of a scope are made in a day; one that is there is not made again.
#[test]
fn commands_are_made_only_so_often() {
    let mut world = world(Limits {
        commands_per_day: 2,
        ..Limits::default()
    });
    let guild = Some(world.one());
    let mut register = |seconds, scope, names: &[&str]| {
        let commands: Vec<_> = names
            .iter()
            .map(|name| json!({"name": name, "description": "d"}))
            .collect();
        world
            .overwrite_commands(after(seconds), scope, &json!(commands))
            .map_err(|error| error.code)
            .map(|made| made.len())
    };
    assert_eq!(register(0, guild, &["a", "b"]), Ok(2));
    assert_eq!(register(60, guild, &["a", "b"]), Ok(2));
    assert_eq!(register(60, guild, &["a", "c"]), Err(30_034));
    assert_eq!(register(60, None, &["c"]), Ok(1));
    assert_eq!(register(86_400, guild, &["a", "c"]), Ok(2));
}

/// D.6: what only administrators may use, and what takes a permission, is there for nobody else.
#[test]
fn commands_are_there_for_who_may_use_them() {
    let mut world = world(Limits::default());
    let command = |name: &str, needed: Value| json!({"name": name, "description": "d", "default_member_permissions": needed});
    let pins = Permissions::PIN_MESSAGES.0.to_string();
    let commands = json!([
        command("all", Value::Null),
        command("admins", json!("0")),
        command("pins", json!(pins))
    ]);
    world
        .overwrite_commands(morning(), None, &commands)
        .expect("commands");
    let names = |world: &World, user: UserId, channel: ChannelId| {
        let found = world.commands_for(user, channel).into_iter();
        found.map(|found| found.name.clone()).collect::<Vec<_>>()
    };
    let general = world.general();
    let (ada, ben) = (world.named("ada"), world.named("ben"));
    assert_eq!(names(&world, ada, general), ["admins", "all", "pins"]);
    assert_eq!(names(&world, ben, general), ["all"]);
    let guild = world.one();
    let found = world.guilds.get_mut(&guild).expect("a guild");
    let team = found.role_named("Team").expect("a role").id;
    found.roles.get_mut(&team).expect("a role").permissions = Permissions::PIN_MESSAGES;
    assert_eq!(names(&world, ben, general), ["all", "pins"]);
}
