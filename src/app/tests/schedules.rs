//! Playbooks that come again: one effect for each time, whatever ticks, crashes and absences.

use super::*;
use crate::domain::fixtures::{self, recurring_release};
use crate::domain::ids::OccurrenceId;
use crate::domain::question::Question;
use crate::domain::recurring::{Mode, Obstacle};

/// Riley switches the schedule on: Monday noon in San Francisco.
const SWITCHED_ON: &str = "2026-11-30T18:00:00Z";
/// Tuesday 1 December, nine o'clock in Auckland, and the Tuesday after it.
const FIRST: &str = "2026-11-30T20:00:00Z";
const SECOND: &str = "2026-12-07T20:00:00Z";

impl Place {
    async fn recurring(playbook: Playbook) -> Self {
        let place = Self::with(vec![playbook]).await;
        place.switch(true, SWITCHED_ON).await.unwrap();
        place
    }

    async fn switch(&self, on: bool, now: &str) -> Result<ScheduleView, Error> {
        self.app.switch_schedule(&riley(100), "patch", on, at(now)).await
    }

    /// Ticks and sends, as the scheduler does.
    async fn pass_to(&self, now: &str) -> Vec<Notice> {
        self.app.tick(at(now)).await.unwrap();
        self.send_all(at(now)).await
    }

    /// The process ends without a word and begins again on the same file, perhaps with other playbooks.
    async fn again(self, playbook: Playbook) -> Self {
        let Self { app, folder } = self;
        app.close().await;
        let store = Store::open(&folder.path().join("tminus.sqlite")).await.unwrap();
        let app = App::new(store, vec![playbook], CalendarSettings::default());
        Self { app, folder }
    }

    async fn waits_for(&self, now: &str) -> Option<String> {
        match self.app.next_wakeup(at(now)).await.unwrap()? {
            Wakeup::Occurrence { at, .. } => Some(at.format("%m-%d %H:%M").to_string()),
            other => panic!("{other:?}"),
        }
    }

    async fn in_flight(&self) -> Vec<String> {
        let views = self.app.in_flight(&guest()).await.unwrap();
        views.into_iter().map(|view| view.release.version).collect()
    }
}

fn weekly() -> Playbook {
    fixtures::weekly(Mode::Propose)
}

fn proposal(id: i64) -> Notice {
    Notice::Proposal {
        occurrence: OccurrenceId(id),
        release: recurring_release(),
        obstacle: None,
    }
}

