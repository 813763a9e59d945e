//! Changing an entry of the directory: what a person writes into a form is put into the file that the whole directory
//! would be, and the reader of files says whether it is in order. So no check is written twice.

use toml::{Table, Value};

use super::{Change, Contact, Directory, Entry, EntryId, Kind};
use crate::domain::file::value::repaired_slug;
use crate::domain::file::{Problem, Problems};
use crate::domain::ids::UserId;
use crate::domain::rejection::Rejection;
use crate::domain::slug::SLUG_LIMIT;

/// Which entry is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// One that is not there yet.
    New {
        /// What it is.
        kind: Kind,
        /// Its id; one is made of its title when none was typed.
        id: Option<EntryId>,
    },
    /// One that is there.
    Existing {
        /// Which one.
        id: EntryId,
        /// The number of the newest change of the server when somebody began to write; 0 when there was none.
        since: i64,
    },
}

/// What somebody wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The texts as they were typed, each with the key of the file that it is for. A key that is missing is empty.
    pub texts: Vec<(&'static str, String)>,
    /// Who the contact is on the chat platform; left as it is when none.
    pub user: Option<UserId>,
}

/// What one entry becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Which one.
    pub id: EntryId,
    /// What it was; none when it was not there.
    pub before: Option<Entry>,
    /// What it becomes; none when it is removed.
    pub after: Option<Entry>,
}

/// Why nothing of the directory was changed. The variants carry facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditRefusal {
    /// The directory has no such entry.
    Unknown {
        /// What was looked for.
        kind: Kind,
        /// What was typed.
        given: String,
        /// The id of what may have been meant.
        nearest: Option<String>,
    },
    /// An entry of this id is there.
    Taken {
        /// The entry.
        id: EntryId,
        /// What people call it.
        title: String,
    },
    /// A text that is no id, or of which none can be made.
    NotAnId {
        /// The text.
        given: String,
        /// What could be meant.
        repaired: Option<String>,
    },
    /// What was written does not fit, or does not go together with the rest of the directory.
    NotInOrder {
        /// What is wrong; the lines of the file that they name are nobody's.
        problems: Vec<Problem>,
    },
    /// Somebody changed the entry after the form was opened.
    ChangedMeanwhile {
        /// What they did.
        change: Box<Change>,
    },
    /// The contact is still needed.
    StillNamed {
        /// Who.
        name: String,
        /// The titles of the topics that name them.
        topics: Vec<String>,
        /// Whose manager they are.
        manages: Vec<String>,
        /// Whether they are asked when nobody else is known.
        fallback: bool,
    },
    /// What was written is what is there.
    Unchanged {
        /// The entry.
        id: EntryId,
        /// What people call it.
        title: String,
    },
}

impl From<EditRefusal> for Rejection {
    fn from(refusal: EditRefusal) -> Self {
        Self::Directory(Box::new(refusal))
    }
}

impl Directory {
    /// What the entries become that `draft` changes: the one that it is for, and with the first contact of a directory the
    /// fallback, because there has to be one.
    ///
    /// # Errors
    /// [`EditRefusal`], all but [`EditRefusal::ChangedMeanwhile`] and [`EditRefusal::StillNamed`].
    pub fn edit(&self, target: &Target, draft: &Draft) -> Result<Vec<Edit>, EditRefusal> {
        let (id, before) = self.aimed_at(target, draft)?;
        let first_contact = id.kind() == Kind::Contact && self.contacts.is_empty() && self.fallback.is_none();
        let mut file = Table::try_from(self).map_err(|error| unwritable(&error))?;
        if first_contact {
            file.insert("fallback".to_owned(), Value::String(id.as_str().to_owned()));
        }
        lay_into(&mut file, &id, self.table(&id, draft, before.as_ref()));
        let text = toml::to_string(&file).map_err(|error| unwritable(&error))?;
        let (changed, problems) = Self::read_all("directory", &text);
        if let Some(problems) = problems {
            self.old_ones_alone(problems)?;
        }
        let after = changed.entry(&id);
        if after == before {
            let title = before.as_ref().map_or("", Entry::title).to_owned();
            return Err(EditRefusal::Unchanged { id, title });
        }
        let mut edits = vec![Edit { id, before, after }];
        if first_contact {
            edits.push(Edit {
                id: EntryId::Always,
                before: self.entry(&EntryId::Always),
                after: changed.entry(&EntryId::Always),
            });
        }
        Ok(edits)
    }

