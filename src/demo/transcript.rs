//! What people saw, as text. Equal runs give equal transcripts: no ids, and times in the clock's own terms.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use simcord::{
    Channel, ChannelKind, Control, Entry, Happening, Message, MessageId, Overwrite, Permissions, UserId,
};
use similar::{ChangeTag, TextDiff};

#[cfg(test)]
mod tests;

/// Follows the journal of a local Discord.
pub struct Transcript {
    control: Control,
    /// Who reads what everybody can see.
    reader: UserId,
    seen: usize,
    texts: BTreeMap<MessageId, String>,
    channels: BTreeMap<String, String>,
    /// Where each channel stood when it was last looked at, and whether everybody might write there.
    standing: BTreeMap<String, Standing>,
}

/// How the place of a message to one person begins.
const DIRECT: &str = "direct to @";

/// Where a channel stands, whether it is locked, and whether it is a thread that was put away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Standing {
    under: Option<String>,
    locked: bool,
    archived: bool,
}

/// How the address of a message begins.
const LINK: &str = "https://discord.com/channels/";

/// The kind of message that stands at the beginning of a thread for the one that it was made of.
const STARTER: u8 = 21;

/// What happened between two looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The text.
    pub text: String,
    /// Who heard something, by username, sorted.
    pub pinged: Vec<String>,
}

impl Transcript {
    /// Follows from here on; what happened before is passed over.
    #[must_use]
    pub fn new(control: Control, reader: UserId) -> Self {
        let mut transcript = Self {
            control,
            reader,
            seen: 0,
            texts: BTreeMap::new(),
            channels: BTreeMap::new(),
            standing: BTreeMap::new(),
        };
        transcript.excerpt();
        transcript
    }

    /// What happened since the last look.
    pub fn excerpt(&mut self) -> Excerpt {
        let journal = self.control.journal();
        // An answer to one person and what everybody sees leave on two ways, so their order is a matter of luck: the
        // answers come last.
        let (mut text, mut whispers) = (String::new(), String::new());
        // So do messages to several people, which stand in the order of their names.
        let mut direct: BTreeMap<String, String> = BTreeMap::new();
        let mut pinged = BTreeSet::new();
        for entry in journal.get(self.seen..).unwrap_or_default() {
            if let Happening::Ping { user, .. } = &entry.event {
                pinged.insert(self.username(*user));
            }
            if let Some(part) = self.told(entry) {
                let way = match self.conversation(&entry.event) {
                    _ if is_whisper(&entry.event) => &mut whispers,
                    Some(person) => direct.entry(person).or_default(),
                    None => &mut text,
                };
                way.push_str(&part);
            }
        }
        self.seen = journal.len();
        text.extend(direct.into_values());
        text.push_str(&whispers);
        let pinged: Vec<String> = pinged.into_iter().collect();
        if !pinged.is_empty() {
            let names: Vec<String> = pinged.iter().map(|name| format!("@{name}")).collect();
            let _ = writeln!(text, "  🔔 {}", names.join(" "));
        }
        Excerpt { text, pinged }
    }

    /// A message as this person reads it. Of a long select, the number of its options stands for them.
    #[must_use]
    pub fn reading(&self, who: UserId, message: &Message) -> String {
        let text = self.control.read(who, message);
        let lines: Vec<String> = text
            .lines()
            .map(|line| self.linked(&shortened_select(line)))
            .collect();
        lines.join("\n")
    }

