//! The loop that keeps a model's rows up with the log: wait on the head, read after the checkpoint, fold in memory,
//! write rows and checkpoint in one transaction, say how far it has come.
//!
//! Live and catching up are the same loop with fewer or more events a turn; nothing is pushed, so nothing can be lost
//! or seen twice at the seam. Rows are built anew beside those that are read, turn by turn in the same loop, and take
//! their place in one transaction.
//!
//! Nothing stops a model for good. What passes is waited for; rows that are not what they should be are built anew; what
//! only a person can mend is tried again from time to time, in case somebody did.

use crate::engine::check::{self, Pace as CheckPace};
use crate::engine::context::Context;
use crate::engine::failure::Failure;
use crate::engine::folding::{self, BATCH_EVENTS_MAX, Folding, Work};
use crate::engine::model::{Model, Plan};
use crate::engine::pace::Pace;
use crate::engine::patience::Patience;
use crate::engine::remedy::Remedy;
use crate::engine::status::Status;
use crate::engine::table::Names;
use event_store::Position;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;
use tokio::sync::watch;

/// Events a turn while rows are built beside others and commands come: a turn of the one kind is what the other kind
/// waits for.
const BATCH_EVENTS_BESIDE: u64 = 2_048;
/// So near the head the indexes are made.
const NEAR: u64 = 4_096;

/// Runs a model until it is told to stop. Whatever goes wrong in the fold, a panic included, concerns this model only and
/// shows in its status.
///
/// Its memory is dropped at every failure and its transaction rolls back, so that the way on is always the same: from
/// the checkpoint.
pub(crate) async fn supervise(model: Arc<Model>, context: Context, mut stopping: watch::Receiver<bool>) {
    let mut patience = Patience::default();
    loop {
        let generation = context.database.generation();
        let before = model.status.borrow().position;
        let task = tokio::spawn(follow(model.clone(), context.clone(), stopping.clone()));
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
                if let Err(error) = context.database.set_aside(generation, &why).await {
                    tracing::error!(%error, "the damaged read database could not be set aside");
                }
            }
        }
    }
}

/// Follows the log until something fails, or it is told to stop, which it does between two commits.
async fn follow(model: Arc<Model>, context: Context, mut stopping: watch::Receiver<bool>) -> Result<(), Failure> {
    let mut end = stopping.clone();
    let work = Work { model: model.clone(), context: context.clone(), stopping: stopping.clone() };
    // Before the first read, or a leaf between reading and watching would be waited for in vain.
    let mut heads = context.store.watch();
    let mut files = context.database.files();
    let mut others = context.database.others().wrote();
    model.beat.wakes();
    context.database.prepare().await?;
    let Some((mut read, mut built)) = begin(&model, &work).await? else { return Ok(()) };
    let found = context.store.head().position;
    let mut pace = Pace::default();
    loop {
        publish(&model, read.as_ref(), built.as_ref());
        if *stopping.borrow() {
            return Ok(());
        }
        if let Some(failure) = model.take_met() {
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
                model.replaced();
                tracing::info!(model = model.definition.name, position = new.position.0, "a read model was built");
                read = built.take();
                folding::shrink(&context).await?;
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
                folding::shrink(&context).await?;
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
async fn begin(model: &Model, work: &Work) -> Result<Option<Both>, Failure> {
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
async fn taken_up(model: &Model, work: &Work) -> Result<Option<Folding>, Failure> {
    let Some(rows) = Folding::of_read(work).await? else { return Ok(None) };
    Folding::show(work).await?;
    if model.status.borrow().served {
        return Ok(Some(rows.whole()));
    }
    if rows.rows() <= check::AT_ONCE_MAX {
        check::check(work.definition(), Names::READ, &work.context.database, CheckPace::AtOnce).await?;
    } else {
        model.unchecked.store(true, Ordering::Release);
    }
    Ok(Some(rows))
}

/// Does what was planned: rows are begun anew where there are none, or others are wanted. False when told to stop
/// meanwhile.
async fn carry_out(
    model: &Model,
    work: &Work,
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
