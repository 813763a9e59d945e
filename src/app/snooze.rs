//! Silence for an item, and the question that comes first when it would be late after it.

use chrono::{DateTime, Utc};

use crate::app::{Answer, App, Error, ReleaseView, Which, actor};
use crate::domain::person::Person;
use crate::domain::playbook::ItemId;
use crate::domain::question::{Question, SnoozeRequest};
use crate::domain::rejection::{PhaseLabel, Rejection};
use crate::domain::release::Command;
use crate::domain::snooze::{Until, read_until};
use crate::store::drafts;

/// What comes next of a snooze that a person wants.
#[derive(Clone, Debug, PartialEq)]
pub enum SnoozeStep {
    /// The person is asked, because the item would be late after it.
    Agree {
        /// Why.
        rejection: Rejection,
        /// The number of the question.
        question: i64,
    },
    /// It is silent, or no longer.
    Done {
        /// The release after it.
        view: Box<ReleaseView>,
        /// The item.
        item: ItemId,
    },
    /// The person has left it as it is.
    Kept,
}

impl App {
    /// Silences the reminders of an item, or asks first when that would last beyond the cut-off of its phase.
    ///
    /// # Errors
    /// A rejection, or the database failed.
    pub async fn snooze(
        &self,
        person: &Person,
        which: &Which,
        item: &ItemId,
        until: &str,
        now: DateTime<Utc>,
    ) -> Result<SnoozeStep, Error> {
        let view = self.release(person, which).await?;
        let release = &view.release;
        let calendar = self.calendar(&release.playbook, release.guild, &view.setup.days);
        let until = read_until(until, &release.playbook, &calendar, now)?;
        let command = Command::SnoozeItem {
            item: item.clone(),
            until: until.clone(),
        };
        // What would be refused anyway is not asked about.
        release.decide(&command, &actor(&view.setup, person))?;
        if let Until::At { at, intent } = until
            && let Some(rejection) = past_due(&view, item, at)
        {
            let question = Question::Snooze(SnoozeRequest {
                key: release.key.to_string(),
                item: item.clone(),
                until: at,
                intent,
            });
            let question = self.ask(person, &question, now).await?;
            return Ok(SnoozeStep::Agree { rejection, question });
        }
        self.snoozed(person, which, item, &command, now).await
    }

    /// Takes the answer to a question about a snooze.
    ///
    /// # Errors
    /// [`Rejection::QuestionGone`], or any that a new request would get; or the database failed.
    pub async fn answer_snooze(
        &self,
        person: &Person,
        question: i64,
        answer: Answer,
        now: DateTime<Utc>,
    ) -> Result<SnoozeStep, Error> {
        let mut transaction = self.store().write().await?;
        let asked = drafts::take(&mut transaction, question, person.guild, person.user).await?;
        let Some(Question::Snooze(request)) = asked else {
            return Err(Rejection::QuestionGone.into());
        };
        transaction.commit().await?;
        if answer != Answer::Anyway {
            return Ok(SnoozeStep::Kept);
        }
        if request.until <= now {
            return Err(Rejection::SnoozeNotAhead { until: request.until }.into());
        }
        let command = Command::SnoozeItem {
            item: request.item.clone(),
            until: Until::At {
                at: request.until,
                intent: request.intent,
            },
        };
        self.snoozed(person, &Which::Key(request.key), &request.item, &command, now)
            .await
    }

    async fn snoozed(
        &self,
        person: &Person,
        which: &Which,
        item: &ItemId,
        command: &Command,
        now: DateTime<Utc>,
    ) -> Result<SnoozeStep, Error> {
        let view = self.act(person, which, command, now).await?;
        Ok(SnoozeStep::Done {
            view: Box::new(view),
            item: item.clone(),
        })
    }
}

/// Why a person has to say that this is meant, when the snooze would last beyond the cut-off of the item's phase.
fn past_due(view: &ReleaseView, item: &ItemId, until: DateTime<Utc>) -> Option<Rejection> {
    let planned = view.plan.phase(&view.release.playbook.phase_of(item)?.id)?;
    (until > planned.cutoff_at).then(|| Rejection::SnoozePastDue {
        title: view
            .release
            .playbook
            .item(item)
            .map_or_else(|| item.to_string(), |item| item.title.clone()),
        phase: PhaseLabel {
            id: planned.id.clone(),
            offset: planned.offset,
            title: planned.title.clone(),
        },
        cutoff: planned.cutoff_at,
        until,
    })
}
