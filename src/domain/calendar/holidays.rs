//! The federal holidays of the US and of Canada, their in-lieu days, and the sets made of them.
//!
//! Sources: 5 U.S.C. 6103 (US: a Saturday holiday is kept on the Friday before, a Sunday holiday on the Monday
//! after) and the Canada Labour Code, sections 166 and 193 (a weekend holiday is kept on a working day; by common
//! practice the next one that is not itself a holiday).

use std::collections::BTreeSet;
use std::sync::OnceLock;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::domain::calendar::{CalendarName, YEARS};

/// Why the rules of this calendar take a date off; `None` when they do not.
pub(super) fn day_off(calendar: CalendarName, date: NaiveDate) -> Option<String> {
    in_year(date, |year| year.day_off(calendar, date))
}

/// Whether the rules of this calendar take a date off. Counting asks this for every day, so it is a look at one bit.
pub(super) fn is_off(calendar: CalendarName, date: NaiveDate) -> bool {
    in_year(date, |year| year.off[calendar as usize].contains(date.ordinal0()))
}

/// The countries that keep a holiday on this date, each with its name.
pub(super) fn out(date: NaiveDate) -> Vec<(Country, String)> {
    in_year(date, |year| {
        let kept = Country::ALL.into_iter().filter_map(|country| {
            let observance = year.observance(country, date)?;
            Some((country, observance.to_string()))
        });
        kept.collect()
    })
}

/// What the rules say about one year. It follows from the year alone.
struct Year {
    /// In the order of [`Country::ALL`].
    observances: [Vec<Observance>; 2],
    /// The dates that are off, in the order of [`CalendarName`]'s variants.
    off: [DaySet; CalendarName::ALL.len()],
}

/// The years of the proved range, each worked out when it is first asked for.
static TABLE: [OnceLock<Year>; 101] = [const { OnceLock::new() }; 101];

fn in_year<T>(date: NaiveDate, look: impl FnOnce(&Year) -> T) -> T {
    let year = date.year();
    let place = usize::try_from(year - YEARS.start())
        .ok()
        .and_then(|index| TABLE.get(index));
    match place {
        Some(place) => look(place.get_or_init(|| Year::new(year))),
        None => look(&Year::new(year)),
    }
}

impl Year {
    fn new(year: i32) -> Self {
        // The US keeps a Saturday's New Year in the year before.
        let observances = Country::ALL.map(|country| {
            let both = [year, year.saturating_add(1)];
            both.into_iter()
                .flat_map(|year| country.observances(year))
                .filter(|observance| observance.date.year() == year)
                .collect()
        });
        let mut table = Self {
            observances,
            off: Default::default(),
        };
        let first = NaiveDate::from_ymd_opt(year, 1, 1);
        for date in std::iter::successors(first, NaiveDate::succ_opt).take_while(|date| date.year() == year) {
            for calendar in CalendarName::ALL {
                if table.day_off(calendar, date).is_some() {
                    table.off[calendar as usize].insert(date.ordinal0());
                }
            }
        }
        table
    }

    fn observance(&self, country: Country, date: NaiveDate) -> Option<Observance> {
        let mut all = self.observances[country as usize].iter();
        all.find(|observance| observance.date == date).copied()
    }

    fn day_off(&self, calendar: CalendarName, date: NaiveDate) -> Option<String> {
        let us = self.observance(Country::UnitedStates, date);
        let canada = self.observance(Country::Canada, date);
        match calendar {
            CalendarName::Weekdays => None,
            CalendarName::UsCaConcurrent => concurrent(us, canada),
            CalendarName::UsCaCore => concurrent(us, canada).filter(|_| {
                let core = |off: Option<Observance>| off.is_some_and(|off| off.holiday.core);
                core(us) || core(canada)
            }),
            CalendarName::UsCaExtended => concurrent(us, canada).or_else(|| family_day(date)),
            CalendarName::UsCaUnion => match (us, canada) {
                (Some(us), None) => Some(format!("{us} (US)")),
                (None, Some(canada)) => Some(format!("{canada} (Canada)")),
                _ => concurrent(us, canada),
            },
        }
    }
}

/// Days of one year, counted from 0, a bit each.
#[derive(Clone, Copy, Default)]
struct DaySet([u64; 6]);

