//! The approved changes of a release, and how far each has got (S3, S20).

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::ids::UserId;
use crate::domain::person::{Actor, DEV, QA, RELEASE_MANAGER, Stamp};
use crate::domain::rejection::Rejection;
use crate::domain::release::{Release, given_reason};
use crate::domain::room::evidence::is_address;
use crate::domain::room::{
    BUILDERS, Blocker, Lack, Room, RoomEvent, RoomRefusal, Severity, TITLE_LIMIT, given, is, perhaps,
    room_for_more,
};

/// A step of a fix. That it is verified in a release candidate is the verdict on that candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FixStep {
    /// The pull request is there.
    Submitted,
    /// A developer other than its author has reviewed it.
    DevReviewed,
    /// QA has reviewed it.
    QaReviewed,
    /// It is merged.
    Merged,
}

impl FixStep {
    /// The steps in their order.
    pub const ALL: [Self; 4] = [Self::Submitted, Self::DevReviewed, Self::QaReviewed, Self::Merged];

    /// The role that does it.
    #[must_use]
    pub fn role(self) -> &'static str {
        match self {
            Self::Submitted | Self::DevReviewed | Self::Merged => DEV,
            Self::QaReviewed => QA,
        }
    }

    /// Its name in commands.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::DevReviewed => "dev-reviewed",
            Self::QaReviewed => "qa-reviewed",
            Self::Merged => "merged",
        }
    }
}

impl fmt::Display for FixStep {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Submitted => "PR submitted",
            Self::DevReviewed => "dev reviewed",
            Self::QaReviewed => "QA reviewed",
            Self::Merged => "merged",
        })
    }
}

impl FromStr for FixStep {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|step| step.as_str() == text).ok_or(())
    }
}

/// An approved change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// Its name elsewhere, such as a ticket; unique in the release, whatever the case of its letters.
    pub reference: String,
    /// What it mends.
    pub title: String,
    /// Where it is described.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<UserId>,
    /// How bad what it mends is.
    pub severity: Severity,
    /// For each version that it goes into: the steps that are done, each with who and when.
    pub versions: BTreeMap<String, BTreeMap<FixStep, Stamp>>,
    /// Who added it, and when.
    pub added: Stamp,
    /// That it does not go into the release after all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropped: Option<Dropped>,
}

/// Why something does not go into a release after all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// Who said so, and when.
    pub stamp: Stamp,
    /// Why.
    pub reason: String,
}

/// What a person can ask about a fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FixCommand {
    /// Let a fix go into the release.
    Add {
        /// Its name elsewhere.
        reference: String,
        /// What it mends.
        title: String,
        /// Where it is described.
        link: Option<String>,
        /// Who wrote it.
        author: Option<UserId>,
        /// How bad what it mends is.
        severity: Severity,
        /// The versions that it goes into; all of the release when none is named.
        versions: Vec<String>,
    },
    /// Record the step that comes next, or exactly this one.
    Advance {
        /// The fix.
        reference: String,
        /// The version; all that wait for the step when none is named.
        version: Option<String>,
        /// The step; the next one when none is named.
        step: Option<FixStep>,
    },
    /// Take the last step back.
    StepBack {
        /// The fix.
        reference: String,
        /// The version.
        version: Option<String>,
    },
    /// Leave a fix out.
    Drop {
        /// The fix.
        reference: String,
        /// Why.
        reason: String,
    },
}

impl Fix {
    /// The step that comes next for a version; none when it is merged.
    #[must_use]
    pub fn next(&self, version: &str) -> Option<FixStep> {
        let done = self.versions.get(version)?;
        FixStep::ALL.into_iter().find(|step| !done.contains_key(step))
    }

    /// Whether it goes into this version and is merged there.
    #[must_use]
    pub fn is_merged(&self, version: &str) -> bool {
        let done = self.versions.get(version);
        done.is_some_and(|done| done.contains_key(&FixStep::Merged))
    }
}

impl Room {
    /// The fixes that go into the release.
    pub fn approved(&self) -> impl Iterator<Item = &Fix> {
        self.fixes.iter().filter(|fix| fix.dropped.is_none())
    }

    fn fix_mut(&mut self, reference: &str) -> Option<&mut Fix> {
        self.fixes.iter_mut().find(|fix| fix.reference == reference)
    }

