//! Whether a value is of a schema of the document, by code that shares nothing with what wrote the document. A word of the
//! schema language that is not known here is a failure, so that nothing is passed over.

use regex::Regex;
use serde_json::Value;
use std::collections::BTreeSet;

/// What the value has against the schema, each fault with its place.
pub fn faults(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut check = Check { document, faults: Vec::new() };
    check.whole(schema, value, "");
    check.faults
}

struct Check<'a> {
    document: &'a Value,
    faults: Vec<String>,
}

impl<'a> Check<'a> {
    /// The value, and that it has no field of which the schema does not tell.
    fn whole(&mut self, schema: &'a Value, value: &Value, place: &str) {
        if let Some(fields) = value.as_object() {
            let mut known = BTreeSet::new();
            let open = self.known(schema, &mut known);
            // Where no field is told of, any will do.
            let open = open || known.is_empty();
            for name in fields.keys().filter(|name| !open && !known.contains(name.as_str())) {
                self.faults.push(format!("{place}/{name}: the schema does not tell of it"));
            }
        }
        self.part(schema, value, place);
    }

    /// The fields of which a schema tells; whether it takes others as well.
    fn known(&self, schema: &'a Value, known: &mut BTreeSet<&'a str>) -> bool {
        let named = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        known.extend(named);
        let mut open = schema.get("additionalProperties").is_some_and(|more| *more != Value::Bool(false));
        if schema.get("$ref").is_some() {
            open |= self.known(self.target(schema), known);
        }
        for choice in ["allOf", "oneOf"] {
            for one in schema[choice].as_array().into_iter().flatten() {
                open |= self.known(one, known);
            }
        }
        open
    }

    fn target(&self, schema: &Value) -> &'a Value {
        let to = schema["$ref"].as_str().unwrap();
        self.document.pointer(to.trim_start_matches('#')).unwrap_or_else(|| panic!("{to} leads nowhere"))
    }

    fn wants(&mut self, holds: bool, place: &str, keyword: &str, wanted: &Value, value: &Value) {
        if !holds {
            self.faults.push(format!("{place}: {keyword} {wanted}, and not {value}"));
        }
    }

    /// One schema of perhaps several that hold of the value together.
    fn part(&mut self, schema: &'a Value, value: &Value, place: &str) {
        for (keyword, wanted) in schema.as_object().unwrap_or_else(|| panic!("{place}: {schema} is no schema")) {
            let number = || value.as_f64().zip(wanted.as_f64());
            let bound = || usize::try_from(wanted.as_u64().unwrap()).unwrap();
            let length = || value.as_str().map(|text| text.chars().count());
            let holds = match keyword.as_str() {
                // Words for people and for other tools.
                "description" | "example" | "title" | "default" | "discriminator" | "x-schema" | "x-clause" => true,
                "$ref" => {
                    self.part(self.target(schema), value, place);
                    true
                }
                "allOf" => {
                    wanted.as_array().unwrap().iter().for_each(|one| self.part(one, value, place));
                    true
                }
                "oneOf" => {
                    let fits = |one: &&Value| faults(self.document, one, value).is_empty();
                    wanted.as_array().unwrap().iter().filter(fits).count() == 1
                }
                "type" => is_of(value, wanted),
                "format" => value.as_str().is_none_or(|text| is_written_as(text, wanted.as_str().unwrap())),
                "enum" => wanted.as_array().unwrap().contains(value),
                "pattern" => {
                    value.as_str().is_none_or(|text| Regex::new(wanted.as_str().unwrap()).unwrap().is_match(text))
                }
                "minimum" => number().is_none_or(|(value, least)| value >= least),
                "maximum" => number().is_none_or(|(value, most)| value <= most),
                "minLength" => length().is_none_or(|length| length >= bound()),
                "maxLength" => length().is_none_or(|length| length <= bound()),
                "minItems" => value.as_array().is_none_or(|items| items.len() >= bound()),
                "maxItems" => value.as_array().is_none_or(|items| items.len() <= bound()),
                "required" => value.as_object().is_none_or(|fields| {
                    wanted.as_array().unwrap().iter().all(|name| fields.contains_key(name.as_str().unwrap()))
                }),
                "properties" => {
                    for (name, value) in value.as_object().into_iter().flatten() {
                        if let Some(schema) = wanted.get(name) {
                            self.whole(schema, value, &format!("{place}/{name}"));
                        }
                    }
                    true
                }
                "items" => {
                    for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                        self.whole(wanted, value, &format!("{place}/{index}"));
                    }
                    true
                }
                "additionalProperties" => {
                    if wanted.is_object() {
                        for (name, value) in value.as_object().into_iter().flatten() {
                            self.whole(wanted, value, &format!("{place}/{name}"));
                        }
                    }
                    true
                }
                "propertyNames" => {
                    for name in value.as_object().into_iter().flat_map(serde_json::Map::keys) {
                        self.whole(wanted, &Value::from(name.as_str()), &format!("{place}/{name}"));
                    }
                    true
                }
                unknown => panic!("{place}: this test does not know {unknown}"),
            };
            self.wants(holds, place, keyword, wanted, value);
        }
    }
}

fn is_of(value: &Value, kind: &Value) -> bool {
    match kind.as_str().unwrap_or_else(|| panic!("{kind} is no one type")) {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        unknown => panic!("this test does not know the type {unknown}"),
    }
}

fn is_written_as(text: &str, format: &str) -> bool {
    match format {
        "date" => text.parse::<chrono::NaiveDate>().is_ok(),
        "date-time" => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        "uuid" => Regex::new("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$").unwrap().is_match(text),
        // Of numbers; that a text is none is said by the type.
        "int32" | "int64" | "binary" => true,
        unknown => panic!("this test does not know the format {unknown}"),
    }
}

#[test]
fn what_is_not_of_a_schema_is_found() {
    let document = serde_json::json!({"components": {"schemas": {
        "Base": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "format": "uuid"}}},
        "Whole": {"allOf": [{"$ref": "#/components/schemas/Base"},
            {"properties": {"days": {"type": "array", "maxItems": 1, "items": {"type": "string", "format": "date"}}}}]},
    }}});
    let schema = serde_json::json!({"$ref": "#/components/schemas/Whole"});
    let found = |value| faults(&document, &schema, &value);
    let id = "0198c0de-0000-7000-8000-000000000001";
    assert_eq!(found(serde_json::json!({"id": id, "days": ["2026-11-19"]})), Vec::<String>::new());
    for (value, place) in [
        (serde_json::json!({"days": []}), ""),
        (serde_json::json!({"id": "x"}), "/id"),
        (serde_json::json!({"id": id, "more": 1}), "/more"),
        (serde_json::json!({"id": id, "days": ["2026-11-31"]}), "/days/0"),
        (serde_json::json!({"id": id, "days": ["2026-11-01", "2026-11-02"]}), "/days"),
        (serde_json::json!([]), ""),
    ] {
        let found = found(value);
        assert!(found.len() == 1 && found[0].starts_with(&format!("{place}: ")), "{found:?}");
    }
}
