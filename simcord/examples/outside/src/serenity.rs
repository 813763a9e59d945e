//! The bot on serenity.

use serenity::all::{
    Client, ClientBuilder, Command, CommandInteraction, Context, CreateCommand, CreateInteractionResponse,
    CreateInteractionResponseMessage, EventHandler, GatewayIntents, Http, Interaction, Ready,
};

struct Bot;

#[serenity::async_trait]
impl EventHandler for Bot {
    async fn ready(&self, context: Context, _: Ready) {
        let ping = CreateCommand::new("ping").description("Say hello");
        if let Err(error) = Command::set_global_commands(&context, vec![ping]).await {
            eprintln!("the command is not registered: {error}");
        }
    }

    async fn interaction_create(&self, context: Context, interaction: Interaction) {
        if let Interaction::Command(command) = interaction
            && let Err(error) = answer(&context, &command).await
        {
            eprintln!("{} got no answer: {error}", command.user.name);
        }
    }
}

async fn answer(context: &Context, command: &CommandInteraction) -> serenity::Result<()> {
    let hello = format!("Pong, {}!", command.user.name);
    let message = CreateInteractionResponseMessage::new()
        .content(hello)
        .ephemeral(true);
    command
        .create_response(context, CreateInteractionResponse::Message(message))
        .await
}

/// The bot, ready to start. `http` says which Discord it talks to.
pub async fn client(http: Http) -> serenity::Result<Client> {
    ClientBuilder::new_with_http(http, GatewayIntents::empty())
        .event_handler(Bot)
        .await
}
