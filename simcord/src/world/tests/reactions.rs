//! Reactions: who may add and remove them, how many there are, and what the bot is told (D.4).

use serde_json::{Value, json};

use super::{morning, refusal, world};
use crate::options::Limits;
use crate::world::{
    ApiError, ChannelId, Effect, Happening, Message, MessageBody, MessageId, Permissions, ThreadBody, UserId,
    World, intent,
};

/// What ada has written into #general.
fn written(world: &mut World) -> MessageId {
    let (ada, general) = (world.named("ada"), world.general());
    let message = world.person_writes(morning(), ada, general, "Done?", Vec::new());
    message.expect("written").id
}

fn bot_reacts(world: &mut World, message: MessageId, emoji: &str) -> Result<(), ApiError> {
    let general = world.general();
    world.bot_reacts(morning(), general, message, emoji)
}

fn bot_takes(world: &mut World, message: MessageId, emoji: &str, user: UserId) -> Result<(), ApiError> {
    let general = world.general();
    world.bot_takes_reaction(morning(), general, message, emoji, user)
}

fn reacts(world: &mut World, name: &str, message: MessageId, emoji: &str) -> Result<Message, String> {
    let user = world.named(name);
    world.person_reacts(morning(), user, message, emoji, true)
}

/// What the bot reads of the reactions to a message in #general.
fn read(world: &World, message: MessageId) -> Value {
    let found = world.public_message(world.general(), message);
    json!(found.expect("a message"))["reactions"].clone()
}

/// What the bot is told since the last look: name, intent and data.
fn told(world: &mut World) -> Vec<(&'static str, u64, Value)> {
    let effects = world.take_effects().into_iter();
    let told = effects.filter_map(|effect| match effect {
        Effect::Dispatch(told) => Some((told.name, told.intent, told.data)),
        Effect::Journal(_) | Effect::Moved(_) => None,
    });
    told.collect()
}

fn names(world: &mut World) -> Vec<&'static str> {
    told(world).into_iter().map(|(name, _, _)| name).collect()
}

/// Twenty-one emoji that differ.
fn different() -> Vec<String> {
    ('🐀'..='🐔').map(String::from).collect()
}

fn may(world: &mut World, bits: Permissions) {
    let one = world.one();
    world.set_bot_permissions(morning(), one, bits).expect("set");
}

/// Takes from everybody in #general what `@everyone` is given.
fn deny(world: &mut World, bits: Permissions) {
    let (one, general) = (world.one(), world.general());
    let overwrite = json!({"id": one, "type": 0, "allow": "0", "deny": bits});
    let overwrite = serde_json::from_value(overwrite).expect("an overwrite");
    world
        .bot_sets_overwrite(morning(), general, overwrite)
        .expect("set");
}

/// A message without reactions says nothing of them; `me` is the reader's own.
#[test]
fn a_message_carries_its_reactions_as_its_reader_sees_them() {
    let mut world = world(Limits::default());
    let message = written(&mut world);
    assert_eq!(read(&world, message), Value::Null);
    let seen_by_ben = reacts(&mut world, "ben", message, "👍").expect("reacted");
    bot_reacts(&mut world, message, "👍").expect("reacted");
    let seen_by_ada = reacts(&mut world, "ada", message, "❤️").expect("reacted");
    let shape = |emoji: &str, count: u32, me: bool| {
        json!({
            "emoji": {"id": null, "name": emoji}, "count": count, "count_details": {"burst": 0, "normal": count},
            "me": me, "me_burst": false, "burst_colors": [],
        })
    };
    assert_eq!(json!(seen_by_ben)["reactions"], json!([shape("👍", 1, true)]));
    assert_eq!(
        json!(seen_by_ada)["reactions"],
        json!([shape("👍", 2, false), shape("❤️", 1, true)])
    );
    assert_eq!(
        read(&world, message),
        json!([shape("👍", 2, true), shape("❤️", 1, false)])
    );
    let (general, bot) = (world.general(), world.bot_id());
    world
        .bot_takes_reaction(morning(), general, message, "👍", bot)
        .expect("taken back");
    assert_eq!(read(&world, message)[0], shape("👍", 1, false));
}