    pub(super) fn apply_fix(&mut self, event: &RoomEvent, stamp: Stamp) {
        match event {
            RoomEvent::FixAdded {
                reference,
                title,
                link,
                author,
                severity,
                versions,
            } => {
                let fix = Fix {
                    reference: reference.clone(),
                    title: title.clone(),
                    link: link.clone(),
                    author: *author,
                    severity: *severity,
                    versions: versions
                        .iter()
                        .map(|version| (version.clone(), BTreeMap::new()))
                        .collect(),
                    added: stamp,
                    dropped: None,
                };
                // A fix that was left out and comes back begins anew.
                self.fixes.retain(|known| known.reference != fix.reference);
                self.fixes.push(fix);
            }
            RoomEvent::FixStepDone {
                reference,
                version,
                step,
            } => {
                let fix = self.fix_mut(reference);
                if let Some(done) = fix.and_then(|fix| fix.versions.get_mut(version)) {
                    done.insert(*step, stamp);
                }
            }
            RoomEvent::FixStepUndone {
                reference,
                version,
                step,
            } => {
                let fix = self.fix_mut(reference);
                if let Some(done) = fix.and_then(|fix| fix.versions.get_mut(version)) {
                    done.remove(step);
                }
            }
            RoomEvent::FixDropped { reference, reason } => {
                let reason = reason.clone();
                if let Some(fix) = self.fix_mut(reference) {
                    fix.dropped = Some(Dropped { stamp, reason });
                }
            }
            _ => {}
        }
    }
}

impl Release {
    /// The fix of this name that goes into the release.
    ///
    /// # Errors
    /// [`RoomRefusal::UnknownFix`].
    pub(super) fn fix(&self, given: &str) -> Result<&Fix, Rejection> {
        let wanted = given.trim().to_lowercase();
        let mut fixes = self.room.approved();
        fixes
            .find(|fix| fix.reference.to_lowercase() == wanted)
            .ok_or_else(|| {
                RoomRefusal::UnknownFix {
                    given: given.trim().to_owned(),
                    known: self.room.approved().map(|fix| fix.reference.clone()).collect(),
                }
                .into()
            })
    }

    pub(super) fn decide_fix(
        &self,
        command: &FixCommand,
        actor: &Actor,
    ) -> Result<Vec<RoomEvent>, Rejection> {
        match command {
            FixCommand::Add { .. } => self.add_fix(command, actor),
            FixCommand::Advance {
                reference,
                version,
                step,
            } => self.advance_fix(reference, version.as_deref(), *step, actor),
            FixCommand::StepBack { reference, version } => {
                self.step_back(reference, version.as_deref(), actor)
            }
            FixCommand::Drop { reference, reason } => {
                self.needs_one_of(&[RELEASE_MANAGER], actor, "leave out a fix")?;
                Ok(vec![RoomEvent::FixDropped {
                    reference: self.fix(reference)?.reference.clone(),
                    reason: given_reason(reason, "leaving out a fix")?,
                }])
            }
        }
    }

    fn add_fix(&self, command: &FixCommand, actor: &Actor) -> Result<Vec<RoomEvent>, Rejection> {
        let FixCommand::Add {
            reference,
            title,
            link,
            author,
            severity,
            versions,
        } = command
        else {
            return Ok(Vec::new());
        };
        self.needs_one_of(BUILDERS, actor, "add a fix")?;
        room_for_more("fixes", self.room.fixes.len())?;
        let reference = given("the reference", reference, REFERENCE_LIMIT)?;
        if self.fix(&reference).is_ok() {
            return Err(RoomRefusal::FixExists { reference }.into());
        }
        let title = given("the title of the fix", title, TITLE_LIMIT)?;
        let link = perhaps("the link", link.as_deref(), 500)?;
        if let Some(link) = link.as_ref().filter(|link| !is_address(link)) {
            return Err(RoomRefusal::NotALink { given: link.clone() }.into());
        }
        let mut named = Vec::new();
        for version in versions {
            let version = self.version_meant(Some(version))?;
            if !named.contains(&version) {
                named.push(version);
            }
        }
        if named.is_empty() {
            named = self.versions().map(str::to_owned).collect();
        }
        Ok(vec![RoomEvent::FixAdded {
            reference,
            title,
            link,
            author: *author,
            severity: *severity,
            versions: named,
        }])
    }