    /// The line with links to messages as Discord shows them: by their channel, without ids.
    fn linked(&self, line: &str) -> String {
        let mut parts = line.split(LINK);
        let mut linked = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let ends = |character: char| !character.is_ascii_digit() && character != '/';
            let end = part.find(ends).unwrap_or(part.len());
            let (ids, rest) = part.split_at(end);
            let channel = ids.split('/').nth(1).and_then(|id| self.channels.get(id));
            let channel = channel.map_or("#?", String::as_str);
            let _ = write!(linked, "{channel} › 💬{rest}");
        }
        linked
    }

    fn told(&mut self, entry: &Entry) -> Option<String> {
        match &entry.event {
            // People have read it in the channel.
            Happening::MessageCreated { message } if message.kind == STARTER => None,
            Happening::MessageCreated { message } => {
                let head = self.head(message);
                let text = self.reading(message.only_for.unwrap_or(self.reader), message);
                self.texts.insert(message.id, text.clone());
                Some(block(&head, text.lines().map(|line| format!("│ {line}"))))
            }
            Happening::MessageEdited { message } => {
                let text = self.reading(message.only_for.unwrap_or(self.reader), message);
                let before = self.texts.insert(message.id, text.clone()).unwrap_or_default();
                let changes = difference(&before, &text);
                let head = format!("{} (changed)", self.head(message));
                (!changes.is_empty()).then(|| block(&head, changes.into_iter()))
            }
            Happening::MessageDeleted { id, channel_id, .. } => {
                let place = self.channel(&channel_id.to_string());
                let text = self
                    .texts
                    .get(id)
                    .map_or_else(String::new, |text| first_line(text));
                Some(format!("  {place} a message was deleted: {text}\n"))
            }
            Happening::Pinned {
                id,
                channel_id,
                pinned,
            } => {
                let place = self.channel(&channel_id.to_string());
                let text = self
                    .texts
                    .get(id)
                    .map_or_else(String::new, |text| first_line(text));
                let word = if *pinned { "pinned" } else { "unpinned" };
                Some(format!("  {place} 📌 {word}: {text}\n"))
            }
            // A conversation of two shows with its first message.
            Happening::ChannelCreated { channel } if channel.kind == ChannelKind::Dm => None,
            Happening::ChannelCreated { channel } => {
                let place = self.named(channel);
                self.standing.insert(channel.id.to_string(), standing(channel));
                Some(format!("  {place} was created\n"))
            }
            Happening::ChannelDeleted { id, .. } => {
                let place = self.channel(&id.to_string());
                Some(format!("  {place} was deleted\n"))
            }
            Happening::ChannelChanged { channel } => self.moved(channel),
            Happening::Thinking { .. }
            | Happening::Ping { .. }
            | Happening::ReactionsChanged { .. }
            | Happening::GuildChanged { .. }
            | Happening::CommandsChanged
            | Happening::Read { .. }
            | Happening::InteractionSettled { .. } => None,
        }
    }

    /// Where a channel has moved, and whether people may write there now; nothing when something else has changed.
    fn moved(&mut self, channel: &Channel) -> Option<String> {
        let name = self.named(channel);
        let now = standing(channel);
        let before = self.standing.insert(channel.id.to_string(), now.clone())?;
        let place = match &now.under {
            under if *under == before.under => None,
            Some(category) => {
                let category = self.channel(category);
                Some(format!("moved under \"{}\"", category.trim_start_matches('#')))
            }
            // Its category was deleted, and that has its own line.
            None => None,
        };
        let lock = match (before.locked, now.locked) {
            (false, true) => Some("was locked".to_owned()),
            (true, false) => Some("was unlocked".to_owned()),
            _ => None,
        };
        let away = match (before.archived, now.archived) {
            (false, true) => Some("was put away".to_owned()),
            (true, false) => Some("was taken out again".to_owned()),
            _ => None,
        };
        let told: Vec<String> = place.into_iter().chain(lock).chain(away).collect();
        (!told.is_empty()).then(|| format!("  {name} {}\n", told.join(" and ")))
    }

    /// "#general", or "#general › Upgrade test" for a thread; it is remembered.
    fn named(&mut self, channel: &Channel) -> String {
        let name = match channel.parent_id.filter(|_| channel.thread.is_some()) {
            Some(parent) => format!("{} › {}", self.channel(&parent.to_string()), channel.name),
            None => format!("#{}", channel.name),
        };
        self.channels.insert(channel.id.to_string(), name.clone());
        name
    }

    fn head(&mut self, message: &Message) -> String {
        let place = self.channel(&message.channel_id.to_string());
        let only = message
            .only_for
            .map_or_else(String::new, |user| format!(" (only @{})", self.username(user)));
        format!("{place}{only} {}", message.author.username)
    }

    /// The conversation of two in which something was said.
    fn conversation(&mut self, event: &Happening) -> Option<String> {
        let (Happening::MessageCreated { message } | Happening::MessageEdited { message }) = event else {
            return None;
        };
        let place = self.channel(&message.channel_id.to_string());
        place.starts_with(DIRECT).then_some(place)
    }

    fn channel(&mut self, id: &str) -> String {
        if !self.channels.contains_key(id) {
            for person in self.control.people() {
                // A channel comes before its threads.
                for channel in self.control.channels(person.id) {
                    match channel.kind {
                        ChannelKind::Dm => {
                            let place = format!("{DIRECT}{}", person.username);
                            self.channels.insert(channel.id.to_string(), place);
                        }
                        _ => drop(self.named(&channel)),
                    }
                }
            }
        }
        self.channels.get(id).cloned().unwrap_or_else(|| "#?".to_owned())
    }

    fn username(&self, user: UserId) -> String {
        let people = self.control.people();
        people
            .iter()
            .find(|person| person.id == user)
            .map_or_else(|| "?".to_owned(), |person| person.username.clone())
    }
}

