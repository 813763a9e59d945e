//! What is wrong with the bot itself, for the managers of a server. Paths and causes are in the log: a bot serves servers
//! that need not know each other, or its machine.

use chrono::{DateTime, Utc};

use crate::app::{Part, Trouble};

/// One line for each trouble; nothing when there is none.
#[must_use]
pub fn troubles(troubles: &[(Part, Trouble)]) -> String {
    troubles
        .iter()
        .map(|(part, trouble)| line(*part, trouble.since))
        .collect()
}

fn line(part: Part, since: DateTime<Utc>) -> String {
    let since = since.timestamp();
    match part {
        Part::Database => format!(
            "\n⚠️ Since <t:{since}:F> (<t:{since}:R>) I cannot save anything: the disk of my machine is full or failed. What \
             I confirmed before is safe; nothing is sent until it works again. My operator finds the cause in my log."
        ),
        Part::Backup => format!(
            "\n⚠️ Since <t:{since}:F> (<t:{since}:R>) my scheduled backup fails. Releases go on; my operator finds the cause \
             in my log."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::at;

    #[test]
    fn each_trouble_has_its_line() {
        let trouble = |since: &str| Trouble {
            since: at(since),
            times: 3,
            why: "/a/secret/path".to_owned(),
        };
        let both = [
            (Part::Database, trouble("2026-12-01T17:00:00Z")),
            (Part::Backup, trouble("2026-12-01T18:00:00Z")),
        ];
        insta::assert_snapshot!(troubles(&both));
        assert_eq!(troubles(&[]), "");
    }
}
