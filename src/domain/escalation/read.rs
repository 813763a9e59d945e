//! Reading the directory: whatever is wrong with it, all at once and with its lines.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::de::DeTable;

use super::{Contact, ContactId, Directory, Symptom, SymptomId, Topic, TopicId};
use crate::domain::file::source::{Source, excerpt};
use crate::domain::file::table::{Located, Need, Table, quoted};
use crate::domain::file::{Problems, nearest, value};
use crate::domain::hours::HOURS_FORM;
use crate::domain::slug::SLUG_FORM;

/// A name or a title, in characters.
const TITLE: usize = 80;

/// What to know about a topic, in characters.
const NOTE: usize = 500;

/// The name of a channel, in characters.
const CHANNEL: usize = 100;

/// The aliases or contacts of one topic.
const LIST: usize = 25;

/// The topics of a directory.
const TOPICS: usize = 2_000;

/// The contacts of a directory.
const CONTACTS: usize = 10_000;

/// The symptoms of a directory: each look goes through the words of all.
const SYMPTOMS: usize = 500;

/// What is seen, in characters: it has to be read in a list.
const SYMPTOM: usize = 200;

/// A cause or a resolution, in characters.
const EXPLANATION: usize = 500;

impl Directory {
    /// Reads the file `file` with this text.
    ///
    /// # Errors
    /// Everything that is wrong with it: unknown keys, contacts that are not there, topics without contacts, hours without
    /// a zone, managers in a circle.
    pub fn read(file: &str, text: &str) -> Result<Self, Problems> {
        match Self::read_all(file, text) {
            (_, Some(problems)) => Err(problems),
            (directory, None) => Ok(directory),
        }
    }

    /// Everything that can be read of the file, and everything that is wrong with it.
    pub(super) fn read_all(file: &str, text: &str) -> (Self, Option<Problems>) {
        let source = Source::new(file, text);
        let (document, syntax_errors) = DeTable::parse_recoverable(text);
        let table = Table::new(
            &source,
            "directory",
            "the directory".to_owned(),
            document.get_ref(),
            0..0,
        );
        let contacts = contacts(&table);
        let known: BTreeSet<&str> = contacts.iter().map(|read| read.contact.id.as_str()).collect();
        check_managers(&contacts, &known);
        let topics = topics(&table, &known);
        let symptoms = symptoms(&table);
        let always = table.list("always", LIST, "a list of channels", value::line(CHANNEL));
        let need = if contacts.is_empty() {
            Need::Optional
        } else {
            Need::Required
        };
        let fallback = table.value("fallback", need, "the id of a contact", value::slug::<ContactId>);
        if let Some(fallback) = &fallback {
            check_known(&table, "fallback", fallback, &known);
        }
        table.finish();
        let directory = Self {
            topics,
            contacts: contacts.into_iter().map(|read| read.contact).collect(),
            always: always.into_iter().map(|channel| channel.value).collect(),
            fallback: fallback.map(|fallback| fallback.value),
            symptoms,
        };
        (directory, source.problems(&syntax_errors))
    }
}

/// A contact with the table that it was read from.
struct ReadContact<'s> {
    contact: Contact,
    table: Table<'s>,
    manager: Option<Located<ContactId>>,
}

fn contacts<'s>(directory: &Table<'s>) -> Vec<ReadContact<'s>> {
    let mut ids = BTreeSet::new();
    let tables = directory.tables("contacts", "contact", Need::Optional, CONTACTS);
    tables
        .into_iter()
        .filter_map(|table| {
            let id = table.value("id", Need::Required, SLUG_FORM, value::slug::<ContactId>);
            let name = table.value("name", Need::Optional, "", value::line(TITLE));
            let user = table.value("discord", Need::Optional, value::PERSON, value::person);
            let zone = table.value("zone", Need::Optional, value::ZONE, value::zone);
            let hours = table.value("hours", Need::Optional, HOURS_FORM, value::hours);
            let days = table.value("days", Need::Optional, "", value::days);
            let manager = table.value("manager", Need::Optional, "", value::slug::<ContactId>);
            let channel = table.value("channel", Need::Optional, "", value::line(CHANNEL));
            table.finish();
            // A zone that is no zone is told as such.
            if let (Some(hours), None) = (&hours, table.raw_text("zone")) {
                let found = "hours without a zone".to_owned();
                table.mismatch(
                    "hours",
                    &hours.place,
                    found,
                    format!("a `zone` beside it, {}", value::ZONE),
                );
            }
            let id = id?;
            check_once(&table, "id", "contact", &mut ids, &id.place, id.value.as_str());
            let contact = Contact {
                name: name.map_or_else(|| id.value.to_string(), |name| name.value),
                user: user.map(|user| user.value),
                zone: zone.map(|zone| zone.value),
                hours: hours.map(|hours| hours.value),
                days: days.map_or_else(value::working_week, |days| days.value),
                manager: manager.as_ref().map(|manager| manager.value.clone()),
                channel: channel.map(|channel| channel.value),
                id: id.value,
            };
            Some(ReadContact {
                contact,
                table,
                manager,
            })
        })
        .collect()
}

