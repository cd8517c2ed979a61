//! Corrections put in effect: a stream as if it had been recorded right from the start (T20). What was recorded first
//! stays in the log; a figure is about what is known to be so as of N.

use crate::Stamp;
use crate::correction::CorrectedValue;
use crate::event::Event;
use crate::issue::IssueEvent;
use crate::reception::ReceptionEvent;
use chrono::{TimeZone as _, Utc};
use serde_json::Value;

/// What a correction in effect says.
struct Said {
    event_version: u64,
    pointer: String,
    value: CorrectedValue,
}

/// Puts the corrections of an issue's stream in effect, in the order recorded. When it was recorded stays.
pub(super) fn issue(events: &mut [(IssueEvent, Stamp)]) {
    let said = events.iter().filter_map(|(event, _)| {
        let IssueEvent::Corrected(corrected) = event else { return None };
        Some(Said {
            event_version: corrected.event_version,
            pointer: corrected.pointer.clone(),
            value: corrected.value.clone()?,
        })
    });
    let said: Vec<Said> = said.collect();
    apply(events, &said, |event| if let Event::Issue(event) = event { Some(event) } else { None });
}

/// The same of a reception's stream.
pub(super) fn reception(events: &mut [(ReceptionEvent, Stamp)]) {
    let said = events.iter().filter_map(|(event, _)| {
        let ReceptionEvent::Corrected(corrected) = event else { return None };
        Some(Said {
            event_version: corrected.event_version,
            pointer: corrected.pointer.clone(),
            value: corrected.value.clone()?,
        })
    });
    let said: Vec<Said> = said.collect();
    apply(events, &said, |event| if let Event::Reception(event) = event { Some(event) } else { None });
}

fn apply<E: Clone + Into<Event>>(events: &mut [(E, Stamp)], said: &[Said], family: fn(Event) -> Option<E>) {
    for said in said {
        let Some((event, stamp)) = events.iter_mut().find(|(_, stamp)| stamp.version == said.event_version) else {
            continue;
        };
        if said.pointer == "/occurred_at" {
            if let CorrectedValue::Whole(ms) = said.value
                && let Some(at) = Utc.timestamp_millis_opt(ms).single()
            {
                stamp.occurred_at = at;
            }
        } else if let Some(right) = said.pointer.strip_prefix("/public").and_then(|at| replaced(event, at, &said.value))
            && let Some(right) = family(right)
        {
            *event = right;
        }
    }
}

/// The event with another value at a pointer into its public facts. What does not fit changes nothing: the decision
/// that recorded the correction judged it, a fold does not.
fn replaced<E: Clone + Into<Event>>(event: &E, pointer: &str, value: &CorrectedValue) -> Option<Event> {
    let event: Event = event.clone().into();
    let mut stored = event.encode();
    let right = match value {
        CorrectedValue::Flag(flag) => Value::from(*flag),
        CorrectedValue::Whole(whole) => Value::from(*whole),
        CorrectedValue::Text(text) => Value::from(text.as_str()),
    };
    match stored.public.pointer_mut(pointer) {
        Some(place) => *place = right,
        // A field that was left out.
        None => {
            let (parent, key) = pointer.rsplit_once('/')?;
            stored.public.pointer_mut(parent)?.as_object_mut()?.insert(key.to_owned(), right);
        }
    }
    Event::decode(&stored.event_type, stored.schema, stored.public).ok()
}
