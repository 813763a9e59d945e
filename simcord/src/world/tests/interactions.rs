//! Three seconds, fifteen minutes, one answer.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{after, morning, refusal, world};
use crate::options::Limits;
use crate::world::{Effect, InteractionId, OutcomeState, Which, World};

/// Somebody uses `/go`: the interaction and its token.
pub(super) fn go(world: &mut World) -> (InteractionId, String) {
    let command = json!([{"name": "go", "description": "d"}]);
    world
        .overwrite_commands(morning(), None, &command)
        .expect("a command");
    let (user, channel) = (world.named("ben"), world.general());
    let id = world
        .use_command(morning(), user, channel, "go", &BTreeMap::new())
        .expect("an interaction");
    let told = world.take_effects().into_iter().find_map(|effect| match effect {
        Effect::Dispatch(dispatch) if dispatch.name == "INTERACTION_CREATE" => Some(dispatch.data),
        Effect::Dispatch(_) | Effect::Journal(_) | Effect::Moved(_) => None,
    });
    let token = told.and_then(|data| data["token"].as_str().map(str::to_owned));
    (id, token.expect("a token"))
}

pub(super) fn say(text: &str) -> Value {
    json!({"type": 4, "data": {"content": text}})
}

#[test]
fn an_answer_after_three_seconds_is_too_late() {
    let mut world = world(Limits::default());
    let (id, token) = go(&mut world);
    world.expire(after(3));
    assert_eq!(refusal(world.answer(after(3), id, &token, &say("hi"))).0, 10_062);
    let outcome = world.outcome(after(3), id).expect("an outcome");
    assert_eq!(outcome.state, OutcomeState::Failed);
}

#[test]
fn there_is_one_first_answer() {
    let mut world = world(Limits::default());
    let (id, token) = go(&mut world);
    world
        .answer(morning(), id, &token, &say("hi"))
        .expect("an answer");
    assert_eq!(refusal(world.answer(morning(), id, &token, &say("hi"))).0, 40_060);
    assert_eq!(
        refusal(world.answer(morning(), id, "other", &say("hi"))).0,
        10_062
    );
}

#[test]
fn a_token_lives_fifteen_minutes() {
    let mut world = world(Limits::default());
    let (id, token) = go(&mut world);
    world
        .answer(morning(), id, &token, &json!({"type": 5}))
        .expect("a promise");
    assert!(world.outcome(after(60), id).is_none());
    let edit = json!({"content": "done"});
    assert!(
        world
            .edit_answer(after(899), &token, Which::Original, &edit)
            .is_ok()
    );
    assert_eq!(world.outcome(after(899), id).expect("an outcome").text(), "done");
    assert_eq!(
        refusal(world.edit_answer(after(900), &token, Which::Original, &edit)).0,
        50_027
    );
}

#[test]
fn the_first_follow_up_is_the_promised_answer() {
    let mut world = world(Limits::default());
    let (id, token) = go(&mut world);
    assert_eq!(
        refusal(world.follow_up(morning(), &token, &json!({"content": "x"}))).0,
        10_015
    );
    world
        .answer(morning(), id, &token, &json!({"type": 5, "data": {"flags": 64}}))
        .expect("a promise");
    let first = world
        .follow_up(morning(), &token, &json!({"content": "one"}))
        .expect("a message");
    let second = world
        .follow_up(morning(), &token, &json!({"content": "two"}))
        .expect("a message");
    assert!(first.ephemeral() && !second.ephemeral());
    assert_eq!(
        world
            .answer_message(morning(), &token, Which::Original)
            .expect("a message")
            .content,
        "one"
    );
    world
        .delete_answer(morning(), &token, Which::Id(second.id))
        .expect("deleted");
    let ada = world.named("ada");
    assert_eq!(
        world
            .messages_seen(morning(), ada, world.general(), None, 10)
            .len(),
        0
    );
}

#[test]
fn an_answer_has_to_fit_the_interaction() {
    let mut world = world(Limits::default());
    let (id, token) = go(&mut world);
    assert_eq!(
        refusal(world.answer(morning(), id, &token, &json!({"type": 7, "data": {}}))).0,
        50_035
    );
    assert_eq!(refusal(world.answer(morning(), id, &token, &say(""))).0, 50_006);
    let modal = json!({"type": 9, "data": {"title": "x".repeat(46), "custom_id": "m", "components": []}});
    let (code, places) = refusal(world.answer(morning(), id, &token, &modal));
    assert_eq!(
        (code, places),
        (
            50_035,
            vec!["/data/components".to_owned(), "/data/title".to_owned()]
        )
    );
}
