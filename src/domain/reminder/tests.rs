//! Tests of the reminder ladder.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::domain::calendar::{Calendar, CalendarName};
use crate::domain::fixtures::{at, item, phase, plan_of, playbook, release_of, role, stamp};
use crate::domain::hours::WorkingHours;
use crate::domain::playbook::Playbook;
use crate::domain::release::{Event, Release};
use crate::domain::zone::Zone;

/// A release and everything that decides when it is reminded of.
#[derive(Clone, Debug)]
struct World {
    release: Release,
    calendar: Calendar,
    settled: BTreeSet<Occasion>,
    manager: bool,
}

impl World {
    /// 7.2.1 of the small playbook: T−4 on Friday the 4th, T−2 on Tuesday the 8th, T−0 on Thursday the 10th.
    fn new(playbook: Playbook) -> Self {
        Self {
            calendar: Calendar::named(CalendarName::UsCaConcurrent),
            release: release_of(playbook),
            settled: BTreeSet::new(),
            manager: true,
        }
    }

    fn small() -> Self {
        Self::new(playbook())
    }

    fn ask<T>(&self, question: impl FnOnce(Ladder<'_>) -> T) -> T {
        question(Ladder {
            release: &self.release,
            plan: &plan_of(&self.release),
            calendar: &self.calendar,
            manager: self.manager,
        })
    }

    fn due(&self, now: DateTime<Utc>) -> Due {
        self.ask(|ladder| ladder.due(&self.settled, now))
    }

    fn next(&self, now: DateTime<Utc>) -> Option<Occasion> {
        self.ask(|ladder| ladder.next(&self.settled, now))
    }

    /// One tick: daily items open again, and what is due is settled, each once.
    fn tick(&mut self, now: DateTime<Utc>) -> Due {
        let plan = plan_of(&self.release);
        for (since, _, item) in self.release.reopenings(&plan, self.release.watched_from) {
            if since <= now {
                self.release
                    .apply(&Event::ItemReopened { item, since }, stamp(0, &now.to_rfc3339()));
            }
        }
        let due = self.due(now);
        let called = due.calls.iter().map(|call| &call.occasion);
        for occasion in called.chain(&due.collapsed).chain(&due.expired) {
            assert!(self.settled.insert(occasion.clone()), "twice: {occasion:?}");
        }
        due
    }

    fn done(&mut self, items: &[&str], now: &str) {
        for id in items {
            self.release.apply(
                &Event::ItemDone {
                    item: item(id),
                    evidence: None,
                },
                stamp(7, now),
            );
        }
    }

    fn undone(&mut self, id: &str, now: &str) {
        self.release
            .apply(&Event::ItemUndone { item: item(id) }, stamp(7, now));
    }

    /// From wake-up to wake-up, as the scheduler goes: what is called, a line for each instant, San Francisco time.
    fn walk(&mut self, from: &str, until: &str) -> String {
        let mut text = String::new();
        let mut now = at(from);
        while let Some(next) = self.next(now).filter(|next| next.due < at(until)) {
            now = next.due;
            let due = self.tick(now);
            assert_eq!((due.collapsed, due.expired), (Vec::new(), Vec::new()));
            let calls: Vec<String> = due
                .calls
                .iter()
                .filter(|call| call.occasion.audience != Audience::Channel)
                .map(|call| {
                    let Occasion {
                        phase,
                        step,
                        audience,
                        ..
                    } = &call.occasion;
                    let overdue = if *step == Step::Nag {
                        format!(" ({})", call.overdue_days)
                    } else {
                        String::new()
                    };
                    format!("{} {phase} → {audience}{overdue}", step.as_str())
                })
                .collect();
            let local = Zone::SAN_FRANCISCO.to_local(now).format("%a %d %H:%M");
            let _ = writeln!(text, "{local}  {}", calls.join(", "));
        }
        text
    }
}

fn hours_of<'a>(world: &'a World, audience: &Audience) -> Option<WorkingHours<'a>> {
    let playbook = &world.release.playbook;
    let role = match audience {
        Audience::Channel => return None,
        Audience::Role(role) => Some(role.clone()),
        Audience::ReleaseManager => Some(role("release-manager")),
        Audience::Manager => None,
    };
    Some(playbook.working_hours(role.as_ref(), &world.calendar))
}

