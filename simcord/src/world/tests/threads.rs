//! Threads: who may open them, write in them and put them away, and what the bot is told.

use serde_json::{Value, json};

use super::{after, morning, refusal, world};
use crate::options::Limits;
use crate::world::{
    ApiError, Channel, ChannelBody, ChannelId, Effect, MessageBody, MessageId, Overwrite, OverwriteKind,
    Permissions, ThreadBody, UserId, World,
};

const WRITES: Permissions = Permissions::SEND_MESSAGES_IN_THREADS;
const OPENS: Permissions = Permissions::CREATE_PUBLIC_THREADS;
const SEES: Permissions = Permissions::VIEW_CHANNEL;

fn body(value: &Value) -> ThreadBody {
    ThreadBody::parse(value).expect("a body")
}

fn open(world: &mut World, of: Option<MessageId>) -> Result<Channel, ApiError> {
    let general = world.general();
    world.bot_opens_thread(
        morning(),
        general,
        of,
        body(&json!({"name": "Upgrade test", "type": 11, "auto_archive_duration": 1440})),
    )
}

fn says(world: &mut World, channel: ChannelId, text: &str) -> Result<MessageId, ApiError> {
    let body = MessageBody::parse(&json!({"content": text})).expect("a body");
    world
        .bot_writes(morning(), channel, body)
        .map(|message| message.id)
}

fn writes(world: &mut World, user: UserId, channel: ChannelId) -> Result<(), String> {
    world
        .person_writes(after(60), user, channel, "Hello", Vec::new())
        .map(drop)
}

/// What the bot is told, by name, since the last look.
fn told(world: &mut World) -> Vec<(&'static str, Value)> {
    let effects = world.take_effects().into_iter();
    effects
        .filter_map(|effect| match effect {
            Effect::Dispatch(dispatch) => Some((dispatch.name, dispatch.data)),
            Effect::Journal(_) | Effect::Moved(_) => None,
        })
        .collect()
}

fn deny(world: &mut World, id: u64, deny: Permissions) {
    let general = world.general();
    let overwrite = Overwrite {
        id,
        kind: OverwriteKind::Role,
        allow: Permissions::NONE,
        deny,
    };
    world
        .person_sets_overwrite(morning(), general, overwrite)
        .expect("an overwrite");
}

#[test]
fn a_thread_has_the_shape_of_one_and_is_no_channel_of_the_guild() {
    let mut world = world(Limits::default());
    let general = world.general();
    let before = world.channels_of(world.one()).len();
    let thread = open(&mut world, None).expect("a thread");
    let shown = json!(thread);
    assert_eq!(shown["type"], 11);
    assert_eq!(shown["parent_id"], json!(general));
    assert_eq!(shown["owner_id"], json!(world.bot_id()));
    assert_eq!(shown["thread_metadata"]["auto_archive_duration"], 1440);
    assert_eq!(shown["thread_metadata"]["archived"], false);
    assert_eq!(
        (&shown["message_count"], &shown["member_count"]),
        (&json!(0), &json!(1))
    );
    for absent in ["position", "topic", "permission_overwrites", "nsfw"] {
        assert_eq!(shown.get(absent), None, "{absent}");
    }
    assert_eq!(world.channels_of(world.one()).len(), before);
    let guild = world.guild(world.one()).expect("a guild");
    assert_eq!(world.guild_create(guild, 0)["threads"][0]["id"], shown["id"]);
    let names: Vec<_> = told(&mut world).into_iter().map(|(name, _)| name).collect();
    // One that stands by itself is told of in its channel.
    assert_eq!(names, ["THREAD_CREATE", "MESSAGE_CREATE"]);
    let note = world.messages_seen(morning(), world.named("ben"), general, None, 10);
    let note = note.last().and_then(|note| note.simcord.clone()).expect("a note");
    assert!(
        note.text.ends_with("started a thread: Upgrade test"),
        "{}",
        note.text
    );
}

#[test]
fn a_message_has_one_thread_under_its_own_id() {
    let mut world = world(Limits::default());
    let general = world.general();
    let message = says(&mut world, general, "About the test").expect("a message");
    told(&mut world);
    let thread = open(&mut world, Some(message)).expect("a thread");
    assert_eq!(thread.id.0, message.0);
    assert_eq!(refusal(open(&mut world, Some(message))).0, 160_004);
    assert_eq!(refusal(open(&mut world, Some(MessageId(1)))).0, 10_008);
    assert_eq!(world.messages[&message].flags & 32, 32);
    let told = told(&mut world);
    let names: Vec<_> = told.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["THREAD_CREATE", "MESSAGE_UPDATE", "MESSAGE_CREATE"]);
    assert_eq!(told[0].1["newly_created"], true);
    // What stands at its beginning shows the message and is not counted.
    let ben = world.named("ben");
    let first = world.messages_seen(morning(), ben, thread.id, None, 10).remove(0);
    assert_eq!(
        (first.kind, first.simcord.expect("what is added").text),
        (21, "About the test".to_owned())
    );
    assert_eq!(json!(world.channels[&thread.id])["message_count"], 0);
    writes(&mut world, ben, thread.id).expect("a message");
    let shown = json!(world.channels[&thread.id]);
    assert_eq!(
        (&shown["message_count"], &shown["member_count"]),
        (&json!(1), &json!(2))
    );
}

