//! Plays a diary on the stage that the demo and the scripts use.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use simcord::{ChannelId, Control, Fault, FaultKind, Happening, Limits, Message, MessageId, UserId};
use tminus::cli::playbook;
use tminus::demo::player::SERVER;
use tminus::demo::stage::{Stage, StageOptions};
use tminus::discord::invite;
use tminus::domain::playbook::Playbook;

use super::chance::Chance;
use super::diary::{Diary, Happens};

/// The permission to write (topics/permissions).
const SEND_MESSAGES: u64 = 1 << 11;

/// What reminders have and no other message has.
const REMINDS: &str = "Show my open items";

/// A reminder as Discord received it.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) id: MessageId,
    pub(crate) channel: ChannelId,
    pub(crate) at: DateTime<Utc>,
    pub(crate) text: String,
}

/// What people were told that they did.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Acknowledged {
    pub(crate) starts: usize,
    pub(crate) ticks: usize,
    pub(crate) closes: usize,
    /// What was refused with a sentence: ticked already, or no channel to do it in.
    pub(crate) refused: usize,
}

/// A year that was played. The stage stands, and the bot is down.
pub(crate) struct Played {
    pub(crate) stage: Stage,
    pub(crate) playbooks: Vec<Playbook>,
    pub(crate) diary: Diary,
    pub(crate) acknowledged: Acknowledged,
    /// Every reminder that Discord received, in order.
    pub(crate) received: Vec<Received>,
    /// The channels that somebody deleted, with what was in them.
    pub(crate) deleted: Vec<ChannelId>,
    pub(crate) counts: BTreeMap<&'static str, usize>,
}

/// The shipped playbook and the weekly one.
pub(crate) fn playbooks() -> anyhow::Result<(Playbook, Playbook)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| {
        playbook::read_file(&root.join(path)).map_err(|error| anyhow::anyhow!("{path}: {error:?}"))
    };
    Ok((
        without_gates(read("playbook-templates/dot-release.toml")?),
        read("tests/year/weekly.toml")?,
    ))
}

/// The playbook with the same items, phases and reminders, in which every item can be ticked at any time: what is
/// accounted for is reminders, and those do not ask why an item is open.
fn without_gates(mut playbook: Playbook) -> Playbook {
    for phase in &mut playbook.phases {
        phase.opens_when.clear();
        for item in &mut phase.items {
            item.needs.clear();
            item.evidence = None;
            item.only_if = None;
        }
    }
    playbook
}

/// Plays so many weeks of a seed, with the database in `data`.
pub(crate) async fn play(seed: u64, weeks: u32, data: &Path) -> anyhow::Result<Played> {
    let (dot, weekly) = playbooks()?;
    let diary = Diary::of(seed, weeks, &dot, &weekly);
    let playbooks = vec![dot, weekly];
    let options = StageOptions {
        port: 0,
        data: data.to_owned(),
        playbooks: playbooks.clone(),
        now: diary.begins,
        guilds: vec![SERVER.to_owned()],
        guests: Vec::new(),
        patience: Duration::from_secs(20),
        directory: String::new(),
        limits: Limits::default(),
        host: None,
    };
    let stage = Stage::open(options).await?;
    stage.set_up().await?;
    let control = stage.control();
    let riley = user(&control, "riley")?;
    let general = control
        .channel_id(riley, "general")
        .context("there is #general")?;
    let mut player = Player {
        stage,
        control,
        riley,
        general,
        chance: Chance::about(seed, &[4]),
        channels: BTreeMap::new(),
        keys: BTreeMap::new(),
        acknowledged: Acknowledged::default(),
        journal: 0,
        received: Vec::new(),
        deleted: Vec::new(),
        counts: BTreeMap::new(),
    };
    player
        .slash("riley", general, "/playbook schedule playbook:weekly switch:on")
        .await?;
    for (at, happens) in &diary.entries {
        player.stage.advance(*at).await;
        player
            .carry_out(happens)
            .await
            .with_context(|| format!("{at}: {happens:?}"))?;
        if let Some(pilot) = player.stage.pilot() {
            pilot.settled().await;
        }
        player.listen();
    }
    player.stage.advance(diary.ends).await;
    player.stage.stop_bot().await;
    player.listen();
    let Player {
        stage,
        acknowledged,
        received,
        deleted,
        counts,
        ..
    } = player;
    Ok(Played {
        stage,
        playbooks,
        diary,
        acknowledged,
        received,
        deleted,
        counts,
    })
}

