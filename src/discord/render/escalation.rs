//! Whom to ask, where they are now, and what else they know. Looking calls nobody: the message may ping no one.

use chrono::{DateTime, Utc};

use crate::discord::post::{CONTENT_LIMIT, Post};
use crate::discord::render::{escape, fitting, relative};
use crate::domain::escalation::{Contact, Directory, Presence, Topic};
use crate::domain::ids::UserId;

/// Who helps with this topic, the first one first (S53, S55).
#[must_use]
pub fn topic(directory: &Directory, topic: &Topic, now: DateTime<Utc>) -> Post {
    let mut lines = vec![format!("🆘 **{}**{}", escape(&topic.title), also(&topic.aliases))];
    lines.extend(topic.note.iter().map(|note| escape(note)));
    let helpers = topic.contacts.iter().filter_map(|id| directory.contact(id));
    for (number, contact) in (1..).zip(helpers) {
        lines.push(format!("{number}. {}", line(directory, contact, now)));
        let others: Vec<String> = directory
            .topics_of(&contact.id)
            .filter(|other| other.id != topic.id)
            .map(|other| escape(&other.title))
            .collect();
        if !others.is_empty() {
            lines.push(format!("   -# Knows as well: {}", others.join("; ")));
        }
    }
    lines.extend(always(directory));
    lines.extend(fallback(directory, now));
    lines.push("-# Nobody was called by this look.".to_owned());
    Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
}

/// What somebody hears who asked for a topic that is not there (S54).
#[must_use]
pub fn nothing(directory: &Directory, asked: &str, near: &[&Topic], now: DateTime<Utc>) -> Post {
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
    lines.extend(always(directory));
    lines.extend(fallback(directory, now));
    Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
}

/// That there is no directory, with what to do.
#[must_use]
pub fn no_directory() -> Post {
    Post::text(
        "🔎 Nobody has written down whom to ask. My operator names a file under `[escalation]` in the configuration; \
         docs/escalation.md says what stands in it.",
    )
}

/// What somebody can be asked about.
#[must_use]
pub fn who(directory: &Directory, user: UserId, now: DateTime<Utc>) -> Post {
    let Some(contact) = directory.who_is(user) else {
        return Post::text(format!(
            "🔎 <@{user}> is not in the directory. Whoever looks after the file gives a contact this Discord id: `{user}`."
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
    let mut lines = vec![line(directory, contact, now)];
    if topics.is_empty() {
        lines.push("Helps with no topic of the directory.".to_owned());
    }
    lines.extend(topics);
    Post::text(fitting(&lines, CONTENT_LIMIT, "topics"))
}

/// One contact: who, where they are now, their manager and their channel.
fn line(directory: &Directory, contact: &Contact, now: DateTime<Utc>) -> String {
    let mut parts = vec![match contact.user {
        Some(user) => format!("**{}** <@{user}>", escape(&contact.name)),
        None => format!("**{}**", escape(&contact.name)),
    }];
    let zone = contact.zone.map_or("", crate::domain::zone::Zone::name);
    parts.push(match contact.presence(now) {
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
    });
    let manager = contact.manager.as_ref().and_then(|id| directory.contact(id));
    parts.extend(manager.map(|manager| format!("manager: {}", escape(&manager.name))));
    parts.extend(contact.channel.as_ref().map(|channel| escape(channel)));
    parts.join(" · ")
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
fn fallback(directory: &Directory, now: DateTime<Utc>) -> Option<String> {
    let contact = directory.contact(directory.fallback.as_ref()?)?;
    Some(format!(
        "🛟 If you cannot tell, or nobody answers: {}",
        line(directory, contact, now)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::escalation::Found;
    use crate::domain::fixtures::at;

    fn directory() -> Directory {
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
        Directory::read("escalation.toml", text).unwrap()
    }

    #[test]
    fn s53_s55_a_topic_names_its_people_and_where_they_are() {
        let directory = directory();
        let Found::Topic(found) = directory.find("updates") else {
            panic!("it is an alias");
        };
        let friday_noon_in_toronto = at("2026-12-04T17:00:00Z");
        insta::assert_snapshot!(topic(&directory, found, friday_noon_in_toronto).content);
    }

    #[test]
    fn s54_what_is_not_there_leads_to_somebody_who_can_be_asked() {
        let directory = directory();
        let now = at("2026-12-04T17:00:00Z");
        let Found::Nothing(near) = directory.find("signs and *wonders*") else {
            panic!("nobody has it");
        };
        let texts = [
            nothing(&directory, "signs and *wonders*", &near, now).content,
            who(&directory, UserId(123_456_789_012_345_678), now).content,
            who(&directory, UserId(7), now).content,
            no_directory().content,
        ];
        insta::assert_snapshot!(texts.join("\n\n"));
    }
}
