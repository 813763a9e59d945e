//! The command in the menu of a message: show it as evidence.

use serenity::all::Message;

use crate::discord::commands::{answer, defer, here};
use crate::discord::{Context, Failure, showing};

/// Shows a message for an item that asks for what it has
#[poise::command(context_menu_command = "Show as evidence", guild_only)]
pub(super) async fn show_as_evidence(ctx: Context<'_>, message: Message) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    answer(
        ctx,
        showing::offer(ctx.data(), &person, &here(ctx), &message).await?,
    )
    .await
}
