//! Hand-offs: refusals, the summary, the message that can be answered, calls.

use super::*;
use crate::app::{Accepted, HandOffView, KeptHandOff, Left, Record};
use crate::discord::render::handoff;
use crate::discord::render::refusal::refusal;
use crate::domain::calendar::{Calendar, CalendarName};
use crate::domain::handoff::{Audience, Declined, HandOff, HandOffRefusal, HandOffState, Unfinished};
use crate::domain::ids::{HandOffNumber, ReleaseKey, RosterNumber};
use crate::domain::playbook::LinkId;
use crate::domain::rejection::{PhaseLabel, Rejection};
use crate::domain::release::TimelineEvent;
use crate::domain::room::fixtures::page_order;
use crate::domain::room::{EscalationEvent, RoomEvent, Severity};

const NOW: &str = "2026-12-03T16:00:00Z";

fn record() -> Record {
    let done = Event::ItemDone {
        item: item("merge"),
        evidence: None,
    };
    let mut view = view();
    view.release.apply(&done, stamp(7, "2026-12-03T11:00:00Z"));
    Record {
        view,
        events: vec![TimelineEvent {
            at: at("2026-12-03T11:00:00Z"),
            actor: Some(UserId(7)),
            event: done,
        }],
        calendar: Calendar::named(CalendarName::UsCaConcurrent),
    }
}

fn hand_off() -> HandOff {
    HandOff {
        from: UserId(1),
        since: at("2026-12-03T08:00:00Z"),
        offered: at(NOW),
        to: vec![UserId(2), UserId(3)],
        called: vec![UserId(3)],
        note: Some("Ask the *vendor*, @everyone".to_owned()),
        declined: Vec::new(),
        calls: Vec::new(),
        questions: 0,
        left: false,
        state: HandOffState::Offered,
    }
}

fn unfinished() -> Unfinished {
    let label = |offset: u32, title: &str| PhaseLabel {
        id: phase("promote"),
        offset: crate::domain::offset::Offset::t_minus(offset),
        title: title.to_owned(),
    };
    Unfinished {
        key: ReleaseKey::from_stored("REL-2026-12-001".to_owned()),
        phases: vec![label(1, "*Promote*"), label(0, "Push")],
    }
}

fn of(hand_off: HandOff, records: Vec<Record>) -> HandOffView {
    HandOffView {
        kept: KeptHandOff {
            number: HandOffNumber(5),
            roster: RosterNumber(3),
            hand_off,
            message: None,
        },
        title: "Release *duty*".to_owned(),
        setup: setup(),
        records,
    }
}

#[test]
fn s47_the_summary_says_exact_things() {
    let record = record();
    let note = hand_off().note;
    let to = [UserId(2)];
    let since = at("2026-12-03T08:00:00Z");
    let posts = [
        handoff::posted(&record, UserId(1), &to, since, note.as_deref(), at(NOW)),
        handoff::posted(&record, UserId(1), &[], at(NOW), None, at("2026-12-08T16:00:00Z")),
    ];
    for post in &posts {
        assert_fits("summary", post);
        assert!(post.people.is_empty());
    }
    let texts: Vec<String> = posts.iter().map(shown).collect();
    insta::assert_snapshot!(texts.join("\n\n"));
}

/// Whoever comes next reads to whom a problem was escalated, and finds the pages of the release.
#[test]
fn s47_the_summary_says_who_was_escalated_to_and_where_the_pages_are() {
    let mut record = record();
    let title = "Balrog".to_owned();
    let steps = [
        EscalationEvent::Opened {
            problem: "Balrog does not *answer*".to_owned(),
            severity: Severity::High,
            item: None,
        },
        EscalationEvent::Filed {
            link: "https://example.com/BUG_1_2".to_owned(),
        },
        EscalationEvent::Paged {
            title,
            order: page_order(),
            answer_within: 15,
        },
        EscalationEvent::Called {
            place: 0,
            name: "Ben".to_owned(),
        },
    ];
    let release = &mut record.view.release;
    let mut happen = |step| release.apply(&step, stamp(2, NOW));
    for step in steps {
        happen(Event::Room(RoomEvent::Escalation { number: 1, step }));
    }
    let summary = |record: &Record| handoff::posted(record, UserId(1), &[], at(NOW), None, at(NOW));
    let unanswered = summary(&record);
    let acknowledged = RoomEvent::Escalation {
        number: 1,
        step: EscalationEvent::Acknowledged,
    };
    let release = &mut record.view.release;
    release.apply(&Event::Room(acknowledged), stamp(2, NOW));
    let link: LinkId = "graph".parse().unwrap();
    std::sync::Arc::make_mut(&mut release.playbook).phases[0].links = vec![PhaseLink {
        id: link.clone(),
        title: "Promote *graph*".to_owned(),
    }];
    let url = "https://example.com/a_b".to_owned();
    let stamp = stamp(2, NOW);
    release.room.links.insert(link, StoredLink { url, stamp });
    let taken = summary(&record);
    let names = [(UserId(2), "Ben".to_owned())].into();
    let facts = record.shift_facts(at(NOW), at(NOW));
    let plain = handoff::plain_lines(&facts, &names, false, |_| "Friday".to_owned());
    insta::assert_snapshot!(format!(
        "{}\n\n{}\n\n{}",
        shown(&unanswered),
        shown(&taken),
        plain.join("\n")
    ));
}

