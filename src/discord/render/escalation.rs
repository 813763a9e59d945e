//! Whom to ask, where they are now, and what else they know. Looking calls nobody: the message may ping no one.

use chrono::{DateTime, Utc};

use crate::app::WhomToAsk;
use crate::discord::post::{CONTENT_LIMIT, Post};
use crate::discord::render::{date, escape, fitting, moment, relative};
use crate::domain::escalation::{Contact, Directory, Presence, Topic};
use crate::domain::ids::UserId;
use crate::domain::zone::Zone;

/// Who helps with this topic, the first one first (S53, S55).
#[must_use]
pub fn topic(known: &WhomToAsk, topic: &Topic, now: DateTime<Utc>) -> Post {
    let directory = &known.directory;
    let mut lines = vec![format!("🆘 **{}**{}", escape(&topic.title), also(&topic.aliases))];
    lines.extend(topic.note.iter().map(|note| escape(note)));
    let helpers = topic.contacts.iter().filter_map(|id| directory.contact(id));
    for (number, contact) in (1..).zip(helpers) {
        lines.push(format!("{number}. {}", line(known, contact, now)));
        let others: Vec<String> = directory
            .topics_of(&contact.id)
            .filter(|other| other.id != topic.id)
            .map(|other| escape(&other.title))
            .collect();
        if !others.is_empty() {
            lines.push(format!("   -# Knows as well: {}", others.join("; ")));
        }
    }
    lines.extend(always(&known.directory));
    lines.extend(fallback(known, now));
    lines.push("-# Nobody was called by this look.".to_owned());
    Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
}

/// What somebody hears who asked for a topic that is not there (S54).
#[must_use]
pub fn nothing(known: &WhomToAsk, asked: &str, near: &[&Topic], now: DateTime<Utc>) -> Post {
    let mut lines = vec![format!(
        "🔎 There is no topic “{}”{}.",
        escape(asked.trim()),
        match near {
            [] => String::new(),
            near => {
                let near: Vec<String> = near
                    .iter()
                    .map(|topic| format!("**{}** (`{}`)", escape(&topic.title), topic.id))
                    .collect();
                format!("; did you mean {}", near.join(" or "))
            }
        }
    )];
    lines.extend(always(&known.directory));
    lines.extend(fallback(known, now));
    Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
}

/// That there is no directory, with what to do.
#[must_use]
pub fn no_directory() -> Post {
    Post::text(
        "🔎 Nobody has written down whom to ask. A Release Manager begins with `/escalate contact add` and \
         `/escalate topic add`; or my operator names a file under `[escalation]` in the configuration \
         (docs/escalation.md).",
    )
}

/// What somebody can be asked about.
#[must_use]
pub fn who(known: &WhomToAsk, user: UserId, now: DateTime<Utc>) -> Post {
    let directory = &known.directory;
    let Some(contact) = directory.who_is(user) else {
        return Post::text(format!(
            "🔎 <@{user}> is not in the directory. A Release Manager puts them in with `/escalate contact add` or \
             `/escalate contact edit` and its option `person`."
        ));
    };
    let topics: Vec<String> = directory
        .topics_of(&contact.id)
        .map(|topic| {
            let place = topic
                .contacts
                .iter()
                .position(|id| *id == contact.id)
                .unwrap_or(0)
                + 1;
            format!("• {} (asked as number {place})", escape(&topic.title))
        })
        .collect();
    let mut lines = vec![line(known, contact, now)];
    if topics.is_empty() {
        lines.push("Helps with no topic of the directory.".to_owned());
    }
    lines.extend(topics);
    Post::text(fitting(&lines, CONTENT_LIMIT, "topics"))
}

/// One contact: who, where they are now, their manager and their channel.
fn line(known: &WhomToAsk, contact: &Contact, now: DateTime<Utc>) -> String {
    let mut parts = vec![match contact.user {
        Some(user) => format!("**{}** <@{user}>", escape(&contact.name)),
        None => format!("**{}**", escape(&contact.name)),
    }];
    parts.push(whereabouts(known, contact, now));
    let manager = contact
        .manager
        .as_ref()
        .and_then(|id| known.directory.contact(id));
    parts.extend(manager.map(|manager| format!("manager: {}", escape(&manager.name))));
    parts.extend(contact.channel.as_ref().map(|channel| escape(channel)));
    parts.join(" · ")
}

