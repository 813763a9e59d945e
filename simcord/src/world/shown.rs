//! What the acting and looking calls give back.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::channel::Channel;
use super::command::{Choice, Command};
use super::guild::{Role, User};
use super::ids::{GuildId, InteractionId, ModalId, UserId};
use super::message::Message;
use super::scheduled::ScheduledEvent;
use crate::clock::ClockView;

/// Option values by name, as the person gives them: text, numbers, booleans, or ids as strings.
pub type Values = BTreeMap<String, Value>;

/// How an act of a person ended.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The interaction; none when the act was refused before it reached the application.
    pub interaction_id: Option<InteractionId>,
    /// How it ended.
    pub state: OutcomeState,
    /// The answer, or the message that was updated, as the person sees it.
    pub message: Option<Message>,
    /// The modal that opened.
    pub modal: Option<Modal>,
    /// The suggestions that appeared.
    pub choices: Option<Vec<Choice>>,
    /// Why it failed or was refused, in one sentence.
    pub error: Option<String>,
}

/// How an act of a person ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeState {
    /// The application answered with a message.
    Answered,
    /// The application changed the message that the person acted on.
    Updated,
    /// A modal opened.
    Modal,
    /// Suggestions appeared.
    Choices,
    /// No answer came in time.
    Failed,
    /// It could not be done at all; over HTTP this is a 4xx.
    Refused,
}

impl Outcome {
    pub(crate) fn refused(error: impl Into<String>) -> Self {
        Self {
            interaction_id: None,
            state: OutcomeState::Refused,
            message: None,
            modal: None,
            choices: None,
            error: Some(error.into()),
        }
    }

    /// The text that the person reads in the answer; empty when there is none.
    #[must_use]
    pub fn text(&self) -> &str {
        let extra = self.message.as_ref().and_then(|message| message.simcord.as_ref());
        extra.map_or("", |extra| extra.text.as_str())
    }
}

/// A form that an application has opened for somebody.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Modal {
    /// The id to submit it by.
    pub id: ModalId,
    /// Its title.
    pub title: String,
    /// The application's name for it.
    pub custom_id: String,
    /// Its fields, as sent.
    pub components: Vec<Value>,
}

/// What a person puts into one field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "a field takes text, a list of texts, true or false")]
pub enum Filled {
    /// What is written, or the one thing that is chosen: a value or a name that people see, or the name of a file that the
    /// person has. Empty text chooses nothing.
    Text(String),
    /// All that is chosen, in the same words.
    Several(Vec<String>),
    /// Whether a box is ticked.
    Checked(bool),
}

impl From<String> for Filled {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Filled {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Vec<String>> for Filled {
    fn from(values: Vec<String>) -> Self {
        Self::Several(values)
    }
}

impl From<bool> for Filled {
    fn from(ticked: bool) -> Self {
        Self::Checked(ticked)
    }
}

/// Why something could not be done, in one sentence for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

impl From<String> for Refusal {
    fn from(sentence: String) -> Self {
        Self(sentence)
    }
}

impl From<&str> for Refusal {
    fn from(sentence: &str) -> Self {
        Self(sentence.to_owned())
    }
}

/// A human whom somebody can play.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The person's id.
    pub id: UserId,
    /// The unique name.
    pub username: String,
    /// The name that people see.
    pub display_name: String,
    /// `#rrggbb` of the highest coloured role.
    pub color: String,
    /// Where the person is a member, and as what.
    pub guilds: Vec<Membership>,
}

/// A person's roles in one guild.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Membership {
    /// The guild.
    pub guild_id: GuildId,
    /// Names of the person's roles there.
    pub roles: Vec<String>,
}

/// Everything that a person sees, messages left out.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    /// The person.
    pub me: Person,
    /// The person's guilds.
    pub guilds: Vec<GuildView>,
    /// The person's conversations with the application.
    pub conversations: Vec<Channel>,
    /// Commands that the person may use.
    pub commands: Vec<Command>,
    /// The clock.
    pub clock: ClockView,
}

/// A guild as a person sees it.
#[derive(Clone, Debug, Serialize)]
pub struct GuildView {
    /// The guild.
    pub id: GuildId,
    /// Its name.
    pub name: String,
    /// Its roles, the highest first.
    pub roles: Vec<Role>,
    /// Its members, bots included.
    pub members: Vec<MemberView>,
    /// The channels that the person can see, in order.
    pub channels: Vec<Channel>,
    /// What is scheduled or under way, the oldest first.
    pub scheduled_events: Vec<ScheduledEvent>,
}

/// A member of a guild as people see it.
#[derive(Clone, Debug, Serialize)]
pub struct MemberView {
    /// The user.
    pub user: Arc<User>,
    /// The name that people see.
    pub display_name: String,
    /// Names of the member's roles.
    pub roles: Vec<String>,
}
