//! Folded states of single streams, now or as of a position, with the boxes that belong to them.

use crate::cache::Cache;
use crate::casework::Casework;
use crate::failure::Failure;
use crate::personal::{self, KeptBox, Part};
use crate::transact::Envelope;
use chrono::{DateTime, TimeZone as _, Utc};
use domain::event::Event;
use domain::ids::{IssueId, MajorIssueId, ReceptionId};
use domain::issue::{Issue, IssueEvent};
use domain::major_issue::{MajorIssue, MajorIssueEvent};
use domain::reception::{Reception, ReceptionEvent};
use domain::{Fold, Stamp};
use event_store::leaf::Leaf;
use event_store::{Appended, Position, Recorded, SealedBox, StreamId, SubjectId, Version};
use std::sync::{Arc, OnceLock};

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

impl<S: Fold> File<S> {
    /// Takes the event that was just appended to `stream`, with the boxes it was appended with and what they say.
    #[expect(clippy::too_many_arguments, reason = "all that a leaf would have said")]
    pub(crate) fn take_new(
        &mut self,
        stream: &StreamId,
        event: &S::Event,
        envelope: &Envelope,
        sealed: &[SealedBox],
        said: &[Part],
        position: Position,
        appended: &Appended,
    ) {
        let recorded_at = instant(appended.recorded_at);
        let stamp = Stamp {
            position: position.0,
            version: self.version.0 + 1,
            occurred_at: envelope.occurred_at.map_or(recorded_at, instant),
            recorded_at,
            policy: envelope.policy,
            calendar: envelope.calendar,
        };
        let boxes = sealed.iter().enumerate().map(|(index, sealed)| KeptBox {
            stream: stream.clone(),
            version: Version(stamp.version),
            index,
            class: sealed.class.to_owned(),
            subject: sealed.subject,
            commitment: sealed.commitment,
            bytes: bytes::Bytes::copy_from_slice(&sealed.bytes),
        });
        let boxes = boxes.collect();
        self.apply(event, &stamp, boxes, said);
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

/// Until when a state is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// The newest.
    Now,
    /// After the first so many leaves.
    Position(Position),
}

/// The bounded caches of newest states.
pub(crate) struct Caches {
    issues: Cache<IssueId, File<Issue>>,
    major_issues: Cache<MajorIssueId, File<MajorIssue>>,
}

impl Caches {
    pub fn new() -> Self {
        Self { issues: Cache::new(ISSUES_BYTES_MAX), major_issues: Cache::new(MAJOR_ISSUES_BYTES_MAX) }
    }
}

impl Casework {
    /// An issue, or [`Failure::NotFound`].
    pub async fn issue(&self, id: IssueId, as_of: AsOf) -> Result<Arc<File<Issue>>, Failure> {
        let stream = StreamId::of("issue", id.0);
        if as_of != AsOf::Now {
            return self.fold(&stream, as_of, issue_event).await.map(Arc::new);
        }
        let head = self.store.stream_head(&stream).await?;
        if let Some(file) = self.caches.issues.get(&id, head.version.0) {
            return Ok(file);
        }
        let file = Arc::new(self.fold(&stream, as_of, issue_event).await?);
        self.remember_issue(id, &file);
        Ok(file)
    }

    /// A major issue, or [`Failure::NotFound`].
    pub async fn major_issue(&self, id: MajorIssueId, as_of: AsOf) -> Result<Arc<File<MajorIssue>>, Failure> {
        let stream = StreamId::of("major_issue", id.0);
        if as_of != AsOf::Now {
            return self.fold(&stream, as_of, major_issue_event).await.map(Arc::new);
        }
        let head = self.store.stream_head(&stream).await?;
        if let Some(file) = self.caches.major_issues.get(&id, head.version.0) {
            return Ok(file);
        }
        let file = Arc::new(self.fold(&stream, as_of, major_issue_event).await?);
        self.remember_major_issue(id, &file);
        Ok(file)
    }

    /// A reception, or [`Failure::NotFound`].
    pub async fn reception(&self, id: ReceptionId, as_of: AsOf) -> Result<Arc<File<Reception>>, Failure> {
        self.fold(&StreamId::of("reception", id.0), as_of, reception_event).await.map(Arc::new)
    }

    /// The events of an issue up to a version, with what their envelopes say.
    pub(crate) async fn issue_events(&self, id: IssueId, until: Version) -> Result<Vec<(IssueEvent, Stamp)>, Failure> {
        self.events(&StreamId::of("issue", id.0), until, issue_event).await
    }

    /// The events of a reception up to a version, with what their envelopes say.
    pub(crate) async fn reception_events(
        &self,
        id: ReceptionId,
        until: Version,
    ) -> Result<Vec<(ReceptionEvent, Stamp)>, Failure> {
        self.events(&StreamId::of("reception", id.0), until, reception_event).await
    }

    async fn events<E>(
        &self,
        stream: &StreamId,
        until: Version,
        family: fn(Event) -> Option<E>,
    ) -> Result<Vec<(E, Stamp)>, Failure> {
        let mut events = Vec::new();
        let mut after = Version(0);
        while after < until {
            let page = self.store.read_stream(stream, after, PAGE).await?;
            if page.is_empty() {
                break;
            }
            for recorded in &page {
                let (leaf, event) = decode(recorded)?;
                after = leaf.version;
                if after > until {
                    break;
                }
                events.push((of_family(event, family, recorded, stream)?, stamp(recorded.position, &leaf)));
            }
        }
        Ok(events)
    }

    pub(crate) fn remember_issue(&self, id: IssueId, file: &Arc<File<Issue>>) {
        self.caches.issues.put(id, file.version.0, file.bytes(), Arc::clone(file));
    }

    pub(crate) fn remember_major_issue(&self, id: MajorIssueId, file: &Arc<File<MajorIssue>>) {
        self.caches.major_issues.put(id, file.version.0, file.bytes(), Arc::clone(file));
    }

    async fn fold<S: Fold>(
        &self,
        stream: &StreamId,
        as_of: AsOf,
        family: fn(Event) -> Option<S::Event>,
    ) -> Result<File<S>, Failure> {
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
                let event = of_family(event, family, recorded, stream)?;
                file.apply(&event, &stamp(recorded.position, &leaf), personal::kept(recorded, &leaf), &[]);
            }
            if !full {
                return if file.version.0 == 0 { Err(Failure::NotFound) } else { Ok(file) };
            }
        }
    }
}

fn of_family<E>(
    event: Event,
    family: fn(Event) -> Option<E>,
    recorded: &Recorded,
    stream: &StreamId,
) -> Result<E, Failure> {
    family(event).ok_or_else(|| {
        Failure::Fault(format!("position {}: an event of another family in {stream}", recorded.position))
    })
}

// What a stream of a family holds; an event of any other family in it is a fault.

fn issue_event(event: Event) -> Option<IssueEvent> {
    if let Event::Issue(event) = event { Some(event) } else { None }
}

fn major_issue_event(event: Event) -> Option<MajorIssueEvent> {
    if let Event::MajorIssue(event) = event { Some(event) } else { None }
}

fn reception_event(event: Event) -> Option<ReceptionEvent> {
    if let Event::Reception(event) = event { Some(event) } else { None }
}
