//! Playbooks that come again: switching them on, what happens when their time comes, and answering their proposals.

use chrono::{DateTime, Utc};

use crate::app::{App, Error, actor};
use crate::domain::ids::{GuildId, OccurrenceId, ScheduleId};
use crate::domain::notice::Notice;
use crate::domain::person::{Person, Stamp};
use crate::domain::playbook::Playbook;
use crate::domain::recurrence::Occurrence;
use crate::domain::recurring::{Mode, Obstacle, Recurring, RecurringRelease, Settled};
use crate::domain::rejection::Rejection;
use crate::domain::release::{Reason, Release};
use crate::domain::setup::GuildSetup;
use crate::domain::start::{StartRequest, find_playbook};
use crate::store::schedules::{Answered, Asked, Schedule};
use crate::store::{Connection, StoreError, guilds, outbox, schedules};

/// A playbook that was switched on or off in a server.
#[derive(Clone, Debug, PartialEq)]
pub struct ScheduleView {
    /// The playbook.
    pub playbook: Playbook,
    /// When it comes and what happens then.
    pub recurring: Recurring,
    /// Whether it is on now.
    pub on: bool,
    /// The next times, each with the release that it will bring.
    pub next: Vec<(Occurrence, RecurringRelease)>,
    /// The server's choices.
    pub setup: GuildSetup,
}

/// What is due of a schedule.
enum Due {
    /// Its rule has changed, or it waits for nothing: it has to wait for what comes next.
    Replan,
    /// What it waited for has come.
    Settled(Settled),
}

impl App {
    /// Switches a recurring playbook on or off in a server.
    ///
    /// # Errors
    /// [`Rejection::UnknownPlaybook`], [`Rejection::NotRecurring`], [`Rejection::RoleNeeded`],
    /// [`Rejection::NotSetUp`], or the database failed.
    pub async fn switch_schedule(
        &self,
        person: &Person,
        playbook: &str,
        on: bool,
        now: DateTime<Utc>,
    ) -> Result<ScheduleView, Error> {
        let playbooks = self.playbooks();
        let playbook = find_playbook(playbook, &playbooks)?;
        let recurring = recurring_of(playbook, &playbooks)?;
        let mut transaction = self.store().write().await?;
        let setup = guilds::load(&mut transaction, person.guild).await?;
        if !person.administrator {
            leads(person, &setup, "switch a recurring playbook on or off")?;
        }
        let missing = setup.missing(&playbook.roles);
        if on && !missing.is_empty() {
            return Err(Rejection::NotSetUp { missing }.into());
        }
        let stamp = Stamp {
            by: person.user,
            at: now,
        };
        let schedule = schedules::switch(&mut transaction, person.guild, &playbook.id, on, stamp).await?;
        if on {
            wait_for_next(&mut transaction, schedule, recurring, now).await?;
        }
        let number = schedules::releases_so_far(&mut transaction, person.guild, &playbook.product).await?;
        transaction.commit().await?;
        self.pulse().poke();
        let next = recurring.at.next_five(now).into_iter().zip(number + 1..);
        let next = next
            .map(|(occurrence, number)| {
                (
                    occurrence,
                    self.release_of(playbook, recurring, &setup, &occurrence, number),
                )
            })
            .collect();
        Ok(ScheduleView {
            playbook: playbook.clone(),
            recurring: recurring.clone(),
            on,
            next,
            setup,
        })
    }

    /// The request that pressing "Start it" on a proposal stands for.
    ///
    /// # Errors
    /// [`Rejection::ProposalAnswered`], [`Rejection::QuestionGone`] when there is no such proposal here, or the database
    /// failed.
    pub async fn proposed(&self, guild: GuildId, proposal: OccurrenceId) -> Result<StartRequest, Error> {
        let mut reader = self.store().read().await?;
        let asked = open_proposal(&mut reader, guild, proposal).await?;
        Ok(request(&asked.release, proposal))
    }

    /// Answers a proposal with "not this time".
    ///
    /// # Errors
    /// [`Rejection::RoleNeeded`], [`Rejection::ProposalAnswered`], [`Rejection::QuestionGone`], or the database failed.
    pub async fn decline(
        &self,
        person: &Person,
        proposal: OccurrenceId,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let mut transaction = self.store().write().await?;
        let setup = guilds::load(&mut transaction, person.guild).await?;
        leads(person, &setup, "answer this")?;
        let stamp = Stamp {
            by: person.user,
            at: now,
        };
        answer(&mut transaction, person.guild, proposal, None, stamp).await?;
        transaction.commit().await?;
        self.pulse().poke();
        Ok(())
    }

