//! What a person fills into a form, and what the application gets of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::component::{self, kind, number, parts, says, text};
use super::ids::{ChannelId, InteractionId, ModalId, UserId};
use super::interaction::Kind;
use super::invoke::Act;
use super::options::Resolved;
use super::shown::Filled;
use super::state::World;

/// Who fills a form in where, and what the ids in it stand for.
struct Filling<'a> {
    user: UserId,
    channel: ChannelId,
    fields: &'a BTreeMap<String, Filled>,
    resolved: Resolved,
}

impl World {
    /// A person submits a form.
    pub(crate) fn submit(
        &mut self,
        now: DateTime<Utc>,
        user: UserId,
        modal: ModalId,
        fields: &BTreeMap<String, Filled>,
    ) -> Result<InteractionId, String> {
        let open = self.modals.get(&modal).filter(|open| open.user == user);
        let open = open.ok_or("That form is not open.")?.clone();
        for name in fields.keys() {
            if component::find(&open.modal.components, name).is_none() {
                return Err(format!("The form has no field {name:?}."));
            }
        }
        let mut filling = Filling {
            user,
            channel: open.channel,
            fields,
            resolved: Resolved::default(),
        };
        let mut submitted = Vec::new();
        for part in &open.modal.components {
            submitted.push(self.submitted(part, &mut filling)?);
        }
        let mut data = json!({"custom_id": open.modal.custom_id, "components": submitted});
        if let Some(resolved) = filling.resolved.into_json() {
            data["resolved"] = resolved;
        }
        let act = Act {
            kind: Kind::ModalSubmit,
            user,
            channel: open.channel,
            data,
            source: open.source,
            metadata: Some(json!({"triggering_interaction_metadata": open.metadata})),
        };
        let id = self.interact(now, act)?;
        self.modals.remove(&modal);
        Ok(id)
    }

    /// A part of a form with what the person filled in.
    fn submitted(&self, part: &Value, filling: &mut Filling<'_>) -> Result<Value, String> {
        let mut shown = json!({"type": number(part), "id": part.get("id")});
        if let Some(field) = part.get("component") {
            shown["component"] = self.field(field, text(part, "label"), filling)?;
        } else if number(part) == kind::ROW {
            let inner = parts(part, "components").iter();
            let inner: Result<Vec<_>, _> = inner.map(|field| self.field(field, None, filling)).collect();
            shown["components"] = json!(inner?);
        }
        Ok(shown)
    }

    fn field(&self, field: &Value, label: Option<&str>, filling: &mut Filling<'_>) -> Result<Value, String> {
        let name = text(field, "custom_id").unwrap_or_default();
        let label = text(field, "label").or(label).unwrap_or(name);
        let given = filling.fields.get(name);
        let mut shown = json!({"type": number(field), "id": field.get("id"), "custom_id": name});
        match number(field) {
            kind::TEXT_INPUT => shown["value"] = json!(written(field, label, given)?),
            kind::CHECKBOX => shown["value"] = json!(ticked(field, label, given)?),
            kind::RADIO_GROUP => {
                let chosen = self.chosen(field, label, given, filling)?;
                shown["value"] = json!(chosen.first());
            }
            _ => shown["values"] = json!(self.chosen(field, label, given, filling)?),
        }
        Ok(shown)
    }

    /// The values that a person chose, as the application gets them.
    fn chosen(
        &self,
        field: &Value,
        label: &str,
        given: Option<&Filled>,
        filling: &mut Filling<'_>,
    ) -> Result<Vec<String>, String> {
        let values = match given {
            None => chosen_before(field),
            Some(Filled::Several(values)) => values.clone(),
            Some(Filled::Text(value)) if value.is_empty() => Vec::new(),
            Some(Filled::Text(value)) => vec![value.clone()],
            Some(Filled::Checked(_)) => return Err(format!("{label:?} takes values.")),
        };
        check_count(field, label, values.len() as u64)?;
        let (user, channel, resolved) = (filling.user, filling.channel, &mut filling.resolved);
        let found = values.iter().map(|value| match number(field) {
            kind::FILE_UPLOAD => {
                let file = self.file_at_hand(user, value);
                let file = file.ok_or_else(|| format!("You have no file called {value:?}."))?;
                resolved.add_file(file);
                Ok(file.id.to_string())
            }
            _ => self.one_choice(field, channel, value, resolved),
        });
        found.collect()
    }
}

/// What is chosen when a form opens.
fn chosen_before(field: &Value) -> Vec<String> {
    let options = parts(field, "options").iter();
    let options = options.filter(|option| says(option, "default"));
    let values = options.filter_map(|option| text(option, "value"));
    let ids = parts(field, "default_values").iter();
    let ids = ids.filter_map(|value| text(value, "id"));
    values.chain(ids).map(str::to_owned).collect()
}

fn is_required(field: &Value) -> bool {
    field.get("required").and_then(Value::as_bool).unwrap_or(true)
}

fn check_count(field: &Value, label: &str, count: u64) -> Result<(), String> {
    if count == 0 {
        return match is_required(field) {
            true => Err(format!("{label:?} must be filled in.")),
            false => Ok(()),
        };
    }
    let bound = |key: &str| field.get(key).and_then(Value::as_u64);
    let usual = match number(field) {
        kind::CHECKBOX_GROUP => parts(field, "options").len() as u64,
        _ => 1,
    };
    let (least, most) = (
        bound("min_values").unwrap_or(1),
        bound("max_values").unwrap_or(usual),
    );
    if (least..=most).contains(&count) {
        Ok(())
    } else {
        Err(format!(
            "Choose between {least} and {most} values for {label:?}; these are {count}."
        ))
    }
}

fn written(field: &Value, label: &str, given: Option<&Filled>) -> Result<String, String> {
    let given = match given {
        None => text(field, "value").unwrap_or_default(),
        Some(Filled::Text(given)) => given,
        Some(Filled::Several(_) | Filled::Checked(_)) => return Err(format!("{label:?} takes text.")),
    };
    let count = given.chars().count() as u64;
    let limit = |key: &str| field.get(key).and_then(Value::as_u64);
    if given.trim().is_empty() && is_required(field) {
        return Err(format!("{label:?} must be filled in."));
    }
    if limit("min_length").is_some_and(|least| count < least) && count > 0 {
        return Err(format!("{label:?} is too short."));
    }
    if count > limit("max_length").unwrap_or(4_000) {
        return Err(format!("{label:?} is too long."));
    }
    Ok(given.to_owned())
}

fn ticked(field: &Value, label: &str, given: Option<&Filled>) -> Result<bool, String> {
    match given {
        None => Ok(says(field, "default")),
        Some(Filled::Checked(ticked)) => Ok(*ticked),
        Some(Filled::Text(text)) if text == "true" => Ok(true),
        Some(Filled::Text(text)) if text == "false" => Ok(false),
        Some(Filled::Text(_) | Filled::Several(_)) => Err(format!("{label:?} is true or false.")),
    }
}
