//! The go/no-go: the roles that the playbook names say whether to ship (S121).

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::person::{Actor, RELEASE_MANAGER, Stamp};
use crate::domain::playbook::RoleId;
use crate::domain::rejection::Rejection;
use crate::domain::release::{REASON_LIMIT, Release, given_reason};
use crate::domain::room::candidates::label;
use crate::domain::room::sign_offs::is_of_version;
use crate::domain::room::{
    Blocker, Lack, Owner, Room, RoomEvent, RoomRefusal, next_number, perhaps, room_for_more,
};

/// What a role says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// Ship it.
    Go,
    /// Do not ship it.
    NoGo,
    /// Whatever the others say.
    Abstain,
}

impl fmt::Display for Choice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Go => "Go",
            Self::NoGo => "No-go",
            Self::Abstain => "Abstain",
        })
    }
}

/// A go/no-go that was called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Its number in the release, from 1.
    pub number: u32,
    /// What it is about: candidates as `7.2.1-RC1`, or versions without one.
    pub covers: Vec<String>,
    /// Who called it, and when.
    pub called: Stamp,
    /// Who is asked, each with one vote.
    pub roles: Vec<RoleId>,
    /// How many of them have to answer before "go" counts.
    pub quorum: usize,
    /// The votes as they stand.
    #[serde(default)]
    pub votes: BTreeMap<RoleId, Vote>,
    /// Every no-go, whether or not it was withdrawn.
    #[serde(default)]
    pub objections: Vec<Objection>,
    /// The newer candidate that made it void.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub void: Option<String>,
}

/// What one role said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// What it says.
    pub choice: Choice,
    /// Who said it for the role, and when.
    pub stamp: Stamp,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A no-go, which stands until whoever said it takes it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// For which role.
    pub role: RoleId,
    /// Who objects, and when it was said.
    pub stamp: Stamp,
    /// Why.
    pub reason: String,
    /// Who took it back, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Stamp>,
}

/// How a go/no-go stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Too few have answered.
    Open,
    /// Ship it.
    Go,
    /// An objection stands, or nobody said go.
    NoGo,
    /// A newer candidate came.
    Void,
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Open => "open",
            Self::Go => "go",
            Self::NoGo => "no-go",
            Self::Void => "void",
        })
    }
}

/// What a person can ask about the go/no-go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecisionCommand {
    /// Ask the roles.
    Call,
    /// Say what a role says.
    Vote {
        /// The decision that the person saw; the current one when none is named.
        number: Option<u32>,
        /// The role; when none is named, the first of the person's own that has not voted.
        role: Option<RoleId>,
        /// What it says.
        choice: Choice,
        /// Why.
        reason: Option<String>,
    },
    /// Take one's vote back.
    Withdraw {
        /// The decision that the person saw; the current one when none is named.
        number: Option<u32>,
    },
}

impl Decision {
    /// How it stands.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let said = |choice| self.votes.values().any(|vote| vote.choice == choice);
        if self.void.is_some() {
            Outcome::Void
        } else if said(Choice::NoGo) {
            Outcome::NoGo
        } else if self.votes.len() < self.quorum {
            Outcome::Open
        } else if said(Choice::Go) {
            Outcome::Go
        } else if self.votes.len() == self.roles.len() {
            Outcome::NoGo
        } else {
            Outcome::Open
        }
    }

    /// The roles that have not answered.
    pub fn waiting(&self) -> impl Iterator<Item = &RoleId> {
        self.roles.iter().filter(|role| !self.votes.contains_key(role))
    }

    /// The objections that stand.
    pub fn standing(&self) -> impl Iterator<Item = &Objection> {
        self.objections
            .iter()
            .filter(|objection| objection.withdrawn.is_none())
    }
}

impl Room {
    /// The go/no-go that counts.
    #[must_use]
    pub fn decision(&self) -> Option<&Decision> {
        self.decisions.last()
    }

    pub(super) fn apply_decision(&mut self, event: &RoomEvent, stamp: Stamp) {
        match event {
            RoomEvent::DecisionCalled {
                number,
                covers,
                roles,
                quorum,
            } => self.decisions.push(Decision {
                number: *number,
                covers: covers.clone(),
                called: stamp,
                roles: roles.clone(),
                quorum: *quorum,
                votes: BTreeMap::new(),
                objections: Vec::new(),
                void: None,
            }),
            RoomEvent::Voted {
                number,
                role,
                choice,
                reason,
            } => {
                let mut known = self.decisions.iter_mut();
                let Some(decision) = known.find(|decision| decision.number == *number) else {
                    return;
                };
                if *choice == Choice::NoGo {
                    decision.objections.push(Objection {
                        role: role.clone(),
                        stamp,
                        reason: reason.clone().unwrap_or_default(),
                        withdrawn: None,
                    });
                }
                let vote = Vote {
                    choice: *choice,
                    stamp,
                    reason: reason.clone(),
                };
                decision.votes.insert(role.clone(), vote);
            }
            RoomEvent::VoteWithdrawn { number, role } => {
                let mut known = self.decisions.iter_mut();
                let Some(decision) = known.find(|decision| decision.number == *number) else {
                    return;
                };
                decision.votes.remove(role);
                let mut objections = decision.objections.iter_mut();
                let standing =
                    |objection: &&mut Objection| objection.role == *role && objection.withdrawn.is_none();
                if let Some(objection) = objections.find(standing) {
                    objection.withdrawn = Some(stamp);
                }
            }
            RoomEvent::CandidateCut { version, number, .. } => {
                let about = |covered: &String| is_of_version(covered, version);
                for decision in &mut self.decisions {
                    if decision.void.is_none() && decision.covers.iter().any(about) {
                        decision.void = Some(label(version, *number));
                    }
                }
            }
            _ => {}
        }
    }
}

