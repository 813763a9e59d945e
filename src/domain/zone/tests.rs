//! Tests of the zones.

use chrono::{Offset as _, TimeZone as _};
use proptest::prelude::*;

use super::*;

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

fn utc(zone: &str, text: &str) -> String {
    zone.parse::<Zone>()
        .unwrap()
        .to_utc(local(text))
        .format("%Y-%m-%d %H:%M:%S")
        .to_string()
}

fn chrono_offset(zone: Zone, instant: DateTime<Utc>) -> i32 {
    zone.0
        .offset_from_utc_datetime(&instant.naive_utc())
        .fix()
        .local_minus_utc()
}

fn our_offset(zone: Zone, instant: DateTime<Utc>) -> i64 {
    (zone.to_local(instant) - instant.naive_utc()).num_seconds()
}

/// S7: ten in the morning in San Francisco is 18:00 UTC in winter and 17:00 UTC in summer.
#[test]
fn s7_ten_in_san_francisco() {
    assert_eq!(
        utc("America/Los_Angeles", "2026-12-04 10:00"),
        "2026-12-04 18:00:00"
    );
    assert_eq!(
        utc("America/Los_Angeles", "2026-07-01 10:00"),
        "2026-07-01 17:00:00"
    );
    assert_eq!(Zone::SAN_FRANCISCO.name(), "America/Los_Angeles");
}

#[test]
fn a_skipped_time_becomes_the_first_instant_after_the_gap() {
    assert_eq!(
        utc("America/Los_Angeles", "2026-03-08 01:59"),
        "2026-03-08 09:59:00"
    );
    assert_eq!(
        utc("America/Los_Angeles", "2026-03-08 02:00"),
        "2026-03-08 10:00:00"
    );
    assert_eq!(
        utc("America/Los_Angeles", "2026-03-08 02:30"),
        "2026-03-08 10:00:00"
    );
    assert_eq!(
        utc("America/Los_Angeles", "2026-03-08 03:00"),
        "2026-03-08 10:00:00"
    );
    // Half an hour, and a whole day: Apia had no 30 December 2011.
    assert_eq!(
        utc("Australia/Lord_Howe", "2026-10-04 02:15"),
        "2026-10-03 15:30:00"
    );
    assert_eq!(utc("Pacific/Apia", "2011-12-30 12:00"), "2011-12-30 10:00:00");
}

#[test]
fn a_repeated_time_is_the_earlier_one() {
    assert_eq!(
        utc("America/Los_Angeles", "2026-11-01 01:30"),
        "2026-11-01 08:30:00"
    );
    assert_eq!(utc("Europe/Berlin", "2026-10-25 02:30"), "2026-10-25 00:30:00");
}

/// Since November 2026 British Columbia keeps UTC−7 all year, and Alberta UTC−6.
#[test]
fn western_canada_no_longer_changes_its_clocks() {
    assert_eq!(
        utc("America/Vancouver", "2026-12-01 12:00"),
        "2026-12-01 19:00:00"
    );
    assert_eq!(utc("America/Edmonton", "2026-12-01 12:00"), "2026-12-01 18:00:00");
}

/// For Los Angeles two independent sources agree from 2000 to 2037: each hour of the months in which clocks change,
/// each day of the others.
#[test]
fn chrono_tz_agrees_about_los_angeles() {
    let zone = Zone::SAN_FRANCISCO;
    let last = local("2038-01-01 00:00").and_utc();
    let mut instant = local("2000-01-01 00:00").and_utc();
    while instant < last {
        let (theirs, ours) = (chrono_offset(zone, instant), our_offset(zone, instant));
        assert_eq!(i64::from(theirs), ours, "at {instant}");
        let back = zone.to_utc(zone.to_local(instant));
        assert!(
            back == instant || back == instant - TimeDelta::hours(1),
            "at {instant}"
        );
        let clocks_change = matches!(instant.month(), 3 | 4 | 10 | 11);
        instant += if clocks_change {
            TimeDelta::hours(1)
        } else {
            TimeDelta::days(1)
        };
    }
}

