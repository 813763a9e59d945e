//! Tests of offsets.

use proptest::prelude::*;

use super::*;
use crate::domain::calendar::CalendarName;
use crate::domain::fixtures::date;

fn offset(text: &str) -> Offset {
    text.parse().unwrap()
}

fn concurrent() -> Calendar {
    Calendar::named(CalendarName::UsCaConcurrent)
}

/// S99, S100, S118, S127: each unit, each side, in the words of a file and in the short form.
#[test]
fn s99_offsets_are_read_and_shown() {
    for (text, shown, label) in [
        ("4 working days before", "4 working days before", "T−4"),
        ("1 Working Day before", "1 working day before", "T−1"),
        ("5 working days after", "5 working days after", "T+5"),
        ("8 calendar days before", "8 days before", "T−8 days"),
        ("1 day after", "1 day after", "T+1 day"),
        ("24 hours before", "24 hours before", "T−24 hours"),
        ("12 months after", "12 months after", "T+12 months"),
        ("on the target date", "on the target date", "T−0"),
        ("0 days after", "on the target date", "T−0"),
    ] {
        let read = offset(text);
        assert_eq!((read.to_string().as_str(), read.label().as_str()), (shown, label));
        assert_eq!(offset(&read.to_string()), read);
    }
}

#[test]
fn what_is_missing_is_named_with_the_nearest_right_form() {
    let refused = |text: &str| text.parse::<Offset>().unwrap_err().expected;
    insta::assert_snapshot!(
        [
            "4",
            "-4",
            "4 before",
            "4 working days",
            "30 days",
            "4 weeks before",
            "251 days after",
            "",
            "T-4"
        ]
        .map(|text| format!("{text:?}: expected {}", refused(text)))
        .join("\n")
    );
}

/// Releases that were started before offsets had units hold a bare number.
#[test]
fn stored_numbers_are_working_days_before() {
    let stored = |json: &str| serde_json::from_str::<Offset>(json).unwrap();
    assert_eq!(stored("4"), Offset::t_minus(4));
    assert_eq!(stored("0"), Offset::TARGET);
    assert_eq!(stored("\"30 days after\""), offset("30 days after"));
    assert_eq!(
        serde_json::to_string(&offset("1 month after")).unwrap(),
        "\"1 month after\""
    );
}

#[test]
fn dates_in_each_unit() {
    let friday = date("2026-12-11");
    for (text, expected) in [
        ("1 working day after", "2026-12-14"),
        ("2 days after", "2026-12-13"),
        ("14 days before", "2026-11-27"),
        ("1 month before", "2026-11-11"),
        ("2 months after", "2027-02-11"),
        ("48 hours before", "2026-12-11"),
    ] {
        assert_eq!(offset(text).date(friday, &concurrent()), date(expected), "{text}");
    }
    assert_eq!(
        offset("1 month after").date(date("2027-01-31"), &concurrent()),
        date("2027-02-28")
    );
}

/// Remembrance Day and Veterans Day fall on Wednesday 11 November 2026.
#[test]
fn a_day_off_moves_by_its_rule() {
    let holiday = date("2026-11-11");
    let moved = |roll: Roll| roll.apply(holiday, &concurrent());
    assert_eq!(moved(Roll::Previous), date("2026-11-10"));
    assert_eq!(moved(Roll::Next), date("2026-11-12"));
    assert_eq!(moved(Roll::Keep), holiday);
    assert_eq!(
        Roll::Next.apply(date("2026-11-10"), &concurrent()),
        date("2026-11-10")
    );
}

#[test]
fn order_is_known_where_no_date_is_needed() {
    let order = |one: &str, other: &str| offset(one).order(offset(other));
    assert_eq!(
        order("4 working days before", "3 working days before"),
        Some(Ordering::Less)
    );
    assert_eq!(
        order("on the target date", "24 hours before"),
        Some(Ordering::Greater)
    );
    assert_eq!(
        order("1 day after", "4 working days before"),
        Some(Ordering::Greater)
    );
    assert_eq!(
        order("on the target date", "0 months before"),
        Some(Ordering::Equal)
    );
    assert_eq!(order("3 days before", "72 hours before"), None);
}

proptest! {
    /// Counting n working days away and back counts n; the date is a working day.
    #[test]
    fn s8_counted_is_counted(days in 0_u64..3000, amount in 1_u32..=40, after: bool) {
        let calendar = concurrent();
        let target = date("2024-01-01") + Days::new(days);
        let side = if after { Side::After } else { Side::Before };
        let there = Offset { amount, unit: Unit::WorkingDays, side }.date(target, &calendar);
        prop_assert!(calendar.is_working_day(there));
        let counted = if after {
            calendar.working_days_between(target, there)
        } else {
            // The target itself does not count, and the far end does.
            calendar.working_days_between(there, target) + 1
                - u32::from(calendar.is_working_day(target))
        };
        prop_assert_eq!(counted, amount);
    }
}
