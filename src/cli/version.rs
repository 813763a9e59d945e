//! `tminus --version`, alone or with `--verbose`: what an operator needs to know about this program.

use std::io::{self, Write};

use chrono::{DateTime, Utc};

use crate::domain::zone::{ZoneData, zone_data};
use crate::store;

/// Prints the version; `verbose` adds what is compiled in. `now` decides whether the zone data is old.
///
/// # Errors
/// `out` cannot be written to.
pub fn print(verbose: bool, now: DateTime<Utc>, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "tminus {}", env!("CARGO_PKG_VERSION"))?;
    if verbose {
        let data = zone_data();
        writeln!(out, "time zone data: {}", data.version())?;
        writeln!(out, "SQLite: {}", store::sqlite_version())?;
        writeln!(out, "database schema: {}", store::schema_version())?;
        if let Some(warning) = old_zone_data(data, now) {
            writeln!(out, "warning: {warning}")?;
        }
    }
    Ok(())
}

/// What to say when the zone data is over a year old at `now`.
#[must_use]
pub fn old_zone_data(data: ZoneData, now: DateTime<Utc>) -> Option<String> {
    data.is_over_a_year_old(now).then(|| {
        format!(
            "the time zone data {} is over a year old, so a country may have changed its clocks since: install a newer \
             version of T-minus",
            data.version()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(verbose: bool, now: &str) -> Vec<String> {
        let mut out = Vec::new();
        print(verbose, now.parse().unwrap(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn the_version_alone_is_one_line() {
        assert_eq!(
            printed(false, "2126-01-01T00:00:00Z"),
            [format!("tminus {}", env!("CARGO_PKG_VERSION"))]
        );
    }

    #[test]
    fn with_verbose_it_names_zone_data_sqlite_and_schema() {
        let lines = printed(true, "2026-11-21T12:00:00Z");
        assert_eq!(lines.len(), 4, "{lines:?}");
        assert_eq!(lines[1], format!("time zone data: {}", zone_data().version()));
        assert!(lines[2].starts_with("SQLite: 3.5"), "{}", lines[2]);
        assert!(lines[3].starts_with("database schema: "), "{}", lines[3]);
    }

    #[test]
    fn old_zone_data_is_warned_of() {
        let lines = printed(true, "2126-01-01T00:00:00Z");
        assert!(lines[4].contains("is over a year old"), "{}", lines[4]);
    }
}
