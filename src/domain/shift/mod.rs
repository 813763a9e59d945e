//! Who is on duty, and when: rosters with their rotation, what people change about them, and what follows from both.
//!
//! A [`Roster`] is a short text, read by [`Roster::read`] with all its problems at once. [`Rota`] lays what people changed
//! over it (away periods, swaps, taken duty) and answers who is on, who is next, and when nobody is. Nothing here knows
//! what time it is.

mod agenda;
mod change;
mod cover;
mod imported;
mod member;
mod read;
mod refusal;
mod rota;
mod span;
mod swap;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;

pub use self::agenda::{Agenda, GAPS_AHEAD, Occasion};
pub use self::change::{Away, Cause, Change, check_away};
pub use self::cover::{Cover, Gap, Overlap};
pub use self::imported::{Imported, LeftOut, MOST_PERIODS, Period};
pub use self::member::Member;
pub use self::refusal::ShiftRefusal;
pub use self::rota::{Rota, Shift};
pub use self::span::Span;
pub use self::swap::{Swap, SwapState};

use crate::domain::ids::UserId;
use crate::domain::playbook::RoleId;
use crate::domain::slug::slugs;

slugs! {
    /// A roster of a guild, such as `release-managers`.
    RosterId,
}

/// The most people of a roster.
pub const MOST_MEMBERS: usize = 25;

/// The longest text of a roster, in characters: what one field of a form takes.
pub const ROSTER_LIMIT: usize = 4_000;

/// Who takes turns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    /// What people call it.
    pub title: String,
    /// The role of the playbooks that it covers; none for a team of its own.
    pub role: Option<RoleId>,
    /// How they take turns.
    pub rotation: Rotation,
    /// Who, in the order of their turns; never empty.
    pub members: Vec<Member>,
    /// The time that somebody has to be on; none where the shifts themselves are all that is asked.
    pub cover: Option<Cover>,
    /// Whether its duty is handed over at the end of a shift.
    pub hands_over: bool,
    /// How many hours before their own shift people are told of it; 0 for never.
    pub notice_hours: u32,
}

/// How the members of a roster take turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Each works on each of their own days, in their own hours: around the sun, or side by side.
    Daily,
    /// Each has one week in turn, in their own days and hours.
    Weekly {
        /// The first day of the week of the first member. The next one begins on the same day of the week.
        since: NaiveDate,
    },
}

impl Roster {
    /// The member who is this person.
    #[must_use]
    pub fn member(&self, user: UserId) -> Option<&Member> {
        self.members.iter().find(|member| member.user == user)
    }

    /// Whose turn the week of `date` is, by the date that the member's own clock shows; in a daily rotation everybody's,
    /// and nobody's before the first week.
    fn has_turn(&self, place: usize, date: NaiveDate) -> bool {
        match self.rotation {
            Rotation::Daily => true,
            Rotation::Weekly { since } => {
                let weeks = date.signed_duration_since(since).num_days().div_euclid(7);
                usize::try_from(weeks).is_ok_and(|weeks| weeks % self.members.len().max(1) == place)
            }
        }
    }
}
