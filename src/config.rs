//! The configuration: a file, the calendar files that it names, and the token from the environment or a file of its own.

mod calendar;
mod email;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use secrecy::SecretString;
use toml::de::{DeTable, DeValue};

use crate::discord::connect::Endpoint;
use crate::domain::calendar::CalendarSettings;
use crate::domain::escalation::PagingRules;
use crate::domain::file::source::Source;
use crate::domain::file::table::{Misfit, Need, Table};
use crate::domain::file::{Problem, Problems};
use crate::domain::room::Severity;
use crate::mail::Server;

pub use self::email::Email;
use self::email::PASSWORD_VARIABLE;

/// Everything that an operator can set. `config.example.toml` says what each setting does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Where the database is.
    pub database: Database,
    /// How to reach Discord.
    pub discord: Discord,
    /// Where the playbooks are.
    pub playbooks: Playbooks,
    /// Where the directory of who helps with what is.
    pub escalation: Escalation,
    /// What it says about days off.
    pub calendar: CalendarSettings,
    /// How copies of hand-offs are sent by e-mail; none where none are.
    pub email: Option<Email>,
    /// Scheduled backups.
    pub backup: Backup,
    /// What is logged, and how.
    pub log: Log,
}

/// `[database]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// The SQLite file.
    pub path: PathBuf,
}

/// `[backup]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Where they are kept; without it in `backups` beside the database.
    pub folder: Option<PathBuf>,
    /// How long after the last one the next is due; none where none are taken.
    pub every: Option<TimeDelta>,
    /// How many stay, at least 1.
    pub keep: usize,
}

/// Scheduled backups, with everything decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupSchedule {
    /// Where they are kept.
    pub folder: PathBuf,
    /// How long after the last one the next is due.
    pub every: TimeDelta,
    /// How many stay.
    pub keep: usize,
}

/// `[discord]`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discord {
    /// A file that holds the token and nothing else; without it the token comes from `DISCORD_TOKEN`.
    pub token_file: Option<PathBuf>,
    /// A Discord on this machine, for trying things out.
    pub local: Option<LocalDiscord>,
}

/// `[discord.local]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalDiscord {
    /// Where it answers REST over TLS.
    pub rest: SocketAddr,
    /// The file with its root certificate (PEM).
    pub root_certificate: PathBuf,
}

/// `[playbooks]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Playbooks {
    /// Every `.toml` file in this folder is a playbook.
    pub folder: PathBuf,
}

/// `[escalation]`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Escalation {
    /// How people are called when a release is blocked.
    pub paging: PagingRules,
    /// The file of who helps with what; without it `/escalate` begins empty.
    pub file: Option<PathBuf>,
}

/// `[log]`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// The least severe that is logged.
    pub level: LogLevel,
    /// For people or for machines.
    pub format: LogFormat,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

impl Default for Backup {
    fn default() -> Self {
        Self {
            folder: None,
            every: Some(TimeDelta::hours(24)),
            keep: 7,
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
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The file holds something that is no configuration.
    #[error("the configuration cannot be used; config.example.toml lists every setting:\n{problems}")]
    Invalid {
        /// Everything that is wrong, with its line.
        problems: Problems,
    },
    /// There is no token.
    #[error(
        "there is no Discord token: set the environment variable DISCORD_TOKEN, or `token_file` under [discord] in the \
         configuration (docs/discord.md says where the token comes from)"
    )]
    NoToken,
    /// There is no password for the mail server.
    #[error(
        "there is no password for the mail server: set the environment variable {PASSWORD_VARIABLE}, or `password_file` \
         under [email] in the configuration; without `user` nobody logs in"
    )]
    NoPassword,
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
        let file = path.display().to_string();
        let source = Source::new(&file, &text);
        let (document, syntax_errors) = DeTable::parse_recoverable(&text);
        let mut problems = Vec::new();
        let config = read_config(&source, document.get_ref(), &mut problems);
        let own = source.problems(&syntax_errors);
        let problems: Vec<Problem> = own
            .into_iter()
            .flat_map(|own| own.problems)
            .chain(problems)
            .collect();
        if problems.is_empty() {
            Ok(config)
        } else {
            let problems = Problems { problems };
            Err(ConfigError::Invalid { problems })
        }
    }

    /// The token, from its file or from the environment. It is in no argument and in no log.
    ///
    /// # Errors
    /// [`ConfigError::NoToken`], [`ConfigError::Unreadable`].
    pub fn token(&self) -> Result<SecretString, ConfigError> {
        let token = secret(self.discord.token_file.as_deref(), TOKEN_VARIABLE)?;
        token.ok_or(ConfigError::NoToken)
    }

    /// The mail server with its password, from a file or from the environment; none where no e-mail is sent.
    ///
    /// # Errors
    /// [`ConfigError::NoPassword`]; [`ConfigError::Unreadable`] for the file of the password or of the certificate.
    pub fn mail_server(&self) -> Result<Option<Server>, ConfigError> {
        self.email.as_ref().map(Email::server).transpose()
    }

    /// The scheduled backups, where some are wanted.
    #[must_use]
    pub fn backup_schedule(&self) -> Option<BackupSchedule> {
        let beside = || self.database.path.with_file_name("backups");
        Some(BackupSchedule {
            folder: self.backup.folder.clone().unwrap_or_else(beside),
            every: self.backup.every?,
            keep: self.backup.keep,
        })
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
}

