//! What is looked at from time to time while the models run: whether others are at the file, and whether its rows are
//! still those that were written.

use crate::engine::check::{self, Pace};
use crate::engine::context::Context;
use crate::engine::failure::Failure;
use crate::engine::model::Model;
use crate::engine::remedy::Remedy;
use crate::engine::table::Names;
use crate::engine::waits::{LOOK_EVERY, SYNC_EVERY, UNCHECKED_EVERY};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;
use tokio::sync::watch;

/// Looks all the time whether others were at the file: who deletes it, or writes in it, is noticed by nothing else while
/// the log is at rest. From time to time the disk is asked to keep what was written, which is how it is noticed that it
/// does not.
pub(crate) async fn keep_looking(models: Vec<Arc<Model>>, context: Context, mut stopping: watch::Receiver<bool>) {
    let database = &context.database;
    let (mut synced, mut lost) = (Instant::now(), None);
    loop {
        let wait = tokio::time::sleep(LOOK_EVERY);
        tokio::select! {
            _told = stopping.wait_for(|stop| *stop) => return,
            () = wait => {}
        }
        let generation = database.generation();
        let looked = database.look().await;
        // The disk says once that something is lost, and it stays so until there is another file.
        if lost.is_none() && synced.elapsed() > SYNC_EVERY {
            lost = database.sync().await.err().map(|failure| failure.to_string());
            synced = Instant::now();
        }
        let why = match looked {
            // Every model hears that others wrote. What SQLite fails at shows where rows are read or written.
            Ok(()) | Err(Failure::WrittenByOthers | Failure::Sql(_)) => lost.clone(),
            Err(failure) => Some(failure.to_string()),
        };
        if let Some(why) = why {
            match database.set_aside(generation, &why).await {
                Ok(()) => lost = None,
                Err(error) => {
                    tracing::error!(why, %error, "the read database is not what was written, and could not be set aside");
                }
            }
        }
        if database.others().was_unwatched() {
            models.iter().for_each(|model| model.unchecked.store(true, Ordering::Release));
        }
    }
}

/// Checks the rows of every model from time to time, one model after the other, without haste.
pub(crate) async fn keep_checking(models: Vec<Arc<Model>>, context: Context, mut stopping: watch::Receiver<bool>) {
    let mut last = Instant::now();
    loop {
        let wait = tokio::time::sleep(UNCHECKED_EVERY);
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
                    () = check_gently(model, &context) => {}
                }
            }
        }
    }
}

/// Checks the rows of a model that are being read; what is wrong with them goes to the model.
pub(crate) async fn check_gently(model: &Model, context: &Context) {
    if !model.status.borrow().served {
        return;
    }
    match check::check(&model.definition, Names::READ, &context.database, Pace::Gentle).await {
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
