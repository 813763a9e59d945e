//! Tests of the release room: what holds whatever people do in it.

use proptest::prelude::*;

use super::*;
use crate::domain::fixtures::{actor, item, phase, release, role, stamp};
use crate::domain::playbook::{Criterion, EvidenceKind};
use crate::domain::release::{Command, Event};

const FIX: &str = "MM-1";

/// The small release with a gate before its last phase that asks for everything.
fn gated() -> Release {
    let mut release = release();
    let mut playbook = (*release.playbook).clone();
    playbook.phases[2].opens_when = Criterion::ALL.to_vec();
    release.playbook = playbook.into();
    release
}

fn person(user: u64, roles: &[&str]) -> Actor {
    Actor {
        user: UserId(user),
        ..actor(roles)
    }
}

fn everybody() -> Actor {
    person(7, &["release-manager", "dev", "qa"])
}

/// Does it, or says why not.
fn act(release: &mut Release, command: RoomCommand, who: &Actor) -> Result<(), Rejection> {
    let events = release.decide(&Command::Room(command), who)?;
    for event in events {
        let by = stamp(who.user.0, "2026-12-02T12:00:00Z");
        release.apply(&event, by);
    }
    Ok(())
}

fn do_all(release: &mut Release, commands: Vec<RoomCommand>) {
    for command in commands {
        let told = format!("{command:?}");
        act(release, command, &everybody()).unwrap_or_else(|refused| panic!("{told}: {refused:?}"));
    }
}

fn add_fix() -> RoomCommand {
    RoomCommand::Fix(FixCommand::Add {
        reference: FIX.to_owned(),
        title: "Login loops".to_owned(),
        link: None,
        author: None,
        severity: Severity::High,
        versions: Vec::new(),
    })
}

fn advance() -> RoomCommand {
    RoomCommand::Fix(FixCommand::Advance {
        reference: FIX.to_owned(),
        version: None,
        step: None,
    })
}

fn cut() -> RoomCommand {
    RoomCommand::Candidate(CandidateCommand::Cut {
        version: None,
        commit: "abc".to_owned(),
    })
}

fn judge(fix: Option<&str>, passed: bool) -> RoomCommand {
    RoomCommand::Candidate(CandidateCommand::Judge {
        candidate: None,
        fix: fix.map(str::to_owned),
        passed,
        note: (!passed).then(|| "It does not work".to_owned()),
    })
}

fn find(severity: Severity) -> RoomCommand {
    RoomCommand::Defect(DefectCommand::Add {
        title: "It crashes".to_owned(),
        severity,
        candidate: None,
        link: None,
    })
}

fn close(number: u32, resolution: Resolution) -> RoomCommand {
    RoomCommand::Defect(DefectCommand::Close {
        number,
        resolution,
        note: None,
    })
}

fn vote(choice: Choice) -> RoomCommand {
    RoomCommand::Decision(DecisionCommand::Vote {
        number: None,
        role: None,
        choice,
        reason: (choice == Choice::NoGo).then(|| "Not yet".to_owned()),
    })
}

fn ready(reason: Option<&str>) -> RoomCommand {
    RoomCommand::DeclareReady {
        phase: None,
        override_reason: reason.map(str::to_owned),
    }
}

/// A release in which nothing stands in the way of the gate.
fn ready_to_cut() -> Release {
    let mut release = gated();
    for id in ["announce", "merge", "verify"] {
        let done = Event::ItemDone {
            item: item(id),
            evidence: None,
        };
        release.apply(&done, stamp(7, "2026-12-02T12:00:00Z"));
    }
    do_all(
        &mut release,
        vec![
            add_fix(),
            advance(),
            advance(),
            advance(),
            advance(),
            cut(),
            judge(Some(FIX), true),
            judge(None, true),
            RoomCommand::Decision(DecisionCommand::Call),
            vote(Choice::Go),
        ],
    );
    release
}

fn missing(release: &Release) -> Vec<Lack> {
    let gated = release.playbook.phase(&phase("build")).unwrap();
    release
        .missing_for(gated)
        .into_iter()
        .map(|blocker| blocker.lack)
        .collect()
}

/// S22: the last phase opens when everything holds, and its items can be ticked only then.
#[test]
fn s22_the_gate_opens_when_nothing_is_missing() {
    let mut release = ready_to_cut();
    assert_eq!(missing(&release), []);
    let tag = Command::CompleteItem(item("tag"));
    let Err(Rejection::Room(refusal)) = release.decide(&tag, &everybody()) else {
        panic!("the gate is closed")
    };
    assert!(matches!(*refusal, RoomRefusal::GateClosed { ref missing, .. } if missing.is_empty()));
    do_all(&mut release, vec![ready(None)]);
    assert!(release.decide(&tag, &everybody()).is_ok());
}

