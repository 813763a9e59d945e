//! Rows of the outbox about who is on duty: turns that nobody takes, swaps, hand-offs.

use serenity::all::{ChannelId as DiscordChannelId, MessageId as DiscordMessageId};

use crate::app::{Delivery, HandOffView, Receipt, Record, SendError, SwapView};
use crate::discord::discuss::is_gone;
use crate::discord::post::Post;
use crate::discord::render::{handoff, shift};
use crate::discord::send::{Courier, mark, refused, release_channel};
use crate::domain::ids::{ChannelId, MessageId, UserId};
use crate::domain::notice::Notice;
use crate::domain::setup::GuildSetup;

impl Courier {
    /// What is said of a roster in the channel for hand-offs.
    pub(super) async fn about_duty(
        &self,
        delivery: &Delivery,
        setup: &GuildSetup,
    ) -> Result<Receipt, SendError> {
        let post = match &delivery.claim.notice {
            Notice::HandOffNote {
                roster,
                title,
                to,
                ends,
            } => handoff::note_wanted(*roster, title, *to, *ends),
            Notice::Gaps { title, gaps, .. } => shift::gaps(title, gaps, setup),
            _ => return Err(refused("this message is about no roster")),
        };
        self.post(delivery, hand_offs(setup)?, post).await
    }

    /// What is said of a release with all that happened to it.
    pub(super) async fn of_record(&self, delivery: &Delivery, record: &Record) -> Result<Receipt, SendError> {
        let Notice::HandOffSummary {
            from,
            to,
            since,
            note,
            ..
        } = &delivery.claim.notice
        else {
            return self.scorecard(delivery, record).await;
        };
        let post = handoff::posted(record, *from, to, *since, note.as_deref(), delivery.now);
        self.post(delivery, release_channel(&record.view)?, post).await
    }

    /// The message of a hand-off, posted once and then brought up to date; or a call for an answer.
    pub(super) async fn hand_off(
        &self,
        delivery: &Delivery,
        view: &HandOffView,
    ) -> Result<Receipt, SendError> {
        if let Notice::HandOffCall { call, .. } = &delivery.claim.notice {
            return match handoff::asked_again(view, &call.to) {
                Some(post) => self.post(delivery, hand_offs(&view.setup)?, post).await,
                // The answer has come: silence is right.
                None => Ok(Receipt::Edited),
            };
        }
        if let Notice::HandOffQuestion { question, by, .. } = &delivery.claim.notice {
            return self.question(delivery, view, question, *by).await;
        }
        let post = handoff::card(view, delivery.now);
        self.kept_up(delivery, view.kept.message, hand_offs(&view.setup)?, post)
            .await
    }

    /// A question about a hand-off, in the thread below its message. Repeating it has no second effect: the message can have
    /// one thread only, under its own id, and in it the question is found again by its nonce or its mark.
    async fn question(
        &self,
        delivery: &Delivery,
        view: &HandOffView,
        question: &str,
        by: UserId,
    ) -> Result<Receipt, SendError> {
        let Some((channel, message)) = view.kept.message else {
            return Err(SendError::Unclear {
                why: "the hand-off that it is about is not posted yet".to_owned(),
            });
        };
        self.thread_below(channel, message, handoff::thread(view)).await?;
        let thread = ChannelId(message.0);
        let gone = is_gone(&self.http, thread).await;
        // A question is worth more than its place: where somebody deleted message or thread it stands in the channel.
        let place = if gone.map_err(|error| self.failed(error))? {
            channel
        } else {
            thread
        };
        self.post(delivery, place, handoff::question(view, question, by))
            .await
    }

    /// A message that is posted to a channel once, and edited where it is from then on.
    async fn kept_up(
        &self,
        delivery: &Delivery,
        known: Option<(ChannelId, MessageId)>,
        channel: ChannelId,
        post: Post,
    ) -> Result<Receipt, SendError> {
        match known {
            Some((channel, message)) => {
                let mark = mark(delivery, (delivery.claim.posts - 1).max(0));
                let place = DiscordChannelId::new(channel.0);
                self.edit(place, DiscordMessageId::new(message.0), post.marked(&mark))
                    .await
            }
            None => self.post(delivery, channel, post).await,
        }
    }

    /// The message of a swap, posted once and then brought up to date.
    pub(super) async fn swap(
        &self,
        delivery: &Delivery,
        setup: &GuildSetup,
        swap: &SwapView,
    ) -> Result<Receipt, SendError> {
        self.kept_up(delivery, swap.kept.message, hand_offs(setup)?, shift::swap(swap))
            .await
    }
}

fn hand_offs(setup: &GuildSetup) -> Result<ChannelId, SendError> {
    setup
        .hand_offs
        .ok_or_else(|| refused("no channel for hand-offs is chosen"))
}
