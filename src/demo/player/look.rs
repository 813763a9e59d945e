//! Finding what a step speaks of, through the eyes of whoever acts.

use std::fmt::Write as _;

use anyhow::{Context as _, bail};
use simcord::{Channel, ChannelId, ChannelKind, Control, Message, MessageId, UserId};

use super::{OTHER, Player, SERVER};
use crate::demo::script::{Place, Step};

/// What a step is about: through whose eyes to look at which channel, and at which message of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::demo) struct Look {
    /// Who looks.
    pub(in crate::demo) person: UserId,
    /// Where.
    pub(in crate::demo) channel: ChannelId,
    /// At what, where it is one message.
    pub(in crate::demo) message: Option<MessageId>,
    /// What of that message it is about.
    pub(in crate::demo) text: Option<String>,
}

impl Player {
    /// What a step is about; none where nobody acts, or where there is nothing yet.
    pub(in crate::demo) fn look_at(&self, step: &Step) -> Option<Look> {
        let who = step.who()?;
        let place = match step {
            Step::Opens { place, .. }
            | Step::Command {
                place: Some(place), ..
            } => place,
            _ => self.places.get(who)?,
        };
        let (found, text) = match step {
            Step::Clicks { label, .. } => {
                let pressed = |component: &_| text_of(component, "label") == *label;
                (self.find(who, pressed).ok(), Some(label))
            }
            Step::Picks { option, from, .. } => {
                let pressed = |component: &_| text_of(component, "placeholder").starts_with(from.as_str());
                (self.find(who, pressed).ok(), Some(option))
            }
            _ => (None, None),
        };
        Some(Look {
            person: user(&self.control, who).ok()?,
            channel: self.channel(who, place).ok()?.id,
            message: found.map(|(message, _)| message.id),
            text: text.cloned(),
        })
    }

    /// The categories in their order, each with its channels; those of others are counted.
    pub(super) fn categories(&self, who: &str) -> anyhow::Result<String> {
        let channels = self.control.channels(user(&self.control, who)?);
        let mut text = String::new();
        let categories = channels
            .iter()
            .filter(|channel| channel.kind == ChannelKind::Category);
        for category in categories {
            writeln!(text, "📁 {}", category.name)?;
            let below = channels
                .iter()
                .filter(|channel| channel.parent_id == Some(category.id));
            let (others, ours): (Vec<_>, Vec<_>) = below.partition(|channel| channel.name.starts_with(OTHER));
            if !others.is_empty() {
                writeln!(text, "   {} channels of others", others.len())?;
            }
            for channel in ours {
                writeln!(text, "   #{}", channel.name)?;
            }
        }
        Ok(text)
    }

    /// The newest message in the person's channel that has such a button or select, and that component.
    pub(super) fn find(
        &self,
        who: &str,
        wanted: impl Fn(&serde_json::Value) -> bool,
    ) -> anyhow::Result<(Message, serde_json::Value)> {
        let channel = self.here(who)?;
        let messages = self.control.messages(user(&self.control, who)?, channel.id);
        for message in messages.into_iter().rev() {
            let rows = message
                .components
                .iter()
                .filter_map(|row| row.get("components")?.as_array());
            let found = rows.flatten().find(|component| wanted(component)).cloned();
            if let Some(component) = found {
                return Ok((message, component));
            }
        }
        bail!(
            "no message in {} has it",
            self.places
                .get(who)
                .map_or_else(|| channel.name.clone(), Place::to_string)
        )
    }

    pub(super) fn here(&self, who: &str) -> anyhow::Result<Channel> {
        let place = self
            .places
            .get(who)
            .with_context(|| format!("where is @{who}? Write `@{who} opens #channel`"))?;
        self.channel(who, place)
    }

    pub(super) fn channel(&self, who: &str, place: &Place) -> anyhow::Result<Channel> {
        let view = self
            .control
            .view(user(&self.control, who)?)
            .context("the person is known")?;
        let Place::Channel { server, name, thread } = place else {
            let mut own = view.conversations.into_iter();
            return own
                .next()
                .with_context(|| format!("nobody has written to @{who}"));
        };
        let server = server.as_deref().unwrap_or(SERVER);
        let guild = view.guilds.into_iter().find(|guild| guild.name == server);
        let guild = guild.with_context(|| format!("@{who} is on no server {server:?}"))?;
        let channels = guild.channels;
        let channel = channels
            .iter()
            .find(|channel| channel.thread.is_none() && channel.name == *name)
            .with_context(|| format!("@{who} sees no channel #{name}"))?;
        let Some(thread) = thread else {
            return Ok(channel.clone());
        };
        // Of several threads of one name, the newest is meant.
        let mut threads = channels.iter().rev();
        threads
            .find(|known| {
                known.thread.is_some() && known.parent_id == Some(channel.id) && known.name == *thread
            })
            .cloned()
            .with_context(|| format!("@{who} sees no thread {place}"))
    }
}

/// The newest message with this text that somebody sees in a channel.
pub(super) fn message_with(
    control: &Control,
    who: UserId,
    channel: ChannelId,
    text: &str,
) -> anyhow::Result<MessageId> {
    let messages = control.messages(who, channel);
    let found = messages
        .iter()
        .rev()
        .find(|message| message.only_for.is_none() && control.read(who, message).contains(text));
    match found {
        Some(message) => Ok(message.id),
        None => bail!("no message there has {text:?}"),
    }
}

pub(super) fn user(control: &Control, name: &str) -> anyhow::Result<UserId> {
    control
        .user_id(name)
        .with_context(|| format!("there is nobody called @{name}"))
}

/// The text with the id of a person for each `{@name}`: a form takes no mention.
pub(super) fn with_ids(control: &Control, text: &str) -> anyhow::Result<String> {
    let mut parts = text.split("{@");
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').context("`{@` lacks its `}`")?;
        written.push_str(&user(control, name)?.0.to_string());
        written.push_str(rest);
    }
    Ok(written)
}

/// The channel or category of this name on the first server.
pub(super) fn channel_called(control: &Control, name: &str) -> anyhow::Result<Channel> {
    let view = control
        .view(user(control, "riley")?)
        .context("the person is known")?;
    let guild = view.guilds.into_iter().find(|guild| guild.name == SERVER);
    let channels = guild.context("the first server exists")?.channels;
    let found = channels.into_iter().find(|channel| channel.name == name);
    found.with_context(|| format!("nothing is called {name:?}"))
}

pub(super) fn text_of(value: &serde_json::Value, key: &str) -> String {
    value
        .get(key)
        .and_then(|value| value.as_str())
        .unwrap_or_default()
        .to_owned()
}
