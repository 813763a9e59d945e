//! The bot of the script on twilight.

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use simcord::Simcord;
use twilight_gateway::{ConfigBuilder, Event, EventTypeFlags, Intents, Shard, ShardId, StreamExt as _};
use twilight_http::Client;
use twilight_http::api_error::ApiError;
use twilight_http::error::ErrorType;
use twilight_http::request::{Method, RequestBuilder};
use twilight_model::application::command::{Command, CommandOptionChoice};
use twilight_model::application::interaction::application_command::{CommandData, CommandOptionValue};
use twilight_model::application::interaction::message_component::MessageComponentInteractionData;
use twilight_model::application::interaction::modal::{ModalInteractionComponent, ModalInteractionData};
use twilight_model::application::interaction::{Interaction, InteractionData, InteractionType};
use twilight_model::channel::Message;
use twilight_model::channel::message::{Component, MessageFlags};
use twilight_model::guild::scheduled_event::{GuildScheduledEvent, PrivacyLevel};
use twilight_model::http::interaction::{
    InteractionResponse, InteractionResponseData, InteractionResponseType,
};
use twilight_model::id::Id;
use twilight_model::id::marker::{ChannelMarker, GuildMarker, MessageMarker, ScheduledEventMarker};
use twilight_model::util::Timestamp;

const TOKEN: &str = "local.bot.token";

struct Bot {
    http: Client,
    name: String,
    guild: (Id<GuildMarker>, String),
    thread: Option<Id<ChannelMarker>>,
    event: Option<Id<ScheduledEventMarker>>,
    heard: Heard,
}

/// What the gateway has told.
#[derive(Default)]
struct Heard {
    ready: u32,
    resumed: u32,
    from_ben: u32,
    events: u32,
}

/// Serves until an event cannot be read or a request fails.
pub(super) async fn serve(simcord: &Simcord) -> Result<()> {
    let http = Client::builder().token(TOKEN.into());
    let http = http.proxy(simcord.http_address().to_string(), true).build();
    let intents = Intents::GUILDS | Intents::GUILD_MESSAGES | Intents::GUILD_SCHEDULED_EVENTS;
    let config = ConfigBuilder::new(TOKEN.into(), intents).proxy_url(simcord.gateway_url());
    let mut shard = Shard::with_config(ShardId::ONE, config.build());
    let mut bot = Bot {
        http,
        name: String::new(),
        guild: (Id::new(1), String::new()),
        thread: None,
        event: None,
        heard: Heard::default(),
    };
    while let Some(event) = shard.next_event(EventTypeFlags::all()).await {
        bot.hear(event?).await?;
    }
    bail!("the gateway ended the session")
}

