//! Personal parts: sealing what a command brings, opening what a reader may see (FORMAT §4).

use domain::refusal::{Code, Refusal};
use event_store::boxes::{self, SubjectKey};
use event_store::keys::KeyDirectory;
use event_store::leaf::{LeafText, Refused};
use event_store::{
    BoxError, EventStore, LogError, NewEvent, Opening, Recorded, SealedBox, StreamId, SubjectId, Version, WrappedKey,
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

use crate::write::failure::Failure;

/// What was said, for the one narrative box of a leaf: payload field → text.
pub type Words = Map<String, Value>;

/// Words from the fields that are there.
pub fn words<const N: usize>(fields: [(&str, Option<&str>); N]) -> Words {
    fields.into_iter().filter_map(|(field, text)| Some((field.to_owned(), Value::from(text?)))).collect()
}

/// A person in one stream, with the key that seals their parts there.
pub struct Person {
    /// Random per person and stream.
    pub subject: SubjectId,
    key: SubjectKey,
    fresh: bool,
}

impl Person {
    /// Somebody who appears in a stream for the first time.
    pub fn new() -> Self {
        Self { subject: SubjectId::random(), key: SubjectKey::random(), fresh: true }
    }

    /// Somebody whose key the store holds.
    ///
    /// Errors: [`LogError::Damaged`] where the key is lost. A new one would split a person in two without a word.
    pub async fn known(store: &EventStore, keys: &KeyDirectory, subject: SubjectId) -> Result<Self, LogError> {
        let mut held = unwrapped(store, keys, &[subject]).await?;
        held.remove(&subject).map(|key| Self { subject, key, fresh: false }).ok_or_else(|| lost(subject))
    }

    /// Seals one part for the event that will be `version` of `stream`, at `index` among its boxes.
    pub fn seal(
        &self,
        stream: &StreamId,
        version: Version,
        index: usize,
        class: &'static str,
        payload: &Value,
    ) -> Result<SealedBox, Failure> {
        boxes::seal(&self.key, self.subject, stream, version, index, class, payload).map_err(unsealed)
    }

    /// Seals the part of a file, whose bytes are committed to under this `r`, for the first event of a stream.
    pub(crate) fn seal_file(&self, r: &[u8; 32], stream: &StreamId, payload: &Value) -> Result<SealedBox, Failure> {
        boxes::seal_under(r, &self.key, self.subject, stream, Version(1), 0, "file", payload).map_err(unsealed)
    }

    /// Seals the one part of the event that will be `version` of `stream`.
    pub fn seal_into(
        &self,
        keys: &KeyDirectory,
        stream: &StreamId,
        version: Version,
        class: &'static str,
        payload: &Value,
        event: &mut NewEvent,
    ) -> Result<(), Failure> {
        event.boxes.push(self.seal(stream, version, 0, class, payload)?);
        event.keys.extend(self.wrapped(keys));
        Ok(())
    }

    /// The wrapped key to store with the event that shows this person first.
    pub fn wrapped(&self, keys: &KeyDirectory) -> Option<WrappedKey> {
        self.fresh.then(|| boxes::wrap(keys.kek(), self.subject, &self.key))
    }
}

/// Why a personal part cannot be sealed.
fn unsealed(refused: Refused) -> Failure {
    match refused {
        // Each text is within its own bound, but all texts of one event share one box (FORMAT §4).
        Refused::Size { .. } => Refusal::new(Code::TooLong)
            .because("各项文字合计超过 64 KiB。", "The texts are longer than 64 KiB together.")
            .into(),
        Refused::Utf8
        | Refused::Json { .. }
        | Refused::DuplicateKey(_)
        | Refused::Key(_)
        | Refused::Value(_)
        | Refused::Canonical
        | Refused::Envelope(_) => Failure::Fault(format!("a personal part cannot be sealed: {}", refused.reason())),
    }
}

impl Default for Person {
    fn default() -> Self {
        Self::new()
    }
}

/// A sealed part as it was read, with all that opening it takes.
#[derive(Clone, Debug)]
pub struct KeptBox {
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Version of its event.
    pub version: Version,
    /// Index among the event's boxes.
    pub index: usize,
    /// `identity`, `contact`, `narrative` or `file`.
    pub class: String,
    /// Whose it is.
    pub subject: SubjectId,
    /// What the leaf says of it.
    pub commitment: [u8; 32],
    /// The sealed bytes.
    pub bytes: bytes::Bytes,
}

/// What came out of a box.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// The payload.
    Open(Value),
    /// The log says that the person was erased. No event says so in this release: a key that is not there is damage.
    Erased,
}

