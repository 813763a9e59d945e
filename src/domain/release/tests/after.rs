//! S27: what comes after the target date lives on when a release is closed; and a release that is opened again.

use super::*;
use crate::domain::fixtures::{playbook, release_of};

const LATER: &str = "2026-12-12T12:00:00Z";

/// The small release with a last phase ten working days after it.
fn with_an_after() -> Release {
    let mut playbook = playbook();
    let mut after = playbook.phases[2].clone();
    after.id = phase("after");
    after.offset = "10 working days after".parse().unwrap();
    after.items.truncate(1);
    after.items[0].id = item("delete-rcs");
    playbook.phases.push(after);
    release_of(playbook)
}

fn carry_out(release: &mut Release, command: &Command, roles: &[&str]) -> Result<(), Rejection> {
    for event in release.decide(command, &actor(roles))? {
        release.apply(&event, stamp(7, LATER));
    }
    Ok(())
}

fn shipped() -> Release {
    let mut release = with_an_after();
    for id in ["announce", "merge", "verify", "tag", "page"] {
        carry_out(
            &mut release,
            &Command::CompleteItem(item(id)),
            &["release-manager"],
        )
        .unwrap();
    }
    release
}

fn reopen(reason: &str) -> Command {
    Command::Reopen {
        reason: reason.to_owned(),
    }
}

#[test]
fn s27_closing_asks_only_for_what_is_due_up_to_the_target_date() {
    let refused = with_an_after().decide(&close(None), &actor(&["release-manager"]));
    let Err(Rejection::ItemsStillOpen { open, .. }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(open.iter().map(|(_, titles)| titles.len()).sum::<usize>(), 5);
    let mut release = shipped();
    let events = release.decide(&close(Some("not needed")), &actor(&["release-manager"]));
    let closed = Event::Closed {
        override_reason: None,
        open: Vec::new(),
    };
    assert_eq!(events, Ok(vec![closed.clone()]));
    release.apply(&closed, stamp(1, LATER));
    assert!(release.lives_on() && !release.is_open());
    let live: Vec<&str> = release.live_items().map(|(_, item)| item.id.as_str()).collect();
    assert_eq!(live, ["delete-rcs"]);
}

#[test]
fn s27_what_lives_on_can_be_settled_and_nothing_else() {
    let mut release = shipped();
    carry_out(&mut release, &close(None), &["release-manager"]).unwrap();
    let undo = Command::UndoItem(item("tag"));
    for command in [undo, close(None), Command::Resume] {
        let refused = carry_out(&mut release, &command, &["release-manager", "dev"]);
        assert!(
            matches!(refused, Err(Rejection::ReleaseClosed { .. })),
            "{command:?}"
        );
    }
    let tick = Command::CompleteItem(item("delete-rcs"));
    let refused = carry_out(&mut release, &tick, &["qa"]);
    assert!(matches!(refused, Err(Rejection::RoleNeeded { .. })));
    carry_out(&mut release, &tick, &["dev"]).unwrap();
    assert!(!release.lives_on());
    let plan = plan_of(&release);
    assert_eq!(release.next_cutoff(&plan, at(LATER)), None);
    carry_out(&mut release, &Command::UndoItem(item("delete-rcs")), &["dev"]).unwrap();
    assert!(release.lives_on());
    let next = release.next_cutoff(&plan, at(LATER));
    assert_eq!(next.unwrap().0.id, phase("after"));
}

/// What was left open with a reason is over; what comes after the target date is not.
#[test]
fn what_was_left_open_is_not_late() {
    let mut release = with_an_after();
    carry_out(&mut release, &close(Some("Withdrawn")), &["release-manager"]).unwrap();
    let plan = plan_of(&release);
    let late = at("2027-02-01T12:00:00Z");
    let overdue: Vec<String> = release
        .overdue_phases(&plan, late)
        .iter()
        .map(|phase| phase.id.to_string())
        .collect();
    assert_eq!(overdue, ["after"]);
}

#[test]
fn a_closed_release_is_reopened_with_a_reason_by_who_leads_it() {
    let mut release = shipped();
    let refused = carry_out(&mut release, &reopen("why"), &["release-manager"]);
    assert!(matches!(refused, Err(Rejection::NotClosed { .. })));
    carry_out(&mut release, &close(None), &["release-manager"]).unwrap();
    for roles in [&["dev"][..], &["qa"], &[]] {
        let refused = carry_out(&mut release, &reopen("why"), roles);
        assert!(matches!(refused, Err(Rejection::RoleNeeded { .. })), "{roles:?}");
    }
    let refused = carry_out(&mut release, &reopen("  "), &["release-manager"]);
    assert!(matches!(refused, Err(Rejection::ReasonNeeded { .. })));
    carry_out(
        &mut release,
        &reopen(" The build is broken "),
        &["release-manager"],
    )
    .unwrap();
    assert!(release.is_open());
    assert_eq!(release.watched_from, at(LATER));
    carry_out(&mut release, &Command::UndoItem(item("tag")), &["dev"]).unwrap();
}
