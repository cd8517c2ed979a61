//! What runs beside the answers: the checkpoint that is signed at most once a second, the recomputation of open due dates
//! after a calendar was published, the watch over the system clock, the clock over obligations, the days of the security
//! journal that are over, erasures that are due, backups of the keys, and whose receipt code is whose.

use crate::key_backups::{KeyBackups, LOOK_MAX};
use crate::system_clock;
use api::clock::running::{self, RunError};
use api::erasures::{carrying_out, expiring};
use api::http::measure::{CHECKPOINT_FAILING, CLOCK_FAILING};
use api::security::sealing;
use api::state::AppState;
use chrono::NaiveDate;
use event_store::{ClockWatch, Position};
use read_models::ListError;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// How long the recomputation rests after it failed.
const AFTER_A_FAILURE: Duration = Duration::from_secs(30);

/// How long until calendars are looked for without notice. Looking is one read of a few keys.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// How often the clock over obligations is run, and looked whether a day is over.
const EVERY_MINUTE: Duration = Duration::from_secs(60);

/// How long the clock over obligations waits for rows that are being folded.
const UNTIL_ROWS_ARE_THERE: Duration = Duration::from_secs(2);

/// How long the end of the server waits for a backup of the keys that is under way.
const UNTIL_A_BACKUP_IS_MADE: Duration = Duration::from_secs(5);

/// The file of the data directory that holds the position of the newest calendar whose consequences are drawn.
const DRAWN_FILE: &str = "calendars-drawn";

/// The running tasks, on a thread of their own: a long look through the log must not hold up those who answer.
pub struct Tasks {
    stop: Arc<Notify>,
    thread: JoinHandle<()>,
}

/// Starts them.
///
/// # Errors
/// Where the system gives no thread.
pub fn start(
    app: &AppState,
    data: &Path,
    watch: Option<Arc<ClockWatch>>,
    security_days: u32,
    backups: Option<KeyBackups>,
) -> io::Result<Tasks> {
    let stop = Arc::new(Notify::new());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (app, data, stopped) = (app.clone(), data.to_owned(), Arc::clone(&stop));
    let kept = data.join(DRAWN_FILE);
    let thread = std::thread::Builder::new().name("background".to_owned()).spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                () = stopped.notified() => {}
                ((), (), (), (), (), (), (), ()) = async {
                    let (drawn, recomputed) = watch::channel(false);
                    let erased = Notify::new();
                    tokio::join!(
                        sign(&app),
                        recompute(&app, &kept, &drawn),
                        watch_the_system_clock(&data, watch.as_deref()),
                        run_the_clock_over_obligations(&app, recomputed),
                        seal_security_days(&app, security_days),
                        carry_out_erasures(&app, &erased),
                        back_up_keys(&app, backups, &erased),
                        read_lookups(&app),
                    )
                } => {}
            }
        });
        // A backup that is under way may come to its end, unless its medium has gone away.
        runtime.shutdown_timeout(UNTIL_A_BACKUP_IS_MADE);
    })?;
    Ok(Tasks { stop, thread })
}

impl Tasks {
    /// Stops them where they next wait for something.
    pub fn stop(self) {
        // `notify_one` is kept for a thread that is not waiting just now.
        self.stop.notify_one();
        if self.thread.join().is_err() {
            tracing::error!("a background task panicked");
        }
    }
}

/// Reads whose receipt code is whose, who looked at what, which file is named where and who came where, once: whoever asks for
/// one reads on from there.
async fn read_lookups(app: &AppState) {
    if let Err(failure) = app.casework.read_receipts().await {
        tracing::warn!(%failure, "receipt codes could not be read; who asks by one tries again");
    }
    if let Err(failure) = app.casework.read_looks().await {
        tracing::warn!(%failure, "who looked at what could not be read; who asks by a receipt code tries again");
    }
    if let Err(failure) = app.casework.read_mentions().await {
        tracing::warn!(%failure, "what names files could not be read; who asks for one tries again");
    }
    if let Err(failure) = app.casework.read_persons().await {
        tracing::warn!(%failure, "who came where could not be read; who looks for somebody tries again");
    }
}

