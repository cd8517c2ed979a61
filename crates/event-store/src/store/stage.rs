//! One batch in the making: requests are numbered against what is committed and what the batch already holds.
//!
//! No reading and no writing happens here; the writer brings what is committed and takes the batch away.

use super::recent::StreamMap;
use super::request::{PreparedWrite, Request};
use crate::ids::{CommandId, Fingerprint, Position, StreamId, Version};
use crate::log::{Batch, BatchEvent, CommandRecord, LogHead, Recorded, StreamHead};
use crate::record::tree::{self, Edge};
use crate::store::append::{AppendError, Appended};
use std::collections::HashMap;

/// A stream as the next request of the batch finds it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Known {
    pub head: StreamHead,
    /// An earlier request of the batch has moved it.
    pub moved: bool,
}

/// How one request fared.
pub(crate) enum Outcome {
    /// Whatever becomes of the batch, this is the answer.
    Settled(Result<Answer, AppendError>),
    /// The answer if the batch becomes durable; otherwise nobody may be told of it.
    Resting(Result<Answer, AppendError>),
}

impl Outcome {
    /// Whether the request was refused for the state of the log.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Settled(Err(AppendError::Conflict { .. } | AppendError::Invalid(_))))
    }
}

/// What the writer tells the caller of a request.
pub(crate) enum Answer {
    /// Recorded now, or a copy of a request of the same batch.
    Recorded(Appended),
    /// The command was recorded before.
    Before(CommandRecord),
}

/// The batch and the state after it.
pub(crate) struct Stage {
    pub edge: Edge,
    pub last_recorded_at: i64,
    pub streams: StreamMap<Known>,
    pub batch: Batch,
    commands: HashMap<CommandId, (Fingerprint, Appended)>,
}

impl Stage {
    /// An empty batch after what is committed: the tree, the newest time, and every stream that the requests name.
    pub fn new(edge: Edge, last_recorded_at: i64, streams: StreamMap<Known>) -> Self {
        Self { edge, last_recorded_at, streams, batch: Batch::default(), commands: HashMap::new() }
    }

    /// Adds a request that no committed command answers. `now` is the clock's time in ms. A request that is refused
    /// leaves no trace. One whose keys are wrapped for an earlier epoch than `epoch` is decided again, as if somebody else
    /// had been faster: nobody could unwrap them later.
    pub fn add(&mut self, request: &Request, now: i64, epoch: u32) -> Outcome {
        if let Some((fingerprint, appended)) = self.commands.get(&request.command) {
            return Outcome::Resting(if *fingerprint == request.fingerprint {
                Ok(Answer::Recorded(Appended { replayed: true, ..appended.clone() }))
            } else {
                Err(AppendError::CommandReused)
            });
        }
        for (stream, expected) in request.expectations() {
            let known = self.known(stream);
            let actual = known.head.version;
            if !expected.met_by(actual) {
                let conflict = Err(AppendError::Conflict { stream: stream.clone(), expected, actual });
                return if known.moved { Outcome::Resting(conflict) } else { Outcome::Settled(conflict) };
            }
        }
        if let Some(write) = request.writes.first().filter(|_| request.keys.iter().any(|key| key.epoch < epoch)) {
            let (stream, actual) = (write.stream.clone(), self.known(&write.stream).head.version);
            return Outcome::Settled(Err(AppendError::Conflict { stream, expected: write.expected, actual }));
        }
        // The log's time never runs backwards, whatever the clock does.
        let recorded_at = now.max(self.last_recorded_at);
        let mut events = Vec::new();
        for write in &request.writes {
            if let Err(error) = self.number(write, recorded_at, &mut events) {
                return Outcome::Settled(Err(error));
            }
        }
        Outcome::Resting(Ok(Answer::Recorded(self.take(request, recorded_at, events))))
    }

    /// Where the batch will leave the log.
    pub fn head(&self) -> LogHead {
        LogHead { size: self.edge.size(), frontier: self.edge.frontier(), last_recorded_at: self.last_recorded_at }
    }

    pub fn known(&self, stream: &StreamId) -> Known {
        self.streams.get(stream).copied().unwrap_or_default()
    }

    /// Puts one numbered event into the batch and the tree.
    pub fn push(&mut self, event: BatchEvent) {
        self.batch.tiles.extend(self.edge.push(event.hash));
        let known = Known { head: StreamHead { version: event.version, hash: Some(event.hash) }, moved: true };
        match self.streams.get_mut(&event.stream) {
            Some(entry) => *entry = known,
            None => {
                self.streams.insert(event.stream.clone(), known);
            }
        }
        self.batch.events.push(event);
    }

    /// Gives the events of one write their places, after `events`, which belong to the same request.
    fn number(&self, write: &PreparedWrite, recorded_at: i64, events: &mut Vec<BatchEvent>) -> Result<(), AppendError> {
        let StreamHead { mut version, hash: mut prev } = self.known(&write.stream).head;
        for event in &write.events {
            let position = Position(self.edge.size() + events.len() as u64 + 1);
            if event.refers_to >= position {
                return Err(AppendError::Invalid(format!(
                    "an event of {} at position {position} refers to position {}, which is not before it",
                    write.stream, event.refers_to
                )));
            }
            version = Version(version.0 + 1);
            let leaf = event
                .leaf
                .finish(prev.as_ref(), recorded_at, version)
                .map_err(|refused| AppendError::Invalid(format!("{}: {refused}", write.stream)))?;
            let hash = tree::leaf_hash(&leaf);
            prev = Some(hash);
            events.push(BatchEvent {
                recorded: Recorded { position, leaf, boxes: event.boxes.clone() },
                hash,
                stream: write.stream.clone(),
                version,
            });
        }
        Ok(())
    }

    /// Takes a whole request into the batch.
    fn take(&mut self, request: &Request, recorded_at: i64, events: Vec<BatchEvent>) -> Appended {
        let first = Position(self.edge.size() + 1);
        for event in events {
            self.push(event);
        }
        let appended = Appended {
            first,
            last: Position(self.edge.size()),
            versions: request.writes.iter().map(|w| (w.stream.clone(), self.known(&w.stream).head.version)).collect(),
            recorded_at,
            replayed: false,
        };
        self.last_recorded_at = recorded_at;
        self.batch.keys.extend_from_slice(&request.keys);
        self.batch.commands.push(CommandRecord {
            command: request.command,
            fingerprint: Some(request.fingerprint),
            first,
            last: appended.last,
        });
        self.commands.insert(request.command, (request.fingerprint, appended.clone()));
        appended
    }
}