#[test]
fn the_bot_is_told_of_each_reaction_once() {
    let mut world = world(Limits::default());
    let message = written(&mut world);
    let (one, general) = (world.one(), world.general());
    let (ada, ben) = (world.named("ada"), world.named("ben"));
    told(&mut world);
    reacts(&mut world, "ben", message, "👀").expect("reacted");
    reacts(&mut world, "ben", message, "👀").expect("no second time");
    let member = json!(world.member_json(&world.guild(one).expect("a guild").members[&ben]));
    let about = |more: Value| {
        let mut data = json!({"channel_id": general, "message_id": message, "guild_id": one});
        for (key, value) in more.as_object().expect("an object") {
            data[key] = value.clone();
        }
        data
    };
    let emoji = json!({"id": null, "name": "👀"});
    let needed = intent::GUILD_MESSAGE_REACTIONS;
    let added = json!({
        "user_id": ben, "message_author_id": ada, "member": member, "emoji": emoji, "burst": false, "type": 0,
    });
    assert_eq!(told(&mut world), [("MESSAGE_REACTION_ADD", needed, about(added))]);
    bot_takes(&mut world, message, "👀", ben).expect("taken away");
    bot_takes(&mut world, message, "👀", ben).expect("nothing more to take");
    let removed = json!({"user_id": ben, "emoji": emoji, "burst": false, "type": 0});
    assert_eq!(
        told(&mut world),
        [("MESSAGE_REACTION_REMOVE", needed, about(removed))]
    );
    for _ in 0..2 {
        bot_reacts(&mut world, message, "👀").expect("reacted");
    }
    bot_reacts(&mut world, message, "✅").expect("reacted");
    told(&mut world);
    for _ in 0..2 {
        let cleared = world.bot_clears_reactions(morning(), general, message, Some("👀"));
        cleared.expect("cleared");
    }
    assert_eq!(
        told(&mut world),
        [(
            "MESSAGE_REACTION_REMOVE_EMOJI",
            needed,
            about(json!({"emoji": emoji}))
        )]
    );
    for _ in 0..2 {
        world
            .bot_clears_reactions(morning(), general, message, None)
            .expect("cleared");
    }
    assert_eq!(
        told(&mut world),
        [("MESSAGE_REACTION_REMOVE_ALL", needed, about(json!({})))]
    );
    assert_eq!(read(&world, message), Value::Null);
}

/// Whoever follows others needs no room.
#[test]
fn a_message_has_twenty_different_reactions() {
    let mut world = world(Limits::default());
    let message = written(&mut world);
    let emoji = different();
    for emoji in &emoji[..20] {
        bot_reacts(&mut world, message, emoji).expect("room");
    }
    assert_eq!(refusal(bot_reacts(&mut world, message, &emoji[20])).0, 30_010);
    assert_eq!(
        reacts(&mut world, "ben", message, &emoji[20]).expect_err("no room"),
        "Maximum number of reactions reached (20)"
    );
    reacts(&mut world, "ben", message, &emoji[0]).expect("one that is there");
    let bot = world.bot_id();
    bot_takes(&mut world, message, &emoji[1], bot).expect("taken back");
    bot_reacts(&mut world, message, &emoji[20]).expect("room again");
}

/// Emoji of a guild and names of emoji are unknown here; so is what is no emoji at Discord.
#[test]
fn what_is_no_emoji_is_unknown() {
    let mut world = world(Limits::default());
    let (message, general, ada) = (written(&mut world), world.general(), world.named("ada"));
    for text in ["", "a", ":thumbsup:", "thonk:1000000000000000001", "👍👍"] {
        let error = bot_reacts(&mut world, message, text).expect_err("a refusal");
        assert_eq!((error.status, error.code), (400, 10_014), "{text:?}");
        assert!(error.is_breach());
        assert_eq!(refusal(bot_takes(&mut world, message, text, ada)).0, 10_014);
        let cleared = world.bot_clears_reactions(morning(), general, message, Some(text));
        assert_eq!(refusal(cleared).0, 10_014);
        let listed = world.who_reacted(general, message, text, UserId(0), 25);
        assert_eq!(refusal(listed.map(|users| users.len())).0, 10_014);
    }
    assert_eq!(
        reacts(&mut world, "ben", message, "thonk:1").expect_err("a refusal"),
        "\"thonk:1\" is no emoji that is played here."
    );
    bot_reacts(&mut world, message, "❤").expect("without its selector");
    reacts(&mut world, "ben", message, "❤️").expect("with it");
    assert_eq!(read(&world, message)[0]["count"], 2);
}

#[test]
fn to_begin_a_reaction_takes_add_reactions_and_to_follow_one_the_history() {
    let mut world = world(Limits::default());
    let message = written(&mut world);
    reacts(&mut world, "ben", message, "👍").expect("reacted");
    deny(&mut world, Permissions::ADD_REACTIONS);
    may(&mut world, Permissions::SEND_MESSAGES);
    assert_eq!(refusal(bot_reacts(&mut world, message, "🎉")).0, 50_013);
    bot_reacts(&mut world, message, "👍").expect("one that is there");
    assert_eq!(
        reacts(&mut world, "ben", message, "🎉").expect_err("a refusal"),
        "You do not have permission to add reactions in this channel."
    );
    may(&mut world, Permissions::ADMINISTRATOR);
    deny(&mut world, Permissions::READ_MESSAGE_HISTORY);
    may(&mut world, Permissions::ADD_REACTIONS);
    let (general, bot) = (world.general(), world.bot_id());
    assert_eq!(refusal(bot_reacts(&mut world, message, "👍")).0, 50_013);
    assert_eq!(refusal(bot_takes(&mut world, message, "👍", bot)).0, 50_013);
    let listed = world.who_reacted(general, message, "👍", UserId(0), 25);
    assert_eq!(refusal(listed.map(|users| users.len())).0, 50_013);
    assert!(reacts(&mut world, "ben", message, "👍").is_err());
}

