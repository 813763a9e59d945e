//! What the measurements are made with.

pub(crate) mod append;
pub(crate) mod disk;
pub(crate) mod load;
pub(crate) mod network;
pub(crate) mod place;
pub(crate) mod process;
pub(crate) mod report;
pub(crate) mod start;
pub(crate) mod stopwatch;
