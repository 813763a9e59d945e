//! Tests of rosters: reading them, taking turns around the world, days away, swaps, and what is said by itself.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

mod imported;

use super::*;
use crate::domain::fixtures::at;
use crate::domain::person::Stamp;

const ANN: UserId = UserId(100_000_000_000_000_001);
const BEN: UserId = UserId(100_000_000_000_000_002);
const CLEO: UserId = UserId(100_000_000_000_000_003);

/// Three people around the world, each in their own hours.
const SUN: &str = r#"
title = "Release duty"
role = "release-manager"
rotation = "daily"

[[members]]
discord = "100000000000000001"
name = "Ann"
zone = "Pacific/Auckland"
hours = "08:00-16:00"

[[members]]
discord = "100000000000000002"
name = "Ben"
zone = "Europe/Berlin"
hours = "08:00-16:00"

[[members]]
discord = "<@100000000000000003>"
name = "Cleo"
zone = "America/Los_Angeles"
hours = "08:00-16:00"
"#;

/// A week each.
const WEEKS: &str = r#"
title = "QA"
role = "qa"
rotation = "weekly"
hand_over = "monday"
since = "2026-11-30"

[[members]]
discord = "100000000000000001"
zone = "Europe/Berlin"
hours = "09:00-17:00"

[[members]]
discord = "100000000000000002"
zone = "America/Toronto"
hours = "09:00-17:00"
"#;

fn read(text: &str) -> Roster {
    Roster::read("duty", text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn problems(text: &str) -> String {
    Roster::read("duty", text).unwrap_err().to_string()
}

fn span(from: &str, until: &str) -> Span {
    Span {
        from: at(from),
        until: at(until),
    }
}

fn stamp(by: UserId, when: &str) -> Stamp {
    Stamp { by, at: at(when) }
}

fn name(user: UserId) -> &'static str {
    match user {
        ANN => "Ann",
        BEN => "Ben",
        CLEO => "Cleo",
        _ => "somebody",
    }
}

fn time(instant: DateTime<Utc>) -> String {
    instant.format("%a %d %H:%M").to_string()
}

fn told(shifts: &[Shift]) -> Vec<String> {
    let told = shifts.iter();
    told.map(|shift| {
        let (from, until) = (time(shift.span.from), time(shift.span.until));
        format!("{} {from} to {until}", name(shift.user))
    })
    .collect()
}

fn gaps(gaps: &[Gap]) -> Vec<String> {
    let told = gaps.iter();
    told.map(|gap| format!("{} to {}", time(gap.span.from), time(gap.span.until)))
        .collect()
}

fn plain(roster: &Roster) -> Rota<'_> {
    Rota {
        roster,
        away: &[],
        changes: &[],
    }
}

fn away(user: UserId, first: &str, last: &str, said: &str) -> Away {
    Away {
        number: 1,
        user,
        first: first.parse().unwrap(),
        last: last.parse().unwrap(),
        reason: None,
        said: stamp(user, said),
    }
}

/// Three shifts follow the sun over a weekend: Friday in California is the last, Monday in Auckland the first.
#[test]
fn shifts_follow_the_sun_in_each_persons_own_zone() {
    let roster = read(SUN);
    assert_eq!(
        told(&plain(&roster).shifts(span("2026-12-03T19:00:00Z", "2026-12-07T12:00:00Z"))),
        [
            "Cleo Thu 03 16:00 to Fri 04 00:00",
            "Ann Thu 03 19:00 to Fri 04 03:00",
            "Ben Fri 04 07:00 to Fri 04 15:00",
            "Cleo Fri 04 16:00 to Sat 05 00:00",
            "Ann Sun 06 19:00 to Mon 07 03:00",
            "Ben Mon 07 07:00 to Mon 07 15:00",
        ]
    );
}

/// Berlin's clocks go back on 25 October 2026, Los Angeles' a week later: for a week they are an hour closer.
#[test]
fn two_zones_that_change_on_different_days_move_apart_and_together() {
    let roster = read(SUN);
    let rota = plain(&roster);
    let of = |from: &str, until: &str| {
        let mut shifts = rota.shifts(span(from, until));
        shifts.retain(|shift| shift.user != ANN);
        told(&shifts)
    };
    assert_eq!(
        of("2026-10-23T00:00:00Z", "2026-10-24T00:00:00Z"),
        [
            "Ben Fri 23 06:00 to Fri 23 14:00",
            "Cleo Fri 23 15:00 to Fri 23 23:00"
        ]
    );
    assert_eq!(
        of("2026-10-26T00:00:00Z", "2026-10-27T00:00:00Z"),
        [
            "Ben Mon 26 07:00 to Mon 26 15:00",
            "Cleo Mon 26 15:00 to Mon 26 23:00"
        ]
    );
    assert_eq!(
        of("2026-11-02T04:00:00Z", "2026-11-03T00:00:00Z"),
        [
            "Ben Mon 02 07:00 to Mon 02 15:00",
            "Cleo Mon 02 16:00 to Tue 03 00:00"
        ]
    );
}

