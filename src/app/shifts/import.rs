//! Days away from somebody's own calendar: shown first, and kept when they say so.

use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::app::shifts::away::{ahead, member};
use crate::app::shifts::views;
use crate::app::{App, Error};
use crate::domain::calendar::{BusyTimes, Window};
use crate::domain::ids::UserId;
use crate::domain::person::{Person, Stamp};
use crate::domain::question::{AwayRequest, Question};
use crate::domain::rejection::Rejection;
use crate::domain::shift::{Away, Imported, MOST_PERIODS, Member, ShiftRefusal};
use crate::domain::zone::Zone;
use crate::store::{Connection, drafts, rosters, shifts, timeline};

/// So many days ahead a calendar is looked at.
const LOOKED_AHEAD: u64 = 365;

/// What a calendar gives, before it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwayPreview {
    /// What it gives.
    pub request: AwayRequest,
    /// Where the days are counted.
    pub zone: Zone,
    /// The question to which they say yes; none when there is nothing to keep.
    pub question: Option<i64>,
}

impl App {
    /// What the calendar of somebody gives, which is a file of this name with this content. Nothing of it is kept until
    /// they say so ([`App::save_away`]).
    ///
    /// # Errors
    /// [`Rejection::RoleNeeded`], [`ShiftRefusal::NotInRoster`], [`ShiftRefusal::UnreadableCalendar`],
    /// [`ShiftRefusal::TooManyPeriods`]; or the database failed.
    pub async fn preview_away(
        &self,
        person: &Person,
        user: UserId,
        (file, content): (&str, &[u8]),
        reason: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<AwayPreview, Error> {
        // A file may take a moment to read, for which nobody else has to wait.
        let mut reader = self.store().read().await?;
        self.may_speak_for(&mut reader, person, user).await?;
        let views = views(&mut reader, person.guild, now).await?;
        let away = shifts::away(&mut reader, person.guild, now).await?;
        drop(reader);
        let member = member(&views, user)?;
        let own: Vec<&Member> = views
            .iter()
            .filter_map(|view| view.kept.roster.member(user))
            .collect();
        let today = member.zone.to_local(now).date();
        let last = today.checked_add_days(Days::new(LOOKED_AHEAD)).unwrap_or(today);
        let window = Window {
            zone: member.zone,
            from: now,
            last,
        };
        let times = BusyTimes::read(file, content, window).map_err(|problems| {
            let file = file.to_owned();
            Rejection::from(ShiftRefusal::UnreadableCalendar { file, problems })
        })?;
        let imported = Imported::of(&times, &own, &away, (today, last));
        if imported.periods.len() > MOST_PERIODS {
            let (given, limit) = (imported.periods.len(), MOST_PERIODS);
            return Err(Rejection::from(ShiftRefusal::TooManyPeriods { given, limit }).into());
        }
        let request = AwayRequest {
            user,
            file: file.to_owned(),
            reason: reason.map(str::to_owned),
            imported,
        };
        let mut transaction = self.store().write().await?;
        let preview = asked(&mut transaction, person, request, member.zone, now).await?;
        transaction.commit().await?;
        Ok(preview)
    }

    /// The same without the days that begin with `first`.
    ///
    /// # Errors
    /// [`Rejection::QuestionGone`], as [`App::preview_away`], or the database failed.
    pub async fn leave_out_away(
        &self,
        person: &Person,
        question: i64,
        first: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<AwayPreview, Error> {
        let mut transaction = self.store().write().await?;
        let mut request = taken(&mut transaction, person, question).await?;
        request.imported.periods.retain(|period| period.first != first);
        let views = views(&mut transaction, person.guild, now).await?;
        let zone = member(&views, request.user)?.zone;
        let preview = asked(&mut transaction, person, request, zone, now).await?;
        transaction.commit().await?;
        Ok(preview)
    }

    /// Keeps the days that were shown, as far as they are new still, and returns all days on which that person is away.
    ///
    /// # Errors
    /// [`Rejection::QuestionGone`], [`Rejection::RoleNeeded`], [`ShiftRefusal::NotInRoster`]; or the database failed.
    pub async fn save_away(
        &self,
        person: &Person,
        question: i64,
        now: DateTime<Utc>,
    ) -> Result<(UserId, Vec<Away>), Error> {
        let mut transaction = self.store().write().await?;
        let request = taken(&mut transaction, person, question).await?;
        let (guild, user) = (person.guild, request.user);
        self.may_speak_for(&mut transaction, person, user).await?;
        let views = views(&mut transaction, guild, now).await?;
        let today = member(&views, user)?.zone.to_local(now).date();
        let away = shifts::away(&mut transaction, guild, now).await?;
        if timeline::handle_once(&mut transaction, person.interaction, now).await? {
            let said = Stamp {
                by: person.user,
                at: now,
            };
            let reason = request.reason.as_deref();
            for period in request.imported.still_new(user, &away, today) {
                let days = (period.first, period.last);
                shifts::go_away(&mut transaction, guild, user, days, reason, said).await?;
            }
            rosters::look_again(&mut transaction, Some(guild)).await?;
        }
        let away = shifts::away(&mut transaction, guild, now).await?;
        transaction.commit().await?;
        self.pulse().poke();
        Ok((user, ahead(away, user, now)))
    }

    /// Keeps nothing of what was shown.
    ///
    /// # Errors
    /// [`Rejection::QuestionGone`], or the database failed.
    pub async fn drop_away(&self, person: &Person, question: i64) -> Result<(), Error> {
        let mut transaction = self.store().write().await?;
        taken(&mut transaction, person, question).await?;
        Ok(transaction.commit().await?)
    }
}

/// Asks whether these days shall be kept, when there are any.
async fn asked(
    connection: &mut Connection,
    person: &Person,
    request: AwayRequest,
    zone: Zone,
    now: DateTime<Utc>,
) -> Result<AwayPreview, Error> {
    let question = if request.imported.periods.is_empty() {
        None
    } else {
        let question = Question::Away(request.clone());
        Some(drafts::keep(connection, person.guild, person.user, &question, now).await?)
    };
    Ok(AwayPreview {
        request,
        zone,
        question,
    })
}

async fn taken(connection: &mut Connection, person: &Person, question: i64) -> Result<AwayRequest, Error> {
    match drafts::take(connection, question, person.guild, person.user).await? {
        Some(Question::Away(request)) => Ok(request),
        _ => Err(Rejection::QuestionGone.into()),
    }
}