/// A secret from a file that holds nothing else, or from the environment; none when it is empty.
fn secret(file: Option<&Path>, variable: &str) -> Result<Option<SecretString>, ConfigError> {
    let text = match file {
        Some(path) => read(path)?,
        None => environment(variable).unwrap_or_default(),
    };
    let text = text.trim();
    Ok((!text.is_empty()).then(|| SecretString::from(text.to_owned())))
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

/// Walks the file once. What is missing or does not fit has its default here and its problem in the source; what is
/// wrong with the files that it names goes into `problems`.
fn read_config(source: &Source<'_>, document: &DeTable<'_>, problems: &mut Vec<Problem>) -> Config {
    let file = Table::new(
        source,
        "configuration",
        "the configuration".to_owned(),
        document,
        0..0,
    );
    let mut config = Config::default();
    if let Some(table) = file.table("database", Need::Optional) {
        set(
            &mut config.database.path,
            table.value("path", Need::Optional, A_PATH, path),
        );
        table.finish();
    }
    if let Some(table) = file.table("backup", Need::Optional) {
        config.backup.folder = table
            .value("folder", Need::Optional, A_PATH, path)
            .map(|path| path.value);
        set(
            &mut config.backup.every,
            table.value("every", Need::Optional, A_LENGTH, length),
        );
        set(
            &mut config.backup.keep,
            table.value("keep", Need::Optional, A_COUNT, count),
        );
        table.finish();
    }
    if let Some(table) = file.table("discord", Need::Optional) {
        config.discord.token_file = table
            .value("token_file", Need::Optional, A_PATH, path)
            .map(|path| path.value);
        config.discord.local = table
            .table("local", Need::Optional)
            .and_then(|local| read_local(&local));
        table.finish();
    }
    if let Some(table) = file.table("playbooks", Need::Optional) {
        set(
            &mut config.playbooks.folder,
            table.value("folder", Need::Optional, A_PATH, path),
        );
        table.finish();
    }
    if let Some(table) = file.table("escalation", Need::Optional) {
        config.escalation.file = table
            .value("file", Need::Optional, A_PATH, path)
            .map(|path| path.value);
        set(
            &mut config.escalation.paging.answer_within,
            table.value("answer_within", Need::Optional, MINUTES, minutes),
        );
        set(
            &mut config.escalation.paging.wakes,
            table.value("wakes", Need::Optional, A_SEVERITY, wakes),
        );
        table.finish();
    }
    if let Some(table) = file.table("calendar", Need::Optional) {
        config.calendar = calendar::read(&table, problems);
    }
    config.email = file
        .table("email", Need::Optional)
        .and_then(|table| email::read(&table));
    if let Some(table) = file.table("log", Need::Optional) {
        set(
            &mut config.log.level,
            table.value("level", Need::Optional, "", level),
        );
        set(
            &mut config.log.format,
            table.value("format", Need::Optional, "", format),
        );
        table.finish();
    }
    file.finish();
    config
}

fn read_local(table: &Table<'_>) -> Option<LocalDiscord> {
    let rest = table.value("rest", Need::Required, AN_ADDRESS, address);
    let certificate = table.value("root_certificate", Need::Required, A_PATH, path);
    table.finish();
    Some(LocalDiscord {
        rest: rest?.value,
        root_certificate: certificate?.value,
    })
}

fn set<T>(place: &mut T, read: Option<crate::domain::file::table::Located<T>>) {
    if let Some(read) = read {
        *place = read.value;
    }
}

const A_PATH: &str = "the path of a file or folder, in quotes";
const A_LENGTH: &str = "\"never\", or minutes or hours from \"10 min\" to \"8784 h\"";
const A_COUNT: &str = "a number from 1 to 732";
const MINUTES: &str = "a number of minutes from 1 to 240";
const A_SEVERITY: &str = "`critical`, `high`, `medium`, `low` or `never`";
const AN_ADDRESS: &str = "an address of this machine with its port, such as \"127.0.0.1:7211\"";

fn path(value: &DeValue<'_>) -> Result<PathBuf, Misfit> {
    let text = value.as_str().filter(|text| !text.trim().is_empty());
    text.map(PathBuf::from).ok_or_else(|| Misfit::expected(A_PATH))
}

/// The most backups that are kept, which is two for each day of a year.
const MOST_BACKUPS: i64 = 732;

fn length(value: &DeValue<'_>) -> Result<Option<TimeDelta>, Misfit> {
    let read = |text: &str| {
        if text == "never" {
            return Some(None);
        }
        let (number, unit) = text.split_once(' ')?;
        let number: u32 = number.parse().ok()?;
        let length = match unit {
            "min" => TimeDelta::minutes(number.into()),
            "h" => TimeDelta::hours(number.into()),
            _ => return None,
        };
        (TimeDelta::minutes(10)..=TimeDelta::days(366))
            .contains(&length)
            .then_some(Some(length))
    };
    value
        .as_str()
        .and_then(read)
        .ok_or_else(|| Misfit::expected(A_LENGTH))
}

fn count(value: &DeValue<'_>) -> Result<usize, Misfit> {
    let number = value
        .as_integer()
        .and_then(|number| number.as_str().parse::<i64>().ok());
    number
        .filter(|number| (1..=MOST_BACKUPS).contains(number))
        .and_then(|number| usize::try_from(number).ok())
        .ok_or_else(|| Misfit::expected(A_COUNT))
}

fn minutes(value: &DeValue<'_>) -> Result<TimeDelta, Misfit> {
    let number = value
        .as_integer()
        .and_then(|number| number.as_str().parse::<i64>().ok());
    number
        .filter(|number| (1..=240).contains(number))
        .map(TimeDelta::minutes)
        .ok_or_else(|| Misfit::expected(MINUTES))
}

fn wakes(value: &DeValue<'_>) -> Result<Option<Severity>, Misfit> {
    match value.as_str() {
        Some("critical") => Ok(Some(Severity::Critical)),
        Some("high") => Ok(Some(Severity::High)),
        Some("medium") => Ok(Some(Severity::Medium)),
        Some("low") => Ok(Some(Severity::Low)),
        Some("never") => Ok(None),
        _ => Err(Misfit::expected(A_SEVERITY)),
    }
}

fn address(value: &DeValue<'_>) -> Result<SocketAddr, Misfit> {
    let address = value.as_str().and_then(|text| text.parse::<SocketAddr>().ok());
    address
        .filter(|address| address.ip().is_loopback())
        .ok_or_else(|| Misfit::expected(AN_ADDRESS))
}

fn level(value: &DeValue<'_>) -> Result<LogLevel, Misfit> {
    match value.as_str() {
        Some("error") => Ok(LogLevel::Error),
        Some("warn") => Ok(LogLevel::Warn),
        Some("info") => Ok(LogLevel::Info),
        Some("debug") => Ok(LogLevel::Debug),
        Some("trace") => Ok(LogLevel::Trace),
        _ => Err(Misfit::expected("`error`, `warn`, `info`, `debug` or `trace`")),
    }
}

fn format(value: &DeValue<'_>) -> Result<LogFormat, Misfit> {
    match value.as_str() {
        Some("text") => Ok(LogFormat::Text),
        Some("json") => Ok(LogFormat::Json),
        _ => Err(Misfit::expected("`text` or `json`")),
    }
}
