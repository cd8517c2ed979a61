//! One set of a model's tables, and the fold that fills it: taken up at its checkpoint, or begun before the first leaf.

use crate::engine::check;
use crate::engine::checkpoint;
use crate::engine::context::Context;
use crate::engine::failure::Failure;
use crate::engine::model::Model;
use crate::engine::projection::{Definition, Projection, View, Written};
use crate::engine::rows::Rows;
use crate::engine::sqlite::{Handed, Sql, SqlError};
use crate::engine::table::{Names, SECOND, Sum};
use event_store::{Hash, Head, Position};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::watch;

/// Events folded before their rows are written.
pub(crate) const BATCH_EVENTS_MAX: u64 = 16_384;
/// Bytes of leaves and boxes folded before their rows are written.
const BATCH_BYTES_MAX: usize = 16 << 20;

/// What a fold works with, for as long as it is not told to stop.
#[derive(Clone)]
pub(crate) struct Work {
    pub model: Arc<Model>,
    pub context: Context,
    pub stopping: watch::Receiver<bool>,
}

impl Work {
    pub(crate) fn definition(&self) -> &Definition {
        &self.model.definition
    }

    /// A transaction. None when told to stop before it began.
    async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Sql) -> Result<T, Failure> + Send + 'static,
    ) -> Result<Option<T>, Failure> {
        self.context.database.write(&self.stopping, self.alive(write)).await
    }

    /// A write that shows by its beginning that the model is at work.
    fn alive<T>(
        &self,
        write: impl FnOnce(&Sql) -> Result<T, Failure> + Send + 'static,
    ) -> impl FnOnce(&Sql) -> Result<T, Failure> + Send + 'static {
        let model = self.model.clone();
        move |sql| {
            model.beat.goes_on();
            write(sql)
        }
    }
}

fn show(sql: &Sql, View { name, select }: &View) -> Result<(), SqlError> {
    sql.script(&format!("drop view if exists {name}; create view {name} as {select};"))
}

const IS_VIEW: &str = "select 1 from sqlite_master where type = 'view' and name = $1";
const IS_TABLE: &str = "select 1 from sqlite_master where type = 'table' and name = $1";

/// The names of the tables that are read; where there are none yet, such that those beside them get the plain ones.
fn read_names(sql: &Sql, definition: &Definition) -> Result<Names, SqlError> {
    let indexes = "select name from sqlite_master where type = 'index' and tbl_name = $1 and sql is not null";
    for table in definition.tables {
        let names = sql.rows(indexes, &[table.name.into()], |columns| columns.text().map(str::to_owned))?;
        if names.iter().any(|name| !name.ends_with(SECOND)) {
            return Ok(Names::read(false));
        }
    }
    Ok(Names::read(true))
}

/// A set of tables being filled.
pub(crate) struct Folding {
    names: Names,
    projection: Box<dyn Projection>,
    /// Everything up to here is in the rows.
    pub position: Position,
    sum: Sum,
    /// Everything up to here is folded.
    folded: Position,
    /// What is being written while the fold goes on.
    handed: Option<Turn>,
    /// SQL of the indexes that are not there yet.
    indexes: VecDeque<String>,
    /// The head when they were all there: so far these tables must come before they may be read.
    pub whole_at: Option<Position>,
}

/// Rows that were handed over: how far they reach, and what all rows add up to when they are written.
struct Turn {
    reached: Position,
    written: Handed<Result<Option<Sum>, Failure>>,
}

impl Folding {
    /// The tables that are read, if they are of this model's version and this log.
    pub(crate) async fn of_read(work: &Work) -> Result<Option<Self>, Failure> {
        let definition = *work.definition();
        let names = work.context.database.written(move |sql| read_names(sql, &definition)).await?;
        Self::resume(work, names).await
    }

