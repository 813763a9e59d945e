//! What people change of a directory: laid over the file, and kept for good.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Contact, ContactId, Directory, Symptom, SymptomId, Topic, TopicId};
use crate::domain::person::Stamp;
use crate::domain::slug::NotASlug;

/// What an entry of the directory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A topic.
    Topic,
    /// A contact.
    Contact,
    /// A symptom.
    Symptom,
    /// What holds whatever the topic is.
    Always,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Topic, Self::Contact, Self::Symptom, Self::Always];

    /// The kind as it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Contact => "contact",
            Self::Symptom => "symptom",
            Self::Always => "always",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Which entry of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryId {
    /// This topic.
    Topic(TopicId),
    /// This contact.
    Contact(ContactId),
    /// This symptom.
    Symptom(SymptomId),
    /// What holds whatever the topic is: there is one.
    Always,
}

impl EntryId {
    /// The entry of this kind and id. What there is one of needs no id.
    ///
    /// # Errors
    /// The text is no id.
    pub fn of(kind: Kind, id: &str) -> Result<Self, NotASlug> {
        Ok(match kind {
            Kind::Topic => Self::Topic(id.parse()?),
            Kind::Contact => Self::Contact(id.parse()?),
            Kind::Symptom => Self::Symptom(id.parse()?),
            Kind::Always => Self::Always,
        })
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Topic(_) => Kind::Topic,
            Self::Contact(_) => Kind::Contact,
            Self::Symptom(_) => Kind::Symptom,
            Self::Always => Kind::Always,
        }
    }

    /// Its id; an empty text for what there is one of.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Topic(id) => id.as_str(),
            Self::Contact(id) => id.as_str(),
            Self::Symptom(id) => id.as_str(),
            Self::Always => "",
        }
    }
}

/// What holds whatever the topic is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Always {
    /// The channels that always hear of an escalation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub always: Vec<String>,
    /// Whom to ask when nobody else is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<ContactId>,
}

/// One thing that the directory says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Entry {
    /// A topic.
    Topic(Topic),
    /// A contact.
    Contact(Contact),
    /// A symptom.
    Symptom(Symptom),
    /// What holds whatever the topic is.
    Always(Always),
}

impl Entry {
    /// The stored entry of this kind.
    ///
    /// # Errors
    /// The text is none.
    pub fn read(kind: Kind, json: &str) -> Result<Self, serde_json::Error> {
        Ok(match kind {
            Kind::Topic => Self::Topic(serde_json::from_str(json)?),
            Kind::Contact => Self::Contact(serde_json::from_str(json)?),
            Kind::Symptom => Self::Symptom(serde_json::from_str(json)?),
            Kind::Always => Self::Always(serde_json::from_str(json)?),
        })
    }

    /// Which one it is.
    #[must_use]
    pub fn id(&self) -> EntryId {
        match self {
            Self::Topic(topic) => EntryId::Topic(topic.id.clone()),
            Self::Contact(contact) => EntryId::Contact(contact.id.clone()),
            Self::Symptom(symptom) => EntryId::Symptom(symptom.id.clone()),
            Self::Always(_) => EntryId::Always,
        }
    }

    /// What people call it; an empty text for what there is one of.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::Topic(topic) => &topic.title,
            Self::Contact(contact) => &contact.name,
            Self::Symptom(symptom) => &symptom.symptom,
            Self::Always(_) => "",
        }
    }

    /// What stands under each of its keys, as one text each; `between` stands between the parts of a list.
    #[must_use]
    pub fn texts(&self, between: &str) -> Vec<(String, String)> {
        let Ok(Value::Object(keys)) = serde_json::to_value(self) else {
            return Vec::new();
        };
        keys.into_iter()
            .map(|(key, value)| (key, text(&value, between)))
            .collect()
    }
}

fn text(value: &Value, between: &str) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => {
            let parts: Vec<String> = values.iter().map(|value| text(value, between)).collect();
            parts.join(between)
        }
        other => other.to_string(),
    }
}

/// Somebody changed an entry. Kept for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its number: a later change has a higher one.
    pub number: i64,
    /// Which entry.
    pub id: EntryId,
    /// What it was; none when it was not there.
    pub before: Option<Entry>,
    /// What it became; none when it was removed.
    pub after: Option<Entry>,
    /// By whom and when.
    pub stamp: Stamp,
}

/// What a change made of one key of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The key, as the file has it.
    pub key: String,
    /// What stood there; none when nothing did.
    pub before: Option<String>,
    /// What stands there; none when nothing does.
    pub after: Option<String>,
}

