//! Going: what is in flight is handed over, and phases that have to be complete before keep whoever has the duty.

use chrono::{DateTime, Utc};

use crate::app::handoff::record;
use crate::app::handoff::scene::{Meant, Scene, checked, show};
use crate::app::sight::Sight;
use crate::app::{App, Error};
use crate::domain::handoff::{Duty, HandOff, HandOffRefusal, Unfinished};
use crate::domain::mail::Address;
use crate::domain::person::{Person, Stamp};
use crate::domain::rejection::{PhaseLabel, Rejection};
use crate::domain::release::Release;
use crate::domain::room::RoomEvent;
use crate::store::{Connection, StoreError, handoffs, releases, rosters, shifts, timeline};

/// What has come of wanting to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Left {
    /// Nothing is in flight, so that nobody has to take it over.
    Free,
    /// Somebody is asked, and the duty stays until they accept; or the next shift is their own.
    Offered(HandOff),
    /// They left although something is not complete.
    Overridden(Vec<Unfinished>),
}

impl App {
    /// Ends the shift of this person, once for each interaction: what is in flight is offered to others, and phases that
    /// have to be complete before they leave keep them, unless they say why not.
    ///
    /// # Errors
    /// [`HandOffRefusal::NotOnDuty`], [`HandOffRefusal::Unfinished`], as [`meant`](crate::app::meant), or the database
    /// failed.
    pub async fn end_shift(
        &self,
        person: &Person,
        roster: Option<&str>,
        reason: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Left, Error> {
        let reason = checked(reason)?;
        let mut transaction = self.store().write().await?;
        let scene = Scene::find(&mut transaction, person, Meant::Named(roster), now).await?;
        let duty = scene.own()?.clone();
        let in_flight = releases::in_flight(&mut transaction, person.guild).await?;
        let unfinished = self.unfinished(&in_flight, &scene, now);
        let first = timeline::handle_once(&mut transaction, person.interaction, now).await?;
        let left = match (unfinished.is_empty(), reason, &scene.open) {
            (false, None, _) => {
                return Err(Rejection::from(HandOffRefusal::Unfinished { releases: unfinished }).into());
            }
            (false, Some(reason), _) => {
                if first {
                    let going = Going {
                        unfinished: &unfinished,
                        reason: &reason,
                        copies: self.copies(),
                    };
                    leave(&mut transaction, &scene, duty, going, now).await?;
                }
                Left::Overridden(unfinished)
            }
            (true, _, _) if in_flight.is_empty() => {
                if first {
                    go(&mut transaction, &scene, now).await?;
                }
                Left::Free
            }
            (true, _, Some(open)) => Left::Offered(open.hand_off.clone()),
            (true, _, None) => {
                let hand_off = scene.offer(&duty, None, now);
                if first {
                    scene
                        .carry_out(&mut transaction, duty, &hand_off, self.copies(), now)
                        .await?;
                }
                Left::Offered(hand_off)
            }
        };
        rosters::look_again(&mut transaction, Some(person.guild)).await?;
        transaction.commit().await?;
        self.pulse().poke();
        Ok(left)
    }

    /// The releases with phases that have to be complete before whoever has the duty may leave, as far as they may know of
    /// them.
    fn unfinished(&self, in_flight: &[Release], scene: &Scene, now: DateTime<Utc>) -> Vec<Unfinished> {
        let sight = Sight::of(&scene.person, &scene.setup);
        let known = in_flight.iter().filter(|release| sight.shows(release));
        let unfinished = known.map(|release| Unfinished {
            key: release.key.clone(),
            phases: release.unfinished_before_leaving(&self.plan_of(release, &scene.setup.days), now),
        });
        unfinished.filter(|release| !release.phases.is_empty()).collect()
    }
}

/// That somebody goes although something is not complete.
#[derive(Clone, Copy)]
struct Going<'a> {
    unfinished: &'a [Unfinished],
    reason: &'a str,
    /// Who always gets a copy by e-mail, where any is sent.
    copies: Option<&'a [Address]>,
}

/// Lets somebody go although phases are not complete: nobody has the duty until somebody accepts, and why they went is on
/// the record.
async fn leave(
    connection: &mut Connection,
    scene: &Scene,
    duty: Duty,
    going: Going<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let gone = |hand_off: HandOff| HandOff {
        left: true,
        ..hand_off
    };
    match &scene.open {
        None => {
            let hand_off = gone(scene.offer(&duty, None, now));
            scene
                .carry_out(connection, duty, &hand_off, going.copies, now)
                .await?;
        }
        Some(open) => {
            handoffs::keep(connection, open.number, &gone(open.hand_off.clone())).await?;
            show(connection, scene.person.guild, open.number, now).await?;
        }
    }
    let title = &scene.view.kept.roster.title;
    let did = |release: &Release| {
        let of = going
            .unfinished
            .iter()
            .find(|unfinished| unfinished.key == release.key)?;
        Some(RoomEvent::LeftUnfinished {
            roster: title.clone(),
            phases: of.phases.iter().map(PhaseLabel::to_string).collect(),
            reason: going.reason.to_owned(),
        })
    };
    record(connection, scene.person.guild, scene.person.user, did, now).await?;
    Ok(go(connection, scene, now).await?)
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
