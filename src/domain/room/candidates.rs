//! Release candidates and what QA says about them (S17, S20, S112).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::person::{Actor, QA, Stamp};
use crate::domain::rejection::Rejection;
use crate::domain::release::Release;
use crate::domain::room::{
    BUILDERS, Blocker, Lack, Room, RoomEvent, RoomRefusal, TESTERS, TEXT_LIMIT, given, perhaps, room_for_more,
};

/// A release candidate: `7.2.1-RC1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The version that it is to become.
    pub version: String,
    /// Which candidate of the version it is, from 1. Each one is a round of QA.
    pub number: u32,
    /// The commit or tag.
    pub commit: String,
    /// Who cut it, and when.
    pub cut: Stamp,
    /// What QA says about each fix.
    #[serde(default)]
    pub verdicts: BTreeMap<String, Verdict>,
    /// What QA says about the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overall: Option<Verdict>,
}

/// What QA says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether it passed.
    pub passed: bool,
    /// What was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who said so, and when.
    pub stamp: Stamp,
}

/// What a person can ask about a release candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CandidateCommand {
    /// Record that one was cut.
    Cut {
        /// The version; the only one when none is named.
        version: Option<String>,
        /// The commit or tag.
        commit: String,
    },
    /// Say whether a fix, or the whole candidate, passed.
    Judge {
        /// The candidate; the newest one when none is named.
        candidate: Option<String>,
        /// The fix; none for the candidate as a whole.
        fix: Option<String>,
        /// Whether it passed.
        passed: bool,
        /// What was seen.
        note: Option<String>,
    },
}

impl Candidate {
    /// What people call it: `7.2.1-RC1` (S20).
    #[must_use]
    pub fn label(&self) -> String {
        label(&self.version, self.number)
    }
}

/// What people call a candidate.
pub(super) fn label(version: &str, number: u32) -> String {
    format!("{version}-RC{number}")
}

impl Room {
    /// The newest candidate of a version.
    #[must_use]
    pub fn newest(&self, version: &str) -> Option<&Candidate> {
        self.candidates
            .iter()
            .rev()
            .find(|candidate| candidate.version == version)
    }

    /// How many rounds of QA a version has taken so far.
    #[must_use]
    pub fn rounds(&self, version: &str) -> usize {
        self.candidates
            .iter()
            .filter(|candidate| candidate.version == version)
            .count()
    }

    /// Whether this candidate is the newest of its version.
    #[must_use]
    pub fn is_newest(&self, candidate: &Candidate) -> bool {
        self.newest(&candidate.version)
            .is_some_and(|newest| newest.number == candidate.number)
    }

    pub(super) fn apply_candidate(&mut self, event: &RoomEvent, stamp: Stamp) {
        match event {
            RoomEvent::CandidateCut {
                version,
                number,
                commit,
            } => self.candidates.push(Candidate {
                version: version.clone(),
                number: *number,
                commit: commit.clone(),
                cut: stamp,
                verdicts: BTreeMap::new(),
                overall: None,
            }),
            RoomEvent::VerdictGiven {
                candidate,
                fix,
                passed,
                note,
            } => {
                let verdict = Verdict {
                    passed: *passed,
                    note: note.clone(),
                    stamp,
                };
                let mut known = self.candidates.iter_mut();
                let Some(judged) = known.find(|known| known.label() == *candidate) else {
                    return;
                };
                match fix {
                    Some(fix) => {
                        judged.verdicts.insert(fix.clone(), verdict);
                    }
                    None => judged.overall = Some(verdict),
                }
            }
            _ => {}
        }
    }
}

impl Release {
    pub(super) fn decide_candidate(
        &self,
        command: &CandidateCommand,
        actor: &Actor,
    ) -> Result<Vec<RoomEvent>, Rejection> {
        match command {
            CandidateCommand::Cut { version, commit } => self.cut(version.as_deref(), commit, actor),
            CandidateCommand::Judge {
                candidate,
                fix,
                passed,
                note,
            } => {
                self.needs_one_of(TESTERS, actor, "judge a release candidate")?;
                let candidate = self.candidate_meant(candidate.as_deref())?;
                let note = perhaps("the note", note.as_deref(), TEXT_LIMIT)?;
                if !passed && note.is_none() {
                    return Err(Rejection::ReasonNeeded {
                        action: "saying that something failed",
                    });
                }
                let fix = match fix {
                    Some(fix) => Some(self.fix_in(candidate, fix)?),
                    None => {
                        self.may_pass(candidate, *passed)?;
                        None
                    }
                };
                Ok(vec![RoomEvent::VerdictGiven {
                    candidate: candidate.label(),
                    fix,
                    passed: *passed,
                    note,
                }])
            }
        }
    }

    fn cut(&self, version: Option<&str>, commit: &str, actor: &Actor) -> Result<Vec<RoomEvent>, Rejection> {
        self.needs_one_of(BUILDERS, actor, "record a release candidate")?;
        let version = self.version_meant(version)?;
        room_for_more("release candidates", self.room.candidates.len())?;
        let commit = given("the commit or tag", commit, COMMIT_LIMIT)?;
        let number = self
            .room
            .newest(&version)
            .map_or(1, |newest| newest.number.saturating_add(1));
        Ok(vec![RoomEvent::CandidateCut {
            version,
            number,
            commit,
        }])
    }

