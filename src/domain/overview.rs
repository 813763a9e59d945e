//! The releases of a server in a list: what somebody has to know of each to see what is in flight (S40).

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::domain::ids::{ChannelId, GuildId, ReleaseKey, UserId};
use crate::domain::person::Stamp;
use crate::domain::plan::Plan;
use crate::domain::playbook::PhaseLink;
use crate::domain::rejection::PhaseLabel;
use crate::domain::release::{Progress, Release};
use crate::domain::room::{Lack, gate_label};
use crate::domain::standing::blocked;
use crate::domain::zone::Zone;

#[cfg(test)]
mod tests;

/// Which releases a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Listed {
    /// Those that are open.
    #[default]
    InFlight,
    /// Those that are open and have not begun, and those that were proposed.
    Upcoming,
    /// Those that were closed in the last 30 days.
    RecentlyShipped,
    /// All of these.
    All,
}

/// One release in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    /// The server that it belongs to.
    pub guild: GuildId,
    /// What people call it.
    pub key: ReleaseKey,
    /// "7.2.1 Login fix".
    pub name: String,
    /// The versions that it ships.
    pub versions: Vec<String>,
    /// What it is a release of.
    pub product: String,
    /// The playbook that it follows, by its name.
    pub playbook: String,
    /// Whether it is known to the roles of its playbook alone.
    pub private: bool,
    /// Its channel, once opened.
    pub channel: Option<ChannelId>,
    /// Why its clock stands still, while it does.
    pub held: Option<String>,
    /// T-0; none while it is to be decided.
    pub target: Option<NaiveDate>,
    /// Where its cut-offs are counted.
    pub zone: Zone,
    /// When its first phase begins, while that is ahead, its clock runs and nothing is settled.
    pub begins: Option<DateTime<Utc>>,
    /// The phase that people are at; none when everything is done.
    pub phase: Option<PhaseLabel>,
    /// Its items.
    pub items: Progress,
    /// The cut-off that comes next, while its clock runs.
    pub next_cutoff: Option<(PhaseLabel, DateTime<Utc>)>,
    /// How many phases are overdue, while its clock runs.
    pub overdue: usize,
    /// Who started it, and when.
    pub started: Stamp,
    /// Who has the duty now, of each roster that hands it over; nobody of a release that is closed.
    pub on_duty: Vec<UserId>,
    /// What stands in the way now.
    pub blockers: Vec<Blocking>,
    /// The pages of its phase whose addresses are known.
    pub links: Vec<(PhaseLink, String)>,
    /// Who closed it, and when.
    pub closed: Option<Stamp>,
    /// When it shipped, as the scorecard counts it.
    pub shipped: Option<DateTime<Utc>>,
}

/// One thing that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blocking {
    /// An item cannot go on.
    Item {
        /// Its title.
        title: String,
        /// Why.
        reason: String,
    },
    /// The next gate cannot open.
    Gate(Lack),
}

impl Listed {
    /// All of them, in the order in which people pick.
    pub const ALL: [Self; 4] = [Self::InFlight, Self::Upcoming, Self::RecentlyShipped, Self::All];

    /// Its name on the command line and in buttons.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InFlight => "in-flight",
            Self::Upcoming => "upcoming",
            Self::RecentlyShipped => "recently-shipped",
            Self::All => "all",
        }
    }

    /// Whether it shows releases that are open.
    #[must_use]
    pub fn shows_open(self) -> bool {
        self != Self::RecentlyShipped
    }

    /// Whether it shows what was proposed and waits for an answer.
    #[must_use]
    pub fn shows_proposed(self) -> bool {
        matches!(self, Self::Upcoming | Self::All)
    }

    /// Since when what was closed counts as recent at `now`, if it is shown.
    #[must_use]
    pub fn closed_since(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        matches!(self, Self::RecentlyShipped | Self::All).then(|| now - TimeDelta::days(RECENT))
    }
}

