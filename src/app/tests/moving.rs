//! Plans that move, clocks that stand still, items that are snoozed: what is said, and what never is.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::*;
use crate::domain::calendar::{DaySaid, DayStanding};
use crate::domain::difference::Cause;
use crate::domain::fixtures::{date, role, stamp};
use crate::domain::reminder::{Audience, Step};
use crate::domain::slip::SlipRequest;
use crate::store::{calendar_days, wake};

const NOON: &str = "2026-12-02T20:00:00Z";

fn slip_to(target: &str) -> SlipRequest {
    SlipRequest {
        key: String::new(),
        target: target.to_owned(),
        reason: "The fix is not ready".to_owned(),
        shown: None,
    }
}

fn hold() -> Command {
    Command::Hold {
        reason: "Waiting for the vendor".to_owned(),
    }
}

/// What was called among what was sent, apart from what the channel is told: phase, step, whom and when it was due.
fn calls(sent: &[Notice]) -> Vec<(String, Step, Audience, DateTime<Utc>)> {
    sent.iter()
        .filter_map(|notice| match notice {
            Notice::Calls { calls, .. } => Some(calls),
            _ => None,
        })
        .flatten()
        .map(|call| call.occasion.clone())
        .filter(|occasion| occasion.audience != Audience::Channel)
        .map(|occasion| {
            (
                occasion.phase.to_string(),
                occasion.step,
                occasion.audience,
                occasion.due,
            )
        })
        .collect()
}

/// Phase and step alone, each once.
fn steps(sent: &[Notice]) -> Vec<(String, Step)> {
    let mut steps: Vec<_> = calls(sent)
        .into_iter()
        .map(|(phase, step, ..)| (phase, step))
        .collect();
    steps.dedup();
    steps
}

impl Place {
    /// Asks for a move, as the one who leads.
    async fn ask_to_move(&self, number: u64, target: &str, now: &str) -> Result<SlipStep, Error> {
        let request = slip_to(target);
        self.app
            .consider_slip(&riley(number), &the_release(), request, at(now))
            .await
    }

    async fn question(&self, number: u64, target: &str, now: &str) -> i64 {
        match self.ask_to_move(number, target, now).await.unwrap() {
            SlipStep::Agree { question, .. } => question,
            other => panic!("{other:?}"),
        }
    }

    /// Moves the release, with the question answered at once.
    pub(super) async fn moved(&self, number: u64, target: &str, now: &str) {
        let question = self.question(number, target, now).await;
        let step = self
            .app
            .answer_slip(&riley(number + 1), question, Answer::Anyway, at(now))
            .await
            .unwrap();
        assert!(matches!(step, SlipStep::Moved { .. }), "{step:?}");
    }

    /// Every two hours until then: what time makes the bot say.
    async fn until(&self, from: &str, to: &str) -> Vec<Notice> {
        let mut sent = Vec::new();
        let mut now = at(from);
        while now <= at(to) {
            self.app.tick(now).await.unwrap();
            sent.extend(self.send_all(now).await);
            now += TimeDelta::hours(1);
        }
        sent
    }
}

