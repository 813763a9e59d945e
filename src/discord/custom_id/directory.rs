//! The ids of what belongs to the directory: whom to ask, and what to do.

use std::fmt;

use crate::discord::custom_id::NotOurs;
use crate::domain::escalation::{EntryId, Kind};
use crate::domain::ids::UserId;

/// What a control of the directory does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirectoryId {
    /// The form of a new entry of this kind: of this id, and who the contact is on the chat platform.
    New(Kind, Option<EntryId>, Option<UserId>),
    /// The form of an entry as it was at the change of this number, and who the contact becomes.
    Edit(EntryId, i64, Option<UserId>),
    /// Take away the entry that was like this at the change of this number.
    Remove(EntryId, i64),
    /// Leave it.
    Keep,
    /// Show this page of what was changed.
    History(usize),
}

impl DirectoryId {
    /// Reads what stands behind `directory|`.
    pub(super) fn read(parts: &[&str]) -> Result<Self, NotOurs> {
        Ok(match parts {
            ["new", kind, id, user] => {
                let kind = Kind::named(kind).ok_or(NotOurs)?;
                let id = said(id).map(|id| EntryId::of(kind, id)).transpose();
                Self::New(kind, id.map_err(|_| NotOurs)?, person(user)?)
            }
            ["edit", kind, id, since, user] => Self::Edit(entry(kind, id)?, number(since)?, person(user)?),
            ["remove", kind, id, since] => Self::Remove(entry(kind, id)?, number(since)?),
            ["keep"] => Self::Keep,
            ["history", page] => Self::History(page.parse().map_err(|_| NotOurs)?),
            _ => return Err(NotOurs),
        })
    }
}

impl fmt::Display for DirectoryId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = |user: &Option<UserId>| user.map_or_else(|| NOBODY.to_owned(), |user| user.to_string());
        formatter.write_str("directory|")?;
        match self {
            Self::New(kind, id, who) => {
                let id = id.as_ref().map_or(NOBODY, EntryId::as_str);
                write!(formatter, "new|{}|{id}|{}", kind.as_str(), user(who))
            }
            Self::Edit(id, since, who) => {
                let kind = id.kind().as_str();
                write!(formatter, "edit|{kind}|{}|{since}|{}", id.as_str(), user(who))
            }
            Self::Remove(id, since) => {
                write!(formatter, "remove|{}|{}|{since}", id.kind().as_str(), id.as_str())
            }
            Self::Keep => formatter.write_str("keep"),
            Self::History(page) => write!(formatter, "history|{page}"),
        }
    }
}

/// In place of an id or a person that was not named; no id looks like it.
const NOBODY: &str = "-";

fn said(text: &str) -> Option<&str> {
    (text != NOBODY).then_some(text)
}

fn entry(kind: &str, id: &str) -> Result<EntryId, NotOurs> {
    EntryId::of(Kind::named(kind).ok_or(NotOurs)?, id).map_err(|_| NotOurs)
}

fn number(text: &str) -> Result<i64, NotOurs> {
    text.parse().map_err(|_| NotOurs)
}

fn person(text: &str) -> Result<Option<UserId>, NotOurs> {
    said(text)
        .map(|user| user.parse().map_err(|_| NotOurs))
        .transpose()
}
