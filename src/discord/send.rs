//! From an outbox row to Discord.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serenity::all::{
    ChannelId as DiscordChannelId, Http, HttpError, MessageId as DiscordMessageId, StatusCode,
    UserId as DiscordUserId,
};

use crate::app::{About, Carrier, Delivery, Receipt, Record, ReleaseView, SendError};
use crate::discord::open::Making;
use crate::discord::post::Post;
use crate::discord::refused::Refused;
use crate::discord::render::{
    announcement, board, brief, moves, outbox, recurring, reminder, retrospective, room, scorecard, update,
};
use crate::discord::search::{Earlier, earlier};
use crate::domain::ids::{ChannelId, MessageId};
use crate::domain::notice::{Card, Notice};
use crate::domain::setup::GuildSetup;

/// Carries rows to Discord, one at a time, and knows nothing of the database.
#[derive(Clone, Debug)]
pub struct Courier {
    pub(super) http: Arc<Http>,
    edits: Arc<Http>,
    pub(super) bot: DiscordUserId,
    pub(super) refused: Refused,
    /// The servers in which a category is being made.
    pub(super) making: Making,
}

/// Discord's code for a message that is not there.
const UNKNOWN_MESSAGE: isize = 10008;

/// Discord's codes for somebody who takes no direct messages of the bot, or has no server in common with it.
const UNWELCOME: &[isize] = &[50007, 50278];

/// Discord's code for conversations that are opened too fast, which comes as a refusal and passes.
const TOO_MANY_CONVERSATIONS: isize = 40003;

/// Discord's code for a message older than an hour that was edited too often.
const TOO_MANY_EDITS: isize = 30046;

impl Courier {
    /// A courier that posts with `http` and edits with `edits`, whose limiter is off: with a limiter in between, nobody
    /// sees why Discord wants no more edits of a message.
    pub(super) fn new(http: Arc<Http>, edits: Arc<Http>, bot: DiscordUserId, refused: Refused) -> Self {
        Self {
            http,
            edits,
            bot,
            refused,
            making: Making::default(),
        }
    }

    /// What an answer of Discord means for the row, counted where it counts against us.
    pub(super) fn failed(&self, error: serenity::Error) -> SendError {
        self.refused.seen(&error);
        send_error(error)
    }

    pub(super) async fn post(
        &self,
        delivery: &Delivery,
        channel: ChannelId,
        post: Post,
    ) -> Result<Receipt, SendError> {
        let claim = &delivery.claim;
        let channel = DiscordChannelId::new(channel.0);
        let mark = mark(delivery, claim.posts);
        let mut again = false;
        if let Some(since) = delivery.may_be_there_since() {
            let earlier = earlier(&self.http, self.bot, channel, &mark, since).await;
            match earlier.map_err(|error| self.failed(error))? {
                Earlier::Arrived(message) => return Ok(Receipt::Posted(message)),
                Earlier::Absent => {}
                Earlier::Unknown => again = true,
            }
        }
        let message = channel
            .send_message(&self.http, post.marked(&mark).message(claim.nonce()))
            .await
            .map_err(|error| self.failed(error))?;
        let message = MessageId(message.id.get());
        Ok(if again {
            Receipt::PostedAgain(message)
        } else {
            Receipt::Posted(message)
        })
    }

    async fn board(&self, delivery: &Delivery, view: &ReleaseView) -> Result<Receipt, SendError> {
        let post = board::board(view, delivery.now);
        let channel = release_channel(view)?;
        let place = DiscordChannelId::new(channel.0);
        if let Some(board) = view.release.board {
            let mark = mark(delivery, delivery.claim.posts.saturating_sub(1));
            return self
                .edit(place, DiscordMessageId::new(board.0), post.marked(&mark))
                .await;
        }
        let receipt = self.post(delivery, channel, post).await?;
        let Some(message) = receipt.posted() else {
            return Ok(receipt);
        };
        let pinned = place.pin(&self.http, DiscordMessageId::new(message.0)).await;
        match pinned.map_err(|error| self.failed(error)) {
            Ok(()) => Ok(receipt),
            // The board is there and must not be posted again; that it is not pinned goes on the record.
            Err(SendError::Refused { why }) => Ok(Receipt::PostedUnpinned(message, why)),
            Err(error) => Err(error),
        }
    }

