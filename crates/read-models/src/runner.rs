//! The loop that keeps a model's rows up with the log: wait on the head, read after the checkpoint, fold in memory,
//! write rows and checkpoint in one transaction, say how far it has come.
//!
//! Live and catching up are the same loop with fewer or more events a turn; nothing is pushed, so nothing can be lost
//! or seen twice at the seam.

use crate::checkpoint;
use crate::database::Database;
use crate::failure::Failure;
use crate::pages::Pages;
use crate::projection::{Definition, Projection};
use chrono_tz::Tz;
use event_store::{EventStore, Hash, Head, Position};
use sqlx::Connection as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, mpsc, oneshot, watch};
use uuid::Uuid;

/// Events folded before their rows are written.
const BATCH_EVENTS_MAX: u64 = 16_384;
/// Bytes of leaves and boxes folded before their rows are written.
const BATCH_BYTES_MAX: usize = 16 << 20;
/// Two live commits lie at least this far apart when the log moves fast. A commit's cost is mostly its own, so that
/// many small ones would take processor from the commands that feed them. A log at rest is followed at once.
const PAUSE_MIN: Duration = Duration::from_millis(25);
/// Longest pause; readers wait for 2 s at most.
const PAUSE_MAX: Duration = Duration::from_millis(400);
/// While commands pour in, a model works at most one part in `1 + PAUSE_FACTOR` of the time.
const PAUSE_FACTOR: u32 = 3;
/// Beyond this distance it works without pauses: being late is then worse than being in the way.
const BEHIND_MAX: u64 = 100_000;

/// Where a model stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelState {
    /// It follows the log.
    Running,
    /// It has not reached the head that was found when it started.
    CatchingUp,
    /// It stands still until it is rebuilt, or the program is started again.
    Stopped {
        /// What stopped it.
        why: String,
    },
}

/// What a model tells of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    pub position: Position,
    pub state: ModelState,
}

/// One model: its definition, and what passes between its task and the rest of the house.
pub(crate) struct Model {
    pub definition: Definition,
    pub status: watch::Sender<Status>,
    /// Readers who wait for a position: while there are any, the task does not pause.
    waiting: AtomicUsize,
    hurry: Notify,
}

impl Model {
    pub(crate) fn new(definition: Definition) -> Self {
        let (status, _) = watch::channel(Status { position: Position(0), state: ModelState::CatchingUp });
        Self { definition, status, waiting: AtomicUsize::new(0), hurry: Notify::new() }
    }

    /// Waits until the rows hold everything up to `position`. False when the model stopped before.
    pub(crate) async fn reach(&self, position: Position) -> bool {
        let _waiter = Waiter::of(self);
        let mut status = self.status.subscribe();
        let reached = status
            .wait_for(|status| status.position >= position || matches!(status.state, ModelState::Stopped { .. }))
            .await
            .map(|status| status.position >= position);
        reached.unwrap_or(false)
    }
}

/// Counts a reader for as long as it waits, also when it gives up.
struct Waiter<'m>(&'m Model);

