//! What somebody does about a duty is done within one transaction, on what is so in it.

use chrono::{DateTime, Utc};

use crate::app::handoff::{KeptHandOff, hand_over};
use crate::app::shifts::{RosterView, meant, views};
use crate::app::{Error, actor};
use crate::domain::handoff::{Duty, HandOff, HandOffRefusal, NOTE_LIMIT};
use crate::domain::ids::{GuildId, HandOffNumber, RosterNumber};
use crate::domain::mail::Address;
use crate::domain::notice::Notice;
use crate::domain::person::Person;
use crate::domain::rejection::Rejection;
use crate::domain::release::within;
use crate::domain::setup::GuildSetup;
use crate::domain::shift::ShiftRefusal;
use crate::store::{Connection, guilds, handoffs, outbox, rosters};

/// A roster, whoever has its duty, and the person who wants something about it.
pub(super) struct Scene {
    pub(super) person: Person,
    pub(super) setup: GuildSetup,
    pub(super) view: RosterView,
    pub(super) duty: Option<Duty>,
    pub(super) open: Option<KeptHandOff>,
}

/// Which roster somebody means.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meant<'a> {
    /// The one of this name; the only one that it can be when none was typed.
    Named(Option<&'a str>),
    /// The one of a button.
    Numbered(RosterNumber),
}

impl Scene {
    /// What is so of the roster that this person means.
    ///
    /// # Errors
    /// [`ShiftRefusal::NoShiftChannel`], as [`meant`], [`Rejection::QuestionGone`] when the roster of a button is gone; or
    /// the database failed.
    pub(super) async fn find(
        connection: &mut Connection,
        person: &Person,
        which: Meant<'_>,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let setup = guilds::load(connection, person.guild).await?;
        if setup.hand_offs.is_none() {
            return Err(Rejection::from(ShiftRefusal::NoShiftChannel).into());
        }
        let mut views = views(connection, person.guild, now).await?;
        views.retain(|view| view.kept.roster.hands_over);
        let view = match which {
            Meant::Named(name) => meant(&views, name, person.user).map_err(Rejection::from)?,
            Meant::Numbered(number) => views
                .iter()
                .find(|view| view.kept.number == number)
                .ok_or(Rejection::QuestionGone)?,
        };
        let number = view.kept.number;
        Ok(Self {
            person: person.clone(),
            duty: handoffs::duty(connection, number).await?,
            open: handoffs::open(connection, number).await?,
            setup,
            view: view.clone(),
        })
    }

    /// The same with the hand-off that this person answers: the one of a button, or the one that is open.
    ///
    /// # Errors
    /// As [`Scene::find`]; [`HandOffRefusal::NoneOpen`], [`Rejection::QuestionGone`].
    pub(super) async fn answered(
        connection: &mut Connection,
        person: &Person,
        number: Option<HandOffNumber>,
        roster: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(Self, KeptHandOff), Error> {
        let Some(number) = number else {
            let mut scene = Self::find(connection, person, Meant::Named(roster), now).await?;
            let open = scene.open.take();
            let open = open.ok_or_else(|| Rejection::from(HandOffRefusal::NoneOpen))?;
            return Ok((scene, open));
        };
        let kept = handoffs::of_number(connection, person.guild, number).await?;
        let kept = kept.ok_or(Rejection::QuestionGone)?;
        let scene = Self::find(connection, person, Meant::Numbered(kept.roster), now).await?;
        Ok((scene, kept))
    }

    /// Whether this person may answer whoever is asked: they are on, or lead releases.
    pub(super) fn is_entitled(&self, now: DateTime<Utc>) -> bool {
        let on = self.view.rota().on(now);
        on.iter().any(|shift| shift.user == self.person.user)
            || actor(&self.setup, &self.person).is_release_manager()
    }

    /// What whoever has the duty offers.
    pub(super) fn offer(&self, duty: &Duty, note: Option<String>, now: DateTime<Utc>) -> HandOff {
        let rota = self.view.rota();
        let since = duty.shift_began(&rota, now);
        let note = note.or_else(|| duty.note.clone());
        HandOff::offer(&rota, duty.holder, since, note, now)
    }

    /// The duty, when this person has it.
    pub(super) fn own(&self) -> Result<&Duty, Rejection> {
        let holder = self.duty.as_ref().map(|duty| duty.holder);
        match &self.duty {
            Some(duty) if duty.holder == self.person.user => Ok(duty),
            _ => Err(HandOffRefusal::NotOnDuty { holder }.into()),
        }
    }

    /// The note that this person has written so far, when they have the duty.
    pub(super) fn note(&self) -> Result<Option<String>, Rejection> {
        let duty = self.own()?;
        let open = self.open.as_ref().and_then(|open| open.hand_off.note.clone());
        Ok(open.or_else(|| duty.note.clone()))
    }

    /// Carries an offer out. The one who goes keeps the duty, and their note has gone with it.
    pub(super) async fn carry_out(
        &self,
        connection: &mut Connection,
        duty: Duty,
        hand_off: &HandOff,
        copies: Option<&[Address]>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        hand_over(connection, &self.view.kept, hand_off, copies, now).await?;
        let kept = Duty { note: None, ..duty };
        handoffs::keep_duty(connection, self.view.kept.number, Some(&kept)).await?;
        Ok(rosters::look_again(connection, Some(self.person.guild)).await?)
    }
}

/// Wishes that the message of a hand-off shows what is so, and that the roster is looked at: whom to ask has changed.
pub(super) async fn show(
    connection: &mut Connection,
    guild: GuildId,
    number: HandOffNumber,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    outbox::enqueue_for_guild(connection, guild, &Notice::HandOff { number }, now).await?;
    Ok(rosters::look_again(connection, Some(guild)).await?)
}

/// A note without the blanks around it; none for an empty one.
pub(super) fn checked(note: Option<&str>) -> Result<Option<String>, Rejection> {
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    if let Some(note) = note {
        within("the note", note, NOTE_LIMIT)?;
    }
    Ok(note.map(str::to_owned))
}
