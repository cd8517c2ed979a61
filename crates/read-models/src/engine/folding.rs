//! One set of a model's tables, and the fold that fills it: taken up at its checkpoint, or begun before the first leaf.

use crate::engine::beat::Beat;
use crate::engine::check;
use crate::engine::checkpoint;
use crate::engine::columns::Columns;
use crate::engine::database::{Database, Writing};
use crate::engine::failure::Failure;
use crate::engine::pages::Pages;
use crate::engine::projection::{Definition, Projection};
use crate::engine::rows::Rows;
use crate::engine::table::{Names, SECOND, Sum};
use chrono_tz::Tz;
use event_store::{EventStore, Hash, Head, Position};
use sqlx::{AssertSqlSafe, SqliteConnection};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::watch;
use uuid::Uuid;

/// Events folded before their rows are written.
pub(crate) const BATCH_EVENTS_MAX: u64 = 16_384;
/// Bytes of leaves and boxes folded before their rows are written.
const BATCH_BYTES_MAX: usize = 16 << 20;

/// What all models share.
#[derive(Clone)]
pub(crate) struct Context {
    pub store: EventStore,
    pub pages: Arc<Pages>,
    pub database: Database,
    pub log_id: Uuid,
    pub zone: Tz,
}

/// What a fold works with, for as long as it is not told to stop.
pub(crate) struct Work<'w> {
    pub definition: &'w Definition,
    pub context: &'w Context,
    pub beat: &'w Beat,
    pub stopping: &'w watch::Receiver<bool>,
}

impl Work<'_> {
    /// The connection that writes, in a transaction. None when told to stop meanwhile.
    async fn writing(&self) -> Result<Option<Writing>, Failure> {
        let writing = self.context.database.writing(self.stopping).await?;
        self.beat.goes_on();
        Ok(writing)
    }

    /// The names of the tables that are read; where there are none yet, such that those beside them get the plain ones.
    async fn read_names(&self, sql: &mut SqliteConnection) -> Result<Names, Failure> {
        for table in self.definition.tables {
            let indexes = "select name from sqlite_master where type = 'index' and tbl_name = $1 and sql is not null";
            for row in sqlx::query(indexes).bind(table.name).fetch_all(&mut *sql).await? {
                if !Columns::of(&row).get::<&str>()?.ends_with(SECOND) {
                    return Ok(Names::read(false));
                }
            }
        }
        Ok(Names::read(true))
    }
}

/// A set of tables being filled.
pub(crate) struct Folding {
    names: Names,
    projection: Box<dyn Projection>,
    /// Everything up to here is in the rows.
    pub position: Position,
    sum: Sum,
    /// SQL of the indexes that are not there yet.
    indexes: VecDeque<String>,
    /// The head when they were all there: so far these tables must come before they may be read.
    pub whole_at: Option<Position>,
}

impl Folding {
    /// The tables that are read, if they are of this model's version and this log.
    pub(crate) async fn of_read(work: &Work<'_>) -> Result<Option<Self>, Failure> {
        let mut sql = work.context.database.writer().await?;
        let names = work.read_names(&mut sql).await?;
        Self::resume(work, &mut sql, names).await
    }

    /// Tables that were being built when the program ended, or a moment ago: only then nobody else can have been at them.
    pub(crate) async fn of_built(work: &Work<'_>, a_moment_ago: bool) -> Result<Option<Self>, Failure> {
        let mut sql = work.context.database.writer().await?;
        let names = work.read_names(&mut sql).await?.beside();
        // Whatever is wrong with them, nobody has seen them: they are begun again.
        let built = Self::resume(work, &mut sql, names).await.ok().flatten();
        drop(sql);
        if built.is_none() || a_moment_ago {
            return Ok(built);
        }
        // Nobody waits for these.
        let checked = check::check(work.definition, names, &work.context.database, check::Pace::AtOnce).await;
        Ok(built.filter(|_| checked.is_ok()))
    }

    async fn resume(work: &Work<'_>, sql: &mut SqliteConnection, names: Names) -> Result<Option<Self>, Failure> {
        let (definition, context) = (work.definition, work.context);
        let stored = checkpoint::load(sql, &names.checkpoint(definition.name)).await?;
        let Some(stored) = stored.filter(|stored| stored.version == definition.version) else { return Ok(None) };
        checkpoint::verify(&stored, &context.store, context.log_id).await?;
        Self::at(work, names, stored.position, stored.sum).await.map(Some)
    }

    /// Tables beside those that are read, in place of any that are there already. None when told to stop meanwhile.
    pub(crate) async fn anew(work: &Work<'_>) -> Result<Option<Self>, Failure> {
        let (definition, context) = (work.definition, work.context);
        let Some(mut writing) = work.writing().await? else { return Ok(None) };
        let names = work.read_names(&mut writing).await?.beside();
        let tables = names.of_sql(definition.schema, definition.tables);
        sqlx::raw_sql(AssertSqlSafe(tables)).execute(&mut *writing).await?;
        let name = names.checkpoint(definition.name);
        checkpoint::restart(&mut writing, &name, definition.version, context.log_id).await?;
        writing.commit().await?;
        Self::at(work, names, Position(0), Sum::default()).await.map(Some)
    }

    async fn at(work: &Work<'_>, names: Names, position: Position, sum: Sum) -> Result<Self, Failure> {
        let mut projection = (work.definition.make)(work.context.zone);
        projection.prepare(&work.context.store, position).await?;
        let indexes = statements(&names.of_sql(work.definition.indexes, work.definition.tables));
        Ok(Self { names, projection, position, sum, indexes, whole_at: None })
    }

