//! Tests of the calendars.

mod busy;
mod files;

use chrono::Weekday;
use proptest::prelude::*;

use super::*;
use crate::domain::file::Problems;
use crate::domain::ids::GuildId;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn reason(calendar: CalendarName, day: &str) -> Option<String> {
    Calendar::named(calendar).day_off(date(day)).map(|off| off.reason)
}

/// The weekdays that the rules take off, a line for each year: "2026: 01-01 09-07 …".
fn weekdays_off(calendar: CalendarName, years: RangeInclusive<i32>) -> Vec<String> {
    let calendar = Calendar::named(calendar);
    let of_year = |year: i32| {
        let range =
            NaiveDate::from_ymd_opt(year, 1, 1).unwrap()..=NaiveDate::from_ymd_opt(year, 12, 31).unwrap();
        let days = calendar
            .days_off(range)
            .into_iter()
            .filter(|(_, off)| !off.weekend);
        let days: Vec<String> = days.map(|(day, _)| day.format("%m-%d").to_string()).collect();
        format!("{year}: {}", days.join(" "))
    };
    years.map(of_year).collect()
}

fn count(lines: &[String]) -> usize {
    lines.iter().map(|line| line.split_whitespace().count() - 1).sum()
}

/// S8: the weekdays that are off in the US and in Canada on the same date, 2020 to 2040: 94 of them.
#[test]
fn s8_concurrent_days_off() {
    let lines = weekdays_off(CalendarName::UsCaConcurrent, 2020..=2040);
    assert_eq!(count(&lines), 94);
    assert_eq!(
        lines,
        [
            "2020: 01-01 09-07 10-12 11-11 12-25",
            "2021: 01-01 09-06 10-11 11-11",
            "2022: 09-05 10-10 11-11 12-26",
            "2023: 01-02 09-04 10-09 12-25",
            "2024: 01-01 09-02 10-14 11-11 12-25",
            "2025: 01-01 09-01 10-13 11-11 12-25",
            "2026: 01-01 09-07 10-12 11-11 12-25",
            "2027: 01-01 09-06 10-11 11-11",
            "2028: 09-04 10-09 12-25",
            "2029: 01-01 09-03 10-08 11-12 12-25",
            "2030: 01-01 09-02 10-14 11-11 12-25",
            "2031: 01-01 09-01 10-13 11-11 12-25",
            "2032: 01-01 09-06 10-11 11-11",
            "2033: 09-05 10-10 11-11 12-26",
            "2034: 01-02 09-04 10-09 12-25",
            "2035: 01-01 09-03 10-08 11-12 12-25",
            "2036: 01-01 09-01 10-13 11-11 12-25",
            "2037: 01-01 09-07 10-12 11-11 12-25",
            "2038: 01-01 09-06 10-11 11-11",
            "2039: 09-05 10-10 11-11 12-26",
            "2040: 01-02 09-03 10-08 11-12 12-25",
        ]
    );
}

/// S8: each country alone, 2020 to 2040: 230 weekdays in the US, 209 in Canada (the counts of two published
/// tables), of which 94 coincide.
#[test]
fn s8_either_country() {
    let union = count(&weekdays_off(CalendarName::UsCaUnion, 2020..=2040));
    assert_eq!(union, 230 + 209 - 94);
    assert_eq!(
        weekdays_off(CalendarName::UsCaUnion, 2020..=2022),
        [
            "2020: 01-01 01-20 02-17 04-10 05-18 05-25 07-01 07-03 09-07 10-12 11-11 11-26 12-25 12-28",
            "2021: 01-01 01-18 02-15 04-02 05-24 05-31 06-18 07-01 07-05 09-06 09-30 10-11 11-11 11-25 12-24 12-27 \
             12-28 12-31",
            "2022: 01-03 01-17 02-21 04-15 05-23 05-30 06-20 07-01 07-04 09-05 09-30 10-10 11-11 11-24 12-26 12-27",
        ]
    );
}

