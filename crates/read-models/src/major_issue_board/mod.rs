//! The board of major issues: one row each, for `GET /v1/major-issues`.

mod query;
mod row;

pub use query::{MajorIssueQuery, MajorIssueSort};
pub(crate) use query::{WITHIN, asked, each, list};
pub use row::MajorIssueRow;

use crate::engine::apply::apply_major_issue;
use crate::engine::decode::Fact;
use crate::engine::failure::Failure;
use crate::engine::projection::{Changes, Definition, Family, LogEntry, Projection, Written};
use crate::engine::recent::Recent;
use crate::engine::replay::Log;
use crate::engine::table::Table;
use async_trait::async_trait;
use chrono_tz::Tz;
use domain::ids::{AccountId, MajorIssueId};
use domain::major_issue::MajorIssue;
use event_store::Position;
use foldhash::HashMap;

/// The model.
pub(crate) const DEFINITION: Definition = Definition {
    name: "major_issue_board",
    version: 6,
    families: &[Family::MajorIssue],
    schema: include_str!("../../migrations/major_issue_board.sql"),
    tables: &[MAJOR_ISSUES],
    views: || vec![MAJOR_ISSUES.shown("major_issue_board", "")],
    indexes: include_str!("../../migrations/major_issue_board.indexes.sql"),
    memory_max: 2 * RECENT_MAJOR_ISSUES * MAJOR_ISSUE_BYTES,
    make: |zone| {
        Box::new(MajorIssueBoard { zone, touched: HashMap::default(), recent: Recent::new(RECENT_MAJOR_ISSUES) })
    },
};

const MAJOR_ISSUES: Table = Table {
    name: "major_issue_board_rows",
    columns: row::COLUMNS,
    key_columns: 1,
    steady: &[],
    ids: &["major_issue_id", "grid_id", "lead_office_id", "begun_by"],
    days: &["submitted_on", "due_on", "due_key"],
};

/// Major issues of each generation kept in memory; with 200 linked issues one takes about 5 KB.
const RECENT_MAJOR_ISSUES: usize = 512;
const MAJOR_ISSUE_BYTES: usize = 5_120;

/// A major issue in memory, and the account that escalated its first issue.
#[derive(Debug, Default)]
struct Entry {
    major_issue: MajorIssue,
    begun_by: Option<AccountId>,
}

impl Entry {
    fn apply(&mut self, fact: &Fact) -> Result<(), Failure> {
        if fact.stamp.version == 1 {
            self.begun_by = fact.stamp.account;
        }
        apply_major_issue(&mut self.major_issue, fact)
    }
}

struct MajorIssueBoard {
    zone: Tz,
    /// Major issues whose row must be written.
    touched: HashMap<MajorIssueId, Entry>,
    recent: Recent<MajorIssueId, Entry>,
}

impl MajorIssueBoard {
    /// The major issue as it was before `fact`: from memory, else from its stream.
    async fn before(&mut self, id: MajorIssueId, fact: &Fact, log: &Log) -> Result<Entry, Failure> {
        if let Some(entry) = self.touched.remove(&id).or_else(|| self.recent.take(&id)) {
            return Ok(entry);
        }
        let mut entry = Entry::default();
        log.replay_before(fact, |event| entry.apply(event.fact()?)).await?;
        Ok(entry)
    }
}

#[async_trait]
impl Projection for MajorIssueBoard {
    async fn prepare(&mut self, _log: &Log, _position: Position) -> Result<(), Failure> {
        Ok(())
    }

    async fn fold(&mut self, event: &LogEntry, log: &Log) -> Result<(), Failure> {
        let fact = event.fact()?;
        let id = MajorIssueId(fact.uuid()?);
        let mut entry = self.before(id, fact, log).await?;
        entry.apply(fact)?;
        self.touched.insert(id, entry);
        Ok(())
    }

    async fn changes(&mut self, _written: &Written, _log: &Log) -> Result<Changes, Failure> {
        let row = |(id, entry): (&MajorIssueId, &Entry)| {
            MajorIssueRow::of(*id, &entry.major_issue, entry.begun_by, self.zone)
        };
        let mut written: Vec<MajorIssueRow> = self.touched.iter().map(row).collect();
        written.sort_unstable_by_key(|row| row.major_issue_id);
        for (id, entry) in self.touched.drain() {
            self.recent.put(id, entry);
        }
        Ok(Box::new(move |rows| rows.upsert(&MAJOR_ISSUES, &written, MajorIssueRow::bind)))
    }

    fn memory(&self) -> usize {
        (self.touched.len() + self.recent.len()) * MAJOR_ISSUE_BYTES
    }
}
