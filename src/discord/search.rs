//! Looking for a message that an earlier attempt may have posted.

use chrono::{DateTime, Utc};
use serenity::all::{
    ChannelId as DiscordChannelId, GetMessages, Http, HttpError, Message, MessageId as DiscordMessageId,
    StatusCode, UserId as DiscordUserId,
};

use crate::domain::ids::MessageId;

/// What became of an earlier attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Earlier {
    /// It arrived as this message.
    Arrived(MessageId),
    /// It did not arrive.
    Absent,
    /// The bot may not read what was written.
    Unknown,
}

/// Messages on one page; the most that Discord gives.
const PAGE: u8 = 100;

/// Pages that are read before the search is given up.
const PAGES: usize = 20;

/// The first instant that an id can name (reference#snowflakes), in milliseconds since 1970.
const EPOCH: i64 = 1_420_070_400_000;

/// Looks for the bot's own message with this mark, among those written since then.
///
/// # Errors
/// Discord did not answer, or there is no such channel.
pub(super) async fn earlier(
    http: &Http,
    bot: DiscordUserId,
    channel: DiscordChannelId,
    mark: &str,
    since: DateTime<Utc>,
) -> Result<Earlier, serenity::Error> {
    let since = id_at(since);
    let mut after = since;
    for _ in 0..PAGES {
        let page = GetMessages::new().after(after).limit(PAGE);
        let messages = match channel.messages(http, page).await {
            Ok(messages) => messages,
            Err(serenity::Error::Http(HttpError::UnsuccessfulRequest(response)))
                if response.status_code == StatusCode::FORBIDDEN =>
            {
                return Ok(Earlier::Unknown);
            }
            Err(error) => return Err(error),
        };
        let found = messages
            .iter()
            .find(|message| message.author.id == bot && bears(message, mark));
        if let Some(found) = found {
            return Ok(Earlier::Arrived(MessageId(found.id.get())));
        }
        let Some(last) = messages.iter().map(|message| message.id).max() else {
            return if after == since {
                nothing_to_read(http, channel, since).await
            } else {
                Ok(Earlier::Absent)
            };
        };
        if messages.len() < usize::from(PAGE) {
            return Ok(Earlier::Absent);
        }
        after = last;
    }
    Ok(Earlier::Unknown)
}

/// Without the permission to read the history, Discord answers with an empty list instead of a refusal. The channel
/// itself tells whether something was written.
async fn nothing_to_read(
    http: &Http,
    channel: DiscordChannelId,
    since: DiscordMessageId,
) -> Result<Earlier, serenity::Error> {
    let channel = channel.to_channel(http).await?;
    let last = channel.guild().and_then(|channel| channel.last_message_id);
    Ok(if last.is_some_and(|last| last > since) {
        Earlier::Unknown
    } else {
        Earlier::Absent
    })
}

/// Whether a message ends with this mark, in its text or below a card. Words may follow it after a dot.
fn bears(message: &Message, mark: &str) -> bool {
    let footers = message
        .embeds
        .iter()
        .filter_map(|embed| Some(embed.footer.as_ref()?.text.as_str()));
    let last_line = message
        .content
        .lines()
        .last()
        .and_then(|line| line.strip_prefix("-# "));
    last_line.into_iter().chain(footers).any(|small| {
        small
            .strip_prefix(mark)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(" · "))
    })
}

/// The smallest id that a message written at this instant can have.
fn id_at(instant: DateTime<Utc>) -> DiscordMessageId {
    let millis = (instant.timestamp_millis() - EPOCH).max(1);
    DiscordMessageId::new(millis.cast_unsigned() << 22)
}
