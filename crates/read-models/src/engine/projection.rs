//! What a read model is: tables with a name and a version, and a [`Projection`] that folds the log into their rows.

use crate::engine::database::Database;
pub use crate::engine::decode::{Family, LogEntry};
use crate::engine::failure::Failure;
pub use crate::engine::replay::Log;
pub use crate::engine::rows::Rows;
use crate::engine::sqlite::{Sql, SqlError};
use crate::engine::table::Names;
pub use crate::engine::table::{Table, View};
use async_trait::async_trait;
use chrono_tz::Tz;
use event_store::Position;

/// Folds the log into rows. One instance lives from one start of its model to the next; what it remembers in between
/// is a cache, since everything it writes follows from leaves alone.
///
/// Folding is pure: no clock, no randomness, nothing but the log. That a row depends only on the leaves up to the
/// checkpoint, and not on how they were cut into batches, is what makes incremental and rebuilt rows equal.
#[async_trait]
pub trait Projection: Send {
    /// Learns what must be known of the leaves up to `position` (reference data), before the first
    /// [`Projection::fold`] after it.
    async fn prepare(&mut self, log: &Log, position: Position) -> Result<(), Failure>;

    /// Takes the next event into account, in memory. Sees every event of the families that the model is made of
    /// ([`Definition::families`]), in order, once.
    async fn fold(&mut self, event: &LogEntry, log: &Log) -> Result<(), Failure>;

    /// Hands over the final rows of everything folded since the last time, to be written in the transaction that also
    /// moves the checkpoint. The fold goes on meanwhile; after an error, here or there, the instance is dropped.
    async fn changes(&mut self, written: &Written, log: &Log) -> Result<Changes, Failure>;

    /// About how many bytes it remembers.
    fn memory(&self) -> usize;
}

/// What is to be written, in one transaction.
pub type Changes = Box<dyn FnOnce(&mut Rows<'_>) -> Result<(), Failure> + Send>;

/// The rows as they were when all that was handed over had been written.
pub struct Written {
    /// Everything up to here is folded now.
    pub(crate) folded: Position,
    pub(crate) database: Database,
    pub(crate) names: Names,
}

impl Written {
    /// The name of a table.
    pub(crate) fn name(&self, table: &Table) -> String {
        self.names.table(table.name)
    }

    /// Reads them.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Sql) -> Result<T, SqlError> + Send + 'static,
    ) -> Result<T, Failure> {
        self.database.written(read).await
    }
}

/// A read model as the runner knows it.
#[derive(Clone, Copy)]
pub struct Definition {
    /// Its name in checkpoints, in `/health/ready` and for `huiyin rebuild`.
    pub name: &'static str,
    /// Version of rows and fold. Another number than the checkpoint's makes the model start again from nothing.
    pub version: i64,
    /// Of which families it is made.
    pub families: &'static [Family],
    /// SQL that drops and creates its tables, with the indexes that its own writing needs. Indexes are called after
    /// their table: `<table>_<what>`.
    pub schema: &'static str,
    /// The tables, each with the columns that its fold writes.
    pub tables: &'static [Table],
    /// The views that show the tables to others.
    pub views: fn() -> Vec<View>,
    /// SQL that creates the indexes that questions need, where they are missing. Run when the rows are near the
    /// head of the log, and at every start.
    pub indexes: &'static str,
    /// About how many bytes a fold remembers at most.
    pub memory_max: usize,
    /// Makes a fold with an empty memory. Days are dates in the given zone.
    pub make: fn(Tz) -> Box<dyn Projection>,
}
