//! `/release`: start, status, list, timeline, why, announce, update, slip, hold, resume, close, reopen, retrospective.

use serenity::all::{CreateAutocompleteResponse, User};

use crate::app::{ReleaseView, Which};
use crate::discord::commands::fix::listed;
use crate::discord::commands::record::{export, retrospective};
use crate::discord::commands::work::phases;
use crate::discord::commands::{answer, choices_of, defer, here, in_room, outside, person, suggestions};
use crate::discord::custom_id::TimelineView;
use crate::discord::post::Post;
use crate::discord::render::{
    announcement, count, releases as releases_of, room, shortened, status as render,
    timeline as render_timeline,
};
use crate::discord::{Context, Failure, forms, slip as slipping, start as starting};
use crate::domain::ids::UserId;
use crate::domain::overview::Listed;
use crate::domain::rejection::Rejection;
use crate::domain::release::{Command, Reason};
use crate::domain::room::{AnnouncementCommand, LinkCommand, RoomCommand};
use crate::domain::slip::SlipRequest;
use crate::domain::start::StartRequest;
use crate::domain::timeline::{Filter, Show};

/// Dot releases: start, follow, close
#[poise::command(
    slash_command,
    guild_only,
    subcommands(
        "start",
        "status",
        "list",
        "timeline",
        "export",
        "why",
        "ready",
        "announce",
        "update",
        "link",
        "slip",
        "hold",
        "resume",
        "close",
        "reopen",
        "retrospective"
    ),
    subcommand_required
)]
pub(super) async fn release(_: Context<'_>) -> Result<(), Failure> {
    Ok(())
}

/// The class of reason, as people pick it.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
enum ReasonChoice {
    #[name = "customer bug"]
    CustomerBug,
    #[name = "security"]
    Security,
    #[name = "scheduled"]
    Scheduled,
}

/// Start a dot release: channel, board, plan, draft of the announcement
#[poise::command(slash_command, guild_only)]
#[expect(clippy::too_many_arguments, reason = "each option of the command is one")]
async fn start(
    ctx: Context<'_>,
    #[description = "The process to follow"]
    #[autocomplete = "playbooks"]
    playbook: String,
    #[description = "The version, like 7.2.1"] version: String,
    #[description = "The release day (T-0) as year-month-day, like 2026-12-10, or TBD"] target: String,
    #[description = "Why there is a release; customer bug when left out"] reason: Option<ReasonChoice>,
    #[description = "A few words to recognise it by"] title: Option<String>,
    #[description = "Further versions that ship the same day, with commas: 7.1.4, 6.9.12"] versions: Option<
        String,
    >,
    #[description = "What holds for this release, with commas: some items apply only then"]
    #[autocomplete = "conditions"]
    conditions: Option<String>,
    #[description = "Only the roles of the process see it, and nothing is announced"] private: Option<bool>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let reason = match reason {
        Some(ReasonChoice::Security) => Reason::Security,
        Some(ReasonChoice::Scheduled) => Reason::Scheduled,
        Some(ReasonChoice::CustomerBug) | None => Reason::CustomerBug,
    };
    let request = StartRequest {
        playbook,
        version: version.trim().to_owned(),
        target: target.trim().to_owned(),
        reason,
        title,
        further_versions: listed(versions.as_deref()),
        conditions: listed(conditions.as_deref()),
        private: private.unwrap_or(false),
        confirmed: false,
        proposal: None,
    };
    answer(
        ctx,
        starting::start(ctx.http(), ctx.framework.bot_id, data, &person, &request).await?,
    )
    .await
}

async fn playbooks(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let playbooks = ctx.data().app.playbooks();
    suggestions(
        partial,
        playbooks
            .iter()
            .map(|playbook| (playbook.title.clone(), playbook.id.clone())),
    )
}

