//! Scheduled events: what they need, what becomes of them with time, and what the bot is told (D.5).

use serde_json::{Value, json};

use super::{after, morning, refusal, world};
use crate::options::Limits;
use crate::world::{
    ApiError, Effect, EventStatus, Permissions, ScheduledEvent, ScheduledEventBody, ScheduledEventId, World,
};

fn party() -> Value {
    json!({
        "name": "Release party", "privacy_level": 2, "entity_type": 3, "channel_id": null,
        "scheduled_start_time": "2026-12-01T10:00:00+00:00", "scheduled_end_time": "2026-12-01T11:00:00Z",
        "entity_metadata": {"location": "Kitchen"}, "description": "With cake",
    })
}

fn schedules(world: &mut World, body: &Value) -> Result<ScheduledEvent, ApiError> {
    let one = world.one();
    world.bot_schedules(morning(), one, &ScheduledEventBody::new(body)?)
}

fn changes(world: &mut World, id: ScheduledEventId, body: &Value) -> Result<ScheduledEvent, ApiError> {
    let one = world.one();
    world.bot_reschedules(morning(), one, id, &ScheduledEventBody::edit(body)?)
}

/// What the bot is told about events, with their status, since the last look.
fn told(world: &mut World) -> Vec<(&'static str, u64)> {
    let effects = world.take_effects().into_iter();
    let told = effects.filter_map(|effect| match effect {
        Effect::Dispatch(told) => Some((told.name, told.data["status"].as_u64().unwrap_or_default())),
        Effect::Journal(_) | Effect::Moved(_) => None,
    });
    told.collect()
}

#[test]
fn an_event_has_discords_shape_and_stands_in_what_the_gateway_tells_of_the_guild() {
    let mut world = world(Limits::default());
    let event = schedules(&mut world, &party()).expect("an event");
    let shape = world.event_json(&event, true);
    let creator = json!(world.bot());
    assert_eq!(
        shape,
        json!({
            "id": event.id, "guild_id": world.one(), "channel_id": null, "creator_id": creator["id"],
            "creator": creator, "name": "Release party", "description": "With cake", "image": null,
            "scheduled_start_time": "2026-12-01T10:00:00.000000+00:00",
            "scheduled_end_time": "2026-12-01T11:00:00.000000+00:00",
            "privacy_level": 2, "status": 1, "entity_type": 3, "entity_id": null,
            "entity_metadata": {"location": "Kitchen"}, "recurrence_rule": null,
            "guild_scheduled_event_exceptions": [], "user_count": 0,
        })
    );
    let guild = world.guild_create(world.guild(event.guild_id).expect("a guild"), 1);
    assert_eq!(guild["guild_scheduled_events"][0]["name"], "Release party");
    assert_eq!(told(&mut world), [("GUILD_SCHEDULED_EVENT_CREATE", 1)]);
}

#[test]
fn an_event_elsewhere_needs_a_place_and_an_end() {
    let mut world = world(Limits::default());
    let mut lacking = |path: &[&str]| {
        let mut body = party();
        for key in path {
            body.as_object_mut().expect("a body").remove(*key);
        }
        refusal(schedules(&mut world, &body))
    };
    assert_eq!(
        lacking(&["entity_metadata", "scheduled_end_time", "name"]),
        (
            50_035,
            ["/entity_metadata", "/name", "/scheduled_end_time"]
                .map(str::to_owned)
                .into()
        )
    );
    let mut with = |key: &str, value: Value| {
        let mut body = party();
        body[key] = value;
        let (code, places) = refusal(schedules(&mut world, &body));
        (code, places.concat())
    };
    let form = |place: &str| (50_035, place.to_owned());
    assert_eq!(with("name", json!("x".repeat(101))), form("/name"));
    assert_eq!(
        with("description", json!("x".repeat(1_001))),
        form("/description")
    );
    assert_eq!(
        with("entity_metadata", json!({"location": ""})),
        form("/entity_metadata/location")
    );
    assert_eq!(
        with("entity_metadata", json!({"location": "x".repeat(101)})),
        form("/entity_metadata/location")
    );
    assert_eq!(with("privacy_level", json!(1)), form("/privacy_level"));
    assert_eq!(with("entity_type", json!(4)), form("/entity_type"));
    assert_eq!(with("entity_type", json!(2)), form("/channel_id"));
    assert_eq!(
        with("scheduled_start_time", json!("soon")),
        form("/scheduled_start_time")
    );
    let late = json!("2026-12-01T12:00:00Z");
    assert_eq!(with("scheduled_start_time", late), form("/scheduled_end_time"));
    let past = json!("2020-12-01T12:00:00Z");
    assert_eq!(with("scheduled_start_time", past), form("/scheduled_start_time"));
    assert_eq!(with("channel_id", json!("1")).0, 10_003);
    assert_eq!(world.scheduled_events(world.one()).count(), 0);
}

