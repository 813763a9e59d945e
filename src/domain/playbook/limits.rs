//! How much a playbook may hold. The reader and the schema share these numbers.

/// A short title (of a playbook, role, phase or link), in characters.
pub(super) const TITLE: usize = 80;
/// The title of an item, in characters: a choice in a chat list shows at most 100, with room for a mark.
pub(super) const ITEM_TITLE: usize = 90;
/// The summary of a playbook and the note of a phase, in characters.
pub(super) const SUMMARY: usize = 500;
/// What is said when a phase begins, in characters: it stands in a message that is read on a telephone.
pub(super) const BEGINS: usize = 300;
/// The details of an item, in characters: they fit in one chat message with the links.
pub(in crate::domain) const DETAILS: usize = 1_000;
/// One step of an item, in characters.
pub(super) const STEP: usize = 300;
/// The steps, links, roles or references of one item.
pub(super) const LIST: usize = 20;
/// The roles of a playbook: as many as one chat list shows.
pub(super) const ROLES: usize = 25;
/// The phases of a playbook: as many as one chat list shows.
pub(super) const PHASES: usize = 25;
/// The conditions of a playbook: as many as one chat list shows.
pub(super) const CONDITIONS: usize = 25;
/// The items of one phase.
pub(super) const ITEMS: usize = 200;
/// A reference to a requirement, in characters.
pub(super) const REFERENCE: usize = 40;
/// A web address, in characters.
pub(super) const ADDRESS: usize = 500;
/// The pattern of a version, in characters.
pub(super) const PATTERN: usize = 200;
/// A version, in characters.
pub(super) const VERSION: usize = 40;
