//! S2, S126, S133: each figure against a timeline written by hand.

use super::*;
use crate::domain::fixtures::{at, date, item, release, role, stamp};

use crate::domain::release::Reason;

fn event(actor: Option<u64>, when: &str, event: Event) -> TimelineEvent {
    TimelineEvent {
        at: at(when),
        actor: actor.map(UserId),
        event,
    }
}

fn started(target: Option<&str>) -> TimelineEvent {
    let started = Event::Started {
        version: "7.2.1".to_owned(),
        target: target.map(date),
        reason: Reason::Security,
        private: false,
        variation: crate::domain::playbook::Variation::default(),
    };
    event(Some(1), "2026-12-01T17:00:00Z", started)
}

fn done(id: &str, when: &str) -> TimelineEvent {
    event(
        Some(2),
        when,
        Event::ItemDone {
            item: item(id),
            evidence: None,
        },
    )
}

fn slipped(from: Option<&str>, to: Option<&str>, when: &str) -> TimelineEvent {
    let slipped = Event::Slipped {
        from: from.map(date),
        to: to.map(date),
        reason: "tests".to_owned(),
    };
    event(Some(1), when, slipped)
}

fn held(when: &str) -> TimelineEvent {
    let reason = "a freeze".to_owned();
    event(Some(1), when, Event::Held { reason })
}

fn closed(open: &[&str], reason: Option<&str>, when: &str) -> TimelineEvent {
    let closed = Event::Closed {
        override_reason: reason.map(str::to_owned),
        open: open.iter().map(|id| item(id)).collect(),
    };
    event(Some(1), when, closed)
}

/// The card at the end of 2026.
fn card(events: &[TimelineEvent]) -> Scorecard {
    let release = release();
    let calendar = Calendar::named(release.playbook.calendar);
    of(&release, events, &calendar, at("2026-12-31T00:00:00Z"))
}

/// T−4 is Friday the 4th, T−2 Tuesday the 8th, T−0 Thursday the 10th, each at 18:00 UTC.
fn everything_in_time() -> Vec<TimelineEvent> {
    vec![
        started(Some("2026-12-10")),
        event(None, "2026-12-01T17:00:01Z", Event::BoardLost),
        done("announce", "2026-12-01T19:30:00Z"),
        done("merge", "2026-12-04T18:00:00Z"),
        done("verify", "2026-12-08T17:00:00Z"),
        done("tag", "2026-12-10T17:00:00Z"),
        done("page", "2026-12-10T17:30:00Z"),
        closed(&[], None, "2026-12-11T17:00:00Z"),
    ]
}

#[test]
fn s126_a_release_in_time() {
    let card = card(&everything_in_time());
    assert_eq!(card.time_to_first_action(), Some(TimeDelta::minutes(150)), "S2");
    assert_eq!(card.outcome, Outcome::OnTime);
    assert_eq!(card.shipped, Some(at("2026-12-10T17:30:00Z")));
    assert_eq!(card.shipped_on, Some(date("2026-12-10")));
    assert_eq!(
        (card.planned_working_days, card.actual_working_days),
        (Some(7), Some(7))
    );
    assert_eq!(card.late, Vec::new(), "done at the very cut-off is in time");
    assert_eq!((card.slips(), card.working_days_slipped()), (0, 0));
    assert_eq!((card.items, card.open, card.not_applicable), (5, 0, 0));
    assert_eq!((card.holds.len(), card.overrides.len()), (0, 0));
}

/// An item that missed the cut-off which held then stays late, wherever the target moves afterwards.
#[test]
fn s126_a_slip_does_not_make_what_was_late_punctual() {
    let card = card(&[
        started(Some("2026-12-10")),
        done("announce", "2026-12-04T18:30:00Z"),
        slipped(Some("2026-12-10"), Some("2026-12-14"), "2026-12-05T17:00:00Z"),
        done("merge", "2026-12-07T17:00:00Z"),
        done("verify", "2026-12-10T17:00:00Z"),
        done("tag", "2026-12-14T19:00:00Z"),
        done("page", "2026-12-14T17:00:00Z"),
        closed(&[], None, "2026-12-15T17:00:00Z"),
    ]);
    assert_eq!((card.slips(), card.working_days_slipped()), (1, 2));
    assert_eq!(card.outcome, Outcome::Late { working_days: 2 });
    assert_eq!(
        (card.first_target, card.last_target, card.shipped_on),
        (
            Some(date("2026-12-10")),
            Some(date("2026-12-14")),
            Some(date("2026-12-14"))
        )
    );
    let late: Vec<_> = card
        .late
        .iter()
        .map(|late| (late.item.as_str(), late.cutoff_at, late.settled))
        .collect();
    let code = at("2026-12-04T18:00:00Z");
    assert_eq!(
        late,
        [
            ("announce", code, Some(at("2026-12-04T18:30:00Z"))),
            ("merge", code, Some(at("2026-12-07T17:00:00Z"))),
            (
                "tag",
                at("2026-12-14T18:00:00Z"),
                Some(at("2026-12-14T19:00:00Z"))
            ),
        ]
    );
    assert_eq!(
        card.late_by_role,
        [(role("release-manager"), 1), (role("dev"), 2)]
    );
}