/// The weekdays that a published source takes off in a country, in every year from 2000 to 2100.
fn published(country: &str) -> BTreeSet<NaiveDate> {
    let table = include_str!("tests/published.txt");
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    let of_country = lines.filter_map(|line| {
        let (year, rest) = line.split_once(' ')?;
        let (of, days) = rest.split_once(' ')?;
        (of == country).then_some((year, days))
    });
    let days: BTreeSet<NaiveDate> = of_country
        .flat_map(|(year, days)| days.split(' ').map(move |day| date(&format!("{year}-{day}"))))
        .collect();
    assert!(days.len() > 900, "{country}: {}", days.len());
    days
}

fn all_dates() -> impl Iterator<Item = NaiveDate> {
    let first = date("2000-01-01");
    let last = date("2100-12-31");
    std::iter::successors(Some(first), NaiveDate::succ_opt).take_while(move |day| *day <= last)
}

fn is_weekday(day: NaiveDate) -> bool {
    !Weekend::default().contains(day.weekday())
}

/// S8: on every day of 101 years, each country is out when the published table says so, in-lieu days included, and
/// each named calendar is what its sentence makes of the two.
#[test]
fn s8_every_calendar_agrees_with_the_published_holidays_from_2000_to_2100() {
    let (us, canada) = (published("US"), published("CA"));
    let off = |name: CalendarName, day| !Calendar::named(name).is_working_day(day);
    for day in all_dates().filter(|day| is_weekday(*day)) {
        let out = Calendar::named(CalendarName::Weekdays).standing(day).out;
        let kept = |country| out.iter().any(|(of, _)| *of == country);
        assert_eq!(kept(Country::UnitedStates), us.contains(&day), "US, {day}");
        assert_eq!(kept(Country::Canada), canada.contains(&day), "Canada, {day}");
        let both = us.contains(&day) && canada.contains(&day);
        let either = us.contains(&day) || canada.contains(&day);
        let third_monday_of_february =
            day.month() == 2 && day.weekday() == Weekday::Mon && (15..=21).contains(&day.day());
        // Of the days that both keep, those of the year's turn and the first days of September are the core; the
        // others are in October and November.
        let core = both && !matches!(day.month(), 10 | 11);
        assert_eq!(off(CalendarName::UsCaConcurrent, day), both, "{day}");
        assert_eq!(off(CalendarName::UsCaUnion, day), either, "{day}");
        assert_eq!(off(CalendarName::UsCaCore, day), core, "{day}");
        assert_eq!(
            off(CalendarName::UsCaExtended, day),
            both || third_monday_of_february,
            "{day}"
        );
        assert!(!off(CalendarName::Weekdays, day), "{day}");
    }
}

/// The table of 2000 to 2100 and the rules beyond it are the same rules.
#[test]
fn years_beyond_the_table_follow_the_same_rules() {
    // 1999 and 2101 begin and end as 2010 and 2011 do; a leap year is 2104.
    assert_eq!(
        weekdays_off(CalendarName::UsCaConcurrent, 1999..=1999),
        ["1999: 01-01 09-06 10-11 11-11"]
    );
    assert_eq!(
        weekdays_off(CalendarName::UsCaConcurrent, 2101..=2101),
        ["2101: 09-05 10-10 11-11 12-26"]
    );
}

