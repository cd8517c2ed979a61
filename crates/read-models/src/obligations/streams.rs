//! The streams of subjects: those that moved since the last write, and those that did lately.

use crate::engine::decode::{Fact, LogEntry};
use crate::engine::failure::Failure;
use crate::engine::recent::Recent;
use crate::engine::replay::Log;
use domain::Stamp;
use domain::clock::{Events, Past, by_the_clock};
use domain::event::Event;
use domain::ids::SessionId;
use event_store::{Position, StreamId};
use foldhash::HashMap;
use uuid::Uuid;

/// A stream, and what is known of its subject beside.
pub(super) struct Stream<E> {
    pub events: Events<E>,
    pub past: Past,
    /// Of an issue the session that its reception names, once it was looked up.
    pub held_in: Option<Option<SessionId>>,
}

impl<E> Stream<E> {
    fn of(events: Events<E>) -> Self {
        Self { events, past: Past::default(), held_in: None }
    }
}

/// Those of one family.
pub(super) struct Streams<E> {
    family: &'static str,
    read: fn(&Event) -> Option<&E>,
    begins: fn(&E) -> bool,
    moved: HashMap<Uuid, Stream<E>>,
    recent: Recent<Uuid, Stream<E>>,
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

    /// Takes the next event of a stream; those before it are read where they are no longer in memory.
    pub(super) async fn take(&mut self, entry: &LogEntry, log: &Log) -> Result<(), Failure> {
        let fact = entry.fact()?;
        let id = fact.uuid()?;
        let mut stream = match self.moved.remove(&id).or_else(|| self.recent.take(&id)) {
            Some(known) => known,
            None => {
                let mut before = Events::new();
                log.replay_before(fact, |entry| {
                    before.push(self.event(entry, entry.fact()?)?);
                    Ok(())
                })
                .await?;
                Stream::of(before)
            }
        };
        fact.follows(stream.events.len() as u64)?;
        stream.events.push(self.event(entry, fact)?);
        self.moved.insert(id, stream);
        Ok(())
    }

    /// The streams that moved since the last write.
    pub(super) fn moved(&self) -> impl Iterator<Item = Uuid> {
        self.moved.keys().copied()
    }

    /// A stream up to a position: from memory, else from the log. It is to be kept afterwards.
    pub(super) async fn of(&mut self, id: Uuid, before: Position, log: &Log) -> Result<Stream<E>, Failure> {
        if let Some(known) = self.moved.remove(&id).or_else(|| self.recent.take(&id)) {
            return Ok(known);
        }
        let mut events = Vec::new();
        let stream = StreamId::of(self.family, id);
        log.replay(&stream, before, |entry| {
            events.push(self.event(entry, entry.fact()?)?);
            Ok(())
        })
        .await?;
        Ok(Stream::of(events))
    }

    /// Keeps a stream as long as there is room.
    pub(super) fn keep(&mut self, id: Uuid, stream: Stream<E>) {
        self.recent.put(id, stream);
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

/// The events before a position of a stream that is not kept in memory.
pub(super) async fn replayed<E: Send>(
    stream: &StreamId,
    before: Position,
    log: &Log,
    of: fn(&Event) -> Option<E>,
) -> Result<Events<E>, Failure> {
    let mut events = Vec::new();
    log.replay(stream, before, |entry| {
        let fact = entry.fact()?;
        events.push((of(&fact.event).ok_or_else(|| fact.misplaced())?, fact.stamp));
        Ok(())
    })
    .await?;
    Ok(events)
}