    fn advance_fix(
        &self,
        reference: &str,
        version: Option<&str>,
        step: Option<FixStep>,
        actor: &Actor,
    ) -> Result<Vec<RoomEvent>, Rejection> {
        let fix = self.fix(reference)?;
        let versions = self.versions_of(fix, version)?;
        let next: Vec<(&String, FixStep)> = versions
            .iter()
            .filter_map(|version| Some((version, fix.next(version)?)))
            .collect();
        // Without a name it is the earliest step that any version waits for.
        let Some(first) = next.iter().map(|(_, step)| *step).min() else {
            return Err(RoomRefusal::FixMerged {
                reference: fix.reference.clone(),
            }
            .into());
        };
        let step = step.unwrap_or(first);
        self.may_do_step(fix, step, actor)?;
        let ready: Vec<RoomEvent> = next
            .iter()
            .filter(|(_, next)| *next == step)
            .map(|(version, step)| RoomEvent::FixStepDone {
                reference: fix.reference.clone(),
                version: (*version).clone(),
                step: *step,
            })
            .collect();
        if !ready.is_empty() {
            return Ok(ready);
        }
        let done = versions
            .iter()
            .find_map(|version| fix.versions.get(version)?.get(&step));
        let reference = fix.reference.clone();
        Err(match done {
            Some(done) => RoomRefusal::StepDone {
                reference,
                step,
                done: *done,
            },
            None => RoomRefusal::StepTooEarly {
                reference,
                step,
                next: first,
            },
        }
        .into())
    }

    /// The step belongs to a role, and nobody reviews their own change.
    fn may_do_step(&self, fix: &Fix, step: FixStep, actor: &Actor) -> Result<(), Rejection> {
        let action = match step {
            FixStep::Submitted => "record that a PR is submitted",
            FixStep::DevReviewed => "record a developer's review",
            FixStep::QaReviewed => "record the review of QA",
            FixStep::Merged => "record a merge",
        };
        self.needs_one_of(&[step.role()], actor, action)?;
        let reviews = matches!(step, FixStep::DevReviewed | FixStep::QaReviewed);
        if reviews && is(fix.author, actor.user) {
            return Err(RoomRefusal::OwnFix {
                reference: fix.reference.clone(),
            }
            .into());
        }
        Ok(())
    }

    fn step_back(
        &self,
        reference: &str,
        version: Option<&str>,
        actor: &Actor,
    ) -> Result<Vec<RoomEvent>, Rejection> {
        let fix = self.fix(reference)?;
        let mut undone = Vec::new();
        for version in self.versions_of(fix, version)? {
            let last = fix
                .versions
                .get(&version)
                .and_then(|done| done.keys().next_back());
            if let Some(step) = last {
                self.needs_one_of(
                    &[step.role(), RELEASE_MANAGER],
                    actor,
                    "take back a step of a fix",
                )?;
                undone.push(RoomEvent::FixStepUndone {
                    reference: fix.reference.clone(),
                    version,
                    step: *step,
                });
            }
        }
        if undone.is_empty() {
            return Err(RoomRefusal::NoStepDone {
                reference: fix.reference.clone(),
            }
            .into());
        }
        Ok(undone)
    }

    /// The version that was named, or all that the fix goes into.
    fn versions_of(&self, fix: &Fix, version: Option<&str>) -> Result<Vec<String>, Rejection> {
        let Some(version) = version.map(str::trim).filter(|version| !version.is_empty()) else {
            return Ok(fix.versions.keys().cloned().collect());
        };
        let version = self.version_meant(Some(version))?;
        if fix.versions.contains_key(&version) {
            Ok(vec![version])
        } else {
            Err(RoomRefusal::FixNotInVersion {
                reference: fix.reference.clone(),
                version,
            }
            .into())
        }
    }

    /// The fixes that are not merged for all their versions.
    pub(super) fn unmerged(&self) -> Vec<Blocker> {
        let mut blockers = Vec::new();
        for fix in self.room.approved() {
            for version in self.versions() {
                if let Some(next) = fix.next(version) {
                    blockers.push(Blocker {
                        lack: Lack::FixBehind {
                            reference: fix.reference.clone(),
                            version: version.to_owned(),
                            next,
                        },
                        owner: self.owner(next.role()),
                    });
                }
            }
        }
        blockers
    }
}

/// The longest reference, in characters.
const REFERENCE_LIMIT: usize = 40;
