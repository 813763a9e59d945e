//! What T-minus can do, for the person who asks.

use serenity::all::CreateEmbed;

use crate::discord::post::Post;
use crate::discord::render::fitting;

/// Every command in one line. `docs` and the test of the README read the same list.
pub const COMMANDS: &[(&str, &str)] = &[
    (
        "/release start",
        "start a dot release: channel, board, plan, draft of the announcement (Release Manager)",
    ),
    ("/release status", "where this release stands"),
    (
        "/release list",
        "the releases in flight, upcoming or recently shipped: phase, progress, next cut-off, blockers, links",
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
        "/release ready",
        "what keeps the waiting phase closed; declare the release ready when nothing does (Release Manager)",
    ),
    (
        "/release update",
        "say how this release stands; a form opens with the facts (Release Manager)",
    ),
    (
        "/release link",
        "say where a page of a phase is, such as a task group, or take that away",
    ),
    (
        "/release announce",
        "post the announcement that the draft shows, or change its words (Release Manager)",
    ),
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
    (
        "/release retrospective",
        "write down what was learnt from a closed release; a form opens with the facts (Release Manager)",
    ),
    ("/item done", "tick an item, and show what it asks for"),
    (
        "/item not-applicable",
        "say that an item does not apply to this release, and why",
    ),
    ("/item undo", "take a tick back; both stay on the record"),
    ("/item claim", "take an item that is nobody's"),
    ("/item assign", "give an item to somebody, or to nobody"),
    ("/item reassign", "give every open item of one person to another"),
    ("/item start", "say that you have begun with an item"),
    (
        "/item block",
        "say that an item cannot go on, and why; the Release Manager hears of it",
    ),
    ("/item unblock", "say that a blocked item can go on"),
    ("/item note", "write something down about an item"),
    (
        "/item discuss",
        "open a thread in which an item is discussed, or find the one that it has",
    ),
    (
        "/item snooze",
        "silence the reminders of an item for a while; it stays due",
    ),
    ("/item add", "add an item to this release alone (Release Manager)"),
    (
        "/item show",
        "one item with its steps, links, notes and what was shown for it",
    ),
    ("/item list", "the items of this release, page by page"),
    (
        "/fix add",
        "let a fix go into this release (Release Manager, Dev)",
    ),
    (
        "/fix step",
        "record how far a fix has got: PR submitted, dev reviewed, QA reviewed, merged (Dev, QA)",
    ),
    (
        "/fix undo",
        "take the last step of a fix back; both stay on the record",
    ),
    ("/fix list", "the fixes of this release, and how far each has got"),
    ("/fix drop", "leave a fix out of this release (Release Manager)"),
    (
        "/rc cut",
        "record that a release candidate was cut; QA is called (Release Manager, Dev)",
    ),
    (
        "/rc verdict",
        "say whether a fix, or the whole candidate, passed (QA)",
    ),
    ("/rc list", "the release candidates of this release, newest first"),
    (
        "/defect add",
        "report a defect; critical and high ones stop the release (Release Manager, Dev, QA)",
    ),
    (
        "/defect document",
        "describe a medium or low defect for those who will meet it (the same people)",
    ),
    (
        "/defect close",
        "take a defect off the table (Release Manager, QA)",
    ),
    ("/defect list", "the defects of this release, the open ones first"),
    (
        "/signoff request",
        "ask a role or a person to sign a statement about this release (Release Manager)",
    ),
    ("/signoff approve", "give a sign-off that you are asked for"),
    ("/signoff reject", "refuse a sign-off that you are asked for"),
    ("/signoff list", "the sign-offs of this release"),
    (
        "/go call",
        "ask the roles of the playbook whether to ship (Release Manager)",
    ),
    ("/go vote", "vote for your role: go, no-go or abstain"),
    (
        "/go withdraw",
        "take your vote back; an objection of yours ends with it",
    ),
    (
        "/escalate lookup",
        "who helps with a topic, in which order, and who of them is at work; calls nobody",
    ),
    (
        "/escalate who",
        "what somebody can be asked about, and whether they are at work",
    ),
    (
        "/escalate open",
        "say that this release is blocked; a card leads step by step to the people who can help",
    ),
    (
        "/escalate list",
        "what is escalated and not resolved: of this release, or of all that you may see",
    ),
    (
        "/escalate change",
        "choose who is asked about an escalation, or say how bad it is",
    ),
    (
        "/escalate page",
        "call those who can help, one after the other, until somebody answers",
    ),
    (
        "/escalate acknowledge",
        "say that you are on an escalation; nobody else is called then",
    ),
    (
        "/escalate resolve",
        "say what it was, in one line: the release can go on",
    ),
    (
        "/escalate topic add",
        "add a topic and who helps with it; a form opens (Release Manager or server manager)",
    ),
    (
        "/escalate topic edit",
        "change a topic; the form shows what it says now (the same people)",
    ),
    (
        "/escalate topic remove",
        "remove a topic; you are asked first (the same people)",
    ),
    (
        "/escalate contact add",
        "add somebody who helps: where they are, when, their manager (the same people)",
    ),
    (
        "/escalate contact edit",
        "change a contact; the form shows what is known now (the same people)",
    ),
    (
        "/escalate contact remove",
        "remove a contact whom nothing names any more (the same people)",
    ),
    (
        "/escalate always",
        "say which channels always hear of it, and whom to ask when nobody else is known (the same people)",
    ),
    (
        "/escalate history",
        "who changed what of all this, from what to what, and when",
    ),
    (
        "/escalate export",
        "all of it as a file that `tminus escalation check` reads",
    ),
    (
        "/troubleshoot symptom",
        "what something that you see comes from, and what to do; finds rows through typing errors",
    ),
    (
        "/troubleshoot add",
        "add a symptom with its cause and what to do (Release Manager or server manager)",
    ),
    (
        "/troubleshoot edit",
        "change a symptom; the form shows what it says now (the same people)",
    ),
    (
        "/troubleshoot remove",
        "remove a symptom; you are asked first (the same people)",
    ),
    (
        "/shift show",
        "who is on duty now, who comes next, who is away, and when nobody is on",
    ),
    (
        "/shift take",
        "take the duty now, or an open shift that is to come",
    ),
    (
        "/shift end",
        "end your shift; what is in flight is handed over first",
    ),
    (
        "/shift swap",
        "offer one of your shifts to somebody, perhaps for one of theirs; it changes hands when they accept",
    ),
    (
        "/shift away",
        "say when you are away, or give your calendar; your shifts of these days are shown as open",
    ),
    ("/shift back", "take back that you are away"),
    (
        "/shift roster",
        "write who takes turns, in which hours; a form opens with what it is now (Release Manager)",
    ),
    (
        "/handoff now",
        "offer your duty to those who come on next or stay on; it stays yours until somebody accepts",
    ),
    ("/handoff accept", "take the duty over that is offered"),
    (
        "/handoff decline",
        "say why you cannot take the duty over; the next ones are asked",
    ),
    ("/handoff note", "write what those should know who come after you"),
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
        "what you still owe, over all releases, soonest first; and what you follow",
    ),
    (
        "/follow",
        "be told by direct message what becomes of a release; elsewhere, what you follow",
    ),
    ("/unfollow", "hear no more of a release that you follow"),
    (
        "/digest",
        "get what you still owe as a direct message at an hour of your choice, or no more",
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
    ("/help", "this; with `about` each command of one kind"),
];

