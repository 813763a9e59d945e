//! A year of releases on the real client: serenity, courier, scheduler, SQLite and simcord in one process, with a clock
//! that is moved by hand. People start a release on every working day and tick most of it, a weekly one comes by itself,
//! the bot is down now and then, and Discord refuses now and then. In the end every reminder is accounted for.
//!
//! [`diary`] draws what will happen from a seed. [`play`] plays it. [`ladder`] says, from the history of each release and
//! the pure ladder alone, which occasions there had to be. [`account`] holds that against the file, and the file against
//! what Discord has received and still has.

pub(crate) mod account;
pub(crate) mod diary;
pub(crate) mod ladder;
pub(crate) mod play;

use super::chance;
