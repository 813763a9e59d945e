//! The card of an escalation and of a page in every state, and what is said about them.

use super::*;
use crate::discord::render::room::escalation as render;
use crate::discord::render::room::{card, said};
use crate::domain::escalation::Directory;
use crate::domain::ids::UserId;
use crate::domain::notice::Card;
use crate::domain::room::fixtures::{every_event, helpers, page_order};
use crate::domain::room::{EscalationEvent, Missed, RoomEvent, Severity};

const NOON: &str = "2026-12-02T12:00:00Z";

fn step(view: &mut ReleaseView, step: EscalationEvent) {
    let event = Event::Room(RoomEvent::Escalation { number: 1, step });
    view.release.apply(&event, stamp(2, NOON));
}

fn called(place: u32) -> EscalationEvent {
    let name = "Ben".to_owned();
    EscalationEvent::Called { place, name }
}

fn opened() -> ReleaseView {
    let mut view = view();
    let opened = EscalationEvent::Opened {
        problem: "Balrog does not *answer* @everyone\nsince nine".to_owned(),
        severity: Severity::High,
        item: None,
    };
    step(&mut view, opened);
    view
}

/// Ben was called.
fn paged() -> ReleaseView {
    let mut view = opened();
    let title = "Balrog and *updates*".to_owned();
    let topic = Some("balrog".parse().unwrap());
    step(
        &mut view,
        EscalationEvent::Chosen {
            topic,
            title: title.clone(),
        },
    );
    let order = page_order();
    step(
        &mut view,
        EscalationEvent::Paged {
            title,
            order,
            answer_within: 15,
        },
    );
    step(&mut view, called(0));
    view
}

fn page(place: u32) -> Card {
    Card::Page {
        escalation: 1,
        round: 0,
        place,
    }
}

fn told(view: &ReleaseView, step: EscalationEvent, by: u64) -> Post {
    let event = RoomEvent::Escalation { number: 1, step };
    said(view, &event, UserId(by)).unwrap()
}

#[test]
fn s48_to_s53_the_card_leads_through_the_steps() {
    let number = 1;
    let shown_card = |view: &ReleaseView| card(view, &Card::Escalation { number }).unwrap();
    let mut view = opened();
    snapshot("escalation_opened", &shown_card(&view));
    for event in every_event() {
        if let RoomEvent::Escalation { step: taken, .. } = event
            && !matches!(
                taken,
                EscalationEvent::Opened { .. }
                    | EscalationEvent::Paged { .. }
                    | EscalationEvent::Called { .. }
                    | EscalationEvent::Missed { .. }
                    | EscalationEvent::Unanswered
                    | EscalationEvent::Stopped
                    | EscalationEvent::Acknowledged
                    | EscalationEvent::Resolved { .. }
            )
        {
            step(&mut view, taken);
        }
    }
    assert!(view.release.room.escalation(1).unwrap().looked.is_some());
    snapshot("escalation_prepared", &shown_card(&view));
    let mut view = paged();
    snapshot("escalation_paged", &shown_card(&view));
    snapshot("escalation_board", &board::board(&view, at(EARLY)));
    let mut unanswered = view.clone();
    step(&mut unanswered, EscalationEvent::Unanswered);
    snapshot("escalation_unanswered", &shown_card(&unanswered));
    let closed = closed(unanswered, Some("Withdrawn"));
    snapshot("escalation_closed", &shown_card(&closed));
    snapshot("escalation_closed_brief", &brief::closed(&closed, at(EARLY)));
    step(&mut view, EscalationEvent::Acknowledged);
    snapshot("escalation_taken", &shown_card(&view));
    let what = "A full disk on *balrog-2*".to_owned();
    step(&mut view, EscalationEvent::Resolved { what });
    snapshot("escalation_resolved", &shown_card(&view));
}

