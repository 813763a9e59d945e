//! To whom a copy of a hand-off goes by e-mail.

use serde::{Deserialize, Serialize};

use crate::domain::ids::UserId;
use crate::domain::mail::Address;

/// To whom a copy goes. Stored as JSON: a variant is never changed, only added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "copy", rename_all = "kebab-case")]
pub enum CopyTo {
    /// Somebody to whom the duty is handed over, at the address that the roster knows when it leaves.
    Member {
        /// Who.
        user: UserId,
    },
    /// Whom the configuration names.
    Always {
        /// Its place in the configuration, from 1 on.
        place: u32,
        /// The address.
        address: Address,
    },
}
