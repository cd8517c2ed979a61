//! What is to be known beside a typical case: above all that a matter it is made of was taken up again after it had been
//! selected (C-5.3).

use super::events::CaseAnnotated;
use super::state::TypicalCase;
use super::step::{follows, not_full, selected};
use crate::refusal::Refusal;
use crate::rules::Rules;
use chrono::{DateTime, Utc};

/// Annotates a selected case, as often as there is something to say (C-5.3).
///
/// Errors: a time in the future or before it was selected; [`Code::TooMany`], [`Code::NotSelected`].
///
/// [`Code::TooMany`]: crate::refusal::Code::TooMany
/// [`Code::NotSelected`]: crate::refusal::Code::NotSelected
pub fn annotate(case: &TypicalCase, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<CaseAnnotated, Refusal> {
    follows(rules, at, case.selected.unwrap_or(case.nominated), "/occurred_at")?;
    not_full(case)?;
    selected(case)?;
    Ok(CaseAnnotated {})
}

/// Whether an annotation is due: an issue that the case is made of was reopened after the selection, and nothing was
/// annotated since. `reopened_at` are the positions of those reopenings in the log: which was first goes by the record,
/// for nobody knew of it before.
pub fn annotation_due(case: &TypicalCase, reopened_at: impl IntoIterator<Item = u64>) -> bool {
    annotated_up_to(case).is_some_and(|known| reopened_at.into_iter().any(|position| position > known))
}

/// The position of the log up to which a case says what became of its matter: of its selection, or of an annotation since.
/// Nothing where it is not selected: then no annotation is ever due.
pub fn annotated_up_to(case: &TypicalCase) -> Option<u64> {
    let annotated = case.annotations.last().map_or(0, |annotated| annotated.position);
    Some(case.selected?.position.max(annotated))
}