impl<'m> Waiter<'m> {
    fn of(model: &'m Model) -> Self {
        model.waiting.fetch_add(1, Ordering::AcqRel);
        model.hurry.notify_one();
        Self(model)
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

/// What all models share.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub store: EventStore,
    pub pages: Arc<Pages>,
    pub database: Database,
    pub log_id: Uuid,
    pub zone: Tz,
}

/// An order to a model's task. Dropping the sender ends the task.
pub(crate) enum Order {
    /// Throw the rows away and fold the log again. Answered once the old fold has ended, so that nobody takes its last
    /// position for that of the new one.
    Rebuild(oneshot::Sender<()>),
}

/// Runs a model until its orders end. Whatever goes wrong in the fold, a panic included, stops this model only and
/// shows in its status.
///
/// Its memory is dropped at every stop and its transaction rolls back, so a restart is the only way on, and it is
/// always the same: from the checkpoint.
pub(crate) async fn supervise(model: Arc<Model>, surroundings: Surroundings, mut orders: mpsc::Receiver<Order>) {
    let mut from_nothing = false;
    loop {
        let (stop, stopping) = watch::channel(false);
        let mut task = tokio::spawn(follow(model.clone(), surroundings.clone(), from_nothing, stopping));
        let order = tokio::select! {
            ended = &mut task => {
                let failure = match ended {
                    Ok(Ok(())) => return,
                    Ok(Err(failure)) => failure,
                    Err(error) => Failure::Panicked(error.to_string()),
                };
                tracing::error!(model = model.definition.name, why = %failure, "a read model stopped");
                model.status.send_modify(|status| {
                    status.state = ModelState::Stopped { why: failure.to_string() };
                });
                orders.recv().await
            }
            order = orders.recv() => {
                if order.is_some() {
                    // Its rows are thrown away anyway, by the same connection and hence after whatever it still does.
                    task.abort();
                } else {
                    // A commit cut short could still reach the file when others have opened it.
                    stop.send_replace(true);
                }
                // Only waits for the end; what ended it is known.
                let _ended = task.await;
                order
            }
        };
        match order {
            Some(Order::Rebuild(begun)) => {
                from_nothing = true;
                model.status.send_replace(Status { position: Position(0), state: ModelState::CatchingUp });
                // Whoever gave the order may have gone; the rebuild goes on.
                let _heard = begun.send(());
            }
            None => return,
        }
    }
}

/// Follows the log until something fails, or it is told to stop, which it does between two commits.
async fn follow(
    model: Arc<Model>,
    surroundings: Surroundings,
    from_nothing: bool,
    mut stopping: watch::Receiver<bool>,
) -> Result<(), Failure> {
    let store = &surroundings.store;
    // Before the first read, or a leaf between reading and watching would be waited for in vain.
    let mut heads = store.watch();
    let mut position = begin(&model, &surroundings, from_nothing).await?;
    let found = store.head().position;
    model.status.send_replace(Status { position, state: ModelState::CatchingUp });
    let mut indexed = false;
    let mut projection = (model.definition.make)(surroundings.zone);
    projection.prepare(store, position).await?;
    let mut pace = Pace::default();
    loop {
        if !indexed && position >= found {
            arrive(&model, &surroundings).await?;
            indexed = true;
        }
        model.status.send_modify(|status| {
            status.position = position;
            if indexed {
                status.state = ModelState::Running;
            }
        });
        let head = tokio::select! {
            // First, or a log that always moves would never let go.
            biased;
            // An order to stop, or nobody left to give one.
            _told = stopping.wait_for(|stop| *stop) => return Ok(()),
            head = heads.wait_for(|head| head.position > position) => head.map(|head| *head),
        };
        let Ok(head) = head else {
            // The store is shut down: nothing will ever follow, and what there was is in the rows.
            let _told = stopping.wait_for(|stop| *stop).await;
            return Ok(());
        };
        pace.before(&model, head.position.0 - position.0).await;
        let head = if pace.paused() { *heads.borrow() } else { head };
        let begun = Instant::now();
        let (next, root) = fold_batch(projection.as_mut(), &surroundings, position, &head).await?;
        let mut transaction = surroundings.database.writer.begin().await?;
        projection.write(&mut transaction, store).await?;
        checkpoint::advance(
            &mut transaction,
            model.definition.name,
            model.definition.version,
            surroundings.log_id,
            position,
            (next, root),
        )
        .await?;
        transaction.commit().await?;
        position = next;
        pace.after(begun.elapsed());
    }
}

/// Where to go on from: the checkpoint, if its rows are of this model's version and this log, or nothing.
async fn begin(model: &Model, surroundings: &Surroundings, from_nothing: bool) -> Result<Position, Failure> {
    let definition = &model.definition;
    let mut transaction = surroundings.database.writer.begin().await?;
    let stored = checkpoint::load(&mut transaction, definition.name).await?;
    if let Some(stored) = stored.filter(|stored| !from_nothing && stored.version == definition.version) {
        drop(transaction);
        checkpoint::verify(&stored, &surroundings.store, surroundings.log_id).await?;
        return Ok(stored.position);
    }
    sqlx::raw_sql(definition.tables).execute(&mut *transaction).await?;
    checkpoint::restart(&mut transaction, definition.name, definition.version, surroundings.log_id).await?;
    transaction.commit().await?;
    Ok(Position(0))
}

/// What is done once the rows have reached the head that was found at the start: the indexes that questions need are
/// made, and what a long way has piled up in memory is let go.
async fn arrive(model: &Model, surroundings: &Surroundings) -> Result<(), Failure> {
    let mut writer = surroundings.database.writer.acquire().await?;
    sqlx::raw_sql(model.definition.indexes).execute(&mut *writer).await?;
    // Statements for hundreds of rows at once, a megabyte each; a model that follows the log writes a few rows a time.
    writer.clear_cached_statements().await?;
    sqlx::raw_sql("pragma shrink_memory").execute(&mut *writer).await?;
    surroundings.pages.forget_passed();
    Ok(())
}

/// Folds what has piled up between `after` and `head`, as much as one transaction should hold. Answers with the
/// position reached and the log's root there.
async fn fold_batch(
    projection: &mut dyn Projection,
    surroundings: &Surroundings,
    after: Position,
    head: &Head,
) -> Result<(Position, Hash), Failure> {
    let store = &surroundings.store;
    let mut reached = after;
    let mut bytes = 0;
    let end = Position(head.position.0.min(after.0 + BATCH_EVENTS_MAX));
    while reached < end && bytes < BATCH_BYTES_MAX {
        let page = surroundings.pages.after(reached).await?;
        for event in page.after(reached).iter().take_while(|event| event.position() <= end) {
            bytes += event.bytes();
            projection.fold(event, store).await?;
            reached = event.position();
        }
        // Other models share this thread.
        tokio::task::yield_now().await;
    }
    let root = if reached == head.position { head.root } else { checkpoint::root_at(store, reached).await? };
    Ok((reached, root))
}

/// How long a model rests between two commits.
#[derive(Default)]
struct Pace {
    last: Option<(Instant, Duration)>,
    paused: bool,
}

impl Pace {
    /// Rests, unless the log was at rest, somebody waits for the rows, or they are far behind.
    async fn before(&mut self, model: &Model, behind: u64) {
        self.paused = false;
        let Some((ended, busy)) = self.last else {
            return;
        };
        if behind > BEHIND_MAX || model.status.borrow().state != ModelState::Running {
            return;
        }
        let due = ended + (busy * PAUSE_FACTOR).clamp(PAUSE_MIN, PAUSE_MAX);
        while model.waiting.load(Ordering::Acquire) == 0 {
            let rest = due.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return;
            }
            self.paused = true;
            tokio::select! {
                () = tokio::time::sleep(rest) => return,
                // May be the echo of a reader who has been served; then nobody is counted and the rest goes on.
                () = model.hurry.notified() => {}
            }
        }
    }

    fn after(&mut self, busy: Duration) {
        self.last = Some((Instant::now(), busy));
    }

    const fn paused(&self) -> bool {
        self.paused
    }
}
