//! The bot: poise commands for each thing a bot does.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use poise::serenity_prelude as serenity;
use serenity::all::{
    AutocompleteChoice, ButtonStyle, ChannelType, ComponentInteractionDataKind, CreateActionRow,
    CreateAllowedMentions, CreateAutocompleteResponse, CreateButton, CreateChannel, CreateEmbed,
    CreateInputText, CreateInteractionResponse, CreateInteractionResponseFollowup,
    CreateInteractionResponseMessage, CreateMessage, CreateModal, CreateSelectMenu, CreateSelectMenuKind,
    CreateSelectMenuOption, EditChannel, EditInteractionResponse, FullEvent, GatewayIntents, HttpBuilder,
    InputTextStyle, Interaction,
};
use simcord::Simcord;

type Error = Box<dyn std::error::Error + Send + Sync>;
type Context<'a> = poise::Context<'a, (), Error>;

/// Events that the library could not read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unread(pub(crate) Arc<Mutex<Vec<String>>>);

#[serenity::async_trait]
impl serenity::RawEventHandler for Unread {
    async fn raw_event(&self, _: serenity::Context, event: serenity::Event) {
        if let serenity::Event::Unknown(event) = event {
            self.0.lock().expect("a list").push(format!("{event:?}"));
        }
    }
}

/// A client that takes the production path: TLS to `discord.com`, limiter on.
pub(crate) async fn client(simcord: &Simcord, token: &str, unread: &Unread) -> serenity::Client {
    let root =
        reqwest::Certificate::from_pem(simcord.root_certificate_pem().as_bytes()).expect("a certificate");
    let http = reqwest::Client::builder()
        .resolve("discord.com", simcord.rest_address())
        .tls_built_in_root_certs(false)
        .add_root_certificate(root)
        .timeout(Duration::from_secs(10))
        .build()
        .expect("a client");
    let framework = poise::Framework::builder()
        .options(poise::FrameworkOptions {
            commands: vec![
                echo(),
                secret(),
                fruit(),
                panel(),
                form(),
                shout(),
                twice(),
                make(),
                rename(),
                late(),
                dm(),
                paint(),
                look(),
                tend(),
                talk(),
                place(),
                quote(),
                who(),
            ],
            event_handler: |context, event| Box::pin(on_event(context.serenity_context, event)),
            initialize_owners: true,
            ..Default::default()
        })
        .setup(|context, ready, framework| {
            Box::pin(async move {
                for guild in &ready.guilds {
                    poise::builtins::register_in_guild(context, &framework.options().commands, guild.id)
                        .await?;
                }
                Ok(())
            })
        })
        .build();
    let http = HttpBuilder::new(token).client(http).build();
    let client = serenity::ClientBuilder::new_with_http(http, GatewayIntents::non_privileged())
        .framework(framework)
        .raw_event_handler(unread.clone());
    let client = client.await.expect("a bot");
    assert_eq!(*client.ws_url.lock().await, simcord.gateway_url());
    client
}

/// Says it again, after thinking.
#[poise::command(slash_command)]
async fn echo(context: Context<'_>, #[description = "what"] text: String) -> Result<(), Error> {
    context.defer().await?;
    context.say(format!("echo: {text}")).await?;
    Ok(())
}

/// Says it to one person only.
#[poise::command(slash_command)]
async fn secret(context: Context<'_>) -> Result<(), Error> {
    let row = CreateActionRow::Buttons(vec![CreateButton::new("count:0").label("Count")]);
    let reply = poise::CreateReply::default()
        .content("for your eyes")
        .ephemeral(true)
        .components(vec![row]);
    context.send(reply).await?;
    Ok(())
}

async fn fruits(_: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let all = ["apple", "apricot", "pear"];
    let fitting = all.iter().filter(|fruit| fruit.starts_with(partial));
    CreateAutocompleteResponse::new().set_choices(
        fitting
            .map(|&fruit| AutocompleteChoice::new(fruit, fruit))
            .collect(),
    )
}

/// Takes a fruit.
#[poise::command(slash_command)]
async fn fruit(
    context: Context<'_>,
    #[description = "which"]
    #[autocomplete = "fruits"]
    fruit: String,
    #[description = "how many"]
    #[min = 1]
    #[max = 9]
    count: Option<i64>,
    #[description = "for whom"] person: Option<serenity::User>,
    #[description = "where"] place: Option<serenity::GuildChannel>,
) -> Result<(), Error> {
    let person = person.map_or_else(|| "nobody".to_owned(), |person| person.name);
    let place = place.map_or_else(|| "nowhere".to_owned(), |place| place.name);
    context
        .say(format!("{} {fruit} for {person} in {place}", count.unwrap_or(1)))
        .await?;
    Ok(())
}

