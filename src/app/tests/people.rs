//! What people do: once each, authorised each time, all or nothing.

use super::*;
use crate::domain::fixtures::{date, role, stamp};
use crate::domain::playbook::Variation;
use crate::domain::question::Question;
use crate::domain::room::RoomEvent;

/// S1, S6: a start gives the release its key, its reason and its own copy of the playbook; then the channel comes first.
#[tokio::test]
async fn s1_a_start_is_kept_and_its_messages_leave_in_order() {
    let place = Place::new().await;
    let view = place.app.start(&riley(2), &request(), at(START)).await.unwrap();
    assert_eq!(view.release.key.as_str(), "REL-2026-12-001", "S91");
    assert_eq!(
        (view.release.reason, &*view.release.playbook),
        (Reason::Security, &playbook())
    );
    assert_eq!(
        place.send_all(at(START)).await,
        [Notice::OpenChannel, Notice::Brief, Notice::Board, draft()]
    );
    assert_eq!(
        place.events().await,
        [
            Event::Started {
                version: "7.2.1".to_owned(),
                target: Some(date("2026-12-10")),
                reason: Reason::Security,
                private: false,
                variation: Variation::default(),
            },
            Event::ChannelOpened { channel: CHANNEL },
            Event::Room(RoomEvent::AnnouncementDrafted { words: None }),
            Event::BoardPosted { message: BOARD },
            Event::Room(RoomEvent::CardPosted {
                card: Card::AnnouncementDraft,
                message: CARD
            }),
        ]
    );
    let release = place.view().await.release;
    assert_eq!((release.channel, release.board), (Some(CHANNEL), Some(BOARD)));
}

#[tokio::test]
async fn a_start_that_is_delivered_twice_starts_once() {
    let place = Place::new().await;
    let first = place.app.start(&riley(2), &request(), at(START)).await.unwrap();
    let again = place.app.start(&riley(2), &request(), at(START)).await.unwrap();
    assert_eq!(first, again, "the answer is the same");
    let other = rejection(place.app.start(&riley(3), &request(), at(START)).await);
    assert_eq!(
        other,
        Rejection::AlreadyInFlight {
            product: "Thing".to_owned(),
            version: "7.2.1".to_owned(),
            key: first.release.key,
            channel: None,
        }
    );
    assert_eq!(place.send_all(at(START)).await.len(), 4);
    assert_eq!(place.events().await.len(), 5);
}

/// Late, when the release is over or its target is: still no second one.
#[tokio::test]
async fn a_start_that_is_delivered_again_much_later_starts_nothing() {
    let place = Place::new().await;
    place.running().await;
    let late = place
        .app
        .start(&riley(2), &request(), at("2026-12-20T12:00:00Z"))
        .await
        .unwrap();
    assert_eq!(late.release.key.as_str(), "REL-2026-12-001");
    place
        .act(&riley(4), &close("Withdrawn"), "2026-12-02T12:00:00Z")
        .await
        .unwrap();
    let again = rejection(
        place
            .app
            .start(&riley(2), &request(), at("2026-12-02T12:00:01Z"))
            .await,
    );
    assert_eq!(again, Rejection::QuestionGone);
    assert_eq!(place.app.in_flight(&guest()).await.unwrap(), []);
}

#[tokio::test]
async fn a_refused_start_leaves_nothing_behind() {
    let place = Place::new().await;
    let elsewhere = Person {
        guild: GuildId(1),
        ..riley(2)
    };
    assert_eq!(
        rejection(place.app.start(&elsewhere, &request(), at(START)).await),
        Rejection::NotSetUp {
            missing: [
                "the Release Manager role",
                "the Dev role",
                "the QA role",
                "the category for release channels",
                "the announcement channel",
            ]
            .map(str::to_owned)
            .to_vec(),
        }
    );
    assert_eq!(
        rejection(
            place
                .app
                .start(&person(2, 5, &[DEVELOPS, TESTS]), &request(), at(START))
                .await
        ),
        Rejection::RoleNeeded {
            roles: vec!["Release Manager".to_owned()],
            action: "start a release"
        }
    );
    let near = StartRequest {
        target: "2026-12-02".to_owned(),
        ..request()
    };
    let asked = rejection(place.app.start(&riley(2), &near, at(START)).await);
    assert!(matches!(asked, Rejection::PhasesAlreadyOver { .. }));
    let unknown = StartRequest {
        playbook: "cake".to_owned(),
        ..request()
    };
    let refused = rejection(place.app.start(&riley(2), &unknown, at(START)).await);
    assert!(matches!(refused, Rejection::UnknownPlaybook { .. }));
    assert_eq!(place.send_all(at(START)).await, []);
    let started = place.app.start(&riley(2), &request(), at(START)).await.unwrap();
    assert_eq!(
        started.release.key.as_str(),
        "REL-2026-12-001",
        "no key was used up, and a refused command may be tried again"
    );
}

