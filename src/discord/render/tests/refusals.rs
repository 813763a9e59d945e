//! Each refusal: what happened, why, what to do now.

use super::*;
use crate::discord::render::refusal::{question, refusal};
use crate::domain::direct::DirectRefusal;
use crate::domain::escalation::{Change, EditRefusal, Entry, EntryId, Kind};
use crate::domain::file::Problem;
use crate::domain::ids::ReleaseKey;
use crate::domain::person::Stamp;
use crate::domain::rejection::{MissingPermission, PhaseLabel, Rejection};
use crate::domain::release::Completion;
use crate::domain::room::fixtures::every_refusal;

fn key(number: u32) -> ReleaseKey {
    ReleaseKey::from_stored(format!("REL-2026-12-{number:03}"))
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Every refusal, each in the forms that its sentence can take. A new variant does not compile until it has its place
/// here.
fn every_rejection() -> Vec<Rejection> {
    let first = Rejection::NotSetUp {
        missing: texts(&[
            "the Release Manager role",
            "the category for release channels",
            "the announcement channel",
        ]),
    };
    let of_rooms = every_refusal().into_iter().map(Rejection::from);
    std::iter::successors(Some(first), after)
        .chain(of_rooms)
        .chain(of_direct_messages().into_iter().map(Rejection::from))
        .chain(of_the_directory().into_iter().map(Rejection::from))
        .collect()
}

fn of_the_directory() -> Vec<EditRefusal> {
    let topic = |id: &str| EntryId::typed(Kind::Topic, id).unwrap();
    let entry = |title: &str| {
        let json = format!(r#"{{"id":"balrog","title":"{title}","contacts":["ben"]}}"#);
        Some(Entry::read(Kind::Topic, &json).unwrap())
    };
    let changed = |after| EditRefusal::ChangedMeanwhile {
        change: Box::new(Change {
            number: 7,
            id: topic("balrog"),
            before: entry("Balrog"),
            after,
            stamp: Stamp {
                by: UserId(5),
                at: at("2026-12-01T17:00:00Z"),
            },
        }),
    };
    let problem = |message: &str, found: &str, expected: &str| Problem {
        file: "directory".to_owned(),
        line: 7,
        column: 1,
        message: message.to_owned(),
        found: found.to_owned(),
        expected: expected.to_owned(),
    };
    let hours = problem(
        "`hours` of contact `ben`",
        "`nine @everyone`",
        "two local times in quotes, such as \"09:00-17:00\"",
    );
    let contacts = problem(
        "`contacts` of topic `balrog`",
        "the unknown contact `bne`",
        "`ben`",
    );
    let named = |topics: &[&str], manages: &[&str], fallback| EditRefusal::StillNamed {
        name: "Ben *B*".to_owned(),
        topics: texts(topics),
        manages: texts(manages),
        fallback,
    };
    vec![
        EditRefusal::Unknown {
            kind: Kind::Topic,
            given: "mirorr`".to_owned(),
            nearest: Some("mirror".to_owned()),
        },
        EditRefusal::Unknown {
            kind: Kind::Symptom,
            given: "zebra".to_owned(),
            nearest: None,
        },
        EditRefusal::Taken {
            id: topic("balrog"),
            title: "Balrog *and* updates".to_owned(),
        },
        EditRefusal::NotAnId {
            given: "Not an `id`".to_owned(),
            repaired: Some("not-an-id".to_owned()),
        },
        EditRefusal::NotAnId {
            given: "李小龍".to_owned(),
            repaired: None,
        },
        EditRefusal::NotInOrder {
            problems: vec![hours.clone()],
        },
        EditRefusal::NotInOrder {
            problems: vec![hours, contacts],
        },
        changed(entry("Updates @here")),
        changed(None),
        named(&["Balrog", "*Signing*"], &[], false),
        named(&[], &["Ann", "Rail"], true),
        named(&["T"; 12], &["M"; 11], true),
        EditRefusal::Unchanged {
            id: topic("balrog"),
            title: "Balrog".to_owned(),
        },
        EditRefusal::Unchanged {
            id: EntryId::Always,
            title: String::new(),
        },
    ]
}

fn of_direct_messages() -> Vec<DirectRefusal> {
    let zone = |given: &str, nearest| DirectRefusal::UnknownZone {
        given: given.to_owned(),
        nearest,
    };
    vec![
        DirectRefusal::Private { key: key(1) },
        DirectRefusal::TooManyFollowers {
            key: key(1),
            limit: 100,
        },
        DirectRefusal::TooManyFollowed { limit: 25 },
        DirectRefusal::NotFollowed {
            key: key(1),
            followed: Vec::new(),
        },
        DirectRefusal::NotFollowed {
            key: key(1),
            followed: vec![key(2), key(3)],
        },
        DirectRefusal::NotATimeOfDay {
            given: "nine `o'clock".to_owned(),
        },
        zone("Los Angeles", Some("America/Los_Angeles")),
        zone("the *moon*", None),
        DirectRefusal::DigestIncomplete {
            time: true,
            zone: true,
        },
        DirectRefusal::DigestIncomplete {
            time: false,
            zone: true,
        },
        DirectRefusal::DigestIncomplete {
            time: true,
            zone: false,
        },
    ]
}

fn after(rejection: &Rejection) -> Option<Rejection> {
    Some(match rejection {
        Rejection::NotSetUp { .. } => Rejection::NotAnAdministrator,
        Rejection::NotAnAdministrator => Rejection::RoleNeeded {
            roles: texts(&["Release Manager"]),
            action: "start a release",
        },
        Rejection::RoleNeeded { roles, .. } if roles.len() == 1 => Rejection::RoleNeeded {
            roles: texts(&["Dev", "QA", "Release Manager"]),
            action: "tick this item",
        },
        Rejection::RoleNeeded { .. } => Rejection::UnknownPlaybook {
            given: "hot`release".to_owned(),
            known: texts(&["dot-release", "patch"]),
        },
        Rejection::UnknownPlaybook { .. } => Rejection::VersionNotAccepted {
            given: "7.2".to_owned(),
            example: "7.2.1".to_owned(),
        },
        Rejection::VersionNotAccepted { .. } => Rejection::TooManyVersions { given: 9, limit: 8 },
        Rejection::TooManyVersions { .. } => Rejection::UnknownCondition {
            given: "full `moon`".to_owned(),
            known: texts(&["It overlaps a *regular* release", "It breaks compatibility"]),
        },
        Rejection::UnknownCondition { known, .. } if !known.is_empty() => Rejection::UnknownCondition {
            given: "full moon".to_owned(),
            known: Vec::new(),
        },
        Rejection::UnknownCondition { .. } => Rejection::OneCondition {
            what: "Release type".to_owned(),
            given: Vec::new(),
            known: texts(&["Beta", "Developer *Edition*", "Release"]),
        },
        Rejection::OneCondition { given, known, .. } if given.is_empty() => Rejection::OneCondition {
            what: "Release type".to_owned(),
            given: texts(&["Beta", "Release"]),
            known: known.clone(),
        },
        Rejection::OneCondition { .. } => Rejection::NotADate {
            given: "next Tuesday".to_owned(),
        },
        Rejection::NotADate { .. } => Rejection::TargetInPast {
            target: date("2026-11-30"),
            today: date("2026-12-01"),
        },
        Rejection::TargetInPast { target, today } if target != today => Rejection::TargetInPast {
            target: date("2026-12-01"),
            today: date("2026-12-01"),
        },
        Rejection::TargetInPast { .. } => Rejection::TargetIsDayOff {
            target: date("2026-12-12"),
            reason: "Saturday".to_owned(),
            nearest: vec![date("2026-12-11"), date("2026-12-14")],
        },
        Rejection::TargetIsDayOff { nearest, .. } if nearest.len() == 2 => Rejection::TargetIsDayOff {
            target: date("2026-11-11"),
            reason: "Remembrance Day (Canada) and Veterans Day (US)".to_owned(),
            nearest: vec![date("2026-11-12")],
        },
        Rejection::TargetIsDayOff { .. } => Rejection::PhasesAlreadyOver {
            phases: vec![(label("code", 4, "Code complete"), at("2026-11-30T18:00:00Z"))],
        },
        Rejection::PhasesAlreadyOver { phases } if phases.len() == 1 => Rejection::PhasesAlreadyOver {
            phases: vec![
                (label("code", 4, "Code complete"), at("2026-11-30T18:00:00Z")),
                (label("test", 2, "Testing"), at("2026-12-02T18:00:00Z")),
            ],
        },
        Rejection::PhasesAlreadyOver { .. } => Rejection::AlreadyInFlight {
            product: "Thing".to_owned(),
            version: "7.2.1".to_owned(),
            key: key(1),
            channel: Some(ChannelId(500)),
        },
        Rejection::AlreadyInFlight { channel: Some(_), .. } => Rejection::AlreadyInFlight {
            product: "Thing".to_owned(),
            version: "7.2.1".to_owned(),
            key: key(1),
            channel: None,
        },
        Rejection::AlreadyInFlight { .. } => Rejection::TextTooLong {
            what: "the title",
            limit: 80,
            given: 95,
        },
        Rejection::TextTooLong { .. } => Rejection::NotAReleaseChannel {
            in_flight: Vec::new(),
        },
        Rejection::NotAReleaseChannel { in_flight } if in_flight.is_empty() => {
            Rejection::NotAReleaseChannel {
                in_flight: vec![
                    (key(1), "7.2.1 Login *fix*".to_owned(), Some(ChannelId(500))),
                    (key(2), "7.1.4".to_owned(), None),
                ],
            }
        }
        Rejection::NotAReleaseChannel { .. } => Rejection::UnknownRelease {
            given: "REL-1".to_owned(),
        },
        Rejection::UnknownRelease { .. } => Rejection::ReleaseClosed {
            key: key(1),
            closed: stamp(1, "2026-12-02T12:00:00Z"),
        },
        Rejection::ReleaseClosed { .. } => Rejection::UnknownItem {
            given: "Bake a cake".to_owned(),
            nearest: Vec::new(),
        },
        Rejection::UnknownItem { nearest, .. } if nearest.is_empty() => Rejection::UnknownItem {
            given: "tag release".to_owned(),
            nearest: texts(&["Tag the release", "Delete the tag"]),
        },
        Rejection::UnknownItem { .. } => Rejection::ItemAlreadyDone {
            title: "Merge the fixes".to_owned(),
            done: Completion {
                stamp: stamp(5, "2026-12-02T12:00:00Z"),
                not_applicable: None,
                evidence: None,
            },
        },
        Rejection::ItemAlreadyDone { done, .. } if done.not_applicable.is_none() => {
            Rejection::ItemAlreadyDone {
                title: "Merge the fixes".to_owned(),
                done: Completion {
                    stamp: stamp(5, "2026-12-02T12:00:00Z"),
                    not_applicable: Some("Nothing was *merged* @everyone".to_owned()),
                    evidence: None,
                },
            }
        }
        Rejection::ItemAlreadyDone { .. } => Rejection::ItemNotDone {
            title: "Merge the fixes".to_owned(),
        },
        Rejection::ItemNotDone { .. } => Rejection::ItemsStillOpen {
            open: vec![("Dev".to_owned(), texts(&["Tag the release"]))],
            blocked: Vec::new(),
        },
        Rejection::ItemsStillOpen { open, .. } if open.len() == 1 => Rejection::ItemsStillOpen {
            open: Vec::new(),
            blocked: vec![(1, "Balrog does not *answer* @everyone".to_owned())],
        },
        Rejection::ItemsStillOpen { open, .. } if open.is_empty() => Rejection::ItemsStillOpen {
            blocked: (1..=5)
                .map(|number| (number, "The mirrors are slow".to_owned()))
                .collect(),
            open: vec![
                (
                    "Release Manager".to_owned(),
                    texts(&["Announce the release", "Update the page"]),
                ),
                ("Dev".to_owned(), texts(&["Tag the release"])),
            ],
        },
        Rejection::ItemsStillOpen { .. } => Rejection::PermissionsMissing {
            missing: vec![
                MissingPermission {
                    permission: "Manage Channels",
                    blocks: "open release channels",
                },
                MissingPermission {
                    permission: "Pin Messages",
                    blocks: "pin the board",
                },
            ],
        },
        Rejection::PermissionsMissing { .. } => Rejection::ReasonNeeded {
            action: "moving a release",
        },
        Rejection::ReasonNeeded { .. } => Rejection::TargetUnchanged { target: None },
        Rejection::TargetUnchanged { target: None } => Rejection::TargetUnchanged {
            target: Some(date("2026-12-10")),
        },
        Rejection::TargetUnchanged { .. } => Rejection::MovedMeanwhile {
            target: Some(date("2026-12-15")),
        },
        Rejection::MovedMeanwhile { .. } => Rejection::AlreadyOnHold {
            since: stamp(1, "2026-12-02T12:00:00Z"),
            reason: "Waiting for the *vendor*".to_owned(),
        },
        Rejection::AlreadyOnHold { .. } => Rejection::NotOnHold { key: key(1) },
        Rejection::NotOnHold { .. } => Rejection::NotClosed { key: key(1) },
        Rejection::NotClosed { .. } => Rejection::NotAnUntil {
            given: "some`day".to_owned(),
        },
        Rejection::NotAnUntil { .. } => Rejection::SnoozeNotAhead {
            until: at("2026-12-01T17:00:00Z"),
        },
        Rejection::SnoozeNotAhead { .. } => Rejection::SnoozePastDue {
            title: "Merge the fixes".to_owned(),
            phase: label("code", 4, "Code complete"),
            cutoff: at("2026-12-04T18:00:00Z"),
            until: at("2026-12-07T17:00:00Z"),
        },
        Rejection::SnoozePastDue { .. } => Rejection::ItemNotSnoozed {
            title: "Merge the fixes".to_owned(),
        },
        Rejection::ItemNotSnoozed { .. } => Rejection::UnknownNote { note: 41 },
        Rejection::UnknownNote { .. } => Rejection::NoteUnreadable { note: 41 },
        Rejection::NoteUnreadable { .. } => Rejection::NotRecurring {
            playbook: "dot-release".to_owned(),
            known: Vec::new(),
        },
        Rejection::NotRecurring { known, .. } if known.is_empty() => Rejection::NotRecurring {
            playbook: "dot-release".to_owned(),
            known: texts(&["monthly", "weekly"]),
        },
        Rejection::NotRecurring { .. } => Rejection::ProposalAnswered {
            started: Some(key(3)),
            answered: stamp(1, "2026-12-01T18:00:00Z"),
        },
        Rejection::ProposalAnswered { started: Some(_), .. } => Rejection::ProposalAnswered {
            started: None,
            answered: stamp(1, "2026-12-01T18:00:00Z"),
        },
        Rejection::ProposalAnswered { .. } => Rejection::QuestionGone,
        Rejection::QuestionGone => Rejection::NotADay {
            given: "Christmas".to_owned(),
        },
        Rejection::NotADay { .. } => Rejection::DayIsOver {
            date: date("2026-11-30"),
            today: date("2026-12-01"),
        },
        Rejection::DayIsOver { .. } => Rejection::NothingSaid {
            date: date("2026-12-24"),
            own: Vec::new(),
        },
        Rejection::NothingSaid { own, .. } if own.is_empty() => Rejection::NothingSaid {
            date: date("2026-12-24"),
            own: vec![date("2026-12-23"), date("2026-12-28")],
        },
        Rejection::NothingSaid { .. } => Rejection::CalendarNotRead { problems: Vec::new() },
        Rejection::CalendarNotRead { problems } if problems.is_empty() => Rejection::CalendarNotRead {
            problems: texts(&[
                "company.ics:9:1: `DTSTART` of an event: found `20260230`, expected a date such as `20261224`",
                "company.ics:14:1: the length of an event: found 0 whole days, expected 1 to 366 days",
            ]),
        },
        Rejection::CalendarNotRead { .. } => Rejection::PlaybooksNotRead { problems: Vec::new() },
        Rejection::PlaybooksNotRead { problems } if problems.is_empty() => Rejection::PlaybooksNotRead {
            problems: texts(&[
                "dot-release.toml:9:1: `when` of a phase: found `4`, expected \"4 working days before\"",
                "patch.toml:1:1: `title` is missing",
            ]),
        },
        // Those have tests of their own.
        Rejection::PlaybooksNotRead { .. }
        | Rejection::Room(_)
        | Rejection::Direct(_)
        | Rejection::Shift(_)
        | Rejection::HandOff(_)
        | Rejection::Directory(_) => return None,
    })
}

fn label(id: &str, t_minus: u32, title: &str) -> PhaseLabel {
    PhaseLabel {
        id: phase(id),
        offset: crate::domain::offset::Offset::t_minus(t_minus),
        title: title.to_owned(),
    }
}

/// What bad input gets: a clear sentence each.
#[test]
fn the_sentence_of_every_refusal() {
    let mut text = String::new();
    for rejection in every_rejection() {
        let post = question(&rejection, 7);
        assert_fits("refusal", &post);
        assert!(post.content.starts_with("🚫 "));
        assert_eq!(refusal(&rejection).content, post.content);
        let debug = format!("{rejection:?}");
        let _ = writeln!(text, "{}\n{}", debug.split(' ').next().unwrap(), shown(&post));
    }
    insta::assert_snapshot!(text);
}

/// However much there is to say: Discord takes it, and what is left out is counted.
#[test]
fn long_refusals_fit_and_count_what_they_leave_out() {
    let title =
        "A title as long as an item may have, so that few of them fit into one message on a phone".to_owned();
    let open = |roles: usize, items: usize| Rejection::ItemsStillOpen {
        open: (0..roles)
            .map(|role| (format!("Role {role}"), vec![title.clone(); items]))
            .collect(),
        blocked: vec![(1, "_".repeat(500)); 9],
    };
    for (roles, items) in [(1, 300), (4, 40), (8, 200), (25, 200)] {
        let post = refusal(&open(roles, items));
        assert_fits("still open", &post);
        for role in 0..roles {
            assert!(
                post.content.contains(&format!("**Role {role}** ({items} items)")),
                "{}",
                post.content
            );
        }
        assert!(post.content.contains("more on the board"));
    }
    let in_flight = (0..40)
        .map(|number| (key(number), "_".repeat(121), Some(ChannelId(u64::MAX))))
        .collect();
    let post = refusal(&Rejection::NotAReleaseChannel { in_flight });
    assert_fits("in flight", &post);
    assert!(post.content.contains("more releases"), "{}", post.content);
    let phases = (0..25)
        .map(|n| (label("x", n, &"_".repeat(80)), at(EARLY)))
        .collect();
    let post = question(&Rejection::PhasesAlreadyOver { phases }, 7);
    assert_fits("phases over", &post);
    assert!(post.content.contains("more phases"), "{}", post.content);
    assert!(post.content.ends_with("later target."), "{}", post.content);
    let given = "`@everyone\u{202e} ".repeat(100);
    for rejection in [
        Rejection::NotADate { given: given.clone() },
        Rejection::UnknownItem {
            given: given.clone(),
            nearest: vec![given.clone(); 3],
        },
        Rejection::UnknownPlaybook {
            given: given.clone(),
            known: vec!["x".repeat(40); 100],
        },
        Rejection::UnknownRelease { given },
    ] {
        let post = refusal(&rejection);
        assert_fits("typed", &post);
        assert!(!post.content.contains('\u{202e}'), "{}", post.content);
    }
}
