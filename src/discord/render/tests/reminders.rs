//! Reminders: on time, late, for several, too long.

use super::*;
use crate::discord::render::reminder::{Subject, reminder};
use crate::domain::calendar::Calendar;
use crate::domain::ids::GuildRoleId;
use crate::domain::playbook::PhaseId;
use crate::domain::reminder::Moment;

fn said(
    view: &ReleaseView,
    id: &PhaseId,
    moment: Moment,
    instead_of: &[(PhaseId, Moment)],
    late: i64,
) -> Option<Post> {
    let planned = view.plan.phase(id).unwrap();
    let due = match moment {
        Moment::DayStart => planned.starts_at,
        Moment::CutOff => planned.cutoff_at,
    };
    let subject = Subject {
        phase: id,
        moment,
        due,
        instead_of,
    };
    reminder(view, subject, due + chrono::TimeDelta::minutes(late))
}

/// S9, S23: which phase, why this date, what each role owes, one ping for each role that owes something.
#[test]
fn s23_a_reminder_on_time() {
    let post = said(
        &done(view(), &["announce"]),
        &phase("code"),
        Moment::DayStart,
        &[],
        0,
    )
    .unwrap();
    assert_eq!(
        post.pings,
        [GuildRoleId(12)],
        "whoever owes nothing hears nothing"
    );
    snapshot("reminder_on_time", &post);
}

#[test]
fn s9_a_reminder_of_a_cut_off_says_who_still_owes_what_since_when() {
    let post = said(&done(view(), &["merge"]), &phase("test"), Moment::CutOff, &[], 1).unwrap();
    assert_eq!(post.pings, [GuildRoleId(11), GuildRoleId(13)]);
    snapshot("reminder_cut_off", &post);
}

#[test]
fn a_late_reminder_says_so() {
    snapshot(
        "reminder_late",
        &said(&view(), &phase("code"), Moment::CutOff, &[], 95).unwrap(),
    );
}

#[test]
fn one_reminder_speaks_for_those_that_were_missed() {
    let missed = [(phase("code"), Moment::DayStart), (phase("code"), Moment::CutOff)];
    snapshot(
        "reminder_collapsed",
        &said(&view(), &phase("test"), Moment::DayStart, &missed, 30).unwrap(),
    );
}

/// A role that the guild has not chosen is named without a ping.
#[test]
fn a_role_that_is_not_chosen_is_named() {
    let mut view = view();
    view.setup.roles.remove(&role("dev"));
    let post = said(&view, &phase("code"), Moment::DayStart, &[], 0).unwrap();
    assert!(post.content.contains("**Dev** · 1 open item"), "{}", post.content);
    assert_eq!(post.pings, [GuildRoleId(11)]);
}

#[test]
fn with_everything_done_nothing_is_said() {
    let done = done(view(), &["announce", "merge"]);
    assert_eq!(
        said(&done, &phase("code"), Moment::CutOff, &[], 0).map(|post| post.content),
        None
    );
    let subject = Subject {
        phase: &phase("gone"),
        moment: Moment::CutOff,
        due: at(EARLY),
        instead_of: &[],
    };
    assert!(reminder(&done, subject, at(EARLY)).is_none());
}

/// A reminder that waited while Discord was away does not call anybody to a release that is over by now.
#[test]
fn a_closed_release_calls_nobody() {
    let closed = closed(view(), Some("Withdrawn"));
    let post = said(&closed, &phase("code"), Moment::CutOff, &[], 30);
    assert_eq!(post.map(|post| post.content), None);
}

/// Too long to name each item: then every role and its number, and the button shows the items.
#[test]
fn s23_an_over_long_reminder_names_the_roles_alone() {
    let view = view_of(release_of(large_playbook(
        12,
        25,
        "Do something that takes a line on a phone",
    )));
    let last = view.release.playbook.phases[11].id.clone();
    let post = said(&view, &last, Moment::CutOff, &[], 0).unwrap();
    assert_eq!(post.pings, [GuildRoleId(11), GuildRoleId(12), GuildRoleId(13)]);
    assert!(!post.content.contains('⬜'));
    snapshot("reminder_over_long", &post);
}

/// A long way back over many days off has a long reason; the reminder leaves all the same.
#[test]
fn a_reminder_with_a_long_reason_fits() {
    let mut view = view();
    view.release.playbook.phases[0].offset = crate::domain::offset::Offset::t_minus(250);
    let extra = (1..200)
        .map(|day| {
            (
                date("2026-12-10") - chrono::Days::new(day),
                "A company day with a long and winding name".to_owned(),
            )
        })
        .collect();
    let calendar = Calendar::with(
        view.release.playbook.calendar,
        extra,
        std::collections::BTreeSet::new(),
    );
    let target = view.release.target.unwrap();
    view.plan = crate::domain::plan::plan(&view.release.playbook, target, &calendar);
    let post = said(&view, &phase("code"), Moment::DayStart, &[], 0).unwrap();
    assert_fits("reminder", &post);
    assert!(post.content.contains("/release why"), "{}", post.content);
    assert!(post.content.contains("⬜ Merge the fixes"), "{}", post.content);
    assert_fits("why", &status::why(&view));
}

#[test]
fn the_longest_reminder_fits() {
    for (phases, items, roles) in [(12, 25, 3), (25, 12, 25)] {
        let view = longest(phases, items, roles);
        let last = view.release.playbook.phases.last().unwrap().id.clone();
        for moment in [Moment::DayStart, Moment::CutOff] {
            let missed = vec![(last.clone(), Moment::DayStart); 49];
            assert_fits("reminder", &said(&view, &last, moment, &missed, 600).unwrap());
        }
    }
}