#[tokio::test]
async fn a_tick_that_is_delivered_twice_ticks_once() {
    let place = Place::new().await;
    place.running().await;
    let devon = person(10, 5, &[DEVELOPS]);
    let noon = "2026-12-02T12:00:00Z";
    let first = place.act(&devon, &tick("merge"), noon).await.unwrap();
    let again = place
        .act(&devon, &tick("merge"), "2026-12-02T12:00:09Z")
        .await
        .unwrap();
    assert_eq!(first.release, again.release);
    assert_eq!(first.release.completions[&item("merge")].stamp, stamp(5, noon));
    let undo = Command::UndoItem(item("merge"));
    place.act(&person(11, 5, &[DEVELOPS]), &undo, noon).await.unwrap();
    let late = place
        .act(&devon, &tick("merge"), "2026-12-02T12:00:20Z")
        .await
        .unwrap();
    assert!(
        late.release.completions.is_empty(),
        "a tick that comes again does not overrule the undo"
    );
    assert_eq!(
        place.send_all(at(noon)).await,
        [Notice::Board],
        "one edit for all of it"
    );
    let done = place.events().await.split_off(5);
    assert_eq!(
        done,
        [
            Event::ItemDone {
                item: item("merge"),
                evidence: None
            },
            Event::ItemUndone { item: item("merge") }
        ]
    );
}

/// Both are answered: one item, one completion, and the other is told by whom.
#[tokio::test]
async fn of_two_who_tick_at_once_one_is_told() {
    let place = Place::new().await;
    place.running().await;
    let noon = "2026-12-02T12:00:00Z";
    let (devon, quinn) = (person(10, 5, &[DEVELOPS]), person(11, 6, &[TESTS]));
    let command = tick("merge");
    let answers = tokio::join!(
        place.act(&devon, &command, noon),
        place.act(&quinn, &command, noon)
    );
    let refused: Vec<Rejection> = [answers.0, answers.1]
        .into_iter()
        .filter(Result::is_err)
        .map(rejection)
        .collect();
    let done = place.view().await.release.completions[&item("merge")].clone();
    assert_eq!(
        refused,
        [Rejection::ItemAlreadyDone {
            title: "Merge the fixes".to_owned(),
            done
        }]
    );
}

/// The roles count that the person holds now, not those of when the button was made.
#[tokio::test]
async fn whoever_lost_the_role_is_refused() {
    let place = Place::new().await;
    place.running().await;
    let noon = "2026-12-02T12:00:00Z";
    place
        .act(&person(10, 5, &[DEVELOPS]), &tick("merge"), noon)
        .await
        .unwrap();
    let refused = rejection(place.act(&person(11, 5, &[]), &tick("tag"), noon).await);
    assert!(matches!(refused, Rejection::RoleNeeded { .. }), "{refused:?}");
    let refused = rejection(place.act(&person(12, 5, &[DEVELOPS]), &close("Done"), noon).await);
    assert!(matches!(refused, Rejection::RoleNeeded { .. }), "{refused:?}");
}

/// What was refused is no act: delivered again, it is refused again, and carried out once nothing stands in its way.
/// What was carried out stays so, whatever is delivered again.
#[tokio::test]
async fn a_repeated_delivery_changes_nothing_and_a_refused_one_may_come_again() {
    let place = Place::new().await;
    place.running().await;
    let noon = "2026-12-02T12:00:00Z";
    for _ in 0..2 {
        let refused = rejection(place.act(&person(10, 5, &[]), &tick("merge"), noon).await);
        assert!(matches!(refused, Rejection::RoleNeeded { .. }), "{refused:?}");
    }
    let may = person(10, 5, &[DEVELOPS]);
    for _ in 0..3 {
        let view = place.act(&may, &tick("merge"), noon).await.unwrap();
        assert!(view.release.completions.contains_key(&item("merge")));
    }
    let (_, events) = place.app.timeline(&guest(), &the_release()).await.unwrap();
    let done = events
        .iter()
        .filter(|line| matches!(line.event, Event::ItemDone { .. }));
    assert_eq!(done.count(), 1);
}

