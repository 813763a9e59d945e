//! The stored form of events and notices. Rows outlive the program that wrote them, so these forms never change; a new
//! variant is a new line in the snapshot, and no other line moves.

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::*;
use crate::domain::difference::{Cause, Difference, Moved, When};
use crate::domain::fixtures::{dot_release, item, phase, recurring_release, role};
use crate::domain::handoff::{Audience as Asked, Called};
use crate::domain::ids::{
    ChannelId, HandOffNumber, MessageId, OccurrenceId, ReleaseKey, RosterNumber, SwapNumber, UserId,
};
use crate::domain::news::News;
use crate::domain::notice::{Card, CopyTo, Notice, Warning};
use crate::domain::recurring::Obstacle;
use crate::domain::reminder::{Audience, Call, Moment, Occasion, Step};
use crate::domain::room::fixtures::every_event as every_event_of_a_room;
use crate::domain::room::{Findings, RoomEvent};
use crate::domain::shift::{Gap, Span};

/// Each event once: a new variant does not compile until it has its place here.
fn every_event() -> Vec<Event> {
    let first = Event::Started {
        version: "7.2.1".to_owned(),
        target: Some(target()),
        reason: Reason::CustomerBug,
        private: false,
        variation: Variation::default(),
    };
    std::iter::successors(Some(first), |event| {
        Some(match event {
            Event::Started { .. } => Event::ChannelOpened {
                channel: ChannelId(u64::MAX),
            },
            Event::ChannelOpened { .. } => Event::BoardPosted {
                message: MessageId(600),
            },
            Event::BoardPosted { .. } => Event::BoardLost,
            Event::BoardLost => Event::BoardWorn,
            Event::BoardWorn => Event::ItemDone {
                item: item("merge"),
                evidence: None,
            },
            Event::ItemDone { .. } => Event::ItemNotApplicable {
                item: item("merge"),
                reason: "Nothing was merged".to_owned(),
            },
            Event::ItemNotApplicable { .. } => Event::ItemUndone { item: item("merge") },
            Event::ItemUndone { .. } => Event::ItemReopened {
                item: item("merge"),
                since: now(),
            },
            Event::ItemReopened { .. } => Event::Called {
                occasions: every_occasion(),
            },
            Event::Called { .. } => Event::CallsCollapsed {
                occasions: Vec::new(),
            },
            Event::CallsCollapsed { .. } => Event::CallsExpired {
                occasions: Vec::new(),
            },
            Event::CallsExpired { .. } => Event::Reminded {
                phase: phase("code"),
                moment: Moment::DayStart,
                due: now(),
            },
            Event::Reminded { .. } => Event::ReminderCollapsed {
                phase: phase("code"),
                moment: Moment::CutOff,
                due: now(),
            },
            Event::ReminderCollapsed { .. } => Event::NotDelivered {
                what: "the brief".to_owned(),
                why: "refused: 403".to_owned(),
            },
            Event::NotDelivered { .. } => Event::Expired {
                what: "a reminder".to_owned(),
            },
            Event::Expired { .. } => Event::PossiblyRepeated {
                what: "a reminder".to_owned(),
            },
            Event::PossiblyRepeated { .. } => Event::Slipped {
                from: Some(target()),
                to: None,
                reason: "The fix is not ready".to_owned(),
            },
            Event::Slipped { .. } => Event::Replanned {
                moved: vec![(phase("code"), date("2026-12-04"), date("2026-12-03"))],
                days: vec![
                    (date("2026-12-04"), Some("Company day".to_owned())),
                    (date("2026-12-05"), None),
                ],
            },
            Event::Replanned { .. } => Event::Held {
                reason: "Waiting for the vendor".to_owned(),
            },
            Event::Held { .. } => Event::Resumed,
            Event::Resumed => Event::Reopened {
                reason: "The build was broken".to_owned(),
            },
            Event::Reopened { .. } => Event::ItemSnoozed {
                item: item("merge"),
                until: now(),
                intent: "3 working days".to_owned(),
            },
            Event::ItemSnoozed { .. } => Event::ItemWoken { item: item("merge") },
            Event::ItemWoken { .. } => Event::Retried {
                what: "a reminder".to_owned(),
            },
            Event::Retried { .. } => Event::Dropped {
                what: "a reminder".to_owned(),
            },
            Event::Dropped { .. } => Event::Room(RoomEvent::ItemStarted { item: item("merge") }),
            Event::Room(_) => Event::Closed {
                override_reason: None,
                open: Vec::new(),
            },
            Event::Closed {
                override_reason: None,
                ..
            } => Event::Closed {
                override_reason: Some("Withdrawn".to_owned()),
                open: vec![item("merge"), item("tag")],
            },
            Event::Closed { .. } => return None,
        })
    })
    .chain(every_event_of_a_room().into_iter().map(Event::Room))
    .collect()
}

