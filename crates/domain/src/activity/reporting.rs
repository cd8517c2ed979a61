//! What is kept of an activity, and what the two offices are told of it (C-4.2). It is owed of a theme activity; of the other
//! kinds it may be recorded alike.

use super::events::{ActivityAcknowledged, ActivitySubmitted, EvidenceAttached};
use super::state::Activity;
use super::step::{follows, not_full};
use crate::file::{NamedFile, named_faults, named_ids};
use crate::filing::{FilingDraft, not_acknowledged, not_submitted, office_for};
use crate::office::Offices;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use chrono::{DateTime, Utc};

/// Attaches documents, pictures and recordings, as often as there are some (C-4.2).
///
/// Errors, what is wrong with the body all at once: [`Code::Missing`] at `/file_ids` without any, those of
/// [`named_faults`]; then a time in the future or before it was held; [`Code::TooMany`].
pub fn attach_evidence(
    activity: &Activity,
    rules: &Rules<'_>,
    files: &[NamedFile],
    at: DateTime<Utc>,
) -> Result<EvidenceAttached, Vec<Refusal>> {
    let clause = activity.kind.clause();
    let mut faults = named_faults(files, activity.files_named(), clause);
    if files.is_empty() {
        faults.push(Refusal::new(Code::Missing).under(clause).at("/file_ids"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let step = follows(activity, rules, at, activity.held).and_then(|()| not_full(activity));
    step.map_err(|refusal| vec![refusal])?;
    Ok(EvidenceAttached { file_ids: named_ids(files) })
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
    let step = follows(activity, rules, draft.at, activity.held)
        .and_then(|()| not_full(activity))
        .and_then(|()| not_submitted(activity.submission_to(draft.office_id), activity.kind.clause()));
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
    let step = follows(activity, rules, draft.at, before)
        .and_then(|()| not_full(activity))
        .and_then(|()| not_acknowledged(submission, activity.kind.clause()));
    step.map_err(|refusal| vec![refusal])?;
    Ok(ActivityAcknowledged { office_id: draft.office_id, file_ids: named_ids(&draft.files) })
}

fn body(activity: &Activity, offices: &Offices, draft: &FilingDraft) -> Result<(), Vec<Refusal>> {
    let clause = activity.kind.clause();
    let mut faults: Vec<Refusal> = office_for(offices, draft.office_id, clause).err().into_iter().collect();
    faults.extend(named_faults(&draft.files, activity.files_named(), clause));
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}
