//! What testing took: release candidates, defects, and the time from the approval of QA to the end (S112, S126).

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::person::Stamp;
use crate::domain::release::{Event, Release, TimelineEvent};
use crate::domain::room::{Room, RoomEvent, Severity};

/// How testing went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Testing {
    /// How many release candidates each version took, in the order of the versions; without those that took none.
    pub rounds: Vec<(String, usize)>,
    /// When the first candidate of all was cut.
    pub first_candidate: Option<DateTime<Utc>>,
    /// Since when QA has passed the newest candidate of every version; none while one is missing.
    pub approved: Option<DateTime<Utc>>,
    /// How many defects were found of each severity.
    pub defects: BTreeMap<Severity, usize>,
}

impl Testing {
    /// How many candidates were cut in all.
    #[must_use]
    pub fn candidates(&self) -> usize {
        self.rounds.iter().map(|(_, rounds)| rounds).sum()
    }

    /// How long it took from the approval of QA until the release shipped; none when it shipped without.
    #[must_use]
    pub fn approval_to_shipping(&self, shipped: Option<DateTime<Utc>>) -> Option<TimeDelta> {
        let time = shipped? - self.approved?;
        (time >= TimeDelta::zero()).then_some(time)
    }

    pub(super) fn of(release: &Release, events: &[TimelineEvent]) -> Self {
        let mut room = Room::default();
        let mut testing = Self::default();
        for event in events {
            let Event::Room(did) = &event.event else { continue };
            if let Some(by) = event.actor {
                room.apply(did, Stamp { by, at: event.at });
            }
            match did {
                RoomEvent::CandidateCut { .. } => {
                    testing.first_candidate.get_or_insert(event.at);
                    testing.approved = None;
                }
                RoomEvent::VerdictGiven { fix: None, .. } => {
                    testing.approved = is_approved(release, &room).then_some(event.at);
                }
                RoomEvent::DefectFound { severity, .. } => {
                    *testing.defects.entry(*severity).or_default() += 1;
                }
                _ => {}
            }
        }
        testing.rounds = release
            .versions()
            .map(|version| (version.to_owned(), room.rounds(version)))
            .filter(|(_, rounds)| *rounds > 0)
            .collect();
        testing
    }
}

fn is_approved(release: &Release, room: &Room) -> bool {
    release.versions().all(|version| {
        let verdict = room
            .newest(version)
            .and_then(|candidate| candidate.overall.as_ref());
        verdict.is_some_and(|verdict| verdict.passed)
    })
}
