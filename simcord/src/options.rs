//! What a local Discord starts with: the application, the guilds, the clock and the limits.

mod world_file;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use serde::Deserialize;

use crate::clock::Clock;
use crate::host::Host;
use crate::world::ChannelKind;

/// Everything a local Discord starts with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port of the plain HTTP server (gateway, control API, page, REST); 0 takes any free one.
    pub port: u16,
    /// The application whose bot may connect.
    pub application: Application,
    /// The guilds; the bot is a member of each.
    pub guilds: Vec<GuildSpec>,
    /// What time it is.
    pub clock: Clock,
    /// Who makes the ids, from 0 to 1023. Two local Discords of one seed whose clocks are moved by hand make the same ids
    /// when the same things happen; those of two seeds never share one.
    pub seed: u16,
    /// Real time that an acting call waits for the application's first answer. A deferred answer is given ten times
    /// as long.
    pub patience: Duration,
    /// Numbers that Discord does not publish or that a test wants smaller.
    pub limits: Limits,
    /// Where the REST requests and their answers are recorded, tokens left out: a file, which is written anew, or a folder
    /// that is there, in which each local Discord leaves a file of its own. `None` leaves it to the environment variable
    /// `SIMCORD_RECORDINGS`, which names a folder.
    pub recording: Option<PathBuf>,
    /// What the embedding program adds to the page.
    pub host: Option<Arc<dyn Host>>,
}

impl Default for Options {
    /// One application, no guild, the machine's clock, any port.
    fn default() -> Self {
        Self {
            port: 0,
            application: Application::default(),
            guilds: Vec::new(),
            clock: Clock::system(),
            seed: 0,
            patience: Duration::from_secs(3),
            limits: Limits::default(),
            recording: None,
            host: None,
        }
    }
}

/// The application whose bot may connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// The application's id, which is the bot user's id too.
    pub id: u64,
    /// Its name, and the bot's.
    pub name: String,
    /// The bot token that REST and gateway accept; any other gets 401 and 4004.
    pub token: String,
    /// Bits of the privileged intents that the application was granted: members `1 << 1`, presences `1 << 8`, message
    /// content `1 << 15`. A bot that asks for another of them is closed with 4014.
    pub privileged_intents: u64,
}

impl Default for Application {
    fn default() -> Self {
        Self {
            id: 1_000_000_000_000_000_001,
            name: "bot".to_owned(),
            token: "local.bot.token".to_owned(),
            privileged_intents: 0,
        }
    }
}

/// A guild to start with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GuildSpec {
    /// Its name.
    pub name: String,
    /// Its roles, the lowest first; a role named `@everyone` sets what everybody may do.
    #[serde(rename = "role")]
    pub roles: Vec<RoleSpec>,
    /// Its people. The first owner owns the guild; without one, a person nobody plays does.
    #[serde(rename = "member")]
    pub members: Vec<MemberSpec>,
    /// Its channels, in order.
    #[serde(rename = "channel")]
    pub channels: Vec<ChannelSpec>,
    /// The permission bits of the bot's managed role, which stands above all other roles.
    #[serde(deserialize_with = "world_file::bits")]
    pub bot_permissions: u64,
}

/// A role to start with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RoleSpec {
    /// Its name.
    pub name: String,
    /// Its colour as `0xRRGGBB`; 0 is none.
    #[serde(deserialize_with = "world_file::color")]
    pub color: u32,
    /// Permission bits that it adds to `@everyone`'s.
    #[serde(deserialize_with = "world_file::bits")]
    pub permissions: u64,
    /// Whether anybody may ping it.
    pub mentionable: bool,
}

/// A person in a guild to start with. The same `username` in several guilds is one person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MemberSpec {
    /// The unique name.
    pub username: String,
    /// The name that people see.
    pub display_name: String,
    /// Names of the person's roles.
    pub roles: Vec<String>,
    /// Whether the person owns the guild.
    pub owner: bool,
}

/// A channel to start with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChannelSpec {
    /// Its name.
    pub name: String,
    /// What it is.
    #[serde(deserialize_with = "world_file::kind")]
    pub kind: ChannelKind,
    /// The name of the category it stands under.
    pub parent: Option<String>,
    /// Its topic.
    pub topic: Option<String>,
}