#[test]
fn a_week_each_in_turn_and_nobody_before_the_first() {
    let roster = read(WEEKS);
    let rota = plain(&roster);
    let weeks = rota.shifts(span("2026-11-23T00:00:00Z", "2026-12-22T00:00:00Z"));
    let turns: Vec<_> = weeks
        .iter()
        .map(|shift| (name(shift.user), time(shift.span.from)))
        .collect();
    assert_eq!(turns.len(), 16);
    assert_eq!(turns[0], ("Ann", "Mon 30 08:00".to_owned()));
    assert_eq!(turns[4], ("Ann", "Fri 04 08:00".to_owned()));
    assert_eq!(turns[5], ("Ben", "Mon 07 14:00".to_owned()));
    assert_eq!(turns[10], ("Ann", "Mon 14 08:00".to_owned()));
    assert_eq!(rota.on(at("2026-12-05T12:00:00Z")), []);
    let next = rota.coming(at("2026-12-05T12:00:00Z"));
    assert_eq!(told(&next[..1]), ["Ben Mon 07 14:00 to Mon 07 22:00"]);
}

#[test]
fn somebody_who_is_away_leaves_a_gap_that_another_can_take() {
    let roster = read(WEEKS);
    let away = [away(ANN, "2026-12-03", "2026-12-04", "2026-11-28T09:00:00Z")];
    let rota = Rota {
        away: &away,
        ..plain(&roster)
    };
    let week = span("2026-11-30T00:00:00Z", "2026-12-07T00:00:00Z");
    let two = ["Thu 03 08:00 to Thu 03 16:00", "Fri 04 08:00 to Fri 04 16:00"];
    assert_eq!(gaps(&rota.untaken(week)), two);
    assert_eq!(gaps(&rota.gaps(week)), two);
    let taken = Rota { away: &[], ..rota }
        .take(
            Some(at("2026-12-03T16:00:00Z")),
            stamp(BEN, "2026-12-03T08:00:00Z"),
        )
        .unwrap();
    let changes = [taken];
    let rota = Rota {
        changes: &changes,
        ..rota
    };
    assert_eq!(gaps(&rota.untaken(week)), two[1..]);
    assert_eq!(
        told(&rota.on(at("2026-12-03T12:00:00Z"))),
        ["Ben Thu 03 08:00 to Thu 03 16:00"]
    );
    assert_eq!(
        rota.next_at_work(ANN, at("2026-12-02T16:00:00Z")),
        Some(at("2026-12-07T08:00:00Z"))
    );
}

/// What is asked for beyond the turns is a gap as well; hours that overlap are named.
#[test]
fn gaps_and_overlaps_are_named() {
    let text = WEEKS.replace(
        "[[members]]\ndiscord = \"100000000000000001\"",
        "[cover]\nzone = \"Europe/Berlin\"\ndays = [\"friday\"]\n[[members]]\ndiscord = \"100000000000000001\"",
    );
    let roster = read(&text);
    assert_eq!(
        gaps(&plain(&roster).gaps(span("2026-12-03T00:00:00Z", "2026-12-06T00:00:00Z"))),
        ["Thu 03 23:00 to Fri 04 08:00", "Fri 04 16:00 to Fri 04 23:00"]
    );
    let roster = read(&SUN.replace("08:00-16:00", "06:00-18:00"));
    let overlaps = plain(&roster).overlaps(span("2026-12-04T00:00:00Z", "2026-12-04T18:00:00Z"));
    let overlaps: Vec<String> = overlaps
        .iter()
        .map(|both| {
            let [one, other] = both.users.map(name);
            format!(
                "{one} and {other} {} to {}",
                time(both.span.from),
                time(both.span.until)
            )
        })
        .collect();
    assert_eq!(
        overlaps,
        [
            "Cleo and Ann Thu 03 17:00 to Fri 04 02:00",
            "Ben and Cleo Fri 04 14:00 to Fri 04 17:00",
        ]
    );
}

