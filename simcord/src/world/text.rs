//! The plain text that a person reads in a message: no ids, the same each time.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::attachment::Attachment;
use super::component::{self, kind};
use super::message::{Message, flag};
use super::state::World;

/// How the address of a message begins.
const MESSAGES: &str = "https://discord.com/channels/";

/// What stands before what is blurred until somebody looks.
const SPOILER: &str = "(spoiler)";

/// What is shown while an application is thinking.
const THINKING: &str = "thinking…";

impl World {
    /// What a person reads in `message` at `now`.
    pub(crate) fn text_of(&self, now: DateTime<Utc>, message: &Message) -> String {
        if message.failed {
            return "The application did not respond".to_owned();
        }
        if message.thinking() {
            return THINKING.to_owned();
        }
        if message.kind == 6 {
            return format!(
                "{} pinned a message to this channel.",
                message.author.display_name()
            );
        }
        if message.kind == super::threads::STARTED {
            return format!(
                "{} started a thread: {}",
                message.author.display_name(),
                message.content
            );
        }
        if let Some(started) = self.started_below(message) {
            return self.text_of(now, started);
        }
        let plain = |text: &str| self.plain(now, message, text);
        let mut lines = Vec::new();
        if !message.content.is_empty() {
            lines.push(plain(&message.content));
        }
        for embed in &message.embeds {
            lines.extend(embed_lines(embed).iter().map(|line| plain(line)));
        }
        // In a message of the newer kind files show only where a component shows them.
        if message.flags & flag::COMPONENTS_V2 == 0 {
            lines.extend(message.attachments.iter().flat_map(Attachment::lines));
        }
        for part in &message.components {
            let shown = part_lines(part, &message.attachments);
            lines.extend(shown.iter().map(|line| plain(line)));
        }
        lines.join("\n")
    }

    /// A text with mentions and times as a person sees them.
    fn plain(&self, now: DateTime<Utc>, message: &Message, text: &str) -> String {
        let text = self.with_names_of_links(text);
        let mut shown = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(place) = rest.find('<') {
            let (before, from) = rest.split_at(place);
            shown.push_str(before);
            let inside = from.find('>').and_then(|end| Some((from.get(1..end)?, end)));
            match inside.and_then(|(inside, end)| Some((self.tag(now, message, inside)?, end))) {
                Some((words, end)) => {
                    shown.push_str(&words);
                    rest = from.get(end + 1..).unwrap_or_default();
                }
                None => {
                    shown.push('<');
                    rest = from.get(1..).unwrap_or_default();
                }
            }
        }
        shown.push_str(rest);
        shown
    }

    /// A text in which the address of a message is shown as Discord shows it, by the name of its channel.
    fn with_names_of_links(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(MESSAGES) {
            shown.push_str(before);
            let end = after.find(|character: char| !character.is_ascii_digit() && character != '/');
            let (path, behind) = after.split_at(end.unwrap_or(after.len()));
            match self.name_of_link(path) {
                Some(name) => shown.push_str(&name),
                None => {
                    shown.push_str(MESSAGES);
                    shown.push_str(path);
                }
            }
            rest = behind;
        }
        shown.push_str(rest);
        shown
    }

    /// "#general › message", for the path of a message's address.
    fn name_of_link(&self, path: &str) -> Option<String> {
        let mut parts = path.split('/');
        let (_guild, channel, message) = (parts.next()?, parts.next()?, parts.next()?);
        message.parse::<u64>().ok()?;
        let channel = self.channels.get(&channel.parse().ok()?)?;
        Some(format!("#{} › message", channel.name))
    }

    /// What stands for the inside of `<…>`, if it is a mention, a time, a command or an emoji.
    fn tag(&self, now: DateTime<Utc>, message: &Message, inside: &str) -> Option<String> {
        if let Some(role) = inside.strip_prefix("@&") {
            let id = role.parse().ok()?;
            let guild = message.guild_id.and_then(|id| self.guilds.get(&id));
            let name = guild
                .and_then(|guild| guild.roles.get(&id))
                .map(|role| role.name.as_str());
            return Some(format!("@{}", name.unwrap_or("deleted-role")));
        }
        if let Some(user) = inside.strip_prefix('@') {
            let id = user.trim_start_matches('!').parse().ok()?;
            let name = self.user(id).map(super::guild::User::display_name);
            return Some(format!("@{}", name.unwrap_or("unknown-user")));
        }
        if let Some(channel) = inside.strip_prefix('#') {
            let id = channel.parse().ok()?;
            let name = self.channels.get(&id).map(|channel| channel.name.as_str());
            return Some(format!("#{}", name.unwrap_or("deleted-channel")));
        }
        if let Some(time) = inside.strip_prefix("t:") {
            return time_text(now, time);
        }
        if let Some(command) = inside.strip_prefix('/') {
            let (name, id) = command.split_once(':')?;
            id.parse::<u64>().ok()?;
            return Some(format!("/{name}"));
        }
        let emoji = inside.strip_prefix("a:").or_else(|| inside.strip_prefix(':'))?;
        let (name, id) = emoji.split_once(':')?;
        id.parse::<u64>().ok()?;
        Some(format!(":{name}:"))
    }
}

