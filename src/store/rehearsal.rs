//! What may stand in the way of a commit while crashes are rehearsed. The program itself never has one.

use std::fmt;

/// Stands at every commit of a [rehearsed](crate::store::Store::rehearse) store.
pub trait Gate: fmt::Debug + Send + Sync {
    /// What becomes of the commit that is about to happen.
    fn pass(&self) -> Passage;
}

/// What becomes of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// It happens.
    Open,
    /// It does not happen, as when the process ends right before it or the disk is full.
    Shut,
    /// It happens, and whoever asked for it does not learn of it, as when the process ends right after it.
    Unheard,
}
