//! What the Release Manager is called for beside the checklist: a text that only a person can write.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use crate::domain::hours::WorkingHours;
use crate::domain::offset::Offset;
use crate::domain::reminder::Ladder;
use crate::domain::room::later;

/// An occasion on which the Release Manager is called for a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// The status update has not come.
    Update {
        /// When it was due.
        due: DateTime<Utc>,
        /// Which call it is: those after the first come later than it was due.
        at: DateTime<Utc>,
    },
    /// The retrospective has not been written.
    Retrospective {
        /// When it was due.
        due: DateTime<Utc>,
    },
}

/// How long a call for a retrospective is worth making: nobody remembers more after that.
const RETROSPECTIVE_IS_WORTH: TimeDelta = TimeDelta::days(14);

impl Ladder<'_> {
    /// What has become due until `now` and was not called for. It waits for the working hours of the Release Manager; of
    /// what was missed, the newest stands for the rest.
    #[must_use]
    pub fn prompt(&self, now: DateTime<Utc>) -> Option<Prompt> {
        let hours = self.lead_hours();
        if !hours.contain(now) {
            return None;
        }
        if let Some(due) = self.retrospective_due(&hours) {
            let is_due = due <= now && now < due + RETROSPECTIVE_IS_WORTH;
            return is_due.then_some(Prompt::Retrospective { due });
        }
        let (due, calls) = self.update_calls(&hours)?;
        let at = calls.take_while(|at| *at <= now).last()?;
        Some(Prompt::Update { due, at })
    }

    /// When something becomes due next after `now`, or is called for that was missed.
    #[must_use]
    pub fn next_prompt(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let hours = self.lead_hours();
        if let Some(due) = self.retrospective_due(&hours) {
            let call = hours.from(due.max(now));
            return (call > now && call < due + RETROSPECTIVE_IS_WORTH).then_some(call);
        }
        let (_, mut calls) = self.update_calls(&hours)?;
        let first = calls.next()?;
        if first > now {
            return Some(first);
        }
        // What was missed waits for the next opening; within the hours it is due now.
        let opening = hours.from(now);
        let next = calls.find(|at| *at > now);
        if opening > now { Some(opening) } else { next }
    }

    fn lead_hours(&self) -> WorkingHours<'_> {
        self.release.playbook.lead_hours(self.calendar)
    }

    fn retrospective_due(&self, hours: &WorkingHours<'_>) -> Option<DateTime<Utc>> {
        self.release.retrospective_due(hours, self.calendar)
    }

    /// When the next status update is due, and all calls for it that were not made: at that instant, then again after
    /// each interval and at most once a working day.
    fn update_calls<'a>(
        &self,
        hours: &'a WorkingHours<'a>,
    ) -> Option<(DateTime<Utc>, impl Iterator<Item = DateTime<Utc>> + use<'a>)> {
        let due = self.release.update_due(hours)?;
        let every = self.release.usual_interval()?;
        let called = self.release.room.update_called.filter(|called| *called >= due);
        let first = match called {
            Some(called) => again(called, every, hours),
            None => hours.from(due),
        };
        let calls = std::iter::successors(Some(first), move |call| Some(again(*call, every, hours)));
        Some((due, calls))
    }
}

