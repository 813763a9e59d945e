//! Swaps: one offers a shift, another takes it, perhaps for one of theirs. Nothing changes until it is accepted.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::UserId;
use crate::domain::person::Stamp;
use crate::domain::shift::{Cause, Change, Rota, Shift, ShiftRefusal, Span};

/// A shift that was offered to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swap {
    /// Who offered it, and when.
    pub offered: Stamp,
    /// To whom.
    pub to: UserId,
    /// What is offered.
    pub gives: Span,
    /// What is asked for in exchange; none for nothing.
    pub gets: Option<Span>,
}

/// What became of a swap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum SwapState {
    /// Nobody has answered.
    Offered,
    /// It was accepted; the shifts have changed hands.
    Accepted(Stamp),
    /// It was declined.
    Declined(Stamp),
    /// Whoever offered it took it back.
    Withdrawn(Stamp),
    /// The shifts were over, or somebody else's, before it was answered.
    Lapsed {
        /// When that was seen.
        at: DateTime<Utc>,
    },
}

impl Swap {
    /// An offer of the shift that begins at `gives` to `to`, for the one of theirs that begins at `gets`.
    ///
    /// # Errors
    /// [`ShiftRefusal::SwapWithOneself`], [`ShiftRefusal::NotInRoster`], [`ShiftRefusal::NoSuchShift`] or
    /// [`ShiftRefusal::ShiftBegan`].
    pub fn offer(
        rota: &Rota<'_>,
        to: UserId,
        gives: DateTime<Utc>,
        gets: Option<DateTime<Utc>>,
        offered: Stamp,
    ) -> Result<Self, ShiftRefusal> {
        if to == offered.by {
            return Err(ShiftRefusal::SwapWithOneself);
        }
        for user in [offered.by, to] {
            if rota.roster.member(user).is_none() {
                return Err(ShiftRefusal::NotInRoster { roster: None, user });
            }
        }
        let whole = |user, begins| -> Result<Span, ShiftRefusal> {
            let shift = rota.shift_of(user, begins)?;
            if shift.span.from <= offered.at {
                return Err(ShiftRefusal::ShiftBegan { at: shift.span.from });
            }
            Ok(shift.span)
        };
        Ok(Self {
            to,
            gives: whole(offered.by, gives)?,
            gets: gets.map(|begins| whole(to, begins)).transpose()?,
            offered,
        })
    }

    /// What changes when the one to whom it was offered accepts it.
    ///
    /// # Errors
    /// [`ShiftRefusal::SwapForAnother`]; or [`ShiftRefusal::SwapSettled`] with [`SwapState::Lapsed`] when one of the
    /// shifts has begun or is not theirs any more.
    pub fn accept(&self, rota: &Rota<'_>, accepted: Stamp) -> Result<Vec<Change>, ShiftRefusal> {
        self.may_answer(accepted.by)?;
        if !self.stands(rota, accepted.at) {
            let state = SwapState::Lapsed { at: accepted.at };
            return Err(ShiftRefusal::SwapSettled { state });
        }
        let change = |span, user, instead_of| Change {
            span,
            user: Some(user),
            instead_of: Some(instead_of),
            cause: Cause::Swapped,
            made: accepted,
        };
        let given = change(self.gives, self.to, self.offered.by);
        let got = self.gets.map(|span| change(span, self.offered.by, self.to));
        Ok([Some(given), got].into_iter().flatten().collect())
    }

    /// Whether this person may accept or decline it.
    ///
    /// # Errors
    /// [`ShiftRefusal::SwapForAnother`].
    pub fn may_answer(&self, user: UserId) -> Result<(), ShiftRefusal> {
        if user == self.to {
            Ok(())
        } else {
            Err(ShiftRefusal::SwapForAnother { to: self.to })
        }
    }

    /// Whether both shifts are still ahead, and still whose they were.
    #[must_use]
    pub fn stands(&self, rota: &Rota<'_>, now: DateTime<Utc>) -> bool {
        let theirs = |user, span: Span| {
            span.from > now
                && rota
                    .shift_of(user, span.from)
                    .is_ok_and(|shift| shift.span == span)
        };
        theirs(self.offered.by, self.gives) && self.gets.is_none_or(|gets| theirs(self.to, gets))
    }
}

impl Rota<'_> {
    /// The shift of this person that begins at this instant.
    ///
    /// # Errors
    /// [`ShiftRefusal::NoSuchShift`].
    pub fn shift_of(&self, user: UserId, begins: DateTime<Utc>) -> Result<Shift, ShiftRefusal> {
        let own = self.on(begins).into_iter();
        own.filter(|shift| shift.user == user)
            .find(|shift| shift.span.from == begins)
            .ok_or(ShiftRefusal::NoSuchShift { user })
    }
}
