//! A study goes to the Party-delegate studio and to the congress office, who say that they have it and what they made of it;
//! an inspection to one of them at least (C-3.5).

use super::events::{StudyAcknowledged, StudySubmitted, StudyUsed};
use super::state::Study;
use super::step::{finished, follows};
use crate::file::{named_faults, named_ids};
use crate::filing::{self, BOTH, FilingDraft, Submission, not_acknowledged, not_submitted, office_for, sent_to};
use crate::ids::OfficeId;
use crate::office::Offices;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{OfficeKind, StudyKind, StudyState, StudyUse};
use chrono::{DateTime, Utc};

/// What an office made of a study, but for the words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UseDraft {
    /// Which office.
    pub office_id: OfficeId,
    /// What.
    pub used_as: StudyUse,
    /// When.
    pub at: DateTime<Utc>,
}

/// Sends what is finished to an office, to each once (C-3.5).
///
/// Errors, what is wrong with the body all at once: [`Code::UnknownId`] and [`Code::OfficeOfOtherKind`] at `/office_id`,
/// those of [`named_faults`]; then a time in the future or before it was finished; [`Code::NotFinished`],
/// [`Code::TooMany`], [`Code::AlreadySubmitted`].
pub fn submit(
    study: &Study,
    offices: &Offices,
    rules: &Rules<'_>,
    draft: &FilingDraft,
) -> Result<StudySubmitted, Vec<Refusal>> {
    body(study, offices, draft)?;
    may_submit(study, rules, draft).map_err(|refusal| vec![refusal])?;
    Ok(StudySubmitted { office_id: draft.office_id, file_ids: named_ids(&draft.files) })
}

/// The office says that it has it, once, and perhaps gives a paper for it (C-3.5).
///
/// Errors: as those of [`submit`], but for [`Code::NotSubmitted`] and [`Code::AlreadyAcknowledged`] in place of the last,
/// and a time before it was submitted.
pub fn acknowledge(
    study: &Study,
    offices: &Offices,
    rules: &Rules<'_>,
    draft: &FilingDraft,
) -> Result<StudyAcknowledged, Vec<Refusal>> {
    body(study, offices, draft)?;
    may_acknowledge(study, rules, draft).map_err(|refusal| vec![refusal])?;
    Ok(StudyAcknowledged { office_id: draft.office_id, file_ids: named_ids(&draft.files) })
}

/// An office of any kind refers to it in what it decides, or takes up what it proposes, as often as that happens (C-3.5).
///
/// Errors: [`Code::UnknownId`] at `/office_id`; a time in the future or before it was finished; [`Code::NotFinished`],
/// [`Code::TooMany`].
pub fn record_use(study: &Study, offices: &Offices, rules: &Rules<'_>, draft: &UseDraft) -> Result<StudyUsed, Refusal> {
    let UseDraft { office_id, used_as, at } = *draft;
    if offices.get(office_id).is_none() {
        return Err(Refusal::new(Code::UnknownId).under("C-3.5").at("/office_id"));
    }
    follows(rules, at, study.finished.unwrap_or(study.begun))?;
    finished(study)?;
    Ok(StudyUsed { office_id, used_as })
}

fn body(study: &Study, offices: &Offices, draft: &FilingDraft) -> Result<(), Vec<Refusal>> {
    let mut faults: Vec<Refusal> = office_for(offices, draft.office_id, "C-3.5").err().into_iter().collect();
    faults.extend(named_faults(&draft.files, study.file_ids.len(), "C-3.5"));
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn may_submit(study: &Study, rules: &Rules<'_>, draft: &FilingDraft) -> Result<(), Refusal> {
    follows(rules, draft.at, study.finished.unwrap_or(study.begun))?;
    finished(study)?;
    not_submitted(study.submission_to(draft.office_id), "C-3.5")
}

fn may_acknowledge(study: &Study, rules: &Rules<'_>, draft: &FilingDraft) -> Result<(), Refusal> {
    let submission = study.submission_to(draft.office_id);
    let before = submission.map(|submission| submission.claim).or(study.finished).unwrap_or(study.begun);
    follows(rules, draft.at, before)?;
    finished(study)?;
    not_acknowledged(submission, "C-3.5")
}

/// The kinds of office that it still has to go to: of a study each that has it not, of an inspection both until one has it.
/// Nothing while it is not finished, for nothing is owed yet.
pub fn lacking(study: &Study, offices: &Offices) -> Vec<OfficeKind> {
    if study.finished.is_none() {
        return Vec::new();
    }
    without(study, offices, |_| true)
}

/// Whether it is with whom it must be: a study with both offices, an inspection with one.
pub fn is_filed(study: &Study, offices: &Offices) -> bool {
    study.finished.is_some() && lacking(study, offices).is_empty()
}

/// Whether an office of a kind has acknowledged it.
pub fn acknowledged_by(study: &Study, offices: &Offices, kind: OfficeKind) -> bool {
    sent_to(&study.submissions, offices, kind).any(|submission| submission.acknowledged.is_some())
}

/// How it stands: filed with whom it must be, and closed when each of those has acknowledged it. A closed one can still go
/// to a further office, and be used.
pub fn state(study: &Study, offices: &Offices) -> StudyState {
    if study.finished.is_none() {
        StudyState::Started
    } else if !is_filed(study, offices) {
        StudyState::Finished
    } else if !without(study, offices, |submission| submission.acknowledged.is_some()).is_empty() {
        StudyState::Filed
    } else {
        StudyState::Closed
    }
}

/// The kinds of which no office has a submission that counts, as far as the kind of study asks for them.
fn without(study: &Study, offices: &Offices, counts: impl Fn(&Submission) -> bool) -> Vec<OfficeKind> {
    let without = filing::without(&study.submissions, offices, counts);
    let enough = match study.kind {
        StudyKind::Study => without.is_empty(),
        StudyKind::Inspection => without.len() < BOTH.len(),
    };
    if enough { Vec::new() } else { without }
}
