//! What is there before a history begins: playbooks, servers, and a database in which the servers are set up.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use chrono::{DateTime, Datelike as _, NaiveDate, Timelike as _, Utc, Weekday};
use chrono_tz::Tz;
use tminus::app::App;
use tminus::cli::playbook::read_folder;
use tminus::domain::calendar::CalendarSettings;
use tminus::domain::ids::{ChannelId, GuildId, GuildRoleId, InteractionId, UserId};
use tminus::domain::person::Person;
use tminus::domain::playbook::Playbook;
use tminus::domain::setup::SetupChange;
use tminus::store::Store;

use super::bot::Valve;
use super::chance::Chance;

/// The roles of each playbook here.
const ROLES: [&str; 4] = ["release-manager", "dev", "qa", "marketing"];

/// The playbook that comes with T-minus, and seven that nobody has thought up.
pub(crate) static PLAYBOOKS: LazyLock<Vec<Playbook>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("playbook-templates");
    let mut all = read_folder(&folder).unwrap_or_default();
    all.extend((0..7).map(generated));
    all
});

fn generated(number: u64) -> Playbook {
    let mut chance = Chance::about(number, &[1]);
    let zones = [
        "America/Los_Angeles",
        "Europe/London",
        "America/St_Johns",
        "Australia/Lord_Howe",
        "Pacific/Chatham",
    ];
    let calendars = ["us-ca-concurrent", "weekdays", "us-ca-union"];
    let mut lines = vec![format!(
        "title = \"Process {number}\"\nsummary = \"Drawn by chance.\"\nproduct = \"Thing {number}\"\n\
         calendar = \"{}\"\nworkday_start = \"{:02}:00\"\ncutoff = {{ time = \"{:02}:30\", zone = \"{}\" }}",
        chance.pick(&calendars),
        chance.between(0, 10),
        chance.between(10, 24),
        chance.pick(&zones),
    )];
    let roles = ROLES.map(|role| format!("{{ id = \"{role}\", title = \"{role}\" }}"));
    lines.push(format!("roles = [{}]", roles.join(", ")));
    let phases = 1 + chance.below(4);
    let mut offset = phases * 3;
    for phase in 0..phases {
        offset -= chance.below(3);
        let when = if phase + 1 == phases {
            "on the target date".to_owned()
        } else {
            format!(
                "{} {} before",
                offset.max(2),
                chance.pick(&["working days", "calendar days"])
            )
        };
        offset = offset.saturating_sub(1);
        lines.push(format!(
            "[[phases]]\nid = \"phase-{phase}\"\ntitle = \"Phase {phase}\"\nwhen = \"{when}\""
        ));
        for item in 0..=chance.below(3) {
            let role = chance.pick(&ROLES);
            lines.push(format!(
                "[[phases.items]]\nid = \"item-{phase}-{item}\"\nrole = \"{role}\"\ntitle = \"Item {item}\""
            ));
        }
    }
    let text = lines.join("\n");
    let read = Playbook::read(&format!("process-{number}.toml"), &text);
    read.unwrap_or_else(|problems| panic!("{text}\n{problems:?}"))
}

/// The n-th server.
pub(crate) fn guild(number: u64) -> GuildId {
    GuildId(900 + number)
}

/// The channel in which a server hears of releases.
pub(crate) fn announcements(guild: GuildId) -> ChannelId {
    ChannelId(guild.0 * 100 + 50)
}

/// The channel in which a server hands over.
pub(crate) fn hand_offs(guild: GuildId) -> ChannelId {
    ChannelId(guild.0 * 100 + 52)
}

fn guild_role(guild: GuildId, role: usize) -> GuildRoleId {
    GuildRoleId(guild.0 * 100 + role as u64)
}

/// Somebody who plays the n-th role.
pub(crate) fn person(guild: GuildId, role: usize, interaction: u64) -> Person {
    Person {
        guild,
        user: user(guild, role),
        guild_roles: vec![guild_role(guild, role)],
        administrator: false,
        interaction: InteractionId(interaction),
    }
}

/// Who plays the n-th role.
pub(crate) fn user(guild: GuildId, role: usize) -> UserId {
    UserId(100_000_000_000_000_000 + guild.0 * 100 + role as u64)
}

/// Somebody who is called and has left the server.
pub(crate) fn gone(guild: GuildId) -> UserId {
    user(guild, 90)
}

/// Who takes turns around the globe, each in their own hours: the Release Manager, Dev and QA.
fn roster_of(guild: GuildId) -> String {
    let zones = ["America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe"];
    let members = zones.iter().enumerate().map(|(role, zone)| {
        format!(
            "[[members]]\ndiscord = \"{}\"\nzone = \"{zone}\"\nhours = \"{BEGINS:02}:00-{ENDS:02}:00\"",
            user(guild, role)
        )
    });
    let members: Vec<String> = members.collect();
    format!(
        "title = \"Release duty\"\nrotation = \"daily\"\n{}",
        members.join("\n")
    )
}

/// The hours of a day at which a shift begins and ends, where its member is.
const BEGINS: u32 = 8;
const ENDS: u32 = 16;

/// Whether it is a working hour for somebody of the roster; none for everybody else.
pub(crate) fn works(user: UserId, now: DateTime<Utc>) -> Option<bool> {
    let zones = [
        Tz::America__Los_Angeles,
        Tz::Europe__Berlin,
        Tz::Australia__Lord_Howe,
    ];
    let role = zones
        .iter()
        .enumerate()
        .find(|(role, _)| self::user(guild(0), *role) == user);
    let local = now.with_timezone(role?.1);
    let is_off = matches!(local.weekday(), Weekday::Sat | Weekday::Sun);
    Some(!is_off && (BEGINS..ENDS).contains(&local.hour()))
}

/// Somebody who looks at what the bot makes of a release.
pub(crate) fn reader(guild: GuildId) -> Person {
    person(guild, LEADS, 0)
}

/// The Release Manager.
pub(crate) const LEADS: usize = 0;

/// A database in which three servers are set up, the first one with a roster if it is to keep one; each history begins with
/// a copy.
pub(crate) async fn template(folder: &Path, roster: bool) -> PathBuf {
    let path = folder.join(format!("template-{roster}.sqlite"));
    let store = Store::rehearse(&path, Arc::new(Valve::default())).await.unwrap();
    let app = App::new(store, PLAYBOOKS.clone(), CalendarSettings::default());
    for guild in (0..3).map(guild) {
        let mut changes = vec![
            SetupChange::Category(ChannelId(guild.0 * 100 + 51)),
            SetupChange::Announcements(announcements(guild)),
        ];
        for (index, role) in ROLES.iter().enumerate() {
            changes.push(SetupChange::Role(role.parse().unwrap(), guild_role(guild, index)));
        }
        let administrator = Person {
            administrator: true,
            ..person(guild, LEADS, 1)
        };
        let keeps_roster = roster && guild == self::guild(0);
        if keeps_roster {
            changes.push(SetupChange::HandOffs(hand_offs(guild)));
        }
        app.choose(&administrator, &changes).await.unwrap();
        if keeps_roster {
            let begins = "2026-01-01T00:00:00Z".parse().unwrap();
            let leads = person(guild, LEADS, 2);
            let name = "duty".parse().unwrap();
            app.write_roster(&leads, &name, &roster_of(guild), 0, begins)
                .await
                .unwrap();
        }
    }
    app.close().await;
    path
}

/// The date so many days after another one.
pub(crate) fn days_after(date: NaiveDate, days: i64) -> NaiveDate {
    date + chrono::TimeDelta::days(days)
}
