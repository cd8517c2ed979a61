//! Events about to be appended to one stream: sealing their words, and folding them onto the thing once they are
//! recorded.

use crate::access::admission::thing_of;
use crate::casework::Casework;
use crate::personal::{KeptBox, Part, Person, Words, words};
use crate::read::decode::instant;
use crate::read::loaded::{Entity, Loaded};
use crate::write::failure::Failure;
use crate::write::plan::{Envelope, Plan};
use domain::Stamp;
use domain::access::Thing;
use event_store::{Appended, Class, NewEvent, SealedBox, StreamId, SubjectId, Version, WrappedKey};
use serde_json::Value;
use std::sync::Arc;

/// Personal parts of one event, sealed, and the keys that come with them.
#[derive(Clone, Default)]
pub(crate) struct SealedParts {
    pub boxes: Vec<SealedBox>,
    pub keys: Vec<WrappedKey>,
    /// What the boxes say: nobody needs to open what was sealed a moment ago.
    pub said: Vec<Part>,
}

impl SealedParts {
    /// Seals one more part of the event that will be `version` of `stream`.
    pub fn seal(
        &mut self,
        person: &Person,
        stream: &StreamId,
        version: Version,
        class: &'static str,
        payload: Value,
    ) -> Result<(), Failure> {
        self.boxes.push(person.seal(stream, version, self.boxes.len(), class, &payload)?);
        self.said.push(Part::Open(payload));
        Ok(())
    }

    /// Adds the key of somebody who appears in a stream for the first time.
    pub fn introduce(&mut self, casework: &Casework, person: &Person) {
        self.keys.extend(person.wrapped(&casework.keys));
    }

    /// Seals how somebody is called and reached, each in a box of its own; who says neither is nobody.
    pub fn seal_person(
        &mut self,
        casework: &Casework,
        stream: &StreamId,
        version: Version,
        name: Option<&str>,
        phone: Option<&str>,
    ) -> Result<Option<SubjectId>, Failure> {
        let given = [("identity", "name", name), ("contact", "phone", phone)];
        let given: Vec<_> =
            given.into_iter().filter_map(|(class, field, text)| Some((class, words([(field, Some(text?))])))).collect();
        if given.is_empty() {
            return Ok(None);
        }
        let person = Person::new();
        for (class, said) in given {
            self.seal(&person, stream, version, class, Value::Object(said))?;
        }
        self.introduce(casework, &person);
        Ok(Some(person.subject))
    }
}

/// One of them: what the store is given, and what folds it onto the thing once it is recorded.
struct StagedEvent<E> {
    event: E,
    occurred_at: Option<i64>,
    boxes: Vec<KeptBox>,
    said: Vec<Part>,
}

/// Events about to be appended to one stream, on top of a thing.
pub(crate) struct Staged<S: Entity> {
    pub id: S::Id,
    stream: StreamId,
    before: Arc<Loaded<S>>,
    envelope: Envelope,
    events: Vec<StagedEvent<S::Event>>,
    /// The same as the store takes them, until they are in a plan.
    new: Vec<NewEvent>,
    /// How many events of the same append come before.
    offset: u64,
}

impl<S: Entity> Staged<S> {
    /// Nothing yet, on top of `before`; a version of 0 means a stream that does not exist.
    pub fn on(id: S::Id, before: Arc<Loaded<S>>, envelope: Envelope) -> Self {
        Self { id, stream: S::stream(id), before, envelope, events: Vec::new(), new: Vec::new(), offset: 0 }
    }

    /// Adds an event; its words are sealed for the subject of the stream, who is made known with the first words.
    pub async fn add(&mut self, casework: &Casework, event: S::Event, words: &Words) -> Result<(), Failure> {
        self.add_of_person(casework, event, words, None, None).await
    }

    /// The same of an event that tells who said it.
    pub async fn add_of_person(
        &mut self,
        casework: &Casework,
        event: S::Event,
        words: &Words,
        name: Option<&str>,
        phone: Option<&str>,
    ) -> Result<(), Failure> {
        let mut sealed = SealedParts::default();
        let version = self.next_version();
        if !words.is_empty() {
            let person = match self.subject() {
                Some(subject) if self.has_words_of(subject) => casework.person(subject, Class::Narrative).await?,
                Some(subject) => casework.person_with_more(subject, Class::Narrative)?,
                None => Person::new(),
            };
            sealed.seal(&person, &self.stream, version, "narrative", Value::Object(words.clone()))?;
            sealed.introduce(casework, &person);
        }
        sealed.seal_person(casework, &self.stream, version, name, phone)?;
        self.push(event, sealed)
    }

