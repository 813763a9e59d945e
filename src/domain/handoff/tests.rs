//! Tests of duties and hand-offs: who has it, when it is handed over, who is asked when, and who may answer.

use chrono::{DateTime, Utc};

use super::*;
use crate::domain::calendar::{Calendar, CalendarName};
use crate::domain::fixtures::at;
use crate::domain::hours::{Hours, WorkingHours};
use crate::domain::shift::Roster;
use crate::domain::zone::Zone;

const ANN: UserId = UserId(100_000_000_000_000_001);
const BEN: UserId = UserId(100_000_000_000_000_002);
const CLEO: UserId = UserId(100_000_000_000_000_003);
const LEAD: UserId = UserId(100_000_000_000_000_009);

/// Berlin, then Los Angeles an hour after it, then Auckland: 07:00–15:00, 16:00–24:00 and 19:00–03:00 UTC in December.
const SUN: &str = r#"
title = "Release duty"
rotation = "daily"
[[members]]
discord = "100000000000000001"
zone = "Europe/Berlin"
hours = "08:00-16:00"
[[members]]
discord = "100000000000000002"
zone = "America/Los_Angeles"
hours = "08:00-16:00"
[[members]]
discord = "100000000000000003"
zone = "Pacific/Auckland"
hours = "08:00-16:00"
"#;

/// A week each.
const WEEKS: &str = r#"
title = "QA"
role = "qa"
rotation = "weekly"
hand_over = "monday"
since = "2026-11-30"
hands_over = true
[[members]]
discord = "100000000000000001"
zone = "Europe/Berlin"
hours = "09:00-17:00"
[[members]]
discord = "100000000000000002"
zone = "Europe/Berlin"
hours = "09:00-17:00"
"#;