fn in_zone(mut playbook: Playbook, id: &str, zone: &str) -> Playbook {
    for definition in &mut playbook.roles {
        if definition.id == role(id) {
            definition.zone = Some(zone.parse().unwrap());
        }
    }
    playbook
}

/// Heads-up, day, cut-off, nags on working days; overdue items go to the Release Manager after one
/// working day and to the manager after two. What is due together stands on one line.
#[test]
fn s9_the_whole_ladder_of_a_release_that_nobody_works_on() {
    let mut world = World::small();
    insta::assert_snapshot!(
        "the_whole_ladder",
        world.walk("2026-12-01T17:00:00Z", "2026-12-12T00:00:00Z")
    );
}

/// QA works in Berlin, where the cut-off of 10:00 in San Francisco is 19:00: it is told of the day in its own morning,
/// and of the cut-off in the next one.
#[test]
fn a_role_elsewhere_is_called_in_its_own_working_hours() {
    let mut world = World::new(in_zone(playbook(), "qa", "Europe/Berlin"));
    world.done(&["announce", "merge", "tag", "page"], "2026-12-01T18:00:00Z");
    insta::assert_snapshot!(
        "a_role_elsewhere",
        world.walk("2026-12-01T18:00:00Z", "2026-12-12T00:00:00Z")
    );
}

/// Labour Day is off in both countries: nobody is nagged over the long weekend.
#[test]
fn s8_nags_keep_to_working_days() {
    let mut world = World::small();
    world.release.target = Some("2026-09-10".parse().unwrap());
    world.release.watched_from = at("2026-08-31T17:00:00Z");
    world.manager = false;
    world.done(&["announce", "verify", "tag", "page"], "2026-08-31T18:00:00Z");
    insta::assert_snapshot!(
        "over_labour_day",
        world.walk("2026-09-01T17:00:00Z", "2026-09-11T00:00:00Z")
    );
}

#[test]
fn each_step_can_be_left_out() {
    let mut rules = playbook().reminders;
    rules.heads_up = None;
    rules.day_of = false;
    rules.at_cutoff = false;
    rules.nag = false;
    let mut world = World::new(Playbook {
        reminders: rules,
        ..playbook()
    });
    world.done(&["verify", "tag", "page"], "2026-12-01T18:00:00Z");
    // Without nags, an escalation is said once.
    insta::assert_snapshot!(
        "escalations_alone",
        world.walk("2026-12-01T18:00:00Z", "2027-01-31T00:00:00Z")
    );
}

#[test]
fn offsets_and_times_of_a_playbook_are_kept() {
    let mut rules = playbook().reminders;
    rules.heads_up = Some("24 hours before".parse().unwrap());
    rules.nag_time = Some("14:30".parse::<chrono::NaiveTime>().unwrap());
    rules.release_manager = Some("3 hours after".parse().unwrap());
    rules.manager = Some("7 days after".parse().unwrap());
    let mut world = World::new(Playbook {
        reminders: rules,
        ..playbook()
    });
    world.done(&["announce", "verify", "tag", "page"], "2026-12-01T18:00:00Z");
    insta::assert_snapshot!(
        "other_offsets",
        world.walk("2026-12-01T18:00:00Z", "2026-12-16T00:00:00Z")
    );
}