/// Asking changes nothing; agreeing moves the plan, says so once in each channel, and nothing of the old date comes.
#[tokio::test]
async fn s5_a_move_is_shown_first_and_then_told_once() {
    let place = Place::new().await;
    let before = place.announced().await;
    let step = place.ask_to_move(10, "2026-12-15", NOON).await.unwrap();
    let SlipStep::Agree {
        difference,
        question,
        changed: false,
        ..
    } = step
    else {
        panic!("{step:?}")
    };
    assert_eq!(difference.moved.len(), 3);
    assert_eq!(place.view().await, before);
    assert_eq!(place.send_all(at(NOON)).await, []);
    let kept = place.question(11, "2026-12-15", NOON).await;
    let answer = place
        .app
        .answer_slip(&riley(12), kept, Answer::Cancel, at(NOON))
        .await;
    assert_eq!(answer.unwrap(), SlipStep::Kept);
    place
        .app
        .answer_slip(&riley(13), question, Answer::Anyway, at(NOON))
        .await
        .unwrap();
    let view = place.view().await;
    assert_eq!(view.release.target, Some(date("2026-12-15")));
    let told = view.release.told.unwrap();
    assert_eq!(told.target, view.release.target);
    let sent = place.send_all(at(NOON)).await;
    assert_eq!(sent.len(), 4, "{sent:?}");
    assert!(sent.contains(&Notice::Board));
    assert!(sent.iter().any(|notice| matches!(
        notice,
        Notice::Moved { cause: Cause::Slip { .. }, difference: told, .. } if *told == difference
    )));
    assert!(
        sent.iter()
            .any(|notice| matches!(notice, Notice::AnnounceMove { .. }))
    );
    let later = place.until(NOON, "2026-12-16T00:00:00Z").await;
    let due: BTreeSet<String> = calls(&later)
        .iter()
        .filter(|(_, step, ..)| matches!(step, Step::DayOf | Step::CutOff))
        .map(|(phase, .., due)| format!("{} {phase}", due.format("%d %H:%M")))
        .collect();
    let due: Vec<String> = due.into_iter().collect();
    assert_eq!(
        due,
        [
            "09 17:00 code",
            "09 18:00 code",
            "11 17:00 test",
            "11 18:00 test",
            "15 17:00 build",
            "15 18:00 build"
        ]
    );
    assert!(!later.iter().any(|notice| matches!(notice, Notice::Moved { .. })));
    assert!(place.events().await.contains(&Event::Slipped {
        from: Some(date("2026-12-10")),
        to: Some(date("2026-12-15")),
        reason: "The fix is not ready".to_owned(),
    }));
}

/// However a release is moved about: no reminder of the same phase, moment and date is sent twice, none is sent for a
/// date that the release no longer has, and what is due in the end was sent.
#[tokio::test]
async fn there_and_back_no_reminder_is_sent_twice() {
    let steps: [&[(&str, &str)]; 4] = [
        // After the reminder of the day, before its cut-off.
        &[
            ("2026-12-04T17:30:00Z", "2026-12-15"),
            ("2026-12-04T17:40:00Z", "2026-12-10"),
        ],
        // After both reminders of a phase.
        &[
            ("2026-12-04T20:00:00Z", "2026-12-09"),
            ("2026-12-05T20:00:00Z", "2026-12-10"),
        ],
        // Withdrawn, and set again on a later day.
        &[
            ("2026-12-04T20:00:00Z", "TBD"),
            ("2026-12-07T20:00:00Z", "2026-12-10"),
        ],
        // To where phases are over at once, and back.
        &[
            ("2026-12-02T20:00:00Z", "2026-12-04"),
            ("2026-12-02T21:00:00Z", "2026-12-10"),
        ],
    ];
    for (number, moves) in steps.into_iter().enumerate() {
        let place = Place::new().await;
        place.running().await;
        let mut sent = Vec::new();
        let mut from = START;
        for (step, (when, target)) in moves.iter().enumerate() {
            sent.extend(place.until(from, when).await);
            place.moved(100 + 10 * step as u64, target, when).await;
            from = when;
        }
        sent.extend(place.until(from, "2026-12-11T00:00:00Z").await);
        let said = calls(&sent);
        let different: BTreeSet<_> = said.iter().cloned().collect();
        assert_eq!(said.len(), different.len(), "history {number}: {said:?}");
        let dev = Audience::Role(role("dev"));
        assert!(
            said.contains(&("build".to_owned(), Step::CutOff, dev, at("2026-12-10T18:00:00Z"))),
            "history {number}: {said:?}"
        );
    }
}

/// A reminder that waits while the plan moves away from its date is withdrawn.
#[tokio::test]
async fn what_waits_of_the_old_date_is_withdrawn() {
    let place = Place::new().await;
    place.running().await;
    place.app.tick(at("2026-12-04T17:00:00Z")).await.unwrap();
    place.moved(10, "2026-12-15", "2026-12-04T17:00:00Z").await;
    let sent = place.send_all(at("2026-12-04T17:00:00Z")).await;
    assert_eq!(calls(&sent), []);
    // Back again, the day has begun: the message about the move has told it.
    place.moved(20, "2026-12-10", "2026-12-04T17:10:00Z").await;
    let sent = place.until("2026-12-04T17:10:00Z", "2026-12-04T19:10:00Z").await;
    assert_eq!(steps(&sent), [("code".to_owned(), Step::CutOff)]);
}

