//! Whether a study allows a step, and what is said when it does not.

use super::state::Study;
use crate::claims::Claim;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::step;
use chrono::{DateTime, Utc};

/// One more event fits into the stream.
///
/// Errors: [`Code::TooMany`].
pub(super) fn not_full(study: &Study) -> Result<(), Refusal> {
    step::not_full(study.version, "C-3.5")
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
    step::follows(rules, at, fact, "C-3.5")
}