/// What has been typed before the last comma stays; behind it, the conditions of all playbooks are suggested.
async fn conditions(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let (before, last) = match partial.rsplit_once(',') {
        Some((before, last)) => (format!("{before}, "), last.trim()),
        None => (String::new(), partial.trim()),
    };
    let playbooks = ctx.data().app.playbooks();
    let conditions = playbooks
        .iter()
        .flat_map(|playbook| &playbook.conditions)
        .map(|condition| {
            let (name, value) = (&condition.title, &condition.id);
            (
                shortened(&format!("{before}{name}"), 100),
                format!("{before}{value}"),
            )
        });
    suggestions(last, conditions)
}

/// The release that was named, or the one whose channel the command was used in.
pub(super) fn which(ctx: Context<'_>, named: Option<String>) -> Which {
    named.map_or_else(|| here(ctx), |key| Which::Key(key.trim().to_uppercase()))
}

pub(super) async fn releases(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let Some(person) = person(ctx) else {
        return CreateAutocompleteResponse::new();
    };
    // Without the database there is nothing to suggest; the command itself says so when it is sent.
    let views = ctx.data().app.in_flight(&person).await.unwrap_or_default();
    let names = views.into_iter().map(|view| {
        let key = view.release.key.to_string();
        (shortened(&format!("{key} {}", view.release.name()), 100), key)
    });
    suggestions(partial, names)
}

/// Where the release of this channel stands
#[poise::command(slash_command, guild_only)]
async fn status(
    ctx: Context<'_>,
    #[description = "The release, when this is not its channel"]
    #[autocomplete = "releases"]
    release: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let app = &ctx.data().app;
    let kept = app.kept_playbook(&person, &which(ctx, release)).await?;
    let undelivered = app.undelivered(&kept.view.release).await?;
    let now = (ctx.data().now)();
    answer(ctx, render::status(&kept.view, &kept.kept, &undelivered, now)).await
}

/// Which releases a list shows, as people pick it.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
enum ListChoice {
    #[name = "in flight"]
    InFlight,
    #[name = "upcoming"]
    Upcoming,
    #[name = "recently shipped"]
    RecentlyShipped,
    #[name = "all"]
    All,
}

/// The releases in flight: phase, progress, next cut-off, who leads, what blocks, links
#[poise::command(slash_command, guild_only)]
async fn list(
    ctx: Context<'_>,
    #[description = "Those in flight when left out"] show: Option<ListChoice>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let listed = match show {
        None | Some(ListChoice::InFlight) => Listed::InFlight,
        Some(ListChoice::Upcoming) => Listed::Upcoming,
        Some(ListChoice::RecentlyShipped) => Listed::RecentlyShipped,
        Some(ListChoice::All) => Listed::All,
    };
    let list = ctx.data().app.list(&person, listed, (ctx.data().now)()).await?;
    answer(ctx, releases_of::list(&list, 0)).await
}

/// Which part of the timeline, as people pick it.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
enum ShowChoice {
    #[name = "all"]
    All,
    #[name = "people"]
    People,
    #[name = "bot"]
    Bot,
    #[name = "items"]
    Items,
    #[name = "decisions"]
    Decisions,
}

/// What happened to the release of this channel: who did what, when
#[poise::command(slash_command, guild_only)]
async fn timeline(
    ctx: Context<'_>,
    #[description = "Only what people did, the bot did, items or decisions; everything when left out"]
    show: Option<ShowChoice>,
    #[description = "Only what this person did"] who: Option<User>,
    #[description = "The release, when this is not its channel"]
    #[autocomplete = "releases"]
    release: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let (view, events) = ctx.data().app.timeline(&person, &which(ctx, release)).await?;
    let show = match show {
        None | Some(ShowChoice::All) => Show::All,
        Some(ShowChoice::People) => Show::People,
        Some(ShowChoice::Bot) => Show::Bot,
        Some(ShowChoice::Items) => Show::Items,
        Some(ShowChoice::Decisions) => Show::Decisions,
    };
    let who = who.map(|who| UserId(who.id.get()));
    let wanted = TimelineView {
        filter: Filter { show, who },
        page: 0,
    };
    answer(ctx, render_timeline::timeline(&view, &events, wanted)).await
}

