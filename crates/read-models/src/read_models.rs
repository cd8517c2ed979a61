//! The read models as the rest of the house sees them: open, start, wait, ask, rebuild, stop.

use crate::dashboards::{self, Dashboard, DashboardBy, DashboardQuery, MajorDashboard};
use crate::database::Database;
use crate::issue_board::{self, IssueQuery, IssueRow};
use crate::list::{ListError, Listed, PageRequest};
use crate::major_issue_board::{self, MajorIssueQuery, MajorIssueRow};
use crate::pages::Pages;
use crate::projection::Definition;
use crate::reception_list::{self, ReceptionQuery, ReceptionRow};
use crate::review_index::{self, ReviewOf, ReviewStreams};
use crate::runner::{Model, ModelState, Order, Surroundings, supervise};
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::ids::AreaId;
use event_store::{EventStore, Position};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
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
    /// `GET /v1/major-issues`.
    pub const MAJOR_ISSUE_BOARD: &str = crate::major_issue_board::DEFINITION.name;
    /// `GET /v1/dashboards/…`.
    pub const DASHBOARDS: &str = crate::dashboards::DEFINITION.name;
    /// Where `GET /v1/reviews/…` looks.
    pub const REVIEW_INDEX: &str = crate::review_index::DEFINITION.name;
}

