//! How an application answers an interaction, and goes on afterwards.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::body::{AllowedMentions, MessageBody};
use super::command::Choice;
use super::error::{ApiError, Form};
use super::ids::{InteractionId, MessageId};
use super::interaction::{Interaction, Kind, Progress};
use super::message::{Message, flag};
use super::modal;
use super::state::World;

/// Which message of an interaction is meant.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which {
    /// `@original`.
    Original,
    /// A follow-up, by its id.
    Id(MessageId),
}

impl World {
    /// The first answer. Gives what `with_response` asks for.
    pub(crate) fn answer(
        &mut self,
        now: DateTime<Utc>,
        id: InteractionId,
        token: &str,
        body: &Value,
    ) -> Result<Value, ApiError> {
        let found = self.unanswered(id, token)?.clone();
        let kind = body.get("type").and_then(Value::as_u64).unwrap_or(0);
        let data = body.get("data").cloned().unwrap_or_else(|| json!({}));
        let fits = match kind {
            4 | 5 => found.kind != Kind::Autocomplete,
            6 | 7 => found.source.is_some() && matches!(found.kind, Kind::Component | Kind::ModalSubmit),
            8 => found.kind == Kind::Autocomplete,
            9 => matches!(found.kind, Kind::Command | Kind::Component),
            _ => false,
        };
        if !fits {
            let message = "This answer does not fit the interaction.";
            return Err(Form::refuse(
                "type",
                "INTERACTION_APPLICATION_COMMAND_INVALID_CALLBACK_TYPE",
                message,
            ));
        }
        let mut message = None;
        match kind {
            4 => message = Some(self.say(now, &found, &data)?),
            5 => message = Some(self.promise(now, &found, &data)?),
            6 => {
                self.set_original(id, found.source);
                // The client shows no waiting for this: what the application does next comes as it comes.
                self.advance(now, id, Progress::Updated);
            }
            7 => message = Some(self.update(now, &found, &data)?),
            8 => self.suggest(now, id, &data)?,
            _ => {
                let mut form = Form::default();
                modal::check_modal(&data, &mut form);
                form.finish()?;
                self.open_modal(now, id, &data);
            }
        }
        Ok(told(&found, kind, message.as_ref()))
    }

    fn set_original(&mut self, id: InteractionId, message: Option<MessageId>) {
        if let Some(found) = self.interactions.get_mut(&id) {
            found.original = message;
        }
    }

    fn reply(&mut self, now: DateTime<Utc>, found: &Interaction, flags: u64) -> Result<Message, ApiError> {
        let bot = self.bot().clone();
        let mut message = self.blank(now, found.channel, bot)?;
        message.kind = if found.kind == Kind::Command { 20 } else { 0 };
        message.flags = flags & (flag::EPHEMERAL | flag::SUPPRESS_EMBEDS | flag::SUPPRESS_NOTIFICATIONS);
        message.only_for = message.ephemeral().then_some(found.user);
        message.application_id = Some(self.bot);
        message.webhook_id = Some(self.bot);
        message.interaction = Some(found.id);
        message.interaction_metadata = Some(found.metadata.clone());
        Ok(message)
    }

    fn say(&mut self, now: DateTime<Utc>, found: &Interaction, data: &Value) -> Result<Message, ApiError> {
        let body = MessageBody::parse(data)?;
        let mut message = self.reply(now, found, body.flags.unwrap_or(0))?;
        self.fill(&mut message, body, &AllowedMentions::for_interactions(), None)?;
        self.set_original(found.id, Some(message.id));
        self.add_message(now, &message);
        self.advance(now, found.id, Progress::Answered(Some(message.id)));
        Ok(message)
    }

    fn promise(
        &mut self,
        now: DateTime<Utc>,
        found: &Interaction,
        data: &Value,
    ) -> Result<Message, ApiError> {
        let flags = data.get("flags").and_then(Value::as_u64).unwrap_or(0);
        let mut message = self.reply(now, found, flags)?;
        message.flags |= flag::LOADING;
        self.set_original(found.id, Some(message.id));
        self.add_message(now, &message);
        self.advance(now, found.id, Progress::Thinking);
        Ok(message)
    }

    fn update(&mut self, now: DateTime<Utc>, found: &Interaction, data: &Value) -> Result<Message, ApiError> {
        let source = found.source.and_then(|id| self.message(id)).cloned();
        let mut message = source.ok_or_else(ApiError::unknown_message)?;
        let body = MessageBody::parse_edit(data, message.flags)?;
        self.fill(&mut message, body, &AllowedMentions::for_interactions(), None)?;
        message.edited_timestamp = Some(now);
        self.set_original(found.id, Some(message.id));
        self.replace_message(now, &message);
        self.advance(now, found.id, Progress::Updated);
        Ok(message)
    }

