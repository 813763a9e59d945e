//! Days off: looking at them, saying something about them, reading the files of the configuration again.

use std::sync::{Arc, PoisonError};

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::app::sight::Sight;
use crate::app::{App, Error, ReleaseView};
use crate::domain::calendar::{
    Calendar, CalendarDays, CalendarName, DaySaid, DayStanding, REASON_LIMIT, YEARS,
};
use crate::domain::ids::{ChannelId, GuildId, ReleaseKey};
use crate::domain::person::{Actor, Person, RELEASE_MANAGER, Stamp};
use crate::domain::plan::Plan;
use crate::domain::rejection::{PhaseLabel, Rejection};
use crate::domain::release::within;
use crate::domain::zone::Zone;
use crate::store::{calendar_days, guilds, releases, timeline, wake};

/// The calendar of a server, with what its people said.
#[derive(Clone, Debug, PartialEq)]
pub struct CalendarView {
    /// The calendar that its playbooks count by.
    pub calendar: Calendar,
    /// What its people said, oldest first.
    pub said: Vec<DaySaid>,
    /// The date today in San Francisco, where the cut-offs are counted.
    pub today: NaiveDate,
}

/// What a change to the calendar of a server does.
#[derive(Clone, Debug, PartialEq)]
pub struct CalendarChange {
    /// The day that was spoken of.
    pub date: NaiveDate,
    /// The calendar before.
    pub before: Calendar,
    /// The calendar after.
    pub after: Calendar,
    /// The releases in flight whose dates it moves.
    pub moved: Vec<MovedRelease>,
}

/// A release in flight with other dates than before.
#[derive(Clone, Debug, PartialEq)]
pub struct MovedRelease {
    /// Its key.
    pub key: ReleaseKey,
    /// What people call it: version and title.
    pub name: String,
    /// Its channel, when it is open.
    pub channel: Option<ChannelId>,
    /// The phases that move, with the date before and after.
    pub phases: Vec<(PhaseLabel, NaiveDate, NaiveDate)>,
    /// Its target date, when that is a day off now.
    pub target_is_off: Option<NaiveDate>,
}

impl App {
    /// The calendar of a server: of this name, or else of the first playbook.
    ///
    /// # Errors
    /// The database failed.
    pub async fn calendar_of(
        &self,
        guild: GuildId,
        name: Option<CalendarName>,
        now: DateTime<Utc>,
    ) -> Result<CalendarView, Error> {
        let mut reader = self.store().read().await?;
        let said = calendar_days::said(&mut reader, guild).await?;
        let days = Arc::new(CalendarDays::said(&said));
        let name = name.unwrap_or_else(|| self.usual_calendar());
        Ok(CalendarView {
            calendar: self.calendar_settings().calendar(name, guild, &days),
            said,
            today: today(now),
        })
    }

    /// Says what a day shall be in the calendars of a server, once for each interaction, and tells what moves.
    ///
    /// # Errors
    /// [`Rejection::RoleNeeded`], [`Rejection::NotADay`], [`Rejection::DayIsOver`], [`Rejection::ReasonNeeded`],
    /// [`Rejection::TextTooLong`], [`Rejection::NothingSaid`]; or the database failed.
    pub async fn say_day(
        &self,
        person: &Person,
        date: &str,
        standing: DayStanding,
        now: DateTime<Utc>,
    ) -> Result<CalendarChange, Error> {
        let mut transaction = self.store().write().await?;
        let setup = guilds::load(&mut transaction, person.guild).await?;
        let actor = Actor {
            user: person.user,
            roles: setup.playbook_roles(&person.guild_roles),
        };
        if !person.administrator && !actor.is_release_manager() {
            return Err(Rejection::RoleNeeded {
                roles: vec![self.title_of(RELEASE_MANAGER)],
                action: "change the calendar of this server",
            }
            .into());
        }
        let said = calendar_days::said(&mut transaction, person.guild).await?;
        let standing = checked(standing)?;
        let date = day_of(date, now)?;
        let before = Arc::clone(&setup.days);
        let mut all = said;
        if timeline::handle_once(&mut transaction, person.interaction, now).await? {
            let known = before.off.contains_key(&date) || before.worked.contains_key(&date);
            if standing == DayStanding::ByTheRules && !known {
                let own = before.off.keys().chain(before.worked.keys());
                let mut own: Vec<NaiveDate> = own.copied().filter(|date| *date >= today(now)).collect();
                own.sort();
                return Err(Rejection::NothingSaid { date, own }.into());
            }
            let stamp = Stamp {
                by: person.user,
                at: now,
            };
            let said = DaySaid {
                date,
                standing,
                stamp,
            };
            calendar_days::say(&mut transaction, person.guild, &said).await?;
            // The next step of time plans what is in flight again, and tells it.
            wake::look_again(&mut transaction, Some(person.guild)).await?;
            all.push(said);
        }
        let after = Arc::new(CalendarDays::said(&all));
        let settings = self.calendar_settings();
        let name = self.usual_calendar();
        let mut moved = Vec::new();
        let sight = Sight::of(person, &setup);
        let in_flight = releases::in_flight(&mut transaction, person.guild).await?;
        for release in in_flight.into_iter().filter(|release| sight.shows(release)) {
            let (old, new) = (self.plan_of(&release, &before), self.plan_of(&release, &after));
            let calendar = self.calendar(&release.playbook, release.guild, &after);
            let target = new
                .target
                .filter(|target| *target == date && !calendar.is_working_day(*target));
            let phases = moved_phases(&old, &new);
            if !phases.is_empty() || target.is_some() {
                moved.push(MovedRelease {
                    key: release.key.clone(),
                    name: release.name(),
                    channel: release.channel,
                    phases,
                    target_is_off: target,
                });
            }
        }
        transaction.commit().await?;
        self.pulse().poke();
        Ok(CalendarChange {
            date,
            before: settings.calendar(name, person.guild, &before),
            after: settings.calendar(name, person.guild, &after),
            moved,
        })
    }

