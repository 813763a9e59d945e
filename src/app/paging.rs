//! Who is called when a release is blocked: the order is worked out once, when somebody asks for it; the calls follow with
//! time.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::app::room::tell_of_room;
use crate::app::{App, Error, ReleaseView, Which, WhomToAsk, actor, happen, show};
use crate::domain::escalation::{Circumstances, Directory, Found, Helper, PageOrder, TopicId};
use crate::domain::ids::{GuildId, UserId};
use crate::domain::notice::Card;
use crate::domain::person::Person;
use crate::domain::rejection::Rejection;
use crate::domain::release::{Command, Event, Release};
use crate::domain::room::{
    EscalationCommand, EscalationEvent, EscalationRefusal, EscalationStep, Missed, RoomCommand, RoomEvent,
    Severity,
};
use crate::store::{Connection, StoreError};

/// What an escalation is called for which nobody can tell who is to be asked.
const ANYBODY: &str = "whoever can help";

/// Whom to ask in a server, and who is on duty and away.
struct Duty {
    on: BTreeSet<UserId>,
    known: WhomToAsk,
}

impl App {
    /// The topic that somebody names, with its title; none within for whom to ask when nobody can tell (S54).
    ///
    /// # Errors
    /// [`EscalationRefusal::NoDirectory`] or [`EscalationRefusal::UnknownTopic`], or the database failed.
    pub async fn topic_named(&self, guild: GuildId, given: &str) -> Result<(Option<TopicId>, String), Error> {
        let directory = self.directory_to_page(guild).await?;
        if given.trim().is_empty() {
            return Ok((None, ANYBODY.to_owned()));
        }
        match directory.find(given) {
            Found::Topic(topic) => Ok((Some(topic.id.clone()), topic.title.clone())),
            Found::Nothing(near) => Err(Rejection::from(EscalationRefusal::UnknownTopic {
                given: given.to_owned(),
                near: near.into_iter().map(|topic| topic.title.clone()).collect(),
            })
            .into()),
        }
    }

    /// Whom to ask in a server, when somebody has written it down.
    ///
    /// # Errors
    /// [`EscalationRefusal::NoDirectory`], or the database failed.
    pub async fn directory_to_page(&self, guild: GuildId) -> Result<Arc<Directory>, Error> {
        let directory = self.directory(guild).await?;
        if directory.contacts.is_empty() {
            return Err(Rejection::from(EscalationRefusal::NoDirectory).into());
        }
        Ok(directory)
    }

    /// Chooses who is asked about an escalation, or how bad it is. An empty topic is whom to ask when nobody can tell.
    ///
    /// # Errors
    /// A rejection, or the database failed.
    pub async fn change_escalation(
        &self,
        person: &Person,
        which: &Which,
        number: Option<u32>,
        (topic, severity): (Option<&str>, Option<Severity>),
        now: DateTime<Utc>,
    ) -> Result<ReleaseView, Error> {
        let topic = match topic {
            Some(given) => Some(self.topic_named(person.guild, given).await?),
            None => None,
        };
        let step = EscalationStep::Change { topic, severity };
        self.step(person, which, number, step, now).await
    }

    /// Keeps with an escalation who can help at this instant (S53).
    ///
    /// # Errors
    /// A rejection, or the database failed.
    pub async fn look_for_help(
        &self,
        person: &Person,
        which: &Which,
        number: Option<u32>,
        now: DateTime<Utc>,
    ) -> Result<ReleaseView, Error> {
        let view = self.release(person, which).await?;
        let escalation = view.release.escalation_meant(number)?;
        view.release
            .may_take_part(escalation, &actor(&view.setup, person))?;
        let duty = self.duty(person.guild, now).await?;
        let helpers = duty.helpers(&view, number, now)?;
        let step = EscalationStep::Look { helpers };
        self.step(person, which, number, step, now).await
    }

