//! When nothing is sent: the platform does not accept the token, or has refused so much that a ban is near.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::undelivered::warn;
use crate::app::{App, Error, Part, SendError};
use crate::domain::notice::Warning;
use crate::store::guilds;

/// Discord bans an address after 10,000 answers of 401, 403 and 429 in ten minutes (topics/rate-limits). At half of
/// them the bot falls silent.
const REFUSALS: usize = 5_000;

/// The time over which they are counted, and for which the bot is silent then.
const REFUSALS_WITHIN: TimeDelta = TimeDelta::minutes(10);

/// How long nothing is sent once the token was refused.
const AFTER_REFUSED_TOKEN: TimeDelta = TimeDelta::minutes(15);

/// Counts the answers that count against the bot, and says until when it has to be silent.
#[derive(Debug, Default)]
pub(super) struct Silence(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    refusals: VecDeque<DateTime<Utc>>,
    spell: Option<Spell>,
}

/// A time in which nothing is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spell {
    cause: Cause,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
}

/// Why nothing is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// The token was refused.
    Token,
    /// So much was refused that a ban is near.
    Refusals,
}

impl Silence {
    fn state(&self) -> MutexGuard<'_, State> {
        // A thread that ended while it held the lock has lost one answer at most.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an answer.
    fn count(&self, now: DateTime<Utc>) {
        let mut state = self.state();
        state.refusals.push_back(now);
        let over = |first: &&DateTime<Utc>| **first <= now - REFUSALS_WITHIN;
        while state.refusals.front().filter(over).is_some() {
            state.refusals.pop_front();
        }
        if state.refusals.len() >= REFUSALS {
            state.refusals.clear();
            state.spell = Some(Spell {
                cause: Cause::Refusals,
                since: now,
                until: now + REFUSALS_WITHIN,
            });
        }
    }

    /// Falls silent because the token was refused.
    fn token_refused(&self, now: DateTime<Utc>) {
        self.state().spell = Some(Spell {
            cause: Cause::Token,
            since: now,
            until: now + AFTER_REFUSED_TOKEN,
        });
    }

    /// The spell of `now`, if it is one. A clock that was set back does not make it longer.
    fn at(&self, now: DateTime<Utc>) -> Option<Spell> {
        let lasts = |spell: &Spell| now < spell.until && spell.until <= now + AFTER_REFUSED_TOKEN;
        self.state().spell.filter(lasts)
    }
}

impl Spell {
    fn part(self) -> Part {
        match self.cause {
            Cause::Token => Part::Token,
            Cause::Refusals => Part::Refusals,
        }
    }

    fn warning(self) -> Warning {
        let since = self.since;
        match self.cause {
            Cause::Token => Warning::TokenRefused { since },
            Cause::Refusals => Warning::TooManyRefusals { since },
        }
    }

    fn error(self) -> SendError {
        match self.cause {
            Cause::Token => SendError::Unauthorised,
            Cause::Refusals => SendError::Refused {
                why: format!("{REFUSALS} requests within ten minutes"),
            },
        }
    }
}

impl App {
    /// Counts an answer of the platform that counts against the address of the bot: 401, 403 and 429, whoever asked.
    pub fn refused(&self, now: DateTime<Utc>) {
        self.shared.silence.count(now);
    }

    /// Until when nothing may be sent, if so at `now`. When that is news, operators are told: in the log at once, in
    /// their channels when messages leave again.
    ///
    /// # Errors
    /// The database failed.
    pub async fn silent_until(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Error> {
        let Some(spell) = self.shared.silence.at(now) else {
            return Ok(None);
        };
        if !self.health().is_in_trouble(spell.part()) {
            let mut transaction = self.store().write().await?;
            for guild in guilds::with_operations(&mut transaction).await? {
                warn(&mut transaction, guild, spell.warning(), now).await?;
            }
            transaction.commit().await?;
            self.health().failed(spell.part(), &spell.error(), now);
        }
        Ok(Some(spell.until))
    }

    /// Takes note of what became of an attempt to send.
    pub(super) fn heed<T>(&self, result: &Result<T, SendError>, now: DateTime<Utc>) {
        match result {
            Err(SendError::Unauthorised) => self.shared.silence.token_refused(now),
            Ok(_) if self.shared.silence.at(now).is_none() => {
                self.health().well(Part::Token);
                self.health().well(Part::Refusals);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::at;

    #[test]
    fn it_falls_silent_long_before_a_ban() {
        let now = at("2026-12-01T12:00:00Z");
        let silence = Silence::default();
        let until = |now| silence.at(now).map(|spell| spell.until);
        for _ in 1..REFUSALS {
            silence.count(now);
        }
        assert_eq!(until(now), None);
        let later = now + REFUSALS_WITHIN;
        silence.count(later);
        assert_eq!(until(later), None, "the earlier ones are forgotten");
        for _ in 1..REFUSALS {
            silence.count(later);
        }
        assert_eq!(until(later), Some(later + REFUSALS_WITHIN));
        assert_eq!(until(later + REFUSALS_WITHIN), None, "it is over");
        assert_eq!(until(later - TimeDelta::hours(1)), None, "the clock was set back");
    }

    #[test]
    fn a_refused_token_makes_it_silent_at_once() {
        let now = at("2026-12-01T12:00:00Z");
        let silence = Silence::default();
        silence.token_refused(now);
        let spell = silence.at(now).unwrap();
        assert_eq!(
            (spell.cause, spell.until),
            (Cause::Token, now + AFTER_REFUSED_TOKEN)
        );
    }
}
