//! What rosters say by themselves: whose turn comes, and that nobody will be on.

use chrono::{DateTime, Utc};

use crate::app::shifts::view;
use crate::app::{App, Error};
use crate::domain::notice::Notice;
use crate::domain::shift::Agenda;
use crate::store::rosters::Kept;
use crate::store::{Connection, StoreError, guilds, outbox, rosters};

/// As many rosters are looked at in one transaction, so that people who act need not wait for all of them.
const TOGETHER: usize = 20;

impl App {
    /// Lets every roster say what is due at `now`: each thing once, in the transaction that hands it to the outbox.
    pub(in crate::app) async fn tick_rosters(&self, now: DateTime<Utc>) -> Result<(), Error> {
        loop {
            let mut reader = self.store().read().await?;
            let waking = rosters::is_waking(&mut reader, now).await?;
            drop(reader);
            if !waking {
                return Ok(());
            }
            let mut transaction = self.store().write().await?;
            for _ in 0..TOGETHER {
                let Some(kept) = rosters::waking(&mut transaction, now).await? else {
                    break;
                };
                let number = kept.number;
                match self.look_at_roster(&mut transaction, kept, now).await {
                    // One row that cannot be read must not stop the time of all others.
                    Err(Error::Store(error @ StoreError::Corrupt { .. })) => {
                        tracing::error!(roster = number.0, %error, "a roster is set aside until the next start");
                        rosters::looked(&mut transaction, number, None).await?;
                    }
                    looked => looked?,
                }
            }
            transaction.commit().await?;
            self.pulse().poke();
        }
    }

    async fn look_at_roster(
        &self,
        connection: &mut Connection,
        kept: Kept,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let settled = rosters::settled(connection, kept.number, now).await?;
        let (guild, number) = (kept.guild, kept.number);
        let view = view(connection, kept, now).await?;
        let rota = view.rota();
        let mut agenda = Agenda::due(&rota, &settled, now);
        let setup = guilds::load(connection, guild).await?;
        if setup.hand_offs.is_none() {
            // Nobody would hear of them. They are told as soon as there is a place for it.
            agenda.gaps.clear();
        }
        let title = &view.kept.roster.title;
        for turn in &agenda.turns {
            let notice = Notice::Turn {
                to: turn.user,
                roster: number,
                title: title.clone(),
                span: turn.span,
            };
            outbox::enqueue_for_guild(connection, guild, &notice, now).await?;
        }
        if !agenda.gaps.is_empty() {
            let notice = Notice::Gaps {
                roster: number,
                title: title.clone(),
                gaps: agenda.gaps.clone(),
            };
            outbox::enqueue_for_guild(connection, guild, &notice, now).await?;
        }
        for occasion in agenda.occasions() {
            rosters::settle(connection, number, occasion, now).await?;
        }
        self.look_at_duty(connection, &view, &setup, now).await?;
        let duty = self.next_of_duty(connection, &view, &setup, now).await?;
        let next = Agenda::next(&rota, now).into_iter().chain(duty).min();
        Ok(rosters::looked(connection, number, next).await?)
    }
}
