//! What of a policy document can be read, and what is wrong with the shape of the rest: every fault with its place, as of
//! any other body.
//!
//! The domain reads the document as one typed value and stops at the first thing it cannot read. Every version has the
//! same members, so the newest one says what a document must look like: it is the pattern that a refused document is held
//! against, member by member. What can be read takes its place in the pattern, so that its values can be judged in the
//! same answer.

use crate::input::body::Faults;
use crate::problem::Fault;
use crate::problem::codes::{Code, HttpCode};
use domain::policy::{MAX_TOPICS, Policy};
use domain::refusal;
use serde_json::Value;
use std::mem::discriminant;

/// What a document may leave out.
pub(crate) const OPTIONAL: [&str; 2] = ["/clock/from", "/retention"];

/// A document as far as it can be read.
pub struct Reading {
    /// What is wrong with the shape.
    pub faults: Vec<Fault>,
    /// The document, with the pattern's values wherever it could not be read.
    pub policy: Policy,
    /// Where it could not be read.
    unread: Vec<String>,
}

impl Reading {
    /// Whether the value at a place is the document's own.
    pub fn said(&self, place: &str) -> bool {
        let covers = |unread: &String| {
            place.strip_prefix(unread.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        !self.unread.iter().any(covers)
    }
}

/// Reads a document against a version that can be read.
pub fn read(document: &Value, pattern: &Policy) -> Reading {
    if let Some(policy) = typed(document) {
        return Reading { faults: Vec::new(), policy, unread: Vec::new() };
    }
    let mut comparison = Comparison {
        faults: Faults::default(),
        unread: Vec::new(),
        // A policy that was read can be written.
        mended: serde_json::to_value(pattern).unwrap_or_default(),
    };
    lengthen(document, &mut comparison.mended);
    let known = comparison.mended.clone();
    comparison.compare(document, &known, "");
    let Comparison { faults, unread, mended } = comparison;
    let policy = typed(&mended).unwrap_or_else(|| pattern.clone());
    Reading { faults: faults.into_vec(), policy, unread }
}

fn typed(document: &Value) -> Option<Policy> {
    serde_json::from_value(document.clone()).ok()
}

struct Comparison {
    faults: Faults,
    unread: Vec<String>,
    /// The pattern, with what could be read of the document in it.
    mended: Value,
}

/// Gives each list of the pattern as many items as that of the document has, so that each has its counterpart, and takes
/// in the places that may be left out.
fn lengthen(document: &Value, pattern: &mut Value) {
    match (document, pattern) {
        (Value::Object(document), Value::Object(pattern)) => {
            for (key, sent) in document {
                if let Some(known) = pattern.get_mut(key) {
                    lengthen(sent, known);
                }
            }
        }
        (Value::Array(sent), Value::Array(known)) if sent.len() <= MAX_TOPICS => {
            if let Some(first) = known.first().cloned() {
                known.resize(sent.len(), first);
            }
        }
        (_, _) => {}
    }
}

impl Comparison {
    fn unread(&mut self, place: String, code: impl Into<Code>) {
        self.faults.push(Fault::plain(place.clone(), code));
        self.unread.push(place);
    }

    fn compare(&mut self, sent: &Value, known: &Value, place: &str) {
        let below = |key: &str| format!("{place}/{}", key.replace('~', "~0").replace('/', "~1"));
        match (sent, known) {
            (Value::Object(sent), Value::Object(known)) => {
                for (key, known) in known {
                    match sent.get(key) {
                        Some(sent) => self.compare(sent, known, &below(key)),
                        None if OPTIONAL.contains(&below(key).as_str()) => self.leave_out(place, key),
                        None => self.unread(below(key), refusal::Code::Missing),
                    }
                }
                for (key, sent) in sent.iter().filter(|(key, _)| !known.contains_key(*key)) {
                    if OPTIONAL.contains(&below(key).as_str()) {
                        self.optional(sent, place, key);
                    } else {
                        self.faults.push(Fault::plain(below(key), HttpCode::UnknownField));
                    }
                }
            }
            (Value::Array(sent), Value::Array(_)) if sent.len() > MAX_TOPICS => {
                self.unread(place.to_owned(), refusal::Code::TooMany);
            }
            (Value::Array(sent), Value::Array(known)) => {
                for (index, (sent, known)) in sent.iter().zip(known).enumerate() {
                    self.compare(sent, known, &below(&index.to_string()));
                }
            }
            (sent, known) if discriminant(sent) != discriminant(known) => {
                self.unread(place.to_owned(), HttpCode::WrongType);
            }
            (sent, known) => {
                // Whether this one value can be read shows in the pattern, which can be read with all its own.
                self.put(place, sent);
                if typed(&self.mended).is_none() {
                    self.put(place, known);
                    let zone = place == "/time_zone";
                    self.unread(
                        place.to_owned(),
                        if zone { refusal::Code::UnknownTimeZone } else { refusal::Code::InvalidValue },
                    );
                }
            }
        }
    }

    /// A value that the pattern does not have and a document may have.
    fn optional(&mut self, sent: &Value, place: &str, key: &str) {
        if let Some(Value::Object(members)) = self.mended.pointer_mut(place) {
            members.insert(key.to_owned(), sent.clone());
        }
        if typed(&self.mended).is_none() {
            self.leave_out(place, key);
            self.unread(format!("{place}/{key}"), refusal::Code::InvalidValue);
        }
    }

    fn leave_out(&mut self, place: &str, key: &str) {
        if let Some(Value::Object(members)) = self.mended.pointer_mut(place) {
            members.remove(key);
        }
    }

    fn put(&mut self, place: &str, value: &Value) {
        if let Some(mended) = self.mended.pointer_mut(place) {
            *mended = value.clone();
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
        read(document, pattern).faults.into_iter().map(|fault| (fault.pointer, fault.code.as_str())).collect()
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
    fn the_clock_may_say_from_when_and_need_not() {
        let (mut document, pattern) = default();
        document["clock"]["from"] = json!("2026-12-01");
        document["clock"]["tiered"] = json!(["O-4", "X-4", "O-5"]);
        assert_eq!(found(&document, &pattern), [("/clock/tiered/1".to_owned(), "invalid_value")]);
        let from = read(&document, &pattern).policy.clock.from;
        assert_eq!(from.map(|on| on.to_string()).as_deref(), Some("2026-12-01"));
        document["clock"]["from"] = json!("soon");
        let faults = [("/clock/tiered/1", "invalid_value"), ("/clock/from", "invalid_value")];
        assert_eq!(found(&document, &pattern), faults.map(|(place, code)| (place.to_owned(), code)));
        // A version that says when is the pattern of one that does not.
        let mut said = default().0;
        said["clock"]["from"] = json!("2026-12-01");
        let pattern = typed(&said).unwrap();
        let (mut document, _) = default();
        document["clock"]["silent"] = json!(1);
        assert_eq!(found(&document, &pattern), [("/clock/silent".to_owned(), "wrong_type")]);
        assert_eq!(read(&document, &pattern).policy.clock.from, None);
    }

    #[test]
    fn a_long_list_is_told_as_that() {
        let (mut document, pattern) = default();
        document["topics"] = json!(vec![0; 100_000]);
        document["zz"] = json!(1);
        let expected = [("/topics", "too_many"), ("/zz", "unknown_field")];
        assert_eq!(found(&document, &pattern), expected.map(|(place, code)| (place.to_owned(), code)));
    }

    #[test]
    fn what_can_be_read_is_read() {
        let (mut document, pattern) = default();
        document["answer"]["final_working_days"] = json!(0);
        document["answer"]["extensions_max"] = json!("two");
        document["time_zone"] = json!("Nowhere/Land");
        document["topics"] = json!([{"code": "x", "zh": 1}, {"code": "y", "zh": "乙"}]);
        document.as_object_mut().unwrap().remove("review");
        let reading = read(&document, &pattern);
        assert_eq!(reading.policy.answer.final_working_days, 0);
        assert_eq!(reading.policy.answer.extensions_max, pattern.answer.extensions_max);
        assert_eq!((reading.policy.time_zone, &reading.policy.review), (pattern.time_zone, &pattern.review));
        assert_eq!(reading.policy.topics.iter().map(|topic| topic.code.as_str()).collect::<Vec<_>>(), ["x", "y"]);
        for (place, said) in [
            ("/answer/final_working_days", true),
            ("/answer/extensions_max", false),
            ("/time_zone", false),
            ("/review/dispute_working_days", false),
            ("/topics/0/zh", false),
            ("/topics/1/zh", true),
        ] {
            assert_eq!(reading.said(place), said, "{place}");
        }
    }
}