/// Why each date of this release is that date
#[poise::command(slash_command, guild_only)]
async fn why(
    ctx: Context<'_>,
    #[description = "The release, when this is not its channel"]
    #[autocomplete = "releases"]
    release: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let view = ctx.data().app.release(&person, &which(ctx, release)).await?;
    answer(ctx, render::why(&view)).await
}

/// Move the target date of this release; shows what changes first
#[poise::command(slash_command, guild_only)]
async fn slip(
    ctx: Context<'_>,
    #[description = "The new release day (T-0) as year-month-day, like 2026-12-10, or TBD"] target: String,
    #[description = "Why (goes on the record)"] reason: String,
    #[description = "The release, when this is not its channel"]
    #[autocomplete = "releases"]
    release: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let request = SlipRequest {
        key: String::new(),
        target,
        reason,
        shown: None,
    };
    let post = slipping::slip(ctx.data(), &person, &which(ctx, release), request).await?;
    answer(ctx, post).await
}

/// What keeps the waiting phase closed; declare the release ready when nothing does
#[poise::command(slash_command, guild_only)]
async fn ready(
    ctx: Context<'_>,
    #[description = "Only look at what is missing; declare nothing"] check: Option<bool>,
    #[description = "Needed while something is missing: why it opens all the same (goes on the record)"]
    override_reason: Option<String>,
    #[description = "The phase, when several wait"]
    #[autocomplete = "phases"]
    phase: Option<String>,
) -> Result<(), Failure> {
    if check == Some(true) {
        let person = defer(ctx).await?;
        let view = ctx.data().app.release(&person, &here(ctx)).await?;
        return answer(ctx, room::gates::list(&view)).await;
    }
    let command = RoomCommand::DeclareReady {
        // A name that is no phase is refused with the phases that there are.
        phase: phase.and_then(|phase| phase.trim().parse().ok()),
        override_reason,
    };
    in_room(ctx, command, |view| {
        let answer = room::gates::list(view);
        let draft = announcement::reminder(&view.release).unwrap_or_default();
        Post {
            content: answer.content + &draft,
            ..answer
        }
    })
    .await
}

/// Post the announcement that the draft in this channel shows
#[poise::command(slash_command, guild_only)]
async fn announce(
    ctx: Context<'_>,
    #[description = "Words of your own above the facts, in place of those in the draft"] words: Option<
        String,
    >,
    #[description = "The release, when this is not its channel"]
    #[autocomplete = "releases"]
    release: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let command = Command::Room(RoomCommand::Announcement(AnnouncementCommand::Post { words }));
    let view = data
        .app
        .act(&person, &which(ctx, release), &command, (data.now)())
        .await?;
    answer(ctx, announcement::answer(&view)).await
}

/// Say how this release stands; a form opens with the facts
#[poise::command(slash_command, guild_only)]
async fn update(
    ctx: Context<'_>,
    #[description = "The release, when this is not its channel"]
    #[autocomplete = "releases"]
    release: Option<String>,
) -> Result<(), Failure> {
    let person = person(ctx).ok_or_else(outside)?;
    let form = forms::update(ctx.data(), &person, &which(ctx, release)).await?;
    forms::open_by_command(ctx, form).await
}

/// Say where a page of a phase is, such as a task group; without an address it is taken away
#[poise::command(slash_command, guild_only)]
async fn link(
    ctx: Context<'_>,
    #[description = "The page, as the playbook names it"]
    #[autocomplete = "links"]
    link: String,
    #[description = "Its address, beginning with https://; left out to take it away"] url: Option<String>,
    #[description = "The release, when this is not its channel"]
    #[autocomplete = "releases"]
    release: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let command = Command::Room(RoomCommand::Link(LinkCommand {
        link: link.clone(),
        url,
    }));
    let view = data
        .app
        .act(&person, &which(ctx, release), &command, (data.now)())
        .await?;
    let link = view.release.phase_link(&link).map_err(Rejection::from)?;
    answer(ctx, room::link_stored(&view, link)).await
}

