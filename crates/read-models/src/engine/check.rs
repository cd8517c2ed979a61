//! Whether the rows of a model are still those that were written.

use crate::engine::checkpoint;
use crate::engine::database::Database;
use crate::engine::failure::Failure;
use crate::engine::projection::Definition;
use crate::engine::rows::read;
use crate::engine::sqlite::Sql;
use crate::engine::table::{Names, Sum};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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

/// Reads every row of a set of tables that the checkpoint speaks for and compares count and sum, on a thread and a
/// connection of its own. Rows that nobody speaks for, or that another version wrote, are not looked at.
pub(crate) async fn check(
    definition: &Definition,
    names: Names,
    database: &Database,
    pace: Pace,
) -> Result<(), Failure> {
    let (definition, open) = (*definition, database.reader());
    // Who does not wait for the outcome any more does not want it.
    let given_up = Arc::new(AtomicBool::new(false));
    let _waits = Waits(given_up.clone());
    let checked = tokio::task::spawn_blocking(move || {
        let sql = open()?;
        // One snapshot for checkpoint and rows.
        sql.at_one_moment(|sql| compare(sql, &definition, names, Breath::of(pace, &given_up)))
    });
    checked.await.map_err(|error| Failure::Panicked(error.to_string()))?
}

/// Says so when nobody waits any more.
struct Waits(Arc<AtomicBool>);

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

fn compare(sql: &Sql, definition: &Definition, names: Names, breath: Breath<'_>) -> Result<(), Failure> {
    let Some(stored) = checkpoint::load(sql, &names.checkpoint(definition.name))? else { return Ok(()) };
    if stored.version != definition.version {
        return Ok(());
    }
    let found = sum_of(sql, definition, names, breath)?;
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

fn sum_of(sql: &Sql, definition: &Definition, names: Names, mut breath: Breath<'_>) -> Result<Sum, Failure> {
    let mut sum = Sum::default();
    for table in definition.tables {
        let select = format!("select {} from {}", table.columns.join(", "), names.table(table.name));
        sql.each(&select, &[], |columns| {
            sum.add(table, &read(table, columns)?);
            breath.after_a_row()
        })?;
    }
    Ok(sum)
}

struct Breath<'c> {
    pace: Pace,
    given_up: &'c AtomicBool,
    rows: u64,
    since: Instant,
}

impl<'c> Breath<'c> {
    fn of(pace: Pace, given_up: &'c AtomicBool) -> Self {
        Self { pace, given_up, rows: 0, since: Instant::now() }
    }

    fn after_a_row(&mut self) -> Result<(), Failure> {
        self.rows += 1;
        if !self.rows.is_multiple_of(ROWS) {
            return Ok(());
        }
        if self.given_up.load(Ordering::Acquire) {
            return Err(Failure::Closed);
        }
        if self.pace == Pace::Gentle {
            std::thread::sleep((self.since.elapsed() * 4).min(Duration::from_secs(1)));
            self.since = Instant::now();
        }
        Ok(())
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
