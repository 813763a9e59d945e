//! The body of a message as an application sends it, with Discord's limits.

use serde_json::{Map, Value};

use super::attachment::{self, Named};
use super::component;
use super::error::{ApiError, Form};
use super::ids::{MessageId, RoleId, UserId};
use super::layout;
use super::message::flag;

/// A message as an application sends it: for an edit, what is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct MessageBody {
    pub(crate) content: Option<String>,
    pub(crate) embeds: Option<Vec<Value>>,
    pub(crate) components: Option<Vec<Value>>,
    pub(crate) attachments: Option<Vec<Named>>,
    pub(crate) flags: Option<u64>,
    pub(crate) allowed_mentions: Option<AllowedMentions>,
    pub(crate) nonce: Option<Value>,
    pub(crate) enforce_nonce: bool,
    pub(crate) tts: bool,
    pub(crate) replies_to: Option<MessageId>,
}

/// Whom a message may ping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AllowedMentions {
    pub(crate) all_users: bool,
    pub(crate) all_roles: bool,
    pub(crate) everyone: bool,
    pub(crate) users: Vec<UserId>,
    pub(crate) roles: Vec<RoleId>,
    pub(crate) replied_user: bool,
}

impl AllowedMentions {
    /// What holds for a message that says nothing: everything in the text.
    pub(crate) fn for_messages() -> Self {
        Self {
            all_users: true,
            all_roles: true,
            everyone: true,
            replied_user: true,
            ..Self::default()
        }
    }

    /// What holds for an answer to an interaction that says nothing: users only.
    pub(crate) fn for_interactions() -> Self {
        Self {
            all_users: true,
            ..Self::default()
        }
    }
}

impl MessageBody {
    /// Reads the body of a new message and checks it against the limits.
    pub(crate) fn parse(body: &Value) -> Result<Self, ApiError> {
        Self::parse_edit(body, 0)
    }

    /// Reads the body of a change to a message that has these flags.
    pub(crate) fn parse_edit(body: &Value, before: u64) -> Result<Self, ApiError> {
        let mut form = Form::default();
        let Some(map) = body.as_object() else {
            return Err(ApiError::invalid_json());
        };
        let parsed = Self {
            content: text(map, "content", &mut form),
            embeds: list(map, "embeds", &mut form),
            components: list(map, "components", &mut form),
            attachments: attachment::parse(map, &mut form),
            flags: map.get("flags").and_then(Value::as_u64),
            allowed_mentions: allowed_mentions(map.get("allowed_mentions"), &mut form),
            nonce: map.get("nonce").filter(|nonce| !nonce.is_null()).cloned(),
            enforce_nonce: map.get("enforce_nonce").and_then(Value::as_bool).unwrap_or(false),
            tts: map.get("tts").and_then(Value::as_bool).unwrap_or(false),
            replies_to: map
                .get("message_reference")
                .and_then(|reference| reference.get("message_id"))
                .and_then(id)
                .map(MessageId),
        };
        parsed.check(before, &mut form);
        parsed.check_kind(map, before, &mut form);
        form.finish()?;
        Ok(parsed)
    }

    /// Whether it asks for the newer kind of components.
    fn is_v2(&self) -> bool {
        self.flags.unwrap_or(0) & flag::COMPONENTS_V2 != 0
    }

    fn check(&self, before: u64, form: &mut Form) {
        if let Some(content) = &self.content {
            form.length("content", content, 0, 2_000);
        }
        if let Some(nonce) = &self.nonce {
            let text = nonce_text(nonce);
            form.length("nonce", &text, 0, 25);
        }
        if let Some(embeds) = &self.embeds {
            check_embeds(embeds, form);
        }
        if let Some(components) = &self.components {
            if self.is_v2() || before & flag::COMPONENTS_V2 != 0 {
                layout::check(components, form);
            } else {
                component::check_rows(components, form);
            }
            component::check_unique(components, "components", form);
        }
    }

    /// A message of the newer kind has no other text than that of its components, and stays of that kind (page "Component
    /// Reference"). An edit that does not repeat the flag may change its components alone.
    fn check_kind(&self, map: &Map<String, Value>, before: u64, form: &mut Form) {
        let older = ["content", "embeds", "poll", "sticker_ids"];
        let used = |key: &&str| match map.get(*key) {
            None | Some(Value::Null) => false,
            Some(Value::String(text)) => !text.is_empty(),
            Some(Value::Array(items)) => !items.is_empty(),
            Some(Value::Bool(_) | Value::Number(_) | Value::Object(_)) => true,
        };
        if self.is_v2() {
            for key in older.iter().filter(|key| used(key)) {
                layout::refuse_legacy(key, form);
            }
        } else if before & flag::COMPONENTS_V2 != 0 && (self.flags.is_some() || older.iter().any(used)) {
            form.add(
                "flags",
                "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG",
                "Cannot remove the IS_COMPONENTS_V2 flag from a message",
            );
        }
    }
}

