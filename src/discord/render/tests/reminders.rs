//! Reminders: ahead, today, overdue, late, for several, too long.

use std::sync::Arc;

use super::*;
use crate::discord::render::reminder::{of_old, reminder};
use crate::domain::calendar::Calendar;
use crate::domain::ids::{GuildRoleId, UserId};
use crate::domain::playbook::PhaseId;
use crate::domain::reminder::{Audience, Call, Ladder, Moment, Occasion, Step};

/// A reminder of a time before the ladder.
fn said(view: &ReleaseView, id: &PhaseId, moment: Moment, missed: usize, late: i64) -> Option<Post> {
    let planned = view.plan.phase(id).unwrap();
    let due = match moment {
        Moment::DayStart => planned.starts_at,
        Moment::CutOff => planned.cutoff_at,
    };
    let now = due + chrono::TimeDelta::minutes(late);
    reminder(view, &of_old(view, id, moment, due), missed, now)
}

/// What the ladder calls at this instant, if everything before was called in its time.
fn calls_at(view: &ReleaseView, now: &str) -> Vec<Call> {
    let calendar = Calendar::named(view.release.playbook.calendar);
    let ladder = Ladder {
        release: &view.release,
        plan: &view.plan,
        calendar: &calendar,
        manager: view.setup.manager.is_some(),
    };
    let mut calls = ladder.due(&std::collections::BTreeSet::new(), at(now)).calls;
    calls.retain(|call| call.occasion.due == at(now));
    calls
}

/// The message of this instant, sent at once.
fn at_once(view: &ReleaseView, now: &str) -> Option<Post> {
    reminder(view, &calls_at(view, now), 0, at(now))
}

fn managed() -> ReleaseView {
    let mut view = view();
    view.setup.manager = Some(UserId(77));
    view
}

#[test]
fn s9_a_heads_up_says_what_is_tomorrow_and_who_will_owe_what() {
    let post = at_once(&view(), "2026-12-03T17:00:00Z").unwrap();
    assert_eq!(post.pings, [GuildRoleId(11), GuildRoleId(12)]);
    snapshot("reminder_heads_up", &post);
}

/// S9, S23: which phase, why this date, what each role owes, one ping for each role that owes something.
#[test]
fn s23_a_reminder_of_the_day() {
    let post = at_once(&done(view(), &["announce"]), "2026-12-04T17:00:00Z").unwrap();
    assert_eq!(
        post.pings,
        [GuildRoleId(12)],
        "whoever owes nothing hears nothing"
    );
    snapshot("reminder_of_the_day", &post);
}

/// S9: the message of a phase that begins has the playbook's words; one of which nothing is open is a line, and neither
/// pings for others.
#[test]
fn s9_a_phase_that_begins_says_what_it_is_for() {
    let mut view = done(view(), &["announce"]);
    let phase = &mut Arc::make_mut(&mut view.release.playbook).phases[0];
    phase.begins = Some("By tonight *all* fixes are merged @everyone.".to_owned());
    snapshot(
        "reminder_phase_begins",
        &at_once(&view, "2026-12-04T17:00:00Z").unwrap(),
    );
    let view = done(view, &["merge"]);
    let nothing = at_once(&view, "2026-12-04T17:00:00Z").unwrap();
    assert_eq!((nothing.pings.len(), nothing.people.len()), (0, 0));
    snapshot("reminder_phase_begins_with_nothing_open", &nothing);
    let calls = calls_at(&view, "2026-12-04T17:00:00Z");
    let late = reminder(&view, &calls, 0, at("2026-12-04T18:00:00Z"));
    assert!(late.is_none(), "its day is over");
}

#[test]
fn s9_a_reminder_of_a_cut_off_says_who_owes_what() {
    let post = at_once(&done(view(), &["announce"]), "2026-12-04T18:00:00Z").unwrap();
    assert_eq!(post.pings, [GuildRoleId(12)]);
    snapshot("reminder_cut_off", &post);
}

/// Dev is not at work when the cut-off passes: the channel is told, and Dev hears it in the morning.
#[test]
fn a_cut_off_at_night_is_said_without_a_ping() {
    let mut view = done(view(), &["announce"]);
    Arc::make_mut(&mut view.release.playbook).roles[1].zone = Some("Europe/Berlin".parse().unwrap());
    let post = at_once(&view, "2026-12-04T18:00:00Z").unwrap();
    assert_eq!((post.pings.len(), post.people.len()), (0, 0));
    snapshot("reminder_cut_off_at_night", &post);
    let morning = at_once(&view, "2026-12-07T08:00:00Z").unwrap();
    assert_eq!(morning.pings, [GuildRoleId(12)]);
    snapshot("reminder_cut_off_in_the_morning", &morning);
}

/// One message for everything of an instant; the Release Manager and the manager hear why.
#[test]
fn overdue_items_go_to_more_people_from_day_to_day() {
    let view = done(managed(), &["announce"]);
    let monday = at_once(&view, "2026-12-07T17:00:00Z").unwrap();
    assert_eq!(monday.pings, [GuildRoleId(12), GuildRoleId(13), GuildRoleId(11)]);
    assert_eq!(monday.people, []);
    snapshot("reminder_nag_with_release_manager", &monday);
    let tuesday = at_once(&view, "2026-12-08T17:00:00Z").unwrap();
    assert_eq!(tuesday.people, [UserId(77)]);
    snapshot("reminder_nag_with_manager", &tuesday);
}

