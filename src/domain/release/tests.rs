//! Tests of what may be done to a release, and of what follows.

mod after;
mod moving;
mod permissions;

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::domain::fixtures::{actor, at, date, item, phase, plan_of, release, role, stamp};
use crate::domain::person::Actor;
use crate::domain::rejection::Rejection;

const NOON: &str = "2026-12-02T12:00:00Z";

/// Who may act, as a column of the tables. "merge" belongs to Dev and is shared with QA.
const PEOPLE: &[(&str, &[&str])] = &[
    ("Release Manager", &["release-manager"]),
    ("its role", &["dev"]),
    ("shared role", &["qa"]),
    ("another role", &["marketing"]),
    ("no role", &[]),
];

fn close(reason: Option<&str>) -> Command {
    Command::Close {
        override_reason: reason.map(str::to_owned),
    }
}

fn done(release: &mut Release, items: &[&str]) {
    for id in items {
        release.apply(
            &Event::ItemDone {
                item: item(id),
                evidence: None,
            },
            stamp(7, NOON),
        );
    }
}

fn closed(mut release: Release) -> Release {
    let event = Event::Closed {
        override_reason: None,
        open: Vec::new(),
    };
    release.apply(&event, stamp(8, NOON));
    release
}

/// The name of an outcome, without its facts.
fn outcome(release: &Release, command: &Command, actor: &Actor) -> String {
    match release.decide(command, actor) {
        Ok(events) => {
            let names: Vec<&str> = events
                .iter()
                .map(|event| match event {
                    Event::ItemDone { .. } => "done",
                    Event::ItemUndone { .. } => "undone",
                    Event::Closed { open, .. } if open.is_empty() => "closed",
                    Event::Closed { .. } => "closed, items open",
                    _ => "something else",
                })
                .collect();
            names.join(", ")
        }
        Err(rejection) => {
            let debug = format!("{rejection:?}");
            format!("✗ {}", debug.split(' ').next().unwrap_or_default())
        }
    }
}

fn row(table: &mut String, head: &str, cells: impl Iterator<Item = String>) {
    let _ = write!(table, "{head:<40}");
    for cell in cells {
        let _ = write!(table, "| {cell:<20}");
    }
    table.truncate(table.trim_end().len());
    table.push('\n');
}

/// S12, S23: an item is for its role, the roles that it is shared with, and the Release Manager; each state of release
/// and item, each command, each person.
#[test]
fn s23_who_may_do_what_in_which_state() {
    let mut half = release();
    done(&mut half, &["merge"]);
    let mut all = release();
    done(&mut all, &["announce", "merge", "verify", "tag", "page"]);
    let mut table = String::new();
    row(&mut table, "", PEOPLE.iter().map(|(who, _)| (*who).to_owned()));
    let mut line = |head: &str, release: &Release, command: &Command| {
        let cells = PEOPLE
            .iter()
            .map(|(_, roles)| outcome(release, command, &actor(roles)));
        row(&mut table, head, cells);
    };
    for (state, release) in [("open", release()), ("closed", closed(release()))] {
        line(
            &format!("{state}: tick, item open"),
            &release,
            &Command::CompleteItem(item("merge")),
        );
        line(
            &format!("{state}: undo, item open"),
            &release,
            &Command::UndoItem(item("merge")),
        );
        line(
            &format!("{state}: tick, item unknown"),
            &release,
            &Command::CompleteItem(item("bake")),
        );
        line(
            &format!("{state}: undo, item unknown"),
            &release,
            &Command::UndoItem(item("bake")),
        );
    }
    for (state, release) in [("open", half.clone()), ("closed", closed(half))] {
        line(
            &format!("{state}: tick, item done"),
            &release,
            &Command::CompleteItem(item("merge")),
        );
        line(
            &format!("{state}: undo, item done"),
            &release,
            &Command::UndoItem(item("merge")),
        );
    }
    for (state, release) in [
        ("items open", release()),
        ("all done", all.clone()),
        ("closed", closed(all)),
    ] {
        line(&format!("{state}: close"), &release, &close(None));
        line(
            &format!("{state}: close, blank reason"),
            &release,
            &close(Some(" \n ")),
        );
        line(
            &format!("{state}: close, with a reason"),
            &release,
            &close(Some("Withdrawn")),
        );
    }
    insta::assert_snapshot!(table);
}

