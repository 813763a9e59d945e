//! Days that servers say something about, and calendar files that are read again.

use super::*;
use crate::domain::calendar::DayStanding;

fn dates(view: &ReleaseView) -> Vec<String> {
    view.plan
        .phases
        .iter()
        .map(|phase| phase.date.to_string())
        .collect()
}

fn off(reason: &str) -> DayStanding {
    DayStanding::Off(reason.to_owned())
}

/// S8: what a server says counts in its plans at once, and is told before anybody has to look.
#[tokio::test]
async fn s8_a_day_off_moves_the_plan_and_says_what_moves() {
    let place = Place::new().await;
    let before = dates(&place.running().await);
    assert_eq!(before, ["2026-12-04", "2026-12-08", "2026-12-10"]);
    let change = place
        .app
        .say_day(&riley(20), " 2026-12-09 ", off(" Office closed "), at(START))
        .await
        .unwrap();
    assert_eq!(change.moved.len(), 1);
    let moved: Vec<String> = change.moved[0]
        .phases
        .iter()
        .map(|(phase, from, to)| format!("{}: {from} to {to}", phase.id))
        .collect();
    assert_eq!(
        moved,
        ["code: 2026-12-04 to 2026-12-03", "test: 2026-12-08 to 2026-12-07"]
    );
    assert_eq!(change.after.day_off(change.date).unwrap().reason, "Office closed");
    assert!(change.before.is_working_day(change.date));
    assert_eq!(
        dates(&place.view().await),
        ["2026-12-03", "2026-12-07", "2026-12-10"]
    );
    // The wake-ups follow: the first is the morning of the 3rd now.
    let wakeup = place.app.next_wakeup(at(START)).await.unwrap().unwrap();
    assert!(wakeup.at() < at("2026-12-04T00:00:00Z"), "{wakeup:?}");

    // The same interaction delivered twice is carried out once.
    place
        .app
        .say_day(&riley(20), "2026-12-09", off("Office closed"), at(START))
        .await
        .unwrap();
    let view = place.app.calendar_of(GUILD, None, at(START)).await.unwrap();
    assert_eq!(view.said.len(), 1);
    assert_eq!(view.said[0].stamp.by, RILEY);

    // Taken back, everything is as it was, and both stay on the record.
    let change = place
        .app
        .say_day(&riley(21), "2026-12-09", DayStanding::ByTheRules, at(START))
        .await
        .unwrap();
    assert_eq!(change.moved.len(), 1);
    assert_eq!(dates(&place.view().await), before);
    let view = place.app.calendar_of(GUILD, None, at(START)).await.unwrap();
    assert_eq!(view.said.len(), 2);
}

#[tokio::test]
async fn a_target_that_becomes_a_day_off_is_named() {
    let place = Place::new().await;
    place.running().await;
    let change = place
        .app
        .say_day(&riley(20), "2026-12-10", off("Power cut"), at(START))
        .await
        .unwrap();
    assert_eq!(change.moved[0].target_is_off, Some(change.date));
}

#[tokio::test]
async fn release_managers_and_server_managers_may_change_the_calendar() {
    let place = Place::new().await;
    let say = async |person: &Person, date: &str, standing: DayStanding| {
        place.app.say_day(person, date, standing, at(START)).await
    };
    let refused = rejection(say(&person(30, 2, &[DEVELOPS]), "2026-12-09", off("x")).await);
    assert!(matches!(refused, Rejection::RoleNeeded { .. }), "{refused:?}");
    let mut manager = person(31, 3, &[]);
    manager.administrator = true;
    say(&manager, "2026-12-09", off("x")).await.unwrap();

    let refused = rejection(say(&riley(32), "soon", off("x")).await);
    assert!(matches!(refused, Rejection::NotADay { .. }));
    let refused = rejection(say(&riley(33), "2026-11-30", off("x")).await);
    assert!(matches!(refused, Rejection::DayIsOver { .. }));
    let refused = rejection(say(&riley(34), "2026-12-09", off(" ")).await);
    assert!(matches!(refused, Rejection::ReasonNeeded { .. }));
    let refused = rejection(say(&riley(35), "2026-12-09", off(&"x".repeat(101))).await);
    assert!(matches!(refused, Rejection::TextTooLong { .. }));
    let refused = rejection(say(&riley(36), "2026-12-11", DayStanding::ByTheRules).await);
    let own = vec!["2026-12-09".parse().unwrap()];
    assert_eq!(
        refused,
        Rejection::NothingSaid {
            date: "2026-12-11".parse().unwrap(),
            own
        }
    );
}

/// With problems, the old calendar stays; without, the new one counts at once.
#[tokio::test]
async fn calendar_files_are_read_again_as_a_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("company.toml");
    let path = file.clone();
    let source = CalendarSource::new(move || {
        let content = std::fs::read(&path).unwrap();
        let days = CalendarDays::read("company.toml", &content).map_err(|problems| {
            problems
                .to_string()
                .lines()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })?;
        Ok(CalendarSettings {
            days: Arc::new(days),
            ..CalendarSettings::default()
        })
    });
    let store = Store::open(&folder.path().join("tminus.sqlite")).await.unwrap();
    let app = App::new(store, vec![playbook()], CalendarSettings::default()).with_calendar_source(source);
    let place = Place { app, folder };
    place.set_up(GUILD).await;
    let before = dates(&place.running().await);
    let mut manager = person(40, 3, &[]);
    manager.administrator = true;

    std::fs::write(&file, "[[days]]\ndate = 2026-12-09\nreason = \"Closed\"\n").unwrap();
    let refused = rejection(place.app.reload_calendar(&riley(41)).await);
    assert_eq!(refused, Rejection::NotAnAdministrator);
    assert_eq!(dates(&place.view().await), before);

    let moved = place.app.reload_calendar(&manager).await.unwrap();
    assert_eq!(moved.len(), 1);
    let after = dates(&place.view().await);
    assert_eq!(after, ["2026-12-03", "2026-12-07", "2026-12-10"]);

    std::fs::write(
        &file,
        "[[days]]\ndate = 2026-12-08\n\n[[days]]\ndate = \"no\"\nreason = \"x\"\n",
    )
    .unwrap();
    let refused = rejection(place.app.reload_calendar(&manager).await);
    assert!(
        matches!(&refused, Rejection::CalendarNotRead { problems } if problems.len() == 2),
        "{refused:?}"
    );
    assert_eq!(dates(&place.view().await), after);
}
