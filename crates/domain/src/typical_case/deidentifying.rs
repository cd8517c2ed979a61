//! The text of a typical case becomes one that may be published: nobody can be recognised in it, or whoever can has agreed
//! (C-5.3).

use super::events::CaseDeidentified;
use super::state::TypicalCase;
use super::step::{already_decided, follows, not_full};
use crate::file::NamedFile;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use chrono::{DateTime, Utc};

/// Takes the text that may be published, for the first time or a better one: should somebody still be recognised in it, even
/// after it was published, another takes its place. Of a case that was not selected no text is needed any more (C-5.3).
///
/// Errors: [`Code::UnknownId`] at `/consent_file_id`; a time in the future, before the nomination or before the text of before;
/// [`Code::TooMany`], [`Code::AlreadyDecided`].
pub fn deidentify(
    case: &TypicalCase,
    rules: &Rules<'_>,
    consent: Option<NamedFile>,
    at: DateTime<Utc>,
) -> Result<CaseDeidentified, Refusal> {
    if consent.is_some_and(|file| file.kind.is_none()) {
        return Err(Refusal::new(Code::UnknownId).under("C-5.3").at("/consent_file_id"));
    }
    follows(rules, at, case.deidentified.unwrap_or(case.nominated), "/occurred_at")?;
    not_full(case)?;
    if case.rejected.is_some() {
        return Err(already_decided(case));
    }
    Ok(CaseDeidentified { consent_file_id: consent.map(|file| file.id) })
}
