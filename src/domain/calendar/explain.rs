//! Why a date is off or worked, in sentences, and what a stretch of time holds.

use std::ops::RangeInclusive;

use chrono::{Months, NaiveDate};

use crate::domain::calendar::{Calendar, DayOff, Origin, Standing};

impl Calendar {
    /// Why `date` is off or worked, as complete sentences. `own` makes the words that people typed fit for the place
    /// where they are shown.
    #[must_use]
    pub fn why(&self, date: NaiveDate, own: impl Fn(&str) -> String) -> Vec<String> {
        let Standing { off, worked, out, .. } = self.standing(date);
        let day = with_year(date);
        if let Some(off) = off {
            let nearest = format!(
                "The nearest working days are {} and {}.",
                with_year(self.previous_working_day(date)),
                with_year(self.next_working_day(date)),
            );
            return vec![format!("{day} is a day off{}", self.because(&off, &own)), nearest];
        }
        // A day off that is worked is explained by what it would be.
        let out = if worked.is_some() { Vec::new() } else { out };
        let mut sentences = vec![match worked {
            None => format!("{day} is a working day."),
            Some(worked) => {
                let reason = worked
                    .reason
                    .map_or_else(String::new, |reason| format!(": {}", own(&reason)));
                format!(
                    "{day} is a working day because {}{reason}. Otherwise it would be off{}",
                    who(worked.origin),
                    self.because(&worked.instead_of, &own),
                )
            }
        }];
        sentences.extend(
            out.iter().map(|(country, why)| {
                format!("{country} out: {why}. It counts as a working day all the same.")
            }),
        );
        sentences
    }

    /// What is worth knowing about the dates of a range: days off other than weekends, days off that are worked, and
    /// working days on which a country is out.
    #[must_use]
    pub fn noteworthy(&self, dates: RangeInclusive<NaiveDate>) -> Vec<Standing> {
        let (first, last) = dates.into_inner();
        std::iter::successors(Some(first), NaiveDate::succ_opt)
            .take_while(|day| *day <= last)
            .map(|day| self.standing(day))
            .filter(|standing| match &standing.off {
                Some(off) => !off.weekend,
                None => standing.worked.is_some() || !standing.out.is_empty(),
            })
            .collect()
    }

    /// ": Saturday is part of the weekend." or " by the rules of us-ca-core: Christmas Day."
    fn because(&self, off: &DayOff, own: impl Fn(&str) -> String) -> String {
        match off.origin {
            Origin::Rules if off.weekend => format!(": {} is part of the weekend.", off.reason),
            Origin::Rules => format!(" by the rules of {}: {}.", self.name(), off.reason),
            origin => format!(" because {}: {}.", who(origin), own(&off.reason)),
        }
    }
}

/// The range of this many months from `first` on. It ends early where dates end.
#[must_use]
pub fn months_from(first: NaiveDate, months: u32) -> RangeInclusive<NaiveDate> {
    let after = first.checked_add_months(Months::new(months));
    first..=after.and_then(|after| after.pred_opt()).unwrap_or(NaiveDate::MAX)
}

fn who(origin: Origin) -> &'static str {
    match origin {
        Origin::Rules => "the rules say so",
        Origin::Configuration => "the configuration says so",
        Origin::GuildConfiguration => "the configuration says so for this server",
        Origin::Guild => "this server says so",
    }
}

/// "Fri 13 Nov 2026".
fn with_year(date: NaiveDate) -> String {
    date.format("%a %-d %b %Y").to_string()
}
