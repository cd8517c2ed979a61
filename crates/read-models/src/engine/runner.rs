//! The loop that keeps a model's rows up with the log: wait on the head, read after the checkpoint, fold in memory,
//! write rows and checkpoint in one transaction, say how far it has come.
//!
//! Live and catching up are the same loop with fewer or more events a turn; nothing is pushed, so nothing can be lost
//! or seen twice at the seam. Rows are built anew beside those that are read, turn by turn in the same loop, and take
//! their place in one transaction.
//!
//! Nothing stops a model for good. What passes is waited for; rows that are not what they should be are built anew; what
//! only a person can mend is tried again from time to time, in case somebody did.

use crate::engine::beat::Beat;
use crate::engine::check::{self, Pace as CheckPace};
use crate::engine::failure::{Failure, Remedy};
use crate::engine::folding::{self, BATCH_EVENTS_MAX, Folding, Surroundings, Work};
use crate::engine::projection::Definition;
use crate::engine::table::Names;
use event_store::Position;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};

/// Events a turn while rows are built beside others and commands come: a turn of the one kind is what the other kind
/// waits for.
const BATCH_EVENTS_BESIDE: u64 = 2_048;
/// So near the head the indexes are made.
const NEAR: u64 = 4_096;
/// Two live commits lie at least this far apart when the log moves fast. A commit's cost is mostly its own, so that
/// many small ones would take processor from the commands that feed them. A log at rest is followed at once.
const PAUSE_MIN: Duration = Duration::from_millis(25);
/// Longest pause; readers wait for 2 s at most.
const PAUSE_MAX: Duration = Duration::from_millis(400);
/// While commands pour in, a model works at most one part in `1 + PAUSE_FACTOR` of the time.
const PAUSE_FACTOR: u32 = 3;
/// Beyond this distance it works without pauses: being late is then worse than being in the way.
const BEHIND_MAX: u64 = 100_000;
/// A model that has work, and with which nothing has gone on for so long, is told as stopped and not read.
const STANDSTILL_MAX: Duration = Duration::from_secs(5);
/// Longest wait before a model begins again that met something that passes.
const AGAIN_MAX: Duration = Duration::from_secs(5);
/// Longest wait before a model begins again that only a person can mend, or that rebuilds itself again and again.
const SELDOM_MAX: Duration = Duration::from_secs(600);

/// Where a model stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelState {
    /// It follows the log.
    Running,
    /// It has no rows to be read yet, or not those of the head that was found when it started.
    CatchingUp,
    /// It stands still, or its rows are not to be read. It goes on by itself as soon as it can.
    Stopped {
        /// Why.
        why: String,
    },
}

/// What a model tells of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Status {
    /// Everything up to here is in the rows that are read, or will be as soon as they may be.
    pub position: Position,
    /// Whether the rows may be read.
    pub served: bool,
    /// How far the rows reach that are being built beside them.
    pub built: Option<Position>,
    /// Why the rows may not be read, where there was something wrong with them or with their fold.
    pub withdrawn: Option<String>,
    /// What is in the way just now.
    pub fault: Option<String>,
}

