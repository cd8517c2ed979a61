//! Reads the streams of a review on as many threads as there are, a part each.

use super::finding::{Found, Ids, STREAMS_AT_ONCE, find};
use super::{Frame, Streams};
use crate::casework::Casework;
use crate::write::failure::Failure;
use domain::review::RuleSet;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Threads that one review reads with.
const THREADS_MAX: usize = 8;

impl Casework {
    /// Reads the streams, and hands every finding to `take`.
    pub(super) async fn sweep<T, F>(&self, frame: &Arc<Frame>, streams: Streams, take: F) -> Result<Vec<T>, Failure>
    where
        T: Default + Send + 'static,
        F: Fn(&mut T, Found<'_>) + Clone + Send + 'static,
    {
        let _place = self.reviews.try_acquire().map_err(|_| Failure::Overloaded)?;
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
        let mut waiting = parts(frame.rule_set(), &streams, threads).into_iter();
        let mut running = JoinSet::new();
        let mut parts = Vec::new();
        loop {
            while running.len() < threads
                && let Some(ids) = waiting.next()
            {
                let turn = Arc::clone(&self.review_turns).acquire_owned().await;
                let turn = turn.map_err(|_| Failure::Overloaded)?;
                let (store, frame, take) = (self.store.clone(), Arc::clone(frame), take.clone());
                let runtime = tokio::runtime::Handle::current();
                // Reading and folding thousands of streams would hold up a thread that answers other requests.
                running.spawn_blocking(move || {
                    let part = runtime.block_on(find(&store, &frame, ids, take));
                    drop(turn);
                    part
                });
            }
            match running.join_next().await {
                Some(Ok(part)) => parts.push(part?),
                Some(Err(error)) => return Err(Failure::Fault(error.to_string())),
                None => return Ok(parts),
            }
        }
    }
}

/// What each thread is to read: of the families that the rules look at.
fn parts(rule_set: RuleSet, streams: &Streams, threads: usize) -> Vec<Ids> {
    let Streams { issues, receptions, sessions, studies, deeds, typical_cases, activities, meetings, appraisals } =
        streams;
    let mut parts: Vec<Ids> = chunks(issues, threads).map(Ids::Issues).collect();
    parts.extend(chunks(receptions, threads).map(Ids::Receptions));
    match rule_set {
        RuleSet::One => {}
        RuleSet::Two => {
            parts.extend(chunks(sessions, threads).map(Ids::Sessions));
            parts.extend(chunks(studies, threads).map(Ids::Studies));
            parts.extend(chunks(deeds, threads).map(Ids::Deeds));
            parts.extend(chunks(typical_cases, threads).map(Ids::TypicalCases));
            parts.extend(chunks(appraisals, threads).map(Ids::Appraisals));
            // A quarter is judged by everything that was held in it, and one in which nothing was held is a member, too.
            parts.push(Ids::Gatherings { activities: activities.clone(), meetings: meetings.clone() });
        }
    }
    parts
}

/// Parts for so many threads, none too long.
fn chunks<T: Copy>(all: &[T], threads: usize) -> impl Iterator<Item = Vec<T>> {
    all.chunks(all.len().div_ceil(threads).clamp(16, STREAMS_AT_ONCE)).map(<[T]>::to_vec)
}
