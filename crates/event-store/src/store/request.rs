//! What is checked on the caller's thread: an [`Append`] becomes a [`Request`] that the writer can number without
//! looking at its contents again.

use crate::ids::{CommandId, Fingerprint, Position, StreamId};
use crate::record::boxes::WrappedKey;
use crate::record::canonical::{LEAF_BYTES_MAX, Refused};
use crate::record::leaf::{self, NewEvent, Prepared, Whose};
use crate::store::append::{Append, AppendError, Check, Expected, Write};
use bytes::Bytes;
use std::collections::HashSet;

/// Most streams in one append, checks included.
pub const STREAMS_MAX: usize = 1024;
/// Most events in one append.
pub const EVENTS_MAX: usize = 1024;
/// Most streams, checks included, and most events in one bulk append: a list of people that comes as one file.
pub const BULK_EVENTS_MAX: usize = 4096;
/// Most bytes in one append: leaves, boxes, wrapped keys and the names of its streams.
pub const APPEND_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Most bytes in one event: its leaf and its boxes.
pub const EVENT_BYTES_MAX: usize = 256 * 1024;
/// What one wrapped key takes in a store: subject, epoch, nonce, key with tag.
const WRAPPED_KEY_BYTES: usize = 16 + 4 + 24 + 48;

/// A command ready to be numbered.
pub(crate) struct Request {
    pub command: CommandId,
    pub fingerprint: Fingerprint,
    pub writes: Vec<PreparedWrite>,
    pub checks: Vec<Check>,
    pub keys: Vec<WrappedKey>,
    /// Upper bound of what it adds to a batch.
    pub bytes: usize,
}

pub(crate) struct PreparedWrite {
    pub stream: StreamId,
    pub expected: Expected,
    pub events: Vec<PreparedEvent>,
}

pub(crate) struct PreparedEvent {
    pub leaf: Prepared,
    pub boxes: Vec<Bytes>,
    /// The larger of the policy's and the calendar's position; its own must be larger still.
    pub refers_to: Position,
}

impl Request {
    /// Checks limits and form, and writes the leaves as far as they are known before numbering.
    pub fn new(append: Append) -> Result<Self, AppendError> {
        Self::within(append, STREAMS_MAX, EVENTS_MAX)
    }

    /// As [`Request::new`], by the limits of a bulk append.
    pub fn bulk(append: Append) -> Result<Self, AppendError> {
        Self::within(append, BULK_EVENTS_MAX, BULK_EVENTS_MAX)
    }

    fn within(append: Append, streams_max: usize, events_max: usize) -> Result<Self, AppendError> {
        let Append { command, fingerprint, actor, role, access, writes, checks } = append;
        check_counts(&writes, &checks, streams_max, events_max)?;
        let mut request =
            Self { command, fingerprint, writes: Vec::with_capacity(writes.len()), checks, keys: Vec::new(), bytes: 0 };
        for write in writes {
            request.add(write, Whose { actor: &actor, role: &role, access: access.as_deref(), command })?;
        }
        request.bytes += request.streams().map(|s| s.as_str().len()).sum::<usize>();
        request.bytes += request.keys.len() * WRAPPED_KEY_BYTES;
        if request.bytes > APPEND_BYTES_MAX {
            return invalid(format!(
                "{} bytes in one append, of which at most {APPEND_BYTES_MAX} are allowed",
                request.bytes
            ));
        }
        Ok(request)
    }

    /// Every stream that it writes or checks.
    pub fn streams(&self) -> impl Iterator<Item = &StreamId> {
        let checked = self.checks.iter().map(|check| match check {
            Check::StreamAt { stream, .. } => stream,
        });
        self.writes.iter().map(|write| &write.stream).chain(checked)
    }

    /// Everything that must hold, writes first, in the order in which they were given.
    pub fn expectations(&self) -> impl Iterator<Item = (&StreamId, Expected)> {
        let checked = self.checks.iter().map(|check| match check {
            Check::StreamAt { stream, expected } => (stream, *expected),
        });
        let written = self.writes.iter().map(|w| (&w.stream, w.expected));
        written.chain(checked)
    }

    fn add(&mut self, write: Write, whose: Whose<'_>) -> Result<(), AppendError> {
        let Write { stream, expected, events } = write;
        let version_is_known = matches!(expected, Expected::NoStream | Expected::Exact(_));
        let mut prepared = Vec::with_capacity(events.len());
        for mut event in events {
            check_event(&event, &stream, version_is_known)?;
            let leaf =
                leaf::prepare(&event, whose, &stream).map_err(|refused| refused_leaf(&event, &stream, &refused))?;
            let boxes = event.boxes.iter().map(|b| b.bytes.len()).sum::<usize>();
            let bytes = leaf_bytes(&leaf) + boxes;
            if bytes > EVENT_BYTES_MAX {
                return invalid(format!(
                    "{} in {stream}: {bytes} bytes of leaf and boxes, of which at most {EVENT_BYTES_MAX} are allowed",
                    event.event_type
                ));
            }
            self.bytes += bytes;
            self.keys.append(&mut event.keys);
            prepared.push(PreparedEvent {
                leaf,
                boxes: event.boxes.into_iter().map(|b| b.bytes.into()).collect(),
                refers_to: event.policy.max(event.calendar).unwrap_or_default(),
            });
        }
        self.writes.push(PreparedWrite { stream, expected, events: prepared });
        Ok(())
    }
}

/// Refuses an append whose shape alone is out of bounds.
fn check_counts(writes: &[Write], checks: &[Check], streams_max: usize, events_max: usize) -> Result<(), AppendError> {
    let streams = writes.len() + checks.len();
    if streams > streams_max {
        return invalid(format!("{streams} streams in one append, of which at most {streams_max} are allowed"));
    }
    let events = writes.iter().map(|w| w.events.len()).sum::<usize>();
    if events > events_max {
        return invalid(format!("{events} events in one append, of which at most {events_max} are allowed"));
    }
    if events == 0 {
        return invalid("an append needs at least one event".to_owned());
    }
    let mut seen = HashSet::with_capacity(writes.len());
    for write in writes {
        if write.events.is_empty() {
            return invalid(format!("nothing is to be written to {}", write.stream));
        }
        if !seen.insert(&write.stream) {
            return invalid(format!("{} is written to twice", write.stream));
        }
    }
    Ok(())
}

fn check_event(event: &NewEvent, stream: &StreamId, version_is_known: bool) -> Result<(), AppendError> {
    let family = event.event_type.split_once('.').map(|(family, _)| family);
    if family != Some(stream.family()) {
        return invalid(format!("{} is not an event of the family of {stream}", event.event_type));
    }
    if !event.boxes.is_empty() && !version_is_known {
        return invalid(format!(
            "{} in {stream}: a box is sealed for one version, so the version must be stated",
            event.event_type
        ));
    }
    if event.policy == Some(Position(0)) || event.calendar == Some(Position(0)) {
        return invalid(format!("{} in {stream}: there is no leaf at position 0 to refer to", event.event_type));
    }
    Ok(())
}

/// The longest that the leaf can become: with `prev` and the largest numbers.
fn leaf_bytes(leaf: &Prepared) -> usize {
    (leaf.bytes_min() + 128).min(LEAF_BYTES_MAX)
}

fn refused_leaf(event: &NewEvent, stream: &StreamId, refused: &Refused) -> AppendError {
    AppendError::Invalid(format!("{} in {stream}: {refused}", event.event_type))
}

fn invalid<T>(why: String) -> Result<T, AppendError> {
    Err(AppendError::Invalid(why))
}
