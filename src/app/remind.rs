//! Reminding the people of one release of what has become due, and opening its daily items again.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::app::tick::Look;
use crate::app::{App, Error, happen, show};
use crate::domain::notice::Notice;
use crate::domain::plan::Plan;
use crate::domain::playbook::PhaseId;
use crate::domain::release::{Event, Release};
use crate::domain::reminder::{Audience, Call, Due, Occasion, Step};
use crate::store::reminders::Outcome;
use crate::store::{Connection, StoreError, outbox, reminders};

impl App {
    /// Settles what is due for one release, and says whether anything was: each occasion once, in the transaction that
    /// hands its message to the outbox. All that is due at an instant, and all that was missed until then, becomes one
    /// message. While the clock of the release stands still, nothing is due.
    pub(super) async fn remind(
        &self,
        connection: &mut Connection,
        look: &mut Look,
        now: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let mut changed = false;
        while let Some(event) = reopening(look, now) {
            happen(connection, &mut look.release, event, None, now).await?;
            changed = true;
        }
        let Due {
            calls,
            collapsed,
            expired,
        } = look.ladder().due(&look.settled, now);
        let posted = calls.iter().map(|call| call.occasion.clone()).collect();
        for (occasions, outcome) in [
            (posted, Outcome::Posted),
            (collapsed.clone(), Outcome::Collapsed),
            (expired.clone(), Outcome::Expired),
        ] {
            changed |= !occasions.is_empty();
            settle(connection, look, occasions, outcome, now).await?;
        }
        let release = &mut look.release;
        let (collapsed, expired) = (for_people(collapsed), for_people(expired));
        let missed: BTreeSet<_> = collapsed
            .iter()
            .map(|occasion| (occasion.due, &occasion.phase, occasion.step))
            .collect();
        let missed = missed.len();
        if !collapsed.is_empty() {
            let event = Event::CallsCollapsed { occasions: collapsed };
            happen(connection, release, event, None, now).await?;
        }
        if !expired.is_empty() {
            let event = Event::CallsExpired { occasions: expired };
            happen(connection, release, event, None, now).await?;
        }
        // The marks of what is late change with the hour, whether somebody is called or not.
        if changed {
            show(connection, release, now).await?;
        }
        let says_cutoffs = release.playbook.reminders.at_cutoff;
        let calls: Vec<Call> = calls
            .into_iter()
            .filter(|call| match (&call.occasion.audience, call.occasion.step) {
                (Audience::Channel, Step::CutOff) => says_cutoffs,
                (Audience::Channel, Step::DayOf) => says_beginning(release, &look.plan, call),
                (Audience::Channel, _) => false,
                _ => true,
            })
            .collect();
        if !calls.is_empty() {
            let notice = Notice::Calls { calls, missed };
            outbox::enqueue(connection, release.id, &notice, now).await?;
        }
        Ok(changed)
    }

    /// Settles what is due of the phases that `which` means without a word, for whoever it is night as well: another
    /// message has told it.
    pub(super) async fn pass_over(
        &self,
        connection: &mut Connection,
        look: &mut Look,
        which: impl Fn(&PhaseId) -> bool,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut missed = look.ladder().missed(&look.settled, now);
        missed.retain(|occasion| which(&occasion.phase));
        settle(connection, look, missed, Outcome::Told, now).await
    }
}

/// Whether it is said that a phase begins. A later day of its daily work begins nothing.
fn says_beginning(release: &Release, plan: &Plan, call: &Call) -> bool {
    let playbook = &release.playbook;
    let phase = playbook.phase(&call.occasion.phase);
    let has_words = phase.is_some_and(|phase| phase.begins.is_some());
    let planned = plan.phase(&call.occasion.phase);
    (playbook.reminders.day_of || has_words)
        && planned.is_some_and(|planned| planned.cutoff_at == call.cutoff_at)
}

async fn settle(
    connection: &mut Connection,
    look: &mut Look,
    occasions: Vec<Occasion>,
    outcome: Outcome,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for occasion in occasions {
        reminders::settle(connection, look.release.id, &occasion, outcome, now).await?;
        look.settled.insert(occasion);
    }
    Ok(())
}

/// A daily item whose next day has begun.
fn reopening(look: &Look, now: DateTime<Utc>) -> Option<Event> {
    let release = &look.release;
    if !release.clock_runs() {
        return None;
    }
    let all = release.reopenings(&look.plan, release.watched_from);
    let (since, _, item) = all.into_iter().next().filter(|(since, ..)| *since <= now)?;
    Some(Event::ItemReopened { item, since })
}

/// Those that would have called somebody.
fn for_people(mut occasions: Vec<Occasion>) -> Vec<Occasion> {
    occasions.retain(|occasion| occasion.audience != Audience::Channel);
    occasions
}
