//! The files that people give with a command.

use serenity::all::Attachment;

use crate::discord::{Data, Failure};
use crate::domain::rejection::Rejection;
use crate::domain::shift::ShiftRefusal;

/// The content of a file, of at most `most` bytes: whatever goes beyond is cut off, one byte behind the limit, so that a
/// reader sees that there is more. Its address comes from Discord itself and is good for a while.
pub(super) async fn content(data: &Data, file: &Attachment, most: usize) -> Result<Vec<u8>, Failure> {
    had(data, file, most).await.map_err(|error| {
        // The address of the file is nobody else's business.
        tracing::warn!(error = %error.without_url(), "a file that was given could not be had");
        let file = file.filename.clone();
        Rejection::from(ShiftRefusal::FileNotHad { file }).into()
    })
}

async fn had(data: &Data, file: &Attachment, most: usize) -> Result<Vec<u8>, reqwest::Error> {
    let mut answer = data.files.get(&file.url).send().await?.error_for_status()?;
    let mut content = Vec::new();
    while content.len() <= most {
        match answer.chunk().await? {
            Some(chunk) => content.extend_from_slice(&chunk),
            None => break,
        }
    }
    content.truncate(most + 1);
    Ok(content)
}
