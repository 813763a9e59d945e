//! Scheduled events of a guild (Discord's page "Guild Scheduled Event"). Those that take place somewhere else (EXTERNAL) are
//! played: an event in a voice or stage channel needs such a channel, which no guild has here.

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::body::{id, text};
use super::error::{ApiError, Form};
use super::event::{Happening, intent};
use super::ids::{ChannelId, GuildId, ScheduledEventId, UserId};
use super::instant::written;
use super::permission::{self, Permissions};
use super::state::World;

/// An event that takes place outside of Discord.
const EXTERNAL: u64 = 3;

/// Events that are scheduled or under way in a guild at any time.
const MOST: usize = 100;

/// Something that takes place at a given time, and that the people of a guild can look forward to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduledEvent {
    /// Its id.
    pub id: ScheduledEventId,
    /// Whose event it is.
    pub guild_id: GuildId,
    /// Who made it.
    pub creator_id: UserId,
    /// Its name.
    pub name: String,
    /// What is said about it.
    pub description: Option<String>,
    /// When it begins.
    pub starts: DateTime<Utc>,
    /// When it ends.
    pub ends: DateTime<Utc>,
    /// Where it takes place.
    pub location: String,
    /// How far it is.
    pub status: EventStatus,
}

impl Serialize for ScheduledEvent {
    /// In Discord's shape.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shape = json!({
            "id": self.id, "guild_id": self.guild_id, "channel_id": null, "creator_id": self.creator_id,
            "name": self.name, "description": self.description, "image": null,
            "scheduled_start_time": written(self.starts), "scheduled_end_time": written(self.ends),
            "privacy_level": 2, "status": self.status, "entity_type": EXTERNAL, "entity_id": null,
            "entity_metadata": {"location": self.location}, "recurrence_rule": null,
            "guild_scheduled_event_exceptions": [],
        });
        shape.serialize(serializer)
    }
}

/// How far a scheduled event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventStatus {
    /// It has not begun.
    Scheduled = 1,
    /// It is under way.
    Active = 2,
    /// It is over.
    Completed = 3,
    /// It does not take place.
    Canceled = 4,
}

impl EventStatus {
    const ALL: [Self; 4] = [Self::Scheduled, Self::Active, Self::Completed, Self::Canceled];

    /// Whether nothing about it can change any more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Canceled)
    }

    /// Whether Discord lets an event go from here to there.
    const fn leads_to(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Scheduled, Self::Active | Self::Canceled) | (Self::Active, Self::Completed)
        )
    }
}

impl Serialize for EventStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(*self as u8)
    }
}

/// What a request says about a scheduled event; what is absent stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScheduledEventBody {
    name: Option<String>,
    description: Option<String>,
    starts: Option<DateTime<Utc>>,
    ends: Option<DateTime<Utc>>,
    location: Option<String>,
    status: Option<EventStatus>,
    kind: Option<u64>,
    channel: Option<ChannelId>,
    /// What the request wants that is not played here.
    beyond: Vec<&'static str>,
}

impl ScheduledEventBody {
    /// Reads the body of a new event.
    pub(crate) fn new(body: &Value) -> Result<Self, ApiError> {
        Self::parse(body, true)
    }

    /// Reads the body of an edit.
    pub(crate) fn edit(body: &Value) -> Result<Self, ApiError> {
        Self::parse(body, false)
    }

    fn parse(body: &Value, new: bool) -> Result<Self, ApiError> {
        let Some(map) = body.as_object() else {
            return Err(ApiError::invalid_json());
        };
        let mut form = Form::default();
        let given = |key: &str| map.get(key).filter(|value| !value.is_null());
        let parsed = Self {
            name: text(map, "name", &mut form),
            description: text(map, "description", &mut form),
            starts: moment(map, "scheduled_start_time", &mut form),
            ends: moment(map, "scheduled_end_time", &mut form),
            location: location(given("entity_metadata"), &mut form),
            status: status(given("status"), &mut form),
            kind: one_of(map, "entity_type", &[1, 2, EXTERNAL], &mut form),
            channel: given("channel_id").and_then(id).map(ChannelId),
            beyond: ["image", "recurrence_rule"]
                .into_iter()
                .filter(|key| given(key).is_some())
                .collect(),
        };
        one_of(map, "privacy_level", &[2], &mut form);
        if new {
            let external = parsed.kind == Some(EXTERNAL);
            for key in ["name", "privacy_level", "scheduled_start_time", "entity_type"] {
                required(map, key, &mut form);
            }
            if external {
                required(map, "scheduled_end_time", &mut form);
                required(map, "entity_metadata", &mut form);
            } else if parsed.kind.is_some() {
                required(map, "channel_id", &mut form);
            }
        }
        if let Some(name) = parsed.name.as_deref().filter(|_| given("name").is_some()) {
            form.length("name", name, 1, 100);
        }
        form.length(
            "description",
            parsed.description.as_deref().unwrap_or(""),
            0,
            1_000,
        );
        form.finish()?;
        Ok(parsed)
    }
}

