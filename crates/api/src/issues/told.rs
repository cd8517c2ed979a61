//! What `GET /v1/issues/{id}` told of issues, packed and bounded in bytes: where nothing has changed since, the same text
//! is the answer again, and nothing is read or opened for it.
//!
//! An answer follows from the events of the issue, the town's day, the policy and the calendars, and is told again only
//! while all of them are the same. Whatever else an answer comes to depend on, an erasure above all, belongs to
//! [`Moment`] as well.

use casework::access::admission::thing_of;
use casework::access::sight::LookedAt;
use casework::loaded::{Entity as _, Loaded};
use casework::read::cache::{Cache, Size};
use casework::reference::Reference;
use chrono::NaiveDate;
use domain::access::Thing;
use domain::ids::IssueId;
use domain::issue::Issue;
use event_store::store::READ_MAX;
use event_store::{EventStore, Filter, LogError, Position, Recorded, Version};
use serde::Deserialize;
use std::cell::RefCell;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use tokio::sync::Mutex;
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

/// Bytes of packed answers: some hundred thousand issues.
const BYTES_MAX: usize = 64 * 1024 * 1024;
/// Events that are looked through before an answer is told again: what some seconds of many commands make.
const FOLLOWED_MAX: u64 = 16_384;
/// Fast, and still less than half: the texts in it are left as they are, what all answers share is not.
const LEVEL: i32 = -3;
/// What all answers share: their members, and the words that stand in them.
const SAMPLE: &[u8] = include_bytes!("told_sample.txt");

static PACKING: LazyLock<EncoderDictionary<'static>> = LazyLock::new(|| EncoderDictionary::copy(SAMPLE, LEVEL));
static UNPACKING: LazyLock<DecoderDictionary<'static>> = LazyLock::new(|| DecoderDictionary::copy(SAMPLE));

thread_local! {
    static PACKER: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static UNPACKER: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// What an answer of now follows from beside the events of its issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    today: NaiveDate,
    policy: Option<Version>,
    calendar: Option<u64>,
}

impl Moment {
    /// The present.
    pub fn of(today: NaiveDate, reference: &Reference) -> Self {
        let policy = reference.policy_stream().map(|(_, version)| version);
        Self { today, policy, calendar: reference.calendars.newest() }
    }
}

/// Whose an issue is, of which rights are asked before it is told, and what is recorded of whoever looks at it.
pub(crate) struct Whose {
    /// What access turns on of it.
    pub thing: Thing,
    /// What recording a look at it takes.
    pub looked_at: LookedAt,
}

impl Whose {
    /// Of an issue that was loaded.
    pub fn of(id: IssueId, loaded: &Loaded<Issue>) -> Self {
        Self { thing: thing_of(id, loaded), looked_at: LookedAt::of(loaded) }
    }

    /// About how many bytes it takes: itself, and a few ids.
    const BYTES: usize = size_of::<Self>() + 128;
}

/// What was told of an issue.
pub(crate) struct Told {
    /// The version that it tells of.
    pub version: Version,
    /// Whose it is; nothing where it was told before access rules were adopted.
    pub whose: Option<Box<Whose>>,
    moment: Moment,
    bytes: usize,
    packed: Box<[u8]>,
    /// Whether no event of the issue can have been missed since.
    sure: AtomicBool,
}

impl Told {
    /// The answer as it was; `None` where it was told of another moment.
    pub fn text(&self, moment: &Moment) -> Option<Vec<u8>> {
        if self.moment != *moment {
            return None;
        }
        UNPACKER.with_borrow_mut(|unpacker| {
            let unpacker = match unpacker {
                Some(unpacker) => unpacker,
                None => unpacker.insert(Decompressor::with_prepared_dictionary(&UNPACKING).ok()?),
            };
            // Room for the position, too, which is put behind it.
            let mut text = Vec::with_capacity(self.bytes + 64);
            unpacker.decompress_to_buffer(&self.packed, &mut text).ok()?;
            Some(text)
        })
    }
}

/// What is told of an issue, to be remembered.
pub(crate) struct Telling<'a> {
    /// The version that it tells of.
    pub version: Version,
    /// Whose it is, where access rules are adopted.
    pub whose: Option<Whose>,
    /// The answer.
    pub text: &'a [u8],
}