/// What a person agreed to is checked once more when the button is pressed.
#[tokio::test]
async fn an_answer_is_about_what_was_shown() {
    let place = Place::new().await;
    place.running().await;
    let answer = async |number, question, now: &str| {
        place
            .app
            .answer_slip(&riley(number), question, Answer::Anyway, at(now))
            .await
    };
    let early = place.question(10, "2026-12-09", NOON).await;
    let twice = place.question(11, "2026-12-15", NOON).await;
    let stranger = person(12, 99, &[LEADS]);
    let theirs = place
        .app
        .answer_slip(&stranger, twice, Answer::Anyway, at(NOON))
        .await;
    assert_eq!(rejection(theirs), Rejection::QuestionGone);
    // T−4 of the 9th has its cut-off on the 3rd: by then the person has agreed to something else.
    let step = answer(13, early, "2026-12-03T18:00:00Z").await.unwrap();
    let SlipStep::Agree {
        changed: true,
        question: again,
        ref difference,
        ..
    } = step
    else {
        panic!("{step:?}")
    };
    assert_eq!(difference.impossible().count(), 1);
    answer(14, again, "2026-12-03T18:00:00Z").await.unwrap();
    assert_eq!(
        rejection(answer(15, twice, "2026-12-03T18:00:00Z").await),
        Rejection::MovedMeanwhile {
            target: Some(date("2026-12-09"))
        }
    );
    let gone = answer(16, again, "2026-12-03T18:00:00Z").await;
    assert_eq!(rejection(gone), Rejection::QuestionGone);
    let last = place.question(17, "2026-12-15", "2026-12-03T18:00:00Z").await;
    place
        .act(&riley(18), &close("Withdrawn"), "2026-12-03T18:00:00Z")
        .await
        .unwrap();
    let closed = answer(19, last, "2026-12-03T18:00:00Z").await;
    assert!(matches!(rejection(closed), Rejection::ReleaseClosed { .. }));
}

#[tokio::test]
async fn a_move_is_refused_with_its_reason() {
    let place = Place::new().await;
    place.running().await;
    let refused = async |target| rejection(place.ask_to_move(10, target, NOON).await);
    assert!(matches!(
        refused("2026-12-01").await,
        Rejection::TargetInPast { .. }
    ));
    assert!(matches!(refused("soon").await, Rejection::NotADate { .. }));
    assert!(matches!(
        refused("2026-12-10").await,
        Rejection::TargetUnchanged { .. }
    ));
    let step = place.ask_to_move(10, "2026-12-12", NOON).await.unwrap();
    let SlipStep::AnotherDay {
        question,
        rejection: off,
    } = step
    else {
        panic!("{step:?}")
    };
    assert!(matches!(off, Rejection::TargetIsDayOff { .. }));
    let target = Answer::Target(date("2026-12-11"));
    let step = place
        .app
        .answer_slip(&riley(11), question, target, at(NOON))
        .await
        .unwrap();
    assert!(matches!(step, SlipStep::Agree { changed: false, .. }), "{step:?}");
    // Who may not move it learns nothing about the date.
    let dev = person(12, 5, &[DEVELOPS]);
    let theirs = place
        .app
        .consider_slip(&dev, &the_release(), slip_to("2026-12-12"), at(NOON))
        .await;
    assert!(matches!(rejection(theirs), Rejection::RoleNeeded { .. }));
    place.act(&riley(13), &close("Withdrawn"), NOON).await.unwrap();
    let closed = place.ask_to_move(14, "2026-12-12", NOON).await;
    assert!(matches!(rejection(closed), Rejection::ReleaseClosed { .. }));
}

