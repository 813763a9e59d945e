//! The ids of what belongs to rosters and shifts.

use std::fmt;

use crate::discord::custom_id::NotOurs;
use crate::domain::ids::SwapNumber;
use crate::domain::shift::RosterId;

/// What a control of rosters and shifts does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShiftId {
    /// The form with the text of a roster, made of this revision.
    RosterForm(RosterId, u32),
    /// Accept or decline a swap.
    Swap(SwapNumber, bool),
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
            _ => return Err(NotOurs),
        })
    }
}

impl fmt::Display for ShiftId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RosterForm(name, revision) => write!(formatter, "shift|roster|{name}|{revision}"),
            Self::Swap(number, accept) => write!(formatter, "shift|swap|{}|{accept}", number.0),
        }
    }
}
