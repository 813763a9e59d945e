//! What was refused in a room, as a sentence: what happened, why, and what to do now.

use crate::discord::post::CONTENT_LIMIT;
use crate::discord::render::refusal::{code, listing};
use crate::discord::render::room::{blockers, escalation, owner, severity};
use crate::discord::render::{count, escape, fitting, moment};
use crate::domain::person::Stamp;
use crate::domain::playbook::EvidenceKind;
use crate::domain::room::{Blocker, INTERVAL_FORM, Owner, RoomRefusal};

/// What stands around a list.
const AROUND: usize = 400;

/// The sentence.
pub(in crate::discord::render) fn sentence(refusal: &RoomRefusal) -> String {
    match refusal {
        RoomRefusal::Empty { what } => {
            format!("Nothing was changed: {what} is empty. Run the command again with a few words.")
        }
        RoomRefusal::TooMany { what, limit } => {
            format!("Nothing was added: a release keeps at most {limit} {what}.")
        }
        RoomRefusal::WhichVersion { versions } => format!(
            "This release ships several versions: name one of {} with `version`.",
            codes(versions),
        ),
        RoomRefusal::UnknownVersion { given, versions } => format!(
            "This release does not ship `{}`. It ships {}.",
            code(given),
            codes(versions),
        ),
        RoomRefusal::NotAnInterval { given } => format!(
            "Nothing was posted: `{}` does not say when the next status update is due. Open the form again \
             (`/release update`) and write {INTERVAL_FORM}.",
            code(given)
        ),
        RoomRefusal::NotOverYet { key } => format!(
            "Nothing was written: **{key}** is in flight, and a retrospective comes after the end. Close it first \
             (`/release close`)."
        ),
        RoomRefusal::NothingLearnt => "Nothing was written: a retrospective says what went well, what went badly or what \
                                       to change. Open the form again (`/release retrospective`) and fill in one of \
                                       them at least."
            .to_owned(),
        RoomRefusal::UnknownPhase { given, known } => format!(
            "This release has no phase `{}`. It has: {}.",
            code(given),
            titles(known),
        ),
        RoomRefusal::UnknownRole { given, known } => format!(
            "The playbook of this release has no role `{}`. It has: {}.",
            code(given),
            titles(known),
        ),
        RoomRefusal::ItemExists { title } => {
            format!(
                "This release has an item **{}** already. Give the new one another title.",
                escape(title)
            )
        }
        RoomRefusal::ItemTaken { title, who } => format!(
            "**{}** belongs to <@{who}>. `/item assign` gives it to somebody else.",
            escape(title),
        ),
        RoomRefusal::AssigneeUnchanged { title, who: None } => {
            format!("**{}** is nobody's already.", escape(title))
        }
        RoomRefusal::AssigneeUnchanged {
            title,
            who: Some(who),
        } => format!("**{}** belongs to <@{who}> already.", escape(title)),
        RoomRefusal::NothingAssigned { who } => {
            format!("No open item of this release belongs to <@{who}>, so there is nothing to hand over.")
        }
        RoomRefusal::ItemStarted { title, started } => {
            format!("**{}** was started {} already.", escape(title), by(started))
        }
        RoomRefusal::ItemNotBlocked { title } => format!("**{}** is not blocked.", escape(title)),
        RoomRefusal::OnlyTheAssignee { title, assignee } => match assignee {
            Some(who) => format!(
                "Only <@{who}> can tick **{}**, to whom it is assigned.",
                escape(title)
            ),
            None => format!(
                "Only whoever it is assigned to can tick **{}**, and it is nobody's. Take it with `/item claim` first.",
                escape(title),
            ),
        },
        RoomRefusal::EvidenceNeeded { title, kind } => format!(
            "**{}** counts as done only with {}. {}",
            escape(title),
            article(*kind),
            how_to_show(*kind),
        ),
        RoomRefusal::NotEvidence { kind, given } => format!(
            "`{}` is not {}. {}",
            code(given),
            article(*kind),
            how_to_show(*kind),
        ),
        RoomRefusal::NothingAsksForThis { shows, asked, done } => nothing_asks(shows, asked, done),
        RoomRefusal::NoChannel => {
            "Nothing was opened: this release has no channel yet, so there is no place for a thread. Try again when its \
             channel is there."
                .to_owned()
        }
        RoomRefusal::ItemsNeeded { title, needs } => items_needed(title, needs),
        RoomRefusal::NotALink { given } => format!(
            "`{}` is not a web address. It begins with `https://` and has no spaces.",
            code(given),
        ),
        RoomRefusal::FixExists { reference } => format!(
            "The fix **{}** is in this release already. `/fix list` shows it.",
            escape(reference),
        ),
        RoomRefusal::UnknownFix { given, known } => format!(
            "This release has no fix `{}`. {}",
            code(given),
            if known.is_empty() {
                "None was added yet: `/fix add`.".to_owned()
            } else {
                format!("It has {}.", codes(known))
            },
        ),
        RoomRefusal::FixNotInVersion { reference, version } => {
            format!(
                "The fix **{}** does not go into {}.",
                escape(reference),
                escape(version)
            )
        }
        RoomRefusal::FixNotInCandidate { reference, candidate } => format!(
            "The fix **{}** is not merged, so {} does not have it. Record the merge first (`/fix step`).",
            escape(reference),
            escape(candidate),
        ),
        RoomRefusal::FixMerged { reference } => format!(
            "The fix **{}** is merged; only QA's verdict on a release candidate is left (`/rc verdict`).",
            escape(reference),
        ),
        RoomRefusal::StepDone {
            reference,
            step,
            done,
        } => format!(
            "The fix **{}** was “{step}” {} already.",
            escape(reference),
            by(done)
        ),
        RoomRefusal::StepTooEarly {
            reference,
            step,
            next,
        } => format!(
            "The fix **{}** cannot be “{step}” yet: “{next}” comes first.",
            escape(reference),
        ),
        RoomRefusal::NoStepDone { reference } => {
            format!(
                "No step of the fix **{}** is done, so there is nothing to take back.",
                escape(reference)
            )
        }
        RoomRefusal::OwnFix { reference } => format!(
            "You wrote the fix **{}**, so somebody else has to review it.",
            escape(reference),
        ),
        RoomRefusal::NoCandidate => {
            "No release candidate was cut yet. `/rc cut` records the first one.".to_owned()
        }
        RoomRefusal::WhichCandidate { known } => {
            format!(
                "There are several current release candidates: name one of {} with `rc`.",
                codes(known)
            )
        }
        RoomRefusal::UnknownCandidate { given, known } => format!(
            "There is no release candidate `{}`. {}",
            code(given),
            if known.is_empty() {
                "None was cut yet: `/rc cut`.".to_owned()
            } else {
                format!("There is {}.", codes(known))
            },
        ),
        RoomRefusal::CandidateSuperseded { candidate, by } => format!(
            "{} is superseded by {}. Verdicts are given on the newest candidate.",
            escape(candidate),
            escape(by),
        ),
        RoomRefusal::CandidateNotReady { candidate, missing } => with_blockers(
            &format!("{} cannot pass yet. Still in the way:", escape(candidate)),
            missing,
            "",
        ),
        RoomRefusal::UnknownDefect { given, open } => format!(
            "This release has no defect {given}; {} open. `/defect list` shows them.",
            match open {
                0 => "none is".to_owned(),
                1 => "1 is".to_owned(),
                several => format!("{several} are"),
            },
        ),
        RoomRefusal::DefectClosed { number, closed } => {
            format!("Defect {number} was closed {} already.", by(closed))
        }
        RoomRefusal::DefectTooBad {
            number,
            severity: bad,
        } => format!(
            "Defect {number} is {}: nobody may ship it as a known issue. Fix it, or close it as no defect.",
            severity(*bad),
        ),
        RoomRefusal::UnknownSignOff { number } => {
            format!("This release has no sign-off {number}. `/signoff list` shows them.")
        }
        RoomRefusal::SignOffVoid { number, by } => format!(
            "Sign-off {number} is void: {} was cut since. The Release Manager asks again (`/signoff request`).",
            escape(by),
        ),
        RoomRefusal::SignOffAnswered {
            number,
            approved,
            answered,
        } => format!(
            "Sign-off {number} was {} {}. A signature is never changed; the Release Manager can ask for a new one.",
            if *approved { "given" } else { "refused" },
            by(answered),
        ),
        RoomRefusal::NotTheSigner {
            number,
            signer,
            delegate,
        } => format!(
            "Sign-off {number} is asked of {}{}. Nobody else can answer it.",
            owner(signer),
            delegate.map_or_else(String::new, |delegate| format!(
                ", or <@{delegate}> in their place"
            )),
        ),
        RoomRefusal::FourEyes { number: None } => {
            "You cannot ask yourself: this sign-off takes a second person. Name somebody else, or a role."
                .to_owned()
        }
        RoomRefusal::FourEyes { number: Some(number) } => {
            format!("You asked for sign-off {number}, so somebody else has to give it.")
        }
        RoomRefusal::NoDecision => {
            "Nobody has called the go/no-go. The Release Manager does (`/go call`).".to_owned()
        }
        RoomRefusal::DecisionCalled { number, called } => format!(
            "Go/no-go {number} was called {} and still counts. A new one can be called when a new release candidate is cut.",
            by(called),
        ),
        RoomRefusal::DecisionVoid { by } => format!(
            "That go/no-go is void: {} was cut since. The Release Manager calls a new one (`/go call`).",
            escape(by),
        ),
        RoomRefusal::AlreadyVoted { role, choice, voted } => format!(
            "{} has voted **{choice}**, {}. Whoever voted can take it back with `/go withdraw` and vote again.",
            escape(role),
            by(voted),
        ),
        RoomRefusal::NoVoteOfYours => "You have no vote in this go/no-go to take back.".to_owned(),
        RoomRefusal::NoGoYet { missing } => with_blockers(
            "Nobody can say go while a critical or high defect is open:",
            missing,
            "",
        ),
        RoomRefusal::GateClosed { phase, missing } if missing.is_empty() => format!(
            "**{phase}** is not open yet. Nothing stands in its way any more: the Release Manager opens it with \
             `/release ready`.",
        ),
        RoomRefusal::GateClosed { phase, missing } => with_blockers(
            &format!(
                "**{phase}** is not open yet: {} in the way.",
                match missing.len() {
                    1 => "1 thing stands".to_owned(),
                    several => format!("{several} things stand"),
                },
            ),
            missing,
            "\nWhen all of it is done the Release Manager runs `/release ready`; with an `override_reason` it opens at \
             once, and that goes on the record.",
        ),
        RoomRefusal::GateOpen { phase, opened } => {
            format!(
                "**{phase}** is open: the release was declared ready {}.",
                by(opened)
            )
        }
        RoomRefusal::NoGate { gated } if gated.is_empty() => {
            "No phase of this release waits for anything: its items can be ticked.".to_owned()
        }
        RoomRefusal::NoGate { gated } => {
            let gated: Vec<String> = gated.iter().map(ToString::to_string).collect();
            format!("That phase waits for nothing. These do: {}.", listing(&gated))
        }
        RoomRefusal::Announced {
            announced: Some(announced),
        } => format!(
            "This release was announced {}. Nothing is posted twice: what changes is changed in the announcement.",
            by(announced),
        ),
        RoomRefusal::Announced { announced: None } => {
            "This release was announced when it started. Nothing is posted twice: what changes is changed in the \
             announcement."
                .to_owned()
        }
        RoomRefusal::AnnouncementDeclined { declined } => format!(
            "It was decided {} not to announce this release. Press **Draft it again** on that message, and then change \
             or post it.",
            by(declined),
        ),
        RoomRefusal::AnnouncementWaits { drafted } => format!(
            "The draft is there, since {}: press **Post it** on it, or **Do not announce**.",
            moment(drafted.at),
        ),
        RoomRefusal::Secret => {
            "This release is private: only the roles of its process know of it, and nothing is announced.".to_owned()
        }
        RoomRefusal::NothingDrafted => {
            "No announcement is drafted for this release. The Release Manager has one drafted with `/release announce`."
                .to_owned()
        }
        RoomRefusal::Escalation(refusal) => escalation::sentence(refusal),
        RoomRefusal::WordsUnchanged => {
            "The announcement has exactly these words. Nothing was changed.".to_owned()
        }
        RoomRefusal::UnknownLink { given, known } if known.is_empty() => format!(
            "There is no page `{}` to say the address of: the playbook of this release names none. Its phases name them \
             under `links`, for the next release.",
            code(given),
        ),
        RoomRefusal::UnknownLink { given, known } => format!(
            "The phases of this release have no page `{}`. They have: {}.",
            code(given),
            titles(known),
        ),
        RoomRefusal::LinkUnchanged {
            title,
            stored: Some(stored),
        } => format!(
            "**{}** has exactly this address: it was stored {}. Nothing was changed.",
            escape(title),
            by(stored)
        ),
        RoomRefusal::LinkUnchanged { title, stored: None } => format!(
            "**{}** has no address that could be taken away. Give one with `url`.",
            escape(title)
        ),
    }
}

