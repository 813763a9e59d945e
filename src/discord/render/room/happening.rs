//! What happened in a room, as one line of a timeline.

use crate::discord::render::refusal::listing;
use crate::discord::render::room::{blockers, escalation, owner, severity};
use crate::discord::render::{count, escape, shortened};
use crate::domain::notice::Card;
use crate::domain::playbook::{ItemId, LinkId};
use crate::domain::release::Release;
use crate::domain::room::RoomEvent;

/// What follows the name of whoever did it.
pub(in crate::discord::render) fn happening(release: &Release, event: &RoomEvent) -> String {
    let item = |id: &ItemId| {
        let title = release
            .playbook
            .item(id)
            .map_or_else(|| id.to_string(), |item| item.title.clone());
        format!("**{}**", escape(&title))
    };
    let page = |id: &LinkId| {
        let mut links = release.playbook.phase_links();
        let link = links.find(|link| link.id == *id);
        let title = link.map_or_else(|| id.to_string(), |link| link.title.clone());
        format!("**{}**", escape(&title))
    };
    let noted = |note: &Option<String>| {
        note.as_ref()
            .map_or_else(String::new, |note| format!(": {}", escape(note)))
    };
    match event {
        RoomEvent::ItemAssigned { item: id, to: None } => format!("gave back {}", item(id)),
        RoomEvent::ItemAssigned {
            item: id,
            to: Some(to),
        } => format!("gave {} to <@{to}>", item(id)),
        RoomEvent::ItemStarted { item: id } => format!("began with {}", item(id)),
        RoomEvent::ItemBlocked { item: id, reason } => {
            format!("said that {} is blocked: {}", item(id), escape(reason))
        }
        RoomEvent::ItemUnblocked { item: id } => format!("said that {} can go on", item(id)),
        RoomEvent::ItemNoted { item: id, text } => format!("noted on {}: {}", item(id), escape(text)),
        RoomEvent::DiscussionWished { item: id } => format!("asked for a thread about {}", item(id)),
        RoomEvent::DiscussionOpened { item: id, thread } => {
            format!("opened <#{thread}> for {}", item(id))
        }
        RoomEvent::DiscussionLost { item: id, .. } => {
            format!("found the thread of {} deleted", item(id))
        }
        RoomEvent::ItemAdded { added, .. } => format!(
            "added the item **{}** for {}",
            escape(&added.title),
            escape(&release.role_title(&added.role))
        ),
        RoomEvent::FixAdded {
            reference,
            title,
            severity: bad,
            versions,
            ..
        } => format!(
            "added the fix **{}** ({}) for {}: {}",
            escape(reference),
            severity(*bad),
            listing(&versions.iter().map(|version| escape(version)).collect::<Vec<_>>()),
            escape(title)
        ),
        RoomEvent::FixStepDone {
            reference,
            version,
            step,
        } => format!(
            "recorded “{step}” of the fix **{}** for {}",
            escape(reference),
            escape(version)
        ),
        RoomEvent::FixStepUndone {
            reference,
            version,
            step,
        } => format!(
            "took back “{step}” of the fix **{}** for {}",
            escape(reference),
            escape(version)
        ),
        RoomEvent::FixDropped { reference, reason } => {
            format!("left out the fix **{}**: {}", escape(reference), escape(reason))
        }
        RoomEvent::CandidateCut {
            version,
            number,
            commit,
        } => format!("cut **{}-RC{number}** from {}", escape(version), escape(commit)),
        RoomEvent::VerdictGiven {
            candidate,
            fix,
            passed,
            note,
        } => {
            let verdict = if *passed { "✅ passed" } else { "❌ failed" };
            match fix {
                Some(fix) => format!(
                    "said that the fix **{}** {verdict} in {}{}",
                    escape(fix),
                    escape(candidate),
                    noted(note)
                ),
                None => format!("said that **{}** {verdict}{}", escape(candidate), noted(note)),
            }
        }
        RoomEvent::DefectFound {
            number,
            title,
            severity: bad,
            candidate,
            ..
        } => format!(
            "reported defect {number} ({}{}): {}",
            severity(*bad),
            candidate
                .as_ref()
                .map_or_else(String::new, |candidate| format!(", in {}", escape(candidate))),
            escape(title)
        ),
        RoomEvent::DefectDocumented { number, .. } => format!("described defect {number} as a known issue"),
        RoomEvent::DefectClosed {
            number,
            resolution,
            note,
        } => format!("closed defect {number} as {resolution}{}", noted(note)),
        RoomEvent::SignOffRequested {
            number,
            signer,
            statement,
            covers,
            ..
        } => format!(
            "asked {} for sign-off {number} of {}: “{}”",
            owner(&release.signer_name(signer)),
            listing(&covers.iter().map(|covered| escape(covered)).collect::<Vec<_>>()),
            escape(statement)
        ),
        RoomEvent::SignOffAnswered {
            number,
            approved,
            reason,
        } => format!(
            "{} sign-off {number}{}",
            if *approved { "gave" } else { "refused" },
            noted(reason)
        ),
        RoomEvent::DecisionCalled { number, covers, .. } => format!(
            "called go/no-go {number} about {}",
            listing(&covers.iter().map(|covered| escape(covered)).collect::<Vec<_>>())
        ),
        RoomEvent::Voted {
            role, choice, reason, ..
        } => format!(
            "voted **{choice}** for {}{}",
            escape(&release.role_title(role)),
            noted(reason)
        ),
        RoomEvent::VoteWithdrawn { role, .. } => {
            format!("took back the vote of {}", escape(&release.role_title(role)))
        }
        RoomEvent::StatusUpdated { text, .. } => {
            format!("gave a status update: {}", escape(&shortened(text, 300)))
        }
        RoomEvent::UpdateCalled { due, .. } => format!(
            "called for the status update that was due <t:{}:f>",
            due.timestamp()
        ),
        RoomEvent::RetrospectiveWritten { findings } => {
            let parts = [&findings.change, &findings.badly, &findings.well];
            let first = parts.into_iter().find(|part| !part.is_empty());
            let first = first.map_or_else(String::new, |part| format!(": {}", escape(&shortened(part, 300))));
            format!("wrote the retrospective{first}")
        }
        RoomEvent::RetrospectiveCalled { .. } => "called for the retrospective".to_owned(),
        RoomEvent::AnnouncementDrafted { .. } => "drafted the announcement".to_owned(),
        RoomEvent::AnnouncementWorded { words: None } => {
            "took the words above the announcement away".to_owned()
        }
        RoomEvent::AnnouncementWorded { words } => {
            format!("changed the words above the announcement{}", noted(words))
        }
        RoomEvent::Announced { words } => format!("announced the release{}", noted(words)),
        RoomEvent::Escalation { number, step } => escalation::happening(*number, step),
        RoomEvent::AnnouncementDeclined => "decided not to announce the release".to_owned(),
        RoomEvent::HandedOver { roster, from, note } => {
            format!(
                "took the duty of **{}** over from <@{from}>{}",
                escape(roster),
                noted(note)
            )
        }
        RoomEvent::HandOffDeclined { roster, from, reason } => format!(
            "did not take the duty of **{}** over from <@{from}>: {}",
            escape(roster),
            escape(reason)
        ),
        RoomEvent::LeftUnfinished {
            roster,
            phases,
            reason,
        } => format!(
            "left the duty of **{}** although {} was not complete: {}",
            escape(roster),
            listing(&phases.iter().map(|phase| escape(phase)).collect::<Vec<_>>()),
            escape(reason)
        ),
        RoomEvent::LinkStored { link: id, url } => format!("stored where {} is: <{url}>", page(id)),
        RoomEvent::LinkRemoved { link: id } => format!("took the address of {} away", page(id)),
        RoomEvent::CardPosted { card, .. } => format!("posted {}", card_name(card)),
        RoomEvent::CardLost { card } => {
            format!("could not edit {} any more and posts it again", card_name(card))
        }
        RoomEvent::GateOpened {
            phase,
            override_reason,
            missing,
        } => {
            let name = super::super::moves::phase_of(release, phase);
            match override_reason {
                None => format!("declared the release ready: {name} is open"),
                Some(reason) => format!(
                    "opened {name} although {} missing ({}): {}",
                    match missing.len() {
                        1 => "1 thing is".to_owned(),
                        several => format!("{several} things are"),
                    },
                    missing
                        .iter()
                        .take(3)
                        .map(|blocker| blockers::lack(&blocker.lack))
                        .collect::<Vec<_>>()
                        .join("; ")
                        + &more(missing.len()),
                    escape(reason)
                ),
            }
        }
    }
}

fn card_name(card: &Card) -> String {
    match card {
        Card::SignOff { number } => format!("sign-off {number}"),
        Card::Decision { number } => format!("go/no-go {number}"),
        Card::Announcement => "the announcement".to_owned(),
        Card::AnnouncementDraft => "the draft of the announcement".to_owned(),
        Card::Escalation { number } => format!("escalation {number}"),
        Card::Page {
            escalation, place, ..
        } => {
            format!("the call of number {} for escalation {escalation}", place + 1)
        }
    }
}

/// "; and 2 things more", when three do not show all.
fn more(all: usize) -> String {
    if all > 3 {
        format!("; and {} more", count(all - 3, "thing"))
    } else {
        String::new()
    }
}