impl Release {
    pub(super) fn decide_decision(
        &self,
        command: &DecisionCommand,
        actor: &Actor,
    ) -> Result<Vec<RoomEvent>, Rejection> {
        match command {
            DecisionCommand::Call => self.call_decision(actor),
            DecisionCommand::Vote {
                number,
                role,
                choice,
                reason,
            } => self.vote(*number, role.as_ref(), *choice, reason.as_deref(), actor),
            DecisionCommand::Withdraw { number } => {
                let decision = self.current_decision(*number)?;
                let own = decision
                    .votes
                    .iter()
                    .find(|(_, vote)| vote.stamp.by == actor.user);
                match own {
                    Some((role, _)) => Ok(vec![RoomEvent::VoteWithdrawn {
                        number: decision.number,
                        role: role.clone(),
                    }]),
                    None => Err(RoomRefusal::NoVoteOfYours.into()),
                }
            }
        }
    }

    fn call_decision(&self, actor: &Actor) -> Result<Vec<RoomEvent>, Rejection> {
        self.needs_one_of(&[RELEASE_MANAGER], actor, "call the go/no-go")?;
        room_for_more("go/no-gos", self.room.decisions.len())?;
        if let Some(decision) = self.room.decision().filter(|decision| decision.void.is_none()) {
            return Err(RoomRefusal::DecisionCalled {
                number: decision.number,
                called: decision.called,
            }
            .into());
        }
        let (roles, quorum) = match &self.playbook.decision {
            Some(rules) => (rules.roles.clone(), rules.quorum),
            None => (vec![self.role_or_lead(RELEASE_MANAGER)], 1),
        };
        Ok(vec![RoomEvent::DecisionCalled {
            number: next_number(self.room.decisions.len()),
            covers: self.to_ship(),
            roles,
            quorum,
        }])
    }

    /// The go/no-go that was meant, when it still counts.
    fn current_decision(&self, number: Option<u32>) -> Result<&Decision, Rejection> {
        let Some(current) = self.room.decision() else {
            return Err(RoomRefusal::NoDecision.into());
        };
        let meant = match number {
            None => current,
            Some(number) => {
                let mut all = self.room.decisions.iter();
                all.find(|decision| decision.number == number).unwrap_or(current)
            }
        };
        match &meant.void {
            Some(by) => Err(RoomRefusal::DecisionVoid { by: by.clone() }.into()),
            None => Ok(meant),
        }
    }

    fn vote(
        &self,
        number: Option<u32>,
        role: Option<&RoleId>,
        choice: Choice,
        reason: Option<&str>,
        actor: &Actor,
    ) -> Result<Vec<RoomEvent>, Rejection> {
        let decision = self.current_decision(number)?;
        let held = |asked: &&RoleId| actor.roles.contains(*asked) && role.is_none_or(|role| *asked == role);
        let mine: Vec<&RoleId> = decision.roles.iter().filter(held).collect();
        if mine.is_empty() {
            return Err(Rejection::RoleNeeded {
                roles: decision.roles.iter().map(|role| self.role_title(role)).collect(),
                action: "vote in this go/no-go",
            });
        }
        let free = mine.iter().find(|role| !decision.votes.contains_key(**role));
        let Some(role) = free else {
            let (role, vote) = mine
                .iter()
                .find_map(|role| Some((*role, decision.votes.get(*role)?)))
                .ok_or(RoomRefusal::NoDecision)?;
            return Err(RoomRefusal::AlreadyVoted {
                role: self.role_title(role),
                choice: vote.choice,
                voted: vote.stamp,
            }
            .into());
        };
        let reason = match choice {
            Choice::NoGo => Some(given_reason(reason.unwrap_or_default(), "a no-go")?),
            Choice::Go | Choice::Abstain => perhaps("the reason", reason, REASON_LIMIT)?,
        };
        if choice == Choice::Go {
            let missing: Vec<Blocker> = self
                .defects_in_the_way()
                .into_iter()
                .filter(|blocker| matches!(blocker.lack, Lack::DefectOpen { .. }))
                .collect();
            if !missing.is_empty() {
                return Err(RoomRefusal::NoGoYet { missing }.into());
            }
        }
        Ok(vec![RoomEvent::Voted {
            number: decision.number,
            role: (*role).clone(),
            choice,
            reason,
        }])
    }

    /// What keeps the go/no-go from saying go.
    pub(super) fn undecided(&self) -> Vec<Blocker> {
        let lead = || self.owner(RELEASE_MANAGER);
        let Some(decision) = self.room.decision() else {
            let lack = Lack::NoDecision;
            return vec![Blocker { lack, owner: lead() }];
        };
        match decision.outcome() {
            Outcome::Go => Vec::new(),
            Outcome::Void => vec![Blocker {
                lack: Lack::DecisionVoid {
                    by: decision.void.clone().unwrap_or_default(),
                },
                owner: lead(),
            }],
            Outcome::Open | Outcome::NoGo => {
                let objections = decision.standing().map(|objection| Blocker {
                    lack: Lack::Objection {
                        role: self.role_title(&objection.role),
                        reason: objection.reason.clone(),
                    },
                    owner: Owner::Person(objection.stamp.by),
                });
                let waiting = decision.waiting().map(|role| Blocker {
                    lack: Lack::VoteMissing,
                    owner: Owner::Role(self.role_title(role)),
                });
                let mut blockers: Vec<Blocker> = objections.chain(waiting).collect();
                if blockers.is_empty() {
                    let lack = Lack::NobodySaysGo;
                    blockers.push(Blocker { lack, owner: lead() });
                }
                blockers
            }
        }
    }
}
