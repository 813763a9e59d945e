//! Components as Discord keeps them: what an application leaves out is filled in, and each has a number.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::attachment::Attachment;
use super::component::{self, kind};
use super::error::{ApiError, Form};

/// What components become in a message with these files; `new_id` numbers what Discord fetches for them.
pub(super) fn components(
    sent: Vec<Value>,
    files: &[Attachment],
    mut new_id: impl FnMut() -> u64,
) -> Result<Vec<Value>, ApiError> {
    let mut form = Form::default();
    let mut kept = numbered(sent);
    for (place, component) in kept.iter_mut().enumerate() {
        show_media(
            component,
            &format!("components.{place}"),
            files,
            &mut new_id,
            &mut form,
        );
    }
    form.finish()?;
    Ok(kept)
}

/// Components with an `id` each, and with what is usual where nothing is said.
///
/// Those that come without an id, or with 0, are numbered from 1 in their order, past the ids that are taken (page
/// "Component Reference", Anatomy of a Component).
pub(super) fn numbered(mut sent: Vec<Value>) -> Vec<Value> {
    let all = component::walk(&sent);
    let taken: BTreeSet<u64> = all.into_iter().filter_map(number).collect();
    let mut free = (1..).filter(|id| !taken.contains(id));
    for component in &mut sent {
        complete(component, &mut free);
    }
    sent
}

/// The id that a component came with.
fn number(component: &Value) -> Option<u64> {
    component.get("id").and_then(Value::as_u64).filter(|id| *id != 0)
}

fn complete(component: &mut Value, free: &mut impl Iterator<Item = u64>) {
    let known = number(component);
    let is_select = component::is_select(component);
    let of_kind = component::number(component);
    let Some(fields) = component.as_object_mut() else {
        return;
    };
    fields.retain(|_, field| !field.is_null());
    if let Some(id) = known.or_else(|| free.next()) {
        fields.insert("id".to_owned(), json!(id));
    }
    if is_select {
        usual(fields, "min_values", json!(1));
        usual(fields, "max_values", json!(1));
    }
    let chosen = fields.get_mut("default_values").and_then(Value::as_array_mut);
    for id in chosen
        .into_iter()
        .flatten()
        .filter_map(|value| value.get_mut("id"))
    {
        // Ids are taken as numbers and always given as text (page "Reference", ID Serialization).
        if id.is_u64() {
            *id = json!(id.to_string());
        }
    }
    match of_kind {
        kind::SEPARATOR => {
            usual(fields, "divider", json!(true));
            usual(fields, "spacing", json!(1));
        }
        kind::CONTAINER => {
            usual(fields, "accent_color", Value::Null);
            usual(fields, "spoiler", json!(false));
        }
        kind::FILE => usual(fields, "spoiler", json!(false)),
        kind::THUMBNAIL => complete_picture(fields),
        kind::GALLERY => {
            let items = fields.get_mut("items").and_then(Value::as_array_mut);
            for item in items.into_iter().flatten().filter_map(Value::as_object_mut) {
                complete_picture(item);
            }
        }
        _ => {}
    }
    let inner = fields.get_mut("components").and_then(Value::as_array_mut);
    for component in inner.into_iter().flatten() {
        complete(component, free);
    }
    for key in ["accessory", "component"] {
        if let Some(component) = fields.get_mut(key) {
            complete(component, free);
        }
    }
}

fn usual(fields: &mut Map<String, Value>, key: &str, value: Value) {
    fields.entry(key).or_insert(value);
}

fn complete_picture(fields: &mut Map<String, Value>) {
    usual(fields, "description", Value::Null);
    usual(fields, "spoiler", json!(false));
}

/// Fills in what stands behind each address: a file of the message, or something elsewhere, which simcord never fetches.
fn show_media(
    component: &mut Value,
    at: &str,
    files: &[Attachment],
    new_id: &mut impl FnMut() -> u64,
    form: &mut Form,
) {
    let of_kind = component::number(component);
    for key in ["media", "file"] {
        let Some(media) = component.get_mut(key).filter(|media| media.is_object()) else {
            continue;
        };
        let file = show_one(media, &format!("{at}.{key}"), files, new_id, form);
        if let Some(file) = file.filter(|_| of_kind == kind::FILE) {
            component["name"] = json!(file.filename);
            component["size"] = json!(file.size);
        }
    }
    for key in ["components", "items"] {
        let inner = component.get_mut(key).and_then(Value::as_array_mut);
        for (place, inner) in inner.into_iter().flatten().enumerate() {
            show_media(inner, &format!("{at}.{key}.{place}"), files, new_id, form);
        }
    }
    if let Some(accessory) = component.get_mut("accessory") {
        show_media(accessory, &format!("{at}.accessory"), files, new_id, form);
    }
}

fn show_one<'a>(
    media: &mut Value,
    at: &str,
    files: &'a [Attachment],
    new_id: &mut impl FnMut() -> u64,
    form: &mut Form,
) -> Option<&'a Attachment> {
    let url = component::text(media, "url").unwrap_or_default().to_owned();
    let id = new_id().to_string();
    let Some(name) = url.strip_prefix("attachment://") else {
        *media = json!({"id": id, "url": url, "proxy_url": url, "width": null, "height": null});
        return None;
    };
    let file = files.iter().find(|file| file.filename == name);
    match file {
        Some(file) => {
            *media = json!({
                "id": id, "url": file.url, "proxy_url": file.proxy_url, "width": file.width, "height": file.height,
                "content_type": file.content_type, "attachment_id": file.id,
            });
        }
        None => form.add(
            &format!("{at}.url"),
            "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
            format!("The referenced attachment \"{name}\" was not found"),
        ),
    }
    file
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::numbered;

    #[test]
    fn components_are_numbered_past_the_ids_that_are_taken() {
        let button = |id| json!({"type": 2, "style": 1, "custom_id": "a", "emoji": null, "id": id});
        let sent = vec![
            json!({"type": 1, "components": [button(0), button(2)]}),
            json!({"type": 1, "components": [{"type": 5, "custom_id": "s", "max_values": 4, "default_values": [
                {"type": "user", "id": 17}, {"type": "user", "id": "18"},
            ]}]}),
        ];
        let kept = |id| json!({"type": 2, "style": 1, "custom_id": "a", "id": id});
        assert_eq!(
            numbered(sent),
            [
                json!({"type": 1, "id": 1, "components": [kept(3), kept(2)]}),
                json!({"type": 1, "id": 4, "components": [
                    {
                        "type": 5, "custom_id": "s", "min_values": 1, "max_values": 4, "id": 5,
                        "default_values": [{"type": "user", "id": "17"}, {"type": "user", "id": "18"}],
                    },
                ]}),
            ]
        );
    }
}