impl World {
    /// The bot schedules an event.
    pub(crate) fn bot_schedules(
        &mut self,
        now: DateTime<Utc>,
        guild: GuildId,
        body: &ScheduledEventBody,
    ) -> Result<ScheduledEvent, ApiError> {
        self.bot_in_guild(guild, Permissions::CREATE_EVENTS)?;
        self.takes_place_outside(body)?;
        let mut event = ScheduledEvent {
            id: ScheduledEventId(0),
            guild_id: guild,
            creator_id: self.bot,
            name: String::new(),
            description: None,
            starts: now,
            ends: now,
            location: String::new(),
            status: EventStatus::Scheduled,
        };
        apply(&mut event, body);
        check_times(now, &event, true)?;
        if self.scheduled_events(guild).count() >= MOST {
            return Err(ApiError::too_many_events());
        }
        self.note_beyond(body);
        event.id = ScheduledEventId(self.ids.next(now));
        self.scheduled.insert(event.id, event.clone());
        self.tell_event(now, "GUILD_SCHEDULED_EVENT_CREATE", &event);
        Ok(event)
    }

    /// The bot changes an event.
    pub(crate) fn bot_reschedules(
        &mut self,
        now: DateTime<Utc>,
        guild: GuildId,
        id: ScheduledEventId,
        body: &ScheduledEventBody,
    ) -> Result<ScheduledEvent, ApiError> {
        let mut event = self.event_for_bot(guild, id)?;
        if event.status.is_final() {
            return Err(ApiError::finished_event());
        }
        self.takes_place_outside(body)?;
        let before = event.clone();
        apply(&mut event, body);
        if let Some(next) = body.status.filter(|next| *next != before.status) {
            if !before.status.leads_to(next) {
                // Discord's page says which transitions there are, and not what any other is answered with.
                let message = "The status does not lead there.";
                return Err(Form::refuse("status", "BASE_TYPE_CHOICES", message));
            }
            event.status = next;
        }
        check_times(now, &event, event.starts != before.starts)?;
        self.note_beyond(body);
        self.scheduled.insert(id, event.clone());
        self.tell_event(now, "GUILD_SCHEDULED_EVENT_UPDATE", &event);
        Ok(event)
    }

    /// The bot deletes an event.
    pub(crate) fn bot_drops_event(
        &mut self,
        now: DateTime<Utc>,
        guild: GuildId,
        id: ScheduledEventId,
    ) -> Result<(), ApiError> {
        let event = self.event_for_bot(guild, id)?;
        self.scheduled.remove(&id);
        self.tell_event(now, "GUILD_SCHEDULED_EVENT_DELETE", &event);
        Ok(())
    }

    /// A guild's events that are scheduled or under way, the oldest first. Discord's page does not say whether those that
    /// are over are listed; here they are not, so that no bot leans on it.
    pub(crate) fn scheduled_events(&self, guild: GuildId) -> impl Iterator<Item = &ScheduledEvent> {
        let of_guild = self
            .scheduled
            .values()
            .filter(move |event| event.guild_id == guild);
        of_guild.filter(|event| !event.status.is_final())
    }

    /// An event of a guild.
    pub(crate) fn scheduled_event(
        &self,
        guild: GuildId,
        id: ScheduledEventId,
    ) -> Result<&ScheduledEvent, ApiError> {
        let found = self.scheduled.get(&id).filter(|event| event.guild_id == guild);
        found.ok_or_else(ApiError::unknown_event)
    }

    /// An event as REST and the gateway tell it. Nobody has marked an interest here.
    pub(crate) fn event_json(&self, event: &ScheduledEvent, with_count: bool) -> Value {
        let mut shape = json!(event);
        shape["creator"] = json!(self.users.get(&event.creator_id));
        if with_count {
            shape["user_count"] = json!(0);
        }
        shape
    }

    /// Lets what is due begin and end: an EXTERNAL event does both by itself.
    pub(super) fn move_events(&mut self, now: DateTime<Utc>) {
        for (status, next) in [
            (EventStatus::Scheduled, EventStatus::Active),
            (EventStatus::Active, EventStatus::Completed),
        ] {
            let due = |event: &&mut ScheduledEvent| {
                let at = if status == EventStatus::Scheduled {
                    event.starts
                } else {
                    event.ends
                };
                event.status == status && at <= now
            };
            let mut moved = Vec::new();
            for event in self.scheduled.values_mut().filter(due) {
                event.status = next;
                moved.push(event.clone());
            }
            for event in moved {
                self.tell_event(now, "GUILD_SCHEDULED_EVENT_UPDATE", &event);
            }
        }
    }

