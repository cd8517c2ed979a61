//! The read models as the rest of the house sees them: open, start, wait, ask, rebuild, stop.

mod answers;
mod ledger;
mod memory;
mod questions;
mod remembered;
mod tables;

pub use memory::CacheMemory;

use crate::engine::context::Context;
use crate::engine::database::Database;
use crate::engine::failure::Failure;
use crate::engine::inspection::{check_gently, keep_checking, keep_looking};
use crate::engine::model::Model;
use crate::engine::pages::Pages;
use crate::engine::projection::Definition;
use crate::engine::replay::Log;
use crate::engine::runner::supervise;
use crate::engine::status::ModelState;
use crate::{
    dashboards, fact_counts, issue_board, leave_list, major_issue_board, named_answers, obligations, reception_list,
    review_index, session_list, undertaking_list, waiting,
};
use chrono_tz::Tz;
use event_store::{EventStore, Position};
use remembered::Remembered;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

/// Threads on which models fold: more than two cores can use, so that while some fold page after page there is still one
/// that hands the next statement to SQLite.
const MODEL_THREADS: usize = 5;

/// Names of the models, as in checkpoints and `/health/ready`.
pub mod names {
    /// `GET /v1/issues`.
    pub const ISSUE_BOARD: &str = crate::issue_board::DEFINITION.name;
    /// `GET /v1/receptions`.
    pub const RECEPTION_LIST: &str = crate::reception_list::DEFINITION.name;
    /// `GET /v1/sessions`, their dashboard, and what is public of them.
    pub const SESSION_LIST: &str = crate::session_list::DEFINITION.name;
    /// `GET /v1/major-issues`.
    pub const MAJOR_ISSUE_BOARD: &str = crate::major_issue_board::DEFINITION.name;
    /// What is owed, and what the clock waits for.
    pub const OBLIGATIONS: &str = crate::obligations::DEFINITION.name;
    /// `GET /v1/dashboards/…`.
    pub const DASHBOARDS: &str = crate::dashboards::DEFINITION.name;
    /// `GET /v1/leaves`.
    pub const LEAVE_LIST: &str = crate::leave_list::DEFINITION.name;
    /// Answers in a delegate's name, for `GET /v1/me/tasks`.
    pub const NAMED_ANSWERS: &str = crate::named_answers::DEFINITION.name;
    /// What waits for a decision, for `GET /v1/me/tasks`.
    pub const WAITING: &str = crate::waiting::DEFINITION.name;
    /// `GET /v1/activities`, `/v1/meetings`, `/v1/studies`, `/v1/deeds`, `/v1/appointments`, `/v1/typical-cases`.
    pub const UNDERTAKING_LIST: &str = crate::undertaking_list::DEFINITION.name;
    /// The facts of `GET /v1/clauses`.
    pub const FACT_COUNTS: &str = crate::fact_counts::DEFINITION.name;
    /// Where `GET /v1/reviews/…` looks.
    pub const REVIEW_INDEX: &str = crate::review_index::DEFINITION.name;
}

/// Why the read models could not be opened or told.
#[derive(Debug, thiserror::Error)]
pub enum ReadModelError {
    /// No thread could be started.
    #[error("input or output failed: {0}")]
    Io(#[source] std::io::Error),
    /// There is no model of that name.
    #[error("there is no read model named {0:?}")]
    UnknownModel(String),
    /// The models do not run.
    #[error("the read models are not running")]
    NotRunning,
    /// A model stopped while it was rebuilt.
    #[error("{name} stopped at position {position}: {why}")]
    Stopped {
        /// Which.
        name: &'static str,
        /// How far it came.
        position: Position,
        /// Why.
        why: String,
    },
}

/// The rows are not there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the read models are at position {applied}, not yet at {wanted}")]
pub struct Behind {
    /// Everything up to here is in the rows.
    pub applied: Position,
    /// What was asked for.
    pub wanted: Position,
}

/// A model's health.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelHealth {
    /// Its name.
    pub name: &'static str,
    /// Version of its rows.
    pub version: i64,
    /// Everything up to here is in its rows.
    pub position: Position,
    /// Where it stands.
    pub state: ModelState,
    /// How far the rows reach that are being built to take the place of those that are read.
    pub rebuilt: Option<Position>,
}

/// How far a rebuild has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RebuildProgress {
    /// Which model.
    pub name: &'static str,
    /// Position reached.
    pub position: Position,
    /// Position to reach: the log's head when the rebuild began.
    pub of: Position,
}

