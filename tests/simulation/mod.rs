//! The bot under one seed: random worlds in which people act, time moves in small and large steps, clocks are set, the
//! platform fails in each way that it can, and the process dies at each point where that could matter. What is promised
//! is checked after each step.
//!
//! Real here: [`App`](tminus::app::App) with all of `domain` and `store`, on an SQLite file. Played: time, people, and
//! Discord, behind the same [`Carrier`](tminus::app::Carrier) that the courier implements. One history is one seed, and
//! nothing in it depends on a clock, a thread or an address, so that a seed that failed fails again.
//!
//! To add something that can happen: a [`Step`](history::Step), its share in `history::step`, and what it does in
//! `play`.

pub(crate) mod bot;
pub(crate) mod chance;
pub(crate) mod checks;
pub(crate) mod duty;
pub(crate) mod history;
pub(crate) mod mutant;
pub(crate) mod platform;
pub(crate) mod play;
pub(crate) mod room;
pub(crate) mod shrink;
pub(crate) mod world;