#[tokio::test]
async fn a_close_says_so_once_and_ends_the_release() {
    let place = Place::new().await;
    place.running().await;
    let noon = "2026-12-02T12:00:00Z";
    let refused = rejection(
        place
            .act(
                &riley(4),
                &Command::Close {
                    override_reason: None,
                },
                noon,
            )
            .await,
    );
    assert!(matches!(refused, Rejection::ItemsStillOpen { .. }));
    let view = place.act(&riley(4), &close(" Withdrawn "), noon).await.unwrap();
    assert_eq!(
        view.release.closed.unwrap().override_reason.as_deref(),
        Some("Withdrawn")
    );
    assert_eq!(
        place.send_all(at(noon)).await,
        [
            Notice::Board,
            draft(),
            Notice::Closed,
            Notice::Scorecard { number: 6 },
            Notice::Archive { number: 6 }
        ]
    );
    let refused = rejection(place.act(&riley(5), &tick("tag"), noon).await);
    assert!(matches!(refused, Rejection::ReleaseClosed { .. }));
    assert_eq!(place.send_all(at(noon)).await, []);
    let again = place.app.start(&riley(6), &request(), at(noon)).await.unwrap();
    assert_eq!(
        again.release.key.as_str(),
        "REL-2026-12-002",
        "S91: the version again, under a key of its own"
    );
}

/// S27: the channel is locked after the last words, and unlocked before the first; each end does it anew. What waited
/// for Discord meanwhile keeps this order.
#[tokio::test]
async fn a_channel_is_archived_last_and_comes_back_first() {
    let place = Place::new().await;
    place.running().await;
    let noon = "2026-12-02T12:00:00Z";
    let reason = || "Not yet".to_owned();
    let reopen = || Command::Reopen { reason: reason() };
    let occasions = |sent: Vec<Notice>| sent.iter().map(Notice::occasion).collect::<Vec<_>>();
    place.act(&riley(4), &close("Done"), noon).await.unwrap();
    let sent = occasions(place.send_all(at(noon)).await);
    assert_eq!(
        sent,
        [
            "board",
            "card:announcement-draft",
            "closed",
            "scorecard:6",
            "archive:6"
        ]
    );
    place.act(&riley(5), &reopen(), noon).await.unwrap();
    place.act(&riley(6), &close("Done"), noon).await.unwrap();
    let sent = occasions(place.send_all(at(noon)).await);
    assert_eq!(
        sent,
        [
            "board",
            "card:announcement-draft",
            "unarchive:7",
            "reopened:7",
            "closed:8",
            "scorecard:8",
            "archive:8",
        ]
    );
}

/// A category that follows the archive is remembered as that.
#[tokio::test]
async fn the_category_that_follows_the_archive_is_remembered() {
    let place = Place::new().await;
    place.running().await;
    let noon = "2026-12-02T12:00:00Z";
    let (chosen, category) = (ChannelId(31), ChannelId(32));
    let administrator = Person {
        administrator: true,
        ..riley(3)
    };
    let change = [SetupChange::Archive(chosen)];
    place.app.choose(&administrator, &change).await.unwrap();
    place.act(&riley(4), &close("Done"), noon).await.unwrap();
    for notice in [
        Notice::Board,
        draft(),
        Notice::Closed,
        Notice::Scorecard { number: 6 },
    ] {
        let delivery = place.claimed(&notice, at(noon)).await;
        place
            .app
            .record(&delivery.claim, Ok(Receipt::Edited), PAUSES, at(noon))
            .await
            .unwrap();
    }
    let delivery = place.claimed(&Notice::Archive { number: 6 }, at(noon)).await;
    let moved = Receipt::MovedFollowing { category, chosen };
    place
        .app
        .record(&delivery.claim, Ok(moved), PAUSES, at(noon))
        .await
        .unwrap();
    let setup = place.app.setup(GUILD).await.unwrap();
    assert_eq!(
        (setup.archive, setup.archive_following),
        (Some(chosen), vec![category])
    );
    assert_eq!(setup.following, []);
}

/// The set-up is checked here, whatever Discord shows to whom.
#[tokio::test]
async fn only_people_who_manage_the_server_choose() {
    let place = Place::new().await;
    let before = place.app.setup(GUILD).await.unwrap();
    let change = SetupChange::Role(role("release-manager"), GuildRoleId(66));
    for changes in [vec![change], Vec::new()] {
        assert_eq!(
            rejection(place.app.choose(&riley(9), &changes).await),
            Rejection::NotAnAdministrator
        );
    }
    assert_eq!(place.app.setup(GUILD).await.unwrap(), before);
    assert_eq!(before, setup());
}