#[test]
fn a_page_asks_one_person_and_says_when_it_is_over() {
    let mut view = paged();
    let post = card(&view, &page(0)).unwrap();
    assert_eq!(post.people, [UserId(7)]);
    snapshot("page_called", &post);
    let mut last = view.clone();
    step(&mut last, called(1));
    step(&mut last, called(2));
    snapshot("page_called_last", &card(&last, &page(2)).unwrap());
    step(&mut last, EscalationEvent::Unanswered);
    snapshot("page_unanswered_card", &card(&last, &page(0)).unwrap());
    let closed = closed(view.clone(), Some("Withdrawn"));
    snapshot("page_closed", &card(&closed, &page(0)).unwrap());
    step(&mut view, EscalationEvent::Acknowledged);
    let post = card(&view, &page(0)).unwrap();
    assert!(post.people.is_empty() && post.rows.is_empty());
    snapshot("page_taken", &post);
    let what = "A full disk".to_owned();
    step(&mut view, EscalationEvent::Resolved { what });
    snapshot("page_resolved", &card(&view, &page(0)).unwrap());
    assert!(card(&view, &page(9)).is_none());
}

#[test]
fn what_the_channel_hears_of_pages() {
    let view = paged();
    let name = "Nick *N*".to_owned();
    let missed = |place, why| EscalationEvent::Missed {
        place,
        name: name.clone(),
        why,
    };
    snapshot("page_missed", &told(&view, missed(0, Missed::Left), 0));
    snapshot("page_missed_last", &told(&view, missed(2, Missed::DoesNotSee), 0));
    let post = told(&view, EscalationEvent::Unanswered, 0);
    assert_eq!(post.pings.len(), 1, "the Release Manager hears it");
    snapshot("page_unanswered", &post);
    let post = told(&view, EscalationEvent::Acknowledged, 7);
    assert_eq!(post.people, [UserId(2)], "who had them called hears it");
    snapshot("page_acknowledged", &post);
    let what = "A full disk on *balrog-2* @everyone".to_owned();
    snapshot(
        "escalation_over",
        &told(&view, EscalationEvent::Resolved { what }, 9),
    );
}

#[test]
fn s49_s51_what_is_offered_at_a_step() {
    let view = opened();
    let escalation = view.release.room.escalation(1).unwrap();
    let text = include_str!("../../../../playbook-templates/escalation/escalation.toml");
    let directory = Directory::read("escalation.toml", text).unwrap();
    snapshot("escalation_kinds", &render::kinds(&view, escalation));
    snapshot(
        "escalation_topics",
        &render::topics(&view, &directory, escalation),
    );
    assert_eq!(render::channels(&directory, escalation), "#releaseduty");
    snapshot("escalation_list", &render::list(std::slice::from_ref(&view)));
    snapshot("escalation_list_none", &render::list(&[]));
}

/// The longest texts that people may write leave the controls in their place.
#[test]
fn the_longest_card_fits() {
    let mut view = longest(3, 3, 3);
    let marks = "_".repeat(500);
    let long = EscalationEvent::Opened {
        problem: marks.clone(),
        severity: Severity::Critical,
        item: None,
    };
    step(&mut view, long);
    for taken in [
        EscalationEvent::Confirmed,
        EscalationEvent::Classified {
            kind: crate::domain::room::ProblemKind::ExternalDependency,
            what: marks.clone(),
        },
        EscalationEvent::Filed {
            link: format!("https://example.com/{}", "x".repeat(480)),
        },
        EscalationEvent::Told {
            channels: marks.clone(),
        },
        EscalationEvent::Looked { helpers: helpers() },
        EscalationEvent::Paged {
            title: "_".repeat(80),
            order: page_order(),
            answer_within: 240,
        },
        called(0),
    ] {
        step(&mut view, taken);
    }
    assert_fits(
        "escalation",
        &card(&view, &Card::Escalation { number: 1 }).unwrap(),
    );
    assert_fits("page", &card(&view, &page(0)).unwrap());
    assert_fits("unanswered", &told(&view, EscalationEvent::Unanswered, 0));
    assert_fits("over", &told(&view, EscalationEvent::Resolved { what: marks }, 5));
    assert_fits("board", &board::board(&view, at(EARLY)));
}
