//! The digest of each person: choosing when it comes, and handing it to the outbox at its hour.

use chrono::{DateTime, Utc};

use crate::app::{App, Error};
use crate::domain::calendar::Calendar;
use crate::domain::digest::{DigestRule, DigestWish, time_of_day};
use crate::domain::direct::DirectRefusal;
use crate::domain::ids::{GuildId, UserId};
use crate::domain::notice::Notice;
use crate::domain::person::Person;
use crate::domain::recurrence::Occurrence;
use crate::domain::rejection::Rejection;
use crate::domain::zone::{UnknownZone, Zone};
use crate::store::digests::{Digest, Outcome};
use crate::store::followers::Refused;
use crate::store::{Connection, StoreError, digests, followers, guilds, outbox, timeline};

/// As many digests are looked at in one transaction, so that people who act need not wait for all of them.
const TOGETHER: usize = 20;

/// How the digest of a person is set in a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestView {
    /// When it comes, or came before it was switched off; none when nobody ever said.
    pub rule: Option<DigestRule>,
    /// Whether it comes.
    pub on: bool,
    /// When it comes next.
    pub next: Option<DateTime<Utc>>,
    /// That the person refused a direct message since they asked for some.
    pub refused: Option<Refused>,
}

impl App {
    /// Chooses when the digest of a person comes, or that it does not, once for each interaction; or only tells how it
    /// is set. What is left out stays as it was.
    ///
    /// # Errors
    /// [`DirectRefusal::NotATimeOfDay`], [`DirectRefusal::UnknownZone`], [`DirectRefusal::DigestIncomplete`], or the
    /// database failed.
    pub async fn choose_digest(
        &self,
        person: &Person,
        wish: &DigestWish,
        now: DateTime<Utc>,
    ) -> Result<DigestView, Error> {
        let (guild, user) = (person.guild, person.user);
        let mut transaction = self.store().write().await?;
        let refused = followers::refused(&mut transaction, guild, user).await?;
        let known = digests::of_person(&mut transaction, guild, user).await?;
        let known_rule = known.as_ref().map(|known| known.rule);
        if !wish.is_a_look() && timeline::handle_once(&mut transaction, person.interaction, now).await? {
            if wish.off {
                digests::end(&mut transaction, guild, user).await?;
                let is_digest = |notice: &Notice| matches!(notice, Notice::Digest { .. });
                outbox::supersede_for(&mut transaction, guild, user, None, is_digest, now).await?;
            } else {
                let rule = rule_of(wish, known_rule)?;
                digests::choose(&mut transaction, guild, user, rule, true, now).await?;
                followers::forgive(&mut transaction, guild, user).await?;
            }
        }
        let digest = digests::of_person(&mut transaction, guild, user).await?;
        let calendar = self.calendar_of_digests(&mut transaction, guild).await?;
        transaction.commit().await?;
        self.pulse().poke();
        let on = digest.as_ref().is_some_and(|digest| digest.on);
        let rule = digest.map(|digest| digest.rule);
        let next = rule.filter(|_| on).and_then(|rule| rule.next(now, &calendar));
        Ok(DigestView {
            rule,
            on,
            next: next.map(|next| next.at),
            refused,
        })
    }

    /// The zone that a person named last for their digest.
    ///
    /// # Errors
    /// The database failed.
    pub async fn digest_zone(&self, guild: GuildId, user: UserId) -> Result<Option<Zone>, Error> {
        let mut reader = self.store().read().await?;
        let known = digests::of_person(&mut reader, guild, user).await?;
        Ok(known.map(|known| known.rule.zone))
    }

    /// Lets every digest come whose time it is at `now`.
    pub(super) async fn tick_digests(&self, now: DateTime<Utc>) -> Result<(), Error> {
        loop {
            let mut reader = self.store().read().await?;
            let waking = digests::is_waking(&mut reader, now).await?;
            drop(reader);
            if !waking {
                return Ok(());
            }
            let mut transaction = self.store().write().await?;
            for _ in 0..TOGETHER {
                let Some(digest) = digests::waking(&mut transaction, now).await? else {
                    break;
                };
                self.look_at_digest(&mut transaction, &digest, now).await?;
            }
            transaction.commit().await?;
            self.pulse().poke();
        }
    }

    /// Settles what has come of one digest, and lets it wait for what comes next.
    async fn look_at_digest(
        &self,
        connection: &mut Connection,
        digest: &Digest,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let calendar = match self.calendar_of_digests(connection, digest.guild).await {
            Ok(calendar) => calendar,
            Err(error @ StoreError::Corrupt { .. }) => {
                // One row that cannot be read must not stop the time of all others.
                tracing::error!(digest = digest.id.0, %error, "a digest is set aside until the next start");
                return Ok(digests::looked(connection, digest, None).await?);
            }
            Err(error) => return Err(error.into()),
        };
        // The rules of the zone may be others than when the instant was worked out.
        let waiting = digest.waiting.map(|waiting| Occurrence {
            at: digest.rule.zone.to_utc(waiting.local),
            ..waiting
        });
        let settled = waiting.and_then(|waiting| digest.rule.settle(waiting, &calendar, now));
        for missed in settled.iter().flat_map(|settled| &settled.missed) {
            digests::settle(connection, digest, missed, Outcome::Missed, now).await?;
        }
        if let Some(comes) = settled.and_then(|settled| settled.acts)
            && digests::settle(connection, digest, &comes, Outcome::Came, now).await?
        {
            let notice = Notice::Digest {
                to: digest.user,
                local: comes.local,
                zone: digest.rule.zone,
                due: comes.at,
            };
            outbox::enqueue_for_guild(connection, digest.guild, &notice, now).await?;
        }
        let next = digest.rule.next(now, &calendar);
        Ok(digests::looked(connection, digest, next.as_ref()).await?)
    }

    /// Whose working days count for the digests of a guild: those of what its people mean when they name no calendar.
    async fn calendar_of_digests(
        &self,
        connection: &mut Connection,
        guild: GuildId,
    ) -> Result<Calendar, StoreError> {
        let setup = guilds::load(connection, guild).await?;
        let name = self.usual_calendar();
        Ok(self.calendar_settings().calendar(name, guild, &setup.days))
    }
}

/// When a digest comes by what was said now, and by what was said before where nothing is said.
fn rule_of(wish: &DigestWish, known: Option<DigestRule>) -> Result<DigestRule, Rejection> {
    let at = match &wish.at {
        Some(given) => {
            Some(time_of_day(given).ok_or_else(|| DirectRefusal::NotATimeOfDay { given: given.clone() })?)
        }
        None => known.map(|known| known.at),
    };
    let zone = match &wish.zone {
        Some(given) => {
            let unknown =
                |UnknownZone { given, nearest }: UnknownZone| DirectRefusal::UnknownZone { given, nearest };
            Some(given.trim().parse::<Zone>().map_err(unknown)?)
        }
        None => known.map(|known| known.zone),
    };
    let days = wish.days.or(known.map(|known| known.days)).unwrap_or_default();
    match at.zip(zone) {
        Some((at, zone)) => Ok(DigestRule { at, zone, days }),
        None => Err(DirectRefusal::DigestIncomplete {
            time: at.is_none(),
            zone: zone.is_none(),
        }
        .into()),
    }
}
