//! Writing the directory as the file that [`Directory::read`] reads.

use super::Directory;

impl Directory {
    /// The whole directory as a file.
    ///
    /// # Errors
    /// Never for a directory that was read; TOML has a form for every text, number and list of them.
    pub fn write(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }
}

/// Somebody on the chat platform as a text: numbers of their size are rounded by many who read them.
pub(super) mod user {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::domain::ids::UserId;

    #[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
    pub(in super::super) fn serialize<S: Serializer>(
        user: &Option<UserId>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match user {
            Some(user) => serializer.collect_str(user),
            None => serializer.serialize_none(),
        }
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<UserId>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| text.parse().map_err(D::Error::custom))
            .transpose()
    }
}

/// Days of the week by their names.
pub(super) mod days {
    use chrono::Weekday;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::domain::recurrence::{weekday, weekday_name};

    pub(in super::super) fn serialize<S: Serializer>(
        days: &[Weekday],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(days.iter().map(|day| weekday_name(*day)))
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Weekday>, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        let day = |name: &String| weekday(name).ok_or_else(|| D::Error::custom("no day of the week"));
        names.iter().map(day).collect()
    }
}

/// Whether these are the days that a file need not name.
pub(super) fn is_working_week(days: &[chrono::Weekday]) -> bool {
    days == crate::domain::file::value::working_week()
}