/// S8: a holiday on a weekend is off on a common weekday only when both countries move it to the same one.
#[test]
fn s8_in_lieu_days() {
    let concurrent = |day: &str| reason(CalendarName::UsCaConcurrent, day);
    // Christmas 2027 is a Saturday: Friday in the US, Monday and Tuesday in Canada.
    assert_eq!(concurrent("2027-12-24"), None);
    assert_eq!(concurrent("2027-12-27"), None);
    assert_eq!(concurrent("2027-12-28"), None);
    assert_eq!(
        reason(CalendarName::UsCaUnion, "2027-12-24").unwrap(),
        "day in lieu of Christmas Day (US)"
    );
    assert_eq!(
        reason(CalendarName::UsCaUnion, "2027-12-27").unwrap(),
        "day in lieu of Christmas Day (Canada)"
    );
    assert_eq!(
        reason(CalendarName::UsCaUnion, "2027-12-28").unwrap(),
        "day in lieu of Boxing Day (Canada)"
    );
    // Christmas 2022 and 2033 is a Sunday: the Monday is Boxing Day in Canada, and in lieu in the US.
    for day in ["2022-12-26", "2033-12-26", "2039-12-26"] {
        assert_eq!(
            concurrent(day).unwrap(),
            "Boxing Day (Canada) and day in lieu of Christmas Day (US)"
        );
    }
    assert_eq!(concurrent("2022-12-27"), None);
    assert_eq!(concurrent("2023-01-02").unwrap(), "day in lieu of New Year's Day");
    assert_eq!(
        concurrent("2029-11-12").unwrap(),
        "day in lieu of Remembrance Day (Canada) and day in lieu of Veterans Day (US)"
    );
    // New Year 2022 is a Saturday: the US keeps it in 2021, Canada on 3 January.
    assert_eq!(
        reason(CalendarName::UsCaUnion, "2021-12-31").unwrap(),
        "day in lieu of New Year's Day (US)"
    );
    assert_eq!(concurrent("2021-12-31"), None);
}

#[test]
fn s8_reasons_name_the_holidays_of_both_countries() {
    let concurrent = |day: &str| reason(CalendarName::UsCaConcurrent, day);
    assert_eq!(
        concurrent("2026-11-11").unwrap(),
        "Remembrance Day (Canada) and Veterans Day (US)"
    );
    assert_eq!(
        concurrent("2026-10-12").unwrap(),
        "Thanksgiving Day (Canada) and Columbus Day (US)"
    );
    assert_eq!(
        concurrent("2026-09-07").unwrap(),
        "Labour Day (Canada) and Labor Day (US)"
    );
    assert_eq!(concurrent("2026-12-25").unwrap(), "Christmas Day");
    assert_eq!(concurrent("2026-12-26").unwrap(), "Saturday");
    assert_eq!(concurrent("2026-11-26"), None);
}

#[test]
fn s8_core_keeps_three_holidays() {
    assert_eq!(
        weekdays_off(CalendarName::UsCaCore, 2021..=2024),
        [
            "2021: 01-01 09-06",
            "2022: 09-05 12-26",
            "2023: 01-02 09-04 12-25",
            "2024: 01-01 09-02 12-25"
        ]
    );
}

#[test]
fn s8_extended_adds_the_third_monday_of_february() {
    assert_eq!(
        weekdays_off(CalendarName::UsCaExtended, 2026..=2026),
        ["2026: 01-01 02-16 09-07 10-12 11-11 12-25"]
    );
    assert_eq!(
        reason(CalendarName::UsCaExtended, "2026-02-16").unwrap(),
        "Family Day (most of Canada) and Washington's Birthday (US)"
    );
}

#[test]
fn weekdays_has_no_holidays() {
    assert_eq!(count(&weekdays_off(CalendarName::Weekdays, 2000..=2100)), 0);
    assert_eq!(reason(CalendarName::Weekdays, "2026-12-27").unwrap(), "Sunday");
}

/// Juneteenth and Truth and Reconciliation begin in 2021.
#[test]
fn young_holidays_have_a_first_year() {
    assert_eq!(reason(CalendarName::UsCaUnion, "2020-06-19"), None);
    assert_eq!(
        reason(CalendarName::UsCaUnion, "2023-06-19").unwrap(),
        "Juneteenth (US)"
    );
    assert_eq!(reason(CalendarName::UsCaUnion, "2020-09-30"), None);
    assert_eq!(
        reason(CalendarName::UsCaUnion, "2024-09-30").unwrap(),
        "National Day for Truth and Reconciliation (Canada)"
    );
}