struct Player {
    stage: Stage,
    control: Control,
    riley: UserId,
    general: ChannelId,
    chance: Chance,
    /// The channels that were found, by name.
    channels: BTreeMap<String, ChannelId>,
    /// The keys of releases, by the name of their channel.
    keys: BTreeMap<String, String>,
    acknowledged: Acknowledged,
    /// How much of the journal is known.
    journal: u64,
    received: Vec<Received>,
    deleted: Vec<ChannelId>,
    counts: BTreeMap<&'static str, usize>,
}

impl Player {
    async fn carry_out(&mut self, happens: &Happens) -> anyhow::Result<()> {
        match happens {
            Happens::Start {
                channel,
                version,
                target,
            } => {
                let line = format!("/release start playbook:dot-release version:{version} target:{target}");
                let answer = self.slash("riley", self.general, &line).await?;
                let key = answer.split_whitespace().find(|word| word.contains("REL-"));
                let key = key.with_context(|| format!("{version} did not start: {answer}"))?;
                let key = key.trim_matches('*').to_owned();
                self.keys.insert(channel.clone(), key);
                self.acknowledged.starts += 1;
            }
            Happens::Tick { channel, item, by } => {
                let Some(channel) = self.channel(channel) else {
                    self.acknowledged.refused += 1;
                    return Ok(());
                };
                let answer = self
                    .slash(by, channel, &format!("/item done item:{item}"))
                    .await?;
                if answer.contains("Done:") {
                    self.acknowledged.ticks += 1;
                } else if answer.contains("is done already") {
                    self.acknowledged.refused += 1;
                } else {
                    bail!("the answer was {answer}");
                }
            }
            Happens::Hold { channel } => {
                let line = "/release hold reason:\"The customer is asked\"";
                self.tell(channel, line, "is on hold").await?;
                self.count("releases put on hold");
            }
            Happens::Resume { channel } => self.tell(channel, "/release resume", "goes on").await?,
            Happens::Slip { channel, target } => self.slip(channel, &target.to_string()).await?,
            Happens::Close { channel } => {
                let close = "/release close override_reason:\"What is left is not needed\"";
                let (place, line) = match (self.channel(channel), self.keys.get(channel)) {
                    (Some(channel), _) => (channel, close.to_owned()),
                    (None, Some(key)) => (self.general, format!("{close} release:{key}")),
                    (None, None) => {
                        self.acknowledged.refused += 1;
                        return Ok(());
                    }
                };
                let answer = self.slash("riley", place, &line).await?;
                if !answer.contains("is closed") {
                    bail!("the answer was {answer}");
                }
                self.acknowledged.closes += 1;
            }
            Happens::Down => {
                self.stage.stop_bot().await;
                self.count("times down");
            }
            Happens::Up => self.stage.start_bot().await?,
            Happens::Crash => {
                self.stage.crash_bot().await;
                self.stage.start_bot().await?;
                self.count("crashes");
            }
            Happens::Refuse { channel, times } => {
                if let Some(channel) = self.channel(channel) {
                    let path = format!("/channels/{channel}/messages");
                    self.fault(
                        &path,
                        *times,
                        FaultKind::Status {
                            status: 403,
                            retry_after: None,
                        },
                    );
                    self.count("channels that refused for a while");
                }
            }
            Happens::Gag => {
                self.permit(invite::needed().bits() & !SEND_MESSAGES)?;
                self.count("times without the permission to write");
            }
            Happens::Ungag => self.permit(invite::needed().bits())?,
            Happens::LoseAnswers(times) => {
                self.fault("/messages", *times, FaultKind::LoseAnswer);
                self.count("times that answers were lost");
            }
            Happens::Fail(times) => {
                self.fault(
                    "/messages",
                    *times,
                    FaultKind::Status {
                        status: 503,
                        retry_after: None,
                    },
                );
                self.count("times that Discord failed");
            }
            Happens::Delete { channel } => {
                if let Some(id) = self.channel(channel) {
                    self.control.delete_channel(id)?;
                    self.channels.remove(channel);
                    self.deleted.push(id);
                    self.count("channels deleted");
                }
            }
            Happens::LookAfter => self.look_after().await?,
            Happens::SwitchOff => {
                let line = "/playbook schedule playbook:weekly switch:off";
                self.slash("riley", self.general, line).await?;
            }
        }
        Ok(())
    }

