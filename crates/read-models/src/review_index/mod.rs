//! The review index: which issues, receptions, sessions, undertakings and appraisals an annual review has to fold. A review's figures
//! come from leaves alone; this model only spares it the rest of the log. It may name a stream too many, never one too few.

mod chunk;
mod question;
mod touch;

pub(crate) use question::review_streams;
pub use question::{ReviewOf, ReviewStreams};

use crate::engine::columns::Value;
use crate::engine::decode::Fact;
use crate::engine::failure::Failure;
use crate::engine::projection::{Changes, Definition, Family, LogEntry, Projection, Written};
use crate::engine::recent::Recent;
use crate::engine::replay::Log;
use crate::engine::table::Table;
use async_trait::async_trait;
use chrono::Datelike as _;
use chrono_tz::Tz;
use chunk::{Begun, Kind};
use domain::event::Event;
use event_store::Position;
use foldhash::HashMap;
use touch::{Of, Touch, Waiting};
use uuid::Uuid;

/// The model.
pub(crate) const DEFINITION: Definition = Definition {
    name: "review_index",
    version: 7,
    families: &[Family::Issue, Family::Reception, Family::Session, Family::Undertaking, Family::Appraisal],
    schema: include_str!("../../migrations/review_index.sql"),
    tables: &[STREAMS, WAITING],
    views: Vec::new,
    indexes: "",
    memory_max: 2 * RECENT_STREAMS * STREAM_BYTES,
    make: |zone| {
        Box::new(ReviewIndex {
            zone,
            touched: HashMap::default(),
            recent: Recent::new(RECENT_STREAMS),
            begun: Vec::new(),
        })
    },
};

/// Issues and sessions of each generation kept in memory.
const RECENT_STREAMS: usize = 8_192;
/// About how many bytes one of them takes.
const STREAM_BYTES: usize = 256;
/// Most years that a wait is spread over; a promise further back is damage, not service.
const WAITING_YEARS_MAX: i32 = 50;

const STREAMS: Table = Table {
    name: "review_stream",
    columns: &["year", "of_kind", "of_id", "chunk", "streams"],
    key_columns: 4,
    steady: &[],
    ids: &[],
    days: &[],
};
const WAITING: Table = Table {
    name: "review_waiting",
    columns: &["stream_id", "of_kind", "of_id", "since_year", "first_position"],
    key_columns: 3,
    steady: &[],
    ids: &[],
    days: &[],
};

/// What the index remembers of a stream: every year and everybody it was ever about.
#[derive(Debug, Default)]
struct Known {
    version: u64,
    first_position: u64,
    years: Vec<i32>,
    of: Vec<Of>,
    /// The year of the first word that is still owed.
    waiting_since: Option<i32>,
    /// Whether it stood among those that wait at the last write.
    waiting_written: bool,
}

impl Known {
    /// Takes an event into account. Everybody's years meet everybody: new pairs go to `rows`.
    fn apply(&mut self, fact: &Fact, zone: Tz, mut new: impl FnMut(i32, Of)) -> Result<(), Failure> {
        fact.follows(self.version)?;
        let first = fact.stamp.version == 1;
        let (begins, touch) = touch::of(fact, zone).ok_or_else(|| fact.misplaced())?;
        // A session may be planned again.
        let in_place = begins == first || begins && matches!(fact.event, Event::Session(_));
        if !in_place {
            return Err(fact.misplaced());
        }
        if first {
            self.first_position = fact.stamp.position;
        }
        self.version = fact.stamp.version;
        let Touch { mut years, of, waiting } = touch;
        if let Some(since) = self.waiting_since {
            // The years that went by without a word until now.
            let now = fact.stamp.recorded_at.with_timezone(&zone).year();
            years.extend(since.max(now - WAITING_YEARS_MAX)..=now);
        }
        match waiting {
            Waiting::AsBefore => {}
            Waiting::Since(year) => self.waiting_since = Some(self.waiting_since.map_or(year, |since| since.min(year))),
            Waiting::Over => self.waiting_since = None,
        }
        for id in of {
            if !self.of.contains(&id) {
                self.of.push(id);
                self.years.iter().for_each(|year| new(*year, id));
            }
        }
        for year in years {
            if !self.years.contains(&year) {
                self.years.push(year);
                self.of.iter().for_each(|id| new(year, *id));
            }
        }
        Ok(())
    }
}

struct ReviewIndex {
    zone: Tz,
    /// Issues and sessions touched since the last write.
    touched: HashMap<Uuid, Known>,
    recent: Recent<Uuid, Known>,
    begun: Vec<Begun>,
}

