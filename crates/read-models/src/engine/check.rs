//! Whether the rows of a model are still those that were written.

use crate::engine::checkpoint;
use crate::engine::database::Database;
use crate::engine::failure::Failure;
use crate::engine::projection::Definition;
use crate::engine::rows::read;
use crate::engine::table::{Names, Sum};
use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, SqliteConnection};
use std::time::{Duration, Instant};

/// How long until rows that were found well are checked again.
pub(crate) const EVERY: Duration = Duration::from_secs(6 * 3_600);
/// At a start rows are checked before anybody sees them, up to so many of a model; more are checked beside the answers, or
/// a large town would wait for its lists.
pub(crate) const AT_ONCE_MAX: i64 = 200_000;
/// Rows between two breaths.
const ROWS: u64 = 256;

/// How fast the rows are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Nobody may see a row before it is checked.
    AtOnce,
    /// A fifth of the time.
    Gentle,
}

/// Reads every row of a set of tables that the checkpoint speaks for and compares count and sum. Rows that nobody speaks
/// for, or that another version wrote, are not looked at.
pub(crate) async fn check(
    definition: &Definition,
    names: Names,
    database: &Database,
    pace: Pace,
) -> Result<(), Failure> {
    let mut sql = database.reader().await?;
    // One snapshot for checkpoint and rows.
    sqlx::raw_sql("begin").execute(&mut sql).await?;
    let Some(stored) = checkpoint::load(&mut sql, &names.checkpoint(definition.name)).await? else { return Ok(()) };
    if stored.version != definition.version {
        return Ok(());
    }
    let found = sum_of(&mut sql, definition, names, pace).await?;
    if found == stored.sum {
        return Ok(());
    }
    Err(Failure::RowsDiffer { position: stored.position, why: why(stored.sum, found) })
}

fn why(kept: Sum, found: Sum) -> String {
    if kept.rows == found.rows {
        "they add up to something else".to_owned()
    } else {
        format!("there are {} instead of {}", found.rows, kept.rows)
    }
}

async fn sum_of(sql: &mut SqliteConnection, definition: &Definition, names: Names, pace: Pace) -> Result<Sum, Failure> {
    let mut sum = Sum::default();
    let mut breath = Breath { pace, rows: 0, since: Instant::now() };
    for table in definition.tables {
        let select = format!("select {} from {}", table.columns.join(", "), names.table(table.name));
        let mut rows = sqlx::query(AssertSqlSafe(select)).fetch(&mut *sql);
        while let Some(row) = rows.try_next().await? {
            sum.add(table, &read(table, &row)?);
            breath.after_a_row().await;
        }
    }
    Ok(sum)
}

struct Breath {
    pace: Pace,
    rows: u64,
    since: Instant,
}

impl Breath {
    async fn after_a_row(&mut self) {
        self.rows += 1;
        if !self.rows.is_multiple_of(ROWS) {
            return;
        }
        match self.pace {
            // Others share this thread.
            Pace::AtOnce => tokio::task::yield_now().await,
            Pace::Gentle => {
                let busy = self.since.elapsed();
                tokio::time::sleep((busy * 4).min(Duration::from_secs(1))).await;
                self.since = Instant::now();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use event_store::Position;

    #[test]
    fn a_difference_is_told_by_what_shows_it() {
        let kept = Sum { rows: 7, sum: 1 };
        assert!(why(kept, Sum { rows: 2, sum: 1 }).contains("2 instead of 7"));
        assert!(why(kept, Sum { rows: 7, sum: 2 }).contains("something else"));
        let failure = Failure::RowsDiffer { position: Position(9), why: why(kept, kept) };
        assert!(failure.to_string().contains("position 9"));
    }
}
