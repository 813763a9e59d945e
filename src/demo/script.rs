//! Scenario scripts: what people do and what time does, one step a line. `docs/scenarios.md` has the grammar.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use simcord::{FaultKind, GatewayMishap, Limits};

use crate::demo::files::Edit;

use self::read::{full, instant, limit, step, unquoted};

mod read;
#[cfg(test)]
mod tests;

/// A whole script.
#[derive(Clone, Debug)]
pub struct Script {
    /// What the clock shows at first.
    pub starts: DateTime<Utc>,
    /// Whether the servers are set up before the first step, as they are unless the script says otherwise.
    pub set_up: bool,
    /// People beside the four, without any role, on every server.
    pub guests: Vec<String>,
    /// Servers beside the first, by name.
    pub servers: Vec<String>,
    /// The directory of who helps with what, as the lines of its file; empty for the one that comes with the program.
    pub directory: String,
    /// What the local Discord allows.
    pub limits: Limits,
    /// How many channels of others a category of the first server holds before the first step.
    pub others: Vec<(String, usize)>,
    /// The steps with their lines.
    pub steps: Vec<(usize, String, Step)>,
}

/// One step.
#[derive(Clone, Debug)]
pub enum Step {
    /// A person goes to a channel.
    Opens {
        /// Who.
        who: String,
        /// Where.
        place: Place,
    },
    /// A person does not see a channel.
    SeesNot {
        /// Who.
        who: String,
        /// Where.
        place: Place,
    },
    /// A person types a slash command.
    Command {
        /// Who.
        who: String,
        /// Where; the place of before when left out.
        place: Option<Place>,
        /// What was typed, with the slash.
        text: String,
    },
    /// A person types the beginning of an option and sees suggestions.
    Suggest {
        /// Who.
        who: String,
        /// What was typed, with the slash; the last option is the one being typed.
        text: String,
    },
    /// A person presses a button in the newest message that has it.
    Clicks {
        /// Who.
        who: String,
        /// The button's label.
        label: String,
    },
    /// A person picks an option in the newest message that has such a select.
    Picks {
        /// Who.
        who: String,
        /// The beginning of the option's label.
        option: String,
        /// The beginning of the select's placeholder.
        from: String,
    },
    /// A person fills in the form that is open, and sends it.
    Fills {
        /// Who.
        who: String,
        /// What goes into which field, by the beginning of its label; a field that is not named keeps what it holds.
        /// Without a name it is the first.
        fields: Vec<(Option<String>, String)>,
    },
    /// A person writes a message.
    Writes {
        /// Who.
        who: String,
        /// The text.
        text: String,
        /// The name of the file that comes with it, if one does.
        file: Option<String>,
    },
    /// A person has a file to give away with commands.
    HasFile {
        /// Who.
        who: String,
        /// Its name.
        name: String,
        /// What is in it.
        text: String,
    },
    /// A person uses a command of the menu on something.
    Uses {
        /// Who.
        who: String,
        /// The command's name.
        command: String,
        /// On what.
        on: MenuOf,
    },
    /// A person starts a thread in the channel where they are.
    StartsThread {
        /// Who.
        who: String,
        /// Its name.
        name: String,
    },
    /// A person takes direct messages from now on, or none.
    TakesMessages {
        /// Who.
        who: String,
        /// Whether they are taken.
        takes: bool,
    },
    /// A person leaves a server.
    Leaves {
        /// Who.
        who: String,
        /// Its name.
        server: String,
    },
    /// Somebody gives a person exactly these roles in the first server.
    Holds {
        /// Who.
        who: String,
        /// Their names.
        roles: Vec<String>,
    },
    /// Time passes.
    Advance(Until),
    /// The bot is stopped in order and started again.
    Restart,
    /// The bot dies in the middle and is started again.
    Crash,
    /// The bot is stopped in order.
    Down,
    /// The bot is started again.
    Up,
    /// Somebody deletes the pinned message of a channel.
    DeletePinned(Place),
    /// Somebody deletes a channel or category of the first server.
    DeleteChannel(String),
    /// Somebody renames a channel or category of the first server.
    RenameChannel {
        /// Which.
        from: String,
        /// The new name.
        to: String,
    },
    /// Somebody edits a playbook file; the bot does not notice by itself.
    EditPlaybook {
        /// The playbook's name.
        playbook: String,
        /// What is done to it.
        edit: Edit,
    },
    /// The bot loses a permission (by its bit), or gets all of them back.
    LosesPermission(Option<u8>),
    /// The bot is denied a permission (by its bit) in one channel, whatever its roles grant.
    Denied {
        /// The bit.
        bit: u8,
        /// Where.
        place: Place,
    },
    /// Discord misbehaves.
    Fault {
        /// How.
        kind: FaultKind,
        /// How many times.
        times: u32,
        /// The method of the requests.
        method: String,
        /// What their path contains, or the channel that they are about.
        path: String,
    },
    /// Something befalls the gateway.
    Gateway(GatewayMishap),
    /// The gateway is away for so much real time.
    Away(Duration),
    /// Prints a channel as a person sees it.
    Show {
        /// Who looks.
        who: String,
        /// Where.
        place: Place,
    },
    /// Prints the categories that a person sees, with their channels.
    ShowCategories {
        /// Who looks.
        who: String,
    },
    /// What whoever watches is told before the steps that follow. Nothing happens.
    Caption(String),
    /// What people saw in the last step contains this.
    Expect(String),
    /// What people saw in the last step does not contain this.
    ExpectNot(String),
    /// Exactly these people heard something in the last step.
    ExpectPings(Vec<String>),
}