/// S16: due each working day from T−4 to T−0; ticked, it counts for its day.
#[test]
fn s16_a_daily_item_is_due_each_working_day_until_its_phase_is_over() {
    let mut playbook = playbook();
    playbook.phases[0].items[1].daily_until = Some(phase("build"));
    let mut world = World::new(playbook);
    world.done(&["announce", "verify", "page"], "2026-12-01T18:00:00Z");
    let friday = world.walk("2026-12-01T18:00:00Z", "2026-12-04T17:30:00Z");
    insta::assert_snapshot!("daily_friday", friday);
    world.done(&["merge"], "2026-12-04T17:30:00Z");
    // Over the weekend it stays done; on Monday it opens again and is missed, on Tuesday it is done late.
    let monday = world.walk("2026-12-04T17:30:00Z", "2026-12-08T17:30:00Z");
    insta::assert_snapshot!("daily_monday", monday);
    world.done(&["merge"], "2026-12-08T17:30:00Z");
    assert_eq!(world.release.reopened[&item("merge")], at("2026-12-07T17:00:00Z"));
    let wednesday = world.walk("2026-12-08T17:30:00Z", "2026-12-10T17:30:00Z");
    insta::assert_snapshot!("daily_to_the_end", wednesday);
    world.done(&["merge", "tag"], "2026-12-10T17:30:00Z");
    assert_eq!(world.walk("2026-12-10T17:30:00Z", "2027-01-31T00:00:00Z"), "");
    assert!(
        world.release.completions.contains_key(&item("merge")),
        "the last completion stands"
    );
}

/// The phase until which an item is daily is over when its items are done, also before its cut-off.
#[test]
fn s16_a_daily_item_stays_done_once_its_last_phase_is_done() {
    let mut playbook = playbook();
    playbook.phases[0].items[1].daily_until = Some(phase("test"));
    let mut world = World::new(playbook);
    world.done(&["announce", "tag", "page"], "2026-12-01T18:00:00Z");
    world.done(&["merge", "verify"], "2026-12-04T17:30:00Z");
    assert_eq!(world.walk("2026-12-04T17:30:00Z", "2027-01-31T00:00:00Z"), "");
    world.undone("verify", "2026-12-05T12:00:00Z");
    let reopened = world.walk("2026-12-05T12:00:00Z", "2026-12-07T18:00:00Z");
    assert!(reopened.contains("day-of code → role:dev"), "{reopened}");
}

/// A tick that was taken back in the afternoon is no reason to call anybody for the morning.
#[test]
fn what_was_done_when_it_was_due_calls_nobody_later() {
    let mut world = World::small();
    world.done(
        &["announce", "merge", "verify", "tag", "page"],
        "2026-12-01T18:00:00Z",
    );
    assert_eq!(world.next(at("2026-12-01T18:00:00Z")), None);
    world.tick(at("2026-12-07T20:00:00Z"));
    world.undone("merge", "2026-12-07T20:00:00Z");
    assert_eq!(world.due(at("2026-12-07T21:00:00Z")), Due::default());
    let next = world.next(at("2026-12-07T21:00:00Z")).unwrap();
    assert_eq!((next.due, next.step), (at("2026-12-08T17:00:00Z"), Step::Nag));
}

#[test]
fn without_a_date_or_an_end_nothing_is_due() {
    let far = at("2027-06-01T18:00:00Z");
    let mut undecided = World::small();
    undecided.release.target = None;
    let mut closed = World::small();
    let event = Event::Closed {
        override_reason: Some("Withdrawn".to_owned()),
        open: Vec::new(),
    };
    closed.release.apply(&event, stamp(7, "2026-12-02T12:00:00Z"));
    for world in [undecided, closed] {
        assert_eq!(world.due(far), Due::default());
        assert_eq!(world.next(at("2026-12-01T17:00:00Z")), None);
    }
}

