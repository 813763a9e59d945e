//! Direct messages: whom news reach, whom a digest, and what ends both.

use super::*;
use crate::domain::digest::{DigestDays, DigestWish};
use crate::domain::direct::DirectRefusal;
use crate::domain::ids::UserId;
use crate::domain::news::{MOST_FOLLOWED, MOST_FOLLOWERS, News};

const NORA: u64 = 71;

fn nora(interaction: u64) -> Person {
    person(interaction, NORA, &[])
}

fn at_nine() -> DigestWish {
    DigestWish {
        at: Some("9:00".to_owned()),
        zone: Some("America/Los_Angeles".to_owned()),
        days: Some(DigestDays::Every),
        off: false,
    }
}

fn hold() -> Command {
    Command::Hold {
        reason: "We wait.".to_owned(),
    }
}

/// What goes to people among what was sent.
fn direct(sent: Vec<Notice>) -> Vec<(UserId, Vec<News>)> {
    sent.into_iter()
        .filter_map(|notice| match notice {
            Notice::News { to, news, .. } => Some((to, news)),
            _ => None,
        })
        .collect()
}

/// Whoever does something knows it; the others hear it, once.
#[tokio::test]
async fn followers_hear_what_others_do() {
    let place = Place::new().await;
    place.running().await;
    let now = at(START);
    for person in [nora(10), riley(11)] {
        let change = place.app.follow(&person, &the_release(), now).await.unwrap();
        assert!(!change.known);
        assert_eq!(change.following.releases.len(), 1);
    }
    assert!(
        place
            .app
            .follow(&nora(12), &the_release(), now)
            .await
            .unwrap()
            .known
    );
    place
        .app
        .act(&riley(13), &the_release(), &hold(), now)
        .await
        .unwrap();
    assert_eq!(
        direct(place.send_all(now).await),
        [(UserId(NORA), vec![News::Held])]
    );
    place.app.unfollow(&nora(14), &the_release(), now).await.unwrap();
    place
        .app
        .act(&riley(15), &the_release(), &Command::Resume, now)
        .await
        .unwrap();
    assert_eq!(direct(place.send_all(now).await), []);
    let refused = place
        .app
        .unfollow(&nora(16), &the_release(), now)
        .await
        .unwrap_err();
    assert!(
        matches!(&refused, Error::Rejected(rejection)
            if matches!(&**rejection, Rejection::Direct(refusal)
                if matches!(**refusal, DirectRefusal::NotFollowed { .. }))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn there_are_only_so_many_followers() {
    let place = Place::new().await;
    place.running().await;
    let now = at(START);
    for number in 0..MOST_FOLLOWERS as u64 {
        let somebody = person(1_000 + number, 1_000 + number, &[]);
        place.app.follow(&somebody, &the_release(), now).await.unwrap();
    }
    let refused = place
        .app
        .follow(&nora(10), &the_release(), now)
        .await
        .unwrap_err();
    assert!(matches!(refused, Error::Rejected(_)), "{refused:?}");
    // One of them may ask once more.
    let known = place
        .app
        .follow(&person(11, 1_000, &[]), &the_release(), now)
        .await;
    assert!(known.unwrap().known);
}

#[tokio::test]
async fn there_is_only_so_much_that_one_follows() {
    let place = Place::new().await;
    let now = at(START);
    for number in 0..=MOST_FOLLOWED as u64 {
        let another = StartRequest {
            version: format!("7.2.{number}"),
            ..request()
        };
        place
            .app
            .start(&riley(100 + number), &another, now)
            .await
            .unwrap();
        let which = Which::Key(format!("REL-2026-12-{:03}", number + 1));
        let followed = place.app.follow(&nora(200 + number), &which, now).await;
        assert_eq!(followed.is_ok(), number < MOST_FOLLOWED as u64, "{followed:?}");
    }
}

/// Whoever takes no messages is told nothing more, no operator is alerted, and the person reads why.
#[tokio::test]
async fn a_refusal_ends_what_would_be_told() {
    let place = Place::new().await;
    let operations = SetupChange::Operations(ChannelId(900));
    let mut administrator = person(3, RILEY.0, &[]);
    administrator.administrator = true;
    place.app.choose(&administrator, &[operations]).await.unwrap();
    place.running().await;
    let now = at(START);
    place.app.follow(&nora(10), &the_release(), now).await.unwrap();
    place.app.choose_digest(&nora(11), &at_nine(), now).await.unwrap();
    place
        .app
        .act(&riley(12), &the_release(), &hold(), now)
        .await
        .unwrap();
    place
        .app
        .act(&riley(13), &the_release(), &Command::Resume, now)
        .await
        .unwrap();
    let mut tried = 0;
    while let Some(delivery) = place.app.next_delivery(now).await.unwrap() {
        let result = match &delivery.claim.notice {
            Notice::News { .. } => {
                tried += 1;
                Err(SendError::Unwelcome)
            }
            alert @ Notice::Alert { .. } => panic!("{alert:?}"),
            _ => Ok(Receipt::Posted(MessageId(601))),
        };
        place
            .app
            .record(&delivery.claim, result, PAUSES, now)
            .await
            .unwrap();
    }
    assert_eq!(tried, 1, "what waited behind it is withdrawn");
    let following = place.app.following(GUILD, UserId(NORA)).await.unwrap();
    let refused = following.refused.unwrap();
    assert_eq!((refused.releases.len(), refused.digest), (1, true));
    assert!(place.app.dead_letters(&administrator).await.unwrap().is_empty());
    let (_, events) = place.app.timeline(&riley(14), &the_release()).await.unwrap();
    let on_record = events
        .iter()
        .filter(|event| matches!(event.event, Event::NotDelivered { .. }));
    assert_eq!(on_record.count(), 1);
    let look = DigestWish::default();
    let digest = place.app.choose_digest(&nora(15), &look, now).await.unwrap();
    assert!(!digest.on && digest.refused.is_some());
    // Asking again is a new beginning; it says once more why the last one ended.
    let again = place.app.follow(&nora(16), &the_release(), now).await.unwrap();
    assert!(!again.known && again.following.refused.is_some());
    let following = place.app.following(GUILD, UserId(NORA)).await.unwrap();
    assert_eq!((following.releases.len(), following.refused), (1, None));
}

#[tokio::test]
async fn who_leaves_the_server_hears_no_more_of_it() {
    let place = Place::new().await;
    place.running().await;
    let now = at(START);
    place.app.follow(&nora(10), &the_release(), now).await.unwrap();
    place.app.choose_digest(&nora(11), &at_nine(), now).await.unwrap();
    place
        .app
        .act(&riley(12), &the_release(), &hold(), now)
        .await
        .unwrap();
    while let Some(delivery) = place.app.next_delivery(now).await.unwrap() {
        let receipt = match &delivery.claim.notice {
            Notice::News { .. } => Receipt::Left,
            _ => Receipt::Posted(MessageId(601)),
        };
        place
            .app
            .record(&delivery.claim, Ok(receipt), PAUSES, now)
            .await
            .unwrap();
    }
    let following = place.app.following(GUILD, UserId(NORA)).await.unwrap();
    assert_eq!(following, Following::default());
    let look = DigestWish::default();
    let digest = place.app.choose_digest(&nora(15), &look, now).await.unwrap();
    assert!(!digest.on && digest.refused.is_none());
}

/// A digest comes at its hour, once, whatever is repeated; what is missed by more than two hours is passed over.
#[tokio::test]
async fn a_digest_comes_once_and_not_too_late() {
    let place = Place::new().await;
    place.running().await;
    let chosen = place
        .app
        .choose_digest(&nora(10), &at_nine(), at(START))
        .await
        .unwrap();
    assert_eq!(
        chosen.next,
        Some(at("2026-12-02T17:00:00Z")),
        "this very instant is not ahead"
    );
    let come = async |now: &str| {
        let now = at(now);
        place.app.tick(now).await.unwrap();
        place.app.tick(now).await.unwrap();
        let sent = place.send_all(now).await.into_iter();
        sent.filter(|notice| matches!(notice, Notice::Digest { .. }))
            .count()
    };
    assert_eq!(come("2026-12-02T16:59:59Z").await, 0);
    assert_eq!(come("2026-12-02T17:00:00Z").await, 1);
    // It is set to the same once more, and the clock goes back: that hour has been.
    place
        .app
        .choose_digest(&nora(11), &at_nine(), at("2026-12-02T16:00:00Z"))
        .await
        .unwrap();
    assert_eq!(come("2026-12-02T16:30:00Z").await, 0);
    assert_eq!(come("2026-12-02T17:00:00Z").await, 0);
    // Nobody was there until just within, and until just beyond, the two hours.
    assert_eq!(come("2026-12-03T18:59:59Z").await, 1);
    assert_eq!(come("2026-12-04T19:00:01Z").await, 0);
    let off = DigestWish {
        off: true,
        ..DigestWish::default()
    };
    assert!(
        !place
            .app
            .choose_digest(&nora(12), &off, at("2026-12-04T20:00:00Z"))
            .await
            .unwrap()
            .on
    );
    assert_eq!(come("2026-12-05T17:00:00Z").await, 0);
    // What was said before is remembered, and said anew in part.
    let later = DigestWish {
        at: Some("10:30".to_owned()),
        ..DigestWish::default()
    };
    let again = place
        .app
        .choose_digest(&nora(13), &later, at("2026-12-05T17:00:00Z"))
        .await
        .unwrap();
    assert_eq!(
        again.next,
        Some(at("2026-12-05T18:30:00Z")),
        "a Saturday, as before"
    );
}

/// A day off that is said in time takes the digest of that day away, and one that is taken back brings it.
#[tokio::test]
async fn working_days_are_those_of_the_server() {
    use crate::domain::calendar::DayStanding;
    let place = Place::new().await;
    let wish = DigestWish {
        days: Some(DigestDays::Working),
        ..at_nine()
    };
    place
        .app
        .choose_digest(&nora(10), &wish, at(START))
        .await
        .unwrap();
    place.app.tick(at(START)).await.unwrap();
    let next = async || {
        place
            .app
            .next_wakeup(at(START))
            .await
            .unwrap()
            .map(|wakeup| wakeup.at())
    };
    assert_eq!(next().await, Some(at("2026-12-02T17:00:00Z")));
    let say = async |interaction, standing| {
        place
            .app
            .say_day(&riley(interaction), "2026-12-02", standing, at(START))
            .await
            .unwrap();
        place.app.tick(at(START)).await.unwrap();
    };
    say(11, DayStanding::Off("Party".to_owned())).await;
    assert_eq!(next().await, Some(at("2026-12-03T17:00:00Z")));
    say(12, DayStanding::ByTheRules).await;
    assert_eq!(next().await, Some(at("2026-12-02T17:00:00Z")));
}

#[tokio::test]
async fn a_digest_needs_a_time_and_a_zone() {
    let place = Place::new().await;
    let refused = async |at_text: Option<&str>, zone: Option<&str>| {
        let wish = DigestWish {
            at: at_text.map(str::to_owned),
            zone: zone.map(str::to_owned),
            ..DigestWish::default()
        };
        match place.app.choose_digest(&nora(10), &wish, at(START)).await {
            Err(Error::Rejected(rejection)) => match *rejection {
                Rejection::Direct(refusal) => *refusal,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        refused(Some("09:00"), None).await,
        DirectRefusal::DigestIncomplete {
            time: false,
            zone: true
        }
    );
    assert_eq!(
        refused(None, Some("Europe/London")).await,
        DirectRefusal::DigestIncomplete {
            time: true,
            zone: false
        }
    );
    let given = "noon".to_owned();
    assert_eq!(
        refused(Some("noon"), None).await,
        DirectRefusal::NotATimeOfDay { given }
    );
    let given = "Los Angeles".to_owned();
    let nearest = Some("America/Los_Angeles");
    assert_eq!(
        refused(Some("9"), Some("Los Angeles")).await,
        DirectRefusal::UnknownZone { given, nearest }
    );
}
