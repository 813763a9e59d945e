//! The bot on twilight.

use twilight_gateway::{Event, EventTypeFlags, Shard, StreamExt as _};
use twilight_http::Client;
use twilight_model::application::command::CommandType;
use twilight_model::application::interaction::{Interaction, InteractionType};
use twilight_model::channel::message::MessageFlags;
use twilight_model::http::interaction::{
    InteractionResponse, InteractionResponseData, InteractionResponseType,
};
use twilight_util::builder::command::CommandBuilder;

/// Serves until the gateway ends the session for good.
pub async fn serve(mut shard: Shard, http: &Client) -> anyhow::Result<()> {
    let application = http.current_user_application().await?.model().await?.id;
    let ping = CommandBuilder::new("ping", "Say hello", CommandType::ChatInput).build();
    http.interaction(application).set_global_commands(&[ping]).await?;
    while let Some(event) = shard.next_event(EventTypeFlags::INTERACTION_CREATE).await {
        if let Event::InteractionCreate(interaction) = event? {
            answer(http, &interaction.0).await?;
        }
    }
    Ok(())
}

async fn answer(http: &Client, interaction: &Interaction) -> anyhow::Result<()> {
    if interaction.kind != InteractionType::ApplicationCommand {
        return Ok(());
    }
    let name = interaction.author().map_or("you", |user| user.name.as_str());
    let response = InteractionResponse {
        kind: InteractionResponseType::ChannelMessageWithSource,
        data: Some(InteractionResponseData {
            content: Some(format!("Pong, {name}!")),
            flags: Some(MessageFlags::EPHEMERAL),
            ..InteractionResponseData::default()
        }),
    };
    let client = http.interaction(interaction.application_id);
    client
        .create_response(interaction.id, &interaction.token, &response)
        .await?;
    Ok(())
}
