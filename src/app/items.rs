//! What people do to a release in one step: tick and snooze items, stop its clock and let it go on, close it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::{DateTime, Utc};

use crate::app::announce::{Standing, announce_anew, announced_before, tell_reached};
use crate::app::following::tell_followers;
use crate::app::moves::{tell_hold, tell_resume};
use crate::app::room::{show_cards, tell_of_room};
use crate::app::update::{tell_text, withdraw_calls};
use crate::app::{App, Error, ReleaseView, Which, actor, happen, show};
use crate::domain::ids::GuildId;
use crate::domain::news::{News, decision_of, news_of};
use crate::domain::notice::Notice;
use crate::domain::person::Person;
use crate::domain::rejection::Rejection;
use crate::domain::release::{Command, Event, Release};
use crate::domain::room::{RoomCommand, RoomEvent};
use crate::domain::setup::GuildSetup;
use crate::store::{Connection, StoreError, guilds, outbox, releases, timeline};

/// What a person asks for.
#[derive(Clone, Debug)]
pub(super) struct Act {
    person: Person,
    which: Which,
    command: Command,
    now: DateTime<Utc>,
}

impl App {
    /// Does to a release what a person asks for, once for each interaction. It is on the disk when this returns; people
    /// who act at the same time share a commit.
    ///
    /// # Errors
    /// A rejection, or the database failed.
    pub async fn act(
        &self,
        person: &Person,
        which: &Which,
        command: &Command,
        now: DateTime<Utc>,
    ) -> Result<ReleaseView, Error> {
        let act = Act {
            person: person.clone(),
            which: which.clone(),
            command: command.clone(),
            now,
        };
        self.shared.acts.ask(act, |acts| self.answer_acts(acts)).await
    }

    async fn answer_acts(&self, acts: Vec<Act>) -> Vec<Result<ReleaseView, Error>> {
        match self.commit_acts(&acts).await {
            Ok(answers) => answers,
            Err(error) if acts.len() == 1 => vec![Err(error)],
            // One of them failed and nothing has happened: each by itself, so that it fails alone.
            Err(_) => {
                let mut answers = Vec::with_capacity(acts.len());
                for act in &acts {
                    let answer = self.commit_acts(std::slice::from_ref(act)).await;
                    answers.push(answer.and_then(|mut answers| answers.remove(0)));
                }
                answers
            }
        }
    }

