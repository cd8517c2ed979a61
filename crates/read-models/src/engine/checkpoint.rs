//! How far a model has come, kept beside its rows and moved by compare-and-swap in their transaction.

use crate::engine::columns::{Columns, bigint};
use crate::engine::failure::Failure;
use crate::engine::table::Sum;
use event_store::{EventStore, Hash, Position};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// A stored checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    /// Version of the model that wrote the rows.
    pub version: i64,
    /// Log that they came from.
    pub log_id: String,
    /// Everything up to here is in the rows.
    pub position: Position,
    /// Root over the leaves up to there.
    pub root: Vec<u8>,
    /// What the rows add up to.
    pub sum: Sum,
}

/// The checkpoint of this name, if there is one.
pub(crate) async fn load(sql: &mut SqliteConnection, name: &str) -> Result<Option<Checkpoint>, sqlx::Error> {
    let row = sqlx::query(
        "select version, log_id, position, root, row_count, row_sum from read_model_checkpoint where name = $1",
    )
    .bind(name)
    .fetch_optional(sql)
    .await?;
    row.map(|row| {
        let mut columns = Columns::of(&row);
        Ok(Checkpoint {
            version: columns.get()?,
            log_id: columns.get()?,
            position: columns.position()?,
            root: columns.get()?,
            sum: Sum { rows: columns.get()?, sum: columns.get()? },
        })
    })
    .transpose()
}

/// Puts the checkpoint to before the first leaf, with no rows.
pub(crate) async fn restart(
    sql: &mut SqliteConnection,
    name: &str,
    version: i64,
    log_id: Uuid,
) -> Result<(), sqlx::Error> {
    remove(sql, name).await?;
    sqlx::query(
        "insert into read_model_checkpoint (name, version, log_id, position, root, row_count, row_sum) \
         values ($1, $2, $3, 0, $4, 0, 0)",
    )
    .bind(name)
    .bind(version)
    .bind(log_id.to_string())
    .bind(Vec::new())
    .execute(sql)
    .await?;
    Ok(())
}

/// Forgets a checkpoint: its rows are nobody's.
pub(crate) async fn remove(sql: &mut SqliteConnection, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query("delete from read_model_checkpoint where name = $1").bind(name).execute(sql).await?;
    Ok(())
}

/// Gives a checkpoint another name.
pub(crate) async fn rename(sql: &mut SqliteConnection, from: &str, to: &str) -> Result<(), sqlx::Error> {
    remove(sql, to).await?;
    let renamed = "update read_model_checkpoint set name = $1 where name = $2";
    sqlx::query(renamed).bind(to).bind(from).execute(sql).await?;
    Ok(())
}

/// Moves the checkpoint, if it still stands where this model left it.
pub(crate) async fn advance(
    sql: &mut SqliteConnection,
    name: &str,
    version: i64,
    log_id: Uuid,
    from: Position,
    to: (Position, Hash, Sum),
) -> Result<(), Failure> {
    let (position, root, sum) = to;
    let moved = sqlx::query(
        "update read_model_checkpoint set position = $1, root = $2, row_count = $3, row_sum = $4 \
         where name = $5 and version = $6 and log_id = $7 and position = $8",
    )
    .bind(bigint(position.0))
    .bind(root.to_vec())
    .bind(sum.rows)
    .bind(sum.sum)
    .bind(name)
    .bind(version)
    .bind(log_id.to_string())
    .bind(bigint(from.0))
    .execute(sql)
    .await?;
    // No row: the file is shared with another process, or was exchanged under us. The rows are not ours to write.
    if moved.rows_affected() == 1 { Ok(()) } else { Err(Failure::CheckpointMoved(from)) }
}

/// Whether the rows were folded from this very log.
pub(crate) async fn verify(checkpoint: &Checkpoint, store: &EventStore, log_id: Uuid) -> Result<(), Failure> {
    if checkpoint.log_id != log_id.to_string() {
        return Err(Failure::OtherLog { rows: checkpoint.log_id.clone(), log: log_id });
    }
    let head = store.head().position;
    if checkpoint.position > head {
        return Err(Failure::AheadOfLog { rows: checkpoint.position, log: head });
    }
    if checkpoint.position == Position(0) {
        return Ok(());
    }
    let root = root_at(store, checkpoint.position).await?;
    if checkpoint.root == root { Ok(()) } else { Err(Failure::RootDiffers(checkpoint.position)) }
}

/// The log's root over its first `position` leaves.
pub(crate) async fn root_at(store: &EventStore, position: Position) -> Result<Hash, Failure> {
    store.root_at(position.0).await.map_err(|error| Failure::RootUnknown { position, why: error.to_string() })
}