/// The reason for the second source. When this fails, chrono-tz has caught up: let it give the offsets again, and
/// drop jiff.
#[test]
fn chrono_tz_is_still_wrong_about_vancouver() {
    let winter = local("2026-12-01 19:00").and_utc();
    let vancouver: Zone = "America/Vancouver".parse().unwrap();
    assert_eq!(chrono_offset(vancouver, winter), -8 * 3600);
    assert_eq!(our_offset(vancouver, winter), -7 * 3600);
}

#[test]
fn every_name_has_rules_and_survives_storage() {
    for name in chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()) {
        let zone: Zone = name.parse().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(zone.to_string(), name);
        let stored = serde_json::to_string(&zone).unwrap();
        assert_eq!(stored, format!("\"{name}\""));
        assert_eq!(serde_json::from_str::<Zone>(&stored).unwrap(), zone);
    }
    assert!(zone_data().version() >= "2026e", "{:?}", zone_data());
}

#[test]
fn zone_data_is_old_after_a_year() {
    let old = |version, now: &str| ZoneData(version).is_over_a_year_old(local(now).and_utc());
    assert!(!old("2026e", "2026-11-21 12:00"));
    assert!(!old("2026e", "2027-09-01 12:00"));
    assert!(old("2026e", "2027-09-02 12:00"));
    assert!(old("2025b", "2026-11-21 12:00"));
    assert!(!old("2026z", "2027-11-30 12:00"));
    for unreadable in ["", "of unknown version", "2026", "2026E", "20\u{e9}6a"] {
        assert!(old(unreadable, "2026-11-21 12:00"), "{unreadable}");
    }
}

#[test]
fn an_unknown_zone_names_the_nearest() {
    let message = |name: &str| name.parse::<Zone>().unwrap_err().to_string();
    assert_eq!(
        message("America/Los_Angelos"),
        "there is no time zone `America/Los_Angelos`; the nearest name is `America/Los_Angeles`"
    );
    assert_eq!(
        message("vancouver"),
        "there is no time zone `vancouver`; the nearest name is `America/Vancouver`"
    );
    assert_eq!(
        message("xxxxxxxx"),
        "there is no time zone `xxxxxxxx`; use an IANA name such as `America/Los_Angeles`"
    );
    assert!(serde_json::from_str::<Zone>("\"Mars/Olympus\"").is_err());
}

#[test]
fn the_ends_of_time_do_not_panic() {
    for end in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
        let _ = Zone::SAN_FRANCISCO.to_utc(end);
        let _ = Zone::SAN_FRANCISCO.to_local(end.and_utc());
    }
}

proptest! {
    /// Outside gaps, the local time of the instant of a local time is that local time; inside, it is the next one
    /// that clocks show. A later local time is never an earlier instant.
    #[test]
    fn to_local_undoes_to_utc(
        zone in 0..chrono_tz::TZ_VARIANTS.len(),
        day in 0..36_890_i64,
        minute in 0..1440_i64,
    ) {
        let zone = Zone(chrono_tz::TZ_VARIANTS[zone]);
        let start = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
        let wanted = start + TimeDelta::days(day) + TimeDelta::minutes(minute);
        let instant = zone.to_utc(wanted);
        let shown = zone.to_local(instant);
        prop_assert!(shown.year() >= 2000);
        if shown == wanted {
            // Of two such instants, the earlier one.
            prop_assert!(zone.to_local(instant - TimeDelta::hours(1)) != wanted);
        } else {
            prop_assert!(shown > wanted);
            prop_assert!(zone.to_local(instant - TimeDelta::seconds(1)) < wanted);
        }
        prop_assert!(zone.to_utc(wanted + TimeDelta::minutes(1)) >= instant - TimeDelta::hours(2));
    }
}
