//! All tests that need more than one module, in one binary: it links once and shares its helpers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod backup;
mod config;
mod crashes;
mod export;
#[cfg(target_os = "linux")]
mod full;
mod gateway;
mod limits;
mod mail;
#[cfg(target_os = "linux")]
mod power;
mod process;
mod release_list;
mod rooms;
mod scenarios;
mod secrets;
mod simulation;
mod tidy;
mod year;
