//! Whom to ask: what people of a server change, and what is not theirs.

use super::*;
use crate::domain::escalation::{Draft, EditRefusal, EntryId, Kind, Target};

const FILE: &str = "fallback = \"ann\"\n[[topics]]\nid = \"balrog\"\ntitle = \"Balrog\"\ncontacts = [\"ann\"]\n\
                    [[contacts]]\nid = \"ann\"\n[[contacts]]\nid = \"ben\"\n";

const LATER: &str = "2026-12-01T18:00:00Z";

/// A place whose directory begins as the file does.
async fn place() -> Place {
    let place = Place::new().await;
    let folder = place.folder;
    place.app.close().await;
    let store = Store::open(&folder.path().join("tminus.sqlite")).await.unwrap();
    let app = App::new(store, vec![playbook()], CalendarSettings::default())
        .with_directory(Directory::read("d.toml", FILE).unwrap());
    Place { app, folder }
}

fn balrog() -> EntryId {
    EntryId::typed(Kind::Topic, "balrog").unwrap()
}

fn contacts(contacts: &str) -> Draft {
    let texts = [("title", "Balrog"), ("contacts", contacts)];
    Draft {
        texts: texts.map(|(key, text)| (key, text.to_owned())).into(),
        user: None,
    }
}

fn opened_at(since: i64) -> Target {
    Target::Existing { id: balrog(), since }
}

/// Who is asked about Balrog in a server.
async fn asked(app: &App, guild: GuildId) -> Vec<String> {
    let directory = app.directory(guild).await.unwrap();
    let topics = directory.topics.iter();
    topics
        .flat_map(|topic| topic.contacts.iter().map(ToString::to_string))
        .collect()
}

#[tokio::test]
async fn a_change_holds_in_its_server_alone_and_over_a_restart() {
    let place = place().await;
    let app = &place.app;
    let changed = app
        .write_entry(&riley(2), &opened_at(0), &contacts("ben\nann"), at(LATER))
        .await;
    assert_eq!(changed.unwrap().len(), 1);
    assert_eq!(asked(app, GUILD).await, ["ben", "ann"]);
    assert_eq!(asked(app, GuildId(GUILD.0 + 1)).await, ["ann"]);
    app.close().await;
    let store = Store::open(&place.folder.path().join("tminus.sqlite"))
        .await
        .unwrap();
    let again = App::new(store, vec![playbook()], CalendarSettings::default())
        .with_directory(Directory::read("d.toml", FILE).unwrap());
    assert_eq!(asked(&again, GUILD).await, ["ben", "ann"]);
}

/// An interaction that comes twice changes once, and is not told that somebody else was faster.
#[tokio::test]
async fn an_interaction_changes_once() {
    let place = place().await;
    let app = &place.app;
    let (person, target, draft) = (riley(2), opened_at(0), contacts("ben"));
    let write = || app.write_entry(&person, &target, &draft, at(LATER));
    assert_eq!(write().await.unwrap().len(), 1);
    assert_eq!(write().await.unwrap(), []);
    let history = app.directory_history(GUILD, 0).await.unwrap();
    assert_eq!(history.changes.len(), 1);
}

#[tokio::test]
async fn the_second_of_two_is_told_what_the_first_did() {
    let place = place().await;
    let app = &place.app;
    let open = app
        .open_entry(&riley(2), Kind::Topic, Some("BALROG"))
        .await
        .unwrap();
    assert_eq!(open.since, 0);
    let target = opened_at(open.since);
    let (first, second) = (contacts("ben"), contacts("ben\nann"));
    let (one, other) = (riley(3), riley(4));
    let (first, second) = tokio::join!(
        app.write_entry(&one, &target, &first, at(LATER)),
        app.write_entry(&other, &target, &second, at(LATER)),
    );
    // Whichever came first, one of them is saved and the other hears of it.
    let (saved, refused) = match (first, second) {
        (Ok(saved), Err(refused)) | (Err(refused), Ok(saved)) => (saved, refused),
        other => panic!("{other:?}"),
    };
    let Error::Rejected(rejection) = refused else {
        panic!("{refused:?}");
    };
    let Rejection::Directory(refusal) = *rejection else {
        panic!("{rejection:?}");
    };
    let change = Box::new(saved[0].clone());
    assert_eq!(*refusal, EditRefusal::ChangedMeanwhile { change });
    // A removal that was asked about before is one of two as well.
    let removed = app.remove_entry(&riley(5), &balrog(), 0, at(LATER)).await;
    assert!(matches!(removed, Err(Error::Rejected(_))), "{removed:?}");
    // Something else that was changed is no conflict.
    let open = app
        .open_entry(&riley(6), Kind::Contact, Some("ben"))
        .await
        .unwrap();
    assert_eq!(open.since, saved[0].number);
    let removed = app
        .remove_entry(&riley(7), &balrog(), open.since, at(LATER))
        .await;
    assert_eq!(removed.unwrap()[0].after, None);
    assert_eq!(asked(app, GUILD).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_refused_leaves_nothing_behind() {
    let place = place().await;
    let app = &place.app;
    for draft in [contacts("nobody"), contacts(""), contacts("ann")] {
        let refused = app.write_entry(&riley(2), &opened_at(0), &draft, at(LATER)).await;
        assert!(matches!(refused, Err(Error::Rejected(_))), "{refused:?}");
    }
    assert_eq!(app.directory_history(GUILD, 9).await.unwrap().changes, []);
    // Not even that the interaction was handled.
    let saved = app
        .write_entry(&riley(2), &opened_at(0), &contacts("ben"), at(LATER))
        .await;
    assert_eq!(saved.unwrap().len(), 1);
}
