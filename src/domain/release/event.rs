//! What can have happened to a release. Events are kept for good, so a variant is never changed, only added.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::{ChannelId, MessageId, UserId};
use crate::domain::playbook::{ItemId, PhaseId, Variation};
use crate::domain::release::Reason;
use crate::domain::reminder::{Moment, Occasion};
use crate::domain::room::{Evidence, RoomEvent};

/// One thing that has happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A person started the release.
    Started {
        /// The version.
        version: String,
        /// T-0; none while it was to be decided.
        target: Option<NaiveDate>,
        /// The class of reason.
        reason: Reason,
        /// Whether it is known to the roles of its playbook alone.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        private: bool,
        /// How it differs from its playbook.
        #[serde(default, skip_serializing_if = "Variation::is_none")]
        variation: Variation,
    },
    /// The release's channel exists.
    ChannelOpened {
        /// The channel.
        channel: ChannelId,
    },
    /// The board was posted and pinned.
    BoardPosted {
        /// The message.
        message: MessageId,
    },
    /// Somebody deleted the board; it will be posted anew.
    BoardLost,
    /// The board takes no more edits; it will be posted anew.
    BoardWorn,
    /// A person did an item.
    ItemDone {
        /// The item.
        item: ItemId,
        /// What was shown for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<Evidence>,
    },
    /// A person said that an item does not apply to this release (S30).
    ItemNotApplicable {
        /// The item.
        item: ItemId,
        /// Why.
        reason: String,
    },
    /// A person took a completion back. The completion stays in the timeline.
    ItemUndone {
        /// The item.
        item: ItemId,
    },
    /// A new day began for an item that is due daily; the completion of the day before stays in the timeline.
    ItemReopened {
        /// The item.
        item: ItemId,
        /// When the day began.
        since: DateTime<Utc>,
    },
    /// A reminder was posted, before there was a ladder.
    Reminded {
        /// The phase.
        phase: PhaseId,
        /// Which moment of the phase's day.
        moment: Moment,
        /// When it was due.
        due: DateTime<Utc>,
    },
    /// A reminder was overtaken by a later one while the bot was away, before there was a ladder.
    ReminderCollapsed {
        /// The phase.
        phase: PhaseId,
        /// Which moment of the phase's day.
        moment: Moment,
        /// When it was due.
        due: DateTime<Utc>,
    },
    /// A message called the roles and people of these occasions.
    Called {
        /// The occasions.
        occasions: Vec<Occasion>,
    },
    /// Later occasions, which were called instead, had overtaken these while the bot was away.
    CallsCollapsed {
        /// The occasions.
        occasions: Vec<Occasion>,
    },
    /// Nothing was left to say of these when the bot came back.
    CallsExpired {
        /// The occasions.
        occasions: Vec<Occasion>,
    },
    /// The platform refused a message for good.
    NotDelivered {
        /// What was to be posted.
        what: String,
        /// Why it was refused.
        why: String,
    },
    /// A message was not sent, because it would have come too late to be worth anything.
    Expired {
        /// What was to be posted.
        what: String,
    },
    /// A message was sent again although nobody could tell whether it had arrived before.
    PossiblyRepeated {
        /// What was posted.
        what: String,
    },
    /// A person moved the target date, set the first one, or withdrew it.
    Slipped {
        /// T-0 before; none when it was to be decided.
        from: Option<NaiveDate>,
        /// T-0 from now on; none when it is to be decided again.
        to: Option<NaiveDate>,
        /// Why.
        reason: String,
    },
    /// The phases moved because the calendar has changed, while the target stayed.
    Replanned {
        /// The phases that moved, with the date before and after.
        moved: Vec<(PhaseId, NaiveDate, NaiveDate)>,
        /// The days that changed, and why each is off now; none for a day that is worked now. Empty when it was
        /// something else: the rules of a zone or of the playbook's calendar.
        days: Vec<(NaiveDate, Option<String>)>,
    },
    /// A person stopped the clock of the release.
    Held {
        /// Why.
        reason: String,
    },
    /// A person let the clock of the release go on.
    Resumed,
    /// A person silenced the reminders of an item for a while. Its due time stays.
    ItemSnoozed {
        /// The item.
        item: ItemId,
        /// Until when.
        until: DateTime<Utc>,
        /// How the person said it.
        intent: String,
    },
    /// A person ended that silence early.
    ItemWoken {
        /// The item.
        item: ItemId,
    },
    /// A person had a message tried again that could not be delivered.
    Retried {
        /// What was to be posted.
        what: String,
    },
    /// A person gave up a message that could not be delivered.
    Dropped {
        /// What was to be posted.
        what: String,
    },
    /// A person opened the release again after it was closed.
    Reopened {
        /// Why.
        reason: String,
    },
    /// Something happened in the room of the release.
    Room(RoomEvent),
    /// A person closed the release.
    Closed {
        /// Why it was closed although items were open.
        override_reason: Option<String>,
        /// The items that were open then.
        open: Vec<ItemId>,
    },
}

/// An event with when it happened and who acted; nobody acted when the bot did it by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineEvent {
    /// The instant.
    pub at: DateTime<Utc>,
    /// The person, or none for the bot.
    pub actor: Option<UserId>,
    /// What happened.
    pub event: Event,
}
