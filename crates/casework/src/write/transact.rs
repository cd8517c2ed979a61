//! The one way a decision becomes leaves: read, decide, append with the versions it relied on; again, at most five
//! times, when somebody was faster.

use crate::boxed::{Boxed, boxed};
use crate::casework::Casework;
use crate::personal::unwrap;
use crate::read::reference::is_reference;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::plan::Plan;
use event_store::{AppendError, Appended, CommandRecord, StreamId, Version, boxes};
use std::time::Duration;

/// How often a decision is taken again when its streams moved under it.
const ATTEMPTS_MAX: u32 = 5;

/// How long a replay waits for the head to show what it answers from.
const UNTIL_SHOWN: Duration = Duration::from_secs(2);

/// How a command ended.
#[derive(Debug)]
pub enum Outcome<T> {
    /// It happened now.
    Done(T),
    /// It had happened before: answer from the state at the record's last position.
    Replayed(CommandRecord),
}

impl<T> Outcome<T> {
    /// The same, of something else that was done.
    pub fn map<U>(self, other: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Done(done) => Outcome::Done(other(done)),
            Self::Replayed(record) => Outcome::Replayed(record),
        }
    }
}

/// How one attempt ended.
pub(crate) enum Attempt {
    /// For good.
    Failed(Failure),
    /// A stream moved: try again from its present state.
    Moved {
        /// Which.
        stream: StreamId,
        /// Where it is.
        actual: Version,
    },
    /// The very command got in from elsewhere while this attempt was under way.
    Replayed(CommandRecord),
}

impl<E: Into<Failure>> From<E> for Attempt {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl Casework {
    /// Whether this very call was answered before. To be asked first, before a body is even read.
    ///
    /// Errors: [`Failure::KeyReused`] when the key came with another request; [`Failure::Forbidden`] or [`Failure::NotFound`]
    /// where whoever asks has lost the rights to be told of it since.
    pub fn replayed<'a>(&'a self, call: &'a CommandContext) -> Boxed<'a, Result<Option<CommandRecord>, Failure>> {
        Box::pin(async move {
            if call.is_first {
                return Ok(None);
            }
            let Some(record) = self.store.command(call.command).await? else { return Ok(None) };
            match record.fingerprint {
                Some(fingerprint) if fingerprint != call.fingerprint && Some(fingerprint) != call.of_bytes => {
                    Err(Failure::KeyReused)
                }
                // Without a fingerprint (after a restore) the same key is a replay.
                Some(_) | None => {
                    // It is on record a moment before the head shows it, and is answered from there.
                    self.store.wait_for(record.last, UNTIL_SHOWN).await;
                    self.let_hear_again(call, &record).await?;
                    Ok(Some(record))
                }
            }
        })
    }

    /// Whether a command of this id is recorded, whatever it said: asked where what it says is still on its way.
    #[boxed]
    pub async fn is_recorded(&self, call: &CommandContext) -> Result<bool, Failure> {
        Ok(!call.is_first && self.store.command(call.command).await?.is_some())
    }

    /// Runs an attempt until it is through, fails for good, or was overtaken five times.
    pub(crate) async fn transact<T>(
        &self,
        call: &CommandContext,
        attempt: impl AsyncFn() -> Result<T, Attempt>,
    ) -> Result<Outcome<T>, Failure> {
        for round in 1..=ATTEMPTS_MAX {
            // The store refuses it as well; here, so that nothing is decided by a day that is not today.
            if let Some(jump) = self.store.clock_jump() {
                return Err(Failure::ClockImplausible(jump));
            }
            let sealing = self.sealing.read().await;
            let ended = attempt().await;
            drop(sealing);
            let ended = match ended {
                Ok(done) => return Ok(Outcome::Done(done)),
                Err(ended) => ended,
            };
            if let Some(record) = self.missed(call, round, ended).await? {
                return Ok(Outcome::Replayed(record));
            }
        }
        self.unless_recorded(call, Failure::Contended).await.map(Outcome::Replayed)
    }

