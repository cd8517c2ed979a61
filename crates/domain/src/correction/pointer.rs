//! What an event says at a pointer, and what it says with another value there.

use super::CorrectedValue;
use crate::Stamp;
use crate::event_type::Stored;
use serde_json::Value;

/// Where an event's own facts are.
const PUBLIC: &str = "/public";
/// The pointer to the claimed time of an event.
pub const OCCURRED_AT: &str = "/occurred_at";

/// What an event and its envelope say at `pointer` (`/public/…` or `/occurred_at`); nothing where nothing is said.
pub fn said<E: Stored>(event: &E, at: &Stamp, pointer: &str) -> Option<CorrectedValue> {
    if pointer == OCCURRED_AT {
        return Some(CorrectedValue::Whole(at.occurred_at.timestamp_millis()));
    }
    match event.facts()?.pointer(pointer.strip_prefix(PUBLIC)?)? {
        Value::Bool(flag) => Some(CorrectedValue::Flag(*flag)),
        Value::Number(number) => number.as_i64().map(CorrectedValue::Whole),
        Value::String(text) => Some(CorrectedValue::Text(text.clone())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// An event and its envelope as a correction says they were. Nothing where the pointer names no place in them, or the
/// value fits no such place.
pub fn corrected<E: Stored + Clone>(
    event: &E,
    at: &Stamp,
    pointer: &str,
    value: &CorrectedValue,
) -> Option<(E, Stamp)> {
    if pointer == OCCURRED_AT {
        return Some((event.clone(), Stamp { occurred_at: value.instant()?, ..*at }));
    }
    let mut facts = event.facts()?;
    let (parent, member) = pointer.strip_prefix(PUBLIC)?.rsplit_once('/')?;
    // A value that may be left out is put where it was not.
    let Value::Object(parent) = facts.pointer_mut(parent)? else { return None };
    let value = match value {
        CorrectedValue::Flag(flag) => Value::from(*flag),
        CorrectedValue::Whole(whole) => Value::from(*whole),
        CorrectedValue::Text(text) => Value::from(text.as_str()),
    };
    parent.insert(member.to_owned(), value);
    Some((event.with_facts(&facts)?, *at))
}
