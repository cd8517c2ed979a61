//! A study is finished, by its written material (C-3.5).

use super::events::StudyFinished;
use super::state::Study;
use super::step::{follows, not_full};
use crate::file::{NamedFile, named_faults, named_ids};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{FileKind, StudyKind};
use chrono::{DateTime, Utc};

/// Finishes a study: what it found is in writing. An inspection is finished by itself (C-3.5).
///
/// Errors: those of [`named_faults`], all at once; a time in the future or before it was started;
/// [`Code::AlreadyFinished`], [`Code::TooMany`]; [`Code::EvidenceMissing`] without a document.
pub fn finish(
    study: &Study,
    rules: &Rules<'_>,
    files: &[NamedFile],
    at: DateTime<Utc>,
) -> Result<StudyFinished, Vec<Refusal>> {
    let faults = named_faults(files, study.file_ids.len(), "C-3.5");
    if !faults.is_empty() {
        return Err(faults);
    }
    may_finish(study, rules, files, at).map_err(|refusal| vec![refusal])?;
    Ok(StudyFinished { file_ids: named_ids(files) })
}

fn may_finish(study: &Study, rules: &Rules<'_>, files: &[NamedFile], at: DateTime<Utc>) -> Result<(), Refusal> {
    follows(rules, at, study.begun)?;
    not_full(study)?;
    match (study.kind, study.finished) {
        (StudyKind::Study, None) => {}
        (StudyKind::Study, Some(_)) => return Err(Refusal::new(Code::AlreadyFinished)),
        (StudyKind::Inspection, _) => {
            return Err(Refusal::new(Code::AlreadyFinished).because(
                "巡查监督一经记录即为完成，请直接报送。",
                "An inspection is finished when it is recorded; submit it as it is.",
            ));
        }
    }
    if files.iter().any(|file| file.kind == Some(FileKind::Document)) {
        return Ok(());
    }
    // It is a rule of the service that says no, not the form of what was sent.
    Err(Refusal::new(Code::EvidenceMissing).as_rule().under("C-3.5").at("/file_ids").because(
        "完成调研须附书面材料：请至少引用一个“文件”类附件。",
        "A study is finished with its written material: name at least one file of the kind document.",
    ))
}