impl Change {
    /// What people call the entry, by its newest name.
    #[must_use]
    pub fn title(&self) -> &str {
        let entry = self.after.as_ref().or(self.before.as_ref());
        entry.map_or("", Entry::title)
    }

    /// What it changed, key by key.
    #[must_use]
    pub fn differences(&self) -> Vec<Difference> {
        differences(self.before.as_ref(), self.after.as_ref())
    }
}

/// The keys of all entries, as people read them.
const KEYS: [&str; 16] = [
    "title",
    "name",
    "aliases",
    "contacts",
    "note",
    "discord",
    "zone",
    "hours",
    "days",
    "manager",
    "channel",
    "symptom",
    "cause",
    "resolution",
    "always",
    "fallback",
];

/// What differs between two states of an entry, key by key. Its id is no difference.
pub(super) fn differences(before: Option<&Entry>, after: Option<&Entry>) -> Vec<Difference> {
    let (before, after) = (
        before.map(|entry| entry.texts(", ")).unwrap_or_default(),
        after.map(|entry| entry.texts(", ")).unwrap_or_default(),
    );
    let of = |texts: &[(String, String)], key: &str| {
        let found = texts.iter().find(|(known, _)| known == key);
        found.map(|(_, text)| text.clone())
    };
    let mut keys: Vec<&String> = before.iter().chain(&after).map(|(key, _)| key).collect();
    keys.sort_by_key(|key| KEYS.iter().position(|known| known == key));
    keys.dedup();
    keys.into_iter()
        .filter(|key| *key != "id")
        .map(|key| Difference {
            key: key.clone(),
            before: of(&before, key),
            after: of(&after, key),
        })
        .filter(|difference| difference.before != difference.after)
        .collect()
}

impl Directory {
    /// This directory with the newest change of each entry laid over it. What was added comes last, in the order of the
    /// changes.
    ///
    /// The file may have changed since: a contact that somebody gave to a topic can be gone from it. Whoever looks is not
    /// shown what is not there.
    #[must_use]
    pub fn with(&self, changes: Vec<Change>) -> Self {
        let mut directory = self.clone();
        for change in changes {
            directory.put(&change.id, change.after);
        }
        directory
    }

    /// The entry of this id.
    #[must_use]
    pub fn entry(&self, id: &EntryId) -> Option<Entry> {
        match id {
            EntryId::Topic(id) => {
                let found = self.topics.iter().find(|topic| topic.id == *id);
                found.cloned().map(Entry::Topic)
            }
            EntryId::Contact(id) => self.contact(id).cloned().map(Entry::Contact),
            EntryId::Symptom(id) => {
                let found = self.symptoms.iter().find(|symptom| symptom.id == *id);
                found.cloned().map(Entry::Symptom)
            }
            EntryId::Always => {
                let always = Always {
                    always: self.always.clone(),
                    fallback: self.fallback.clone(),
                };
                (always != Always::default()).then_some(Entry::Always(always))
            }
        }
    }

    /// Puts an entry in its place, or takes it away.
    pub(super) fn put(&mut self, id: &EntryId, entry: Option<Entry>) {
        match (id, entry) {
            (EntryId::Topic(id), Some(Entry::Topic(entry))) => {
                put(&mut self.topics, |topic| topic.id == *id, Some(entry));
            }
            (EntryId::Topic(id), _) => put(&mut self.topics, |topic| topic.id == *id, None),
            (EntryId::Contact(id), Some(Entry::Contact(entry))) => {
                put(&mut self.contacts, |contact| contact.id == *id, Some(entry));
            }
            (EntryId::Contact(id), _) => put(&mut self.contacts, |contact| contact.id == *id, None),
            (EntryId::Symptom(id), Some(Entry::Symptom(entry))) => {
                put(&mut self.symptoms, |symptom| symptom.id == *id, Some(entry));
            }
            (EntryId::Symptom(id), _) => put(&mut self.symptoms, |symptom| symptom.id == *id, None),
            (EntryId::Always, Some(Entry::Always(always))) => {
                self.always = always.always;
                self.fallback = always.fallback;
            }
            (EntryId::Always, _) => {}
        }
    }
}

fn put<T>(entries: &mut Vec<T>, same: impl Fn(&T) -> bool, entry: Option<T>) {
    match (entries.iter().position(same), entry) {
        (Some(position), Some(entry)) => entries[position] = entry,
        (Some(position), None) => drop(entries.remove(position)),
        (None, Some(entry)) => entries.push(entry),
        (None, None) => {}
    }
}
