//! Files of messages, in Discord's shape and with its limits.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use super::body::{id, text};
use super::error::{ApiError, Form};
use super::ids::{AttachmentId, ChannelId};

/// Files that one message may have.
const MOST: usize = 10;

/// A file that came with a request, in the part `files[place]` of its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Upload {
    pub(crate) place: u64,
    pub(crate) name: String,
    pub(crate) kind: Option<String>,
    pub(crate) bytes: Arc<[u8]>,
}

/// What a body says about a file: one that comes with it, by its place, or one that the message keeps, by its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    id: u64,
    filename: Option<String>,
    description: Option<String>,
}

/// A file of a message, in Discord's shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// Its name.
    pub filename: String,
    /// Its size in bytes.
    pub size: usize,
    /// Where it can be had.
    pub url: String,
    /// The same here.
    pub proxy_url: String,
    /// Its media type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// What it shows, for those who do not see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The width of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// The height of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Whether it goes away with its message.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ephemeral: bool,
    /// What is in it.
    #[serde(skip)]
    pub bytes: Arc<[u8]>,
}

/// What a body says about files, if it says anything.
pub(super) fn parse(map: &Map<String, Value>, form: &mut Form) -> Option<Vec<Named>> {
    let list = match map.get("attachments")? {
        Value::Array(list) => list,
        Value::Null => return Some(Vec::new()),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            form.add(
                "attachments",
                "LIST_TYPE_CONVERT",
                "Only iterables may be used in a ListType",
            );
            return None;
        }
    };
    form.count("attachments", list.len(), MOST);
    let mut named = Vec::new();
    for (place, entry) in list.iter().enumerate() {
        let Some((entry, id)) = entry.as_object().and_then(|map| Some((map, id(map.get("id")?)?))) else {
            form.add(
                &format!("attachments.{place}.id"),
                "BASE_TYPE_REQUIRED",
                "This field is required",
            );
            continue;
        };
        let words = |key: &str, min: usize, form: &mut Form| {
            let given = entry
                .get(key)
                .filter(|value| !value.is_null())
                .and_then(|_| text(entry, key, form));
            if let Some(given) = &given {
                form.length(&format!("attachments.{place}.{key}"), given, min, 1_024);
            }
            given
        };
        named.push(Named {
            id,
            filename: words("filename", 1, form),
            description: words("description", 0, form),
        });
    }
    Some(named)
}

/// The files of a message after a body that says `named` about them has come with `uploads`. What it does not name goes,
/// if it says anything about files; without a word the files that are there stay and those that come are added.
pub(super) fn merged(
    mut kept: Vec<Attachment>,
    named: Option<&[Named]>,
    uploads: &[Upload],
    largest: usize,
    mut add: impl FnMut(&Upload, Option<&Named>) -> Attachment,
) -> Result<Vec<Attachment>, ApiError> {
    if uploads.iter().any(|upload| upload.bytes.len() > largest) {
        return Err(ApiError::too_large());
    }
    let of_upload = |upload: &Upload| named?.iter().find(|named| named.id == upload.place);
    if let Some(named) = named {
        for (place, entry) in named.iter().enumerate() {
            let known = kept.iter().any(|file| file.id.0 == entry.id)
                || uploads.iter().any(|upload| upload.place == entry.id);
            if !known {
                let path = format!("attachments.{place}");
                return Err(Form::refuse(
                    &path,
                    "ATTACHMENT_NOT_FOUND",
                    "Attachment data not found",
                ));
            }
        }
        kept.retain(|file| named.iter().any(|named| named.id == file.id.0));
        for file in &mut kept {
            let said = named.iter().find(|named| named.id == file.id.0);
            if let Some(description) = said.and_then(|said| said.description.clone()) {
                file.description = Some(description);
            }
        }
    }
    for upload in uploads {
        let said = of_upload(upload);
        if named.is_none() || said.is_some() {
            kept.push(add(upload, said));
        }
    }
    if kept.len() > MOST {
        return Err(ApiError::too_many_attachments());
    }
    Ok(kept)
}

/// A file that came, as it stands in a message from now on.
pub(super) fn stored(
    id: AttachmentId,
    base: &str,
    channel: ChannelId,
    upload: &Upload,
    said: Option<&Named>,
) -> Attachment {
    let name = said
        .and_then(|said| said.filename.as_deref())
        .unwrap_or(&upload.name);
    let filename = clean(name);
    let url = format!("{base}/attachments/{channel}/{id}/{filename}");
    let size = picture(&upload.bytes);
    Attachment {
        id,
        size: upload.bytes.len(),
        proxy_url: url.clone(),
        url,
        content_type: Some(kind(&filename, upload.kind.as_deref())),
        filename,
        description: said
            .and_then(|said| said.description.clone())
            .filter(|description| !description.is_empty()),
        width: size.map(|(width, _)| width),
        height: size.map(|(_, height)| height),
        ephemeral: false,
        bytes: Arc::clone(&upload.bytes),
    }
}

impl Attachment {
    /// The lines that a person reads of it: what it is, and the words of a file of text.
    pub(super) fn lines(&self) -> Vec<String> {
        let kind = self.content_type.as_deref().unwrap_or("a file");
        let size = match (self.width, self.height) {
            (Some(width), Some(height)) => format!("{width} × {height}"),
            _ => format!("{} bytes", self.size),
        };
        let mut lines = vec![format!("📎 {} ({kind}, {size})", self.filename)];
        lines.extend(
            self.description
                .iter()
                .map(|description| format!("  {description}")),
        );
        if self.is_text() {
            let text = String::from_utf8_lossy(&self.bytes);
            let text = text.trim_start_matches('\u{FEFF}').lines();
            lines.extend(text.map(|line| format!("  {line}")));
        }
        lines
    }

    fn is_text(&self) -> bool {
        let kind = self.content_type.as_deref().unwrap_or_default();
        kind.starts_with("text/") || kind.starts_with("application/json")
    }
}

/// A name without what Discord takes out of it.
pub(super) fn clean(name: &str) -> String {
    let kept = |character: char| match character {
        character if character.is_alphanumeric() || matches!(character, '.' | '_' | '-') => Some(character),
        ' ' => Some('_'),
        _ => None,
    };
    let name: String = name.chars().filter_map(kept).collect();
    match name.trim_start_matches('.') {
        "" => "unknown".to_owned(),
        name => name.to_owned(),
    }
}

fn kind(name: &str, given: Option<&str>) -> String {
    let known = match name.rsplit_once('.').map(|(_, end)| end) {
        Some("png") => "image/png",
        Some("md") => "text/markdown; charset=utf-8",
        Some("csv") => "text/csv; charset=utf-8",
        Some("ics") => "text/calendar; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        Some("json") => "application/json; charset=utf-8",
        Some(_) | None => given.unwrap_or("application/octet-stream"),
    };
    known.to_owned()
}

/// Width and height of a PNG, which stand in its first chunk.
fn picture(bytes: &[u8]) -> Option<(u32, u32)> {
    let head = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?.get(8..16)?;
    let number = |part: &[u8]| Some(u32::from_be_bytes(part.try_into().ok()?));
    Some((number(head.get(..4)?)?, number(head.get(4..)?)?))
}