impl Step {
    /// Who acts, where it is a person.
    #[must_use]
    pub fn who(&self) -> Option<&str> {
        match self {
            Self::Opens { who, .. }
            | Self::SeesNot { who, .. }
            | Self::Command { who, .. }
            | Self::Suggest { who, .. }
            | Self::Clicks { who, .. }
            | Self::Picks { who, .. }
            | Self::Fills { who, .. }
            | Self::Writes { who, .. }
            | Self::HasFile { who, .. }
            | Self::Uses { who, .. }
            | Self::StartsThread { who, .. }
            | Self::TakesMessages { who, .. }
            | Self::Leaves { who, .. }
            | Self::Holds { who, .. } => Some(who),
            _ => None,
        }
    }

    /// Whether it does nothing: it looks at what the step before has brought.
    #[must_use]
    pub fn is_expectation(&self) -> bool {
        matches!(self, Self::Expect(_) | Self::ExpectNot(_) | Self::ExpectPings(_))
    }
}

/// What a menu belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MenuOf {
    /// The newest message with this text.
    Message(String),
    /// The person of this name.
    Person(String),
}

/// Where people read and write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A channel, of the first server unless another is named, or a thread in it.
    Channel {
        /// The server's name.
        server: Option<String>,
        /// The channel's name.
        name: String,
        /// The thread's name.
        thread: Option<String>,
    },
    /// The person's own conversation with the bot.
    DirectMessages,
}

/// What the conversation with the bot is called in a script.
const DIRECT_MESSAGES: &str = "direct messages";

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Channel {
                name,
                thread: Some(thread),
                ..
            } => write!(formatter, "#{name} › {thread}"),
            Self::Channel { name, .. } => write!(formatter, "#{name}"),
            Self::DirectMessages => formatter.write_str(DIRECT_MESSAGES),
        }
    }
}

/// How far time goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// By this much.
    By(TimeDelta),
    /// To this instant.
    At(DateTime<Utc>),
    /// To the next instant at which the bot does something by itself.
    NextWakeup,
}

/// A line that is no step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}: `{text}`")]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
    /// The line itself.
    pub text: String,
}

/// All problems of a script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(Problem::to_string).collect();
        formatter.write_str(&lines.join("\n"))
    }
}

impl FromStr for Step {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        step(line)
    }
}

impl FromStr for Script {
    type Err = Problems;

    fn from_str(text: &str) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let (mut starts, mut set_up, mut guests) = (None, true, Vec::new());
        let (mut servers, mut steps) = (Vec::new(), Vec::new());
        let (mut limits, mut others) = (Limits::default(), Vec::new());
        let mut directory = String::new();
        for (index, raw) in text.lines().enumerate() {
            let line = raw.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let parsed = if let Some(at) = line.strip_prefix("at ") {
                instant(at).map(|at| starts = Some(at))
            } else if line == "without set-up" {
                set_up = false;
                Ok(())
            } else if let Some(name) = line.strip_prefix("guest @") {
                guests.push(name.to_owned());
                Ok(())
            } else if let Some(entry) = line.strip_prefix("directory: ") {
                directory.push_str(entry);
                directory.push('\n');
                Ok(())
            } else if let Some(name) = line.strip_prefix("server ") {
                servers.push(unquoted(name).to_owned());
                Ok(())
            } else if let Some(rest) = line.strip_prefix("discord allows ") {
                limit(rest, &mut limits)
            } else if let Some(rest) = line.strip_prefix("channels of others under ") {
                full(rest).map(|full| others.push(full))
            } else {
                step(line).map(|step| steps.push((index + 1, line.to_owned(), step)))
            };
            if let Err(problem) = parsed {
                problems.push(Problem {
                    line: index + 1,
                    problem,
                    text: line.to_owned(),
                });
            }
        }
        let Some(starts) = starts else {
            let problem = "a script begins with `at DATE TIME ZONE`".to_owned();
            problems.insert(
                0,
                Problem {
                    line: 1,
                    problem,
                    text: text.lines().next().unwrap_or("").to_owned(),
                },
            );
            return Err(Problems(problems));
        };
        if problems.is_empty() {
            Ok(Self {
                starts,
                set_up,
                guests,
                servers,
                directory,
                limits,
                others,
                steps,
            })
        } else {
            Err(Problems(problems))
        }
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim() == DIRECT_MESSAGES {
            return Ok(Self::DirectMessages);
        }
        let (thread, text) = match text.split_once("\" in ") {
            Some((name, channel)) => (Some(unquoted(name).to_owned()), channel),
            None => (None, text),
        };
        let (server, channel) = text.trim().split_once('#').ok_or("name a channel as #name")?;
        let server = Some(unquoted(server))
            .filter(|server| !server.is_empty())
            .map(str::to_owned);
        Ok(Self::Channel {
            server,
            name: channel.to_owned(),
            thread,
        })
    }
}
