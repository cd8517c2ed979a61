//! The one writer: a thread that takes what is queued, numbers it, commits it, answers, and begins again.
//!
//! There is no timer and one batch in flight: whatever queues up while a batch is being committed is the next batch.

use super::import::Imported;
use super::recent::{RecentHeads, StreamMap};
use super::request::Request;
use super::stage::{Answer, Known, Outcome, Stage};
use super::tail::Tail;
use super::{CheckedClock, Head};
use crate::append::AppendError;
use crate::ids::{Position, StreamId};
use crate::log::{Committed, EventLog, LogError};
use crate::tree::Edge;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use tokio::sync::{mpsc, oneshot, watch};

/// Jobs that may wait; beyond that the caller is told to come again.
pub(crate) const QUEUE_MAX: usize = 4096;
/// Most commands in one batch.
const GROUP_COMMANDS_MAX: usize = 256;
/// Bytes after which a batch takes no further command. One command alone may be as large.
const GROUP_BYTES_MAX: usize = super::request::APPEND_BYTES_MAX;
/// How often a batch is decided anew because another node was faster, before its callers are told to come again.
const MOVED_MAX: usize = 32;

/// Where an answer goes. The caller may be gone; what was recorded stays recorded.
pub(crate) type Reply<T> = oneshot::Sender<Result<T, AppendError>>;

/// What waits in the queue.
pub(crate) enum Job {
    Append(Box<Request>, Reply<Answer>),
    Import(Vec<Imported>, Reply<Position>),
}

/// What the writer shows to readers besides the head.
#[derive(Default)]
pub(crate) struct Shared {
    poisoned: OnceLock<String>,
    edge: RwLock<Arc<Edge>>,
    signing: RwLock<Option<String>>,
    damage: OnceLock<String>,
    /// The newest events.
    pub tail: Tail,
}

impl Shared {
    /// Why nothing is written any more.
    pub fn poisoned(&self) -> Option<&str> {
        self.poisoned.get().map(String::as_str)
    }

    pub fn poison(&self, why: &str) {
        // Only the first reason counts; the later ones follow from it.
        if self.poisoned.set(why.to_owned()).is_ok() {
            tracing::error!(why, "the writer is poisoned; nothing more is recorded");
        }
    }

    /// Keeps how the newest attempt to sign ended: why not, or `None`.
    pub fn signing(&self, trouble: Option<String>) {
        *self.signing.write().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    /// Keeps the first damage that readers have met.
    pub fn damaged(&self, why: &str) {
        if self.damage.set(why.to_owned()).is_ok() {
            tracing::error!(why, "the record is damaged");
        }
    }

    /// The first damage that readers have met.
    pub fn damage(&self) -> Option<&str> {
        self.damage.get().map(String::as_str)
    }

    /// Why the newest attempt to sign failed.
    pub fn signing_trouble(&self) -> Option<String> {
        self.signing.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The right edge of the tree over what is durable.
    pub fn edge(&self) -> Arc<Edge> {
        Arc::clone(&self.edge.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn set_edge(&self, edge: Edge) {
        *self.edge.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(edge);
    }
}

/// Poisons the writer when it panics. Declared after what callers wait on, so that it is dropped first: whoever finds
/// an answer lost finds the writer poisoned.
struct PoisonOnPanic(Arc<Shared>);

impl Drop for PoisonOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.poison("the writer panicked");
        }
    }
}

/// How an attempt to make a batch durable ended.
pub(crate) enum Ended {
    Durable,
    Moved,
    Failed(Failure),
}

/// Why a batch did not become durable.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// No space; nothing was written.
    Full,
    /// Nothing was written, for a reason that can pass.
    NotWritten(String),
    /// It may or may not be there after the next opening.
    Unknown(String),
    /// What it rests on could not be read; nothing was written.
    Read(LogError),
    /// Others keep being faster; nothing was written.
    Contended,
}

impl From<Failure> for AppendError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Full => Self::StorageFull,
            Failure::NotWritten(why) => Self::NotWritten(why),
            Failure::Unknown(why) => Self::OutcomeUnknown(why),
            Failure::Read(error) => Self::Log(error),
            Failure::Contended => Self::Overloaded,
        }
    }
}

