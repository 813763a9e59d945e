//! Time passes: the same messages however it is cut into steps.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::*;
use crate::domain::playbook::Playbook;
use crate::domain::reminder::{Audience, Occasion, Step};

const END: &str = "2026-12-11T00:00:00Z";

fn is_reminder(notice: &Notice) -> bool {
    matches!(notice, Notice::Calls { .. })
}

/// What is called, and how many earlier ones it stands for.
fn calls(notice: &Notice) -> (Vec<Occasion>, usize) {
    let Notice::Calls { calls, missed } = notice else {
        panic!("{notice:?}");
    };
    (calls.iter().map(|call| call.occasion.clone()).collect(), *missed)
}

/// "04 17:00 day-of code → role:dev", for each that is called.
fn told(notices: &[Notice]) -> Vec<String> {
    let occasions = notices.iter().flat_map(|notice| calls(notice).0);
    occasions
        .map(
            |Occasion {
                 due,
                 phase,
                 step,
                 audience,
             }| {
                format!(
                    "{} {} {phase} → {audience}",
                    due.format("%d %H:%M"),
                    step.as_str()
                )
            },
        )
        .collect()
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

    /// The occasions that the timeline speaks of, called or left out.
    async fn settled(&self) -> BTreeSet<Occasion> {
        let events = self.events().await.into_iter();
        let occasions = events.flat_map(|event| match event {
            Event::Called { occasions }
            | Event::CallsCollapsed { occasions }
            | Event::CallsExpired { occasions } => occasions,
            _ => Vec::new(),
        });
        occasions
            .filter(|occasion| occasion.audience != Audience::Channel)
            .collect()
    }

    /// With another playbook than the small one.
    async fn with_playbook(playbook: Playbook) -> Self {
        let place = Self::new().await;
        let Self { app, folder } = place;
        app.close().await;
        let store = Store::open(&folder.path().join("tminus.sqlite")).await.unwrap();
        let app = App::new(store, vec![playbook], CalendarSettings::default());
        Self { app, folder }
    }
}

/// Every `step` from the start to the end.
fn every(step: TimeDelta) -> Vec<DateTime<Utc>> {
    std::iter::successors(Some(at(START)), |now| Some(*now + step))
        .take_while(|now| *now < at(END))
        .collect()
}

/// S9: design §3, "ticking once or a hundred times, in one jump or in many, gives the same set of messages".
#[tokio::test]
async fn s9_reminders_are_the_same_however_time_passes() {
    let (said, settled) = {
        let place = Place::new().await;
        place.running().await;
        let said = place.pass(&every(TimeDelta::hours(1)), 1).await;
        insta::assert_snapshot!("reminders_of_the_small_playbook", told(&said).join("\n"));
        (said, place.settled().await)
    };
    for (what, step, times) in [
        ("three times at once", TimeDelta::hours(12), 3),
        ("every 37 minutes", TimeDelta::minutes(37), 1),
    ] {
        let place = Place::new().await;
        place.running().await;
        let mut instants = every(step);
        if times == 3 {
            instants = said.iter().map(|notice| calls(notice).0[0].due).collect();
        }
        assert_eq!(place.pass(&instants, times).await, said, "{what}");
        assert_eq!(place.settled().await, settled, "{what}");
    }
    // In one jump all are settled and the newest speak for the rest.
    let place = Place::new().await;
    place.running().await;
    let said = place.pass(&[at("2026-12-10T23:00:00Z")], 20).await;
    assert_eq!(said.len(), 1);
    assert_eq!(place.settled().await, settled);
}

/// From wake-up to wake-up, as the scheduler goes: nothing is missed, and each wake-up has its reason.
#[tokio::test]
async fn s9_the_wake_ups_lead_through_the_release() {
    let place = Place::new().await;
    place.running().await;
    let mut now = at(START);
    let mut woken = Vec::new();
    while let Some(wakeup) = place.next_reminder(now).await.filter(|next| next.at < at(END)) {
        assert!(wakeup.at > now);
        now = wakeup.at;
        let said = place.pass(&[now], 1).await;
        woken.push(format!(
            "{} {} {:?}: {}",
            now.format("%d %H:%M"),
            wakeup.phase,
            wakeup.step,
            said.len()
        ));
    }
    assert_eq!(
        woken,
        [
            "03 17:00 T−4 Code complete HeadsUp: 1",
            "04 17:00 T−4 Code complete DayOf: 1",
            "04 18:00 T−4 Code complete CutOff: 1",
            "07 17:00 T−4 Code complete Nag: 1",
            "08 17:00 T−4 Code complete Nag: 1",
            "08 18:00 T−2 Testing CutOff: 1",
            "09 17:00 T−0 Build HeadsUp: 1",
            "10 17:00 T−0 Build DayOf: 1",
            "10 18:00 T−0 Build CutOff: 1",
        ]
    );
}

/// One message in the morning after an absence; what was missed is on the record.
#[tokio::test]
async fn after_an_absence_one_message_speaks_for_all() {
    let place = Place::new().await;
    place.running().await;
    let back = at("2026-12-08T17:30:00Z");
    let said = place.pass(&[back], 1).await;
    assert_eq!(said.len(), 1);
    assert_eq!(
        told(&said),
        [
            "04 18:00 cut-off code → channel",
            "08 17:00 nag code → role:dev",
            "08 17:00 nag code → role:release-manager",
            "08 17:00 nag code → release-manager",
            "08 17:00 day-of test → channel",
            "08 17:00 day-of test → role:qa",
        ]
    );
    let (_, missed) = calls(&said[0]);
    assert_eq!(
        missed, 5,
        "heads-ups of both phases, day, cut-off and nag of the first"
    );
    let events = place.events().await.split_off(5);
    assert!(
        matches!(events[..], [Event::CallsCollapsed { .. }, Event::Called { .. }]),
        "{events:?}"
    );
    assert_eq!(place.pass(&[back, at("2026-12-08T17:59:59Z")], 3).await, []);
}

