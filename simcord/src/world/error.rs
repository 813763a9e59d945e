//! Refusals in Discord's own words: a status, a code, a message, and for forms the place of each mistake.

use serde_json::{Map, Value, json};

use crate::faults::Scope;

/// The code at the place of a mistake for a category that has all the channels it can have.
pub(crate) const FULL_CATEGORY: &str = "CHANNEL_PARENT_MAX_CHANNELS";

/// A refusal that REST answers with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ApiError {
    /// The HTTP status.
    pub(crate) status: u16,
    /// Discord's code.
    pub(crate) code: u32,
    /// Discord's message.
    pub(crate) message: String,
    /// The places of mistakes in a form.
    pub(crate) errors: Option<Value>,
    /// Seconds to wait, for a 429.
    pub(crate) retry_after: Option<f64>,
    /// Whose limit it is, for a 429.
    pub(crate) scope: Scope,
}

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $status:literal $code:literal $text:literal;)*) => {
        impl ApiError {
            $($(#[$doc])* pub(crate) fn $name() -> Self { Self::plain($status, $code, $text) })*
        }
    };
}

refusals! {
    /// No such route.
    not_found = 404 0 "404: Not Found";
    /// The token is not the application's.
    unauthorized = 401 0 "401: Unauthorized";
    /// No such application.
    unknown_application = 404 10002 "Unknown Application";
    /// No such channel.
    unknown_channel = 404 10003 "Unknown Channel";
    /// No such guild, or the bot is not in it.
    unknown_guild = 404 10004 "Unknown Guild";
    /// No such member.
    unknown_member = 404 10007 "Unknown Member";
    /// No such message.
    unknown_message = 404 10008 "Unknown Message";
    /// No such overwrite.
    unknown_overwrite = 404 10009 "Unknown Overwrite";
    /// No such role.
    unknown_role = 404 10011 "Unknown Role";
    /// No such user.
    unknown_user = 404 10013 "Unknown User";
    /// No emoji, or one of a guild.
    unknown_emoji = 400 10014 "Unknown Emoji";
    /// No such webhook.
    unknown_webhook = 404 10015 "Unknown Webhook";
    /// No such interaction, or its three seconds are over.
    unknown_interaction = 404 10062 "Unknown interaction";
    /// No such command.
    unknown_command = 404 10063 "Unknown application command";
    /// No such scheduled event.
    unknown_event = 404 10070 "Unknown Guild Scheduled Event";
    /// The channel has all the pins it can have.
    too_many_pins = 400 30003 "Maximum number of pins reached (250)";
    /// The guild has all the roles it can have.
    too_many_roles = 400 30005 "Maximum number of server roles reached (250)";
    /// The message has all the different reactions it can have.
    too_many_reactions = 403 30010 "Maximum number of reactions reached (20)";
    /// The guild has all the channels it can have.
    too_many_channels = 400 30013 "Maximum number of server channels reached (500)";
    /// The scope has all the commands it can have.
    too_many_commands = 400 30032 "Maximum number of application commands reached (100).";
    /// The message has all the files it can have.
    too_many_attachments = 400 30015 "Maximum number of attachments in a message reached (10)";
    /// The channel has all the overwrites it can have.
    too_many_overwrites = 400 30060 "Maximum number of permission overwrites reached (1000)";
    /// The guild has all the threads that are not put away that it can have.
    too_many_threads = 400 160006 "Maximum number of active threads reached";
    /// The guild has all the scheduled events it can have.
    too_many_events = 400 30038 "Maximum number of uncompleted guild scheduled events reached (100)";
    /// The interaction has its answer already.
    already_acknowledged = 400 40060 "Interaction has already been acknowledged.";
    /// It does not say what sends it.
    no_agent = 403 40333 "internal network error";
    /// The bot cannot see it.
    missing_access = 403 50001 "Missing Access";
    /// A conversation of two, in which nobody manages anything.
    direct_channel = 403 50003 "Cannot execute action on a DM channel";
    /// Somebody else's message.
    not_the_author = 403 50005 "Cannot edit a message authored by another user";
    /// Nothing to show.
    empty_message = 400 50006 "Cannot send an empty message";
    /// The person takes no direct messages, or shares no guild with the bot.
    cannot_message = 403 50007 "Cannot send messages to this user";
    /// The bot may not do that.
    missing_permissions = 403 50013 "Missing Permissions";
    /// One message, none, or more than a hundred.
    too_few_or_too_many = 400 50016 "Provided too few or too many messages to delete. Must provide at least 2 and fewer than 100 messages to delete";
    /// A message that nobody wrote.
    system_message = 403 50021 "Cannot execute action on a system message";
    /// A channel that cannot do that.
    wrong_channel_type = 400 50024 "Cannot execute action on this channel type";
    /// The interaction's fifteen minutes are over.
    invalid_webhook_token = 401 50027 "Invalid Webhook Token";
    /// A file is larger than it may be.
    too_large = 413 40005 "Request entity too large";
    /// The thread was put away.
    archived_thread = 400 50083 "Thread is archived";
    /// The message has its thread already.
    thread_exists = 400 160004 "A thread has already been created for this message";
    /// Only those who manage threads may write in it.
    locked_thread = 400 160005 "Thread is locked";
    /// What is over cannot be changed.
    finished_event = 400 180000 "Cannot update a finished event";
    /// The body is not JSON.
    invalid_json = 400 50109 "The request body contains invalid JSON.";
}

impl ApiError {
    fn plain(status: u16, code: u32, message: &str) -> Self {
        Self {
            status,
            code,
            message: message.to_owned(),
            errors: None,
            retry_after: None,
            scope: Scope::User,
        }
    }

    /// The same about another's limit.
    pub(crate) fn in_scope(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    /// How many seconds to wait, and whose limit it is.
    pub(crate) fn wait(&self) -> Option<(f64, Scope)> {
        self.retry_after.map(|seconds| (seconds, self.scope))
    }

    /// A refusal that nothing in the world has led to.
    pub(crate) fn made_up(status: u16) -> Self {
        Self::plain(status, 0, &format!("{status}: made up"))
    }

    /// Too many requests: come back after so many seconds.
    pub(crate) fn rate_limited(seconds: f64) -> Self {
        let mut error = Self::plain(429, 0, "You are being rate limited.");
        error.retry_after = Some(seconds);
        error
    }

    /// Too many commands made within a day.
    pub(crate) fn too_many_made_commands(most: usize) -> Self {
        let message = format!("Max number of daily application command creates has been reached ({most})");
        Self::plain(400, 30_034, &message)
    }

    /// Too many edits of a message older than an hour.
    pub(crate) fn too_many_old_edits(seconds: f64) -> Self {
        let message = "Maximum number of edits to messages older than 1 hour reached. Try again later";
        let mut error = Self::plain(429, 30_046, message);
        error.retry_after = Some(seconds);
        error
    }

    /// Whether it shows a fault of the application rather than a state of the world that it has to cope with.
    pub(crate) fn is_breach(&self) -> bool {
        let is_full = self
            .errors
            .as_ref()
            .is_some_and(|errors| errors.to_string().contains(FULL_CATEGORY));
        matches!(self.code, 10_014 | 30_015 | 40_060 | 50_006 | 50_035 | 50_109) && !is_full
    }

    /// The body of the answer.
    pub(crate) fn body(&self) -> Value {
        if let Some(seconds) = self.retry_after {
            let mut body = json!({
                "message": self.message, "retry_after": seconds, "global": self.scope == Scope::Global,
            });
            if self.code != 0 {
                body["code"] = json!(self.code);
            }
            return body;
        }
        let mut body = json!({"message": self.message, "code": self.code});
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}

/// The mistakes of a form, collected before any of them is told.
#[derive(Debug, Default)]
pub(crate) struct Form {
    errors: Map<String, Value>,
}

impl Form {
    /// A form with one mistake.
    pub(crate) fn refuse(path: &str, code: &str, message: &str) -> ApiError {
        let mut form = Self::default();
        form.add(path, code, message);
        form.into_error()
    }

    /// Adds a mistake at a path such as `embeds.0.title`.
    pub(crate) fn add(&mut self, path: &str, code: &str, message: impl Into<String>) {
        let mut place = &mut self.errors;
        for part in path.split('.').filter(|part| !part.is_empty()) {
            let next = place.entry(part).or_insert_with(|| Value::Object(Map::new()));
            let Value::Object(next) = next else { return };
            place = next;
        }
        let list = place.entry("_errors").or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(list) = list {
            list.push(json!({"code": code, "message": message.into()}));
        }
    }

    /// Adds a mistake when `text` is not between `min` and `max` characters long.
    pub(crate) fn length(&mut self, path: &str, text: &str, min: usize, max: usize) {
        let count = text.chars().count();
        if count > max && min > 0 {
            self.add(
                path,
                "BASE_TYPE_BAD_LENGTH",
                format!("Must be between {min} and {max} in length."),
            );
        } else if count > max {
            self.add(
                path,
                "BASE_TYPE_MAX_LENGTH",
                format!("Must be {max} or fewer in length."),
            );
        } else if count < min && count == 0 {
            self.add(path, "BASE_TYPE_REQUIRED", "This field is required");
        } else if count < min {
            self.add(
                path,
                "BASE_TYPE_BAD_LENGTH",
                format!("Must be between {min} and {max} in length."),
            );
        }
    }

    /// Adds a mistake when something is there that is no whole number between `min` and `max`.
    pub(crate) fn number(&mut self, path: &str, value: Option<&Value>, min: u64, max: u64) {
        let Some(value) = value.filter(|value| !value.is_null()) else {
            return;
        };
        let Some(number) = value.as_i64() else {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            self.add(
                path,
                "NUMBER_TYPE_COERCE",
                format!("Value \"{text}\" is not int."),
            );
            return;
        };
        match u64::try_from(number) {
            Ok(number) if number > max => self.add(
                path,
                "NUMBER_TYPE_MAX",
                format!("int value should be less than or equal to {max}."),
            ),
            Ok(number) if number >= min => {}
            Ok(_) | Err(_) => self.add(
                path,
                "NUMBER_TYPE_MIN",
                format!("int value should be greater than or equal to {min}."),
            ),
        }
    }

    /// Adds a mistake when there are more than `max` of something.
    pub(crate) fn count(&mut self, path: &str, count: usize, max: usize) {
        if count > max {
            self.add(
                path,
                "BASE_TYPE_MAX_LENGTH",
                format!("Must be {max} or fewer in length."),
            );
        }
    }

    /// Nothing when the form is right.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(self.into_error())
        }
    }

    fn into_error(self) -> ApiError {
        let mut error = ApiError::plain(400, 50_035, "Invalid Form Body");
        error.errors = Some(Value::Object(self.errors));
        error
    }
}
