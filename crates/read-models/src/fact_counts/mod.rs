//! How many facts of each type there are, by the grid that their leaf names and the town's day on which they happened: what
//! the ledger says of a clause beside what is owed.
//!
//! Nothing of a leaf is read but its envelope, so that a type that this program does not know is counted as well.

mod question;

pub(crate) use question::fact_counts;
pub use question::{FactCounts, FactQuery};

use crate::engine::columns::{Binds, Value};
use crate::engine::decode::unreadable;
use crate::engine::failure::Failure;
use crate::engine::projection::{Changes, Definition, Family, LogEntry, Projection, Written};
use crate::engine::replay::Log;
use crate::engine::rows::Rows;
use crate::engine::table::Table;
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use event_store::Position;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The model.
pub(crate) const DEFINITION: Definition = Definition {
    name: "fact_counts",
    version: 1,
    families: Family::ALL,
    schema: include_str!("../../migrations/fact_counts.sql"),
    tables: &[COUNTS],
    views: || vec![COUNTS.shown("fact_count", "")],
    indexes: "",
    memory_max: CELLS_EXPECTED * CELL_BYTES,
    make: |zone| Box::new(FactCounter { zone, counted: BTreeMap::new() }),
};

const COUNTS: Table = Table {
    name: "fact_count_rows",
    columns: &["area_id", "event_type", "happened_on", "facts"],
    key_columns: 3,
    steady: &[],
    ids: &["area_id"],
    days: &["happened_on"],
};

/// A batch touches few cells; after a rebuild's large ones there may be some thousands.
const CELLS_EXPECTED: usize = 16_384;
const CELL_BYTES: usize = 128;

/// Of which area, which type, on which day.
type Cell = (Uuid, String, NaiveDate);

struct FactCounter {
    zone: Tz,
    /// What came since the last write.
    counted: BTreeMap<Cell, i64>,
}

#[async_trait]
impl Projection for FactCounter {
    async fn prepare(&mut self, _log: &Log, _position: Position) -> Result<(), Failure> {
        Ok(())
    }

    async fn fold(&mut self, event: &LogEntry, _log: &Log) -> Result<(), Failure> {
        let recorded = event.recorded();
        let leaf = recorded.text().map_err(|error| unreadable(recorded, &error))?;
        let undecodable = |why: &str| Failure::Undecodable { position: event.position(), why: why.to_owned() };
        let area = Uuid::try_parse(leaf.area).map_err(|_| undecodable("its area is no id"))?;
        let at = DateTime::from_timestamp_millis(leaf.occurred_at).ok_or_else(|| undecodable("it has no instant"))?;
        let on = at.with_timezone(&self.zone).date_naive();
        *self.counted.entry((area, leaf.event_type.to_owned(), on)).or_default() += 1;
        Ok(())
    }

    async fn changes(&mut self, _written: &Written, _log: &Log) -> Result<Changes, Failure> {
        let counted = std::mem::take(&mut self.counted);
        Ok(Box::new(move |rows| {
            let sums = counted.into_iter().map(|(cell, more)| {
                let before = before(rows, &cell)?;
                Ok((cell, before + more))
            });
            let sums: Vec<(Cell, i64)> = sums.collect::<Result<_, Failure>>()?;
            rows.upsert(&COUNTS, &sums, |binds: &mut Binds<'_>, ((area, event_type, on), facts)| {
                binds.id(*area).push(event_type.as_str()).date(*on).push(*facts);
            })
        }))
    }

    fn memory(&self) -> usize {
        self.counted.len() * CELL_BYTES
    }
}

/// What a cell holds.
fn before(rows: &Rows<'_>, (area, event_type, on): &Cell) -> Result<i64, Failure> {
    let select =
        format!("select facts from {} where area_id = $1 and event_type = $2 and happened_on = $3", rows.name(&COUNTS));
    let cell = [Value::from(*area), event_type.as_str().into(), (*on).into()];
    Ok(rows.sql().row(&select, &cell, |columns| columns.whole())?.unwrap_or_default())
}
