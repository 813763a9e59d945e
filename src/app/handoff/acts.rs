//! What people do about a duty: hand it over now, accept or decline it, leave a note, end their shift.

use chrono::{DateTime, Utc};

use crate::app::handoff::{KeptHandOff, hand_over, record};
use crate::app::shifts::{RosterView, meant, views};
use crate::app::{App, Error, actor};
use crate::domain::handoff::{Duty, HandOff, HandOffRefusal, HandOffState, NOTE_LIMIT};
use crate::domain::ids::{GuildId, HandOffNumber, RosterNumber};
use crate::domain::notice::Notice;
use crate::domain::person::{Person, Stamp};
use crate::domain::playbook::Phase;
use crate::domain::rejection::Rejection;
use crate::domain::release::{Release, within};
use crate::domain::room::RoomEvent;
use crate::domain::setup::GuildSetup;
use crate::domain::shift::ShiftRefusal;
use crate::store::{Connection, StoreError, guilds, handoffs, outbox, releases, rosters, shifts, timeline};

/// That somebody has the duty now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// What the roster is called.
    pub title: String,
    /// What was handed over.
    pub hand_off: HandOff,
}

/// What has come of wanting to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Left {
    /// Nothing is in flight, so that nobody has to take it over.
    Free,
    /// Somebody is asked, and the duty stays until they accept.
    Offered(HandOff),
    /// The next shift is their own.
    Kept(HandOff),
    /// They left although these phases are not complete.
    Overridden(Vec<String>),
}

/// What somebody does about a duty is done within one transaction, on what is so in it.
struct Scene {
    person: Person,
    setup: GuildSetup,
    view: RosterView,
    duty: Option<Duty>,
    open: Option<KeptHandOff>,
}

impl App {
    /// Offers the duty that this person has to those who come on next or stay on, once for each interaction.
    ///
    /// # Errors
    /// [`ShiftRefusal::NoShiftChannel`], [`HandOffRefusal::NotOnDuty`], [`HandOffRefusal::OpenAlready`],
    /// [`HandOffRefusal::NothingInFlight`], as [`meant`], or the database failed.
    pub async fn hand_over_now(
        &self,
        person: &Person,
        roster: Option<&str>,
        note: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<HandOff, Error> {
        let note = checked(note)?;
        let mut transaction = self.store().write().await?;
        let scene = scene(&mut transaction, person, roster, now).await?;
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
            offer(&mut transaction, &scene, duty, &hand_off, now).await?;
        }
        transaction.commit().await?;
        self.pulse().poke();
        Ok(hand_off)
    }