#[test]
fn the_message_of_a_hand_off_shows_what_became_of_it() {
    let by = stamp(2, "2026-12-03T16:30:00Z");
    let declined = HandOff {
        declined: vec![Declined {
            stamp: by,
            reason: "At the *dentist*".to_owned(),
        }],
        ..hand_off()
    };
    let left = HandOff {
        left: true,
        to: Vec::new(),
        called: Vec::new(),
        note: None,
        ..hand_off()
    };
    let accepted = HandOff {
        state: HandOffState::Accepted(by),
        ..hand_off()
    };
    let returned = HandOff {
        state: HandOffState::Returned { at: at(NOW) },
        ..hand_off()
    };
    let fell_away = HandOff {
        state: HandOffState::FellAway { at: at(NOW) },
        ..hand_off()
    };
    let kept = HandOff {
        state: HandOffState::Kept,
        to: vec![UserId(1)],
        ..hand_off()
    };
    let views = [
        of(declined, vec![record()]),
        of(left, Vec::new()),
        of(accepted, Vec::new()),
        of(kept, Vec::new()),
        of(fell_away, Vec::new()),
        of(returned, Vec::new()),
    ];
    let texts: Vec<String> = views
        .iter()
        .map(|view| {
            let post = handoff::card(view, at(NOW));
            assert_fits("hand-off", &post);
            let open = view.kept.hand_off.is_open();
            assert_eq!(!post.rows.is_empty(), open);
            let called = if open {
                view.kept.hand_off.called.clone()
            } else {
                Vec::new()
            };
            assert_eq!(post.people, called);
            shown(&post)
        })
        .collect();
    insta::assert_snapshot!(texts.join("\n\n"));
}

/// However many releases are in flight and however long they are: Discord takes it.
#[test]
fn a_hand_off_of_many_releases_fits() {
    let mut long = record();
    long.view = longest(8, 20, 8);
    for number in [1, 7, 50] {
        let view = of(hand_off(), vec![long.clone(); number]);
        assert_fits("hand-off", &handoff::card(&view, at(NOW)));
    }
    let to: Vec<UserId> = (1..25).map(|_| UserId(u64::MAX)).collect();
    let note = "_".repeat(1_000);
    let post = handoff::posted(&long, UserId(1), &to, at(NOW), Some(&note), at(NOW));
    assert_fits("summary", &post);
}

#[test]
fn who_is_asked_and_answered() {
    let open = of(hand_off(), Vec::new());
    let gone = of(
        HandOff {
            left: true,
            ..hand_off()
        },
        Vec::new(),
    );
    let people = Audience::People(vec![UserId(2)]);
    let call = handoff::asked_again(&open, &people).unwrap();
    assert_eq!((call.people.clone(), call.pings.len()), (vec![UserId(2)], 0));
    let lead = handoff::asked_again(&gone, &Audience::ReleaseManager).unwrap();
    assert_eq!((lead.people.len(), lead.pings.len()), (0, 1));
    let mut settled = open;
    settled.kept.hand_off.state = HandOffState::Kept;
    assert!(handoff::asked_again(&settled, &people).is_none());
    let accepted = |left| Accepted {
        title: "Release *duty*".to_owned(),
        hand_off: HandOff { left, ..hand_off() },
    };
    let channel = Some(ChannelId(500));
    let posts = [
        call,
        lead,
        handoff::note_wanted(RosterNumber(3), "Release *duty*", UserId(1), at(NOW)),
        handoff::offered(&hand_off(), channel),
        handoff::offered(
            &HandOff {
                to: Vec::new(),
                ..hand_off()
            },
            channel,
        ),
        handoff::left(&Left::Offered(settled.kept.hand_off), channel),
        handoff::left(&Left::Free, channel),
        handoff::left(&Left::Overridden(vec![unfinished()]), channel),
        handoff::accepted(&accepted(false)),
        handoff::accepted(&accepted(true)),
        handoff::declined(&hand_off()),
        handoff::noted(),
    ];
    let texts: Vec<String> = posts.iter().map(shown).collect();
    insta::assert_snapshot!(texts.join("\n\n"));
}

#[test]
fn the_sentence_of_every_refusal_about_hand_offs() {
    let by = stamp(2, NOW);
    let to = || vec![UserId(2), UserId(3)];
    let all = [
        HandOffRefusal::Settled {
            state: HandOffState::Accepted(by),
        },
        HandOffRefusal::Settled {
            state: HandOffState::Kept,
        },
        HandOffRefusal::OwnDuty,
        HandOffRefusal::ForOthers { to: to() },
        HandOffRefusal::ForOthers { to: Vec::new() },
        HandOffRefusal::DeclinedAlready,
        HandOffRefusal::ReasonNeeded,
        HandOffRefusal::NotOnDuty {
            holder: Some(UserId(2)),
        },
        HandOffRefusal::NotOnDuty { holder: None },
        HandOffRefusal::OpenAlready {
            since: at(NOW),
            to: to(),
        },
        HandOffRefusal::OpenAlready {
            since: at(NOW),
            to: Vec::new(),
        },
        HandOffRefusal::NothingInFlight,
        HandOffRefusal::NoneOpen,
        HandOffRefusal::Unfinished {
            releases: vec![unfinished()],
        },
        HandOffRefusal::Settled {
            state: HandOffState::FellAway { at: at(NOW) },
        },
        HandOffRefusal::Settled {
            state: HandOffState::Returned { at: at(NOW) },
        },
    ];
    let sentences: Vec<String> = all
        .into_iter()
        .map(|refused| {
            let post = refusal(&Rejection::from(refused));
            assert_fits("refusal", &post);
            post.content
        })
        .collect();
    insta::assert_snapshot!(sentences.join("\n\n"));
}