    /// Takes the rows for those that were read until a moment ago, with all their indexes.
    pub(crate) fn whole(mut self) -> Self {
        self.indexes.clear();
        self.whole_at = Some(self.position);
        self
    }

    /// How many rows there are, counters not among them.
    pub(crate) const fn rows(&self) -> i64 {
        self.sum.rows
    }

    /// Folds what lies between here and `head`, as much as one transaction should hold and at most `events`, and writes
    /// it. After a failure this is to be dropped. False when told to stop meanwhile.
    pub(crate) async fn turn(&mut self, work: &Work<'_>, head: &Head, events: u64) -> Result<bool, Failure> {
        let (definition, context) = (work.definition, work.context);
        let (reached, root) = self.fold(work, head, events).await?;
        let Some(mut writing) = work.writing().await? else { return Ok(false) };
        let mut rows = Rows::of(&mut writing, self.names, self.sum, work.beat);
        self.projection.write(&mut rows, &context.store).await?;
        let sum = rows.sum();
        let name = self.names.checkpoint(definition.name);
        let to = (reached, root, sum);
        checkpoint::advance(&mut writing, &name, definition.version, context.log_id, self.position, to).await?;
        writing.commit().await?;
        work.beat.succeeds();
        (self.position, self.sum) = (reached, sum);
        Ok(true)
    }

    async fn fold(&mut self, work: &Work<'_>, head: &Head, events: u64) -> Result<(Position, Hash), Failure> {
        let (store, pages) = (&work.context.store, &work.context.pages);
        let mut reached = self.position;
        let mut bytes = 0;
        let end = Position(head.position.0.min(self.position.0 + events));
        while reached < end && bytes < BATCH_BYTES_MAX {
            let page = pages.after(reached).await?;
            for event in page.after(reached).iter().take_while(|event| event.position() <= end) {
                bytes += event.bytes();
                self.projection.fold(event, store).await?;
                reached = event.position();
            }
            work.beat.goes_on();
            // Other models share this thread.
            tokio::task::yield_now().await;
        }
        let root = if reached == head.position { head.root } else { checkpoint::root_at(store, reached).await? };
        Ok((reached, root))
    }

    /// Makes the next of the indexes that questions need; `head` is kept with the last one. They are made when the rows
    /// are near the head: a sorted whole is indexed several times faster than row by row.
    pub(crate) async fn index(&mut self, work: &Work<'_>, head: Position) -> Result<(), Failure> {
        let Some(index) = self.indexes.front() else {
            self.whole_at = Some(head);
            return Ok(());
        };
        let Some(mut writing) = work.writing().await? else { return Ok(()) };
        sqlx::raw_sql(AssertSqlSafe(index.clone())).execute(&mut *writing).await?;
        writing.commit().await?;
        work.beat.succeeds();
        self.indexes.pop_front();
        Ok(())
    }

    /// Puts these tables in the place of those that were read, in one transaction. False when told to stop meanwhile.
    pub(crate) async fn switch(&mut self, work: &Work<'_>) -> Result<bool, Failure> {
        let definition = work.definition;
        let Some(mut writing) = work.writing().await? else { return Ok(false) };
        let switched = self.names.switched();
        for table in definition.tables {
            let (from, to) = (self.names.table(table.name), switched.table(table.name));
            let moved = format!("drop table if exists {to}; alter table {from} rename to {to};");
            sqlx::raw_sql(AssertSqlSafe(moved)).execute(&mut *writing).await?;
        }
        let (from, to) = (self.names.checkpoint(definition.name), switched.checkpoint(definition.name));
        checkpoint::rename(&mut writing, &from, &to).await?;
        writing.commit().await?;
        self.names = switched;
        Ok(true)
    }
}

/// Forgets for whom the rows speak that are read, so that no start takes them up again. False when told to stop.
pub(crate) async fn disown(work: &Work<'_>) -> Result<bool, Failure> {
    let Some(mut writing) = work.writing().await? else { return Ok(false) };
    checkpoint::remove(&mut writing, work.definition.name).await?;
    writing.commit().await?;
    Ok(true)
}

/// Lets go of what a long way has piled up in memory.
pub(crate) async fn shrink(context: &Context) -> Result<(), Failure> {
    use sqlx::Connection as _;
    let mut writer = context.database.writer().await?;
    // Statements for hundreds of rows at once, a megabyte each; a model that follows the log writes a few rows a time.
    writer.clear_cached_statements().await?;
    sqlx::raw_sql("pragma shrink_memory").execute(&mut *writer).await?;
    context.pages.forget_passed();
    Ok(())
}

/// The statements of a script, without its comments.
fn statements(script: &str) -> VecDeque<String> {
    let code = script.lines().map(|line| line.split_once("--").map_or(line, |(code, _)| code));
    let code = code.collect::<Vec<_>>().join("\n");
    code.split(';').map(str::trim).filter(|statement| !statement.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::statements;

    #[test]
    fn a_script_falls_into_its_statements() {
        let script = "-- One; not two.\ncreate index a on b (c); -- behind\n\ncreate index d\n on b (e);\n";
        assert_eq!(statements(script), ["create index a on b (c)", "create index d\n on b (e)"]);
        assert!(statements("").is_empty());
    }
}