    /// Reads the files of the configuration again. When anything is wrong with them, everything stays as it is.
    /// Returns the releases of the person's server whose dates move.
    ///
    /// # Errors
    /// [`Rejection::NotAnAdministrator`], [`Rejection::CalendarNotRead`]; or the database failed.
    pub async fn reload_calendar(&self, person: &Person) -> Result<Vec<MovedRelease>, Error> {
        if !person.administrator {
            return Err(Rejection::NotAnAdministrator.into());
        }
        let read = self.shared.calendar_source.read();
        let settings = read.map_err(|problems| Rejection::CalendarNotRead { problems })?;
        let before = self.in_flight(person).await?;
        *self
            .shared
            .calendar
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
        let after = self.in_flight(person).await?;
        let mut transaction = self.store().write().await?;
        wake::look_again(&mut transaction, None).await?;
        transaction.commit().await?;
        self.pulse().poke();
        let moves = |new: ReleaseView| {
            let old = before.iter().find(|old| old.release.id == new.release.id)?;
            let phases = moved_phases(&old.plan, &new.plan);
            (!phases.is_empty()).then(|| MovedRelease {
                key: new.release.key.clone(),
                name: new.release.name(),
                channel: new.release.channel,
                phases,
                target_is_off: None,
            })
        };
        Ok(after.into_iter().filter_map(moves).collect())
    }

    /// The calendar of the first playbook: what people of a server mean when they name none.
    pub(super) fn usual_calendar(&self) -> CalendarName {
        self.playbooks()
            .first()
            .map_or(CalendarName::UsCaConcurrent, |playbook| playbook.calendar)
    }

    fn title_of(&self, role: &str) -> String {
        self.roles()
            .into_iter()
            .find(|known| known.id.as_str() == role)
            .map_or_else(|| "Release Manager".to_owned(), |role| role.title)
    }
}

fn today(now: DateTime<Utc>) -> NaiveDate {
    Zone::SAN_FRANCISCO.to_local(now).date()
}

/// The date that was typed, when it is one that calendars know and is not over.
fn day_of(given: &str, now: DateTime<Utc>) -> Result<NaiveDate, Rejection> {
    let date = read_date(given)?;
    let today = today(now);
    if date < today {
        return Err(Rejection::DayIsOver { date, today });
    }
    Ok(date)
}

/// The date that was typed, when it is one that calendars know.
///
/// # Errors
/// [`Rejection::NotADay`].
pub fn read_date(given: &str) -> Result<NaiveDate, Rejection> {
    NaiveDate::parse_from_str(given.trim(), "%Y-%m-%d")
        .ok()
        .filter(|date| YEARS.contains(&date.year()))
        .ok_or_else(|| Rejection::NotADay {
            given: given.to_owned(),
        })
}

/// The standing with its reason trimmed, when there is one and it is not too long.
fn checked(standing: DayStanding) -> Result<DayStanding, Rejection> {
    let reason = |text: String| -> Result<String, Rejection> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Rejection::ReasonNeeded {
                action: "changing the calendar",
            });
        }
        within("the reason", text, REASON_LIMIT)?;
        Ok(text.to_owned())
    };
    Ok(match standing {
        DayStanding::Off(text) => DayStanding::Off(reason(text)?),
        DayStanding::Worked(text) => DayStanding::Worked(reason(text)?),
        DayStanding::ByTheRules => DayStanding::ByTheRules,
    })
}

fn moved_phases(old: &Plan, new: &Plan) -> Vec<(PhaseLabel, NaiveDate, NaiveDate)> {
    let moved = new.phases.iter().filter_map(|phase| {
        let before = old.phase(&phase.id)?;
        let label = PhaseLabel {
            id: phase.id.clone(),
            offset: phase.offset,
            title: phase.title.clone(),
        };
        (before.date != phase.date).then_some((label, before.date, phase.date))
    });
    moved.collect()
}
