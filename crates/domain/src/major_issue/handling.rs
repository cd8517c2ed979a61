//! Reporting back (反馈) and verification (核查): never by the office that led.

use super::step::{after_turn, require};
use super::{MajorIssue, MajorIssueEvent, OutcomeReported, ReturnedForRework, Verified};
use crate::ids::OfficeId;
use crate::office::Offices;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{MajorIssueState, Outcome};
use chrono::{DateTime, Utc};

/// The lead office reports an outcome, also after rework.
///
/// Errors: [`Code::AlreadyReported`], [`Code::MajorIssueWrongState`], [`Code::MajorIssueConcluded`]; a time in the future
/// or before the last step.
pub fn report(
    major: &MajorIssue,
    rules: &Rules<'_>,
    outcome: Outcome,
    at: DateTime<Utc>,
) -> Result<OutcomeReported, Refusal> {
    after_turn(major, rules, at)?;
    let otherwise = match major.state {
        MajorIssueState::ReportedBack | MajorIssueState::Verified => Code::AlreadyReported,
        MajorIssueState::Submitted
        | MajorIssueState::Triaged
        | MajorIssueState::Deliberated
        | MajorIssueState::Assigned
        | MajorIssueState::Handling
        | MajorIssueState::ReturnedForRework
        | MajorIssueState::Concluded
        | MajorIssueState::Returned
        | MajorIssueState::Referred => Code::MajorIssueWrongState,
    };
    require(major, &[MajorIssueState::Handling, MajorIssueState::ReturnedForRework], otherwise)?;
    Ok(OutcomeReported { outcome })
}

/// Another office looks at what was reported: confirmed, or returned for rework.
///
/// Errors: [`Code::UnknownId`]; [`Code::AlreadyVerified`], [`Code::MajorIssueWrongState`], [`Code::MajorIssueConcluded`];
/// [`Code::VerifiedByLead`]; a time in the future or before the report.
pub fn verify(
    major: &MajorIssue,
    rules: &Rules<'_>,
    offices: &Offices,
    confirmed: bool,
    by_office_id: OfficeId,
    at: DateTime<Utc>,
) -> Result<MajorIssueEvent, Refusal> {
    if offices.get(by_office_id).is_none() {
        return Err(Refusal::new(Code::UnknownId).at("/by_office_id"));
    }
    after_turn(major, rules, at)?;
    let otherwise =
        if major.state == MajorIssueState::Verified { Code::AlreadyVerified } else { Code::MajorIssueWrongState };
    require(major, &[MajorIssueState::ReportedBack], otherwise)?;
    if major.lead_office_id == Some(by_office_id) {
        return Err(Refusal::new(Code::VerifiedByLead).at("/by_office_id"));
    }
    Ok(if confirmed {
        MajorIssueEvent::Verified(Verified { by_office_id })
    } else {
        MajorIssueEvent::ReturnedForRework(ReturnedForRework {})
    })
}