impl Bot {
    async fn hear(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Ready(ready) => {
                self.heard.ready += 1;
                self.name = ready.user.name;
            }
            Event::Resumed => self.heard.resumed += 1,
            Event::GuildCreate(guild) => {
                let twilight_model::gateway::payload::incoming::GuildCreate::Available(guild) = *guild else {
                    bail!("the guild is away");
                };
                self.guild = (guild.id, guild.name);
                self.register().await?;
            }
            Event::MessageCreate(message) if message.author.name == "ben" => self.heard.from_ben += 1,
            Event::GuildScheduledEventCreate(_)
            | Event::GuildScheduledEventUpdate(_)
            | Event::GuildScheduledEventDelete(_) => self.heard.events += 1,
            Event::InteractionCreate(interaction) => self.interaction(&interaction.0).await?,
            _ => {}
        }
        Ok(())
    }

    async fn register(&self) -> Result<()> {
        let application = self.http.current_user_application().await?.model().await?;
        let commands: Vec<Command> = commands()
            .into_iter()
            .map(serde_json::from_value)
            .collect::<Result<_, _>>()?;
        let interactions = self.http.interaction(application.id);
        let registered = interactions
            .set_guild_commands(self.guild.0, &commands)
            .await?
            .model()
            .await?;
        anyhow::ensure!(registered.len() == commands.len(), "{registered:?}");
        Ok(())
    }

    async fn interaction(&mut self, interaction: &Interaction) -> Result<()> {
        match &interaction.data {
            Some(InteractionData::ApplicationCommand(data)) => {
                if interaction.kind == InteractionType::ApplicationCommandAutocomplete {
                    return self.suggest(interaction, data).await;
                }
                self.command(interaction, data).await
            }
            Some(InteractionData::MessageComponent(data)) => self.component(interaction, data).await,
            Some(InteractionData::ModalSubmit(data)) => {
                let filled = filled(data)?;
                self.says(interaction, &filled).await
            }
            _ => bail!("what is this: {interaction:?}"),
        }
    }

    async fn command(&mut self, interaction: &Interaction, data: &CommandData) -> Result<()> {
        let channel = interaction.channel.as_ref().context("nowhere")?.id;
        let heard = &self.heard;
        let said = match data.name.as_str() {
            "whoami" => {
                let application = self.http.current_user_application().await?.model().await?;
                format!("{} of {} in {}", self.name, application.name, self.guild.1)
            }
            "greet" => return self.greet(interaction).await,
            "find" => format!("found {}", option(data, "name")?),
            "panel" => return self.panel(interaction).await,
            "form" => return self.form(interaction).await,
            "pins" => self.pins(channel, option(data, "route")?).await?,
            "thread" => self.thread(channel, option(data, "act")?).await?,
            "event" => self.event(data).await?,
            "refused" => self.refused(channel).await?,
            "busy" => {
                self.http
                    .create_message(channel)
                    .content("through")
                    .await?
                    .model()
                    .await?
                    .content
            }
            "layout" => {
                let parts = layout("closed")?;
                return self
                    .respond(
                        interaction,
                        InteractionResponseType::ChannelMessageWithSource,
                        parts,
                    )
                    .await;
            }
            "heard" => format!(
                "ready {}, resumed {}, from Ben {}, events {}",
                heard.ready, heard.resumed, heard.from_ben, heard.events
            ),
            other => bail!("no such command: {other}"),
        };
        self.says(interaction, &said).await
    }

    async fn suggest(&self, interaction: &Interaction, data: &CommandData) -> Result<()> {
        let focused = data.options.iter().find_map(|option| match &option.value {
            CommandOptionValue::Focused(typed, _) => Some(typed.as_str()),
            _ => None,
        });
        let typed = focused.context("nothing is being typed")?;
        let fruits = ["apple", "apricot", "pear"]
            .into_iter()
            .filter(|fruit| fruit.starts_with(typed));
        let choices: Result<Vec<CommandOptionChoice>, _> = fruits
            .map(|fruit| serde_json::from_value(json!({"name": fruit, "value": fruit})))
            .collect();
        let answer = InteractionResponseData {
            choices: Some(choices?),
            ..InteractionResponseData::default()
        };
        let kind = InteractionResponseType::ApplicationCommandAutocompleteResult;
        self.respond(interaction, kind, answer).await
    }

    async fn greet(&self, interaction: &Interaction) -> Result<()> {
        let kind = InteractionResponseType::DeferredChannelMessageWithSource;
        self.respond(interaction, kind, InteractionResponseData::default())
            .await?;
        let interactions = self.http.interaction(interaction.application_id);
        let user = interaction.author().context("nobody")?;
        let hello = format!("Hello, {}!", user.global_name.as_deref().unwrap_or(&user.name));
        let edited = interactions
            .update_response(&interaction.token)
            .content(Some(&hello))
            .await?;
        anyhow::ensure!(edited.model().await?.content == hello);
        let token = interaction.token.as_str();
        interactions
            .create_followup(token)
            .content("for everybody")
            .await?
            .model()
            .await?;
        let alone = interactions.create_followup(token).content("for you alone");
        let alone = alone.flags(MessageFlags::EPHEMERAL).await?.model().await?;
        anyhow::ensure!(
            alone
                .flags
                .is_some_and(|flags| flags.contains(MessageFlags::EPHEMERAL))
        );
        Ok(())
    }

    async fn panel(&self, interaction: &Interaction) -> Result<()> {
        let answer = InteractionResponseData {
            content: Some("a panel".into()),
            components: Some(panel(0)?),
            ..InteractionResponseData::default()
        };
        let kind = InteractionResponseType::ChannelMessageWithSource;
        let interactions = self.http.interaction(interaction.application_id);
        let response = InteractionResponse {
            kind,
            data: Some(answer),
        };
        let sent = interactions
            .create_response(interaction.id, &interaction.token, &response)
            .with_response();
        let told = sent.await?.model().await?;
        let message = told
            .resource
            .and_then(|resource| resource.message)
            .context("no message in the answer")?;
        anyhow::ensure!(message.components.len() == 2, "{message:?}");
        Ok(())
    }

    async fn component(
        &self,
        interaction: &Interaction,
        data: &MessageComponentInteractionData,
    ) -> Result<()> {
        let kind = InteractionResponseType::UpdateMessage;
        let answer = match data.custom_id.split_once(':') {
            Some(("press", count)) => {
                let count = count.parse::<u32>()? + 1;
                InteractionResponseData {
                    content: Some(format!("pressed {count}")),
                    components: Some(panel(count)?),
                    ..InteractionResponseData::default()
                }
            }
            None if data.custom_id == "fruit" => InteractionResponseData {
                content: Some(format!("chose {}", data.values.join(", "))),
                ..InteractionResponseData::default()
            },
            None if data.custom_id == "open" => {
                let user = interaction.author().context("nobody")?;
                layout(&format!(
                    "opened by {}",
                    user.global_name.as_deref().unwrap_or(&user.name)
                ))?
            }
            _ => bail!("no such button: {}", data.custom_id),
        };
        self.respond(interaction, kind, answer).await
    }

    async fn form(&self, interaction: &Interaction) -> Result<()> {
        let labels = json!([
            {"type": 18, "label": "Words", "component": {"type": 4, "custom_id": "words", "style": 1}},
            {"type": 18, "label": "Size", "component": {"type": 3, "custom_id": "size", "disabled": false, "options": [
                {"label": "Small", "value": "small", "default": false},
                {"label": "Large", "value": "large", "default": false},
            ]}},
        ]);
        let answer = InteractionResponseData {
            custom_id: Some("order".into()),
            title: Some("Order".into()),
            components: Some(serde_json::from_value(labels)?),
            ..InteractionResponseData::default()
        };
        self.respond(interaction, InteractionResponseType::Modal, answer)
            .await
    }

    async fn pins(&self, channel: Id<ChannelMarker>, route: &str) -> Result<String> {
        let text = format!("pinned {route}");
        let message = self
            .http
            .create_message(channel)
            .content(&text)
            .await?
            .model()
            .await?
            .id;
        self.pin(channel, message, route, true).await?;
        let with = self.pinned(channel, route).await?.join(", ");
        self.pin(channel, message, route, false).await?;
        let without = self.pinned(channel, route).await?;
        anyhow::ensure!(without.is_empty(), "{without:?}");
        Ok(format!("{with}, then nothing"))
    }

    async fn pin(
        &self,
        channel: Id<ChannelMarker>,
        message: Id<MessageMarker>,
        route: &str,
        pinned: bool,
    ) -> Result<()> {
        match (route, pinned) {
            ("new", true) => drop(self.http.create_pin(channel, message).await?),
            ("new", false) => drop(self.http.delete_pin(channel, message).await?),
            (_, pinned) => {
                // twilight knows the deprecated route no more.
                let method = if pinned { Method::Put } else { Method::Delete };
                let path = format!("channels/{channel}/pins/{message}");
                let request = RequestBuilder::raw(method, path).build()?;
                drop(self.http.request::<Value>(request).await?);
            }
        }
        Ok(())
    }

    async fn pinned(&self, channel: Id<ChannelMarker>, route: &str) -> Result<Vec<String>> {
        if route == "new" {
            let listed = self.http.pins(channel).await?.model().await?;
            return Ok(listed.items.into_iter().map(|pin| pin.message.content).collect());
        }
        let path = format!("channels/{channel}/pins");
        let request = RequestBuilder::raw(Method::Get, path).build()?;
        let listed = self.http.request::<Vec<Message>>(request).await?.model().await?;
        Ok(listed.into_iter().map(|message| message.content).collect())
    }

    async fn thread(&mut self, channel: Id<ChannelMarker>, act: &str) -> Result<String> {
        let state = |thread: twilight_model::channel::Channel| -> Result<String> {
            let data = thread.thread_metadata.context("no thread")?;
            Ok(format!("archived {}, locked {}", data.archived, data.locked))
        };
        match (act, self.thread) {
            ("open", None) => {
                let message = self
                    .http
                    .create_message(channel)
                    .content("topic")
                    .await?
                    .model()
                    .await?
                    .id;
                let thread = self
                    .http
                    .create_thread_from_message(channel, message, "Topic")
                    .await?
                    .model()
                    .await?;
                self.http
                    .create_message(thread.id)
                    .content("in the thread")
                    .await?;
                self.thread = Some(thread.id);
                Ok("open".into())
            }
            ("close", Some(thread)) => state(
                self.http
                    .update_thread(thread)
                    .archived(true)
                    .locked(true)
                    .await?
                    .model()
                    .await?,
            ),
            ("reopen", Some(thread)) => state(
                self.http
                    .update_thread(thread)
                    .archived(false)
                    .locked(false)
                    .await?
                    .model()
                    .await?,
            ),
            _ => bail!("no such act: {act}"),
        }
    }

    async fn event(&mut self, data: &CommandData) -> Result<String> {
        let guild = self.guild.0;
        let place = |event: GuildScheduledEvent| -> Result<String> {
            let place = event.entity_metadata.and_then(|data| data.location);
            Ok(format!("{} at {}", event.name, place.context("nowhere")?))
        };
        match (option(data, "act")?, self.event) {
            ("create", None) => {
                let at = |name| Ok::<_, anyhow::Error>(Timestamp::parse(option(data, name)?)?);
                let (starts, ends) = (at("starts")?, at("ends")?);
                let event = self
                    .http
                    .create_guild_scheduled_event(guild, PrivacyLevel::GuildOnly);
                let event = event
                    .external("Party", "Kitchen", &starts, &ends)
                    .await?
                    .model()
                    .await?;
                self.event = Some(event.id);
                place(event)
            }
            ("edit", Some(id)) => {
                let event = self
                    .http
                    .update_guild_scheduled_event(guild, id)
                    .location(Some("Roof"));
                place(event.await?.model().await?)
            }
            ("delete", Some(id)) => {
                self.http.delete_guild_scheduled_event(guild, id).await?;
                let left = self.http.guild_scheduled_events(guild).await?.model().await?;
                Ok(format!("{} events", left.len()))
            }
            (act, _) => bail!("no such act: {act}"),
        }
    }

    async fn refused(&self, channel: Id<ChannelMarker>) -> Result<String> {
        let Err(error) = self.http.message(channel, Id::new(1)).await else {
            bail!("there is such a message");
        };
        match error.kind() {
            ErrorType::Response {
                error: ApiError::General(general),
                status,
                ..
            } => Ok(format!("{} {}", status.get(), general.code)),
            other => bail!("{other:?}"),
        }
    }

    async fn says(&self, interaction: &Interaction, text: &str) -> Result<()> {
        let answer = InteractionResponseData {
            content: Some(text.to_owned()),
            ..InteractionResponseData::default()
        };
        let kind = InteractionResponseType::ChannelMessageWithSource;
        self.respond(interaction, kind, answer).await
    }

    async fn respond(
        &self,
        interaction: &Interaction,
        kind: InteractionResponseType,
        answer: InteractionResponseData,
    ) -> Result<()> {
        let response = InteractionResponse {
            kind,
            data: Some(answer),
        };
        let interactions = self.http.interaction(interaction.application_id);
        interactions
            .create_response(interaction.id, &interaction.token, &response)
            .await?;
        Ok(())
    }
}

