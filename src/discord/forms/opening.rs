//! Putting a form in front of a person. It is the acknowledgement of what opened it.

use serenity::all::{
    ComponentInteraction, CreateActionRow, CreateInputText, CreateInteractionResponse, CreateModal, Http,
    InputTextStyle,
};

use crate::discord::custom_id::CustomId;
use crate::discord::forms::{Field, Form, asked_for};
use crate::discord::render::shortened;
use crate::discord::{Context, Data, Failure, guild};

/// The most characters of a title, and of a label (interactions/message-components).
const TITLE: usize = 45;

/// The most characters that stand in a field.
const VALUE: usize = 4_000;

/// The most characters that stand in an empty one.
const PLACEHOLDER: usize = 100;

/// Opens the form that a button asks for; false when the button asks for none. A failure comes before the press is
/// acknowledged.
pub(in crate::discord) async fn open(
    http: &Http,
    data: &Data,
    interaction: &ComponentInteraction,
    pressed: &CustomId,
) -> Result<bool, Failure> {
    let member = interaction.member.as_ref();
    let Some(person) = guild::person(interaction.guild_id, member, interaction.id) else {
        return Ok(false);
    };
    let Some(form) = asked_for(data, &person, pressed).await? else {
        return Ok(false);
    };
    interaction.create_response(http, form.response()).await?;
    Ok(true)
}

/// Opens a form that a command asks for, which is the answer to the command.
pub(in crate::discord) async fn open_by_command(ctx: Context<'_>, form: Form) -> Result<(), Failure> {
    let response = form.response();
    Ok(ctx.interaction.create_response(ctx.http(), response).await?)
}

impl Form {
    /// Within the bounds of the platform, which refuses a form that goes beyond them.
    fn response(self) -> CreateInteractionResponse {
        let rows = self.fields.into_iter().map(Field::row).collect();
        let title = shortened(&self.title, TITLE);
        CreateInteractionResponse::Modal(CreateModal::new(self.id.to_string(), title).components(rows))
    }
}

impl Field {
    fn row(self) -> CreateActionRow {
        let style = if self.short {
            InputTextStyle::Short
        } else {
            InputTextStyle::Paragraph
        };
        let limit = self.limit.clamp(1, VALUE);
        let mut input = CreateInputText::new(style, shortened(self.label, TITLE), self.name.as_str())
            .required(!self.optional)
            .max_length(u16::try_from(limit).unwrap_or(u16::MAX));
        if !self.placeholder.is_empty() {
            input = input.placeholder(shortened(self.placeholder, PLACEHOLDER));
        }
        if !self.value.is_empty() {
            input = input.value(shortened(&self.value, limit));
        }
        CreateActionRow::InputText(input)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::domain::ids::ReleaseKey;

    fn opened(field: Field) -> Value {
        let form = Form {
            id: CustomId::Why(ReleaseKey::from_stored("REL-2026-12-001".to_owned())),
            title: "é".repeat(TITLE + 1),
            fields: vec![field],
        };
        serde_json::to_value(form.response()).unwrap()["data"].clone()
    }

    /// A form that is too long in any part is refused as a whole, and the person would see nothing.
    #[test]
    fn a_form_stays_within_the_bounds_of_the_platform() {
        let data = opened(Field {
            label: "a label that is much longer than what fits into one line",
            placeholder: "a text that is much longer than what fits into one line, and which therefore has to be cut \
                          somewhere before it ends",
            value: "é".repeat(VALUE + 1),
            limit: 5_000,
            ..Field::default()
        });
        let length = |value: &Value| value.as_str().unwrap().chars().count();
        assert_eq!(length(&data["title"]), TITLE);
        let input = &data["components"][0]["components"][0];
        assert_eq!(length(&input["label"]), TITLE);
        assert_eq!(length(&input["placeholder"]), PLACEHOLDER);
        assert_eq!(length(&input["value"]), VALUE);
        assert_eq!(input["max_length"], VALUE);
    }

    #[test]
    fn an_empty_field_is_sent_without_a_value() {
        let data = opened(Field {
            label: "Why?",
            limit: 500,
            ..Field::default()
        });
        let input = &data["components"][0]["components"][0];
        assert_eq!(input["value"], Value::Null);
        assert_eq!(
            (&input["required"], &input["style"]),
            (&Value::Bool(true), &2.into())
        );
    }
}
