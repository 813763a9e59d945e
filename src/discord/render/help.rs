//! What T-minus can do, for the person who asks.

use serenity::all::CreateEmbed;

use crate::discord::post::Post;
use crate::discord::render::fitting;

/// Every command in one line. `docs` and the test of the README read the same list.
pub const COMMANDS: &[(&str, &str)] = &[
    (
        "/release start",
        "start a dot release: channel, board, plan, announcement (Release Manager)",
    ),
    ("/release status", "where this release stands"),
    (
        "/release list",
        "all releases in flight, with next cut-off and progress",
    ),
    (
        "/release timeline",
        "who did what, when: all of it, or the part that you pick",
    ),
    (
        "/release export",
        "the record of a release as a file, for you alone",
    ),
    ("/release why", "why each date is that date"),
    (
        "/release slip",
        "move the target date, set the first one or withdraw it; shows what changes first (Release Manager)",
    ),
    (
        "/release hold",
        "stop the clock of this release: no reminder comes (Release Manager)",
    ),
    (
        "/release resume",
        "let it go on, and hear what is late now (Release Manager)",
    ),
    ("/release close", "close this release (Release Manager)"),
    (
        "/release reopen",
        "open a closed release again, with a reason (Release Manager)",
    ),
    ("/item done", "tick an item"),
    (
        "/item not-applicable",
        "say that an item does not apply to this release, and why",
    ),
    ("/item undo", "take a tick back; both stay on the record"),
    (
        "/item snooze",
        "silence the reminders of an item for a while; it stays due",
    ),
    ("/item list", "the items of this release, page by page"),
    (
        "/calendar show",
        "the days off of the next months, and when one country is out",
    ),
    ("/calendar why", "why a date is a day off or a working day"),
    (
        "/calendar add",
        "take a day off in this server (Release Manager or server manager)",
    ),
    (
        "/calendar work",
        "work on a day off in this server (the same people)",
    ),
    (
        "/calendar remove",
        "take back what this server said about a day (the same people)",
    ),
    (
        "/calendar reload",
        "read the calendar files of the configuration again (server managers)",
    ),
    (
        "/scorecard",
        "how a release went, or all that were closed in the last days",
    ),
    (
        "/me",
        "what your roles still owe, over all releases, soonest first",
    ),
    ("/outbox list", "what could not be delivered, why, and since when"),
    (
        "/outbox retry",
        "send one message after all, once its reason is gone",
    ),
    ("/outbox drop", "give one message up for good"),
    (
        "/playbook list",
        "the playbooks that a release can be started with, and how many follow each",
    ),
    (
        "/playbook show",
        "what a playbook says: phases, and their items by role",
    ),
    (
        "/playbook diff",
        "what differs between the playbook that this release started with and its file now",
    ),
    (
        "/playbook propose",
        "what a release suggests for its playbook: what did not apply, came late or slipped, as text for the file",
    ),
    (
        "/playbook reload",
        "read the playbook files again; releases in flight keep theirs (server managers)",
    ),
    (
        "/playbook schedule",
        "let a playbook come again by itself, or not (Release Manager)",
    ),
    (
        "/setup",
        "choose roles, category and announcement channel (server managers)",
    ),
    ("/setup check", "which permissions I lack, and what each blocks"),
    ("/help", "this"),
];

/// The text of one card may have 4,096 characters.
const CARD: usize = 4000;

/// The answer to `/help`. `command` turns a name into what can be clicked, where the platform knows the command.
#[must_use]
pub fn help(mut command: impl FnMut(&str) -> String) -> Post {
    let mut lines = vec![
        "**T-minus runs dot releases.** It opens a channel for each, pins a checklist, counts every phase back from \
         the target in working days, reminds the right role, and keeps the record."
            .to_owned(),
    ];
    lines.extend(
        COMMANDS
            .iter()
            .map(|(name, what)| format!("{} – {what}", command(name))),
    );
    lines.push("The pinned board does the daily work: pick your item there and it is ticked.".to_owned());
    // A card holds twice what a message does, and the list of commands grows.
    Post {
        embeds: vec![CreateEmbed::new().description(fitting(&lines, CARD, "lines; the README has them all"))],
        ..Post::default()
    }
}
