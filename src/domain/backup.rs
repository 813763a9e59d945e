//! When a scheduled backup is due, what it is called, and which are too many.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

const FORM: &str = "tminus-%Y%m%dT%H%M%SZ.sqlite";

/// The file name of the backup that is taken at this instant, in UTC: names sort as their instants do.
#[must_use]
pub fn name(at: DateTime<Utc>) -> String {
    at.format(FORM).to_string()
}

/// When the backup of this name was taken; none for a file that is none of these.
#[must_use]
pub fn taken(name: &str) -> Option<DateTime<Utc>> {
    let at = NaiveDateTime::parse_from_str(name, FORM).ok()?.and_utc();
    (self::name(at) == name).then_some(at)
}

/// When the next one is due, given when the others were taken: this long after the newest, and at once when there is
/// none. One from the future, of a clock that was wrong, does not count.
#[must_use]
pub fn due(taken: &[DateTime<Utc>], every: TimeDelta, now: DateTime<Utc>) -> DateTime<Utc> {
    let newest = taken.iter().filter(|at| **at <= now).max();
    newest.map_or(now, |at| *at + every)
}

/// When the one that was due at `next` is due by a clock that shows `now`: never later than this long from now, also
/// after the clock was set back.
#[must_use]
pub fn still_due(next: DateTime<Utc>, every: TimeDelta, now: DateTime<Utc>) -> DateTime<Utc> {
    next.min(now + every)
}

/// Which to delete at `now` so that the newest `keep` stay. Those from the future were taken by a clock that was wrong,
/// before the one of now: they are the first to go, or they would push out each new one.
#[must_use]
pub fn surplus(mut taken: Vec<DateTime<Utc>>, keep: usize, now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    taken.sort_unstable_by_key(|at| (*at <= now, *at));
    taken.truncate(taken.len().saturating_sub(keep));
    taken
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::fixtures::at;

    #[test]
    fn a_name_tells_its_instant() {
        let taken_at = at("2026-11-21T14:52:37Z");
        assert_eq!(name(taken_at), "tminus-20261121T145237Z.sqlite");
        assert_eq!(taken("tminus-20261121T145237Z.sqlite"), Some(taken_at));
        for other in [
            "tminus.sqlite",
            "tminus-20261121T145237Z.sqlite.partial",
            "tminus-2026-11-21.sqlite",
            "notes.txt",
        ] {
            assert_eq!(taken(other), None, "{other}");
        }
    }

    #[test]
    fn the_next_is_due_after_the_newest_that_is_not_of_the_future() {
        let day = TimeDelta::days(1);
        let now = at("2026-11-21T12:00:00Z");
        assert_eq!(due(&[], day, now), now);
        let earlier = [
            at("2026-11-20T18:00:00Z"),
            at("2026-11-19T18:00:00Z"),
            at("2030-01-01T00:00:00Z"),
        ];
        assert_eq!(due(&earlier, day, now), at("2026-11-21T18:00:00Z"));
        assert_eq!(
            due(&[at("2026-11-01T00:00:00Z")], day, now),
            at("2026-11-02T00:00:00Z"),
            "an absence: at once"
        );
    }

    /// A clock that shows another year for a while neither stops the backups nor has them deleted.
    #[test]
    fn a_clock_that_is_set_back_or_forward_delays_at_most_one() {
        let day = TimeDelta::days(1);
        let next = at("2026-11-22T12:00:00Z");
        for (now, expected) in [
            ("2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z"),
            ("2026-11-21T11:00:00Z", "2026-11-22T11:00:00Z"),
            ("2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z"),
            ("2026-11-21T13:00:00Z", "2026-11-22T12:00:00Z"),
            ("2031-01-01T00:00:00Z", "2026-11-22T12:00:00Z"),
        ] {
            assert_eq!(
                still_due(next, day, at(now)),
                at(expected),
                "the clock shows {now}"
            );
        }
    }

    #[test]
    fn backups_of_a_clock_that_was_ahead_go_first() {
        let now = at("2026-11-21T12:00:00Z");
        let ahead = [at("2031-01-01T00:00:00Z"), at("2031-01-02T00:00:00Z")];
        let taken = [ahead[0], ahead[1], at("2026-11-20T12:00:00Z"), now];
        assert_eq!(surplus(taken.to_vec(), 2, now), ahead);
        assert_eq!(surplus(taken.to_vec(), 3, now), [ahead[0]]);
    }

    proptest! {
        #[test]
        fn names_sort_as_instants_do(one in 0_i64..4_000_000_000, other in 0_i64..4_000_000_000) {
            let instant = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
            prop_assert_eq!(instant(one).cmp(&instant(other)), name(instant(one)).cmp(&name(instant(other))));
            prop_assert_eq!(taken(&name(instant(one))), Some(instant(one)));
        }

        #[test]
        fn the_newest_stay(seconds in proptest::collection::btree_set(0_i64..1000, 0..20), keep in 1_usize..10) {
            let all: Vec<_> = seconds.iter().map(|at| DateTime::from_timestamp(*at, 0).unwrap()).collect();
            let gone = surplus(all.clone(), keep, DateTime::<Utc>::MAX_UTC);
            prop_assert_eq!(all.len() - gone.len(), all.len().min(keep));
            prop_assert_eq!(&all[..gone.len()], &gone[..]);
        }

        #[test]
        fn the_one_just_taken_stays(seconds in proptest::collection::btree_set(0_i64..1000, 1..20), keep in 1_usize..10) {
            let all: Vec<_> = seconds.iter().map(|at| DateTime::from_timestamp(*at, 0).unwrap()).collect();
            for now in &all {
                prop_assert!(!surplus(all.clone(), keep, *now).contains(now));
            }
        }
    }
}
