//! The one writer's state, and how it records a group: numbered, committed, shown to readers, answered.

use super::head::Head;
use super::job::Reply;
use super::recent::{RecentHeads, StreamMap};
use super::request::Request;
use super::shared::Shared;
use super::stage::{Answer, Known, Outcome, Stage};
use crate::clock::CheckedClock;
use crate::ids::{Position, StreamId};
use crate::log::{Committed, EventLog, LogError};
use crate::record::tree::Edge;
use crate::store::append::AppendError;
use std::sync::Arc;
use tokio::sync::watch;

/// How often a batch is decided anew because another node was faster, before its callers are told to come again.
const MOVED_MAX: usize = 32;

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

    /// Records a group of commands and answers each.
    pub async fn record(&mut self, group: Vec<(Box<Request>, Reply<Answer>)>) {
        let (requests, replies): (Vec<_>, Vec<_>) = group.into_iter().unzip();
        let _guard = self.shared.guard();
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
                    Ok(now) => stage.add(request, now, self.shared.epoch()),
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