/// The commands by what they are about, each group with its words.
const GROUPS: &[(&str, &str)] = &[
    ("release", "A release from its start to its end"),
    ("item", "The checklist"),
    ("fix", "The changes that go in"),
    ("rc", "Release candidates"),
    ("defect", "What testing found"),
    ("signoff", "Who signs what"),
    ("go", "Whether to ship"),
    ("calendar", "Days off"),
    ("playbook", "Processes"),
    ("escalate", "Whom to ask, and when a release is blocked"),
    ("troubleshoot", "What to do about what you see"),
    ("shift", "Who is on duty"),
    ("handoff", "Handing over"),
    ("outbox", "What could not be delivered"),
];

/// The text of one card may have 4,096 characters.
const CARD: usize = 4000;

/// The texts of all cards of a message may have 6,000 together.
const CARDS: usize = 5900;

/// The answer to `/help`: every command by what it is about, or those about one thing, each explained. `command` turns a
/// name into what can be clicked, where the platform knows the command.
#[must_use]
pub fn help(about: Option<&str>, mut command: impl FnMut(&str) -> String) -> Post {
    let lines = match about {
        Some(about) => COMMANDS
            .iter()
            .filter(|(name, _)| noun(name) == about)
            .map(|(name, what)| format!("{} – {what}", command(name)))
            .collect(),
        None => overview(command),
    };
    // A card holds twice what a message does, two hold three times as much, and the list of commands grows.
    let mut used = 0;
    let first = lines.iter().take_while(|line| {
        used += line.chars().count() + 1;
        used <= CARD
    });
    let (first, second) = lines.split_at(first.count());
    let card = |lines: &[String], limit| {
        CreateEmbed::new().description(fitting(lines, limit, "lines; the README has them all"))
    };
    let mut embeds = vec![card(first, CARD)];
    if !second.is_empty() {
        embeds.push(card(second, CARDS - CARD));
    }
    Post {
        embeds,
        ..Post::default()
    }
}

fn overview(mut command: impl FnMut(&str) -> String) -> Vec<String> {
    let mut lines = vec![
        "**T-minus runs dot releases.** It opens a channel for each, pins a checklist, counts every phase back from \
         the target in working days, reminds the right role, and keeps the record."
            .to_owned(),
        "The pinned board does the daily work: pick your item there and it is ticked.".to_owned(),
        "On a message in a release channel, **Apps → Show as evidence** ticks an item that asks for what it has; on a \
         person, **Apps → What to ask them about** does what `/escalate who` does.".to_owned(),
    ];
    for (group, title) in GROUPS {
        let names = COMMANDS.iter().filter(|(name, _)| noun(name) == *group);
        let names: Vec<String> = names.map(|(name, _)| command(name)).collect();
        lines.push(format!("**{title}**: {}", names.join(" ")));
    }
    let others = COMMANDS
        .iter()
        .filter(|(name, _)| GROUPS.iter().all(|(group, _)| noun(name) != *group));
    lines.extend(others.map(|(name, what)| format!("{} – {what}", command(name))));
    lines
}

/// "item" of "/item done".
fn noun(name: &str) -> &str {
    let name = name.trim_start_matches('/');
    name.split_once(' ').map_or(name, |(noun, _)| noun)
}
