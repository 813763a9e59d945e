//! `/go`: the go/no-go.

use crate::discord::commands::{answer, defer, here};
use crate::discord::commands::{in_room, role_of, roles};
use crate::discord::post::Post;
use crate::discord::{Context, Failure};
use crate::domain::release::Command;
use crate::domain::room::{Choice, DecisionCommand, RoomCommand};

/// The go/no-go: call, vote, withdraw
#[poise::command(
    slash_command,
    guild_only,
    subcommands("call", "vote", "withdraw"),
    subcommand_required
)]
pub(super) async fn go(_: Context<'_>) -> Result<(), Failure> {
    Ok(())
}

/// What a role says.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
enum VoteChoice {
    #[name = "go"]
    Go,
    #[name = "no-go"]
    NoGo,
    #[name = "abstain"]
    Abstain,
}

/// Ask the roles of the playbook whether to ship
#[poise::command(slash_command, guild_only)]
async fn call(ctx: Context<'_>) -> Result<(), Failure> {
    in_room(ctx, RoomCommand::Decision(DecisionCommand::Call), |view| {
        let number = view.release.room.decision().map_or(0, |decision| decision.number);
        Post::text(format!("🗳️ Go/no-go {number} is called in the release channel."))
    })
    .await
}

/// Vote for your role
#[poise::command(slash_command, guild_only)]
async fn vote(
    ctx: Context<'_>,
    #[description = "What your role says"] choice: VoteChoice,
    #[description = "Why; a no-go needs it, and it stands until you withdraw it"] reason: Option<String>,
    #[description = "For which of your roles, when you hold several"]
    #[autocomplete = "roles"]
    role: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let which = here(ctx);
    let view = data.app.release(&person, &which).await?;
    let role = role.map(|role| role_of(&view, &role)).transpose()?;
    let choice = match choice {
        VoteChoice::Go => Choice::Go,
        VoteChoice::NoGo => Choice::NoGo,
        VoteChoice::Abstain => Choice::Abstain,
    };
    let command = DecisionCommand::Vote {
        number: None,
        role,
        choice,
        reason,
    };
    let command = Command::Room(RoomCommand::Decision(command));
    data.app.act(&person, &which, &command, (data.now)()).await?;
    answer(ctx, Post::text(format!("🗳️ **{choice}** is on the record."))).await
}

/// Take your vote back; an objection of yours ends with it
#[poise::command(slash_command, guild_only)]
async fn withdraw(ctx: Context<'_>) -> Result<(), Failure> {
    let command = DecisionCommand::Withdraw { number: None };
    in_room(ctx, RoomCommand::Decision(command), |_| {
        Post::text("🗳️ Your vote is taken back. You can vote again.")
    })
    .await
}