impl DaySet {
    fn insert(&mut self, day: u32) {
        if let Some(word) = self.0.get_mut(day as usize / 64) {
            *word |= 1 << (day % 64);
        }
    }

    fn contains(self, day: u32) -> bool {
        self.0
            .get(day as usize / 64)
            .is_some_and(|word| word & (1 << (day % 64)) != 0)
    }
}

/// Off in both countries on the same date, whatever the names.
fn concurrent(us: Option<Observance>, canada: Option<Observance>) -> Option<String> {
    let (us, canada) = (us?, canada?);
    let same = us.holiday.name == canada.holiday.name && us.in_lieu == canada.in_lieu;
    Some(if same {
        us.to_string()
    } else {
        format!("{canada} (Canada) and {us} (US)")
    })
}

/// The third Monday of February: a holiday in the US and in most provinces, though not under Canada's federal law.
fn family_day(date: NaiveDate) -> Option<String> {
    let monday = Rule::Nth(3, Weekday::Mon, 2).date(date.year());
    (monday == Some(date)).then(|| "Family Day (most of Canada) and Washington's Birthday (US)".to_owned())
}

/// A country whose holidays the rules know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Country {
    /// The United States: the legal public holidays of 5 U.S.C. 6103.
    UnitedStates,
    /// Canada: the general holidays of the Canada Labour Code.
    Canada,
}

/// One date on which a country keeps a holiday: its own date, or the day in lieu of it.
#[derive(Clone, Copy, Debug)]
struct Observance {
    date: NaiveDate,
    holiday: &'static Holiday,
    in_lieu: bool,
}

#[derive(Debug)]
struct Holiday {
    name: &'static str,
    rule: Rule,
    /// The first year in which it is a holiday; 0 when it always was.
    since: i32,
    /// Whether `us-ca-core` keeps it.
    core: bool,
}

/// How the date of a holiday follows from the year.
#[derive(Clone, Copy, Debug)]
enum Rule {
    /// Month and day.
    Fixed(u32, u32),
    /// The n-th such weekday of a month.
    Nth(u8, Weekday, u32),
    /// The last Monday of May.
    LastMondayOfMay,
    /// The last Monday before 25 May.
    MondayBefore25May,
    /// The Friday before Easter Sunday.
    GoodFriday,
}

const UNITED_STATES: [Holiday; 11] = [
    core("New Year's Day", Rule::Fixed(1, 1)),
    holiday("Martin Luther King Jr. Day", Rule::Nth(3, Weekday::Mon, 1)),
    holiday("Washington's Birthday", Rule::Nth(3, Weekday::Mon, 2)),
    holiday("Memorial Day", Rule::LastMondayOfMay),
    since(2021, "Juneteenth", Rule::Fixed(6, 19)),
    holiday("Independence Day", Rule::Fixed(7, 4)),
    core("Labor Day", Rule::Nth(1, Weekday::Mon, 9)),
    holiday("Columbus Day", Rule::Nth(2, Weekday::Mon, 10)),
    holiday("Veterans Day", Rule::Fixed(11, 11)),
    holiday("Thanksgiving Day", Rule::Nth(4, Weekday::Thu, 11)),
    core("Christmas Day", Rule::Fixed(12, 25)),
];

const CANADA: [Holiday; 10] = [
    core("New Year's Day", Rule::Fixed(1, 1)),
    holiday("Good Friday", Rule::GoodFriday),
    holiday("Victoria Day", Rule::MondayBefore25May),
    holiday("Canada Day", Rule::Fixed(7, 1)),
    core("Labour Day", Rule::Nth(1, Weekday::Mon, 9)),
    since(
        2021,
        "National Day for Truth and Reconciliation",
        Rule::Fixed(9, 30),
    ),
    holiday("Thanksgiving Day", Rule::Nth(2, Weekday::Mon, 10)),
    holiday("Remembrance Day", Rule::Fixed(11, 11)),
    core("Christmas Day", Rule::Fixed(12, 25)),
    holiday("Boxing Day", Rule::Fixed(12, 26)),
];

const fn holiday(name: &'static str, rule: Rule) -> Holiday {
    Holiday {
        name,
        rule,
        since: 0,
        core: false,
    }
}

