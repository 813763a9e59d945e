//! The clock, the loops and the shutdown: the only place that sleeps or spawns.

mod backups;
mod carriers;
mod clock;
pub mod logging;
mod pace;
mod processor;
mod rest;
mod scheduler;
mod signals;
mod steps;
mod supervisor;

pub use self::clock::{Clock, pause};
pub use self::processor::stay_on_one_processor;
pub use self::signals::Signals;
pub use self::steps::{Planned, Steps};
pub use self::supervisor::{Bot, Pilot, StartError, Stopped};