    /// Riley says something in the channel of a release, if it has one, and is answered so.
    async fn tell(&mut self, channel: &str, line: &str, answered: &str) -> anyhow::Result<()> {
        let Some(channel) = self.channel(channel) else {
            self.acknowledged.refused += 1;
            return Ok(());
        };
        let answer = self.slash("riley", channel, line).await?;
        if !answer.contains(answered) {
            bail!("the answer was {answer}");
        }
        Ok(())
    }

    /// Riley moves a target: the difference is shown first, and a button moves it.
    async fn slip(&mut self, channel: &str, target: &str) -> anyhow::Result<()> {
        let Some(channel) = self.channel(channel) else {
            self.acknowledged.refused += 1;
            return Ok(());
        };
        let line = format!("/release slip target:{target} reason:\"The fix is not ready\"");
        let shown = self.control.slash_text(self.riley, channel, &line).await;
        let button = shown.message.as_ref().and_then(|message| {
            let button = buttons(message).find(|button| button["label"] == "Move it")?;
            Some((message.id, button["custom_id"].as_str()?.to_owned()))
        });
        let (message, button) = button.with_context(|| format!("the answer was {}", shown.text()))?;
        let moved = self.control.click(self.riley, message, &button).await;
        if let Some(error) = moved.error {
            bail!("{error}");
        }
        self.count("targets moved");
        Ok(())
    }

    /// Of what could not be delivered, some is tried again, some is given up, and some is left.
    async fn look_after(&mut self) -> anyhow::Result<()> {
        let list = self.slash("riley", self.general, "/outbox list").await?;
        let words: Vec<&str> = list.split("note ").skip(1).collect();
        for note in words {
            let digits: String = note.chars().take_while(char::is_ascii_digit).collect();
            if digits.is_empty() {
                continue;
            }
            let what = *self.chance.pick(&["retry", "retry", "drop", "leave"]);
            if what == "leave" {
                continue;
            }
            self.slash("riley", self.general, &format!("/outbox {what} note:{digits}"))
                .await?;
            self.count(if what == "retry" {
                "notes tried again"
            } else {
                "notes given up"
            });
        }
        Ok(())
    }

    async fn slash(&self, who: &str, channel: ChannelId, line: &str) -> anyhow::Result<String> {
        let outcome = self
            .control
            .slash_text(user(&self.control, who)?, channel, line)
            .await;
        if let Some(error) = &outcome.error {
            bail!("@{who}: {line}: {error}");
        }
        Ok(outcome.text().to_owned())
    }

    fn channel(&mut self, name: &str) -> Option<ChannelId> {
        if let Some(known) = self.channels.get(name) {
            return Some(*known);
        }
        let found = self.control.channel_id(self.riley, name)?;
        self.channels.insert(name.to_owned(), found);
        Some(found)
    }

    fn permit(&self, bits: u64) -> anyhow::Result<()> {
        let guild = self.control.guild_id(SERVER).context("the server exists")?;
        Ok(self.control.set_bot_permissions(guild, bits)?)
    }

    fn fault(&self, path: &str, times: u32, kind: FaultKind) {
        self.control.fault(Fault {
            method: Some("POST".to_owned()),
            path_contains: path.to_owned(),
            times,
            kind,
        });
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// Takes down the reminders that Discord has received since.
    fn listen(&mut self) {
        for entry in self.control.journal_after(self.journal) {
            self.journal = entry.number;
            if let Happening::MessageCreated { message } = &entry.event
                && reminds(message)
            {
                self.received.push(Received {
                    id: message.id,
                    channel: message.channel_id,
                    at: message.timestamp,
                    text: message.content.clone(),
                });
            }
        }
    }
}

/// Whether a message is a reminder, by what a person sees of it.
pub(crate) fn reminds(message: &Message) -> bool {
    buttons(message).any(|button| button["label"] == REMINDS)
}

fn buttons(message: &Message) -> impl Iterator<Item = &serde_json::Value> {
    let rows = message.components.iter();
    rows.filter_map(|row| row.get("components")?.as_array()).flatten()
}

fn user(control: &Control, name: &str) -> anyhow::Result<UserId> {
    control
        .user_id(name)
        .with_context(|| format!("there is nobody called @{name}"))
}
