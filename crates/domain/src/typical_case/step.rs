//! Whether a typical case allows a step, and what is said when it does not.

use super::state::TypicalCase;
use crate::claims::Claim;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::step;
use chrono::{DateTime, Utc};

/// One more event fits into the stream.
///
/// Errors: [`Code::TooMany`].
pub(super) fn not_full(case: &TypicalCase) -> Result<(), Refusal> {
    step::not_full(case.version, "C-5.3")
}

/// A claimed instant is not in the future and not before the fact that it follows.
///
/// Errors at `pointer`: [`Code::InTheFuture`], [`Code::BeforePrevious`].
pub(super) fn follows(rules: &Rules<'_>, at: DateTime<Utc>, fact: Claim, pointer: &str) -> Result<(), Refusal> {
    step::follows(rules, at, fact, "C-5.3").map_err(|refusal| refusal.at(pointer))
}

/// The office has selected it: when.
///
/// Errors: [`Code::NotSelected`], and that it was rejected.
pub(super) fn selected(case: &TypicalCase) -> Result<Claim, Refusal> {
    case.selected.ok_or_else(|| match case.rejected {
        None => Refusal::new(Code::NotSelected).because(
            "该典型案例尚未评选入选，请先记录评选结果。",
            "The typical case is not selected yet; record the selection first.",
        ),
        Some(_) => Refusal::new(Code::NotSelected)
            .because("该典型案例评选未入选。", "The typical case was decided on and not selected."),
    })
}

/// It is decided on already, one way or the other.
pub(super) fn already_decided(case: &TypicalCase) -> Refusal {
    let refusal = Refusal::new(Code::AlreadyDecided).under("C-5.3");
    if case.rejected.is_some() {
        refusal.because(
            "该典型案例评选未入选，可另行推荐新的案例。",
            "The typical case was not selected; a new one may be nominated.",
        )
    } else {
        refusal.because("该典型案例已经入选。", "The typical case is selected already.")
    }
}
