//! What testing found, and what has to become of it (S105, S111, S112).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::person::{Actor, DEV, QA, RELEASE_MANAGER, Stamp};
use crate::domain::rejection::Rejection;
use crate::domain::release::Release;
use crate::domain::room::evidence::is_address;
use crate::domain::room::{
    Blocker, Candidate, EVERYBODY_WHO_BUILDS_OR_TESTS, Lack, Room, RoomEvent, RoomRefusal, Severity,
    TEXT_LIMIT, TITLE_LIMIT, given, next_number, perhaps, room_for_more,
};

/// Something that testing found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defect {
    /// Its number in the release, from 1.
    pub number: u32,
    /// What is wrong.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// The candidate that has it, as `7.2.1-RC1`, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate: Option<String>,
    /// Where it is described.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Who found it, and when it was reported.
    pub found: Stamp,
    /// What users will see, and what they can do: for a defect that is shipped (S105).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_issue: Option<(String, String)>,
    /// That it is off the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<DefectClosing>,
}

/// That a defect is off the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefectClosing {
    /// Who said so, and when.
    pub stamp: Stamp,
    /// Why.
    pub resolution: Resolution,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Why a defect is off the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resolution {
    /// It is mended. The candidate that has it keeps it.
    Fixed,
    /// It is as it should be.
    NotADefect,
    /// Another one says the same.
    Duplicate,
}

impl fmt::Display for Resolution {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Fixed => "fixed",
            Self::NotADefect => "not a defect",
            Self::Duplicate => "duplicate",
        })
    }
}

impl FromStr for Resolution {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = [Self::Fixed, Self::NotADefect, Self::Duplicate].into_iter();
        all.find(|resolution| resolution.to_string() == text).ok_or(())
    }
}

/// What a person can ask about a defect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefectCommand {
    /// Report one.
    Add {
        /// What is wrong.
        title: String,
        /// How bad it is.
        severity: Severity,
        /// The candidate that has it; the newest one when there is one and none is named.
        candidate: Option<String>,
        /// Where it is described.
        link: Option<String>,
    },
    /// Describe one for those who will meet it.
    Document {
        /// Its number.
        number: u32,
        /// What users will see.
        known_issue: String,
        /// What they can do.
        workaround: String,
    },
    /// Take one off the table.
    Close {
        /// Its number.
        number: u32,
        /// Why.
        resolution: Resolution,
        /// More about it.
        note: Option<String>,
    },
}

impl Defect {
    /// Whether something has to happen about it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    /// Whether it may be shipped as it is: not bad, and described for those who will meet it.
    #[must_use]
    pub fn may_ship(&self) -> bool {
        !self.severity.stops_a_release() && self.known_issue.is_some()
    }

    /// Whether the candidate that has it can never be shipped.
    fn spoils(&self, candidate: &str) -> bool {
        let mended = self.closed.as_ref().map(|closing| closing.resolution);
        self.severity.stops_a_release()
            && self.candidate.as_deref() == Some(candidate)
            && matches!(mended, None | Some(Resolution::Fixed))
    }
}

impl Room {
    pub(super) fn apply_defect(&mut self, event: &RoomEvent, stamp: Stamp) {
        let mut known = self.defects.iter_mut();
        match event {
            RoomEvent::DefectFound {
                number,
                title,
                severity,
                candidate,
                link,
            } => self.defects.push(Defect {
                number: *number,
                title: title.clone(),
                severity: *severity,
                candidate: candidate.clone(),
                link: link.clone(),
                found: stamp,
                known_issue: None,
                closed: None,
            }),
            RoomEvent::DefectDocumented {
                number,
                known_issue,
                workaround,
            } => {
                if let Some(defect) = known.find(|defect| defect.number == *number) {
                    defect.known_issue = Some((known_issue.clone(), workaround.clone()));
                }
            }
            RoomEvent::DefectClosed {
                number,
                resolution,
                note,
            } => {
                if let Some(defect) = known.find(|defect| defect.number == *number) {
                    defect.closed = Some(DefectClosing {
                        stamp,
                        resolution: *resolution,
                        note: note.clone(),
                    });
                }
            }
            _ => {}
        }
    }
}

impl Release {
    /// The defect of this number that is open.
    fn open_defect(&self, number: u32) -> Result<&Defect, Rejection> {
        let defect = self.room.defects.iter().find(|defect| defect.number == number);
        match defect {
            Some(defect) => match &defect.closed {
                None => Ok(defect),
                Some(closing) => Err(RoomRefusal::DefectClosed {
                    number,
                    closed: closing.stamp,
                }
                .into()),
            },
            None => Err(RoomRefusal::UnknownDefect {
                given: number,
                open: self.room.defects.iter().filter(|defect| defect.is_open()).count(),
            }
            .into()),
        }
    }