/// The answers, by issue. They follow the log: before one is told again, what was recorded since is looked through, and
/// the answers about those issues are forgotten. So nothing has to be looked up for an issue at rest. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Answers(Arc<Inner>);

struct Inner {
    told: Cache<IssueId, Told>,
    /// The log up to here was looked through. Whoever moves it, or adds an answer, does so alone.
    followed: Mutex<Position>,
    /// The same, for a look in passing.
    reached: AtomicU64,
    /// Where the newest erasure, or tier that an issue came to, was looked through: what was told before is not remembered.
    barred_at: AtomicU64,
}

impl Default for Answers {
    fn default() -> Self {
        let inner = Inner {
            told: Cache::new(BYTES_MAX),
            followed: Mutex::default(),
            reached: AtomicU64::new(0),
            barred_at: AtomicU64::new(0),
        };
        Self(Arc::new(inner))
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answers")
    }
}

impl Answers {
    /// What was told of an issue and is known to be of its newest version.
    pub async fn get(&self, store: &EventStore, id: IssueId) -> Result<Option<Arc<Told>>, LogError> {
        if self.0.reached.load(Ordering::Acquire) < store.head().position.0 {
            self.follow(store).await?;
        }
        let Some(told) = self.0.told.get(&id) else { return Ok(None) };
        if !told.sure.load(Ordering::Acquire) {
            if store.stream_head(&Issue::stream(id)).await?.version != told.version {
                return Ok(None);
            }
            // Whatever was recorded after this question is still to be looked through.
            told.sure.store(true, Ordering::Release);
        }
        Ok(Some(told))
    }

    /// Looks through what was recorded since the last time; where that is much, forgetting everything is quicker.
    async fn follow(&self, store: &EventStore) -> Result<(), LogError> {
        let mut followed = self.0.followed.lock().await;
        let head = store.head().position;
        if head.0.saturating_sub(followed.0) > FOLLOWED_MAX {
            self.0.told.clear();
            // There may have been an erasure among it.
            self.0.barred_at.store(head.0, Ordering::Release);
            *followed = head;
        }
        while *followed < head {
            let page = store.read_all(*followed, READ_MAX, &Filter::default()).await?;
            for event in &page.events {
                let (stream, event_type) = event.stream_and_type();
                if let Some(id) = stream.strip_prefix("issue/").and_then(|id| id.parse().ok()) {
                    self.0.told.forget(&IssueId(id));
                } else if event_type == "erasure.completed" {
                    // Whatever was told of anybody's words.
                    self.0.told.clear();
                    self.0.barred_at.store(event.position.0, Ordering::Release);
                } else if event_type == "obligation.tier_reached"
                    && let Some(id) = reached_of(event)
                {
                    // An issue may be under supervision from now on, and no event of its own says so: nor would one that was
                    // told of a moment before.
                    self.0.told.forget(&id);
                    self.0.barred_at.store(event.position.0, Ordering::Release);
                }
            }
            *followed = page.scanned_to;
        }
        self.0.reached.store(followed.0, Ordering::Release);
        Ok(())
    }

    /// Remembers what was told of a version that was the newest when the log ended at `known_at`. What cannot be packed is
    /// not remembered.
    pub async fn put(&self, id: IssueId, told: Telling<'_>, moment: Moment, known_at: Position) {
        let Telling { version, whose, text } = told;
        let packed = PACKER.with_borrow_mut(|packer| {
            let packer = match packer {
                Some(packer) => packer,
                None => packer.insert(Compressor::with_prepared_dictionary(&PACKING).ok()?),
            };
            packer.compress(text).ok()
        });
        let Some(packed) = packed else { return };
        let bytes = size_of::<Told>() + whose.as_ref().map_or(0, |_| Whose::BYTES) + packed.len();
        let followed = self.0.followed.lock().await;
        if known_at.0 < self.0.barred_at.load(Ordering::Acquire) {
            return;
        }
        // What was looked through since then may have been about this issue, and is not looked through again.
        let sure = AtomicBool::new(known_at >= *followed);
        let whose = whose.map(Box::new);
        let told = Told { version, whose, moment, bytes: text.len(), packed: packed.into(), sure };
        self.0.told.put(id, version.0, bytes, Arc::new(told));
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.0.told.clear();
    }

