//! Instants as Discord writes them (page "Reference", ISO8601 Date/Time): always with their offset, never with a `Z`. Some
//! clients read no other form.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serializer;

/// An instant as Discord writes it.
pub(crate) fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, false)
}

/// The same for a field of an object.
pub(super) fn serialize<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&written(*at))
}

/// The same for a field that may be empty.
pub(super) mod maybe {
    use chrono::{DateTime, Utc};
    use serde::Serializer;

    pub(crate) fn serialize<S: Serializer>(
        at: &Option<DateTime<Utc>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => super::serialize(at, serializer),
            None => serializer.serialize_none(),
        }
    }
}
