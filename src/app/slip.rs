//! Moving the target of a release: the difference first, then a person's word, then the move.

use chrono::{DateTime, Utc};

use crate::app::following::tell_followers;
use crate::app::tick::Look;
use crate::app::{Answer, App, Error, ReleaseView, Which, actor, happen};
use crate::domain::difference::{Cause, Difference};
use crate::domain::news::{decision_of, news_of};
use crate::domain::person::Person;
use crate::domain::question::Question;
use crate::domain::rejection::Rejection;
use crate::domain::release::Command;
use crate::domain::setup::GuildSetup;
use crate::domain::slip::{Move, SlipRequest, propose};
use crate::store::{Connection, drafts, guilds, timeline};

/// What comes next of a move that a person wants.
#[derive(Clone, Debug, PartialEq)]
pub enum SlipStep {
    /// The target is a day off, and another one can be picked.
    AnotherDay {
        /// Why, with the days that can be picked.
        rejection: Rejection,
        /// The number of the question.
        question: i64,
    },
    /// The person sees what would change and is asked.
    Agree {
        /// The release as it is.
        view: Box<ReleaseView>,
        /// What would change.
        difference: Difference,
        /// The number of the question.
        question: i64,
        /// Whether the person has agreed to something that is no longer so.
        changed: bool,
    },
    /// It has moved.
    Moved {
        /// The release after it.
        view: Box<ReleaseView>,
        /// What has changed.
        difference: Difference,
    },
    /// The person has left it as it is.
    Kept,
}

/// A request that was checked.
struct Checked {
    look: Look,
    setup: GuildSetup,
    proposed: Result<Move, Rejection>,
}

impl App {
    /// Works out what a move would change, and asks. `request.key` is filled in from the release that `which` means.
    ///
    /// # Errors
    /// A rejection, or the database failed.
    pub async fn consider_slip(
        &self,
        person: &Person,
        which: &Which,
        mut request: SlipRequest,
        now: DateTime<Utc>,
    ) -> Result<SlipStep, Error> {
        let mut transaction = self.store().write().await?;
        let release = self.find(&mut transaction, person, which).await?;
        request.key = release.key.to_string();
        let step = self
            .ask_about(&mut transaction, person, request, false, now)
            .await?;
        transaction.commit().await?;
        Ok(step)
    }

    /// Takes the answer to a question about a move. Everything is checked once more: what a person agreed to is done, and
    /// nothing else.
    ///
    /// # Errors
    /// [`Rejection::QuestionGone`], [`Rejection::MovedMeanwhile`], or any that a new request would get; or the database
    /// failed.
    pub async fn answer_slip(
        &self,
        person: &Person,
        question: i64,
        answer: Answer,
        now: DateTime<Utc>,
    ) -> Result<SlipStep, Error> {
        let mut transaction = self.store().write().await?;
        let asked = drafts::take(&mut transaction, question, person.guild, person.user).await?;
        let Some(Question::Slip(mut request)) = asked else {
            return Err(Rejection::QuestionGone.into());
        };
        let step = match (answer, request.shown.take()) {
            (Answer::Cancel, _) => SlipStep::Kept,
            (Answer::Target(target), _) => {
                request.target = target.to_string();
                self.ask_about(&mut transaction, person, request, false, now)
                    .await?
            }
            (Answer::Anyway, Some(shown)) => {
                self.agreed(&mut transaction, person, request, &shown, now)
                    .await?
            }
            // A question about another day has no such button.
            (Answer::Anyway, None) => return Err(Rejection::QuestionGone.into()),
        };
        transaction.commit().await?;
        self.pulse().poke();
        Ok(step)
    }

    async fn ask_about(
        &self,
        connection: &mut Connection,
        person: &Person,
        mut request: SlipRequest,
        changed: bool,
        now: DateTime<Utc>,
    ) -> Result<SlipStep, Error> {
        let checked = self.check_slip(connection, person, &request, now).await?;
        let proposed = match checked.proposed {
            Ok(proposed) => proposed,
            Err(rejection @ Rejection::TargetIsDayOff { .. }) => {
                request.shown = None;
                let question = Question::Slip(request);
                let question = drafts::keep(connection, person.guild, person.user, &question, now).await?;
                return Ok(SlipStep::AnotherDay { rejection, question });
            }
            Err(rejection) => return Err(rejection.into()),
        };
        let command = Command::Slip {
            target: proposed.target,
            reason: request.reason.clone(),
        };
        checked
            .look
            .release
            .decide(&command, &actor(&checked.setup, person))?;
        let difference = proposed.difference;
        request.shown = Some(difference.clone());
        let question = Question::Slip(request);
        let question = drafts::keep(connection, person.guild, person.user, &question, now).await?;
        Ok(SlipStep::Agree {
            view: Box::new(self.view_of(checked.look.release, checked.setup)),
            difference,
            question,
            changed,
        })
    }

    async fn agreed(
        &self,
        connection: &mut Connection,
        person: &Person,
        request: SlipRequest,
        shown: &Difference,
        now: DateTime<Utc>,
    ) -> Result<SlipStep, Error> {
        let Checked {
            mut look,
            setup,
            proposed,
        } = self.check_slip(connection, person, &request, now).await?;
        if look.release.target != shown.from {
            let target = look.release.target;
            return Err(Rejection::MovedMeanwhile { target }.into());
        }
        let Move {
            target,
            dates,
            difference,
        } = proposed?;
        if !shown.covers(&difference) {
            return self.ask_about(connection, person, request, true, now).await;
        }
        if !timeline::handle_once(connection, person.interaction, now).await? {
            return Err(Rejection::QuestionGone.into());
        }
        let command = Command::Slip {
            target,
            reason: request.reason.clone(),
        };
        let events = look.release.decide(&command, &actor(&setup, person))?;
        look.release.told = Some(dates);
        let mut news = Vec::new();
        for event in events {
            let decided = decision_of(&look.release);
            happen(
                connection,
                &mut look.release,
                event.clone(),
                Some(person.user),
                now,
            )
            .await?;
            news.extend(news_of(&event, decided, &look.release));
        }
        look.plan = self.plan_of(&look.release, &setup.days);
        let cause = Cause::Slip {
            by: person.user,
            reason: request.reason.trim().to_owned(),
        };
        self.tell_move(connection, &mut look, cause, difference.clone(), now)
            .await?;
        tell_followers(connection, &look.release, news, person.user, now).await?;
        Ok(SlipStep::Moved {
            view: Box::new(self.view_of(look.release, setup)),
            difference,
        })
    }

    /// The release as it is, and whether it may move. A person who may not move it learns nothing else.
    async fn check_slip(
        &self,
        connection: &mut Connection,
        person: &Person,
        request: &SlipRequest,
        now: DateTime<Utc>,
    ) -> Result<Checked, Error> {
        let which = Which::Key(request.key.clone());
        let release = self.find(connection, person, &which).await?;
        let setup = guilds::load(connection, person.guild).await?;
        // Closed, not theirs, or without a reason: that comes before anything about dates.
        release.may_move(&request.reason, &actor(&setup, person))?;
        let look = self.look_at(connection, release, &setup).await?;
        let proposed = propose(&look.release, &request.target, &look.calendar, now);
        Ok(Checked {
            look,
            setup,
            proposed,
        })
    }
}