    /// The candidate of this name, when it is the newest of its version; without a name, the only one that waits for QA.
    fn candidate_meant(&self, given: Option<&str>) -> Result<&Candidate, Rejection> {
        let newest: Vec<&Candidate> = self
            .versions()
            .filter_map(|version| self.room.newest(version))
            .collect();
        let known = || {
            newest
                .iter()
                .map(|candidate| candidate.label())
                .collect::<Vec<_>>()
        };
        let Some(given) = given.map(str::trim).filter(|given| !given.is_empty()) else {
            return match newest.as_slice() {
                [] => Err(RoomRefusal::NoCandidate.into()),
                [one] => Ok(one),
                _ => Err(RoomRefusal::WhichCandidate { known: known() }.into()),
            };
        };
        let same = |candidate: &&Candidate| candidate.label().eq_ignore_ascii_case(given);
        if let Some(candidate) = newest.iter().copied().find(|candidate| same(candidate)) {
            return Ok(candidate);
        }
        match self.room.candidates.iter().find(same) {
            Some(old) => Err(RoomRefusal::CandidateSuperseded {
                candidate: old.label(),
                by: self
                    .room
                    .newest(&old.version)
                    .map_or_else(|| old.label(), Candidate::label),
            }
            .into()),
            None => Err(RoomRefusal::UnknownCandidate {
                given: given.to_owned(),
                known: known(),
            }
            .into()),
        }
    }

    /// A fix that goes into the version of this candidate.
    fn fix_in(&self, candidate: &Candidate, given: &str) -> Result<String, Rejection> {
        let fix = self.fix(given)?;
        let reference = fix.reference.clone();
        if !fix.versions.contains_key(&candidate.version) {
            let version = candidate.version.clone();
            return Err(RoomRefusal::FixNotInVersion { reference, version }.into());
        }
        // What is not merged is not in the candidate.
        if !fix.is_merged(&candidate.version) {
            let candidate = candidate.label();
            return Err(RoomRefusal::FixNotInCandidate { reference, candidate }.into());
        }
        Ok(reference)
    }

    /// A candidate passes when every merged fix works in it and no defect speaks against it.
    fn may_pass(&self, candidate: &Candidate, passed: bool) -> Result<(), Rejection> {
        let mut missing = Vec::new();
        if passed {
            missing.extend(self.unverified(candidate));
            missing.extend(self.spoilt(candidate));
            missing.extend(self.defects_in_the_way());
        }
        if missing.is_empty() {
            return Ok(());
        }
        Err(RoomRefusal::CandidateNotReady {
            candidate: candidate.label(),
            missing,
        }
        .into())
    }

    /// The merged fixes of which QA has not said that they work in this candidate (S20).
    fn unverified(&self, candidate: &Candidate) -> Vec<Blocker> {
        let merged = self
            .room
            .approved()
            .filter(|fix| fix.is_merged(&candidate.version));
        merged
            .filter_map(|fix| {
                let (reference, candidate_name) = (fix.reference.clone(), candidate.label());
                let lack = match candidate.verdicts.get(&fix.reference) {
                    Some(verdict) if verdict.passed => return None,
                    Some(_) => Lack::FixFailed {
                        reference,
                        candidate: candidate_name,
                    },
                    None => Lack::FixUnverified {
                        reference,
                        candidate: candidate_name,
                    },
                };
                Some(Blocker {
                    lack,
                    owner: self.owner(QA),
                })
            })
            .collect()
    }

    /// What keeps the newest candidates from being the ones to ship (S4).
    pub(super) fn unpassed(&self) -> Vec<Blocker> {
        let mut blockers = Vec::new();
        for version in self.versions() {
            let Some(candidate) = self.room.newest(version) else {
                blockers.push(Blocker {
                    lack: Lack::NoCandidate {
                        version: version.to_owned(),
                    },
                    owner: self.owner(crate::domain::person::RELEASE_MANAGER),
                });
                continue;
            };
            let spoilt = self.spoilt(candidate);
            let (candidate_name, owner) = (candidate.label(), self.owner(QA));
            match &candidate.overall {
                _ if !spoilt.is_empty() => blockers.extend(spoilt),
                Some(verdict) if verdict.passed => {}
                Some(_) => blockers.push(Blocker {
                    lack: Lack::CandidateFailed {
                        candidate: candidate_name,
                    },
                    owner,
                }),
                None => {
                    blockers.extend(self.unverified(candidate));
                    blockers.push(Blocker {
                        lack: Lack::NoVerdict {
                            candidate: candidate_name,
                        },
                        owner,
                    });
                }
            }
        }
        blockers
    }

    /// What is to be decided about: the newest candidate of each version, or the version itself while it has none.
    #[must_use]
    pub fn to_ship(&self) -> Vec<String> {
        self.versions()
            .map(|version| {
                self.room
                    .newest(version)
                    .map_or_else(|| version.to_owned(), Candidate::label)
            })
            .collect()
    }
}

/// The longest name of a commit or tag, in characters.
const COMMIT_LIMIT: usize = 100;
