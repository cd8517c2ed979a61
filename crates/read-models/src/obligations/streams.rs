//! The events of streams: of those that moved since the last write, and of those that did lately.

use crate::engine::decode::{Fact, LogEntry};
use crate::engine::failure::Failure;
use crate::engine::recent::Recent;
use crate::engine::replay::Log;
use domain::Stamp;
use domain::clock::by_the_clock;
use domain::event::Event;
use event_store::{Position, StreamId};
use foldhash::HashMap;
use uuid::Uuid;

/// Events with what their envelopes say.
pub(super) type Events<E> = Vec<(E, Stamp)>;

/// Those of one family.
pub(super) struct Streams<E> {
    family: &'static str,
    read: fn(&Event) -> Option<&E>,
    begins: fn(&E) -> bool,
    /// Events of a stream, where they are all known.
    moved: HashMap<Uuid, Option<Events<E>>>,
    recent: Recent<Uuid, Events<E>>,
}

impl<E: Clone + Send + Sync> Streams<E> {
    /// `begins` says which event a stream begins with.
    pub(super) fn new(
        family: &'static str,
        generation_max: usize,
        read: fn(&Event) -> Option<&E>,
        begins: fn(&E) -> bool,
    ) -> Self {
        Self { family, read, begins, moved: HashMap::default(), recent: Recent::new(generation_max) }
    }

    /// Takes the next event of a stream.
    pub(super) fn take(&mut self, entry: &LogEntry) -> Result<(), Failure> {
        let fact = entry.fact()?;
        let id = fact.uuid()?;
        let known = match self.moved.remove(&id) {
            Some(known) => known,
            None if fact.stamp.version == 1 => Some(Vec::new()),
            None => self.recent.take(&id),
        };
        let known = match known {
            Some(mut events) => {
                fact.follows(events.len() as u64)?;
                events.push(self.event(entry, fact)?);
                Some(events)
            }
            None => {
                self.event(entry, fact)?;
                None
            }
        };
        self.moved.insert(id, known);
        Ok(())
    }

    /// The streams that moved since the last write.
    pub(super) fn moved(&self) -> impl Iterator<Item = Uuid> {
        self.moved.keys().copied()
    }

    /// The events of a stream before a position: from memory, else from the log. They are to be kept afterwards.
    pub(super) async fn of(&mut self, id: Uuid, before: Position, log: &Log) -> Result<Events<E>, Failure> {
        let known = self.moved.remove(&id).flatten().or_else(|| self.recent.take(&id));
        if let Some(events) = known {
            return Ok(events);
        }
        let mut events = Vec::new();
        let stream = StreamId::of(self.family, id);
        log.replay(&stream, before, |entry| {
            events.push(self.event(entry, entry.fact()?)?);
            Ok(())
        })
        .await?;
        Ok(events)
    }

    /// Keeps the events of a stream as long as there is room.
    pub(super) fn keep(&mut self, id: Uuid, events: Events<E>) {
        self.recent.put(id, events);
    }

    pub(super) fn len(&self) -> usize {
        self.moved.len() + self.recent.len()
    }

    fn event(&self, entry: &LogEntry, fact: &Fact) -> Result<(E, Stamp), Failure> {
        let event = (self.read)(&fact.event).ok_or_else(|| fact.misplaced())?;
        if fact.stamp.version == 1 && !(self.begins)(event) {
            return Err(fact.misplaced());
        }
        let back_dated = fact.stamp.occurred_at < fact.stamp.recorded_at;
        let is_of_clock = back_dated && entry.recorded().text().is_ok_and(|leaf| leaf.actor == "system/clock");
        Ok((event.clone(), if is_of_clock { by_the_clock(fact.stamp) } else { fact.stamp }))
    }
}