/// What the only notice is: a proposal and how many before it were missed.
fn only_proposal(notices: &[Notice]) -> (OccurrenceId, String, usize) {
    match notices {
        [
            Notice::Proposal {
                occurrence, release, ..
            },
        ] => (*occurrence, release.local.date().to_string(), release.missed),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn switching_on_shows_the_next_five_and_what_will_happen() {
    let place = Place::with(vec![weekly()]).await;
    assert_eq!(place.waits_for(SWITCHED_ON).await, None);
    let view = place.switch(true, SWITCHED_ON).await.unwrap();
    let shown: Vec<String> = view
        .next
        .iter()
        .map(|(occurrence, release)| {
            format!(
                "{} {} {}",
                occurrence.local.date(),
                release.version,
                release.target
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "2026-12-01 2026.1.0 2026-12-09",
            "2026-12-08 2026.2.0 2026-12-16",
            "2026-12-15 2026.3.0 2026-12-23",
            "2026-12-22 2026.4.0 2026-12-31",
            "2026-12-29 2027.5.0 2027-01-07",
        ]
    );
    assert_eq!(place.waits_for(SWITCHED_ON).await.as_deref(), Some("11-30 20:00"));
    assert!(!place.switch(false, SWITCHED_ON).await.unwrap().on);
    assert_eq!(place.waits_for(SWITCHED_ON).await, None);
    assert_eq!(place.pass_to(FIRST).await, []);
}

#[tokio::test]
async fn who_may_switch_what() {
    let place = Place::with(vec![
        weekly(),
        Playbook {
            id: "plain".to_owned(),
            ..playbook()
        },
    ])
    .await;
    let switch = |person: Person, playbook: &'static str| {
        let app = place.app.clone();
        async move {
            app.switch_schedule(&person, playbook, true, at(SWITCHED_ON))
                .await
        }
    };
    let refused = rejection(switch(person(100, 7, &[DEVELOPS, TESTS]), "patch").await);
    assert!(matches!(refused, Rejection::RoleNeeded { .. }), "{refused:?}");
    let administrator = Person {
        administrator: true,
        ..person(101, 8, &[])
    };
    assert!(switch(administrator, "patch").await.is_ok());
    let refused = rejection(switch(riley(102), "nowhere").await);
    assert!(
        matches!(refused, Rejection::UnknownPlaybook { .. }),
        "{refused:?}"
    );
    let known = vec!["patch".to_owned()];
    let expected = Rejection::NotRecurring {
        playbook: "plain".to_owned(),
        known,
    };
    assert_eq!(rejection(switch(riley(103), "plain").await), expected);
    let elsewhere = Person {
        guild: GuildId(901),
        administrator: true,
        ..riley(104)
    };
    let refused = rejection(switch(elsewhere, "patch").await);
    assert!(matches!(refused, Rejection::NotSetUp { .. }), "{refused:?}");
}

/// S9 for occurrences: two ticks, a crash between them, one effect.
#[tokio::test]
async fn an_occurrence_is_proposed_once_over_ticks_and_crashes() {
    let place = Place::recurring(weekly()).await;
    assert_eq!(place.pass_to("2026-11-30T19:59:59Z").await, []);
    for _ in 0..2 {
        place.app.tick(at(FIRST)).await.unwrap();
    }
    // It ends before anything was sent.
    let place = place.again(weekly()).await;
    place.app.tick(at(FIRST)).await.unwrap();
    assert_eq!(place.send_all(at(FIRST)).await, [proposal(1)]);
    let place = place.again(weekly()).await;
    assert_eq!(place.pass_to("2026-11-30T21:00:00Z").await, []);
    assert_eq!(place.waits_for(FIRST).await.as_deref(), Some("12-07 20:00"));
    // A clock that is set back repeats nothing.
    assert_eq!(place.pass_to("2026-11-30T19:00:00Z").await, []);
    place.switch(true, "2026-11-30T19:00:00Z").await.unwrap();
    assert_eq!(place.pass_to(FIRST).await, []);
    assert_eq!(place.waits_for(FIRST).await.as_deref(), Some("12-07 20:00"));
}

/// Between the occurrence that was consumed and the next one lies no state that a crash could leave.
#[tokio::test]
async fn what_is_not_committed_has_not_come() {
    let place = Place::recurring(weekly()).await;
    let mut transaction = place.app.store().write().await.unwrap();
    let known = crate::store::schedules::switched_on(&mut transaction)
        .await
        .unwrap();
    let rule = weekly().recurring.unwrap().at;
    let first = known[0].waiting.clone().unwrap().occurrence;
    crate::store::schedules::ask(
        &mut transaction,
        known[0].id,
        &rule,
        &first,
        &recurring_release(),
        at(FIRST),
    )
    .await
    .unwrap();
    drop(transaction);
    assert_eq!(place.waits_for(FIRST).await.as_deref(), Some("11-30 20:00"));
    assert_eq!(only_proposal(&place.pass_to(FIRST).await).1, "2026-12-01");
}

#[tokio::test]
async fn a_proposal_is_accepted_once_by_whom_it_concerns() {
    let place = Place::recurring(weekly()).await;
    place.pass_to(FIRST).await;
    let request = place.app.proposed(GUILD, OccurrenceId(1)).await.unwrap();
    assert_eq!(
        (request.version.as_str(), request.target.as_str()),
        ("2026.1.0", "2026-12-09")
    );
    let refused = rejection(
        place
            .app
            .start(&person(1, 7, &[DEVELOPS]), &request, at(FIRST))
            .await,
    );
    assert!(matches!(refused, Rejection::RoleNeeded { .. }), "{refused:?}");
    let view = place.app.start(&riley(2), &request, at(FIRST)).await.unwrap();
    assert_eq!(
        (view.release.reason, view.release.opened.by),
        (Reason::Recurring, RILEY)
    );
    let sent = place.send_all(at(FIRST)).await;
    let shown = sent
        .iter()
        .find(|notice| matches!(notice, Notice::ProposalAnswered { .. }));
    let Some(Notice::ProposalAnswered {
        message,
        started,
        answered,
        ..
    }) = shown
    else {
        panic!("{sent:?}");
    };
    assert_eq!(
        (*message, started.as_ref()),
        (MessageId(601), Some(&view.release.key))
    );
    assert_eq!(answered.by, RILEY);
    // Delivered twice, pressed by somebody else, pressed late.
    assert_eq!(
        place
            .app
            .start(&riley(2), &request, at(FIRST))
            .await
            .unwrap()
            .release
            .key,
        view.release.key
    );
    let expected = Rejection::ProposalAnswered {
        started: Some(view.release.key.clone()),
        answered: *answered,
    };
    assert_eq!(
        rejection(place.app.start(&riley(3), &request, at(FIRST)).await),
        expected
    );
    assert_eq!(
        rejection(place.app.proposed(GUILD, OccurrenceId(1)).await),
        expected
    );
    assert_eq!(
        rejection(place.app.decline(&riley(4), OccurrenceId(1), at(FIRST)).await),
        expected
    );
    assert_eq!(place.in_flight().await, ["2026.1.0"]);
}

#[tokio::test]
async fn a_proposal_is_declined_once_and_the_next_one_comes() {
    let place = Place::recurring(weekly()).await;
    place.pass_to(FIRST).await;
    let refused = rejection(
        place
            .app
            .decline(&person(1, 7, &[TESTS]), OccurrenceId(1), at(FIRST))
            .await,
    );
    assert!(matches!(refused, Rejection::RoleNeeded { .. }), "{refused:?}");
    let elsewhere = Person {
        guild: GuildId(901),
        ..riley(2)
    };
    place.set_up(GuildId(901)).await;
    let refused = rejection(place.app.decline(&elsewhere, OccurrenceId(1), at(FIRST)).await);
    assert_eq!(refused, Rejection::QuestionGone);
    place
        .app
        .decline(&riley(3), OccurrenceId(1), at(FIRST))
        .await
        .unwrap();
    let sent = place.send_all(at(FIRST)).await;
    assert!(
        matches!(sent[..], [Notice::ProposalAnswered { started: None, .. }]),
        "{sent:?}"
    );
    let answered = fixtures::stamp(RILEY.0, FIRST);
    let expected = Rejection::ProposalAnswered {
        started: None,
        answered,
    };
    assert_eq!(
        rejection(place.app.decline(&riley(4), OccurrenceId(1), at(FIRST)).await),
        expected
    );
    assert_eq!(
        rejection(place.app.proposed(GUILD, OccurrenceId(1)).await),
        expected
    );
    assert_eq!(place.in_flight().await, Vec::<String>::new());
    assert_eq!(only_proposal(&place.pass_to(SECOND).await).1, "2026-12-08");
}

/// After an absence the newest speaks, when it is not too late for it.
#[tokio::test]
async fn an_absence_is_made_up_for_once() {
    let place = Place::recurring(weekly()).await;
    let (_, day, missed) = only_proposal(&place.pass_to("2026-12-15T01:00:00Z").await);
    assert_eq!((day.as_str(), missed), ("2026-12-15", 2));
    assert_eq!(place.pass_to("2026-12-15T01:00:00Z").await, []);
    assert_eq!(
        place.pass_to("2026-12-22T02:00:01Z").await,
        [],
        "six hours and a second late"
    );
    assert_eq!(
        place.waits_for("2026-12-22T02:00:01Z").await.as_deref(),
        Some("12-28 20:00")
    );
}

#[tokio::test]
async fn another_rule_or_zone_plans_anew() {
    let place = Place::recurring(weekly()).await;
    let mut later = weekly();
    later.recurring.as_mut().unwrap().at = "weekly, Tuesday 09:00 Pacific/Chatham".parse().unwrap();
    let place = place.again(later).await;
    assert_eq!(place.pass_to(SWITCHED_ON).await, []);
    assert_eq!(place.waits_for(SWITCHED_ON).await.as_deref(), Some("11-30 19:15"));
    // A playbook that recurs no more sleeps, and goes on when it recurs again.
    let place = place.again(playbook()).await;
    assert_eq!(place.pass_to(SECOND).await, []);
    assert_eq!(place.waits_for(SECOND).await, None);
    let place = place.again(weekly()).await;
    assert_eq!(
        place.pass_to(SECOND).await,
        [],
        "the rule is another one, so it begins anew"
    );
    assert_eq!(place.waits_for(SECOND).await.as_deref(), Some("12-14 20:00"));
}

/// The same use case as a person's command: channel, brief, board and the draft of the announcement follow.
#[tokio::test]
async fn a_release_starts_by_itself_once() {
    let starting = || fixtures::weekly(Mode::Start);
    let place = Place::recurring(starting()).await;
    place.app.tick(at(FIRST)).await.unwrap();
    let place = place.again(starting()).await;
    let sent = place.pass_to(FIRST).await;
    assert_eq!(sent, [Notice::OpenChannel, Notice::Brief, Notice::Board, draft()]);
    assert_eq!(place.pass_to(FIRST).await, []);
    let view = &place.app.in_flight(&guest()).await.unwrap()[0];
    assert_eq!(
        (view.release.version.as_str(), view.release.reason),
        ("2026.1.0", Reason::Recurring)
    );
    assert_eq!(view.release.opened.by, UserId::ITSELF);
    let key = Which::Key(view.release.key.to_string());
    let (_, events) = place.app.timeline(&guest(), &key).await.unwrap();
    assert_eq!(events[0].actor, None);
    place.app.tick(at(SECOND)).await.unwrap();
    assert_eq!(place.in_flight().await.len(), 2);
}

/// A start that is refused becomes a proposal that says why, once.
#[tokio::test]
async fn what_may_not_start_by_itself_is_proposed_with_the_reason() {
    let mut starting = fixtures::weekly(Mode::Start);
    let recurring = starting.recurring.as_mut().unwrap();
    recurring.version = "{year}.7.0".parse().unwrap();
    let place = Place::recurring(starting.clone()).await;
    place.pass_to(FIRST).await;
    let sent = place.pass_to(SECOND).await;
    let proposals: Vec<&Notice> = sent
        .iter()
        .filter(|notice| matches!(notice, Notice::Proposal { .. }))
        .collect();
    let [
        Notice::Proposal {
            occurrence,
            obstacle: Some(Obstacle::InFlight { key, .. }),
            ..
        },
    ] = proposals[..]
    else {
        panic!("{sent:?}");
    };
    assert_eq!(key.as_str(), "REL-2026-11-001");
    let again = place.pass_to(SECOND).await;
    assert!(
        !again
            .iter()
            .any(|notice| matches!(notice, Notice::Proposal { .. })),
        "{again:?}"
    );
    // Pressing "Start it" goes the way of every start.
    let request = place.app.proposed(GUILD, *occurrence).await.unwrap();
    let refused = rejection(place.app.start(&riley(5), &request, at(SECOND)).await);
    assert!(
        matches!(refused, Rejection::AlreadyInFlight { .. }),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_target_on_a_day_off_is_asked_about_and_the_answer_starts_the_proposal() {
    let mut starting = fixtures::weekly(Mode::Start);
    let recurring = starting.recurring.as_mut().unwrap();
    recurring.at = "weekly, Friday 09:00 Pacific/Auckland".parse().unwrap();
    recurring.target = "on the target date".parse().unwrap();
    let place = Place::recurring(starting).await;
    // 25 December is a Friday.
    for due in [
        "2026-12-03T20:00:00Z",
        "2026-12-10T20:00:00Z",
        "2026-12-17T20:00:00Z",
    ] {
        place.pass_to(due).await;
    }
    let christmas = "2026-12-24T20:00:00Z";
    let sent = place.pass_to(christmas).await;
    let found = sent.iter().find_map(|notice| match notice {
        Notice::Proposal {
            occurrence,
            obstacle: Some(obstacle),
            ..
        } => Some((*occurrence, obstacle.clone())),
        _ => None,
    });
    let (occurrence, obstacle) = found.unwrap();
    assert!(
        matches!(&obstacle, Obstacle::DayOff { reason } if reason.contains("Christmas")),
        "{obstacle:?}"
    );
    let request = place.app.proposed(GUILD, occurrence).await.unwrap();
    let refused = rejection(place.app.start(&riley(5), &request, at(christmas)).await);
    assert!(matches!(refused, Rejection::TargetIsDayOff { .. }), "{refused:?}");
    let question = place
        .app
        .ask(&riley(5), &Question::Start(request), at(christmas))
        .await
        .unwrap();
    let answer = Answer::Target("2026-12-28".parse().unwrap());
    let request = place
        .app
        .answer(&riley(6), question, answer)
        .await
        .unwrap()
        .unwrap();
    let confirmed = StartRequest {
        confirmed: true,
        ..request
    };
    let view = place
        .app
        .start(&riley(7), &confirmed, at(christmas))
        .await
        .unwrap();
    let answered = rejection(place.app.proposed(GUILD, occurrence).await);
    assert!(
        matches!(&answered, Rejection::ProposalAnswered { started: Some(key), .. } if *key == view.release.key),
        "{answered:?}"
    );
}
