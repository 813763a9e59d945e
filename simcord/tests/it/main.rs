//! simcord against a real serenity and poise bot, over TLS and with the client's own rate limiter on.

#![expect(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod attachments;
mod bot;
mod compression;
#[cfg(feature = "cli")]
mod conformance;
mod control_api;
mod faults;
mod gate;
mod gateway;
mod host;
mod http;
mod interactions;
mod messages;
mod mishaps;
mod permissions;
mod platform;
mod reactions;
mod routes;
#[path = "../script/mod.rs"]
mod script;
mod sessions;
mod stage;
mod start;
mod threads;
mod twilight;
