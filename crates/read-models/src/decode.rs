//! From a stored leaf to a fact of the domain.

use crate::failure::Failure;
use chrono::{DateTime, Utc};
use domain::Stamp;
use domain::event::Event;
use event_store::{LogError, Position, Recorded};
use uuid::Uuid;

/// A leaf as folds see it.
pub(crate) struct Fact {
    /// The leaf's envelope.
    pub leaf: event_store::leaf::Leaf,
    /// What happened.
    pub event: Event,
    /// What the envelope says around it.
    pub stamp: Stamp,
}

impl Fact {
    /// The id in the stream's name.
    pub(crate) fn uuid(&self) -> Result<Uuid, Failure> {
        self.leaf.stream.uuid().ok_or_else(|| Failure::Undecodable {
            position: Position(self.stamp.position),
            why: format!("{} names no uuid", self.leaf.stream),
        })
    }

    /// Refuses an event that does not come right after `known`, the version folded so far.
    pub(crate) fn follows(&self, known: u64) -> Result<(), Failure> {
        if self.stamp.version == known + 1 {
            return Ok(());
        }
        Err(Failure::Undecodable {
            position: Position(self.stamp.position),
            why: format!(
                "{} at version {} does not follow version {known} of {}",
                self.leaf.event_type, self.stamp.version, self.leaf.stream
            ),
        })
    }

    /// Refuses an event that has no place in its stream.
    pub(crate) fn misplaced(&self) -> Failure {
        Failure::Undecodable {
            position: Position(self.stamp.position),
            why: format!(
                "{} has no place at version {} of {}",
                self.leaf.event_type, self.stamp.version, self.leaf.stream
            ),
        }
    }
}

/// Reads an event. One that this program does not understand stops the model: skipping it would be a hole that
/// nobody sees.
pub(crate) fn fact(recorded: &Recorded) -> Result<Fact, Failure> {
    let mut leaf = recorded.leaf().map_err(|error| unreadable(recorded, &error))?;
    let public = std::mem::take(&mut leaf.public);
    let event = Event::decode(&leaf.event_type, leaf.schema, public)
        .map_err(|error| Failure::Undecodable { position: recorded.position, why: error.to_string() })?;
    let stamp = Stamp {
        position: recorded.position.0,
        version: leaf.version.0,
        occurred_at: instant(recorded.position, leaf.occurred_at)?,
        recorded_at: instant(recorded.position, leaf.recorded_at)?,
        policy: leaf.policy.map(|position| position.0),
        calendar: leaf.calendar.map(|position| position.0),
    };
    Ok(Fact { leaf, event, stamp })
}

/// Family of the event's stream, without reading the whole leaf.
pub(crate) fn family(recorded: &Recorded) -> &str {
    let (stream, _) = recorded.stream_and_type();
    stream.split('/').next().unwrap_or(stream)
}

fn unreadable(recorded: &Recorded, error: &LogError) -> Failure {
    Failure::Undecodable { position: recorded.position, why: error.to_string() }
}

fn instant(position: Position, ms: i64) -> Result<DateTime<Utc>, Failure> {
    DateTime::from_timestamp_millis(ms)
        .ok_or_else(|| Failure::Undecodable { position, why: format!("{ms} ms is not an instant") })
}
