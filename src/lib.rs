//! T-minus runs dot releases on Discord: it opens a channel for each release, pins a live checklist, plans every phase
//! backward from the target in working days, reminds the right role at the right moment, and keeps the record.
//!
//! Read in this order: [`domain`] (the rules, pure), [`store`] (SQLite), [`app`] (use cases), [`discord`] (people come in
//! and words go out), [`mail`] (copies by e-mail), [`runtime`] (clock, loops, shutdown), [`config`], [`demo`] (the same bot
//! on a local Discord).
//! `ARCHITECTURE.md` has the map and the rules that hold between them.

pub mod app;
pub mod cli;
pub mod config;
pub mod demo;

pub mod discord;
pub mod domain;
pub mod mail;
pub mod runtime;
pub mod store;
