//! What every command handler does, in its one order: is it a replay, does the body fit, the use case, the answer.

use crate::http::extract::Command;
use crate::http::response::CommandAnswer;
use crate::input::body::{self, Facts, Faults, Fields, Named};
use crate::input::query::Query;
use crate::problem::Problem;
use crate::state::{AppState, Snapshot};
use casework::transact::Outcome;
use casework::{CommandContext, Failure};
use domain::access::Action;
use domain::ids::FileId;
use event_store::{CommandRecord, Position, StreamId};

/// Runs a command: replay first, then the body, every fault of it that needs no state of the thing itself at once, then
/// the use case, whose order is existence, `If-Match`, rules.
///
/// # Errors
/// Whatever refuses it first.
pub async fn run<B, T>(
    app: &AppState,
    command: &Command,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&CommandContext, B) -> Result<Outcome<T>, Failure>,
) -> Result<Outcome<T>, Problem> {
    run_asking(app, command, |_| Some(()), read, async move |call, (), body| act(call, body).await).await
}

/// The same for a command whose query says something, too.
///
/// # Errors
/// Whatever refuses it first; the query is read before the body.
pub async fn run_asking<Q, B, T>(
    app: &AppState,
    command: &Command,
    ask: impl FnOnce(&mut Query) -> Option<Q>,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
    act: impl AsyncFnOnce(&CommandContext, Q, B) -> Result<Outcome<T>, Failure>,
) -> Result<Outcome<T>, Problem> {
    let call = app.call(command);
    match begin(app, command, &call, ask, read).await? {
        Begun::Replayed(record) => Ok(Outcome::Replayed(record)),
        Begun::Fits(asked, body) => Ok(act(&call, asked, body).await.map_err(|failure| app.unless_unknown(failure))?),
    }
}

/// How a command begins.
pub(crate) enum Begun<Q, B> {
    /// It was recorded before.
    Replayed(CommandRecord),
    /// It is new, and its query and body fit.
    Fits(Q, B),
}

