//! What a symposium means to improve in the service itself, by when, and that it was done (C-4.3b).

use super::events::{ImprovementAdopted, ImprovementCompleted};
use super::state::{Activity, Improvement};
use crate::deadline::within_reach;
use crate::ids::ImprovementId;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::step::{follows, not_full};
use crate::vocabulary::ActivityKind;
use chrono::{DateTime, NaiveDate, Utc};

/// An improvement as it is adopted, but for its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImprovementDraft {
    /// Its id.
    pub id: ImprovementId,
    /// The day by which it is meant to be done, where one is named.
    pub by_on: Option<NaiveDate>,
    /// When it is adopted.
    pub at: DateTime<Utc>,
}

/// A symposium adopts an improvement, at it or afterwards (C-4.3b).
///
/// Errors: [`Code::DueTooFar`] and [`Code::NotLater`] at `/by_on` before the day of the adoption; a time in the future or
/// before it was held; [`Code::TooMany`]; [`Code::WrongState`] of an activity of another kind.
pub fn adopt_improvement(
    activity: &Activity,
    rules: &Rules<'_>,
    draft: &ImprovementDraft,
) -> Result<ImprovementAdopted, Refusal> {
    if let Some(by_on) = draft.by_on {
        by_on_fits(rules.town_date(draft.at), by_on)?;
    }
    follows(rules, draft.at, activity.held, "C-4.3b")?;
    not_full(activity.version, "C-4.3b")?;
    if activity.kind != ActivityKind::Symposium {
        return Err(Refusal::new(Code::WrongState)
            .under("C-4.3b")
            .because("只有代表群众座谈会才提出改进措施。", "Only a symposium adopts improvements."));
    }
    Ok(ImprovementAdopted { improvement_id: draft.id, by_on: draft.by_on })
}

/// An improvement is done, once, in time or not (C-4.3b).
///
/// Errors: a time in the future or before it was adopted; [`Code::TooMany`], [`Code::AlreadyCompleted`].
pub fn complete_improvement(
    activity: &Activity,
    improvement: &Improvement,
    rules: &Rules<'_>,
    at: DateTime<Utc>,
) -> Result<ImprovementCompleted, Refusal> {
    follows(rules, at, improvement.adopted, "C-4.3b")?;
    not_full(activity.version, "C-4.3b")?;
    if improvement.completed.is_some() {
        return Err(Refusal::new(Code::AlreadyCompleted)
            .under("C-4.3b")
            .because("该项改进措施已经完成。", "The improvement is completed already."));
    }
    Ok(ImprovementCompleted { improvement_id: improvement.id })
}

/// An improvement is meant for the day on which it is adopted, or a later one.
///
/// Errors at `/by_on`: [`Code::DueTooFar`], [`Code::NotLater`].
pub fn by_on_fits(adopted_on: NaiveDate, by_on: NaiveDate) -> Result<(), Refusal> {
    within_reach(by_on).map_err(|refusal| refusal.under("C-4.3b").at("/by_on"))?;
    if by_on >= adopted_on {
        return Ok(());
    }
    Err(Refusal::new(Code::NotLater).under("C-4.3b").at("/by_on").because(
        format!("完成日期不得早于提出之日 {adopted_on}。"),
        format!("The day must be the day of the adoption, {adopted_on}, or later."),
    ))
}
