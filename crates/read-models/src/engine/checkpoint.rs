//! How far a model has come, kept beside its rows and moved by compare-and-swap in their transaction.

use crate::engine::columns::{Value, bigint};
use crate::engine::failure::Failure;
use crate::engine::sqlite::{Sql, SqlError};
use crate::engine::table::Sum;
use event_store::{EventStore, Hash, Position};
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
pub(crate) fn load(sql: &Sql, name: &str) -> Result<Option<Checkpoint>, SqlError> {
    let select =
        "select version, log_id, position, root, row_count, row_sum from read_model_checkpoint where name = $1";
    sql.row(select, &[name.into()], |columns| {
        Ok(Checkpoint {
            version: columns.whole()?,
            log_id: columns.text()?.to_owned(),
            position: columns.position()?,
            root: columns.bytes()?.to_vec(),
            sum: Sum { rows: columns.whole()?, sum: columns.whole()? },
        })
    })
}

/// How far the rows of a model reach that are read.
pub(crate) fn position(sql: &Sql, model: &str) -> Result<Position, SqlError> {
    let select = "select position from read_model_checkpoint where name = $1";
    Ok(sql.row(select, &[model.into()], |columns| columns.position())?.unwrap_or_default())
}

/// Puts the checkpoint to before the first leaf, with no rows.
pub(crate) fn restart(sql: &Sql, name: &str, version: i64, log_id: Uuid) -> Result<(), SqlError> {
    remove(sql, name)?;
    let insert = "insert into read_model_checkpoint (name, version, log_id, position, root, row_count, row_sum) \
                  values ($1, $2, $3, 0, $4, 0, 0)";
    let no_root: &[u8] = &[];
    sql.execute(insert, &[name.into(), version.into(), log_id.to_string().into(), no_root.into()])?;
    Ok(())
}

/// Forgets a checkpoint: its rows are nobody's.
pub(crate) fn remove(sql: &Sql, name: &str) -> Result<(), SqlError> {
    sql.execute("delete from read_model_checkpoint where name = $1", &[name.into()])?;
    Ok(())
}

/// Gives a checkpoint another name.
pub(crate) fn rename(sql: &Sql, from: &str, to: &str) -> Result<(), SqlError> {
    remove(sql, to)?;
    sql.execute("update read_model_checkpoint set name = $1 where name = $2", &[to.into(), from.into()])?;
    Ok(())
}

/// Moves the checkpoint, if it still stands where this model left it.
pub(crate) fn advance(
    sql: &Sql,
    name: &str,
    version: i64,
    log_id: Uuid,
    from: Position,
    to: (Position, Hash, Sum),
) -> Result<(), Failure> {
    let (position, root, sum) = to;
    let update = "update read_model_checkpoint set position = $1, root = $2, row_count = $3, row_sum = $4 \
                  where name = $5 and version = $6 and log_id = $7 and position = $8";
    let values = [
        bigint(position.0).into(),
        Value::from(&root[..]),
        sum.rows.into(),
        sum.sum.into(),
        name.into(),
        version.into(),
        log_id.to_string().into(),
        bigint(from.0).into(),
    ];
    // No row: the file is shared with another process, or was exchanged under us. The rows are not ours to write.
    if sql.execute(update, &values)? == 1 { Ok(()) } else { Err(Failure::CheckpointMoved(from)) }
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
