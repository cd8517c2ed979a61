//! The list of leaves of absence: one row each, for `GET /v1/leaves`.

mod query;
mod row;

pub use query::LeaveQuery;
pub(crate) use query::{count, each, list};
pub use row::LeaveRow;

use crate::engine::columns::Value;
use crate::engine::decode::Fact;
use crate::engine::failure::Failure;
use crate::engine::projection::{Changes, Definition, Family, LogEntry, Projection, Written};
use crate::engine::replay::Log;
use crate::engine::rows::Rows;
use crate::engine::table::Table;
use async_trait::async_trait;
use chrono_tz::Tz;
use domain::event::Event;
use domain::ids::{DelegateId, LeaveId};
use domain::leave::{LeaveEvent, LeaveRequested};
use domain::vocabulary::LeaveState;
use event_store::Position;
use std::collections::BTreeMap;

/// The model.
pub(crate) const DEFINITION: Definition = Definition {
    name: "leave_list",
    version: 2,
    families: &[Family::Leave],
    schema: include_str!("../../migrations/leave_list.sql"),
    tables: &[LEAVES],
    views: || vec![LEAVES.shown("leave_list", "")],
    indexes: include_str!("../../migrations/leave_list.indexes.sql"),
    memory_max: TOUCHED_EXPECTED * LEAVE_BYTES,
    make: |zone: Tz| Box::new(LeaveList { zone, touched: BTreeMap::new() }),
};

const LEAVES: Table = Table {
    name: "leave_list_rows",
    columns: row::COLUMNS,
    key_columns: 1,
    steady: &[],
    ids: &["leave_id", "delegate_id"],
    days: &["from_on", "to_on", "requested_on"],
};

/// Leaves of one batch.
const TOUCHED_EXPECTED: usize = 4_096;
const LEAVE_BYTES: usize = 160;

/// What came of a leave since the last write.
enum Touched {
    /// It was asked for, and stands so now.
    New(LeaveRow),
    /// It was asked for before.
    Stands(LeaveState),
}

struct LeaveList {
    zone: Tz,
    touched: BTreeMap<LeaveId, Touched>,
}

impl LeaveList {
    fn requested(&mut self, fact: &Fact, asked: &LeaveRequested) -> Result<(), Failure> {
        let row = LeaveRow {
            leave_id: asked.leave_id,
            delegate_id: DelegateId(fact.uuid()?),
            from_on: asked.from,
            to_on: asked.to,
            reason: asked.reason_code,
            state: LeaveState::Requested,
            requested_at: fact.stamp.occurred_at,
            requested_on: fact.stamp.occurred_at.with_timezone(&self.zone).date_naive(),
        };
        self.touched.insert(asked.leave_id, Touched::New(row));
        Ok(())
    }

    fn stands(&mut self, leave_id: LeaveId, state: LeaveState) {
        match self.touched.get_mut(&leave_id) {
            Some(Touched::New(row)) => row.state = state,
            Some(Touched::Stands(stands)) => *stands = state,
            None => {
                self.touched.insert(leave_id, Touched::Stands(state));
            }
        }
    }
}

#[async_trait]
impl Projection for LeaveList {
    async fn prepare(&mut self, _log: &Log, _position: Position) -> Result<(), Failure> {
        Ok(())
    }

    async fn fold(&mut self, event: &LogEntry, _log: &Log) -> Result<(), Failure> {
        let fact = event.fact()?;
        let Event::Leave(event) = &fact.event else { return Err(fact.misplaced()) };
        match event {
            LeaveEvent::Requested(asked) => self.requested(fact, asked)?,
            LeaveEvent::Approved(decided) => self.stands(decided.leave_id, LeaveState::Approved),
            LeaveEvent::Refused(decided) => self.stands(decided.leave_id, LeaveState::Refused),
            LeaveEvent::Withdrawn(decided) => self.stands(decided.leave_id, LeaveState::Withdrawn),
        }
        Ok(())
    }

    async fn changes(&mut self, _written: &Written, _log: &Log) -> Result<Changes, Failure> {
        let touched = std::mem::take(&mut self.touched);
        Ok(Box::new(move |rows| {
            let mut written = Vec::with_capacity(touched.len());
            for (leave_id, touched) in touched {
                written.extend(match touched {
                    Touched::New(row) => Some(row),
                    Touched::Stands(state) => before(rows, leave_id)?.map(|row| LeaveRow { state, ..row }),
                });
            }
            rows.upsert(&LEAVES, &written, LeaveRow::bind)
        }))
    }

    fn memory(&self) -> usize {
        self.touched.len() * LEAVE_BYTES
    }
}

/// The row of a leave that was asked for before.
fn before(rows: &Rows<'_>, leave_id: LeaveId) -> Result<Option<LeaveRow>, Failure> {
    let select = format!("select {} from {} where leave_id = $1", LEAVES.columns.join(", "), rows.name(&LEAVES));
    Ok(rows.sql().row(&select, &[Value::from(leave_id.0)], LeaveRow::read)?)
}
