//! The report of the year: a delegate gives account, of the liaison service in a section of its own (C-5.2; O-20).

use super::case::Case;
use super::events::ReportSubmitted;
use crate::annual_review::CLAUSE;
use crate::ids::FileId;
use crate::refusal::{Code, Refusal};
use crate::session::files;

/// What is wrong with a report whatever the review is like, all at once. `liaison_service` is whether its section on the
/// liaison service is there.
///
/// Errors: [`Code::SectionMissing`] at `/liaison_service`; those of [`files`] at `/file_ids`.
pub fn faults(liaison_service: bool, file_ids: &[FileId]) -> Vec<Refusal> {
    let section = Refusal::new(Code::SectionMissing).at("/liaison_service");
    let section = (!liaison_service).then_some(section);
    section.into_iter().chain(files(file_ids).err().map(|refusal| refusal.under(CLAUSE))).collect()
}

/// Submits the report, once the review is open; another supersedes it, until the result is set.
///
/// Errors: those of [`faults`]; [`Code::DelegateWithoutMandate`], [`Code::TooMany`]; a time in the future, before the
/// opening or before the report that is there; [`Code::NotOpened`], [`Code::WrongState`].
pub fn report(case: &Case<'_>, liaison_service: bool, file_ids: &[FileId]) -> Result<ReportSubmitted, Vec<Refusal>> {
    let faults = faults(liaison_service, file_ids);
    if !faults.is_empty() {
        return Err(faults);
    }
    may_report(case).map_err(|refusal| vec![refusal])?;
    Ok(ReportSubmitted { year: case.year, delegate_id: case.delegate_id, file_ids: file_ids.to_vec() })
}

fn may_report(case: &Case<'_>) -> Result<(), Refusal> {
    case.of_a_delegate()?;
    let before = case.appraisal.report.as_ref().map(|report| report.claim);
    case.follows(case.review.opened.into_iter().chain(before))?;
    case.opened()?;
    case.without_result()
}
