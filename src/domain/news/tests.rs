use super::*;
use crate::domain::fixtures::{at, phase, release, role};
use crate::domain::ids::UserId;
use crate::domain::person::Stamp;
use crate::domain::playbook::ItemId;
use crate::domain::room::{Choice, RoomEvent};

/// Lets an event happen, and returns what followers hear of it.
fn heard(release: &mut Release, event: &Event) -> Option<News> {
    let decided = decision_of(release);
    let stamp = Stamp {
        by: UserId(1),
        at: at("2026-12-02T12:00:00Z"),
    };
    release.apply(event, stamp);
    news_of(event, decided, release)
}

fn called(number: u32) -> Event {
    Event::Room(RoomEvent::DecisionCalled {
        number,
        covers: vec!["7.2.1-RC1".to_owned()],
        roles: vec![role("dev"), role("qa")],
        quorum: 2,
    })
}

fn voted(name: &str, choice: Choice) -> Event {
    Event::Room(RoomEvent::Voted {
        number: 1,
        role: role(name),
        choice,
        reason: Some("Because.".to_owned()),
    })
}

/// Each vote is the business of the room; followers hear how it ends, and once.
#[test]
fn of_a_go_no_go_its_end_is_heard() {
    let mut release = release();
    let covers = vec!["7.2.1-RC1".to_owned()];
    let decided = |go| {
        let covers = covers.clone();
        Some(News::Decided { covers, go })
    };
    assert_eq!(heard(&mut release, &called(1)), None);
    assert_eq!(
        heard(&mut release, &voted("dev", Choice::Go)),
        None,
        "QA has not voted"
    );
    assert_eq!(heard(&mut release, &voted("qa", Choice::NoGo)), decided(false));
    let withdrawn = Event::Room(RoomEvent::VoteWithdrawn {
        number: 1,
        role: role("qa"),
    });
    let covers = covers.clone();
    assert_eq!(heard(&mut release, &withdrawn), Some(News::Undecided { covers }));
    assert_eq!(heard(&mut release, &voted("qa", Choice::Go)), decided(true));
    let cut = Event::Room(RoomEvent::CandidateCut {
        version: "7.2.1".to_owned(),
        number: 2,
        commit: "abc".to_owned(),
    });
    let candidate = "7.2.1-RC2".to_owned();
    assert_eq!(heard(&mut release, &cut), Some(News::CandidateCut { candidate }));
}

/// What belongs to the work in the channel stays there, and so do reasons.
#[test]
fn followers_hear_little() {
    let mut release = release();
    let item: ItemId = "merge".parse().unwrap();
    let (from, to) = (release.target, "2026-12-14".parse().ok());
    let reason = "A secret.".to_owned();
    let done = Event::ItemDone {
        item: item.clone(),
        evidence: None,
    };
    let slipped = Event::Slipped {
        from,
        to,
        reason: reason.clone(),
    };
    let held = Event::Held {
        reason: reason.clone(),
    };
    let opened = Event::Room(RoomEvent::GateOpened {
        phase: phase("code"),
        override_reason: Some(reason.clone()),
        missing: Vec::new(),
    });
    let closed = Event::Closed {
        override_reason: Some(reason.clone()),
        open: vec![item],
    };
    let reopened = Event::Reopened { reason };
    for (event, news) in [
        (done, None),
        (slipped, Some(News::Moved { from, to })),
        (held, Some(News::Held)),
        (Event::Resumed, Some(News::Resumed)),
        (
            opened,
            Some(News::GateOpened {
                phase: phase("code"),
                incomplete: false,
            }),
        ),
        (closed, Some(News::Closed { incomplete: true })),
        (reopened, Some(News::Reopened)),
        (Event::BoardLost, None),
    ] {
        let stored = serde_json::to_string(&news).unwrap();
        assert!(!stored.contains("secret"), "{stored}");
        assert_eq!(heard(&mut release, &event), news, "{event:?}");
    }
}

#[test]
fn a_private_or_closed_release_is_not_followed() {
    let mut release = release();
    assert_eq!(may_follow(&release), Ok(()));
    release.private = true;
    assert!(matches!(may_follow(&release), Err(Rejection::Direct(_))));
    release.private = false;
    let closed = Event::Closed {
        override_reason: None,
        open: Vec::new(),
    };
    heard(&mut release, &closed);
    assert!(matches!(
        may_follow(&release),
        Err(Rejection::ReleaseClosed { .. })
    ));
}