/// While the clock stands still nothing becomes late; what is open when it goes on is.
#[test]
fn s126_a_hold_over_a_cut_off() {
    let timeline = |resumed: &str| {
        card(&[
            started(Some("2026-12-10")),
            held("2026-12-04T10:00:00Z"),
            done("announce", "2026-12-05T10:00:00Z"),
            event(Some(1), resumed, Event::Resumed),
            done("merge", "2026-12-07T17:00:00Z"),
            done("verify", "2026-12-08T17:00:00Z"),
            held("2026-12-09T10:00:00Z"),
            closed(&["tag", "page"], Some("withdrawn"), "2026-12-11T10:00:00Z"),
        ])
    };
    let late =
        |card: &Scorecard| -> Vec<String> { card.late.iter().map(|late| late.item.to_string()).collect() };
    let before = timeline("2026-12-07T16:00:00Z");
    assert_eq!(late(&before), ["merge"]);
    assert_eq!(late(&timeline("2026-12-07T17:00:00Z")), Vec::<String>::new());
    assert_eq!(before.outcome, Outcome::NotShipped);
    assert_eq!(
        before.holds.iter().map(|hold| hold.until).collect::<Vec<_>>(),
        [Some(at("2026-12-07T16:00:00Z")), Some(at("2026-12-11T10:00:00Z"))]
    );
    assert_eq!(
        before.held_for(at("2027-01-01T00:00:00Z")),
        TimeDelta::hours(78 + 48)
    );
    assert_eq!(
        before.overrides,
        [Override {
            stamp: stamp(1, "2026-12-11T10:00:00Z"),
            rule: OverriddenRule::ClosedWithOpenItems { open: 2 },
            reason: "withdrawn".to_owned(),
        }]
    );
    assert_eq!(before.open, 2);
}

/// A first date is no slip; a withdrawn one is, and its days count when the next one is said.
#[test]
fn s5_dates_that_come_and_go() {
    let card = card(&[
        started(None),
        slipped(None, Some("2026-12-10"), "2026-12-02T17:00:00Z"),
        slipped(Some("2026-12-10"), None, "2026-12-03T17:00:00Z"),
        slipped(None, Some("2026-12-15"), "2026-12-04T17:00:00Z"),
        slipped(Some("2026-12-15"), Some("2026-12-14"), "2026-12-05T17:00:00Z"),
    ]);
    let days: Vec<i64> = card.moves.iter().map(|moved| moved.working_days).collect();
    assert_eq!(days, [0, 3, -1]);
    assert_eq!((card.slips(), card.working_days_slipped()), (2, 3));
    assert_eq!(card.first_target, Some(date("2026-12-10")));
    assert_eq!(card.outcome, Outcome::UnderWay);
}

/// What was taken back counts from when it was done for good; what does not apply is settled (S30).
#[test]
fn s30_taken_back_and_set_aside() {
    let mut events = everything_in_time();
    events.truncate(5);
    events.push(event(
        Some(3),
        "2026-12-08T17:30:00Z",
        Event::ItemUndone { item: item("verify") },
    ));
    events.push(done("verify", "2026-12-08T18:30:00Z"));
    events.push(done("tag", "2026-12-10T17:00:00Z"));
    let not_applicable = Event::ItemNotApplicable {
        item: item("page"),
        reason: "no page".to_owned(),
    };
    events.push(event(Some(1), "2026-12-09T17:00:00Z", not_applicable));
    let card = card(&events);
    assert_eq!(
        card.late
            .iter()
            .map(|late| late.item.as_str())
            .collect::<Vec<_>>(),
        ["verify"]
    );
    assert_eq!((card.not_applicable, card.open), (1, 0));
    assert_eq!(card.shipped, Some(at("2026-12-10T17:00:00Z")));
    assert_eq!(
        card.outcome,
        Outcome::OnTime,
        "it has shipped and is not closed yet"
    );
}

/// Totals and medians, over those releases that have the figure.
#[test]
fn s133_a_summary_of_several_releases() {
    let in_time = card(&everything_in_time());
    let untouched = card(&[
        started(None),
        closed(&["tag"], Some("no"), "2026-12-02T17:00:00Z"),
    ]);
    let late = card(&[
        started(Some("2026-12-04")),
        done("announce", "2026-12-01T18:00:00Z"),
        done("merge", "2026-12-07T18:00:00Z"),
        done("verify", "2026-12-07T18:00:00Z"),
        done("tag", "2026-12-07T18:00:00Z"),
        done("page", "2026-12-07T18:00:00Z"),
        closed(&[], None, "2026-12-07T19:00:00Z"),
    ]);
    let all = summary(&[in_time, untouched, late]);
    assert_eq!(
        (all.releases, all.on_time, all.late, all.not_shipped),
        (3, 1, 1, 1)
    );
    assert_eq!(all.first_action, Some(TimeDelta::minutes(105)));
    assert_eq!(
        (all.planned_working_days, all.actual_working_days),
        (Some(5), Some(5))
    );
    assert_eq!(all.overrides, 1);
    assert_eq!(all.late_by_role.first(), Some(&(role("dev"), 2)));
    assert_eq!(summary(&[]), Summary::default());
}

/// A timeline without anything gives figures all the same.
#[test]
fn a_timeline_of_nothing() {
    let release = release();
    let calendar = Calendar::named(release.playbook.calendar);
    let card = of(&release, &[], &calendar, at("2026-12-31T00:00:00Z"));
    assert_eq!(
        (card.outcome, card.open, card.late.len()),
        (Outcome::UnderWay, 5, 0)
    );
    assert_eq!(first_plan(&release, &card, &calendar), Plan::undated());
}
