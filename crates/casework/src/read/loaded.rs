//! A stream folded into the state of its thing, and what is to be known of a family.

use crate::personal::{KeptBox, Part};
use crate::read::cache::{Cache, Size};
use chrono::NaiveDate;
use domain::access::{Action, Line, Thing};
use domain::event::Event;
use domain::event_type::Stored;
use domain::ids::{AccountId, AreaId};
use domain::issue::Issue;
use domain::major_issue::MajorIssue;
use domain::rules::Rules;
use domain::session::Session;
use domain::{Fold, Stamp};
use event_store::{Position, StreamId, SubjectId, Version};
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// Bytes of remembered issues: some five thousand, with their texts. They are there for commands; what only asks is served
/// from what was answered before.
const ISSUES_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The same for major issues, which are few.
const MAJOR_ISSUES_BYTES_MAX: usize = 4 * 1024 * 1024;
/// And for sessions: those of some months are looked at again and again.
const SESSIONS_BYTES_MAX: usize = 4 * 1024 * 1024;

/// One stream, folded.
#[derive(Clone, Debug, Default)]
pub struct Loaded<S> {
    /// The state.
    pub state: S,
    /// Version it is at.
    pub version: Version,
    /// Position of its first event.
    pub first: Position,
    /// Position of its newest event.
    pub position: Position,
    /// Whose narrative parts the stream holds; the first subject that appears in it.
    pub subject: Option<SubjectId>,
    /// Every box of the stream, in order.
    pub boxes: Vec<KeptBox>,
    /// The account that recorded its first event; nothing where the system or a visitor did.
    pub begun_by: Option<AccountId>,
    /// How often personal data had been erased when it was read: what was opened before the last time is not remembered.
    pub(super) erasure_epoch: u32,
    /// What the boxes say, once somebody has opened them.
    pub(super) opened: OnceLock<Arc<Vec<Part>>>,
}

impl<S: Fold> Loaded<S> {
    /// A thing of which only the version is known: what is appended to it hangs on nothing that it says.
    pub(crate) fn unread(version: Version) -> Self {
        let (state, first, position) = (S::default(), Position::default(), Position::default());
        let (boxes, opened) = (Vec::new(), OnceLock::new());
        Self { state, version, first, position, subject: None, boxes, begun_by: None, erasure_epoch: 0, opened }
    }

    /// Takes one more event into account. `said` is what its boxes say, where that is known: nobody needs to open what
    /// was sealed a moment ago.
    pub(crate) fn apply(&mut self, event: &S::Event, stamp: &Stamp, boxes: Vec<KeptBox>, said: Vec<Part>) {
        if self.version.0 == 0 {
            self.begun_by = stamp.account;
            self.first = Position(stamp.position);
        }
        self.state.apply(event, stamp);
        self.version = Version(stamp.version);
        self.position = Position(stamp.position);
        self.subject = self.subject.or_else(|| boxes.first().map(|first| first.subject));
        if boxes.is_empty() {
            return;
        }
        let before = if self.boxes.is_empty() { Some(Arc::default()) } else { self.opened.take() };
        self.opened = match before {
            Some(before) if said.len() == boxes.len() => {
                let mut opened = Arc::unwrap_or_clone(before);
                opened.extend(said);
                OnceLock::from(Arc::new(opened))
            }
            Some(_) | None => OnceLock::new(),
        };
        self.boxes.extend(boxes);
    }
}

impl<S: Entity> Loaded<S> {
    /// About what it takes in memory: the state, and each box sealed and opened.
    pub(super) fn bytes(&self) -> usize {
        // Sealed, with its names, and opened, as a map.
        let boxes = self.boxes.iter().map(|kept| 2 * kept.bytes.len() + size_of::<KeptBox>() + 1024).sum::<usize>();
        size_of::<Self>() + self.state.allocated() + boxes
    }
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
    pub(crate) issues: Cache<Uuid, Loaded<Issue>>,
    pub(crate) major_issues: Cache<Uuid, Loaded<MajorIssue>>,
    pub(crate) sessions: Cache<Uuid, Loaded<Session>>,
}

impl Caches {
    pub(crate) fn new() -> Self {
        Self {
            issues: Cache::new(ISSUES_BYTES_MAX),
            major_issues: Cache::new(MAJOR_ISSUES_BYTES_MAX),
            sessions: Cache::new(SESSIONS_BYTES_MAX),
        }
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        let Self { issues, major_issues, sessions } = self;
        issues.clear();
        major_issues.clear();
        sessions.clear();
    }

    /// What they hold, by name.
    pub(crate) fn sizes(&self) -> [(&'static str, Size); 3] {
        [("issues", self.issues.size()), ("major_issues", self.major_issues.size()), ("sessions", self.sessions.size())]
    }
}

/// A thing whose life is one stream of its own: what loading, deciding and recording must know of its family.
pub trait Entity: Fold<Event: Clone + Into<Event> + Stored> + Clone {
    /// What names its stream.
    type Id: Copy + Into<Uuid>;

    /// Family of its stream.
    const FAMILY: &'static str;

    /// The action that reads one.
    const READ: Action;

    /// What access turns on of it, beside its grid and who began it. What belongs to a grid and to no delegate is of both
    /// lines.
    fn thing(&self, _: Self::Id) -> Thing {
        Thing { line: Line::Both, ..Thing::default() }
    }

    /// An event of the family; any other in its stream is a fault.
    fn event(event: Event) -> Option<Self::Event>;

    /// Where its newest state is remembered: nowhere, unless it is read again and again.
    fn cache(_: &Caches) -> Option<&Cache<Uuid, Loaded<Self>>> {
        None
    }

    /// About how many bytes its state allocates beside itself, where it is remembered: little.
    fn allocated(&self) -> usize {
        512
    }

    /// In whose scope its events happen: a grid; nothing where that is the town.
    fn area(&self) -> Option<AreaId>;

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
