//! Components: their numbers, finding one by its custom id, and the limits of rows, buttons and selects.

use std::collections::BTreeSet;

use serde_json::Value;

use super::error::Form;

/// Discord's numbers for components.
pub(crate) mod kind {
    pub(crate) const ROW: u64 = 1;
    pub(crate) const BUTTON: u64 = 2;
    pub(crate) const TEXT_SELECT: u64 = 3;
    pub(crate) const TEXT_INPUT: u64 = 4;
    pub(crate) const USER_SELECT: u64 = 5;
    pub(crate) const ROLE_SELECT: u64 = 6;
    pub(crate) const MENTIONABLE_SELECT: u64 = 7;
    pub(crate) const CHANNEL_SELECT: u64 = 8;
    pub(crate) const SECTION: u64 = 9;
    pub(crate) const TEXT: u64 = 10;
    pub(crate) const THUMBNAIL: u64 = 11;
    pub(crate) const GALLERY: u64 = 12;
    pub(crate) const FILE: u64 = 13;
    pub(crate) const SEPARATOR: u64 = 14;
    pub(crate) const CONTAINER: u64 = 17;
    pub(crate) const LABEL: u64 = 18;
    pub(crate) const FILE_UPLOAD: u64 = 19;
    pub(crate) const RADIO_GROUP: u64 = 21;
    pub(crate) const CHECKBOX_GROUP: u64 = 22;
    pub(crate) const CHECKBOX: u64 = 23;
}

/// What may stand in a row.
const IN_ROW: [u64; 6] = [
    kind::BUTTON,
    kind::TEXT_SELECT,
    kind::USER_SELECT,
    kind::ROLE_SELECT,
    kind::MENTIONABLE_SELECT,
    kind::CHANNEL_SELECT,
];

/// The style of a button that leads somewhere.
const LINK: u64 = 5;

/// The style of a button that sells something.
const PREMIUM: u64 = 6;

/// A component's number.
pub(crate) fn number(component: &Value) -> u64 {
    component.get("type").and_then(Value::as_u64).unwrap_or(0)
}

/// Whether it is one of the five selects.
pub(crate) fn is_select(component: &Value) -> bool {
    matches!(
        number(component),
        kind::TEXT_SELECT
            | kind::USER_SELECT
            | kind::ROLE_SELECT
            | kind::MENTIONABLE_SELECT
            | kind::CHANNEL_SELECT
    )
}

/// Text at `key`, or nothing.
pub(crate) fn text<'a>(component: &'a Value, key: &str) -> Option<&'a str> {
    component.get(key).and_then(Value::as_str)
}

/// Whether it is greyed out.
pub(crate) fn is_disabled(component: &Value) -> bool {
    says(component, "disabled")
}

/// Whether it says yes to `key`.
pub(crate) fn says(component: &Value, key: &str) -> bool {
    component.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// The list at `key`; empty when there is none.
pub(crate) fn parts<'a>(component: &'a Value, key: &str) -> &'a [Value] {
    let list = component.get(key).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

/// Every component in these, the nested ones after what holds them.
pub(crate) fn walk(components: &[Value]) -> Vec<&Value> {
    let mut found = Vec::new();
    for component in components {
        found.push(component);
        let inner = component.get("components").and_then(Value::as_array);
        found.extend(inner.into_iter().flat_map(|inner| walk(inner)));
        for key in ["accessory", "component"] {
            if let Some(inner) = component.get(key) {
                found.extend(walk(std::slice::from_ref(inner)));
            }
        }
    }
    found
}

/// The component with this custom id.
pub(crate) fn find<'a>(components: &'a [Value], custom_id: &str) -> Option<&'a Value> {
    walk(components)
        .into_iter()
        .find(|component| text(component, "custom_id") == Some(custom_id))
}

/// Checks the components of a message of the older kind: up to five rows.
pub(super) fn check_rows(components: &[Value], form: &mut Form) {
    form.count("components", components.len(), 5);
    for (place, row) in components.iter().enumerate() {
        let at = format!("components.{place}");
        if number(row) == kind::ROW {
            check_row(row, &at, form);
        } else {
            wrong_kind(&at, &[kind::ROW], form);
        }
    }
}

/// Adds that something else has to stand here.
pub(super) fn wrong_kind(at: &str, allowed: &[u64], form: &mut Form) {
    let list: Vec<_> = allowed.iter().map(u64::to_string).collect();
    let list = match list.as_slice() {
        [one] => format!("{one},"),
        _ => list.join(", "),
    };
    form.add(
        &format!("{at}.type"),
        "UNION_TYPE_CHOICES",
        format!("Value of field \"type\" must be one of ({list})."),
    );
}

