//! The thread of an item: wished for by a command or a button, opened by the courier.

use serenity::all::{
    AutoArchiveDuration, ChannelId as DiscordChannelId, CreateThread, Http, MessageId as DiscordMessageId,
    Permissions,
};

use crate::app::{Delivery, Receipt, ReleaseView, SendError, Which};
use crate::discord::open::may_not;
use crate::discord::post::Post;
use crate::discord::render::room::discussion as render;
use crate::discord::send::{Courier, code, refused, release_channel};
use crate::discord::{Data, Failure, invite};
use crate::domain::ids::{ChannelId, MessageId, UserId};
use crate::domain::person::Person;
use crate::domain::playbook::ItemId;
use crate::domain::rejection::Rejection;
use crate::domain::release::Command;
use crate::domain::room::{RoomCommand, WorkCommand};

/// Discord's code for a message that has its thread already.
const THREAD_EXISTS: isize = 160_004;

/// Discord's code for a message that is not there.
const UNKNOWN_MESSAGE: isize = 10008;

/// Discord's code for a channel or thread that is not there.
const UNKNOWN_CHANNEL: isize = 10003;

/// Has a thread opened for an item, or says where the one is that it has. `held` is what the bot may do where the person
/// asks, as far as Discord has said so.
pub(super) async fn discuss(
    http: &Http,
    data: &Data,
    person: &Person,
    which: &Which,
    item: &ItemId,
    held: Option<Permissions>,
) -> Result<Post, Failure> {
    let view = data.app.release(person, which).await?;
    let known = view.release.room.thread_of(item);
    let gone = match known {
        Some(thread) => is_gone(http, thread).await?.then_some(thread),
        None => None,
    };
    let is_there = known.is_some() && gone.is_none();
    let missing = held.filter(|_| !is_there).map(invite::missing_for_threads);
    if let Some(missing) = missing.filter(|missing| !missing.is_empty()) {
        return Err(Rejection::PermissionsMissing { missing }.into());
    }
    let item = item.clone();
    let command = WorkCommand::Discuss {
        item: item.clone(),
        gone,
    };
    let command = Command::Room(RoomCommand::Work(command));
    let key = Which::Key(view.release.key.to_string());
    data.app.act(person, &key, &command, (data.now)()).await?;
    if is_there {
        return Ok(render::there(&view, &item));
    }
    // Whoever asks wants to go there, so the answer waits until the outbox has tried.
    let pulse = data.app.pulse();
    pulse.passed(pulse.poke()).await;
    let view = data.app.release(person, &key).await?;
    let undelivered = data.app.undelivered(&view.release).await?;
    Ok(render::opened(&view, &item, &undelivered))
}

/// Whether somebody has deleted a thread.
pub(super) async fn is_gone(http: &Http, thread: ChannelId) -> Result<bool, serenity::Error> {
    match http.get_channel(DiscordChannelId::new(thread.0)).await {
        Ok(_) => Ok(false),
        Err(error) if code(&error) == Some(UNKNOWN_CHANNEL) => Ok(true),
        Err(error) => Err(error),
    }
}

impl Courier {
    /// Says in the release channel that an item is discussed, and opens the thread below. Repeating it has no second
    /// effect: the message is found again by its nonce or its mark, and it can have one thread only, under its own id.
    pub(super) async fn discussion(
        &self,
        delivery: &Delivery,
        view: &ReleaseView,
        item: &ItemId,
        by: UserId,
    ) -> Result<Receipt, SendError> {
        // Another wish was faster.
        if view.release.room.thread_of(item).is_some() {
            return Ok(Receipt::Edited);
        }
        let Some(post) = render::announced(view, item, by) else {
            return Ok(Receipt::Edited);
        };
        let channel = release_channel(view)?;
        let receipt = self.post(delivery, channel, post).await?;
        let Some(message) = receipt.posted() else {
            return Ok(receipt);
        };
        if self
            .thread_below(channel, message, render::name(view, item))
            .await?
        {
            return Ok(receipt);
        }
        // Somebody deleted the message in this very moment; the next attempt writes another.
        Err(SendError::Unclear {
            why: "the message that the thread belongs to is gone".to_owned(),
        })
    }

    /// Opens the thread below a message, which has its id and is the only one that the message can have; one that is there
    /// is as good. False when the message is gone.
    pub(super) async fn thread_below(
        &self,
        channel: ChannelId,
        message: MessageId,
        name: String,
    ) -> Result<bool, SendError> {
        let thread = CreateThread::new(name).auto_archive_duration(AutoArchiveDuration::OneWeek);
        let opened = DiscordChannelId::new(channel.0)
            .create_thread_from_message(&self.http, DiscordMessageId::new(message.0), thread)
            .await;
        match opened {
            Ok(_) => Ok(true),
            Err(error) if code(&error) == Some(THREAD_EXISTS) => Ok(true),
            Err(error) if code(&error) == Some(UNKNOWN_MESSAGE) => Ok(false),
            Err(error) if may_not(&error) => {
                let code = code(&error).unwrap_or_default();
                self.refused.seen(&error);
                Err(refused(&format!(
                    "I may not open threads in that channel ({code}); I need Create Public Threads and Send Messages in \
                     Threads there"
                )))
            }
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Says in the thread of an item what it is about.
    pub(super) async fn discussion_begins(
        &self,
        delivery: &Delivery,
        view: &ReleaseView,
        item: &ItemId,
        thread: ChannelId,
    ) -> Result<Receipt, SendError> {
        // It was deleted, and perhaps opened anew.
        if view.release.room.thread_of(item) != Some(thread) {
            return Ok(Receipt::Edited);
        }
        let Some(post) = render::begins(view, item, delivery.now) else {
            return Ok(Receipt::Edited);
        };
        match self.post(delivery, thread, post).await {
            Err(SendError::Refused { why }) => {
                let gone = is_gone(&self.http, thread).await;
                if gone.map_err(|error| self.failed(error))? {
                    Ok(Receipt::Lost)
                } else {
                    Err(refused(&why))
                }
            }
            other => other,
        }
    }
}