/// The writer's state. All of it can be read again from the log.
pub(crate) struct Sequencer {
    pub log: Arc<dyn EventLog>,
    pub last_recorded_at: i64,
    pub shared: Arc<Shared>,
    clock: CheckedClock,
    recent: RecentHeads,
    head: watch::Sender<Head>,
}

impl Sequencer {
    /// Reads where the log ends.
    pub async fn load(log: Arc<dyn EventLog>, clock: CheckedClock) -> Result<(Self, watch::Receiver<Head>), LogError> {
        let (head, receiver) = watch::channel(Head::default());
        let mut sequencer =
            Self { log, last_recorded_at: 0, shared: Arc::default(), clock, recent: RecentHeads::default(), head };
        sequencer.reload().await?;
        Ok((sequencer, receiver))
    }

    /// Works until every sender of the queue is gone and the queue is empty.
    pub async fn run(mut self, mut queue: mpsc::Receiver<Job>) {
        let _guard = self.guard();
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
                    self.record(group).await;
                }
                Job::Import(events, reply) => {
                    let _guard = self.guard();
                    let outcome = self.import(&events).await;
                    let _ = reply.send(outcome);
                }
            }
        }
        if self.shared.poisoned().is_none()
            && let Err(error) = self.log.flush().await
        {
            tracing::warn!(%error, "the log could not be flushed at the end; what was acknowledged is durable");
        }
    }

    /// Makes a staged batch durable and shows it to readers, or says why not.
    pub async fn commit(&mut self, mut stage: Stage) -> Ended {
        let expected_size = self.shared.edge().size();
        stage.batch.head = stage.head();
        let recorded = stage.batch.events.iter().map(|event| event.recorded.clone()).collect();
        match self.log.commit(expected_size, stage.batch).await {
            Ok(Committed::Done) => {
                for (stream, known) in stage.streams {
                    self.recent.insert(stream, known.head);
                }
                self.shared.tail.push(recorded);
                self.show(stage.edge, stage.last_recorded_at);
                Ended::Durable
            }
            Ok(Committed::HeadMoved) => match self.reload().await {
                Ok(()) => Ended::Moved,
                Err(error) => Ended::Failed(Failure::Read(error)),
            },
            Err(LogError::Full) => Ended::Failed(Failure::Full),
            Err(LogError::NotWritten(why)) => Ended::Failed(Failure::NotWritten(why)),
            Err(error @ (LogError::Io(_) | LogError::Damaged(_) | LogError::Closed)) => {
                let why = format!("the commit failed: {error}");
                self.shared.poison(&why);
                Ended::Failed(Failure::Unknown(why))
            }
        }
    }

    /// The state of every stream in `streams`, from memory or from the log.
    pub async fn known(&mut self, streams: impl Iterator<Item = &StreamId>) -> Result<StreamMap<Known>, LogError> {
        let mut known = StreamMap::default();
        let mut missing = Vec::new();
        for stream in streams {
            if known.contains_key(stream) {
                continue;
            }
            let head = self.recent.get(stream);
            if head.is_none() {
                missing.push(stream.clone());
            }
            let head = head.unwrap_or_default();
            known.insert(stream.clone(), Known { head, moved: false });
        }
        if !missing.is_empty() {
            let heads = self.log.stream_heads(&missing).await?;
            if heads.len() != missing.len() {
                return Err(LogError::Damaged(format!(
                    "{} stream heads were asked for, {} came",
                    missing.len(),
                    heads.len()
                )));
            }
            for (stream, head) in missing.into_iter().zip(heads) {
                known.insert(stream, Known { head, moved: false });
            }
        }
        Ok(known)
    }

    fn guard(&self) -> PoisonOnPanic {
        PoisonOnPanic(Arc::clone(&self.shared))
    }

    /// Records a group of commands and answers each.
    async fn record(&mut self, group: Vec<(Box<Request>, Reply<Answer>)>) {
        let (requests, replies): (Vec<_>, Vec<_>) = group.into_iter().unzip();
        let _guard = self.guard();
        let answers = self.answers(&requests).await;
        for (reply, answer) in replies.into_iter().zip(answers) {
            // A caller that went away asks again with the same command.
            let _ = reply.send(answer);
        }
    }

    async fn answers(&mut self, requests: &[Box<Request>]) -> Vec<Result<Answer, AppendError>> {
        if let Some(why) = self.shared.poisoned() {
            let why = format!("the writer is poisoned: {why}");
            return fail_all(requests.len(), &Failure::Unknown(why));
        }
        for _ in 0..MOVED_MAX {
            let (stage, outcomes) = match self.stage(requests).await {
                Ok(staged) => staged,
                Err(error) => return fail_all(requests.len(), &Failure::Read(error)),
            };
            let ended =
                if stage.batch.events.is_empty() { self.confirm(&outcomes).await } else { self.commit(stage).await };
            match ended {
                Ended::Durable => return outcomes.into_iter().map(|o| settle(o, None)).collect(),
                Ended::Failed(failure) => {
                    return outcomes.into_iter().map(|o| settle(o, Some(&failure))).collect();
                }
                // Somebody else wrote first: everything is decided again from where the log is now.
                Ended::Moved => {}
            }
        }
        fail_all(requests.len(), &Failure::Contended)
    }

    /// Without a commit nothing tells that somebody else has written, and then a refusal may rest on streams that
    /// have moved: so the head is looked at.
    async fn confirm(&mut self, outcomes: &[Outcome]) -> Ended {
        if !outcomes.iter().any(Outcome::is_refusal) {
            return Ended::Durable;
        }
        let moved = match self.log.head().await {
            Ok(head) if head.size == self.shared.edge().size() => return Ended::Durable,
            Ok(_) => self.reload().await,
            Err(error) => Err(error),
        };
        match moved {
            Ok(()) => Ended::Moved,
            Err(error) => Ended::Failed(Failure::Read(error)),
        }
    }

    /// Numbers the requests of a group. An error means that the streams could not be read at all.
    async fn stage(&mut self, requests: &[Box<Request>]) -> Result<(Stage, Vec<Outcome>), LogError> {
        let streams = self.known(requests.iter().flat_map(|r| r.streams())).await?;
        let edge = Edge::clone(&self.shared.edge());
        let mut stage = Stage::new(edge, self.last_recorded_at, streams);
        let mut outcomes = Vec::with_capacity(requests.len());
        for request in requests {
            outcomes.push(match self.log.command(request.command).await {
                // Asked for each command, as late as can be: what is numbered here carries this time for ever.
                Ok(None) => match (self.clock)() {
                    Ok(now) => stage.add(request, now),
                    Err(jump) => Outcome::Settled(Err(AppendError::ClockImplausible(jump))),
                },
                Ok(Some(record)) => {
                    // After a restore the digest is missing; then the same command counts as a replay.
                    let same = record.fingerprint.is_none_or(|f| f == request.fingerprint);
                    Outcome::Settled(if same { Ok(Answer::Before(record)) } else { Err(AppendError::CommandReused) })
                }
                Err(error) => Outcome::Settled(Err(error.into())),
            });
        }
        Ok((stage, outcomes))
    }

    async fn reload(&mut self) -> Result<(), LogError> {
        self.recent.clear();
        self.shared.tail.clear();
        let edge = Edge::load(&*self.log).await?;
        let head = self.log.head().await?;
        if head.size != edge.size() {
            // Another node wrote between the two reads; the next commit finds out and this is done again.
            tracing::debug!(size = head.size, loaded = edge.size(), "the log grew while it was read");
        }
        self.show(edge, head.last_recorded_at.max(self.last_recorded_at));
        Ok(())
    }

    /// Shows a durable end of the log to readers. The tree goes first, so that nobody who has seen the head finds it
    /// missing.
    fn show(&mut self, edge: Edge, last_recorded_at: i64) {
        let head = Head { position: Position(edge.size()), root: edge.root(), recorded_at: last_recorded_at };
        self.last_recorded_at = last_recorded_at;
        self.shared.set_edge(edge);
        self.head.send_replace(head);
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
            import @ Job::Import(..) => return Some(import),
        }
    }
    None
}

/// The answer to one request, given whether its batch failed.
fn settle(outcome: Outcome, failed: Option<&Failure>) -> Result<Answer, AppendError> {
    match (outcome, failed) {
        (Outcome::Settled(answer), _) | (Outcome::Resting(answer), None) => answer,
        (Outcome::Resting(_), Some(failure)) => Err(failure.clone().into()),
    }
}

fn fail_all(requests: usize, failure: &Failure) -> Vec<Result<Answer, AppendError>> {
    (0..requests).map(|_| Err(failure.clone().into())).collect()
}
