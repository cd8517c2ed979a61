//! The report of the year: a delegate gives account, of the liaison service in a section of its own (C-5.2; O-20).

use super::case::Case;
use super::events::ReportSubmitted;
use crate::annual_review::CLAUSE;
use crate::ids::FileId;
use crate::refusal::{Code, Refusal};
use crate::session::files;

/// The report has its section on the liaison service.
///
/// Errors: [`Code::SectionMissing`] at `/liaison_service`.
pub fn has_section(liaison_service: bool) -> Result<(), Refusal> {
    if liaison_service { Ok(()) } else { Err(Refusal::new(Code::SectionMissing).at("/liaison_service")) }
}

/// The files of a report, each named once and not too many.
///
/// Errors: those of [`files`] at `/file_ids`.
pub fn report_files(file_ids: &[FileId]) -> Result<(), Refusal> {
    files(file_ids).map_err(|refusal| refusal.under(CLAUSE))
}

/// Submits the report, once the review is open; another supersedes it, until the result is set.
///
/// Errors: those of [`has_section`] and [`report_files`], both at once; [`Code::DelegateWithoutMandate`], [`Code::TooMany`]; a time in the future, before the
/// opening or before the report that is there; [`Code::NotOpened`], [`Code::WrongState`].
pub fn report(case: &Case<'_>, liaison_service: bool, file_ids: &[FileId]) -> Result<ReportSubmitted, Vec<Refusal>> {
    let faults = [has_section(liaison_service), report_files(file_ids)];
    let faults: Vec<Refusal> = faults.into_iter().filter_map(Result::err).collect();
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
