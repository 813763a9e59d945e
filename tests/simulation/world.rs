//! What is there before a history begins: playbooks, servers, and a database in which the servers are set up.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
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

fn guild_role(guild: GuildId, role: usize) -> GuildRoleId {
    GuildRoleId(guild.0 * 100 + role as u64)
}

/// Somebody who plays the n-th role.
pub(crate) fn person(guild: GuildId, role: usize, interaction: u64) -> Person {
    Person {
        guild,
        user: UserId(guild.0 * 100 + role as u64),
        guild_roles: vec![guild_role(guild, role)],
        administrator: false,
        interaction: InteractionId(interaction),
    }
}

/// Somebody who looks at what the bot makes of a release.
pub(crate) fn reader(guild: GuildId) -> Person {
    person(guild, LEADS, 0)
}

/// The Release Manager.
pub(crate) const LEADS: usize = 0;

/// A database in which three servers are set up; each history begins with a copy.
pub(crate) async fn template(folder: &Path) -> PathBuf {
    let path = folder.join("template.sqlite");
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
        app.choose(&administrator, &changes).await.unwrap();
    }
    app.close().await;
    path
}

/// The date so many days after another one.
pub(crate) fn days_after(date: NaiveDate, days: i64) -> NaiveDate {
    date + chrono::TimeDelta::days(days)
}