    /// Has people called who can help, one after the other.
    ///
    /// # Errors
    /// A rejection, or the database failed.
    pub async fn page(
        &self,
        person: &Person,
        which: &Which,
        number: Option<u32>,
        now: DateTime<Utc>,
    ) -> Result<ReleaseView, Error> {
        let view = self.release(person, which).await?;
        let escalation = view.release.escalation_meant(number)?;
        view.release
            .may_take_part(escalation, &actor(&view.setup, person))?;
        let duty = self.duty(person.guild, now).await?;
        let rules = &self.shared.paging;
        let circumstances = Circumstances {
            wakes: rules.wakes_for(escalation.severity),
            on_duty: &duty.on,
            asks: person.user,
        };
        let order = PageOrder::of(duty.helpers(&view, number, now)?, circumstances);
        let answer_within = u32::try_from(rules.answer_within.num_minutes()).unwrap_or(u32::MAX);
        let step = EscalationStep::Page { order, answer_within };
        self.step(person, which, number, step, now).await
    }

    async fn step(
        &self,
        person: &Person,
        which: &Which,
        number: Option<u32>,
        step: EscalationStep,
        now: DateTime<Utc>,
    ) -> Result<ReleaseView, Error> {
        let command = RoomCommand::Escalation(EscalationCommand::Take { number, step });
        self.act(person, which, &Command::Room(command), now).await
    }

    async fn duty(&self, guild: GuildId, now: DateTime<Utc>) -> Result<Duty, Error> {
        self.directory_to_page(guild).await?;
        let mut on = BTreeSet::new();
        for view in self.rosters(guild, now).await? {
            on.extend(view.rota().on(now).into_iter().map(|shift| shift.user));
            // Whoever has not been relieved yet has the duty as well, although their shift is over.
            on.extend(view.holder);
        }
        let known = self.whom_to_ask(guild, now).await?;
        Ok(Duty { on, known })
    }
}

impl Duty {
    /// Everybody who may help with an escalation.
    fn helpers(
        &self,
        view: &ReleaseView,
        number: Option<u32>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Helper>, Rejection> {
        let directory = &self.known.directory;
        let chosen = view.release.escalation_meant(number)?.topic.as_ref();
        let chosen = chosen.ok_or(EscalationRefusal::TopicNeeded)?.topic.as_ref();
        // A topic that was taken out of the directory since leaves whom to ask when nobody can tell.
        let topic = chosen.and_then(|id| directory.topics.iter().find(|topic| topic.id == *id));
        Ok(directory.helpers(topic, &self.known.away, now))
    }
}

/// Takes every step of the pages of a release that is due, and says whether there was one.
pub(super) async fn page_on(
    connection: &mut Connection,
    release: &mut Release,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut acted = false;
    while let Some((_, number, step)) = release.next_page().filter(|(due, ..)| *due <= now) {
        by_itself(connection, release, (number, step), now).await?;
        acted = true;
    }
    Ok(acted)
}

/// Somebody could not be called after all: it is said, and the next one is called at once.
pub(super) async fn page_missed(
    connection: &mut Connection,
    release: &mut Release,
    card: &Card,
    why: Missed,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Card::Page {
        escalation,
        round,
        place,
    } = card
    else {
        return Ok(());
    };
    let (round, place) = (usize::try_from(*round).unwrap_or(usize::MAX), *place);
    let known = release.room.escalation(*escalation);
    // Of a round that is over, nobody waits for an answer.
    let paging = known
        .filter(|known| known.pages.len().checked_sub(1) == Some(round))
        .and_then(|known| known.paging());
    let Some(target) = paging.and_then(|paging| paging.target(place)) else {
        return Ok(());
    };
    let name = target.name.clone();
    let missed = EscalationEvent::Missed { place, name, why };
    by_itself(connection, release, (*escalation, missed), now).await?;
    page_on(connection, release, now).await.map(drop)
}

/// Something that the bot does about an escalation by itself.
async fn by_itself(
    connection: &mut Connection,
    release: &mut Release,
    (number, step): (u32, EscalationEvent),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let did = RoomEvent::Escalation { number, step };
    happen(connection, release, Event::Room(did.clone()), None, now).await?;
    show(connection, release, now).await?;
    tell_of_room(connection, release, did, UserId::ITSELF, now).await
}
