//! The real bot on a local Discord: for the demo, for scripts that a person can read, and for the tests.
//!
//! This is the only place of the library that names simcord.

mod clock;
pub mod files;
mod form;
pub mod host;
pub mod player;
pub mod script;
pub mod stage;
pub mod tour;
pub mod transcript;
mod world;
