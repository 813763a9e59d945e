//! The ids of what belongs to rosters and shifts.

use std::fmt;

use crate::discord::custom_id::NotOurs;
use crate::domain::ids::{HandOffNumber, RosterNumber, SwapNumber};
use crate::domain::shift::RosterId;

/// What a control of rosters and shifts does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShiftId {
    /// The form with the text of a roster, made of this revision.
    RosterForm(RosterId, u32),
    /// Accept or decline a swap.
    Swap(SwapNumber, bool),
    /// Accept a hand-off.
    Accept(HandOffNumber),
    /// Open the form in which a hand-off is declined.
    Decline(HandOffNumber),
    /// That form.
    DeclineForm(HandOffNumber),
    /// Open the form in which whoever goes is asked a question.
    Ask(HandOffNumber),
    /// That form.
    AskForm(HandOffNumber),
    /// Keep the days of a calendar about which this question is.
    SaveAway(i64),
    /// Leave some of them out.
    LeaveOut(i64),
    /// Keep none of them.
    DropAway(i64),
    /// Open the form with the note of whoever goes.
    Note(RosterNumber),
    /// That form.
    NoteForm(RosterNumber),
}

impl ShiftId {
    /// Reads what stands behind `shift|`.
    pub(super) fn read(parts: &[&str]) -> Result<Self, NotOurs> {
        Ok(match parts {
            ["roster", name, revision] => Self::RosterForm(
                name.parse().map_err(|_| NotOurs)?,
                revision.parse().map_err(|_| NotOurs)?,
            ),
            ["swap", number, accept] => Self::Swap(
                SwapNumber(number.parse().map_err(|_| NotOurs)?),
                accept.parse().map_err(|_| NotOurs)?,
            ),
            [what, number] => {
                let number = number.parse().map_err(|_| NotOurs)?;
                match *what {
                    "accept" => Self::Accept(HandOffNumber(number)),
                    "decline" => Self::Decline(HandOffNumber(number)),
                    "decline-form" => Self::DeclineForm(HandOffNumber(number)),
                    "ask" => Self::Ask(HandOffNumber(number)),
                    "ask-form" => Self::AskForm(HandOffNumber(number)),
                    "save-away" => Self::SaveAway(number),
                    "leave-out" => Self::LeaveOut(number),
                    "drop-away" => Self::DropAway(number),
                    "note" => Self::Note(RosterNumber(number)),
                    "note-form" => Self::NoteForm(RosterNumber(number)),
                    _ => return Err(NotOurs),
                }
            }
            _ => return Err(NotOurs),
        })
    }
}

impl fmt::Display for ShiftId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RosterForm(name, revision) => write!(formatter, "shift|roster|{name}|{revision}"),
            Self::Swap(number, accept) => write!(formatter, "shift|swap|{}|{accept}", number.0),
            Self::Accept(number) => write!(formatter, "shift|accept|{}", number.0),
            Self::Decline(number) => write!(formatter, "shift|decline|{}", number.0),
            Self::DeclineForm(number) => write!(formatter, "shift|decline-form|{}", number.0),
            Self::Ask(number) => write!(formatter, "shift|ask|{}", number.0),
            Self::AskForm(number) => write!(formatter, "shift|ask-form|{}", number.0),
            Self::SaveAway(question) => write!(formatter, "shift|save-away|{question}"),
            Self::LeaveOut(question) => write!(formatter, "shift|leave-out|{question}"),
            Self::DropAway(question) => write!(formatter, "shift|drop-away|{question}"),
            Self::Note(roster) => write!(formatter, "shift|note|{}", roster.0),
            Self::NoteForm(roster) => write!(formatter, "shift|note-form|{}", roster.0),
        }
    }
}