/// Each step and each audience once.
fn every_occasion() -> Vec<Occasion> {
    [
        (Step::HeadsUp, Audience::Role(role("dev"))),
        (Step::DayOf, Audience::Manager),
        (Step::CutOff, Audience::Channel),
        (Step::Nag, Audience::ReleaseManager),
    ]
    .into_iter()
    .map(|(step, audience)| Occasion {
        due: now(),
        phase: phase("code"),
        step,
        audience,
    })
    .collect()
}

/// Each notice once, in the same way.
fn every_notice() -> Vec<Notice> {
    std::iter::successors(Some(Notice::OpenChannel), |notice| {
        Some(match notice {
            Notice::OpenChannel => Notice::Brief,
            Notice::Brief => Notice::Board,
            Notice::Board => Notice::Announce,
            Notice::Announce => Notice::AnnounceAgain { number: 4 },
            Notice::AnnounceAgain { .. } => Notice::Calls {
                calls: every_occasion()
                    .into_iter()
                    .map(|occasion| Call {
                        occasion,
                        cutoff_at: now(),
                        overdue_days: 2,
                    })
                    .collect(),
                missed: 3,
            },
            Notice::Calls { .. } => Notice::Reminder {
                phase: phase("code"),
                moment: Moment::DayStart,
                due: now(),
                instead_of: Vec::new(),
            },
            Notice::Reminder {
                moment: Moment::DayStart,
                ..
            } => Notice::Reminder {
                phase: phase("test"),
                moment: Moment::CutOff,
                due: now(),
                instead_of: vec![(phase("code"), Moment::CutOff), (phase("test"), Moment::DayStart)],
            },
            Notice::Reminder { .. } => Notice::Moved {
                number: 7,
                cause: Cause::Slip {
                    by: UserId(1),
                    reason: "The fix is not ready".to_owned(),
                },
                difference: Difference {
                    from: Some(target()),
                    to: None,
                    moved: vec![Moved {
                        phase: phase("code"),
                        from: Some(When {
                            date: target(),
                            cutoff_at: now(),
                        }),
                        to: None,
                        open: 2,
                        impossible: false,
                    }],
                    affected: vec![role("dev")],
                    called: vec![role("dev")],
                },
            },
            Notice::Moved {
                cause: Cause::Slip { .. },
                difference,
                ..
            } => Notice::Moved {
                number: 8,
                cause: Cause::Calendar {
                    days: vec![
                        (date("2026-12-04"), Some("Company day".to_owned())),
                        (date("2026-12-05"), None),
                    ],
                },
                difference: difference.clone(),
            },
            Notice::Moved { .. } => Notice::AnnounceMove {
                number: 7,
                from: None,
                to: Some(target()),
            },
            Notice::AnnounceMove { .. } => Notice::Held { number: 9 },
            Notice::Held { .. } => Notice::Resumed {
                number: 10,
                by: UserId(1),
                since: now(),
            },
            Notice::Resumed { .. } => Notice::Reopened {
                number: 7,
                by: UserId(1),
                reason: "The build was broken".to_owned(),
            },
            Notice::Reopened { .. } => Notice::ClosedAgain { number: 9 },
            Notice::ClosedAgain { .. } => Notice::Closed,
            Notice::Closed => Notice::Scorecard { number: 7 },
            Notice::Scorecard { .. } => Notice::Archive { number: 7 },
            Notice::Archive { .. } => Notice::Unarchive { number: 8 },
            Notice::Unarchive { .. } => Notice::Said {
                number: 3,
                did: Box::new(RoomEvent::ItemStarted { item: item("merge") }),
                by: UserId(7),
            },
            Notice::Said { .. } => Notice::StatusUpdate {
                number: 9,
                text: "Testing goes on".to_owned(),
                by: UserId(7),
                next: Some(now()),
            },
            Notice::StatusUpdate { .. } => Notice::UpdateDue {
                due: now(),
                at: now(),
            },
            Notice::UpdateDue { .. } => Notice::Retrospective {
                number: 10,
                findings: Box::new(Findings {
                    well: "The reviews were quick".to_owned(),
                    ..Findings::default()
                }),
                by: UserId(7),
            },
            Notice::Retrospective { .. } => Notice::RetrospectiveDue { due: now() },
            Notice::RetrospectiveDue { .. } => Notice::Reached {
                what: "ready to share with the customer".to_owned(),
            },
            Notice::Reached { .. } => Notice::Discussion {
                number: 9,
                item: item("merge"),
                by: UserId(7),
            },
            Notice::Discussion { .. } => Notice::DiscussionBegins {
                item: item("merge"),
                thread: ChannelId(900),
            },
            Notice::DiscussionBegins { .. } => Notice::Card {
                card: Card::SignOff { number: 1 },
            },
            Notice::Card {
                card: Card::SignOff { .. },
            } => Notice::Card {
                card: Card::Decision { number: 1 },
            },
            Notice::Card {
                card: Card::Decision { .. },
            } => Notice::Card {
                card: Card::Escalation { number: 1 },
            },
            Notice::Card {
                card: Card::Escalation { .. },
            } => Notice::Card {
                card: Card::Page {
                    escalation: 1,
                    round: 0,
                    place: 2,
                },
            },
            Notice::Card {
                card: Card::Page { .. },
            } => Notice::Card {
                card: Card::Announcement,
            },
            Notice::Card {
                card: Card::Announcement,
            } => Notice::Card {
                card: Card::AnnouncementDraft,
            },
            Notice::Card { .. } => Notice::Alert {
                note: 41,
                lease: 2,
                what: "a reminder".to_owned(),
                why: "refused: 403".to_owned(),
                instead: Some(Box::new(Notice::Brief)),
            },
            Notice::Alert { .. } => Notice::Warning {
                warning: Warning::TokenRefused { since: now() },
            },
            Notice::Warning {
                warning: Warning::TokenRefused { .. },
            } => Notice::Warning {
                warning: Warning::TooManyRefusals { since: now() },
            },
            Notice::Warning {
                warning: Warning::TooManyRefusals { .. },
            } => Notice::Warning {
                warning: Warning::ReleaseUnreadable {
                    release: ReleaseKey::from_stored("REL-2026-12-001".to_owned()),
                    why: "release 7 holds a playbook that cannot be read".to_owned(),
                },
            },
            Notice::Warning { .. } => Notice::Proposal {
                occurrence: OccurrenceId(7),
                release: recurring_release(),
                obstacle: None,
            },
            Notice::Proposal { obstacle: None, .. } => Notice::Proposal {
                occurrence: OccurrenceId(8),
                release: recurring_release(),
                obstacle: Some(Obstacle::DayOff {
                    reason: "Christmas".to_owned(),
                }),
            },
            Notice::Proposal { .. } => Notice::ProposalAnswered {
                occurrence: OccurrenceId(7),
                release: recurring_release(),
                channel: ChannelId(22),
                message: MessageId(601),
                started: Some(ReleaseKey::from_stored("REL-2026-12-001".to_owned())),
                answered: Stamp {
                    by: UserId(1),
                    at: now(),
                },
            },
            Notice::ProposalAnswered { .. } => Notice::News {
                to: UserId(u64::MAX),
                number: 8,
                news: every_news(),
            },
            Notice::News { .. } => Notice::Digest {
                to: UserId(1),
                local: "2026-12-04T09:00:00".parse().unwrap(),
                zone: "Pacific/Auckland".parse().unwrap(),
                due: now(),
            },
            Notice::Digest { .. } => Notice::Turn {
                to: UserId(1),
                roster: RosterNumber(3),
                title: "QA".to_owned(),
                span: span(),
            },
            Notice::Turn { .. } => Notice::Gaps {
                roster: RosterNumber(3),
                title: "QA".to_owned(),
                gaps: vec![Gap { span: span() }],
            },
            Notice::Gaps { .. } => Notice::Swap {
                number: SwapNumber(4),
            },
            Notice::Swap { .. } => Notice::HandOffSummary {
                number: HandOffNumber(5),
                from: UserId(1),
                to: vec![UserId(2)],
                since: now(),
                note: Some("Watch the upgrade test".to_owned()),
            },
            Notice::HandOffSummary { .. } => Notice::HandOff {
                number: HandOffNumber(5),
            },
            Notice::HandOff { .. } => call(Asked::People(vec![UserId(2)])),
            Notice::HandOffCall {
                call: Called {
                    to: Asked::People(_), ..
                },
                ..
            } => call(Asked::ReleaseManager),
            Notice::HandOffCall { .. } => Notice::HandOffQuestion {
                number: HandOffNumber(5),
                nth: 1,
                question: "Who signs the build?".to_owned(),
                by: UserId(2),
            },
            Notice::HandOffQuestion { .. } => Notice::HandOffNote {
                roster: RosterNumber(3),
                title: "QA".to_owned(),
                to: UserId(1),
                ends: now(),
            },
            Notice::HandOffNote { .. } => copy(CopyTo::Member { user: UserId(2) }),
            Notice::HandOffMail {
                to: CopyTo::Member { .. },
                ..
            } => copy(CopyTo::Always {
                place: 1,
                address: "releases@example.com".parse().unwrap(),
            }),
            Notice::HandOffMail { .. } => return None,
        })
    })
    .collect()
}

