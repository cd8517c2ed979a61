//! Staging events on issues and major issues: sealing their words, appending them, folding them onto the file.

use crate::casework::Casework;
use crate::failure::Failure;
use crate::files::File;
use crate::personal::{Part, Person};
use crate::transact::{Attempt, Envelope, Plan};
use chrono::{DateTime, Utc};
use domain::Fold;
use domain::event::Event;
use event_store::{Appended, NewEvent, Position, StreamId, Version};
use serde_json::{Map, Value};
use std::sync::Arc;

/// What was said, for the one narrative box of a leaf: payload field → text.
pub type Words = Map<String, Value>;

/// Words from the fields that are there.
pub fn words<const N: usize>(fields: [(&str, Option<&str>); N]) -> Words {
    fields.into_iter().filter_map(|(field, text)| Some((field.to_owned(), Value::from(text?)))).collect()
}

/// A thing after a command.
#[derive(Clone, Debug)]
pub struct Changed<S> {
    /// The file as it now is.
    pub file: Arc<File<S>>,
    /// Position of the command's last event.
    pub position: Position,
}

/// Events about to be appended to one stream, on top of a file.
pub(crate) struct Staged<S: Fold> {
    pub stream: StreamId,
    pub before: Arc<File<S>>,
    events: Vec<(S::Event, NewEvent, Vec<Part>)>,
}

impl<S: Fold + Clone> Staged<S>
where
    S::Event: Clone + Into<Event>,
{
    /// Nothing yet, on top of `before`; a version of 0 means a stream that does not exist.
    pub fn on(stream: StreamId, before: Arc<File<S>>) -> Self {
        Self { stream, before, events: Vec::new() }
    }

    /// Adds an event; its words are sealed for the subject of the stream, who is made known with the first words.
    pub async fn add(
        &mut self,
        casework: &Casework,
        envelope: &Envelope,
        event: S::Event,
        words: &Words,
    ) -> Result<(), Failure> {
        if words.is_empty() {
            self.events.push((event.clone(), envelope.plain(&event.into()), Vec::new()));
            return Ok(());
        }
        let person = match self.subject() {
            Some(subject) => casework.person(subject).await?,
            None => Person::new(),
        };
        self.add_sealed(casework, envelope, event, words, &person, "narrative")
    }

    /// Adds an event whose words are about one person of the stream, in a box of a class.
    pub fn add_sealed(
        &mut self,
        casework: &Casework,
        envelope: &Envelope,
        event: S::Event,
        words: &Words,
        person: &Person,
        class: &'static str,
    ) -> Result<(), Failure> {
        let mut new_event = envelope.plain(&event.clone().into());
        let version = Version(self.before.version.0 + self.events.len() as u64 + 1);
        let payload = Value::Object(words.clone());
        new_event.boxes.push(person.seal(&self.stream, version, 0, class, &payload)?);
        new_event.keys.extend(person.wrapped(&casework.keys));
        self.events.push((event, new_event, vec![Part::Open(payload)]));
        Ok(())
    }

    /// Puts the events into a plan.
    pub fn plan(&self, plan: &mut Plan) {
        let events = self.events.iter().map(|(_, event, _)| event.clone()).collect();
        plan.write(self.stream.clone(), self.before.version, events);
    }

    /// How many positions the events take.
    pub fn len(&self) -> u64 {
        self.events.len() as u64
    }

    /// The file with the events on top, which took positions from `first` on.
    pub fn settle(self, first: Position, appended: &Appended) -> Arc<File<S>> {
        let mut file = (*self.before).clone();
        for (offset, (event, new_event, said)) in (0..).zip(self.events) {
            let envelope = Envelope::of(&new_event);
            let position = Position(first.0 + offset);
            file.take_new(&self.stream, &event, &envelope, &new_event.boxes, &said, position, appended);
        }
        Arc::new(file)
    }

    fn subject(&self) -> Option<event_store::SubjectId> {
        let staged = || self.events.iter().find_map(|(_, event, _)| event.boxes.first().map(|first| first.subject));
        self.before.subject.or_else(staged)
    }
}

impl Casework {
    /// Appends one staged stream and gives its file back.
    pub(crate) async fn settle_one<S>(
        &self,
        call: &crate::call::Call,
        staged: Staged<S>,
        mut plan: Plan,
        guard: impl FnOnce(&mut Plan),
    ) -> Result<Changed<S>, Attempt>
    where
        S: Fold + Clone,
        S::Event: Clone + Into<Event>,
    {
        staged.plan(&mut plan);
        guard(&mut plan);
        let appended = self.append(call, plan).await?;
        Ok(Changed { file: staged.settle(appended.first, &appended), position: appended.last })
    }
}

/// The instant a command claims, in ms.
pub(crate) fn ms(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}