#[test]
fn to_remove_what_others_added_takes_manage_messages() {
    let mut world = world(Limits::default());
    let (message, general) = (written(&mut world), world.general());
    let (ben, bot) = (world.named("ben"), world.bot_id());
    reacts(&mut world, "ben", message, "👍").expect("reacted");
    bot_reacts(&mut world, message, "👍").expect("reacted");
    may(&mut world, Permissions::SEND_MESSAGES);
    bot_takes(&mut world, message, "👍", bot).expect("its own");
    assert_eq!(refusal(bot_takes(&mut world, message, "👍", ben)).0, 50_013);
    for emoji in [None, Some("👍")] {
        let cleared = world.bot_clears_reactions(morning(), general, message, emoji);
        assert_eq!(refusal(cleared).0, 50_013);
    }
    may(&mut world, Permissions::MANAGE_MESSAGES);
    assert_eq!(refusal(bot_takes(&mut world, message, "👍", UserId(1))).0, 10_013);
    bot_takes(&mut world, message, "👍", ben).expect("anybody's");
    assert_eq!(read(&world, message), Value::Null);
}

#[test]
fn who_has_reacted_is_listed_by_their_ids() {
    let mut world = world(Limits::default());
    let (message, general) = (written(&mut world), world.general());
    for name in ["ben", "ada"] {
        reacts(&mut world, name, message, "👍").expect("reacted");
    }
    let mut people = [world.named("ada"), world.named("ben")];
    people.sort_unstable();
    let listed = |after: UserId, limit| -> Vec<UserId> {
        let users = world.who_reacted(general, message, "👍", after, limit);
        users.expect("users").into_iter().map(|user| user.id).collect()
    };
    assert_eq!(listed(UserId(0), 25), people);
    assert_eq!(listed(UserId(0), 1), people[..1]);
    assert_eq!(listed(people[0], 25), people[1..]);
    let nobody = world.who_reacted(general, message, "🎉", UserId(0), 25);
    assert_eq!(nobody.expect("nobody").len(), 0);
}

/// In a conversation of two everybody reacts, and nobody takes away what the other added.
#[test]
fn reactions_in_a_conversation_of_two_have_an_intent_of_their_own() {
    let mut world = world(Limits::default());
    let ada = world.named("ada");
    let channel: ChannelId = world.bot_opens_dm(morning(), ada).expect("a conversation").id;
    let body = MessageBody::parse(&json!({"content": "Hello"})).expect("a body");
    let message = world.bot_writes(morning(), channel, body).expect("written").id;
    told(&mut world);
    reacts(&mut world, "ada", message, "👍").expect("reacted");
    let [(name, needed, data)] = &told(&mut world)[..] else {
        panic!("one event");
    };
    assert_eq!(
        (*name, *needed),
        ("MESSAGE_REACTION_ADD", intent::DIRECT_MESSAGE_REACTIONS)
    );
    assert_eq!(
        *data,
        json!({
            "user_id": ada, "channel_id": channel, "message_id": message, "message_author_id": world.bot_id(),
            "emoji": {"id": null, "name": "👍"}, "burst": false, "type": 0,
        })
    );
    let taken = world.bot_takes_reaction(morning(), channel, message, "👍", ada);
    assert_eq!(refusal(taken).0, 50_003);
    let cleared = world.bot_clears_reactions(morning(), channel, message, None);
    assert_eq!(refusal(cleared).0, 50_003);
}

/// A thread that was put away takes no reactions and gives none back; what is hidden from the bot it is not told.
#[test]
fn reactions_end_where_a_thread_is_put_away_or_a_channel_hidden() {
    let mut world = world(Limits::default());
    let (message, general) = (written(&mut world), world.general());
    let ada = world.named("ada");
    let thread = world
        .person_opens_thread(morning(), ada, general, "Talk")
        .expect("a thread");
    let inside = world.person_writes(morning(), ada, thread.id, "Hm", Vec::new());
    let inside = inside.expect("written").id;
    reacts(&mut world, "ada", inside, "👍").expect("reacted");
    let body = ThreadBody::parse(&json!({"archived": true})).expect("a body");
    world
        .bot_edits_thread(morning(), thread.id, body)
        .expect("put away");
    let reacted = world.bot_reacts(morning(), thread.id, inside, "👍");
    assert_eq!(refusal(reacted).0, 50_083);
    let cleared = world.bot_clears_reactions(morning(), thread.id, inside, None);
    assert_eq!(refusal(cleared).0, 50_083);
    assert_eq!(
        world
            .person_reacts(morning(), ada, inside, "👍", false)
            .map(|_| ()),
        Err("Thread is archived".to_owned())
    );
    deny(&mut world, Permissions::VIEW_CHANNEL);
    may(&mut world, Permissions::SEND_MESSAGES);
    names(&mut world);
    reacts(&mut world, "ada", message, "👍").expect("the owner sees all");
    assert_eq!(names(&mut world), Vec::<&str>::new());
    assert!(matches!(
        world.journal().last().map(|entry| &entry.event),
        Some(Happening::ReactionsChanged { id, .. }) if *id == message
    ));
    assert_eq!(refusal(bot_reacts(&mut world, message, "👍")).0, 50_001);
}