/// Signs the head once a second when it has moved, so that a log that nobody asks has a recent checkpoint all the same.
/// What keeps it from being signed is logged when it changes; health and a metric tell it all the while.
async fn sign(app: &AppState) {
    let store = &app.casework.store;
    let mut signed = Position(0);
    let mut told = None;
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let head = store.head().position;
        if head > signed && store.checkpoint(&app.casework.keys).await.is_ok() {
            signed = head;
        }
        // Whoever else asked for a checkpoint may have met the trouble first.
        let trouble = store.signing();
        CHECKPOINT_FAILING.store(u64::from(trouble.is_some()), Ordering::Relaxed);
        if trouble != told {
            match &trouble {
                Some(why) => tracing::error!(why, "the head is not signed"),
                None => tracing::info!("the head is signed again"),
            }
            told = trouble;
        }
    }
}

/// Looks at the system clock every second, so that the log tells of a jump although nobody commands anything, and writes down
/// every minute how it stands.
async fn watch_the_system_clock(data: &Path, watch: Option<&ClockWatch>) {
    let Some(watch) = watch else { return };
    for second in 0_u64.. {
        if watch.check().is_ok() && second.is_multiple_of(60) {
            system_clock::keep(data, watch);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Draws the consequences of calendars. The position of the newest one drawn is kept in a file of the data directory;
/// should it be lost, everything is looked at again and nothing changes.
async fn recompute(app: &AppState, kept: &Path, done: &watch::Sender<bool>) {
    let mut drawn = read(kept);
    if drawn.is_none() && app.casework.store.head().position.0 < 64 {
        // A log that was just begun has no promises yet.
        drawn = app.casework.reference().calendars.newest().map(Position);
    }
    let mut drawn = drawn.unwrap_or_default();
    loop {
        match app.casework.recompute_deadlines(drawn).await {
            Ok((newest, moved)) => {
                if newest != drawn || read(kept).is_none() {
                    drawn = newest;
                    keep(kept, drawn);
                }
                if moved > 0 {
                    tracing::info!(moved, "due dates were recomputed");
                }
                done.send_replace(true);
                // The notice is lost where a client hangs up before its answer; what was published is found all the same.
                let _ = tokio::time::timeout(LOOK_AGAIN, app.calendar_published.notified()).await;
            }
            Err(error) => {
                tracing::error!(%error, "due dates were not recomputed");
                tokio::time::sleep(AFTER_A_FAILURE).await;
            }
        }
    }
}

/// Records what happened of obligations: at opening, once due dates follow the calendars, and every minute from then on.
/// Where no policy has such a clock there is nothing of them to find.
async fn run_the_clock_over_obligations(app: &AppState, mut recomputed: watch::Receiver<bool>) {
    // The sender lives as long as this does.
    let _ = recomputed.wait_for(|done| *done).await;
    let mut told = None;
    loop {
        let why = match running::run(app, app.casework.now(), false).await {
            Ok(run) => {
                if run.events > 0 {
                    tracing::info!(events = run.events, "the clock over obligations ran");
                }
                None
            }
            // The rows are not there yet: what keeps them is told by health already.
            Err(RunError::Behind(_) | RunError::Rows(ListError::Unavailable(_))) => {
                tokio::time::sleep(UNTIL_ROWS_ARE_THERE).await;
                continue;
            }
            Err(error) => Some(error.to_string()),
        };
        if let Some(why) = why.as_ref().filter(|_| why != told) {
            tracing::error!(why, "the clock over obligations does not run; it is tried again");
        }
        CLOCK_FAILING.store(u64::from(why.is_some()), Ordering::Relaxed);
        app.clock_runs.ended(why.clone());
        told = why;
        tokio::time::sleep(EVERY_MINUTE).await;
    }
}

/// Seals the days of the security journal that are over, at opening and every minute from then on.
async fn seal_security_days(app: &AppState, kept_days: u32) {
    loop {
        sealing::seal(&app.casework, &app.journal, kept_days).await;
        tokio::time::sleep(EVERY_MINUTE).await;
    }
}

/// Finds what is kept no longer than the policy says, once a month.
async fn find_what_is_over(app: &AppState, found_for: &mut Option<NaiveDate>) -> Result<(), RunError> {
    let due_for = app.casework.day_of_erasing(app.casework.now());
    if let Some(on) = due_for.filter(|on| *found_for != Some(*on)) {
        let parts = expiring::run(app, on).await?;
        if parts > 0 {
            tracing::info!(parts, %on, "what is kept no longer was found");
        }
        *found_for = due_for;
    }
    Ok(())
}

/// Carries out erasures when they are due: looked at every minute, and as soon as one was decided on. Once a month what is
/// over by the policy is found before.
async fn carry_out_erasures(app: &AppState, erased: &Notify) {
    let (mut told, mut found_for) = (None, None);
    loop {
        let unfound = match find_what_is_over(app, &mut found_for).await {
            // Where the rows are not there yet, what keeps them is told by health already.
            Ok(()) | Err(RunError::Behind(_) | RunError::Rows(ListError::Unavailable(_))) => None,
            Err(error) => Some(format!("what is kept no longer could not be found: {error}")),
        };
        let why = match carrying_out::run(app, app.casework.now()).await {
            Ok(done) if done.epoch > 0 => {
                let (erasures, survivors) = (done.erasures.len(), done.survivors);
                tracing::info!(erasures, survivors, epoch = done.epoch, "personal data was erased");
                erased.notify_one();
                None
            }
            Ok(_) => None,
            Err(error) => Some(error.to_string()),
        };
        let why = why.or(unfound);
        if let Some(why) = why.as_ref().filter(|_| why != told) {
            tracing::error!(why, "erasures are not carried out; it is tried again");
        }
        told = why;
        // The notice is lost where a client hangs up before its answer; what is due is found all the same.
        let _ = tokio::time::timeout(EVERY_MINUTE, app.erasures_due.notified()).await;
    }
}

/// Looks after the backups of the keys, at the start, after each erasure and every minute. No erasure waits for it: the medium
/// may be slow, or gone.
async fn back_up_keys(app: &AppState, backups: Option<KeyBackups>, erased: &Notify) {
    let Some(backups) = backups else { return };
    loop {
        let (looks, now) = (backups.clone(), app.casework.now());
        let mut looking = tokio::task::spawn_blocking(move || looks.look(now));
        let looked = match tokio::time::timeout(LOOK_MAX, &mut looking).await {
            Ok(looked) => looked,
            Err(_) => {
                tracing::error!(
                    "the medium for the backups of the keys does not answer; health tells it until it does"
                );
                app.key_backup.saw(true, now);
                looking.await
            }
        };
        if looked.is_err() {
            tracing::error!("looking after the backups of the keys panicked");
        }
        app.key_backup.saw(backups.trouble().is_some(), now);
        let _ = tokio::time::timeout(EVERY_MINUTE, erased.notified()).await;
    }
}

/// Writes down that the consequences of every calendar up to a position are drawn.
pub(crate) fn keep_drawn(data: &Path, drawn: Position) {
    keep(&data.join(DRAWN_FILE), drawn);
}

fn keep(kept: &Path, drawn: Position) {
    if let Err(error) = std::fs::write(kept, drawn.to_string()) {
        tracing::warn!(%error, "which calendars were drawn is not kept");
    }
}

fn read(kept: &Path) -> Option<Position> {
    std::fs::read_to_string(kept).ok()?.trim().parse().ok().map(Position)
}
