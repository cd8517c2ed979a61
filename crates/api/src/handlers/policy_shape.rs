//! What is wrong with the shape of a policy document: every fault with its place, as of any other body.
//!
//! The domain reads the document as one typed value and stops at the first thing it cannot read. Every version has the
//! same members, so the newest one says what a document must look like: it is the pattern that a refused document is held
//! against, member by member.

use crate::body::Faults;
use crate::codes::Edge;
use crate::problem::Fault;
use domain::policy::Policy;
use domain::refusal::Code;
use serde_json::Value;
use std::mem::discriminant;

/// Longer lists are not looked through: the domain refuses them as a whole.
const ITEMS_MAX: usize = 100;

/// The faults of a document that cannot be read as a policy; none where it can, or where only the domain knows better.
pub fn faults(document: &Value, pattern: &Policy) -> Vec<Fault> {
    let mut faults = Faults::default();
    if read(document) {
        return faults.into_vec();
    }
    if let Ok(mut pattern) = serde_json::to_value(pattern) {
        lengthen(&mut pattern, document);
        compare(document, &pattern, "", &pattern, &mut faults);
    }
    faults.into_vec()
}

fn read(document: &Value) -> bool {
    serde_json::from_value::<Policy>(document.clone()).is_ok()
}

/// Gives the pattern's one list, the topics, as many items as the document has, so that each has its counterpart.
fn lengthen(pattern: &mut Value, document: &Value) {
    let wanted = document.get("topics").and_then(Value::as_array).map_or(0, Vec::len);
    if let Some(topics) = pattern.get_mut("topics").and_then(Value::as_array_mut)
        && let Some(first) = topics.first().cloned()
        && wanted <= ITEMS_MAX
    {
        topics.resize(wanted, first);
    }
}

fn compare(sent: &Value, known: &Value, place: &str, pattern: &Value, faults: &mut Faults) {
    let below = |key: &str| format!("{place}/{}", key.replace('~', "~0").replace('/', "~1"));
    match (sent, known) {
        (Value::Object(sent), Value::Object(known)) => {
            for (key, known) in known {
                match sent.get(key) {
                    Some(sent) => compare(sent, known, &below(key), pattern, faults),
                    None => faults.push(Fault::plain(below(key), Code::Missing)),
                }
            }
            for key in sent.keys().filter(|key| !known.contains_key(*key)) {
                faults.push(Fault::plain(below(key), Edge::UnknownField));
            }
        }
        (Value::Array(sent), Value::Array(known)) => {
            for (index, (sent, known)) in sent.iter().zip(known).enumerate() {
                compare(sent, known, &below(&index.to_string()), pattern, faults);
            }
        }
        (sent, known) if discriminant(sent) != discriminant(known) => {
            faults.push(Fault::plain(place, Edge::WrongType));
        }
        // The domain says which zones there are.
        _ if place == "/time_zone" => {}
        (sent, _) => {
            // Whether this one value can be read shows in the pattern, which can be read with all its own.
            let mut trial = pattern.clone();
            if let Some(value) = trial.pointer_mut(place) {
                *value = sent.clone();
            }
            if !read(&trial) {
                faults.push(Fault::plain(place, Code::InvalidValue));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn default() -> (Value, Policy) {
        let document: Value = serde_json::from_str(include_str!("../../../../data/policy-default.json")).unwrap();
        let policy =
            domain::policy::fits(&domain::policy::Policies::default(), &document, chrono::NaiveDate::MIN).unwrap();
        (document, policy)
    }

    fn found(document: &Value, pattern: &Policy) -> Vec<(String, &'static str)> {
        faults(document, pattern).into_iter().map(|fault| (fault.pointer, fault.code.as_str())).collect()
    }

    #[test]
    fn every_fault_has_its_place() {
        let (mut document, pattern) = default();
        assert_eq!(found(&document, &pattern), []);
        document["answer"]["final_working_days"] = json!(-1);
        document["service_day"]["from"] = json!("99:99");
        document["service_day"]["holiday_rule"] = json!(7);
        document["escalation"] = Value::Null;
        document["a/b"] = json!(1);
        document["topics"][1] = json!({"code": "x", "colour": 1});
        document.as_object_mut().unwrap().remove("review");
        let mut faults = found(&document, &pattern);
        faults.sort_unstable();
        let expected = [
            ("/answer/final_working_days", "invalid_value"),
            ("/a~1b", "unknown_field"),
            ("/escalation", "wrong_type"),
            ("/review", "missing"),
            ("/service_day/from", "invalid_value"),
            ("/service_day/holiday_rule", "wrong_type"),
            ("/topics/1/colour", "unknown_field"),
            ("/topics/1/zh", "missing"),
        ];
        let mut expected: Vec<_> = expected.map(|(place, code)| (place.to_owned(), code)).to_vec();
        expected.sort_unstable();
        assert_eq!(faults, expected);
        assert_eq!(found(&json!([]), &pattern), [(String::new(), "wrong_type")]);
    }

    #[test]
    fn a_long_list_is_left_to_the_domain() {
        let (mut document, pattern) = default();
        document["topics"] = json!(vec![0; 100_000]);
        document["zz"] = json!(1);
        let faults = found(&document, &pattern);
        assert!(faults.len() <= 1 + pattern.topics.len() && faults.contains(&("/zz".to_owned(), "unknown_field")));
    }
}
