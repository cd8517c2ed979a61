//! From a stored leaf to what folds and readers take.

use crate::read::loaded::Entity;
use crate::write::failure::Failure;
use chrono::{DateTime, TimeZone as _, Utc};
use domain::Stamp;
use domain::event::Event;
use domain::ids::AccountId;
use event_store::leaf::LeafText;
use event_store::{Position, Recorded, StreamId};
use uuid::Uuid;

/// What a leaf's envelope says to a fold.
pub fn stamp(position: Position, leaf: &LeafText<'_>) -> Stamp {
    Stamp {
        position: position.0,
        version: leaf.version.0,
        occurred_at: instant(leaf.occurred_at),
        recorded_at: instant(leaf.recorded_at),
        policy: leaf.policy.map(|position| position.0),
        calendar: leaf.calendar.map(|position| position.0),
        account: AccountId::of_actor(leaf.actor),
    }
}

/// Milliseconds as an instant; beyond chrono's range the nearest it has.
pub fn instant(ms: i64) -> DateTime<Utc> {
    Utc.timestamp_millis_opt(ms).single().unwrap_or(if ms < 0 {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    })
}

/// A stored event with its envelope, decoded.
pub fn decode(recorded: &Recorded) -> Result<(LeafText<'_>, Event), Failure> {
    let leaf = recorded.text()?;
    let event = Event::read_stored(leaf.event_type, leaf.schema, leaf.public)
        .map_err(|error| Failure::Fault(format!("position {}: {error}", recorded.position)))?;
    Ok((leaf, event))
}

/// The fact of a family that an event of one of its streams is; any other there is a fault.
pub(crate) fn of_family<S: Entity>(event: Event, recorded: &Recorded, stream: &StreamId) -> Result<S::Event, Failure> {
    S::event(event).ok_or_else(|| {
        Failure::Fault(format!("position {}: an event of another family in {stream}", recorded.position))
    })
}

/// The id that a stream is named by.
///
/// Errors: [`Failure::Fault`] for a stream that no id names: what lies there is nobody's.
pub fn id_of(stream: &StreamId) -> Result<Uuid, Failure> {
    stream.uuid().ok_or_else(|| Failure::Fault(format!("{stream} is named by no id")))
}