fn copy(to: CopyTo) -> Notice {
    Notice::HandOffMail {
        number: HandOffNumber(5),
        to,
    }
}

fn call(to: Asked) -> Notice {
    Notice::HandOffCall {
        number: HandOffNumber(5),
        call: Called { at: now(), to },
    }
}

fn span() -> Span {
    Span {
        from: now(),
        until: now() + chrono::TimeDelta::hours(8),
    }
}

/// Each thing that followers hear once, in the same way.
fn every_news() -> Vec<News> {
    let covers = || vec!["7.2.1-RC1".to_owned()];
    let first = News::Moved {
        from: Some(target()),
        to: None,
    };
    std::iter::successors(Some(first), |news| {
        Some(match news {
            News::Moved { .. } => News::Held,
            News::Held => News::Resumed,
            News::Resumed => News::Updated {
                text: "All is well".to_owned(),
            },
            News::Updated { .. } => News::CandidateCut {
                candidate: "7.2.1-RC1".to_owned(),
            },
            News::CandidateCut { .. } => News::Decided {
                covers: covers(),
                go: true,
            },
            News::Decided { .. } => News::Undecided { covers: covers() },
            News::Undecided { .. } => News::GateOpened {
                phase: phase("code"),
                incomplete: false,
            },
            News::GateOpened { .. } => News::Reached {
                what: "ready to share with the customer".to_owned(),
            },
            News::Reached { .. } => News::Closed { incomplete: true },
            News::Closed { .. } => News::Reopened,
            News::Reopened => return None,
        })
    })
    .collect()
}

