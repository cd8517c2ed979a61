//! Every stored event type as the OpenAPI document describes it: what its table in the domain says of it, and the shape
//! of its public part, which is that of its golden file.

use domain::event::Event;
use domain::event_type::EventType;
use serde_json::{Map, Value, json};

/// The schemas, `<Type>Facts` each for the public part, and `EventType`, the list of the names.
pub fn schemas() -> Map<String, Value> {
    let names: Vec<_> = Event::types().map(|known| known.name).collect();
    let lines: Vec<_> = Event::types().map(|known| format!("- `{}`: {}{}", known.name, known.zh, known.en)).collect();
    let list = json!({
        "type": "string", "enum": names,
        "description": format!("事件类型。The types of events.\n\n{}", lines.join("\n")),
    });
    let facts = Event::types().map(|known| (facts(known), schema(known)));
    std::iter::once(("EventType".to_owned(), list)).chain(facts).collect()
}

/// The public part of a type's golden file.
pub(crate) fn public_of(event_type: &EventType) -> Value {
    let mut golden: Value = serde_json::from_str(event_type.golden).unwrap_or_default();
    golden["public"].take()
}

/// `issue.final_answer_given` is `IssueFinalAnswerGiven`: names of schemas become names of types, which have no dots.
pub(crate) fn pascal(name: &str) -> String {
    let words = name.split(['.', '_']);
    words.map(|word| word.get(..1).unwrap_or_default().to_uppercase() + word.get(1..).unwrap_or_default()).collect()
}

/// The name of the schema of a type's public part.
pub(crate) fn facts(event_type: &EventType) -> String {
    format!("{}Facts", pascal(event_type.name))
}

/// What a type says, in both languages.
pub(crate) fn words(event_type: &EventType) -> String {
    format!("{}\n{}", event_type.zh, event_type.en)
}

fn schema(event_type: &EventType) -> Value {
    let public = public_of(event_type);
    let mut shape = shape(event_type.name, "", &public);
    shape["description"] = json!(words(event_type));
    shape["example"] = public;
    shape["x-schema"] = json!(event_type.schema);
    if !event_type.clause.is_empty() {
        shape["x-clause"] = json!(event_type.clause);
    }
    shape
}

/// The JSON schema of a value as the golden file has it. Which keys may be absent, an example cannot tell: the format's
/// own page does.
fn shape(event_type: &str, key: &str, value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let properties: Map<_, _> =
                members.iter().map(|(key, value)| (key.clone(), shape(event_type, key, value))).collect();
            if properties.is_empty() {
                json!({"type": "object"})
            } else {
                json!({"type": "object", "properties": properties})
            }
        }
        Value::Array(items) => {
            // An item may have keys that the first has not: a visitor has a subject or is anonymous.
            let mut shapes = items.iter().map(|item| shape(event_type, key, item));
            let mut items = shapes.next().unwrap_or_else(|| json!({}));
            for other in shapes {
                if let (Some(known), Value::Object(more)) =
                    (items.get_mut("properties").and_then(Value::as_object_mut), &other["properties"])
                {
                    known.extend(more.clone());
                }
            }
            json!({"type": "array", "items": items})
        }
        Value::String(text) => match list_of(event_type, key) {
            Some(list) => json!({"$ref": format!("#/components/schemas/{list}")}),
            None if crate::input::body::parse_uuid(text).is_some() => json!({"type": "string", "format": "uuid"}),
            None if crate::input::body::parse_date(text).is_some() => json!({"type": "string", "format": "date"}),
            None => json!({"type": "string"}),
        },
        Value::Bool(_) => json!({"type": "boolean"}),
        Value::Number(_) => json!({"type": "integer"}),
        Value::Null => json!({}),
    }
}