/// For so many days a closed release counts as recently shipped.
pub const RECENT: i64 = 30;

impl Overview {
    /// What a list says of this release at `now`, by its plan.
    #[must_use]
    pub fn of(release: &Release, plan: &Plan, on_duty: &[UserId], now: DateTime<Utc>) -> Self {
        let phase = release.current_phase();
        let runs = release.clock_runs();
        let pages = phase.into_iter().flat_map(|phase| release.links_of(phase));
        let overdue = release.overdue_phases(plan, now).len();
        Self {
            guild: release.guild,
            key: release.key.clone(),
            name: release.name(),
            versions: release.versions().map(str::to_owned).collect(),
            product: release.playbook.product.clone(),
            playbook: release.playbook.id.clone(),
            private: release.private,
            channel: release.channel,
            held: release.hold.as_ref().map(|hold| hold.reason.clone()),
            target: release.target,
            zone: release.playbook.cutoff.zone,
            begins: begins(release, plan, now),
            phase: phase.map(gate_label),
            items: release.progress(),
            next_cutoff: release
                .next_cutoff(plan, now)
                .filter(|_| runs)
                .map(|(phase, cutoff)| (gate_label(phase), cutoff)),
            overdue: if runs { overdue } else { 0 },
            started: release.opened,
            on_duty: if release.is_open() {
                on_duty.to_vec()
            } else {
                Vec::new()
            },
            blockers: blockers(release),
            links: pages
                .map(|(link, stored)| (link.clone(), stored.url.clone()))
                .collect(),
            closed: release.closed.as_ref().map(|closure| closure.stamp),
            shipped: release.shipped(),
        }
    }

    /// Whether a list of this kind shows it.
    #[must_use]
    pub fn is_listed(&self, listed: Listed) -> bool {
        match listed {
            Listed::InFlight => self.closed.is_none(),
            Listed::Upcoming => self.begins.is_some(),
            Listed::RecentlyShipped => self.closed.is_some(),
            Listed::All => true,
        }
    }
}

/// Puts a list in its order: what is open by its next cut-off, the soonest first, then what was closed last.
pub fn sort(overviews: &mut [Overview]) {
    overviews.sort_by_key(|overview| {
        let next = overview.next_cutoff.as_ref().map(|(_, at)| *at);
        let closed = overview.closed.map(|closed| std::cmp::Reverse(closed.at));
        (closed, next.unwrap_or(DateTime::<Utc>::MAX_UTC))
    });
}

fn begins(release: &Release, plan: &Plan, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let first = plan.phases.first()?.starts_at;
    let untouched = release.is_open() && release.clock_runs() && release.completions.is_empty();
    (untouched && first > now).then_some(first)
}

/// What was escalated, and the items that cannot go on; what went wrong before the gates that are closed; and before the one that people wait
/// at, everything but the items, of which the progress speaks.
fn blockers(release: &Release) -> Vec<Blocking> {
    if !release.is_open() {
        return Vec::new();
    }
    let items = blocked(release).into_iter();
    let mut blockers: Vec<Blocking> = items
        .map(|(title, reason)| Blocking::Item { title, reason })
        .collect();
    let escalated = release.escalated().into_iter();
    blockers.splice(0..0, escalated.map(|blocker| Blocking::Gate(blocker.lack)));
    let current = release.current_phase().map(|phase| &phase.id);
    for phase in &release.playbook.phases {
        if release.is_gate_open(phase) {
            continue;
        }
        let waited_at = current == Some(&phase.id);
        let counts = |lack: &Lack| match lack {
            Lack::ItemOpen { .. } => false,
            lack => waited_at || lack.is_trouble(),
        };
        for blocker in release.missing_for(phase) {
            let blocking = Blocking::Gate(blocker.lack.clone());
            if counts(&blocker.lack) && !blockers.contains(&blocking) {
                blockers.push(blocking);
            }
        }
    }
    blockers
}
