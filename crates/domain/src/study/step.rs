//! Whether a study allows a step, and what is said when it does not.

use super::state::Study;
use crate::claims::Claim;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use chrono::{DateTime, Utc};

/// Events that one study may have. A bound on what a stream may grow to, not a rule of the service.
pub const EVENTS_MAX: u64 = 400;

/// One more event fits into the stream.
///
/// Errors: [`Code::TooMany`].
pub(super) fn not_full(study: &Study) -> Result<(), Refusal> {
    if study.version < EVENTS_MAX {
        return Ok(());
    }
    Err(Refusal::new(Code::TooMany)
        .under("C-3.5")
        .because(format!("一项调研最多记 {EVENTS_MAX} 条。"), format!("One study holds at most {EVENTS_MAX} entries.")))
}

/// It is finished, and the stream has room: what it is finished by.
///
/// Errors: [`Code::NotFinished`], [`Code::TooMany`].
pub(super) fn finished(study: &Study) -> Result<Claim, Refusal> {
    not_full(study)?;
    study.finished.ok_or_else(|| Refusal::new(Code::NotFinished))
}

/// A claimed instant is not in the future and not before the fact that it follows.
///
/// Errors at `/occurred_at`: [`Code::InTheFuture`], [`Code::BeforePrevious`].
pub(super) fn follows(rules: &Rules<'_>, at: DateTime<Utc>, fact: Claim) -> Result<(), Refusal> {
    rules.claimed(at, fact.at, Code::BeforePrevious).map_err(|refusal| refusal.under("C-3.5").at("/occurred_at"))
}
