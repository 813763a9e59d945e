//! Plans that move: by a person, by the calendar; and clocks that stand still.

use chrono::{DateTime, Utc};

use crate::app::announce::{announce_anew, is_announced};
use crate::app::tick::Look;
use crate::app::{App, Error, happen, show};
use crate::domain::difference::{Cause, Difference};
use crate::domain::ids::UserId;
use crate::domain::notice::Notice;
use crate::domain::release::{Event, Release};
use crate::store::{Connection, StoreError, outbox};

impl App {
    /// Holds the plan of a release against the dates that people were told, and tells them what has moved without a
    /// person: days off were said or withdrawn, or the rules of a zone have changed. True when something moved.
    pub(super) async fn replan(
        &self,
        connection: &mut Connection,
        look: &mut Look,
        now: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let dates = look.plan.dates(&look.calendar);
        let Some(told) = look.release.told.replace(dates.clone()) else {
            return Ok(false);
        };
        if told.same_as(&dates) {
            return Ok(false);
        }
        let difference = Difference::between(&look.release, &told, &dates, now);
        let days = told.changed_days(&look.calendar);
        let event = Event::Replanned {
            moved: difference
                .moved
                .iter()
                .filter_map(|moved| Some((moved.phase.clone(), moved.from?.date, moved.to?.date)))
                .collect(),
            days: days.clone(),
        };
        happen(connection, &mut look.release, event, None, now).await?;
        self.tell_move(connection, look, Cause::Calendar { days }, difference, now)
            .await?;
        Ok(true)
    }

    /// What follows from a plan that has moved: reminders of the old dates are withdrawn, what the new ones leave in the
    /// past is told by the one message about the move, and the board shows it.
    pub(super) async fn tell_move(
        &self,
        connection: &mut Connection,
        look: &mut Look,
        cause: Cause,
        difference: Difference,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let moves = |phase: &_| difference.moves(phase);
        let id = look.release.id;
        outbox::supersede(connection, id, |notice| notice.reminds_of(moves), now).await?;
        self.pass_over(connection, look, moves, now).await?;
        show(connection, &look.release, now).await?;
        // Before there is a channel, nobody was told the old dates: the brief tells the new ones.
        if look.release.channel.is_none() {
            return Ok(());
        }
        let number = look.release.revision;
        let (from, to) = (difference.from, difference.to);
        let moved = Notice::Moved {
            number,
            cause,
            difference,
        };
        outbox::enqueue(connection, id, &moved, now).await?;
        if from != to {
            if is_announced(connection, &look.release).await? {
                let announced = Notice::AnnounceMove { number, from, to };
                outbox::enqueue(connection, id, &announced, now).await?;
            }
            announce_anew(connection, &look.release, now).await?;
        }
        Ok(())
    }
}

/// What follows when it goes on. What came due meanwhile is never sent late one by one, but told at once: the release is
/// watched from now on.
pub(super) async fn tell_resume(
    connection: &mut Connection,
    release: &Release,
    by: UserId,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let number = release.revision;
    say(connection, release, &Notice::Resumed { number, by, since }, now).await
}

/// What follows when the clock of a release stands still: what waits is withdrawn, and people are told.
pub(super) async fn tell_hold(
    connection: &mut Connection,
    release: &Release,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    outbox::supersede(connection, release.id, |notice| notice.reminds_of(|_| true), now).await?;
    let number = release.revision;
    say(connection, release, &Notice::Held { number }, now).await
}

/// Says something in the release channel, if there is one.
async fn say(
    connection: &mut Connection,
    release: &Release,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if release.channel.is_some() {
        outbox::enqueue(connection, release.id, notice, now).await?;
    }
    Ok(())
}
