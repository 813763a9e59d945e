//! simcord against a real serenity and poise bot, over TLS and with the client's own rate limiter on.

mod bot;
mod gateway;
mod http;
mod interactions;
mod messages;
mod mishaps;
mod permissions;
mod stage;