/// A hold sends nothing, whatever becomes due; what came due is never sent late, and what comes afterwards is.
#[tokio::test]
async fn a_hold_sends_nothing_and_nothing_late_one_by_one() {
    let place = Place::new().await;
    place.running().await;
    place.until(START, "2026-12-04T16:00:00Z").await;
    place.app.tick(at("2026-12-04T17:00:00Z")).await.unwrap();
    place
        .act(&riley(10), &hold(), "2026-12-04T17:00:00Z")
        .await
        .unwrap();
    let sent = place.until("2026-12-04T17:00:00Z", "2026-12-08T17:30:00Z").await;
    let held: Vec<&Notice> = sent.iter().filter(|notice| !notice.coalesces()).collect();
    assert_eq!(held.len(), 1, "{sent:?}");
    assert!(matches!(held[0], Notice::Held { .. }));
    assert_eq!(
        place.app.next_wakeup(at("2026-12-08T17:30:00Z")).await.unwrap(),
        None
    );
    let resumed = "2026-12-08T17:30:00Z";
    place.act(&riley(11), &Command::Resume, resumed).await.unwrap();
    let sent = place.until(resumed, "2026-12-11T00:00:00Z").await;
    assert!(matches!(
        sent.iter().filter(|notice| matches!(notice, Notice::Resumed { .. })).collect::<Vec<_>>()[..],
        [Notice::Resumed { since, .. }] if *since == at("2026-12-04T17:00:00Z")
    ));
    assert_eq!(
        steps(&sent),
        [
            ("test".to_owned(), Step::CutOff),
            ("build".to_owned(), Step::HeadsUp),
            ("code".to_owned(), Step::Nag),
            ("test".to_owned(), Step::Nag),
            ("build".to_owned(), Step::DayOf),
            ("code".to_owned(), Step::Nag),
            ("test".to_owned(), Step::Nag),
            ("build".to_owned(), Step::CutOff),
        ]
    );
    assert!(
        !place
            .events()
            .await
            .iter()
            .any(|event| matches!(event, Event::CallsCollapsed { .. })),
        "nothing was missed: the clock stood still"
    );
}

/// S5: a release without a date has no phase that is due, and is told when it gets one.
#[tokio::test]
async fn s5_a_release_without_a_date_waits_for_one() {
    let place = Place::new().await;
    let undated = StartRequest {
        target: "TBD".to_owned(),
        ..request()
    };
    place.app.start(&riley(2), &undated, at(START)).await.unwrap();
    place.send_all(at(START)).await;
    place.act(&riley(900), &post(), START).await.unwrap();
    place.send_all(at(START)).await;
    assert_eq!(place.until(START, "2026-12-05T00:00:00Z").await, []);
    assert_eq!(place.app.next_wakeup(at(START)).await.unwrap(), None);
    let (_, mine) = place.app.my_items(&riley(3)).await.unwrap();
    assert!(mine[0].items.iter().all(|(_, due)| due.is_none()));
    place.moved(10, "2026-12-15", "2026-12-05T00:00:00Z").await;
    let sent = place.until("2026-12-05T00:00:00Z", "2026-12-09T17:00:00Z").await;
    assert!(
        sent.iter()
            .any(|notice| matches!(notice, Notice::AnnounceMove { from: None, .. }))
    );
    assert_eq!(
        steps(&sent),
        [
            ("code".to_owned(), Step::HeadsUp),
            ("code".to_owned(), Step::DayOf)
        ],
        "T−4 of the 15th is the 9th"
    );
}

/// A day that is said to be off plans every release of its server again, tells it once, and names the day.
#[tokio::test]
async fn the_calendar_moves_the_plan_once() {
    let place = Place::new().await;
    place.running().await;
    let say = async |standing| {
        let mut transaction = place.app.store().write().await.unwrap();
        let said = DaySaid {
            date: date("2026-12-07"),
            standing,
            stamp: stamp(1, NOON),
        };
        calendar_days::say(&mut transaction, GUILD, &said).await.unwrap();
        wake::look_again(&mut transaction, Some(GUILD)).await.unwrap();
        transaction.commit().await.unwrap();
    };
    say(DayStanding::Off("Company day".to_owned())).await;
    place.app.tick(at(NOON)).await.unwrap();
    let sent = place.send_all(at(NOON)).await;
    let days = vec![(date("2026-12-07"), Some("Company day".to_owned()))];
    assert!(
        sent.iter().any(|notice| matches!(
            notice,
            Notice::Moved { cause: Cause::Calendar { days: named }, .. } if *named == days
        )),
        "{sent:?}"
    );
    assert!(
        !sent
            .iter()
            .any(|notice| matches!(notice, Notice::AnnounceMove { .. })),
        "the target stays"
    );
    assert_eq!(
        place.events().await.pop(),
        Some(Event::Replanned {
            moved: vec![(phase("code"), date("2026-12-04"), date("2026-12-03"))],
            days,
        })
    );
    place.app.tick(at(NOON)).await.unwrap();
    assert_eq!(place.send_all(at(NOON)).await, []);
    let next = place.app.next_wakeup(at(NOON)).await.unwrap().unwrap();
    assert_eq!(next.at(), at("2026-12-03T17:00:00Z"));
    // A restart looks again at everything, and finds nothing new to say.
    place.app.recover(at(NOON)).await.unwrap();
    place.app.tick(at(NOON)).await.unwrap();
    assert_eq!(place.send_all(at(NOON)).await, []);
}