#[test]
fn s16_a_daily_item_has_a_day_of_its_own() {
    let mut release = release();
    Arc::make_mut(&mut release.playbook).phases[0].items[1].daily_until = Some(phase("build"));
    let mut view = done(view_of(release), &["announce", "verify", "tag", "page"]);
    view.release
        .reopened
        .insert(item("merge"), at("2026-12-07T17:00:00Z"));
    snapshot("reminder_daily", &at_once(&view, "2026-12-07T17:00:00Z").unwrap());
    snapshot(
        "reminder_daily_overdue",
        &at_once(&view, "2026-12-07T18:00:00Z").unwrap(),
    );
    snapshot(
        "board_with_a_daily_item",
        &board::board(&view, at("2026-12-07T18:00:00Z")),
    );
}

/// A message that leaves a day late says what is, and not what was.
#[test]
fn a_reminder_that_leaves_late_tells_the_present() {
    let calls = calls_at(&view(), "2026-12-03T17:00:00Z");
    let text = |now: &str| reminder(&view(), &calls, 0, at(now)).unwrap().content;
    assert!(text("2026-12-03T17:00:00Z").contains("is tomorrow"));
    let late = text("2026-12-04T17:30:00Z");
    assert!(
        late.contains("is today") && late.contains("This comes late"),
        "{late}"
    );
    assert!(text("2026-12-05T17:30:00Z").contains("is overdue"));
}

#[test]
fn a_late_reminder_says_so() {
    snapshot(
        "reminder_late",
        &said(&view(), &phase("code"), Moment::CutOff, 0, 95).unwrap(),
    );
}

#[test]
fn one_reminder_speaks_for_those_that_were_missed() {
    snapshot(
        "reminder_collapsed",
        &said(&view(), &phase("test"), Moment::DayStart, 2, 30).unwrap(),
    );
}

/// A role that the guild has not chosen is named without a ping.
#[test]
fn a_role_that_is_not_chosen_is_named() {
    let mut view = view();
    view.setup.roles.remove(&role("dev"));
    let post = said(&view, &phase("code"), Moment::DayStart, 0, 0).unwrap();
    assert!(post.content.contains("**Dev** · 1 open item"), "{}", post.content);
    assert_eq!(post.pings, [GuildRoleId(11)]);
}

#[test]
fn with_everything_done_nothing_is_said() {
    let calls = calls_at(&view(), "2026-12-04T18:00:00Z");
    let done = done(view(), &["announce", "merge"]);
    assert!(reminder(&done, &calls, 0, at("2026-12-04T18:00:00Z")).is_none());
    assert!(said(&done, &phase("code"), Moment::CutOff, 0, 0).is_none());
    assert_eq!(of_old(&done, &phase("gone"), Moment::CutOff, at(EARLY)), []);
}

/// A reminder that waited while Discord was away does not call anybody to a release that is over by now.
#[test]
fn a_closed_release_calls_nobody() {
    let closed = closed(view(), Some("Withdrawn"));
    let post = said(&closed, &phase("code"), Moment::CutOff, 0, 30);
    assert_eq!(post.map(|post| post.content), None);
}

/// Too long to name each item: then every role and its number, and the button shows the items.
#[test]
fn s23_an_over_long_reminder_names_the_roles_alone() {
    let view = view_of(release_of(large_playbook(1, 40, &"long ".repeat(15))));
    let post = said(&view, &phase("phase-0"), Moment::DayStart, 0, 0).unwrap();
    assert_eq!(post.pings, [GuildRoleId(11), GuildRoleId(12), GuildRoleId(13)]);
    assert!(!post.content.contains('⬜'));
    snapshot("reminder_over_long", &post);
}

/// A long way back over many days off has a long reason; the reminder leaves all the same.
#[test]
fn a_reminder_with_a_long_reason_fits() {
    let mut view = view();
    Arc::make_mut(&mut view.release.playbook).phases[0].offset = crate::domain::offset::Offset::t_minus(250);
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
    let post = said(&view, &phase("code"), Moment::DayStart, 0, 0).unwrap();
    assert_fits("reminder", &post);
    assert!(post.content.contains("/release why"), "{}", post.content);
    assert!(post.content.contains("⬜ Merge the fixes"), "{}", post.content);
    assert_fits("why", &status::why(&view));
}

#[test]
fn the_longest_reminder_fits() {
    for (phases, items, roles) in [(12, 25, 3), (25, 12, 25)] {
        let mut view = longest(phases, items, roles);
        view.setup.manager = Some(UserId(u64::MAX));
        let last = view.release.playbook.phases.last().unwrap().id.clone();
        for moment in [Moment::DayStart, Moment::CutOff] {
            assert_fits("reminder", &said(&view, &last, moment, 49, 600).unwrap());
        }
        let everything = |planned: &crate::domain::plan::PlannedPhase, audience| Call {
            occasion: Occasion {
                due: planned.cutoff_at,
                phase: planned.id.clone(),
                step: Step::Nag,
                audience,
            },
            cutoff_at: planned.cutoff_at,
            overdue_days: 250,
        };
        let calls: Vec<Call> = view
            .plan
            .phases
            .iter()
            .flat_map(|planned| {
                [Audience::Channel, Audience::ReleaseManager, Audience::Manager]
                    .map(|audience| everything(planned, audience))
            })
            .collect();
        assert_fits(
            "reminder",
            &reminder(&view, &calls, 49, at("2027-12-01T00:00:00Z")).unwrap(),
        );
    }
}