    pub(super) fn decide_defect(
        &self,
        command: &DefectCommand,
        actor: &Actor,
    ) -> Result<Vec<RoomEvent>, Rejection> {
        match command {
            DefectCommand::Add {
                title,
                severity,
                candidate,
                link,
            } => {
                self.needs_one_of(EVERYBODY_WHO_BUILDS_OR_TESTS, actor, "report a defect")?;
                room_for_more("defects", self.room.defects.len())?;
                let link = perhaps("the link", link.as_deref(), 500)?;
                if let Some(link) = link.as_ref().filter(|link| !is_address(link)) {
                    return Err(RoomRefusal::NotALink { given: link.clone() }.into());
                }
                Ok(vec![RoomEvent::DefectFound {
                    number: next_number(self.room.defects.len()),
                    title: given("the title of the defect", title, TITLE_LIMIT)?,
                    severity: *severity,
                    candidate: self.candidate_with_defect(candidate.as_deref())?,
                    link,
                }])
            }
            DefectCommand::Document {
                number,
                known_issue,
                workaround,
            } => {
                self.needs_one_of(EVERYBODY_WHO_BUILDS_OR_TESTS, actor, "describe a known issue")?;
                let defect = self.open_defect(*number)?;
                if defect.severity.stops_a_release() {
                    return Err(RoomRefusal::DefectTooBad {
                        number: *number,
                        severity: defect.severity,
                    }
                    .into());
                }
                Ok(vec![RoomEvent::DefectDocumented {
                    number: *number,
                    known_issue: given("the known issue", known_issue, TEXT_LIMIT)?,
                    workaround: given("the workaround", workaround, TEXT_LIMIT)?,
                }])
            }
            DefectCommand::Close {
                number,
                resolution,
                note,
            } => {
                self.needs_one_of(&[RELEASE_MANAGER, QA], actor, "close a defect")?;
                self.open_defect(*number)?;
                Ok(vec![RoomEvent::DefectClosed {
                    number: *number,
                    resolution: *resolution,
                    note: perhaps("the note", note.as_deref(), TEXT_LIMIT)?,
                }])
            }
        }
    }

    /// The candidate that was named; of a release with one version, its newest when none was.
    fn candidate_with_defect(&self, given: Option<&str>) -> Result<Option<String>, Rejection> {
        let given = given.map(str::trim).filter(|given| !given.is_empty());
        match given {
            Some(given) => {
                let mut known = self.room.candidates.iter().map(Candidate::label);
                match known.find(|label| label.eq_ignore_ascii_case(given)) {
                    Some(label) => Ok(Some(label)),
                    None => Err(RoomRefusal::UnknownCandidate {
                        given: given.to_owned(),
                        known: self.room.candidates.iter().map(Candidate::label).collect(),
                    }
                    .into()),
                }
            }
            None => {
                let newest: Vec<&Candidate> = self
                    .versions()
                    .filter_map(|version| self.room.newest(version))
                    .collect();
                match newest.as_slice() {
                    [] => Ok(None),
                    [one] => Ok(Some(one.label())),
                    several => Err(RoomRefusal::WhichCandidate {
                        known: several.iter().map(|candidate| candidate.label()).collect(),
                    }
                    .into()),
                }
            }
        }
    }

    /// The open defects that nobody may ship as they are.
    pub(super) fn defects_in_the_way(&self) -> Vec<Blocker> {
        let open = self
            .room
            .defects
            .iter()
            .filter(|defect| defect.is_open() && !defect.may_ship());
        open.map(|defect| {
            let (number, title, severity) = (defect.number, defect.title.clone(), defect.severity);
            if severity.stops_a_release() {
                Blocker {
                    lack: Lack::DefectOpen {
                        number,
                        title,
                        severity,
                    },
                    owner: self.owner(DEV),
                }
            } else {
                Blocker {
                    lack: Lack::DefectUndocumented {
                        number,
                        title,
                        severity,
                    },
                    owner: self.owner(QA),
                }
            }
        })
        .collect()
    }

    /// The defects because of which this candidate can never be shipped, although they may be mended by now (S112).
    pub(super) fn spoilt(&self, candidate: &Candidate) -> Vec<Blocker> {
        let label = candidate.label();
        let spoiling = self.room.defects.iter().filter(|defect| defect.spoils(&label));
        spoiling
            .map(|defect| Blocker {
                lack: Lack::CandidateSpoilt {
                    candidate: label.clone(),
                    defect: defect.number,
                },
                owner: self.owner(RELEASE_MANAGER),
            })
            .collect()
    }
}
