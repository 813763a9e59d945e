//! Buttons and forms of rosters and shifts.

use crate::app::RosterDraft;
use crate::discord::custom_id::{CustomId, ShiftId};
use crate::discord::forms::{Field, Form, Name};
use crate::discord::post::Post;
use crate::discord::render::{handoff, shift as render};
use crate::discord::{Data, Failure};
use crate::domain::handoff::NOTE_LIMIT;
use crate::domain::ids::RosterNumber;
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

/// The form with the note of whoever goes.
pub(super) fn note_form(roster: RosterNumber, note: Option<String>) -> Form {
    let field = Field {
        label: "What should those know who come after you?",
        placeholder: "Whom to watch, whom you wait for, what you would do next; the facts come by themselves",
        value: note.unwrap_or_default(),
        limit: NOTE_LIMIT,
        ..Field::default()
    };
    Form {
        id: CustomId::Shift(ShiftId::NoteForm(roster)),
        title: "Note for the hand-off".to_owned(),
        fields: vec![field],
    }
}

/// The form that a button asks for; none when it asks for none.
pub(super) async fn asked_for(
    data: &Data,
    person: &Person,
    pressed: &ShiftId,
) -> Result<Option<Form>, Failure> {
    Ok(match pressed {
        ShiftId::Note(roster) => {
            let note = data.app.draft_note_of(person, *roster, (data.now)()).await?;
            Some(note_form(*roster, note))
        }
        ShiftId::Decline(number) => {
            let field = Field {
                label: "Why not? Others are asked at once.",
                limit: NOTE_LIMIT,
                ..Field::default()
            };
            Some(Form {
                id: CustomId::Shift(ShiftId::DeclineForm(*number)),
                title: "Decline the hand-off".to_owned(),
                fields: vec![field],
            })
        }
        ShiftId::Ask(number) => {
            data.app.may_ask_about(person, *number, (data.now)()).await?;
            let field = Field {
                label: "What do you want to know?",
                placeholder: "Whoever goes is asked in the thread of the hand-off",
                limit: NOTE_LIMIT,
                ..Field::default()
            };
            Some(Form {
                id: CustomId::Shift(ShiftId::AskForm(*number)),
                title: "Ask about the hand-off".to_owned(),
                fields: vec![field],
            })
        }
        _ => None,
    })
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
        ShiftId::NoteForm(roster) => {
            let note = text(Name::Text);
            data.app.note_hand_off(person, *roster, &note, now).await?;
            Ok(Some(handoff::noted()))
        }
        ShiftId::DeclineForm(number) => {
            let reason = text(Name::Text);
            let hand_off = data
                .app
                .decline_hand_off(person, Some(*number), None, &reason, now)
                .await?;
            Ok(Some(handoff::declined(&hand_off)))
        }
        ShiftId::AskForm(number) => {
            let question = text(Name::Text);
            let from = data
                .app
                .ask_about_hand_off(person, *number, &question, now)
                .await?;
            Ok(Some(handoff::asked(from)))
        }
        _ => Ok(None),
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
        ShiftId::Accept(number) => {
            let accepting = data
                .app
                .accept_hand_off(person, Some(*number), None, (data.now)());
            accepting.await.map(drop)?;
            Ok(())
        }
        // These open a form, or are one.
        _ => Ok(()),
    }
}