/// Posts buttons and a select.
#[poise::command(slash_command)]
async fn panel(context: Context<'_>) -> Result<(), Error> {
    let colours = ["red", "green"]
        .map(|colour| CreateSelectMenuOption::new(colour.to_uppercase(), colour))
        .to_vec();
    let select = CreateSelectMenu::new("colour", CreateSelectMenuKind::String { options: colours });
    let rows = vec![
        CreateActionRow::Buttons(vec![
            CreateButton::new("count:0").label("Count"),
            CreateButton::new("quiet")
                .label("Quiet")
                .style(ButtonStyle::Secondary),
            CreateButton::new("off").label("Off").disabled(true),
        ]),
        CreateActionRow::SelectMenu(select.placeholder("Pick a colour")),
    ];
    let embed = CreateEmbed::new()
        .title("Panel")
        .field("Due", "<t:1796331600:F> <t:1796331600:R>", true);
    context
        .send(poise::CreateReply::default().embed(embed).components(rows))
        .await?;
    Ok(())
}

/// Opens a form.
#[poise::command(slash_command)]
async fn form(context: poise::ApplicationContext<'_, (), Error>) -> Result<(), Error> {
    let input = CreateInputText::new(InputTextStyle::Short, "Why", "why").max_length(20);
    let modal = CreateModal::new("why-form", "Reason").components(vec![CreateActionRow::InputText(input)]);
    context
        .interaction
        .create_response(context.http(), CreateInteractionResponse::Modal(modal))
        .await?;
    context
        .has_sent_initial_response
        .store(true, std::sync::atomic::Ordering::SeqCst);
    Ok(())
}

/// Writes into the channel and pings only a role.
#[poise::command(slash_command)]
async fn shout(
    context: Context<'_>,
    #[description = "what"] text: String,
    #[description = "whom to ping"] role: serenity::Role,
) -> Result<(), Error> {
    context.defer_ephemeral().await?;
    let allowed = CreateAllowedMentions::new().roles([role.id]);
    let message = CreateMessage::new().content(text).allowed_mentions(allowed);
    let message = context.channel_id().send_message(context.http(), message).await?;
    message.pin(context.http()).await?;
    context.say("shouted").await?;
    Ok(())
}

/// Sends one message twice with one nonce.
#[poise::command(slash_command)]
async fn twice(context: Context<'_>) -> Result<(), Error> {
    context.defer_ephemeral().await?;
    let message = || {
        CreateMessage::new()
            .content("once")
            .nonce(serenity::Nonce::String("n-1".into()))
            .enforce_nonce(true)
    };
    let first = context
        .channel_id()
        .send_message(context.http(), message())
        .await?;
    let second = context
        .channel_id()
        .send_message(context.http(), message())
        .await?;
    context
        .say(if first.id == second.id {
            "one message"
        } else {
            "two messages"
        })
        .await?;
    Ok(())
}

/// Makes a channel.
#[poise::command(slash_command)]
async fn make(context: Context<'_>, #[description = "its name"] name: String) -> Result<(), Error> {
    context.defer_ephemeral().await?;
    let guild = context.guild_id().ok_or("not in a guild")?;
    let made = guild
        .create_channel(context.http(), CreateChannel::new(name).kind(ChannelType::Text))
        .await;
    context
        .say(made.map_or_else(
            |error| code_of(&error),
            |channel| format!("made <#{}>", channel.id),
        ))
        .await?;
    Ok(())
}

/// Changes the channel's topic.
#[poise::command(slash_command)]
async fn rename(context: Context<'_>, #[description = "the topic"] topic: String) -> Result<(), Error> {
    context.defer_ephemeral().await?;
    context
        .channel_id()
        .edit(context.http(), EditChannel::new().topic(topic))
        .await?;
    context.say("renamed").await?;
    Ok(())
}

/// Never answers.
#[poise::command(slash_command)]
async fn late(_: Context<'_>) -> Result<(), Error> {
    Ok(())
}

/// Writes to the person alone.
#[poise::command(slash_command)]
async fn dm(context: Context<'_>) -> Result<(), Error> {
    context.defer_ephemeral().await?;
    let author = context.author();
    let sent = author
        .direct_message(context.http(), CreateMessage::new().content("psst"))
        .await;
    let said = match sent {
        Err(serenity::Error::Http(serenity::HttpError::UnsuccessfulRequest(refused))) => {
            format!("{}: {}", refused.error.code, refused.error.message)
        }
        sent => sent.map(|_| "look".to_owned())?,
    };
    context.say(said).await?;
    Ok(())
}

/// Paints.
#[poise::command(slash_command, subcommands("wall", "door"))]
async fn paint(_: Context<'_>) -> Result<(), Error> {
    Ok(())
}

