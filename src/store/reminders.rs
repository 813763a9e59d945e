//! Which reminders are settled.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::domain::ids::ReleaseId;
use crate::domain::reminder::Occasion;
use crate::store::{Connection, StoreError, instant, millis};

/// How an occasion was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A message was handed to the outbox, or the board alone had to be shown.
    Posted,
    /// A later one stands for it.
    Collapsed,
    /// It was worth nothing any more.
    Expired,
    /// It was over when the plan moved it there, and the message about the move told it.
    Told,
}

/// The occasions of a release that are settled.
///
/// # Errors
/// The query failed or a row cannot be read.
pub async fn settled(
    connection: &mut Connection,
    release: ReleaseId,
) -> Result<BTreeSet<Occasion>, StoreError> {
    let rows: Vec<(i64, String, String, String)> =
        sqlx::query_as("SELECT due_at, phase, step, audience FROM reminder WHERE release_id = $1")
            .bind(release.0)
            .fetch_all(connection)
            .await?;
    let corrupt = |what| StoreError::Corrupt {
        table: "reminder",
        id: release.0,
        what,
    };
    rows.into_iter()
        .map(|(due, phase, step, audience)| {
            Ok(Occasion {
                due: instant(due, "reminder", release.0)?,
                phase: phase.parse().map_err(|_| corrupt("a phase"))?,
                step: step.parse().map_err(|_| corrupt("a step"))?,
                audience: audience.parse().map_err(|_| corrupt("an audience"))?,
            })
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
    let outcome = match outcome {
        Outcome::Posted => "posted",
        Outcome::Collapsed => "collapsed",
        Outcome::Expired => "expired",
        Outcome::Told => "told",
    };
    sqlx::query(
        "INSERT INTO reminder (release_id, due_at, phase, step, audience, settled_at, outcome)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(release.0)
    .bind(millis(occasion.due))
    .bind(occasion.phase.to_string())
    .bind(occasion.step.as_str())
    .bind(occasion.audience.to_string())
    .bind(millis(now))
    .bind(outcome)
    .execute(connection)
    .await?;
    Ok(())
}
