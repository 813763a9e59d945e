//! Who may do what in a server, cell by cell, as `docs/permissions.md` says it.

use std::fmt::Write as _;

use super::*;
use crate::domain::calendar::DayStanding;
use crate::domain::digest::DigestWish;
use crate::domain::direct::DirectRefusal;
use crate::domain::escalation::{Draft, EntryId, Kind, Target};
use crate::domain::fixtures;
use crate::domain::ids::{OccurrenceId, ReleaseKey};
use crate::domain::overview::Listed;
use crate::domain::recurring::Mode;

/// The columns: what somebody is called, the roles of the server held, and the right to manage it.
const COLUMNS: &[(&str, &[u64], bool)] = &[
    ("Release Manager", &[LEADS], false),
    ("Dev, QA", &[DEVELOPS, TESTS], false),
    ("Manages the server", &[], true),
    ("Nobody of these", &[], false),
];

/// What can be done in a server, and looked at.
const ACTS: &[&str] = &[
    "start a release",
    "answer the proposal of a recurring one",
    "switch a recurring playbook on or off (`/playbook schedule`)",
    "take a day off, or work on one (`/calendar add`, `work`)",
    "take that back (`/calendar remove`)",
    "change whom to ask and what to do (`/escalate topic`, `contact`, `always`; `/troubleshoot add`, `edit`, `remove`)",
    "see what of a release was not delivered (`/outbox list`)",
    "send it again (`/outbox retry`)",
    "give it up (`/outbox drop`)",
    "see, send and give up what belongs to no release",
    "choose roles and channels (`/setup`)",
    "read the calendar files again (`/calendar reload`)",
    "read the playbook files again (`/playbook reload`)",
    "look at releases: `status`, `list`, `timeline`, `why`, `export`, `/item list`, `/scorecard` and the others",
    "look at a private release",
    "follow a release that is not private (`/follow`, `/unfollow`)",
    "follow a private release",
    "choose one's own digest (`/digest`)",
    "write a roster, and say that somebody else is away (`/shift roster`, `/shift away`)",
];

/// When the weekly playbook comes.
const COMES: &str = "2026-12-07T20:00:00Z";

/// A server with a release in flight, a private one, a proposal that waits, and one message of a release and one of the
/// server that could not be delivered.
async fn stage() -> Place {
    let train = Playbook {
        id: "train".to_owned(),
        product: "Train".to_owned(),
        ..fixtures::weekly(Mode::Propose)
    };
    let place = Place::with(vec![playbook(), train]).await;
    place.running().await;
    let private = StartRequest {
        version: "7.2.2".to_owned(),
        private: true,
        ..request()
    };
    let app = &place.app;
    app.start(&riley(3), &private, at(START)).await.unwrap();
    app.switch_schedule(&riley(4), "train", true, at(START))
        .await
        .unwrap();
    app.tick(at(COMES)).await.unwrap();
    place.act(&riley(5), &tick("announce"), COMES).await.unwrap();
    while let Some(delivery) = app.next_delivery(at(COMES)).await.unwrap() {
        let result = match &delivery.claim.notice {
            Notice::Proposal { .. } | Notice::Board => Err(SendError::Refused {
                why: "Missing Access (50001)".to_owned(),
            }),
            Notice::OpenChannel => Ok(Receipt::Channel(ChannelId(777))),
            _ => Ok(Receipt::Posted(MessageId(601))),
        };
        app.record(&delivery.claim, result, PAUSES, at(COMES))
            .await
            .unwrap();
    }
    place
}

/// The number of the undelivered message that belongs to the release everybody knows, or to none.
async fn undelivered(place: &Place, of_release: bool) -> i64 {
    let everything = Person {
        administrator: true,
        ..riley(6)
    };
    let letters = place.app.dead_letters(&everything).await.unwrap();
    let wanted = of_release.then(the_key);
    let letter = letters.iter().find(|letter| letter.release == wanted);
    letter.unwrap().note
}

fn the_key() -> ReleaseKey {
    ReleaseKey::from_stored("REL-2026-12-001".to_owned())
}