impl Part {
    /// A text field of the payload.
    pub fn text(&self, field: &str) -> Option<&str> {
        match self {
            Self::Open(payload) => payload.get(field)?.as_str(),
            Self::Erased => None,
        }
    }
}

/// The boxes of an event as read. Copies: what is kept must not keep all that was read with it.
///
/// Errors: [`LogError::Damaged`] when the leaf does not say what they are.
pub fn kept(recorded: &Recorded, leaf: &LeafText<'_>) -> Result<Vec<KeptBox>, LogError> {
    if recorded.boxes.is_empty() {
        return Ok(Vec::new());
    }
    let damaged = || LogError::Damaged(format!("leaf at position {}: its boxes cannot be read", recorded.position));
    let (stream, told) = StreamId::new(leaf.stream).zip(leaf.boxes()).ok_or_else(damaged)?;
    let kept = told.into_iter().zip(&recorded.boxes).enumerate().map(|(index, (told, bytes))| KeptBox {
        stream: stream.clone(),
        version: leaf.version,
        index,
        class: told.class,
        subject: told.subject,
        commitment: told.commitment,
        bytes: bytes::Bytes::copy_from_slice(bytes),
    });
    Ok(kept.collect())
}

/// A sealed part where it lies, with all that opening it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoxAt<'a> {
    /// The stream it belongs to.
    pub stream: &'a StreamId,
    /// Version of its event.
    pub version: Version,
    /// Index among the event's boxes.
    pub index: usize,
    /// Whose it is.
    pub subject: SubjectId,
    /// What the leaf says of it.
    pub commitment: &'a [u8; 32],
    /// The sealed bytes.
    pub bytes: &'a [u8],
}

impl BoxAt<'_> {
    /// It does not open, or not to what its leaf says.
    fn damaged(&self, error: &BoxError) -> LogError {
        LogError::Damaged(format!("box {} of {} {}: {error}", self.index, self.stream, self.version))
    }

    /// What it says, as JSON.
    fn part(&self, opening: &Opening) -> Result<Part, LogError> {
        opening.json().map(Part::Open).map_err(|error| self.damaged(&error))
    }
}

impl KeptBox {
    /// Where it lies.
    pub fn place(&self) -> BoxAt<'_> {
        let Self { stream, version, index, class: _, subject, commitment, bytes } = self;
        BoxAt { stream, version: *version, index: *index, subject: *subject, commitment, bytes }
    }
}

/// Opens boxes, in their order.
///
/// Errors: as those of [`open_boxes`], and [`LogError::Damaged`] when a box holds no JSON.
pub async fn open(store: &EventStore, keys: &KeyDirectory, places: &[BoxAt<'_>]) -> Result<Vec<Part>, LogError> {
    let opened = open_boxes(store, keys, places).await?;
    places.iter().zip(&opened).map(|(place, opening)| place.part(opening)).collect()
}

/// Opens boxes, in their order, with one look-up for all keys.
///
/// Errors: [`LogError::Damaged`] when a box does not open, does not match its leaf, or its key is lost.
pub async fn open_boxes(
    store: &EventStore,
    keys: &KeyDirectory,
    places: &[BoxAt<'_>],
) -> Result<Vec<Opening>, LogError> {
    let mut subjects: Vec<SubjectId> = places.iter().map(|one| one.subject).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let held = unwrapped(store, keys, &subjects).await?;
    let opened = places.iter().map(|one| {
        let key = held.get(&one.subject).ok_or_else(|| lost(one.subject))?;
        boxes::open(key, one.stream, one.version, one.index, one.bytes, one.commitment)
            .map_err(|error| one.damaged(&error))
    });
    opened.collect()
}

async fn unwrapped(
    store: &EventStore,
    keys: &KeyDirectory,
    subjects: &[SubjectId],
) -> Result<BTreeMap<SubjectId, SubjectKey>, LogError> {
    if subjects.is_empty() {
        return Ok(BTreeMap::new());
    }
    let wrapped = store.wrapped_keys(subjects).await?;
    let mut held = BTreeMap::new();
    for one in wrapped.into_iter().flatten() {
        let damaged = |why: &dyn std::fmt::Display| LogError::Damaged(format!("key of {}: {why}", one.subject));
        let kek = keys
            .kek_of(one.epoch)
            .ok_or_else(|| damaged(&format!("the key directory has no key-encryption key {}", one.epoch)))?;
        held.insert(one.subject, boxes::unwrap(kek, &one).map_err(|error| damaged(&error))?);
    }
    Ok(held)
}

/// What is missing may still be in the journal, from which the doctor rebuilds the store.
fn lost(subject: SubjectId) -> LogError {
    LogError::Damaged(format!("key of {subject}: the store does not hold it; stop the server and run `huiyin doctor`"))
}