#[derive(Debug, poise::ChoiceParameter)]
enum Colour {
    Red,
    Blue,
}

/// Paints a wall.
#[poise::command(slash_command)]
async fn wall(context: Context<'_>, #[description = "which"] colour: Colour) -> Result<(), Error> {
    context.say(format!("a {colour:?} wall")).await?;
    Ok(())
}

/// Paints a door; fails.
#[poise::command(slash_command, required_permissions = "ADMINISTRATOR")]
async fn door(context: Context<'_>) -> Result<(), Error> {
    context.say("a door").await?;
    Ok(())
}

/// Looks at everything there is.
#[poise::command(slash_command)]
async fn look(context: poise::ApplicationContext<'_, (), Error>) -> Result<(), Error> {
    context.defer_ephemeral().await?;
    let http = context.http();
    let guild = context.guild_id().ok_or("not in a guild")?;
    let me = http.get_current_user().await?;
    let partial = guild.to_partial_guild_with_counts(http).await?;
    let channels = guild.channels(http).await?;
    let roles = guild.roles(http).await?;
    let members = guild.members(http, Some(1_000), None).await?;
    let found = guild.search_members(http, "be", Some(5)).await?;
    let member = guild.member(http, context.author().id).await?;
    let user = context.author().id.to_user(http).await?;
    let commands = guild.get_commands(http).await?;
    let messages = context
        .channel_id()
        .messages(http, serenity::GetMessages::new().limit(2))
        .await?;
    let pins = context.channel_id().pins(http).await?;
    let guilds = http.get_guilds(None, None).await?;
    let channel = context.channel_id().to_channel(http).await?;
    let original = context.interaction.get_response(http).await?.flags.is_some();
    context
        .say(format!(
            "{} in {} of {}: {} channels, {} roles, {} members, {} found, {} is {}, {} commands, {} messages, {} pins, {}, {}",
            channel.guild().ok_or("no guild channel")?.name,
            partial.name,
            guilds.len(),
            channels.len(),
            roles.len(),
            members.len(),
            found.len(),
            member.display_name(),
            user.name,
            commands.len(),
            messages.len(),
            pins.len(),
            original,
            me.name,
        ))
        .await?;
    Ok(())
}

/// Makes, changes and deletes.
#[poise::command(slash_command)]
async fn tend(context: Context<'_>) -> Result<(), Error> {
    context.defer_ephemeral().await?;
    let http = context.http();
    let guild = context.guild_id().ok_or("not in a guild")?;
    let category = guild
        .create_channel(http, CreateChannel::new("Old").kind(ChannelType::Category))
        .await?;
    let role = guild
        .create_role(http, serenity::EditRole::new().name("Temp").mentionable(true))
        .await?;
    let role = guild
        .edit_role(
            http,
            role.id,
            serenity::EditRole::new().name("Crew").colour(0x00ff00),
        )
        .await?;
    http.add_member_role(guild, context.author().id, role.id, Some("because"))
        .await?;
    let hidden = serenity::PermissionOverwrite {
        allow: serenity::Permissions::empty(),
        deny: serenity::Permissions::SEND_MESSAGES,
        kind: serenity::PermissionOverwriteType::Role(guild.everyone_role()),
    };
    let mut channel = guild
        .create_channel(
            http,
            CreateChannel::new("work")
                .category(category.id)
                .permissions(vec![hidden.clone()]),
        )
        .await?;
    channel
        .edit(http, EditChannel::new().topic("topic").category(None))
        .await?;
    channel.create_permission(http, hidden).await?;
    let everyone = serenity::PermissionOverwriteType::Role(guild.everyone_role());
    channel.delete_permission(http, everyone).await?;
    let mut message = channel.say(http, "one").await?;
    message
        .edit(http, serenity::EditMessage::new().content("two"))
        .await?;
    message.pin(http).await?;
    message.unpin(http).await?;
    message.reply(http, "three").await?;
    channel.broadcast_typing(http).await?;
    message.delete(http).await?;
    let count = channel.messages(http, serenity::GetMessages::new()).await?.len();
    channel.delete(http).await?;
    category.delete(http).await?;
    http.remove_member_role(guild, context.author().id, role.id, None)
        .await?;
    guild.delete_role(http, role.id).await?;
    context.say(format!("tended, {count} left")).await?;
    Ok(())
}