    /// Lets every schedule do what is due at `now`, each in a transaction of its own.
    pub(super) async fn tick_schedules(&self, now: DateTime<Utc>) -> Result<(), Error> {
        let mut reader = self.store().read().await?;
        let playbooks = self.playbooks();
        let known = schedules::switched_on(&mut reader).await?;
        drop(reader);
        for schedule in known
            .into_iter()
            .filter(|schedule| due(schedule, &playbooks, now).is_some())
        {
            let mut transaction = self.store().write().await?;
            // It may have been switched off since.
            let known = schedules::switched_on(&mut transaction).await?;
            let Some(schedule) = known.into_iter().find(|known| known.id == schedule.id) else {
                continue;
            };
            let Some((playbook, recurring, due)) = due(&schedule, &playbooks, now) else {
                continue;
            };
            match due {
                Due::Replan => schedules::wait_for_nothing(&mut transaction, schedule.id).await?,
                Due::Settled(settled) => {
                    self.come(&mut transaction, &schedule, playbook, recurring, &settled, now)
                        .await?;
                }
            }
            wait_for_next(&mut transaction, schedule.id, recurring, now).await?;
            transaction.commit().await?;
            self.pulse().poke();
        }
        Ok(())
    }

    /// The next time after which a schedule has something to do, with the title of its playbook.
    pub(super) async fn next_occurrence(
        &self,
        connection: &mut Connection,
    ) -> Result<Option<(DateTime<Utc>, String)>, StoreError> {
        let playbooks = self.playbooks();
        let known = schedules::switched_on(connection).await?;
        Ok(known
            .into_iter()
            .filter_map(|schedule| {
                let (playbook, _) = of(&schedule, &playbooks)?;
                Some((schedule.waiting?.occurrence.at, playbook.title.clone()))
            })
            .min())
    }

    /// Records what was missed, and asks or starts for what has come.
    async fn come(
        &self,
        connection: &mut Connection,
        schedule: &Schedule,
        playbook: &Playbook,
        recurring: &Recurring,
        settled: &Settled,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        for missed in &settled.missed {
            tracing::warn!(playbook = playbook.id, meant = %missed.local, "an occurrence was missed");
            schedules::miss(connection, schedule.id, &recurring.at, missed, now).await?;
        }
        let Some(occurrence) = &settled.acts else {
            return Ok(());
        };
        let setup = guilds::load(connection, schedule.guild).await?;
        let number = schedules::releases_so_far(connection, schedule.guild, &playbook.product).await? + 1;
        let release = RecurringRelease {
            missed: settled.missed.len(),
            ..self.release_of(playbook, recurring, &setup, occurrence, number)
        };
        let asked = schedules::ask(connection, schedule.id, &recurring.at, occurrence, &release, now).await?;
        let Some(proposal) = asked else { return Ok(()) };
        let obstacle = match recurring.mode {
            Mode::Propose => None,
            Mode::Start => {
                let request = request(&release, proposal);
                match self
                    .begin(connection, playbook, &setup, &request, None, now)
                    .await
                {
                    Ok(_) => return Ok(()),
                    Err(Error::Rejected(rejection)) => Some(Obstacle::from(rejection.as_ref())),
                    Err(error) => return Err(error),
                }
            }
        };
        let notice = Notice::Proposal {
            occurrence: proposal,
            release,
            obstacle,
        };
        Ok(outbox::enqueue_for_guild(connection, schedule.guild, &notice, now).await?)
    }

    fn release_of(
        &self,
        playbook: &Playbook,
        recurring: &Recurring,
        setup: &GuildSetup,
        occurrence: &Occurrence,
        number: u32,
    ) -> RecurringRelease {
        let calendar = self.calendar(playbook, setup.guild, &setup.days);
        let target = recurring.target_of(occurrence, &calendar);
        RecurringRelease {
            playbook: playbook.id.clone(),
            title: playbook.title.clone(),
            local: occurrence.local,
            zone: recurring.at.zone(),
            due: occurrence.at,
            target,
            version: recurring.version.fill(target, number),
            missed: 0,
        }
    }
}