    /// Takes over what was handed over: the one of this number, or the one that is open.
    ///
    /// # Errors
    /// [`HandOffRefusal::NoneOpen`], [`HandOffRefusal::Settled`], [`HandOffRefusal::OwnDuty`],
    /// [`HandOffRefusal::ForOthers`], as [`meant`], or the database failed.
    pub async fn accept_hand_off(
        &self,
        person: &Person,
        number: Option<HandOffNumber>,
        roster: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Accepted, Error> {
        let mut transaction = self.store().write().await?;
        let (scene, mut kept) = answered(&mut transaction, person, number, roster, now).await?;
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
        let (scene, mut kept) = answered(&mut transaction, person, number, roster, now).await?;
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
        let scene = scene(&mut reader, person, roster, now).await?;
        let duty = scene.own()?;
        let open = scene.open.as_ref().and_then(|open| open.hand_off.note.clone());
        Ok((scene.view.kept.number, open.or_else(|| duty.note.clone())))
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
        let name = name_of(&mut reader, person, roster).await?;
        drop(reader);
        let (_, note) = self.draft_note(person, Some(&name), now).await?;
        Ok(note)
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
        let name = name_of(&mut transaction, person, roster).await?;
        let scene = scene(&mut transaction, person, Some(&name), now).await?;
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

    /// Ends the shift of this person, once for each interaction: what is in flight is offered to others, and phases that
    /// have to be complete before they leave keep them, unless they say why not.
    ///
    /// # Errors
    /// [`HandOffRefusal::NotOnDuty`], [`HandOffRefusal::Unfinished`], as [`meant`], or the database failed.
    pub async fn end_shift(
        &self,
        person: &Person,
        roster: Option<&str>,
        reason: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Left, Error> {
        let reason = checked(reason)?;
        let mut transaction = self.store().write().await?;
        let scene = scene(&mut transaction, person, roster, now).await?;
        let duty = scene.own()?.clone();
        let in_flight = releases::in_flight(&mut transaction, person.guild).await?;
        let unfinished = self.unfinished(&in_flight, &scene.setup, now);
        let left = if !unfinished.is_empty() {
            let Some(reason) = reason else {
                let all = unfinished.len();
                let known = unfinished.into_iter().filter(|(release, _)| !release.private);
                let named = known.map(|(release, phases)| (release.key.clone(), phases));
                let releases: Vec<_> = named.collect();
                let private = all - releases.len();
                return Err(Rejection::from(HandOffRefusal::Unfinished { releases, private }).into());
            };
            self.leave(&mut transaction, &scene, duty, &unfinished, &reason, now)
                .await?
        } else if in_flight.is_empty() {
            if timeline::handle_once(&mut transaction, person.interaction, now).await? {
                go(&mut transaction, &scene, now).await?;
            }
            Left::Free
        } else {
            let hand_off = match &scene.open {
                Some(open) => open.hand_off.clone(),
                None => {
                    let hand_off = scene.offer(&duty, None, now);
                    if timeline::handle_once(&mut transaction, person.interaction, now).await? {
                        offer(&mut transaction, &scene, duty, &hand_off, now).await?;
                    }
                    hand_off
                }
            };
            match hand_off.state {
                HandOffState::Kept => Left::Kept(hand_off),
                _ => Left::Offered(hand_off),
            }
        };
        rosters::look_again(&mut transaction, Some(person.guild)).await?;
        transaction.commit().await?;
        self.pulse().poke();
        Ok(left)
    }
}

impl App {
    /// The releases with phases that have to be complete before whoever is on duty may leave, as "T−0 Promote".
    fn unfinished<'a>(
        &self,
        in_flight: &'a [Release],
        setup: &GuildSetup,
        now: DateTime<Utc>,
    ) -> Vec<(&'a Release, Vec<String>)> {
        let name = |phase: &Phase| format!("{} {}", phase.offset.label(), phase.title);
        let unfinished = in_flight.iter().map(|release| {
            let plan = self.plan_of(release, &setup.days);
            let phases = release.unfinished_before_leaving(&plan, now);
            (release, phases.into_iter().map(name).collect::<Vec<_>>())
        });
        unfinished.filter(|(_, phases)| !phases.is_empty()).collect()
    }

    /// Lets somebody go although phases are not complete, once for each interaction: nobody has the duty until somebody
    /// accepts, and why they went is on the record.
    async fn leave(
        &self,
        connection: &mut Connection,
        scene: &Scene,
        duty: Duty,
        unfinished: &[(&Release, Vec<String>)],
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<Left, Error> {
        let known = unfinished.iter().filter(|(release, _)| !release.private);
        let all = known.flat_map(|(release, phases)| {
            let of_release = |phase: &String| format!("{phase} ({})", release.key);
            phases.iter().map(of_release).collect::<Vec<_>>()
        });
        let left = Left::Overridden(all.collect());
        let person = &scene.person;
        if !timeline::handle_once(connection, person.interaction, now).await? {
            return Ok(left);
        }
        match &scene.open {
            None => {
                let hand_off = HandOff {
                    left: true,
                    ..scene.offer(&duty, None, now)
                };
                offer(connection, scene, duty, &hand_off, now).await?;
            }
            Some(open) => {
                let hand_off = HandOff {
                    left: true,
                    ..open.hand_off.clone()
                };
                handoffs::keep(connection, open.number, &hand_off).await?;
                show(connection, person.guild, open.number, now).await?;
            }
        }
        let title = &scene.view.kept.roster.title;
        let did = |release: &Release| {
            let (_, phases) = unfinished.iter().find(|(known, _)| known.id == release.id)?;
            Some(RoomEvent::LeftUnfinished {
                roster: title.clone(),
                phases: phases.clone(),
                reason: reason.to_owned(),
            })
        };
        record(connection, person.guild, person.user, did, now).await?;
        go(connection, scene, now).await?;
        Ok(left)
    }
}

impl Scene {
    /// Whether this person may answer whoever is asked: they are on, or lead releases.
    fn is_entitled(&self, now: DateTime<Utc>) -> bool {
        let on = self.view.rota().on(now);
        on.iter().any(|shift| shift.user == self.person.user)
            || actor(&self.setup, &self.person).is_release_manager()
    }

    /// What whoever has the duty offers.
    fn offer(&self, duty: &Duty, note: Option<String>, now: DateTime<Utc>) -> HandOff {
        let rota = self.view.rota();
        let since = duty.shift_began(&rota, now);
        let note = note.or_else(|| duty.note.clone());
        HandOff::offer(&rota, duty.holder, since, note, now)
    }

    /// The duty, when this person has it.
    fn own(&self) -> Result<&Duty, Rejection> {
        let holder = self.duty.as_ref().map(|duty| duty.holder);
        match &self.duty {
            Some(duty) if duty.holder == self.person.user => Ok(duty),
            _ => Err(HandOffRefusal::NotOnDuty { holder }.into()),
        }
    }
}

async fn scene(
    connection: &mut Connection,
    person: &Person,
    roster: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Scene, Error> {
    let setup = guilds::load(connection, person.guild).await?;
    if setup.hand_offs.is_none() {
        return Err(Rejection::from(ShiftRefusal::NoShiftChannel).into());
    }
    let mut views = views(connection, person.guild, now).await?;
    views.retain(|view| view.kept.roster.hands_over);
    let view = meant(&views, roster, person.user)
        .map_err(Rejection::from)?
        .clone();
    let number = view.kept.number;
    Ok(Scene {
        person: person.clone(),
        duty: handoffs::duty(connection, number).await?,
        open: handoffs::open(connection, number).await?,
        setup,
        view,
    })
}

/// The hand-off that somebody answers: the one of a button, or the one that is open.
async fn answered(
    connection: &mut Connection,
    person: &Person,
    number: Option<HandOffNumber>,
    roster: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(Scene, KeptHandOff), Error> {
    let Some(number) = number else {
        let mut scene = scene(connection, person, roster, now).await?;
        let open = scene.open.take();
        let open = open.ok_or_else(|| Rejection::from(HandOffRefusal::NoneOpen))?;
        return Ok((scene, open));
    };
    let kept = handoffs::of_number(connection, person.guild, number).await?;
    let kept = kept.ok_or(Rejection::QuestionGone)?;
    let name = name_of(connection, person, kept.roster).await?;
    let scene = scene(connection, person, Some(&name), now).await?;
    Ok((scene, kept))
}

/// The name of a roster of this person's guild.
async fn name_of(
    connection: &mut Connection,
    person: &Person,
    roster: RosterNumber,
) -> Result<String, Error> {
    let roster = rosters::of_number(connection, roster).await?;
    let roster = roster.filter(|roster| roster.guild == person.guild);
    Ok(roster.ok_or(Rejection::QuestionGone)?.name.to_string())
}

/// Carries an offer out. The one who goes keeps the duty, and their note has gone with it.
async fn offer(
    connection: &mut Connection,
    scene: &Scene,
    duty: Duty,
    hand_off: &HandOff,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    hand_over(connection, &scene.view.kept, hand_off, now).await?;
    let kept = Duty { note: None, ..duty };
    handoffs::keep_duty(connection, scene.view.kept.number, Some(&kept)).await?;
    Ok(rosters::look_again(connection, Some(scene.person.guild)).await?)
}

/// Lets somebody go now: they have the duty no more, nor the rest of their shift.
async fn go(connection: &mut Connection, scene: &Scene, now: DateTime<Utc>) -> Result<(), StoreError> {
    let left = Stamp {
        by: scene.person.user,
        at: now,
    };
    if let Some(change) = scene.view.rota().leave(left) {
        shifts::change(connection, scene.view.kept.number, &change).await?;
    }
    handoffs::keep_duty(connection, scene.view.kept.number, None).await
}

/// Wishes that the message of a hand-off shows what is so, and that the roster is looked at: whom to ask has changed.
async fn show(
    connection: &mut Connection,
    guild: GuildId,
    number: HandOffNumber,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    outbox::enqueue_for_guild(connection, guild, &Notice::HandOff { number }, now).await?;
    Ok(rosters::look_again(connection, Some(guild)).await?)
}

/// A note without the blanks around it; none for an empty one.
fn checked(note: Option<&str>) -> Result<Option<String>, Rejection> {
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    if let Some(note) = note {
        within("the note", note, NOTE_LIMIT)?;
    }
    Ok(note.map(str::to_owned))
}