/// Whether the list holds what belongs to the release everybody knows, or to none.
async fn lists(place: &Place, person: &Person, of_release: bool) -> Result<(), Error> {
    let letters = place.app.dead_letters(person).await?;
    let wanted = of_release.then(the_key);
    if letters.iter().any(|letter| letter.release == wanted) {
        Ok(())
    } else {
        Err(Rejection::NotAnAdministrator.into())
    }
}

/// Each way of changing whom to ask; all of them are open to the same people.
async fn change_the_directory(app: &App, person: &Person) -> Result<(), Error> {
    let (kind, now) = (Kind::Symptom, at(COMES));
    let target = Target::New { kind, id: None };
    let symptom = format!("It hangs {}", person.user);
    let texts = [
        ("symptom", symptom.as_str()),
        ("cause", "A lock"),
        ("resolution", "Wait"),
    ];
    let draft = Draft {
        texts: texts.map(|(key, text)| (key, text.to_owned())).into(),
        user: None,
    };
    let opened = app.open_new(person, None).await;
    let written = app.write_entry(person, &target, &draft, now).await.map(drop);
    assert_eq!(opened.is_ok(), written.is_ok(), "{person:?}");
    let id = EntryId::typed(kind, &format!("it-hangs-{}", person.user)).unwrap();
    if written.is_err() {
        app.write_entry(&riley(7), &target, &draft, now).await?;
    }
    let considered = app.consider_removal(person, kind, &symptom).await;
    let again = Person {
        interaction: InteractionId(22),
        ..person.clone()
    };
    let removed = app.remove_entry(&again, &id, i64::MAX, now).await;
    let edited = app.open_entry(person, Kind::Always, None).await;
    if written.is_err() {
        app.remove_entry(&riley(8), &id, i64::MAX, now).await?;
    }
    for other in [considered.is_ok(), removed.is_ok(), edited.is_ok()] {
        assert_eq!(other, written.is_ok(), "{person:?}");
    }
    // Looking is everybody's.
    app.directory(person.guild).await?;
    app.directory_history(person.guild, 0).await?;
    written
}

