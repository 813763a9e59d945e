//! Which days of the week are off.

use std::fmt;

use chrono::Weekday;

/// The days of the week that are off: Saturday and Sunday, unless the configuration says otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Weekend(u8);

impl Weekend {
    /// The most days of a weekend: more would leave a week without room for work.
    pub const MOST: usize = 3;

    /// The weekend of these days; a day may be named twice. `None` when they are more than [`Weekend::MOST`].
    #[must_use]
    pub fn of(days: &[Weekday]) -> Option<Self> {
        let days = days.iter().fold(0, |days, day| days | bit(*day));
        let weekend = Self(days);
        (weekend.days().count() <= Self::MOST).then_some(weekend)
    }

    /// Whether this day of the week is off.
    #[must_use]
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & bit(day) != 0
    }

    /// Its days, Monday first.
    pub fn days(self) -> impl Iterator<Item = Weekday> {
        WEEK.into_iter().filter(move |day| self.contains(*day))
    }
}

impl Default for Weekend {
    fn default() -> Self {
        Self(bit(Weekday::Sat) | bit(Weekday::Sun))
    }
}

impl fmt::Display for Weekend {
    /// "Saturday and Sunday"; "none" for a weekend without days.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days: Vec<&str> = self.days().map(long_name).collect();
        formatter.write_str(&match days.as_slice() {
            [] => "none".to_owned(),
            [one] => (*one).to_owned(),
            [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
        })
    }
}

impl fmt::Debug for Weekend {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Weekend({self})")
    }
}

const WEEK: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

fn bit(day: Weekday) -> u8 {
    1 << day.num_days_from_monday()
}

/// The day of the week as a word.
pub(super) fn long_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}