/// A nonce as text: it may be sent as a number.
pub(crate) fn nonce_text(nonce: &Value) -> String {
    nonce.as_str().map_or_else(|| nonce.to_string(), str::to_owned)
}

/// An id in JSON: digits in a string, or a number.
pub(crate) fn id(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Text at `key`; `null` counts as empty text, absence as nothing.
pub(crate) fn text(map: &Map<String, Value>, key: &str, form: &mut Form) -> Option<String> {
    match map.get(key)? {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            form.add(key, "STRING_TYPE_CONVERT", "Could not interpret this as string.");
            None
        }
    }
}

fn list(map: &Map<String, Value>, key: &str, form: &mut Form) -> Option<Vec<Value>> {
    match map.get(key)? {
        Value::Null => Some(Vec::new()),
        Value::Array(items) => Some(items.clone()),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            form.add(
                key,
                "LIST_TYPE_CONVERT",
                "Only iterables may be used in a ListType",
            );
            None
        }
    }
}

fn allowed_mentions(value: Option<&Value>, form: &mut Form) -> Option<AllowedMentions> {
    let map = value?.as_object()?;
    let ids = |key: &str| -> Vec<u64> {
        let items = map.get(key).and_then(Value::as_array);
        items
            .map(|items| items.iter().filter_map(id).collect())
            .unwrap_or_default()
    };
    let mut allowed = AllowedMentions {
        users: ids("users").into_iter().map(UserId).collect(),
        roles: ids("roles").into_iter().map(RoleId).collect(),
        replied_user: map.get("replied_user").and_then(Value::as_bool).unwrap_or(false),
        ..AllowedMentions::default()
    };
    let parse = map.get("parse").and_then(Value::as_array);
    for (place, kind) in parse.into_iter().flatten().enumerate() {
        match kind.as_str() {
            Some("users") => allowed.all_users = true,
            Some("roles") => allowed.all_roles = true,
            Some("everyone") => allowed.everyone = true,
            Some(_) | None => form.add(
                &format!("allowed_mentions.parse.{place}"),
                "BASE_TYPE_CHOICES",
                "Value must be one of ('roles', 'users', 'everyone').",
            ),
        }
    }
    form.count("allowed_mentions.users", allowed.users.len(), 100);
    form.count("allowed_mentions.roles", allowed.roles.len(), 100);
    let exclusive = [
        ("users", allowed.all_users && !allowed.users.is_empty()),
        ("roles", allowed.all_roles && !allowed.roles.is_empty()),
    ];
    for (kind, both) in exclusive {
        if both {
            form.add(
                "allowed_mentions",
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                format!("parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive."),
            );
        }
    }
    Some(allowed)
}

fn check_embeds(embeds: &[Value], form: &mut Form) {
    form.count("embeds", embeds.len(), 10);
    let mut sum = 0;
    for (place, embed) in embeds.iter().enumerate() {
        let at = format!("embeds.{place}");
        let mut part = |path: String, value: Option<&Value>, min: usize, max: usize, form: &mut Form| {
            if let Some(text) = value.and_then(Value::as_str) {
                sum += text.chars().count();
                form.length(&path, text, min, max);
            } else if min > 0 {
                form.add(&path, "BASE_TYPE_REQUIRED", "This field is required");
            }
        };
        part(format!("{at}.title"), embed.get("title"), 0, 256, form);
        part(
            format!("{at}.description"),
            embed.get("description"),
            0,
            4_096,
            form,
        );
        part(
            format!("{at}.footer.text"),
            embed.pointer("/footer/text"),
            0,
            2_048,
            form,
        );
        part(
            format!("{at}.author.name"),
            embed.pointer("/author/name"),
            0,
            256,
            form,
        );
        form.number(&format!("{at}.color"), embed.get("color"), 0, 0xff_ff_ff);
        let fields = embed
            .get("fields")
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        form.count(&format!("{at}.fields"), fields.len(), 25);
        for (number, field) in fields.iter().enumerate() {
            part(
                format!("{at}.fields.{number}.name"),
                field.get("name"),
                1,
                256,
                form,
            );
            part(
                format!("{at}.fields.{number}.value"),
                field.get("value"),
                1,
                1_024,
                form,
            );
        }
    }
    if sum > 6_000 {
        let message = "Embed size exceeds maximum size of 6000";
        form.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", message);
    }
}
