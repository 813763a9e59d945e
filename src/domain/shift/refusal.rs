//! Why nothing was changed about shifts.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::file::Problems;
use crate::domain::ids::UserId;
use crate::domain::rejection::Rejection;
use crate::domain::shift::{RosterId, SwapState};

/// What was understood and refused about rosters, swaps and days away. The variants carry facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShiftRefusal {
    /// No roster has this name.
    UnknownRoster {
        /// What was typed.
        given: String,
        /// The names that exist; none where nobody has made one.
        known: Vec<RosterId>,
    },
    /// What was typed is no name of a roster.
    NotAName {
        /// What was typed.
        given: String,
    },
    /// The text of a roster cannot be used.
    Unreadable {
        /// The roster.
        roster: RosterId,
        /// Everything that is wrong with it.
        problems: Problems,
    },
    /// The text of a roster is longer than a form takes.
    TooLong {
        /// Its length in characters.
        length: usize,
    },
    /// A guild has as many rosters as it may.
    TooMany {
        /// How many that is.
        limit: usize,
    },
    /// Somebody else has changed the roster since the form was opened.
    ChangedMeanwhile {
        /// The roster.
        roster: RosterId,
        /// Who.
        by: UserId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody is not in the roster, or in none at all.
    NotInRoster {
        /// The roster; none for any.
        roster: Option<RosterId>,
        /// Who.
        user: UserId,
    },
    /// Somebody is in several rosters and did not say which is meant.
    WhichRoster {
        /// Those that it may be.
        rosters: Vec<RosterId>,
    },
    /// Nobody has a shift that begins then.
    NoSuchShift {
        /// Whose it was to be.
        user: UserId,
    },
    /// The shift has begun, or is over.
    ShiftBegan {
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody wants to swap with themselves.
    SwapWithOneself,
    /// The swap was offered to somebody else.
    SwapForAnother {
        /// To whom.
        to: UserId,
    },
    /// The swap has been answered, or is not possible any more.
    SwapSettled {
        /// What became of it.
        state: SwapState,
    },
    /// No shift that nobody has begins then.
    NoSuchGap,
    /// Somebody has the duty already.
    OnAlready {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// The end is not after the beginning, or too far away.
    NotAStretch,
    /// A text that is no date.
    NotADate {
        /// What was typed.
        given: String,
    },
    /// The last day away is before the first.
    AwayBackwards {
        /// The first day.
        first: NaiveDate,
        /// The last day.
        last: NaiveDate,
    },
    /// The last day away is over.
    AwayOver {
        /// The last day.
        last: NaiveDate,
    },
    /// Somebody wants to be away for too long.
    AwayTooLong {
        /// How many days that would be.
        days: i64,
        /// How many there may be.
        limit: i64,
    },
    /// Neither days nor a calendar was given.
    AwayWhen,
    /// Both days and a calendar were given.
    AwayTwice,
    /// A calendar that somebody sent cannot be read.
    UnreadableCalendar {
        /// Its name.
        file: String,
        /// Everything that is wrong with it.
        problems: Problems,
    },
    /// The file that somebody sent could not be had from the platform.
    FileNotHad {
        /// Its name.
        file: String,
    },
    /// A calendar gives too many stretches of days.
    TooManyPeriods {
        /// How many it gives.
        given: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Nobody is away by this number.
    NotAway,
    /// No channel was chosen in which hand-offs and swaps are spoken of.
    NoShiftChannel,
}

impl From<ShiftRefusal> for Rejection {
    fn from(refusal: ShiftRefusal) -> Self {
        Self::Shift(Box::new(refusal))
    }
}
