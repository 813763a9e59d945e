//! Swaps: offering a shift, and answering an offer.

use chrono::{DateTime, Utc};

use crate::app::shifts::{KeptSwap, RosterView, meant, view, views};
use crate::app::{App, Error};
use crate::domain::ids::{ChannelId, GuildId, SwapNumber, UserId};
use crate::domain::notice::Notice;
use crate::domain::person::{Person, Stamp};
use crate::domain::rejection::Rejection;
use crate::domain::shift::{ShiftRefusal, Swap, SwapState};
use crate::store::{Connection, StoreError, guilds, outbox, rosters, shifts, timeline};

/// A swap with its roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwapView {
    /// The swap.
    pub kept: KeptSwap,
    /// What the roster is called.
    pub title: String,
}

impl App {
    /// Offers the shift that begins at `gives` to somebody, perhaps for the one of theirs that begins at `gets`, once for
    /// each interaction. They are asked in the channel for hand-offs, which is returned.
    ///
    /// # Errors
    /// [`ShiftRefusal::NoShiftChannel`], as [`meant`] and [`Swap::offer`], or the database failed.
    pub async fn offer_swap(
        &self,
        person: &Person,
        roster: Option<&str>,
        to: UserId,
        gives: DateTime<Utc>,
        gets: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<(RosterView, Swap, ChannelId), Error> {
        let mut transaction = self.store().write().await?;
        let setup = guilds::load(&mut transaction, person.guild).await?;
        let channel = setup
            .hand_offs
            .ok_or_else(|| Rejection::from(ShiftRefusal::NoShiftChannel))?;
        let views = views(&mut transaction, person.guild, now).await?;
        let view = meant(&views, roster, person.user).map_err(Rejection::from)?;
        let offered = Stamp {
            by: person.user,
            at: now,
        };
        let swap = Swap::offer(&view.rota(), to, gives, gets, offered).map_err(Rejection::from)?;
        if timeline::handle_once(&mut transaction, person.interaction, now).await? {
            let number = shifts::offer(&mut transaction, view.kept.number, &swap).await?;
            let notice = Notice::Swap { number };
            outbox::enqueue_for_guild(&mut transaction, person.guild, &notice, now).await?;
        }
        let view = view.clone();
        transaction.commit().await?;
        self.pulse().poke();
        Ok((view, swap, channel))
    }

    /// Accepts or declines a swap, or takes it back when it is one's own. A second answer is told what became of it.
    ///
    /// # Errors
    /// [`Rejection::QuestionGone`] when there is no such swap here, [`ShiftRefusal::SwapForAnother`],
    /// [`ShiftRefusal::SwapSettled`], or the database failed.
    pub async fn answer_swap(
        &self,
        person: &Person,
        number: SwapNumber,
        accept: bool,
        now: DateTime<Utc>,
    ) -> Result<SwapState, Error> {
        let mut transaction = self.store().write().await?;
        let kept = shifts::swap(&mut transaction, person.guild, number).await?;
        let kept = kept.ok_or(Rejection::QuestionGone)?;
        if kept.state != SwapState::Offered {
            let state = kept.state;
            return Err(Rejection::from(ShiftRefusal::SwapSettled { state }).into());
        }
        let stamp = Stamp {
            by: person.user,
            at: now,
        };
        let withdraws = !accept && person.user == kept.swap.offered.by;
        if !withdraws {
            kept.swap.may_answer(person.user).map_err(Rejection::from)?;
        }
        let state = if withdraws {
            SwapState::Withdrawn(stamp)
        } else if accept {
            self.accepted(&mut transaction, &kept, stamp).await?
        } else {
            SwapState::Declined(stamp)
        };
        shifts::answer(&mut transaction, number, &state).await?;
        outbox::enqueue_for_guild(&mut transaction, person.guild, &Notice::Swap { number }, now).await?;
        transaction.commit().await?;
        self.pulse().poke();
        match state {
            // It is kept that it has lapsed, and whoever pressed hears why nothing changed hands.
            SwapState::Lapsed { .. } => Err(Rejection::from(ShiftRefusal::SwapSettled { state }).into()),
            state => Ok(state),
        }
    }

    /// Lets the shifts of a swap change hands, as far as both are still ahead.
    async fn accepted(
        &self,
        connection: &mut Connection,
        kept: &KeptSwap,
        accepted: Stamp,
    ) -> Result<SwapState, Error> {
        let lapsed = SwapState::Lapsed { at: accepted.at };
        let Some(roster) = rosters::of_number(connection, kept.roster).await? else {
            return Ok(lapsed);
        };
        let guild = roster.guild;
        let view = view(connection, roster, accepted.at).await?;
        let Ok(changes) = kept.swap.accept(&view.rota(), accepted) else {
            return Ok(lapsed);
        };
        for change in &changes {
            shifts::change(connection, kept.roster, change).await?;
        }
        rosters::look_again(connection, Some(guild)).await?;
        Ok(SwapState::Accepted(accepted))
    }
}

/// What a message about a swap is made of; none when there is no such swap.
pub(in crate::app) async fn about_swap(
    connection: &mut Connection,
    guild: GuildId,
    number: SwapNumber,
) -> Result<Option<SwapView>, StoreError> {
    let Some(kept) = shifts::swap(connection, guild, number).await? else {
        return Ok(None);
    };
    let roster = rosters::of_number(connection, kept.roster).await?;
    let title = roster.map_or_else(String::new, |roster| roster.roster.title);
    Ok(Some(SwapView { kept, title }))
}
