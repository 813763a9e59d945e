//! Questions that a button will answer.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::UserId;
use crate::domain::playbook::ItemId;
use crate::domain::room::ShownMessage;
use crate::domain::shift::Imported;
use crate::domain::slip::SlipRequest;
use crate::domain::start::StartRequest;

/// What is kept while a person is asked. Stored as JSON: a variant is never changed, only added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "question", rename_all = "kebab-case")]
pub enum Question {
    /// Start all the same, or for another date?
    Start(StartRequest),
    /// Move the release?
    Slip(SlipRequest),
    /// Snooze an item beyond its due time?
    Snooze(SnoozeRequest),
    /// Which item is this message shown for?
    Show(ShowRequest),
    /// Shall these days of a calendar become days away?
    Away(AwayRequest),
}

/// A message that a person wants to show for an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowRequest {
    /// The release's key.
    pub key: String,
    /// The message.
    pub message: ShownMessage,
}

/// What a person's calendar gives, while they look at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwayRequest {
    /// Who is away.
    pub user: UserId,
    /// What the file is called.
    pub file: String,
    /// Why, as typed; others see it in place of what the events are called.
    pub reason: Option<String>,
    /// The days.
    pub imported: Imported,
}

/// What a person asked for with `/item snooze`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnoozeRequest {
    /// The release's key.
    pub key: String,
    /// The item.
    pub item: ItemId,
    /// The first instant at which it may be reminded of again.
    pub until: DateTime<Utc>,
    /// How the person said it.
    pub intent: String,
}

impl Question {
    /// Reads a stored question. Before there were others, the request to start stood for itself.
    ///
    /// # Errors
    /// The text is neither.
    pub fn read(stored: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(stored).or_else(|error| {
            let request = serde_json::from_str(stored).map_err(|_| error)?;
            Ok(Self::Start(request))
        })
    }
}