/// S9: a phase begins once, whether or not anything of it is open; a release of which nothing is open begins nothing.
#[test]
fn s9_a_phase_begins_for_the_channel_once() {
    let begins = |due: &Due| -> Vec<String> {
        let channel = due
            .calls
            .iter()
            .map(|call| &call.occasion)
            .filter(|occasion| occasion.audience == Audience::Channel && occasion.step == Step::DayOf);
        channel.map(|occasion| occasion.phase.to_string()).collect()
    };
    let mut world = World::small();
    world.done(&["announce", "merge", "verify"], "2026-12-01T18:00:00Z");
    let first = world.next(at("2026-12-01T18:00:00Z")).unwrap();
    assert_eq!(
        (first.due, &first.audience),
        (at("2026-12-04T17:00:00Z"), &Audience::Channel)
    );
    assert_eq!(begins(&world.tick(first.due)), ["code"]);
    world.undone("merge", "2026-12-04T17:10:00Z");
    assert_eq!(world.tick(at("2026-12-04T17:20:00Z")), Due::default());
    // The bot is away until after the cut-off: it is nothing to say any more.
    let back = world.tick(at("2026-12-08T18:30:00Z"));
    assert_eq!(begins(&back), Vec::<String>::new());
    let test = back.expired.iter().map(|occasion| occasion.phase.to_string());
    assert_eq!(test.collect::<Vec<_>>(), ["test"]);
    world.done(&["merge", "tag", "page"], "2026-12-08T18:30:00Z");
    assert_eq!(world.tick(at("2026-12-10T17:30:00Z")), Due::default());
    // What is opened again later was not open when the phase began.
    world.undone("tag", "2026-12-10T17:40:00Z");
    assert_eq!(
        begins(&world.tick(at("2026-12-10T17:50:00Z"))),
        Vec::<String>::new()
    );
}

/// The brief has told what is over; also what is over at this very instant.
#[test]
fn nothing_from_before_the_start_is_due() {
    let mut world = World::small();
    world.release.watched_from = at("2026-12-04T18:00:00Z");
    assert_eq!(world.due(at("2026-12-04T18:00:00Z")), Due::default());
    let next = world.next(at("2026-12-04T18:00:00Z")).unwrap();
    assert_eq!((next.due, next.step), (at("2026-12-07T17:00:00Z"), Step::Nag));
}

/// One call for each phase and audience, the newest; nobody is called at night for what was missed.
#[test]
fn after_an_absence_the_newest_speaks_for_the_others() {
    let mut world = World::small();
    let night = world.tick(at("2026-12-08T09:00:00Z"));
    assert!(
        night
            .calls
            .iter()
            .all(|call| call.occasion.audience == Audience::Channel),
        "{night:?}"
    );
    let opening = world.next(at("2026-12-08T09:00:00Z")).unwrap();
    assert_eq!(opening.due, at("2026-12-08T17:00:00Z"));
    let morning = world.tick(opening.due);
    let called: Vec<String> = morning
        .calls
        .iter()
        .map(|call| {
            format!(
                "{} {} {}",
                call.occasion.phase,
                call.occasion.step.as_str(),
                call.occasion.audience
            )
        })
        .collect();
    assert_eq!(
        called,
        [
            "code nag role:dev",
            "code nag role:release-manager",
            "code nag release-manager",
            "code nag manager",
            "test day-of channel",
            "test day-of role:qa",
        ]
    );
    assert!(
        morning
            .collapsed
            .iter()
            .any(|occasion| occasion.step == Step::HeadsUp)
    );
    assert_eq!(morning.expired, []);
}

#[test]
fn what_is_worth_nothing_any_more_is_dropped() {
    let mut world = World::small();
    Arc::make_mut(&mut world.release.playbook).reminders.at_cutoff = false;
    Arc::make_mut(&mut world.release.playbook).reminders.nag = false;
    Arc::make_mut(&mut world.release.playbook)
        .reminders
        .release_manager = None;
    world.manager = false;
    let due = world.tick(at("2026-12-04T18:30:00Z"));
    let expired: Vec<String> = due
        .expired
        .iter()
        .map(|occasion| format!("{} {}", occasion.step.as_str(), occasion.audience))
        .collect();
    assert_eq!(
        expired,
        [
            "heads-up role:dev",
            "heads-up role:release-manager",
            "day-of role:dev",
            "day-of role:release-manager",
        ]
    );
    assert_eq!(world.tick(at("2026-12-04T18:31:00Z")), Due::default());
}

