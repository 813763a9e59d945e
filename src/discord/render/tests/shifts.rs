//! Rosters and shifts: refusals, what is shown, what is said by itself.

use super::*;
use crate::app::{KeptSwap, RosterDraft, RosterView, SwapView};
use crate::discord::render::refusal::refusal;
use crate::discord::render::shift;
use crate::domain::ids::{GuildId, RosterNumber, SwapNumber};
use crate::domain::person::Stamp;
use crate::domain::rejection::Rejection;
use crate::domain::shift::{Away, Cause, Change, Gap, Roster, RosterId, ShiftRefusal, Span, Swap, SwapState};
use crate::store::rosters::Kept;

const ANN: UserId = UserId(100_000_000_000_000_001);
const BEN: UserId = UserId(100_000_000_000_000_002);

const TEXT: &str = r#"
title = "QA *team*"
role = "qa"
rotation = "weekly"
hand_over = "monday"
since = "2026-11-30"

[[members]]
discord = "100000000000000001"
name = "Ann"
zone = "Europe/Berlin"
hours = "09:00-17:00"

[[members]]
discord = "100000000000000002"
zone = "America/Toronto"
hours = "09:00-17:00"
"#;

fn name(text: &str) -> RosterId {
    text.parse().unwrap()
}

fn said(by: UserId, when: &str) -> Stamp {
    Stamp { by, at: at(when) }
}

fn span(from: &str, until: &str) -> Span {
    Span {
        from: at(from),
        until: at(until),
    }
}

fn view() -> RosterView {
    RosterView {
        kept: Kept {
            number: RosterNumber(1),
            guild: GuildId(1),
            name: name("qa"),
            text: TEXT.to_owned(),
            roster: Roster::read("qa", TEXT).unwrap(),
            revision: 1,
            changed: said(ANN, "2026-11-20T09:00:00Z"),
        },
        away: vec![Away {
            number: 5,
            user: ANN,
            first: "2026-12-03".parse().unwrap(),
            last: "2026-12-04".parse().unwrap(),
            reason: Some("@everyone is *ill*".to_owned()),
            said: said(ANN, "2026-11-30T09:00:00Z"),
        }],
        holder: None,
        changes: vec![Change {
            span: span("2026-12-03T08:00:00Z", "2026-12-03T16:00:00Z"),
            user: Some(BEN),
            instead_of: Some(ANN),
            cause: Cause::Swapped,
            made: said(BEN, "2026-12-01T09:00:00Z"),
        }],
    }
}

fn every_refusal() -> Vec<ShiftRefusal> {
    let when = at("2026-12-03T16:00:00Z");
    let state = |state| ShiftRefusal::SwapSettled { state };
    let stamp = said(BEN, "2026-12-03T16:00:00Z");
    let date = |text: &str| text.parse().unwrap();
    let text = "title = \"QA\"\nrotation = \"dayly\"\n[[members]]\ndiscord = \"*ann*\"\nzone = \"Europe/Berln\"\nhours = \"9\"\n";
    vec![
        ShiftRefusal::UnknownRoster {
            given: "q`a".to_owned(),
            known: Vec::new(),
        },
        ShiftRefusal::UnknownRoster {
            given: "qa".to_owned(),
            known: vec![name("dev"), name("release-managers")],
        },
        ShiftRefusal::NotAName {
            given: "Über".to_owned(),
        },
        ShiftRefusal::Unreadable {
            roster: name("qa"),
            problems: Roster::read("qa", text).unwrap_err(),
        },
        ShiftRefusal::TooLong { length: 4_321 },
        ShiftRefusal::TooMany { limit: 20 },
        ShiftRefusal::ChangedMeanwhile {
            roster: name("qa"),
            by: BEN,
            at: when,
        },
        ShiftRefusal::NotInRoster {
            roster: Some(name("qa")),
            user: BEN,
        },
        ShiftRefusal::NotInRoster {
            roster: None,
            user: BEN,
        },
        ShiftRefusal::WhichRoster {
            rosters: vec![name("dev"), name("qa")],
        },
        ShiftRefusal::NoSuchShift { user: BEN },
        ShiftRefusal::ShiftBegan { at: when },
        ShiftRefusal::SwapWithOneself,
        ShiftRefusal::SwapForAnother { to: BEN },
        state(SwapState::Offered),
        state(SwapState::Accepted(stamp)),
        state(SwapState::Declined(stamp)),
        state(SwapState::Withdrawn(stamp)),
        state(SwapState::Lapsed { at: when }),
        ShiftRefusal::NoSuchGap,
        ShiftRefusal::OnAlready { until: when },
        ShiftRefusal::NotAStretch,
        ShiftRefusal::NotADate {
            given: "tomorrow".to_owned(),
        },
        ShiftRefusal::AwayBackwards {
            first: date("2026-12-04"),
            last: date("2026-12-03"),
        },
        ShiftRefusal::AwayOver {
            last: date("2026-12-03"),
        },
        ShiftRefusal::AwayTooLong {
            days: 400,
            limit: 366,
        },
        ShiftRefusal::NotAway,
        ShiftRefusal::NoShiftChannel,
    ]
}