/// The call after this one.
fn again(call: DateTime<Utc>, every: Offset, hours: &WorkingHours<'_>) -> DateTime<Utc> {
    let tomorrow = hours.date_at(call).succ_opt().unwrap_or(hours.date_at(call));
    let tomorrow = hours.zone.to_utc(tomorrow.and_time(NaiveTime::MIN));
    hours.from(later(call, every, hours).max(tomorrow))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Calendar;
    use crate::domain::fixtures::{at, plan_of, release, stamp};
    use crate::domain::ids::UserId;
    use crate::domain::person::Stamp;
    use crate::domain::plan::Plan;
    use crate::domain::release::{Event, Release};
    use crate::domain::room::{RoomEvent, read_interval};

    /// Tuesday 1 December 2026, 15:00 in San Francisco.
    const TUESDAY: &str = "2026-12-01T23:00:00Z";

    fn said(every: &str) -> Release {
        let mut release = release();
        let calendar = Calendar::named(release.playbook.calendar);
        let every = read_interval(every).unwrap();
        let hours = release.playbook.lead_hours(&calendar);
        let next = every.map(|every| later(at(TUESDAY), every, &hours));
        let text = "All is well".to_owned();
        let event = Event::Room(RoomEvent::StatusUpdated { text, every, next });
        release.apply(&event, stamp(1, TUESDAY));
        release
    }

    fn ladder<'a>(release: &'a Release, plan: &'a Plan, calendar: &'a Calendar) -> Ladder<'a> {
        Ladder {
            release,
            plan,
            calendar,
            manager: false,
        }
    }

    /// Each call as a scheduler makes it that wakes only when it is told to, from `from` on.
    fn calls(release: &mut Release, from: &str, most: usize) -> Vec<String> {
        let calendar = Calendar::named(release.playbook.calendar);
        let plan = plan_of(release);
        let (mut now, mut all) = (at(from), Vec::new());
        while all.len() < most {
            let prompt = ladder(release, &plan, &calendar).prompt(now);
            if let Some(Prompt::Retrospective { due }) = prompt {
                all.push(format!(
                    "{} for {}",
                    now.format("%m-%d %H:%M"),
                    due.format("%m-%d %H:%M")
                ));
                let event = Event::Room(RoomEvent::RetrospectiveCalled { due });
                release.apply(
                    &event,
                    Stamp {
                        by: UserId::ITSELF,
                        at: now,
                    },
                );
                assert_eq!(ladder(release, &plan, &calendar).prompt(now), None, "once");
            }
            if let Some(Prompt::Update { due, at }) = prompt {
                all.push(format!(
                    "{} for {}",
                    now.format("%m-%d %H:%M"),
                    at.format("%m-%d %H:%M")
                ));
                let event = Event::Room(RoomEvent::UpdateCalled { due, at });
                release.apply(&event, stamp(0, "2026-12-02T00:00:00Z"));
                let again = ladder(release, &plan, &calendar).prompt(now);
                assert_eq!(again, None, "once for each occasion");
            }
            match ladder(release, &plan, &calendar).next_prompt(now) {
                Some(next) => {
                    assert!(next > now);
                    now = next;
                }
                None => break,
            }
        }
        all
    }

    #[test]
    fn the_release_manager_is_called_once_a_working_day_until_an_update_comes() {
        assert_eq!(
            calls(&mut said("1 day"), TUESDAY, 4),
            [
                "12-02 23:00 for 12-02 23:00",
                "12-03 23:00 for 12-03 23:00",
                "12-04 23:00 for 12-04 23:00",
                "12-07 23:00 for 12-07 23:00",
            ]
        );
        // Due at 19:00, when nobody works; then with each working day, not every four hours.
        assert_eq!(
            calls(&mut said("4 h"), TUESDAY, 3),
            [
                "12-02 17:00 for 12-02 17:00",
                "12-03 17:00 for 12-03 17:00",
                "12-04 17:00 for 12-04 17:00",
            ]
        );
        assert_eq!(
            calls(&mut said("3 days"), TUESDAY, 2),
            ["12-04 23:00 for 12-04 23:00", "12-09 23:00 for 12-09 23:00"]
        );
        assert_eq!(calls(&mut said("none"), TUESDAY, 1), Vec::<String>::new());
        assert_eq!(calls(&mut release(), TUESDAY, 1), Vec::<String>::new());
    }

    /// Back on Saturday: one call, on Monday morning, for the newest of what was missed.
    #[test]
    fn after_an_absence_there_is_one_call() {
        assert_eq!(
            calls(&mut said("1 day"), "2026-12-05T20:00:00Z", 2),
            ["12-07 17:00 for 12-04 23:00", "12-07 23:00 for 12-07 23:00"]
        );
    }

    #[test]
    fn a_hold_stops_it_and_a_resumption_begins_anew() {
        let mut release = said("1 day");
        let reason = "The vendor is away".to_owned();
        release.apply(&Event::Held { reason }, stamp(1, "2026-12-02T17:00:00Z"));
        assert_eq!(
            calls(&mut release, "2026-12-03T23:00:00Z", 1),
            Vec::<String>::new()
        );
        release.apply(&Event::Resumed, stamp(1, "2026-12-07T18:00:00Z"));
        assert_eq!(
            calls(&mut release, "2026-12-07T18:00:00Z", 1),
            ["12-08 18:00 for 12-08 18:00"]
        );
        close(&mut release, "2026-12-09T18:00:00Z");
        std::sync::Arc::make_mut(&mut release.playbook)
            .reminders
            .retrospective = None;
        assert_eq!(
            calls(&mut release, "2026-12-09T18:00:00Z", 1),
            Vec::<String>::new()
        );
    }

    fn close(release: &mut Release, when: &str) {
        let closed = Event::Closed {
            override_reason: None,
            open: Vec::new(),
        };
        release.apply(&closed, stamp(1, when));
    }

    /// Closed on Thursday 10 December: called once at the cut-off, 10:00, of the third working day after it.
    #[test]
    fn the_retrospective_is_called_for_once_after_the_end() {
        let mut release = release();
        let end = "2026-12-10T20:00:00Z";
        close(&mut release, end);
        assert!(release.expects_retrospective());
        assert_eq!(calls(&mut release, end, 2), ["12-15 18:00 for 12-15 18:00"]);
        assert!(!release.expects_retrospective());
        // Opened again and closed again: another end, another call.
        let reason = "A file is missing".to_owned();
        release.apply(&Event::Reopened { reason }, stamp(1, "2026-12-16T18:00:00Z"));
        assert_eq!(
            calls(&mut release, "2026-12-16T18:00:00Z", 1),
            Vec::<String>::new()
        );
        close(&mut release, "2026-12-17T18:00:00Z");
        assert_eq!(
            calls(&mut release, "2026-12-17T18:00:00Z", 2),
            ["12-22 18:00 for 12-22 18:00"]
        );
    }

    #[test]
    fn a_retrospective_that_is_written_calls_nobody_and_one_long_over_neither() {
        let end = "2026-12-10T20:00:00Z";
        let mut late = release();
        close(&mut late, end);
        // Back on a Saturday, and then far too late.
        assert_eq!(
            calls(&mut late, "2026-12-19T18:00:00Z", 2),
            ["12-21 17:00 for 12-15 18:00"]
        );
        let mut long_over = release();
        close(&mut long_over, end);
        assert_eq!(
            calls(&mut long_over, "2027-01-05T18:00:00Z", 1),
            Vec::<String>::new()
        );
        let mut written = release();
        close(&mut written, end);
        let findings = Box::default();
        let event = Event::Room(RoomEvent::RetrospectiveWritten { findings });
        written.apply(&event, stamp(1, "2026-12-11T18:00:00Z"));
        assert_eq!(
            calls(&mut written, "2026-12-11T18:00:00Z", 1),
            Vec::<String>::new()
        );
    }

    /// Without an update so far, the playbook says when the first one is due.
    #[test]
    fn a_playbook_may_ask_for_updates_from_the_start() {
        let mut release = release();
        let every = read_interval("2 days").unwrap();
        std::sync::Arc::make_mut(&mut release.playbook).reminders.updates = every;
        let calendar = Calendar::named(release.playbook.calendar);
        let due = release
            .update_due(&release.playbook.lead_hours(&calendar))
            .unwrap();
        assert_eq!(
            due,
            later(
                release.opened.at,
                every.unwrap(),
                &release.playbook.lead_hours(&calendar)
            )
        );
    }
}
