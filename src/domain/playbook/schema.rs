//! The file format as data.

/// The JSON Schema of a playbook file.
#[must_use]
pub(super) fn json_schema() -> serde_json::Value {
    serde_json::Value::Null
}
