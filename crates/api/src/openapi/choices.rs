//! Parameters that are values of a closed list. Beside its handler such a parameter has a pattern, which says it shortest;
//! the document tells an enum, and an array of it where several go with commas, so that typed clients know the values.

use crate::limits::IDS_MAX;
use domain::event::Event;
use domain::event_type::EventType;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Tells the values of an operation's query parameters.
pub(super) fn enumerate(operation: &mut Map<String, Value>) {
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten();
    for parameter in parameters.filter(|parameter| parameter["in"] == "query") {
        let schema = &parameter["schema"];
        let told = match (parameter["name"].as_str(), schema["pattern"].as_str()) {
            (_, Some(pattern)) => of_pattern(pattern),
            (Some("family"), None) => Some(Told::Several(json!({"type": "string", "enum": families()}))),
            (Some("type"), None) => Some(Told::Several(json!({"$ref": "#/components/schemas/EventType"}))),
            (_, None) => None,
        };
        match told {
            Some(Told::One(values)) => parameter["schema"] = json!({"type": "string", "enum": values}),
            Some(Told::Several(items)) => {
                let is_id = items["format"] == "uuid";
                parameter["schema"] = json!({"type": "array", "items": items, "minItems": 1});
                if is_id {
                    parameter["schema"]["maxItems"] = json!(IDS_MAX);
                }
                parameter["style"] = json!("form");
                parameter["explode"] = json!(false);
            }
            None => {}
        }
    }
}

/// What a parameter may be.
#[derive(Debug, PartialEq)]
enum Told {
    /// One of these.
    One(Vec<String>),
    /// Several of this, with commas.
    Several(Value),
}

/// What a pattern says: `^(a|b)$`, `^(a|b)(,(a|b))*$`, or a list of ids. Others are no list of values.
fn of_pattern(pattern: &str) -> Option<Told> {
    let inner = pattern.strip_prefix('^')?.strip_suffix('$')?;
    if let Some(one) = inner.split_once("(,").map(|(one, _)| one)
        && inner == format!("{one}(,{one})*")
    {
        return Some(Told::Several(match names(one) {
            Some(names) => json!({"type": "string", "enum": names}),
            // What has a length and no names is an id.
            None => json!({"type": "string", "format": "uuid"}),
        }));
    }
    names(inner).map(Told::One)
}

/// The names of `(a|b)`.
fn names(group: &str) -> Option<Vec<String>> {
    let list = group.strip_prefix('(')?.strip_suffix(')')?;
    let plain =
        |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-./".contains(&b));
    list.split('|').all(plain).then(|| list.split('|').map(str::to_owned).collect())
}

/// Every family of events.
fn families() -> BTreeSet<&'static str> {
    Event::types().map(EventType::family).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_of_names_tells_them() {
        let one = |names: &[&str]| Some(Told::One(names.iter().map(|name| (*name).to_owned()).collect()));
        let several = |items: Value| Some(Told::Several(items));
        assert_eq!(of_pattern("^(json|csv)$"), one(&["json", "csv"]));
        assert_eq!(of_pattern("^(held|-held)$"), one(&["held", "-held"]));
        assert_eq!(of_pattern("^(silent)$"), one(&["silent"]));
        assert_eq!(of_pattern("^(O-1|C-3.1)$"), one(&["O-1", "C-3.1"]));
        assert_eq!(of_pattern("^(a|b)(,(a|b))*$"), several(json!({"type": "string", "enum": ["a", "b"]})));
        let ids = r"^[0-9a-fA-F-]{36}(,[0-9a-fA-F-]{36})*$";
        assert_eq!(of_pattern(ids), several(json!({"type": "string", "format": "uuid"})));
        for other in [r"^[0-9]{4}-[0-9]{1,19}$", "^(a|b)(,(a|c))*$", "(a|b)", "^review/1$"] {
            assert_eq!(of_pattern(other), None, "{other}");
        }
    }
}