/// What is to become of a model's rows; of two plans the later holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Plan {
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
    beat: Beat,
    plan: Mutex<Plan>,
    /// What readers met in the rows.
    met: Mutex<Option<Failure>>,
    /// A plan was made, or something was met.
    news: Notify,
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
            plan: Mutex::new(Plan::Follow),
            met: Mutex::new(None),
            news: Notify::new(),
            waiting: AtomicUsize::new(0),
            hurry: Notify::new(),
        }
    }

    /// Where it stands.
    pub(crate) fn state(&self, surroundings: &Surroundings) -> ModelState {
        let head = surroundings.store.head().position;
        let status = self.status.borrow().clone();
        let standstill = self.beat.standstill();
        let stands = standstill > STANDSTILL_MAX && status.position < head;
        let for_long = || {
            let held = surroundings.database.held_by_others();
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

    fn planned(&self, plan: Plan) {
        let mut planned = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        *planned = (*planned).max(plan);
    }

    fn plan(&self) -> Plan {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A plan has been carried out, unless a greater one was made meanwhile.
    fn carried_out(&self, plan: Plan) {
        let mut planned = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        if *planned == plan {
            *planned = Plan::Follow;
        }
    }

    fn has_news(&self) -> bool {
        self.plan() != Plan::Follow || self.met.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Nobody may read the rows until there are others.
    fn withdraw(&self, why: &str) {
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

/// Runs a model until it is told to stop. Whatever goes wrong in the fold, a panic included, concerns this model only and
/// shows in its status.
///
/// Its memory is dropped at every failure and its transaction rolls back, so that the way on is always the same: from
/// the checkpoint.
pub(crate) async fn supervise(model: Arc<Model>, surroundings: Surroundings, mut stopping: watch::Receiver<bool>) {
    let mut patience = Patience::default();
    loop {
        let generation = surroundings.database.generation();
        let before = model.status.borrow().position;
        let task = tokio::spawn(follow(model.clone(), surroundings.clone(), stopping.clone()));
        let failure = match task.await {
            Ok(Ok(())) => return,
            Ok(Err(failure)) => failure,
            Err(error) => Failure::Panicked(error.to_string()),
        };
        if *stopping.borrow() {
            return;
        }
        model.beat.fails();
        if model.status.borrow().position > before {
            patience.is_restored();
        }
        let why = failure.to_string();
        patience.tell(model.definition.name, &why);
        let remedy = failure.remedy();
        match remedy {
            // What was read until now may be read on for a while.
            Remedy::Patience => model.status.send_modify(|status| status.fault = Some(why.clone())),
            Remedy::Look | Remedy::Rebuild | Remedy::NewFile | Remedy::None => model.withdraw(&why),
        }
        let rest = tokio::time::sleep(patience.rest(remedy));
        tokio::select! {
            _told = stopping.wait_for(|stop| *stop) => return,
            // An order to rebuild is an order to try now.
            () = model.news.notified() => {}
            () = rest => {}
        }
        match remedy {
            Remedy::Patience | Remedy::Look | Remedy::None => {}
            Remedy::Rebuild => model.planned(Plan::Replace),
            Remedy::NewFile => {
                if let Err(error) = surroundings.database.set_aside(generation, &why).await {
                    tracing::error!(%error, "the damaged read database could not be set aside");
                }
            }
        }
    }
}

/// How long a model waits before it begins again.
#[derive(Default)]
struct Patience {
    /// Failures in a row.
    failures: u32,
    /// When rows were last found to be wrong, and how often in a row.
    wrong: Option<(Instant, u32)>,
    /// When rows were last looked through because of others.
    looked: Option<Instant>,
    told: Option<(Instant, String)>,
}

impl Patience {
    const fn is_restored(&mut self) {
        self.failures = 0;
    }

    fn rest(&mut self, remedy: Remedy) -> Duration {
        self.failures = self.failures.saturating_add(1);
        match remedy {
            Remedy::Patience => jittered(doubled(Duration::from_millis(50), self.failures, AGAIN_MAX)),
            Remedy::None => jittered(doubled(Duration::from_secs(1), self.failures, SELDOM_MAX)),
            // At once; but who writes all the time must not have them looked through all the time.
            Remedy::Look => {
                let recently = self.looked.replace(Instant::now()).is_some_and(|at| at.elapsed() < 4 * AGAIN_MAX);
                if recently { AGAIN_MAX } else { Duration::ZERO }
            }
            // At once; but rows that are wrong again and again are a disk or a program that is not well, and built anew
            // all the time they would keep it from everything else.
            Remedy::Rebuild | Remedy::NewFile => {
                let recently = self.wrong.filter(|(at, _)| at.elapsed() < 2 * SELDOM_MAX);
                let times = recently.map_or(0, |(_, times)| times);
                self.wrong = Some((Instant::now(), times.saturating_add(1)));
                if times == 0 { Duration::ZERO } else { doubled(Duration::from_secs(1), times, SELDOM_MAX) }
            }
        }
    }

    /// Writes a failure to the log, the same one at most once a minute.
    fn tell(&mut self, model: &str, why: &str) {
        let told = self.told.as_ref().is_some_and(|(at, told)| told == why && at.elapsed() < Duration::from_secs(60));
        if !told {
            tracing::error!(model, why, "a read model does not go on; it is tried again");
            self.told = Some((Instant::now(), why.to_owned()));
        }
    }
}

/// `first` the first time, then twice as long each time.
fn doubled(first: Duration, times: u32, most: Duration) -> Duration {
    first.saturating_mul(1 << times.saturating_sub(1).min(16)).min(most)
}

/// Three quarters to five quarters of a wait, so that models that failed together do not come together again.
fn jittered(wait: Duration) -> Duration {
    let nanos = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().subsec_nanos();
    wait * (768 + (nanos >> 4) % 512) / 1_024
}

/// Follows the log until something fails, or it is told to stop, which it does between two commits.
async fn follow(
    model: Arc<Model>,
    surroundings: Surroundings,
    mut stopping: watch::Receiver<bool>,
) -> Result<(), Failure> {
    let (told_to_stop, mut end) = (stopping.clone(), stopping.clone());
    let work =
        Work { definition: &model.definition, surroundings: &surroundings, beat: &model.beat, stopping: &told_to_stop };
    // Before the first read, or a leaf between reading and watching would be waited for in vain.
    let mut heads = surroundings.store.watch();
    let mut files = surroundings.database.files();
    let mut others = surroundings.database.others().wrote();
    model.beat.wakes();
    surroundings.database.prepare().await?;
    let Some((mut read, mut built)) = begin(&model, &work).await? else { return Ok(()) };
    let found = surroundings.store.head().position;
    let mut pace = Pace::default();
    loop {
        publish(&model, read.as_ref(), built.as_ref());
        if *stopping.borrow() {
            return Ok(());
        }
        if let Some(failure) = model.met.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Err(failure);
        }
        if files.has_changed().unwrap_or(true) {
            return Err(Failure::SetAside);
        }
        if others.has_changed().unwrap_or(true) {
            return Err(Failure::WrittenByOthers);
        }
        if !carry_out(&model, &work, &mut read, &mut built).await? {
            return Ok(());
        }
        let head = *heads.borrow_and_update();
        if let Some(new) = &mut built {
            let reached = read.as_ref().map_or(Position(0), |rows| rows.position);
            if new.whole_at.is_some_and(|whole_at| new.position >= whole_at.max(reached)) {
                if !new.switch(&work).await? {
                    return Ok(());
                }
                tracing::info!(model = model.definition.name, position = new.position.0, "a read model was built");
                read = built.take();
                folding::shrink(&surroundings).await?;
                continue;
            }
        }
        let both = read.is_some() && built.is_some();
        // Where nothing new came during the last turn, nobody waits for the next one.
        let moves = read.as_ref().is_some_and(|rows| rows.position < head.position);
        let events = if both && moves { BATCH_EVENTS_BESIDE } else { BATCH_EVENTS_MAX };
        if let Some(rows) = &mut read {
            if rows.position < head.position {
                if !both {
                    pace.before(&model, head.position.0 - rows.position.0).await;
                }
                let head = if pace.paused() { *heads.borrow() } else { head };
                let begun = Instant::now();
                if !rows.turn(&work, &head, events).await? {
                    return Ok(());
                }
                pace.after(begun.elapsed());
            }
            if rows.position >= found && rows.whole_at.is_none() {
                while rows.whole_at.is_none() && !*stopping.borrow() {
                    rows.index(&work, head.position).await?;
                }
                folding::shrink(&surroundings).await?;
            }
        }
        if let Some(new) = &mut built {
            if new.whole_at.is_none() && new.position.0 + NEAR > head.position.0 {
                new.index(&work, head.position).await?;
            } else if !new.turn(&work, &head, events).await? {
                return Ok(());
            }
            continue;
        }
        let Some(reached) = read.as_ref().map(|rows| rows.position) else { continue };
        if reached < head.position {
            continue;
        }
        publish(&model, read.as_ref(), built.as_ref());
        model.status.send_if_modified(|status| status.fault.take().is_some());
        model.beat.rests();
        tokio::select! {
            // First, or a log that always moves would never let go.
            biased;
            // An order to stop, or nobody left to give one.
            () = async { drop(stopping.wait_for(|stop| *stop).await) } => return Ok(()),
            () = model.news.notified() => {}
            _set_aside = files.changed() => return Err(Failure::SetAside),
            _wrote = others.changed() => return Err(Failure::WrittenByOthers),
            moves = async { heads.wait_for(|head| head.position > reached).await.is_ok() } => if !moves {
                // The store is shut down: nothing will ever follow, and what there was is in the rows.
                drop(end.wait_for(|stop| *stop).await);
                return Ok(());
            },
        }
        model.beat.wakes();
    }
}

/// The rows that are read, and those that are built.
type Both = (Option<Folding>, Option<Folding>);

/// What there is to go on from. None when told to stop meanwhile.
async fn begin(model: &Model, work: &Work<'_>) -> Result<Option<Both>, Failure> {
    if model.plan() == Plan::Replace {
        return Ok(Some((None, None)));
    }
    let read = match taken_up(model, work).await {
        Ok(read) => read,
        Err(failure) if failure.remedy() == Remedy::Rebuild => {
            // Found before anybody saw a row: there is no need to wait.
            tracing::warn!(model = model.definition.name, why = %failure, "the rows of a read model are built anew");
            model.withdraw(&failure.to_string());
            model.planned(Plan::Replace);
            None
        }
        Err(failure) => return Err(failure),
    };
    let served = model.status.borrow().served;
    let built = Folding::of_built(work, served).await?;
    Ok(Some((read, built)))
}

/// The rows that are read, checked as far as that can be done at once.
async fn taken_up(model: &Model, work: &Work<'_>) -> Result<Option<Folding>, Failure> {
    let Some(rows) = Folding::of_read(work).await? else { return Ok(None) };
    if model.status.borrow().served {
        return Ok(Some(rows.whole()));
    }
    if rows.rows() <= check::AT_ONCE_MAX {
        check::check(work.definition, Names::READ, &work.surroundings.database, CheckPace::AtOnce).await?;
    } else {
        model.unchecked.store(true, Ordering::Release);
    }
    Ok(Some(rows))
}

/// Does what was planned: rows are begun anew where there are none, or others are wanted. False when told to stop
/// meanwhile.
async fn carry_out(
    model: &Model,
    work: &Work<'_>,
    read: &mut Option<Folding>,
    built: &mut Option<Folding>,
) -> Result<bool, Failure> {
    let plan = model.plan();
    if plan == Plan::Replace {
        *read = None;
        if !folding::disown(work).await? {
            return Ok(false);
        }
    }
    if plan != Plan::Follow || (read.is_none() && built.is_none()) {
        *built = Folding::anew(work).await?;
        if built.is_none() {
            return Ok(false);
        }
        model.carried_out(plan);
        publish(model, read.as_ref(), built.as_ref());
    }
    Ok(true)
}

fn publish(model: &Model, read: Option<&Folding>, built: Option<&Folding>) {
    // What is asked for and not begun has come nowhere yet.
    let begins = (model.plan() != Plan::Follow).then_some(Position(0));
    let position = read.map_or(Position(0), |rows| rows.position);
    let served = read.is_some_and(|rows| rows.whole_at.is_some());
    let built = begins.or_else(|| built.map(|rows| rows.position));
    model.status.send_if_modified(|status| {
        let went_on = position > status.position || built > status.built || served != status.served;
        let now = Status {
            position,
            served,
            built,
            withdrawn: status.withdrawn.clone().filter(|_| !served),
            fault: status.fault.clone().filter(|_| !went_on),
        };
        let changed = *status != now;
        *status = now;
        changed
    });
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
        if behind > BEHIND_MAX || !model.status.borrow().served {
            return;
        }
        let due = ended + (busy * PAUSE_FACTOR).clamp(PAUSE_MIN, PAUSE_MAX);
        while model.waiting.load(Ordering::Acquire) == 0 && !model.has_news() {
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

/// Looks every second whether others were at the file: who deletes it, or writes in it, is noticed by nothing else while
/// the log is at rest.
pub(crate) async fn keep_looking(
    models: Vec<Arc<Model>>,
    surroundings: Surroundings,
    mut stopping: watch::Receiver<bool>,
) {
    let database = &surroundings.database;
    loop {
        let wait = tokio::time::sleep(Duration::from_secs(1));
        tokio::select! {
            _told = stopping.wait_for(|stop| *stop) => return,
            () = wait => {}
        }
        let generation = database.generation();
        match database.look().await {
            // Every model hears that others wrote. What SQLite fails at shows where rows are read or written.
            Ok(()) | Err(Failure::WrittenByOthers | Failure::Sql(_)) => {}
            Err(failure) => {
                if let Err(error) = database.set_aside(generation, &failure.to_string()).await {
                    tracing::error!(%error, "the read database that was exchanged could not be set aside");
                }
            }
        }
        if database.others().was_unwatched() {
            models.iter().for_each(|model| model.unchecked.store(true, Ordering::Release));
        }
    }
}

/// Checks the rows of every model from time to time, one model after the other, without haste.
pub(crate) async fn keep_checking(
    models: Vec<Arc<Model>>,
    surroundings: Surroundings,
    mut stopping: watch::Receiver<bool>,
) {
    let mut last = Instant::now();
    loop {
        let wait = tokio::time::sleep(Duration::from_secs(5));
        tokio::select! {
            _told = stopping.wait_for(|stop| *stop) => return,
            () = wait => {}
        }
        let all = last.elapsed() > check::EVERY;
        if all {
            last = Instant::now();
        }
        for model in &models {
            if model.unchecked.swap(false, Ordering::AcqRel) || all {
                tokio::select! {
                    _told = stopping.wait_for(|stop| *stop) => return,
                    () = check_gently(model, &surroundings) => {}
                }
            }
        }
    }
}

/// Checks the rows of a model that are being read; what is wrong with them goes to the model.
pub(crate) async fn check_gently(model: &Model, surroundings: &Surroundings) {
    if !model.status.borrow().served {
        return;
    }
    match check::check(&model.definition, Names::READ, &surroundings.database, CheckPace::Gentle).await {
        Ok(()) => {
            tracing::debug!(model = model.definition.name, "the rows of a read model are those that were written")
        }
        Err(failure) if failure.remedy() == Remedy::Patience => {
            tracing::warn!(model = model.definition.name, why = %failure, "the rows of a read model were not checked");
            model.unchecked.store(true, Ordering::Release);
        }
        Err(failure) => model.met(failure),
    }
}
