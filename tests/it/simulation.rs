//! Histories of the bot under one seed each (the proof "Simulation"), and that the simulation would see a fault.

#[path = "../simulation/mod.rs"]
pub(crate) mod histories;

use chrono::TimeDelta;
use clap::ValueEnum as _;

use histories::history::{Death, History, Press, Step};
use histories::mutant::Mutant;
use histories::play::{Place, Tally, play};
use histories::shrink::shrink;

/// How many histories are played without optimisation. `.ci/run` plays ten thousand others with it.
const HISTORIES: u64 = 60;

/// Within how many histories each fault must be seen.
const SOON: u64 = 300;

/// S5, S7, S16: never lost, never twice, never early, in order, explained, whatever happens.
#[tokio::test]
async fn every_promise_is_kept_in_every_history() {
    let place = Place::new().await;
    let mut all = Tally::default();
    for seed in 0..HISTORIES {
        let history = History::of(seed);
        let (tally, _, result) = play(&history, &place, None, false).await;
        all.add(tally);
        let Err(failure) = result else { continue };
        let (shortest, failure) = shrink(&history, failure, &place, None).await;
        let (_, story, _) = play(&shortest, &place, None, true).await;
        panic!(
            "seed {seed}: {}\n{}\ncargo run --release --example simulate -- --replay {seed} --verbose",
            failure.fault,
            story.join("\n")
        );
    }
    assert!(
        all.deaths > HISTORIES && all.counts.messages > HISTORIES,
        "{all:?}"
    );
}

/// A seed that failed fails again: nothing in a history depends on a clock, a thread or an address.
#[tokio::test]
async fn a_seed_is_one_history() {
    let place = Place::new().await;
    for seed in [1_000_001, 1_000_002, 1_000_003] {
        let history = History::of(seed);
        let (_, first, _) = play(&history, &place, None, true).await;
        let (_, second, _) = play(&history, &place, None, true).await;
        assert!(!first.is_empty());
        assert_eq!(first, second, "seed {seed}");
    }
}

/// The histories that once broke a promise, cut down to what it took. A release whose board had lost its lease, because
/// the disk was full when the answer came, had the loop look for it without a pause while its reminder was under way.
#[tokio::test]
async fn a_lease_that_has_ended_beside_another_lets_the_loop_rest() {
    let history = History {
        seed: 0,
        begins: "2027-03-12T15:38:54Z".parse().unwrap(),
        guilds: 1,
        window: TimeDelta::minutes(2),
        readable: true,
        roster: false,
        steps: vec![
            Step::Start {
                guild: 0,
                playbook: 0,
                version: 4,
                days: Some(6),
                again: false,
            },
            Step::Wait(TimeDelta::seconds(1)),
            Step::Crash(Death::Now, TimeDelta::seconds(13_462)),
            Step::DiskFull(3),
            Step::Wait(TimeDelta::hours(1)),
        ],
    };
    keeps_every_promise(&history).await;
}

/// The answer was lost with the process, and the clock was set back before the next one looked: the attempt seemed to be
/// of now, so that the same nonce was used after Discord had forgotten it.
#[tokio::test]
async fn an_attempt_is_old_although_the_clock_says_otherwise() {
    let history = History {
        seed: 0,
        begins: "2026-08-21T01:01:09Z".parse().unwrap(),
        guilds: 1,
        window: TimeDelta::minutes(2),
        readable: true,
        roster: false,
        steps: vec![
            Step::Start {
                guild: 0,
                playbook: 1,
                version: 5,
                days: Some(4),
                again: false,
            },
            Step::Crash(Death::AfterPost, TimeDelta::seconds(1)),
            Step::SetClock(TimeDelta::hours(-1)),
            Step::Wait(TimeDelta::hours(2)),
        ],
    };
    keeps_every_promise(&history).await;
}

