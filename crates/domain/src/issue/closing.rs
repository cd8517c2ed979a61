//! T14: an issue is done (办结). No issue closes without a final answer.

use super::feedback::window_end;
use super::step::answered;
use super::{Closed, Issue};
use crate::ids::AccountId;
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

/// The account on whose word alone an issue would close: it recorded the call-back, and the window for more is not over. Another
/// one closes it then (separation of duties, S4). Nothing where the visitor said so by their receipt.
pub fn on_the_word_of(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Option<AccountId> {
    let delivered_at = issue.answer.as_ref()?.delivered_at;
    let window_over = rules.town_date(at) > window_end(rules, delivered_at);
    issue.feedback?.account.filter(|_| !window_over)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::{Given, at, refused, rules};
    use super::super::{IssueEvent, withdrawal};
    use super::*;
    use crate::vocabulary::{ClockState, ReopeningGround};

    fn code(given: &Given, when: &str) -> Code {
        refused(close(&given.issue, &rules(when), at(when)))
    }

    #[test]
    fn an_issue_closes_when_the_visitor_is_at_least_basically_satisfied() {
        let then = Given::closed().issue;
        assert_eq!((then.state, then.clock), (IssueState::Closed, ClockState::Stopped));
        let given = Given::answered().and_feedback("2026-11-25 10:00", Satisfaction::BasicallySatisfied);
        assert!(close(&given.issue, &rules("2026-11-25 10:00"), at("2026-11-25 10:00")).is_ok());
    }

    #[test]
    fn it_is_over_from_its_closing_withdrawal_or_referral_until_somebody_asks_again() {
        let given = Given::answered().and_feedback("2026-11-25 10:00", Satisfaction::Satisfied);
        assert_eq!(given.issue.over_at(), None, "answered is not closed");
        let when = "2026-12-09 10:00";
        let event = close(&given.issue, &rules(when), at(when)).unwrap();
        let closed = given.then(when, IssueEvent::Closed(event));
        assert_eq!(closed.issue.over_at(), Some(at(when)));
        let asked = closed.and_reopening_asked("2026-12-10 10:00", ReopeningGround::NewFacts);
        assert_eq!(asked.issue.over_at(), None);
        let given = Given::in_hand();
        let withdrawn = withdrawal::withdraw(&given.issue, &rules(when), false, at(when)).unwrap();
        assert_eq!(given.then(when, IssueEvent::Withdrawn(withdrawn)).issue.over_at(), Some(at(when)));
    }

    #[test]
    fn it_closes_on_the_word_of_whoever_called_back_until_the_window_is_over() {
        let me = AccountId(uuid::Uuid::from_u128(7));
        let mut issue = Given::answered().and_feedback("2026-11-25 10:00", Satisfaction::Satisfied).issue;
        let word = |issue: &Issue, on: &str| on_the_word_of(issue, &rules(on), at(on));
        assert_eq!(word(&issue, "2026-11-25 10:00"), None, "said by the receipt");
        issue.feedback = issue.feedback.map(|said| crate::issue::Feedback { account: Some(me), ..said });
        assert_eq!(word(&issue, "2026-12-08 23:59"), Some(me));
        assert_eq!(word(&issue, "2026-12-09 00:00"), None);
    }

    #[test]
    fn silence_and_dissatisfaction_close_only_after_the_window() {
        // Delivered on 2026-11-24: the window's last day is 2026-12-08.
        let silent = Given::answered();
        let dissatisfied = Given::answered().and_feedback("2026-11-25 10:00", Satisfaction::Dissatisfied);
        assert_eq!(code(&silent, "2026-12-08 23:59"), Code::FeedbackMissing);
        assert_eq!(code(&dissatisfied, "2026-12-08 23:59"), Code::FeedbackDissatisfied);
        for given in [silent, dissatisfied] {
            assert!(close(&given.issue, &rules("2026-12-09 00:00"), at("2026-12-09 00:00")).is_ok());
        }
    }

    #[test]
    fn no_issue_closes_without_an_answer_and_none_twice() {
        let when = "2026-12-20 10:00";
        for given in [Given::registered(), Given::in_hand(), Given::escalated(), Given::awaiting_answer()] {
            assert_eq!(code(&given, when), Code::NotAnswered);
        }
        assert_eq!(code(&Given::closed(), when), Code::AlreadyClosed);
        let given = Given::in_hand();
        let withdrawn = withdrawal::withdraw(&given.issue, &rules(when), false, at(when)).unwrap();
        assert_eq!(code(&given.then(when, IssueEvent::Withdrawn(withdrawn)), when), Code::IssueNotOpen);
    }

    #[test]
    fn a_pending_reopening_keeps_it_from_closing() {
        let given = Given::answered()
            .and_feedback("2026-11-25 10:00", Satisfaction::Satisfied)
            .and_reopening_asked("2026-11-26 10:00", ReopeningGround::NewFacts);
        assert_eq!(code(&given, "2026-11-27 10:00"), Code::ReopeningPending);
    }

    #[test]
    fn closing_follows_the_answer_and_the_feedback() {
        let given = Given::answered().and_feedback("2026-11-25 10:00", Satisfaction::Satisfied);
        let now = rules("2026-11-26 10:00");
        assert_eq!(refused(close(&given.issue, &now, at("2026-11-24 09:00"))), Code::BeforeAnswer);
        assert_eq!(refused(close(&given.issue, &now, at("2026-11-25 09:59"))), Code::BeforePrevious);
        assert_eq!(refused(close(&given.issue, &now, at("2026-11-26 10:01"))), Code::InTheFuture);
    }
}