#[test]
fn an_event_begins_and_ends_by_itself_and_is_final_then() {
    let mut world = world(Limits::default());
    let id = schedules(&mut world, &party()).expect("an event").id;
    changes(&mut world, id, &json!({"name": "Party", "status": 1})).expect("changed");
    told(&mut world);
    world.expire(after(3_600));
    assert_eq!(told(&mut world), [("GUILD_SCHEDULED_EVENT_UPDATE", 2)]);
    assert_eq!(refusal(changes(&mut world, id, &json!({"status": 4}))).0, 50_035);
    world.expire(after(7_200));
    assert_eq!(told(&mut world), [("GUILD_SCHEDULED_EVENT_UPDATE", 3)]);
    assert_eq!(
        refusal(changes(&mut world, id, &json!({"name": "Again"}))).0,
        180_000
    );
    let one = world.one();
    assert_eq!(world.scheduled_events(one).count(), 0);
    assert_eq!(world.scheduled_event(one, id).expect("kept").name, "Party");
}

#[test]
fn an_event_is_called_off_or_deleted() {
    let mut world = world(Limits::default());
    let one = world.one();
    let id = schedules(&mut world, &party()).expect("an event").id;
    assert_eq!(refusal(changes(&mut world, id, &json!({"status": 3}))).0, 50_035);
    let event = changes(&mut world, id, &json!({"status": 4})).expect("called off");
    assert_eq!(event.status, EventStatus::Canceled);
    told(&mut world);
    world.bot_drops_event(morning(), one, id).expect("deleted");
    assert_eq!(told(&mut world), [("GUILD_SCHEDULED_EVENT_DELETE", 4)]);
    assert_eq!(refusal(world.bot_drops_event(morning(), one, id)).0, 10_070);
}

/// What is over does not count.
#[test]
fn a_guild_has_a_hundred_events() {
    let mut world = world(Limits::default());
    let first = schedules(&mut world, &party()).expect("an event").id;
    for _ in 1..100 {
        schedules(&mut world, &party()).expect("an event");
    }
    assert_eq!(refusal(schedules(&mut world, &party())).0, 30_038);
    changes(&mut world, first, &json!({"status": 4})).expect("called off");
    schedules(&mut world, &party()).expect("room again");
}

/// Since 2026-02-23 Manage Events alone schedules nothing (the note of 2025-11-24 in Discord's change log).
#[test]
fn to_schedule_takes_create_events_and_to_change_ones_own_either() {
    let mut world = world(Limits::default());
    let one = world.one();
    let may = |world: &mut World, bits: Permissions| {
        world.set_bot_permissions(morning(), one, bits).expect("set");
    };
    may(&mut world, Permissions::MANAGE_EVENTS);
    assert_eq!(refusal(schedules(&mut world, &party())).0, 50_013);
    may(&mut world, Permissions::CREATE_EVENTS);
    let id = schedules(&mut world, &party()).expect("an event").id;
    changes(&mut world, id, &json!({"name": "A"})).expect("its own");
    may(&mut world, Permissions::MANAGE_EVENTS);
    changes(&mut world, id, &json!({"name": "B"})).expect("anybody's");
    may(&mut world, Permissions::SEND_MESSAGES);
    assert_eq!(refusal(changes(&mut world, id, &json!({"name": "C"}))).0, 50_013);
    assert_eq!(refusal(world.bot_drops_event(morning(), one, id)).0, 50_013);
}
