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

/// Records feedback (T13, C-3.6), also on a closed issue; the window is judged by when it was given, if it was recorded soon
/// enough after that. A later one supersedes.
///
/// Errors: [`Code::NotAnswered`], [`Code::IssueNotOpen`], [`Code::FeedbackWindowOver`]; a time in the future or before the
/// answer's delivery.
pub fn record(issue: &Issue, rules: &Rules<'_>, draft: &FeedbackDraft) -> Result<FeedbackRecorded, Refusal> {
    let answer = answered(issue)?;
    rules
        .claimed(draft.given_at, answer.delivered_at, Code::BeforeAnswer)
        .map_err(|refusal| refusal.at("/given_at"))?;
    let last = window_end(rules, answer.delivered_at);
    if rules.counted_on(draft.given_at) > last {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::{Given, at, refused, rules};
    use super::super::{IssueEvent, withdrawal};
    use super::*;
    use crate::vocabulary::IssueState;

    fn draft(given_at: &str, satisfaction: Satisfaction) -> FeedbackDraft {
        FeedbackDraft { satisfaction, by: FeedbackBy::Visitor, given_at: at(given_at) }
    }

    #[test]
    fn feedback_counts_until_ten_working_days_after_delivery_by_when_it_was_given() {
        // Delivered on 2026-11-24, so until 2026-12-08.
        let issue = Given::answered().issue;
        let recorded = |now, given_at| record(&issue, &rules(now), &draft(given_at, Satisfaction::Satisfied));
        assert!(recorded("2026-12-09 10:00", "2026-12-08 23:00").is_ok());
        assert_eq!(refused(recorded("2026-12-09 10:00", "2026-12-09 00:00")), Code::FeedbackWindowOver);
        // Recorded more than a working day after it was given: the day of recording decides.
        assert_eq!(refused(recorded("2026-12-10 10:00", "2026-12-08 23:00")), Code::FeedbackWindowOver);
        assert!(recorded("2026-12-08 10:00", "2026-11-30 10:00").is_ok());
    }

    #[test]
    fn a_later_word_supersedes_whatever_was_recorded_first() {
        let given = Given::answered()
            .and_feedback("2026-11-25 10:00", Satisfaction::Dissatisfied)
            .and_feedback("2026-11-27 10:00", Satisfaction::Satisfied);
        assert_eq!(given.issue.satisfaction(), Some(Satisfaction::Satisfied));
        let earlier = draft("2026-11-26 10:00", Satisfaction::Dissatisfied);
        let earlier = record(&given.issue, &rules("2026-11-28 10:00"), &earlier).unwrap();
        let then = given.event(IssueEvent::FeedbackRecorded(earlier), at("2026-11-26 10:00"), at("2026-11-28 10:00"));
        assert_eq!(then.issue.satisfaction(), Some(Satisfaction::Satisfied));
    }

    #[test]
    fn on_a_closed_issue_feedback_still_counts_and_the_state_stays() {
        let then = Given::closed().and_feedback("2026-11-30 10:00", Satisfaction::Dissatisfied).issue;
        assert_eq!((then.state, then.satisfaction()), (IssueState::Closed, Some(Satisfaction::Dissatisfied)));
    }

    #[test]
    fn there_is_no_feedback_without_an_answer() {
        let when = "2026-12-20 10:00";
        let feedback = draft(when, Satisfaction::Satisfied);
        for given in [Given::registered(), Given::in_hand(), Given::escalated(), Given::awaiting_answer()] {
            assert_eq!(refused(record(&given.issue, &rules(when), &feedback)), Code::NotAnswered);
        }
        let given = Given::in_hand();
        let withdrawn = withdrawal::withdraw(&given.issue, &rules(when), false, at(when)).unwrap();
        let given = given.then(when, IssueEvent::Withdrawn(withdrawn));
        assert_eq!(refused(record(&given.issue, &rules(when), &feedback)), Code::IssueNotOpen);
    }

    #[test]
    fn feedback_is_not_given_before_the_answer_nor_in_the_future() {
        let now = rules("2026-11-25 10:00");
        let issue = Given::answered().issue;
        let early = draft("2026-11-24 09:59", Satisfaction::Satisfied);
        assert_eq!(refused(record(&issue, &now, &early)), Code::BeforeAnswer);
        let late = draft("2026-11-25 10:01", Satisfaction::Satisfied);
        assert_eq!(refused(record(&issue, &now, &late)), Code::InTheFuture);
    }
}
