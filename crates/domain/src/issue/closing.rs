//! T14: an issue is done (办结). No issue closes without a final answer.

use super::feedback::window_end;
use super::step::answered;
use super::{Closed, Issue};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{IssueState, Satisfaction};
use chrono::{DateTime, Utc};

/// Closes an answered issue (T14, C-3.6): the visitor is at least basically satisfied, or the window for saying so is
/// over.
///
/// Errors: [`Code::AlreadyClosed`], [`Code::NotAnswered`], [`Code::IssueNotOpen`], [`Code::ReopeningPending`],
/// [`Code::FeedbackMissing`], [`Code::FeedbackDissatisfied`]; a time in the future or before the answer or its feedback.
pub fn close(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<Closed, Refusal> {
    if issue.state == IssueState::Closed {
        return Err(Refusal::new(Code::AlreadyClosed));
    }
    let answer = answered(issue)?;
    rules.claimed(at, answer.delivered_at, Code::BeforeAnswer).map_err(|refusal| refusal.at("/occurred_at"))?;
    if issue.reopening_pending.is_some() {
        return Err(Refusal::new(Code::ReopeningPending));
    }
    let window_over = rules.town_date(at) > window_end(rules, answer.delivered_at);
    let missing = match issue.feedback {
        Some(feedback) => {
            rules.claimed(at, feedback.given_at, Code::BeforePrevious).map_err(|refusal| refusal.at("/occurred_at"))?;
            match feedback.satisfaction {
                Satisfaction::Satisfied | Satisfaction::BasicallySatisfied => None,
                Satisfaction::Dissatisfied => Some(Code::FeedbackDissatisfied),
            }
        }
        None => Some(Code::FeedbackMissing),
    };
    match missing {
        Some(code) if !window_over => Err(Refusal::new(code)),
        Some(_) | None => Ok(Closed {}),
    }
}
