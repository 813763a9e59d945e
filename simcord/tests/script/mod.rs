//! One script for every client that others wrote: what the people do, and what they must come to see. The bot of a client
//! does what `simcord/clients/README.md` says, and is judged by it alone.

mod steps;

use std::fmt::Debug;
use std::future::Future;

use simcord::{ChannelId, ChannelSpec, Control, GuildId, GuildSpec, MemberSpec, Options, Outcome, UserId};

/// Whether a step holds; the error says what was seen instead.
pub(crate) type Check = Result<(), String>;

/// What the bot may do: all that the script needs, and no more.
const BOT_MAY: u64 = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 16 | 1 << 34 | 1 << 35 | 1 << 38 | 1 << 44 | 1 << 51;

/// Who and what the script plays with.
pub(crate) struct Stage {
    control: Control,
    guild: GuildId,
    ada: UserId,
    ben: UserId,
    general: ChannelId,
}

/// The guild that the script is played in.
pub(crate) fn options() -> Options {
    let member = |name: &str, shown: &str| MemberSpec {
        username: name.into(),
        display_name: shown.into(),
        owner: name == "ada",
        ..MemberSpec::default()
    };
    let general = ChannelSpec {
        name: "general".into(),
        ..ChannelSpec::default()
    };
    Options {
        // A busy machine is no silent bot.
        patience: std::time::Duration::from_secs(30),
        guilds: vec![GuildSpec {
            name: "Works".into(),
            members: vec![member("ada", "Ada L."), member("ben", "Ben")],
            channels: vec![general],
            bot_permissions: BOT_MAY,
            ..GuildSpec::default()
        }],
        ..Options::default()
    }
}

/// Plays the script with whoever connects, tells each step as it is over, and gives how many held.
pub(crate) async fn play(control: &Control, tell: &mut dyn FnMut(&str)) -> Result<usize, String> {
    let found = |name: &str| control.user_id(name).ok_or("somebody is missing");
    let (ada, ben) = (found("ada")?, found("ben")?);
    let stage = Stage {
        guild: control.guild_id("Works").ok_or("the guild is missing")?,
        general: control.channel_id(ada, "general").ok_or("#general is missing")?,
        control: control.clone(),
        ada,
        ben,
    };
    let mut transcript = Transcript { tell, held: 0 };
    steps::all(&stage, &mut transcript).await?;
    Ok(transcript.held)
}

/// What has been told so far.
struct Transcript<'t> {
    tell: &'t mut dyn FnMut(&str),
    held: usize,
}

impl Transcript<'_> {
    async fn step(&mut self, name: &str, act: impl Future<Output = Check>) -> Check {
        match act.await {
            Ok(()) => {
                self.held += 1;
                (self.tell)(&format!("ok  {name}"));
                Ok(())
            }
            Err(why) => {
                (self.tell)(&format!("NO  {name}: {why}"));
                Err(format!("{name}: {why}"))
            }
        }
    }
}

impl Stage {
    /// Ada types a command, and reads this.
    async fn reads(&self, line: &str, wanted: &str) -> Check {
        let outcome = self.control.slash_text(self.ada, self.general, line).await;
        said(&outcome, wanted)
    }

    /// The texts that somebody reads in a channel.
    fn texts(&self, user: UserId, channel: ChannelId) -> Vec<String> {
        let messages = self.control.messages(user, channel);
        messages
            .iter()
            .map(|message| self.control.read(user, message))
            .collect()
    }

    /// Waits until somebody reads this in #general.
    async fn sees(&self, user: UserId, text: &str) {
        let there = || self.texts(user, self.general).iter().any(|seen| seen == text);
        self.control.wait_until(there).await;
    }

    /// The statuses of requests with this method to paths that end in this.
    fn statuses(&self, method: &str, end: &str) -> Vec<u16> {
        let requests = self.control.requests().into_iter();
        let meant = requests.filter(|request| request.method == method && request.path.ends_with(end));
        meant.map(|request| request.status).collect()
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "a step reads better without references"
)]
fn same<T: Debug + PartialEq>(seen: T, wanted: T) -> Check {
    if seen == wanted {
        Ok(())
    } else {
        Err(format!("{seen:?} instead of {wanted:?}"))
    }
}

fn holds(so: bool, otherwise: &str) -> Check {
    if so { Ok(()) } else { Err(otherwise.to_owned()) }
}

/// Whether an act ended in a message that reads like this.
fn said(outcome: &Outcome, wanted: &str) -> Check {
    match &outcome.error {
        Some(error) => Err(error.clone()),
        None => same(outcome.text(), wanted),
    }
}
