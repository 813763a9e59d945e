//! From the outbox to the chat platform and back: claim a row, gather its facts, record what became of it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::direct::{Silent, fall_silent};
use crate::app::follow::follow_up;
use crate::app::undelivered::{alert, alert_unreadable};
use crate::app::{About, App, Error};
use crate::domain::ids::{ChannelId, MessageId, ReleaseId};
use crate::domain::notice::Notice;
use crate::domain::release::{Event, TimelineEvent};
use crate::store::outbox::{Claim, Claimed};
use crate::store::{Connection, StoreError, outbox, rosters, timeline, wake};

/// How long a sender may take for one row before another may try it.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// For how long a repetition under the same nonce is surely taken for the same message; after this, the bot looks for its
/// own mark before it posts again. Discord says "in the past few minutes" and no number. A clock that goes back by less
/// than a minute is not noticed, so that two minutes may have passed in truth.
const NONCE_WINDOW: TimeDelta = TimeDelta::minutes(1);

/// An attempt that is surely older than that.
const BEYOND_NONCE: TimeDelta = TimeDelta::minutes(2);

/// By how much our clock may have been wrong, or be so now: one that was set for the wrong zone, of those from 12 hours
/// behind UTC to 14 hours ahead of it.
const SKEW: TimeDelta = TimeDelta::hours(26);

/// The longest pause between two attempts, unless the platform asks for a longer one.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(15);

/// The longest wait that the platform is granted.
const LONGEST_WAIT: TimeDelta = TimeDelta::days(1);

/// One row with all the facts that its text needs.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The claimed row.
    pub claim: Claim,
    /// What it is about, as it is at this moment.
    pub about: About,
    /// The instant of sending.
    pub now: DateTime<Utc>,
}

impl Delivery {
    /// Since when, by the platform's clock, an earlier attempt may have posted this very message without the platform
    /// knowing its nonce any more; none while a repetition under the nonce is harmless.
    #[must_use]
    pub fn may_be_there_since(&self) -> Option<DateTime<Utc>> {
        let first = self.claim.first_attempt;
        let age = self.now - first;
        let is_known = TimeDelta::zero() <= age && age <= NONCE_WINDOW;
        (!is_known).then(|| first.min(self.now) - SKEW)
    }
}

/// Carries rows to the chat platform. Whatever takes the platform's place implements it, and the loop stays the same.
pub trait Carrier: Send + Sync {
    /// Does what a row asks for. Repeating it after a crash has no second effect, as far as the platform lets that be
    /// known.
    fn deliver(&self, delivery: &Delivery) -> impl Future<Output = Result<Receipt, SendError>> + Send;

    /// How many requests that takes at most, so that they can be paced.
    fn requests(&self, delivery: &Delivery) -> u32;
}

/// The pauses after an attempt, drawn by whoever keeps the time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pauses {
    /// Which share of the longest pause to take, from 0 up to but not including 1: full jitter.
    pub share: f64,
    /// How long a board rests after it has left.
    pub board: TimeDelta,
}

/// What the chat platform did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// The channel exists.
    Channel(ChannelId),
    /// The channel exists, under a category that follows the chosen one because there was no room.
    ChannelFollowing {
        /// The channel.
        channel: ChannelId,
        /// The category that it is under.
        category: ChannelId,
        /// The category that was chosen.
        chosen: ChannelId,
    },
    /// The channel was moved under a category that follows the chosen one because there was no room.
    MovedFollowing {
        /// The category that it is under.
        category: ChannelId,
        /// The category that was chosen.
        chosen: ChannelId,
    },
    /// The message was posted, now or by an earlier attempt.
    Posted(MessageId),
    /// The message was posted although nobody could see whether an earlier attempt had arrived.
    PostedAgain(MessageId),
    /// The message was posted but could not be pinned.
    PostedUnpinned(MessageId, String),
    /// What was there was brought up to date: a message, or the channel.
    Edited,
    /// The message to edit is gone; it has to be posted anew.
    Lost,
    /// The message to edit takes no more edits; it has to be posted anew.
    Worn,
    /// The person to be told is in the server no more, and was told nothing.
    Left,
    /// The person to be called does not see the channel, and was not called.
    DoesNotSee,
    /// The mail server took it.
    Mailed,
}

/// Why the chat platform did not do it.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// It asked to wait.
    #[error("asked to wait {} s", after.as_secs())]
    Wait {
        /// How long.
        after: Duration,
    },
    /// It did not answer, or not sensibly: nobody knows whether it was done.
    #[error("no usable answer: {why}")]
    Unclear {
        /// What was seen.
        why: String,
    },
    /// The token is not accepted: nothing can be sent until an operator acts.
    #[error("the token is not accepted")]
    Unauthorised,
    /// The person to be told takes no direct messages.
    #[error("the person takes no direct messages")]
    Unwelcome,
    /// It refused, and would refuse again.
    #[error("refused: {why}")]
    Refused {
        /// The platform's words.
        why: String,
    },
}

