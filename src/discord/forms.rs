//! Forms: a button that needs a few words opens one. What is sent is authorised anew, whoever opened it.

use serenity::all::{
    ActionRowComponent, ButtonStyle, ComponentInteraction, CreateActionRow, CreateButton, CreateInputText,
    CreateInteractionResponse, CreateModal, Http, InputTextStyle, ModalInteraction,
};

use crate::app::{self, Which};
use crate::discord::custom_id::CustomId;
use crate::discord::post::Post;
use crate::discord::render::refusal;
use crate::discord::{Data, Failure, guild, reply};
use crate::domain::ids::ReleaseKey;
use crate::domain::playbook::ItemId;
use crate::domain::rejection::Rejection;
use crate::domain::release::{Command, REASON_LIMIT};
use crate::domain::room::{Choice, DecisionCommand, RoomCommand, RoomRefusal, SignOffCommand, TEXT_LIMIT};

/// The name of the one field that a form has.
const FIELD: &str = "text";

/// Opens the form that a button asks for; false when the button asks for none.
pub(super) async fn open(
    http: &Http,
    interaction: &ComponentInteraction,
    pressed: &CustomId,
) -> Result<bool, serenity::Error> {
    let (id, title, label, limit) = match pressed {
        CustomId::Vote(key, number, Choice::NoGo) => (
            CustomId::NoGoForm(key.clone(), *number),
            format!("No-go in go/no-go {number}"),
            "Why? It stands until you withdraw it.",
            REASON_LIMIT,
        ),
        CustomId::Sign(key, number, false) => (
            CustomId::RefusalForm(key.clone(), *number),
            format!("Refuse sign-off {number}"),
            "Why? It goes on the record, for good.",
            REASON_LIMIT,
        ),
        CustomId::Show(key, item) => (
            CustomId::EvidenceForm(key.clone(), item.clone()),
            "Show what it asks for".to_owned(),
            "A link, a text, or a link to a message",
            TEXT_LIMIT,
        ),
        _ => return Ok(false),
    };
    let input = CreateInputText::new(InputTextStyle::Paragraph, label, FIELD)
        .required(true)
        .max_length(u16::try_from(limit).unwrap_or(u16::MAX));
    let modal = CreateModal::new(id.to_string(), title).components(vec![CreateActionRow::InputText(input)]);
    interaction
        .create_response(http, CreateInteractionResponse::Modal(modal))
        .await?;
    Ok(true)
}

/// The refusal of a tick that lacks what the item asks to be shown, with a button that opens the form for it.
pub(super) fn asking_for(failure: &Failure, key: &ReleaseKey, item: &ItemId) -> Option<Post> {
    let Failure::App(app::Error::Rejected(rejection)) = failure else {
        return None;
    };
    let Rejection::Room(refusal) = &**rejection else {
        return None;
    };
    let RoomRefusal::EvidenceNeeded { .. } = **refusal else {
        return None;
    };
    let show = CustomId::Show(key.clone(), item.clone());
    let button = CreateButton::new(show.to_string())
        .label("Show it…")
        .style(ButtonStyle::Primary);
    Some(Post {
        rows: vec![CreateActionRow::Buttons(vec![button])],
        ..refusal::refusal(rejection)
    })
}

/// Handles a form from its acknowledgement to its answer. A failure is told to the person who sent it.
pub(super) async fn sent(http: &Http, data: &Data, interaction: &ModalInteraction) {
    let _acting = data.app.pulse().acting();
    let result = match interaction.defer(http).await {
        Ok(()) => carry_out(http, data, interaction).await,
        Err(error) => Err(error.into()),
    };
    let Err(failure) = result else { return };
    data.noticed(&failure);
    let post = reply::failure(&failure, interaction.id.get());
    if let Err(error) = interaction.create_followup(http, post.whisper()).await {
        let failure = Failure::from(error);
        tracing::warn!(interaction = interaction.id.get(), %failure, "the person could not be told");
    }
}

async fn carry_out(http: &Http, data: &Data, interaction: &ModalInteraction) -> Result<(), Failure> {
    let member = interaction.member.as_ref();
    let Some(person) = guild::person(interaction.guild_id, member, interaction.id) else {
        return Ok(());
    };
    let text = field(interaction);
    let Some((key, command)) = command(interaction.data.custom_id.parse().ok(), text) else {
        let text = "This form is from an older T-minus and does nothing any more. Nothing was changed; use the pinned \
                    board or the commands (`/help`).";
        interaction
            .create_followup(http, Post::text(text).whisper())
            .await?;
        return Ok(());
    };
    // What changes shows on the board and on the cards in a moment; it leaves through the outbox.
    data.app
        .act(&person, &Which::Key(key.to_string()), &command, (data.now)())
        .await?;
    Ok(())
}

/// What a form asks for.
fn command(form: Option<CustomId>, text: String) -> Option<(ReleaseKey, Command)> {
    Some(match form? {
        CustomId::NoGoForm(key, number) => {
            let vote = DecisionCommand::Vote {
                number: Some(number),
                role: None,
                choice: Choice::NoGo,
                reason: Some(text),
            };
            (key, Command::Room(RoomCommand::Decision(vote)))
        }
        CustomId::RefusalForm(key, number) => {
            let refusal = SignOffCommand::Answer {
                number,
                approved: false,
                reason: Some(text),
            };
            (key, Command::Room(RoomCommand::SignOff(refusal)))
        }
        CustomId::EvidenceForm(key, item) => (key, Command::CompleteWith { item, evidence: text }),
        _ => return None,
    })
}

/// What was written into the one field.
fn field(interaction: &ModalInteraction) -> String {
    let rows = interaction.data.components.iter().flat_map(|row| &row.components);
    rows.filter_map(|component| match component {
        ActionRowComponent::InputText(input) if input.custom_id == FIELD => input.value.clone(),
        _ => None,
    })
    .next()
    .unwrap_or_default()
}
