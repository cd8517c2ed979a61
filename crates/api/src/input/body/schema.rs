//! The schemas of declared bodies.

use super::Kind;
use serde_json::Value;
use utoipa::ToSchema;
#[cfg(test)]
use utoipa::openapi::schema::{Object, Schema, Type};
#[cfg(test)]
use utoipa::openapi::{Ref, RefOr};

/// The schema of what stands under its own name in the document.
pub(crate) fn refer_to<T: ToSchema>() -> RefOr<Schema> {
    Ref::from_schema_name(T::name()).into()
}

/// What the document says of one field.
pub(crate) struct Told {
    name: &'static str,
    is_required: bool,
    schema: RefOr<Schema>,
}

impl Told {
    /// A field of a kind, with what is said at its place.
    pub fn of<K: Kind>(name: &'static str, doc: &[&str]) -> Self {
        let said = Some(paragraph(doc)).filter(|said| !said.is_empty());
        let mut schema = K::schema();
        match &mut schema {
            RefOr::Ref(to) => to.description = said.unwrap_or_default(),
            RefOr::T(Schema::Object(value)) => value.description = said,
            RefOr::T(Schema::Array(list)) => list.description = said,
            // No kind is a choice of schemas.
            RefOr::T(_) => {}
        }
        Self { name, is_required: K::IS_REQUIRED, schema }
    }
}

/// The schema of a body.
pub(crate) fn schema_of(about: &[&str], example: Option<Value>, fields: Vec<Told>) -> RefOr<Schema> {
    let mut body = Object::with_type(Type::Object);
    body.description = Some(paragraph(about));
    body.example = example;
    for told in fields {
        if told.is_required {
            body.required.push(told.name.to_owned());
        }
        body.properties.insert(told.name.to_owned(), told.schema);
    }
    body.into()
}

/// A doc comment as one text, with its line breaks.
fn paragraph(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n")
}
