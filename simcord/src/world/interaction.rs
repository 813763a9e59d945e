//! One interaction's life: three seconds to answer, fifteen minutes to go on.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::command::Choice;
use super::component;
use super::error::ApiError;
use super::event::{Effect, Happening};
use super::ids::{ChannelId, GuildId, InteractionId, MessageId, ModalId, UserId};
use super::shown::{Modal, Outcome, OutcomeState};
use super::state::World;
use super::stored;

/// How long an application may take for its first answer.
const ANSWER_WITHIN: TimeDelta = TimeDelta::seconds(3);
/// What an interaction's token begins with, before its id. Only the one who was given it knows it at Discord; here nobody
/// has reason to guess.
pub(super) const TOKEN_BEGINS: &str = "interaction.";

/// How long an interaction's token is good for.
const TOKEN_LIVES: TimeDelta = TimeDelta::minutes(15);

/// What a person sees when the application says nothing.
const SILENCE: &str = "The application did not respond";

/// What somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Used a command.
    Command,
    /// Pressed a button or chose from a select.
    Component,
    /// Is typing a command's option.
    Autocomplete,
    /// Submitted a modal.
    ModalSubmit,
}

impl Kind {
    /// Discord's number for it.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Command => 2,
            Self::Component => 3,
            Self::Autocomplete => 4,
            Self::ModalSubmit => 5,
        }
    }
}

/// How far the application is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Progress {
    /// It has not answered.
    Waiting,
    /// It has promised an answer.
    Thinking,
    /// It answered with this message.
    Answered(Option<MessageId>),
    /// It changed the message that was acted on, or acknowledged that it was.
    Updated,
    /// It opened a modal.
    Modal(ModalId),
    /// It suggested values.
    Choices(Vec<Choice>),
    /// It did not answer in time.
    Failed,
}

/// An interaction.
#[derive(Clone, Debug)]
pub(crate) struct Interaction {
    pub(super) id: InteractionId,
    pub(super) token: String,
    pub(super) kind: Kind,
    pub(super) user: UserId,
    pub(super) guild: Option<GuildId>,
    pub(super) channel: ChannelId,
    pub(super) born: DateTime<Utc>,
    pub(super) progress: Progress,
    /// The message whose component was used, also when a modal came between.
    pub(super) source: Option<MessageId>,
    /// The message that `@original` means.
    pub(super) original: Option<MessageId>,
    /// What messages that answer it say about it.
    pub(super) metadata: Value,
}

impl Interaction {
    /// Whether the person waits for nothing more.
    pub(super) fn settled(&self) -> bool {
        match self.progress {
            Progress::Waiting | Progress::Thinking => false,
            Progress::Answered(_)
            | Progress::Updated
            | Progress::Modal(_)
            | Progress::Choices(_)
            | Progress::Failed => true,
        }
    }
}

/// A modal that is open in front of somebody.
#[derive(Clone, Debug)]
pub(crate) struct OpenModal {
    pub(super) modal: Modal,
    pub(super) user: UserId,
    pub(super) channel: ChannelId,
    pub(super) source: Option<MessageId>,
    pub(super) metadata: Value,
}

impl World {
    /// The interaction that an application wants to answer for the first time.
    pub(super) fn unanswered(&self, id: InteractionId, token: &str) -> Result<&Interaction, ApiError> {
        let found = self.interactions.get(&id).filter(|found| found.token == token);
        let found = found.ok_or_else(ApiError::unknown_interaction)?;
        match found.progress {
            Progress::Waiting => Ok(found),
            Progress::Failed => Err(ApiError::unknown_interaction()),
            Progress::Thinking
            | Progress::Answered(_)
            | Progress::Updated
            | Progress::Modal(_)
            | Progress::Choices(_) => Err(ApiError::already_acknowledged()),
        }
    }

    /// The interaction behind a token that an application goes on with.
    pub(super) fn answered(&self, now: DateTime<Utc>, token: &str) -> Result<&Interaction, ApiError> {
        let id = token.strip_prefix(TOKEN_BEGINS).and_then(|id| id.parse().ok());
        let found = id.and_then(|id: InteractionId| self.interactions.get(&id));
        let found = found.filter(|found| found.token == token);
        let found = found.ok_or_else(ApiError::unknown_webhook)?;
        if now >= found.born + TOKEN_LIVES {
            return Err(ApiError::invalid_webhook_token());
        }
        match found.progress {
            Progress::Waiting | Progress::Choices(_) => Err(ApiError::unknown_webhook()),
            Progress::Failed if found.original.is_none() => Err(ApiError::unknown_webhook()),
            Progress::Thinking
            | Progress::Answered(_)
            | Progress::Updated
            | Progress::Modal(_)
            | Progress::Failed => Ok(found),
        }
    }

    /// Moves an interaction on, and tells whoever waits when that settles it.
    pub(super) fn advance(&mut self, now: DateTime<Utc>, id: InteractionId, progress: Progress) {
        let Some(found) = self.interactions.get_mut(&id) else {
            return;
        };
        if found.settled() {
            return;
        }
        found.progress = progress;
        self.effects.push(Effect::Moved(id));
        if found.settled() {
            self.open.remove(&id);
            self.happen(now, Happening::InteractionSettled { id });
        }
    }

    /// Ends what is over by the clock.
    pub(crate) fn expire(&mut self, now: DateTime<Utc>) {
        let open = self.open.iter().filter_map(|id| self.interactions.get(id));
        let over: Vec<_> = open
            .filter(|found| match found.progress {
                Progress::Waiting => now >= found.born + ANSWER_WITHIN,
                Progress::Thinking => now >= found.born + TOKEN_LIVES,
                Progress::Answered(_)
                | Progress::Updated
                | Progress::Modal(_)
                | Progress::Choices(_)
                | Progress::Failed => false,
            })
            .map(|found| found.id)
            .collect();
        for id in over {
            self.give_up(now, id);
        }
        self.archive_silent_threads(now);
        self.move_events(now);
    }

