//! Plays a script: people act through the local Discord, time passes, and the transcript tells what people saw.

mod look;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};
use simcord::{Control, Fault, Modal, Outcome, OutcomeState};

pub(super) use self::look::Look;
use self::look::{channel_called, message_with, text_of, user, with_ids};
use crate::demo::form::{filled, look_of};
use crate::demo::script::{MenuOf, Place, Script, Step, Until};
use crate::demo::stage::{Stage, StageOptions};
use crate::demo::transcript::{Excerpt, Transcript, clock};
use crate::discord::invite;
use crate::domain::playbook::Playbook;

/// The name of the first server.
pub const SERVER: &str = "Acme";

/// What a script brought about.
#[derive(Clone, Debug, Default)]
pub struct Performance {
    /// What people did and saw.
    pub transcript: String,
    /// What failed; empty when every step did what it should.
    pub failures: Vec<String>,
}

/// Plays a script from its beginning, with the database in `data`.
///
/// # Errors
/// The stage could not be set. A step that fails is a failure of the performance and ends it.
pub async fn play(script: &Script, playbooks: Vec<Playbook>, data: &Path) -> anyhow::Result<Performance> {
    let mut guilds = vec![SERVER.to_owned()];
    guilds.extend(script.servers.iter().cloned());
    let options = StageOptions {
        port: 0,
        data: data.to_owned(),
        playbooks,
        now: script.starts,
        guilds,
        guests: script.guests.clone(),
        // Only a bot that hangs lets somebody wait this long; on a busy machine three seconds would be a matter of luck.
        patience: Duration::from_secs(20),
        directory: script.directory.clone(),
        limits: script.limits.clone(),
        host: None,
    };
    let stage = Stage::open(options).await?;
    if script.set_up {
        stage.set_up().await?;
    }
    let mut player = Player::new(stage)?;
    for (category, number) in &script.others {
        let guild = player
            .control
            .guild_id(SERVER)
            .context("the first server exists")?;
        let category = channel_called(&player.control, category)?.id;
        for number in 1..=*number {
            player
                .control
                .make_channel(guild, &format!("{OTHER}{number}"), Some(category))?;
        }
    }
    // What stands on the stage before the play is no part of it.
    player.tell();
    let mut performance = Performance::default();
    for (line, text, step) in &script.steps {
        let result = player.perform(step).await;
        if !step.is_expectation() {
            let now = clock(player.stage.now());
            writeln!(performance.transcript, "{now} > {text}")?;
            let told = player.tell();
            performance.transcript.push_str(&told);
        }
        if let Err(error) = result {
            performance
                .failures
                .push(format!("line {line}: {text}: {error:#}"));
            break;
        }
    }
    performance.failures.extend(
        player
            .control
            .errors()
            .into_iter()
            .map(|error| format!("the local Discord: {error}")),
    );
    player.close().await;
    Ok(performance)
}

/// How the names of channels of others begin.
const OTHER: &str = "other-";

/// What is in the files that people send.
const FILE: &[u8] = b"A report";

/// Whoever acts on a stage, one step at a time.
pub(super) struct Player {
    stage: Stage,
    control: Control,
    transcript: Transcript,
    /// Where each person is.
    places: BTreeMap<String, Place>,
    /// The form that each person has open.
    forms: BTreeMap<String, Modal>,
    /// What people saw in the last step that was no expectation.
    last: Excerpt,
    /// What the person who acted was told beside the messages: refusals of the platform, suggestions.
    answer: String,
}

impl Player {
    /// Nobody has done anything yet, and everybody is nowhere.
    pub(super) fn new(stage: Stage) -> anyhow::Result<Self> {
        let control = stage.control();
        let reader = user(&control, "riley")?;
        Ok(Self {
            stage,
            transcript: Transcript::new(control.clone(), reader),
            control,
            places: BTreeMap::new(),
            forms: BTreeMap::new(),
            last: Excerpt::default(),
            answer: String::new(),
        })
    }

    /// Where it plays.
    pub(super) fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Ends the play.
    pub(super) async fn close(self) {
        self.stage.close().await;
    }

    /// Does one step, and whatever the bot does of it at that instant.
    pub(super) async fn perform(&mut self, step: &Step) -> anyhow::Result<()> {
        match step {
            Step::Expect(text) => {
                if !self.heard().contains(text.as_str()) {
                    bail!("nobody saw this; what was seen:\n{}", self.heard());
                }
                return Ok(());
            }
            Step::ExpectNot(text) => {
                if self.heard().contains(text.as_str()) {
                    bail!("somebody saw this:\n{}", self.heard());
                }
                return Ok(());
            }
            Step::ExpectPings(names) => {
                if self.last.pinged != *names {
                    bail!("these people heard something: {:?}", self.last.pinged);
                }
                return Ok(());
            }
            _ => {}
        }
        self.answer.clear();
        self.act(step).await?;
        if let Some(pilot) = self.stage.pilot() {
            pilot.settled().await;
        }
        Ok(())
    }

