//! Examples of the OpenAPI document that need not be written twice: where a request or an answer has none of its own,
//! it is put together of the examples of its parts.

use serde_json::{Map, Value, json};

/// Deepest nesting that is followed; a schema that refers to itself ends there.
const DEPTH_MAX: usize = 12;

/// Gives every request and answer of an operation an example where its schema leads to one.
pub fn complete(operation: &mut Map<String, Value>, schemas: &Value) {
    if let Some(content) = operation.get_mut("requestBody").and_then(|body| body.get_mut("content")) {
        complete_content(content, schemas);
    }
    if let Some(Value::Object(answers)) = operation.get_mut("responses") {
        for content in answers.values_mut().filter_map(|answer| answer.get_mut("content")) {
            complete_content(content, schemas);
        }
    }
}

fn complete_content(content: &mut Value, schemas: &Value) {
    let Value::Object(media_types) = content else { return };
    for media_type in media_types.values_mut().filter_map(Value::as_object_mut) {
        if media_type.contains_key("example") || media_type.contains_key("examples") {
            continue;
        }
        let example = media_type.get("schema").and_then(|schema| example(schema, schemas, 0));
        if let Some(example) = example {
            media_type.insert("example".to_owned(), example);
        }
    }
}

/// The example of a schema: its own, or one put together of its parts'. Parts that have none are left out; without one that
/// is required there is no example.
fn example(schema: &Value, schemas: &Value, depth: usize) -> Option<Value> {
    if depth > DEPTH_MAX {
        return None;
    }
    if let Some(own) = schema.get("example") {
        return Some(own.clone());
    }
    if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.rsplit('/').next()) {
        return example(schemas.get(name)?, schemas, depth + 1);
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(choices) = schema.get(choice).and_then(Value::as_array) {
            return choices.iter().find_map(|schema| example(schema, schemas, depth + 1));
        }
    }
    if let Some(first) = schema.get("enum").and_then(|values| values.get(0)) {
        return Some(first.clone());
    }
    if let Some(items) = schema.get("items") {
        return example(items, schemas, depth + 1).map(|item| json!([item]));
    }
    if let Some(Value::Object(properties)) = schema.get("properties") {
        let parts =
            properties.iter().filter_map(|(name, part)| Some((name.clone(), example(part, schemas, depth + 1)?)));
        let parts: Map<_, _> = parts.collect();
        let mut required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        if !required.all(|name| name.as_str().is_some_and(|name| parts.contains_key(name))) {
            return None;
        }
        return (!parts.is_empty()).then_some(Value::Object(parts));
    }
    let is = |kind: &str| {
        schema
            .get("type")
            .is_some_and(|is| is == kind || is.as_array().is_some_and(|kinds| kinds.contains(&json!(kind))))
    };
    if is("integer") {
        // Positions and counts are the integers that stand beside a thing.
        return Some(json!(88140));
    }
    is("boolean").then_some(json!(true))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_example_is_put_together_of_its_parts() {
        let schemas = json!({
            "Issue": {"type": "object", "example": {"id": "1"}},
            "Changed": {"type": "object", "properties": {
                "issue": {"$ref": "#/components/schemas/Issue"}, "position": {"type": "integer"}, "note": {"type": "string"},
                "related": {"type": "array", "items": {"$ref": "#/components/schemas/Issue"}},
                "again": {"$ref": "#/components/schemas/Loop"}, "half": {"$ref": "#/components/schemas/Half"}}},
            "Half": {"required": ["on", "told"], "properties": {"on": {"type": "boolean"}, "told": {"type": "string"}}},
            "Loop": {"properties": {"loop": {"$ref": "#/components/schemas/Loop"}}},
        });
        let mut operation = json!({
            "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Issue"}}}},
            "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Changed"}}}},
                          "204": {"description": "nothing"}},
        });
        complete(operation.as_object_mut().unwrap(), &schemas);
        assert_eq!(operation["requestBody"]["content"]["application/json"]["example"], json!({"id": "1"}));
        assert_eq!(
            operation["responses"]["200"]["content"]["application/json"]["example"],
            json!({"issue": {"id": "1"}, "position": 88140, "related": [{"id": "1"}]})
        );
    }

    #[test]
    fn an_example_of_ones_own_stays() {
        let mut operation =
            json!({"responses": {"200": {"content": {"text/plain": {"example": "a", "schema": {"example": "b"}}}}}});
        complete(operation.as_object_mut().unwrap(), &json!({}));
        assert_eq!(operation["responses"]["200"]["content"]["text/plain"]["example"], "a");
    }
}