/// Nobody is called for nothing, and what is taken back is owed at the next occasion.
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
    let next = place.next_reminder(at("2026-12-02T12:00:00Z")).await.unwrap();
    // That a phase begins is said in the channel, and calls nobody.
    assert_eq!((next.at, next.step), (at("2026-12-04T17:00:00Z"), Step::DayOf));
    let said = place.pass(&[at("2026-12-04T17:00:00Z")], 2).await;
    assert_eq!(told(&said), ["04 17:00 day-of code → channel"]);
    let undo = Command::UndoItem(item("merge"));
    place
        .act(&riley(20), &undo, "2026-12-04T17:30:00Z")
        .await
        .unwrap();
    assert_eq!(place.pass(&[at("2026-12-04T17:31:00Z")], 1).await, []);
    let said = place.pass(&[at("2026-12-04T18:00:00Z")], 1).await;
    assert_eq!(
        told(&said),
        [
            "04 18:00 cut-off code → channel",
            "04 18:00 cut-off code → role:dev"
        ]
    );
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

/// What was over when the release started is not made up for: the brief has told it. What is open is nagged about.
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
        (next.phase.to_string().as_str(), next.step),
        ("T−4 Code complete", Step::Nag)
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
    assert_eq!(next.at, at("2026-12-02T17:00:00Z"), "the sooner one wakes first");
    let said = place.pass(&[at("2026-12-03T17:00:00Z")], 1).await;
    assert_eq!(
        told(&said),
        [
            "03 17:00 heads-up code → role:dev",
            "03 17:00 heads-up code → role:release-manager",
            "03 17:00 day-of code → channel",
            "03 17:00 day-of code → role:dev",
            "03 17:00 day-of code → role:release-manager",
        ]
    );
}

/// S16: the tick opens a daily item again, on the record, and the completion of the day before stays in the timeline.
#[tokio::test]
async fn s16_a_daily_item_opens_again_on_the_next_working_day() {
    let mut playbook = playbook();
    playbook.phases[0].items[1].daily_until = Some(phase("build"));
    let place = Place::with_playbook(playbook).await;
    place.running().await;
    place
        .act(&riley(10), &tick("merge"), "2026-12-04T17:30:00Z")
        .await
        .unwrap();
    place
        .pass(&[at("2026-12-04T17:30:00Z"), at("2026-12-06T12:00:00Z")], 2)
        .await;
    assert!(
        place
            .view()
            .await
            .release
            .completions
            .contains_key(&item("merge"))
    );
    let monday = at("2026-12-07T17:00:00Z");
    place.pass(&[monday], 2).await;
    let release = place.view().await.release;
    assert!(!release.completions.contains_key(&item("merge")));
    assert_eq!(release.reopened[&item("merge")], monday);
    let events = place.events().await;
    let reopened = Event::ItemReopened {
        item: item("merge"),
        since: monday,
    };
    let times = |event: &Event| events.iter().filter(|known| *known == event).count();
    assert_eq!(times(&reopened), 1);
    assert_eq!(
        times(&Event::ItemDone {
            item: item("merge"),
            evidence: None
        }),
        1
    );
}

/// The person whom the server has named hears of what is overdue for two working days, and nobody where none is named.
#[tokio::test]
async fn what_stays_overdue_goes_to_the_manager() {
    for named in [true, false] {
        let place = Place::new().await;
        place.running().await;
        if named {
            let mut administrator = person(50, RILEY.0, &[]);
            administrator.administrator = true;
            let change = SetupChange::Manager(Some(UserId(77)));
            place.app.choose(&administrator, &[change]).await.unwrap();
        }
        let said = place.pass(&every(TimeDelta::hours(1)), 1).await;
        let managed = told(&said)
            .iter()
            .filter(|line| line.ends_with("→ manager"))
            .count();
        assert_eq!(managed > 0, named);
    }
}

/// A closed release without a date is looked at each week for what is open of it, and calls nobody: the one behind it is
/// what the bot waits for.
#[tokio::test]
async fn a_release_that_rests_hides_no_other() {
    let mut playbook = playbook();
    let mut after = playbook.phases[2].clone();
    after.id = phase("after");
    after.offset = "10 working days after".parse().unwrap();
    for item in &mut after.items {
        item.id = format!("{}-after", item.id).parse().unwrap();
    }
    playbook.phases.push(after);
    let place = Place::with_playbook(playbook).await;
    let undated = StartRequest {
        target: "TBD".to_owned(),
        ..request()
    };
    place.app.start(&riley(2), &undated, at(START)).await.unwrap();
    place.act(&riley(3), &close("Withdrawn"), START).await.unwrap();
    let later = StartRequest {
        version: "7.2.2".to_owned(),
        target: "2027-01-20".to_owned(),
        ..request()
    };
    place.app.start(&riley(4), &later, at(START)).await.unwrap();
    // The call for the retrospective of the first is over then.
    let monday = at("2026-12-07T18:00:00Z");
    place.app.tick(monday).await.unwrap();
    let next = place.next_reminder(monday).await.unwrap();
    assert_eq!((next.key.as_str(), next.step), ("REL-2026-12-002", Step::HeadsUp));
}