fn read(text: &str) -> Roster {
    Roster::read("duty", text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn plain(roster: &Roster) -> Rota<'_> {
    Rota {
        roster,
        away: &[],
        changes: &[],
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

fn told(call: &Called) -> String {
    let to = match &call.to {
        Audience::People(people) => people
            .iter()
            .map(|user| name(*user))
            .collect::<Vec<_>>()
            .join(" and "),
        Audience::ReleaseManager => "Release Manager".to_owned(),
    };
    format!("{} {to}", time(call.at))
}

/// The next calls, when nobody ever answers. The Release Manager works from 9 to 17 in San Francisco.
fn calls(mut hand_off: HandOff, rota: &Rota<'_>, number: usize) -> Vec<String> {
    let calendar = Calendar::named(CalendarName::UsCaConcurrent);
    let lead = WorkingHours {
        hours: "09:00-17:00".parse::<Hours>().unwrap(),
        zone: Zone::SAN_FRANCISCO,
        calendar: &calendar,
    };
    (0..number)
        .map(|_| {
            let now = hand_off.calls.last().map_or(hand_off.offered, |call| call.at);
            let call = hand_off.call_from(rota, &lead, now).unwrap();
            hand_off.calls.push(call.clone());
            told(&call)
        })
        .collect()
}

#[test]
fn a_duty_goes_around_the_world_and_over_the_weekend() {
    let roster = read(SUN);
    let rota = plain(&roster);
    let mut now = at("2026-12-03T06:00:00Z");
    let mut duty: Option<Duty> = None;
    let mut seen = Vec::new();
    for _ in 0..16 {
        now = Duty::next(duty.as_ref(), &rota, now).unwrap();
        match Duty::step(duty.as_ref(), &rota, true, now) {
            None => {}
            Some(Step::TakesUp(user)) => {
                seen.push(format!("{} {} takes it up", time(now), name(user)));
                duty = Some(Duty::taken_up(user, now));
            }
            Some(Step::LaysDown) => panic!("something is in flight"),
            Some(Step::HandsOver) => {
                let from = duty.unwrap().holder;
                let hand_off = HandOff::offer(&rota, from, now, None, now);
                assert!(hand_off.is_open());
                let to = hand_off.to[0];
                seen.push(format!("{} {} to {}", time(now), name(from), name(to)));
                // Everybody accepts at once.
                duty = Some(Duty::taken_up(to, now));
            }
        }
    }
    assert_eq!(
        seen,
        [
            "Thu 03 07:00 Ann takes it up",
            "Thu 03 15:00 Ann to Ben",
            "Fri 04 00:00 Ben to Cleo",
            "Fri 04 03:00 Cleo to Ann",
            "Fri 04 15:00 Ann to Ben",
            "Sat 05 00:00 Ben to Cleo",
            "Mon 07 03:00 Cleo to Ann",
            "Mon 07 15:00 Ann to Ben",
        ]
    );
}

/// Nothing in flight is nothing to hand over; the next one takes it up when they come.
#[test]
fn without_a_release_in_flight_nobody_is_asked() {
    let roster = read(SUN);
    let rota = plain(&roster);
    let duty = Duty::taken_up(ANN, at("2026-12-03T07:00:00Z"));
    let now = at("2026-12-03T15:00:00Z");
    assert_eq!(Duty::step(Some(&duty), &rota, false, now), Some(Step::LaysDown));
    assert_eq!(Duty::step(None, &rota, false, now), None);
    assert_eq!(Duty::next(None, &rota, now), Some(at("2026-12-03T16:00:00Z")));
}

/// Whoever has a whole week hands it over at its end, and is not asked to accept their own duty each evening.
#[test]
fn within_a_week_the_duty_stays() {
    let roster = read(WEEKS);
    let rota = plain(&roster);
    let duty = Duty::taken_up(ANN, at("2026-12-03T08:00:00Z"));
    let evening = at("2026-12-03T16:00:00Z");
    assert_eq!(duty.ends(&rota), Some(evening));
    let kept = HandOff::offer(&rota, ANN, duty.since, None, evening);
    assert_eq!((kept.state, kept.to), (HandOffState::Kept, vec![ANN]));
    let friday = Duty {
        from: at("2026-12-04T08:00:00Z"),
        ..duty
    };
    assert_eq!(friday.ends(&rota), Some(at("2026-12-04T16:00:00Z")));
    assert_eq!(
        friday.shift_began(&rota, at("2026-12-04T16:00:00Z")),
        at("2026-12-04T08:00:00Z")
    );
    let over = HandOff::offer(&rota, ANN, duty.since, None, at("2026-12-04T16:00:00Z"));
    assert_eq!((over.state, over.to), (HandOffState::Offered, vec![BEN]));
}

/// Whoever took it over outside their hours keeps it until somebody else comes on.
#[test]
fn who_takes_over_at_night_has_it_until_the_next_one_comes() {
    let roster = read(SUN);
    let rota = plain(&roster);
    let lead = Duty::taken_up(LEAD, at("2026-12-05T01:00:00Z"));
    assert_eq!(lead.ends(&rota), Some(at("2026-12-06T19:00:00Z")));
    let ben = Duty::taken_up(BEN, at("2026-12-05T01:00:00Z"));
    assert_eq!(ben.ends(&rota), Some(at("2026-12-06T19:00:00Z")));
    let cleo = Duty::taken_up(CLEO, at("2026-12-05T04:00:00Z"));
    assert_eq!(cleo.ends(&rota), Some(at("2026-12-07T03:00:00Z")));
}

#[test]
fn a_note_is_asked_for_once_an_hour_before() {
    let roster = read(SUN);
    let rota = plain(&roster);
    let duty = Duty::taken_up(ANN, at("2026-12-03T07:00:00Z"));
    let ends = at("2026-12-03T15:00:00Z");
    assert_eq!(duty.note_due(&rota, at("2026-12-03T13:59:59Z")), None);
    assert_eq!(duty.note_due(&rota, at("2026-12-03T14:00:00Z")), Some(ends));
    assert_eq!(duty.note_due(&rota, ends), None);
    let asked = Duty {
        asked_before: Some(ends),
        ..duty.clone()
    };
    assert_eq!(asked.note_due(&rota, at("2026-12-03T14:30:00Z")), None);
    let written = Duty {
        note: Some("Watch it".to_owned()),
        ..duty
    };
    assert_eq!(written.note_due(&rota, at("2026-12-03T14:30:00Z")), None);
}

/// The receiver, then the next on the roster, then the Release Manager; a quarter of an hour apart, in working hours.
#[test]
fn who_is_asked_when_nobody_answers() {
    let roster = read(SUN);
    let rota = plain(&roster);
    // Ann goes at 15:00 in the week: Ben comes at 16:00, and nobody else works before.
    let thursday = HandOff::offer(
        &rota,
        ANN,
        at("2026-12-03T07:00:00Z"),
        None,
        at("2026-12-03T15:00:00Z"),
    );
    assert_eq!(
        calls(thursday, &rota, 8),
        [
            "Thu 03 16:00 Ben",
            "Thu 03 16:15 Ben",
            "Thu 03 16:30 Ben",
            "Thu 03 16:45 Ben",
            "Thu 03 17:00 Release Manager",
            "Thu 03 17:15 Release Manager",
            "Thu 03 18:15 Release Manager",
            "Thu 03 19:15 Cleo",
        ]
    );
    // Ben goes on Friday evening: Cleo's Saturday has begun, so the Release Manager hears of it until the evening, and
    // Cleo again when she comes.
    let friday = HandOff::offer(
        &rota,
        BEN,
        at("2026-12-04T16:00:00Z"),
        None,
        at("2026-12-05T00:00:00Z"),
    );
    assert_eq!(friday.to, [CLEO]);
    assert_eq!(
        calls(friday, &rota, 7),
        [
            "Sat 05 00:15 Release Manager",
            "Sat 05 00:30 Release Manager",
            "Sat 05 00:45 Release Manager",
            "Sun 06 19:00 Cleo",
            "Sun 06 19:15 Cleo",
            "Sun 06 19:30 Cleo",
            "Sun 06 20:30 Cleo",
        ]
    );
}

/// The bot was away in the hours of the one who comes: whoever is at work when it is back is asked, and nobody at night.
#[test]
fn after_an_absence_whoever_is_at_work_then_is_asked() {
    let roster = read(SUN);
    let rota = plain(&roster);
    let calendar = Calendar::named(CalendarName::UsCaConcurrent);
    let lead = WorkingHours {
        hours: "09:00-17:00".parse::<Hours>().unwrap(),
        zone: Zone::SAN_FRANCISCO,
        calendar: &calendar,
    };
    let offered = at("2026-12-03T15:00:00Z");
    let hand_off = HandOff::offer(&rota, ANN, at("2026-12-03T07:00:00Z"), None, offered);
    let back = |now: &str| told(&hand_off.call_from(&rota, &lead, at(now)).unwrap());
    assert_eq!(back("2026-12-03T15:30:00Z"), "Thu 03 16:00 Ben");
    assert_eq!(back("2026-12-03T23:59:00Z"), "Thu 03 23:59 Ben");
    // Ben has gone home; Cleo's Friday has begun.
    assert_eq!(back("2026-12-04T02:00:00Z"), "Fri 04 02:00 Cleo");
    // A weekend: nobody before Cleo's Monday.
    assert_eq!(back("2026-12-05T12:00:00Z"), "Sun 06 19:00 Cleo");
}

/// The offer names those who come, and makes a sound for those of them alone who are at work.
#[test]
fn an_offer_calls_nobody_who_sleeps() {
    let roster = read(SUN);
    let rota = plain(&roster);
    let offer = |from, now: &str| HandOff::offer(&rota, from, at("2026-12-03T07:00:00Z"), None, at(now));
    let friday = offer(BEN, "2026-12-05T00:00:00Z");
    assert_eq!((friday.to, friday.called), (vec![CLEO], Vec::new()));
    let together = offer(BEN, "2026-12-03T20:00:00Z");
    assert_eq!((together.to, together.called), (vec![CLEO], vec![CLEO]));
}

/// Whoever declines lets the others be asked at once; the one who goes is never asked.
#[test]
fn declining_asks_the_next_ones_at_once() {
    let roster = read(SUN);
    let rota = plain(&roster);
    let mut hand_off = HandOff::offer(
        &rota,
        BEN,
        at("2026-12-03T16:00:00Z"),
        None,
        at("2026-12-03T20:00:00Z"),
    );
    assert_eq!(hand_off.to, [CLEO]);
    let decline = hand_off.decline(stamp(CLEO, "2026-12-03T20:05:00Z"), " at the dentist ", false);
    assert_eq!(decline, Ok(()));
    assert_eq!(hand_off.declined[0].reason, "at the dentist");
    assert_eq!(
        calls(hand_off.clone(), &rota, 2),
        ["Thu 03 20:05 Release Manager", "Thu 03 20:20 Release Manager"]
    );
    let again = hand_off.decline(stamp(CLEO, "2026-12-03T20:06:00Z"), "still", false);
    assert_eq!(again, Err(HandOffRefusal::DeclinedAlready));
    // They may think better of it.
    assert_eq!(
        hand_off.accept(stamp(CLEO, "2026-12-03T21:00:00Z"), false),
        Ok(())
    );
}

#[test]
fn only_those_who_are_asked_and_those_who_lead_may_accept_and_only_once() {
    let roster = read(SUN);
    let rota = plain(&roster);
    let offered = HandOff::offer(
        &rota,
        ANN,
        at("2026-12-03T07:00:00Z"),
        None,
        at("2026-12-03T15:00:00Z"),
    );
    let mut hand_off = offered.clone();
    let when = "2026-12-03T15:01:00Z";
    assert_eq!(
        hand_off.accept(stamp(ANN, when), false),
        Err(HandOffRefusal::OwnDuty)
    );
    let others = HandOffRefusal::ForOthers { to: vec![BEN] };
    assert_eq!(hand_off.accept(stamp(CLEO, when), false), Err(others));
    let no_reason = hand_off.decline(stamp(BEN, when), "  ", false);
    assert_eq!(no_reason, Err(HandOffRefusal::ReasonNeeded));
    assert_eq!(hand_off, offered);
    assert_eq!(hand_off.accept(stamp(LEAD, when), true), Ok(()));
    let settled = HandOffRefusal::Settled {
        state: HandOffState::Accepted(stamp(LEAD, when)),
    };
    assert_eq!(hand_off.accept(stamp(BEN, when), false), Err(settled));
    // Whoever was asked later may accept as well.
    let mut asked = offered;
    asked.calls.push(Called {
        at: at(when),
        to: Audience::People(vec![CLEO]),
    });
    assert_eq!(asked.accept(stamp(CLEO, when), false), Ok(()));
}

/// When the last release was closed meanwhile there is nothing to take over any more; and whoever is on again has the duty
/// by right, so that nobody is asked for what is over.
#[test]
fn a_hand_off_ends_without_an_answer_when_there_is_nothing_to_answer() {
    let roster = read(SUN);
    let rota = plain(&roster);
    let offered = at("2026-12-03T15:00:00Z");
    let mut hand_off = HandOff::offer(&rota, ANN, at("2026-12-03T07:00:00Z"), None, offered);
    let night = at("2026-12-04T06:59:59Z");
    let next_shift = at("2026-12-04T07:00:00Z");
    assert_eq!(hand_off.ended(&rota, true, offered), None);
    assert_eq!(hand_off.ended(&rota, true, night), None);
    let fell_away = HandOffState::FellAway { at: night };
    assert_eq!(hand_off.ended(&rota, false, night), Some(fell_away));
    let returned = HandOffState::Returned { at: next_shift };
    assert_eq!(hand_off.ended(&rota, true, next_shift), Some(returned));
    // Early in a shift that goes on, the hand-off is for now.
    let early = HandOff::offer(
        &rota,
        ANN,
        at("2026-12-03T07:00:00Z"),
        None,
        at("2026-12-03T12:00:00Z"),
    );
    assert_eq!(early.ended(&rota, true, at("2026-12-03T12:30:00Z")), None);
    hand_off.state = returned;
    assert_eq!(hand_off.ended(&rota, false, next_shift), None);
    let late = hand_off.accept(stamp(BEN, "2026-12-04T16:00:00Z"), false);
    assert_eq!(late, Err(HandOffRefusal::Settled { state: returned }));
}