/// Numbers that Discord does not publish or that a test wants smaller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long a nonce with `enforce_nonce` is remembered.
    pub nonce_window: TimeDelta,
    /// Name and topic edits of one channel within [`Limits::rename_window`].
    pub renames: usize,
    /// The window of [`Limits::renames`].
    pub rename_window: TimeDelta,
    /// Edits per hour of one message that is older than an hour; beyond it comes a 429 with code 30046. `None` is no
    /// limit.
    pub old_message_edits: Option<usize>,
    /// Requests per bucket and second of the clock; beyond it comes a 429. `None` counts without refusing.
    pub requests_per_second: Option<u32>,
    /// Requests per second of the clock over all buckets, answers to interactions not counted; beyond it comes a 429 of
    /// the global scope. Discord allows 50. `None` counts nothing.
    pub requests_in_all: Option<u32>,
    /// Answers of 401, 403 and 429 within ten minutes; beyond it nobody is heard until there were fewer.
    pub invalid_requests: usize,
    /// Bytes of one request; beyond it comes a 413 with code 40005.
    pub bytes_per_request: usize,
    /// Sessions that a bot may begin within a day. One more resets its token: its connections are closed with 4004, and
    /// nothing that it says is heard any more.
    pub sessions_per_day: usize,
    /// Sessions that a bot may begin within five seconds of the clock; beyond it comes op 9. Discord says 1. `None` counts
    /// nothing, since under a clock that stands a bot that was restarted would wait for ever.
    pub sessions_at_once: Option<usize>,
    /// Guilds that a shard may have; with more the bot is closed with 4011.
    pub guilds_per_shard: usize,
    /// Channels in a guild, categories counted.
    pub channels_per_guild: usize,
    /// Channels in a category.
    pub channels_per_category: usize,
    /// Roles in a guild.
    pub roles_per_guild: usize,
    /// Pins in a channel.
    pub pins_per_channel: usize,
    /// Overwrites of a channel.
    pub overwrites_per_channel: usize,
    /// Threads in a guild that are not put away. Discord publishes that there is a limit, not which.
    pub active_threads: usize,
    /// New commands of a scope within a day.
    pub commands_per_day: usize,
    /// Bytes of one file; beyond it comes a 413 with code 40005.
    pub bytes_per_file: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            nonce_window: TimeDelta::minutes(3),
            renames: 2,
            rename_window: TimeDelta::minutes(10),
            old_message_edits: None,
            requests_per_second: None,
            requests_in_all: None,
            invalid_requests: 10_000,
            bytes_per_request: 25 << 20,
            sessions_per_day: 1_000,
            sessions_at_once: None,
            guilds_per_shard: 2_500,
            channels_per_guild: 500,
            channels_per_category: 50,
            roles_per_guild: 250,
            pins_per_channel: 250,
            overwrites_per_channel: 1_000,
            active_threads: 1_000,
            commands_per_day: 200,
            bytes_per_file: 10 << 20,
        }
    }
}

/// Changes of [`Limits`] while it is played, as data: what is left out stays as it is, and 0 is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitChanges {
    /// [`Limits::nonce_window`], in seconds; 0 forgets at once.
    pub nonce_window: Option<u32>,
    /// [`Limits::old_message_edits`].
    pub old_message_edits: Option<usize>,
    /// [`Limits::requests_per_second`].
    pub requests_per_second: Option<u32>,
    /// [`Limits::requests_in_all`].
    pub requests_in_all: Option<u32>,
}

impl LimitChanges {
    /// Makes them.
    pub fn make(self, limits: &mut Limits) {
        if let Some(seconds) = self.nonce_window {
            limits.nonce_window = TimeDelta::seconds(i64::from(seconds));
        }
        if let Some(edits) = self.old_message_edits {
            limits.old_message_edits = Some(edits).filter(|edits| *edits > 0);
        }
        if let Some(requests) = self.requests_per_second {
            limits.requests_per_second = Some(requests).filter(|requests| *requests > 0);
        }
        if let Some(requests) = self.requests_in_all {
            limits.requests_in_all = Some(requests).filter(|requests| *requests > 0);
        }
    }
}
