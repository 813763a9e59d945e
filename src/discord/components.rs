//! Buttons and selects. Each press is authorised anew, whatever the button was made for.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serenity::all::{ComponentInteraction, ComponentInteractionDataKind, Http, UserId};

use crate::app::{ReleaseView, Which};
use crate::discord::custom_id::{CustomId, ListView, Scope, SetupPage};
use crate::discord::post::Post;
use crate::discord::render::{list, outbox, releases, room, setup, status, timeline};
use crate::discord::{
    Data, Failure, away, directory, discuss, escalation, forms, guild, playbook, reply, shift, showing, slip,
    start,
};
use crate::domain::ids::{ChannelId, GuildRoleId, ReleaseKey, UserId as PersonId};
use crate::domain::person::Person;
use crate::domain::playbook::{ItemId, RoleId};
use crate::domain::rejection::Rejection;
use crate::domain::release::Command;
use crate::domain::room::{AnnouncementCommand, DecisionCommand, FixCommand, RoomCommand, SignOffCommand};
use crate::domain::setup::SetupChange;

/// Handles a press from its acknowledgement to its answer. A failure is told to the person who pressed.
pub(super) async fn pressed(http: &Http, bot: UserId, data: &Data, interaction: &ComponentInteraction) {
    let _acting = data.app.pulse().acting();
    let pressed = interaction.data.custom_id.parse::<CustomId>().ok();
    let result = acknowledged(http, bot, data, interaction, pressed).await;
    let Err(failure) = result else { return };
    data.noticed(&failure);
    let post = reply::failure(&failure, interaction.id.get());
    if let Err(failure) = reply::whisper(http, interaction, post).await {
        tracing::warn!(interaction = interaction.id.get(), %failure, "the person could not be told");
    }
}

/// Opens the form that a button asks for, which is its acknowledgement; any other press is acknowledged and carried out.
async fn acknowledged(
    http: &Http,
    bot: UserId,
    data: &Data,
    interaction: &ComponentInteraction,
    pressed: Option<CustomId>,
) -> Result<(), Failure> {
    let opened = match &pressed {
        Some(pressed) => forms::open(http, data, interaction, pressed).await,
        None => Ok(false),
    };
    if let Ok(true) = opened {
        return Ok(());
    }
    interaction.defer(http).await?;
    opened?;
    carry_out(http, bot, data, interaction, pressed).await
}

