//! Folded states of single streams, now or as of a position, with the boxes that belong to them.

use crate::casework::Casework;
use crate::personal::{self, KeptBox, Part};
use crate::read::cache::Cache;
use crate::write::context::Call;
use crate::write::failure::Failure;
use chrono::{DateTime, NaiveDate, TimeZone as _, Utc};
use domain::event::Event;
use domain::ids::{AreaId, IssueId, MajorIssueId, ReceptionId};
use domain::issue::Issue;
use domain::major_issue::MajorIssue;
use domain::reception::Reception;
use domain::refusal::{Code, Refusal};
use domain::rules::Rules;
use domain::{Fold, Stamp};
use event_store::leaf::Leaf;
use event_store::{Position, Recorded, StreamId, SubjectId, Version};
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// Events read at once while a stream is folded.
const PAGE: usize = 256;

/// Bytes of one generation of remembered issues, of two: about six thousand issues each, with their texts.
const ISSUES_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The same for major issues, which are few.
const MAJOR_ISSUES_BYTES_MAX: usize = 4 * 1024 * 1024;

/// One stream, folded.
#[derive(Clone, Debug, Default)]
pub struct File<S> {
    /// The state.
    pub state: S,
    /// Version it is at.
    pub version: Version,
    /// Position of its newest event.
    pub position: Position,
    /// Whose narrative parts the stream holds; the first subject that appears in it.
    pub subject: Option<SubjectId>,
    /// Every box of the stream, in order.
    pub boxes: Vec<KeptBox>,
    opened: OnceLock<Arc<Vec<Part>>>,
}

impl<S: Fold> File<S> {
    /// Takes one more event into account. `said` is what its boxes say, where that is known: nobody needs to open what
    /// was sealed a moment ago.
    pub(crate) fn apply(&mut self, event: &S::Event, stamp: &Stamp, boxes: Vec<KeptBox>, said: &[Part]) {
        self.state.apply(event, stamp);
        self.version = Version(stamp.version);
        self.position = Position(stamp.position);
        self.subject = self.subject.or_else(|| boxes.first().map(|first| first.subject));
        if boxes.is_empty() {
            return;
        }
        let before = if self.boxes.is_empty() { Some(Arc::default()) } else { self.opened.take() };
        self.opened = match before {
            Some(before) if said.len() == boxes.len() => OnceLock::from(Arc::new([before.as_slice(), said].concat())),
            Some(_) | None => OnceLock::new(),
        };
        self.boxes.extend(boxes);
    }
}

impl<S> File<S> {
    /// About what it takes in memory: the state, and each box sealed and opened.
    fn bytes(&self) -> usize {
        let boxes = self.boxes.iter().map(|kept| 2 * (kept.bytes.len() + size_of::<KeptBox>())).sum::<usize>();
        // What a state allocates beside itself is little.
        size_of::<Self>() + 512 + boxes
    }

    /// What the boxes of one event say, in their order; opened once and kept with the file.
    pub async fn parts(&self, casework: &Casework, version: u64) -> Result<Vec<(&KeptBox, Part)>, Failure> {
        let parts = match self.opened.get() {
            Some(parts) => Arc::clone(parts),
            None => {
                let parts = Arc::new(casework.open_recorded(&self.boxes).await?);
                Arc::clone(self.opened.get_or_init(|| parts))
            }
        };
        let of_event = self.boxes.iter().zip(parts.iter()).filter(|(kept, _)| kept.version.0 == version);
        Ok(of_event.map(|(kept, part)| (kept, part.clone())).collect())
    }
}

/// What a leaf's envelope says to a fold.
pub fn stamp(position: Position, leaf: &Leaf) -> Stamp {
    Stamp {
        position: position.0,
        version: leaf.version.0,
        occurred_at: instant(leaf.occurred_at),
        recorded_at: instant(leaf.recorded_at),
        policy: leaf.policy.map(|position| position.0),
        calendar: leaf.calendar.map(|position| position.0),
    }
}

/// Milliseconds as an instant; beyond chrono's range the nearest it has.
pub fn instant(ms: i64) -> DateTime<Utc> {
    Utc.timestamp_millis_opt(ms).single().unwrap_or(if ms < 0 {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    })
}

/// A stored event with its envelope, decoded.
pub fn decode(recorded: &Recorded) -> Result<(Leaf, Event), Failure> {
    let leaf = recorded.leaf()?;
    let event = Event::decode(&leaf.event_type, leaf.schema, leaf.public.clone())
        .map_err(|error| Failure::Fault(format!("position {}: {error}", recorded.position)))?;
    Ok((leaf, event))
}

/// The id that a stream is named by.
///
/// Errors: [`Failure::Fault`] for a stream that no id names: what lies there is nobody's.
pub fn id_of(stream: &StreamId) -> Result<Uuid, Failure> {
    stream.uuid().ok_or_else(|| Failure::Fault(format!("{stream} is named by no id")))
}

/// Until when a state is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// The newest.
    Now,
    /// After the first so many leaves.
    Position(Position),
}

/// The bounded caches of newest states.
pub struct Caches {
    pub(crate) issues: Cache<Uuid, File<Issue>>,
    pub(crate) major_issues: Cache<Uuid, File<MajorIssue>>,
}

impl Caches {
    pub(crate) fn new() -> Self {
        Self { issues: Cache::new(ISSUES_BYTES_MAX), major_issues: Cache::new(MAJOR_ISSUES_BYTES_MAX) }
    }
}