/// Checks a row of a message: up to five buttons, or one select.
pub(super) fn check_row(row: &Value, at: &str, form: &mut Form) {
    let inner = parts(row, "components");
    let at = format!("{at}.components");
    if inner.is_empty() || inner.len() > 5 {
        form.add(&at, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
    }
    if inner.iter().any(is_select) && inner.len() > 1 {
        form.add(
            &at,
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            "The specified component exceeds the maximum width",
        );
    }
    for (place, component) in inner.iter().enumerate() {
        let at = format!("{at}.{place}");
        match number(component) {
            kind::BUTTON => check_button(component, &at, form),
            _ if is_select(component) => check_select(component, &at, form),
            _ => wrong_kind(&at, &IN_ROW, form),
        }
    }
}

/// Checks a button.
pub(super) fn check_button(button: &Value, at: &str, form: &mut Form) {
    let style = button.get("style").and_then(Value::as_u64).unwrap_or(0);
    if !(1..=6).contains(&style) {
        form.add(
            &format!("{at}.style"),
            "BASE_TYPE_CHOICES",
            "Value must be one of {1, 2, 3, 4, 5, 6}.",
        );
    }
    check_purpose(button, style, at, form);
    let label = text(button, "label");
    form.length(&format!("{at}.label"), label.unwrap_or(""), 0, 80);
    if label.is_none() && is_absent(button, "emoji") && style != PREMIUM {
        form.add(
            at,
            "BUTTON_COMPONENT_MISSING_LABEL",
            "A button needs a label or an emoji",
        );
    }
}

/// A button leads somewhere, sells something or asks the application, and has what belongs to that alone (page "Component
/// Reference", Button). The word for it at the place of the mistake is simcord's own: Discord publishes none.
fn check_purpose(button: &Value, style: u64, at: &str, form: &mut Form) {
    let (needed, others): (_, &[&str]) = match style {
        LINK => ("url", &["custom_id", "sku_id"]),
        PREMIUM => ("sku_id", &["custom_id", "url", "label", "emoji"]),
        _ => ("custom_id", &["url", "sku_id"]),
    };
    let longest = if style == LINK { 512 } else { 100 };
    let given = text(button, needed).unwrap_or("");
    form.length(&format!("{at}.{needed}"), given, 1, longest);
    for other in others.iter().filter(|other| !is_absent(button, other)) {
        let message = format!("A button of this style cannot have a {other}");
        form.add(&format!("{at}.{other}"), "BUTTON_COMPONENT_CONFLICT", message);
    }
}

/// Whether there is nothing at `key`.
pub(super) fn is_absent(component: &Value, key: &str) -> bool {
    component.get(key).is_none_or(Value::is_null)
}

/// Checks one of the five selects.
pub(super) fn check_select(select: &Value, at: &str, form: &mut Form) {
    form.length(
        &format!("{at}.custom_id"),
        text(select, "custom_id").unwrap_or(""),
        1,
        100,
    );
    form.length(
        &format!("{at}.placeholder"),
        text(select, "placeholder").unwrap_or(""),
        0,
        150,
    );
    form.number(&format!("{at}.min_values"), select.get("min_values"), 0, 25);
    form.number(&format!("{at}.max_values"), select.get("max_values"), 1, 25);
    if number(select) == kind::TEXT_SELECT {
        check_options(select, at, 1, 25, form);
    }
}

/// Checks the options of what is chosen from: between `least` and `most`, no value twice.
pub(super) fn check_options(component: &Value, at: &str, least: usize, most: usize, form: &mut Form) {
    let options = parts(component, "options");
    let at = format!("{at}.options");
    if !(least..=most).contains(&options.len()) {
        form.add(
            &at,
            "BASE_TYPE_BAD_LENGTH",
            format!("Must be between {least} and {most} in length."),
        );
    }
    let mut seen = BTreeSet::new();
    for (place, option) in options.iter().enumerate() {
        let at = format!("{at}.{place}");
        for (key, min) in [("label", 1), ("value", 1), ("description", 0)] {
            form.length(&format!("{at}.{key}"), text(option, key).unwrap_or(""), min, 100);
        }
        if !seen.insert(text(option, "value").unwrap_or("")) {
            form.add(
                &format!("{at}.value"),
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            );
        }
    }
}

/// Checks that no two components have the same custom id or the same id (page "Component Reference", Anatomy of a
/// Component). The word for the latter is simcord's own: Discord publishes none.
pub(super) fn check_unique(components: &[Value], at: &str, form: &mut Form) {
    let (mut custom_ids, mut ids) = (BTreeSet::new(), BTreeSet::new());
    let largest = u64::from(i32::MAX.unsigned_abs());
    for component in walk(components) {
        if let Some(custom_id) = text(component, "custom_id")
            && !custom_ids.insert(custom_id)
        {
            let message = "Component custom id cannot be duplicated";
            form.add(at, "COMPONENT_CUSTOM_ID_DUPLICATED", message);
        }
        form.number(&format!("{at}.id"), component.get("id"), 0, largest);
        if let Some(id) = component.get("id").and_then(Value::as_u64)
            && id != 0
            && !ids.insert(id)
        {
            form.add(at, "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated");
        }
    }
}