    /// Adds an event whose words are about one person of the stream, in a box of a class.
    pub fn add_sealed(
        &mut self,
        casework: &Casework,
        event: S::Event,
        words: &Words,
        person: &Person,
        class: &'static str,
    ) -> Result<(), Failure> {
        let mut sealed = SealedParts::default();
        sealed.seal(person, &self.stream, self.next_version(), class, Value::Object(words.clone()))?;
        sealed.introduce(casework, person);
        self.push(event, sealed)
    }

    /// Adds an event whose parts are sealed already, for the very version that it will have.
    pub fn push(&mut self, event: S::Event, sealed: SealedParts) -> Result<(), Failure> {
        let SealedParts { boxes, keys, said } = sealed;
        let version = self.next_version();
        let kept = boxes.iter().enumerate().map(|(index, sealed)| KeptBox {
            stream: self.stream.clone(),
            version,
            index,
            class: sealed.class.to_owned(),
            subject: sealed.subject,
            commitment: sealed.commitment,
            bytes: bytes::Bytes::copy_from_slice(&sealed.bytes),
        });
        let kept = kept.collect();
        let new = NewEvent { boxes, keys, ..self.envelope.plain(&event.clone().into())? };
        self.events.push(StagedEvent { event, occurred_at: new.occurred_at, boxes: kept, said });
        self.new.push(new);
        Ok(())
    }

    /// Puts the events into a plan, once.
    pub fn write(&mut self, plan: &mut Plan) {
        self.offset = plan.writes.iter().map(|write| write.events.len() as u64).sum();
        plan.write(self.stream.clone(), self.before.version, std::mem::take(&mut self.new));
    }

    /// What access turns on of the thing: as it was, or, where it is begun, as it will be.
    pub fn thing(&self) -> Thing {
        if self.before.version.0 > 0 {
            return thing_of(self.id, &self.before);
        }
        let mut begun = (*self.before).clone();
        for staged in &self.events {
            let (position, version) = (begun.position.0 + 1, begun.version.0 + 1);
            let at = staged.occurred_at.map_or_else(Default::default, instant);
            let Envelope { policy, calendar, account, .. } = self.envelope;
            let stamp = Stamp { position, version, occurred_at: at, recorded_at: at, policy, calendar, account };
            begun.apply(&staged.event, &stamp, Vec::new(), Vec::new());
        }
        let mut thing = thing_of(self.id, &begun);
        if !thing.delegates.is_empty() {
            // That they begin it themselves makes it nobody's own that it is to be somebody else's.
            thing.accounts.clear();
        }
        thing
    }

    fn next_version(&self) -> Version {
        Version(self.before.version.0 + self.events.len() as u64 + 1)
    }

    /// The thing with the events on top, folded from the very events that were appended.
    pub fn settle(self, appended: &Appended) -> Arc<Loaded<S>> {
        let mut loaded = (*self.before).clone();
        let recorded_at = instant(appended.recorded_at);
        let Envelope { policy, calendar, account, .. } = self.envelope;
        for (position, staged) in (appended.first.0 + self.offset..).zip(self.events) {
            let occurred_at = staged.occurred_at.map_or(recorded_at, instant);
            let version = loaded.version.0 + 1;
            let stamp = Stamp { position, version, occurred_at, recorded_at, policy, calendar, account };
            loaded.apply(&staged.event, &stamp, staged.boxes, staged.said);
        }
        Arc::new(loaded)
    }

    /// Whether words of somebody are in the stream already.
    fn has_words_of(&self, subject: SubjectId) -> bool {
        let staged = self.events.iter().flat_map(|staged| &staged.boxes);
        let mut boxes = self.before.boxes.iter().chain(staged);
        boxes.any(|kept| kept.subject == subject && kept.class == Class::Narrative.name())
    }

    fn subject(&self) -> Option<SubjectId> {
        let staged = || self.events.iter().find_map(|staged| staged.boxes.first().map(|first| first.subject));
        self.before.subject.or_else(staged)
    }
}
