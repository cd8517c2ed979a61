//! What people say of a breach: an explanation, and whether it is accepted. Accepted it excuses; nothing is deleted.

use super::events::{Explained, ExplanationDecided};
use super::state::{Explanation, ObligationRecord};
use crate::ids::FileId;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::session::files;
use crate::vocabulary::{ExplanationState, ObligationStatus};
use chrono::{DateTime, NaiveDate, Utc};

/// Explanations that one obligation may have.
pub const EXPLANATIONS_MAX: usize = 3;

/// Explains why something was late or is missing; one explanation waits at a time. `clause` is that of the obligation.
///
/// Errors: those of [`files`]; a time in the future, before the day by which it was due, or before the last decision; [`Code::NotInBreach`],
/// [`Code::ExplanationPending`], [`Code::TooMany`].
pub fn explain(
    record: &ObligationRecord,
    (due_on, status): (NaiveDate, ObligationStatus),
    clause: &'static str,
    rules: &Rules<'_>,
    file_ids: &[FileId],
    at: DateTime<Utc>,
) -> Result<Explained, Refusal> {
    let of_clause = |refusal: Refusal| refusal.under(clause);
    files(file_ids).map_err(of_clause)?;
    let last = record.explanations.last();
    let decided = last.and_then(|last| last.decided).map(|(_, claim)| claim.at);
    claimed(rules, at, decided.unwrap_or(rules.policy.day_begins(due_on)))?;
    match status {
        ObligationStatus::Late | ObligationStatus::Missing => {}
        ObligationStatus::NotYetDue | ObligationStatus::Fulfilled | ObligationStatus::Excused => {
            return Err(of_clause(Refusal::new(Code::NotInBreach)));
        }
    }
    if record.explanation() == ExplanationState::Pending {
        return Err(of_clause(Refusal::new(Code::ExplanationPending)));
    }
    if record.explanations.len() >= EXPLANATIONS_MAX {
        return Err(of_clause(Refusal::new(Code::TooMany)).because(
            format!("一项义务最多说明 {EXPLANATIONS_MAX} 次。"),
            format!("One obligation is explained at most {EXPLANATIONS_MAX} times."),
        ));
    }
    Ok(Explained { file_ids: file_ids.to_vec() })
}

/// Decides on the explanation that waits.
///
/// Errors: [`Code::NoExplanationPending`]; a time in the future or before the explanation.
pub fn decide(
    record: &ObligationRecord,
    clause: &'static str,
    rules: &Rules<'_>,
    accepted: bool,
    at: DateTime<Utc>,
) -> Result<ExplanationDecided, Refusal> {
    match record.explanations.last() {
        Some(Explanation { claim, decided: None, .. }) => {
            claimed(rules, at, claim.at)?;
            Ok(ExplanationDecided { accepted })
        }
        Some(_) | None => Err(Refusal::new(Code::NoExplanationPending).under(clause)),
    }
}

fn claimed(rules: &Rules<'_>, at: DateTime<Utc>, not_before: DateTime<Utc>) -> Result<(), Refusal> {
    rules.claimed(at, not_before, Code::BeforePrevious).map_err(|refusal| refusal.at("/occurred_at"))
}