async fn perform(place: &Place, act: &str, person: &Person) -> Result<(), Error> {
    let (app, now) = (&place.app, at(COMES));
    let off = DayStanding::Off("Everybody is away".to_owned());
    let proposal = OccurrenceId(1);
    match act {
        "start a release" => {
            let version = "7.3.0".to_owned();
            let target = "2026-12-21".to_owned();
            let another = StartRequest {
                version,
                target,
                ..request()
            };
            app.start(person, &another, now).await.map(drop)
        }
        "answer the proposal of a recurring one" => app.decline(person, proposal, now).await,
        "switch a recurring playbook on or off (`/playbook schedule`)" => {
            app.switch_schedule(person, "train", false, now).await.map(drop)
        }
        "take a day off, or work on one (`/calendar add`, `work`)" => {
            app.say_day(person, "2026-12-21", off, now).await.map(drop)
        }
        "take that back (`/calendar remove`)" => {
            app.say_day(&riley(7), "2026-12-21", off, now).await?;
            let rules = DayStanding::ByTheRules;
            app.say_day(person, "2026-12-21", rules, now).await.map(drop)
        }
        "change whom to ask and what to do (`/escalate topic`, `contact`, `always`; `/troubleshoot add`, `edit`, `remove`)" => {
            change_the_directory(app, person).await
        }
        "see what of a release was not delivered (`/outbox list`)" => lists(place, person, true).await,
        "send it again (`/outbox retry`)" => {
            let note = undelivered(place, true).await;
            app.remedy(person, note, Remedy::Retry, now).await.map(drop)
        }
        "give it up (`/outbox drop`)" => {
            let note = undelivered(place, true).await;
            app.remedy(person, note, Remedy::Drop, now).await.map(drop)
        }
        "see, send and give up what belongs to no release" => {
            let note = undelivered(place, false).await;
            let seen = lists(place, person, false).await;
            let sent = app.remedy(person, note, Remedy::Retry, now).await;
            assert_eq!(seen.is_ok(), sent.is_ok(), "{person:?}");
            seen
        }
        "choose roles and channels (`/setup`)" => app.choose(person, &[]).await.map(drop),
        "read the calendar files again (`/calendar reload`)" => app.reload_calendar(person).await.map(drop),
        "read the playbook files again (`/playbook reload`)" => app.reload_playbooks(person).await.map(drop),
        "follow a release that is not private (`/follow`, `/unfollow`)" => {
            app.follow(person, &the_release(), now).await?;
            let again = Person {
                interaction: InteractionId(21),
                ..person.clone()
            };
            app.unfollow(&again, &the_release(), now).await.map(drop)
        }
        "follow a private release" => {
            let key = Which::Key("REL-2026-12-002".to_owned());
            app.follow(person, &key, now).await.map(drop)
        }
        "choose one's own digest (`/digest`)" => {
            let wish = DigestWish {
                at: Some("09:00".to_owned()),
                zone: Some("Europe/London".to_owned()),
                ..DigestWish::default()
            };
            app.choose_digest(person, &wish, now).await.map(drop)
        }
        "write a roster, and say that somebody else is away (`/shift roster`, `/shift away`)" => {
            let text = "title = \"QA\"\nrotation = \"daily\"\n[[members]]\ndiscord = \"100000000000000001\"\n\
                        zone = \"Europe/Berlin\"\nhours = \"09:00-17:00\"";
            let name = "qa".parse().unwrap();
            app.write_roster(person, &name, text, 0, now).await?;
            let again = Person {
                interaction: InteractionId(22),
                ..person.clone()
            };
            let day = at(COMES).date_naive();
            app.go_away(&again, UserId(100_000_000_000_000_001), (day, day), None, now)
                .await
                .map(drop)
        }
        "look at a private release" => {
            let key = Which::Key("REL-2026-12-002".to_owned());
            app.timeline(person, &key).await.map(drop)
        }
        _ => {
            app.record_of(person, &the_release()).await?;
            app.kept_playbook(person, &the_release()).await?;
            assert!(!app.in_flight(person).await?.is_empty());
            let listed = app.list(person, Listed::All, now).await?.releases;
            assert_eq!(listed.len(), 1 + usize::from(!person.guild_roles.is_empty()));
            assert!(!app.releases(person).await?.is_empty());
            app.closed_since(person, at(START)).await.map(drop)
        }
    }
}

#[tokio::test]
async fn the_page_about_permissions_says_what_a_server_allows() {
    let names: Vec<&str> = COLUMNS.iter().map(|(name, ..)| *name).collect();
    let mut table = format!(
        "| To | {} |\n|---|{}\n",
        names.join(" | "),
        "---|".repeat(names.len())
    );
    for act in ACTS {
        let mut cells = Vec::new();
        let mut place = stage().await;
        for (name, roles, administrator) in COLUMNS {
            let person = Person {
                administrator: *administrator,
                ..person(20, 70, roles)
            };
            cells.push(match perform(&place, act, &person).await {
                Ok(()) => {
                    // A refusal leaves everything as it was.
                    place = stage().await;
                    "✅"
                }
                // There are no files to read here, which only whoever may have them read is told.
                Err(Error::Rejected(rejection))
                    if matches!(
                        *rejection,
                        Rejection::CalendarNotRead { .. } | Rejection::PlaybooksNotRead { .. }
                    ) =>
                {
                    "✅"
                }
                Err(Error::Rejected(rejection)) => {
                    // A sentence that names who may; of a private release, not even that there is one.
                    match *rejection {
                        Rejection::RoleNeeded { roles, .. } => assert!(!roles.is_empty(), "{act}"),
                        Rejection::NotAnAdministrator | Rejection::UnknownRelease { .. } => {}
                        Rejection::Direct(refusal) => {
                            assert!(matches!(*refusal, DirectRefusal::Private { .. }), "{refusal:?}");
                        }
                        other => panic!("{act} by {name}: {other:?}"),
                    }
                    "–"
                }
                Err(other) => panic!("{act} by {name}: {other:?}"),
            });
        }
        let _ = writeln!(table, "| {act} | {} |", cells.join(" | "));
    }
    let page = include_str!("../../../docs/permissions.md");
    assert!(
        page.contains(&table),
        "docs/permissions.md has to hold:\n\n{table}"
    );
}
