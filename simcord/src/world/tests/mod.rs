//! The world by itself: no server, no bot, no waiting.

mod components;
mod interactions;
mod limits;
mod permissions;
mod platform;
mod reactions;
mod reading;
mod scheduled;
mod second_opinion;
mod threads;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{ApiError, ChannelId, GuildId, UserId, World};
use crate::options::{Application, ChannelSpec, GuildSpec, Limits, MemberSpec, RoleSpec};

/// When every test begins.
fn morning() -> DateTime<Utc> {
    DateTime::from_timestamp(1_796_115_600, 0).expect("an instant")
}

fn after(seconds: i64) -> DateTime<Utc> {
    morning() + TimeDelta::seconds(seconds)
}

/// A world with an administrator bot, the owner ada, ben in the role Team, and #general.
fn world(limits: Limits) -> World {
    let member = |name: &str, roles: Vec<String>, owner| MemberSpec {
        username: name.into(),
        display_name: name.to_uppercase(),
        roles,
        owner,
    };
    let guild = |name: &str| GuildSpec {
        name: name.into(),
        roles: vec![RoleSpec {
            name: "Team".into(),
            mentionable: true,
            ..RoleSpec::default()
        }],
        members: vec![
            member("ada", vec![], true),
            member("ben", vec!["Team".into()], false),
        ],
        channels: vec![ChannelSpec {
            name: "general".into(),
            ..ChannelSpec::default()
        }],
        bot_permissions: 1 << 3,
    };
    let application = Application::default();
    World::new(&application, &[guild("One"), guild("Two")], limits, 0, morning()).expect("a world")
}

impl World {
    fn one(&self) -> GuildId {
        self.guild_named("One").expect("a guild")
    }

    fn general(&self) -> ChannelId {
        self.channels_of(self.one())[0].id
    }

    fn named(&self, name: &str) -> UserId {
        self.user_named(name).expect("a person")
    }
}

/// A refusal's code and, in a form, the places of the mistakes.
fn refusal<T: std::fmt::Debug>(result: Result<T, ApiError>) -> (u32, Vec<String>) {
    let error = result.expect_err("a refusal");
    let mut places = Vec::new();
    if let Some(errors) = &error.errors {
        collect(errors, "", &mut places);
    }
    (error.code, places)
}

fn collect(errors: &Value, at: &str, places: &mut Vec<String>) {
    for (key, value) in errors.as_object().into_iter().flatten() {
        if key == "_errors" {
            places.push(at.to_owned());
        } else {
            collect(value, &format!("{at}/{key}"), places);
        }
    }
}

#[test]
fn one_person_in_two_guilds_is_one_user() {
    let world = world(Limits::default());
    let people = world.people();
    assert_eq!(people.len(), 2);
    assert!(people.iter().all(|person| person.guilds.len() == 2));
}

#[test]
fn ids_grow_and_carry_their_time() {
    let mut ids = super::ids::Snowflakes::default();
    let first = ids.next(morning());
    assert_eq!(first >> 22, 1_796_115_600_000 - 1_420_070_400_000);
    assert_eq!(ids.next(morning()), first + 1);
    assert_eq!(ids.next(after(-60)), first + 2);
    assert!(ids.next(after(1)) > first + 1_000);
}
