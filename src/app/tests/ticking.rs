//! Time passes: the same messages however it is cut into steps.

use chrono::TimeDelta;

use super::*;
use crate::domain::reminder::{Moment, OccasionKey};

const END: &str = "2026-12-11T00:00:00Z";

fn is_reminder(notice: &Notice) -> bool {
    matches!(notice, Notice::Reminder { .. })
}

impl Place {
    /// Ticks `times` times at each instant and sends what is due; returns every reminder.
    async fn pass(&self, instants: &[DateTime<Utc>], times: usize) -> Vec<Notice> {
        let mut reminders = Vec::new();
        for now in instants {
            for _ in 0..times {
                self.app.tick(*now).await.unwrap();
            }
            reminders.extend(self.send_all(*now).await.into_iter().filter(is_reminder));
        }
        reminders
    }

    /// The phases and moments that the timeline speaks of, posted or collapsed.
    async fn settled(&self) -> Vec<OccasionKey> {
        let events = self.events().await;
        let mut keys: Vec<OccasionKey> = events
            .into_iter()
            .filter_map(|event| match event {
                Event::Reminded { phase, moment, .. } | Event::ReminderCollapsed { phase, moment, .. } => {
                    Some((phase, moment))
                }
                _ => None,
            })
            .collect();
        keys.sort();
        keys
    }
}

/// Every `step` from the start to the end.
fn every(step: TimeDelta) -> Vec<DateTime<Utc>> {
    std::iter::successors(Some(at(START)), |now| Some(*now + step))
        .take_while(|now| *now < at(END))
        .collect()
}

fn on_time(id: &str, moment: Moment, due: &str) -> Notice {
    Notice::Reminder {
        phase: phase(id),
        moment,
        due: at(due),
        instead_of: Vec::new(),
    }
}

/// S9: design §3, "ticking once or a hundred times, in one jump or in many, gives the same set of messages".
#[tokio::test]
async fn s9_reminders_are_the_same_however_time_passes() {
    let expected = [
        on_time("code", Moment::DayStart, "2026-12-04T17:00:00Z"),
        on_time("code", Moment::CutOff, "2026-12-04T18:00:00Z"),
        on_time("test", Moment::DayStart, "2026-12-08T17:00:00Z"),
        on_time("test", Moment::CutOff, "2026-12-08T18:00:00Z"),
        on_time("build", Moment::DayStart, "2026-12-10T17:00:00Z"),
        on_time("build", Moment::CutOff, "2026-12-10T18:00:00Z"),
    ];
    let settled = {
        let place = Place::new().await;
        place.running().await;
        assert_eq!(
            place.pass(&every(TimeDelta::hours(1)), 1).await,
            expected,
            "each hour"
        );
        place.settled().await
    };
    for (what, step, times) in [
        ("a hundred times at once", TimeDelta::hours(12), 100),
        ("every 37 minutes", TimeDelta::minutes(37), 1),
    ] {
        let place = Place::new().await;
        place.running().await;
        let mut instants = every(step);
        if times == 100 {
            instants = expected.iter().filter_map(due_of).collect();
        }
        assert_eq!(place.pass(&instants, times).await, expected, "{what}");
        assert_eq!(place.settled().await, settled, "{what}");
    }
    // In one jump all are settled and the newest speaks for the rest.
    let place = Place::new().await;
    place.running().await;
    let said = place.pass(&[at(END)], 100).await;
    assert_eq!(said.len(), 1);
    assert_eq!(place.settled().await, settled);
}

fn due_of(notice: &Notice) -> Option<DateTime<Utc>> {
    match notice {
        Notice::Reminder { due, .. } => Some(*due),
        _ => None,
    }
}

/// From wake-up to wake-up, as the scheduler goes: nothing is missed, and then there is nothing left to wake up for.
#[tokio::test]
async fn s9_the_wake_ups_lead_through_the_release() {
    let place = Place::new().await;
    place.running().await;
    let mut now = at(START);
    let mut woken = Vec::new();
    while let Some(wakeup) = place.next_reminder(now).await {
        assert!(wakeup.at > now);
        now = wakeup.at;
        let said = place.pass(&[now], 1).await;
        woken.push(format!(
            "{} {} {:?}: {}",
            now.format("%d %H:%M"),
            wakeup.phase,
            wakeup.moment,
            said.len()
        ));
    }
    assert_eq!(
        woken,
        [
            "04 17:00 T−4 Code complete DayStart: 1",
            "04 18:00 T−4 Code complete CutOff: 1",
            "08 17:00 T−2 Testing DayStart: 1",
            "08 18:00 T−2 Testing CutOff: 1",
            "10 17:00 T−0 Build DayStart: 1",
            "10 18:00 T−0 Build CutOff: 1",
        ]
    );
}

