//! The facts that a message of the outbox is made of.

use crate::app::announce::find_announcement;
use crate::app::handoff::{HandOffMail, HandOffView};
use crate::app::shifts::{SwapView, about_swap};
use crate::app::{App, Record, ReleaseView};
use crate::domain::ids::{GuildId, ReleaseId};
use crate::domain::notice::{Card, Notice};
use crate::domain::setup::GuildSetup;
use crate::store::{Connection, StoreError, guilds, releases};

/// What a row is about.
#[derive(Clone, Debug)]
pub enum About {
    /// A release, with its plan and its guild's set-up.
    Release(Box<ReleaseView>),
    /// A release with all that happened to it.
    Record(Box<Record>),
    /// A guild with all its releases that have something open.
    Open {
        /// The guild's set-up.
        setup: GuildSetup,
        /// The releases.
        views: Vec<ReleaseView>,
    },
    /// A guild with one of its swaps.
    Swap {
        /// The guild's set-up.
        setup: GuildSetup,
        /// The swap.
        swap: Box<SwapView>,
    },
    /// A hand-off with what is in flight.
    HandOff(Box<HandOffView>),
    /// A hand-off with what is in flight, and to whom a copy of it goes.
    Mail(Box<HandOffMail>),
    /// A guild alone.
    Guild(GuildSetup),
}

impl About {
    /// The release, if it is about one.
    #[must_use]
    pub fn release(&self) -> Option<&ReleaseView> {
        match self {
            Self::Release(view) => Some(view),
            Self::Record(record) => Some(&record.view),
            Self::Open { .. } | Self::Swap { .. } | Self::HandOff(_) | Self::Mail(_) | Self::Guild(_) => None,
        }
    }

    /// The guild's set-up.
    #[must_use]
    pub fn setup(&self) -> &GuildSetup {
        match self {
            Self::Release(view) => &view.setup,
            Self::Record(record) => &record.view.setup,
            Self::HandOff(view) => &view.setup,
            Self::Mail(mail) => &mail.view.setup,
            Self::Open { setup, .. } | Self::Swap { setup, .. } | Self::Guild(setup) => setup,
        }
    }
}

impl App {
    pub(super) async fn about(
        &self,
        connection: &mut Connection,
        guild: GuildId,
        release: Option<ReleaseId>,
        notice: &Notice,
    ) -> Result<About, StoreError> {
        let Some(release) = release else {
            let setup = guilds::load(connection, guild).await?;
            return Ok(match notice {
                Notice::Digest { .. } => About::Open {
                    views: self.open_in(connection, &setup).await?,
                    setup,
                },
                Notice::Swap { number } => match about_swap(connection, guild, *number).await? {
                    Some(swap) => About::Swap {
                        setup,
                        swap: Box::new(swap),
                    },
                    None => About::Guild(setup),
                },
                Notice::HandOff { number }
                | Notice::HandOffCall { number, .. }
                | Notice::HandOffQuestion { number, .. } => {
                    match self.about_hand_off(connection, guild, *number).await? {
                        Some(view) => About::HandOff(Box::new(view)),
                        None => About::Guild(setup),
                    }
                }
                Notice::HandOffMail { number, to } => {
                    match self.about_mail(connection, guild, *number, to).await? {
                        Some(mail) => About::Mail(Box::new(mail)),
                        None => About::Guild(setup),
                    }
                }
                _ => About::Guild(setup),
            });
        };
        let mut release = releases::load(connection, release).await?;
        if let Notice::Scorecard { .. } | Notice::HandOffSummary { .. } = notice {
            let record = Record::read(connection, &self.calendar_settings(), release).await?;
            return Ok(About::Record(Box::new(record)));
        }
        if let Notice::Card {
            card: Card::Announcement | Card::AnnouncementDraft,
        } = notice
        {
            find_announcement(connection, &mut release).await?;
        }
        let setup = guilds::load(connection, guild).await?;
        Ok(About::Release(Box::new(self.view_of(release, setup))))
    }
}
