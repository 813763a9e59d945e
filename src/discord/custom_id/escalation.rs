//! The ids of what belongs to escalations.

use std::fmt;

use crate::discord::custom_id::NotOurs;
use crate::domain::ids::ReleaseKey;
use crate::domain::playbook::ItemId;
use crate::domain::room::ProblemKind;

/// What a control of escalations does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EscalationId {
    /// Open the form that says what is blocked, for an item that is; or the form itself.
    Open(ReleaseKey, ItemId),
    /// Do something about the escalation of this number.
    On(ReleaseKey, u32, EscalationPress),
    /// What was pressed was a form, and this is what it asks.
    Form(ReleaseKey, u32, EscalationPress),
}

/// What can be pressed on the card of an escalation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EscalationPress {
    /// Say that one has seen the problem oneself.
    Confirm,
    /// Offer the kinds of things that can be at fault.
    Kinds,
    /// Say which one exactly of this kind.
    Kind(ProblemKind),
    /// Say where it is followed.
    Ticket,
    /// Offer the topics.
    Topics,
    /// Choose one of them.
    Topic,
    /// Say where it was told.
    Channels,
    /// Look who can help now.
    Look,
    /// Have people called.
    Page,
    /// Say that one is on it.
    Acknowledge,
    /// Say what it was.
    Resolve,
    /// Take what it was into the table of symptoms.
    Keep,
}

impl EscalationPress {
    const EACH: [Self; 15] = [
        Self::Confirm,
        Self::Kinds,
        Self::Kind(ProblemKind::Service),
        Self::Kind(ProblemKind::TaskKind),
        Self::Kind(ProblemKind::Infrastructure),
        Self::Kind(ProblemKind::ExternalDependency),
        Self::Ticket,
        Self::Topics,
        Self::Topic,
        Self::Channels,
        Self::Look,
        Self::Page,
        Self::Acknowledge,
        Self::Resolve,
        Self::Keep,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Kinds => "kinds",
            Self::Kind(ProblemKind::Service) => "service",
            Self::Kind(ProblemKind::TaskKind) => "task-kind",
            Self::Kind(ProblemKind::Infrastructure) => "infrastructure",
            Self::Kind(ProblemKind::ExternalDependency) => "external-dependency",
            Self::Ticket => "ticket",
            Self::Topics => "topics",
            Self::Topic => "topic",
            Self::Channels => "channels",
            Self::Look => "look",
            Self::Page => "page",
            Self::Acknowledge => "acknowledge",
            Self::Resolve => "resolve",
            Self::Keep => "keep",
        }
    }

    fn read(text: &str) -> Result<Self, NotOurs> {
        let mut each = Self::EACH.into_iter();
        each.find(|press| press.as_str() == text).ok_or(NotOurs)
    }
}

impl EscalationId {
    /// Reads what stands behind `escalation|`.
    pub(super) fn read(parts: &[&str]) -> Result<Self, NotOurs> {
        let key = |key: &str| ReleaseKey::from_stored(key.to_owned());
        let number = |number: &str| number.parse().map_err(|_| NotOurs);
        Ok(match parts {
            ["open", release, item] => Self::Open(key(release), item.parse().map_err(|_| NotOurs)?),
            ["on", release, which, press] => {
                Self::On(key(release), number(which)?, EscalationPress::read(press)?)
            }
            ["form", release, which, press] => {
                Self::Form(key(release), number(which)?, EscalationPress::read(press)?)
            }
            _ => return Err(NotOurs),
        })
    }
}

impl fmt::Display for EscalationId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(key, item) => write!(formatter, "escalation|open|{key}|{item}"),
            Self::On(key, number, press) => {
                write!(formatter, "escalation|on|{key}|{number}|{}", press.as_str())
            }
            Self::Form(key, number, press) => {
                write!(formatter, "escalation|form|{key}|{number}|{}", press.as_str())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discord::custom_id::CustomId;

    #[test]
    fn every_id_reads_back_and_fits() {
        let key = || ReleaseKey::from_stored("REL-2026-12-001".to_owned());
        let ids = EscalationPress::EACH.into_iter().flat_map(|press| {
            [
                EscalationId::On(key(), u32::MAX, press),
                EscalationId::Form(key(), 1, press),
            ]
        });
        let open = EscalationId::Open(key(), "i".repeat(40).parse().unwrap());
        for id in ids.chain([open]) {
            let text = CustomId::Escalation(id.clone()).to_string();
            assert!(text.len() <= 100, "{text}");
            assert_eq!(text.parse(), Ok(CustomId::Escalation(id)));
        }
    }
}