#[tokio::test]
async fn after_an_absence_the_newest_speaks_for_the_others() {
    let place = Place::new().await;
    place.running().await;
    let back = at("2026-12-08T17:30:00Z");
    assert_eq!(
        place.pass(&[back], 1).await,
        [Notice::Reminder {
            phase: phase("test"),
            moment: Moment::DayStart,
            due: at("2026-12-08T17:00:00Z"),
            instead_of: vec![(phase("code"), Moment::DayStart), (phase("code"), Moment::CutOff)],
        }]
    );
    let collapsed = |moment, due| Event::ReminderCollapsed {
        phase: phase("code"),
        moment,
        due: at(due),
    };
    assert_eq!(
        place.events().await.split_off(3),
        [
            collapsed(Moment::DayStart, "2026-12-04T17:00:00Z"),
            collapsed(Moment::CutOff, "2026-12-04T18:00:00Z"),
            Event::Reminded {
                phase: phase("test"),
                moment: Moment::DayStart,
                due: at("2026-12-08T17:00:00Z")
            },
        ]
    );
    assert_eq!(place.pass(&[back, at("2026-12-08T17:59:59Z")], 3).await, []);
}

/// Nobody is called for nothing; the board still shows the hour.
#[tokio::test]
async fn with_nothing_open_nobody_is_reminded() {
    let place = Place::new().await;
    place.running().await;
    for (number, id) in ["announce", "merge"].into_iter().enumerate() {
        place
            .act(&riley(10 + number as u64), &tick(id), "2026-12-02T12:00:00Z")
            .await
            .unwrap();
    }
    place.send_all(at("2026-12-02T12:00:00Z")).await;
    let morning = at("2026-12-04T17:00:00Z");
    place.app.tick(morning).await.unwrap();
    assert_eq!(place.send_all(morning).await, [Notice::Board]);
    place.app.tick(morning).await.unwrap();
    assert_eq!(place.send_all(morning).await, []);
    assert_eq!(
        place.settled().await,
        [],
        "nothing was said, so nothing is told of it"
    );
    let next = place.next_reminder(morning).await.unwrap();
    assert_eq!(
        (next.at, next.moment),
        (at("2026-12-04T18:00:00Z"), Moment::CutOff)
    );
    // An item of the past that is taken back is owed at the next occasion.
    let undo = Command::UndoItem(item("merge"));
    place
        .act(&riley(20), &undo, "2026-12-04T17:30:00Z")
        .await
        .unwrap();
    let said = place.pass(&[at("2026-12-04T18:00:00Z")], 1).await;
    assert_eq!(said, [on_time("code", Moment::CutOff, "2026-12-04T18:00:00Z")]);
}

#[tokio::test]
async fn a_closed_release_is_not_reminded() {
    let place = Place::new().await;
    place.running().await;
    place
        .act(&riley(10), &close("Withdrawn"), "2026-12-02T12:00:00Z")
        .await
        .unwrap();
    assert_eq!(place.pass(&every(TimeDelta::hours(6)), 1).await, []);
    assert_eq!(place.app.next_wakeup(at(START)).await.unwrap(), None);
}

/// What was over when the release started is not made up for: the brief has told it.
#[tokio::test]
async fn phases_that_were_over_at_the_start_are_not_reminded() {
    let place = Place::new().await;
    let late = StartRequest {
        confirmed: true,
        ..request()
    };
    let started = at("2026-12-04T18:00:00Z");
    place.app.start(&riley(2), &late, started).await.unwrap();
    place.send_all(started).await;
    assert_eq!(place.pass(&[started, at("2026-12-07T00:00:00Z")], 2).await, []);
    let next = place.next_reminder(started).await.unwrap();
    assert_eq!(
        (next.phase.to_string().as_str(), next.moment),
        ("T−2 Testing", Moment::DayStart)
    );
}

#[tokio::test]
async fn two_releases_of_two_guilds_are_reminded_side_by_side() {
    let place = Place::new().await;
    place.running().await;
    let elsewhere = GuildId(901);
    place.set_up(elsewhere).await;
    let person = Person {
        guild: elsewhere,
        ..riley(3)
    };
    let sooner = StartRequest {
        target: "2026-12-09".to_owned(),
        ..request()
    };
    place.app.start(&person, &sooner, at(START)).await.unwrap();
    place.send_all(at(START)).await;
    let next = place.next_reminder(at(START)).await.unwrap();
    assert_eq!(next.at, at("2026-12-03T17:00:00Z"), "the sooner one wakes first");
    let said = place.pass(&[at("2026-12-04T17:00:00Z")], 1).await;
    assert_eq!(
        said,
        [
            on_time("code", Moment::DayStart, "2026-12-04T17:00:00Z"),
            Notice::Reminder {
                phase: phase("code"),
                moment: Moment::CutOff,
                due: at("2026-12-03T18:00:00Z"),
                instead_of: vec![(phase("code"), Moment::DayStart)],
            },
        ]
    );
}