    /// What follows an attempt that recorded nothing: the record of the very command, or `None` for another attempt.
    fn missed<'a>(
        &'a self,
        call: &'a CommandContext,
        round: u32,
        ended: Attempt,
    ) -> Boxed<'a, Result<Option<CommandRecord>, Failure>> {
        Box::pin(async move {
            match ended {
                Attempt::Failed(failure) => self.unless_recorded(call, failure).await.map(Some),
                Attempt::Replayed(record) => Ok(Some(record)),
                Attempt::Moved { stream, actual } => {
                    tracing::debug!(%stream, %actual, round, "a stream moved while deciding");
                    // A precondition of the client is not retried away: the next attempt reads the thing anew and says
                    // Stale if it was the thing itself that moved. Here that cannot be told from a stream that was only
                    // checked.
                    if is_reference(&stream) {
                        self.catch_up_unless_governed().await?;
                    }
                    // Spread those who collided: between 0 and 2^round ms, by the bits of the command id.
                    let spread = u64::from(call.command.0[usize::try_from(round).unwrap_or(0) % 16]) % (1 << round);
                    tokio::time::sleep(Duration::from_millis(spread)).await;
                    Ok(None)
                }
            }
        })
    }

    /// A refusal, unless the very command got in while it was being decided a second time: two copies of one request
    /// under way at once. Then the refusal says no more than that the first copy worked.
    async fn unless_recorded(&self, call: &CommandContext, failure: Failure) -> Result<CommandRecord, Failure> {
        match failure {
            Failure::Refused(_)
            | Failure::RefusedAtOnce(_)
            | Failure::Invalid(_)
            | Failure::NotFound
            | Failure::Forbidden { .. }
            | Failure::OutOfScope { .. }
            | Failure::ApprovedByOthers { .. }
            | Failure::Stale { .. }
            | Failure::Contended => self.replayed(call).await?.ok_or(failure),
            Failure::KeyReused
            | Failure::Proposed(_)
            | Failure::BeyondHead
            | Failure::Overloaded
            | Failure::ClockImplausible(_)
            | Failure::StorageFull
            | Failure::Unavailable(_)
            | Failure::OutcomeUnknown(_)
            | Failure::Fault(_) => Err(failure),
        }
    }

    /// Appends a plan under the call's command.
    pub(crate) fn append<'a>(&'a self, call: &'a CommandContext, plan: Plan) -> Boxed<'a, Result<Appended, Attempt>> {
        Box::pin(async move {
            if self.takes_approval(call) {
                return Err(self.propose(call, &plan).await);
            }
            let plan = self.with_approval(call, plan)?;
            self.append_as_is(call, plan).await
        })
    }

    /// The same, whoever has to approve.
    pub(crate) fn append_as_is<'a>(
        &'a self,
        call: &'a CommandContext,
        mut plan: Plan,
    ) -> Boxed<'a, Result<Appended, Attempt>> {
        Box::pin(async move {
            self.wrap_for_this_epoch(&mut plan)?;
            let (bulk, append) = (plan.bulk, self.under(call, plan));
            let outcome = if bulk { self.store.append_bulk(append).await } else { self.store.append(append).await };
            ended(call, outcome)
        })
    }
}

impl Casework {
    /// What was sealed before the attempt, once for all of them, may have its keys wrapped for an epoch that has ended since.
    pub(crate) fn wrap_for_this_epoch(&self, plan: &mut Plan) -> Result<(), Failure> {
        let mut keys = plan.writes.iter_mut().flat_map(|write| &mut write.events).flat_map(|event| &mut event.keys);
        let Some(first) = keys.next() else { return Ok(()) };
        let kek = self.keys.kek();
        for key in std::iter::once(first).chain(keys).filter(|key| key.epoch < kek.epoch) {
            *key = boxes::wrap(&kek, key.id(), &unwrap(&self.keys, key)?);
        }
        Ok(())
    }
}

/// How an append ended, for the attempt that wanted it.
pub(crate) fn ended(call: &CommandContext, outcome: Result<Appended, AppendError>) -> Result<Appended, Attempt> {
    match outcome {
        Ok(appended) if appended.replayed => Err(Attempt::Replayed(CommandRecord {
            command: call.command,
            fingerprint: Some(call.fingerprint),
            first: appended.first,
            last: appended.last,
        })),
        Ok(appended) => Ok(appended),
        Err(AppendError::Conflict { stream, actual, .. }) => Err(Attempt::Moved { stream, actual }),
        Err(error) => Err(Attempt::Failed(error.into())),
    }
}