/// The pages of the release of this channel, or of all that are in flight: which one is meant is typed behind the page.
async fn links(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let of = |view: &ReleaseView| -> Vec<(String, String)> {
        let links = view.release.playbook.phase_links();
        links
            .map(|link| (link.title.clone(), link.id.to_string()))
            .collect()
    };
    let mut choices = choices_of(ctx, of).await;
    if let (true, Some(person)) = (choices.is_empty(), person(ctx)) {
        let views = ctx.data().app.in_flight(&person).await.unwrap_or_default();
        choices = views.iter().flat_map(of).collect();
        choices.sort();
        choices.dedup();
    }
    suggestions(partial, choices.into_iter())
}

/// Stop the clock of this release: no reminder comes until it is resumed
#[poise::command(slash_command, guild_only)]
async fn hold(
    ctx: Context<'_>,
    #[description = "Why (goes on the record)"] reason: String,
    #[description = "The release, when this is not its channel"]
    #[autocomplete = "releases"]
    release: Option<String>,
) -> Result<(), Failure> {
    let text = "is on hold. No reminder comes until `/release resume`.";
    clock(ctx, release, Command::Hold { reason }, "⏸️", text).await
}

/// Let the clock of this release go on
#[poise::command(slash_command, guild_only)]
async fn resume(
    ctx: Context<'_>,
    #[description = "The release, when this is not its channel"]
    #[autocomplete = "releases"]
    release: Option<String>,
) -> Result<(), Failure> {
    let text = "goes on. Its channel hears what is late now and what comes next.";
    clock(ctx, release, Command::Resume, "▶️", text).await
}

async fn clock(
    ctx: Context<'_>,
    release: Option<String>,
    command: Command,
    sign: &str,
    text: &str,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let view = data
        .app
        .act(&person, &which(ctx, release), &command, (data.now)())
        .await?;
    answer(ctx, Post::text(format!("{sign} **{}** {text}", view.release.key))).await
}

/// Close the release of this channel
#[poise::command(slash_command, guild_only)]
async fn close(
    ctx: Context<'_>,
    #[description = "Needed while items are open: why it may be closed all the same (goes on the record)"]
    override_reason: Option<String>,
    #[description = "The release, when this is not its channel"]
    #[autocomplete = "releases"]
    release: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let command = Command::Close { override_reason };
    let view = data
        .app
        .act(&person, &which(ctx, release), &command, (data.now)())
        .await?;
    let live = view.release.live_items().count();
    let open = view.release.open_items().count() - live;
    let place = match view.setup.archive {
        _ if view.release.channel.is_none() => "",
        Some(_) => {
            " Its channel moves to the archive and is locked: it is read as before, and nobody writes."
        }
        None => {
            " Its channel is locked and stays where it is, because `/setup` names no archive: it is read as before, \
             and nobody writes."
        }
    };
    let draft = announcement::reminder(&view.release).unwrap_or_default();
    let rest = if open == 0 {
        String::new()
    } else {
        format!(" with {}", count(open, "open item"))
    };
    answer(
        ctx,
        Post::text(format!(
            "🏁 **{}** is closed{rest}. {}{place}{draft}",
            view.release.key,
            match live {
                0 => "Its reminders stop here.".to_owned(),
                1 => "1 item after the release stays due.".to_owned(),
                live => format!("{live} items after the release stay due."),
            }
        )),
    )
    .await
}

/// Open a closed release again
#[poise::command(slash_command, guild_only)]
async fn reopen(
    ctx: Context<'_>,
    #[description = "Why (goes on the record)"] reason: String,
    #[description = "The release, when this is not its channel"] release: Option<String>,
) -> Result<(), Failure> {
    let text = "is open again. Its channel hears what is late now and what comes next.";
    clock(ctx, release, Command::Reopen { reason }, "🔓", text).await
}
