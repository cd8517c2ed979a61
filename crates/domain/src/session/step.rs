//! Whether a session's state allows a step, and what is said when it does not.

use super::state::Session;
use crate::claims::Claim;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::SessionState;
use chrono::{DateTime, Utc};

/// Events that one session may have. A bound on what a stream may grow to, not a rule of the service.
pub const EVENTS_MAX: u64 = 400;

/// The session is planned: not opened, not cancelled, and its stream has room.
///
/// Errors: [`Code::SessionNotPlanned`], [`Code::SessionFull`].
pub(super) fn planned(session: &Session) -> Result<(), Refusal> {
    not_full(session)?;
    match session.state {
        SessionState::Planned => Ok(()),
        SessionState::Open | SessionState::Closed | SessionState::Cancelled => {
            Err(Refusal::new(Code::SessionNotPlanned))
        }
    }
}

/// The session is open, and its stream has room.
///
/// Errors: [`Code::SessionNotOpen`], [`Code::SessionFull`].
pub(super) fn open(session: &Session) -> Result<(), Refusal> {
    not_full(session)?;
    match session.state {
        SessionState::Open => Ok(()),
        SessionState::Planned | SessionState::Closed | SessionState::Cancelled => {
            Err(Refusal::new(Code::SessionNotOpen))
        }
    }
}

/// One more event fits into the stream.
///
/// Errors: [`Code::SessionFull`].
pub(crate) fn not_full(session: &Session) -> Result<(), Refusal> {
    if session.version < EVENTS_MAX { Ok(()) } else { Err(Refusal::new(Code::SessionFull)) }
}

/// A claimed instant is not in the future and not before the fact that it follows.
///
/// Errors at `/occurred_at`: [`Code::InTheFuture`], [`Code::BeforePrevious`].
pub(crate) fn follows(rules: &Rules<'_>, at: DateTime<Utc>, fact: Option<Claim>) -> Result<(), Refusal> {
    let not_before = fact.map_or(DateTime::<Utc>::MIN_UTC, |fact| fact.at);
    rules.claimed(at, not_before, Code::BeforePrevious).map_err(|refusal| refusal.at("/occurred_at"))
}

/// The day has not passed by the day from which the fact counts.
///
/// Errors: [`Code::SessionOver`].
pub(crate) fn not_over(session: &Session, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<(), Refusal> {
    if rules.counts_on(at) <= session.held.on {
        return Ok(());
    }
    let on = session.held.on;
    Err(Refusal::new(Code::SessionOver)
        .because(format!("场次日期 {on} 已过。"), format!("The day of the session, {on}, has passed.")))
}
