//! Looking: each guild its own, soonest first.

use super::*;
use crate::domain::offset::Offset;
use crate::domain::room::RoomRefusal;

const ELSEWHERE: GuildId = GuildId(901);

#[tokio::test]
async fn a_release_is_found_in_its_own_guild_alone() {
    let place = Place::new().await;
    let view = place.running().await;
    let stranger = Person {
        guild: ELSEWHERE,
        ..riley(9)
    };
    let in_channel = place
        .app
        .release(&guest(), &Which::Channel(CHANNEL))
        .await
        .unwrap();
    assert_eq!(in_channel, view);
    assert_eq!(
        rejection(place.app.release(&stranger, &the_release()).await),
        Rejection::UnknownRelease {
            given: "REL-2026-12-001".to_owned()
        }
    );
    assert_eq!(
        rejection(place.app.release(&stranger, &Which::Channel(CHANNEL)).await),
        Rejection::NotAReleaseChannel {
            in_flight: Vec::new()
        }
    );
    assert_eq!(
        rejection(place.app.release(&guest(), &Which::Channel(ChannelId(1))).await),
        Rejection::NotAReleaseChannel {
            in_flight: vec![(view.release.key.clone(), "7.2.1".to_owned(), Some(CHANNEL))],
        }
    );
    let reached = place
        .app
        .act(&stranger, &the_release(), &tick("announce"), at(START))
        .await;
    assert!(matches!(rejection(reached), Rejection::UnknownRelease { .. }));
    assert_eq!(place.app.in_flight(&stranger).await.unwrap(), []);
    assert!(place.app.timeline(&stranger, &the_release()).await.is_err());
}

/// What I owe, over all releases: the release whose cut-off is next comes first; shared items are mine as well.
#[tokio::test]
async fn my_items_come_soonest_first() {
    let place = Place::new().await;
    place.running().await;
    let sooner = StartRequest {
        version: "7.2.2".to_owned(),
        target: "2026-12-09".to_owned(),
        ..request()
    };
    place.app.start(&riley(3), &sooner, at(START)).await.unwrap();
    let quinn = person(4, 6, &[TESTS]);
    let (roles, mine) = place.app.my_items(&quinn).await.unwrap();
    assert_eq!(roles, ["QA"]);
    let lines: Vec<String> = mine
        .iter()
        .flat_map(|mine| {
            let version = mine.view.release.version.clone();
            mine.items
                .iter()
                .map(move |(item, due)| format!("{version} {item} {}", due.unwrap().format("%d %H:%M")))
        })
        .collect();
    assert_eq!(
        lines,
        [
            "7.2.2 merge 03 18:00",
            "7.2.2 verify 07 18:00",
            "7.2.1 merge 04 18:00",
            "7.2.1 verify 08 18:00"
        ]
    );
    let (roles, mine) = place.app.my_items(&person(5, 7, &[])).await.unwrap();
    assert_eq!((roles, mine), (Vec::new(), Vec::new()));
}

/// S6: a playbook that was edited reaches the next release, and not the one under way.
#[tokio::test]
async fn s6_a_release_keeps_the_playbook_that_it_started_with() {
    let Place { app, folder } = Place::new().await;
    let place = Place { app, folder };
    place.running().await;
    place.app.close().await;
    let mut edited = playbook();
    edited.phases[0].items.remove(0);
    edited.phases[0].offset = Offset::t_minus(6);
    let store = Store::open(&place.folder.path().join("tminus.sqlite"))
        .await
        .unwrap();
    let app = App::new(store, vec![edited.clone()], CalendarSettings::default());
    let kept = app.release(&guest(), &the_release()).await.unwrap();
    assert_eq!(*kept.release.playbook, playbook());
    assert_eq!(kept.plan.phases[0].offset, Offset::t_minus(4));
    let next = StartRequest {
        version: "7.2.2".to_owned(),
        ..request()
    };
    assert_eq!(
        app.start(&riley(3), &next, at(START))
            .await
            .unwrap()
            .release
            .playbook,
        edited.into()
    );
}

