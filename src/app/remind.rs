//! Reminding the people of one release of what has become due.

use chrono::{DateTime, Utc};

use crate::app::tick::Look;
use crate::app::{App, Error, happen, show};
use crate::domain::notice::Notice;
use crate::domain::playbook::PhaseId;
use crate::domain::release::Event;
use crate::domain::reminder::{self, Occasion};
use crate::store::reminders::Outcome;
use crate::store::{Connection, StoreError, outbox, reminders};

impl App {
    /// Settles what is due for one release, and says whether anything was. Several occasions that were missed together
    /// become one message: the newest speaks, and says that it stands for the others. While the clock of the release
    /// stands still, nothing is due.
    pub(super) async fn remind(
        &self,
        connection: &mut Connection,
        look: &mut Look,
        now: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let release = &mut look.release;
        if release.hold.is_some() {
            return Ok(false);
        }
        let mut due = reminder::due(&look.plan, release.opened.at, &look.settled, now);
        let Some(newest) = due.pop() else { return Ok(false) };
        for occasion in &due {
            reminders::settle(connection, release.id, occasion, Outcome::Collapsed, now).await?;
            let Occasion { phase, moment, at } = occasion.clone();
            let event = Event::ReminderCollapsed {
                phase,
                moment,
                due: at,
            };
            happen(connection, release, event, None, now).await?;
        }
        // The marks of what is late change with the hour, whether somebody is called or not.
        show(connection, release, now).await?;
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
        look.settled.extend(due);
        look.settled.insert(newest);
        Ok(true)
    }

    /// Settles what is due of the phases that `which` means without a word: another message has told it.
    pub(super) async fn pass_over(
        &self,
        connection: &mut Connection,
        look: &mut Look,
        which: impl Fn(&PhaseId) -> bool,
        outcome: Outcome,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let release = &look.release;
        for occasion in reminder::due(&look.plan, release.opened.at, &look.settled, now) {
            if which(&occasion.phase) {
                reminders::settle(connection, release.id, &occasion, outcome, now).await?;
                look.settled.insert(occasion);
            }
        }
        Ok(())
    }
}
