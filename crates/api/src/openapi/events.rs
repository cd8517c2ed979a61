//! Events as a union: a client that asks for the `type` of an event knows the members of its `public` part.

use crate::openapi::event_types;
use domain::event::Event;
use serde_json::{Map, Value, json};

/// The schema that the views of events refer to.
const UNION: &str = "Event";
/// What all its members share.
const BASE: &str = "EventBase";

/// Makes the union of the one shape in which handlers describe events: `EventBase` keeps what all share, `<Type>Event` adds
/// the name and its facts, and `Event` is one of these, told apart by `type`.
pub(super) fn unite(schemas: &mut Value) {
    let Some(Value::Object(mut base)) = schemas.as_object_mut().and_then(|schemas| schemas.remove(UNION)) else {
        return;
    };
    let description = base.insert(
        "description".to_owned(),
        json!("What every event says: the leaf's facts, and what of its personal parts the caller may see."),
    );
    let example = base.remove("example");
    let own = ["type", "public"];
    if let Some(properties) = base.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|name, _| !own.contains(&name.as_str()));
    }
    if let Some(required) = base.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| !own.iter().any(|own| name == own));
    }
    schemas[BASE] = Value::Object(base);
    schemas["PersonalPart"] = json!({
        "type": "object", "additionalProperties": true,
        "description": "A personal part of an event: its members by name, as far as the caller may see them.",
        "properties": {
            "erased": {"type": "boolean", "description": "True, and alone, where the part was erased."},
            "withheld": {"type": "boolean", "description": "True where a member is shown to nobody, such as the hash of a token or the key of a file."},
        },
    });
    let mut mapping = Map::new();
    let mut choices = Vec::new();
    for event_type in Event::types() {
        let name = format!("{}Event", event_types::pascal(event_type.name));
        let to = format!("#/components/schemas/{name}");
        schemas[&name] = json!({
            "description": event_types::words(event_type),
            "allOf": [{"$ref": format!("#/components/schemas/{BASE}")}, {
                "type": "object", "required": own,
                "properties": {
                    "type": {"type": "string", "enum": [event_type.name]},
                    "public": {"$ref": format!("#/components/schemas/{}", event_types::facts(event_type))},
                },
            }],
        });
        choices.push(json!({"$ref": to}));
        mapping.insert(event_type.name.to_owned(), json!(to));
    }
    schemas[UNION] = json!({
        "description": description,
        "example": example,
        "oneOf": choices,
        "discriminator": {"propertyName": "type", "mapping": mapping},
    });
}