fn option<'d>(data: &'d CommandData, name: &str) -> Result<&'d str> {
    let found = data.options.iter().find(|option| option.name == name);
    match found.map(|option| &option.value) {
        Some(CommandOptionValue::String(value)) => Ok(value),
        other => bail!("the option {name} is {other:?}"),
    }
}

fn filled(data: &ModalInteractionData) -> Result<String> {
    let mut parts = Vec::new();
    for part in &data.components {
        let ModalInteractionComponent::Label(label) = part else {
            bail!("no label: {part:?}");
        };
        match &*label.component {
            ModalInteractionComponent::TextInput(field) => {
                parts.push(format!("{}: {}", field.custom_id, field.value));
            }
            ModalInteractionComponent::StringSelect(field) => {
                parts.push(format!("{}: {}", field.custom_id, field.values.join("+")));
            }
            other => bail!("no such field: {other:?}"),
        }
    }
    Ok(parts.join(", "))
}

fn panel(count: u32) -> Result<Vec<Component>> {
    let panel = json!([
        {"type": 1, "components": [
            {"type": 2, "style": 1, "label": "Press", "custom_id": format!("press:{count}"), "disabled": false},
        ]},
        {"type": 1, "components": [{"type": 3, "custom_id": "fruit", "disabled": false, "options": [
            {"label": "Apple", "value": "apple", "default": false},
            {"label": "Pear", "value": "pear", "default": false},
        ]}]},
    ]);
    Ok(serde_json::from_value(panel)?)
}