/// The reminders of a new date are new, and going back repeats none.
#[test]
fn a_date_that_moves_there_and_back_repeats_nothing() {
    let mut world = World::small();
    world.walk("2026-12-01T17:00:00Z", "2026-12-04T19:00:00Z");
    let before = world.settled.clone();
    world.release.target = Some("2026-12-11".parse().unwrap());
    let next = world.next(at("2026-12-04T19:00:00Z")).unwrap();
    assert_eq!((next.due, next.step), (at("2026-12-07T17:00:00Z"), Step::DayOf));
    world.tick(next.due);
    world.release.target = Some("2026-12-10".parse().unwrap());
    let due = world.tick(next.due);
    let again = due.calls.iter().filter(|call| before.contains(&call.occasion));
    assert_eq!(again.count(), 0);
}

#[test]
fn a_clock_that_jumps_does_no_harm() {
    let mut world = World::small();
    world.walk("2026-12-01T17:00:00Z", "2026-12-04T18:30:00Z");
    assert_eq!(
        world.tick(at("2026-12-04T17:30:00Z")),
        Due::default(),
        "an hour back"
    );
    let forward = world.tick(at("2026-12-07T17:59:00Z"));
    assert_eq!(forward.collapsed, []);
    assert!(!forward.calls.is_empty());
    assert_eq!(world.tick(at("2026-12-07T17:00:00Z")), Due::default());
}

#[test]
fn audiences_and_steps_read_back() {
    for audience in [
        Audience::Channel,
        Audience::Role(role("qa")),
        Audience::ReleaseManager,
        Audience::Manager,
    ] {
        assert_eq!(audience.to_string().parse(), Ok(audience));
    }
    for text in ["", "role:", "role:No Slug", "everybody"] {
        assert_eq!(text.parse::<Audience>(), Err(NotStored), "{text}");
        assert_eq!(text.parse::<Step>(), Err(NotStored), "{text}");
    }
}

