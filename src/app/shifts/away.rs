//! Being away, and taking the duty.

use chrono::{DateTime, NaiveDate, Utc};

use crate::app::schedules::leads;
use crate::app::shifts::{RosterView, meant, takes_part, views};
use crate::app::{App, Error};
use crate::domain::ids::UserId;
use crate::domain::person::{Person, Stamp};
use crate::domain::rejection::Rejection;
use crate::domain::shift::{Away, Change, Member, ShiftRefusal, check_away};
use crate::store::{Connection, guilds, rosters, shifts, timeline};

/// What somebody takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The duty from now on: until that instant, or until whoever is on would have gone.
    Now {
        /// Until when.
        until: Option<DateTime<Utc>>,
    },
    /// The shift that nobody has and that begins then.
    Open {
        /// When.
        begins: DateTime<Utc>,
    },
}

impl App {
    /// Notes that somebody is away from the first to the last day, once for each interaction, and returns all days on
    /// which they are. Whoever leads releases may say so of others.
    ///
    /// # Errors
    /// [`Rejection::RoleNeeded`], [`ShiftRefusal::NotInRoster`], as [`check_away`], or the database failed.
    pub async fn go_away(
        &self,
        person: &Person,
        user: UserId,
        (first, last): (NaiveDate, NaiveDate),
        reason: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Away>, Error> {
        let mut transaction = self.store().write().await?;
        self.may_speak_for(&mut transaction, person, user).await?;
        let views = views(&mut transaction, person.guild, now).await?;
        let today = member(&views, user)?.zone.to_local(now).date();
        check_away(first, last, today).map_err(Rejection::from)?;
        if timeline::handle_once(&mut transaction, person.interaction, now).await? {
            let said = Stamp {
                by: person.user,
                at: now,
            };
            shifts::go_away(&mut transaction, person.guild, user, (first, last), reason, said).await?;
            rosters::look_again(&mut transaction, Some(person.guild)).await?;
        }
        let away = ahead(
            shifts::away(&mut transaction, person.guild, now).await?,
            user,
            now,
        );
        transaction.commit().await?;
        self.pulse().poke();
        Ok(away)
    }

    /// Takes back that somebody is away, once for each interaction, and returns when they still are.
    ///
    /// # Errors
    /// [`Rejection::RoleNeeded`], [`ShiftRefusal::NotAway`], or the database failed.
    pub async fn come_back(
        &self,
        person: &Person,
        number: i64,
        now: DateTime<Utc>,
    ) -> Result<(UserId, Vec<Away>), Error> {
        let mut transaction = self.store().write().await?;
        let all = shifts::away(&mut transaction, person.guild, now).await?;
        let meant = all.iter().find(|away| away.number == number);
        let user = meant.ok_or_else(|| Rejection::from(ShiftRefusal::NotAway))?.user;
        self.may_speak_for(&mut transaction, person, user).await?;
        if timeline::handle_once(&mut transaction, person.interaction, now).await? {
            shifts::come_back(&mut transaction, person.guild, number, now).await?;
            rosters::look_again(&mut transaction, Some(person.guild)).await?;
        }
        let away = ahead(
            shifts::away(&mut transaction, person.guild, now).await?,
            user,
            now,
        );
        transaction.commit().await?;
        self.pulse().poke();
        Ok((user, away))
    }

    /// Takes the duty of a roster, once for each interaction.
    ///
    /// # Errors
    /// As [`meant`], [`Rota::take`](crate::domain::shift::Rota::take) and
    /// [`Rota::take_gap`](crate::domain::shift::Rota::take_gap), [`ShiftRefusal::NotInRoster`] for somebody who neither is
    /// in it nor leads releases, or the database failed.
    pub async fn take_duty(
        &self,
        person: &Person,
        roster: Option<&str>,
        what: Taken,
        now: DateTime<Utc>,
    ) -> Result<(RosterView, Change), Error> {
        let mut transaction = self.store().write().await?;
        let setup = guilds::load(&mut transaction, person.guild).await?;
        let views = views(&mut transaction, person.guild, now).await?;
        let view = meant(&views, roster, person.user).map_err(Rejection::from)?;
        takes_part(person, &setup, view)?;
        let taken = Stamp {
            by: person.user,
            at: now,
        };
        let mut view = view.clone();
        let change = match what {
            Taken::Now { until } => view.rota().take(until, taken),
            Taken::Open { begins } => view.rota().take_gap(begins, taken),
        };
        let change = match change {
            Ok(change) => change,
            Err(refusal) => return Err(Rejection::from(refusal).into()),
        };
        if timeline::handle_once(&mut transaction, person.interaction, now).await? {
            shifts::change(&mut transaction, view.kept.number, &change).await?;
            rosters::look_again(&mut transaction, Some(person.guild)).await?;
        }
        transaction.commit().await?;
        self.pulse().poke();
        view.changes.push(change.clone());
        Ok((view, change))
    }

    pub(super) async fn may_speak_for(
        &self,
        connection: &mut Connection,
        person: &Person,
        user: UserId,
    ) -> Result<(), Error> {
        if person.user != user {
            let setup = guilds::load(connection, person.guild).await?;
            leads(person, &setup, "say when somebody else is away")?;
        }
        Ok(())
    }
}

/// Where and when somebody works, by the first roster that has them.
///
/// # Errors
/// [`ShiftRefusal::NotInRoster`].
pub(super) fn member(views: &[RosterView], user: UserId) -> Result<&Member, Rejection> {
    let mut members = views.iter().filter_map(|view| view.kept.roster.member(user));
    members
        .next()
        .ok_or_else(|| ShiftRefusal::NotInRoster { roster: None, user }.into())
}

/// When this person is away now or later. A day is over everywhere when it is two days ago in UTC.
pub(super) fn ahead(mut away: Vec<Away>, user: UserId, now: DateTime<Utc>) -> Vec<Away> {
    let today = now.date_naive();
    away.retain(|away| away.user == user && today.signed_duration_since(away.last).num_days() < 2);
    away
}
