//! The link with which somebody adds the bot to a server, and the permissions that it asks for.

use serenity::all::Permissions;

use crate::domain::rejection::MissingPermission;

/// `PIN_MESSAGES`: needed to pin since 2026-02 and unknown to serenity 0.12 by name.
const PIN_MESSAGES: Permissions = Permissions::from_bits_retain(1 << 51);

/// Every permission that T-minus needs, with its name in Discord's settings and what it cannot do without it.
pub const NEEDED: &[(Permissions, &str, &str)] = &[
    (
        Permissions::VIEW_CHANNEL,
        "View Channels",
        "see the channels that it works in",
    ),
    (
        Permissions::SEND_MESSAGES,
        "Send Messages",
        "post boards, reminders and announcements",
    ),
    (
        Permissions::EMBED_LINKS,
        "Embed Links",
        "show the board, which is made of cards",
    ),
    (
        Permissions::READ_MESSAGE_HISTORY,
        "Read Message History",
        "find its own board again",
    ),
    (PIN_MESSAGES, "Pin Messages", "pin the board"),
    (
        Permissions::MANAGE_CHANNELS,
        "Manage Channels",
        "open a channel for a release",
    ),
    (
        Permissions::MANAGE_ROLES,
        "Manage Roles",
        "create roles in the set-up and keep private release channels private",
    ),
];

/// What the threads of items need, likewise. Releases start without it: only the threads wait for it.
pub const FOR_THREADS: &[(Permissions, &str, &str)] = &[
    (
        Permissions::CREATE_PUBLIC_THREADS,
        "Create Public Threads",
        "open a thread about an item",
    ),
    (
        Permissions::SEND_MESSAGES_IN_THREADS,
        "Send Messages in Threads",
        "write in the threads of items, and lock them with the channel of a closed release",
    ),
];

/// What the link asks for beside these and the bot does without where it is not given: the picture of a scorecard needs
/// files.
const WISHED: Permissions = Permissions::ATTACH_FILES;

/// All of [`NEEDED`] together.
#[must_use]
pub fn needed() -> Permissions {
    all_of(NEEDED)
}

/// All that somebody gives who follows the link, files apart: [`NEEDED`] and [`FOR_THREADS`].
#[must_use]
pub fn wanted() -> Permissions {
    needed() | all_of(FOR_THREADS)
}

fn all_of(list: &[(Permissions, &str, &str)]) -> Permissions {
    list.iter()
        .fold(Permissions::empty(), |all, (permission, _, _)| all | *permission)
}

/// What of [`NEEDED`] is not among the permissions held. Administrators hold everything.
#[must_use]
pub fn missing(held: Permissions) -> Vec<MissingPermission> {
    missing_of(NEEDED, held)
}

/// What of [`FOR_THREADS`] is not among the permissions held.
#[must_use]
pub fn missing_for_threads(held: Permissions) -> Vec<MissingPermission> {
    missing_of(FOR_THREADS, held)
}

fn missing_of(list: &'static [(Permissions, &str, &str)], held: Permissions) -> Vec<MissingPermission> {
    if held.contains(Permissions::ADMINISTRATOR) {
        return Vec::new();
    }
    list.iter()
        .filter(|(permission, _, _)| !held.contains(*permission))
        .map(|(_, permission, blocks)| MissingPermission { permission, blocks })
        .collect()
}

/// The link that adds the application to a server with the least permissions.
#[must_use]
pub fn link(application: u64) -> String {
    format!(
        "https://discord.com/oauth2/authorize?client_id={application}&scope=bot+applications.commands&permissions={}",
        (wanted() | WISHED).bits()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_asks_for_what_is_needed_and_not_for_administrator() {
        let link = link(42);
        assert!(link.contains("client_id=42"), "{link}");
        assert!(!needed().contains(Permissions::ADMINISTRATOR));
        assert!(needed().contains(PIN_MESSAGES));
    }

    #[test]
    fn a_missing_permission_is_named_with_what_it_blocks() {
        let missing = missing(needed() - Permissions::MANAGE_CHANNELS);
        assert_eq!(missing.len(), 1);
        assert_eq!(missing[0].permission, "Manage Channels");
        assert_eq!(super::missing(Permissions::ADMINISTRATOR), vec![]);
    }

    /// A server that invited the bot before there were threads goes on as before.
    #[test]
    fn threads_are_missed_by_themselves() {
        assert_eq!(missing(needed()), vec![]);
        let missed = missing_for_threads(needed());
        let names: Vec<&str> = missed.iter().map(|missing| missing.permission).collect();
        assert_eq!(names, ["Create Public Threads", "Send Messages in Threads"]);
        assert_eq!(missing_for_threads(wanted()), vec![]);
        assert_eq!(missing_for_threads(Permissions::ADMINISTRATOR), vec![]);
    }
}