/// Good Friday, from tables of Easter Sunday.
#[test]
fn good_friday_follows_easter() {
    for good_friday in [
        "2000-04-21",
        "2008-03-21",
        "2011-04-22",
        "2024-03-29",
        "2026-04-03",
        "2035-03-23",
        "2038-04-23",
        "2049-04-16",
        "2076-04-17",
        "2100-03-26",
    ] {
        assert_eq!(
            reason(CalendarName::UsCaUnion, good_friday).unwrap(),
            "Good Friday (Canada)"
        );
    }
}

#[test]
fn own_dates_come_before_the_rules() {
    let extra = BTreeMap::from([
        (date("2026-12-23"), "Company day".to_owned()),
        (date("2026-12-26"), "Stocktaking".to_owned()),
    ]);
    let excluded = BTreeSet::from([date("2026-12-25"), date("2026-12-26"), date("2026-12-27")]);
    let calendar = Calendar::with(CalendarName::UsCaConcurrent, extra, excluded);
    assert_eq!(calendar.name(), CalendarName::UsCaConcurrent);
    assert_eq!(
        calendar.day_off(date("2026-12-23")).unwrap().reason,
        "Company day"
    );
    assert!(calendar.is_working_day(date("2026-12-25")));
    assert_eq!(
        calendar.day_off(date("2026-12-26")).unwrap().reason,
        "Stocktaking"
    );
    assert!(calendar.is_working_day(date("2026-12-27")));
}

/// Who is closest to the people wins, and a working day says what it would have been.
#[test]
fn a_server_is_stronger_than_the_configuration() {
    let days = |off: &[&str], worked: &[&str]| {
        Arc::new(CalendarDays {
            off: off.iter().map(|day| (date(day), format!("off {day}"))).collect(),
            worked: worked
                .iter()
                .map(|day| (date(day), Some("much to do".to_owned())))
                .collect(),
        })
    };
    let settings = CalendarSettings {
        days: days(&["2026-12-23", "2026-12-24"], &["2026-11-11"]),
        guilds: [(
            GuildId(1),
            GuildCalendar {
                weekend: Weekend::of(&[Weekday::Fri, Weekday::Sat]),
                days: days(&["2026-11-11"], &["2026-12-24"]),
            },
        )]
        .into(),
        ..CalendarSettings::default()
    };
    let own = days(&["2026-12-28"], &["2026-12-23"]);
    let calendar = settings.calendar(CalendarName::UsCaConcurrent, GuildId(1), &own);
    let other = settings.calendar(CalendarName::UsCaConcurrent, GuildId(2), &Arc::default());
    let is_off = |calendar: &Calendar, day: &str| calendar.day_off(date(day)).map(|off| off.origin);
    assert_eq!(is_off(&calendar, "2026-12-23"), None);
    assert_eq!(is_off(&other, "2026-12-23"), Some(Origin::Configuration));
    assert_eq!(is_off(&calendar, "2026-12-24"), None);
    assert_eq!(is_off(&calendar, "2026-11-11"), Some(Origin::GuildConfiguration));
    assert_eq!(is_off(&other, "2026-11-11"), None);
    assert_eq!(is_off(&calendar, "2026-12-28"), Some(Origin::Guild));
    // The weekend of server 1 is Friday and Saturday; its Sundays are worked.
    assert_eq!(is_off(&calendar, "2026-12-04"), Some(Origin::Rules));
    assert_eq!(is_off(&calendar, "2026-12-06"), None);
    assert_eq!(is_off(&other, "2026-12-04"), None);
    assert_eq!(calendar.weekend().to_string(), "Friday and Saturday");
    let standing = calendar.standing(date("2026-12-23"));
    let worked = standing.worked.unwrap();
    assert_eq!(worked.origin, Origin::Guild);
    assert_eq!(worked.reason.as_deref(), Some("much to do"));
    assert_eq!(worked.instead_of.reason, "off 2026-12-23");
    assert_eq!(worked.instead_of.origin, Origin::Configuration);
    // A working day that is declared to be one is nothing special.
    assert_eq!(other.standing(date("2026-12-22")).worked, None);
    assert_eq!(
        settings.anywhere(CalendarName::Weekdays).weekend(),
        Weekend::default()
    );
}