/// The closed list that a key's value is of, where it is of one.
fn list_of(event_type: &str, key: &str) -> Option<&'static str> {
    let (family, fact) = event_type.split_once('.')?;
    Some(match (family, key) {
        ("delegate" | "roster" | "reception" | "session" | "activity" | "meeting", "delegate_type") => "DelegateType",
        ("area", "unit_kind") => "UnitKind",
        ("area", "reason_code") => "OfficeEndReason",
        ("office", "kind") => "OfficeKind",
        ("erasure", "ground") => "ErasureGround",
        ("erasure", "classes") => "PersonalClass",
        ("erasure", "refusal_ground") => "ErasureRefusal",
        ("delegate", "reason_code") => "DepartureReason",
        ("account", "roles" | "role") => "Role",
        ("account", "holder") => "Holder",
        ("account", "reason_code") => "GrantReason",
        ("account", "kind") => "SecondFactor",
        ("reception", "form") => "ReceptionForm",
        ("issue" | "major_issue", "rule") => "DueRule",
        ("issue" | "major_issue", "outcome") => "Outcome",
        ("issue" | "major_issue", "statutory_channel") => "StatutoryChannel",
        ("issue" | "major_issue", "level" | "to") => "Level",
        ("issue", "satisfaction") => "Satisfaction",
        ("issue", "by") => "FeedbackBy",
        ("issue", "ground") => "ReopeningGround",
        ("major_issue", "decision") if fact == "triaged" => "TriageDecision",
        ("issue", "kind") if fact == "raised" => "IssueKind",
        // The one `kind` inside an answer is that of its evidence.
        ("issue", "kind") if fact == "final_answer_given" => "EvidenceKind",
        ("issue", "channel") if fact == "final_answer_given" => "AnswerChannel",
        ("issue", "channel") => "WordChannel",
        ("issue", "reason_code") => match fact {
            "extension_requested" => "ExtensionReason",
            "clock_suspended" => "SuspensionReason",
            "responsibility_handed_over" => "HandoverReason",
            _ => return None,
        },
        ("session", "board") => "NoticeBoard",
        ("session", "ground") => "ObjectionGround",
        ("session", "reason_code") if fact == "duty_substituted" => "SubstitutionReason",
        ("session", "reason_code") => "SessionReason",
        ("leave", "reason_code") => "LeaveReason",
        ("activity", "kind") => "ActivityKind",
        ("activity", "outreach_form") => "OutreachForm",
        ("activity", "mode") => "ActivityMode",
        ("meeting", "kind") => "MeetingKind",
        ("meeting", "reason_code") => "DeferralReason",
        ("deed", "kind") => "DeedKind",
        ("appointment", "channel") => "WordChannel",
        ("appointment", "by") => "CancelledBy",
        ("study", "use") => "StudyUse",
        ("typical_case", "channel") => "PublicationChannel",
        ("appraisal", "by") => "AppraisedBy",
        ("appraisal", "indicator") => "Indicator",
        ("appraisal", "family") => "DisputedFamily",
        ("appraisal", "grade") => "Grade",
        ("obligation", "code") => "ObligationCode",
        ("obligation", "what") => "Breach",
        ("obligation", "missing") => "Shortfall",
        ("obligation", "tier") => "Tier",
        (_, _) => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::openapi::vocabulary;

    #[test]
    fn a_shape_names_lists_ids_and_days() {
        let schemas = schemas();
        let raised = &schemas["IssueRaisedFacts"];
        assert_eq!(raised["x-clause"], "C-3.1");
        assert_eq!(raised["properties"]["kind"]["$ref"], "#/components/schemas/IssueKind");
        assert_eq!(raised["properties"]["grid_id"]["format"], "uuid");
        assert_eq!(raised["properties"]["due"]["properties"]["on"]["format"], "date");
        assert_eq!(raised["properties"]["due"]["properties"]["working_days"]["type"], "integer");
        let visitor = &schemas["ReceptionRecordedFacts"]["properties"]["visitors"]["items"]["properties"];
        assert_eq!((&visitor["subject"]["type"], &visitor["anonymous"]["type"]), (&json!("string"), &json!("boolean")));
    }

    /// A list named for a key holds the value that the golden file has under it.
    #[test]
    fn the_examples_are_of_the_lists_they_name() {
        fn check(shape: &Value, value: &Value, lists: &Map<String, Value>, place: &str) {
            if let Some(list) = shape["$ref"].as_str() {
                let list = &lists[list.rsplit('/').next().unwrap()];
                assert!(list["enum"].as_array().unwrap().contains(value), "{place}: {value}");
            }
            if let Some(members) = value.as_object() {
                for (key, value) in members {
                    check(&shape["properties"][key], value, lists, &format!("{place}/{key}"));
                }
            }
            for item in value.as_array().into_iter().flatten() {
                check(&shape["items"], item, lists, place);
            }
        }
        let lists = vocabulary::schemas();
        for event_type in Event::types() {
            let schema = schema(event_type);
            check(&schema, &schema["example"], &lists, event_type.name);
        }
    }
}