    /// A card that says what it has to say for the first time, or shows how it stands now.
    async fn card(&self, delivery: &Delivery, view: &ReleaseView, card: &Card) -> Result<Receipt, SendError> {
        let channel = match card {
            Card::Announcement => announcements(view)?,
            Card::SignOff { .. }
            | Card::Decision { .. }
            | Card::AnnouncementDraft
            | Card::Escalation { .. }
            | Card::Page { .. } => release_channel(view)?,
        };
        let Some(post) = room::card(view, card) else {
            return Ok(Receipt::Edited);
        };
        match view.release.room.cards.get(&card.name()) {
            // It has not been posted yet, and will say then what is so then.
            None if *card == Card::Announcement => Ok(Receipt::Edited),
            Some(message) => {
                // The announcement was posted by another row.
                let mark = mark(delivery, (delivery.claim.posts - 1).max(0));
                let place = DiscordChannelId::new(channel.0);
                self.edit(place, DiscordMessageId::new(message.0), post.marked(&mark))
                    .await
            }
            None => match card {
                Card::Page {
                    escalation,
                    round,
                    place,
                } => {
                    self.page(delivery, view, (*escalation, *round, *place), post)
                        .await
                }
                _ => self.post(delivery, channel, post).await,
            },
        }
    }

    pub(super) async fn edit(
        &self,
        channel: DiscordChannelId,
        board: DiscordMessageId,
        post: Post,
    ) -> Result<Receipt, SendError> {
        let edit = post.edit();
        let mut edited = channel.edit_message(&self.edits, board, edit.clone()).await;
        if let Err(limit) = edited.as_ref()
            && is_ordinary_limit(limit)
        {
            self.refused.seen(limit);
            // The other client's limiter asks once more, and waits for as long as it is told.
            edited = channel.edit_message(&self.http, board, edit).await;
        }
        match edited {
            Ok(_) => Ok(Receipt::Edited),
            Err(error) if code(&error) == Some(UNKNOWN_MESSAGE) => Ok(Receipt::Lost),
            Err(error) if code(&error) == Some(TOO_MANY_EDITS) => {
                self.refused.seen(&error);
                // It shows what was, so it should not stay pinned. Somebody may have unpinned it already.
                if let Err(error) = channel.unpin(&self.http, board).await {
                    tracing::warn!(
                        error = self.failed(error).to_string(),
                        "the old board could not be unpinned"
                    );
                }
                Ok(Receipt::Worn)
            }
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Posts how a release went; without the picture where files are not permitted.
    pub(super) async fn scorecard(&self, delivery: &Delivery, record: &Record) -> Result<Receipt, SendError> {
        let channel = release_channel(&record.view)?;
        let post = scorecard::posted(record, delivery.now);
        match self.post(delivery, channel, post.clone()).await {
            Err(SendError::Refused { .. }) if !post.files.is_empty() => {
                let files = Vec::new();
                self.post(delivery, channel, Post { files, ..post }).await
            }
            other => other,
        }
    }

    /// Does what a row asks for that no release is about.
    async fn tell_guild(&self, delivery: &Delivery, setup: &GuildSetup) -> Result<Receipt, SendError> {
        match &delivery.claim.notice {
            Notice::Proposal {
                occurrence,
                release,
                obstacle,
            } => {
                let channel = setup.announcements;
                let channel = channel.ok_or_else(|| refused("no announcement channel is chosen"))?;
                let post = recurring::proposal(*occurrence, release, obstacle.as_ref(), setup, delivery.now);
                self.post(delivery, channel, post).await
            }
            Notice::ProposalAnswered {
                release,
                channel,
                message,
                started,
                answered,
                ..
            } => {
                let post = recurring::answered(release, started.as_ref(), answered);
                let edited = DiscordChannelId::new(channel.0)
                    .edit_message(&self.http, DiscordMessageId::new(message.0), post.edit())
                    .await;
                match edited {
                    // Somebody deleted the proposal; there is nothing to show the answer on.
                    Err(error) if code(&error) == Some(UNKNOWN_MESSAGE) => Ok(Receipt::Edited),
                    other => other.map(|_| Receipt::Edited).map_err(|error| self.failed(error)),
                }
            }
            Notice::HandOffNote { .. } | Notice::Gaps { .. } => self.about_duty(delivery, setup).await,
            Notice::Warning { warning } => {
                self.post(delivery, operations(setup)?, outbox::warning(warning))
                    .await
            }
            _ => Err(refused("this message belongs to a release, and names none")),
        }
    }
}

impl Carrier for Courier {
    /// A channel is found by the key in its topic; a message by its nonce, and later by its mark; an edit and a pin are
    /// the same twice.
    async fn deliver(&self, delivery: &Delivery) -> Result<Receipt, SendError> {
        let Delivery { claim, about, now } = delivery;
        if let Notice::Alert {
            note,
            what,
            why,
            instead,
            ..
        } = &claim.notice
        {
            let channel = operations(about.setup())?;
            let view = about.release();
            let instead = view
                .zip(instead.as_deref())
                .and_then(|(view, notice)| said_of(view, notice, *now));
            let post = outbox::alert(view, *note, what, why, instead);
            return self.post(delivery, channel, post).await;
        }
        if let Some(person) = claim.notice.recipient() {
            return self.tell_person(delivery, person).await;
        }
        let view = match about {
            About::Release(view) => view,
            About::Record(record) => return self.of_record(delivery, record).await,
            About::HandOff(view) => return self.hand_off(delivery, view).await,
            About::Swap { setup, swap } => return self.swap(delivery, setup, swap).await,
            About::Mail(mail) => return self.tell_guild(delivery, &mail.view.setup).await,
            About::Open { setup, .. } | About::Guild(setup) => return self.tell_guild(delivery, setup).await,
        };
        let (channel, post) = match &claim.notice {
            Notice::OpenChannel => return self.open_channel(view).await,
            Notice::Archive { .. } => return self.archive(view).await,
            Notice::Unarchive { .. } => return self.unarchive(view).await,
            Notice::Board => return self.board(delivery, view).await,
            Notice::Card { card } => return self.card(delivery, view, card).await,
            Notice::Discussion { item, by, .. } => return self.discussion(delivery, view, item, *by).await,
            Notice::DiscussionBegins { item, thread } => {
                return self.discussion_begins(delivery, view, item, *thread).await;
            }
            Notice::Brief => (release_channel(view)?, brief::brief(view, *now)),
            Notice::Announce | Notice::AnnounceAgain { .. } => {
                (announcements(view)?, announcement::announcement(view))
            }
            Notice::AnnounceMove { from, to, .. } => {
                (announcements(view)?, moves::announcement(view, *from, *to))
            }
            notice => {
                // The release has changed in the meantime, and nothing is left to say: silence is right.
                let Some(post) = said_of(view, notice, *now) else {
                    return Ok(Receipt::Edited);
                };
                (release_channel(view)?, post)
            }
        };
        self.post(delivery, channel, post).await
    }

    fn requests(&self, delivery: &Delivery) -> u32 {
        let search = if delivery.may_be_there_since().is_some() {
            2
        } else {
            0
        };
        match delivery.claim.notice {
            // Where the chosen category is full: the list twice, the next category, and the channel.
            Notice::OpenChannel => 4,
            // The same with the channel's change instead, once more where threads cannot be locked.
            Notice::Archive { .. } | Notice::Unarchive { .. } => 5,
            // The message and its thread; what cannot be said in a thread asks whether it is there.
            Notice::Discussion { .. } | Notice::DiscussionBegins { .. } => 2 + search,
            // The thread, whether it is there, and the question.
            Notice::HandOffQuestion { .. } => 3 + search,
            Notice::Board => 2 + search,
            // Who they are, and where they are told.
            Notice::News { .. } | Notice::Digest { .. } | Notice::Turn { .. } => 3 + search,
            // Whether the person is there is asked first.
            Notice::Card {
                card: Card::Page { .. },
            } => 3 + search,
            // An edit that is limited is asked for once more.
            Notice::Card { .. } | Notice::Swap { .. } | Notice::HandOff { .. } => 2 + search,
            _ => 1 + search,
        }
    }
}

fn announcements(view: &ReleaseView) -> Result<ChannelId, SendError> {
    view.setup
        .announcements
        .ok_or_else(|| refused("no announcement channel is chosen"))
}

fn operations(setup: &GuildSetup) -> Result<ChannelId, SendError> {
    setup
        .operations
        .ok_or_else(|| refused("no operations channel is chosen"))
}

/// What stands small at the end of each message of the outbox.
pub(super) fn mark(delivery: &Delivery, posts: i64) -> String {
    let note = delivery.claim.note(posts);
    match delivery.about.release() {
        Some(view) => format!("{} · {note}", view.release.key),
        None => format!("T-minus · {note}"),
    }
}

/// What is said in the release channel, unless there is nothing to say any more.
fn said_of(view: &ReleaseView, notice: &Notice, now: DateTime<Utc>) -> Option<Post> {
    match notice {
        Notice::Calls { calls, missed } => reminder::reminder(view, calls, *missed, now),
        Notice::Reminder {
            phase,
            moment,
            due,
            instead_of,
        } => {
            let calls = reminder::of_old(view, phase, *moment, *due);
            reminder::reminder(view, &calls, instead_of.len(), now)
        }
        Notice::Moved {
            cause, difference, ..
        } => moves::moved(view, cause, difference),
        Notice::Held { .. } => moves::held(view),
        Notice::Resumed { by, since, .. } => moves::resumed(view, *by, *since, now),
        Notice::Reopened { by, reason, .. } => moves::reopened(view, *by, reason, now),
        Notice::Closed | Notice::ClosedAgain { .. } => {
            (!view.release.is_open()).then(|| brief::closed(view, now))
        }
        Notice::Said { did, by, .. } => room::said(view, did, *by),
        Notice::StatusUpdate { text, by, next, .. } => Some(update::posted(view, text, *by, *next)),
        Notice::UpdateDue { due, .. } => update::missing(view, *due),
        Notice::Retrospective { findings, by, .. } => Some(retrospective::posted(view, findings, *by)),
        Notice::RetrospectiveDue { .. } => retrospective::missing(view),
        Notice::Reached { what } => brief::reached(view, what),
        // These have ways of their own.
        Notice::OpenChannel
        | Notice::Board
        | Notice::Card { .. }
        | Notice::Discussion { .. }
        | Notice::DiscussionBegins { .. }
        | Notice::Brief
        | Notice::Announce
        | Notice::AnnounceAgain { .. }
        | Notice::AnnounceMove { .. }
        | Notice::Alert { .. }
        | Notice::Warning { .. }
        | Notice::Scorecard { .. }
        | Notice::Archive { .. }
        | Notice::Unarchive { .. }
        | Notice::Proposal { .. }
        | Notice::ProposalAnswered { .. }
        | Notice::News { .. }
        | Notice::Turn { .. }
        | Notice::Gaps { .. }
        | Notice::Swap { .. }
        | Notice::HandOffSummary { .. }
        | Notice::HandOff { .. }
        | Notice::HandOffCall { .. }
        | Notice::HandOffQuestion { .. }
        | Notice::HandOffNote { .. }
        | Notice::HandOffMail { .. }
        | Notice::Digest { .. } => None,
    }
}

pub(super) fn release_channel(view: &ReleaseView) -> Result<ChannelId, SendError> {
    view.release
        .channel
        .ok_or_else(|| refused("the release has no channel"))
}

pub(super) fn refused(why: &str) -> SendError {
    SendError::Refused { why: why.to_owned() }
}

/// Discord's own number for what went wrong.
pub(super) fn code(error: &serenity::Error) -> Option<isize> {
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) => Some(response.error.code),
        _ => None,
    }
}