    /// Ends what nobody waits for any longer.
    fn give_up(&mut self, now: DateTime<Utc>, id: InteractionId) {
        let Some(found) = self
            .interactions
            .get(&id)
            .filter(|found| !found.settled())
            .cloned()
        else {
            return;
        };
        match found.progress {
            Progress::Waiting if found.kind == Kind::Command => self.note_silence(now, &found),
            Progress::Thinking => {
                let shown = found
                    .original
                    .and_then(|original| self.message(original))
                    .cloned();
                if let Some(mut shown) = shown {
                    shown.failed = true;
                    self.replace_message(now, &shown);
                }
            }
            Progress::Waiting
            | Progress::Answered(_)
            | Progress::Updated
            | Progress::Modal(_)
            | Progress::Choices(_)
            | Progress::Failed => {}
        }
        self.advance(now, id, Progress::Failed);
    }

    /// The person waits no longer. A promised answer may still come.
    pub(crate) fn lose_patience(&mut self, now: DateTime<Utc>, id: InteractionId) {
        if self
            .interactions
            .get(&id)
            .is_some_and(|found| found.progress != Progress::Thinking)
        {
            self.give_up(now, id);
        }
    }

    /// What the person's own client shows when a command gets no answer.
    fn note_silence(&mut self, now: DateTime<Utc>, found: &Interaction) {
        let bot = self.bot().clone();
        if let Ok(mut note) = self.blank(now, found.channel, bot) {
            note.kind = 20;
            note.flags = super::message::flag::EPHEMERAL;
            note.only_for = Some(found.user);
            note.interaction = Some(found.id);
            note.interaction_metadata = Some(found.metadata.clone());
            note.failed = true;
            if let Some(kept) = self.interactions.get_mut(&found.id) {
                kept.source = Some(note.id);
            }
            self.add_message(now, &note);
        }
    }

    /// How an interaction ended, when it has.
    pub(crate) fn outcome(&self, now: DateTime<Utc>, id: InteractionId) -> Option<Outcome> {
        let found = self.interactions.get(&id).filter(|found| found.settled())?;
        Some(self.outcome_now(now, found))
    }

    /// How an interaction stands when the person stops waiting.
    pub(crate) fn outcome_so_far(&self, now: DateTime<Utc>, id: InteractionId) -> Outcome {
        match self.interactions.get(&id) {
            Some(found) => self.outcome_now(now, found),
            None => Outcome::refused("There is no such interaction."),
        }
    }

    /// Whether the application has promised an answer that has not come yet.
    pub(crate) fn promised(&self, id: InteractionId) -> bool {
        self.interactions
            .get(&id)
            .is_some_and(|found| found.progress == Progress::Thinking)
    }

    fn outcome_now(&self, now: DateTime<Utc>, found: &Interaction) -> Outcome {
        let (mut modal, mut choices) = (None, None);
        let (state, message) = match &found.progress {
            Progress::Waiting | Progress::Failed => (OutcomeState::Failed, found.original.or(found.source)),
            Progress::Thinking => (OutcomeState::Failed, found.original),
            Progress::Answered(message) => (OutcomeState::Answered, *message),
            Progress::Updated => (OutcomeState::Updated, found.source),
            Progress::Modal(id) => {
                modal = Some(*id);
                (OutcomeState::Modal, None)
            }
            Progress::Choices(suggested) => {
                choices = Some(suggested.clone());
                (OutcomeState::Choices, None)
            }
        };
        let message = message.and_then(|id| self.message(id));
        let error = match (&found.progress, found.kind) {
            (Progress::Thinking, _) => Some("The application is still thinking"),
            (Progress::Waiting | Progress::Failed, Kind::Command) => Some(SILENCE),
            (Progress::Waiting | Progress::Failed, Kind::Component) => Some("This interaction failed"),
            (Progress::Waiting | Progress::Failed, Kind::Autocomplete) => Some("Loading options failed"),
            (Progress::Waiting | Progress::Failed, Kind::ModalSubmit) => {
                Some("Something went wrong. Try again.")
            }
            (Progress::Answered(_) | Progress::Updated | Progress::Modal(_) | Progress::Choices(_), _) => {
                None
            }
        };
        Outcome {
            interaction_id: Some(found.id),
            state,
            message: message.map(|message| self.shown_at(now, found.user, message)),
            modal: modal
                .and_then(|id| self.modals.get(&id))
                .map(|open| open.modal.clone()),
            choices,
            error: error.map(str::to_owned),
        }
    }

    /// Opens a modal in front of the person behind an interaction.
    pub(super) fn open_modal(&mut self, now: DateTime<Utc>, id: InteractionId, data: &Value) {
        let Some(found) = self.interactions.get(&id).cloned() else {
            return;
        };
        let modal = ModalId(self.ids.next(now));
        let components = stored::numbered(component::parts(data, "components").to_vec());
        let open = OpenModal {
            modal: Modal {
                id: modal,
                title: component::text(data, "title").unwrap_or_default().to_owned(),
                custom_id: component::text(data, "custom_id").unwrap_or_default().to_owned(),
                components,
            },
            user: found.user,
            channel: found.channel,
            source: found.source,
            metadata: found.metadata,
        };
        self.modals.insert(modal, open);
        self.advance(now, id, Progress::Modal(modal));
    }
}