/// The beginning of a command, for those that have more to look up than a use case may.
///
/// # Errors
/// Whatever refuses it first; the query is read before the body.
pub(crate) async fn begin<Q, B>(
    app: &AppState,
    command: &Command,
    call: &CommandContext,
    ask: impl FnOnce(&mut Query) -> Option<Q>,
    read: impl FnOnce(&mut Fields<'_>) -> Option<B>,
) -> Result<Begun<Q, B>, Problem> {
    if let Some(record) = recorded_before(app, call).await? {
        return Ok(Begun::Replayed(record));
    }
    let asked = command.read_query(ask)?;
    let facts = Facts { reference: app.casework.reference(), now: app.casework.now() };
    let mut reading = body::read_against(command.parsed()?, Some(facts), read);
    look_up(app, command, reading.faults()).await?;
    Ok(Begun::Fits(asked, reading.finish()?))
}

// What follows up to `run_body` depends on no command, and is compiled once.

/// The record of a command that was sent before, if it may be told again.
async fn recorded_before(app: &AppState, call: &CommandContext) -> Result<Option<CommandRecord>, Problem> {
    let record = app.casework.replayed(call).await.map_err(|failure| app.unless_unknown(failure))?;
    if let Some(record) = &record {
        told_again(app, call, record).await?;
    }
    Ok(record)
}

impl AppState {
    /// A failure of a command, as it is to be told.
    pub(crate) fn unless_unknown(&self, failure: Failure) -> Failure {
        outcome_unknown(failure, self.casework.store.healthy())
    }
}

/// Looks for what a body names in the log, and notes what is not there.
async fn look_up(app: &AppState, command: &Command, faults: &mut Faults) -> Result<(), Problem> {
    for look_up in faults.look_ups() {
        let unknown = |failure| app.unless_unknown(failure);
        match &look_up.named {
            Named::Thing(stream) => {
                if !known_to(app, command, stream).await.map_err(unknown)? {
                    faults.unknown(look_up);
                }
            }
            Named::Leaves(positions) => {
                faults.note(app.casework.unfit_for_opening(positions).await.map_err(unknown)?);
            }
        }
    }
    Ok(())
}

/// Whether something that a body names is there for whoever commands: what they may not read is as unknown as what is not.
async fn known_to(app: &AppState, command: &Command, stream: &StreamId) -> Result<bool, Failure> {
    const HELD_AGAINST: [&str; 6] = ["appointment", "file", "issue", "major_issue", "reception", "typical_case"];
    if !app.casework.holds(stream).await? {
        return Ok(false);
    }
    if !app.casework.access_adopted() || !HELD_AGAINST.contains(&stream.family()) {
        return Ok(true);
    }
    if stream.family() == "file" {
        let (asker, id) = (command.caller.account.asker(command.role), FileId(stream.uuid().unwrap_or_default()));
        return app.casework.may_of_file(&asker, Action::FileRead, id).await;
    }
    app.casework.may_see_stream(&command.caller.account.asker(command.role), stream).await
}

/// The same for a command whose body is not JSON.
///
/// # Errors
/// Whatever refuses it first.
pub async fn run_body<B, T>(
    app: &AppState,
    command: &Command,
    read: impl FnOnce(&Command) -> Result<B, Problem>,
    act: impl AsyncFnOnce(&CommandContext, B) -> Result<Outcome<T>, Failure>,
) -> Result<Outcome<T>, Problem> {
    let call = app.call(command);
    if let Some(record) = recorded_before(app, &call).await? {
        return Ok(Outcome::Replayed(record));
    }
    let body = read(command)?;
    Ok(act(&call, body).await.map_err(|failure| app.unless_unknown(failure))?)
}

/// What is told again of a command that takes two persons: that it was proposed.
async fn told_again(app: &AppState, call: &CommandContext, record: &CommandRecord) -> Result<(), Problem> {
    if call.request.is_none() || call.approves.is_some() {
        return Ok(());
    }
    let proposed = app.casework.proposed(record).await?;
    proposed.map_or(Ok(()), |proposed| Err(Failure::Proposed(proposed).into()))
}

/// After the log has failed, what a command could not read may be what an earlier attempt of it has recorded.
pub(crate) fn outcome_unknown(failure: Failure, healthy: Result<(), String>) -> Failure {
    match (failure, healthy) {
        (Failure::Unavailable(_), Err(why)) => Failure::OutcomeUnknown(why),
        (failure, _) => failure,
    }
}

/// Headers of an answer: a version, and whether it is told again.
pub fn changed(version: u64, replayed: bool) -> CommandAnswer {
    CommandAnswer { created: None, version: Some(version), replayed }
}

/// What a command did, and the moment to show it at.
pub struct CommandResult<T> {
    /// What it did.
    pub did: T,
    /// Right after it, or now.
    pub snapshot: Snapshot,
    /// Whether it is told again.
    pub replayed: bool,
}

/// The one way to an answer: from what was done now, with where in the log it ends and the moment to show it at; else,
/// told again, from what `load` finds of the record.
///
/// # Errors
/// Whatever cannot be read.
pub async fn settle<T, E: Into<Problem>>(
    app: &AppState,
    command: &Command,
    ran: Outcome<T>,
    now: impl FnOnce(&T) -> (Position, Snapshot),
    load: impl AsyncFnOnce(&CommandRecord) -> Result<T, E>,
) -> Result<CommandResult<T>, Problem> {
    match ran {
        Outcome::Done(did) => {
            let (position, snapshot) = now(&did);
            Ok(CommandResult { did, snapshot: shown_now(app, command, position, snapshot), replayed: false })
        }
        Outcome::Replayed(record) => {
            let snapshot = shown_again(app, command, &record).await?;
            Ok(CommandResult { did: load(&record).await.map_err(Into::into)?, snapshot, replayed: true })
        }
    }
}

/// The moment to show what was done now.
fn shown_now(app: &AppState, command: &Command, position: Position, snapshot: Snapshot) -> Snapshot {
    app.wrote(command.caller.account.id, position);
    Snapshot { reader: command.reader(command.came), ..snapshot }
}

/// The moment to show what was recorded before.
async fn shown_again(app: &AppState, command: &Command, record: &CommandRecord) -> Result<Snapshot, Problem> {
    let came = Position(record.first.0.saturating_sub(1));
    Ok(Snapshot { reader: command.reader(came), ..app.snapshot_after(record.last).await? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_meets_a_failed_log_ends_unknown_and_never_as_a_fault() {
        let unavailable = || Failure::Unavailable("EIO".to_owned());
        assert!(matches!(outcome_unknown(unavailable(), Err("it failed".to_owned())), Failure::OutcomeUnknown(_)));
        assert!(matches!(outcome_unknown(unavailable(), Ok(())), Failure::Unavailable(_)));
        assert!(matches!(outcome_unknown(Failure::NotFound, Err("it failed".to_owned())), Failure::NotFound));
    }
}
