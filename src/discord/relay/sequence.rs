//! Which events of a session have been passed on, so that none is passed on twice and none is left behind.

use std::collections::BTreeSet;

/// How far behind the newest event a missing one is still waited for. Discord does not promise that its numbers have no
/// gaps; one that is older than this is taken for such a gap.
const WINDOW: u64 = 256;

/// The numbers of one session's events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sequence {
    newest: u64,
    /// Numbers below the newest that have not come, within the window.
    missing: BTreeSet<u64>,
}

impl Sequence {
    /// Whether the event with this number is to be passed on: it is new, or it comes late.
    pub(super) fn admit(&mut self, number: u64) -> bool {
        if number <= self.newest {
            return self.missing.remove(&number);
        }
        let first = (self.newest + 1).max(number.saturating_sub(WINDOW));
        self.missing.extend(first..number);
        self.newest = number;
        let oldest = number.saturating_sub(WINDOW);
        self.missing.retain(|missing| *missing >= oldest);
        true
    }

    /// The number of the newest event; `None` before the first.
    pub(super) fn newest(&self) -> Option<u64> {
        Some(self.newest).filter(|newest| *newest > 0)
    }

    /// Behind which event a RESUME has to begin, so that what is missing comes again. What comes twice is not admitted.
    pub(super) fn resume_behind(&self) -> u64 {
        self.missing
            .first()
            .map_or(self.newest, |missing| missing.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_repeated_event_is_not_admitted() {
        let mut sequence = Sequence::default();
        assert_eq!(sequence.newest(), None);
        assert!(sequence.admit(1));
        assert!(!sequence.admit(1));
        assert!(sequence.admit(2));
        assert!(!sequence.admit(1));
        assert_eq!((sequence.newest(), sequence.resume_behind()), (Some(2), 2));
    }

    #[test]
    fn a_late_event_is_admitted_once_and_resumed_for_until_it_came() {
        let mut sequence = Sequence::default();
        assert!(sequence.admit(1));
        assert!(sequence.admit(4));
        assert_eq!(sequence.resume_behind(), 1);
        assert!(sequence.admit(2));
        assert_eq!((sequence.newest(), sequence.resume_behind()), (Some(4), 2));
        assert!(sequence.admit(3));
        assert!(!sequence.admit(3));
        assert_eq!(sequence.resume_behind(), 4);
    }

    #[test]
    fn a_gap_that_is_never_filled_is_forgotten() {
        let mut sequence = Sequence::default();
        assert!(sequence.admit(1));
        assert!((3..=WINDOW + 3).all(|number| sequence.admit(number)));
        assert_eq!(sequence.resume_behind(), WINDOW + 3);
        assert!(sequence.admit(u64::MAX));
        assert!(sequence.missing.len() as u64 <= WINDOW);
    }

    proptest! {
        /// Whatever is doubled and shuffled on the way, each event is passed on exactly once; and a RESUME never begins
        /// behind an event that has not come.
        #[test]
        fn each_event_once(numbers in prop::collection::vec(1_u64..60, 0..200)) {
            let mut sequence = Sequence::default();
            let mut passed = BTreeSet::new();
            for number in numbers {
                prop_assert_eq!(sequence.admit(number), passed.insert(number));
                prop_assert!((1..=sequence.resume_behind()).all(|number| passed.contains(&number)));
            }
        }
    }
}
