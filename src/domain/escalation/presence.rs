//! Whether somebody is at work.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};

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
    /// of UTC where nobody knows their zone. Periods that touch are one.
    #[must_use]
    pub fn away(&self, away: &[Away], now: DateTime<Utc>) -> Option<Away> {
        let mut shown = self.away_on(away, self.today(now))?.clone();
        while let Some(further) = shown.last.succ_opt().and_then(|next| self.away_on(away, next)) {
            shown.last = further.last;
        }
        Some(shown)
    }

    /// When this contact, who is not at work at `now`, begins again: on the first day on which they are neither away nor
    /// off. None where nobody knows their hours.
    #[must_use]
    pub fn back(&self, away: &[Away], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let (zone, hours) = (self.zone?, self.hours?);
        let opening = |date: NaiveDate| zone.to_utc(date.and_time(hours.opens));
        let today = self.day_at_work(away, self.today(now))?;
        if opening(today) > now {
            return Some(opening(today));
        }
        self.day_at_work(away, today.succ_opt()?).map(opening)
    }

    /// Where this contact is at `now`, by the hours and days of the directory, who is not away today. Holidays are not in
    /// it; whoever is off comes back when they are not away either.
    #[must_use]
    pub fn presence(&self, away: &[Away], now: DateTime<Utc>) -> Presence {
        let Some(zone) = self.zone else {
            return Presence::Unknown;
        };
        let local = zone.to_local(now);
        let Some(hours) = self.hours else {
            return Presence::Somewhere { local };
        };
        let today = local.date();
        // Clocks that change at night can move an end into the next day of somebody else, never into their own.
        let until = zone.to_utc(today.and_time(hours.closes));
        if self.works(today) && zone.to_utc(today.and_time(hours.opens)) <= now && now < until {
            return Presence::AtWork { local, until };
        }
        self.back(away, now)
            .map_or(Presence::Somewhere { local }, |back| Presence::Off {
                local,
                back,
            })
    }

    /// The date that their clock shows, or that of UTC where nobody knows their zone.
    fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        self.zone
            .map_or_else(|| now.date_naive(), |zone| zone.to_local(now).date())
    }

    fn works(&self, date: NaiveDate) -> bool {
        self.days.contains(&date.weekday())
    }

    /// The longest of the periods to which `date` belongs.
    fn away_on<'a>(&self, away: &'a [Away], date: NaiveDate) -> Option<&'a Away> {
        let user = self.user?;
        away.iter()
            .filter(|away| away.user == user && (away.first..=away.last).contains(&date))
            .max_by_key(|away| away.last)
    }

    /// The first day from `date` on on which they are neither away nor off.
    fn day_at_work(&self, away: &[Away], mut date: NaiveDate) -> Option<NaiveDate> {
        if self.days.is_empty() {
            return None;
        }
        // Each step leaves a period or a day off behind, and one of seven days in a row is a day of work.
        loop {
            match self.away_on(away, date) {
                Some(away) => date = away.last.succ_opt()?,
                None if self.works(date) => return Some(date),
                None => date = date.succ_opt()?,
            }
        }
    }
}
