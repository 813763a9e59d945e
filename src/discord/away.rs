//! Days away from somebody's own calendar: shown, thinned out, and kept.

use serenity::all::Attachment;

use crate::discord::custom_id::ShiftId;
use crate::discord::post::Post;
use crate::discord::render::shift as render;
use crate::discord::{Data, Failure, upload};
use crate::domain::calendar::{BusyTimes, LARGEST_UPLOAD};
use crate::domain::ids::UserId;
use crate::domain::person::Person;
use crate::domain::rejection::Rejection;
use crate::domain::shift::ShiftRefusal;

/// Shows what a calendar gives.
pub(super) async fn preview(
    data: &Data,
    person: &Person,
    user: UserId,
    file: &Attachment,
    reason: Option<&str>,
) -> Result<Post, Failure> {
    let name = &file.filename;
    let bytes = usize::try_from(file.size).unwrap_or(usize::MAX);
    BusyTimes::fits(name, bytes).map_err(|problems| {
        let file = name.clone();
        Rejection::from(ShiftRefusal::UnreadableCalendar { file, problems })
    })?;
    let content = upload::content(data, file, LARGEST_UPLOAD).await?;
    let given = (name.as_str(), content.as_slice());
    let preview = data
        .app
        .preview_away(person, user, given, reason, (data.now)())
        .await?;
    Ok(render::preview(&preview))
}

/// Carries out what was pressed below it, or `picked` there; none when it belongs to something else.
pub(super) async fn answered(
    data: &Data,
    person: &Person,
    pressed: &ShiftId,
    picked: &str,
) -> Result<Option<Post>, Failure> {
    let now = (data.now)();
    Ok(Some(match pressed {
        ShiftId::SaveAway(question) => {
            let (user, away) = data.app.save_away(person, *question, now).await?;
            let views = data.app.rosters(person.guild, now).await?;
            render::away(user, &away, &views, now)
        }
        ShiftId::LeaveOut(question) => {
            let first = picked.parse().map_err(|_| Rejection::QuestionGone)?;
            render::preview(&data.app.leave_out_away(person, *question, first, now).await?)
        }
        ShiftId::DropAway(question) => {
            data.app.drop_away(person, *question).await?;
            render::dropped()
        }
        _ => return Ok(None),
    }))
}