/// Something that happens at a minute of the fortnight.
#[derive(Clone, Debug)]
enum Happens {
    Tick,
    Done(&'static str),
    Undone(&'static str),
}

fn anything() -> impl Strategy<Value = Happens> {
    let items = || prop::sample::select(vec!["announce", "merge", "verify", "tag", "page"]);
    prop_oneof![
        4 => Just(Happens::Tick),
        1 => items().prop_map(Happens::Done),
        1 => items().prop_map(Happens::Undone),
    ]
}

fn any_world() -> impl Strategy<Value = World> {
    let zones = || {
        prop::sample::select(vec![
            "America/Los_Angeles",
            "Europe/Berlin",
            "Asia/Tokyo",
            "Pacific/Honolulu",
        ])
    };
    let offsets = prop::sample::select(vec![
        None,
        Some("1 working day before"),
        Some("30 hours before"),
        Some("3 days before"),
    ]);
    let after = || {
        prop::sample::select(vec![
            None,
            Some("1 working day after"),
            Some("5 hours after"),
            Some("4 days after"),
        ])
    };
    (
        zones(),
        zones(),
        offsets,
        any::<[bool; 4]>(),
        after(),
        after(),
        any::<bool>(),
    )
        .prop_map(
            |(dev, qa, heads_up, [day_of, at_cutoff, nag, manager], first, last, daily)| {
                let offset = |text: &str| text.parse().unwrap();
                let mut playbook = in_zone(in_zone(playbook(), "dev", dev), "qa", qa);
                playbook.reminders = crate::domain::playbook::LadderRules {
                    updates: None,
                    retrospective: None,
                    heads_up: heads_up.map(offset),
                    day_of,
                    at_cutoff,
                    nag,
                    nag_time: None,
                    release_manager: first.map(offset),
                    manager: last.map(offset),
                };
                playbook.phases[0].items[1].daily_until = daily.then(|| phase("build"));
                let mut world = World::new(playbook);
                world.manager = manager;
                world
            },
        )
}

fn minute(minutes: i64) -> DateTime<Utc> {
    at("2026-12-01T17:00:00Z") + TimeDelta::minutes(minutes)
}

const FORTNIGHT: i64 = 14 * 24 * 60;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever people do and however time passes: nothing before it is due, nothing twice (as `tick` asserts), nobody
    /// outside working hours, nobody with nothing open; the next occasion is neither too early nor too late.
    #[test]
    fn laws_of_the_ladder(
        mut world in any_world(),
        mut story in prop::collection::vec((0..FORTNIGHT, anything()), 0..24),
    ) {
        story.sort_by_key(|(minute, _)| *minute);
        for (minutes, happens) in story {
            let now = minute(minutes);
            match happens {
                Happens::Done(id) => {
                    world.tick(now);
                    world.done(&[id], &now.to_rfc3339());
                }
                Happens::Undone(id) if world.release.completions.contains_key(&item(id)) => {
                    world.undone(id, &now.to_rfc3339());
                }
                Happens::Undone(_) | Happens::Tick => {}
            }
            let due = world.tick(now);
            for Call { occasion, .. } in &due.calls {
                prop_assert!(occasion.due <= now);
                prop_assert!(hours_of(&world, &occasion.audience).is_none_or(|hours| hours.contain(now)));
                let open: Vec<_> = world.release.open_items().filter(|(of, _)| of.id == occasion.phase).collect();
                // That a phase begins is said in any case.
                let begins = (occasion.step, &occasion.audience) == (Step::DayOf, &Audience::Channel);
                prop_assert!(!open.is_empty() || begins);
                if let Audience::Role(called) = &occasion.audience {
                    prop_assert!(open.iter().any(|(_, item)| item.role == *called));
                }
            }
            prop_assert_eq!(world.tick(now), Due::default());
            if let Some(next) = world.next(now) {
                prop_assert!(next.due > now);
                let mut before = world.clone();
                prop_assert_eq!(before.tick(next.due - TimeDelta::milliseconds(1)), Due::default());
                let completions = world.release.completions.len();
                let mut then = world.clone();
                let due = then.tick(next.due);
                prop_assert!(!due.is_empty() || then.release.completions.len() < completions, "{:?}", next);
            }
        }
    }

    /// Design §3: ticking once or a hundred times, in one jump or in many, settles the same, except for whom it is night
    /// at the end: these wait for their morning.
    #[test]
    fn one_jump_or_many_settle_the_same(
        world in any_world(),
        steps in prop::collection::vec(0..FORTNIGHT, 0..60),
        end in 0..FORTNIGHT,
    ) {
        let mut steps: Vec<i64> = steps.into_iter().filter(|step| *step < end).collect();
        steps.sort_unstable();
        let (mut once, mut often) = (world.clone(), world);
        for step in steps {
            often.tick(minute(step));
        }
        once.tick(minute(end));
        often.tick(minute(end));
        prop_assert!(once.settled.is_subset(&often.settled));
        for occasion in often.settled.difference(&once.settled) {
            let hours = hours_of(&often, &occasion.audience);
            prop_assert!(hours.is_some_and(|hours| !hours.contain(minute(end))), "{:?}", occasion);
        }
    }

    /// Completing the last item silences the release for good.
    #[test]
    fn with_everything_done_there_is_silence(mut world in any_world(), done in 0..FORTNIGHT) {
        for phase in &mut Arc::make_mut(&mut world.release.playbook).phases {
            for item in &mut phase.items {
                item.daily_until = None;
            }
        }
        world.tick(minute(done));
        world.done(&["announce", "merge", "verify", "tag", "page"], &minute(done).to_rfc3339());
        prop_assert_eq!(world.next(minute(done)), None);
        prop_assert_eq!(world.tick(minute(4 * FORTNIGHT)), Due::default());
    }
}