/// One row that cannot be read stops its own release alone, and is looked at again after a restart.
#[tokio::test]
async fn a_row_that_cannot_be_read_stops_nobody_else() {
    let place = Place::new().await;
    place.running().await;
    let other = StartRequest {
        version: "7.2.2".to_owned(),
        ..request()
    };
    place.app.start(&riley(3), &other, at(START)).await.unwrap();
    place.send_all(at(START)).await;
    place.app.tick(at(START)).await.unwrap();
    place
        .app
        .store()
        .break_with("UPDATE release SET playbook = '{}', wake_at = 0 WHERE id = 1")
        .await;
    let morning = at("2026-12-04T17:00:00Z");
    place.app.tick(morning).await.unwrap();
    let sent = place.send_all(morning).await;
    let called = |notice: &&Notice| matches!(notice, Notice::Calls { .. });
    assert_eq!(sent.iter().filter(called).count(), 1);
    assert!(place.app.next_wakeup(morning).await.unwrap().is_some());
    let mut reader = place.app.store().read().await.unwrap();
    assert_eq!(
        wake::waking(&mut reader, at("2027-01-01T00:00:00Z"), 9)
            .await
            .unwrap()
            .len(),
        1
    );
    drop(reader);
    place.app.recover(morning).await.unwrap();
    let mut reader = place.app.store().read().await.unwrap();
    assert_eq!(wake::waking(&mut reader, morning, 9).await.unwrap().len(), 2);
}

/// An item is snoozed at once within its time, and after a question beyond it. The plan stays.
#[tokio::test]
async fn a_snooze_beyond_the_due_time_is_asked_about() {
    let place = Place::new().await;
    let before = place.running().await;
    let devon = |number| person(number, 5, &[DEVELOPS]);
    let snooze = async |number, until: &str| {
        let item = item("merge");
        place
            .app
            .snooze(&devon(number), &the_release(), &item, until, at(NOON))
            .await
    };
    let step = snooze(10, "tomorrow").await.unwrap();
    assert!(matches!(step, SnoozeStep::Done { .. }), "{step:?}");
    assert_eq!(place.view().await.plan, before.plan);
    let step = snooze(11, "3 working days").await.unwrap();
    let SnoozeStep::Agree {
        rejection: why,
        question,
    } = step
    else {
        panic!("{step:?}")
    };
    assert!(matches!(why, Rejection::SnoozePastDue { .. }));
    let answered = place
        .app
        .answer_snooze(&devon(12), question, Answer::Anyway, at(NOON))
        .await;
    assert!(matches!(answered.unwrap(), SnoozeStep::Done { .. }));
    let view = place.view().await;
    assert_eq!(
        view.release.snoozes[&item("merge")].until,
        at("2026-12-07T17:00:00Z")
    );
    snooze(13, "now").await.unwrap();
    assert!(place.view().await.release.snoozes.is_empty());
    assert!(matches!(
        rejection(snooze(14, "soon").await),
        Rejection::NotAnUntil { .. }
    ));
    let theirs = place
        .app
        .snooze(
            &person(15, 9, &[]),
            &the_release(),
            &item("merge"),
            "5 working days",
            at(NOON),
        )
        .await;
    assert!(
        matches!(rejection(theirs), Rejection::RoleNeeded { .. }),
        "asked nothing"
    );
}
