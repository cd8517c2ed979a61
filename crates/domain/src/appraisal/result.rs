//! The result of an appraisal, and its publication (C-5.2; O-20). It is set by people; figures and votes stand beside it and decide
//! nothing.

use super::case::Case;
use super::events::{ResultPublished, ResultSet};
use super::state::Appraisal;
use super::voting::not_a_grade;
use crate::annual_review::CLAUSE;
use crate::policy::Policy;
use crate::refusal::{Code, Refusal};
use crate::vocabulary::Grade;

/// Sets the result, once, when all that it rests on is there.
///
/// Errors: [`Code::InvalidValue`] at `/grade` for one that is not of `review.grades`; [`Code::DelegateWithoutMandate`],
/// [`Code::TooMany`]; a time in the future or before the facts it rests on; [`Code::NotOpened`], [`Code::NotFrozen`],
/// [`Code::AlreadyDecided`]; [`Code::ReportMissing`], [`Code::AppraisalMissing`]; [`Code::DisputeWindowOpen`] while a dispute may
/// still come in time, [`Code::DisputesPending`], [`Code::AdjustmentMissing`].
pub fn set_result(case: &Case<'_>, grade: Grade) -> Result<ResultSet, Refusal> {
    grade_fits(case.rules.policy, grade)?;
    case.of_a_delegate()?;
    let appraisal = case.appraisal;
    let before = case.review.frozen.iter().map(|freeze| freeze.claim);
    let before = before.chain(appraisal.report.as_ref().map(|report| report.claim));
    let before = before.chain(appraisal.votes.iter().map(|votes| votes.claim));
    let before = before.chain(appraisal.disputes.iter().filter_map(|dispute| Some(dispute.decided?.1)));
    case.follows(before.chain(appraisal.adjustments.iter().map(|adjustment| adjustment.claim)))?;
    case.frozen()?;
    all_there(appraisal)?;
    window_over(case)?;
    nothing_open(appraisal)?;
    Ok(ResultSet { year: case.year, delegate_id: case.delegate_id, grade })
}

/// Whether an appraisal whose figures are frozen waits for its result and for nothing else (O-20), but for the days in which
/// disputes may still come: [`set_result`] lacks nothing of it.
pub fn awaits_result(appraisal: &Appraisal) -> bool {
    appraisal.frozen.is_some() && all_there(appraisal).and_then(|()| nothing_open(appraisal)).is_ok()
}

fn all_there(appraisal: &Appraisal) -> Result<(), Refusal> {
    if appraisal.result.is_some() {
        return Err(Refusal::new(Code::AlreadyDecided)
            .under(CLAUSE)
            .because("评议结果已经确定。", "The result is set already."));
    }
    if appraisal.report.is_none() {
        return Err(Refusal::new(Code::ReportMissing));
    }
    if appraisal.votes.is_empty() {
        return Err(Refusal::new(Code::AppraisalMissing));
    }
    Ok(())
}

/// The grade is one of the policy.
///
/// Errors: [`Code::InvalidValue`] at `/grade`.
pub fn grade_fits(policy: &Policy, grade: Grade) -> Result<(), Refusal> {
    if policy.review.grades.contains(&grade) { Ok(()) } else { Err(not_a_grade(policy).at("/grade")) }
}

/// Publishes the result, once.
///
/// Errors: [`Code::DelegateWithoutMandate`], [`Code::TooMany`]; at `/posted_at` a time in the future or before the result was set;
/// [`Code::NoResult`], [`Code::AlreadyPublished`].
pub fn publish(case: &Case<'_>) -> Result<ResultPublished, Refusal> {
    case.of_a_delegate()?;
    case.follows(case.appraisal.result.map(|(_, set)| set)).map_err(|refusal| refusal.at("/posted_at"))?;
    if case.appraisal.result.is_none() {
        return Err(Refusal::new(Code::NoResult));
    }
    if case.appraisal.published.is_some() {
        return Err(Refusal::new(Code::AlreadyPublished)
            .under(CLAUSE)
            .because("评议结果已经公布。", "The result is published already."));
    }
    Ok(ResultPublished { year: case.year, delegate_id: case.delegate_id })
}

/// No dispute can count any more.
fn window_over(case: &Case<'_>) -> Result<(), Refusal> {
    let (policies, calendars) = (case.policies, case.rules.calendars);
    match case.review.disputes_over_on(policies, calendars) {
        Some(over_on) if over_on > case.rules.town_date(case.at) => Err(Refusal::new(Code::DisputeWindowOpen).because(
            format!("仍可提出异议；自 {over_on} 起可确定结果。"),
            format!("Disputes may still come in time; the result can be set from {over_on} on."),
        )),
        Some(_) | None => Ok(()),
    }
}

fn nothing_open(appraisal: &Appraisal) -> Result<(), Refusal> {
    let pending = appraisal.pending().count();
    if pending > 0 {
        return Err(Refusal::new(Code::DisputesPending).because(
            format!("尚有 {pending} 项异议未认定。"),
            format!("Disputes that are not decided yet: {pending}."),
        ));
    }
    match appraisal.unadjusted().next() {
        None => Ok(()),
        Some(dispute) => Err(Refusal::new(Code::AdjustmentMissing).because(
            format!("异议 {} 已成立，须先在冻结的指标 {} 之外记录调整。", dispute.id, dispute.indicator),
            format!(
                "Dispute {} was upheld; record an adjustment beside the frozen figure {} first.",
                dispute.id, dispute.indicator
            ),
        )),
    }
}