/// "by @riley in 2 days".
fn by(stamp: &Stamp) -> String {
    format!("by <@{}> {}", stamp.by, moment(stamp.at))
}

fn codes(all: &[String]) -> String {
    let codes: Vec<String> = all.iter().map(|one| format!("`{}`", code(one))).collect();
    listing(&codes)
}

fn titles(all: &[String]) -> String {
    all.iter()
        .map(|title| escape(title))
        .collect::<Vec<_>>()
        .join(", ")
}

fn article(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Link => "a link",
        EvidenceKind::Text => "a text",
        EvidenceKind::File => "a file",
    }
}

fn how_to_show(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Link => {
            "Use `/item done` with `evidence`: the address of the page, beginning with `https://`."
        }
        EvidenceKind::Text => "Use `/item done` with `evidence`: the text itself.",
        EvidenceKind::File => {
            "Post the file in the release channel and use **Apps → Show as evidence** on that message, or copy its link for \
             `/item done` with `evidence`."
        }
    }
}

/// What a message shows, what is asked for instead, and what was shown already.
fn nothing_asks(shows: &[EvidenceKind], asked: &[EvidenceKind], done: &[(String, Stamp)]) -> String {
    let kinds = |kinds: &[EvidenceKind]| {
        let kinds: Vec<String> = kinds.iter().map(|kind| article(*kind).to_owned()).collect();
        listing(&kinds)
    };
    let has = if shows.is_empty() {
        "This message has no words, no link and no file".to_owned()
    } else {
        format!("This message has {}", kinds(shows))
    };
    let mut text = match (asked, done) {
        ([], []) => format!("{has}, and no open item of this release asks to be shown anything."),
        ([], _) => format!("{has}, and no open item of this release asks for that any more."),
        (asked, _) => format!(
            "{has}, but the open items of this release ask for {}.",
            kinds(asked)
        ),
    };
    if asked.contains(&EvidenceKind::Link) {
        text.push_str(" A link counts when the message has one and no other.");
    }
    text.push_str(" Nothing was changed.");
    if !done.is_empty() {
        let lines: Vec<String> = done
            .iter()
            .map(|(title, done)| format!("✅ **{}** {}", escape(title), by(done)))
            .collect();
        text.push_str("\nDone already; `/item undo` opens one again:\n");
        text.push_str(&fitting(&lines, CONTENT_LIMIT - AROUND, "items"));
    }
    text
}

fn items_needed(title: &str, needs: &[(String, Owner)]) -> String {
    let lines: Vec<String> = needs
        .iter()
        .map(|(title, who)| format!("⬜ {} – {}", escape(title), owner(who)))
        .collect();
    format!(
        "**{}** waits for {}:\n{}",
        escape(title),
        if needs.len() == 1 {
            "another item".to_owned()
        } else {
            format!("{} other items", needs.len())
        },
        fitting(&lines, CONTENT_LIMIT - AROUND, "items"),
    )
}

/// As many lines as fit; of the others it is said how many there are.
fn with_blockers(before: &str, missing: &[Blocker], after: &str) -> String {
    let lines = blockers::lines(missing);
    format!(
        "{before}\n{}{after}",
        fitting(
            &lines,
            CONTENT_LIMIT - AROUND,
            &format!("of {}", count(missing.len(), "thing"))
        )
        .trim_end(),
    )
}
