//! One dot release: what it is, what may be done to it, and what then has happened.
//!
//! [`Release::decide`] answers a [`Command`] with [`Event`]s or a [`Rejection`](crate::domain::rejection::Rejection)
//! and changes nothing; [`Release::apply`] carries the events out.

mod daily;
mod decide;
mod event;
mod guard;
mod progress;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub(in crate::domain) use self::decide::given_reason;
pub use self::decide::{Command, REASON_LIMIT, within};
pub use self::event::{Event, TimelineEvent};
pub use self::progress::{Progress, RoleItems};

use crate::domain::ids::{ChannelId, GuildId, MessageId, ReleaseId, ReleaseKey};
use crate::domain::person::Stamp;
use crate::domain::plan::Dates;
use crate::domain::playbook::{AddedItem, ItemId, Phase, Playbook, RoleId, Variation};
use crate::domain::room::{Evidence, Room, RoomEvent};
use crate::domain::snooze::Snooze;

/// A release as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    /// The database's number.
    pub id: ReleaseId,
    /// The guild that it belongs to.
    pub guild: GuildId,
    /// What people call it.
    pub key: ReleaseKey,
    /// The playbook as it was when the release started (S6), made the process of this release by `variation`. Later edits
    /// of the file do not reach it.
    pub playbook: Arc<Playbook>,
    /// How it differs from that playbook.
    pub variation: Variation,
    /// The version that is being released, as the playbook accepts it.
    pub version: String,
    /// A few words that people chose, or none.
    pub title: Option<String>,
    /// Why there is a release (S1).
    pub reason: Reason,
    /// Whether it is known to the roles of its playbook alone.
    pub private: bool,
    /// T-0; none while it is to be decided (S5).
    pub target: Option<NaiveDate>,
    /// Who started it, and when.
    pub opened: Stamp,
    /// How it ended, once it has.
    pub closed: Option<Closure>,
    /// Its channel, once opened.
    pub channel: Option<ChannelId>,
    /// Its pinned board, once posted.
    pub board: Option<MessageId>,
    /// The items that are settled: done, or not applicable.
    pub completions: BTreeMap<ItemId, Completion>,
    /// Why its clock stands still, while it does: no reminder becomes due.
    pub hold: Option<Hold>,
    /// The open items whose reminders are silenced. One whose end has passed silences nothing and may still be here.
    pub snoozes: BTreeMap<ItemId, Snooze>,
    /// The dates that people were told last; none until somebody has looked at a release of a time before they were
    /// kept.
    pub told: Option<Dates>,
    /// The items that were done once and opened again, and since when; a completion may have followed.
    pub reopened: BTreeMap<ItemId, DateTime<Utc>>,
    /// What was due until this instant calls nobody any more: it was told when the release started, or when its clock
    /// went on.
    pub watched_from: DateTime<Utc>,
    /// What there is beside the checklist: fixes, candidates, decisions.
    pub room: Room,
    /// Counts the changes, so that two writers cannot overwrite each other.
    pub revision: i64,
}

/// That nothing is left to do about an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// Who did it, or said that there is nothing to do, and when.
    pub stamp: Stamp,
    /// Why there is nothing to do (S30); none for an item that was done.
    pub not_applicable: Option<String>,
    /// What was shown for it.
    pub evidence: Option<Evidence>,
}

/// The end of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closure {
    /// Who closed it, and when.
    pub stamp: Stamp,
    /// Why it was closed with open items; `None` when nothing was open.
    pub override_reason: Option<String>,
}

/// A release on hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Who put it on hold, and when.
    pub stamp: Stamp,
    /// Why.
    pub reason: String,
}

/// The class of reason for a dot release (S1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// A high-severity security issue.
    Security,
    /// A high-severity bug that a customer met.
    CustomerBug,
    /// Nothing but that its time has come: the playbook recurs.
    Recurring,
    /// It was planned long ago, and is not urgent.
    Scheduled,
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Security => "security",
            Self::CustomerBug => "customer bug",
            Self::Recurring => "recurring",
            Self::Scheduled => "scheduled",
        })
    }
}

impl FromStr for Reason {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "security" => Ok(Self::Security),
            "customer bug" => Ok(Self::CustomerBug),
            "recurring" => Ok(Self::Recurring),
            "scheduled" => Ok(Self::Scheduled),
            _ => Err(()),
        }
    }
}

impl Release {
    /// Whether it is still under way.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    /// Whether somebody who holds these roles may know of it.
    #[must_use]
    pub fn is_shown_to(&self, held: &BTreeSet<RoleId>) -> bool {
        !self.private || self.playbook.is_played_by(held)
    }

