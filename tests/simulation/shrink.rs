//! A shorter history that breaks the same promise.

use super::history::History;
use super::mutant::Mutant;
use super::play::{Failure, Place, play};

/// The most histories that are played to find it.
const TRIES: u32 = 300;

/// Leaves out steps as long as the same promise is broken: halves first, single ones in the end.
pub(crate) async fn shrink(
    history: &History,
    failure: Failure,
    place: &Place,
    mutant: Option<Mutant>,
) -> (History, Failure) {
    let mut shortest = history.clone();
    shortest.steps.truncate(failure.step + 1);
    let mut found = failure;
    let mut tries = 0;
    let mut size = shortest.steps.len().div_ceil(2);
    while size > 0 {
        let mut from = 0;
        while from < shortest.steps.len() && tries < TRIES {
            tries += 1;
            let mut shorter = shortest.clone();
            let end = (from + size).min(shorter.steps.len());
            shorter.steps.drain(from..end);
            match play(&shorter, place, mutant, false).await.2 {
                Err(failure) if failure.fault.rule == found.fault.rule => {
                    shortest = shorter;
                    found = failure;
                }
                _ => from += size,
            }
        }
        size /= 2;
    }
    (shortest, found)
}
