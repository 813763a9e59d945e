//! A small playbook, a release of it, its plan: what the tests of every layer start from.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::calendar::Calendar;
use crate::domain::ids::{ChannelId, GuildId, GuildRoleId, ReleaseId, ReleaseKey, UserId};
use crate::domain::offset::Offset;
use crate::domain::person::{Actor, Stamp};
use crate::domain::plan::{Plan, plan};
use crate::domain::playbook::{ItemId, PhaseId, Playbook, RoleId, Variation};
use crate::domain::recurring::{Mode, Recurring, RecurringRelease, Window};
use crate::domain::release::{Reason, Release};
use crate::domain::room::Room;
use crate::domain::setup::GuildSetup;

/// Three roles, three phases, five items; one item is shared between two roles.
const SMALL: &str = r#"
title = "Patch"
summary = "A small process."
product = "Thing"
cutoff = { time = "10:00", zone = "America/Los_Angeles" }
roles = [
  { id = "release-manager", title = "Release Manager" },
  { id = "dev", title = "Dev" },
  { id = "qa", title = "QA" },
]

[[phases]]
id = "code"
title = "Code complete"
when = "4 working days before"
items = [
  { id = "announce", role = "release-manager", title = "Announce the release" },
  { id = "merge", role = "dev", with = ["qa"], title = "Merge the fixes" },
]

[[phases]]
id = "test"
title = "Testing"
when = "2 working days before"
items = [{ id = "verify", role = "qa", title = "Verify the fixes" }]

[[phases]]
id = "build"
title = "Build"
when = "on the target date"
items = [
  { id = "tag", role = "dev", title = "Tag the release" },
  { id = "page", role = "release-manager", title = "Update the page" },
]
"#;

/// The person who started the release of [`release`].
pub(crate) const RILEY: UserId = UserId(1);

/// The guild of [`release`].
pub(crate) const GUILD: GuildId = GuildId(900);

pub(crate) fn playbook() -> Playbook {
    Playbook::read("patch.toml", SMALL).unwrap()
}

/// The playbook that comes with T-minus.
pub(crate) fn dot_release() -> Playbook {
    let text = include_str!("../../playbook-templates/dot-release.toml");
    Playbook::read("dot-release.toml", text).unwrap()
}

/// A playbook with this many phases and this many items in each, which take turns among three roles.
pub(crate) fn large_playbook(phases: u32, items: usize, item_title: &str) -> Playbook {
    let mut large = playbook();
    let roles = ["release-manager", "dev", "qa"];
    let pattern = large.phases[1].clone();
    large.phases = (0..phases)
        .map(|phase| {
            let mut made = pattern.clone();
            made.id = format!("phase-{phase}").parse().unwrap();
            made.title = format!("Stage {}", phase + 1);
            made.offset = Offset::t_minus(phases - 1 - phase);
            made.items = (0..items)
                .map(|number| {
                    let mut item = pattern.items[0].clone();
                    item.id = format!("item-{phase}-{number}").parse().unwrap();
                    item.role = role(roles[number % roles.len()]);
                    item.title = format!("{item_title} {phase}.{number}");
                    item
                })
                .collect();
            made
        })
        .collect();
    large
}

/// The small playbook, which comes again each Tuesday at nine in Auckland.
pub(crate) fn weekly(mode: Mode) -> Playbook {
    Playbook {
        recurring: Some(Recurring {
            at: "weekly, Tuesday 09:00 Pacific/Auckland".parse().unwrap(),
            mode,
            target: "6 working days after".parse().unwrap(),
            version: "{year}.{number}.0".parse().unwrap(),
            catch_up: Window::SIX_HOURS,
        }),
        ..playbook()
    }
}

/// What [`weekly`] asks for on Tuesday 1 December 2026 in Auckland.
pub(crate) fn recurring_release() -> RecurringRelease {
    RecurringRelease {
        playbook: "patch".to_owned(),
        title: "Patch".to_owned(),
        local: date("2026-12-01").and_hms_opt(9, 0, 0).unwrap(),
        zone: "Pacific/Auckland".parse().unwrap(),
        due: at("2026-11-30T20:00:00Z"),
        target: date("2026-12-09"),
        version: "2026.1.0".to_owned(),
        missed: 0,
    }
}

/// 7.2.1, started on Tuesday 1 December 2026 for Thursday 10 December: T−4 on the 4th, T−2 on the 8th.
pub(crate) fn release() -> Release {
    release_of(playbook())
}

pub(crate) fn release_of(playbook: Playbook) -> Release {
    Release {
        id: ReleaseId(1),
        guild: GUILD,
        key: ReleaseKey::from_stored("REL-2026-12-001".to_owned()),
        playbook: playbook.into(),
        variation: Variation::default(),
        room: Room::default(),
        version: "7.2.1".to_owned(),
        title: None,
        reason: Reason::Security,
        private: false,
        target: Some(date("2026-12-10")),
        opened: stamp(RILEY.0, "2026-12-01T17:00:00Z"),
        closed: None,
        channel: None,
        board: None,
        completions: BTreeMap::new(),
        hold: None,
        snoozes: BTreeMap::new(),
        told: None,
        reopened: BTreeMap::new(),
        watched_from: at("2026-12-01T17:00:00Z"),
        revision: 0,
    }
}

pub(crate) fn plan_of(release: &Release) -> Plan {
    let calendar = Calendar::named(release.playbook.calendar);
    release
        .target
        .map_or_else(Plan::undated, |target| plan(&release.playbook, target, &calendar))
}

/// A guild that has chosen everything that [`playbook`] needs: guild role 11 leads, 12 develops, 13 tests.
pub(crate) fn setup() -> GuildSetup {
    GuildSetup {
        guild: GUILD,
        roles: BTreeMap::from([
            (role("release-manager"), GuildRoleId(11)),
            (role("dev"), GuildRoleId(12)),
            (role("qa"), GuildRoleId(13)),
        ]),
        category: Some(ChannelId(21)),
        following: Vec::new(),
        archive: None,
        archive_following: Vec::new(),
        announcements: Some(ChannelId(22)),
        operations: None,
        hand_offs: None,
        private_channels: false,
        days: Arc::default(),
        manager: None,
    }
}

pub(crate) fn actor(roles: &[&str]) -> Actor {
    Actor {
        user: UserId(2),
        roles: roles.iter().map(|id| role(id)).collect(),
    }
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn stamp(by: u64, when: &str) -> Stamp {
    Stamp {
        by: UserId(by),
        at: at(when),
    }
}

pub(crate) fn item(id: &str) -> ItemId {
    id.parse().unwrap()
}

pub(crate) fn phase(id: &str) -> PhaseId {
    id.parse().unwrap()
}

pub(crate) fn role(id: &str) -> RoleId {
    id.parse().unwrap()
}