/// Each refusal carries the facts that its sentence needs.
#[test]
fn refusals_say_who_and_when() {
    let dev = actor(&["dev"]);
    let mut half = release();
    done(&mut half, &["merge"]);
    assert_eq!(
        half.decide(&Command::CompleteItem(item("merge")), &dev),
        Err(Rejection::ItemAlreadyDone {
            title: "Merge the fixes".to_owned(),
            done: Completion {
                stamp: stamp(7, NOON),
                not_applicable: None,
                evidence: None
            },
        })
    );
    assert_eq!(
        half.decide(&Command::CompleteItem(item("merge")), &actor(&[])),
        Err(Rejection::RoleNeeded {
            roles: vec!["Dev".to_owned(), "QA".to_owned(), "Release Manager".to_owned()],
            action: "tick this item",
        })
    );
    assert_eq!(
        half.decide(&Command::UndoItem(item("announce")), &dev),
        Err(Rejection::RoleNeeded {
            roles: vec!["Release Manager".to_owned()],
            action: "undo this item",
        })
    );
    assert_eq!(
        closed(half).decide(&close(None), &actor(&["release-manager"])),
        Err(Rejection::ReleaseClosed {
            key: release().key,
            closed: stamp(8, NOON),
        })
    );
}

/// S30: an item that a release does not need is settled by a reason, which stays on the record; it can be opened again.
#[test]
fn s30_an_item_that_does_not_apply_is_settled_with_a_reason() {
    let mut release = release();
    let dev = actor(&["dev"]);
    let merge = || item("merge");
    let aside = |reason: &str| Command::NotApplicable {
        item: merge(),
        reason: reason.to_owned(),
    };
    assert_eq!(
        release.decide(&aside("  "), &dev),
        Err(Rejection::ReasonNeeded {
            action: "saying that an item does not apply"
        })
    );
    assert_eq!(
        release.decide(&aside("Nothing was merged"), &actor(&["marketing"])),
        Err(Rejection::RoleNeeded {
            roles: vec!["Dev".to_owned(), "QA".to_owned(), "Release Manager".to_owned()],
            action: "say that this item does not apply",
        })
    );
    let open = release.open_items().count();
    let events = release.decide(&aside(" Nothing was merged "), &dev).unwrap();
    let reason = "Nothing was merged".to_owned();
    assert_eq!(
        events,
        [Event::ItemNotApplicable {
            item: merge(),
            reason
        }]
    );
    release.apply(&events[0], stamp(7, NOON));
    assert_eq!(release.open_items().count(), open - 1);
    for command in [Command::CompleteItem(merge()), aside("Twice")] {
        assert_eq!(
            release.decide(&command, &dev),
            Err(Rejection::ItemAlreadyDone {
                title: "Merge the fixes".to_owned(),
                done: Completion {
                    stamp: stamp(7, NOON),
                    not_applicable: Some("Nothing was merged".to_owned()),
                    evidence: None
                },
            })
        );
    }
    let events = release.decide(&Command::UndoItem(merge()), &dev).unwrap();
    release.apply(&events[0], stamp(8, NOON));
    assert_eq!(release.open_items().count(), open);
}

/// An undo is a fact of its own: the first completion is gone from the state and stays among the events.
#[test]
fn an_undo_is_a_new_fact() {
    let mut release = release();
    let dev = actor(&["dev"]);
    let mut events = Vec::new();
    for (hour, command) in [
        Command::CompleteItem(item("merge")),
        Command::UndoItem(item("merge")),
        Command::CompleteItem(item("merge")),
    ]
    .into_iter()
    .enumerate()
    {
        let when = stamp(hour as u64, &format!("2026-12-02T1{hour}:00:00Z"));
        for event in release.decide(&command, &dev).unwrap() {
            release.apply(&event, when);
            events.push(event);
        }
    }
    let merge = || item("merge");
    assert_eq!(
        events,
        [
            Event::ItemDone {
                item: merge(),
                evidence: None
            },
            Event::ItemUndone { item: merge() },
            Event::ItemDone {
                item: merge(),
                evidence: None
            },
        ]
    );
    assert_eq!(
        release.completions[&merge()].stamp,
        stamp(2, "2026-12-02T12:00:00Z")
    );
}

