//! Reminding the people of one release of what has become due.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::app::{App, Error, happen, show};
use crate::domain::calendar::CalendarDays;
use crate::domain::notice::Notice;
use crate::domain::release::{Event, Release};
use crate::domain::reminder::{self, Occasion};
use crate::store::reminders::Outcome;
use crate::store::{Connection, outbox, reminders};

impl App {
    /// Settles what is due for one release. Several occasions that were missed together become one message: the newest
    /// speaks, and says that it stands for the others.
    pub(super) async fn remind(
        &self,
        connection: &mut Connection,
        mut release: Release,
        days: &Arc<CalendarDays>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let settled = reminders::settled(connection, release.id).await?;
        let plan = self.plan_of(&release, days);
        let mut due = reminder::due(&plan, release.opened.at, &settled, now);
        let Some(newest) = due.pop() else { return Ok(()) };
        for occasion in &due {
            reminders::settle(connection, release.id, occasion, Outcome::Collapsed, now).await?;
            let Occasion { phase, moment, at } = occasion.clone();
            let event = Event::ReminderCollapsed {
                phase,
                moment,
                due: at,
            };
            happen(connection, &mut release, event, None, now).await?;
        }
        // The marks of what is late change with the hour, whether somebody is called or not.
        show(connection, &release, now).await?;
        let phases = release
            .playbook
            .phases
            .iter()
            .take_while(|phase| phase.id != newest.phase);
        let this_phase = release
            .playbook
            .phases
            .iter()
            .filter(|phase| phase.id == newest.phase);
        let outcome = if release.open_by_role(phases.chain(this_phase)).is_empty() {
            Outcome::NothingOpen
        } else {
            let notice = Notice::Reminder {
                phase: newest.phase.clone(),
                moment: newest.moment,
                due: newest.at,
                instead_of: due.iter().map(Occasion::key).collect(),
            };
            outbox::enqueue(connection, release.id, &notice, now).await?;
            Outcome::Posted
        };
        reminders::settle(connection, release.id, &newest, outcome, now).await?;
        Ok(())
    }
}
