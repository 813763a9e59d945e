//! Forms as an application sends them (page "Component Reference"; page "Receiving and Responding", Modal).

use serde_json::Value;

use super::component::{self, is_absent, kind, number, parts, text, wrong_kind};
use super::error::Form;
use super::layout;

/// What may stand in a label.
const IN_LABEL: [u64; 10] = [
    kind::TEXT_SELECT,
    kind::TEXT_INPUT,
    kind::USER_SELECT,
    kind::ROLE_SELECT,
    kind::MENTIONABLE_SELECT,
    kind::CHANNEL_SELECT,
    kind::FILE_UPLOAD,
    kind::RADIO_GROUP,
    kind::CHECKBOX_GROUP,
    kind::CHECKBOX,
];

/// Checks a modal.
pub(crate) fn check_modal(data: &Value, form: &mut Form) {
    form.length("data.title", text(data, "title").unwrap_or(""), 1, 45);
    form.length("data.custom_id", text(data, "custom_id").unwrap_or(""), 1, 100);
    let list = parts(data, "components");
    if list.is_empty() || list.len() > 5 {
        form.add(
            "data.components",
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 1 and 5 in length.",
        );
    }
    for (place, part) in list.iter().enumerate() {
        let at = format!("data.components.{place}");
        match number(part) {
            kind::ROW => check_row(part, &at, form),
            kind::TEXT => layout::check_text(part, &at, form),
            kind::LABEL => check_label(part, &at, form),
            _ => wrong_kind(&at, &[kind::ROW, kind::TEXT, kind::LABEL], form),
        }
    }
    component::check_unique(list, "data.components", form);
}

/// The older form of a field: one text input in a row, with a label of its own.
fn check_row(row: &Value, at: &str, form: &mut Form) {
    let inner = parts(row, "components");
    let at = format!("{at}.components");
    if inner.is_empty() {
        form.add(&at, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
    }
    if inner.len() > 1 {
        let message = "The specified component exceeds the maximum width";
        form.add(&at, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message);
    }
    for (place, input) in inner.iter().enumerate() {
        let at = format!("{at}.{place}");
        if number(input) == kind::TEXT_INPUT {
            form.length(&format!("{at}.label"), text(input, "label").unwrap_or(""), 1, 45);
            check_input(input, &at, form);
        } else {
            wrong_kind(&at, &[kind::TEXT_INPUT], form);
        }
    }
}

fn check_label(label: &Value, at: &str, form: &mut Form) {
    form.length(&format!("{at}.label"), text(label, "label").unwrap_or(""), 1, 45);
    if let Some(description) = text(label, "description") {
        form.length(&format!("{at}.description"), description, 1, 100);
    }
    let at = format!("{at}.component");
    match label.get("component") {
        None | Some(Value::Null) => form.add(&at, "BASE_TYPE_REQUIRED", "This field is required"),
        Some(field) if IN_LABEL.contains(&number(field)) => check_field(field, &at, form),
        Some(_) => wrong_kind(&at, &IN_LABEL, form),
    }
}

fn check_field(field: &Value, at: &str, form: &mut Form) {
    match number(field) {
        kind::TEXT_INPUT => return check_input(field, at, form),
        kind::FILE_UPLOAD => check_bounds(field, at, form),
        kind::RADIO_GROUP => component::check_options(field, at, 2, 10, form),
        kind::CHECKBOX_GROUP => {
            component::check_options(field, at, 1, 10, form);
            check_bounds(field, at, form);
        }
        kind::CHECKBOX => layout::check_choice(field, "default", at, form),
        _ => return check_select(field, at, form),
    }
    check_custom_id(field, at, form);
    check_least(field, at, form);
}

/// A select in a form is not greyed out. The word for it is simcord's own: Discord says only that it is an error.
fn check_select(select: &Value, at: &str, form: &mut Form) {
    component::check_select(select, at, form);
    if component::is_disabled(select) {
        let message = "Components in a modal cannot be disabled";
        form.add(&format!("{at}.disabled"), "COMPONENT_DISABLED_IN_MODAL", message);
    }
    check_least(select, at, form);
}

fn check_bounds(field: &Value, at: &str, form: &mut Form) {
    form.number(&format!("{at}.min_values"), field.get("min_values"), 0, 10);
    form.number(&format!("{at}.max_values"), field.get("max_values"), 1, 10);
}

/// What has to be filled in takes one value at least, and no field takes at most fewer than at least.
fn check_least(field: &Value, at: &str, form: &mut Form) {
    layout::check_choice(field, "required", at, form);
    let bound = |key: &str| field.get(key).and_then(Value::as_u64);
    let least = bound("min_values");
    let required = field.get("required").and_then(Value::as_bool).unwrap_or(true);
    if required && least == Some(0) {
        form.number(&format!("{at}.min_values"), field.get("min_values"), 1, 25);
    }
    if least > bound("max_values") && !is_absent(field, "max_values") {
        form.number(
            &format!("{at}.max_values"),
            field.get("max_values"),
            least.unwrap_or(1),
            25,
        );
    }
}

fn check_custom_id(field: &Value, at: &str, form: &mut Form) {
    let custom_id = text(field, "custom_id").unwrap_or("");
    form.length(&format!("{at}.custom_id"), custom_id, 1, 100);
}

fn check_input(input: &Value, at: &str, form: &mut Form) {
    check_custom_id(input, at, form);
    for (key, most) in [("label", 45), ("placeholder", 100), ("value", 4_000)] {
        form.length(&format!("{at}.{key}"), text(input, key).unwrap_or(""), 0, most);
    }
    form.number(&format!("{at}.min_length"), input.get("min_length"), 0, 4_000);
    form.number(&format!("{at}.max_length"), input.get("max_length"), 1, 4_000);
    layout::check_choice(input, "required", at, form);
    let style = input.get("style").and_then(Value::as_u64).unwrap_or(0);
    if !(1..=2).contains(&style) {
        form.add(
            &format!("{at}.style"),
            "BASE_TYPE_CHOICES",
            "Value must be one of {1, 2}.",
        );
    }
}
