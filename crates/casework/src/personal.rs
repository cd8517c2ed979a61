//! Personal parts: sealing what a command brings, opening what a reader may see (FORMAT §4).

use domain::refusal::{Code, Refusal};
use event_store::boxes::{self, SubjectKey};
use event_store::keys::KeyDirectory;
use event_store::leaf::{LeafText, Refused};
use event_store::{
    BoxError, Class, EventStore, KeyId, LogError, NewEvent, Opening, Recorded, SealedBox, StreamId, SubjectId, Version,
    WrappedKey,
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::write::failure::Failure;

/// What was said, for the one narrative box of a leaf: payload field → text.
pub type Words = Map<String, Value>;

/// Words from the fields that are there.
pub fn words<const N: usize>(fields: [(&str, Option<&str>); N]) -> Words {
    fields.into_iter().filter_map(|(field, text)| Some((field.to_owned(), Value::from(text?)))).collect()
}

/// A person in one stream, with the keys that seal their parts there: one a class, made with the first part of it.
pub struct Person {
    /// Random per person and stream.
    pub subject: SubjectId,
    /// By class; those that the store does not hold yet.
    fresh: [OnceLock<SubjectKey>; Class::ALL.len()],
    /// A class whose key the store holds.
    held: Option<(Class, SubjectKey)>,
}

impl Person {
    /// Somebody who appears in a stream for the first time.
    pub fn new() -> Self {
        Self { subject: SubjectId::random(), fresh: Default::default(), held: None }
    }

    /// Somebody who is known in a stream, by parts of other classes than those that follow.
    pub fn with_more(subject: SubjectId) -> Self {
        Self { subject, fresh: Default::default(), held: None }
    }

    /// Somebody of whom a part of this class is sealed already.
    ///
    /// Errors: [`LogError::Damaged`] where the key is lost. A new one would split a person in two without a word.
    pub async fn known(
        store: &EventStore,
        keys: &KeyDirectory,
        subject: SubjectId,
        class: Class,
    ) -> Result<Self, LogError> {
        let id = KeyId::of(subject, class);
        let key = unwrapped(store, keys, &[id]).await?.remove(&id).ok_or_else(|| lost(id))??;
        Ok(Self { subject, fresh: Default::default(), held: Some((class, key)) })
    }

    fn key(&self, class: Class) -> &SubjectKey {
        match &self.held {
            Some((held, key)) if *held == class => key,
            Some(_) | None => self.fresh[class as usize].get_or_init(SubjectKey::random),
        }
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
        let key = self.key(class_named(class)?);
        boxes::seal(key, self.subject, stream, version, index, class, payload).map_err(unsealed)
    }

    /// Seals the part of a file, whose bytes are committed to under this `r`, for the first event of a stream.
    pub(crate) fn seal_file(&self, r: &[u8; 32], stream: &StreamId, payload: &Value) -> Result<SealedBox, Failure> {
        boxes::seal_under(r, self.key(Class::File), self.subject, stream, Version(1), 0, "file", payload)
            .map_err(unsealed)
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

    /// The wrapped keys of what was sealed so far and is the first of its class, to store with its event.
    pub fn wrapped(&self, keys: &KeyDirectory) -> Vec<WrappedKey> {
        let kek = keys.kek();
        let fresh = Class::ALL.into_iter().filter_map(|class| Some((class, self.fresh[class as usize].get()?)));
        fresh.map(|(class, key)| boxes::wrap(&kek, KeyId::of(self.subject, class), key)).collect()
    }
}

/// A class by its name in a leaf.
fn class_named(name: &str) -> Result<Class, Failure> {
    Class::parse(name).ok_or_else(|| Failure::Fault(format!("{name} is no class of personal parts")))
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
    /// The log says that it was erased; where it does not say so, a key that is not there is damage.
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
    /// `identity`, `contact`, `narrative` or `file`.
    pub class: &'a str,
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
    fn part(&self, opening: Option<&Opening>) -> Result<Part, LogError> {
        match opening {
            Some(opening) => opening.json().map(Part::Open).map_err(|error| self.damaged(&error)),
            None => Ok(Part::Erased),
        }
    }

    fn key(&self) -> Result<KeyId, LogError> {
        let class = Class::parse(self.class).ok_or_else(|| {
            LogError::Damaged(format!("box {} of {} {}: its class is unknown", self.index, self.stream, self.version))
        })?;
        Ok(KeyId::of(self.subject, class))
    }
}

impl KeptBox {
    /// Where it lies.
    pub fn place(&self) -> BoxAt<'_> {
        let Self { stream, version, index, class, subject, commitment, bytes } = self;
        BoxAt { stream, version: *version, index: *index, class, subject: *subject, commitment, bytes }
    }
}

/// Opens boxes, in their order.
///
/// Errors: as those of [`open_boxes`], and [`LogError::Damaged`] when a box holds no JSON.
pub async fn open(
    store: &EventStore,
    keys: &KeyDirectory,
    erased: IsErased<'_>,
    places: &[BoxAt<'_>],
) -> Result<Vec<Part>, LogError> {
    let opened = open_boxes(store, keys, erased, places).await?;
    places.iter().zip(&opened).map(|(place, opening)| place.part(opening.as_ref())).collect()
}

/// Whether the log says now that the parts of somebody of a class were erased. Asked again with `true` where their key is
/// not there: then that it is decided and being carried out is enough.
pub type IsErased<'a> = &'a (dyn Fn(KeyId, bool) -> bool + Sync);

/// Opens boxes, in their order, with one look-up for all keys; `None` for what the log calls erased.
///
/// Errors: [`LogError::Damaged`] when a box does not open, does not match its leaf, or its key is lost.
pub async fn open_boxes(
    store: &EventStore,
    keys: &KeyDirectory,
    erased: IsErased<'_>,
    places: &[BoxAt<'_>],
) -> Result<Vec<Option<Opening>>, LogError> {
    let held = held(store, keys, erased, places).await?;
    let mut opened = Vec::with_capacity(places.len());
    for one in places {
        opened.push(open_one(store, erased, &held, one).await?);
    }
    Ok(opened)
}

/// What one of several boxes comes to: what is sealed in it, `None` where the log calls it erased, or why it is damaged.
pub type Each = Result<Option<Opening>, String>;

/// The same of each by itself: one that is damaged keeps none of the others from being opened.
///
/// Errors: what keeps the log or its keys from being read, and no [`LogError::Damaged`].
pub async fn open_each(
    store: &EventStore,
    keys: &KeyDirectory,
    erased: IsErased<'_>,
    places: &[BoxAt<'_>],
) -> Result<Vec<Each>, LogError> {
    let held = held(store, keys, erased, places).await?;
    let mut opened = Vec::with_capacity(places.len());
    for one in places {
        let opening = open_one(store, erased, &held, one).await;
        opened.push(match opening.and_then(|opening| one.part(opening.as_ref()).map(|_| opening)) {
            Err(LogError::Damaged(why)) => Err(why),
            opening => Ok(opening?),
        });
    }
    Ok(opened)
}

/// Keys by the id of their class; why, where one is there and does not unwrap.
type Held = BTreeMap<KeyId, Result<SubjectKey, LogError>>;

/// The keys of some boxes, but for those of what was erased.
async fn held(
    store: &EventStore,
    keys: &KeyDirectory,
    erased: IsErased<'_>,
    places: &[BoxAt<'_>],
) -> Result<Held, LogError> {
    let ids = places.iter().filter_map(|place| place.key().ok());
    let mut wanted: Vec<KeyId> = ids.filter(|id| !erased(*id, false)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    unwrapped(store, keys, &wanted).await
}

/// What is sealed in a box; nothing where the log calls it erased.
async fn open_one(
    store: &EventStore,
    erased: IsErased<'_>,
    held: &Held,
    one: &BoxAt<'_>,
) -> Result<Option<Opening>, LogError> {
    let id = one.key()?;
    let key = match held.get(&id) {
        Some(key) => key.as_ref().map_err(Clone::clone)?,
        // Asked again: it may have been erased while this was looking for its key.
        None if erased(id, true) => return Ok(None),
        None => return Err(lost(id)),
    };
    let at = |bytes: &[u8]| boxes::open(key, one.stream, one.version, one.index, bytes, one.commitment);
    let opening = match at(one.bytes) {
        // Sealed under the one key that its subject had for all classes, and anew at the first change of epoch.
        Err(BoxError::Key) => match store.sealed_again(one.commitment).await? {
            Some(bytes) => at(&bytes),
            None => Err(BoxError::Key),
        },
        opening => opening,
    };
    opening.map(Some).map_err(|error| one.damaged(&error))
}

/// The keys that are held, each under the id of its class, also where a subject has one key for all of them.
async fn unwrapped(store: &EventStore, keys: &KeyDirectory, ids: &[KeyId]) -> Result<Held, LogError> {
    if ids.is_empty() {
        return Ok(Held::new());
    }
    let asked: Vec<KeyId> = ids.iter().flat_map(|id| [*id, KeyId::shared(id.subject)]).collect();
    let found = store.wrapped_keys(&asked).await?;
    let both = ids.iter().zip(found.chunks_exact(2));
    let held = both.filter_map(|(id, found)| Some((*id, unwrap(keys, found.iter().flatten().next()?))));
    Ok(held.collect())
}

/// A key that the store holds, unwrapped.
pub(crate) fn unwrap(keys: &KeyDirectory, one: &WrappedKey) -> Result<SubjectKey, LogError> {
    let damaged = |why: &dyn std::fmt::Display| LogError::Damaged(format!("key of {}: {why}", one.id()));
    let kek = keys
        .kek_of(one.epoch)
        .ok_or_else(|| damaged(&format!("the key directory has no key-encryption key {}", one.epoch)))?;
    boxes::unwrap(&kek, one).map_err(|error| damaged(&error))
}

/// What is missing may still be in the journal, from which the doctor rebuilds the store.
fn lost(id: KeyId) -> LogError {
    LogError::Damaged(format!("key of {id}: the store does not hold it; stop the server and run `huiyin doctor`"))
}