async fn carry_out(
    http: &Http,
    bot: UserId,
    data: &Data,
    interaction: &ComponentInteraction,
    pressed: Option<CustomId>,
) -> Result<(), Failure> {
    let member = interaction.member.as_ref();
    let Some(person) = guild::person(interaction.guild_id, member, interaction.id) else {
        return Ok(());
    };
    let Some(pressed) = pressed else {
        let text = "This button is from an older T-minus and does nothing any more. Nothing was changed; use the \
                    pinned board or the commands (`/help`).";
        return reply::whisper(http, interaction, Post::text(text)).await;
    };
    match pressed {
        CustomId::Tick(key) => {
            let item = chosen_item(interaction)?;
            match act(data, &person, &key, &Command::CompleteItem(item.clone())).await {
                // The board itself shows the tick in a moment; it leaves through the outbox.
                Ok(_) => Ok(()),
                Err(failure) => match forms::asking_for(&failure, &key, &item) {
                    Some(post) => reply::whisper(http, interaction, post).await,
                    None => Err(failure),
                },
            }
        }
        CustomId::Toggle(key, view) => {
            let item = chosen_item(interaction)?;
            let (command, asked) = if view.scope == Scope::Done {
                (Command::UndoItem(item), None)
            } else {
                (Command::CompleteItem(item.clone()), Some(item))
            };
            let release = match act(data, &person, &key, &command).await {
                Ok(release) => release,
                Err(failure) => match asked.and_then(|item| forms::asking_for(&failure, &key, &item)) {
                    Some(post) => return reply::whisper(http, interaction, post).await,
                    None => return Err(failure),
                },
            };
            reply::in_place(http, interaction, page(&release, view, &person, (data.now)())).await
        }
        CustomId::Discuss(key, item) => {
            let which = Which::Key(key.to_string());
            let held = interaction.app_permissions;
            let post = discuss::discuss(http, data, &person, &which, &item, held).await?;
            reply::whisper(http, interaction, post).await
        }
        CustomId::ShowFor(question) => {
            let item = chosen_item(interaction)?;
            let post = showing::picked(data, &person, question, &item).await?;
            reply::in_place(http, interaction, post).await
        }
        CustomId::FixStep(key) => {
            let command = FixCommand::Advance {
                reference: chosen_text(interaction),
                version: None,
                step: None,
            };
            let view = act(data, &person, &key, &Command::Room(RoomCommand::Fix(command))).await?;
            reply::in_place(http, interaction, room::fixes::list(&view)).await
        }
        CustomId::Sign(key, number, approved) => {
            let command = SignOffCommand::Answer {
                number,
                approved,
                reason: None,
            };
            // The card itself shows the answer in a moment; it leaves through the outbox.
            act(data, &person, &key, &Command::Room(RoomCommand::SignOff(command)))
                .await
                .map(drop)
        }
        CustomId::Vote(key, number, choice) => {
            let command = DecisionCommand::Vote {
                number: Some(number),
                role: None,
                choice,
                reason: None,
            };
            act(
                data,
                &person,
                &key,
                &Command::Room(RoomCommand::Decision(command)),
            )
            .await
            .map(drop)
        }
        CustomId::Unvote(key, number) => {
            let command = DecisionCommand::Withdraw { number: Some(number) };
            act(
                data,
                &person,
                &key,
                &Command::Room(RoomCommand::Decision(command)),
            )
            .await
            .map(drop)
        }
        CustomId::Announce(key) => {
            announce(data, &person, &key, AnnouncementCommand::Post { words: None }).await
        }
        CustomId::DoNotAnnounce(key) => announce(data, &person, &key, AnnouncementCommand::Decline).await,
        CustomId::Redraft(key) => announce(data, &person, &key, AnnouncementCommand::Draft).await,
        // These open a form, or are one.
        CustomId::Show(..)
        | CustomId::Update(..)
        | CustomId::UpdateForm(..)
        | CustomId::LookBack(..)
        | CustomId::LookBackForm(..)
        | CustomId::Words(..)
        | CustomId::WordsForm(..)
        | CustomId::EvidenceForm(..)
        | CustomId::NoGoForm(..)
        | CustomId::RefusalForm(..) => Ok(()),
        CustomId::List(key, view) => {
            let release = data.app.release(&person, &Which::Key(key.to_string())).await?;
            reply::whisper(http, interaction, page(&release, view, &person, (data.now)())).await
        }
        CustomId::Turn(key, view) => {
            let release = data.app.release(&person, &Which::Key(key.to_string())).await?;
            reply::in_place(http, interaction, page(&release, view, &person, (data.now)())).await
        }
        CustomId::Why(key) => {
            let release = data.app.release(&person, &Which::Key(key.to_string())).await?;
            reply::whisper(http, interaction, status::why(&release)).await
        }
        CustomId::Timeline(key, wanted) => {
            let (release, events) = data.app.timeline(&person, &Which::Key(key.to_string())).await?;
            reply::in_place(http, interaction, timeline::timeline(&release, &events, wanted)).await
        }
        CustomId::Releases(listed, page) => {
            let list = data.app.list(&person, listed, (data.now)()).await?;
            reply::in_place(http, interaction, releases::list(&list, page)).await
        }
        CustomId::Outbox(page) => {
            let letters = data.app.dead_letters(&person).await?;
            reply::in_place(http, interaction, outbox::list(&letters, page)).await
        }
        CustomId::Start(question, answer) => {
            reply::in_place(
                http,
                interaction,
                start::answered(http, bot, data, &person, question, answer).await?,
            )
            .await
        }
        CustomId::Slip(question, answer) => {
            let post = slip::slip_answered(data, &person, question, answer).await?;
            reply::in_place(http, interaction, post).await
        }
        CustomId::Snooze(question, answer) => {
            let post = slip::snooze_answered(data, &person, question, answer).await?;
            reply::in_place(http, interaction, post).await
        }
        CustomId::Book(book, page) => {
            let post = playbook::page(data, &person, &book, page).await?;
            reply::in_place(http, interaction, post).await
        }
        CustomId::Directory(pressed) => match directory::pressed(data, &person, &pressed).await? {
            Some(post) => reply::in_place(http, interaction, post).await,
            None => Ok(()),
        },
        CustomId::Accept(proposal) => {
            let request = data.app.proposed(person.guild, proposal).await?;
            let answer = start::start(http, bot, data, &person, &request).await?;
            // The proposal itself shows the answer in a moment; it leaves through the outbox.
            reply::whisper(http, interaction, answer).await
        }
        CustomId::Escalation(id) => {
            let chosen = chosen_text(interaction);
            match escalation::pressed(data, &person, &id, &chosen).await? {
                Some(post) => reply::whisper(http, interaction, post).await,
                None => Ok(()),
            }
        }
        CustomId::Shift(id) => match away::answered(data, &person, &id, &chosen_text(interaction)).await? {
            Some(post) => reply::in_place(http, interaction, post).await,
            None => shift::pressed(data, &person, &id).await,
        },
        CustomId::Decline(proposal) => Ok(data.app.decline(&person, proposal, (data.now)()).await?),
        CustomId::SetupPage(page) => set_up(http, data, interaction, &person, &[], page).await,
        CustomId::SetupRole(role) => {
            let change = chosen_role(interaction, role)?;
            set_up(http, data, interaction, &person, &[change], SetupPage::Roles).await
        }
        CustomId::SetupCategory => {
            let change = SetupChange::Category(chosen_channel(interaction)?);
            set_up(http, data, interaction, &person, &[change], SetupPage::Places).await
        }
        CustomId::SetupArchive => {
            let change = SetupChange::Archive(chosen_channel(interaction)?);
            set_up(http, data, interaction, &person, &[change], SetupPage::Archive).await
        }
        CustomId::SetupAnnouncements => {
            let change = SetupChange::Announcements(chosen_channel(interaction)?);
            set_up(http, data, interaction, &person, &[change], SetupPage::Places).await
        }
        CustomId::SetupOperations => {
            let change = SetupChange::Operations(chosen_channel(interaction)?);
            set_up(http, data, interaction, &person, &[change], SetupPage::Places).await
        }
        CustomId::SetupHandOffs => {
            let change = SetupChange::HandOffs(chosen_channel(interaction)?);
            set_up(http, data, interaction, &person, &[change], SetupPage::Archive).await
        }
        CustomId::SetupManager => {
            let change = SetupChange::Manager(chosen_person(interaction)?);
            set_up(http, data, interaction, &person, &[change], SetupPage::Places).await
        }
        CustomId::SetupPrivate(private) => {
            let change = SetupChange::PrivateChannels(private);
            set_up(http, data, interaction, &person, &[change], SetupPage::Places).await
        }
        CustomId::SetupCreate(page) => {
            if !person.administrator {
                return Err(Rejection::NotAnAdministrator.into());
            }
            let setup = data.app.setup(person.guild).await?;
            let changes = guild::create_missing(http, &setup, &data.app.roles()).await?;
            set_up(http, data, interaction, &person, &changes, page).await
        }
    }
}

