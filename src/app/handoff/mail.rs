//! Copies of a hand-off by e-mail: to whom they go, and what they are made of.

use std::collections::BTreeMap;

use crate::app::App;
use crate::app::handoff::HandOffView;
use crate::app::handoff::now::names_in;
use crate::domain::handoff::{HandOff, HandOffState};
use crate::domain::ids::{GuildId, HandOffNumber, UserId};
use crate::domain::mail::Address;
use crate::domain::notice::CopyTo;
use crate::domain::shift::Roster;
use crate::domain::zone::Zone;
use crate::store::{Connection, StoreError, rosters};

/// A hand-off with what it is about, and to whom a copy of it goes.
#[derive(Clone, Debug)]
pub struct HandOffMail {
    /// The hand-off, with the releases in flight that everybody may know of.
    pub view: HandOffView,
    /// What the rosters call people.
    pub names: BTreeMap<UserId, String>,
    /// To whom; none where the roster or the configuration knows that address no more.
    pub to: Option<Addressee>,
}

/// Somebody who gets a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressee {
    /// The address.
    pub address: Address,
    /// Where they work, if that is known.
    pub zone: Option<Zone>,
}

impl HandOffMail {
    /// Whether the copy still tells what is so: it is worth nothing once somebody has accepted, or there is nothing to
    /// accept any more.
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        let state = self.view.kept.hand_off.state;
        matches!(state, HandOffState::Offered | HandOffState::Kept)
    }
}

impl App {
    /// What a copy of a hand-off is made of; none when there is no such hand-off.
    pub(in crate::app) async fn about_mail(
        &self,
        connection: &mut Connection,
        guild: GuildId,
        number: HandOffNumber,
        to: &CopyTo,
    ) -> Result<Option<HandOffMail>, StoreError> {
        let Some(view) = self.about_hand_off(connection, guild, number).await? else {
            return Ok(None);
        };
        let kept = rosters::all(connection, guild).await?;
        let own = kept.iter().find(|roster| roster.number == view.kept.roster);
        let to = match to {
            CopyTo::Member { user } => {
                own.and_then(|roster| roster.roster.member(*user))
                    .and_then(|member| {
                        Some(Addressee {
                            address: member.email.clone()?,
                            zone: Some(member.zone),
                        })
                    })
            }
            CopyTo::Always { address, .. } => {
                let mut known = self.copies().unwrap_or_default().iter();
                known.any(|known| known == address).then(|| Addressee {
                    address: address.clone(),
                    zone: None,
                })
            }
        };
        let names = names_in(kept.iter().map(|roster| &roster.roster));
        Ok(Some(HandOffMail { view, names, to }))
    }
}

/// To whom copies of an offer go, each address once: those to whom it is addressed, and those who always get one.
/// Whoever has the next shift as well hears nothing new.
pub(super) fn copies_of(roster: &Roster, hand_off: &HandOff, always: &[Address]) -> Vec<CopyTo> {
    let mut known: Vec<Address> = Vec::new();
    let mut is_new = |address: &Address| {
        let new = !known.iter().any(|known| known.is_same(address));
        if new {
            known.push(address.clone());
        }
        new
    };
    let mut copies = Vec::new();
    for user in hand_off.to.iter().copied().filter(|user| *user != hand_off.from) {
        let address = roster.member(user).and_then(|member| member.email.as_ref());
        if address.is_some_and(&mut is_new) {
            copies.push(CopyTo::Member { user });
        }
    }
    for (place, address) in (1..).zip(always) {
        if is_new(address) {
            let address = address.clone();
            copies.push(CopyTo::Always { place, address });
        }
    }
    copies
}
