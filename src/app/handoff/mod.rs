//! Handing the duty over: at the end of a shift by itself, or when somebody says so.

mod acts;
mod leave;
mod mail;
mod now;
mod scene;
mod tick;

use chrono::{DateTime, Utc};

use crate::app::{App, Error, Record, happen};
use crate::domain::handoff::HandOff;
use crate::domain::ids::{GuildId, HandOffNumber, UserId};
use crate::domain::mail::Address;
use crate::domain::notice::Notice;
use crate::domain::release::{Event, Release};
use crate::domain::room::RoomEvent;
use crate::domain::setup::GuildSetup;
pub use crate::store::handoffs::KeptHandOff;
use crate::store::rosters::Kept;
use crate::store::{Connection, StoreError, guilds, handoffs, outbox, releases, rosters};

pub use self::acts::Accepted;
pub use self::leave::Left;
pub use self::mail::{Addressee, HandOffMail};
pub use self::now::{DutyNow, HandOffNow};

/// A hand-off with what it is about: all that a message about it is made of.
#[derive(Clone, Debug)]
pub struct HandOffView {
    /// The hand-off.
    pub kept: KeptHandOff,
    /// What the roster is called.
    pub title: String,
    /// The guild's set-up.
    pub setup: GuildSetup,
    /// The releases in flight that everybody may know of.
    pub records: Vec<Record>,
}

impl App {
    /// What a message about a hand-off is made of; none when there is no such hand-off.
    pub(super) async fn about_hand_off(
        &self,
        connection: &mut Connection,
        guild: GuildId,
        number: HandOffNumber,
    ) -> Result<Option<HandOffView>, StoreError> {
        let Some(kept) = handoffs::of_number(connection, guild, number).await? else {
            return Ok(None);
        };
        let title = rosters::of_number(connection, kept.roster).await?;
        let settings = self.calendar_settings();
        let mut records = Vec::new();
        for release in releases::in_flight(connection, guild).await? {
            // The channel for hand-offs is anybody's.
            if !release.private {
                records.push(Record::read(connection, &settings, release).await?);
            }
        }
        Ok(Some(HandOffView {
            kept,
            title: title.map_or_else(String::new, |roster| roster.roster.title),
            setup: guilds::load(connection, guild).await?,
            records,
        }))
    }
}

/// Who has the duty of the rosters of a guild that hand it over, in the order of the rosters' names, each once.
pub(super) async fn on_duty(connection: &mut Connection, guild: GuildId) -> Result<Vec<UserId>, StoreError> {
    let mut holders = Vec::new();
    for kept in rosters::all(connection, guild).await? {
        if !kept.roster.hands_over {
            continue;
        }
        let duty = handoffs::duty(connection, kept.number).await?;
        holders.extend(
            duty.map(|duty| duty.holder)
                .filter(|holder| !holders.contains(holder)),
        );
    }
    Ok(holders)
}

/// Keeps an offer, and tells everybody how what is handed over stands: the channel of each release, and the one for
/// hand-offs; and then, where e-mail is sent, those to whom it is addressed and `copies`.
async fn hand_over(
    connection: &mut Connection,
    roster: &Kept,
    hand_off: &HandOff,
    copies: Option<&[Address]>,
    now: DateTime<Utc>,
) -> Result<HandOffNumber, StoreError> {
    let number = handoffs::offer(connection, roster.number, hand_off).await?;
    for release in releases::in_flight(connection, roster.guild).await? {
        if release.channel.is_none() {
            continue;
        }
        let notice = Notice::HandOffSummary {
            number,
            from: hand_off.from,
            to: hand_off.to.clone(),
            since: hand_off.since,
            note: hand_off.note.clone(),
        };
        outbox::enqueue(connection, release.id, &notice, now).await?;
    }
    outbox::enqueue_for_guild(connection, roster.guild, &Notice::HandOff { number }, now).await?;
    if let Some(always) = copies {
        for to in mail::copies_of(&roster.roster, hand_off, always) {
            let notice = Notice::HandOffMail { number, to };
            outbox::enqueue_for_guild(connection, roster.guild, &notice, now).await?;
        }
    }
    Ok(number)
}

/// Writes what became of a duty into the record of every release in flight.
async fn record(
    connection: &mut Connection,
    guild: GuildId,
    by: UserId,
    did: impl Fn(&Release) -> Option<RoomEvent>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    for mut release in releases::in_flight(connection, guild).await? {
        if let Some(did) = did(&release) {
            happen(connection, &mut release, Event::Room(did), Some(by), now).await?;
        }
    }
    Ok(())
}
