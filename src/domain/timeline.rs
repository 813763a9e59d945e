//! Which part of what happened somebody wants to see.

use std::fmt;
use std::str::FromStr;

use crate::domain::ids::UserId;
use crate::domain::release::{Event, TimelineEvent};

/// A kind of events that people look for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// Everything.
    #[default]
    All,
    /// What people did.
    People,
    /// What T-minus did by itself.
    Bot,
    /// What became of items.
    Items,
    /// What somebody decided about the release: its dates, its clock, what does not apply, its end.
    Decisions,
}

impl Show {
    /// Each kind, in the order in which people choose.
    pub const EACH: [Self; 5] = [Self::All, Self::People, Self::Bot, Self::Items, Self::Decisions];

    fn shows(self, event: &TimelineEvent) -> bool {
        match self {
            Self::All => true,
            Self::People => event.actor.is_some(),
            Self::Bot => event.actor.is_none(),
            Self::Items => is_about_an_item(&event.event),
            Self::Decisions => is_a_decision(&event.event),
        }
    }
}

impl fmt::Display for Show {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::All => "all",
            Self::People => "people",
            Self::Bot => "bot",
            Self::Items => "items",
            Self::Decisions => "decisions",
        })
    }
}

impl FromStr for Show {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::EACH
            .into_iter()
            .find(|show| show.to_string() == text)
            .ok_or(())
    }
}

/// The events that somebody wants to see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of which kind.
    pub show: Show,
    /// Whose; none for everybody's and the bot's own.
    pub who: Option<UserId>,
}

impl Filter {
    /// Whether it lets everything through.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it lets this event through.
    #[must_use]
    pub fn lets_through(&self, event: &TimelineEvent) -> bool {
        self.show.shows(event) && self.who.is_none_or(|who| event.actor == Some(who))
    }
}

/// Whether something became of an item.
fn is_about_an_item(event: &Event) -> bool {
    if let Event::Room(did) = event {
        return did.is_about_an_item();
    }
    matches!(
        event,
        Event::ItemDone { .. }
            | Event::ItemNotApplicable { .. }
            | Event::ItemUndone { .. }
            | Event::ItemReopened { .. }
            | Event::ItemSnoozed { .. }
            | Event::ItemWoken { .. }
    )
}

/// Whether somebody decided something about the release as a whole, or set an item aside for good.
fn is_a_decision(event: &Event) -> bool {
    if let Event::Room(did) = event {
        return did.is_a_decision();
    }
    matches!(
        event,
        Event::Started { .. }
            | Event::ItemNotApplicable { .. }
            | Event::Slipped { .. }
            | Event::Held { .. }
            | Event::Resumed
            | Event::Reopened { .. }
            | Event::Closed { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{at, item};

    fn event(actor: Option<u64>, event: Event) -> TimelineEvent {
        TimelineEvent {
            at: at("2026-12-04T17:00:00Z"),
            actor: actor.map(UserId),
            event,
        }
    }

    #[test]
    fn each_kind_reads_back() {
        for show in Show::EACH {
            assert_eq!(show.to_string().parse(), Ok(show));
        }
        assert_eq!("everything".parse::<Show>(), Err(()));
    }

    /// Who acted and of what kind it is are asked apart, and both have to hold.
    #[test]
    fn a_filter_lets_through_what_was_asked_for() {
        let done = event(
            Some(2),
            Event::ItemDone {
                item: item("merge"),
                evidence: None,
            },
        );
        let held = event(
            Some(1),
            Event::Held {
                reason: "why".to_owned(),
            },
        );
        let lost = event(None, Event::BoardLost);
        let through = |show, who: Option<u64>| {
            let filter = Filter {
                show,
                who: who.map(UserId),
            };
            [&done, &held, &lost].map(|event| filter.lets_through(event))
        };
        assert_eq!(through(Show::All, None), [true, true, true]);
        assert_eq!(through(Show::People, None), [true, true, false]);
        assert_eq!(through(Show::Bot, None), [false, false, true]);
        assert_eq!(through(Show::Items, None), [true, false, false]);
        assert_eq!(through(Show::Decisions, None), [false, true, false]);
        assert_eq!(through(Show::All, Some(2)), [true, false, false]);
        assert_eq!(through(Show::Decisions, Some(2)), [false, false, false]);
    }
}