/// The read models. Cheap to clone; all clones are the same models.
#[derive(Clone)]
pub struct ReadModels {
    inner: Arc<Inner>,
}

struct Inner {
    models: Vec<Arc<Model>>,
    context: Context,
    trouble: Option<String>,
    running: Mutex<Option<Running>>,
    figures: Remembered,
}

/// The thread on which the models fold, and the way to reach them.
struct Running {
    thread: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

impl ReadModels {
    /// The models of the log with this id in a file, or in one of their own that goes with them. Nothing runs yet. A file
    /// that cannot be opened now is opened when it can be: [`ReadModels::trouble`] says so.
    ///
    /// `zone` is the town's: days are dates in it.
    pub async fn open(path: Option<&Path>, store: EventStore, log_id: Uuid, zone: Tz) -> Result<Self, ReadModelError> {
        let models = [
            issue_board::DEFINITION,
            reception_list::DEFINITION,
            session_list::DEFINITION,
            major_issue_board::DEFINITION,
            obligations::DEFINITION,
            dashboards::DEFINITION,
            review_index::DEFINITION,
            leave_list::DEFINITION,
            named_answers::DEFINITION,
            waiting::DEFINITION,
            undertaking_list::DEFINITION,
            fact_counts::DEFINITION,
        ];
        Self::open_models(&models, path, store, log_id, zone).await
    }

    pub(crate) async fn open_models(
        definitions: &[Definition],
        path: Option<&Path>,
        store: EventStore,
        log_id: Uuid,
        zone: Tz,
    ) -> Result<Self, ReadModelError> {
        let database = Database::at(path);
        let trouble = database.try_open().await.err().map(|failure| failure.to_string());
        let models: Vec<_> = definitions.iter().map(|definition| Arc::new(Model::new(*definition))).collect();
        let pages = Pages::of(store.clone(), models.iter().map(|model| model.status.subscribe()).collect());
        let log = Arc::new(Log::of(store.clone()));
        let context = Context { store, log, pages: Arc::new(pages), database, log_id, zone };
        let running = Mutex::new(None);
        Ok(Self { inner: Arc::new(Inner { models, context, trouble, running, figures: Remembered::default() }) })
    }

