//! Tests of whether a release may move to a date.

use super::*;
use crate::domain::fixtures::{at, date, release};

const NOON: &str = "2026-12-02T20:00:00Z";

fn propose_at(release: &Release, target: &str, now: &str) -> Result<Move, Rejection> {
    propose(
        release,
        target,
        &Calendar::named(release.playbook.calendar),
        at(now),
    )
}

#[test]
fn a_move_is_refused_as_a_start_would_be() {
    let release = release();
    assert!(matches!(
        propose_at(&release, "soon", NOON),
        Err(Rejection::NotADate { .. })
    ));
    assert_eq!(
        propose_at(&release, "2026-12-01", NOON),
        Err(Rejection::TargetInPast {
            target: date("2026-12-01"),
            today: date("2026-12-02"),
        })
    );
    assert_eq!(
        propose_at(&release, "2026-12-02", NOON),
        Err(Rejection::TargetInPast {
            target: date("2026-12-02"),
            today: date("2026-12-02"),
        }),
        "the last cut-off of today has passed"
    );
    assert!(matches!(
        propose_at(&release, "2026-12-12", NOON),
        Err(Rejection::TargetIsDayOff { .. })
    ));
}

/// S5: the date that people know is the one that is compared, however it came about.
#[test]
fn s5_a_move_is_held_against_what_people_were_told() {
    let mut release = release();
    let proposed = propose_at(&release, "tbd", NOON).unwrap();
    assert_eq!((proposed.target, proposed.difference.moved.len()), (None, 3));
    release.told = Some(Dates::default());
    let proposed = propose_at(&release, " 2026-12-10 ", NOON).unwrap();
    assert_eq!(
        proposed.difference.from, None,
        "they were told that it is to be decided"
    );
    assert_eq!(proposed.target, Some(date("2026-12-10")));
    let near = propose_at(&release, "2026-12-03", NOON).unwrap();
    assert_eq!(
        near.difference.impossible().count(),
        2,
        "a person has to agree to that"
    );
}