    async fn act(&mut self, step: &Step) -> anyhow::Result<()> {
        match step {
            Step::Opens { who, place } => {
                self.channel(who, place)?;
                self.places.insert(who.clone(), place.clone());
            }
            Step::SeesNot { who, place } => {
                if self.channel(who, place).is_ok() {
                    bail!("@{who} sees {place}");
                }
            }
            Step::Command { who, place, text } => {
                if let Some(place) = place {
                    self.places.insert(who.clone(), place.clone());
                }
                let channel = self.here(who)?;
                let outcome = self
                    .control
                    .slash_text(user(&self.control, who)?, channel.id, text)
                    .await;
                self.note(who, outcome)?;
            }
            Step::Suggest { who, text } => self.suggest(who, text).await?,
            Step::Clicks { who, label } => {
                let (message, component) =
                    self.find(who, |component| text_of(component, "label") == *label)?;
                let id = text_of(&component, "custom_id");
                let outcome = self
                    .control
                    .click(user(&self.control, who)?, message.id, &id)
                    .await;
                self.note(who, outcome)?;
            }
            Step::Picks { who, option, from } => {
                let (message, component) = self.find(who, |component| {
                    text_of(component, "placeholder").starts_with(from.as_str())
                })?;
                let value = match option.chars().next() {
                    // A select of people or channels lists none: the client knows them.
                    Some('@') => user(&self.control, option.trim_start_matches('@'))?.to_string(),
                    Some('#') => {
                        let name = option.trim_start_matches('#');
                        let channel = self.control.channel_id(user(&self.control, who)?, name);
                        channel
                            .with_context(|| format!("@{who} sees no channel #{name}"))?
                            .to_string()
                    }
                    _ => {
                        let options = component.get("options").and_then(|options| options.as_array());
                        let chosen = options
                            .into_iter()
                            .flatten()
                            .find(|known| text_of(known, "label").starts_with(option.as_str()));
                        let chosen = chosen.with_context(|| {
                            format!("the select has no option that begins with {option:?}")
                        })?;
                        text_of(chosen, "value")
                    }
                };
                let values = vec![value];
                let id = text_of(&component, "custom_id");
                let outcome = self
                    .control
                    .select(user(&self.control, who)?, message.id, &id, values)
                    .await;
                self.note(who, outcome)?;
            }
            Step::Fills { who, fields } => {
                let form = self.forms.remove(who).context("this person has no form open")?;
                let mut fields = filled(&form, fields)?;
                for text in fields.values_mut() {
                    *text = with_ids(&self.control, text)?;
                }
                let outcome = self
                    .control
                    .submit_modal(user(&self.control, who)?, form.id, fields)
                    .await;
                self.note(who, outcome)?;
            }
            Step::Writes { who, text, file } => {
                let (person, channel) = (user(&self.control, who)?, self.here(who)?.id);
                let written = match file {
                    Some(file) => self.control.post_file(person, channel, text, file, FILE),
                    None => self.control.post(person, channel, text),
                };
                // That somebody may not write is something to see.
                if let Err(refusal) = written {
                    self.answer = format!("⛔ {refusal}");
                }
            }
            Step::HasFile { who, name, text } => {
                let person = user(&self.control, who)?;
                self.control.have_file(person, name, text.as_bytes());
            }
            Step::StartsThread { who, name } => {
                let channel = self.here(who)?.id;
                self.control
                    .start_thread(user(&self.control, who)?, channel, name)?;
            }
            Step::Uses { who, command, on } => {
                let (person, channel) = (user(&self.control, who)?, self.here(who)?.id);
                let target = match on {
                    MenuOf::Message(text) => message_with(&self.control, person, channel, text)?.0,
                    MenuOf::Person(name) => user(&self.control, name)?.0,
                };
                let outcome = self.control.menu(person, channel, command, target).await;
                self.note(who, outcome)?;
            }
            Step::TakesMessages { who, takes } => {
                self.control
                    .take_direct_messages(user(&self.control, who)?, *takes)?;
            }
            Step::Leaves { who, server } => {
                let guild = self.control.guild_id(server).context("there is no such server")?;
                self.control.leave(guild, user(&self.control, who)?)?;
            }
            Step::Holds { who, roles } => {
                let guild = self.control.guild_id(SERVER).context("the first server exists")?;
                let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
                let who = user(&self.control, who)?;
                self.control.set_member_roles(guild, who, &roles)?;
            }
            Step::Advance(until) => self.advance(*until).await?,
            Step::Restart => {
                self.stage.stop_bot().await;
                self.stage.start_bot().await?;
            }
            Step::Crash => {
                self.stage.crash_bot().await;
                self.stage.start_bot().await?;
            }
            Step::Down => self.stage.stop_bot().await,
            Step::Up => self.stage.start_bot().await?,
            Step::DeletePinned(place) => {
                let manager = user(&self.control, "riley")?;
                let channel = self.channel("riley", place)?;
                let pins = self.control.pins(manager, channel.id);
                let pinned = pins.first().context("nothing is pinned there")?;
                self.control.delete_message(pinned.id)?;
            }
            Step::DeleteChannel(name) => {
                self.control
                    .delete_channel(channel_called(&self.control, name)?.id)?;
            }
            Step::RenameChannel { from, to } => {
                let channel = channel_called(&self.control, from)?;
                self.control.rename_channel(channel.id, to)?;
            }
            Step::EditPlaybook { playbook, edit } => self.stage.edit(playbook, edit)?,
            Step::LosesPermission(bit) => {
                let lost = bit.map_or(0, |bit| 1_u64 << bit);
                let guild = self.control.guild_id(SERVER).context("the first server exists")?;
                self.control
                    .set_bot_permissions(guild, invite::wanted().bits() & !lost)?;
            }
            Step::Denied { bit, place } => {
                let channel = self.channel("riley", place)?;
                self.control.deny_bot(channel.id, 1 << bit)?;
            }
            Step::Fault {
                kind,
                times,
                method,
                path,
            } => {
                let about = if let Some(who) = path.strip_prefix("direct messages of @") {
                    Some(self.channel(who, &Place::DirectMessages)?.id)
                } else if path.starts_with('#') {
                    let place = path.parse().map_err(anyhow::Error::msg)?;
                    Some(self.channel("riley", &place)?.id)
                } else {
                    None
                };
                let path_contains =
                    about.map_or_else(|| path.clone(), |channel| format!("/channels/{channel}/"));
                self.control.fault(Fault {
                    method: Some(method.clone()),
                    path_contains,
                    times: *times,
                    kind: *kind,
                });
            }
            Step::Gateway(mishap) => self.control.gateway(*mishap),
            Step::Away(time) => self.control.away_for(*time).await,
            Step::Show { who, place } => {
                let channel = self.channel(who, place)?;
                let who = user(&self.control, who)?;
                let texts: Vec<String> = self
                    .control
                    .messages(who, channel.id)
                    .iter()
                    .map(|message| {
                        format!(
                            "{}: {}",
                            message.author.username,
                            self.transcript.reading(who, message)
                        )
                    })
                    .collect();
                self.answer = texts.join("\n");
            }
            Step::ShowCategories { who } => self.answer = self.categories(who)?,
            Step::Caption(_) | Step::Expect(_) | Step::ExpectNot(_) | Step::ExpectPings(_) => {}
        }
        Ok(())
    }