#[test]
fn the_sentence_of_every_refusal_about_shifts() {
    let sentences: Vec<String> = every_refusal()
        .into_iter()
        .map(|refused| {
            let post = refusal(&Rejection::from(refused));
            assert_fits("refusal", &post);
            post.content
        })
        .collect();
    insta::assert_snapshot!(sentences.join("\n\n"));
}

/// The roster of which this person has not been relieved yet.
fn kept_by(holder: UserId) -> RosterView {
    RosterView {
        holder: Some(holder),
        ..view()
    }
}

#[test]
fn what_is_shown_of_rosters() {
    let view = view();
    let now = at("2026-12-02T10:00:00Z");
    let draft = RosterDraft {
        name: name("qa"),
        text: Some(TEXT.to_owned()),
        revision: 1,
    };
    let posts = [
        shift::all(&[], now),
        shift::all(std::slice::from_ref(&view), now),
        shift::written(&view, now),
        shift::one(&view, at("2026-12-05T10:00:00Z")),
        shift::one(&kept_by(BEN), now),
        shift::one(&kept_by(BEN), at("2026-12-05T10:00:00Z")),
        shift::taken(&view, &view.changes[0]),
        shift::away(ANN, &view.away, std::slice::from_ref(&view), now),
        shift::away(ANN, &[], std::slice::from_ref(&view), now),
        shift::removed(&draft),
    ];
    let texts: Vec<String> = posts.iter().map(shown).collect();
    insta::assert_snapshot!(texts.join("\n\n"));
    let label = shift::label(&view, &view.rota().on(now)[0]);
    assert_eq!(label, "Ann · Wed 2 Dec 09:00–17:00 · QA *team*");
}

/// What a new roster begins with can be saved as it is.
#[test]
fn the_example_of_a_roster_can_be_read() {
    let roster = Roster::read("qa", &shift::example(ANN)).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(roster.members[0].user, ANN);
    let uncommented = shift::example(ANN)
        .replace("# zone", "zone")
        .replace("# hours", "hours");
    let uncommented = uncommented
        .replace("# [cover] ", "[cover] ")
        .replace("# days", "days");
    let uncommented = uncommented.replace("rotation = \"daily\"", "rotation = \"weekly\"");
    let uncommented = uncommented
        .replace("# hand_over", "hand_over")
        .replace("# since", "since");
    let roster = Roster::read("qa", &uncommented).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(roster.cover.is_some());
}

#[test]
fn what_is_said_of_rosters() {
    let mut swap = SwapView {
        kept: KeptSwap {
            number: SwapNumber(4),
            roster: RosterNumber(1),
            swap: Swap {
                offered: said(ANN, "2026-12-01T09:00:00Z"),
                to: BEN,
                gives: span("2026-12-03T08:00:00Z", "2026-12-03T16:00:00Z"),
                gets: Some(span("2026-12-07T14:00:00Z", "2026-12-08T14:00:00Z")),
            },
            state: SwapState::Offered,
            message: None,
        },
        title: "QA *team*".to_owned(),
    };
    let stamp = said(BEN, "2026-12-02T09:00:00Z");
    let open = shift::swap(&swap);
    assert_eq!(open.people, [BEN]);
    let mut posts = vec![open];
    for state in [
        SwapState::Accepted(stamp),
        SwapState::Declined(stamp),
        SwapState::Withdrawn(stamp),
        SwapState::Lapsed { at: stamp.at },
    ] {
        swap.kept.state = state;
        let post = shift::swap(&swap);
        assert_eq!((post.people.len(), post.rows.len()), (0, 0));
        posts.push(post);
    }
    let gaps = [Gap {
        span: span("2026-12-03T08:00:00Z", "2026-12-03T16:00:00Z"),
    }];
    posts.push(shift::gaps("QA *team*", &gaps, &setup()));
    posts.push(shift::turn("QA *team*", swap.kept.swap.gives));
    let texts: Vec<String> = posts.iter().map(shown).collect();
    insta::assert_snapshot!(texts.join("\n\n"));
}
