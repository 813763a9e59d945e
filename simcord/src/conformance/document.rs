//! The description of an API: which operation a request means, and where its schemas stand.

use std::fs;
use std::path::Path;

use jsonschema::Registry;
pub(super) use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::error::ConformanceError;

/// The name by which schemas mean the document. Nothing is fetched by it.
const NAME: &str = "urn:simcord:description";

/// An OpenAPI 3.1 document.
#[derive(Debug)]
pub struct Document {
    root: Value,
    registry: Registry<'static>,
    /// The templates of its paths, those with the most literal parts first.
    templates: Vec<String>,
}

/// An operation of the document.
#[derive(Debug)]
pub(super) struct Operation<'d> {
    /// `POST /channels/{channel_id}/messages`.
    pub(super) name: String,
    /// Where it stands, as a JSON pointer.
    pointer: String,
    /// What stands there.
    described: &'d Value,
    /// What stands for all operations of the path.
    path: &'d Value,
    /// Where that stands.
    path_pointer: String,
}

/// A parameter in a query.
#[derive(Debug)]
pub(super) struct Parameter<'d> {
    pub(super) name: &'d str,
    pub(super) required: bool,
    /// Where its schema stands.
    pub(super) schema: String,
}

/// The body of a request.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) required: bool,
    /// Where its schema stands.
    pub(super) schema: String,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is no OpenAPI 3.1 document.
    pub fn read(path: &Path) -> Result<Self, ConformanceError> {
        let wrong = |why: String| ConformanceError::Document {
            path: path.to_owned(),
            why,
        };
        let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        let root = serde_json::from_str(&text).map_err(|error| wrong(format!("it is no JSON: {error}")))?;
        Self::new(root).map_err(wrong)
    }

    fn new(root: Value) -> Result<Self, String> {
        let version = root.get("openapi").and_then(Value::as_str).unwrap_or_default();
        if !version.starts_with("3.1.") {
            return Err(format!("it is of the version {version:?} of OpenAPI, not of 3.1"));
        }
        let paths = root.get("paths").and_then(Value::as_object);
        let mut templates: Vec<_> = paths.into_iter().flat_map(Map::keys).cloned().collect();
        templates.sort_by_key(|template| template.split('/').filter(|part| is_open(part)).count());
        let registry = Registry::new()
            .add(NAME, root.clone())
            .and_then(jsonschema::RegistryBuilder::prepare)
            .map_err(|error| error.to_string())?;
        Ok(Self {
            root,
            registry,
            templates,
        })
    }

    /// The operation that a request means.
    pub(super) fn operation(&self, method: &str, path: &str) -> Option<Operation<'_>> {
        let key = method.to_ascii_lowercase();
        let fitting = self.templates.iter().filter(|template| fits(template, path));
        fitting
            .filter_map(|template| {
                let path_pointer = format!("/paths/{}", escaped(template));
                let path = self.root.pointer(&path_pointer)?;
                Some(Operation {
                    name: format!("{method} {template}"),
                    pointer: format!("{path_pointer}/{key}"),
                    described: path.get(&key)?,
                    path,
                    path_pointer,
                })
            })
            .next()
    }

    /// What the query of an operation may hold.
    pub(super) fn query<'d>(&'d self, operation: &Operation<'d>) -> Vec<Parameter<'d>> {
        let places = [
            (&operation.path_pointer, operation.path),
            (&operation.pointer, operation.described),
        ];
        let mut found = Vec::new();
        for (pointer, holder) in places {
            let list = holder.get("parameters").and_then(Value::as_array);
            for (place, parameter) in list.into_iter().flatten().enumerate() {
                let pointer = format!("{pointer}/parameters/{place}");
                let (pointer, parameter) = self.resolved(pointer, parameter);
                let name = parameter.get("name").and_then(Value::as_str);
                let in_query = parameter.get("in").and_then(Value::as_str) == Some("query");
                if let Some(name) = name.filter(|_| in_query && parameter.get("schema").is_some()) {
                    found.push(Parameter {
                        name,
                        required: is_required(parameter),
                        schema: format!("{pointer}/schema"),
                    });
                }
            }
        }
        found
    }

    /// The body that an operation takes, if it takes one.
    pub(super) fn request_body(&self, operation: &Operation<'_>) -> Option<Body> {
        let described = operation.described.get("requestBody")?;
        let (pointer, described) = self.resolved(format!("{}/requestBody", operation.pointer), described);
        Some(Body {
            required: is_required(described),
            schema: schema(&pointer, described)?,
        })
    }

    /// Where the schema of an answer stands: `None` when the document has no answer of this status, `Some(None)` when it has
    /// one without a body.
    pub(super) fn answer(&self, operation: &Operation<'_>, status: u16) -> Option<Option<String>> {
        let answers = operation.described.get("responses")?;
        let of_its_kind = format!("{}XX", status / 100);
        let keys = [status.to_string(), of_its_kind, "default".to_owned()];
        let (key, answer) = keys.iter().find_map(|key| Some((key, answers.get(key)?)))?;
        let pointer = format!("{}/responses/{key}", operation.pointer);
        let (pointer, answer) = self.resolved(pointer, answer);
        Some(schema(&pointer, answer))
    }

    /// A validator of what stands at a place.
    pub(super) fn compile(&self, pointer: &str) -> Result<Validator, ConformanceError> {
        let schema = json!({"$ref": format!("{NAME}#{}", in_fragment(pointer))});
        jsonschema::options()
            .with_registry(&self.registry)
            .should_validate_formats(true)
            .offline()
            .build(&schema)
            .map_err(|error| ConformanceError::Schema {
                pointer: pointer.to_owned(),
                why: error.to_string(),
            })
    }

    /// What a reference means, and where that stands; anything else as it is.
    fn resolved<'d>(&'d self, pointer: String, described: &'d Value) -> (String, &'d Value) {
        let reference = described.get("$ref").and_then(Value::as_str);
        let meant = reference
            .and_then(|reference| reference.strip_prefix('#'))
            .and_then(|pointer| Some((pointer.to_owned(), self.root.pointer(pointer)?)));
        meant.unwrap_or((pointer, described))
    }
}

/// The schema of a content: that of JSON, else that of a form with a part of JSON.
fn schema(pointer: &str, holder: &Value) -> Option<String> {
    let content = holder.get("content")?;
    let kind = ["application/json", "multipart/form-data"]
        .into_iter()
        .find(|kind| {
            content
                .get(kind)
                .is_some_and(|content| content.get("schema").is_some())
        })?;
    Some(format!("{pointer}/content/{}/schema", escaped(kind)))
}

fn is_required(described: &Value) -> bool {
    described
        .get("required")
        .and_then(Value::as_bool)
        .unwrap_or(false)
}

/// Whether a part of a template stands for anything.
fn is_open(part: &str) -> bool {
    part.starts_with('{')
}

fn fits(template: &str, path: &str) -> bool {
    let mut parts = path.trim_matches('/').split('/');
    let mut wanted = template.trim_matches('/').split('/');
    wanted.all(|wanted| parts.next().is_some_and(|part| is_open(wanted) || wanted == part))
        && parts.next().is_none()
}

/// A key as a part of a JSON pointer.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// A pointer as the fragment of a URI, which has no braces.
fn in_fragment(pointer: &str) -> String {
    pointer
        .replace('%', "%25")
        .replace('{', "%7B")
        .replace('}', "%7D")
}