    /// An event that the bot may change: its own with Create Events, anybody's with Manage Events (page "Permissions").
    fn event_for_bot(&self, guild: GuildId, id: ScheduledEventId) -> Result<ScheduledEvent, ApiError> {
        let event = self.scheduled_event(guild, id)?;
        let held = permission::in_guild(self.guild(guild)?, self.bot);
        let own = event.creator_id == self.bot && held.contains(Permissions::CREATE_EVENTS);
        if own || held.contains(Permissions::MANAGE_EVENTS) {
            Ok(event.clone())
        } else {
            Err(ApiError::missing_permissions())
        }
    }

    /// Refuses what wants to be in a channel: none of those that are here can hold an event.
    fn takes_place_outside(&self, body: &ScheduledEventBody) -> Result<(), ApiError> {
        match (body.kind, body.channel) {
            (_, Some(channel)) => {
                self.channel_for_bot(channel, Permissions::NONE)?;
                Err(ApiError::wrong_channel_type())
            }
            (Some(1 | 2), None) => Err(Form::refuse(
                "channel_id",
                "BASE_TYPE_REQUIRED",
                "This field is required",
            )),
            (_, None) => Ok(()),
        }
    }

    fn note_beyond(&mut self, body: &ScheduledEventBody) {
        for key in &body.beyond {
            self.note_broken(format!("a scheduled event's {key} is not played here"));
        }
    }

    fn tell_event(&mut self, now: DateTime<Utc>, name: &'static str, event: &ScheduledEvent) {
        let data = self.event_json(event, false);
        self.dispatch(name, intent::GUILD_SCHEDULED_EVENTS, data);
        self.happen(
            now,
            Happening::GuildChanged {
                guild_id: event.guild_id,
            },
        );
    }
}

fn apply(event: &mut ScheduledEvent, body: &ScheduledEventBody) {
    if let Some(name) = &body.name {
        event.name.clone_from(name);
    }
    if let Some(description) = &body.description {
        event.description = Some(description.clone()).filter(|text| !text.is_empty());
    }
    if let Some(location) = &body.location {
        event.location.clone_from(location);
    }
    event.starts = body.starts.unwrap_or(event.starts);
    event.ends = body.ends.unwrap_or(event.ends);
}

/// Discord publishes neither the codes nor the words of these two mistakes, only that they stand in a form.
fn check_times(now: DateTime<Utc>, event: &ScheduledEvent, moved: bool) -> Result<(), ApiError> {
    if moved && event.starts <= now {
        return Err(Form::refuse(
            "scheduled_start_time",
            "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST",
            "Cannot schedule event in the past.",
        ));
    }
    if event.ends <= event.starts {
        return Err(Form::refuse(
            "scheduled_end_time",
            "GUILD_SCHEDULED_EVENT_END_TIME",
            "An event ends after it starts.",
        ));
    }
    Ok(())
}

fn required(map: &Map<String, Value>, key: &str, form: &mut Form) {
    if map.get(key).is_none_or(Value::is_null) {
        form.add(key, "BASE_TYPE_REQUIRED", "This field is required");
    }
}

fn moment(map: &Map<String, Value>, key: &str, form: &mut Form) -> Option<DateTime<Utc>> {
    let value = map.get(key).filter(|value| !value.is_null())?;
    let parsed = value
        .as_str()
        .and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    if parsed.is_none() {
        form.add(
            key,
            "DATE_TIME_TYPE_PARSE",
            format!("Could not parse {value}. Should be ISO8601."),
        );
    }
    parsed.map(|at| at.to_utc())
}

fn location(metadata: Option<&Value>, form: &mut Form) -> Option<String> {
    let map = metadata?.as_object().cloned().unwrap_or_default();
    let place = "entity_metadata.location";
    let given = text(&map, "location", form).unwrap_or_default();
    form.length(place, &given, 1, 100);
    Some(given)
}

fn status(value: Option<&Value>, form: &mut Form) -> Option<EventStatus> {
    let value = value?;
    let known = EventStatus::ALL
        .into_iter()
        .find(|status| value.as_u64() == Some(*status as u64));
    if known.is_none() {
        form.add(
            "status",
            "BASE_TYPE_CHOICES",
            "Value must be one of (1, 2, 3, 4).",
        );
    }
    known
}

fn one_of(map: &Map<String, Value>, key: &str, known: &[u64], form: &mut Form) -> Option<u64> {
    let value = map.get(key).filter(|value| !value.is_null())?;
    let number = value.as_u64().filter(|number| known.contains(number));
    if number.is_none() {
        form.add(
            key,
            "BASE_TYPE_CHOICES",
            format!("Value must be one of {known:?}."),
        );
    }
    number
}