fn time_text(now: DateTime<Utc>, inside: &str) -> Option<String> {
    let (seconds, style) = inside.split_once(':').unwrap_or((inside, "f"));
    let at = DateTime::from_timestamp(seconds.parse().ok()?, 0)?;
    let shown = match style {
        "d" | "D" => at.format("%Y-%m-%d").to_string(),
        "t" => at.format("%H:%M UTC").to_string(),
        "T" => at.format("%H:%M:%S UTC").to_string(),
        "f" | "F" | "s" => at.format("%Y-%m-%d %H:%M UTC").to_string(),
        "S" => at.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
        "R" => relative(at - now),
        _ => return None,
    };
    Some(shown)
}

fn relative(distance: TimeDelta) -> String {
    let seconds = distance.num_seconds();
    if seconds == 0 {
        return "now".to_owned();
    }
    let units = [
        (31_536_000, "year"),
        (2_592_000, "month"),
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
    ];
    let size = seconds.unsigned_abs();
    let (count, unit) = units
        .into_iter()
        .find(|(length, _)| size >= *length)
        .map_or((size, "second"), |(length, unit)| {
            ((size + length / 2) / length, unit)
        });
    let plural = if count == 1 { "" } else { "s" };
    if seconds >= 0 {
        format!("in {count} {unit}{plural}")
    } else {
        format!("{count} {unit}{plural} ago")
    }
}

fn embed_lines(embed: &Value) -> Vec<String> {
    let text = |path: &str| {
        embed
            .pointer(path)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let mut lines: Vec<String> = ["/author/name", "/title", "/description"]
        .into_iter()
        .filter_map(text)
        .map(str::to_owned)
        .collect();
    for field in embed
        .get("fields")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let (name, value) = (component::text(field, "name"), component::text(field, "value"));
        let between = if value.is_some_and(|value| value.contains('\n')) {
            ":\n"
        } else {
            ": "
        };
        lines.push([name.unwrap_or_default(), between, value.unwrap_or_default()].concat());
    }
    lines.extend(text("/footer/text").map(str::to_owned));
    lines
}

/// The lines of a part of a message: those of what it holds, in order.
fn part_lines(part: &Value, files: &[Attachment]) -> Vec<String> {
    let mut lines = match component::number(part) {
        kind::ROW => {
            let inner = component::parts(part, "components").iter();
            let row: Vec<_> = inner.filter_map(component_text).collect();
            vec![row.join(" ")]
        }
        kind::BUTTON => component_text(part).into_iter().collect(),
        kind::TEXT => component::text(part, "content")
            .map(str::to_owned)
            .into_iter()
            .collect(),
        kind::SEPARATOR if component::says(part, "divider") => vec!["———".to_owned()],
        kind::THUMBNAIL => vec![picture_text(part, files)],
        kind::GALLERY => {
            let items = component::parts(part, "items").iter();
            items.map(|item| picture_text(item, files)).collect()
        }
        kind::FILE => file_of(part.get("file"), files)
            .map(Attachment::lines)
            .unwrap_or_default(),
        kind::SECTION | kind::CONTAINER => {
            let inner = component::parts(part, "components").iter();
            let inner = inner.chain(part.get("accessory"));
            inner.flat_map(|part| part_lines(part, files)).collect()
        }
        _ => Vec::new(),
    };
    lines.retain(|line| !line.is_empty());
    let hides = matches!(component::number(part), kind::FILE | kind::CONTAINER);
    if hides && component::says(part, "spoiler") {
        lines.insert(0, SPOILER.to_owned());
    }
    lines
}

fn picture_text(picture: &Value, files: &[Attachment]) -> String {
    let file = file_of(picture.get("media"), files).map(|file| file.filename.as_str());
    let elsewhere = picture.pointer("/media/url").and_then(Value::as_str);
    let name = component::text(picture, "description").or(file).or(elsewhere);
    let hidden = if component::says(picture, "spoiler") {
        " (spoiler)"
    } else {
        ""
    };
    format!("🖼 {}{hidden}", name.unwrap_or_default())
}

/// The file that stands behind a component's address.
fn file_of<'a>(media: Option<&Value>, files: &'a [Attachment]) -> Option<&'a Attachment> {
    let id = component::text(media?, "attachment_id")?;
    files.iter().find(|file| file.id.to_string() == id)
}

fn component_text(part: &Value) -> Option<String> {
    let off = if component::is_disabled(part) {
        " (disabled)"
    } else {
        ""
    };
    if component::is_select(part) {
        let placeholder = component::text(part, "placeholder").unwrap_or("Make a selection");
        let mut shown = format!("[Select: {placeholder}");
        for option in part
            .get("options")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            shown.push_str(" | ");
            shown.push_str(component::text(option, "label").unwrap_or_default());
        }
        return Some(shown + off + "]");
    }
    if component::number(part) != kind::BUTTON {
        return component::text(part, "content").map(str::to_owned);
    }
    let emoji = part.pointer("/emoji/name").and_then(Value::as_str);
    let label = component::text(part, "label");
    let name: Vec<_> = emoji.into_iter().chain(label).collect();
    Some(format!("[{}{off}]", name.join(" ")))
}