/// S112: a new candidate starts the round afresh: verdicts, signatures, the decision and the gate are void.
#[test]
fn s112_a_new_candidate_voids_what_was_decided_on_the_old_one() {
    let mut release = ready_to_cut();
    let sign = RoomCommand::SignOff(SignOffCommand::Request {
        signer: Signer::Role(role("qa")),
        delegate: None,
        statement: "Tested".to_owned(),
        four_eyes: false,
    });
    let signed = RoomCommand::SignOff(SignOffCommand::Answer {
        number: 1,
        approved: true,
        reason: None,
    });
    do_all(&mut release, vec![sign, signed.clone(), ready(None), cut()]);
    assert_eq!(
        missing(&release),
        [
            Lack::FixUnverified {
                reference: FIX.to_owned(),
                candidate: "7.2.1-RC2".to_owned()
            },
            Lack::NoVerdict {
                candidate: "7.2.1-RC2".to_owned()
            },
            Lack::DecisionVoid {
                by: "7.2.1-RC2".to_owned()
            },
            Lack::SignOffVoid {
                number: 1,
                by: "7.2.1-RC2".to_owned()
            },
        ]
    );
    assert_eq!(release.room.gates.len(), 0);
    assert_eq!(release.room.rounds("7.2.1"), 2);
    assert!(
        act(&mut release, signed, &everybody()).is_err(),
        "what is void is not signed"
    );
}

/// S112, S113: a critical or high defect spoils its candidate for good when it is fixed, and not when it was none.
#[test]
fn s113_a_bad_defect_spoils_its_candidate() {
    for (resolution, spoils) in [
        (Resolution::Fixed, true),
        (Resolution::NotADefect, false),
        (Resolution::Duplicate, false),
    ] {
        for severity in [Severity::Critical, Severity::High] {
            let mut release = ready_to_cut();
            do_all(&mut release, vec![find(severity)]);
            assert!(
                act(&mut release, judge(None, true), &everybody()).is_err(),
                "{severity}"
            );
            do_all(&mut release, vec![close(1, resolution)]);
            let spoilt = missing(&release)
                .iter()
                .any(|lack| matches!(lack, Lack::CandidateSpoilt { .. }));
            assert_eq!(spoilt, spoils, "{resolution}");
        }
    }
}

/// S105: what is not as bad ships as a known issue with a workaround, and not without.
#[test]
fn s105_a_known_issue_needs_a_workaround() {
    let document = |known_issue: &str, workaround: &str| {
        RoomCommand::Defect(DefectCommand::Document {
            number: 1,
            known_issue: known_issue.to_owned(),
            workaround: workaround.to_owned(),
        })
    };
    for severity in [Severity::Medium, Severity::Low] {
        let mut release = ready_to_cut();
        do_all(&mut release, vec![find(severity)]);
        assert!(matches!(missing(&release)[..], [Lack::DefectUndocumented { .. }]));
        assert!(act(&mut release, document("It blinks", " "), &everybody()).is_err());
        do_all(&mut release, vec![document("It blinks", "Reload")]);
        assert_eq!(missing(&release), []);
    }
    let mut release = ready_to_cut();
    do_all(&mut release, vec![find(Severity::High)]);
    assert!(act(&mut release, document("It crashes", "Do not"), &everybody()).is_err());
}