    /// Shows the tables to others, where somebody took a view away.
    pub(crate) async fn show(work: &Work) -> Result<(), Failure> {
        let definition = *work.definition();
        let lacking = work.context.database.written(move |sql| {
            let mut lacking = Vec::new();
            for view in (definition.views)() {
                if sql.row(IS_VIEW, &[view.name.into()], |_| Ok(()))?.is_none() {
                    lacking.push(view);
                }
            }
            Ok(lacking)
        });
        let lacking = lacking.await?;
        if !lacking.is_empty() {
            work.write(move |sql| Ok(lacking.iter().try_for_each(|view| show(sql, view))?)).await?;
        }
        Ok(())
    }

    /// Tables that were being built when the program ended, or a moment ago: only then nobody else can have been at them.
    pub(crate) async fn of_built(work: &Work, a_moment_ago: bool) -> Result<Option<Self>, Failure> {
        let definition = *work.definition();
        let names = work.context.database.written(move |sql| read_names(sql, &definition)).await?.beside();
        // Whatever is wrong with them, nobody has seen them: they are begun again.
        let built = Self::resume(work, names).await.ok().flatten();
        if built.is_none() || a_moment_ago {
            return Ok(built);
        }
        // Nobody waits for these.
        let checked = check::check(&definition, names, &work.context.database, check::Pace::AtOnce).await;
        Ok(built.filter(|_| checked.is_ok()))
    }

    async fn resume(work: &Work, names: Names) -> Result<Option<Self>, Failure> {
        let (definition, context) = (work.definition(), &work.context);
        let name = names.checkpoint(definition.name);
        let stored = context.database.written(move |sql| checkpoint::load(sql, &name)).await?;
        let Some(stored) = stored.filter(|stored| stored.version == definition.version) else { return Ok(None) };
        checkpoint::verify(&stored, &context.store, context.log_id).await?;
        Self::at(work, names, stored.position, stored.sum).await.map(Some)
    }

    /// Tables beside those that are read, in place of any that are there already. None when told to stop meanwhile.
    pub(crate) async fn anew(work: &Work) -> Result<Option<Self>, Failure> {
        let (definition, log_id) = (*work.definition(), work.context.log_id);
        let begun = work.write(move |sql| {
            let names = read_names(sql, &definition)?.beside();
            // Of a program that kept the rows in a table of this name.
            for view in (definition.views)() {
                if sql.row(IS_TABLE, &[view.name.into()], |_| Ok(()))?.is_some() {
                    sql.script(&format!("drop table {}", view.name))?;
                }
            }
            sql.script(&names.of_sql(definition.schema, definition.tables))?;
            checkpoint::restart(sql, &names.checkpoint(definition.name), definition.version, log_id)?;
            Ok(names)
        });
        let Some(names) = begun.await? else { return Ok(None) };
        Self::at(work, names, Position(0), Sum::default()).await.map(Some)
    }

    async fn at(work: &Work, names: Names, position: Position, sum: Sum) -> Result<Self, Failure> {
        let definition = work.definition();
        let mut projection = (definition.make)(work.context.zone);
        projection.prepare(&work.context.log, position).await?;
        let indexes = statements(&names.of_sql(definition.indexes, definition.tables));
        Ok(Self { names, projection, position, sum, folded: position, handed: None, indexes, whole_at: None })
    }

    /// Takes the rows for those that were read until a moment ago, with all their indexes.
    pub(crate) fn whole(mut self) -> Self {
        self.indexes.clear();
        self.whole_at = Some(self.position);
        self
    }

    /// How many rows there are.
    pub(crate) const fn rows(&self) -> i64 {
        self.sum.rows
    }

    /// Folds what lies between here and `head`, as much as one transaction should hold and at most `events`, and hands it
    /// over to be written. Where more is to be folded it does not wait until it is. After a failure this is to be dropped.
    /// False when told to stop meanwhile.
    pub(crate) async fn turn(&mut self, work: &Work, head: &Head, events: u64) -> Result<bool, Failure> {
        let (definition, context) = (*work.definition(), &work.context);
        let (reached, root) = self.fold(work, head, events).await?;
        let written = Written { folded: reached, database: context.database.clone(), names: self.names };
        let changes = self.projection.changes(&written, &context.log).await?;
        work.model.memory.store(self.projection.memory(), Ordering::Relaxed);
        if !self.settled(work).await? {
            return Ok(false);
        }
        let (names, log_id, from, sum) = (self.names, context.log_id, self.position, self.sum);
        let model = work.model.clone();
        let write = work.alive(move |sql| {
            let mut rows = Rows::of(sql, names, sum, &model.beat);
            changes(&mut rows)?;
            let (name, sum) = (names.checkpoint(definition.name), rows.sum());
            checkpoint::advance(sql, &name, definition.version, log_id, from, (reached, root, sum))?;
            Ok(sum)
        });
        self.handed = Some(Turn { reached, written: context.database.hand(&work.stopping, write) });
        if reached < head.position { Ok(true) } else { self.settled(work).await }
    }