#[test]
fn a_swap_changes_hands_only_when_it_is_accepted_by_the_one_it_was_offered_to() {
    let roster = read(WEEKS);
    let rota = plain(&roster);
    let (gives, gets) = (at("2026-12-04T08:00:00Z"), at("2026-12-07T14:00:00Z"));
    let offered = stamp(ANN, "2026-12-01T10:00:00Z");
    let swap = Swap::offer(&rota, BEN, gives, Some(gets), offered).unwrap();
    assert_eq!(
        swap.accept(&rota, stamp(CLEO, "2026-12-01T11:00:00Z")),
        Err(ShiftRefusal::SwapForAnother { to: BEN })
    );
    let changes = swap.accept(&rota, stamp(BEN, "2026-12-01T11:00:00Z")).unwrap();
    let after = Rota {
        changes: &changes,
        ..rota
    };
    assert_eq!(
        told(&after.shifts(span("2026-12-03T16:00:00Z", "2026-12-08T14:00:00Z"))),
        [
            "Ben Fri 04 08:00 to Fri 04 16:00",
            "Ann Mon 07 14:00 to Mon 07 22:00",
        ]
    );
    // It is over before the answer, or not theirs any more: nothing changes hands twice.
    for rota in [rota, after] {
        let late = swap.accept(&rota, stamp(BEN, "2026-12-04T08:00:00Z"));
        assert!(matches!(
            late,
            Err(ShiftRefusal::SwapSettled {
                state: SwapState::Lapsed { .. }
            })
        ));
    }
    assert!(swap.accept(&after, stamp(BEN, "2026-12-01T12:00:00Z")).is_err());
}

#[test]
fn swaps_that_make_no_sense_are_refused() {
    let roster = read(WEEKS);
    let rota = plain(&roster);
    let offered = stamp(ANN, "2026-12-02T10:00:00Z");
    let offer = |to, gives: &str| Swap::offer(&rota, to, at(gives), None, offered).unwrap_err();
    let past = at("2026-12-02T08:00:00Z");
    assert_eq!(offer(ANN, "2026-12-04T08:00:00Z"), ShiftRefusal::SwapWithOneself);
    assert_eq!(
        offer(BEN, "2026-12-02T08:00:00Z"),
        ShiftRefusal::ShiftBegan { at: past }
    );
    assert_eq!(
        offer(BEN, "2026-12-04T09:00:00Z"),
        ShiftRefusal::NoSuchShift { user: ANN }
    );
    let stranger = ShiftRefusal::NotInRoster {
        roster: None,
        user: CLEO,
    };
    assert_eq!(offer(CLEO, "2026-12-04T08:00:00Z"), stranger);
}

#[test]
fn duty_is_taken_until_whoever_was_on_would_have_gone() {
    let roster = read(WEEKS);
    let rota = plain(&roster);
    let until = |until: Option<&str>, by, now: &str| {
        rota.take(until.map(at), stamp(by, now))
            .map(|change| time(change.span.until))
    };
    assert_eq!(
        until(None, BEN, "2026-12-01T10:00:00Z"),
        Ok("Tue 01 16:00".to_owned())
    );
    assert_eq!(
        until(None, BEN, "2026-12-04T18:00:00Z"),
        Ok("Mon 07 14:00".to_owned())
    );
    assert_eq!(
        until(None, ANN, "2026-12-01T10:00:00Z"),
        Err(ShiftRefusal::OnAlready {
            until: at("2026-12-01T16:00:00Z")
        })
    );
    for wrong in ["2026-12-01T10:00:00Z", "2026-12-09T10:00:00Z"] {
        let refused = until(Some(wrong), BEN, "2026-12-01T10:00:00Z");
        assert_eq!(refused, Err(ShiftRefusal::NotAStretch));
    }
}

#[test]
fn days_away_have_an_order_and_an_end() {
    let date = |text: &str| text.parse().unwrap();
    let check = |first, last| check_away(date(first), date(last), date("2026-12-02"));
    assert_eq!(check("2026-12-01", "2026-12-02"), Ok(()));
    assert!(matches!(
        check("2026-12-04", "2026-12-03"),
        Err(ShiftRefusal::AwayBackwards { .. })
    ));
    assert!(matches!(
        check("2026-11-30", "2026-12-01"),
        Err(ShiftRefusal::AwayOver { .. })
    ));
    assert!(matches!(
        check("2026-12-02", "2027-12-03"),
        Err(ShiftRefusal::AwayTooLong { days: 367, .. })
    ));
}

