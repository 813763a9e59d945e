//! The loop that takes the scheduled backups.

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

use crate::app::{App, Part};
use crate::config::BackupSchedule;
use crate::domain::backup::{due, still_due};
use crate::runtime::Clock;
use crate::store::backups_in;

/// How long to wait after one that failed, unless the next is due before.
const AFTER_FAILURE: TimeDelta = TimeDelta::minutes(15);

/// Takes each backup when it is due, until `stop` turns true. A failure stops nothing: it is noted, and tried again.
pub(super) async fn run(app: App, schedule: BackupSchedule, clock: Clock, mut stop: watch::Receiver<bool>) {
    let mut next = first(&schedule, clock.now());
    while !*stop.borrow() {
        let now = clock.now();
        next = still_due(next, schedule.every, now);
        if now >= next {
            next = match app.back_up(&schedule.folder, schedule.keep, now).await {
                Ok(()) => {
                    app.health().well(Part::Backup);
                    now + schedule.every
                }
                Err(error) => {
                    app.health().failed(Part::Backup, &error, now);
                    now + schedule.every.min(AFTER_FAILURE)
                }
            };
        }
        tokio::select! {
            () = clock.nap(Some(next)) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }
}

/// A folder that cannot be read is found out by the attempt to write there.
fn first(schedule: &BackupSchedule, now: DateTime<Utc>) -> DateTime<Utc> {
    due(
        &backups_in(&schedule.folder).unwrap_or_default(),
        schedule.every,
        now,
    )
}