    /// Waits until what was handed over is written. False when told to stop meanwhile.
    async fn settled(&mut self, work: &Work) -> Result<bool, Failure> {
        let Some(Turn { reached, written }) = self.handed.take() else { return Ok(true) };
        let Some(sum) = written.done().await?? else { return Ok(false) };
        work.model.beat.succeeds();
        (self.position, self.sum) = (reached, sum);
        Ok(true)
    }

    async fn fold(&mut self, work: &Work, head: &Head, events: u64) -> Result<(Position, Hash), Failure> {
        let (store, log, pages) = (&work.context.store, &work.context.log, &work.context.pages);
        let families = work.definition().families;
        let mut bytes = 0;
        let end = Position(head.position.0.min(self.folded.0 + events));
        while self.folded < end && bytes < BATCH_BYTES_MAX {
            let page = pages.after(self.folded).await?;
            for event in page.after(self.folded).iter().take_while(|event| event.position() <= end) {
                bytes += event.bytes();
                if families.contains(&event.family()) {
                    self.projection.fold(event, log).await?;
                }
                self.folded = event.position();
            }
            work.model.beat.goes_on();
            // Other models share this thread.
            tokio::task::yield_now().await;
        }
        let reached = self.folded;
        let root = if reached == head.position { head.root } else { checkpoint::root_at(store, reached).await? };
        Ok((reached, root))
    }

    /// Makes the next of the indexes that questions need; `head` is kept with the last one. They are made when the rows
    /// are near the head: a sorted whole is indexed several times faster than row by row.
    pub(crate) async fn index(&mut self, work: &Work, head: Position) -> Result<(), Failure> {
        if !self.settled(work).await? {
            return Ok(());
        }
        let Some(index) = self.indexes.front().cloned() else {
            self.whole_at = Some(head);
            return Ok(());
        };
        if work.write(move |sql| Ok(sql.script(&index)?)).await?.is_some() {
            work.model.beat.succeeds();
            self.indexes.pop_front();
        }
        Ok(())
    }

    /// Puts these tables in the place of those that were read, in one transaction. False when told to stop meanwhile.
    pub(crate) async fn switch(&mut self, work: &Work) -> Result<bool, Failure> {
        if !self.settled(work).await? {
            return Ok(false);
        }
        let (definition, names, switched) = (*work.definition(), self.names, self.names.switched());
        let moved = work.write(move |sql| {
            for table in definition.tables {
                let (from, to) = (names.table(table.name), switched.table(table.name));
                sql.script(&format!("drop table if exists {to}; alter table {from} rename to {to};"))?;
            }
            for view in (definition.views)() {
                show(sql, &view)?;
            }
            checkpoint::rename(sql, &names.checkpoint(definition.name), &switched.checkpoint(definition.name))?;
            Ok(())
        });
        if moved.await?.is_none() {
            return Ok(false);
        }
        self.names = switched;
        Ok(true)
    }
}

/// Forgets for whom the rows speak that are read, so that no start takes them up again. False when told to stop.
pub(crate) async fn disown(work: &Work) -> Result<bool, Failure> {
    let name = work.definition().name;
    Ok(work.write(move |sql| Ok(checkpoint::remove(sql, name)?)).await?.is_some())
}

/// Lets go of what a long way has piled up in memory.
pub(crate) async fn shrink(context: &Context) -> Result<(), Failure> {
    context.database.written(Sql::shrink).await?;
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
