//! What is wrong with the bot itself, for operators: it is told once, shown as long as it lasts, and its end is told.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

use crate::app::{App, Error};
use crate::store::StoreError;

/// What can be in trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The database does not take what is written.
    Database,
    /// The scheduled backup does not come about.
    Backup,
    /// The platform does not accept the token.
    Token,
    /// The platform has refused so much that the bot was silent for a while.
    Refusals,
}

/// A trouble that lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The first failure.
    pub since: DateTime<Utc>,
    /// How many failures there were so far.
    pub times: u32,
    /// The first failure with its causes.
    pub why: String,
}

/// The troubles that there are.
#[derive(Debug, Default)]
pub struct Health(Mutex<BTreeMap<Part, Trouble>>);

impl Health {
    /// Notes a failure, logs it when it is the first, and returns how many there were in a row.
    pub fn failed(&self, part: Part, error: &(dyn std::error::Error + 'static), now: DateTime<Utc>) -> u32 {
        let mut troubles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let trouble = troubles.entry(part).or_insert_with(|| {
            tracing::error!(error, "{}", part.cry());
            Trouble {
                since: now,
                times: 0,
                why: chain(error),
            }
        });
        trouble.times = trouble.times.saturating_add(1);
        trouble.times
    }

    /// Notes that a part does what it should, and logs it when it did not before.
    pub fn well(&self, part: Part) {
        let mut troubles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(trouble) = troubles.remove(&part) {
            tracing::warn!(since = %trouble.since, failures = trouble.times, "{}", part.sigh());
        }
    }

    /// Whether a part is in trouble.
    #[must_use]
    pub fn is_in_trouble(&self, part: Part) -> bool {
        self.troubles().iter().any(|(known, _)| *known == part)
    }

    /// Everything that is wrong at this moment.
    #[must_use]
    pub fn troubles(&self) -> Vec<(Part, Trouble)> {
        let troubles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        troubles
            .iter()
            .map(|(part, trouble)| (*part, trouble.clone()))
            .collect()
    }
}

impl Part {
    /// What the log says when the trouble begins.
    fn cry(self) -> &'static str {
        match self {
            Self::Database => {
                "the database failed: nothing that was acknowledged is lost, nothing is sent meanwhile, and it is tried \
                 again; make room on its disk if that is full"
            }
            Self::Backup => "the scheduled backup failed and is tried again",
            Self::Token => {
                "Discord does not accept the token any more: nothing is sent, and it is tried again each quarter of an hour; \
                 start again with a new token"
            }
            Self::Refusals => {
                "Discord refuses too much, and would ban this address: nothing is sent for ten minutes; see what is \
                 refused in /outbox list"
            }
        }
    }

    /// What the log says when the trouble is over.
    fn sigh(self) -> &'static str {
        match self {
            Self::Database => "the database works again",
            Self::Backup => "the scheduled backup works again",
            Self::Token => "Discord accepts the token again",
            Self::Refusals => "messages leave again",
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}

impl App {
    /// What is wrong with the bot itself.
    #[must_use]
    pub fn health(&self) -> &Health {
        &self.shared.health
    }

    /// For whoever answers a person: notes a failure of the database, so that the loops look after it.
    pub fn noticed(&self, error: &Error, now: DateTime<Utc>) {
        if matches!(error, Error::Store(store) if store.is_disk()) {
            self.health().failed(Part::Database, error, now);
            self.pulse().poke();
        }
    }

    /// While the database is in trouble: writes something that changes nothing, to see whether it works again.
    ///
    /// # Errors
    /// It does not.
    pub async fn probe(&self) -> Result<(), Error> {
        if self.health().is_in_trouble(Part::Database) {
            self.store().probe().await.map_err(StoreError::into)
        } else {
            Ok(())
        }
    }
}