    /// Starts the models, once. They fold on threads of their own: a long batch must not hold up the threads that
    /// answer requests.
    pub fn start(&self) -> Result<(), ReadModelError> {
        let mut running = self.inner.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.is_some() {
            return Ok(());
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(MODEL_THREADS)
            .thread_name("read-models")
            .enable_time()
            .build()
            .map_err(ReadModelError::Io)?;
        let (stop, stopping) = watch::channel(false);
        let Inner { models, context, .. } = &*self.inner;
        let checking = keep_checking(models.clone(), context.clone(), stopping.clone());
        let looking = keep_looking(models.clone(), context.clone(), stopping.clone());
        let supervising: Vec<_> =
            models.iter().map(|model| supervise(model.clone(), context.clone(), stopping.clone())).collect();
        let thread = std::thread::Builder::new()
            .name("read-models".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    let (checking, looking) = (tokio::spawn(checking), tokio::spawn(looking));
                    for task in supervising.into_iter().map(tokio::spawn).collect::<Vec<_>>() {
                        // A supervisor ends when it is told to stop; it has nothing to report.
                        let _ended = task.await;
                    }
                    let _ended = tokio::join!(checking, looking);
                });
            })
            .map_err(ReadModelError::Io)?;
        *running = Some(Running { thread, stop });
        Ok(())
    }

    /// Why the file could not be opened at first, if so.
    pub fn trouble(&self) -> Option<&str> {
        self.inner.trouble.as_deref()
    }

    /// Waits until every model holds everything up to `position`, at most `timeout`. A model whose rows are
    /// not to be read is not waited for.
    pub async fn wait_for(&self, position: Position, timeout: Duration) -> Result<Position, Behind> {
        let all = async {
            for model in &self.inner.models {
                if !model.reach(position).await {
                    break;
                }
            }
        };
        // Late or not, the position says how far it came.
        let _in_time = tokio::time::timeout(timeout, all).await;
        reached(self.position(), position)
    }

    /// Like [`ReadModels::wait_for`], for the one model that a list comes from ([`names`]).
    pub async fn wait_for_model(&self, name: &str, position: Position, timeout: Duration) -> Result<Position, Behind> {
        let Some(model) = self.model(name) else {
            return Err(Behind { applied: Position(0), wanted: position });
        };
        let _in_time = tokio::time::timeout(timeout, model.reach(position)).await;
        let applied = model.status.borrow().position;
        reached(applied, position)
    }

    /// Everything up to here is in every model's rows.
    pub fn position(&self) -> Position {
        let positions = self.inner.models.iter().map(|model| model.status.borrow().position);
        positions.min().unwrap_or_default()
    }

    /// Where each model stands.
    pub fn health(&self) -> Vec<ModelHealth> {
        let health = |model: &Arc<Model>| {
            let state = model.state(&self.inner.context);
            let status = model.status.borrow();
            ModelHealth {
                name: model.definition.name,
                version: model.definition.version,
                position: status.position,
                state,
                rebuilt: status.built,
            }
        };
        self.inner.models.iter().map(health).collect()
    }

    /// Whether the rows of every model may be read and hold everything up to `position`.
    pub fn hold(&self, position: Position) -> bool {
        self.inner.models.iter().all(|model| {
            let status = model.status.borrow();
            status.served && status.position >= position
        })
    }

    /// Orders that the rows of one model, or of all, be folded again from the first leaf, beside those that are read, and
    /// take their place. [`ReadModels::health`] shows the way.
    pub fn start_rebuild(&self, name: Option<&str>) -> Result<(), ReadModelError> {
        let chosen = self.chosen(name)?;
        if self.inner.running.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
            return Err(ReadModelError::NotRunning);
        }
        for index in chosen {
            self.inner.models[index].rebuild();
        }
        Ok(())
    }

    /// Rebuilds one model, or all, and waits until the new rows are read. `progress` is told of each step.
    pub async fn rebuild(
        &self,
        name: Option<&str>,
        progress: &(dyn Fn(RebuildProgress) + Send + Sync),
    ) -> Result<(), ReadModelError> {
        let of = self.inner.context.store.head().position;
        let chosen = self.chosen(name)?;
        self.start_rebuild(name)?;
        for index in chosen {
            let model = &self.inner.models[index];
            let mut status = model.status.subscribe();
            loop {
                let seen = status.borrow_and_update().clone();
                let position = seen.built.unwrap_or(seen.position);
                progress(RebuildProgress { name: model.definition.name, position, of });
                if let Some(why) = seen.withdrawn {
                    return Err(ReadModelError::Stopped { name: model.definition.name, position, why });
                }
                if seen.built.is_none() && seen.served && seen.position >= of {
                    break;
                }
                if status.changed().await.is_err() {
                    return Err(ReadModelError::NotRunning);
                }
            }
        }
        Ok(())
    }

    /// Stops the models between two commits and closes the file.
    pub async fn shutdown(&self) {
        let running = self.inner.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(running) = running {
            running.stop.send_replace(true);
            // The thread ends when its supervisors have, which is soon; a panic in it was reported where it happened.
            let _ended = tokio::task::spawn_blocking(|| running.thread.join()).await;
        }
        self.inner.context.database.close().await;
    }

    /// Compares the rows of every model with what was written, without haste. What is wrong is built anew. The models do
    /// the same by themselves every few hours.
    pub async fn check(&self) {
        for model in &self.inner.models {
            check_gently(model, &self.inner.context).await;
        }
    }

    /// Hears from whoever read rows of a model that one of them does not hold what the log does: its rows are built anew.
    pub fn bad_row(&self, name: &str, why: impl std::fmt::Display) {
        if let Some(model) = self.model(name) {
            model.met(Failure::BadRow(why.to_string()));
        }
    }

    /// A connection like those that answer questions, for tests that ask SQLite how it would.
    #[cfg(test)]
    pub(crate) fn reader(&self) -> crate::engine::sqlite::Sql {
        self.inner.context.database.reader()().unwrap()
    }

    fn model(&self, name: &str) -> Option<&Arc<Model>> {
        self.inner.models.iter().find(|model| model.definition.name == name)
    }

    fn chosen(&self, name: Option<&str>) -> Result<Vec<usize>, ReadModelError> {
        let Some(name) = name else {
            return Ok((0..self.inner.models.len()).collect());
        };
        let index = self.inner.models.iter().position(|model| model.definition.name == name);
        index.map(|index| vec![index]).ok_or_else(|| ReadModelError::UnknownModel(name.to_owned()))
    }
}

fn reached(applied: Position, wanted: Position) -> Result<Position, Behind> {
    if applied >= wanted { Ok(applied) } else { Err(Behind { applied, wanted }) }
}