impl ReviewIndex {
    /// The stream as it was before `fact`, from its events.
    async fn read(&self, fact: &Fact, log: &Log) -> Result<Known, Failure> {
        let mut known = Known::default();
        log.replay_before(fact, |event| known.apply(event.fact()?, self.zone, |_, _| {})).await?;
        known.waiting_written = known.waiting_since.is_some();
        Ok(known)
    }

    /// Takes an event of a stream into account that is remembered, since more of them will follow.
    async fn touch(&mut self, kind: Kind, event: &LogEntry, log: &Log) -> Result<(), Failure> {
        let fact = event.fact()?;
        let id = fact.uuid()?;
        let mut known = match self.touched.remove(&id).or_else(|| self.recent.take(&id)) {
            Some(known) => known,
            None => self.read(fact, log).await?,
        };
        self.apply(&mut known, kind, id, fact)?;
        self.touched.insert(id, known);
        Ok(())
    }

    /// The same of a stream that is not remembered.
    async fn pass(&mut self, kind: Kind, fact: &Fact, log: &Log) -> Result<(), Failure> {
        let mut known = self.read(fact, log).await?;
        self.apply(&mut known, kind, fact.uuid()?, fact)
    }

    fn apply(&mut self, known: &mut Known, kind: Kind, stream_id: Uuid, fact: &Fact) -> Result<(), Failure> {
        let begins_at = if known.version == 0 { fact.stamp.position } else { known.first_position };
        let begun = &mut self.begun;
        known.apply(fact, self.zone, |year, of| {
            begun.push(Begun { year, of, first_position: begins_at, kind, stream_id });
        })
    }
}

/// Of which kind an undertaking is; nothing where no figure looks at it.
#[expect(clippy::wildcard_enum_match_arm, reason = "these are the undertakings that a review looks at")]
const fn undertaken(event: &Event) -> Option<Kind> {
    match event {
        Event::Study(_) => Some(Kind::Study),
        Event::Deed(_) => Some(Kind::Deed),
        Event::TypicalCase(_) => Some(Kind::TypicalCase),
        Event::Activity(_) => Some(Kind::Activity),
        Event::Meeting(_) => Some(Kind::Meeting),
        _ => None,
    }
}

#[async_trait]
impl Projection for ReviewIndex {
    async fn prepare(&mut self, _log: &Log, _position: Position) -> Result<(), Failure> {
        Ok(())
    }

    async fn fold(&mut self, event: &LogEntry, log: &Log) -> Result<(), Failure> {
        match event.family() {
            Family::Issue => self.touch(Kind::Issue, event, log).await?,
            Family::Session => self.touch(Kind::Session, event, log).await?,
            // Rarely touched again, so none is kept.
            Family::Reception => self.pass(Kind::Reception, event.fact()?, log).await?,
            Family::Appraisal => self.pass(Kind::Appraisal, event.fact()?, log).await?,
            Family::Undertaking => {
                let fact = event.fact()?;
                if let Some(kind) = undertaken(&fact.event) {
                    self.pass(kind, fact, log).await?;
                }
            }
            Family::MajorIssue
            | Family::Leave
            | Family::Area
            | Family::Delegate
            | Family::Office
            | Family::Obligation
            | Family::Reference
            | Family::Other => {}
        }
        Ok(())
    }

    async fn changes(&mut self, _written: &Written, _log: &Log) -> Result<Changes, Failure> {
        let mut begun = std::mem::take(&mut self.begun);
        let (mut waiting, mut over) = (Vec::new(), Vec::new());
        for (id, mut known) in self.touched.drain() {
            if let Some(since) = known.waiting_since {
                waiting.extend(known.of.iter().map(|of| (id, *of, since, known.first_position)));
            } else if known.waiting_written {
                over.push(id);
            }
            known.waiting_written = known.waiting_since.is_some();
            self.recent.put(id, known);
        }
        Ok(Box::new(move |rows| {
            waiting.sort_unstable();
            let changed = chunk::changed(rows.sql(), &rows.name(&STREAMS), &mut begun)?;
            rows.upsert(&STREAMS, &changed, |binds, (chunk, streams)| {
                let (year, of_kind, of_id, at) = *chunk;
                binds.push(year).push(of_kind).id(of_id).push(at).push(&streams[..]);
            })?;
            rows.upsert(&WAITING, &waiting, |binds, (id, of, since, first_position)| {
                let (of_kind, of_id) = of.stored();
                binds.id(*id).push(of_kind).id(of_id).push(i64::from(*since)).number(*first_position);
            })?;
            over.into_iter().try_for_each(|id| rows.delete(&WAITING, "stream_id = $1", &[Value::Id(id)]))
        }))
    }

    fn memory(&self) -> usize {
        (self.touched.len() + self.recent.len()) * STREAM_BYTES
    }
}
