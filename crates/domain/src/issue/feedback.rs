//! T13: what the visitor thinks of the answer (回访、评价). Silence is no feedback, and never "satisfied".

use super::step::answered;
use super::{FeedbackRecorded, Issue};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{FeedbackBy, Satisfaction};
use chrono::{DateTime, NaiveDate, Utc};

/// Feedback as it comes in, but for the comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedbackDraft {
    /// What the visitor thinks.
    pub satisfaction: Satisfaction,
    /// Who passed it on.
    pub by: FeedbackBy,
    /// When it was given.
    pub given_at: DateTime<Utc>,
}

/// Records feedback (T13, C-3.6), also on a closed issue; the window is judged by when it was given. A later one
/// supersedes.
///
/// Errors: [`Code::NotAnswered`], [`Code::IssueNotOpen`], [`Code::FeedbackWindowOver`]; a time in the future or before the
/// answer's delivery.
pub fn record(issue: &Issue, rules: &Rules<'_>, draft: &FeedbackDraft) -> Result<FeedbackRecorded, Refusal> {
    let answer = answered(issue)?;
    rules
        .claimed(draft.given_at, answer.delivered_at, Code::BeforeAnswer)
        .map_err(|refusal| refusal.at("/given_at"))?;
    let last = window_end(rules, answer.delivered_at);
    if rules.town_date(draft.given_at) > last {
        return Err(Refusal::new(Code::FeedbackWindowOver)
            .at("/given_at")
            .because(format!("评价期限至 {last}。"), format!("Feedback counts until {last}.")));
    }
    Ok(FeedbackRecorded { satisfaction: draft.satisfaction, by: draft.by })
}

/// The last day on which feedback counts.
pub(super) fn window_end(rules: &Rules<'_>, delivered_at: DateTime<Utc>) -> NaiveDate {
    let days = rules.policy.feedback.window_working_days;
    rules.calendars.after(rules.town_date(delivered_at), days).on
}