fn json<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) -> String {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), value);
    text
}

#[test]
fn the_stored_form_of_every_event() {
    let lines: Vec<String> = every_event().iter().map(json).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

/// With the occasion, which is stored beside it and keeps a notice from being said twice.
#[test]
fn the_stored_form_of_every_notice() {
    let lines: Vec<String> = every_notice()
        .iter()
        .map(|notice| format!("{}\n  {}", json(notice), notice.occasion()))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

/// S6: a release carries its playbook for as long as it is kept.
#[test]
fn the_stored_form_of_a_playbook() {
    json(&dot_release());
    let small = json(&playbook());
    insta::assert_snapshot!(small.replace("},{", "},\n{"));
}

fn any_moment() -> impl Strategy<Value = Moment> {
    prop_oneof![Just(Moment::DayStart), Just(Moment::CutOff)]
}

fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
    (0..4_102_444_800_000_i64).prop_map(|millis| DateTime::from_timestamp_millis(millis).unwrap())
}

fn any_event() -> impl Strategy<Value = Event> {
    let slug = || "[a-z]{1,8}(-[a-z0-9]{1,8}){0,2}";
    prop_oneof![
        (any::<String>(), 0..40_000_u64, any::<bool>()).prop_map(|(version, days, private)| Event::Started {
            version,
            target: Some(target() + chrono::Days::new(days)),
            reason: Reason::Security,
            private,
            variation: Variation::default(),
        }),
        any::<u64>().prop_map(|id| Event::ChannelOpened {
            channel: ChannelId(id)
        }),
        any::<u64>().prop_map(|id| Event::BoardPosted {
            message: MessageId(id)
        }),
        slug().prop_map(|id| Event::ItemDone {
            item: item(&id),
            evidence: None
        }),
        slug().prop_map(|id| Event::ItemUndone { item: item(&id) }),
        (slug(), any_moment(), any_instant()).prop_map(|(id, moment, due)| Event::Reminded {
            phase: phase(&id),
            moment,
            due
        }),
        (any::<String>(), any::<String>()).prop_map(|(what, why)| Event::NotDelivered { what, why }),
        (any::<Option<String>>(), prop::collection::vec(slug(), 0..4)).prop_map(|(override_reason, open)| {
            Event::Closed {
                override_reason,
                open: open.iter().map(|id| item(id)).collect(),
            }
        }),
    ]
}

proptest! {
    #[test]
    fn any_event_reads_back(event in any_event()) {
        json(&event);
    }

    #[test]
    fn any_reminder_reads_back(
        id in "[a-z]{1,12}",
        moment in any_moment(),
        due in any_instant(),
        others in prop::collection::vec(("[a-z]{1,12}", any_moment()), 0..6),
    ) {
        let instead_of = others.iter().map(|(id, moment)| (phase(id), *moment)).collect();
        json(&Notice::Reminder { phase: phase(&id), moment, due, instead_of });
    }
}
