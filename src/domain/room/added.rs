//! Items that people add to a release that is under way.

use crate::domain::person::{Actor, RELEASE_MANAGER};
use crate::domain::playbook::{DoneBy, Item, ItemId, PhaseId, RoleId};
use crate::domain::rejection::Rejection;
use crate::domain::release::Release;
use crate::domain::room::{RoomEvent, RoomRefusal, given, room_for_more};

/// An item to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewItem {
    /// The phase that it belongs to.
    pub phase: PhaseId,
    /// Who does it.
    pub role: RoleId,
    /// What to do.
    pub title: String,
}

/// The longest title of an item, in characters: a choice in a chat list shows it.
const ITEM_TITLE: usize = 90;

impl Release {
    pub(super) fn add_item(&self, new: &NewItem, actor: &Actor) -> Result<Vec<RoomEvent>, Rejection> {
        self.needs_one_of(&[RELEASE_MANAGER], actor, "add an item")?;
        let title = given("the title of the item", &new.title, ITEM_TITLE)?;
        room_for_more("added items", self.variation.added.len())?;
        let Some(phase) = self.playbook.phase(&new.phase) else {
            return Err(RoomRefusal::UnknownPhase {
                given: new.phase.to_string(),
                known: self
                    .playbook
                    .phases
                    .iter()
                    .map(|phase| phase.title.clone())
                    .collect(),
            }
            .into());
        };
        if self.playbook.role(&new.role).is_none() {
            return Err(RoomRefusal::UnknownRole {
                given: new.role.to_string(),
                known: self
                    .playbook
                    .roles
                    .iter()
                    .map(|role| role.title.clone())
                    .collect(),
            }
            .into());
        }
        let mut titles = self.playbook.items().map(|(_, item)| item.title.to_lowercase());
        if titles.any(|known| known == title.to_lowercase()) {
            return Err(RoomRefusal::ItemExists { title }.into());
        }
        Ok(vec![RoomEvent::ItemAdded {
            phase: phase.id.clone(),
            added: Box::new(Item {
                id: self.free_id()?,
                role: new.role.clone(),
                title,
                details: None,
                with: Vec::new(),
                links: Vec::new(),
                steps: Vec::new(),
                under: None,
                daily_until: None,
                done_by: DoneBy::default(),
                evidence: None,
                needs: Vec::new(),
                only_if: None,
                per_version: false,
                announces: None,
                proves: Vec::new(),
            }),
        }])
    }

    /// An id that no item of the release has.
    fn free_id(&self) -> Result<ItemId, Rejection> {
        let from = self.variation.added.len() + 1;
        (from..from + super::ENTRIES)
            .filter_map(|number| format!("added-{number}").parse::<ItemId>().ok())
            .find(|id| self.playbook.item(id).is_none())
            .ok_or_else(|| {
                RoomRefusal::TooMany {
                    what: "added items",
                    limit: super::ENTRIES,
                }
                .into()
            })
    }
}