    /// Takes an entry away.
    ///
    /// # Errors
    /// [`EditRefusal::Unknown`], [`EditRefusal::StillNamed`].
    pub fn remove(&self, id: &EntryId) -> Result<Edit, EditRefusal> {
        let before = self
            .entry(id)
            .ok_or_else(|| self.unknown(id.kind(), id.as_str()))?;
        if let Entry::Contact(contact) = &before {
            self.no_longer_named(contact)?;
        }
        Ok(Edit {
            id: id.clone(),
            before: Some(before),
            after: None,
        })
    }

    /// The entry that somebody means: by its id, or by what people call it.
    ///
    /// # Errors
    /// [`EditRefusal::Unknown`].
    pub fn entry_named(&self, kind: Kind, given: &str) -> Result<Entry, EditRefusal> {
        let wanted = given.trim().to_lowercase();
        let called = |title: &str| title.to_lowercase() == wanted;
        let id = match kind {
            Kind::Topic => {
                let mut topics = self.topics.iter();
                let found = topics.find(|topic| topic.id.as_str() == wanted || called(&topic.title));
                found.map(|topic| EntryId::Topic(topic.id.clone()))
            }
            Kind::Contact => self
                .contact_named(&wanted)
                .map(|contact| EntryId::Contact(contact.id.clone())),
            Kind::Symptom => {
                let mut symptoms = self.symptoms.iter();
                let found =
                    symptoms.find(|symptom| symptom.id.as_str() == wanted || called(&symptom.symptom));
                found.map(|symptom| EntryId::Symptom(symptom.id.clone()))
            }
            Kind::Always => Some(EntryId::Always),
        };
        let entry = id.and_then(|id| self.entry(&id));
        entry.ok_or_else(|| self.unknown(kind, given.trim()))
    }

    /// Refuses an id that an entry has.
    ///
    /// # Errors
    /// [`EditRefusal::Taken`].
    pub fn still_free(&self, id: &EntryId) -> Result<(), EditRefusal> {
        match self.entry(id) {
            None => Ok(()),
            Some(entry) => Err(EditRefusal::Taken {
                id: id.clone(),
                title: entry.title().to_owned(),
            }),
        }
    }

    /// The contact of this id, or the only one of this name, in any case.
    fn contact_named(&self, given: &str) -> Option<&Contact> {
        let wanted = given.trim().to_lowercase();
        let by_id = self.contacts.iter().find(|contact| contact.id.as_str() == wanted);
        by_id.or_else(|| {
            let mut named = self
                .contacts
                .iter()
                .filter(|contact| contact.name.to_lowercase() == wanted);
            named.next().filter(|_| named.next().is_none())
        })
    }

    /// The entry that is written, and what it is now.
    fn aimed_at(&self, target: &Target, draft: &Draft) -> Result<(EntryId, Option<Entry>), EditRefusal> {
        match target {
            Target::Existing { id, .. } => match self.entry(id) {
                None if *id != EntryId::Always => Err(self.unknown(id.kind(), id.as_str())),
                before => Ok((id.clone(), before)),
            },
            Target::New { kind, id } => {
                let id = match id {
                    Some(id) => id.clone(),
                    None => EntryId::made_of(*kind, draft)?,
                };
                self.still_free(&id)?;
                Ok((id, None))
            }
        }
    }

