//! Buttons, selects and modals: their limits, and finding one by its custom id.

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
    pub(crate) const SEPARATOR: u64 = 14;
    pub(crate) const CONTAINER: u64 = 17;
    pub(crate) const LABEL: u64 = 18;
}

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
    component
        .get("disabled")
        .and_then(Value::as_bool)
        .unwrap_or(false)
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

/// Checks the components of a message.
pub(crate) fn check_message(components: &[Value], v2: bool, form: &mut Form) {
    if v2 {
        form.count("components", walk(components).len(), 40);
    } else {
        form.count("components", components.len(), 5);
        for (place, row) in components.iter().enumerate() {
            check_row(row, &format!("components.{place}"), form);
        }
    }
    check_unique(components, form);
}

fn check_row(row: &Value, at: &str, form: &mut Form) {
    if number(row) != kind::ROW {
        form.add(
            &format!("{at}.type"),
            "UNION_TYPE_CHOICES",
            "Value of field \"type\" must be one of (1,).",
        );
        return;
    }
    let inner = row
        .get("components")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
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
            _ => form.add(
                &format!("{at}.type"),
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (2, 3, 5, 6, 7, 8).",
            ),
        }
    }
}

fn check_button(button: &Value, at: &str, form: &mut Form) {
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

fn is_absent(component: &Value, key: &str) -> bool {
    component.get(key).is_none_or(Value::is_null)
}

fn check_select(select: &Value, at: &str, form: &mut Form) {
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
    if number(select) != kind::TEXT_SELECT {
        return;
    }
    let options = select
        .get("options")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let at = format!("{at}.options");
    if options.is_empty() || options.len() > 25 {
        form.add(&at, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.");
    }
    let mut seen = BTreeSet::new();
    for (place, option) in options.iter().enumerate() {
        let at = format!("{at}.{place}");
        form.length(
            &format!("{at}.label"),
            text(option, "label").unwrap_or(""),
            1,
            100,
        );
        form.length(
            &format!("{at}.value"),
            text(option, "value").unwrap_or(""),
            1,
            100,
        );
        form.length(
            &format!("{at}.description"),
            text(option, "description").unwrap_or(""),
            0,
            100,
        );
        if !seen.insert(text(option, "value").unwrap_or("")) {
            form.add(
                &format!("{at}.value"),
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            );
        }
    }
}

fn check_unique(components: &[Value], form: &mut Form) {
    let mut seen = BTreeSet::new();
    for component in walk(components) {
        if let Some(custom_id) = text(component, "custom_id")
            && !seen.insert(custom_id)
        {
            let message = "Component custom id cannot be duplicated";
            form.add("components", "COMPONENT_CUSTOM_ID_DUPLICATED", message);
        }
    }
}

/// Checks a modal.
pub(crate) fn check_modal(data: &Value, form: &mut Form) {
    form.length("data.title", text(data, "title").unwrap_or(""), 1, 45);
    form.length("data.custom_id", text(data, "custom_id").unwrap_or(""), 1, 100);
    let components = data
        .get("components")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    if components.is_empty() || components.len() > 5 {
        form.add(
            "data.components",
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 1 and 5 in length.",
        );
    }
    for (place, component) in components.iter().enumerate() {
        let at = format!("data.components.{place}");
        if !matches!(number(component), kind::ROW | kind::LABEL) {
            let message = "Value of field \"type\" must be one of (1, 18).";
            form.add(&format!("{at}.type"), "UNION_TYPE_CHOICES", message);
        }
        for input in walk(std::slice::from_ref(component)) {
            if number(input) == kind::TEXT_INPUT {
                form.length(
                    &format!("{at}.custom_id"),
                    text(input, "custom_id").unwrap_or(""),
                    1,
                    100,
                );
                form.length(&format!("{at}.label"), text(input, "label").unwrap_or(""), 0, 45);
                form.length(
                    &format!("{at}.placeholder"),
                    text(input, "placeholder").unwrap_or(""),
                    0,
                    100,
                );
                form.length(
                    &format!("{at}.value"),
                    text(input, "value").unwrap_or(""),
                    0,
                    4_000,
                );
                form.number(&format!("{at}.min_length"), input.get("min_length"), 0, 4_000);
                form.number(&format!("{at}.max_length"), input.get("max_length"), 1, 4_000);
                let style = input.get("style").and_then(Value::as_u64).unwrap_or(0);
                if !(1..=2).contains(&style) {
                    form.add(
                        &format!("{at}.style"),
                        "BASE_TYPE_CHOICES",
                        "Value must be one of {1, 2}.",
                    );
                }
            }
        }
    }
    check_unique(components, form);
}
