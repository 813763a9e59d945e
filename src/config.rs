//! The configuration: a file, and the token from the environment or a file of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use secrecy::SecretString;
use serde::Deserialize;

use crate::app::CalendarDays;
use crate::discord::connect::Endpoint;

/// Everything that an operator can set. `config.example.toml` says what each setting does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the database is.
    pub database: Database,
    /// How to reach Discord.
    pub discord: Discord,
    /// Where the playbooks are.
    pub playbooks: Playbooks,
    /// Changes to the calendars.
    pub calendar: CalendarSettings,
    /// What is logged, and how.
    pub log: Log,
}

/// `[database]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// The SQLite file.
    pub path: PathBuf,
}

/// `[discord]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Discord {
    /// A file that holds the token and nothing else; without it the token comes from `DISCORD_TOKEN`.
    pub token_file: Option<PathBuf>,
    /// A Discord on this machine, for trying things out.
    pub local: Option<LocalDiscord>,
}

/// `[discord.local]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalDiscord {
    /// Where it answers REST over TLS.
    pub rest: SocketAddr,
    /// The file with its root certificate (PEM).
    pub root_certificate: PathBuf,
}

/// `[playbooks]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Playbooks {
    /// Every `.toml` file in this folder is a playbook.
    pub folder: PathBuf,
}

/// `[calendar]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CalendarSettings {
    /// Further days off.
    pub extra: Vec<ExtraDay>,
    /// Days that are worked although the calendar says otherwise.
    pub excluded: BTreeSet<NaiveDate>,
}

/// One entry of `calendar.extra`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtraDay {
    /// The day.
    pub date: NaiveDate,
    /// Why it is off, as people will read it.
    pub reason: String,
}

/// `[log]`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// The least severe that is logged.
    pub level: LogLevel,
    /// For people or for machines.
    pub format: LogFormat,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum LogLevel {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            path: PathBuf::from("data/tminus.sqlite"),
        }
    }
}

impl Default for Playbooks {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("playbook-templates"),
        }
    }
}

/// Why the configuration cannot be used. Each sentence says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The file holds something that is no configuration.
    #[error("{} is not a configuration:\n{problem}\nconfig.example.toml lists every setting.", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its line.
        problem: String,
    },
    /// There is no token.
    #[error(
        "there is no Discord token: set the environment variable DISCORD_TOKEN, or `token_file` under [discord] in the \
         configuration (docs/discord.md says where the token comes from)"
    )]
    NoToken,
}

/// The variable that holds the token.
const TOKEN_VARIABLE: &str = "DISCORD_TOKEN";

impl Config {
    /// Reads a file. What it leaves out has its default; what it says too much is refused.
    ///
    /// # Errors
    /// [`ConfigError::Unreadable`], [`ConfigError::Invalid`].
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = read(path)?;
        toml::from_str(&text).map_err(|error| ConfigError::Invalid {
            path: path.to_owned(),
            problem: error.to_string(),
        })
    }

    /// The token, from its file or from the environment. It is in no argument and in no log.
    ///
    /// # Errors
    /// [`ConfigError::NoToken`], [`ConfigError::Unreadable`].
    pub fn token(&self) -> Result<SecretString, ConfigError> {
        let token = match &self.discord.token_file {
            Some(path) => read(path)?,
            None => environment(TOKEN_VARIABLE).unwrap_or_default(),
        };
        let token = token.trim();
        if token.is_empty() {
            Err(ConfigError::NoToken)
        } else {
            Ok(SecretString::from(token.to_owned()))
        }
    }

    /// Where Discord is.
    ///
    /// # Errors
    /// [`ConfigError::Unreadable`] for the certificate of a local one.
    pub fn endpoint(&self) -> Result<Endpoint, ConfigError> {
        match &self.discord.local {
            None => Ok(Endpoint::Discord),
            Some(local) => Ok(Endpoint::Local {
                rest: local.rest,
                root_certificate_pem: read(&local.root_certificate)?,
            }),
        }
    }

    /// The days that every calendar gains or loses.
    #[must_use]
    pub fn calendar_days(&self) -> CalendarDays {
        let extra: BTreeMap<NaiveDate, String> = self
            .calendar
            .extra
            .iter()
            .map(|day| (day.date, day.reason.clone()))
            .collect();
        CalendarDays {
            extra,
            excluded: self.calendar.excluded.clone(),
        }
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the environment"
)]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
