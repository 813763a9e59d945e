//! Chance that can be repeated.

/// SplitMix64 (Steele, Lea, Flood 2014). It is written out here because a seed must give the same numbers for ever, which
/// no crate promises of its ranges.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    /// The numbers that belong to a seed and a subject, independent of how many were drawn for other subjects.
    pub(crate) fn about(seed: u64, subject: &[u64]) -> Self {
        let mut chance = Self(seed);
        for part in subject {
            chance.0 = chance.next() ^ part.wrapping_mul(0xD6E8_FEB8_6659_FD93);
        }
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to but not including `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(limit.max(1));
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number from `first` up to but not including `end`.
    pub(crate) fn between(&mut self, first: i64, end: i64) -> i64 {
        first + i64::try_from(self.below(end.abs_diff(first))).unwrap_or(0)
    }

    /// True once in so many times.
    pub(crate) fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of these.
    pub(crate) fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.index(all.len())]
    }

    /// A place in a list of this length.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }
}