    /// Carries the acts out in one transaction. Nothing of what is refused stays, so it does not undo the others.
    async fn commit_acts(&self, acts: &[Act]) -> Result<Vec<Result<ReleaseView, Error>>, Error> {
        let mut transaction = self.store().write().await?;
        let mut answers = Vec::with_capacity(acts.len());
        // No act changes what a guild has chosen.
        let mut setups: BTreeMap<GuildId, GuildSetup> = BTreeMap::new();
        for act in acts {
            let setup = match setups.entry(act.person.guild) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => {
                    unknown.insert(guilds::load(&mut transaction, act.person.guild).await?)
                }
            };
            match self.carry_out(&mut transaction, act, setup).await {
                Err(Error::Store(error)) => return Err(error.into()),
                answer => answers.push(answer),
            }
        }
        if answers.iter().any(Result::is_ok) {
            transaction.commit().await?;
            self.pulse().poke();
        }
        Ok(answers)
    }

    /// Carries one act out. What is refused leaves nothing, so it may be asked again.
    async fn carry_out(
        &self,
        connection: &mut Connection,
        act: &Act,
        setup: &GuildSetup,
    ) -> Result<ReleaseView, Error> {
        let Act {
            person,
            which,
            command,
            now,
        } = act;
        let mut release = self.find(connection, person, which).await?;
        if !timeline::handle_once(connection, person.interaction, *now).await? {
            return Ok(self.view_of(release, setup.clone()));
        }
        let decided = match release.decide(command, &actor(setup, person)) {
            Ok(events) if matches!(command, Command::Reopen { .. }) => {
                not_in_flight(connection, &release).await?.map_or(Ok(events), Err)
            }
            Ok(events) if matches!(command, Command::Room(RoomCommand::Announcement(_))) => {
                announced_before(connection, &release)
                    .await?
                    .map_or(Ok(events), Err)
            }
            decided => decided,
        };
        let events = match decided {
            Ok(events) => events,
            Err(refused) => {
                timeline::forget(connection, person.interaction).await?;
                return Err(refused.into());
            }
        };
        let held_since = release.hold.as_ref().map(|hold| hold.stamp.at);
        let before = Standing::of(&release);
        let mut news = Vec::new();
        for event in events {
            let decided = decision_of(&release);
            happen(connection, &mut release, event.clone(), Some(person.user), *now).await?;
            news.extend(news_of(&event, decided, &release));
            show(connection, &release, *now).await?;
            let is_announced = matches!(
                event,
                Event::Closed { .. } | Event::Reopened { .. } | Event::Held { .. } | Event::Resumed
            );
            if is_announced {
                announce_anew(connection, &release, *now).await?;
            }
            // A closed release has nothing to press (design §8).
            if matches!(event, Event::Closed { .. } | Event::Reopened { .. }) {
                show_cards(connection, &release, *now).await?;
            }
            match (event, held_since) {
                (Event::Closed { .. }, _) => {
                    withdraw_calls(connection, &release, *now).await?;
                    let again = Notice::ClosedAgain {
                        number: release.revision,
                    };
                    let known = outbox::is_known(connection, release.id, &Notice::Closed).await?;
                    let closed = if known { again } else { Notice::Closed };
                    outbox::enqueue(connection, release.id, &closed, *now).await?;
                    let number = release.revision;
                    outbox::enqueue(connection, release.id, &Notice::Scorecard { number }, *now).await?;
                    // Last, so that what is said at the end is there when the channel is locked.
                    outbox::enqueue(connection, release.id, &Notice::Archive { number }, *now).await?;
                }
                (Event::Reopened { reason }, _) => {
                    // What waits to be said and done at an end that is none.
                    outbox::supersede(connection, release.id, Notice::is_of_the_end, *now).await?;
                    withdraw_calls(connection, &release, *now).await?;
                    if release.channel.is_none() {
                        continue;
                    }
                    let (number, by) = (release.revision, person.user);
                    let reopened = Notice::Reopened { number, by, reason };
                    // First, so that people can answer what they are told.
                    outbox::enqueue(connection, release.id, &Notice::Unarchive { number }, *now).await?;
                    outbox::enqueue(connection, release.id, &reopened, *now).await?;
                }
                (
                    Event::Room(
                        did @ (RoomEvent::StatusUpdated { .. } | RoomEvent::RetrospectiveWritten { .. }),
                    ),
                    _,
                ) => {
                    tell_text(connection, &release, &did, person.user, *now).await?;
                }
                (Event::Room(did), _) => {
                    tell_of_room(connection, &release, did, person.user, *now).await?;
                }
                (Event::Held { .. }, _) => {
                    withdraw_calls(connection, &release, *now).await?;
                    tell_hold(connection, &release, *now).await?;
                }
                (Event::Resumed, Some(since)) => {
                    tell_resume(connection, &release, person.user, since, *now).await?;
                }
                _ => {}
            }
        }
        let reached = tell_reached(connection, &release, &before, *now).await?;
        news.extend(reached.into_iter().map(|what| News::Reached { what }));
        tell_followers(connection, &release, news, person.user, *now).await?;
        Ok(self.view_of(release, setup.clone()))
    }
}

/// Why a release may not be reopened: its version is in flight again, as another release.
async fn not_in_flight(
    connection: &mut Connection,
    release: &Release,
) -> Result<Option<Rejection>, StoreError> {
    let product = &release.playbook.product;
    for version in release.versions() {
        if let Some(other) = releases::find_in_flight(connection, release.guild, product, version).await? {
            return Ok(Some(Rejection::AlreadyInFlight {
                product: product.clone(),
                version: version.to_owned(),
                key: other.key,
                channel: other.channel,
            }));
        }
    }
    Ok(None)
}
