//! What is kept of an activity, and what the two offices are told of it (C-4.2). It is owed of a theme activity; of the other
//! kinds it may be recorded alike.

use super::events::{ActivityAcknowledged, ActivitySubmitted, EvidenceAttached};
use super::state::Activity;
use crate::file::{NamedFile, named_faults, named_ids};
use crate::filing::{FilingDraft, not_acknowledged, not_submitted, office_for};
use crate::office::Offices;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::step::{follows, not_full};
use chrono::{DateTime, Utc};

/// The clause that asks for evidence and reports, whatever the kind of activity.
pub const CLAUSE: &str = "C-4.2";

/// Attaches documents, pictures and recordings, as often as there are some (C-4.2).
///
/// Errors, what is wrong with the body all at once: that of [`some_files`], those of [`named_faults`]; then a time in the future or before it was held; [`Code::TooMany`].
pub fn attach_evidence(
    activity: &Activity,
    rules: &Rules<'_>,
    files: &[NamedFile],
    at: DateTime<Utc>,
) -> Result<EvidenceAttached, Vec<Refusal>> {
    let mut faults = named_faults(files, activity.files_named(), CLAUSE);
    faults.extend(some_files(files.len()).err());
    if !faults.is_empty() {
        return Err(faults);
    }
    let step = follows(rules, at, activity.held, CLAUSE).and_then(|()| not_full(activity.version, CLAUSE));
    step.map_err(|refusal| vec![refusal])?;
    Ok(EvidenceAttached { file_ids: named_ids(files) })
}

/// Evidence is one file at least.
///
/// Errors at `/file_ids`: [`Code::Missing`].
pub fn some_files(count: usize) -> Result<(), Refusal> {
    if count > 0 { Ok(()) } else { Err(Refusal::new(Code::Missing).under(CLAUSE).at("/file_ids")) }
}

/// Reports an activity to an office, to each once (C-4.2).
///
/// Errors, what is wrong with the body all at once: [`Code::UnknownId`] and [`Code::OfficeOfOtherKind`] at `/office_id`,
/// those of [`named_faults`]; then a time in the future or before it was held; [`Code::TooMany`],
/// [`Code::AlreadySubmitted`].
pub fn submit(
    activity: &Activity,
    offices: &Offices,
    rules: &Rules<'_>,
    draft: &FilingDraft,
) -> Result<ActivitySubmitted, Vec<Refusal>> {
    body(activity, offices, draft)?;
    let step = follows(rules, draft.at, activity.held, CLAUSE)
        .and_then(|()| not_full(activity.version, CLAUSE))
        .and_then(|()| not_submitted(activity.submission_to(draft.office_id), CLAUSE));
    step.map_err(|refusal| vec![refusal])?;
    Ok(ActivitySubmitted { office_id: draft.office_id, file_ids: named_ids(&draft.files) })
}

/// The office says that it has the report, once, and perhaps gives a paper for it (C-4.2).
///
/// Errors: as those of [`submit`], but for [`Code::NotSubmitted`] and [`Code::AlreadyAcknowledged`] in place of the last,
/// and a time before it was submitted.
pub fn acknowledge(
    activity: &Activity,
    offices: &Offices,
    rules: &Rules<'_>,
    draft: &FilingDraft,
) -> Result<ActivityAcknowledged, Vec<Refusal>> {
    body(activity, offices, draft)?;
    let submission = activity.submission_to(draft.office_id);
    let before = submission.map_or(activity.held, |submission| submission.claim);
    let step = follows(rules, draft.at, before, CLAUSE)
        .and_then(|()| not_full(activity.version, CLAUSE))
        .and_then(|()| not_acknowledged(submission, CLAUSE));
    step.map_err(|refusal| vec![refusal])?;
    Ok(ActivityAcknowledged { office_id: draft.office_id, file_ids: named_ids(&draft.files) })
}

fn body(activity: &Activity, offices: &Offices, draft: &FilingDraft) -> Result<(), Vec<Refusal>> {
    let mut faults: Vec<Refusal> = office_for(offices, draft.office_id, CLAUSE).err().into_iter().collect();
    faults.extend(named_faults(&draft.files, activity.files_named(), CLAUSE));
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}
