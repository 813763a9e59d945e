//! Where the pages of the phases are that a playbook says each release has (S40).

use serde::{Deserialize, Serialize};

use crate::domain::person::{Actor, Stamp};
use crate::domain::playbook::{Phase, PhaseLink};
use crate::domain::rejection::Rejection;
use crate::domain::release::Release;
use crate::domain::room::evidence::is_address;
use crate::domain::room::{Room, RoomEvent, RoomRefusal};

/// An address that somebody stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredLink {
    /// The address, `http` or `https`.
    pub url: String,
    /// Who stored it, and when.
    pub stamp: Stamp,
}

/// What a person can ask about the links of the phases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkCommand {
    /// Which link, by its id or its title.
    pub link: String,
    /// Where the page is; none to take the address away.
    pub url: Option<String>,
}

impl Room {
    pub(super) fn apply_link(&mut self, event: &RoomEvent, stamp: Stamp) {
        match event {
            RoomEvent::LinkStored { link, url } => {
                let url = url.clone();
                self.links.insert(link.clone(), StoredLink { url, stamp });
            }
            RoomEvent::LinkRemoved { link } => {
                self.links.remove(link);
            }
            _ => {}
        }
    }
}

impl Release {
    /// The links of a phase whose addresses are known, in the order of the playbook.
    pub fn links_of<'a>(&'a self, phase: &'a Phase) -> impl Iterator<Item = (&'a PhaseLink, &'a StoredLink)> {
        let links = phase.links.iter();
        links.filter_map(|link| Some((link, self.room.links.get(&link.id)?)))
    }

    /// The link of this id or title.
    ///
    /// # Errors
    /// [`RoomRefusal::UnknownLink`].
    pub fn phase_link(&self, given: &str) -> Result<&PhaseLink, RoomRefusal> {
        let wanted = given.trim().to_lowercase();
        let known = || self.playbook.phase_links();
        known()
            .find(|link| link.id.as_str() == wanted || link.title.to_lowercase() == wanted)
            .ok_or_else(|| RoomRefusal::UnknownLink {
                given: given.trim().to_owned(),
                known: known().map(|link| link.title.clone()).collect(),
            })
    }

    pub(super) fn decide_link(
        &self,
        command: &LinkCommand,
        actor: &Actor,
    ) -> Result<Vec<RoomEvent>, Rejection> {
        if !self.playbook.is_played_by(&actor.roles) {
            let roles = self.playbook.roles.iter();
            return Err(Rejection::RoleNeeded {
                roles: roles.map(|role| role.title.clone()).collect(),
                action: "say where a page of this release is",
            });
        }
        let PhaseLink { id, title } = self.phase_link(&command.link)?;
        let stored = self.room.links.get(id);
        let url = command.url.as_deref().map(str::trim);
        let event = match (url.filter(|url| !url.is_empty()), stored) {
            (Some(url), _) if !is_address(url) => {
                let given = url.to_owned();
                return Err(RoomRefusal::NotALink { given }.into());
            }
            (Some(url), Some(stored)) if stored.url == url => {
                let (title, stored) = (title.clone(), Some(stored.stamp));
                return Err(RoomRefusal::LinkUnchanged { title, stored }.into());
            }
            (Some(url), _) => RoomEvent::LinkStored {
                link: id.clone(),
                url: url.to_owned(),
            },
            (None, Some(_)) => RoomEvent::LinkRemoved { link: id.clone() },
            (None, None) => {
                let (title, stored) = (title.clone(), None);
                return Err(RoomRefusal::LinkUnchanged { title, stored }.into());
            }
        };
        Ok(vec![event])
    }
}
