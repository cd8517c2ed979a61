//! Disputes: a delegate says that an entry behind a figure is wrong, from the first day of the year until some working days
//! after the freeze, and an office decides (C-5.2).

use super::case::Case;
use super::events::{DisputeDecided, Disputed, EntryDisputed};
use crate::annual_review::{CLAUSE, days, from_day_on};
use crate::ids::DisputeId;
use crate::refusal::{Code, Refusal};
use crate::review::{RuleSet, Subject};
use crate::vocabulary::Indicator;

/// Raises a dispute. It counts by the claim rule: back-dating gains nothing.
///
/// Errors: [`Code::InvalidValue`] at `/indicator` for a figure that only grids have; [`Code::DelegateWithoutMandate`],
/// [`Code::TooMany`]; a time in the future; [`Code::TooEarly`] before the year, [`Code::WrongState`] after the result,
/// [`Code::DisputeWindowOver`].
pub fn dispute(
    case: &Case<'_>,
    id: DisputeId,
    indicator: Indicator,
    of: Option<Disputed>,
) -> Result<EntryDisputed, Refusal> {
    of_delegates(indicator)?;
    case.of_a_delegate()?;
    case.follows([])?;
    case.without_result()?;
    from_day_on(&case.rules, case.at, Some(days(case.year)?.0))?;
    let until = case.review.disputes_until(case.policies, case.rules.calendars);
    if let Some(until) = until.filter(|until| *until < case.rules.counts_on(case.at)) {
        return Err(Refusal::new(Code::DisputeWindowOver)
            .because(format!("提出异议的期限至 {until}，已过。"), format!("Disputes could be raised until {until}.")));
    }
    Ok(EntryDisputed { year: case.year, delegate_id: case.delegate_id, dispute_id: id, indicator, of })
}

/// Decides on a dispute, once, before the freeze or after it. What follows from one that is upheld is for whoever decides: the
/// record is corrected or the explanation accepted while figures can still show it, else the figure is adjusted.
///
/// Errors: [`Code::UnknownId`] for a dispute that is not there; a time in the future or before the dispute;
/// [`Code::AlreadyDecided`].
pub fn decide(case: &Case<'_>, id: DisputeId, upheld: bool) -> Result<DisputeDecided, Refusal> {
    let dispute = case.appraisal.dispute(id).ok_or_else(|| Refusal::new(Code::UnknownId).under(CLAUSE))?;
    case.of_a_delegate()?;
    case.follows([dispute.raised])?;
    if dispute.decided.is_some() {
        return Err(Refusal::new(Code::AlreadyDecided).under(CLAUSE));
    }
    Ok(DisputeDecided { year: case.year, delegate_id: case.delegate_id, dispute_id: id, upheld })
}

/// The figure is one that delegates have.
///
/// Errors: [`Code::InvalidValue`] at `/indicator`.
pub fn of_delegates(indicator: Indicator) -> Result<(), Refusal> {
    if RuleSet::NEWEST.indicators(Subject::Delegate).any(|one| one == indicator) {
        return Ok(());
    }
    Err(Refusal::new(Code::InvalidValue)
        .under(CLAUSE)
        .at("/indicator")
        .because("该指标只用于网格的评议。", "Only grids have a figure of this name."))
}
