//! Which calendar applies where.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::calendar::{Calendar, CalendarDays, CalendarName, Layer, Origin, Weekend};
use crate::domain::ids::GuildId;

/// What the configuration says about days off: for all, and for single servers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalendarSettings {
    /// The days of the week that are off.
    pub weekend: Weekend,
    /// The dates that every calendar gains or loses.
    pub days: Arc<CalendarDays>,
    /// What differs in single servers.
    pub guilds: BTreeMap<GuildId, GuildCalendar>,
}

/// What the configuration says about the calendar of one server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuildCalendar {
    /// Its days of the week that are off, where they differ.
    pub weekend: Option<Weekend>,
    /// The dates that its calendars gain or lose, beyond those of all.
    pub days: Arc<CalendarDays>,
}

impl CalendarSettings {
    /// The calendar of a playbook that is based on `base`, in a server whose people have said `own` themselves.
    #[must_use]
    pub fn calendar(&self, base: CalendarName, guild: GuildId, own: &Arc<CalendarDays>) -> Calendar {
        let mut layers = vec![Layer {
            origin: Origin::Guild,
            days: Arc::clone(own),
        }];
        let mut weekend = self.weekend;
        if let Some(guild) = self.guilds.get(&guild) {
            weekend = guild.weekend.unwrap_or(weekend);
            layers.push(Layer {
                origin: Origin::GuildConfiguration,
                days: Arc::clone(&guild.days),
            });
        }
        layers.push(self.for_all());
        Calendar::layered(base, weekend, layers)
    }

    /// The calendar of this name where no server is concerned, as on the command line.
    #[must_use]
    pub fn anywhere(&self, base: CalendarName) -> Calendar {
        Calendar::layered(base, self.weekend, vec![self.for_all()])
    }

    fn for_all(&self) -> Layer {
        Layer {
            origin: Origin::Configuration,
            days: Arc::clone(&self.days),
        }
    }
}