impl SendError {
    /// Whether the same row may succeed later.
    #[must_use]
    pub fn retryable(&self) -> bool {
        match self {
            Self::Wait { .. } | Self::Unclear { .. } | Self::Unauthorised => true,
            Self::Unwelcome | Self::Refused { .. } => false,
        }
    }
}

impl App {
    /// Takes the rows back that an earlier process held when it ended, and has every release looked at. Call once, before the loops start.
    ///
    /// # Errors
    /// The database failed.
    pub async fn recover(&self, now: DateTime<Utc>) -> Result<(), Error> {
        let mut transaction = self.store().write().await?;
        let rows = outbox::release_leases(&mut transaction, now).await?;
        // Nobody knows whether the clock was set while no process was there to see it.
        outbox::date_back(&mut transaction, now - BEYOND_NONCE).await?;
        // The configuration and the rules of zones can be other ones than those of the last process.
        wake::look_again(&mut transaction, None).await?;
        rosters::look_again(&mut transaction, None).await?;
        transaction.commit().await?;
        if rows > 0 {
            tracing::info!(
                rows,
                "took back messages that were being sent when the last process ended"
            );
        }
        Ok(())
    }

    /// The next row to send, if one may be sent at `now`. What has expired is dropped, and what cannot be read is set
    /// aside, so that neither holds anything else back.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_delivery(&self, now: DateTime<Utc>) -> Result<Option<Delivery>, Error> {
        // Most looks find nothing; they need no write.
        let mut reader = self.store().read().await?;
        let due = outbox::next_due(&mut reader).await?;
        drop(reader);
        if due.is_none_or(|due| due > now) {
            return Ok(None);
        }
        let mut transaction = self.store().write().await?;
        drop_expired(&mut transaction, now).await?;
        let delivery = loop {
            let claim = match outbox::claim(&mut transaction, now, LEASE).await? {
                None => break None,
                Some(Claimed::Row(claim)) => claim,
                Some(Claimed::Unreadable {
                    row,
                    guild,
                    release,
                    why,
                }) => {
                    tracing::error!(row, why, "a message is set aside");
                    alert_unreadable(&mut transaction, guild, row, "a message", &why, now).await?;
                    tell(&mut transaction, release, "a message", why, now).await?;
                    continue;
                }
            };
            match self
                .about(&mut transaction, claim.guild, claim.release, &claim.notice)
                .await
            {
                Ok(about) => break Some(Delivery { claim, about, now }),
                Err(error @ StoreError::Corrupt { .. }) => {
                    let why = error.to_string();
                    tracing::error!(row = claim.row, why, "a message is set aside");
                    outbox::mark_dead(&mut transaction, &claim, &why, now).await?;
                    let what = claim.notice.label();
                    // An alert that cannot be sent is told to nobody else.
                    if !matches!(claim.notice, Notice::Alert { .. } | Notice::Warning { .. }) {
                        alert_unreadable(&mut transaction, claim.guild, claim.row, what, &why, now).await?;
                    }
                    tell(&mut transaction, claim.release, what, why, now).await?;
                }
                Err(error) => return Err(error.into()),
            }
        };
        transaction.commit().await?;
        Ok(delivery)
    }

    /// Lets nothing wait for longer than a pause may be, because the clock was set back to `now`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn follow_clock(&self, now: DateTime<Utc>) -> Result<(), Error> {
        let mut transaction = self.store().write().await?;
        outbox::rebase(&mut transaction, now + LONGEST_PAUSE).await?;
        outbox::date_back(&mut transaction, now - BEYOND_NONCE).await?;
        Ok(transaction.commit().await?)
    }

    /// Records what became of a row, and what follows from it.
    ///
    /// # Errors
    /// The database failed; the row is tried again when its lease ends.
    pub async fn record(
        &self,
        claim: &Claim,
        result: Result<Receipt, SendError>,
        pauses: Pauses,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        // What a mail server says tells nothing of the chat platform.
        if claim.notice.copy_to().is_none() {
            self.heed(&result, now);
        }
        let mut transaction = self.store().write().await?;
        match result {
            Ok(receipt) => {
                if matches!(receipt, Receipt::PostedAgain(_)) {
                    tracing::warn!(row = claim.row, "sent again, and may be there twice");
                }
                let rest = if claim.notice.coalesces() {
                    pauses.board
                } else {
                    TimeDelta::zero()
                };
                if outbox::mark_sent(&mut transaction, claim, receipt.posted(), now + rest, now).await? {
                    follow_up(&mut transaction, claim, receipt, now).await?;
                }
            }
            Err(error) if error.retryable() => {
                tracing::warn!(row = claim.row, attempts = claim.attempts, %error, "will try again");
                let due = now + pause(&error, claim, pauses.share);
                match error {
                    SendError::Wait { .. } | SendError::Unauthorised => {
                        outbox::mark_waiting(&mut transaction, claim, due, &error.to_string()).await?;
                    }
                    SendError::Unclear { .. } | SendError::Unwelcome | SendError::Refused { .. } => {
                        outbox::mark_retry(&mut transaction, claim, due, &error.to_string()).await?;
                    }
                }
            }
            Err(error @ SendError::Unwelcome) => {
                let why = error.to_string();
                if outbox::mark_dead(&mut transaction, claim, &why, now).await? {
                    tracing::info!(row = claim.row, %error, "given up");
                    // No operator can mend it, so none is told.
                    outbox::drop_dead(&mut transaction, claim.row, now).await?;
                    if let Some(user) = claim.notice.recipient() {
                        fall_silent(&mut transaction, claim.guild, user, Silent::Refuses, now).await?;
                    }
                    tell(&mut transaction, claim.release, claim.notice.label(), why, now).await?;
                }
            }
            Err(error) => {
                let why = match &error {
                    SendError::Refused { why } => why.clone(),
                    other => other.to_string(),
                };
                // A sender whose lease has ended is not believed: another one may have succeeded.
                if outbox::mark_dead(&mut transaction, claim, &why, now).await? {
                    let release = claim.release.map(|release| release.0);
                    tracing::error!(row = claim.row, release, %error, "given up");
                    alert(&mut transaction, claim, &why, now).await?;
                    tell(&mut transaction, claim.release, claim.notice.label(), why, now).await?;
                }
            }
        }
        transaction.commit().await?;
        Ok(())
    }
}