    /// The entry as the file has it.
    fn table(&self, id: &EntryId, draft: &Draft, before: Option<&Entry>) -> Table {
        let mut table = Table::new();
        let mut set = |key: &str, value: Value| table.insert(key.to_owned(), value);
        if id.kind() != Kind::Always {
            set("id", id.as_str().into());
        }
        for (key, text) in &draft.texts {
            let text = text.replace("\r\n", "\n");
            let text = text.trim();
            match *key {
                _ if text.is_empty() => {}
                // A name may have a comma in it.
                "aliases" => drop(set(key, list(parts(text, &['\n'])))),
                "always" => drop(set(key, list(parts(text, &['\n', ','])))),
                "contacts" => drop(set(
                    key,
                    list(parts(text, &['\n', ',']).map(|name| self.id_of(name))),
                )),
                "manager" | "fallback" => drop(set(key, self.id_of(text).into())),
                "hours" => {
                    let (hours, days) = text.split_once([' ', ',', '\n']).unwrap_or((text, ""));
                    set(key, hours.into());
                    let days: Vec<&str> = days
                        .split([' ', ',', '\n'])
                        .filter(|day| !day.is_empty())
                        .collect();
                    if !days.is_empty() {
                        set("days", list(days.into_iter()));
                    }
                }
                _ => drop(set(key, text.into())),
            }
        }
        let kept = match before {
            Some(Entry::Contact(contact)) => contact.user,
            _ => None,
        };
        if let Some(user) = draft.user.or(kept).filter(|_| id.kind() == Kind::Contact) {
            set("discord", user.to_string().into());
        }
        table
    }

    /// The id of the contact who is called so; the text itself when there is none.
    fn id_of(&self, given: &str) -> String {
        let named = self.contact_named(given);
        named.map_or_else(|| given.to_owned(), |contact| contact.id.to_string())
    }

    /// Whether nothing is wrong but what was wrong before, because the file changed below what people had laid over it:
    /// that is not held against whoever changes something else.
    fn old_ones_alone(&self, problems: Problems) -> Result<(), EditRefusal> {
        let old = self.problems().map(|old| old.problems).unwrap_or_default();
        let known = |problem: &Problem| old.iter().any(|old| same(old, problem));
        let problems: Vec<Problem> = problems
            .problems
            .into_iter()
            .filter(|problem| !known(problem))
            .collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(EditRefusal::NotInOrder { problems })
        }
    }

    /// What is wrong with the directory as it is. Each part of it was in order once; the file can have changed below what
    /// people laid over it.
    #[must_use]
    pub fn problems(&self) -> Option<Problems> {
        Self::read_all("directory", &self.write().ok()?).1
    }

    fn unknown(&self, kind: Kind, given: &str) -> EditRefusal {
        let nearest = match kind {
            Kind::Topic => self.suggest(given).first().map(|topic| topic.id.to_string()),
            Kind::Contact => self
                .suggest_contacts(given)
                .first()
                .map(|contact| contact.id.to_string()),
            Kind::Symptom => self
                .suggest_symptoms(given)
                .first()
                .map(|symptom| symptom.id.to_string()),
            Kind::Always => None,
        };
        EditRefusal::Unknown {
            kind,
            given: given.to_owned(),
            nearest,
        }
    }

    fn no_longer_named(&self, contact: &Contact) -> Result<(), EditRefusal> {
        let topics = self.topics_of(&contact.id).map(|topic| topic.title.clone());
        let managed = self
            .contacts
            .iter()
            .filter(|other| other.manager.as_ref() == Some(&contact.id));
        let manages = managed.map(|other| other.name.clone());
        let (topics, manages): (Vec<String>, Vec<String>) = (topics.collect(), manages.collect());
        let fallback = self.fallback.as_ref() == Some(&contact.id);
        if topics.is_empty() && manages.is_empty() && !fallback {
            return Ok(());
        }
        Err(EditRefusal::StillNamed {
            name: contact.name.clone(),
            topics,
            manages,
            fallback,
        })
    }
}