/// Closing with open items is refused with each of them under its role, in the playbook's order.
#[test]
fn s23_a_close_is_refused_with_the_open_items_of_each_role() {
    let mut release = release();
    done(&mut release, &["announce", "verify"]);
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        release.decide(&close(Some("   ")), &actor(&["release-manager"])),
        Err(Rejection::ItemsStillOpen {
            blocked: Vec::new(),
            open: vec![
                ("Release Manager".to_owned(), owned(&["Update the page"])),
                ("Dev".to_owned(), owned(&["Merge the fixes", "Tag the release"])),
            ],
        })
    );
}

#[test]
fn the_reason_of_a_close_is_trimmed_and_bounded() {
    let rm = actor(&["release-manager"]);
    let open: Vec<ItemId> = ["announce", "merge", "verify", "tag", "page"].map(item).to_vec();
    assert_eq!(
        release().decide(&close(Some("  Withdrawn: the fix was wrong \n")), &rm),
        Ok(vec![Event::Closed {
            override_reason: Some("Withdrawn: the fix was wrong".to_owned()),
            open,
        }])
    );
    let longest = "é".repeat(REASON_LIMIT);
    assert!(
        release()
            .decide(&close(Some(&format!(" {longest} "))), &rm)
            .is_ok()
    );
    assert_eq!(
        release().decide(&close(Some(&format!("{longest}x"))), &rm),
        Err(Rejection::TextTooLong {
            what: "the reason",
            limit: REASON_LIMIT,
            given: REASON_LIMIT + 1,
        })
    );
    let mut all = release();
    done(&mut all, &["announce", "merge", "verify", "tag", "page"]);
    assert_eq!(
        all.decide(&close(Some("not needed")), &rm),
        Ok(vec![Event::Closed {
            override_reason: None,
            open: Vec::new(),
        }]),
        "a reason to override nothing is not kept"
    );
}

/// What the platform reports reaches the state; what is only said does not.
#[test]
fn events_of_the_bot_change_only_what_they_name() {
    let mut changed = release();
    let by_itself = stamp(0, NOON);
    changed.apply(
        &Event::ChannelOpened {
            channel: ChannelId(5),
        },
        by_itself,
    );
    changed.apply(
        &Event::BoardPosted {
            message: MessageId(6),
        },
        by_itself,
    );
    assert_eq!(
        (changed.channel, changed.board),
        (Some(ChannelId(5)), Some(MessageId(6)))
    );
    changed.apply(&Event::BoardLost, by_itself);
    assert_eq!((changed.channel, changed.board), (Some(ChannelId(5)), None));
    changed.channel = None;
    for event in [
        Event::Reminded {
            phase: phase("code"),
            moment: crate::domain::reminder::Moment::CutOff,
            due: at(NOON),
        },
        Event::NotDelivered {
            what: "the brief".to_owned(),
            why: "no".to_owned(),
        },
    ] {
        changed.apply(&event, by_itself);
    }
    assert_eq!(changed, release());
}

/// S9, S23: progress, current phase, next cut-off and overdue phases at each step of a release.
#[test]
fn s9_progress_follows_the_items_and_the_clock() {
    let mut release = release();
    let plan = plan_of(&release);
    let look = |release: &Release, now: &str| {
        let overdue: Vec<String> = release
            .overdue_phases(&plan, at(now))
            .iter()
            .map(|phase| phase.id.to_string())
            .collect();
        let next = release
            .next_cutoff(&plan, at(now))
            .map(|(phase, at)| format!("{} {}", phase.id, at.format("%d %H:%M")));
        let current = release.current_phase().map(|phase| phase.id.to_string());
        format!(
            "{}/{} current {current:?} next {next:?} overdue {overdue:?}",
            release.progress().done,
            release.progress().all
        )
    };
    let mut seen = vec![
        look(&release, "2026-12-01T17:00:00Z"),
        look(&release, "2026-12-04T17:59:59Z"),
        look(&release, "2026-12-04T18:00:00Z"),
    ];
    done(&mut release, &["announce", "merge"]);
    seen.push(look(&release, "2026-12-04T18:00:00Z"));
    done(&mut release, &["tag", "page"]);
    seen.push(look(&release, "2026-12-05T00:00:00Z"));
    done(&mut release, &["verify"]);
    seen.push(look(&release, "2026-12-11T00:00:00Z"));
    insta::assert_snapshot!(seen.join("\n"));
}