fn layout(text: &str) -> Result<InteractionResponseData> {
    let door = json!({"type": 2, "style": 1, "label": "Open", "custom_id": "open", "disabled": false});
    let parts = json!([{"type": 17, "components": [
        {"type": 9, "components": [{"type": 10, "content": format!("The door is {text}")}], "accessory": door},
    ]}]);
    Ok(InteractionResponseData {
        components: Some(serde_json::from_value(parts)?),
        flags: Some(MessageFlags::IS_COMPONENTS_V2),
        ..InteractionResponseData::default()
    })
}

fn commands() -> Vec<Value> {
    let text = |name: &str| json!({"type": 3, "name": name, "description": name, "required": true, "autocomplete": name == "name"});
    let optional = |name: &str| json!({"type": 3, "name": name, "description": name});
    let command = |name: &str, options: Vec<Value>| json!({"type": 1, "name": name, "description": name, "options": options, "version": "1"});
    let mut all: Vec<_> = [
        "busy", "form", "greet", "heard", "layout", "panel", "refused", "whoami",
    ]
    .map(|name| command(name, Vec::new()))
    .into();
    all.push(command("find", vec![text("name")]));
    all.push(command("pins", vec![text("route")]));
    all.push(command("thread", vec![text("act")]));
    all.push(command(
        "event",
        vec![text("act"), optional("starts"), optional("ends")],
    ));
    all
}
