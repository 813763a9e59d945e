//! What time does to a duty: it is taken up, handed over at the end of a shift, and asked for again and again.

use chrono::{DateTime, Utc};

use crate::app::handoff::hand_over;
use crate::app::shifts::RosterView;
use crate::app::{App, Error};
use crate::domain::handoff::{Called, Duty, HandOff, HandOffState, Step};
use crate::domain::mail::Address;
use crate::domain::notice::Notice;
use crate::domain::release::Release;
use crate::domain::setup::GuildSetup;
use crate::store::handoffs::KeptHandOff;
use crate::store::{Connection, StoreError, handoffs, outbox, releases};

/// Each step leads to another state, so a few are enough.
const MOST_STEPS: usize = 8;

impl App {
    /// Lets everything come that is due for the duty of a roster.
    pub(in crate::app) async fn look_at_duty(
        &self,
        connection: &mut Connection,
        view: &RosterView,
        setup: &GuildSetup,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        if !hands_over(view, setup) {
            return Ok(());
        }
        for _ in 0..MOST_STEPS {
            let in_flight = !releases::in_flight(connection, setup.guild).await?.is_empty();
            if let Some(open) = handoffs::open(connection, view.kept.number).await? {
                match open.hand_off.ended(&view.rota(), in_flight, now) {
                    Some(state) => {
                        end(connection, view, open, state, now).await?;
                        continue;
                    }
                    None => return self.ask_again(connection, view, setup, open, now).await,
                }
            }
            let duty = handoffs::duty(connection, view.kept.number).await?;
            match Duty::step(duty.as_ref(), &view.rota(), in_flight, now) {
                Some(step) => take_step(connection, view, duty, step, self.copies(), now).await?,
                None => return ask_for_note(connection, view, duty, in_flight, now).await,
            }
        }
        Ok(())
    }

    /// When something becomes due next for the duty of a roster.
    pub(in crate::app) async fn next_of_duty(
        &self,
        connection: &mut Connection,
        view: &RosterView,
        setup: &GuildSetup,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        if !hands_over(view, setup) {
            return Ok(None);
        }
        if let Some(open) = handoffs::open(connection, view.kept.number).await? {
            let call = self
                .next_call(connection, view, setup, &open.hand_off, now)
                .await?;
            // Whoever leaves may be the next one on as well: the hand-off ends then.
            let back = view
                .rota()
                .coming(now)
                .into_iter()
                .find(|shift| shift.user == open.hand_off.from)
                .map(|shift| shift.span.from);
            return Ok(call.map(|call| call.at).into_iter().chain(back).min());
        }
        let duty = handoffs::duty(connection, view.kept.number).await?;
        Ok(Duty::next(duty.as_ref(), &view.rota(), now))
    }

    /// Asks again, when it is time: once for all that was missed.
    async fn ask_again(
        &self,
        connection: &mut Connection,
        view: &RosterView,
        setup: &GuildSetup,
        open: KeptHandOff,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let KeptHandOff {
            number, mut hand_off, ..
        } = open;
        let call = self.next_call(connection, view, setup, &hand_off, now).await?;
        let Some(call) = call.filter(|call| call.at <= now) else {
            return Ok(());
        };
        hand_off.calls.push(call.clone());
        handoffs::keep(connection, number, &hand_off).await?;
        let notice = Notice::HandOffCall { number, call };
        outbox::enqueue_for_guild(connection, view.kept.guild, &notice, now).await?;
        Ok(())
    }

    /// The next call, by the working hours that whoever leads the releases in flight has.
    async fn next_call(
        &self,
        connection: &mut Connection,
        view: &RosterView,
        setup: &GuildSetup,
        hand_off: &HandOff,
        now: DateTime<Utc>,
    ) -> Result<Option<Called>, StoreError> {
        let releases = releases::in_flight(connection, setup.guild).await?;
        // Without a release in flight there is nothing to ask for.
        let Some(Release { playbook, .. }) = releases.first() else {
            return Ok(None);
        };
        let calendar = self.calendar(playbook, setup.guild, &setup.days);
        Ok(hand_off.call_from(&view.rota(), &playbook.lead_hours(&calendar), now))
    }
}

/// Nothing is handed over where nobody would hear of it.
fn hands_over(view: &RosterView, setup: &GuildSetup) -> bool {
    view.kept.roster.hands_over && setup.hand_offs.is_some()
}

async fn take_step(
    connection: &mut Connection,
    view: &RosterView,
    duty: Option<Duty>,
    step: Step,
    copies: Option<&[Address]>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let roster = view.kept.number;
    match (step, duty) {
        (Step::TakesUp(user), _) => {
            handoffs::keep_duty(connection, roster, Some(&Duty::taken_up(user, now))).await?;
        }
        (Step::LaysDown, _) | (Step::HandsOver, None) => {
            handoffs::keep_duty(connection, roster, None).await?;
        }
        (Step::HandsOver, Some(duty)) => {
            let rota = view.rota();
            let since = duty.shift_began(&rota, now);
            let hand_off = HandOff::offer(&rota, duty.holder, since, duty.note.clone(), now);
            hand_over(connection, &view.kept, &hand_off, copies, now).await?;
            let own = rota.coming(now).first().map(|shift| shift.span.from);
            // Whoever comes next is the same person: the duty stays, and its end is that of the next shift.
            let kept = Duty {
                from: own
                    .filter(|_| hand_off.state == HandOffState::Kept)
                    .unwrap_or(now),
                note: None,
                ..duty
            };
            handoffs::keep_duty(connection, roster, Some(&kept)).await?;
        }
    }
    Ok(())
}

/// Asks whoever goes soon for a note, once for each end of a duty.
async fn ask_for_note(
    connection: &mut Connection,
    view: &RosterView,
    duty: Option<Duty>,
    in_flight: bool,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let Some(duty) = duty.filter(|_| in_flight) else {
        return Ok(());
    };
    let Some(ends) = duty.note_due(&view.rota(), now) else {
        return Ok(());
    };
    let notice = Notice::HandOffNote {
        roster: view.kept.number,
        title: view.kept.roster.title.clone(),
        to: duty.holder,
        ends,
    };
    outbox::enqueue_for_guild(connection, view.kept.guild, &notice, now).await?;
    let asked = Duty {
        asked_before: Some(ends),
        ..duty
    };
    Ok(handoffs::keep_duty(connection, view.kept.number, Some(&asked)).await?)
}

/// Ends a hand-off that nobody has to answer any more. Whoever is on takes the duty up.
async fn end(
    connection: &mut Connection,
    view: &RosterView,
    open: KeptHandOff,
    state: HandOffState,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let KeptHandOff { number, hand_off, .. } = open;
    handoffs::keep(connection, number, &HandOff { state, ..hand_off }).await?;
    handoffs::keep_duty(connection, view.kept.number, None).await?;
    Ok(outbox::enqueue_for_guild(connection, view.kept.guild, &Notice::HandOff { number }, now).await?)
}
