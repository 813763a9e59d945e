//! Logs, through tracing. Of other people's libraries only errors are logged, because serenity writes message bodies
//! and interaction tokens into its spans.

use std::io::Write;
use std::sync::Mutex;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{LogFormat, LogLevel};

/// The crates that are ours.
const OURS: &[&str] = &["tminus", "simcord"];

/// What is not logged at all: serenity speaks to our own relay alone, which logs what happens between it and Discord, and
/// ends serenity in a way that serenity takes for an error.
const SILENT: &str = "serenity::gateway=off";

/// A subscriber that writes to `output`.
pub fn subscriber(
    level: LogLevel,
    format: LogFormat,
    output: impl Write + Send + 'static,
) -> Box<dyn tracing::Subscriber + Send + Sync> {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter(level))
        .with_ansi(false)
        .with_writer(Mutex::new(output));
    match format {
        LogFormat::Text => Box::new(builder.finish()),
        LogFormat::Json => Box::new(builder.json().finish()),
    }
}

/// Logs of the whole process go to standard error from now on.
pub fn start(level: LogLevel, format: LogFormat) {
    if subscriber(level, format, std::io::stderr()).try_init().is_err() {
        tracing::debug!("logs were started before");
    }
}

/// Ours at the level that was chosen; everything else at errors, and serenity's spans not at all.
fn filter(level: LogLevel) -> EnvFilter {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    let mut filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::ERROR.into())
        .parse_lossy("");
    if let Ok(directive) = SILENT.parse() {
        filter = filter.add_directive(directive);
    }
    for name in OURS {
        if let Ok(directive) = format!("{name}={level}").parse() {
            filter = filter.add_directive(directive);
        }
    }
    filter
}