/// S117: an override needs a reason and keeps what was missing; what needed none is none.
#[test]
fn s117_an_override_keeps_what_was_missing() {
    let release = gated();
    let decide = |reason| release.decide(&Command::Room(ready(reason)), &everybody());
    assert!(decide(None).is_err() && decide(Some("  ")).is_err());
    let events = decide(Some("The customer waits")).unwrap();
    let [
        Event::Room(RoomEvent::GateOpened {
            missing: kept,
            override_reason,
            ..
        }),
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(override_reason.as_deref(), Some("The customer waits"));
    assert_eq!(kept.len(), missing(&release).len());
    let calm = ready_to_cut();
    let events = calm
        .decide(&Command::Room(ready(Some("why not"))), &everybody())
        .unwrap();
    assert!(matches!(
        events.as_slice(),
        [Event::Room(RoomEvent::GateOpened {
            override_reason: None,
            ..
        })]
    ));
}

/// A no-go stands until whoever raised it takes it back; nobody else can.
#[test]
fn an_objection_belongs_to_whoever_raised_it() {
    let mut release = release();
    let mut playbook = (*release.playbook).clone();
    playbook.decision = Some(crate::domain::playbook::DecisionRules {
        roles: vec![role("release-manager"), role("dev"), role("qa")],
        quorum: 2,
    });
    release.playbook = playbook.into();
    let (rm, dev, qa) = (
        person(1, &["release-manager"]),
        person(2, &["dev"]),
        person(3, &["qa"]),
    );
    let withdraw = || RoomCommand::Decision(DecisionCommand::Withdraw { number: None });
    let outcome = |release: &Release| release.room.decision().unwrap().outcome();
    act(&mut release, RoomCommand::Decision(DecisionCommand::Call), &rm).unwrap();
    act(&mut release, vote(Choice::Go), &rm).unwrap();
    assert_eq!(outcome(&release), Outcome::Open, "two have to answer");
    act(&mut release, vote(Choice::NoGo), &qa).unwrap();
    assert_eq!(outcome(&release), Outcome::NoGo);
    assert!(act(&mut release, withdraw(), &dev).is_err());
    assert!(act(&mut release, vote(Choice::Go), &qa).is_err(), "a second vote");
    act(&mut release, vote(Choice::Abstain), &dev).unwrap();
    assert_eq!(outcome(&release), Outcome::NoGo, "whatever the others say");
    act(&mut release, withdraw(), &qa).unwrap();
    assert_eq!(
        outcome(&release),
        Outcome::Go,
        "an abstention counts for the quorum"
    );
    assert_eq!(
        release.room.decision().unwrap().objections.len(),
        1,
        "it stays on the record"
    );
}

/// S116: with four eyes nobody signs what they asked for, whatever their roles.
#[test]
fn s116_four_eyes_are_two_people() {
    let mut release = release();
    let request = |signer, four_eyes| {
        RoomCommand::SignOff(SignOffCommand::Request {
            signer,
            delegate: None,
            statement: "Tested".to_owned(),
            four_eyes,
        })
    };
    let sign = |number| {
        RoomCommand::SignOff(SignOffCommand::Answer {
            number,
            approved: true,
            reason: None,
        })
    };
    let me = everybody();
    assert!(act(&mut release, request(Signer::Person(me.user), true), &me).is_err());
    act(&mut release, request(Signer::Role(role("qa")), true), &me).unwrap();
    assert!(act(&mut release, sign(1), &me).is_err());
    act(&mut release, sign(1), &person(3, &["qa"])).unwrap();
    assert!(
        act(&mut release, sign(1), &person(4, &["qa"])).is_err(),
        "once, for good"
    );
    act(&mut release, request(Signer::Role(role("qa")), false), &me).unwrap();
    act(&mut release, sign(2), &me).unwrap();
}

#[test]
fn evidence_is_what_it_has_to_be() {
    let channel = Some(crate::domain::ids::ChannelId(500));
    let read = |kind, text: &str| {
        Evidence::read(kind, text, crate::domain::fixtures::GUILD, channel.as_slice()).is_ok()
    };
    for (kind, good, bad) in [
        (
            EvidenceKind::Link,
            &["https://example.com/a?b=c#d", " http://[::1]/x "][..],
            &[
                "",
                "example.com",
                "ftp://x",
                "https://",
                "https:// x",
                "javascript:alert(1)",
                "https://x/`@everyone",
            ][..],
        ),
        (
            EvidenceKind::Text,
            &["sha256 1f3a", "@everyone **x**"],
            &["", "  \n"],
        ),
        (
            EvidenceKind::File,
            &["https://discord.com/channels/900/500/123"],
            &[
                "https://discord.com/channels/900/501/123",
                "https://discord.com/channels/900/500/",
                "https://evil.example/channels/900/500/1",
                "https://cdn.discordapp.com/attachments/1/2/x.png",
            ],
        ),
    ] {
        for text in good {
            assert!(read(kind, text), "{kind}: {text}");
        }
        for text in bad {
            assert!(!read(kind, text), "{kind}: {text}");
        }
    }
    assert!(!read(EvidenceKind::Text, &"x".repeat(TEXT_LIMIT + 1)));
}

fn any_command() -> impl Strategy<Value = RoomCommand> {
    let severity = || {
        prop_oneof![
            Just(Severity::Critical),
            Just(Severity::High),
            Just(Severity::Medium),
            Just(Severity::Low)
        ]
    };
    prop_oneof![
        Just(add_fix()),
        Just(advance()),
        Just(advance()),
        Just(advance()),
        Just(RoomCommand::Fix(FixCommand::StepBack {
            reference: FIX.to_owned(),
            version: None
        })),
        Just(RoomCommand::Fix(FixCommand::Drop {
            reference: FIX.to_owned(),
            reason: "no".to_owned()
        })),
        Just(cut()),
        any::<bool>().prop_map(|passed| judge(Some(FIX), passed)),
        any::<bool>().prop_map(|passed| judge(None, passed)),
        severity().prop_map(find),
        (
            1..4_u32,
            prop_oneof![Just(Resolution::Fixed), Just(Resolution::NotADefect)]
        )
            .prop_map(|(number, resolution)| close(number, resolution)),
        Just(RoomCommand::Decision(DecisionCommand::Call)),
        prop_oneof![Just(Choice::Go), Just(Choice::NoGo), Just(Choice::Abstain)].prop_map(vote),
        Just(RoomCommand::Decision(DecisionCommand::Withdraw { number: None })),
        any::<bool>().prop_map(|given| ready(given.then_some("because"))),
        escalation::tests::any_command(),
        Just(RoomCommand::Work(WorkCommand::Start(item("tag")))),
        Just(RoomCommand::Work(WorkCommand::Block {
            item: item("tag"),
            reason: "x".to_owned()
        })),
        "\\PC{0,30}".prop_map(|title| RoomCommand::AddItem(NewItem {
            phase: phase("code"),
            role: role("dev"),
            title,
        })),
    ]
}

proptest! {
    /// The room is what the timeline makes of it, it reads back as it was written, and no gate is open for a candidate that
    /// QA has not passed, unless somebody overrode it with a reason.
    #[test]
    fn the_room_is_what_its_events_make_of_it(commands in prop::collection::vec(any_command(), 1..60)) {
        let mut release = gated();
        let mut events = Vec::new();
        for command in commands {
            let Ok(happened) = release.decide(&Command::Room(command), &everybody()) else { continue };
            for event in happened {
                let by = stamp(7, "2026-12-02T12:00:00Z");
                release.apply(&event, by);
                events.push((event, by));
            }
            for (phase, opening) in &release.room.gates {
                let passed = release.missing_for(release.playbook.phase(phase).unwrap());
                let unpassed = passed.iter().any(|blocker| matches!(blocker.lack, Lack::NoCandidate { .. }));
                prop_assert!(!unpassed || opening.override_reason.is_some());
            }
        }
        let mut replayed = gated();
        for (event, by) in &events {
            replayed.apply(event, *by);
        }
        prop_assert_eq!(&replayed.room, &release.room);
        prop_assert_eq!(&replayed.variation, &release.variation);
        let text = serde_json::to_string(&release.room).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Room>(&text).unwrap(), &release.room);
        let ids: std::collections::BTreeSet<_> = release.playbook.items().map(|(_, item)| &item.id).collect();
        prop_assert_eq!(ids.len(), release.playbook.items().count());
    }
}