/// S8: the days that the configuration adds and takes count in every plan.
#[tokio::test]
async fn s8_days_of_one_s_own_count() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("tminus.sqlite")).await.unwrap();
    let days = CalendarDays {
        off: [("2026-12-09".parse().unwrap(), "Company day".to_owned())].into(),
        worked: [("2026-12-06".parse().unwrap(), None)].into(),
    };
    let settings = CalendarSettings {
        days: Arc::new(days),
        ..CalendarSettings::default()
    };
    let place = Place {
        app: App::new(store, vec![playbook()], settings),
        folder,
    };
    place.set_up(GUILD).await;
    let view = place.running().await;
    let dates: Vec<String> = view
        .plan
        .phases
        .iter()
        .map(|phase| phase.date.to_string())
        .collect();
    assert_eq!(dates, ["2026-12-04", "2026-12-07", "2026-12-10"]);
    assert!(
        view.plan.phases[0]
            .why
            .iter()
            .any(|why| why.contains("Company day"))
    );
}

#[tokio::test]
async fn commands_are_registered_again_only_when_they_differ() {
    let place = Place::new().await;
    assert!(!place.app.commands_are_registered(42, "[]").await.unwrap());
    place.app.remember_commands(42, "[]").await.unwrap();
    assert!(place.app.commands_are_registered(42, "[]").await.unwrap());
    assert!(!place.app.commands_are_registered(42, "[1]").await.unwrap());
}

/// Roles that two playbooks speak of are asked for once.
#[tokio::test]
async fn roles_of_all_playbooks_are_listed_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("tminus.sqlite")).await.unwrap();
    let playbooks = vec![playbook(), crate::domain::fixtures::dot_release()];
    let app = App::new(store, playbooks, CalendarSettings::default());
    let titles: Vec<String> = app.roles().into_iter().map(|role| role.title).collect();
    assert_eq!(titles, ["Release Manager", "Dev", "QA", "Marketing"], "S23");
}

/// A private release answers whoever plays none of its roles as if it were not there; nothing is announced, and only the
/// roles of its own playbook count.
#[tokio::test]
async fn a_private_release_is_known_to_its_roles_alone() {
    let place = Place::new().await;
    let private = StartRequest {
        private: true,
        ..request()
    };
    place.app.start(&riley(1), &private, at(START)).await.unwrap();
    let sent = place.send_all(at(START)).await;
    assert!(
        !sent.contains(&Notice::Announce) && !sent.contains(&draft()),
        "{sent:?}"
    );
    let refused = place
        .app
        .act(&riley(900), &the_release(), &post(), at(START))
        .await;
    let secret: Rejection = RoomRefusal::Secret.into();
    assert_eq!(rejection(refused), secret, "whoever asks");

    let unknown = || Rejection::UnknownRelease {
        given: "REL-2026-12-001".to_owned(),
    };
    let elsewhere = || Rejection::NotAReleaseChannel {
        in_flight: Vec::new(),
    };
    let (app, key) = (&place.app, the_release());
    // A role of the server that plays nothing in this playbook is none, and neither is the right to manage the server.
    let manager = Person {
        administrator: true,
        ..person(2, 98, &[4711])
    };
    for stranger in [guest(), manager.clone()] {
        assert_eq!(rejection(app.release(&stranger, &key).await), unknown());
        assert_eq!(rejection(app.timeline(&stranger, &key).await), unknown());
        assert_eq!(rejection(app.record_of(&stranger, &key).await), unknown());
        assert_eq!(rejection(app.kept_playbook(&stranger, &key).await), unknown());
        let here = Which::Channel(CHANNEL);
        assert_eq!(rejection(app.release(&stranger, &here).await), elsewhere());
        assert_eq!(app.in_flight(&stranger).await.unwrap(), []);
        assert_eq!(app.releases(&stranger).await.unwrap(), []);
        assert_eq!(app.my_items(&stranger).await.unwrap().1, []);
        assert_eq!(app.playbook_views(&stranger).await.unwrap()[0].followed_by, 0);
        let acted = app.act(&stranger, &key, &tick("announce"), at(START)).await;
        assert_eq!(rejection(acted), unknown());
    }
    let quinn = person(3, 6, &[TESTS]);
    assert_eq!(app.in_flight(&quinn).await.unwrap().len(), 1);
    assert_eq!(app.releases(&quinn).await.unwrap().len(), 1);
    assert_eq!(app.playbook_views(&quinn).await.unwrap()[0].followed_by, 1);

    app.act(&riley(4), &key, &close("superseded"), at(START))
        .await
        .unwrap();
    assert!(app.closed_since(&guest(), at(START)).await.unwrap().is_empty());
    assert_eq!(app.closed_since(&quinn, at(START)).await.unwrap().len(), 1);
    assert_eq!(rejection(app.release(&manager, &key).await), unknown());
}
