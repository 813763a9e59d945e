//! The announcement of a release: drafted from the record, shown to the Release Manager, posted when they say so.

use serde::{Deserialize, Serialize};

use crate::domain::notice::Card;
use crate::domain::person::{Actor, RELEASE_MANAGER, Stamp};
use crate::domain::rejection::Rejection;
use crate::domain::release::Release;
use crate::domain::room::{Room, RoomEvent, RoomRefusal, TEXT_LIMIT, perhaps};

/// How the announcement of a release stands. Nothing is set of a release that was announced by an earlier program, which
/// asked nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Announcement {
    /// Who had it drafted last, and when; the bot itself at the start of a release.
    pub drafted: Option<Stamp>,
    /// The words of a person that stand above the facts.
    pub words: Option<String>,
    /// Who had it posted, and when.
    pub posted: Option<Stamp>,
    /// Who decided against it, and when.
    pub declined: Option<Stamp>,
    /// Whether the draft has been seen in the release channel, so that it calls nobody a second time.
    pub shown: bool,
}

/// What a person can ask about the announcement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnnouncementCommand {
    /// Post it. Where nothing is drafted yet, it is drafted first, because nobody posts what they have not seen.
    Post {
        /// The words above the facts, in place of those that there are.
        words: Option<String>,
    },
    /// Change the words above the facts; an empty text takes them away.
    Word(String),
    /// Do not post it.
    Decline,
    /// Draft it again after all.
    Draft,
}

/// What it takes a role for, in a sentence.
const ANNOUNCE: &str = "announce a release";

impl Announcement {
    /// Whether nothing was said about it.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a draft waits for somebody to decide.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.drafted.is_some() && self.posted.is_none() && self.declined.is_none()
    }
}

impl Room {
    pub(super) fn apply_announcement(&mut self, event: &RoomEvent, stamp: Stamp) {
        let announcement = &mut self.announcement;
        match event {
            RoomEvent::AnnouncementDrafted { words } => {
                announcement.drafted = Some(stamp);
                announcement.declined = None;
                announcement.words.clone_from(words);
            }
            RoomEvent::AnnouncementWorded { words } => announcement.words.clone_from(words),
            RoomEvent::Announced { words } => {
                announcement.posted = Some(stamp);
                announcement.declined = None;
                announcement.words.clone_from(words);
            }
            RoomEvent::AnnouncementDeclined => announcement.declined = Some(stamp),
            RoomEvent::CardPosted {
                card: Card::AnnouncementDraft,
                ..
            } => announcement.shown = true,
            _ => {}
        }
    }
}

impl Release {
    /// Whether its announcement is drafted when its channel opens: the playbook wants one, it is no secret, and nobody was
    /// quicker.
    #[must_use]
    pub fn drafts_announcement(&self) -> bool {
        self.is_open()
            && !self.private
            && self.playbook.announcement.is_drafted()
            && self.room.announcement.is_none()
    }

    /// Whether this person may change the words above the facts, so that nobody writes what will be refused.
    ///
    /// # Errors
    /// A [`Rejection`] that says why not.
    pub fn may_word(&self, actor: &Actor) -> Result<(), Rejection> {
        self.needs_one_of(&[RELEASE_MANAGER], actor, ANNOUNCE)?;
        let announcement = &self.room.announcement;
        match (
            &announcement.posted,
            &announcement.declined,
            &announcement.drafted,
        ) {
            (Some(_), ..) => Ok(()),
            (None, Some(declined), _) => {
                let declined = *declined;
                Err(RoomRefusal::AnnouncementDeclined { declined }.into())
            }
            (None, None, None) => Err(RoomRefusal::NothingDrafted.into()),
            (None, None, Some(_)) => Ok(()),
        }
    }

    pub(super) fn decide_announcement(
        &self,
        command: &AnnouncementCommand,
        actor: &Actor,
    ) -> Result<Vec<RoomEvent>, Rejection> {
        self.needs_one_of(&[RELEASE_MANAGER], actor, ANNOUNCE)?;
        if self.private {
            return Err(RoomRefusal::Secret.into());
        }
        let Announcement {
            drafted,
            words,
            posted,
            declined,
            ..
        } = &self.room.announcement;
        let wanted = match command {
            AnnouncementCommand::Post { words } => words.as_deref(),
            AnnouncementCommand::Word(words) => Some(words.as_str()),
            AnnouncementCommand::Decline | AnnouncementCommand::Draft => None,
        };
        let wanted = perhaps("the text above the announcement", wanted, TEXT_LIMIT)?;
        let announced = |posted: &Stamp| RoomRefusal::Announced {
            announced: Some(*posted),
        };
        let event = match (command, posted, declined, drafted) {
            // What was posted is edited in place.
            (AnnouncementCommand::Post { .. }, Some(_), ..) if wanted.is_some() && wanted != *words => {
                RoomEvent::AnnouncementWorded { words: wanted }
            }
            (AnnouncementCommand::Post { .. }, Some(posted), ..) => return Err(announced(posted).into()),
            (AnnouncementCommand::Post { .. }, None, _, None) => {
                RoomEvent::AnnouncementDrafted { words: wanted }
            }
            (AnnouncementCommand::Post { .. }, None, _, Some(_)) => RoomEvent::Announced {
                words: wanted.or_else(|| words.clone()),
            },
            (AnnouncementCommand::Word(_), ..) => {
                self.may_word(actor)?;
                if wanted == *words {
                    return Err(RoomRefusal::WordsUnchanged.into());
                }
                RoomEvent::AnnouncementWorded { words: wanted }
            }
            (AnnouncementCommand::Decline, None, _, None) => {
                return Err(RoomRefusal::NothingDrafted.into());
            }
            (AnnouncementCommand::Decline | AnnouncementCommand::Draft, Some(posted), ..) => {
                return Err(announced(posted).into());
            }
            (AnnouncementCommand::Decline, None, Some(declined), _) => {
                let declined = *declined;
                return Err(RoomRefusal::AnnouncementDeclined { declined }.into());
            }
            (AnnouncementCommand::Decline, ..) => RoomEvent::AnnouncementDeclined,
            (AnnouncementCommand::Draft, None, None, Some(drafted)) => {
                let drafted = *drafted;
                return Err(RoomRefusal::AnnouncementWaits { drafted }.into());
            }
            (AnnouncementCommand::Draft, ..) => RoomEvent::AnnouncementDrafted { words: words.clone() },
        };
        Ok(vec![event])
    }
}
