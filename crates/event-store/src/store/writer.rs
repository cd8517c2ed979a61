//! The one writer's thread: takes what is queued, has it recorded, and begins again.
//!
//! There is no timer and one batch in flight: whatever queues up while a batch is being committed is the next batch.

use super::job::{Job, Reply};
use super::request::{APPEND_BYTES_MAX, Request};
use super::sequencer::Sequencer;
use super::stage::Answer;
use crate::log::LogError;
use std::thread;
use tokio::sync::{mpsc, watch};

/// Most commands in one batch.
const GROUP_COMMANDS_MAX: usize = 256;
/// Bytes after which a batch takes no further command. One command alone may be as large.
const GROUP_BYTES_MAX: usize = APPEND_BYTES_MAX;

/// Starts the writer's thread. A thread of its own, because adapters block in the middle of a commit.
pub(super) fn spawn(sequencer: Sequencer, queue: mpsc::Receiver<Job>) -> Result<watch::Receiver<bool>, LogError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| LogError::Io(format!("the writer's reactor: {error}")))?;
    let (end, ended) = watch::channel(false);
    thread::Builder::new()
        .name("sequencer".to_owned())
        .spawn(move || {
            runtime.block_on(run(sequencer, queue));
            end.send_replace(true);
        })
        .map_err(|error| LogError::Io(format!("the writer's thread: {error}")))?;
    Ok(ended)
}

/// Works until every sender of the queue is gone and the queue is empty.
async fn run(mut sequencer: Sequencer, mut queue: mpsc::Receiver<Job>) {
    let _guard = sequencer.shared.guard();
    let mut held = None;
    loop {
        let job = match held.take() {
            Some(job) => job,
            None => match queue.recv().await {
                Some(job) => job,
                None => break,
            },
        };
        match job {
            Job::Append(request, reply) => {
                let mut group = vec![(request, reply)];
                held = fill(&mut group, &mut queue);
                sequencer.record(group).await;
            }
            Job::Import(events, reply) => {
                let _guard = sequencer.shared.guard();
                let outcome = sequencer.import(&events).await;
                let _ = reply.send(outcome);
            }
            Job::Barrier(reply) => {
                let _ = reply.send(());
            }
        }
    }
    if sequencer.shared.poisoned().is_none()
        && let Err(error) = sequencer.log.flush().await
    {
        tracing::warn!(%error, "the log could not be flushed at the end; what was acknowledged is durable");
    }
}

/// Takes what has queued up meanwhile, up to a batch's limits. Returns the job that did not fit any more.
fn fill(group: &mut Vec<(Box<Request>, Reply<Answer>)>, queue: &mut mpsc::Receiver<Job>) -> Option<Job> {
    let mut bytes = group.iter().map(|(request, _)| request.bytes).sum::<usize>();
    while group.len() < GROUP_COMMANDS_MAX {
        // Empty and closed are the same here: the next `recv` tells them apart.
        match queue.try_recv().ok()? {
            Job::Append(request, reply) => {
                bytes += request.bytes;
                if bytes > GROUP_BYTES_MAX {
                    return Some(Job::Append(request, reply));
                }
                group.push((request, reply));
            }
            other @ (Job::Import(..) | Job::Barrier(_)) => return Some(other),
        }
    }
    None
}