fn topics(directory: &Table<'_>, known: &BTreeSet<&str>) -> Vec<Topic> {
    let mut ids = BTreeSet::new();
    let mut names: BTreeMap<String, TopicId> = BTreeMap::new();
    let tables = directory.tables("topics", "topic", Need::Optional, TOPICS);
    tables
        .into_iter()
        .filter_map(|table| {
            let id = table.value("id", Need::Required, SLUG_FORM, value::slug::<TopicId>);
            let title = table.value(
                "title",
                Need::Required,
                &value::line_expected(TITLE),
                value::line(TITLE),
            );
            let aliases = table.list("aliases", LIST, "a list of names", value::line(TITLE));
            let helpers = table.list("contacts", LIST, "a list of contacts", value::slug::<ContactId>);
            let note = table.value("note", Need::Optional, "", value::paragraph(NOTE));
            table.finish();
            for contact in &helpers {
                check_known(&table, "contacts", contact, known);
            }
            let (id, title) = (id?, title?);
            check_once(&table, "id", "topic", &mut ids, &id.place, id.value.as_str());
            if helpers.is_empty() {
                let found = "no contact".to_owned();
                table.mismatch(
                    "contacts",
                    &id.place,
                    found,
                    "at least one contact, the first one first".to_owned(),
                );
            }
            let own = [
                ("id", id.value.as_str(), &id.place),
                ("title", &title.value, &title.place),
            ];
            let further = aliases
                .iter()
                .map(|alias| ("aliases", alias.value.as_str(), &alias.place));
            for (key, name, place) in own.into_iter().chain(further) {
                let owner = names
                    .entry(name.to_lowercase())
                    .or_insert_with(|| id.value.clone());
                if *owner != id.value {
                    let owner = excerpt(owner.as_str());
                    let found = format!("{}, by which the topic {owner} is found", excerpt(name));
                    table.mismatch(key, place, found, "names that belong to one topic".to_owned());
                }
            }
            Some(Topic {
                id: id.value,
                title: title.value,
                aliases: aliases.into_iter().map(|alias| alias.value).collect(),
                contacts: helpers.into_iter().map(|contact| contact.value).collect(),
                note: note.map(|note| note.value),
            })
        })
        .collect()
}

fn symptoms(directory: &Table<'_>) -> Vec<Symptom> {
    let mut ids = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let tables = directory.tables("symptoms", "symptom", Need::Optional, SYMPTOMS);
    tables
        .into_iter()
        .filter_map(|table| {
            let line = value::line_expected(SYMPTOM);
            let text = format!("text of at most {EXPLANATION} characters");
            let id = table.value("id", Need::Required, SLUG_FORM, value::slug::<SymptomId>);
            let symptom = table.value("symptom", Need::Required, &line, value::line(SYMPTOM));
            let cause = table.value("cause", Need::Required, &text, value::paragraph(EXPLANATION));
            let resolution = table.value("resolution", Need::Required, &text, value::paragraph(EXPLANATION));
            table.finish();
            let (id, symptom) = (id?, symptom?);
            check_once(&table, "id", "symptom", &mut ids, &id.place, id.value.as_str());
            check_once(
                &table,
                "symptom",
                "symptom",
                &mut seen,
                &symptom.place,
                &symptom.value,
            );
            Some(Symptom {
                id: id.value,
                symptom: symptom.value,
                cause: cause?.value,
                resolution: resolution?.value,
            })
        })
        .collect()
}

/// Reports what another table of this kind has already, in capitals or not.
fn check_once(
    table: &Table<'_>,
    key: &'static str,
    kind: &str,
    known: &mut BTreeSet<String>,
    place: &Range<usize>,
    given: &str,
) {
    if !known.insert(given.to_lowercase()) {
        let found = format!("{}, which another {kind} has", excerpt(given));
        table.mismatch(key, place, found, format!("each {key} once"));
    }
}

/// Reports a contact that is not in the file.
fn check_known(table: &Table<'_>, key: &str, contact: &Located<ContactId>, known: &BTreeSet<&str>) {
    let given = contact.value.as_str();
    if known.contains(given) {
        return;
    }
    let expected = match nearest(given, known.iter().copied()) {
        Some(nearest) => excerpt(nearest),
        None => "the id of a contact of the directory".to_owned(),
    };
    table.mismatch(
        key,
        &contact.place,
        format!("the unknown contact {}", excerpt(given)),
        expected,
    );
}

/// Reports managers who are not there, and those who are in the end their own manager: an escalation would go round.
fn check_managers(contacts: &[ReadContact<'_>], known: &BTreeSet<&str>) {
    let mut manager_of: BTreeMap<&ContactId, &ContactId> = BTreeMap::new();
    for ReadContact { contact, .. } in contacts {
        if let Some(manager) = &contact.manager {
            manager_of.entry(&contact.id).or_insert(manager);
        }
    }
    let mut told: BTreeSet<&ContactId> = BTreeSet::new();
    for read in contacts {
        let Some(manager) = &read.manager else { continue };
        check_known(&read.table, "manager", manager, known);
        let mut circle = vec![&read.contact.id];
        let mut next = manager_of.get(&read.contact.id).copied();
        while let Some(above) = next {
            if *above == read.contact.id {
                break;
            }
            if circle.contains(&above) {
                // A circle above this one; it is told by whoever is in it.
                next = None;
                break;
            }
            circle.push(above);
            next = manager_of.get(above).copied();
        }
        if next.is_none() || circle.iter().any(|id| told.contains(id)) {
            continue;
        }
        told.extend(circle.iter().copied());
        let names = quoted(circle.iter().map(|id| id.as_str()));
        let found = format!("a circle of managers: {names}");
        read.table.mismatch(
            "manager",
            &manager.place,
            found,
            "somebody above who ends it".to_owned(),
        );
    }
}
