//! How the process of one release differs from its playbook: the versions that it ships, what holds for it, and what
//! people added while it was under way.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::playbook::{ConditionId, Item, ItemId, Phase, PhaseId, Playbook};
use crate::domain::slug::SLUG_LIMIT;

/// What a release adds to its playbook.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Variation {
    /// The versions that it ships beside the first one, which names the release.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub further_versions: Vec<String>,
    /// What holds for it (S19, S31).
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub conditions: BTreeSet<ConditionId>,
    /// The items that people added while it was under way, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<AddedItem>,
}

/// An item that people added to one release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddedItem {
    /// The phase that it belongs to.
    pub phase: PhaseId,
    /// The item.
    pub item: Item,
}

impl Variation {
    /// Whether the release follows its playbook as it is.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl Playbook {
    /// The process of a release that ships `version` and differs by `variation`: without the items whose condition does
    /// not hold, with those once for each version that are `per_version`, and with what people added.
    ///
    /// A phase may end up without an item. Needs follow their items: what is done for each version waits for the same
    /// version, anything else for all of them.
    #[must_use]
    pub fn varied(&self, version: &str, variation: &Variation) -> Playbook {
        let mut varied = self.clone();
        if !variation.is_none() || self.conditions_are_used() {
            let applies = |item: &Item| {
                let condition = item.only_if.as_ref();
                condition.is_none_or(|condition| variation.conditions.contains(condition))
            };
            let copies = Copies::new(self, version, variation);
            for phase in &mut varied.phases {
                let items = std::mem::take(&mut phase.items);
                phase.items = copies.of_items(items.into_iter().filter(applies));
            }
            let known: BTreeSet<ItemId> = varied.items().map(|(_, item)| item.id.clone()).collect();
            for item in varied.phases.iter_mut().flat_map(|phase| &mut phase.items) {
                copies.point(item, &known);
            }
        }
        for added in &variation.added {
            varied.add(added);
        }
        varied
    }

    /// Adds an item at the end of its role's in the phase. Without such a phase nothing is added.
    pub fn add(&mut self, added: &AddedItem) {
        let phases: &mut Vec<Phase> = &mut self.phases;
        if let Some(phase) = phases.iter_mut().find(|phase| phase.id == added.phase) {
            phase.items.push(added.item.clone());
        }
    }

    fn conditions_are_used(&self) -> bool {
        self.items().any(|(_, item)| item.only_if.is_some())
    }
}

/// The items that stand once for each version, and their names.
struct Copies {
    versions: Vec<String>,
    /// For each item that has copies: their ids, in the order of the versions.
    ids: BTreeMap<ItemId, Vec<ItemId>>,
    /// For each copy: which version it is of.
    version: BTreeMap<ItemId, usize>,
}

impl Copies {
    fn new(playbook: &Playbook, version: &str, variation: &Variation) -> Self {
        let mut versions = vec![version.to_owned()];
        versions.extend(variation.further_versions.iter().cloned());
        let mut copies = Self {
            versions,
            ids: BTreeMap::new(),
            version: BTreeMap::new(),
        };
        if copies.versions.len() < 2 {
            return copies;
        }
        let mut taken: BTreeSet<ItemId> = playbook.items().map(|(_, item)| item.id.clone()).collect();
        for (_, item) in playbook.items().filter(|(_, item)| item.per_version) {
            let mut ids = Vec::new();
            for (index, version) in copies.versions.iter().enumerate() {
                let id = copy_id(&item.id, version, &taken);
                taken.insert(id.clone());
                copies.version.insert(id.clone(), index);
                ids.push(id);
            }
            copies.ids.insert(item.id.clone(), ids);
        }
        copies
    }

    /// Items in their order. An item of several versions stands once for each, followed by what is done below it for the
    /// same version.
    fn of_items(&self, items: impl Iterator<Item = Item>) -> Vec<Item> {
        let items: Vec<Item> = items.collect();
        let is_below = |item: &Item, above: &Item| {
            item.under.as_ref() == Some(&above.id) && self.ids.contains_key(&item.id)
        };
        let mut made = Vec::new();
        for item in &items {
            let Some(ids) = self.ids.get(&item.id) else {
                made.push(item.clone());
                continue;
            };
            if items
                .iter()
                .any(|above| is_below(item, above) && self.ids.contains_key(&above.id))
            {
                continue;
            }
            for version in 0..ids.len() {
                made.extend(self.copy(item, version));
                let below = items.iter().filter(|other| is_below(other, item));
                made.extend(below.filter_map(|other| self.copy(other, version)));
            }
        }
        made
    }

    /// The copy of an item for the version of this number.
    fn copy(&self, item: &Item, version: usize) -> Option<Item> {
        Some(Item {
            id: self.ids.get(&item.id)?.get(version)?.clone(),
            title: titled(&item.title, self.versions.get(version)?),
            ..item.clone()
        })
    }

    /// Lets what an item refers to be the copies of its own version, and drops what does not apply.
    fn point(&self, item: &mut Item, known: &BTreeSet<ItemId>) {
        let own = self.version.get(&item.id).copied();
        let copies_of = |id: &ItemId| -> Vec<ItemId> {
            match self.ids.get(id) {
                None => vec![id.clone()],
                Some(ids) => match own.and_then(|version| ids.get(version)) {
                    Some(same) => vec![same.clone()],
                    None => ids.clone(),
                },
            }
        };
        item.needs = item
            .needs
            .iter()
            .flat_map(copies_of)
            .filter(|id| known.contains(id))
            .collect();
        // What would belong below several copies stands by itself.
        item.under = item
            .under
            .as_ref()
            .and_then(|under| match copies_of(under).as_slice() {
                [one] if known.contains(one) => Some(one.clone()),
                _ => None,
            });
    }
}

/// "Tag the new release · 7.2.1", within what a choice can show.
fn titled(title: &str, version: &str) -> String {
    format!("{title} · {version}")
}

/// The id of an item for one version: `tag-release-7-2-1`, shortened where it is too long, numbered where it is taken.
fn copy_id(item: &ItemId, version: &str, taken: &BTreeSet<ItemId>) -> ItemId {
    let words: Vec<String> = version
        .to_ascii_lowercase()
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let version = words.join("-");
    let numbered = |number: usize| {
        let suffix = match (version.as_str(), number) {
            ("", number) => format!("-v{number}"),
            (version, 1) => format!("-{version}"),
            (version, number) => format!("-{version}-v{number}"),
        };
        // The version is what tells the copies apart, so the other words give way.
        let suffix: String = suffix
            .chars()
            .skip(suffix.len().saturating_sub(SLUG_LIMIT / 2))
            .collect();
        let suffix = suffix.trim_start_matches('-');
        let room = SLUG_LIMIT - suffix.len() - 1;
        let base: String = item.as_str().chars().take(room).collect();
        let id = format!("{}-{suffix}", base.trim_end_matches('-'));
        id.parse::<ItemId>().ok().filter(|id| !taken.contains(id))
    };
    (1..).find_map(numbered).unwrap_or_else(|| item.clone())
}
