//! A message that somebody shows for an item.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{ChannelId, GuildId, MessageId};
use crate::domain::person::Actor;
use crate::domain::playbook::{EvidenceKind, Item, ItemId, Phase};
use crate::domain::rejection::Rejection;
use crate::domain::release::Release;
use crate::domain::room::evidence::is_address;
use crate::domain::room::{Evidence, RoomRefusal, TEXT_LIMIT};

/// What the person wants to do, in a refusal.
const ACTION: &str = "show this message for an item";

/// What a message has to show. Whoever reads it vouches that it stands in the channel of the release or in a thread there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownMessage {
    /// Its address.
    pub address: String,
    /// Its words, as far as the record has room for them beside the address.
    pub words: String,
    /// The web address in it, when there is one and no other.
    pub link: Option<String>,
    /// Whether a file came with it.
    pub has_file: bool,
}

impl ShownMessage {
    /// What the message with this text has to show. `beside` are the addresses of what its author put beside the words;
    /// they count where the words name none.
    #[must_use]
    pub fn read(
        (guild, channel, message): (GuildId, ChannelId, MessageId),
        text: &str,
        beside: &[String],
        has_file: bool,
    ) -> Self {
        let address = message.link(guild, channel);
        let room = TEXT_LIMIT - address.chars().count() - 1;
        let text = text.trim();
        let words = if text.chars().count() <= room {
            text.to_owned()
        } else {
            let kept: String = text.chars().take(room - 1).collect();
            format!("{}…", kept.trim_end())
        };
        let mut links = links_in(text);
        if links.is_empty() {
            links.extend(beside.iter().filter(|address| is_address(address)).cloned());
        }
        links.dedup();
        Self {
            address,
            words,
            link: links.pop().filter(|_| links.is_empty()),
            has_file,
        }
    }

    /// What it could be shown for.
    #[must_use]
    pub fn shows(&self) -> Vec<EvidenceKind> {
        [EvidenceKind::Link, EvidenceKind::Text, EvidenceKind::File]
            .into_iter()
            .filter(|kind| self.is(*kind))
            .collect()
    }

    fn is(&self, kind: EvidenceKind) -> bool {
        match kind {
            EvidenceKind::Link => self.link.is_some(),
            EvidenceKind::Text => !self.words.is_empty(),
            EvidenceKind::File => self.has_file,
        }
    }

    /// The evidence of this kind, if it is some. A text goes on the record with the address of its message: the words stay
    /// when somebody deletes the message, and the address says whose they were.
    #[must_use]
    pub fn evidence(&self, kind: EvidenceKind) -> Option<Evidence> {
        let text = match kind {
            EvidenceKind::Link => self.link.clone()?,
            EvidenceKind::Text => format!("{} {}", self.words, self.address),
            EvidenceKind::File => self.address.clone(),
        };
        self.is(kind).then_some(Evidence { kind, text })
    }
}

impl Release {
    /// The open items that ask for what this message shows and that this person may tick.
    ///
    /// # Errors
    /// A [`Rejection`] that says why there is none.
    pub fn items_for(&self, message: &ShownMessage, actor: &Actor) -> Result<Vec<ItemId>, Rejection> {
        let asks = |item: &Item| item.evidence.is_some_and(|kind| message.is(kind));
        let live = |phase: &Phase| self.is_live(phase);
        let open = |item: &Item| !self.completions.contains_key(&item.id);
        let all = || self.playbook.items().filter(|(phase, _)| live(phase));
        let wanted: Vec<&Item> = all()
            .filter(|(_, item)| asks(item) && open(item))
            .map(|(_, item)| item)
            .collect();
        let mut refusal = None;
        let mut found = Vec::new();
        for item in &wanted {
            match self.authorise_tick(&item.id, actor, ACTION) {
                Ok(_) => found.push(item.id.clone()),
                Err(rejection) => refusal = Some(rejection),
            }
        }
        match refusal {
            _ if !found.is_empty() => return Ok(found),
            // Whoever may tick any of them.
            Some(Rejection::RoleNeeded { .. }) => {
                let roles = wanted
                    .iter()
                    .flat_map(|item| std::iter::once(&item.role).chain(&item.with));
                return Err(self.role_needed(roles, ACTION));
            }
            Some(refusal) => return Err(refusal),
            None if !self.lives_on() => self.still_open()?,
            None => {}
        }
        let mut asked: Vec<EvidenceKind> = all()
            .filter(|(_, item)| open(item))
            .filter_map(|(_, item)| item.evidence)
            .collect();
        asked.sort_unstable();
        asked.dedup();
        let done = all()
            .filter(|(_, item)| asks(item))
            .filter_map(|(_, item)| Some((item.title.clone(), self.completions.get(&item.id)?.stamp)))
            .collect();
        let shows = message.shows();
        Err(RoomRefusal::NothingAsksForThis { shows, asked, done }.into())
    }
}

/// The web addresses in a text, in their order, each once.
fn links_in(text: &str) -> Vec<String> {
    let mut links: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(place) = ["https://", "http://"]
        .iter()
        .filter_map(|start| rest.find(start))
        .min()
    {
        let from = rest.get(place..).unwrap_or_default();
        let mut opened = 0_usize;
        let ends = |character: char| match character {
            '(' => {
                opened += 1;
                false
            }
            // A bracket that was opened outside the address ends it, as in Markdown.
            ')' if opened == 0 => true,
            ')' => {
                opened -= 1;
                false
            }
            character => character.is_whitespace() || "<>\"\\`|".contains(character),
        };
        let end = from.find(ends).unwrap_or(from.len());
        let (link, after) = from.split_at(end);
        let link = link.trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_', '\'', ']']);
        if is_address(link) && !links.iter().any(|known| known == link) {
            links.push(link.to_owned());
        }
        rest = after;
    }
    links
}

#[cfg(test)]
mod tests;
