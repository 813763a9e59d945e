//! Buttons and forms of rosters and shifts.

use crate::app::RosterDraft;
use crate::discord::custom_id::{CustomId, ShiftId};
use crate::discord::forms::{Field, Form, Name};
use crate::discord::post::Post;
use crate::discord::render::shift as render;
use crate::discord::{Data, Failure};
use crate::domain::person::Person;
use crate::domain::shift::ROSTER_LIMIT;

/// The form with the text of a roster; a new one begins with an example in which the person stands.
pub(super) fn roster_form(draft: RosterDraft, person: &Person) -> Form {
    let text = draft.text.unwrap_or_else(|| render::example(person.user));
    let field = Field {
        name: Name::Roster,
        label: "Who takes turns, and when",
        value: text,
        limit: ROSTER_LIMIT,
        ..Field::default()
    };
    Form {
        title: format!("Roster: {}", draft.name),
        id: CustomId::Shift(ShiftId::RosterForm(draft.name, draft.revision)),
        fields: vec![field],
    }
}

/// Carries out what was written into a form; none when the form is of another kind.
pub(super) async fn sent(
    data: &Data,
    person: &Person,
    form: &ShiftId,
    text: impl Fn(Name) -> String,
) -> Result<Option<Post>, Failure> {
    let now = (data.now)();
    match form {
        ShiftId::RosterForm(name, revision) => {
            let text = text(Name::Roster);
            let view = data.app.write_roster(person, name, &text, *revision, now).await?;
            Ok(Some(render::written(&view, now)))
        }
        ShiftId::Swap(..) => Ok(None),
    }
}

/// Carries out a press. What it changes shows on the message itself in a moment; it leaves through the outbox.
pub(super) async fn pressed(data: &Data, person: &Person, pressed: &ShiftId) -> Result<(), Failure> {
    match pressed {
        ShiftId::Swap(number, accept) => {
            data.app
                .answer_swap(person, *number, *accept, (data.now)())
                .await
                .map(drop)?;
            Ok(())
        }
        // A form is sent, not pressed.
        ShiftId::RosterForm(..) => Ok(()),
    }
}