/// Opens a thread below a message, twice, and writes in it.
#[poise::command(slash_command)]
async fn talk(context: Context<'_>, #[description = "about what"] about: String) -> Result<(), Error> {
    context.defer_ephemeral().await?;
    let http = context.http();
    let here = context.channel_id();
    let message = here.say(http, format!("About {about}")).await?;
    let thread = || serenity::CreateThread::new(about.clone());
    let opened = match here.create_thread_from_message(http, message.id, thread()).await {
        Ok(opened) => opened,
        Err(error) => {
            context.say(code_of(&error)).await?;
            return Ok(());
        }
    };
    let again = here.create_thread_from_message(http, message.id, thread()).await;
    opened.id.say(http, "Begin").await?;
    let guild = context.guild_id().ok_or("not in a guild")?;
    let active = guild.get_active_threads(http).await?;
    let read = opened
        .id
        .to_channel(http)
        .await?
        .guild()
        .ok_or("no guild channel")?;
    context
        .say(format!(
            "{} in <#{}>, {}, {} active, {} said, again {}",
            read.name,
            read.parent_id.ok_or("no parent")?,
            if read.id.get() == message.id.get() {
                "one id"
            } else {
                "two ids"
            },
            active.threads.len(),
            read.message_count.unwrap_or_default(),
            again.map_or_else(|error| code_of(&error), |_| "too".to_owned()),
        ))
        .await?;
    Ok(())
}

/// Says where it was used.
#[poise::command(slash_command)]
async fn place(context: poise::ApplicationContext<'_, (), Error>) -> Result<(), Error> {
    let channel = context.interaction.channel.as_ref().ok_or("no channel")?;
    let thread = channel.thread_metadata.as_ref();
    let parent = channel
        .parent_id
        .map_or_else(|| "nothing".to_owned(), |parent| format!("<#{parent}>"));
    context
        .say(format!(
            "{:?} {} below {parent}, {}",
            channel.kind,
            channel.name.as_deref().unwrap_or("-"),
            thread.map_or("no thread", |thread| if thread.archived {
                "put away"
            } else {
                "awake"
            }),
        ))
        .await?;
    Ok(())
}

/// Says again what a message says.
#[poise::command(context_menu_command = "Quote this", ephemeral)]
async fn quote(context: Context<'_>, message: serenity::Message) -> Result<(), Error> {
    let files = message.attachments.len();
    context
        .say(format!(
            "{}: {} ({files} files)",
            message.author.name, message.content
        ))
        .await?;
    Ok(())
}

/// Says who somebody is.
#[poise::command(context_menu_command = "Who is this", ephemeral)]
async fn who(context: Context<'_>, user: serenity::User) -> Result<(), Error> {
    context.say(format!("This is {}.", user.name)).await?;
    Ok(())
}

fn code_of(error: &serenity::Error) -> String {
    match error {
        serenity::Error::Http(serenity::HttpError::UnsuccessfulRequest(response)) => {
            format!("{} {}", response.status_code.as_u16(), response.error.code)
        }
        other => other.to_string(),
    }
}

async fn on_event(context: &serenity::Context, event: &FullEvent) -> Result<(), Error> {
    let FullEvent::InteractionCreate { interaction } = event else {
        return Ok(());
    };
    match interaction {
        Interaction::Component(component) => {
            let id = component.data.custom_id.as_str();
            if let Some(count) = id.strip_prefix("count:") {
                let count: u32 = count.parse::<u32>()? + 1;
                let button = CreateButton::new(format!("count:{count}")).label("Count");
                let message = CreateInteractionResponseMessage::new()
                    .content(format!("counted {count}"))
                    .embeds(Vec::new())
                    .components(vec![CreateActionRow::Buttons(vec![button])]);
                let update = CreateInteractionResponse::UpdateMessage(message);
                component.create_response(&context.http, update).await?;
            } else if let ComponentInteractionDataKind::StringSelect { values } = &component.data.kind {
                let message = CreateInteractionResponseMessage::new()
                    .content(values.join(", "))
                    .ephemeral(true);
                component
                    .create_response(&context.http, CreateInteractionResponse::Message(message))
                    .await?;
            } else {
                component
                    .create_response(&context.http, CreateInteractionResponse::Acknowledge)
                    .await?;
                component
                    .edit_response(&context.http, EditInteractionResponse::new().content("hush"))
                    .await?;
                let more = CreateInteractionResponseFollowup::new()
                    .content("after")
                    .ephemeral(true);
                component.create_followup(&context.http, more).await?;
            }
        }
        Interaction::Modal(modal) => {
            let row = modal
                .data
                .components
                .first()
                .and_then(|row| row.components.first());
            let Some(serenity::ActionRowComponent::InputText(input)) = row else {
                return Err("no input".into());
            };
            let text = format!("because {}", input.value.as_deref().unwrap_or("-"));
            let message = CreateInteractionResponseMessage::new().content(text);
            modal
                .create_response(&context.http, CreateInteractionResponse::Message(message))
                .await?;
        }
        _ => {}
    }
    Ok(())
}
