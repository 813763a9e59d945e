//! What happened, in words that need no Discord to be read.

use std::collections::BTreeMap;

use crate::discord::render::escape;
use crate::discord::render::status::happening;
use crate::domain::ids::UserId;
use crate::domain::release::{Event, Release};

/// An event in plain words, as the end of a sentence that begins with who did it.
#[must_use]
pub fn told(release: &Release, event: &Event, people: &BTreeMap<UserId, String>) -> String {
    plain(release, &happening(release, event), people)
}

/// A line of ours without Discord's marks. What people typed in it was made harmless, so every mark that is left is
/// ours, and taking the backslashes away gives what they typed.
pub(super) fn plain(release: &Release, line: &str, people: &BTreeMap<UserId, String>) -> String {
    unmarked(line, |mark| named(release, mark, people))
}

/// A line of ours without Discord's marks; `named` says what stands in the place of those between angle brackets.
pub fn unmarked(line: &str, named: impl Fn(&str) -> String) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        let after = rest.get(character.len_utf8()..).unwrap_or_default();
        rest = match character {
            '\\' => {
                let typed = after.chars().next();
                plain.extend(typed);
                after.get(typed.map_or(0, char::len_utf8)..).unwrap_or_default()
            }
            '*' => after,
            '<' => match after.split_once('>') {
                Some((mark, after)) => {
                    plain.push_str(&named(mark));
                    after
                }
                None => after,
            },
            character => {
                plain.push(character);
                after
            }
        };
    }
    plain
}

/// What a person typed, as typed, on one line, and so that it cannot act on a terminal.
#[must_use]
pub fn typed(text: &str) -> String {
    unmarked(&escape(text), str::to_owned)
}

/// What "@1", "#1" and "t:1:f" stand for.
fn named(release: &Release, mark: &str, people: &BTreeMap<UserId, String>) -> String {
    if let Some(user) = mark.strip_prefix('@') {
        let name = user.parse().ok().and_then(|user| people.get(&user));
        return name.cloned().unwrap_or_else(|| format!("user {user}"));
    }
    if let Some(channel) = mark.strip_prefix('#') {
        let own = channel.parse().ok() == release.channel.map(|own| own.0);
        return match release.channel {
            Some(_) if own => "the release channel".to_owned(),
            _ => format!("the channel {channel}"),
        };
    }
    let unix = mark.strip_prefix("t:").and_then(|rest| rest.split(':').next());
    let at = unix.and_then(|unix| chrono::DateTime::from_timestamp(unix.parse().ok()?, 0));
    let zone = release.playbook.cutoff.zone;
    at.map_or_else(
        || mark.to_owned(),
        |at| zone.to_local(at).format("%a %-d %b %Y %H:%M").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{at, item, release};
    use crate::domain::ids::ChannelId;

    fn words(event: &Event) -> String {
        let people = BTreeMap::from([(UserId(7), "Riley *R*".to_owned())]);
        told(&release(), event, &people)
    }

    /// What people typed comes out as they typed it, but for what turns or breaks a line.
    #[test]
    fn what_was_typed_is_read_as_typed() {
        for typed in ["a **b** <@7> \\ <t:0:f> [x](y) #1 @everyone", "=1+1", "é ← 日本"] {
            let held = Event::Held {
                reason: typed.to_owned(),
            };
            assert_eq!(words(&held), format!("put the release on hold: {typed}"));
        }
        assert_eq!(
            plain(&release(), &escape("a\nb\u{202E}c"), &BTreeMap::new()),
            "a bc"
        );
    }

    #[test]
    fn marks_of_ours_become_words() {
        let snoozed = Event::ItemSnoozed {
            item: item("merge"),
            until: at("2026-12-04T18:00:00Z"),
            intent: "4 h".to_owned(),
        };
        assert_eq!(
            words(&snoozed),
            "snoozed Merge the fixes until Fri 4 Dec 2026 10:00"
        );
        let opened = Event::ChannelOpened {
            channel: ChannelId(5),
        };
        assert_eq!(words(&opened), "opened the channel 5");
        let people = BTreeMap::from([(UserId(7), "Riley *R*".to_owned())]);
        assert_eq!(
            plain(&release(), "<@7> and <@8>", &people),
            "Riley *R* and user 8"
        );
    }
}
