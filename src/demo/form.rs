//! A form that a person has open: how it looks, and what is sent of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Context as _;
use serde_json::Value;
use simcord::Modal;

/// A form as it opens: what it asks, and below that what stands in each field already.
pub(super) fn look_of(form: &Modal) -> String {
    let mut look = format!("📝 {}", form.title);
    let several = fields_of(form).count() > 1;
    for field in fields_of(form) {
        let label = text_of(field, "label");
        let _ = match several {
            true => write!(look, "\n[{label}]"),
            false => write!(look, ": {label}"),
        };
        for line in text_of(field, "value").lines() {
            let _ = write!(look, "\n│ {line}");
        }
    }
    look
}

/// What is sent of a form, by the names of its fields. What is not named by the beginning of its label stays as it is.
pub(super) fn filled(
    form: &Modal,
    fields: &[(Option<String>, String)],
) -> anyhow::Result<BTreeMap<String, String>> {
    let named = |(name, text): &(Option<String>, String)| {
        let begins = |field: &&Value| {
            name.as_ref()
                .is_none_or(|name| text_of(field, "label").starts_with(name.as_str()))
        };
        let field = fields_of(form)
            .find(begins)
            .context("the form has no such field")?;
        Ok((text_of(field, "custom_id").to_owned(), text.clone()))
    };
    fields.iter().map(named).collect()
}

/// The fields of a form, in their order.
fn fields_of(form: &Modal) -> impl Iterator<Item = &Value> {
    let rows = form.components.iter();
    rows.filter_map(|row| row.get("components")?.as_array()).flatten()
}

fn text_of<'a>(field: &'a Value, key: &str) -> &'a str {
    field.get(key).and_then(Value::as_str).unwrap_or_default()
}
