//! The board of major issues: one row each, for `GET /v1/major-issues`.

mod query;
mod row;

#[cfg(test)]
pub(crate) use query::asked;
pub use query::{MajorIssueQuery, MajorIssueSort};
pub(crate) use query::{each, list};
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
use domain::ids::MajorIssueId;
use domain::major_issue::MajorIssue;
use event_store::Position;
use foldhash::HashMap;

/// The model.
pub(crate) const DEFINITION: Definition = Definition {
    name: "major_issue_board",
    version: 5,
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
    ids: &["major_issue_id", "grid_id", "lead_office_id"],
    days: &["submitted_on", "due_on", "due_key"],
};

/// Major issues of each generation kept in memory; with 200 linked issues one takes about 5 KB.
const RECENT_MAJOR_ISSUES: usize = 512;
const MAJOR_ISSUE_BYTES: usize = 5_120;

struct MajorIssueBoard {
    zone: Tz,
    /// Major issues whose row must be written.
    touched: HashMap<MajorIssueId, MajorIssue>,
    recent: Recent<MajorIssueId, MajorIssue>,
}

impl MajorIssueBoard {
    /// The major issue as it was before `fact`: from memory, else from its stream.
    async fn before(&mut self, id: MajorIssueId, fact: &Fact, log: &Log) -> Result<MajorIssue, Failure> {
        if let Some(major_issue) = self.touched.remove(&id).or_else(|| self.recent.take(&id)) {
            return Ok(major_issue);
        }
        let mut major_issue = MajorIssue::default();
        log.replay_before(fact, |event| apply_major_issue(&mut major_issue, event.fact()?)).await?;
        Ok(major_issue)
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
        let mut major_issue = self.before(id, fact, log).await?;
        apply_major_issue(&mut major_issue, fact)?;
        self.touched.insert(id, major_issue);
        Ok(())
    }

    async fn changes(&mut self, _written: &Written, _log: &Log) -> Result<Changes, Failure> {
        let mut written: Vec<MajorIssueRow> =
            self.touched.iter().map(|(id, major_issue)| MajorIssueRow::of(*id, major_issue, self.zone)).collect();
        written.sort_unstable_by_key(|row| row.major_issue_id);
        for (id, major_issue) in self.touched.drain() {
            self.recent.put(id, major_issue);
        }
        Ok(Box::new(move |rows| rows.upsert(&MAJOR_ISSUES, &written, MajorIssueRow::bind)))
    }

    fn memory(&self) -> usize {
        (self.touched.len() + self.recent.len()) * MAJOR_ISSUE_BYTES
    }
}
