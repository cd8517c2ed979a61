//! Cells of tables: ids with the names that belong to them, days, several values in one.

use crate::http::csv::Cell;
use crate::state::Snapshot;
use chrono::{DateTime, NaiveDate, Utc};
use domain::days::read_instant;
use uuid::Uuid;

/// What stands between several values in one cell.
pub(crate) const SEPARATOR: &str = ";";

pub(crate) fn id(id: Uuid) -> Cell {
    id.to_string().into()
}

pub(crate) fn day(on: NaiveDate) -> Cell {
    Cell::Day(on)
}

/// An instant in the town's own time.
pub(crate) fn instant(at: DateTime<Utc>, snapshot: &Snapshot) -> Cell {
    Cell::Instant(at.with_timezone(&snapshot.reference.time_zone()))
}

/// An instant as answers show it, the same; nothing where there is none.
pub(crate) fn shown_instant<'a>(at: impl Into<Option<&'a str>>, snapshot: &Snapshot) -> Cell {
    let zone = snapshot.reference.time_zone();
    let cell = |at: &str| read_instant(at).map_or_else(|| at.into(), |at| Cell::Instant(at.with_timezone(&zone)));
    at.into().map(cell).into()
}

pub(crate) fn name(snapshot: &Snapshot, id: Uuid) -> Cell {
    snapshot.reference.name_of(id).into()
}

pub(crate) fn names(snapshot: &Snapshot, ids: &[Uuid]) -> Cell {
    let names: Vec<_> = ids.iter().map(|id| snapshot.reference.name_of(*id).unwrap_or_default()).collect();
    names.join(SEPARATOR).into()
}

pub(crate) fn several(ids: &[Uuid]) -> Cell {
    ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(SEPARATOR).into()
}

pub(crate) fn count(ids: &[Uuid]) -> Cell {
    u64::try_from(ids.len()).unwrap_or(u64::MAX).into()
}
