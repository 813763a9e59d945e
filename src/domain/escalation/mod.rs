//! Whom to ask when a release is blocked: topics with their contacts in order (S55), where each of them is at this moment
//! (S53), the channels that always hear of it (S52), and whom to ask when nobody else is known (S54).
//!
//! The directory is a file; [`Directory::read`] reports all its problems at once. Looking calls nobody.

mod find;
mod presence;
mod read;

#[cfg(test)]
mod tests;

pub use self::find::Found;
pub use self::presence::Presence;

use chrono::Weekday;

use crate::domain::hours::Hours;
use crate::domain::ids::UserId;
use crate::domain::slug::slugs;
use crate::domain::zone::Zone;

slugs! {
    /// A topic, such as `balrog`.
    TopicId,
    /// Somebody who can help, such as `bhearsum`.
    ContactId,
}

/// Who helps with what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// The topics, in the order of the file.
    pub topics: Vec<Topic>,
    /// Everybody whom topics name, in the order of the file.
    pub contacts: Vec<Contact>,
    /// The channels that always hear of an escalation, as they are written: `#releaseduty`.
    pub always: Vec<String>,
    /// Whom to ask when the topic is not known or nobody answers; none in a directory without contacts.
    pub fallback: Option<ContactId>,
}

/// Something that can go wrong, and who knows about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Its id.
    pub id: TopicId,
    /// What people call it.
    pub title: String,
    /// What else they call it.
    pub aliases: Vec<String>,
    /// Who helps, the first one first; never empty.
    pub contacts: Vec<ContactId>,
    /// What to know before asking.
    pub note: Option<String>,
}

/// Somebody who helps. All but the name may be unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The id.
    pub id: ContactId,
    /// What people call them.
    pub name: String,
    /// Who it is on the chat platform.
    pub user: Option<UserId>,
    /// Where they work.
    pub zone: Option<Zone>,
    /// From when to when, local time; only with a zone.
    pub hours: Option<Hours>,
    /// On which days of the week; never empty.
    pub days: Vec<Weekday>,
    /// Who their manager is.
    pub manager: Option<ContactId>,
    /// Where they are best asked: `#release-engineering`.
    pub channel: Option<String>,
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