    /// How many there are, and about how many bytes they take.
    pub fn size(&self) -> Size {
        self.0.told.size()
    }
}

/// The issue of which the clock reached a tier.
fn reached_of(event: &Recorded) -> Option<IssueId> {
    #[derive(Deserialize)]
    struct Reached {
        about: String,
    }
    let reached: Reached = serde_json::from_str(event.text().ok()?.public).ok()?;
    reached.about.strip_prefix("issue/")?.parse().ok().map(IssueId)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use event_store::{Append, CommandId, Expected, MemoryLog, NewEvent, StreamId, Write, random_bytes};
    use uuid::Uuid;

    fn moment(day: u32) -> Moment {
        let today = NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        Moment { today, policy: Some(Version(1)), calendar: Some(7) }
    }

    async fn record(store: &EventStore, stream: &StreamId) {
        let event = NewEvent {
            event_type: format!("{}.said", stream.family()),
            schema: 1,
            area: Uuid::nil(),
            occurred_at: None,
            policy: None,
            calendar: None,
            public: serde_json::json!({}),
            boxes: Vec::new(),
            keys: Vec::new(),
        };
        let write = Write { stream: stream.clone(), expected: Expected::Any, events: vec![event] };
        let append = Append {
            command: CommandId(random_bytes()),
            fingerprint: [0; 32],
            actor: "system/start".to_owned(),
            role: "system".to_owned(),
            access: None,
            writes: vec![write],
            checks: Vec::new(),
        };
        store.append(append).await.unwrap();
    }

    #[tokio::test]
    async fn an_answer_is_told_again_until_something_happens_to_its_issue() {
        let store = EventStore::start(Arc::new(MemoryLog::default()), Arc::new(|| 1_795_674_600_000)).await.unwrap();
        let (answers, id) = (Answers::default(), IssueId(Uuid::from_u128(1)));
        let (this, other) = (Issue::stream(id), Issue::stream(IssueId(Uuid::from_u128(2))));
        record(&store, &this).await;
        assert!(answers.get(&store, id).await.unwrap().is_none());
        let text = "{\"subject\":\"楼道灯不亮\"}".repeat(100);
        let put = async |version, known_at| {
            let told = Telling { version: Version(version), whose: None, text: text.as_bytes() };
            answers.put(id, told, moment(19), Position(known_at)).await;
        };
        let told = async || answers.get(&store, id).await.unwrap();
        put(1, 1).await;
        assert_eq!(told().await.unwrap().text(&moment(19)).as_deref(), Some(text.as_bytes()));
        for later in
            [moment(20), Moment { policy: Some(Version(2)), ..moment(19) }, Moment { calendar: Some(8), ..moment(19) }]
        {
            assert_eq!(told().await.unwrap().text(&later), None);
        }
        record(&store, &other).await;
        assert!(told().await.is_some());
        record(&store, &this).await;
        assert!(told().await.is_none());
        // Made of what was read before the log was looked through that far: it is asked for, and found too old.
        put(1, 2).await;
        assert!(told().await.is_none());
        put(2, 2).await;
        assert_eq!(told().await.unwrap().version, Version(2));
        // What a slower reader made of an earlier version does not take its place.
        put(1, 3).await;
        assert_eq!(told().await.unwrap().version, Version(2));
    }

    #[tokio::test]
    async fn an_answer_like_all_others_takes_less_than_half() {
        let answers = Answers::default();
        let mut all = 0;
        for (n, line) in SAMPLE.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).enumerate() {
            let id = IssueId(Uuid::from_u128(n.try_into().unwrap()));
            let text = String::from_utf8_lossy(line).replace('9', "8").replace('1', "7");
            let told = Telling { version: Version(1), whose: None, text: text.as_bytes() };
            answers.put(id, told, moment(19), Position(0)).await;
            all += text.len();
        }
        let size = answers.size();
        assert!(size.entries > 5 && size.bytes < all, "{size:?} of {all}");
        let packed = size.bytes - size.entries * (size_of::<Told>() + 100);
        assert!(packed < all / 2, "{packed} of {all}");
    }
}
