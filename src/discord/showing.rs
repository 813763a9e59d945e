//! A message as evidence: picked from the menu on the message, shown for the item that is picked next.

use serenity::all::Message;

use crate::app::{self, OfferStep, Which};
use crate::discord::post::Post;
use crate::discord::render::{refusal, room::showing as render};
use crate::discord::{Data, Failure};
use crate::domain::ids::{ChannelId, MessageId};
use crate::domain::person::Person;
use crate::domain::playbook::ItemId;
use crate::domain::room::ShownMessage;

/// Asks which item a message is shown for. The message came with the interaction, so its words are there without any
/// permission to read messages.
pub(super) async fn offer(
    data: &Data,
    person: &Person,
    which: &Which,
    message: &Message,
) -> Result<Post, Failure> {
    let place = (
        person.guild,
        ChannelId(message.channel_id.get()),
        MessageId(message.id.get()),
    );
    let beside: Vec<String> = message
        .embeds
        .iter()
        .filter_map(|embed| embed.url.clone())
        .collect();
    let shown = ShownMessage::read(place, &message.content, &beside, !message.attachments.is_empty());
    let offer = data.app.offer(person, which, shown, (data.now)()).await?;
    Ok(render::offer(&offer))
}

/// Ticks the item that was picked. A refusal takes the place of the question, and leaves the choice.
pub(super) async fn picked(
    data: &Data,
    person: &Person,
    question: i64,
    item: &ItemId,
) -> Result<Post, Failure> {
    match data.app.answer_offer(person, question, item, (data.now)()).await {
        Err(app::Error::Rejected(rejection)) => Ok(refusal::refusal(&rejection)),
        step => Ok(match step? {
            OfferStep::Done(view) => render::shown(&view, item),
            OfferStep::Refused { rejection, again } => render::refused(&rejection, again.as_deref()),
        }),
    }
}
