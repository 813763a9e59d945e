//! A REST request, read into what the routes need, and what they answer with.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri, header};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::world::{ApiError, Form, Upload, id_in};

/// The header with a reason for the audit log, written as in an address.
const REASON: header::HeaderName = header::HeaderName::from_static("x-audit-log-reason");

/// A request, read.
#[derive(Debug)]
pub(super) struct Request {
    /// Its method.
    pub(super) method: Method,
    /// Its path behind `/api/v10`, in parts.
    pub(super) path: Vec<String>,
    query: BTreeMap<String, String>,
    /// Its body; `null` when there is none.
    pub(super) body: Result<Value, ApiError>,
    /// The files that came with it.
    pub(super) files: Vec<Upload>,
    /// How many bytes its body has.
    size: usize,
    /// What sent it, in its own words.
    pub(super) agent: Option<String>,
    /// What it carries for authorisation.
    pub(super) authorization: Option<String>,
    /// The reason that it gives for the audit log.
    pub(super) reason: Option<String>,
}

impl Request {
    /// Reads a request.
    pub(super) async fn read(method: Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Self {
        let path = uri
            .path()
            .trim_start_matches("/api/v10")
            .trim_start_matches("/api");
        let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let content_type = text(header::CONTENT_TYPE).unwrap_or_default();
        let size = body.len();
        let (body, files) = read_body(content_type, body).await;
        Self {
            method,
            path: path
                .split('/')
                .filter(|part| !part.is_empty())
                .map(unescape)
                .collect(),
            query: pairs(uri.query().unwrap_or_default()),
            body,
            files,
            size,
            agent: text(header::USER_AGENT).map(str::to_owned),
            authorization: text(header::AUTHORIZATION).map(str::to_owned),
            reason: text(REASON).map(unescape),
        }
    }

    /// The body, or a refusal when it is no JSON.
    pub(super) fn json(&self) -> Result<&Value, ApiError> {
        self.body.as_ref().map_err(Clone::clone)
    }

    /// A request has only so many bytes (page "Reference", Uploading Files).
    pub(super) fn check_size(&self, most: usize) -> Result<(), ApiError> {
        if self.size > most {
            Err(ApiError::too_large())
        } else {
            Ok(())
        }
    }

    /// A reason has at most 512 characters (page "Audit Log", `X-Audit-Log-Reason`). The word for more is simcord's own:
    /// Discord publishes none.
    pub(super) fn check_reason(&self) -> Result<(), ApiError> {
        let mut form = Form::default();
        form.length("X-Audit-Log-Reason", self.reason.as_deref().unwrap_or(""), 0, 512);
        form.finish()
    }

    /// A query parameter.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// All of the query.
    pub(super) fn queries(&self) -> BTreeMap<&str, Value> {
        let pairs = self.query.iter();
        pairs
            .map(|(name, value)| (name.as_str(), Value::from(value.as_str())))
            .collect()
    }

    /// Whether a query parameter says yes, in one of Discord's ways (page "Reference", Boolean Query Strings).
    pub(super) fn says(&self, name: &str) -> bool {
        matches!(self.query(name), Some("true" | "True" | "1"))
    }

    /// A number in the query, held between two bounds.
    pub(super) fn limit(&self, usual: usize, most: usize) -> Result<usize, ApiError> {
        let Some(text) = self.query("limit") else {
            return Ok(usual);
        };
        let number = text.parse().ok().filter(|number| (1..=most).contains(number));
        let message = format!("int value should be between 1 and {most}.");
        number.ok_or_else(|| Form::refuse("limit", "NUMBER_TYPE_MAX", &message))
    }

    /// An id in the query.
    pub(super) fn query_id<T: From<u64>>(&self, name: &str) -> Option<T> {
        self.query(name)?.parse::<u64>().ok().map(T::from)
    }
}

/// An id in a path.
pub(super) fn path_id<T: From<u64>>(text: &str) -> Result<T, ApiError> {
    let message = format!("Value \"{text}\" is not snowflake.");
    text.parse::<u64>()
        .map(T::from)
        .map_err(|_| Form::refuse("id", "NUMBER_TYPE_COERCE", &message))
}

/// An id at `key` of a body.
pub(super) fn body_id<T: From<u64>>(body: &Value, key: &str) -> Result<T, ApiError> {
    let id = body.get(key).and_then(id_in);
    id.map(T::from)
        .ok_or_else(|| Form::refuse(key, "BASE_TYPE_REQUIRED", "This field is required"))
}

/// An answer: a status, and a body unless the status is 204.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Option<Value>,
}

impl Answer {
    /// 200 with a body.
    pub(super) fn ok(body: impl Serialize) -> Self {
        Self {
            status: 200,
            body: Some(serde_json::to_value(body).unwrap_or_default()),
        }
    }

    /// 201 with a body.
    pub(super) fn created(body: impl Serialize) -> Self {
        Self {
            status: 201,
            ..Self::ok(body)
        }
    }

    /// 204.
    pub(super) fn empty() -> Self {
        Self {
            status: 204,
            body: None,
        }
    }
}

/// The body as JSON, and the files that came with it.
async fn read_body(content_type: &str, body: &Bytes) -> (Result<Value, ApiError>, Vec<Upload>) {
    if body.is_empty() {
        return (Ok(Value::Null), Vec::new());
    }
    let json = |bytes: &[u8]| serde_json::from_slice(bytes).map_err(|_| ApiError::invalid_json());
    let Ok(boundary) = multer::parse_boundary(content_type) else {
        return (json(body), Vec::new());
    };
    match form(boundary, body.clone()).await {
        Ok((Payload::Json(payload), files)) => (json(&payload), files),
        Ok((Payload::Fields(fields), files)) => (Ok(Value::Object(fields)), files),
        Err(_) => (Err(ApiError::invalid_json()), Vec::new()),
    }
}

/// What a form says beside its files: in JSON, or field by field (page "Reference", Uploading Files).
enum Payload {
    Json(Bytes),
    Fields(Map<String, Value>),
}

/// What a form says, and its parts `files[n]`.
async fn form(boundary: String, body: Bytes) -> Result<(Payload, Vec<Upload>), multer::Error> {
    let whole = futures_util::stream::once(std::future::ready(Ok::<_, Infallible>(body)));
    let mut parts = multer::Multipart::new(whole, boundary);
    let (mut payload, mut fields, mut files) = (None, Map::new(), Vec::new());
    while let Some(part) = parts.next_field().await? {
        let place = part
            .name()
            .and_then(|name| name.strip_prefix("files[")?.strip_suffix(']')?.parse().ok());
        match place {
            Some(place) => {
                let name = part.file_name().unwrap_or("unknown").to_owned();
                let kind = part.content_type().map(ToString::to_string);
                files.push(Upload {
                    place,
                    name,
                    kind,
                    bytes: part.bytes().await?.as_ref().into(),
                });
            }
            None if part.name() == Some("payload_json") => payload = Some(part.bytes().await?),
            None => {
                let name = part.name().unwrap_or_default().to_owned();
                fields.insert(name, Value::String(part.text().await?));
            }
        }
    }
    Ok((payload.map_or(Payload::Fields(fields), Payload::Json), files))
}

fn pairs(query: &str) -> BTreeMap<String, String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (unescape(name), unescape(&value.replace('+', " "))))
        .collect()
}

/// Undoes `%41`.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, further)) = rest.split_first() {
        let code = (*first == b'%').then(|| further.get(..2)).flatten();
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = further.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = further;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
