//! The demo as a tour: a welcome with three ways on – to watch a whole release, to try one under guidance, and to be left
//! alone – and a reset that begins everything anew. Whatever is shown is the real bot at work.

mod director;
mod facts;
mod guide;
mod path;
mod story;
#[cfg(test)]
mod tests;

pub(super) use self::director::{Director, Staging};

/// What is played for those who watch, in the language of scenarios.
pub const WATCH: &str = include_str!("watch.txt");

/// Who helps with what in the demo: the people of the demo themselves, so that an escalation has somebody to call.
const DIRECTORY: &str = include_str!("directory.toml");