impl EntryId {
    /// The id that somebody typed.
    ///
    /// # Errors
    /// [`EditRefusal::NotAnId`].
    pub fn typed(kind: Kind, given: &str) -> Result<Self, EditRefusal> {
        Self::of(kind, given.trim()).map_err(|_| not_an_id(given))
    }

    /// An id made of what somebody calls the entry.
    fn made_of(kind: Kind, draft: &Draft) -> Result<Self, EditRefusal> {
        let key = match kind {
            Kind::Topic => "title",
            Kind::Contact => "name",
            Kind::Symptom => "symptom",
            Kind::Always => "always",
        };
        let title = draft.texts.iter().find(|(known, _)| *known == key);
        let title = title.map_or("", |(_, text)| text.as_str());
        Self::of(kind, &shortened_slug(title)).map_err(|_| not_an_id(title))
    }
}

impl Entry {
    /// What stands under a key as somebody would type it into a form; an empty text when nothing does.
    #[must_use]
    pub fn typed(&self, key: &str) -> String {
        let texts = self.texts("\n");
        let of = |key: &str| texts.iter().find(|(known, _)| known == key).map(|(_, text)| text);
        let text = of(key).cloned().unwrap_or_default();
        match of("days") {
            Some(days) if key == "hours" => format!("{text} {}", days.replace('\n', ", ")),
            _ => text,
        }
    }
}

fn not_an_id(given: &str) -> EditRefusal {
    EditRefusal::NotAnId {
        given: given.trim().to_owned(),
        repaired: Some(shortened_slug(given)).filter(|repaired| !repaired.is_empty()),
    }
}

/// As many whole words of the text as an id takes.
fn shortened_slug(text: &str) -> String {
    let mut slug = repaired_slug(text);
    while slug.len() > SLUG_LIMIT {
        let end = slug.rfind('-').unwrap_or(SLUG_LIMIT);
        slug.truncate(end);
    }
    slug
}

/// The parts of a list that somebody wrote.
fn parts<'t>(text: &'t str, ends: &'static [char]) -> impl Iterator<Item = &'t str> {
    let parts = text.split(ends).map(str::trim);
    parts.filter(|part| !part.is_empty())
}

fn list<T: Into<Value>>(parts: impl Iterator<Item = T>) -> Value {
    Value::Array(parts.map(Into::into).collect())
}

/// Puts the entry where the file has it, or at the end of its kind.
fn lay_into(file: &mut Table, id: &EntryId, entry: Table) {
    let list = match id {
        EntryId::Topic(_) => "topics",
        EntryId::Contact(_) => "contacts",
        EntryId::Symptom(_) => "symptoms",
        EntryId::Always => {
            for key in ["always", "fallback"] {
                file.remove(key);
            }
            return file.extend(entry);
        }
    };
    let entries = file
        .entry(list)
        .or_insert_with(|| Value::Array(Vec::new()))
        .as_array_mut();
    let Some(entries) = entries else { return };
    let own = |value: &Value| value.get("id").and_then(Value::as_str) == Some(id.as_str());
    match entries.iter().position(own) {
        Some(position) => entries[position] = Value::Table(entry),
        None => entries.push(Value::Table(entry)),
    }
}

/// Whether two problems are one, wherever they stand.
fn same(left: &Problem, right: &Problem) -> bool {
    (&left.message, &left.found, &left.expected) == (&right.message, &right.found, &right.expected)
}

/// TOML has a form for everything that a directory holds, so this says what nobody has seen yet.
fn unwritable(error: &toml::ser::Error) -> EditRefusal {
    EditRefusal::NotInOrder {
        problems: vec![Problem {
            file: "directory".to_owned(),
            line: 1,
            column: 1,
            message: "the directory".to_owned(),
            found: error.to_string(),
            expected: "what a file can hold".to_owned(),
        }],
    }
}