fn recurring_of<'a>(playbook: &'a Playbook, playbooks: &[Playbook]) -> Result<&'a Recurring, Rejection> {
    playbook
        .recurring
        .as_ref()
        .ok_or_else(|| Rejection::NotRecurring {
            playbook: playbook.id.clone(),
            known: playbooks
                .iter()
                .filter(|playbook| playbook.recurring.is_some())
                .map(|playbook| playbook.id.clone())
                .collect(),
        })
}

/// The playbook of a schedule, when it still recurs.
fn of<'a>(schedule: &Schedule, playbooks: &'a [Playbook]) -> Option<(&'a Playbook, &'a Recurring)> {
    let playbook = playbooks.iter().find(|known| known.id == schedule.playbook)?;
    Some((playbook, playbook.recurring.as_ref()?))
}

fn due<'a>(
    schedule: &Schedule,
    playbooks: &'a [Playbook],
    now: DateTime<Utc>,
) -> Option<(&'a Playbook, &'a Recurring, Due)> {
    let (playbook, recurring) = of(schedule, playbooks)?;
    // The zone's rules may be others than when the instant was worked out, and the file may say something else.
    let as_planned = schedule.waiting.as_ref().filter(|waiting| {
        waiting.recurrence == recurring.at.to_string()
            && waiting.zone.to_utc(waiting.occurrence.local) == waiting.occurrence.at
    });
    let due = match as_planned {
        Some(waiting) => Due::Settled(recurring.settle(waiting.occurrence, now)?),
        None => Due::Replan,
    };
    Some((playbook, recurring, due))
}

/// Records the answer to a proposal and shows it there.
pub(super) async fn answer(
    connection: &mut Connection,
    guild: GuildId,
    proposal: OccurrenceId,
    started: Option<&Release>,
    stamp: Stamp,
) -> Result<(), Error> {
    let asked = open_proposal(connection, guild, proposal).await?;
    schedules::answer(connection, proposal, started.map(|release| release.id), stamp).await?;
    // What was started without asking has no message.
    let Some((channel, message)) = asked.message else {
        return Ok(());
    };
    let notice = Notice::ProposalAnswered {
        occurrence: proposal,
        release: asked.release,
        channel,
        message,
        started: started.map(|release| release.key.clone()),
        answered: stamp,
    };
    Ok(outbox::enqueue_for_guild(connection, guild, &notice, stamp.at).await?)
}

/// A proposal that waits for its answer.
pub(super) async fn open_proposal(
    connection: &mut Connection,
    guild: GuildId,
    proposal: OccurrenceId,
) -> Result<Asked, Error> {
    let asked = schedules::asked(connection, guild, proposal).await?;
    let asked = asked.ok_or(Rejection::QuestionGone)?;
    match asked.answer {
        None => Ok(asked),
        Some((answer, answered)) => Err(Rejection::ProposalAnswered {
            started: match answer {
                Answered::Started(key) => Some(key),
                Answered::Declined => None,
            },
            answered,
        }
        .into()),
    }
}

fn request(release: &RecurringRelease, proposal: OccurrenceId) -> StartRequest {
    StartRequest {
        playbook: release.playbook.clone(),
        version: release.version.clone(),
        target: release.target.to_string(),
        reason: Reason::Recurring,
        title: None,
        further_versions: Vec::new(),
        conditions: Vec::new(),
        private: false,
        confirmed: false,
        proposal: Some(proposal),
    }
}

/// Lets a schedule wait for the first occurrence after `now` that has not been.
async fn wait_for_next(
    connection: &mut Connection,
    schedule: ScheduleId,
    recurring: &Recurring,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for occurrence in recurring.at.after(now).take(LOOKED_AHEAD) {
        if schedules::wait_for(connection, schedule, &recurring.at, &occurrence).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// How many occurrences are passed over that have been, after the clock was set back.
const LOOKED_AHEAD: usize = 400;

/// Refuses whoever does not lead releases.
pub(super) fn leads(person: &Person, setup: &GuildSetup, action: &'static str) -> Result<(), Rejection> {
    if actor(setup, person).is_release_manager() {
        return Ok(());
    }
    let roles = vec!["Release Manager".to_owned()];
    Err(Rejection::RoleNeeded { roles, action })
}
