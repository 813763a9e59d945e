//! Which reminders are settled.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::domain::ids::ReleaseId;
use crate::domain::reminder::{Moment, Occasion};
use crate::store::{Connection, StoreError, instant, millis};

/// How an occasion was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A reminder was handed to the outbox.
    Posted,
    /// A later one stands for it.
    Collapsed,
    /// There was nothing to remind of.
    NothingOpen,
    /// It was over when the plan moved it there, and the message about the move told it.
    Told,
    /// It came while the release was on hold.
    Held,
}

/// The occasions of a release that are settled.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn settled(
    connection: &mut Connection,
    release: ReleaseId,
) -> Result<BTreeSet<Occasion>, StoreError> {
    let rows: Vec<(String, String, i64)> =
        sqlx::query_as("SELECT phase, moment, due_at FROM reminder WHERE release_id = $1")
            .bind(release.0)
            .fetch_all(connection)
            .await?;
    let corrupt = |what| StoreError::Corrupt {
        table: "reminder",
        id: release.0,
        what,
    };
    rows.into_iter()
        .map(|(phase, moment, due)| {
            let phase = phase.parse().map_err(|_| corrupt("a phase"))?;
            let moment = match moment.as_str() {
                "day-start" => Moment::DayStart,
                "cut-off" => Moment::CutOff,
                _ => return Err(corrupt("a moment")),
            };
            let at = instant(due, "reminder", release.0)?;
            Ok(Occasion { at, phase, moment })
        })
        .collect()
}

/// Settles an occasion.
///
/// # Errors
/// The query failed, also when the occasion is settled already.
pub async fn settle(
    connection: &mut Connection,
    release: ReleaseId,
    occasion: &Occasion,
    outcome: Outcome,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let moment = match occasion.moment {
        Moment::DayStart => "day-start",
        Moment::CutOff => "cut-off",
    };
    let outcome = match outcome {
        Outcome::Posted => "posted",
        Outcome::Collapsed => "collapsed",
        Outcome::NothingOpen => "nothing-open",
        Outcome::Told => "told",
        Outcome::Held => "held",
    };
    sqlx::query(
        "INSERT INTO reminder (release_id, phase, moment, due_at, settled_at, outcome)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(release.0)
    .bind(occasion.phase.to_string())
    .bind(moment)
    .bind(millis(occasion.at))
    .bind(millis(now))
    .bind(outcome)
    .execute(connection)
    .await?;
    Ok(())
}
