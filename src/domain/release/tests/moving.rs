//! Moving, holding and snoozing: who may, what is refused, what then is so.

use super::*;
use crate::domain::snooze::Until;

fn slip(target: Option<&str>) -> Command {
    Command::Slip {
        target: target.map(date),
        reason: " The fix is not ready ".to_owned(),
    }
}

fn hold(reason: &str) -> Command {
    Command::Hold {
        reason: reason.to_owned(),
    }
}

fn snooze(id: &str, until: Option<&str>) -> Command {
    Command::SnoozeItem {
        item: item(id),
        until: until.map_or(Until::Now, |until| Until::At {
            at: at(until),
            intent: "tomorrow".to_owned(),
        }),
    }
}

fn carried_out(release: &mut Release, command: &Command) {
    for event in release.decide(command, &actor(&["release-manager"])).unwrap() {
        release.apply(&event, stamp(2, NOON));
    }
}

#[test]
fn moving_and_holding_are_for_the_release_manager() {
    for command in [slip(None), hold("Waiting"), Command::Resume] {
        for (who, roles) in PEOPLE {
            let refused = matches!(
                release().decide(&command, &actor(roles)),
                Err(Rejection::RoleNeeded { .. })
            );
            assert_eq!(refused, *who != "Release Manager", "{who} {command:?}");
        }
    }
}

#[test]
fn s5_a_target_is_moved_withdrawn_and_set() {
    let mut moved = release();
    carried_out(&mut moved, &slip(Some("2026-12-15")));
    assert_eq!(moved.target, Some(date("2026-12-15")));
    carried_out(&mut moved, &slip(None));
    assert_eq!(moved.target, None);
    let rm = actor(&["release-manager"]);
    assert_eq!(
        moved.decide(&slip(None), &rm),
        Err(Rejection::TargetUnchanged { target: None })
    );
    assert_eq!(
        moved.decide(&slip(Some("2026-12-10")), &rm),
        Ok(vec![Event::Slipped {
            from: None,
            to: Some(date("2026-12-10")),
            reason: "The fix is not ready".to_owned(),
        }])
    );
    assert_eq!(
        release().decide(&slip(Some("2026-12-10")), &rm),
        Err(Rejection::TargetUnchanged {
            target: Some(date("2026-12-10"))
        })
    );
}

#[test]
fn a_move_and_a_hold_take_a_reason_that_fits() {
    let rm = actor(&["release-manager"]);
    let moved = |reason: &str| Command::Slip {
        target: None,
        reason: reason.to_owned(),
    };
    for (command, action) in [
        (moved(" \n"), "moving a release"),
        (hold(" "), "putting a release on hold"),
    ] {
        assert_eq!(
            release().decide(&command, &rm),
            Err(Rejection::ReasonNeeded { action })
        );
    }
    let long = "x".repeat(REASON_LIMIT + 1);
    for command in [moved(&long), hold(&long)] {
        let refused = matches!(
            release().decide(&command, &rm),
            Err(Rejection::TextTooLong { .. })
        );
        assert!(refused);
    }
}

#[test]
fn a_release_is_held_once_and_resumed_once() {
    let rm = actor(&["release-manager"]);
    let mut held = release();
    assert_eq!(
        held.decide(&Command::Resume, &rm),
        Err(Rejection::NotOnHold { key: release().key })
    );
    carried_out(&mut held, &hold("Waiting for the vendor"));
    assert_eq!(
        held.hold,
        Some(Hold {
            stamp: stamp(2, NOON),
            reason: "Waiting for the vendor".to_owned(),
        })
    );
    assert_eq!(
        held.decide(&hold("Again"), &rm),
        Err(Rejection::AlreadyOnHold {
            since: stamp(2, NOON),
            reason: "Waiting for the vendor".to_owned(),
        })
    );
    // Work may go on, and so may the plan.
    carried_out(&mut held, &Command::CompleteItem(item("merge")));
    carried_out(&mut held, &slip(None));
    carried_out(&mut held, &Command::Resume);
    assert_eq!(held.hold, None);
}

#[test]
fn an_item_is_snoozed_by_its_role_until_it_is_done_or_woken() {
    let dev = actor(&["dev"]);
    let tomorrow = "2026-12-03T17:00:00Z";
    let mut snoozed = release();
    assert!(matches!(
        snoozed.decide(&snooze("announce", Some(tomorrow)), &dev),
        Err(Rejection::RoleNeeded { .. })
    ));
    assert!(matches!(
        snoozed.decide(&snooze("merge", None), &dev),
        Err(Rejection::ItemNotSnoozed { .. })
    ));
    carried_out(&mut snoozed, &snooze("merge", Some(tomorrow)));
    carried_out(&mut snoozed, &snooze("verify", Some(tomorrow)));
    assert!(snoozed.snoozed(&item("merge"), at(NOON)).is_some());
    assert!(
        snoozed.snoozed(&item("merge"), at(tomorrow)).is_none(),
        "its end has come"
    );
    carried_out(&mut snoozed, &Command::CompleteItem(item("merge")));
    carried_out(&mut snoozed, &snooze("verify", None));
    assert!(snoozed.snoozes.is_empty());
    assert!(matches!(
        snoozed.decide(&snooze("merge", Some(tomorrow)), &dev),
        Err(Rejection::ItemAlreadyDone { .. })
    ));
}

#[test]
fn a_closed_release_neither_moves_nor_rests() {
    let closed = closed(release());
    for command in [
        slip(None),
        hold("Waiting"),
        Command::Resume,
        snooze("merge", None),
    ] {
        let refused = matches!(
            closed.decide(&command, &actor(&["release-manager"])),
            Err(Rejection::ReleaseClosed { .. })
        );
        assert!(refused, "{command:?}");
    }
}