    async fn suggest(&mut self, who: &str, text: &str) -> anyhow::Result<()> {
        let channel = self.here(who)?;
        let outcome = self
            .control
            .type_text(user(&self.control, who)?, channel.id, text)
            .await;
        if let Some(error) = outcome.error {
            bail!("nothing can be suggested: {error}");
        }
        let choices = outcome.choices.unwrap_or_default();
        let lines: Vec<String> = choices
            .iter()
            .map(|choice| format!("💡 {}", choice.name))
            .collect();
        self.answer = if lines.is_empty() {
            "💡 (no suggestion)".to_owned()
        } else {
            lines.join("\n")
        };
        Ok(())
    }

    async fn advance(&mut self, until: Until) -> anyhow::Result<()> {
        let to = match until {
            Until::By(length) => self.stage.now() + length,
            Until::At(at) => at,
            Until::NextWakeup => {
                let pilot = self.stage.pilot().context("the bot is down")?;
                pilot.next_wakeup().context("the bot has nothing planned")?.at()
            }
        };
        if to < self.stage.now() {
            bail!("time only goes forward");
        }
        self.stage.advance(to).await;
        Ok(())
    }

    /// Everything that was seen in the last step.
    fn heard(&self) -> String {
        format!("{}{}", self.last.text, self.answer)
    }

    fn tell(&mut self) -> String {
        self.last = self.transcript.excerpt();
        let answer: String = self
            .answer
            .lines()
            .map(|line| format!("    {}\n", line.trim_end()))
            .collect();
        format!("{}{answer}", self.last.text)
    }

    fn note(&mut self, who: &str, outcome: Outcome) -> anyhow::Result<()> {
        if let Some(modal) = outcome.modal {
            self.answer = look_of(&modal);
            self.forms.insert(who.to_owned(), modal);
        }
        match outcome.state {
            OutcomeState::Failed => bail!(
                "the application did not answer: {}",
                outcome.error.unwrap_or_default()
            ),
            OutcomeState::Refused => {
                self.answer = format!("⛔ {}", outcome.error.unwrap_or_default());
                Ok(())
            }
            OutcomeState::Answered | OutcomeState::Updated | OutcomeState::Modal | OutcomeState::Choices => {
                Ok(())
            }
        }
    }
}