#[tokio::test]
async fn a_question_is_answered_once_by_whom_it_was_put_to() {
    let place = Place::new().await;
    let ask = async || {
        let question = Question::Start(request());
        place.app.ask(&riley(2), &question, at(START)).await.unwrap()
    };
    let question = ask().await;
    let stranger = place
        .app
        .answer(&person(3, 99, &[LEADS]), question, Answer::Anyway)
        .await;
    assert_eq!(rejection(stranger), Rejection::QuestionGone);
    let anyway = place
        .app
        .answer(&riley(4), question, Answer::Anyway)
        .await
        .unwrap();
    assert_eq!(
        anyway,
        Some(StartRequest {
            confirmed: true,
            ..request()
        })
    );
    assert_eq!(
        rejection(place.app.answer(&riley(5), question, Answer::Anyway).await),
        Rejection::QuestionGone
    );
    let target = Answer::Target(date("2026-12-11"));
    let moved = place.app.answer(&riley(6), ask().await, target).await.unwrap();
    assert_eq!(
        moved,
        Some(StartRequest {
            target: "2026-12-11".to_owned(),
            ..request()
        })
    );
    assert_eq!(
        place
            .app
            .answer(&riley(7), ask().await, Answer::Cancel)
            .await
            .unwrap(),
        None
    );
}

/// Presses that come at once share a commit, and each gets its own answer: who is refused undoes nobody else's work, and
/// a press that is delivered twice counts once.
#[tokio::test]
async fn presses_at_the_same_time_are_answered_each_by_itself() {
    let place = Place::new().await;
    place.running().await;
    let now = "2026-12-02T17:00:00Z";
    let (dev, qa, nobody) = (
        person(10, 20, &[DEVELOPS]),
        person(11, 21, &[TESTS]),
        person(12, 22, &[]),
    );
    let again = dev.clone();
    let (tagged, verify) = (tick("tag"), tick("verify"));
    let (first, refused, second, repeated) = tokio::join!(
        place.act(&dev, &tagged, now),
        place.act(&nobody, &tagged, now),
        place.act(&qa, &verify, now),
        place.act(&again, &tagged, now),
    );
    assert!(first.is_ok() && second.is_ok() && repeated.is_ok());
    assert!(matches!(rejection(refused), Rejection::RoleNeeded { .. }));
    let release = place.view().await.release;
    assert_eq!(
        release.completions.keys().collect::<Vec<_>>(),
        [&item("tag"), &item("verify")]
    );
    let ticks = |event: &Event| matches!(event, Event::ItemDone { .. });
    assert_eq!(
        place.events().await.iter().filter(|event| ticks(event)).count(),
        2
    );
}

/// Each version of a release is in flight once: those that ship with another one too.
#[tokio::test]
async fn a_release_of_several_versions_is_not_reopened_beside_one_of_them() {
    let place = Place::new().await;
    let several = StartRequest {
        further_versions: vec!["7.1.4".to_owned()],
        ..request()
    };
    place.app.start(&riley(2), &several, at(START)).await.unwrap();
    place.send_all(at(START)).await;
    place.act(&riley(3), &close("withdrawn"), START).await.unwrap();
    let single = StartRequest {
        version: "7.1.4".to_owned(),
        ..request()
    };
    let other = place.app.start(&riley(4), &single, at(START)).await.unwrap();
    let reopen = Command::Reopen {
        reason: "One more fix".to_owned(),
    };
    let refused = rejection(place.act(&riley(5), &reopen, START).await);
    assert_eq!(
        refused,
        Rejection::AlreadyInFlight {
            product: "Thing".to_owned(),
            version: "7.1.4".to_owned(),
            key: other.release.key,
            channel: None,
        }
    );
}

/// The channel was not there yet when the release was closed and opened again: it is not locked, and nobody hears of an end
/// that was none.
#[tokio::test]
async fn an_end_that_was_taken_back_before_it_was_told_is_not_told() {
    let place = Place::new().await;
    place.app.start(&riley(2), &request(), at(START)).await.unwrap();
    place.act(&riley(3), &close("a mistake"), START).await.unwrap();
    let reopen = Command::Reopen {
        reason: "It was a mistake".to_owned(),
    };
    place.act(&riley(4), &reopen, START).await.unwrap();
    let sent = place.send_all(at(START)).await;
    let of_the_end: Vec<&Notice> = sent.iter().filter(|notice| notice.is_of_the_end()).collect();
    assert_eq!(of_the_end, Vec::<&Notice>::new());
    assert!(sent.contains(&Notice::Brief), "{sent:?}");

    // The next end is one.
    place.act(&riley(5), &close("superseded"), START).await.unwrap();
    let sent = place.send_all(at(START)).await;
    let of_the_end = sent.iter().filter(|notice| notice.is_of_the_end()).count();
    assert_eq!(of_the_end, 3, "{sent:?}");
}
