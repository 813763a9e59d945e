//! What people do about a duty: hand it over now, accept or decline it, leave a note.

use chrono::{DateTime, Utc};

use crate::app::handoff::record;
use crate::app::handoff::scene::{Meant, Scene, checked, show};
use crate::app::{App, Error};
use crate::domain::handoff::{Duty, HandOff, HandOffRefusal, NOTE_LIMIT};
use crate::domain::ids::{HandOffNumber, RosterNumber, UserId};
use crate::domain::notice::Notice;
use crate::domain::person::{Person, Stamp};
use crate::domain::rejection::Rejection;
use crate::domain::release::within;
use crate::domain::room::RoomEvent;
use crate::store::{handoffs, outbox, releases, timeline};

/// That somebody has the duty now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// What the roster is called.
    pub title: String,
    /// What was handed over.
    pub hand_off: HandOff,
}

impl App {
    /// Offers the duty that this person has to those who come on next or stay on, once for each interaction.
    ///
    /// # Errors
    /// [`ShiftRefusal::NoShiftChannel`](crate::domain::shift::ShiftRefusal::NoShiftChannel), [`HandOffRefusal::NotOnDuty`], [`HandOffRefusal::OpenAlready`],
    /// [`HandOffRefusal::NothingInFlight`], as [`meant`](crate::app::meant), or the database failed.
    pub async fn hand_over_now(
        &self,
        person: &Person,
        roster: Option<&str>,
        note: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<HandOff, Error> {
        let note = checked(note)?;
        let mut transaction = self.store().write().await?;
        let scene = Scene::find(&mut transaction, person, Meant::Named(roster), now).await?;
        let duty = scene.own()?.clone();
        if let Some(open) = &scene.open {
            let (since, to) = (open.hand_off.offered, open.hand_off.asked());
            return Err(Rejection::from(HandOffRefusal::OpenAlready { since, to }).into());
        }
        if releases::in_flight(&mut transaction, person.guild)
            .await?
            .is_empty()
        {
            return Err(Rejection::from(HandOffRefusal::NothingInFlight).into());
        }
        let hand_off = scene.offer(&duty, note, now);
        if timeline::handle_once(&mut transaction, person.interaction, now).await? {
            let copies = self.copies();
            scene
                .carry_out(&mut transaction, duty, &hand_off, copies, now)
                .await?;
        }
        transaction.commit().await?;
        self.pulse().poke();
        Ok(hand_off)
    }

    /// Takes over what was handed over: the one of this number, or the one that is open.
    ///
    /// # Errors
    /// [`HandOffRefusal::NoneOpen`], [`HandOffRefusal::Settled`], [`HandOffRefusal::OwnDuty`],
    /// [`HandOffRefusal::ForOthers`], as [`meant`](crate::app::meant), or the database failed.
    pub async fn accept_hand_off(
        &self,
        person: &Person,
        number: Option<HandOffNumber>,
        roster: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Accepted, Error> {
        let mut transaction = self.store().write().await?;
        let (scene, mut kept) = Scene::answered(&mut transaction, person, number, roster, now).await?;
        let entitled = scene.is_entitled(now);
        let accepted = Stamp {
            by: person.user,
            at: now,
        };
        kept.hand_off
            .accept(accepted, entitled)
            .map_err(Rejection::from)?;
        let title = scene.view.kept.roster.title.clone();
        if timeline::handle_once(&mut transaction, person.interaction, now).await? {
            handoffs::keep(&mut transaction, kept.number, &kept.hand_off).await?;
            let duty = Duty::taken_up(person.user, now);
            handoffs::keep_duty(&mut transaction, kept.roster, Some(&duty)).await?;
            let (from, note) = (kept.hand_off.from, kept.hand_off.note.clone());
            let did = |_: &_| {
                Some(RoomEvent::HandedOver {
                    roster: title.clone(),
                    from,
                    note: note.clone(),
                })
            };
            record(&mut transaction, person.guild, person.user, did, now).await?;
            show(&mut transaction, person.guild, kept.number, now).await?;
        }
        transaction.commit().await?;
        self.pulse().poke();
        Ok(Accepted {
            title,
            hand_off: kept.hand_off,
        })
    }

    /// Declines it with a reason; the next ones are asked at once.
    ///
    /// # Errors
    /// As [`App::accept_hand_off`]; [`HandOffRefusal::DeclinedAlready`] and [`HandOffRefusal::ReasonNeeded`].
    pub async fn decline_hand_off(
        &self,
        person: &Person,
        number: Option<HandOffNumber>,
        roster: Option<&str>,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<HandOff, Error> {
        within("the reason", reason, NOTE_LIMIT)?;
        let mut transaction = self.store().write().await?;
        let (scene, mut kept) = Scene::answered(&mut transaction, person, number, roster, now).await?;
        let entitled = scene.is_entitled(now);
        let declined = Stamp {
            by: person.user,
            at: now,
        };
        kept.hand_off
            .decline(declined, reason, entitled)
            .map_err(Rejection::from)?;
        if timeline::handle_once(&mut transaction, person.interaction, now).await? {
            handoffs::keep(&mut transaction, kept.number, &kept.hand_off).await?;
            let (title, from) = (scene.view.kept.roster.title.clone(), kept.hand_off.from);
            let did = |_: &_| {
                Some(RoomEvent::HandOffDeclined {
                    roster: title.clone(),
                    from,
                    reason: reason.trim().to_owned(),
                })
            };
            record(&mut transaction, person.guild, person.user, did, now).await?;
            show(&mut transaction, person.guild, kept.number, now).await?;
        }
        transaction.commit().await?;
        self.pulse().poke();
        Ok(kept.hand_off)
    }

    /// Whether this person can put a question about this hand-off to whoever goes, before they write it.
    ///
    /// # Errors
    /// As [`HandOff::may_ask`]; [`Rejection::QuestionGone`], or the database failed.
    pub async fn may_ask_about(
        &self,
        person: &Person,
        number: HandOffNumber,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let mut reader = self.store().read().await?;
        let (_, kept) = Scene::answered(&mut reader, person, Some(number), None, now).await?;
        Ok(kept.hand_off.may_ask(person.user).map_err(Rejection::from)?)
    }

    /// Puts a question about a hand-off to whoever goes, once for each interaction, and returns who that is.
    ///
    /// # Errors
    /// As [`App::may_ask_about`]; [`HandOffRefusal::QuestionNeeded`] and [`Rejection::TextTooLong`].
    pub async fn ask_about_hand_off(
        &self,
        person: &Person,
        number: HandOffNumber,
        question: &str,
        now: DateTime<Utc>,
    ) -> Result<UserId, Error> {
        let question = question.trim();
        within("the question", question, NOTE_LIMIT)?;
        if question.is_empty() {
            return Err(Rejection::from(HandOffRefusal::QuestionNeeded).into());
        }
        let mut transaction = self.store().write().await?;
        let (_, mut kept) = Scene::answered(&mut transaction, person, Some(number), None, now).await?;
        kept.hand_off.may_ask(person.user).map_err(Rejection::from)?;
        if timeline::handle_once(&mut transaction, person.interaction, now).await? {
            kept.hand_off.questions += 1;
            handoffs::keep(&mut transaction, number, &kept.hand_off).await?;
            let notice = Notice::HandOffQuestion {
                number,
                nth: kept.hand_off.questions,
                question: question.to_owned(),
                by: person.user,
            };
            outbox::enqueue_for_guild(&mut transaction, person.guild, &notice, now).await?;
        }
        transaction.commit().await?;
        self.pulse().poke();
        Ok(kept.hand_off.from)
    }

    /// The roster of which this person has the duty, and the note that they have written so far.
    ///
    /// # Errors
    /// As [`App::note_hand_off`].
    pub async fn draft_note(
        &self,
        person: &Person,
        roster: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(RosterNumber, Option<String>), Error> {
        let mut reader = self.store().read().await?;
        let scene = Scene::find(&mut reader, person, Meant::Named(roster), now).await?;
        Ok((scene.view.kept.number, scene.note()?))
    }

    /// The note that this person has written so far as the one who has the duty of a roster.
    ///
    /// # Errors
    /// As [`App::note_hand_off`].
    pub async fn draft_note_of(
        &self,
        person: &Person,
        roster: RosterNumber,
        now: DateTime<Utc>,
    ) -> Result<Option<String>, Error> {
        let mut reader = self.store().read().await?;
        let scene = Scene::find(&mut reader, person, Meant::Numbered(roster), now).await?;
        Ok(scene.note()?)
    }

    /// Keeps what the person who goes wants others to know; after the offer it is added to it.
    ///
    /// # Errors
    /// [`HandOffRefusal::NotOnDuty`], [`Rejection::QuestionGone`] when there is no such roster, or the database failed.
    pub async fn note_hand_off(
        &self,
        person: &Person,
        roster: RosterNumber,
        note: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let note = checked(Some(note))?;
        let mut transaction = self.store().write().await?;
        let scene = Scene::find(&mut transaction, person, Meant::Numbered(roster), now).await?;
        let duty = scene.own()?.clone();
        if timeline::handle_once(&mut transaction, person.interaction, now).await? {
            match scene.open {
                Some(mut open) => {
                    open.hand_off.note = note;
                    handoffs::keep(&mut transaction, open.number, &open.hand_off).await?;
                    show(&mut transaction, person.guild, open.number, now).await?;
                }
                None => {
                    let duty = Duty { note, ..duty };
                    handoffs::keep_duty(&mut transaction, scene.view.kept.number, Some(&duty)).await?;
                }
            }
        }
        transaction.commit().await?;
        self.pulse().poke();
        Ok(())
    }
}
