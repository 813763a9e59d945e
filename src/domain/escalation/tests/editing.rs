//! Changing the directory: what is written reads back, what is changed is checked as the file is, and what was wrong before
//! is not held against anybody.

use proptest::prelude::*;

use super::*;
use crate::domain::ids::UserId;
use crate::domain::person::Stamp;

fn topic(id: &str) -> EntryId {
    EntryId::typed(Kind::Topic, id).unwrap()
}

fn contact(id: &str) -> EntryId {
    EntryId::typed(Kind::Contact, id).unwrap()
}

fn draft(texts: &[(&'static str, &str)]) -> Draft {
    Draft {
        texts: texts
            .iter()
            .map(|(key, text)| (*key, (*text).to_owned()))
            .collect(),
        user: None,
    }
}

/// What the form of an entry is sent with when some of its fields are changed.
fn redraft(entry: &Entry, changed: &[(&'static str, &str)]) -> Draft {
    let keys: &[&'static str] = match entry {
        Entry::Topic(_) => &["title", "aliases", "contacts", "note"],
        Entry::Contact(_) => &["name", "zone", "hours", "manager", "channel"],
        Entry::Symptom(_) => &["symptom", "cause", "resolution"],
        Entry::Always(_) => &["always", "fallback"],
    };
    let text = |key: &'static str| {
        let text = changed.iter().find(|(known, _)| *known == key);
        (
            key,
            text.map_or_else(|| entry.typed(key), |(_, text)| (*text).to_owned()),
        )
    };
    Draft {
        texts: keys.iter().copied().map(text).collect(),
        user: None,
    }
}

/// What changing some fields of an entry that is there makes of it.
fn edited(
    directory: &Directory,
    id: &EntryId,
    changed: &[(&'static str, &str)],
) -> Result<Entry, EditRefusal> {
    let draft = redraft(&directory.entry(id).unwrap(), changed);
    let target = Target::Existing {
        id: id.clone(),
        since: 0,
    };
    let edits = directory.edit(&target, &draft)?;
    let [edit] = edits.as_slice() else {
        panic!("one entry");
    };
    assert_eq!(edit.before, directory.entry(id));
    Ok(edit.after.clone().unwrap())
}

/// What is wrong, without the lines of a file that nobody sees.
fn wrong(refused: Result<Entry, EditRefusal>) -> String {
    match refused {
        Err(EditRefusal::NotInOrder { problems }) => {
            let line =
                |problem: &crate::domain::file::Problem| format!("{}: {}", problem.message, problem.found);
            problems.iter().map(line).collect::<Vec<_>>().join("; ")
        }
        other => panic!("{other:?}"),
    }
}

/// Changes of these edits, numbered in their order.
fn changes(edits: Vec<Edit>) -> Vec<Change> {
    let change = |(number, edit): (i64, Edit)| Change {
        number,
        id: edit.id,
        before: edit.before,
        after: edit.after,
        stamp: Stamp {
            by: UserId(1),
            at: at("2026-12-01T17:00:00Z"),
        },
    };
    (1..).zip(edits).map(change).collect()
}

#[test]
fn s55_a_topic_gets_other_contacts_by_their_names_in_order() {
    let directory = shipped();
    let changed = edited(
        &directory,
        &topic("signing"),
        &[("contacts", "Catlee, \n rail\n")],
    )
    .unwrap();
    assert_eq!(changed.typed("contacts"), "catlee\nrail");
    // What was not touched stays.
    assert_eq!(changed.typed("aliases"), "signingscript\nautograph");
}

/// Each check of the file holds for what people write, in the words of the file.
#[test]
fn what_people_write_is_checked_as_the_file_is() {
    let directory = shipped();
    let of_topic = |changed| wrong(edited(&directory, &topic("signing"), changed));
    let of_contact = |changed| wrong(edited(&directory, &contact("aki"), changed));
    for (found, expected) in [
        (
            of_topic(&[("contacts", " , ")]),
            "`contacts` of topic `signing`: no contact",
        ),
        (
            of_topic(&[("contacts", "aki\nnobody")]),
            "`contacts` of topic `signing`: the unknown contact `nobody`",
        ),
        (
            of_topic(&[("aliases", "UPDATES")]),
            "`aliases` of topic `balrog`: `updates`, by which the topic `signing` is found",
        ),
        (
            of_topic(&[("title", &"é".repeat(81))]),
            "`title` of topic `signing`: 81 characters",
        ),
        (
            of_contact(&[("hours", "09:00-17:00")]),
            "`hours` of contact `aki`: hours without a zone",
        ),
        (
            of_contact(&[("hours", "17:00-09:00"), ("zone", "Europe/Berlin")]),
            "`hours` of contact `aki`: `17:00-09:00`",
        ),
        (
            of_contact(&[("hours", "09:00-17:00 mon funday"), ("zone", "Europe/Berlin")]),
            "`days` of contact `aki`: `funday`",
        ),
        (
            of_contact(&[("zone", "Europe/Berlim")]),
            "`zone` of contact `aki`: `Europe/Berlim`",
        ),
        (
            of_contact(&[("manager", "aki")]),
            "`manager` of contact `aki`: a circle of managers: `aki`",
        ),
        (
            wrong(edited(&directory, &EntryId::Always, &[("fallback", "")])),
            "`fallback` of the directory: nothing",
        ),
    ] {
        assert_eq!(found, expected);
    }
}

#[test]
fn the_hours_take_the_days_behind_them() {
    let directory = shipped();
    let of = |hours: &str| {
        edited(
            &directory,
            &contact("aki"),
            &[("zone", "Europe/Berlin"), ("hours", hours)],
        )
        .unwrap()
    };
    assert_eq!(of("09:00-17:00").typed("hours"), "09:00-17:00");
    let some = of("09:00-13:00, Tue  thursday");
    assert_eq!(some.typed("hours"), "09:00-13:00 tuesday, thursday");
    // What a form opens with is what it may be sent with.
    let mut there = directory.clone();
    there.put(&contact("aki"), Some(some));
    let again = edited(&there, &contact("aki"), &[]);
    assert!(matches!(again, Err(EditRefusal::Unchanged { .. })), "{again:?}");
}

#[test]
fn something_new_gets_an_id_of_its_name_and_never_that_of_another() {
    let directory = shipped();
    let add = |kind, id: Option<EntryId>, texts: &[(&'static str, &str)]| {
        let edits = directory.edit(&Target::New { kind, id }, &draft(texts))?;
        Ok::<_, EditRefusal>(edits[0].id.as_str().to_owned())
    };
    let topics = [("title", "The mirror, and its *caches*"), ("contacts", "aki")];
    assert_eq!(
        add(Kind::Topic, None, &topics).as_deref(),
        Ok("the-mirror-and-its-caches")
    );
    assert_eq!(
        add(Kind::Topic, Some(topic("mirror")), &topics).as_deref(),
        Ok("mirror")
    );
    let taken = add(Kind::Topic, Some(topic("balrog")), &topics);
    assert!(matches!(taken, Err(EditRefusal::Taken { .. })), "{taken:?}");
    let long = "a symptom whose description goes on for longer than an id may be";
    let symptom = [("symptom", long), ("cause", "c"), ("resolution", "r")];
    assert_eq!(
        add(Kind::Symptom, None, &symptom).as_deref(),
        Ok("a-symptom-whose-description-goes-on-for")
    );
    for (name, repaired) in [("李小龍", None), (" ", None)] {
        let refused = add(Kind::Contact, None, &[("name", name)]);
        let repaired: Option<String> = repaired;
        assert_eq!(
            refused,
            Err(EditRefusal::NotAnId {
                given: name.trim().to_owned(),
                repaired
            })
        );
    }
}

/// There has to be a fallback as soon as there is a contact, so the first one becomes it.
#[test]
fn the_first_contact_of_all_becomes_the_fallback() {
    let empty = Directory::default();
    let target = Target::New {
        kind: Kind::Contact,
        id: None,
    };
    let edits = empty.edit(&target, &draft(&[("name", "Ann")])).unwrap();
    let directory = empty.with(changes(edits));
    assert_eq!(directory.problems(), None);
    assert_eq!(directory.fallback.as_ref().map(ContactId::as_str), Some("ann"));
    let refused = directory.remove(&contact("ann"));
    assert!(
        matches!(refused, Err(EditRefusal::StillNamed { fallback: true, .. })),
        "{refused:?}"
    );
}

#[test]
fn a_contact_goes_when_nothing_names_them() {
    let directory = shipped();
    let refused = directory.remove(&contact("aki"));
    let expected = EditRefusal::StillNamed {
        name: "aki".to_owned(),
        topics: vec![
            "Chain of trust (cot)".to_owned(),
            "Scriptworker in general".to_owned(),
            "Signing, signingscript and autograph".to_owned(),
        ],
        manages: Vec::new(),
        fallback: false,
    };
    assert_eq!(refused, Err(expected));
    let mut directory = directory;
    for id in ["chain-of-trust", "scriptworker", "signing"] {
        let edit = directory.remove(&topic(id)).unwrap();
        directory = directory.with(changes(vec![edit]));
    }
    let edit = directory.remove(&contact("aki")).unwrap();
    let directory = directory.with(changes(vec![edit]));
    assert_eq!(directory.problems(), None);
    assert_eq!(directory.contacts.len(), 11);
}

/// The operator takes a contact out of the file whom a changed topic names. Nobody else's change is refused for it, and the
/// topic can be put right.
#[test]
fn what_the_file_made_wrong_is_not_held_against_others() {
    let first = shipped();
    let after = edited(&first, &topic("signing"), &[("contacts", "aki\ncatlee")]);
    let laid = match after {
        Err(EditRefusal::Unchanged { .. }) => {
            edited(&first, &topic("signing"), &[("contacts", "catlee\naki")])
        }
        other => other,
    };
    let over = vec![Edit {
        id: topic("signing"),
        before: first.entry(&topic("signing")),
        after: Some(laid.unwrap()),
    }];
    let without = SHIPPED
        .replace("[[contacts]]\nid = \"catlee\"\n", "")
        .replace("contacts = [\"aki\", \"catlee\"]", "contacts = [\"aki\"]");
    let file = Directory::read("d.toml", &without).unwrap();
    let directory = file.with(changes(over));
    assert_eq!(directory.problems().unwrap().problems.len(), 1);
    assert!(edited(&directory, &topic("balrog"), &[("note", "Ask first")]).is_ok());
    assert!(edited(&directory, &topic("signing"), &[("contacts", "aki")]).is_ok());
    let worse = wrong(edited(&directory, &topic("signing"), &[("contacts", "nobody")]));
    assert_eq!(
        worse,
        "`contacts` of topic `signing`: the unknown contact `nobody`"
    );
}

#[test]
fn a_change_says_what_it_changed_key_by_key() {
    let directory = shipped();
    let id = topic("signing");
    let after = edited(
        &directory,
        &id,
        &[("contacts", "catlee"), ("note", "Ask first"), ("aliases", "")],
    );
    let edit = Edit {
        id: id.clone(),
        before: directory.entry(&id),
        after: Some(after.unwrap()),
    };
    let lines: Vec<String> = changes(vec![edit])[0]
        .differences()
        .into_iter()
        .map(|difference| {
            let text = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
            format!(
                "{}: {} > {}",
                difference.key,
                text(difference.before),
                text(difference.after)
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            "aliases: signingscript, autograph > none",
            "contacts: aki, catlee > catlee",
            "note: none > Ask first",
        ]
    );
}

/// A text that a line of the file takes.
fn line() -> impl Strategy<Value = String> {
    "[^\\p{C}]{0,30}".prop_map(|text| format!("x{text}").trim().to_owned())
}

/// A text that may have several lines, and everything that TOML has to escape. A form sends lines as it likes, and they are
/// kept as one kind.
fn paragraph() -> impl Strategy<Value = String> {
    "[\"'\\\\\n\t#=\\[\\] a-zé\u{1}\u{7f}\u{202e}]{0,60}"
        .prop_map(|text| format!("x{text}").trim().to_owned())
}

prop_compose! {
    /// A contact without an id of its own, and which of those before may be the manager.
    fn somebody()(
        name in line(),
        user in prop::option::of(100_000_000_000_000_u64..),
        zone in prop::option::of(prop::sample::select(vec!["America/Toronto", "Asia/Kolkata", "UTC"])),
        hours in prop::option::of(prop::sample::select(vec!["09:00-17:00", "00:00-23:59"])),
        days in prop::sample::subsequence((0..7).collect::<Vec<u8>>(), 1..=7).prop_shuffle(),
        channel in prop::option::of(line()),
        manager in any::<Option<prop::sample::Index>>(),
    ) -> (Contact, Option<prop::sample::Index>) {
        let contact = Contact {
            id: "somebody".parse().unwrap(),
            name,
            user: user.map(UserId),
            zone: zone.map(|zone| zone.parse().unwrap()),
            hours: zone.and(hours).map(|hours| hours.parse().unwrap()),
            // Days without hours are said in a file alone; a form does not ask for them.
            days: match zone.and(hours) {
                Some(_) => days.into_iter().map(|day| Weekday::try_from(day).unwrap()).collect(),
                None => value::working_week(),
            },
            manager: None,
            channel,
        };
        (contact, manager)
    }
}

/// Some contacts, each with a manager from before them, so that no circle closes.
fn contacts() -> impl Strategy<Value = Vec<Contact>> {
    prop::collection::vec(somebody(), 0..6).prop_map(|all| {
        let numbered = all.into_iter().enumerate();
        let contact = |(number, (contact, manager)): (usize, (Contact, Option<prop::sample::Index>))| {
            let manager = manager.filter(|_| number > 0);
            Contact {
                id: format!("c{number}").parse().unwrap(),
                manager: manager.map(|manager| format!("c{}", manager.index(number)).parse().unwrap()),
                ..contact
            }
        };
        numbered.map(contact).collect()
    })
}

prop_compose! {
    fn directories()(
        contacts in contacts(),
        topics in prop::collection::vec((line(), prop::option::of(paragraph()), any::<prop::sample::Index>()), 0..5),
        symptoms in prop::collection::vec((line(), paragraph(), paragraph()), 0..5),
        always in prop::collection::vec(line(), 0..3),
    ) -> Directory {
        let topics = topics.into_iter().enumerate().filter(|_| !contacts.is_empty());
        Directory {
            topics: topics.map(|(number, (title, note, helper))| Topic {
                id: format!("t{number}").parse().unwrap(),
                title: format!("{number} {title}"),
                aliases: vec![format!("alias {number}, {title}")],
                contacts: vec![contacts[helper.index(contacts.len())].id.clone()],
                note,
            }).collect(),
            symptoms: symptoms.into_iter().enumerate().map(|(number, (symptom, cause, resolution))| Symptom {
                id: format!("s{number}").parse().unwrap(),
                symptom: format!("{number} {symptom}"),
                cause,
                resolution,
            }).collect(),
            fallback: contacts.last().map(|contact| contact.id.clone()),
            contacts,
            always,
        }
    }
}

proptest! {
    /// Whatever a directory holds: it reads back as it was written, as a file and as the JSON of its entries, and a form
    /// that is sent as it opened changes nothing.
    #[test]
    fn what_is_written_reads_back(directory in directories()) {
        let text = directory.write().unwrap();
        prop_assert_eq!(Directory::read("written.toml", &text), Ok(directory.clone()), "{}", text);
        let topics = directory.topics.iter().map(|topic| EntryId::Topic(topic.id.clone()));
        let contacts = directory.contacts.iter().map(|contact| EntryId::Contact(contact.id.clone()));
        let symptoms = directory.symptoms.iter().map(|symptom| EntryId::Symptom(symptom.id.clone()));
        let mut over = Vec::new();
        for id in topics.chain(contacts).chain(symptoms) {
            let entry = directory.entry(&id).unwrap();
            let json = serde_json::to_string(&entry).unwrap();
            prop_assert_eq!(&Entry::read(id.kind(), &json).unwrap(), &entry);
            let same = edited(&directory, &id, &[]);
            prop_assert!(matches!(same, Err(EditRefusal::Unchanged { .. })), "{:?}", same);
            over.push(Edit { id, before: None, after: Some(entry) });
        }
        // Laid over nothing, the entries are the directory again, but for what holds always.
        let bare = Directory { always: directory.always.clone(), fallback: directory.fallback.clone(), ..Directory::default() };
        prop_assert_eq!(bare.with(changes(over)), directory);
    }
}