fn standing(channel: &Channel) -> Standing {
    let everybody = channel.guild_id.map(|guild| guild.to_string());
    let locked = |overwrite: &Overwrite| {
        Some(overwrite.id.to_string()) == everybody && overwrite.deny.contains(Permissions::SEND_MESSAGES)
    };
    Standing {
        under: channel.parent_id.map(|parent| parent.to_string()),
        locked: match &channel.thread {
            Some(thread) => thread.locked,
            None => channel.permission_overwrites.iter().any(locked),
        },
        archived: channel.thread.as_ref().is_some_and(|thread| thread.archived),
    }
}

fn is_whisper(event: &Happening) -> bool {
    match event {
        Happening::MessageCreated { message } | Happening::MessageEdited { message } => {
            message.only_for.is_some()
        }
        Happening::MessageDeleted { only_for, .. } => only_for.is_some(),
        _ => false,
    }
}

/// "2026-12-04 18:00 UTC"
#[must_use]
pub fn clock(now: DateTime<Utc>) -> String {
    now.format("%a %Y-%m-%d %H:%M UTC").to_string()
}

fn block(head: &str, lines: impl Iterator<Item = String>) -> String {
    let mut text = format!("  {head}\n");
    for line in lines {
        let _ = writeln!(text, "    {}", line.trim_end());
    }
    text
}

fn first_line(text: &str) -> String {
    text.lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default()
        .to_owned()
}

fn shortened_select(line: &str) -> String {
    let options = line.matches(" | ").count();
    match line.split_once(" | ") {
        Some((head, _)) if line.starts_with("[Select:") && options > 4 => {
            format!("{head} | {options} options]")
        }
        _ => line.to_owned(),
    }
}

/// Without what ticks by itself in the reader's client, such as "(in 3 days)".
fn standing_still(text: &str) -> String {
    let mut rest = text;
    let mut still = String::with_capacity(text.len());
    while let Some((before, after)) = rest.split_once('(') {
        still.push_str(before);
        rest = match after.split_once(')') {
            Some((inner, after)) if inner.starts_with("in ") || inner.ends_with(" ago") => {
                still.truncate(still.trim_end_matches(' ').len());
                after
            }
            _ => {
                still.push('(');
                after
            }
        };
    }
    still.push_str(rest);
    still
}

/// The lines that went and the lines that came, in the order in which they stand.
fn difference(before: &str, after: &str) -> Vec<String> {
    TextDiff::from_lines(&standing_still(before), &standing_still(after))
        .iter_all_changes()
        .filter_map(|change| {
            let line = change.value().trim_end();
            match change.tag() {
                ChangeTag::Equal => None,
                ChangeTag::Delete => Some(format!("- {line}")),
                ChangeTag::Insert => Some(format!("+ {line}")),
            }
        })
        .collect()
}
