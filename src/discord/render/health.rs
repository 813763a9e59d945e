//! What is wrong with the bot itself, for the managers of a server. Paths and causes are in the log: a bot serves servers
//! that need not know each other, or its machine.

use chrono::{DateTime, Utc};

use crate::app::{Part, Trouble};
use crate::domain::ids::ReleaseKey;

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
        Part::Token => format!(
            "\n⚠️ Since <t:{since}:F> (<t:{since}:R>) Discord does not accept my token, and nothing is sent. I try again \
             each quarter of an hour; my operator has to start me with a new token."
        ),
        Part::Refusals => format!(
            "\n⚠️ Since <t:{since}:F> (<t:{since}:R>) Discord refuses so much that I send nothing for ten minutes, before it \
             bans me. `/outbox list` shows what it refuses."
        ),
    }
}

/// The releases that cannot be read; nothing when there is none.
#[must_use]
pub fn unreadable(releases: &[ReleaseKey]) -> String {
    let lines = releases.iter().map(|release| {
        format!(
            "\n🧩 I cannot read **{release}** any more, so nobody is reminded of it. The other releases go on; my operator \
             finds the cause in my log."
        )
    });
    lines.collect()
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
        let all = [
            (Part::Database, trouble("2026-12-01T17:00:00Z")),
            (Part::Backup, trouble("2026-12-01T18:00:00Z")),
            (Part::Token, trouble("2026-12-01T19:00:00Z")),
            (Part::Refusals, trouble("2026-12-01T20:00:00Z")),
        ];
        let release = ReleaseKey::from_stored("REL-2026-12-001".to_owned());
        insta::assert_snapshot!(format!("{}{}", troubles(&all), unreadable(&[release])));
        assert_eq!(troubles(&[]), "");
    }
}
