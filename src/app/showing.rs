//! A message that somebody shows for an item: what it could be shown for, and which item was picked.

use chrono::{DateTime, Utc};

use crate::app::{App, Error, ReleaseView, Which, actor};
use crate::domain::person::Person;
use crate::domain::playbook::ItemId;
use crate::domain::question::{Question, ShowRequest};
use crate::domain::rejection::Rejection;
use crate::domain::release::Command;
use crate::domain::room::ShownMessage;
use crate::store::drafts;

/// The items that a message can be shown for.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The release.
    pub view: ReleaseView,
    /// The items, soonest first; those without a date come last.
    pub items: Vec<ItemId>,
    /// The number of the question which one it is.
    pub question: i64,
}

/// What came of picking an item.
#[derive(Clone, Debug, PartialEq)]
pub enum OfferStep {
    /// It is ticked.
    Done(Box<ReleaseView>),
    /// It cannot be ticked.
    Refused {
        /// Why.
        rejection: Box<Rejection>,
        /// The items that the message can be shown for now, if there are any.
        again: Option<Box<Offer>>,
    },
}

impl App {
    /// Which items this person can show a message for.
    ///
    /// # Errors
    /// A rejection, or the database failed.
    pub async fn offer(
        &self,
        person: &Person,
        which: &Which,
        message: ShownMessage,
        now: DateTime<Utc>,
    ) -> Result<Offer, Error> {
        let view = self.release(person, which).await?;
        let release = &view.release;
        let mut items = release.items_for(&message, &actor(&view.setup, person))?;
        let due = |id: &ItemId| {
            let (phase, item) = release.playbook.items().find(|(_, item)| item.id == *id)?;
            Some(release.day_of(&view.plan, phase, item)?.cutoff_at)
        };
        items.sort_by_key(|id| due(id).unwrap_or(DateTime::<Utc>::MAX_UTC));
        let request = ShowRequest {
            key: release.key.to_string(),
            message,
        };
        let question = self.ask(person, &Question::Show(request), now).await?;
        Ok(Offer {
            view,
            items,
            question,
        })
    }

    /// Ticks the item that was picked, with the message that the question was about. Where that is refused, the question is
    /// put once more: another item may do.
    ///
    /// # Errors
    /// [`Rejection::QuestionGone`], or the database failed.
    pub async fn answer_offer(
        &self,
        person: &Person,
        question: i64,
        item: &ItemId,
        now: DateTime<Utc>,
    ) -> Result<OfferStep, Error> {
        let mut transaction = self.store().write().await?;
        let asked = drafts::take(&mut transaction, question, person.guild, person.user).await?;
        let Some(Question::Show(request)) = asked else {
            return Err(Rejection::QuestionGone.into());
        };
        transaction.commit().await?;
        let command = Command::CompleteShowing {
            item: item.clone(),
            message: request.message.clone(),
        };
        let which = Which::Key(request.key);
        match self.act(person, &which, &command, now).await {
            Ok(view) => Ok(OfferStep::Done(Box::new(view))),
            Err(Error::Rejected(rejection)) => {
                let again = match self.offer(person, &which, request.message, now).await {
                    Ok(offer) => Some(Box::new(offer)),
                    Err(Error::Rejected(_)) => None,
                    Err(error) => return Err(error),
                };
                Ok(OfferStep::Refused { rejection, again })
            }
            Err(error) => Err(error),
        }
    }
}
