//! Signatures: what exactly is signed, by whom, and when (S116, S117). None can be changed afterwards.

use serde::{Deserialize, Serialize};

use crate::domain::ids::UserId;
use crate::domain::person::{Actor, RELEASE_MANAGER, Stamp};
use crate::domain::playbook::RoleId;
use crate::domain::rejection::Rejection;
use crate::domain::release::{REASON_LIMIT, Release, given_reason};
use crate::domain::room::candidates::label;
use crate::domain::room::{
    Blocker, Lack, Owner, Room, RoomEvent, RoomRefusal, TEXT_LIMIT, given, is, next_number, perhaps,
    room_for_more,
};

/// Who is asked to sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signer {
    /// Anybody who holds the role.
    Role(RoleId),
    /// One person.
    Person(UserId),
}

/// A signature that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOff {
    /// Its number in the release, from 1.
    pub number: u32,
    /// Who is asked.
    pub signer: Signer,
    /// Who may sign in their place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegate: Option<UserId>,
    /// Exactly what is signed.
    pub statement: String,
    /// What it is about: candidates as `7.2.1-RC1`, or versions without one.
    pub covers: Vec<String>,
    /// Whether whoever asked may not sign.
    pub four_eyes: bool,
    /// Who asked, and when.
    pub requested: Stamp,
    /// What was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<SignOffAnswer>,
    /// The newer candidate that made it void.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub void: Option<String>,
}

/// What was answered to the request of a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOffAnswer {
    /// Whether it was given.
    pub approved: bool,
    /// Why not; or what was added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who answered, and when.
    pub stamp: Stamp,
}

/// What a person can ask about signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignOffCommand {
    /// Ask for one.
    Request {
        /// Who is asked.
        signer: Signer,
        /// Who may sign in their place.
        delegate: Option<UserId>,
        /// Exactly what is signed.
        statement: String,
        /// Whether whoever asks may not sign.
        four_eyes: bool,
    },
    /// Sign, or refuse to.
    Answer {
        /// Its number.
        number: u32,
        /// Whether it is given.
        approved: bool,
        /// Why not; or what to add.
        reason: Option<String>,
    },
}

