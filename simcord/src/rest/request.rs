//! A REST request, read into what the routes need, and what they answer with.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri, header};
use serde::Serialize;
use serde_json::Value;

use crate::world::{ApiError, Form, id_in};

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
    /// What it carries for authorisation.
    pub(super) authorization: Option<String>,
}

impl Request {
    /// Reads a request.
    pub(super) fn read(method: Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Self {
        let path = uri
            .path()
            .trim_start_matches("/api/v10")
            .trim_start_matches("/api");
        let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            method,
            path: path
                .split('/')
                .filter(|part| !part.is_empty())
                .map(unescape)
                .collect(),
            query: pairs(uri.query().unwrap_or_default()),
            body: read_body(text(header::CONTENT_TYPE).unwrap_or_default(), body),
            authorization: text(header::AUTHORIZATION).map(str::to_owned),
        }
    }

    /// The body, or a refusal when it is no JSON.
    pub(super) fn json(&self) -> Result<&Value, ApiError> {
        self.body.as_ref().map_err(Clone::clone)
    }

    /// A query parameter.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
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

fn read_body(content_type: &str, body: &Bytes) -> Result<Value, ApiError> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    let boundary = content_type
        .strip_prefix("multipart/form-data")
        .and_then(|rest| rest.split_once("boundary="))
        .map(|(_, boundary)| boundary.trim_matches('"'));
    let json = match boundary {
        Some(boundary) => payload_json(body, boundary).ok_or_else(ApiError::invalid_json)?,
        None => body.to_vec(),
    };
    serde_json::from_slice(&json).map_err(|_| ApiError::invalid_json())
}

/// The part named `payload_json` of a form; files are left aside.
fn payload_json(body: &[u8], boundary: &str) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(body);
    let part = text
        .split(&format!("--{boundary}"))
        .find(|part| part.contains("name=\"payload_json\""))?;
    let (_, content) = part.split_once("\r\n\r\n")?;
    Some(content.trim_end_matches("\r\n").as_bytes().to_vec())
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