const fn core(name: &'static str, rule: Rule) -> Holiday {
    Holiday {
        name,
        rule,
        since: 0,
        core: true,
    }
}

const fn since(year: i32, name: &'static str, rule: Rule) -> Holiday {
    Holiday {
        name,
        rule,
        since: year,
        core: false,
    }
}

impl Country {
    const ALL: [Self; 2] = [Self::UnitedStates, Self::Canada];

    /// The holidays of one year on their own dates, and after them the days in lieu of those on weekends.
    fn observances(self, year: i32) -> Vec<Observance> {
        let holidays: &'static [Holiday] = match self {
            Self::UnitedStates => &UNITED_STATES,
            Self::Canada => &CANADA,
        };
        let mut all: Vec<Observance> = holidays
            .iter()
            .filter(|holiday| holiday.since <= year)
            .filter_map(|holiday| {
                Some(Observance {
                    date: holiday.rule.date(year)?,
                    holiday,
                    in_lieu: false,
                })
            })
            .collect();
        let mut taken: BTreeSet<NaiveDate> = all.iter().map(|observance| observance.date).collect();
        for index in 0..all.len() {
            let actual = all[index];
            if let Some(date) = self.in_lieu(actual.date, &taken) {
                taken.insert(date);
                all.push(Observance {
                    date,
                    in_lieu: true,
                    ..actual
                });
            }
        }
        all
    }

    /// The weekday that is off instead of a holiday on a weekend.
    fn in_lieu(self, date: NaiveDate, taken: &BTreeSet<NaiveDate>) -> Option<NaiveDate> {
        match (self, date.weekday()) {
            (Self::UnitedStates, Weekday::Sat) => date.pred_opt(),
            (Self::UnitedStates, Weekday::Sun) => date.succ_opt(),
            (Self::Canada, Weekday::Sat | Weekday::Sun) => {
                std::iter::successors(date.succ_opt(), NaiveDate::succ_opt)
                    .find(|day| !is_weekend(*day) && !taken.contains(day))
            }
            _ => None,
        }
    }
}

impl Rule {
    fn date(self, year: i32) -> Option<NaiveDate> {
        match self {
            Self::Fixed(month, day) => NaiveDate::from_ymd_opt(year, month, day),
            Self::Nth(n, weekday, month) => NaiveDate::from_weekday_of_month_opt(year, month, weekday, n),
            Self::LastMondayOfMay => monday_up_to(NaiveDate::from_ymd_opt(year, 5, 31)?),
            Self::MondayBefore25May => monday_up_to(NaiveDate::from_ymd_opt(year, 5, 24)?),
            Self::GoodFriday => easter_sunday(year)?.checked_sub_days(Days::new(2)),
        }
    }
}

/// The last Monday that is not after `date`.
fn monday_up_to(date: NaiveDate) -> Option<NaiveDate> {
    date.checked_sub_days(Days::new(u64::from(date.weekday().num_days_from_monday())))
}

/// Easter Sunday of the Gregorian calendar, by the anonymous algorithm (Meeus, "Astronomical Algorithms", ch. 8),
/// whose one-letter names are kept.
fn easter_sunday(year: i32) -> Option<NaiveDate> {
    let a = year.rem_euclid(19);
    let (b, c) = (year.div_euclid(100), year.rem_euclid(100));
    let (d, e) = (b.div_euclid(4), b.rem_euclid(4));
    let f = (b + 8).div_euclid(25);
    let g = (b - f + 1).div_euclid(3);
    let h = (19 * a + b - d - g + 15).rem_euclid(30);
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k).rem_euclid(7);
    let m = (a + 11 * h + 22 * l) / 451;
    let month_and_day = h + l - 7 * m + 114;
    let month = u32::try_from(month_and_day / 31).ok()?;
    let day = u32::try_from(month_and_day % 31 + 1).ok()?;
    NaiveDate::from_ymd_opt(year, month, day)
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

impl std::fmt::Display for Observance {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let in_lieu = if self.in_lieu { "day in lieu of " } else { "" };
        write!(formatter, "{in_lieu}{}", self.holiday.name)
    }
}

impl std::fmt::Display for Country {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::UnitedStates => "US",
            Self::Canada => "Canada",
        })
    }
}
