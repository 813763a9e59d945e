//! The newer kind of components (page "Component Reference"): what may stand in what, and how much of it.

use serde_json::Value;

use super::component::{self, kind, number, parts, text, wrong_kind};
use super::error::Form;

/// What may stand at the top of a message.
const TOP: [u64; 7] = [
    kind::ROW,
    kind::SECTION,
    kind::TEXT,
    kind::GALLERY,
    kind::FILE,
    kind::SEPARATOR,
    kind::CONTAINER,
];
/// What may stand in a container.
const IN_CONTAINER: [u64; 6] = [
    kind::ROW,
    kind::SECTION,
    kind::TEXT,
    kind::GALLERY,
    kind::FILE,
    kind::SEPARATOR,
];
/// Components that one message may have, however deep they stand.
const MOST: usize = 40;
/// Characters that all texts of a message may have together.
const MOST_TEXT: usize = 4_000;

/// Checks the components of a message of the newer kind.
pub(super) fn check(components: &[Value], form: &mut Form) {
    if component::walk(components).len() > MOST {
        form.add(
            "components",
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            format!("Total number of components cannot exceed {MOST}"),
        );
    }
    // Discord's documentation does not give this number: it stands in the refusal that Discord answers with.
    let length: usize = texts(components).iter().map(|text| text.chars().count()).sum();
    if length > MOST_TEXT {
        form.add(
            "components",
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            format!("Components displayable text size exceeds maximum size of {MOST_TEXT}"),
        );
    }
    check_parts(components, "components", &TOP, form);
}

/// The texts that stand in these components, which mention people as a message's own text does.
pub(super) fn texts(components: &[Value]) -> Vec<&str> {
    let all = component::walk(components).into_iter();
    all.filter(|part| number(part) == kind::TEXT)
        .filter_map(|part| text(part, "content"))
        .collect()
}

/// Adds that a field cannot be used beside the newer kind of components.
pub(super) fn refuse_legacy(key: &str, form: &mut Form) {
    form.add(
        key,
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        format!("The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"),
    );
}

fn check_parts(list: &[Value], at: &str, allowed: &[u64], form: &mut Form) {
    for (place, part) in list.iter().enumerate() {
        let at = format!("{at}.{place}");
        if allowed.contains(&number(part)) {
            check_part(part, &at, form);
        } else {
            wrong_kind(&at, allowed, form);
        }
    }
}

fn check_part(part: &Value, at: &str, form: &mut Form) {
    match number(part) {
        kind::ROW => component::check_row(part, at, form),
        kind::SECTION => check_section(part, at, form),
        kind::TEXT => check_text(part, at, form),
        kind::GALLERY => check_gallery(part, at, form),
        kind::FILE => {
            check_media(part.get("file"), &format!("{at}.file"), &["attachment"], form);
            check_choice(part, "spoiler", at, form);
        }
        kind::SEPARATOR => {
            check_choice(part, "divider", at, form);
            form.number(&format!("{at}.spacing"), part.get("spacing"), 1, 2);
        }
        _ => check_container(part, at, form),
    }
}

/// Checks a text, which stands in messages and in forms.
pub(super) fn check_text(part: &Value, at: &str, form: &mut Form) {
    let content = text(part, "content").unwrap_or("");
    form.length(&format!("{at}.content"), content, 1, MOST_TEXT);
}

fn check_section(section: &Value, at: &str, form: &mut Form) {
    let beside = parts(section, "components");
    let inner = format!("{at}.components");
    check_count(beside.len(), &inner, 3, form);
    check_parts(beside, &inner, &[kind::TEXT], form);
    let at = format!("{at}.accessory");
    match section.get("accessory") {
        None | Some(Value::Null) => form.add(&at, "BASE_TYPE_REQUIRED", "This field is required"),
        Some(button) if number(button) == kind::BUTTON => component::check_button(button, &at, form),
        Some(picture) if number(picture) == kind::THUMBNAIL => check_picture(picture, &at, form),
        Some(_) => wrong_kind(&at, &[kind::BUTTON, kind::THUMBNAIL], form),
    }
}

fn check_gallery(gallery: &Value, at: &str, form: &mut Form) {
    let items = parts(gallery, "items");
    let at = format!("{at}.items");
    check_count(items.len(), &at, 10, form);
    for (place, item) in items.iter().enumerate() {
        check_picture(item, &format!("{at}.{place}"), form);
    }
}

fn check_picture(picture: &Value, at: &str, form: &mut Form) {
    let schemes = ["http", "https", "attachment"];
    check_media(picture.get("media"), &format!("{at}.media"), &schemes, form);
    if let Some(description) = text(picture, "description") {
        form.length(&format!("{at}.description"), description, 1, 1_024);
    }
    check_choice(picture, "spoiler", at, form);
}

fn check_container(container: &Value, at: &str, form: &mut Form) {
    let inner = parts(container, "components");
    form.number(
        &format!("{at}.accent_color"),
        container.get("accent_color"),
        0,
        0xff_ff_ff,
    );
    check_choice(container, "spoiler", at, form);
    let at = format!("{at}.components");
    check_count(inner.len(), &at, MOST, form);
    check_parts(inner, &at, &IN_CONTAINER, form);
}

fn check_count(count: usize, at: &str, most: usize, form: &mut Form) {
    if !(1..=most).contains(&count) {
        form.add(
            at,
            "BASE_TYPE_BAD_LENGTH",
            format!("Must be between 1 and {most} in length."),
        );
    }
}

fn check_media(media: Option<&Value>, at: &str, schemes: &[&str], form: &mut Form) {
    let at = format!("{at}.url");
    let url = media.and_then(|media| text(media, "url")).unwrap_or("");
    form.length(&at, url, 1, 2_048);
    if url.is_empty() {
        return;
    }
    match url.split_once("://") {
        Some((scheme, rest)) if schemes.contains(&scheme) && !rest.is_empty() => {}
        Some((scheme, rest)) if !rest.is_empty() => {
            let schemes: Vec<_> = schemes.iter().map(|scheme| format!("'{scheme}'")).collect();
            let message = format!(
                "Scheme \"{scheme}\" is not supported. Scheme must be one of ({}).",
                schemes.join(", ")
            );
            form.add(&at, "URL_TYPE_INVALID_SCHEME", message);
        }
        Some(_) | None => form.add(&at, "URL_TYPE_INVALID_URL", "Not a well formed URL."),
    }
}

/// Adds a mistake when something is there that is neither true nor false.
pub(super) fn check_choice(part: &Value, key: &str, at: &str, form: &mut Form) {
    let given = part.get(key).filter(|value| !value.is_null());
    if given.is_some_and(|value| !value.is_boolean()) {
        let message = "Must be either true or false.";
        form.add(&format!("{at}.{key}"), "BOOLEAN_TYPE_CONVERT", message);
    }
}
