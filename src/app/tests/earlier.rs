//! A database of an earlier schema goes on: its timeline is shown, an item is ticked, time passes, messages leave.

use super::*;
use crate::store::tests::earlier::earlier_databases;

/// After the last instant in any of them: the cut-off of T−3 of the release in flight has passed.
const LATER: &str = "2027-01-11T18:00:00Z";

#[tokio::test]
async fn an_earlier_database_goes_on() {
    for (version, path, folder) in earlier_databases() {
        let app = App::new(
            Store::open(&path).await.unwrap(),
            vec![playbook()],
            CalendarSettings::default(),
        );
        app.recover(at(LATER)).await.unwrap();
        let mut reader = app.store().read().await.unwrap();
        let everywhere = releases::in_flight_everywhere(&mut reader).await.unwrap();
        let release = everywhere
            .iter()
            .find(|release| release.version == "7.2.2")
            .unwrap();
        drop(reader);
        let (guild, key) = (release.guild, Which::Key(release.key.to_string()));

        let guest = Person { guild, ..guest() };
        let last_year = Which::Key("REL-2026-12-001".to_owned());
        let (closed, events) = app.timeline(&guest, &last_year).await.unwrap();
        assert!(!closed.release.is_open());
        assert!(
            events
                .iter()
                .any(|event| matches!(event.event, Event::Closed { .. }))
        );
        assert_eq!(app.undelivered(&closed.release).await.unwrap().len(), 1);

        let setup = app.release(&guest, &key).await.unwrap().setup;
        let everyone: Vec<u64> = setup.roles.values().map(|role| role.0).collect();
        let person = Person {
            guild,
            ..person(u64::MAX >> 2, RILEY.0, &everyone)
        };
        let (_, item) = release.open_items().next().unwrap();
        let item = item.id.clone();
        let ticked = app
            .act(&person, &key, &Command::CompleteItem(item.clone()), at(LATER))
            .await
            .unwrap();
        assert!(ticked.release.completions.contains_key(&item));

        app.tick(at(LATER)).await.unwrap();
        let place = Place { app, folder };
        let sent = place.send_all(at(LATER)).await;
        assert!(
            sent.iter()
                .any(|notice| matches!(notice, Notice::Reminder { .. })),
            "schema {version}: {sent:?}"
        );
        assert!(sent.contains(&Notice::Board));
    }
}