/// With another weekend the holidays stay where the two statutes put them: their own date and the day in lieu.
#[test]
fn s8_another_weekend_moves_no_holiday() {
    let weekend = Weekend::of(&[Weekday::Fri, Weekday::Sat]).unwrap();
    let calendar = Calendar::layered(CalendarName::UsCaConcurrent, weekend, Vec::new());
    let reason = |day: &str| calendar.day_off(date(day)).map(|off| off.reason);
    // Christmas 2033 is a Sunday, which would be worked; the Monday is off in both countries as ever.
    assert_eq!(reason("2033-12-25").unwrap(), "Christmas Day");
    assert!(reason("2033-12-26").unwrap().contains("Boxing Day"));
    assert_eq!(reason("2033-12-18"), None);
    assert_eq!(reason("2033-12-23").unwrap(), "Friday");
}

#[test]
fn weekends_have_at_most_three_days() {
    assert_eq!(Weekend::of(&[]).unwrap().to_string(), "none");
    assert_eq!(
        Weekend::of(&[Weekday::Sun, Weekday::Sun]).unwrap().to_string(),
        "Sunday"
    );
    assert_eq!(Weekend::default().to_string(), "Saturday and Sunday");
    let week = [Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    assert_eq!(Weekend::of(&week), None);
    assert_eq!(
        Weekend::of(&week[1..]).unwrap().to_string(),
        "Friday, Saturday and Sunday"
    );
}

/// A hint says that a country is out; it takes no day off.
#[test]
fn s8_a_day_that_one_country_has_is_a_working_day_with_a_hint() {
    let calendar = Calendar::named(CalendarName::UsCaConcurrent);
    let hints = |day: &str| {
        let standing = calendar.standing(date(day));
        assert_eq!(standing.off, None, "{day}");
        let hints: Vec<String> = standing
            .out
            .iter()
            .map(|(country, why)| format!("{country} out: {why}"))
            .collect();
        hints.join("; ")
    };
    assert_eq!(hints("2026-11-26"), "US out: Thanksgiving Day");
    assert_eq!(hints("2026-12-28"), "Canada out: day in lieu of Boxing Day");
    assert_eq!(hints("2026-11-25"), "");
    assert_eq!(calendar.standing(date("2026-12-25")).out.len(), 2);
}

#[test]
fn neighbours_and_counts() {
    let calendar = Calendar::named(CalendarName::UsCaConcurrent);
    assert_eq!(
        calendar.previous_working_day(date("2026-11-12")),
        date("2026-11-10")
    );
    assert_eq!(calendar.next_working_day(date("2026-11-10")), date("2026-11-12"));
    assert_eq!(
        calendar.previous_working_day(date("2026-12-28")),
        date("2026-12-24")
    );
    assert_eq!(
        calendar.working_days_between(date("2026-11-06"), date("2026-11-13")),
        4
    );
    assert_eq!(
        calendar.working_days_between(date("2026-11-13"), date("2026-11-06")),
        0
    );
    assert_eq!(
        calendar.minus_working_days(date("2026-11-11"), 0),
        date("2026-11-11")
    );
    assert_eq!(calendar.previous_working_day(NaiveDate::MIN), NaiveDate::MIN);
    assert_eq!(calendar.next_working_day(NaiveDate::MAX), NaiveDate::MAX);
}

#[test]
fn names_can_be_read_and_stored() {
    for name in CalendarName::ALL {
        assert_eq!(name.to_string().parse::<CalendarName>().unwrap(), name);
        assert_eq!(serde_json::to_value(name).unwrap(), name.as_str());
    }
    assert_eq!(
        "concurrent".parse::<CalendarName>().unwrap(),
        CalendarName::UsCaConcurrent
    );
    assert_eq!(
        "moon".parse::<CalendarName>().unwrap_err().to_string(),
        "there is no calendar `moon`; there are us-ca-concurrent, us-ca-core, us-ca-extended, us-ca-union and weekdays"
    );
}

/// Any rules, any weekend of one to three days, and a few dates that are off or worked in each of two layers.
fn any_calendar() -> impl Strategy<Value = Calendar> {
    let weekend = prop::collection::vec(0..7_u8, 1..=3).prop_map(|days| {
        let days: Vec<Weekday> = days
            .into_iter()
            .map(|day| Weekday::try_from(day).unwrap())
            .collect();
        Weekend::of(&days).unwrap()
    });
    let days = || {
        let date = any_date();
        let off = prop::collection::btree_map(any_date(), Just("Own day".to_owned()), 0..40);
        let worked = prop::collection::btree_map(date, Just(None), 0..40);
        (off, worked).prop_map(|(off, worked)| Arc::new(CalendarDays { off, worked }))
    };
    (0..CalendarName::ALL.len(), weekend, days(), days()).prop_map(|(index, weekend, guild, general)| {
        let layer = |origin, days| Layer { origin, days };
        let layers = vec![layer(Origin::Guild, guild), layer(Origin::Configuration, general)];
        Calendar::layered(CalendarName::ALL[index], weekend, layers)
    })
}

/// A day from 2000 to 2100.
fn any_date() -> impl Strategy<Value = NaiveDate> {
    (0..36_890_u64).prop_map(|days| date("2000-01-01") + chrono::Days::new(days))
}

proptest! {
    #[test]
    fn s8_going_back_n_days_then_counting_gives_n(calendar in any_calendar(), day in any_date(), n in 0..60_u32) {
        let target = calendar.next_working_day(day);
        let earlier = calendar.minus_working_days(target, n);
        prop_assert_eq!(calendar.working_days_between(earlier, target), n);
        prop_assert!(calendar.is_working_day(earlier));
    }

    #[test]
    fn s8_going_back_is_strict_and_lands_on_working_days(calendar in any_calendar(), day in any_date(), n in 1..60_u32) {
        let earlier = calendar.minus_working_days(day, n);
        prop_assert!(earlier < day);
        prop_assert!(calendar.is_working_day(earlier));
        prop_assert_eq!(calendar.previous_working_day(earlier), calendar.minus_working_days(day, n + 1));
    }

    /// Going forward undoes going back from a working day, and the other way round; forward is strict too.
    #[test]
    fn s8_going_forward_undoes_going_back(calendar in any_calendar(), day in any_date(), n in 0..60_u32) {
        let working = calendar.next_working_day(day);
        prop_assert_eq!(calendar.plus_working_days(calendar.minus_working_days(working, n), n), working);
        prop_assert_eq!(calendar.minus_working_days(calendar.plus_working_days(working, n), n), working);
        let later = calendar.plus_working_days(day, n);
        prop_assert_eq!(calendar.working_days_between(day, later), n);
        prop_assert!(n == 0 || later > day && calendar.is_working_day(later));
    }

    #[test]
    fn next_undoes_previous(calendar in any_calendar(), day in any_date()) {
        let working = calendar.next_working_day(day);
        prop_assert_eq!(calendar.next_working_day(calendar.previous_working_day(working)), working);
    }

    /// What is off in both countries is off in either; the core is part of the concurrent days, and those are
    /// part of the extended ones.
    #[test]
    fn s8_the_calendars_contain_each_other(day in any_date()) {
        let off = |name: CalendarName| !Calendar::named(name).is_working_day(day);
        let chain = [
            CalendarName::Weekdays,
            CalendarName::UsCaCore,
            CalendarName::UsCaConcurrent,
            CalendarName::UsCaExtended,
            CalendarName::UsCaUnion,
        ];
        for pair in chain.windows(2) {
            prop_assert!(!off(pair[0]) || off(pair[1]));
        }
    }
}
