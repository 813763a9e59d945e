//! Components as Discord keeps them: what an application leaves out is filled in, and each has a number.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::component::{self, kind};

/// What components become in a message.
///
/// Each has an `id`. Those that come without one, or with 0, are numbered from 1 in their order, past the ids that are
/// taken (page "Component Reference", Anatomy of a Component).
pub(super) fn components(mut sent: Vec<Value>) -> Vec<Value> {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::components;

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
            components(sent),
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
