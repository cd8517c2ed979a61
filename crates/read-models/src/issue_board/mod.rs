//! The issue board: one row per issue, open or not, for `GET /v1/issues`.

mod query;
mod row;

pub(crate) use query::list;
pub use query::{Answered, IssueQuery, IssueSort};
pub use row::{AnswerFacts, IssueRow, SealedText};

use crate::columns::{Columns, upsert};
use crate::decode::{Fact, fact, family};
use crate::failure::Failure;
use crate::projection::{Definition, Projection};
use crate::recent::Recent;
use crate::reference::Reference;
use async_trait::async_trait;
use chrono_tz::Tz;
use domain::Fold;
use domain::event::Event;
use domain::ids::IssueId;
use domain::issue::{Issue, IssueEvent};
use event_store::{EventStore, Position, Recorded, StreamId, Version};
use sqlx::SqliteConnection;
use std::collections::HashMap;

/// The model.
pub(crate) const DEFINITION: Definition = Definition {
    name: "issue_board",
    version: 1,
    tables: include_str!("../../migrations/issue_board.sql"),
    make: |zone| Box::new(IssueBoard::new(zone)),
};

/// Issues of each generation kept in memory; about 2 KB each.
const RECENT_ISSUES: usize = 4_096;
/// Events of one stream read at once.
const STREAM_PAGE_MAX: usize = 256;
/// Open issues written together when a calendar changed.
const OPEN_ROWS: i64 = 512;

/// An issue in memory: its state, and the box that the board shows.
#[derive(Debug, Default)]
struct Entry {
    issue: Issue,
    subject: Option<SealedText>,
}

struct IssueBoard {
    zone: Tz,
    reference: Reference,
    /// A calendar came since the last write: every row's marks are in question.
    calendars_changed: bool,
    /// Issues whose row must be written.
    touched: HashMap<IssueId, Box<Entry>>,
    /// Boxed, as above: a map that grows moves its values, and these are long.
    recent: Recent<IssueId, Box<Entry>>,
}

impl IssueBoard {
    fn new(zone: Tz) -> Self {
        Self {
            zone,
            reference: Reference::default(),
            calendars_changed: false,
            touched: HashMap::new(),
            recent: Recent::new(RECENT_ISSUES),
        }
    }

    /// The issue as it was before `fact`: from memory, else from its stream.
    async fn before(&mut self, id: IssueId, fact: &Fact, log: &EventStore) -> Result<Box<Entry>, Failure> {
        if let Some(entry) = self.touched.remove(&id).or_else(|| self.recent.take(&id)) {
            return Ok(entry);
        }
        read_issue(&fact.leaf.stream, fact.stamp.version.saturating_sub(1), log).await
    }

    /// Writes every open issue's row again, since a new calendar may move its marks. Rare: a calendar is published
    /// once or twice a year.
    async fn write_open(&mut self, rows: &mut SqliteConnection, log: &EventStore) -> Result<(), Failure> {
        let mut after = String::new();
        loop {
            let open = sqlx::query(
                "select issue_id, version from issue_board where is_open and issue_id > $1 order by issue_id limit $2",
            )
            .bind(&after)
            .bind(OPEN_ROWS)
            .fetch_all(&mut *rows)
            .await?;
            let Some(last) = open.last() else { return Ok(()) };
            after = Columns::of(last).get()?;
            let mut written = Vec::with_capacity(open.len());
            for row in &open {
                let mut columns = Columns::of(row);
                let id = IssueId(columns.id()?);
                let version = columns.version()?.0;
                // A touched one is written with the rest; its row here is already the past.
                if self.touched.contains_key(&id) {
                    continue;
                }
                let entry = match self.recent.take(&id) {
                    Some(entry) => entry,
                    None => read_issue(&StreamId::of("issue", id.0), version, log).await?,
                };
                written.push(self.row(id, &entry));
                self.recent.put(id, entry);
            }
            upsert(rows, "issue_board", row::COLUMNS, 1, &written, IssueRow::bind).await?;
        }
    }

    fn row(&self, id: IssueId, entry: &Entry) -> IssueRow {
        IssueRow::of(id, &entry.issue, entry.subject.as_ref(), &self.reference, self.zone)
    }
}

/// The issue as it was at a version, from its stream.
async fn read_issue(stream: &StreamId, version: u64, log: &EventStore) -> Result<Box<Entry>, Failure> {
    let mut entry = Box::<Entry>::default();
    while entry.issue.version < version {
        let page = log.read_stream(stream, Version(entry.issue.version), STREAM_PAGE_MAX).await?;
        if page.is_empty() {
            return Err(Failure::Missing { stream: stream.clone(), version: Version(version) });
        }
        for recorded in &page {
            if entry.issue.version == version {
                break;
            }
            entry.apply(&fact(recorded)?, recorded)?;
        }
    }
    Ok(entry)
}

impl Entry {
    fn apply(&mut self, fact: &Fact, recorded: &Recorded) -> Result<(), Failure> {
        let Event::Issue(event) = &fact.event else {
            return Err(fact.misplaced());
        };
        fact.follows(self.issue.version)?;
        let raises = matches!(event, IssueEvent::Raised(_));
        if raises != (fact.stamp.version == 1) {
            return Err(fact.misplaced());
        }
        self.issue.apply(event, &fact.stamp);
        if raises {
            self.subject = subject_box(fact, recorded);
        }
        Ok(())
    }
}

/// The box that holds the issue's subject: the narrative that it was raised with.
fn subject_box(fact: &Fact, recorded: &Recorded) -> Option<SealedText> {
    let index = fact.leaf.boxes.iter().position(|known| known.class == "narrative")?;
    Some(SealedText {
        subject: fact.leaf.boxes[index].subject,
        stream: fact.leaf.stream.clone(),
        version: fact.leaf.version,
        index: u32::try_from(index).ok()?,
        commitment: fact.leaf.boxes[index].commitment,
        bytes: recorded.boxes.get(index)?.to_vec(),
    })
}

#[async_trait]
impl Projection for IssueBoard {
    async fn prepare(&mut self, log: &EventStore, position: Position) -> Result<(), Failure> {
        self.reference = Reference::read(log, position).await?;
        Ok(())
    }

    async fn fold(&mut self, event: &Recorded, log: &EventStore) -> Result<(), Failure> {
        let family = family(event);
        if Reference::wants(family) {
            self.calendars_changed |= self.reference.apply(&fact(event)?);
        } else if family == "issue" {
            let fact = fact(event)?;
            let id = IssueId(fact.uuid()?);
            let mut entry = self.before(id, &fact, log).await?;
            entry.apply(&fact, event)?;
            self.touched.insert(id, entry);
        }
        Ok(())
    }

    async fn write(&mut self, rows: &mut SqliteConnection, log: &EventStore) -> Result<(), Failure> {
        if std::mem::take(&mut self.calendars_changed) {
            self.write_open(rows, log).await?;
        }
        let mut written: Vec<IssueRow> = self.touched.iter().map(|(id, entry)| self.row(*id, entry)).collect();
        // In the order of the key, which is that of time: neighbours share pages.
        written.sort_unstable_by_key(|row| row.issue_id);
        upsert(rows, "issue_board", row::COLUMNS, 1, &written, IssueRow::bind).await?;
        for (id, entry) in self.touched.drain() {
            self.recent.put(id, entry);
        }
        Ok(())
    }
}