    /// Whether people still work on this phase: on all of them until the release is closed, and afterwards on those that
    /// come after the target date (S27).
    #[must_use]
    pub fn is_live(&self, phase: &Phase) -> bool {
        self.is_open() || phase.offset.is_after_target()
    }

    /// Whether there is anything left to do: it is open, or it is closed and items are due after the target date.
    #[must_use]
    pub fn lives_on(&self) -> bool {
        self.is_open() || self.live_items().next().is_some()
    }

    /// Whether its clock goes on. That a release was on hold ends with it.
    #[must_use]
    pub fn clock_runs(&self) -> bool {
        !self.is_open() || self.hold.is_none()
    }

    /// Until when reminders of this item are silenced, if they are at `now`.
    #[must_use]
    pub fn snoozed(&self, item: &ItemId, now: DateTime<Utc>) -> Option<&Snooze> {
        self.snoozes.get(item).filter(|snooze| snooze.until > now)
    }

    /// "7.2.1", "7.2.1 Login fix", "7.2.1, 7.1.4, 6.9.12 Login fix", or "149.0b3 Beta" where the playbook has types (S42).
    #[must_use]
    pub fn name(&self) -> String {
        let versions: Vec<&str> = self.versions().collect();
        let mut name = versions.join(", ");
        for word in self.types().chain(self.title.as_deref()) {
            name.push(' ');
            name.push_str(word);
        }
        name
    }

    /// What was chosen for it where the playbook asks for one of several: the type of the release, say (S42).
    pub fn types(&self) -> impl Iterator<Item = &str> {
        let conditions = self.playbook.conditions.iter();
        conditions
            .filter(|condition| {
                condition.one_of.is_some() && self.variation.conditions.contains(&condition.id)
            })
            .map(|condition| condition.title.as_str())
    }

    fn settle(&mut self, item: &ItemId, completion: Completion) {
        self.completions.insert(item.clone(), completion);
        self.snoozes.remove(item);
        self.room.settle(item);
    }

    /// Carries out what has happened.
    pub fn apply(&mut self, event: &Event, stamp: Stamp) {
        match event {
            Event::ItemDone { item, evidence } => {
                let completion = Completion {
                    stamp,
                    not_applicable: None,
                    evidence: evidence.clone(),
                };
                self.settle(item, completion);
            }
            Event::ItemNotApplicable { item, reason } => {
                let completion = Completion {
                    stamp,
                    not_applicable: Some(reason.clone()),
                    evidence: None,
                };
                self.settle(item, completion);
            }
            Event::Room(did) => {
                if let RoomEvent::ItemAdded { phase, added } = did {
                    let added = AddedItem {
                        phase: phase.clone(),
                        item: (**added).clone(),
                    };
                    Arc::make_mut(&mut self.playbook).add(&added);
                    self.variation.added.push(added);
                }
                self.room.apply(did, stamp);
                self.apply_to_gates(did);
            }
            Event::ItemUndone { item } => {
                self.completions.remove(item);
                self.reopened.insert(item.clone(), stamp.at);
            }
            Event::ItemReopened { item, since } => {
                self.completions.remove(item);
                self.reopened.insert(item.clone(), *since);
            }
            Event::Closed { override_reason, .. } => {
                self.closed = Some(Closure {
                    stamp,
                    override_reason: override_reason.clone(),
                });
            }
            // What came due while it was closed is never told late one by one: it is watched from now on.
            Event::Reopened { .. } => {
                self.closed = None;
                self.watched_from = stamp.at;
            }
            Event::Slipped { to, .. } => self.target = *to,
            Event::Held { reason } => {
                self.hold = Some(Hold {
                    stamp,
                    reason: reason.clone(),
                });
            }
            Event::Resumed => {
                self.hold = None;
                self.watched_from = stamp.at;
            }
            Event::ItemSnoozed { item, until, intent } => {
                let snooze = Snooze {
                    stamp,
                    until: *until,
                    intent: intent.clone(),
                };
                self.snoozes.insert(item.clone(), snooze);
            }
            Event::ItemWoken { item } => {
                self.snoozes.remove(item);
            }
            Event::ChannelOpened { channel } => self.channel = Some(*channel),
            Event::BoardPosted { message } => self.board = Some(*message),
            Event::BoardLost | Event::BoardWorn => self.board = None,
            Event::Started { .. }
            | Event::Replanned { .. }
            | Event::Reminded { .. }
            | Event::ReminderCollapsed { .. }
            | Event::Called { .. }
            | Event::CallsCollapsed { .. }
            | Event::CallsExpired { .. }
            | Event::NotDelivered { .. }
            | Event::Expired { .. }
            | Event::PossiblyRepeated { .. }
            | Event::Retried { .. }
            | Event::Dropped { .. } => {}
        }
    }
}
