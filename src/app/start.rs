//! Starting a release.

use chrono::{DateTime, NaiveDate, Utc};

use crate::app::{App, Error, ReleaseView, actor, happen};
use crate::domain::notice::Notice;
use crate::domain::person::{Person, Stamp};
use crate::domain::question::Question;
use crate::domain::rejection::Rejection;
use crate::domain::release::Event;
use crate::domain::start::{StartRequest, find_playbook, propose};
use crate::store::{drafts, guilds, outbox, releases, timeline};

/// What a person answered to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Do it all the same: start although phases are over, move the release, snooze beyond the due time.
    Anyway,
    /// Take this target instead.
    Target(NaiveDate),
    /// Do not do it.
    Cancel,
}

impl App {
    /// Starts a release: it gets its key, its playbook is frozen, and its channel is on its way.
    ///
    /// # Errors
    /// A rejection, among them [`Rejection::PhasesAlreadyOver`] and [`Rejection::TargetIsDayOff`] that a person can
    /// answer; or the database failed.
    pub async fn start(
        &self,
        person: &Person,
        request: &StartRequest,
        now: DateTime<Utc>,
    ) -> Result<ReleaseView, Error> {
        let playbook = find_playbook(&request.playbook, self.playbooks())?;
        let mut transaction = self.store().write().await?;
        let setup = guilds::load(&mut transaction, person.guild).await?;
        let missing = setup.missing(&playbook.roles);
        if !missing.is_empty() {
            return Err(Rejection::NotSetUp { missing }.into());
        }
        if !actor(&setup, person).is_release_manager() {
            let roles = vec!["Release Manager".to_owned()];
            return Err(Rejection::RoleNeeded {
                roles,
                action: "start a release",
            }
            .into());
        }
        let version = request.version.as_str();
        let other =
            releases::find_in_flight(&mut transaction, person.guild, &playbook.product, version).await?;
        if !timeline::handle_once(&mut transaction, person.interaction, now).await? {
            // The same command, delivered twice: the answer is the same too, as long as its release is under way.
            return match other {
                Some(other) => Ok(self.view_of(other, setup)),
                None => Err(Rejection::QuestionGone.into()),
            };
        }
        let calendar = self.calendar(playbook, person.guild, &setup.days);
        let proposal = propose(request, playbook, &calendar, now)?;
        if let Some(other) = other {
            return Err(Rejection::AlreadyInFlight {
                product: playbook.product.clone(),
                version: version.to_owned(),
                key: other.key,
                channel: other.channel,
            }
            .into());
        }
        let new = releases::NewRelease {
            guild: person.guild,
            playbook,
            version,
            title: proposal.title.as_deref(),
            reason: request.reason,
            target: proposal.target,
            told: &proposal.plan.dates(&calendar),
            opened: Stamp {
                by: person.user,
                at: now,
            },
        };
        let mut release = releases::insert(&mut transaction, &new).await?;
        let started = Event::Started {
            version: version.to_owned(),
            target: proposal.target,
            reason: request.reason,
        };
        happen(&mut transaction, &mut release, started, Some(person.user), now).await?;
        outbox::enqueue(&mut transaction, release.id, &Notice::OpenChannel, now).await?;
        transaction.commit().await?;
        self.pulse().poke();
        Ok(self.view_of(release, setup))
    }

    /// Keeps a question while the person is asked, and returns its number.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ask(&self, person: &Person, question: &Question, now: DateTime<Utc>) -> Result<i64, Error> {
        let mut transaction = self.store().write().await?;
        let id = drafts::keep(&mut transaction, person.guild, person.user, question, now).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Takes the answer to a question: the request to start with now, or none when the person gave it up.
    ///
    /// # Errors
    /// [`Rejection::QuestionGone`] when it was answered before or was put to somebody else; or the database failed.
    pub async fn answer(
        &self,
        person: &Person,
        question: i64,
        answer: Answer,
    ) -> Result<Option<StartRequest>, Error> {
        let mut transaction = self.store().write().await?;
        let asked = drafts::take(&mut transaction, question, person.guild, person.user).await?;
        let Some(Question::Start(request)) = asked else {
            return Err(Rejection::QuestionGone.into());
        };
        transaction.commit().await?;
        Ok(match answer {
            Answer::Anyway => Some(StartRequest {
                confirmed: true,
                ..request
            }),
            Answer::Target(target) => Some(StartRequest {
                target: target.to_string(),
                ..request
            }),
            Answer::Cancel => None,
        })
    }
}
