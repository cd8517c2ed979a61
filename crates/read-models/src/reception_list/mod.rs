//! The reception list: one row per reception, for `GET /v1/receptions`.

mod query;
mod row;

pub use query::{ReceptionQuery, ReceptionSort};
pub(crate) use query::{WITHIN, asked, each, list};
pub use row::ReceptionRow;

use crate::engine::apply::apply_reception;
use crate::engine::columns::Binds;
use crate::engine::decode::Fact;
use crate::engine::failure::Failure;
use crate::engine::projection::{Changes, Definition, Family, LogEntry, Projection, Written};
use crate::engine::replay::Log;
use crate::engine::table::{Table, id_shown};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::ids::{AccountId, AreaId, DelegateId, ReceptionId};
use domain::reception::Reception;
use event_store::Position;
use foldhash::HashMap;

/// The model.
pub(crate) const DEFINITION: Definition = Definition {
    name: "reception_list",
    version: 8,
    families: &[Family::Reception],
    schema: include_str!("../../migrations/reception_list.sql"),
    tables: &[RECEPTIONS, SEATS],
    views: || vec![RECEPTIONS.shown("reception_list", &of_session()), SEATS.shown("reception_list_delegate", "")],
    indexes: include_str!("../../migrations/reception_list.indexes.sql"),
    // What is touched is forgotten when it is written.
    memory_max: 0,
    make: |zone| Box::new(ReceptionList { zone, touched: HashMap::default() }),
};

const RECEPTIONS: Table = Table {
    name: "reception_list_rows",
    columns: row::COLUMNS,
    key_columns: 1,
    // A correction may change any of them, and seldom comes.
    steady: &["reception_id", "grid_id", "unit_id", "occasion_id", "held_at"],
    ids: &["reception_id", "grid_id", "unit_id", "occasion_id", "begun_by"],
    days: &["held_on"],
};
const SEATS: Table = Table {
    name: "reception_list_delegate_rows",
    columns: &["delegate_id", "held_at", "reception_id", "place", "grid_id"],
    key_columns: 3,
    steady: &[],
    ids: &["delegate_id", "reception_id", "grid_id"],
    days: &[],
};

/// Reporting jobs ask for sessions by name.
fn of_session() -> String {
    format!("case when occasion = 'session' then {} end as session_id", id_shown("occasion_id"))
}

struct ReceptionList {
    zone: Tz,
    /// Receptions touched since the last write. Few are touched again later, so none are kept.
    touched: HashMap<ReceptionId, Entry>,
}

/// A reception in memory.
#[derive(Default)]
struct Entry {
    reception: Reception,
    place: Place,
    /// The account that recorded it.
    begun_by: Option<AccountId>,
    /// Who sat in it, and when, as of the last write.
    written: Vec<Seat>,
    /// It was recorded since the last write: it has no row yet.
    is_new: bool,
}

/// A row of who sat.
type Sat = (DelegateId, DateTime<Utc>, ReceptionId, Place, AreaId);
/// Where the row of a reception stands: the position of its first event.
type Place = u64;
/// Who sat in a reception that was held then.
type Seat = (DelegateId, DateTime<Utc>);

fn seats(reception: &Reception) -> impl Iterator<Item = Seat> {
    reception.delegates.iter().map(|seat| (seat.delegate_id, reception.held_at))
}

/// A reception as it was before `fact`, from its stream.
async fn read_reception(fact: &Fact, log: &Log) -> Result<Entry, Failure> {
    let (mut reception, mut first) = (Reception::default(), None);
    log.replay_before(fact, |event| {
        let fact = event.fact()?;
        first.get_or_insert((event.position().0, fact.stamp.account));
        apply_reception(&mut reception, fact)
    })
    .await?;
    let written = seats(&reception).collect();
    let (place, begun_by) = first.unwrap_or((fact.stamp.position, fact.stamp.account));
    Ok(Entry { reception, place, begun_by, written, is_new: fact.stamp.version == 1 })
}

#[async_trait]
impl Projection for ReceptionList {
    async fn prepare(&mut self, _log: &Log, _position: Position) -> Result<(), Failure> {
        Ok(())
    }

    async fn fold(&mut self, event: &LogEntry, log: &Log) -> Result<(), Failure> {
        let fact = event.fact()?;
        let id = ReceptionId(fact.uuid()?);
        let mut entry = match self.touched.remove(&id) {
            Some(entry) => entry,
            None => read_reception(fact, log).await?,
        };
        apply_reception(&mut entry.reception, fact)?;
        self.touched.insert(id, entry);
        Ok(())
    }

    async fn changes(&mut self, _written: &Written, _log: &Log) -> Result<Changes, Failure> {
        let (mut held, mut changed) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
        let mut left = Vec::new();
        for (id, entry) in self.touched.drain() {
            let (written, sat) = if entry.is_new { &mut held } else { &mut changed };
            written.push((entry.place, ReceptionRow::of(id, &entry.reception, entry.begun_by, self.zone)));
            let (place, grid_id) = (entry.place, entry.reception.grid_id);
            sat.extend(
                seats(&entry.reception).map(|(delegate_id, held_at)| (delegate_id, held_at, id, place, grid_id)),
            );
            let was = entry.written.iter().filter(|was| !seats(&entry.reception).any(|seat| seat == **was));
            left.extend(was.map(|(delegate_id, held_at)| (*delegate_id, *held_at, id)));
        }
        for (written, sat) in [&mut held, &mut changed] {
            written.sort_unstable_by_key(|(place, _): &(Place, ReceptionRow)| *place);
            sat.sort_unstable();
            // A correction may name somebody who sat there already.
            sat.dedup();
        }
        Ok(Box::new(move |rows| {
            rows.insert(&RECEPTIONS, &held.0, bind_row)?;
            rows.insert(&SEATS, &held.1, bind_seat)?;
            rows.upsert(&RECEPTIONS, &changed.0, bind_row)?;
            rows.upsert(&SEATS, &changed.1, bind_seat)?;
            // One by one: a correction of who sat there, or when, is rare.
            for (delegate_id, held_at, reception_id) in left {
                let mut seat = Binds::default();
                seat.id(delegate_id.0).instant(held_at).id(reception_id.0);
                rows.delete(&SEATS, "delegate_id = $1 and held_at = $2 and reception_id = $3", &seat.0)?;
            }
            Ok(())
        }))
    }

    fn memory(&self) -> usize {
        0
    }
}

fn bind_seat<'r>(binds: &mut Binds<'r>, (delegate_id, held_at, reception_id, place, grid_id): &'r Sat) {
    binds.id(delegate_id.0).instant(*held_at).id(reception_id.0).number(*place).id(grid_id.0);
}

fn bind_row<'r>(binds: &mut Binds<'r>, (place, row): &'r (Place, ReceptionRow)) {
    binds.number(*place);
    row.bind(binds);
}
