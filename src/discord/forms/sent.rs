//! Carrying out what was written into a form. What is refused is handed back, so that nobody writes it twice.

use serenity::all::{ActionRowComponent, Http, ModalInteraction};

use crate::app::Which;
use crate::discord::custom_id::CustomId;
use crate::discord::forms::Name;
use crate::discord::post::Post;
use crate::discord::render::{retrospective, update, written};
use crate::discord::{Data, Failure, directory, escalation, guild, reply, shift};
use crate::domain::ids::ReleaseKey;
use crate::domain::release::Command;
use crate::domain::room::{
    AnnouncementCommand, Choice, DecisionCommand, Findings, RoomCommand, SignOffCommand,
};

/// Handles a form from its acknowledgement to its answer. A failure is told to the person who sent it, with what they
/// wrote.
pub(in crate::discord) async fn sent(http: &Http, data: &Data, interaction: &ModalInteraction) {
    let _acting = data.app.pulse().acting();
    let result = match acknowledge(http, interaction).await {
        Ok(()) => carry_out(http, data, interaction).await,
        Err(error) => Err(error.into()),
    };
    let Err(failure) = result else { return };
    data.noticed(&failure);
    let post = handed_back(reply::failure(&failure, interaction.id.get()), interaction);
    if let Err(failure) = answer(http, interaction, post).await {
        tracing::warn!(interaction = interaction.id.get(), %failure, "the person could not be told");
    }
}

/// A form that a button has opened belongs to a message, which stays as it is; what a command has opened has nothing yet.
async fn acknowledge(http: &Http, interaction: &ModalInteraction) -> Result<(), serenity::Error> {
    if interaction.message.is_some() {
        interaction.defer(http).await
    } else {
        interaction.defer_ephemeral(http).await
    }
}

/// Tells the person who sent the form something that nobody else sees.
async fn answer(http: &Http, interaction: &ModalInteraction, post: Post) -> Result<(), Failure> {
    if interaction.message.is_some() {
        interaction.create_followup(http, post.whisper()).await?;
        return Ok(());
    }
    reply::to_form(http, interaction, post).await
}

/// Answers a form that a command has opened. In the channel of a button, what was done shows by itself.
async fn confirm(http: &Http, interaction: &ModalInteraction, post: Post) -> Result<(), Failure> {
    if interaction.message.is_some() {
        return Ok(());
    }
    answer(http, interaction, post).await
}

async fn carry_out(http: &Http, data: &Data, interaction: &ModalInteraction) -> Result<(), Failure> {
    let member = interaction.member.as_ref();
    let Some(person) = guild::person(interaction.guild_id, member, interaction.id) else {
        return Ok(());
    };
    let form = interaction.data.custom_id.parse().ok();
    if let Some(CustomId::UpdateForm(key)) = form {
        let (said, every) = (text(interaction, Name::Text), text(interaction, Name::Next));
        let which = Which::Key(key.to_string());
        let view = data
            .app
            .update(&person, &which, &said, &every, (data.now)())
            .await?;
        return confirm(http, interaction, update::given(&view)).await;
    }
    if let Some(CustomId::LookBackForm(key)) = form {
        let findings = Findings {
            facts: text(interaction, Name::Facts),
            well: text(interaction, Name::Well),
            badly: text(interaction, Name::Badly),
            change: text(interaction, Name::Change),
        };
        let command = Command::Room(RoomCommand::LookBack(findings));
        let which = Which::Key(key.to_string());
        let view = data.app.act(&person, &which, &command, (data.now)()).await?;
        return confirm(http, interaction, retrospective::written(&view)).await;
    }
    if let Some(CustomId::Escalation(id)) = &form {
        return escalation::sent(data, &person, id, |name| text(interaction, name)).await;
    }
    if let Some(CustomId::Shift(id)) = &form
        && let Some(post) = shift::sent(data, &person, id, |name| text(interaction, name)).await?
    {
        return answer(http, interaction, post).await;
    }
    if let Some(CustomId::Directory(id)) = &form
        && let Some(post) = directory::sent(data, &person, id, |name| text(interaction, name)).await?
    {
        return answer(http, interaction, post).await;
    }
    let Some((key, command)) = command(form, |name| text(interaction, name)) else {
        let post = Post::text(
            "This form is from an older T-minus and does nothing any more. Nothing was changed; use the pinned board \
             or the commands (`/help`).",
        );
        return answer(http, interaction, handed_back(post, interaction)).await;
    };
    // What changes shows on the board and on the cards in a moment; it leaves through the outbox.
    data.app
        .act(&person, &Which::Key(key.to_string()), &command, (data.now)())
        .await?;
    Ok(())
}

/// What a form asks for, with the texts of its fields.
fn command(form: Option<CustomId>, text: impl Fn(Name) -> String) -> Option<(ReleaseKey, Command)> {
    Some(match form? {
        CustomId::NoGoForm(key, number) => {
            let vote = DecisionCommand::Vote {
                number: Some(number),
                role: None,
                choice: Choice::NoGo,
                reason: Some(text(Name::Text)),
            };
            (key, Command::Room(RoomCommand::Decision(vote)))
        }
        CustomId::RefusalForm(key, number) => {
            let refusal = SignOffCommand::Answer {
                number,
                approved: false,
                reason: Some(text(Name::Text)),
            };
            (key, Command::Room(RoomCommand::SignOff(refusal)))
        }
        CustomId::WordsForm(key) => {
            let words = AnnouncementCommand::Word(text(Name::Text));
            (key, Command::Room(RoomCommand::Announcement(words)))
        }
        CustomId::EvidenceForm(key, item) => {
            let evidence = text(Name::Text);
            (key, Command::CompleteWith { item, evidence })
        }
        _ => return None,
    })
}

/// The answer with everything that the person wrote.
fn handed_back(post: Post, interaction: &ModalInteraction) -> Post {
    let form = interaction.data.custom_id.parse().ok();
    let fields: Vec<_> = Name::all()
        .map(|name| (name.heading(form.as_ref()), text(interaction, name)))
        .collect();
    written::handed_back(post, &fields)
}

/// What was written into the field of this name.
fn text(interaction: &ModalInteraction, name: Name) -> String {
    let rows = interaction.data.components.iter().flat_map(|row| &row.components);
    rows.filter_map(|component| match component {
        ActionRowComponent::InputText(input) if input.custom_id == name.as_str() => input.value.clone(),
        _ => None,
    })
    .next()
    .unwrap_or_default()
}
