//! `/setup`, alone or with `check`.

use crate::discord::commands::{answer, defer};
use crate::discord::custom_id::SetupPage;
use crate::discord::render::{health, setup as render};
use crate::discord::{Context, Failure, guild};
use crate::domain::rejection::Rejection;

/// What else than the form.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
enum Action {
    #[name = "check"]
    Check,
}

/// Choose roles and channels, or check my permissions
#[poise::command(slash_command, guild_only, default_member_permissions = "MANAGE_GUILD")]
pub(super) async fn setup(
    ctx: Context<'_>,
    #[description = "check: which permissions I lack, and what each blocks"] action: Option<Action>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    if !person.administrator {
        return Err(Rejection::NotAnAdministrator.into());
    }
    let app = &ctx.data().app;
    let chosen = app.setup(person.guild).await?;
    let roles = app.roles();
    let post = match action {
        None => render::setup(&chosen, &roles, SetupPage::Roles),
        Some(Action::Check) => {
            let standing = guild::standing(ctx.http(), ctx.framework.bot_id, &chosen).await?;
            let missing = [standing.missing, standing.missing_for_threads].concat();
            let mut post = render::check(&missing, &standing.silent, &chosen, &roles);
            post.content.push_str(&health::troubles(&app.health().troubles()));
            post.content
                .push_str(&health::unreadable(&app.unreadable(&person).await?));
            post
        }
    };
    answer(ctx, post).await
}
