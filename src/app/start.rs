//! Starting a release.

use chrono::{DateTime, NaiveDate, Utc};

use crate::app::schedules::{answer, leads, open_proposal};
use crate::app::{App, Error, ReleaseView, happen};
use crate::domain::ids::UserId;
use crate::domain::notice::Notice;
use crate::domain::person::{Person, Stamp};
use crate::domain::playbook::Playbook;
use crate::domain::question::Question;
use crate::domain::rejection::Rejection;
use crate::domain::release::{Event, Release};
use crate::domain::setup::GuildSetup;
use crate::domain::start::{StartRequest, find_playbook, propose};
use crate::store::{Connection, drafts, guilds, outbox, releases, timeline};

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
        let playbooks = self.playbooks();
        let playbook = find_playbook(&request.playbook, &playbooks)?;
        let mut transaction = self.store().write().await?;
        let setup = guilds::load(&mut transaction, person.guild).await?;
        let missing = setup.missing(&playbook.roles);
        if !missing.is_empty() {
            return Err(Rejection::NotSetUp { missing }.into());
        }
        leads(person, &setup, "start a release")?;
        if !timeline::handle_once(&mut transaction, person.interaction, now).await? {
            // The same command, delivered twice: the answer is the same too, as long as its release is under way.
            let product = &playbook.product;
            let other =
                releases::find_in_flight(&mut transaction, person.guild, product, &request.version).await?;
            return match other {
                Some(other) => Ok(self.view_of(other, setup)),
                None => Err(Rejection::QuestionGone.into()),
            };
        }
        let release = self
            .begin(
                &mut transaction,
                playbook,
                &setup,
                request,
                Some(person.user),
                now,
            )
            .await?;
        transaction.commit().await?;
        self.pulse().poke();
        Ok(self.view_of(release, setup))
    }

    /// Brings a release into being, for a person or, when `by` is none, because its time has come.
    ///
    /// # Errors
    /// As [`App::start`]. Nothing was written when it is a rejection.
    pub(super) async fn begin(
        &self,
        connection: &mut Connection,
        playbook: &Playbook,
        setup: &GuildSetup,
        request: &StartRequest,
        by: Option<UserId>,
        now: DateTime<Utc>,
    ) -> Result<Release, Error> {
        let missing = setup.missing(&playbook.roles);
        if !missing.is_empty() {
            return Err(Rejection::NotSetUp { missing }.into());
        }
        let guild = setup.guild;
        let version = request.version.as_str();
        if let Some(proposal) = request.proposal {
            open_proposal(connection, guild, proposal).await?;
        }
        let calendar = self.calendar(playbook, guild, &setup.days);
        let proposal = propose(request, playbook, &calendar, now)?;
        for version in std::iter::once(&request.version).chain(&proposal.variation.further_versions) {
            let product = &playbook.product;
            if let Some(other) = releases::find_in_flight(connection, guild, product, version).await? {
                return Err(Rejection::AlreadyInFlight {
                    product: product.clone(),
                    version: version.clone(),
                    key: other.key,
                    channel: other.channel,
                }
                .into());
            }
        }
        let opened = Stamp {
            by: by.unwrap_or(UserId::ITSELF),
            at: now,
        };
        let new = releases::NewRelease {
            guild,
            playbook,
            version,
            title: proposal.title.as_deref(),
            reason: request.reason,
            private: request.private,
            variation: &proposal.variation,
            target: proposal.target,
            told: &proposal.plan.dates(&calendar),
            opened,
        };
        let mut release = releases::insert(connection, &new).await?;
        let started = Event::Started {
            version: version.to_owned(),
            target: proposal.target,
            reason: request.reason,
            private: request.private,
            variation: proposal.variation,
        };
        happen(connection, &mut release, started, by, now).await?;
        // The answer comes first: it is one request, and whoever presses the button a second time should see it.
        if let Some(proposal) = request.proposal {
            answer(connection, guild, proposal, Some(&release), opened).await?;
        }
        outbox::enqueue(connection, release.id, &Notice::OpenChannel, now).await?;
        Ok(release)
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