/// Whether Discord asked to wait for a reason other than the message itself.
fn is_ordinary_limit(error: &serenity::Error) -> bool {
    let limited = matches!(error, serenity::Error::Http(HttpError::UnsuccessfulRequest(response))
        if response.status_code == StatusCode::TOO_MANY_REQUESTS);
    limited && code(error) != Some(TOO_MANY_EDITS)
}

/// Sorts an error into: wait, unclear, stop, never. The text names no body and no token.
fn send_error(error: serenity::Error) -> SendError {
    let serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) = error else {
        // The request may have arrived: reqwest's own words could hold the address, which for interactions is secret.
        return SendError::Unclear {
            why: "the request did not complete".to_owned(),
        };
    };
    let status = response.status_code.as_u16();
    match status {
        _ if UNWELCOME.contains(&response.error.code) => SendError::Unwelcome,
        _ if response.error.code == TOO_MANY_CONVERSATIONS => SendError::Wait {
            after: Duration::from_secs(60),
        },
        401 => SendError::Unauthorised,
        429 => SendError::Wait {
            after: Duration::from_secs(5),
        },
        400 | 403 | 404 => refused(&format!(
            "Discord answered {status} ({}): {}",
            response.error.code, response.error.message
        )),
        _ => SendError::Unclear {
            why: format!("Discord answered {status}"),
        },
    }
}