#[test]
fn what_a_thread_allows_is_what_its_channel_does() {
    let mut world = world(Limits::default());
    let (general, guild, ben) = (world.general(), world.one(), world.named("ben"));
    let thread = open(&mut world, None).expect("a thread").id;
    // Writing in the channel is another permission.
    deny(&mut world, guild.0, Permissions::SEND_MESSAGES);
    assert!(writes(&mut world, ben, general).is_err());
    assert_eq!(writes(&mut world, ben, thread), Ok(()));
    deny(&mut world, guild.0, WRITES);
    let refused = writes(&mut world, ben, thread).expect_err("a refusal");
    assert_eq!(
        refused,
        "You do not have permission to send messages in this channel."
    );
    assert!(world.can_see(ben, thread));
    deny(&mut world, guild.0, SEES);
    assert!(!world.can_see(ben, thread));
    assert!(
        world
            .person_opens_thread(morning(), ben, general, "Mine")
            .is_err()
    );
}

#[test]
fn the_bot_needs_a_permission_of_its_own_for_each_act() {
    let mut world = world(Limits::default());
    let (general, guild) = (world.general(), world.one());
    let held = |world: &mut World, bits: Permissions| {
        deny(world, guild.0, OPENS.with(WRITES));
        world.set_bot_permissions(morning(), guild, bits).expect("set");
    };
    held(&mut world, SEES.with(Permissions::SEND_MESSAGES));
    assert_eq!(refusal(open(&mut world, None)).0, 50_013);
    held(&mut world, Permissions::ADMINISTRATOR);
    let thread = open(&mut world, None).expect("a thread").id;
    held(&mut world, SEES.with(Permissions::SEND_MESSAGES));
    assert_eq!(refusal(says(&mut world, thread, "Hello")).0, 50_013);
    // It made the thread, so it may rename it, but locking and deleting are for those who manage threads.
    let rename = body(&json!({"name": "Upgrade", "archived": true}));
    let changed = world
        .bot_edits_thread(morning(), thread, rename)
        .expect("a thread");
    assert_eq!(changed.name, "Upgrade");
    let lock = world.bot_edits_thread(
        morning(),
        thread,
        body(&json!({"locked": true, "archived": false})),
    );
    assert_eq!(refusal(lock).0, 50_013);
    assert_eq!(refusal(world.bot_deletes_channel(morning(), thread)).0, 50_013);
    deny(&mut world, guild.0, SEES);
    let hidden = world.bot_opens_thread(morning(), general, None, body(&json!({"name": "x", "type": 11})));
    assert_eq!(refusal(hidden).0, 50_001);
}

#[test]
fn a_thread_is_put_away_taken_out_by_a_message_and_locked() {
    let mut world = world(Limits::default());
    let (general, guild, ben) = (world.general(), world.one(), world.named("ben"));
    let thread = open(&mut world, None).expect("a thread").id;
    let mine = says(&mut world, thread, "Hello").expect("a message");
    world.archive_silent_threads(after(24 * 3_600 - 1));
    assert_eq!(world.active_threads(guild).len(), 1);
    told(&mut world);
    world.archive_silent_threads(after(24 * 3_600));
    assert_eq!(world.active_threads(guild).len(), 0);
    assert_eq!(told(&mut world)[0].0, "THREAD_UPDATE");
    let edit = MessageBody::parse(&json!({"content": "Bye"})).expect("a body");
    assert_eq!(refusal(world.bot_edits(morning(), thread, mine, edit)).0, 50_083);
    let rename = body(&json!({"name": "Another"}));
    assert_eq!(
        refusal(world.bot_edits_thread(morning(), thread, rename)).0,
        50_083
    );
    assert_eq!(writes(&mut world, ben, thread), Ok(()));
    assert_eq!(world.active_threads(guild).len(), 1);
    let lock = body(&json!({"locked": true}));
    world.bot_edits_thread(morning(), thread, lock).expect("a thread");
    assert_eq!(
        writes(&mut world, ben, thread).expect_err("a refusal"),
        "Thread is locked"
    );
    let ada = world.named("ada");
    assert_eq!(writes(&mut world, ada, thread), Ok(()));
    // A thread goes with its channel.
    assert!(world.remove_channel(morning(), general));
    assert!(!world.channels.contains_key(&thread));
}

#[test]
fn what_is_wrong_with_a_thread_is_told_by_its_place() {
    let mut world = world(Limits::default());
    let parsed = ThreadBody::parse(&json!({
        "name": "n".repeat(101), "auto_archive_duration": 61, "rate_limit_per_user": 21_601,
    }));
    let places = ["/auto_archive_duration", "/name", "/rate_limit_per_user"];
    assert_eq!(refusal(parsed), (50_035, places.map(str::to_owned).to_vec()));
    let general = world.general();
    let mut open = |of: ChannelId, value: &Value| {
        let opened = world.bot_opens_thread(morning(), of, None, body(value));
        opened.map_err(|error| error.code)
    };
    let thread = open(general, &json!({"name": "One", "type": 11})).expect("a thread");
    assert_eq!(
        open(thread.id, &json!({"name": "Two", "type": 11})).err(),
        Some(50_024)
    );
    assert_eq!(open(general, &json!({"type": 11})).err(), Some(50_035));
    // Without a type it would be private.
    assert_eq!(open(general, &json!({"name": "Three"})).err(), Some(50_035));
    let channel = ChannelBody::parse(&json!({"name": "four", "type": 11}));
    assert_eq!(refusal(channel).1, ["/type"]);
}
