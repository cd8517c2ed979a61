//! A typical case goes to an office, which selects it or does not (C-5.3).

use super::events::{CaseDecided, CaseSubmitted, TypicalCaseEvent};
use super::state::TypicalCase;
use super::step::{already_decided, follows, not_full};
use crate::calendar::Calendars;
use crate::claims::Claim;
use crate::filing::office_for;
use crate::ids::OfficeId;
use crate::office::Offices;
use crate::policy::Policy;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use chrono::{DateTime, NaiveDate, Utc};

/// Submits a de-identified case to the Party-delegate studio or to the congress office, or to one after the other, until it
/// is decided on (C-5.3).
///
/// Errors: [`Code::UnknownId`] and [`Code::OfficeOfOtherKind`] at `/office_id`; a time in the future or before it was
/// de-identified; [`Code::TooMany`], [`Code::NotDeidentified`], [`Code::AlreadyDecided`], [`Code::AlreadySubmitted`].
pub fn submit(
    case: &TypicalCase,
    offices: &Offices,
    rules: &Rules<'_>,
    office_id: OfficeId,
    at: DateTime<Utc>,
) -> Result<CaseSubmitted, Refusal> {
    office_for(offices, office_id, "C-5.3")?;
    follows(rules, at, case.deidentified.unwrap_or(case.nominated), "/occurred_at")?;
    not_full(case)?;
    if case.deidentified.is_none() {
        return Err(Refusal::new(Code::NotDeidentified));
    }
    if case.selected.or(case.rejected).is_some() {
        return Err(already_decided(case));
    }
    match case.submission_to(office_id) {
        None => Ok(CaseSubmitted { office_id }),
        Some(_) => Err(Refusal::new(Code::AlreadySubmitted).under("C-5.3").at("/office_id")),
    }
}

/// Selects a submitted case, or does not; once (C-5.3).
///
/// Errors: a time in the future or before it was submitted first; [`Code::TooMany`], [`Code::NotDeidentified`],
/// [`Code::NotSubmitted`], [`Code::AlreadyDecided`].
pub fn select(
    case: &TypicalCase,
    rules: &Rules<'_>,
    selected: bool,
    at: DateTime<Utc>,
) -> Result<TypicalCaseEvent, Refusal> {
    let before = case.submissions.first().map(|submission| submission.claim);
    follows(rules, at, before.or(case.deidentified).unwrap_or(case.nominated), "/occurred_at")?;
    not_full(case)?;
    if case.deidentified.is_none() {
        return Err(Refusal::new(Code::NotDeidentified));
    }
    if case.submissions.is_empty() {
        return Err(Refusal::new(Code::NotSubmitted).under("C-5.3").because(
            "该典型案例尚未上报，请先记录上报。",
            "The typical case was not submitted yet; record the submission first.",
        ));
    }
    if case.selected.or(case.rejected).is_some() {
        return Err(already_decided(case));
    }
    Ok(if selected { TypicalCaseEvent::Selected(CaseDecided {}) } else { TypicalCaseEvent::Rejected(CaseDecided {}) })
}

/// The submission by which its grid has submitted a case (O-21): the town's day of it, whose quarter it belongs to whenever
/// it was recorded, and the day from which it counts.
pub fn submitted_on(
    case: &TypicalCase,
    policy: &Policy,
    calendars: &Calendars,
) -> Option<(NaiveDate, NaiveDate, Claim)> {
    let claim =
        case.submissions.iter().map(|submission| submission.claim).min_by_key(|claim| (claim.at, claim.position))?;
    Some((policy.town_date(claim.at), claim.counts_on(policy, calendars), claim))
}