fn link(link: &str, url: Option<&str>) -> RoomCommand {
    RoomCommand::Link(LinkCommand {
        link: link.to_owned(),
        url: url.map(str::to_owned),
    })
}

/// S40: an address is stored, replaced and taken away by whoever has a role; nobody else, and nothing that is no address.
#[test]
fn s40_a_page_of_a_phase_has_one_address() {
    let mut release = release();
    assert!(
        matches!(
            release.phase_link("graph"),
            Err(RoomRefusal::UnknownLink { known, .. }) if known.is_empty()
        ),
        "the playbook names none"
    );
    let mut playbook = (*release.playbook).clone();
    playbook.phases[0].links = vec![crate::domain::playbook::PhaseLink {
        id: "graph".parse().unwrap(),
        title: "Task group".to_owned(),
    }];
    release.playbook = playbook.into();
    let url = |release: &Release| -> Option<String> {
        let mut links = release.links_of(&release.playbook.phases[0]);
        links.next().map(|(_, stored)| stored.url.clone())
    };
    let first = link("graph", Some(" https://example.com/1 "));
    for (who, allowed) in [(person(5, &[]), false), (person(6, &["qa"]), true)] {
        let done = act(&mut release, first.clone(), &who);
        assert_eq!(done.is_ok(), allowed, "{done:?}");
    }
    assert_eq!(url(&release).as_deref(), Some("https://example.com/1"));
    let refused = |release: &mut Release, command| match act(release, command, &everybody()) {
        Err(Rejection::Room(refusal)) => *refusal,
        other => panic!("{other:?}"),
    };
    for wrong in [
        "ftp://example.com",
        "example.com",
        "https://a b",
        "https://x<@1>",
        "javascript:x",
    ] {
        let given = refused(&mut release, link("graph", Some(wrong)));
        assert_eq!(
            given,
            RoomRefusal::NotALink {
                given: wrong.to_owned()
            }
        );
    }
    let again = refused(&mut release, first);
    assert!(matches!(
        again,
        RoomRefusal::LinkUnchanged { stored: Some(_), .. }
    ));
    // By its title, and replaced.
    do_all(
        &mut release,
        vec![link("TASK group", Some("https://example.com/2"))],
    );
    assert_eq!(url(&release).as_deref(), Some("https://example.com/2"));
    do_all(&mut release, vec![link("graph", None)]);
    assert_eq!(url(&release), None);
    let none = refused(&mut release, link("graph", Some("  ")));
    assert!(matches!(none, RoomRefusal::LinkUnchanged { stored: None, .. }));
    let unknown = refused(&mut release, link("other", Some("https://example.com")));
    assert!(matches!(unknown, RoomRefusal::UnknownLink { .. }));
}
