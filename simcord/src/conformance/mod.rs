//! Holds recordings of REST against a description of an API: an OpenAPI 3.1 document such as the one that Discord publishes.
//!
//! Of each request that was carried out the query and the body are checked, of each answer the body; what was refused may
//! have been wrong on purpose, so only its refusal is checked. A route that the document lacks is a finding however it was
//! answered. Answers of the 5xx kind are in no document.

mod document;
mod error;
mod exchange;
mod known;
mod report;

use std::collections::HashMap;
use std::path::PathBuf;

use serde_json::Value;

pub use document::Document;
pub use error::ConformanceError;
use exchange::{Exchange, Place};
pub use known::{KNOWN, Known, Side};
pub use report::{Finding, Report};

use document::{Operation, Validator};
use error::{Mistake, mistakes};

/// Checks recordings, files or folders of them, against a document. What `known` lists is no finding.
///
/// # Errors
///
/// When a recording cannot be read, is no recording, or when a schema of the document makes no sense.
pub fn check<'k>(
    document: &Document,
    recordings: &[PathBuf],
    known: &'k [Known<'k>],
) -> Result<Report<'k>, ConformanceError> {
    let mut checker = Checker {
        document,
        compiled: HashMap::new(),
        report: Report::new(known),
    };
    for file in exchange::files(recordings)? {
        exchange::read(&file, |exchange, place| checker.exchange(exchange, place))?;
    }
    Ok(checker.report)
}

struct Checker<'d, 'k> {
    document: &'d Document,
    /// What has been compiled, by its place in the document.
    compiled: HashMap<String, Validator>,
    report: Report<'k>,
}

impl Checker<'_, '_> {
    fn exchange(&mut self, exchange: &Exchange, place: &Place<'_>) -> Result<(), ConformanceError> {
        let document = self.document;
        let Some(operation) = document.operation(&exchange.method, &exchange.path) else {
            let name = format!("{} {}", exchange.method, exchange::blurred(&exchange.path));
            let missing = Mistake::of_the_whole("the document has no such operation", &Value::Null);
            self.report.add(&name, Side::Request, missing, place);
            return Ok(());
        };
        self.report.count_operation(&operation.name);
        if exchange.status < 300 {
            self.report.count_request();
            self.query(&operation, exchange, place)?;
            self.body(&operation, exchange, place)?;
        }
        if exchange.status < 500 {
            self.report.count_answer();
            self.answer(&operation, exchange, place)?;
        }
        Ok(())
    }

    fn query(
        &mut self,
        operation: &Operation<'_>,
        exchange: &Exchange,
        place: &Place<'_>,
    ) -> Result<(), ConformanceError> {
        for parameter in self.document.query(operation) {
            let at = format!("?{}", parameter.name);
            let Some(text) = exchange.query.get(parameter.name) else {
                if parameter.required {
                    let missing = Mistake::at(at, "it is required", &Value::Null);
                    self.report.add(&operation.name, Side::Request, missing, place);
                }
                continue;
            };
            let validator = self.compile(&parameter.schema)?;
            let readings = readings(text);
            if !readings.iter().any(|reading| validator.is_valid(reading)) {
                let wrong = Mistake::at(at, "value does not fit its schema", &Value::from(text.as_str()));
                self.report.add(&operation.name, Side::Request, wrong, place);
            }
        }
        Ok(())
    }

    fn body(
        &mut self,
        operation: &Operation<'_>,
        exchange: &Exchange,
        place: &Place<'_>,
    ) -> Result<(), ConformanceError> {
        let Some(body) = self.document.request_body(operation) else {
            return Ok(());
        };
        if exchange.body.is_null() && !body.required {
            return Ok(());
        }
        self.value(
            &body.schema,
            &exchange.body,
            &operation.name,
            Side::Request,
            place,
        )
    }

    fn answer(
        &mut self,
        operation: &Operation<'_>,
        exchange: &Exchange,
        place: &Place<'_>,
    ) -> Result<(), ConformanceError> {
        let (document, status, response) = (self.document, exchange.status, &exchange.response);
        let name = &operation.name;
        let side = Side::Answer(status);
        let Some(answer) = document.answer(operation, status) else {
            let unknown = Mistake::of_the_whole("the document has no answer of this status", response);
            self.report.add(name, side, unknown, place);
            return Ok(());
        };
        match answer {
            Some(schema) => self.value(&schema, response, name, side, place),
            None if response.is_null() => Ok(()),
            None => {
                let more = Mistake::of_the_whole("the document has no body here", response);
                self.report.add(name, side, more, place);
                Ok(())
            }
        }
    }

    fn value(
        &mut self,
        schema: &str,
        value: &Value,
        operation: &str,
        side: Side,
        place: &Place<'_>,
    ) -> Result<(), ConformanceError> {
        let validator = self.compile(schema)?;
        let found: Vec<_> = validator
            .iter_errors(value)
            .flat_map(|error| mistakes(&error))
            .collect();
        for mistake in found {
            self.report.add(operation, side, mistake, place);
        }
        Ok(())
    }

    fn compile(&mut self, schema: &str) -> Result<&Validator, ConformanceError> {
        if !self.compiled.contains_key(schema) {
            let validator = self.document.compile(schema)?;
            self.compiled.insert(schema.to_owned(), validator);
        }
        Ok(&self.compiled[schema])
    }
}

/// What a text in a query can mean: the text itself, the number or truth that it writes, or a list of one.
///
/// The page Reference, Boolean Query Strings, has a truth written `True`, `true` or `1`, and the contrary likewise.
fn readings(text: &str) -> Vec<Value> {
    let mut found = vec![Value::from(text)];
    found.extend(serde_json::from_str::<Value>(text).ok());
    match text {
        "True" | "1" => found.push(Value::Bool(true)),
        "False" | "0" => found.push(Value::Bool(false)),
        _ => {}
    }
    let lists: Vec<_> = found.iter().map(|one| Value::from(vec![one.clone()])).collect();
    found.extend(lists);
    found
}
