//! What a mail says: plain text, the same facts as the chat. Everything here is pure.

use chrono::{DateTime, Utc};

use crate::app::{HandOffMail, Record};
use crate::discord::render::handoff::{name_of, plain_lines};
use crate::discord::render::plain::typed;
use crate::discord::render::shortened;
use crate::domain::handoff::HandOffState;
use crate::domain::ids::UserId;
use crate::domain::zone::Zone;

/// So many versions stand in a subject; the body has them all.
const NAMED: usize = 5;

/// The longest subject, in characters: beyond that, programs cut.
const SUBJECT: usize = 150;

/// A mail in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// Plain text, several lines.
    pub body: String,
}

/// The copy of a hand-off at `now`, for somebody whose clock shows `zone`, if that is known. `note` is the number by which operators
/// find it.
#[must_use]
pub fn letter(mail: &HandOffMail, zone: Option<Zone>, note: i64, now: DateTime<Utc>) -> Letter {
    Letter {
        subject: subject(mail),
        body: body(mail, zone, note, now),
    }
}

/// "Hand-off of QA: 7.2.1, 7.3.0 (2 releases)".
fn subject(mail: &HandOffMail) -> String {
    let title = typed(&mail.view.title);
    let records = &mail.view.records;
    let mut versions: Vec<String> = records
        .iter()
        .take(NAMED)
        .map(|record| typed(&record.view.release.version))
        .collect();
    let subject = match records.len() {
        0 => format!("Hand-off of {title}"),
        1 => format!("Hand-off of {title}: {} (1 release)", versions.join("")),
        number => {
            if number > NAMED {
                versions.push("…".to_owned());
            }
            format!("Hand-off of {title}: {} ({number} releases)", versions.join(", "))
        }
    };
    shortened(&subject, SUBJECT)
}

fn body(mail: &HandOffMail, zone: Option<Zone>, note: i64, now: DateTime<Utc>) -> String {
    let view = &mail.view;
    let hand_off = &view.kept.hand_off;
    let when = |at: DateTime<Utc>| moment(at, zone);
    let mut lines = vec![
        format!("Hand-off of {}, {}", typed(&view.title), when(hand_off.offered)),
        String::new(),
        asked(mail),
    ];
    lines.extend(
        hand_off
            .note
            .as_ref()
            .map(|note| format!("Note: {}", typed(note))),
    );
    for declined in &hand_off.declined {
        let who = name_of(declined.stamp.by, &mail.names);
        lines.push(format!("{who} declined: {}", typed(&declined.reason)));
    }
    lines.extend(place(mail));
    for record in &view.records {
        lines.push(String::new());
        lines.extend(block(mail, record, when, now));
    }
    lines.push(String::new());
    lines.push("Each release has its summary in its channel.".to_owned());
    lines.push(format!(
        "-- \nT-minus, note {note}. Nobody reads answers to this address."
    ));
    lines.join("\n") + "\n"
}

/// Who goes, and who is asked.
fn asked(mail: &HandOffMail) -> String {
    let hand_off = &mail.view.kept.hand_off;
    let name = |user: UserId| name_of(user, &mail.names);
    let from = name(hand_off.from);
    if hand_off.state == HandOffState::Kept {
        return format!("{from} has the next shift as well; nobody has to take over.");
    }
    let to: Vec<String> = hand_off.to.iter().copied().map(name).collect();
    let to = if to.is_empty() {
        "whoever comes next".to_owned()
    } else {
        to.join(", ")
    };
    if hand_off.left {
        format!("{from} has left, and asks {to} to take over. Nobody has the duty until somebody accepts.")
    } else {
        format!("{from} goes, and asks {to} to take over. {from} keeps the duty until somebody accepts.")
    }
}

/// Where it can be answered, once it is posted.
fn place(mail: &HandOffMail) -> Option<String> {
    let guild = mail.view.setup.guild;
    let (channel, message) = mail.view.kept.message?;
    let link = message.link(guild, channel);
    Some(match mail.view.kept.hand_off.state {
        HandOffState::Kept => format!("In Discord: {link}"),
        _ => format!("Accept or decline in Discord: {link}"),
    })
}

fn block(
    mail: &HandOffMail,
    record: &Record,
    when: impl Fn(DateTime<Utc>) -> String,
    now: DateTime<Utc>,
) -> Vec<String> {
    let release = &record.view.release;
    let facts = record.shift_facts(mail.view.kept.hand_off.since, now);
    let mut lines = vec![format!(
        "{} {} ({})",
        release.key,
        typed(&release.name()),
        typed(&release.playbook.product)
    )];
    let told = plain_lines(&facts, &mail.names, true, when);
    lines.extend(told.iter().map(|line| format!("  {line}")));
    lines
}

/// "Thu 10 Dec 2026 18:00 UTC (19:00 Europe/Berlin)", with the other date where it is another one.
fn moment(at: DateTime<Utc>, zone: Option<Zone>) -> String {
    let utc = at.format("%a %-d %b %Y %H:%M UTC").to_string();
    let Some(zone) = zone else { return utc };
    let local = zone.to_local(at);
    let form = if local.date() == at.date_naive() {
        "%H:%M"
    } else {
        "%a %-d %b %H:%M"
    };
    format!("{utc} ({} {})", local.format(form), zone.name())
}