async fn act(
    data: &Data,
    person: &Person,
    key: &ReleaseKey,
    command: &Command,
) -> Result<ReleaseView, Failure> {
    Ok(data
        .app
        .act(person, &Which::Key(key.to_string()), command, (data.now)())
        .await?)
}

/// Decides about the announcement. The draft itself shows what was decided in a moment; it leaves through the outbox.
async fn announce(
    data: &Data,
    person: &Person,
    key: &ReleaseKey,
    command: AnnouncementCommand,
) -> Result<(), Failure> {
    let command = Command::Room(RoomCommand::Announcement(command));
    act(data, person, key, &command).await.map(drop)
}

fn page(view: &ReleaseView, wanted: ListView, person: &Person, now: DateTime<Utc>) -> Post {
    let held: BTreeSet<RoleId> = view.setup.playbook_roles(&person.guild_roles);
    list::list(view, wanted, &held, now)
}

async fn set_up(
    http: &Http,
    data: &Data,
    interaction: &ComponentInteraction,
    person: &Person,
    changes: &[SetupChange],
    page: SetupPage,
) -> Result<(), Failure> {
    let chosen = data.app.choose(person, changes).await?;
    let announces = |change: &SetupChange| matches!(change, SetupChange::Announcements(_));
    if changes.iter().any(announces) {
        data.app.show_drafts(person.guild, (data.now)()).await?;
    }
    reply::in_place(http, interaction, setup::setup(&chosen, &data.app.roles(), page)).await
}

fn chosen_text(interaction: &ComponentInteraction) -> String {
    match &interaction.data.kind {
        ComponentInteractionDataKind::StringSelect { values } => values.first().cloned(),
        _ => None,
    }
    .unwrap_or_default()
}

fn chosen_item(interaction: &ComponentInteraction) -> Result<ItemId, Rejection> {
    let given = chosen_text(interaction);
    given.parse().map_err(|_| Rejection::UnknownItem {
        given,
        nearest: Vec::new(),
    })
}

fn chosen_role(interaction: &ComponentInteraction, role: RoleId) -> Result<SetupChange, Rejection> {
    match &interaction.data.kind {
        ComponentInteractionDataKind::RoleSelect { values } => values.first().copied(),
        _ => None,
    }
    .map(|chosen| SetupChange::Role(role, GuildRoleId(chosen.get())))
    .ok_or(Rejection::QuestionGone)
}

fn chosen_channel(interaction: &ComponentInteraction) -> Result<ChannelId, Rejection> {
    match &interaction.data.kind {
        ComponentInteractionDataKind::ChannelSelect { values } => values.first().copied(),
        _ => None,
    }
    .map(|chosen| ChannelId(chosen.get()))
    .ok_or(Rejection::QuestionGone)
}

/// The chosen person, or none when the choice was taken away.
fn chosen_person(interaction: &ComponentInteraction) -> Result<Option<PersonId>, Rejection> {
    match &interaction.data.kind {
        ComponentInteractionDataKind::UserSelect { values } => {
            Ok(values.first().map(|chosen| PersonId(chosen.get())))
        }
        _ => Err(Rejection::QuestionGone),
    }
}
