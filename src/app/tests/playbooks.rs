//! S6: playbooks that are read again: all of them or none; releases keep theirs, and what comes again follows.

use std::sync::Mutex;

use super::*;
use crate::domain::fixtures;
use crate::domain::recurring::Mode;

/// Files that a test can change.
#[derive(Clone)]
struct Files(Arc<Mutex<Result<Vec<Playbook>, Vec<String>>>>);

impl Files {
    fn write(&self, files: Result<Vec<Playbook>, Vec<String>>) {
        *self.0.lock().unwrap() = files;
    }
}

async fn place() -> (Place, Files) {
    let files = Files(Arc::new(Mutex::new(Ok(vec![playbook()]))));
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("tminus.sqlite")).await.unwrap();
    let read = files.clone();
    let source = PlaybookSource::new(move || read.0.lock().unwrap().clone());
    let app = App::new(store, vec![playbook()], CalendarSettings::default()).with_playbook_source(source);
    let place = Place { app, folder };
    place.set_up(GUILD).await;
    (place, files)
}

fn manager() -> Person {
    let mut manager = person(40, 3, &[]);
    manager.administrator = true;
    manager
}

/// The playbook with another title, and another one beside it.
fn edited() -> Vec<Playbook> {
    let mut edited = playbook();
    edited.phases[0].items.remove(0);
    let mut other = playbook();
    other.id = "other".to_owned();
    vec![edited, other]
}

#[tokio::test]
async fn s6_playbooks_are_read_again_as_a_whole_or_not_at_all() {
    let (place, files) = place().await;
    place.running().await;
    files.write(Ok(edited()));
    let refused = rejection(place.app.reload_playbooks(&riley(41)).await);
    assert_eq!(refused, Rejection::NotAnAdministrator);
    files.write(Err(vec!["a".to_owned(), "b".to_owned()]));
    let refused = rejection(place.app.reload_playbooks(&manager()).await);
    assert!(matches!(&refused, Rejection::PlaybooksNotRead { problems } if problems.len() == 2));
    assert_eq!(place.app.playbooks()[..], [playbook()]);
    files.write(Ok(edited()));
    let reread = place.app.reload_playbooks(&manager()).await.unwrap();
    let changed = Became::Changed {
        from: playbook().digest(),
        to: edited()[0].digest(),
    };
    let added = Became::Added {
        digest: edited()[1].digest(),
    };
    assert_eq!(
        reread.changes,
        [("patch".to_owned(), changed), ("other".to_owned(), added)]
    );
    assert_eq!((reread.same, reread.missing), (0, Vec::new()));
    // The release has its item still, and can be told from the next one.
    let kept = place.view().await.release.playbook;
    assert_eq!(*kept, playbook());
    let views = place.app.playbook_views(&guest()).await.unwrap();
    let counts: Vec<(usize, usize)> = views
        .iter()
        .map(|view| (view.followed_by, view.kept_by))
        .collect();
    assert_eq!(counts, [(0, 1), (0, 0)]);
    files.write(Ok(vec![edited().remove(1)]));
    let reread = place.app.reload_playbooks(&manager()).await.unwrap();
    assert_eq!(
        (reread.changes, reread.same),
        (vec![("patch".to_owned(), Became::Removed)], 1)
    );
    let which = Which::Key(place.view().await.release.key.to_string());
    let kept = place.app.kept_playbook(&guest(), &which).await.unwrap();
    assert_eq!((&*kept.kept, kept.loaded), (&playbook(), None));
}

/// A schedule waits for what the new file says from the next step of time on; without a rule it waits for nothing.
#[tokio::test]
async fn s94_what_comes_again_follows_the_files() {
    let (place, files) = place().await;
    let weekly = |at: &str| {
        let mut playbook = fixtures::weekly(Mode::Propose);
        playbook.recurring.as_mut().unwrap().at = at.parse().unwrap();
        playbook
    };
    let now = at("2026-11-30T18:00:00Z");
    let waits = async || {
        let next = place.app.next_wakeup(now).await.unwrap();
        next.map(|next| next.at().format("%m-%d %H:%M").to_string())
    };
    files.write(Ok(vec![weekly("weekly, Tuesday 09:00 Pacific/Auckland")]));
    place.app.reload_playbooks(&manager()).await.unwrap();
    place
        .app
        .switch_schedule(&riley(50), "patch", true, now)
        .await
        .unwrap();
    assert_eq!(waits().await.as_deref(), Some("11-30 20:00"));
    files.write(Ok(vec![weekly("weekly, Friday 09:00 Pacific/Auckland")]));
    place.app.reload_playbooks(&manager()).await.unwrap();
    place.app.tick(now).await.unwrap();
    assert_eq!(waits().await.as_deref(), Some("12-03 20:00"));
    files.write(Ok(vec![playbook()]));
    let reread = place.app.reload_playbooks(&manager()).await.unwrap();
    assert_eq!(reread.silent, ["patch"]);
    place.app.tick(now).await.unwrap();
    assert_eq!(waits().await, None);
}

/// In the demo and in tests there may be no files.
#[tokio::test]
async fn without_files_nothing_is_read() {
    let place = Place::new().await;
    let refused = rejection(place.app.reload_playbooks(&manager()).await);
    assert_eq!(refused, Rejection::PlaybooksNotRead { problems: Vec::new() });
}
