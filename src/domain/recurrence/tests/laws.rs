//! Laws of recurrences, against an oracle that walks every minute.

use std::collections::BTreeSet;

use chrono::Datelike;
use proptest::prelude::*;

use super::*;

/// The fields of an expression as sets. An empty set is `*`.
#[derive(Clone, Debug)]
struct Fields {
    minutes: BTreeSet<u32>,
    hours: BTreeSet<u32>,
    days: BTreeSet<u32>,
    months: BTreeSet<u32>,
    weekdays: BTreeSet<u32>,
}

impl Fields {
    fn fit(&self, local: NaiveDateTime) -> bool {
        let fits = |set: &BTreeSet<u32>, value: u32| set.is_empty() || set.contains(&value);
        fits(&self.minutes, local.minute())
            && fits(&self.hours, local.hour())
            && fits(&self.days, local.day())
            && fits(&self.months, local.month())
            && fits(&self.weekdays, local.weekday().num_days_from_monday())
    }

    fn text(&self, zone: &str) -> String {
        let list = |set: &BTreeSet<u32>| {
            let values: Vec<String> = set.iter().map(u32::to_string).collect();
            if values.is_empty() {
                "*".to_owned()
            } else {
                values.join(",")
            }
        };
        let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let weekdays: Vec<&str> = self.weekdays.iter().map(|day| names[*day as usize]).collect();
        let weekdays = if weekdays.is_empty() {
            "*".to_owned()
        } else {
            weekdays.join(",")
        };
        format!(
            "{} {} {} {} {weekdays} {zone}",
            list(&self.minutes),
            list(&self.hours),
            list(&self.days),
            list(&self.months),
        )
    }

    /// Every occurrence of the days from `first`, found by walking every minute of them, without `Zone::to_utc`: a
    /// civil time comes at the first instant at which clocks show it or more.
    fn walk(&self, zone: Zone, first: DateTime<Utc>, days: i64) -> Vec<Occurrence> {
        let instants = |at: i64| first + TimeDelta::minutes(at);
        let mut highest = zone.to_local(first);
        let mut found: Vec<Occurrence> = Vec::new();
        for at in (1..=days * 24 * 60).map(instants) {
            let shown = zone.to_local(at);
            while highest < shown {
                highest += TimeDelta::minutes(1);
                let again = found.last().is_some_and(|last| last.at == at);
                if self.fit(highest) && !again {
                    found.push(Occurrence { local: highest, at });
                }
            }
        }
        found
    }
}

/// Few values or all, so that windows of a few days hold some occurrences.
fn field(values: std::ops::RangeInclusive<u32>, most: usize) -> impl Strategy<Value = BTreeSet<u32>> {
    prop_oneof![
        1 => Just(BTreeSet::new()),
        2 => prop::collection::btree_set(values, 1..=most),
    ]
}

fn fields() -> impl Strategy<Value = Fields> {
    let days = prop_oneof![
        3 => Just((BTreeSet::new(), BTreeSet::new())),
        1 => field(1..=31, 20).prop_map(|days| (days, BTreeSet::new())),
        1 => field(0..=6, 5).prop_map(|weekdays| (BTreeSet::new(), weekdays)),
    ];
    let months = prop_oneof![4 => Just(BTreeSet::new()), 1 => field(1..=12, 11)];
    // Hours of the night are where clocks change.
    let hours = prop_oneof![field(0..=4, 5), field(0..=23, 12)];
    (field(0..=59, 8), hours, days, months).prop_map(|(minutes, hours, (days, weekdays), months)| Fields {
        minutes,
        hours,
        days,
        months,
        weekdays,
    })
}

/// The beginning of a window in which clocks change in most zones, or any other.
fn beginning() -> impl Strategy<Value = DateTime<Utc>> {
    let near = prop::sample::select(vec![
        "2026-03-07T12:00:00Z", // northern America
        "2026-03-28T12:00:00Z", // Europe
        "2026-04-04T00:00:00Z", // the south: Lord Howe, Chatham, Santiago
        "2026-09-05T12:00:00Z", // Santiago
        "2026-09-26T00:00:00Z", // Chatham
        "2026-10-03T00:00:00Z", // Lord Howe
        "2026-10-24T12:00:00Z", // Europe
        "2026-10-31T12:00:00Z", // northern America
        "2027-03-13T12:00:00Z",
        "2027-11-06T12:00:00Z",
        "2028-02-28T00:00:00Z",
        "2028-12-31T00:00:00Z",
    ]);
    prop_oneof![
        3 => near.prop_map(instant),
        1 => (0_i64..3 * 365 * 24 * 60).prop_map(|minute| instant("2026-01-01T00:00:00Z") + TimeDelta::minutes(minute)),
    ]
}

fn zone() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "America/Los_Angeles",
        "Europe/London",
        "America/St_Johns",
        "Australia/Lord_Howe",
        "Pacific/Chatham",
        "America/Santiago",
        "America/Vancouver",
        "Pacific/Auckland",
        "UTC",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn it_finds_what_walking_every_minute_finds(fields in fields(), zone in zone(), first in beginning()) {
        let text = fields.text(zone);
        prop_assume!(text.parse::<Recurrence>().is_ok());
        let recurrence = recurrence(&text);
        let until = first + TimeDelta::days(3);
        let found: Vec<Occurrence> = recurrence.after(first).take_while(|one| one.at <= until).collect();
        prop_assert_eq!(found, fields.walk(recurrence.zone(), first, 3), "{}", text);
    }

    #[test]
    fn the_next_is_later_and_a_restart_changes_nothing(
        fields in fields(),
        zone in zone(),
        first in beginning(),
        seconds in prop::collection::vec(0_i64..2 * 24 * 60 * 60, 4),
    ) {
        let text = fields.text(zone);
        prop_assume!(text.parse::<Recurrence>().is_ok());
        let recurrence = recurrence(&text);
        let all: Vec<Occurrence> = recurrence.after(first).take(200).collect();
        prop_assert!(all.iter().all(|one| one.at > first));
        prop_assert!(all.windows(2).all(|pair| pair[0].at < pair[1].at && pair[0].local < pair[1].local));
        for second in seconds {
            let restart = first + TimeDelta::milliseconds(second * 1000 + second % 1000);
            let expected: Vec<Occurrence> = all.iter().copied().filter(|one| one.at > restart).collect();
            let found: Vec<Occurrence> = recurrence.after(restart).take(expected.len()).collect();
            prop_assert_eq!(found, expected, "{} from {}", text, restart);
        }
    }
}