/// Why the read models could not be opened or told.
#[derive(Debug, thiserror::Error)]
pub enum ReadModelError {
    /// The file could not be opened.
    #[error("the read database cannot be opened: {0}")]
    Sql(#[source] sqlx::Error),
    /// A damaged file could not be set aside, or no thread could be started.
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
    surroundings: Surroundings,
    running: Mutex<Option<Running>>,
}

/// The thread on which the models fold, and the way to reach them.
struct Running {
    thread: JoinHandle<()>,
    orders: Vec<mpsc::Sender<Order>>,
}

impl ReadModels {
    /// Opens the file (or a database in memory) for the log with this id. Nothing runs yet.
    ///
    /// `zone` is the town's: days are dates in it.
    pub async fn open(path: Option<&Path>, store: EventStore, log_id: Uuid, zone: Tz) -> Result<Self, ReadModelError> {
        let models = [
            issue_board::DEFINITION,
            reception_list::DEFINITION,
            major_issue_board::DEFINITION,
            dashboards::DEFINITION,
            review_index::DEFINITION,
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
        let database = Database::open(path).await?;
        let models: Vec<_> = definitions.iter().map(|definition| Arc::new(Model::new(*definition))).collect();
        let pages = Pages::of(store.clone(), models.iter().map(|model| model.status.subscribe()).collect());
        let surroundings = Surroundings { store, pages: Arc::new(pages), database, log_id, zone };
        Ok(Self { inner: Arc::new(Inner { models, surroundings, running: Mutex::new(None) }) })
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
            .enable_time()
            .build()
            .map_err(ReadModelError::Io)?;
        let (orders, tasks): (Vec<_>, Vec<_>) = self
            .inner
            .models
            .iter()
            .map(|model| {
                let (order, orders) = mpsc::channel(4);
                (order, supervise(model.clone(), self.inner.surroundings.clone(), orders))
            })
            .unzip();
        let thread = std::thread::Builder::new()
            .name("read-models".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    let tasks: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
                    for task in tasks {
                        // A supervisor ends when its orders end; it has nothing to report.
                        let _ended = task.await;
                    }
                });
            })
            .map_err(ReadModelError::Io)?;
        *running = Some(Running { thread, orders });
        Ok(())
    }

    /// Waits until every model holds everything up to `position`, at most `timeout`. A stopped model is not waited
    /// for.
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
            let status = model.status.borrow().clone();
            ModelHealth {
                name: model.definition.name,
                version: model.definition.version,
                position: status.position,
                state: status.state,
            }
        };
        self.inner.models.iter().map(health).collect()
    }

    /// Whether every model that follows the log holds everything up to `position`.
    pub fn hold(&self, position: Position) -> bool {
        self.inner.models.iter().all(|model| {
            let status = model.status.borrow();
            matches!(status.state, ModelState::Stopped { .. }) || status.position >= position
        })
    }

    /// Throws away the rows of one model, or of all, and folds the log again. Returns when the folds have begun;
    /// [`ReadModels::health`] shows the way.
    pub async fn start_rebuild(&self, name: Option<&str>) -> Result<(), ReadModelError> {
        let chosen = self.chosen(name)?;
        let orders: Vec<mpsc::Sender<Order>> = {
            let running = self.inner.running.lock().unwrap_or_else(PoisonError::into_inner);
            let running = running.as_ref().ok_or(ReadModelError::NotRunning)?;
            chosen.iter().map(|index| running.orders[*index].clone()).collect()
        };
        for order in orders {
            let (begun, heard) = oneshot::channel();
            order.send(Order::Rebuild(begun)).await.map_err(|_| ReadModelError::NotRunning)?;
            heard.await.map_err(|_| ReadModelError::NotRunning)?;
        }
        Ok(())
    }

    /// Rebuilds one model, or all, and waits until they are up to the head found now. `progress` is told of each step.
    pub async fn rebuild(
        &self,
        name: Option<&str>,
        progress: &(dyn Fn(RebuildProgress) + Send + Sync),
    ) -> Result<(), ReadModelError> {
        let of = self.inner.surroundings.store.head().position;
        let chosen = self.chosen(name)?;
        self.start_rebuild(name).await?;
        for index in chosen {
            let model = &self.inner.models[index];
            let mut status = model.status.subscribe();
            loop {
                let seen = status.borrow_and_update().clone();
                progress(RebuildProgress { name: model.definition.name, position: seen.position, of });
                if let ModelState::Stopped { why } = seen.state {
                    return Err(ReadModelError::Stopped { name: model.definition.name, position: seen.position, why });
                }
                if seen.position >= of && seen.state == ModelState::Running {
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
            drop(running.orders);
            // The thread ends when its supervisors have, which is soon; a panic in it was reported where it happened.
            let _ended = tokio::task::spawn_blocking(|| running.thread.join()).await;
        }
        self.inner.surroundings.database.close().await;
    }

    /// `GET /v1/issues`. `today` is the town's date that lateness refers to.
    pub async fn issues(
        &self,
        query: &IssueQuery,
        today: NaiveDate,
        page: &PageRequest,
    ) -> Result<Listed<IssueRow>, ListError> {
        issue_board::list(&self.inner.surroundings.database.readers, query, today, page).await
    }

    /// A page of receptions by filter and order, for `GET /v1/receptions`.
    pub async fn receptions(
        &self,
        query: &ReceptionQuery,
        page: &PageRequest,
    ) -> Result<Listed<ReceptionRow>, ListError> {
        reception_list::list(&self.inner.surroundings.database.readers, query, page).await
    }

    /// A page of the major-issue board by filter, for `GET /v1/major-issues`.
    pub async fn major_issues(
        &self,
        query: &MajorIssueQuery,
        page: &PageRequest,
    ) -> Result<Listed<MajorIssueRow>, ListError> {
        major_issue_board::list(&self.inner.surroundings.database.readers, query, page).await
    }

    /// The counters of `GET /v1/dashboards/…`, told apart as asked. `today` is the town's date that lateness, silence and
    /// the week refer to. Only rows with something in them; an impossible range of days has none (but the town's).
    pub async fn dashboard(
        &self,
        by: DashboardBy,
        query: &DashboardQuery,
        today: NaiveDate,
    ) -> Result<Dashboard, ListError> {
        dashboards::dashboard(&self.inner.surroundings.database.readers, by, query, today).await
    }

    /// The counters of `GET /v1/dashboards/major-issues`. `from` and `to` are town dates of submission.
    pub async fn major_dashboard(
        &self,
        grid_id: Option<AreaId>,
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Result<MajorDashboard, ListError> {
        let query = DashboardQuery { grid_id, from, to };
        dashboards::major_dashboard(&self.inner.surroundings.database.readers, &query, today).await
    }

    /// The issues and receptions that may matter to a review of `year` and had begun at `up_to`: never one too few, as
    /// long as `up_to` is not beyond the answer's `as_of_position`.
    pub async fn review_streams(&self, year: i32, of: ReviewOf, up_to: Position) -> Result<ReviewStreams, ListError> {
        review_index::review_streams(&self.inner.surroundings.database.readers, year, of, up_to).await
    }

    /// What answers questions, for tests that ask SQLite how it would.
    #[cfg(test)]
    pub(crate) fn readers(&self) -> &sqlx::SqlitePool {
        &self.inner.surroundings.database.readers
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