impl Room {
    pub(super) fn apply_sign_off(&mut self, event: &RoomEvent, stamp: Stamp) {
        match event {
            RoomEvent::SignOffRequested {
                number,
                signer,
                delegate,
                statement,
                covers,
                four_eyes,
            } => self.sign_offs.push(SignOff {
                number: *number,
                signer: signer.clone(),
                delegate: *delegate,
                statement: statement.clone(),
                covers: covers.clone(),
                four_eyes: *four_eyes,
                requested: stamp,
                answer: None,
                void: None,
            }),
            RoomEvent::SignOffAnswered {
                number,
                approved,
                reason,
            } => {
                let mut known = self.sign_offs.iter_mut();
                if let Some(sign_off) = known.find(|sign_off| sign_off.number == *number) {
                    sign_off.answer = Some(SignOffAnswer {
                        approved: *approved,
                        reason: reason.clone(),
                        stamp,
                    });
                }
            }
            RoomEvent::CandidateCut { version, number, .. } => {
                let about = |covered: &String| is_of_version(covered, version);
                for sign_off in &mut self.sign_offs {
                    if sign_off.void.is_none() && sign_off.covers.iter().any(about) {
                        sign_off.void = Some(label(version, *number));
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether "7.2.1-RC1" or "7.2.1" is about this version.
pub(super) fn is_of_version(covered: &str, version: &str) -> bool {
    covered
        .strip_prefix(version)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("-RC"))
}

impl Release {
    pub(super) fn decide_sign_off(
        &self,
        command: &SignOffCommand,
        actor: &Actor,
    ) -> Result<Vec<RoomEvent>, Rejection> {
        match command {
            SignOffCommand::Request {
                signer,
                delegate,
                statement,
                four_eyes,
            } => {
                self.needs_one_of(&[RELEASE_MANAGER], actor, "ask for a sign-off")?;
                room_for_more("sign-offs", self.room.sign_offs.len())?;
                self.check_signer(signer)?;
                let only_the_requester = *four_eyes
                    && matches!(signer, Signer::Person(person) if *person == actor.user)
                    && delegate.is_none_or(|delegate| delegate == actor.user);
                if only_the_requester {
                    return Err(RoomRefusal::FourEyes { number: None }.into());
                }
                Ok(vec![RoomEvent::SignOffRequested {
                    number: next_number(self.room.sign_offs.len()),
                    signer: signer.clone(),
                    delegate: *delegate,
                    statement: given("the statement", statement, TEXT_LIMIT)?,
                    covers: self.to_ship(),
                    four_eyes: *four_eyes,
                }])
            }
            SignOffCommand::Answer {
                number,
                approved,
                reason,
            } => {
                self.may_sign(*number, actor)?;
                let reason = if *approved {
                    perhaps("the remark", reason.as_deref(), REASON_LIMIT)?
                } else {
                    let reason = reason.as_deref().unwrap_or_default();
                    Some(given_reason(reason, "refusing a sign-off")?)
                };
                Ok(vec![RoomEvent::SignOffAnswered {
                    number: *number,
                    approved: *approved,
                    reason,
                }])
            }
        }
    }

    fn check_signer(&self, signer: &Signer) -> Result<(), Rejection> {
        match signer {
            Signer::Role(role) if self.playbook.role(role).is_none() => Err(RoomRefusal::UnknownRole {
                given: role.to_string(),
                known: self
                    .playbook
                    .roles
                    .iter()
                    .map(|role| role.title.clone())
                    .collect(),
            }
            .into()),
            _ => Ok(()),
        }
    }

    /// The signer or the delegate, and with four eyes never who asked.
    fn may_sign(&self, number: u32, actor: &Actor) -> Result<(), Rejection> {
        let known = self
            .room
            .sign_offs
            .iter()
            .find(|sign_off| sign_off.number == number);
        let Some(sign_off) = known else {
            return Err(RoomRefusal::UnknownSignOff { number }.into());
        };
        if let Some(by) = &sign_off.void {
            let by = by.clone();
            return Err(RoomRefusal::SignOffVoid { number, by }.into());
        }
        if let Some(answer) = &sign_off.answer {
            return Err(RoomRefusal::SignOffAnswered {
                number,
                approved: answer.approved,
                answered: answer.stamp,
            }
            .into());
        }
        let asked = match &sign_off.signer {
            Signer::Role(role) => actor.roles.contains(role),
            Signer::Person(person) => *person == actor.user,
        };
        if !asked && !is(sign_off.delegate, actor.user) {
            return Err(RoomRefusal::NotTheSigner {
                number,
                signer: self.signer_name(&sign_off.signer),
                delegate: sign_off.delegate,
            }
            .into());
        }
        if sign_off.four_eyes && sign_off.requested.by == actor.user {
            return Err(RoomRefusal::FourEyes { number: Some(number) }.into());
        }
        Ok(())
    }

    /// Who is asked, as an owner.
    #[must_use]
    pub fn signer_name(&self, signer: &Signer) -> Owner {
        match signer {
            Signer::Role(role) => Owner::Role(self.role_title(role)),
            Signer::Person(person) => Owner::Person(*person),
        }
    }

    /// The sign-offs that are not given.
    pub(super) fn unsigned(&self) -> Vec<Blocker> {
        let all = &self.room.sign_offs;
        let asked_again = |sign_off: &SignOff| {
            all.iter()
                .any(|later| later.number > sign_off.number && later.signer == sign_off.signer)
        };
        let mut blockers = Vec::new();
        for sign_off in all {
            let number = sign_off.number;
            let lack = match (&sign_off.void, &sign_off.answer) {
                (Some(_), _) | (_, Some(SignOffAnswer { approved: false, .. })) if asked_again(sign_off) => {
                    continue;
                }
                (Some(by), _) => Lack::SignOffVoid {
                    number,
                    by: by.clone(),
                },
                (None, Some(answer)) if answer.approved => continue,
                (None, Some(_)) => Lack::SignOffRejected { number },
                (None, None) => Lack::SignOffOpen { number },
            };
            let owner = match lack {
                Lack::SignOffOpen { .. } => self.signer_name(&sign_off.signer),
                // Only a new request helps.
                _ => self.owner(RELEASE_MANAGER),
            };
            blockers.push(Blocker { lack, owner });
        }
        blockers
    }
}
