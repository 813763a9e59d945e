//! Whether somebody is at work.

use chrono::{DateTime, Datelike, Days, NaiveDateTime, Utc};

use super::Contact;
use crate::domain::shift::Away;

/// Where somebody is at an instant, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Nobody wrote down where they work.
    Unknown,
    /// The zone is known and the hours are not.
    Somewhere {
        /// What their clock shows.
        local: NaiveDateTime,
    },
    /// At work.
    AtWork {
        /// What their clock shows.
        local: NaiveDateTime,
        /// When they stop.
        until: DateTime<Utc>,
    },
    /// Not at work.
    Off {
        /// What their clock shows.
        local: NaiveDateTime,
        /// When they begin again.
        back: DateTime<Utc>,
    },
}

impl Contact {
    /// How long this contact is away who is away at `now`: they said so with their shifts, in days of their own clock, or
    /// of UTC where nobody knows their zone.
    #[must_use]
    pub fn away<'a>(&self, away: &'a [Away], now: DateTime<Utc>) -> Option<&'a Away> {
        let user = self.user?;
        let today = self
            .zone
            .map_or_else(|| now.date_naive(), |zone| zone.to_local(now).date());
        away.iter()
            .filter(|away| away.user == user && (away.first..=away.last).contains(&today))
            .max_by_key(|away| away.last)
    }

    /// Where this contact is at `now`, by the hours and days of the directory. Holidays are not in it, and neither are days
    /// away.
    #[must_use]
    pub fn presence(&self, now: DateTime<Utc>) -> Presence {
        let Some(zone) = self.zone else {
            return Presence::Unknown;
        };
        let local = zone.to_local(now);
        let Some(hours) = self.hours else {
            return Presence::Somewhere { local };
        };
        let works = |date: chrono::NaiveDate| self.days.contains(&date.weekday());
        let today = local.date();
        // Clocks that change at night can move an end into the next day of somebody else, never into their own.
        let until = zone.to_utc(today.and_time(hours.closes));
        if works(today) && zone.to_utc(today.and_time(hours.opens)) <= now && now < until {
            return Presence::AtWork { local, until };
        }
        // One of eight days in a row is a day of work, and its opening is ahead.
        let openings = (0..=7)
            .filter_map(|days| today.checked_add_days(Days::new(days)))
            .filter(|date| works(*date))
            .map(|date| zone.to_utc(date.and_time(hours.opens)));
        match openings.into_iter().find(|opening| *opening > now) {
            Some(back) => Presence::Off { local, back },
            None => Presence::Somewhere { local },
        }
    }
}