    fn suggest(&mut self, now: DateTime<Utc>, id: InteractionId, data: &Value) -> Result<(), ApiError> {
        let choices = data.get("choices").cloned().unwrap_or_else(|| json!([]));
        let choices: Result<Vec<Choice>, _> = serde_json::from_value(choices);
        let choices = choices
            .map_err(|error| Form::refuse("data.choices", "MODEL_TYPE_CONVERT", &error.to_string()))?;
        let mut form = Form::default();
        form.count("data.choices", choices.len(), 25);
        for (place, choice) in choices.iter().enumerate() {
            form.length(&format!("data.choices.{place}.name"), &choice.name, 1, 100);
            if let Some(value) = choice.value.as_str() {
                form.length(&format!("data.choices.{place}.value"), value, 0, 100);
            }
        }
        form.finish()?;
        self.advance(now, id, Progress::Choices(choices));
        Ok(())
    }

    /// A further message. The first one after a promise is the promised answer itself.
    pub(crate) fn follow_up(
        &mut self,
        now: DateTime<Utc>,
        token: &str,
        body: &Value,
    ) -> Result<Message, ApiError> {
        let found = self.answered(now, token)?.clone();
        if found.progress == Progress::Thinking {
            return self.edit_answer(now, token, Which::Original, body);
        }
        let body = MessageBody::parse(body)?;
        let mut message = self.reply(now, &found, body.flags.unwrap_or(0))?;
        message.kind = 0;
        self.fill(&mut message, body, &AllowedMentions::for_interactions(), None)?;
        self.add_message(now, &message);
        Ok(message)
    }

    /// One of the messages of an interaction.
    pub(crate) fn answer_message(
        &self,
        now: DateTime<Utc>,
        token: &str,
        which: Which,
    ) -> Result<&Message, ApiError> {
        let found = self.answered(now, token)?;
        let message = match which {
            Which::Original => found.original.and_then(|id| self.message(id)),
            Which::Id(id) => self.message(id).filter(|message| {
                message.interaction == Some(found.id) || found.original == Some(message.id)
            }),
        };
        message.ok_or_else(ApiError::unknown_message)
    }

    /// Changes one of the messages of an interaction; a promised answer arrives this way.
    pub(crate) fn edit_answer(
        &mut self,
        now: DateTime<Utc>,
        token: &str,
        which: Which,
        body: &Value,
    ) -> Result<Message, ApiError> {
        let found = self.answered(now, token)?.clone();
        let mut message = self.answer_message(now, token, which)?.clone();
        let body = MessageBody::parse_edit(body, message.flags)?;
        self.fill(&mut message, body, &AllowedMentions::for_interactions(), None)?;
        if message.flags & flag::LOADING == 0 {
            message.edited_timestamp = Some(now);
        }
        message.failed = false;
        // The placeholder is replaced before its mark goes, so that the answer counts as new.
        message.flags &= !flag::LOADING;
        self.replace_message(now, &message);
        match found.progress {
            Progress::Thinking if found.original == Some(message.id) => {
                self.advance(now, found.id, Progress::Answered(Some(message.id)));
            }
            Progress::Waiting
            | Progress::Thinking
            | Progress::Answered(_)
            | Progress::Updated
            | Progress::Modal(_)
            | Progress::Choices(_)
            | Progress::Failed => {}
        }
        Ok(message)
    }

    /// Deletes one of the messages of an interaction.
    pub(crate) fn delete_answer(
        &mut self,
        now: DateTime<Utc>,
        token: &str,
        which: Which,
    ) -> Result<(), ApiError> {
        let found = self.answered(now, token)?.clone();
        let id = self.answer_message(now, token, which)?.id;
        self.remove_message(now, id);
        if found.progress == Progress::Thinking && found.original == Some(id) {
            self.advance(now, found.id, Progress::Answered(None));
        }
        Ok(())
    }
}

/// What `with_response` tells of an answer. What there is not is left out, and a message is told of only where it is the
/// answer: not while it is promised (Discord's description, `InteractionCallbackResponse`).
fn told(found: &Interaction, kind: u64, message: Option<&Message>) -> Value {
    let mut interaction = json!({
        "id": found.id, "type": found.kind.number(), "channel_id": found.channel,
    });
    if let Some(guild) = found.guild {
        interaction["guild_id"] = json!(guild);
    }
    if let Some(message) = message {
        interaction["response_message_id"] = json!(message.id);
        interaction["response_message_loading"] = json!(kind == 5);
        interaction["response_message_ephemeral"] = json!(message.ephemeral());
    }
    match message.filter(|_| kind != 5) {
        Some(message) => json!({"interaction": interaction, "resource": {"type": kind, "message": message}}),
        None => json!({"interaction": interaction}),
    }
}
