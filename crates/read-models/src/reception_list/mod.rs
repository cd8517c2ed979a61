//! The reception list: one row per reception, for `GET /v1/receptions`.

mod query;
mod row;

pub(crate) use query::list;
pub use query::{ReceptionQuery, ReceptionSort};
pub use row::ReceptionRow;

use crate::columns::upsert;
use crate::decode::{fact, family};
use crate::failure::Failure;
use crate::projection::{Definition, Projection};
use async_trait::async_trait;
use chrono_tz::Tz;
use domain::Fold;
use domain::event::Event;
use domain::ids::{DelegateId, ReceptionId};
use domain::reception::Reception;
use event_store::{EventStore, Position, Recorded};
use sqlx::SqliteConnection;

/// The model.
pub(crate) const DEFINITION: Definition = Definition {
    name: "reception_list",
    version: 1,
    tables: include_str!("../../migrations/reception_list.sql"),
    make: |zone| Box::new(ReceptionList { zone, recorded: Vec::new() }),
};

struct ReceptionList {
    zone: Tz,
    /// Receptions recorded since the last write. A reception has one event, so there is no state to keep.
    recorded: Vec<ReceptionRow>,
}

#[async_trait]
impl Projection for ReceptionList {
    async fn prepare(&mut self, _log: &EventStore, _position: Position) -> Result<(), Failure> {
        Ok(())
    }

    async fn fold(&mut self, event: &Recorded, _log: &EventStore) -> Result<(), Failure> {
        if family(event) == "reception" {
            let fact = fact(event)?;
            let Event::Reception(recorded) = &fact.event else {
                return Err(fact.misplaced());
            };
            fact.follows(0)?;
            let mut reception = Reception::default();
            reception.apply(recorded, &fact.stamp);
            self.recorded.push(ReceptionRow::of(ReceptionId(fact.uuid()?), &reception, self.zone));
        }
        Ok(())
    }

    async fn write(&mut self, rows: &mut SqliteConnection, _log: &EventStore) -> Result<(), Failure> {
        let recorded = std::mem::take(&mut self.recorded);
        upsert(rows, "reception_list", row::COLUMNS, 1, &recorded, ReceptionRow::bind).await?;
        let mut seats: Vec<(DelegateId, ReceptionId)> = recorded
            .iter()
            .flat_map(|row| row.delegates.iter().map(|seat| (seat.delegate_id, row.reception_id)))
            .collect();
        seats.sort_unstable();
        upsert(rows, "reception_list_delegate", &["delegate_id", "reception_id"], 2, &seats, |binds, seat| {
            binds.id(seat.0.0).id(seat.1.0);
        })
        .await?;
        Ok(())
    }
}