#[test]
fn names_and_reasons_read_back() {
    let mut named = release();
    assert_eq!(named.name(), "7.2.1");
    named.title = Some("Login fix".to_owned());
    assert_eq!(named.name(), "7.2.1 Login fix");
    for reason in [
        Reason::Security,
        Reason::CustomerBug,
        Reason::Recurring,
        Reason::Scheduled,
    ] {
        assert_eq!(reason.to_string().parse(), Ok(reason), "S1");
    }
    assert_eq!("boredom".parse::<Reason>(), Err(()));
    assert_eq!(release().role_title(&role("qa")), "QA");
    assert_eq!(release().role_title(&role("marketing")), "marketing");
    assert_eq!(release().target, Some(date("2026-12-10")));
}

fn any_command() -> impl Strategy<Value = Command> {
    let any_item =
        || prop::sample::select(vec!["announce", "merge", "verify", "tag", "page", "bake"]).prop_map(item);
    prop_oneof![
        8 => any_item().prop_map(Command::CompleteItem),
        4 => any_item().prop_map(Command::UndoItem),
        1 => prop::option::of("[ a-z]{0,12}").prop_map(|override_reason| Command::Close { override_reason }),
    ]
}

fn any_actor() -> impl Strategy<Value = Actor> {
    prop::sample::subsequence(vec!["release-manager", "dev", "qa", "marketing"], 0..=4)
        .prop_map(|roles| actor(&roles))
}

/// Lets people act one after the other, and returns the end and everything that happened.
fn carried_out(commands: &[(Command, Actor)]) -> (Release, Vec<(Event, Stamp)>) {
    let mut release = release();
    let mut happened = Vec::new();
    for (number, (command, actor)) in commands.iter().enumerate() {
        let stamp = Stamp {
            by: actor.user,
            at: at(NOON) + chrono::TimeDelta::minutes(i64::try_from(number).unwrap()),
        };
        for event in release.decide(command, actor).unwrap_or_default() {
            release.apply(&event, stamp);
            happened.push((event, stamp));
        }
    }
    (release, happened)
}

proptest! {
    /// Deciding changes nothing; a tick adds one to the progress, an undo takes one away; a closed release stays as it
    /// is; and what happened, replayed on a fresh release, gives the same state.
    #[test]
    fn laws_of_deciding_and_applying(commands in prop::collection::vec((any_command(), any_actor()), 0..40)) {
        let mut live = release();
        for (command, actor) in &commands {
            let before = live.clone();
            let decided = live.decide(command, actor);
            prop_assert_eq!(&live, &before);
            prop_assert_eq!(&live.decide(command, actor), &decided);
            if !before.is_open() {
                let refused = matches!(decided, Err(Rejection::ReleaseClosed { .. }));
                prop_assert!(refused);
            }
            for event in decided.unwrap_or_default() {
                let done = live.progress().done;
                live.apply(&event, stamp(2, NOON));
                let expected = match event {
                    Event::ItemDone { .. } => done + 1,
                    Event::ItemUndone { .. } => done - 1,
                    _ => done,
                };
                prop_assert_eq!(live.progress().done, expected);
            }
        }
        let (once, happened) = carried_out(&commands);
        let (again, _) = carried_out(&commands);
        prop_assert_eq!(&once, &again);
        let mut replayed = release();
        for (event, stamp) in &happened {
            replayed.apply(event, *stamp);
        }
        prop_assert_eq!(&replayed, &once);
    }
}