/// The database fails while something is due, and nothing else is planned for the day: the loop looks again when it has
/// rested, and does not wait for what is planned.
#[tokio::test]
async fn what_was_due_while_the_disk_was_full_is_settled_when_there_is_room() {
    let history = History {
        seed: 671,
        begins: "2026-09-17T04:00:34.310Z".parse().unwrap(),
        guilds: 1,
        window: TimeDelta::seconds(136),
        readable: true,
        roster: false,
        steps: vec![
            Step::Start {
                guild: 0,
                playbook: 4,
                version: 0,
                days: Some(6),
                again: false,
            },
            Step::Wait(TimeDelta::seconds(380_000)),
            Step::DiskFull(4),
            Step::Wait(TimeDelta::seconds(28_694)),
        ],
    };
    keeps_every_promise(&history).await;
}

/// A role snoozes all that it owes between the tick that calls it and the message: the cut-off is told, and it is not
/// pinged.
#[tokio::test]
async fn who_has_snoozed_everything_is_not_pinged_by_a_cut_off() {
    let history = History {
        seed: 2403,
        begins: "2026-11-18T16:17:02.249Z".parse().unwrap(),
        guilds: 1,
        window: TimeDelta::seconds(206),
        readable: true,
        roster: false,
        steps: vec![
            Step::Start {
                guild: 0,
                playbook: 6,
                version: 0,
                days: Some(0),
                again: false,
            },
            Step::Suspend(TimeDelta::milliseconds(82_812_103)),
            Step::Wait(TimeDelta::milliseconds(10)),
            Step::Snooze(Press {
                release: 3,
                item: 52,
                role: 1,
                again: false,
            }),
        ],
    };
    keeps_every_promise(&history).await;
}

/// Everything is snoozed between the tick that calls the Release Manager and the message: the cut-off is told, and nobody
/// is pinged.
#[tokio::test]
async fn who_leads_is_not_called_when_everything_is_snoozed() {
    let history = History {
        seed: 2403,
        begins: "2026-11-18T16:17:02.249Z".parse().unwrap(),
        guilds: 1,
        window: TimeDelta::seconds(206),
        readable: true,
        roster: false,
        steps: vec![
            Step::Start {
                guild: 0,
                playbook: 5,
                version: 0,
                days: Some(0),
                again: false,
            },
            Step::Suspend(TimeDelta::milliseconds(82_812_103)),
            Step::Wait(TimeDelta::milliseconds(10)),
            Step::Snooze(Press {
                release: 3,
                item: 52,
                role: 1,
                again: false,
            }),
        ],
    };
    keeps_every_promise(&history).await;
}

/// The clock was ahead by more than two hours when the message was sent, so it is older than it seems.
#[tokio::test]
async fn an_earlier_message_is_found_although_the_clock_was_hours_ahead() {
    let history = History {
        seed: 4821,
        begins: "2026-09-18T22:59:17.737Z".parse().unwrap(),
        guilds: 1,
        window: TimeDelta::seconds(292),
        readable: true,
        roster: false,
        steps: vec![
            Step::SetClock(TimeDelta::hours(3)),
            Step::Start {
                guild: 0,
                playbook: 6,
                version: 3,
                days: Some(6),
                again: false,
            },
            Step::Wait(TimeDelta::milliseconds(100)),
            Step::Crash(Death::AfterPost, TimeDelta::hours(5)),
            Step::Wait(TimeDelta::hours(1)),
        ],
    };
    keeps_every_promise(&history).await;
}

async fn keeps_every_promise(history: &History) {
    let (_, story, result) = play(history, &Place::new().await, None, true).await;
    if let Err(failure) = result {
        panic!("{}\n{}", failure.fault, story.join("\n"));
    }
}

/// Each fault that is built in on purpose is seen, and the seed is printed.
#[tokio::test]
async fn every_fault_that_is_built_in_is_found() {
    let place = Place::new().await;
    for mutant in Mutant::value_variants() {
        let mut found = None;
        for seed in 0..SOON {
            let (_, _, result) = play(&History::of(seed), &place, Some(*mutant), false).await;
            if let Err(failure) = result {
                found = Some(failure);
                break;
            }
        }
        let found = found.unwrap_or_else(|| panic!("{mutant:?} is not found in {SOON} histories"));
        println!("{mutant:?} is found at seed {}: {}", found.seed, found.fault);
    }
}
