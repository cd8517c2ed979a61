//! What a step of any thing asks first: that its stream has room, and that the step follows what went before.

use crate::claims::Claim;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use chrono::{DateTime, Utc};

/// Events that one thing may have. A bound on what a stream may grow to, not a rule of the service.
pub const EVENTS_MAX: u64 = 400;

/// One more event fits into a stream of so many.
///
/// Errors: [`Code::TooMany`].
pub fn not_full(version: u64, clause: &'static str) -> Result<(), Refusal> {
    if version < EVENTS_MAX {
        return Ok(());
    }
    Err(Refusal::new(Code::TooMany)
        .under(clause)
        .because(format!("同一件事最多记 {EVENTS_MAX} 条。"), format!("One thing holds at most {EVENTS_MAX} entries.")))
}

/// A claimed instant is not in the future and not before the fact that it follows.
///
/// Errors at `/occurred_at`: [`Code::InTheFuture`], [`Code::BeforePrevious`].
pub fn follows(rules: &Rules<'_>, at: DateTime<Utc>, fact: Claim, clause: &'static str) -> Result<(), Refusal> {
    rules.claimed(at, fact.at, Code::BeforePrevious).map_err(|refusal| refusal.under(clause).at("/occurred_at"))
}
