//! Who is on duty: rosters, what people change about them, and what they say by themselves.

mod away;
mod import;
mod roster;
mod swap;
mod tick;

use chrono::{DateTime, Utc};

use crate::app::{App, Error, actor};
use crate::domain::ids::{GuildId, UserId};
use crate::domain::person::Person;
use crate::domain::rejection::Rejection;
use crate::domain::setup::GuildSetup;
use crate::domain::shift::{Away, Change, RosterId, Rota, ShiftRefusal};
use crate::store::rosters::Kept;
pub use crate::store::shifts::KeptSwap;
use crate::store::{Connection, StoreError, handoffs, rosters, shifts};

pub use self::away::Taken;
pub use self::import::AwayPreview;
pub use self::roster::RosterDraft;
pub use self::swap::SwapView;
pub(super) use self::swap::about_swap;

/// A roster with what people changed about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterView {
    /// The roster.
    pub kept: Kept,
    /// Who is away, also of other rosters.
    pub away: Vec<Away>,
    /// Which stretches are somebody's although the rotation says otherwise.
    pub changes: Vec<Change>,
    /// Who has its duty, when it is handed over: whoever accepted it last, whatever the roster says.
    pub holder: Option<UserId>,
}

impl RosterView {
    /// Who is on when.
    #[must_use]
    pub fn rota(&self) -> Rota<'_> {
        Rota {
            roster: &self.kept.roster,
            away: &self.away,
            changes: &self.changes,
        }
    }
}

impl App {
    /// The rosters of a server, by name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn rosters(&self, guild: GuildId, now: DateTime<Utc>) -> Result<Vec<RosterView>, Error> {
        let mut reader = self.store().read().await?;
        Ok(views(&mut reader, guild, now).await?)
    }
}

/// The rosters of a guild, by name.
pub(super) async fn views(
    connection: &mut Connection,
    guild: GuildId,
    now: DateTime<Utc>,
) -> Result<Vec<RosterView>, StoreError> {
    let mut views = Vec::new();
    for kept in rosters::all(connection, guild).await? {
        views.push(view(connection, kept, now).await?);
    }
    Ok(views)
}

/// Who has the duty of a roster that is handed over; none when it cannot be read, which stops nothing else.
async fn holder(connection: &mut Connection, kept: &Kept) -> Result<Option<UserId>, StoreError> {
    if !kept.roster.hands_over {
        return Ok(None);
    }
    match handoffs::duty(connection, kept.number).await {
        Err(StoreError::Corrupt { .. }) => Ok(None),
        duty => Ok(duty?.map(|duty| duty.holder)),
    }
}

/// A roster with what people changed about it.
async fn view(connection: &mut Connection, kept: Kept, now: DateTime<Utc>) -> Result<RosterView, StoreError> {
    Ok(RosterView {
        holder: holder(connection, &kept).await?,
        away: shifts::away(connection, kept.guild, now).await?,
        changes: shifts::changes(connection, kept.number, now).await?,
        kept,
    })
}

/// The roster that somebody means: the one of this name, or the only one that it can be for `user`.
///
/// # Errors
/// [`ShiftRefusal::UnknownRoster`], [`ShiftRefusal::NotInRoster`] or [`ShiftRefusal::WhichRoster`].
pub fn meant<'a>(
    views: &'a [RosterView],
    name: Option<&str>,
    user: UserId,
) -> Result<&'a RosterView, ShiftRefusal> {
    let named = |views: &[&RosterView]| -> Vec<RosterId> {
        views.iter().map(|view| view.kept.name.clone()).collect()
    };
    let all: Vec<&RosterView> = views.iter().collect();
    let own = all.iter().copied();
    let own: Vec<&RosterView> = own
        .filter(|view| view.kept.roster.member(user).is_some())
        .collect();
    match (name, all.as_slice(), own.as_slice()) {
        (Some(given), all, _) => {
            let typed = given.trim().to_lowercase();
            let found = all.iter().find(|view| {
                view.kept.name.as_str() == typed || view.kept.roster.title.to_lowercase() == typed
            });
            found.copied().ok_or_else(|| ShiftRefusal::UnknownRoster {
                given: given.to_owned(),
                known: named(all),
            })
        }
        (None, [only], _) | (None, _, [only]) => Ok(only),
        (None, [], _) => Err(ShiftRefusal::UnknownRoster {
            given: String::new(),
            known: Vec::new(),
        }),
        (None, _, []) => Err(ShiftRefusal::NotInRoster { roster: None, user }),
        (None, _, several) => Err(ShiftRefusal::WhichRoster {
            rosters: named(several),
        }),
    }
}

/// Refuses whoever is neither in the roster nor leads releases.
fn takes_part(person: &Person, setup: &GuildSetup, view: &RosterView) -> Result<(), Rejection> {
    if view.kept.roster.member(person.user).is_some() || actor(setup, person).is_release_manager() {
        return Ok(());
    }
    let roster = Some(view.kept.name.clone());
    let user = person.user;
    Err(ShiftRefusal::NotInRoster { roster, user }.into())
}