/// Whether somebody is away or at work, and what their clock shows.
fn whereabouts(known: &WhomToAsk, contact: &Contact, now: DateTime<Utc>) -> String {
    if let Some(away) = contact.away(&known.away, now) {
        let reason = away.reason.as_ref();
        let reason = reason.map_or_else(String::new, |reason| format!(" ({})", escape(reason)));
        // Without hours nobody knows more than the days that they said.
        let back = contact.back(&known.away, now);
        let back = back.map_or_else(String::new, |back| format!(", back {}", moment(back)));
        return format!("🏖️ away until the end of {}{reason}{back}", date(away.last));
    }
    let zone = contact.zone.map_or("", Zone::name);
    match contact.presence(&known.away, now) {
        Presence::Unknown => "hours not known".to_owned(),
        Presence::Somewhere { local } => format!(
            "it is {} there ({zone}), hours not known",
            local.format("%a %H:%M")
        ),
        Presence::AtWork { local, until } => format!(
            "🟢 at work, {} there ({zone}), until {}",
            local.format("%a %H:%M"),
            relative(until)
        ),
        Presence::Off { local, back } => format!(
            "🌙 off, {} there ({zone}), back {}",
            local.format("%a %H:%M"),
            relative(back)
        ),
    }
}

fn also(aliases: &[String]) -> String {
    if aliases.is_empty() {
        return String::new();
    }
    let aliases: Vec<String> = aliases.iter().map(|alias| escape(alias)).collect();
    format!(" (also {})", aliases.join(", "))
}

/// The channels that hear of it in any case (S52).
fn always(directory: &Directory) -> Option<String> {
    let channels: Vec<String> = directory.always.iter().map(|channel| escape(channel)).collect();
    (!channels.is_empty()).then(|| format!("📢 Always tell {}.", channels.join(", ")))
}

/// Whom to ask when nobody else is known (S54).
fn fallback(known: &WhomToAsk, now: DateTime<Utc>) -> Option<String> {
    let contact = known.directory.contact(known.directory.fallback.as_ref()?)?;
    Some(format!(
        "🛟 If you cannot tell, or nobody answers: {}",
        line(known, contact, now)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::escalation::Found;
    use crate::domain::fixtures::at;
    use crate::domain::person::Stamp;
    use crate::domain::shift::Away;

    fn known() -> WhomToAsk {
        let text = r##"
            always = ["#releaseduty"]
            fallback = "rail"
            [[topics]]
            id = "balrog"
            title = "Balrog *and* updates"
            aliases = ["updates"]
            contacts = ["ben", "nick", "rail"]
            note = "Look at the dashboard first. @everyone"
            [[topics]]
            id = "signing"
            title = "Signing"
            contacts = ["nick"]
            [[contacts]]
            id = "ben"
            name = "Ben"
            discord = "123456789012345678"
            zone = "America/Toronto"
            hours = "09:00-17:00"
            manager = "rail"
            channel = "#release-engineering"
            [[contacts]]
            id = "nick"
            zone = "Pacific/Auckland"
            hours = "09:00-17:00"
            [[contacts]]
            id = "rail"
        "##;
        WhomToAsk {
            directory: Directory::read("escalation.toml", text).unwrap().into(),
            away: Vec::new(),
        }
    }

    #[test]
    fn s53_s55_a_topic_names_its_people_and_where_they_are() {
        let known = known();
        let Found::Topic(found) = known.directory.find("updates") else {
            panic!("it is an alias");
        };
        let friday_noon_in_toronto = at("2026-12-04T17:00:00Z");
        insta::assert_snapshot!(topic(&known, found, friday_noon_in_toronto).content);
    }

    /// S53: whoever said that they are away is shown as away, by their own date and not by that of others.
    #[test]
    fn s53_who_is_away_is_shown_as_away() {
        let mut known = known();
        let day = |text: &str| text.parse().unwrap();
        let user = UserId(123_456_789_012_345_678);
        known.away = vec![Away {
            number: 1,
            user,
            first: day("2026-12-04"),
            last: day("2026-12-07"),
            reason: Some("*Holiday* @everyone".to_owned()),
            said: Stamp {
                by: user,
                at: at("2026-12-01T17:00:00Z"),
            },
        }];
        // Four o'clock in the night of the 4th in London is still the 3rd in Toronto.
        let texts = [
            "2026-12-04T04:00:00Z",
            "2026-12-04T17:00:00Z",
            "2026-12-08T14:30:00Z",
        ];
        let texts = texts.map(|now| who(&known, user, at(now)).content);
        insta::assert_snapshot!(texts.join("\n\n"));
    }

    #[test]
    fn s54_what_is_not_there_leads_to_somebody_who_can_be_asked() {
        let known = known();
        let now = at("2026-12-04T17:00:00Z");
        let Found::Nothing(near) = known.directory.find("signs and *wonders*") else {
            panic!("nobody has it");
        };
        let texts = [
            nothing(&known, "signs and *wonders*", &near, now).content,
            who(&known, UserId(123_456_789_012_345_678), now).content,
            who(&known, UserId(7), now).content,
            no_directory().content,
        ];
        insta::assert_snapshot!(texts.join("\n\n"));
    }
}
