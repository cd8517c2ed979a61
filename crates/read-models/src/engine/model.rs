//! One model while it runs: what its task, those who ask and those who give orders say to one another.

use crate::engine::beat::Beat;
use crate::engine::context::Context;
use crate::engine::failure::Failure;
use crate::engine::projection::Definition;
use crate::engine::status::{ModelState, Status};
use crate::engine::waits::STANDSTILL_MAX;
use event_store::Position;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use tokio::sync::{Notify, watch};

/// What is to become of a model's rows; of two plans the later holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Plan {
    /// They are kept up.
    Follow,
    /// They are built anew, and kept up meanwhile.
    Rebuild,
    /// They are built anew, and nobody may read them any more.
    Replace,
}

/// One model: its definition, and what passes between its task and the rest of the house.
pub(crate) struct Model {
    pub definition: Definition,
    pub status: watch::Sender<Status>,
    /// Too many rows to be checked before they are read, or a long time ago.
    pub unchecked: AtomicBool,
    pub beat: Beat,
    /// Counts the rows that were read one after the other, and withdrawn or replaced.
    rows: AtomicU64,
    /// About how many bytes its fold remembers.
    pub memory: AtomicUsize,
    plan: Mutex<Plan>,
    /// What readers met in the rows.
    met: Mutex<Option<Failure>>,
    /// A plan was made, or something was met.
    pub news: Notify,
    /// Readers who wait for a position: while there are any, the task does not pause.
    waiting: AtomicUsize,
    hurry: Notify,
}

impl Model {
    pub(crate) fn new(definition: Definition) -> Self {
        let (status, _) = watch::channel(Status::default());
        Self {
            definition,
            status,
            unchecked: AtomicBool::new(false),
            beat: Beat::new(),
            rows: AtomicU64::new(0),
            memory: AtomicUsize::new(0),
            plan: Mutex::new(Plan::Follow),
            met: Mutex::new(None),
            news: Notify::new(),
            waiting: AtomicUsize::new(0),
            hurry: Notify::new(),
        }
    }

    /// Where it stands.
    pub(crate) fn state(&self, context: &Context) -> ModelState {
        let head = context.store.head().position;
        let status = self.status.borrow().clone();
        let standstill = self.beat.standstill();
        let stands = standstill > STANDSTILL_MAX && status.position < head;
        let for_long = || {
            let held = context.database.held_by_others();
            held.unwrap_or_else(|| format!("nothing has gone on for {} s", standstill.as_secs()))
        };
        let why = match (status.served, status.withdrawn, status.fault) {
            (true, _, fault) => stands.then(|| fault.unwrap_or_else(for_long)),
            (false, Some(why), _) | (false, None, Some(why)) => Some(why),
            (false, None, None) => stands.then(for_long),
        };
        match why {
            Some(why) => ModelState::Stopped { why },
            None if status.served => ModelState::Running,
            None => ModelState::CatchingUp,
        }
    }

    /// Waits until the rows hold everything up to `position`. False when they are not to be read before.
    pub(crate) async fn reach(&self, position: Position) -> bool {
        let _waiter = Waiter::of(self);
        let mut status = self.status.subscribe();
        let reached = status
            .wait_for(|status| status.position >= position || status.withdrawn.is_some())
            .await
            .map(|status| status.position >= position);
        reached.unwrap_or(false)
    }

    /// Orders that the rows be built anew, beside those that are read.
    pub(crate) fn rebuild(&self) {
        self.planned(Plan::Rebuild);
        self.status.send_modify(|status| {
            status.built = Some(Position(0));
            // Whatever was wrong, it is another beginning.
            (status.withdrawn, status.fault) = (None, None);
        });
        self.news.notify_one();
    }

    /// Hears what a reader met in the rows.
    pub(crate) fn met(&self, failure: Failure) {
        *self.met.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
        self.news.notify_one();
    }

    /// What readers met in the rows since this was asked last.
    pub(crate) fn take_met(&self) -> Option<Failure> {
        self.met.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(crate) fn planned(&self, plan: Plan) {
        let mut planned = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        *planned = (*planned).max(plan);
    }

    pub(crate) fn plan(&self) -> Plan {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A plan has been carried out, unless a greater one was made meanwhile.
    pub(crate) fn carried_out(&self, plan: Plan) {
        let mut planned = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        if *planned == plan {
            *planned = Plan::Follow;
        }
    }

    pub(crate) fn has_news(&self) -> bool {
        self.plan() != Plan::Follow || self.met.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Whether somebody waits for its rows.
    pub(crate) fn is_waited_for(&self) -> bool {
        self.waiting.load(Ordering::Acquire) > 0
    }

    /// Somebody begins to wait; or did a moment ago, and has been served.
    pub(crate) async fn hurried(&self) {
        self.hurry.notified().await;
    }

    /// Which rows are read, of those that are read one after the other.
    pub(crate) fn rows(&self) -> u64 {
        self.rows.load(Ordering::Acquire)
    }

    /// From now on others are read.
    pub(crate) fn replaced(&self) {
        self.rows.fetch_add(1, Ordering::AcqRel);
    }

    /// Nobody may read the rows until there are others.
    pub(crate) fn withdraw(&self, why: &str) {
        self.replaced();
        self.status.send_modify(|status| {
            (status.position, status.served) = (Position(0), false);
            (status.withdrawn, status.fault) = (Some(why.to_owned()), None);
        });
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
