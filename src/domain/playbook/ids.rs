//! The identifiers of what a playbook is made of.

use crate::domain::slug::slugs;

slugs! {
    /// A role of a playbook, such as `release-manager`. The same in every playbook of a guild.
    RoleId,
    /// A phase, such as `code-complete`. Unique in its playbook.
    PhaseId,
    /// An item, such as `tag-release`. Unique in its playbook, and stable: completions are stored under it.
    ItemId,
    /// Something that holds for one release and not for another, such as `overlaps-regular-release`.
    ConditionId,
    /// A page that a phase of each release has, such as `promote-graph`. Unique in its playbook: addresses are stored under it.
    LinkId,
}
