//! A slash command written as one line: `/release start playbook:dot-release title:"a b"`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::command::CommandOption;
use super::ids::{ChannelId, GuildId, UserId};
use super::state::World;

/// A word of a line; quotes are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    text: String,
    /// Where the first colon outside quotes is.
    colon: Option<usize>,
}

impl World {
    /// Reads a line: the command with its subcommands, and option values by name. Words without a name fill the
    /// options in order. The error is a sentence.
    pub(crate) fn read_line(
        &self,
        user: UserId,
        channel: ChannelId,
        line: &str,
    ) -> Result<(String, BTreeMap<String, Value>), String> {
        let line = line.trim();
        let line = line.strip_prefix('/').ok_or("A command begins with a slash.")?;
        let words = split(line)?;
        let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let ((command, path, options), rest) = self.walk_command(user, channel, &texts)?;
        let given = words.get(words.len() - rest.len()..).unwrap_or(&[]);
        let mut name = command.name;
        for (_, part) in path {
            name.push(' ');
            name.push_str(&part);
        }
        Ok((name, assign(given, &options)?))
    }

    /// Replaces `@name` and `#name` by mentions, where they name somebody or something here.
    pub(super) fn link_mentions(&self, guild: Option<GuildId>, text: &str) -> String {
        let mut linked = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(place) = rest.find(['@', '#']) {
            let (before, from) = rest.split_at(place);
            linked.push_str(before);
            let starts_word = before
                .chars()
                .last()
                .is_none_or(|c| c.is_whitespace() || c == '(');
            let found = self.longest_name(guild, from).filter(|_| starts_word);
            match found {
                Some((length, mention)) => {
                    linked.push_str(&mention);
                    rest = from.get(length..).unwrap_or_default();
                }
                None => {
                    linked.push_str(from.get(..1).unwrap_or_default());
                    rest = from.get(1..).unwrap_or_default();
                }
            }
        }
        linked.push_str(rest);
        linked
    }

    /// The longest name right behind an `@` or `#`: how much of the text it takes, and the mention.
    fn longest_name(&self, guild: Option<GuildId>, from: &str) -> Option<(usize, String)> {
        let name = from.get(1..)?;
        let guild = self.guilds.get(&guild?)?;
        let mut names: Vec<(&str, String)> = Vec::new();
        if from.starts_with('#') {
            let here = self
                .channels
                .values()
                .filter(|channel| channel.guild_id == Some(guild.id));
            names.extend(here.map(|channel| (channel.name.as_str(), format!("<#{}>", channel.id))));
        } else {
            for user in guild.members.keys().filter_map(|id| self.users.get(id)) {
                names.push((user.username.as_str(), format!("<@{}>", user.id)));
                names.push((user.display_name(), format!("<@{}>", user.id)));
            }
            let roles = guild.roles.values().filter(|role| role.id.0 != guild.id.0);
            names.extend(roles.map(|role| (role.name.as_str(), format!("<@&{}>", role.id))));
        }
        let fits = |candidate: &&(&str, String)| {
            let behind = name.strip_prefix(candidate.0);
            behind.is_some_and(|behind| {
                !behind.starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_')
            })
        };
        let (name, mention) = names.iter().filter(fits).max_by_key(|(name, _)| name.len())?;
        Some((1 + name.len(), mention.clone()))
    }
}

fn assign(words: &[Word], options: &[CommandOption]) -> Result<BTreeMap<String, Value>, String> {
    let mut values = BTreeMap::new();
    for word in words {
        let named = word
            .colon
            .and_then(|place| Some((word.text.get(..place)?, word.text.get(place + 1..)?)));
        let (name, value) = match named {
            Some((name, value)) if options.iter().any(|option| option.name == name) => (name, value),
            Some((name, value)) if looks_like_a_name(name) && !value.starts_with("//") => {
                return Err(format!("There is no option `{name}`."));
            }
            Some(_) | None => {
                let free = options.iter().find(|option| !values.contains_key(&option.name));
                let free = free.ok_or_else(|| format!("There is no option left for {:?}.", word.text))?;
                (free.name.as_str(), word.text.as_str())
            }
        };
        if values.insert(name.to_owned(), Value::from(value)).is_some() {
            return Err(format!("The option `{name}` is given twice."));
        }
    }
    Ok(values)
}

fn looks_like_a_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
}

fn split(line: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut quoted = false;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c.is_whitespace() && !quoted {
            words.extend(word.take());
            continue;
        }
        let current = word.get_or_insert_with(|| Word {
            text: String::new(),
            colon: None,
        });
        match c {
            '"' => quoted = !quoted,
            '\\' if quoted => current.text.extend(chars.next()),
            ':' if !quoted && current.colon.is_none() => {
                current.colon = Some(current.text.len());
                current.text.push(c);
            }
            _ => current.text.push(c),
        }
    }
    if quoted {
        return Err("A quotation mark is left open.".to_owned());
    }
    words.extend(word);
    Ok(words)
}