impl Receipt {
    /// The message that came into the world, if one did.
    #[must_use]
    pub fn posted(&self) -> Option<MessageId> {
        match self {
            Self::Posted(message) | Self::PostedAgain(message) | Self::PostedUnpinned(message, _) => {
                Some(*message)
            }
            Self::Channel(_)
            | Self::ChannelFollowing { .. }
            | Self::MovedFollowing { .. }
            | Self::Edited
            | Self::Lost
            | Self::Worn
            | Self::Left
            | Self::DoesNotSee
            | Self::Mailed => None,
        }
    }
}

/// Ends what is worth nothing any more, visibly.
async fn drop_expired(connection: &mut Connection, now: DateTime<Utc>) -> Result<(), Error> {
    for expired in outbox::expire(connection, now).await? {
        tracing::warn!(row = expired.row, "a message has expired");
        let what = expired.notice.as_ref().map_or("a message", Notice::label);
        let Some(release) = expired.release else { continue };
        let event = Event::Expired {
            what: what.to_owned(),
        };
        append(connection, release, event, now).await?;
    }
    Ok(())
}

/// Puts on the record of a release that something of it was not delivered.
pub(super) async fn tell(
    connection: &mut Connection,
    release: Option<ReleaseId>,
    what: &str,
    why: String,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let Some(release) = release else { return Ok(()) };
    let what = what.to_owned();
    append(connection, release, Event::NotDelivered { what, why }, now).await
}

/// Appends what changes nothing of a release itself, so that it can also be said of one that cannot be read.
pub(super) async fn append(
    connection: &mut Connection,
    release: ReleaseId,
    event: Event,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let event = TimelineEvent {
        at: now,
        actor: None,
        event,
    };
    Ok(timeline::append(connection, release, &event).await?)
}

/// Full jitter: somewhere between nothing and a limit that doubles with each attempt.
fn pause(error: &SendError, claim: &Claim, share: f64) -> TimeDelta {
    match error {
        SendError::Wait { after } => {
            TimeDelta::from_std(*after).map_or(LONGEST_WAIT, |after| after.min(LONGEST_WAIT))
        }
        SendError::Unauthorised => LONGEST_PAUSE,
        SendError::Unclear { .. } | SendError::Unwelcome | SendError::Refused { .. } => {
            let limit = LONGEST_PAUSE.min(TimeDelta::seconds(1 << claim.attempts.min(10)));
            let pause = limit.to_std().unwrap_or_default().mul_f64(share.clamp(0.0, 1.0));
            TimeDelta::from_std(pause).unwrap_or(limit)
        }
    }
}
