//! What the loop does at an instant. It waits for the database alone: sleeping, sending and the clock are the business
//! of whoever calls, so that time can be played as well.

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::{App, Claim, Delivery, Error, Pauses, Receipt, SendError, Wakeup};

/// Messages under way at a time, each of another release or guild, so that a slow one delays nobody else.
const IN_FLIGHT: usize = 8;

/// How often old rows are looked for.
const PURGE_EVERY: TimeDelta = TimeDelta::hours(1);

/// A clock that goes back by more than this was set back.
const SET_BACK: TimeDelta = TimeDelta::minutes(1);

/// The loop between two naps.
#[derive(Debug)]
pub struct Steps {
    app: App,
    /// When old rows were deleted last.
    purged: Option<DateTime<Utc>>,
    /// What the clock showed last.
    seen: DateTime<Utc>,
    /// The next occasion, as it was planned last.
    planned: Option<DateTime<Utc>>,
    /// Whether the database failed while something was due, which is not what is planned next any more.
    behind: bool,
}

impl Steps {
    /// A loop that begins at `now`.
    #[must_use]
    pub fn new(app: App, now: DateTime<Utc>) -> Self {
        Self {
            app,
            purged: None,
            seen: now,
            planned: None,
            behind: false,
        }
    }

    /// The application that it steps.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Settles what is due at `now`, when somebody asked to `look` or the planned instant has come. After an answer there
    /// may be no more than further messages.
    ///
    /// # Errors
    /// The database failed.
    pub async fn begin(&mut self, look: bool, now: DateTime<Utc>) -> Result<(), Error> {
        // Answers may come so fast that no nap ever ends.
        let look = look || self.behind || self.planned.is_some_and(|planned| planned <= now);
        self.behind = look;
        if now < self.seen - SET_BACK {
            tracing::warn!(from = %self.seen, to = %now, "the clock was set back");
            self.app.follow_clock(now).await?;
        }
        self.seen = now;
        self.app.probe().await?;
        if look {
            self.app.tick(now).await?;
            let old = |purged: DateTime<Utc>| (now - purged).abs() >= PURGE_EVERY;
            if self.purged.is_none_or(old) && !self.app.purge(now).await? {
                self.purged = Some(now);
            }
        }
        self.behind = false;
        Ok(())
    }

    /// The next message to send, while so many are `under_way`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next(&self, under_way: usize, now: DateTime<Utc>) -> Result<Option<Delivery>, Error> {
        if under_way >= IN_FLIGHT || self.app.silent_until(now).await?.is_some() {
            return Ok(None);
        }
        self.app.next_delivery(now).await
    }

    /// Records what became of a message.
    ///
    /// # Errors
    /// The database failed; the row is tried again when its lease ends.
    pub async fn answered(
        &self,
        claim: &Claim,
        result: Result<Receipt, SendError>,
        pauses: Pauses,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        self.app.record(claim, result, pauses, now).await
    }

    /// What comes next, and when to look again by ourselves while so many are `under_way`: at once, or after a rest, where
    /// the database has failed. Where it cannot tell, the next nap ends soon enough.
    pub async fn plan(&mut self, under_way: usize, now: DateTime<Utc>) -> (Planned, Option<DateTime<Utc>>) {
        let attempt = self.app.next_attempt().await.ok().flatten();
        let silent = self.app.silent_until(now).await.ok().flatten();
        let plan = Planned {
            wakeup: self.app.next_wakeup(now).await.ok().flatten(),
            // What is due while the bot is silent is tried after it, not looked at without a pause.
            attempt: attempt.map(|attempt| silent.map_or(attempt, |silent| attempt.max(silent))),
        };
        self.planned = plan.wakeup.as_ref().map(Wakeup::at);
        // With everything under way that may be, an answer is what to wait for.
        let until = if self.behind {
            Some(now)
        } else if under_way < IN_FLIGHT {
            plan.next()
        } else {
            self.planned
        };
        (plan, until)
    }
}

/// What the scheduler will do by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    /// The next occasion of a release.
    pub wakeup: Option<Wakeup>,
    /// The next attempt to send what could not be sent.
    pub attempt: Option<DateTime<Utc>>,
}

impl Planned {
    /// The earlier of both.
    #[must_use]
    pub fn next(&self) -> Option<DateTime<Utc>> {
        self.wakeup.iter().map(Wakeup::at).chain(self.attempt).min()
    }
}