/// A thing whose life is one stream of its own: what loading, deciding and recording must know of its family.
pub trait Entity: Fold<Event: Clone + Into<Event>> + Clone {
    /// What names its stream.
    type Id: Copy + Into<Uuid>;

    /// Family of its stream.
    const FAMILY: &'static str;

    /// An event of the family; any other in its stream is a fault.
    fn event(event: Event) -> Option<Self::Event>;

    /// Where its newest state is remembered: nowhere, unless it is read again and again.
    fn cache(_: &Caches) -> Option<&Cache<Uuid, File<Self>>> {
        None
    }

    /// In whose scope its events happen: a grid, or the town.
    fn area(&self) -> AreaId;

    /// Position of the policy version that it runs under.
    fn policy(&self) -> Option<u64>;

    /// The days between which a decision counted, today among them: what is recorded relies on the calendars of their
    /// years.
    fn counted_days(&self, rules: &Rules<'_>, event: &Self::Event) -> Vec<NaiveDate>;

    /// The stream of the thing with this id.
    fn stream(id: Self::Id) -> StreamId {
        StreamId::of(Self::FAMILY, id.into())
    }
}

impl Casework {
    /// A thing now or as of a position, or [`Failure::NotFound`].
    pub async fn load<S: Entity>(&self, id: S::Id, as_of: AsOf) -> Result<Arc<File<S>>, Failure> {
        let stream = S::stream(id);
        let Some(cache) = S::cache(&self.caches).filter(|_| as_of == AsOf::Now) else {
            return self.fold(&stream, as_of).await.map(Arc::new);
        };
        let head = self.store.stream_head(&stream).await?;
        if let Some(file) = cache.get(&id.into(), head.version.0) {
            return Ok(file);
        }
        let file = Arc::new(self.fold(&stream, as_of).await?);
        self.remember(id, &file);
        Ok(file)
    }

    /// An issue.
    pub async fn issue(&self, id: IssueId, as_of: AsOf) -> Result<Arc<File<Issue>>, Failure> {
        self.load(id, as_of).await
    }

    /// A major issue.
    pub async fn major_issue(&self, id: MajorIssueId, as_of: AsOf) -> Result<Arc<File<MajorIssue>>, Failure> {
        self.load(id, as_of).await
    }

    /// A reception.
    pub async fn reception(&self, id: ReceptionId, as_of: AsOf) -> Result<Arc<File<Reception>>, Failure> {
        self.load(id, as_of).await
    }

    /// What a command is about, as it now is; `If-Match`, if given, has its version among those it names.
    pub(crate) async fn load_if_match<S: Entity>(&self, call: &Call, id: S::Id) -> Result<Arc<File<S>>, Failure> {
        let file = self.load::<S>(id, AsOf::Now).await?;
        if call.matches(file.version) { Ok(file) } else { Err(Failure::Stale { actual: file.version }) }
    }

    /// Another thing, which the body names; an unknown one does not fit.
    pub(crate) async fn load_named<S: Entity>(&self, id: S::Id, pointer: &str) -> Result<Arc<File<S>>, Failure> {
        match self.load(id, AsOf::Now).await {
            Err(Failure::NotFound) => Err(Refusal::new(Code::UnknownId).at(pointer).into()),
            found => found,
        }
    }

    pub(crate) fn remember<S: Entity>(&self, id: S::Id, file: &Arc<File<S>>) {
        if let Some(cache) = S::cache(&self.caches) {
            cache.put(id.into(), file.version.0, file.bytes(), Arc::clone(file));
        }
    }

    /// The events of a thing up to a version, with what their envelopes say.
    pub(crate) async fn events<S: Entity>(&self, id: S::Id, until: Version) -> Result<Vec<(S::Event, Stamp)>, Failure> {
        let stream = S::stream(id);
        let mut events = Vec::new();
        let mut after = Version(0);
        while after < until {
            let page = self.store.read_stream(&stream, after, PAGE).await?;
            if page.is_empty() {
                break;
            }
            for recorded in &page {
                let (leaf, event) = decode(recorded)?;
                after = leaf.version;
                if after > until {
                    break;
                }
                events.push((of_family::<S>(event, recorded, &stream)?, stamp(recorded.position, &leaf)));
            }
        }
        Ok(events)
    }

    async fn fold<S: Entity>(&self, stream: &StreamId, as_of: AsOf) -> Result<File<S>, Failure> {
        let mut file = File {
            state: S::default(),
            version: Version(0),
            position: Position(0),
            subject: None,
            boxes: Vec::new(),
            opened: OnceLock::new(),
        };
        loop {
            let page = self.store.read_stream(stream, file.version, PAGE).await?;
            let full = page.len() == PAGE;
            for recorded in &page {
                if matches!(as_of, AsOf::Position(last) if recorded.position > last) {
                    return if file.version.0 == 0 { Err(Failure::NotFound) } else { Ok(file) };
                }
                let (leaf, event) = decode(recorded)?;
                let event = of_family::<S>(event, recorded, stream)?;
                file.apply(&event, &stamp(recorded.position, &leaf), personal::kept(recorded, &leaf), &[]);
            }
            if !full {
                return if file.version.0 == 0 { Err(Failure::NotFound) } else { Ok(file) };
            }
        }
    }
}

fn of_family<S: Entity>(event: Event, recorded: &Recorded, stream: &StreamId) -> Result<S::Event, Failure> {
    S::event(event).ok_or_else(|| {
        Failure::Fault(format!("position {}: an event of another family in {stream}", recorded.position))
    })
}