/// A turn is told of a day ahead, once, and not on each day of it; a gap a week ahead.
#[test]
fn what_comes_is_said_once_and_in_time() {
    let roster = read(WEEKS);
    let away = [away(BEN, "2026-12-09", "2026-12-09", "2026-11-20T09:00:00Z")];
    let rota = Rota {
        away: &away,
        ..plain(&roster)
    };
    let mut settled = BTreeSet::new();
    let mut said = Vec::new();
    let mut now = at("2026-11-27T00:00:00Z");
    while now < at("2026-12-16T00:00:00Z") {
        let agenda = Agenda::due(&rota, &settled, now);
        said.extend(
            told(&agenda.turns)
                .into_iter()
                .map(|line| format!("{}: {line}", time(now))),
        );
        said.extend(
            gaps(&agenda.gaps)
                .into_iter()
                .map(|line| format!("{}: gap {line}", time(now))),
        );
        settled.extend(agenda.occasions());
        now = Agenda::next(&rota, now).unwrap();
    }
    assert_eq!(
        said,
        [
            "Sun 29 08:00: Ann Mon 30 08:00 to Mon 30 16:00",
            "Wed 02 14:00: gap Wed 09 14:00 to Wed 09 22:00",
            "Sun 06 14:00: Ben Mon 07 14:00 to Mon 07 22:00",
            "Sun 13 08:00: Ann Mon 14 08:00 to Mon 14 16:00",
        ]
    );
}

#[test]
fn everything_that_is_wrong_is_said_at_once_with_its_line() {
    let text = r#"
titel = "QA"
rotation = "weekly"
hand_over = "monday"
since = "2026-12-01"
notice_hours = 900
[cover]
zone = "Europe/Berlin"
days = []
[[members]]
discord = "100000000000000001"
zone = "Europe/Berln"
hours = "17:00-09:00"
[[members]]
discord = "100000000000000001"
zone = "Europe/Berlin"
hours = "09:00-17:00"
days = ["someday"]
[[members]]
discord = "ann"
email = "ann"
zone = "Europe/Berlin"
"#;
    insta::assert_snapshot!(problems(text));
    insta::assert_snapshot!(problems(
        "title = \"QA\"\nrotation = \"daily\"\nsince = \"2026-12-01\"\n"
    ));
    assert!(problems("title = ").contains("TOML syntax"));
}

fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    // A year in which both zones change their clocks.
    (0..365 * 24 * 60_i64).prop_map(|minutes| at("2026-06-01T00:00:00Z") + TimeDelta::minutes(minutes))
}

proptest! {
    /// Whoever is on at an instant is found by looking at it, and by looking at the week around it.
    #[test]
    fn looking_at_an_instant_and_at_its_week_agree(instant in instants(), weekly in any::<bool>()) {
        let roster = read(if weekly { WEEKS } else { SUN });
        let rota = plain(&roster);
        let week = Span { from: instant - TimeDelta::days(3), until: instant + TimeDelta::days(4) };
        let mut of_week = rota.shifts(week);
        of_week.retain(|shift| shift.span.contains(instant));
        prop_assert_eq!(rota.on(instant), of_week);
    }

    /// A shift is somebody's, or a gap: what was asked for is covered by both and by nothing twice.
    #[test]
    fn what_is_given_is_taken_or_a_gap(instant in instants(), days in 0..5_i64, length in 0..4_i64) {
        let roster = read(SUN);
        let first = instant.date_naive() + TimeDelta::days(days);
        let away = [Away {
            number: 1,
            user: BEN,
            first,
            last: first + TimeDelta::days(length),
            reason: None,
            said: Stamp { by: BEN, at: instant },
        }];
        let week = Span { from: instant, until: instant + TimeDelta::days(7) };
        let given = plain(&roster).shifts(week);
        let rota = Rota { away: &away, ..plain(&roster) };
        let kept = rota.shifts(week);
        for gap in rota.untaken(week) {
            prop_assert!(kept.iter().all(|shift| shift.span.both(gap.span).is_none()));
            prop_assert!(given.iter().any(|shift| shift.user == BEN && shift.span.both(gap.span) == Some(gap.span)));
        }
        prop_assert!(kept.iter().all(|shift| given.iter().any(|whole| whole.user == shift.user
            && whole.span.both(shift.span) == Some(shift.span))));
    }
}
