//! The digest of each day of the security journal goes into the log, once its file changes no more; what is older than it is
//! to be kept goes.

use super::files;
use super::journal::Journal;
use casework::{Casework, Failure};
use chrono::{Days, NaiveDate};
use std::io;
use std::path::PathBuf;

/// Why days are not sealed, or not removed; it is tried again.
#[derive(Debug, thiserror::Error)]
enum SealError {
    /// A file cannot be read.
    #[error("{0}: {1}")]
    Unread(String, io::Error),
    /// The log does not take it.
    #[error("{0}")]
    Unrecorded(#[from] Failure),
}

/// Seals every day that is over and not sealed, in their order, then removes those that were kept for `kept_days`. What keeps
/// it from going on health tells until it does.
pub async fn seal(casework: &Casework, journal: &Journal, kept_days: u32) {
    let sealed = seal_days(casework, journal, kept_days).await;
    if let Ok(days @ 1..) = sealed {
        tracing::info!(days, "days of the security journal were sealed");
    }
    journal.sealing_ended(sealed.err().map(|error| error.to_string()));
}

async fn seal_days(casework: &Casework, journal: &Journal, kept_days: u32) -> Result<usize, SealError> {
    let (Some(directory), Some(writes_on)) = (journal.directory(), journal.writes_on()) else { return Ok(0) };
    let directory = directory.to_owned();
    let sealed_until = casework.reference().security_days.sealed_until;
    let unread = |error| SealError::Unread(directory.display().to_string(), error);
    let over = {
        let directory = directory.clone();
        let days = in_the_background(move || files::days(&directory)).await.map_err(unread)?;
        days.into_iter().filter(move |day| *day < writes_on && sealed_until.is_none_or(|until| until < *day))
    };
    let mut sealed = 0;
    for day in over {
        let file = files::of_day(&directory, day);
        let (entries, sha256) = in_the_background(move || files::digest(&file)).await.map_err(unread)?;
        if casework.seal_security_day(day, entries, sha256).await?.is_none() {
            // The journal's day is ahead of the town's by some moments.
            break;
        }
        sealed += 1;
    }
    if let Some(from) = kept_from(casework, kept_days) {
        let directory: PathBuf = directory.clone();
        let removed = in_the_background(move || files::remove_before(&directory, from)).await.map_err(unread)?;
        if removed > 0 {
            tracing::info!(removed, "days of the security journal were kept long enough");
        }
    }
    Ok(sealed)
}

/// The first day that is kept. What is not sealed is kept however old it is.
fn kept_from(casework: &Casework, kept_days: u32) -> Option<NaiveDate> {
    let reference = casework.reference();
    let sealed_until = reference.security_days.sealed_until?;
    let from = reference.town_date(casework.now()).checked_sub_days(Days::new(kept_days.into()))?;
    Some(from.min(sealed_until))
}

async fn in_the_background<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)))
}
