//! Whom to ask when a release is blocked: topics with their contacts in order (S55), where each of them is at this moment
//! (S53), the channels that always hear of it (S52), and whom to ask when nobody else is known (S54). And what to do about
//! what is seen: symptoms with their causes and resolutions (S134).
//!
//! The directory begins as a file; [`Directory::read`] reports all its problems at once. What people change afterwards is
//! laid over it ([`Directory::with`]), and is checked by the same reader ([`Directory::edit`]). Looking calls nobody.

mod change;
mod edit;
mod find;
mod paging;
mod presence;
mod read;
mod symptom;
mod write;

#[cfg(test)]
mod tests;

pub use self::change::{Always, Change, Difference, Entry, EntryId, Kind};
pub use self::edit::{Draft, Edit, EditRefusal, Target};
pub use self::find::Found;
pub use self::paging::{
    Circumstances, Helper, PageOrder, PagingRules, Part, PassedOver, Passing, Whereabouts,
};
pub use self::presence::Presence;
pub use self::symptom::Hits;

use chrono::Weekday;
use serde::{Deserialize, Serialize};

use crate::domain::file::value;
use crate::domain::hours::Hours;
use crate::domain::ids::UserId;
use crate::domain::slug::slugs;
use crate::domain::zone::Zone;

slugs! {
    /// A topic, such as `balrog`.
    TopicId,
    /// Somebody who can help, such as `bhearsum`.
    ContactId,
    /// Something that people see, such as `rollback-too-slow`.
    SymptomId,
}

/// Who helps with what, and what to do about what is seen. As it is serialised, so it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Directory {
    /// The channels that always hear of an escalation, as they are written: `#releaseduty`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub always: Vec<String>,
    /// Whom to ask when the topic is not known or nobody answers; none in a directory without contacts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback: Option<ContactId>,
    /// The topics, in the order of the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<Topic>,
    /// Everybody whom topics name, in the order of the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// What people see when something is wrong, in the order of the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub symptoms: Vec<Symptom>,
}

/// Something that can go wrong, and who knows about it. Stored as JSON with the keys of the file: a key is never changed,
/// only added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// Its id.
    pub id: TopicId,
    /// What people call it.
    pub title: String,
    /// What else they call it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Who helps, the first one first; never empty.
    pub contacts: Vec<ContactId>,
    /// What to know before asking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Somebody who helps. All but the name may be unknown. Stored as a topic is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The id.
    pub id: ContactId,
    /// What people call them.
    pub name: String,
    /// Who it is on the chat platform.
    #[serde(
        rename = "discord",
        default,
        with = "write::user",
        skip_serializing_if = "Option::is_none"
    )]
    pub user: Option<UserId>,
    /// Where they work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
    /// From when to when, local time; only with a zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// On which days of the week; never empty.
    #[serde(
        default = "value::working_week",
        with = "write::days",
        skip_serializing_if = "write::is_working_week"
    )]
    pub days: Vec<Weekday>,
    /// Who their manager is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<ContactId>,
    /// Where they are best asked: `#release-engineering`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
}

/// What people see, why it is so, and what to do about it. Stored as a topic is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Symptom {
    /// Its id.
    pub id: SymptomId,
    /// What is seen.
    pub symptom: String,
    /// What it comes from.
    pub cause: String,
    /// What to do.
    pub resolution: String,
}

impl Directory {
    /// The contact of this id.
    #[must_use]
    pub fn contact(&self, id: &ContactId) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.id == *id)
    }

    /// The topics that name this contact.
    pub fn topics_of<'a>(&'a self, id: &'a ContactId) -> impl Iterator<Item = &'a Topic> {
        self.topics
            .iter()
            .filter(move |topic| topic.contacts.contains(id))
    }

    /// The contact who is this person of the chat platform.
    #[must_use]
    pub fn who_is(&self, user: UserId) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.user == Some(user))
    }
}
