//! The visitor was not reached (C-4.4): attempts, after enough of which an answer may be posted for collection.

use super::step::{after_turn, in_cycle, require};
use super::{DeliveryAttempted, Issue};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{IssueState, WordChannel};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeSet;

/// Attempts that one cycle remembers. A bound on what a stream may grow to, not a rule of the service: twice the most
/// that a policy may demand before an answer is posted.
pub const ATTEMPTS_MAX: usize = 200;

/// Records that the visitor was not reached (C-4.4). It neither stops nor moves the clock.
///
/// Errors: [`Code::NotTaken`] of a registered issue, or another state than in hand, awaiting answer or merged;
/// [`Code::AlreadyAttempted`], [`Code::IssueFull`]; a time in the future or before what it follows.
pub fn attempt(
    issue: &Issue,
    rules: &Rules<'_>,
    channel: WordChannel,
    attempted_at: DateTime<Utc>,
) -> Result<DeliveryAttempted, Refusal> {
    let at = |refusal: Refusal| refusal.at("/attempted_at");
    in_cycle(issue, rules, attempted_at).map_err(at)?;
    if issue.state == IssueState::Registered {
        return Err(Refusal::new(Code::NotTaken));
    }
    require(issue, &[IssueState::InHand, IssueState::AwaitingAnswer, IssueState::Merged])?;
    after_turn(issue, rules, attempted_at).map_err(at)?;
    // One attempt told twice is not two: it would bring the posting nearer.
    let same = |known: DateTime<Utc>| known.timestamp_millis() == attempted_at.timestamp_millis();
    if issue.delivery_attempts.iter().any(|known| known.channel == channel && same(known.at)) {
        return Err(at(Refusal::new(Code::AlreadyAttempted)));
    }
    if issue.delivery_attempts.len() >= ATTEMPTS_MAX {
        return Err(Refusal::new(Code::IssueFull).because(
            format!("每轮办理最多记录 {ATTEMPTS_MAX} 次送达尝试。"),
            format!("At most {ATTEMPTS_MAX} attempts are recorded in a cycle."),
        ));
    }
    Ok(DeliveryAttempted { channel })
}

/// An answer posted at `posted_at` was tried often enough, and on enough days, before that (C-4.4).
///
/// Errors: [`Code::NotEnoughAttempts`].
pub(super) fn tried_enough(issue: &Issue, rules: &Rules<'_>, posted_at: DateTime<Utc>) -> Result<(), Refusal> {
    let before =
        || issue.delivery_attempts.iter().filter(|tried| tried.at.timestamp_millis() <= posted_at.timestamp_millis());
    let days: BTreeSet<NaiveDate> = before().map(|tried| rules.town_date(tried.at)).collect();
    let (attempts, days) = (before().count(), days.len());
    let at_least = |is: usize, wanted: u32| u32::try_from(is).is_ok_and(|is| is >= wanted);
    let policy = &rules.policy.answer;
    if at_least(attempts, policy.undeliverable_attempts) && at_least(days, policy.undeliverable_days) {
        return Ok(());
    }
    let (wanted, on) = (policy.undeliverable_attempts, policy.undeliverable_days);
    Err(Refusal::new(Code::NotEnoughAttempts).because(
        format!("公示送达前须在 {on} 个不同日期尝试送达 {wanted} 次；已在 {days} 个日期尝试 {attempts} 次。"),
        format!(
            "Posting needs {wanted} attempts on {on} days; there are {attempts} attempts on {days} days before it."
        ),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::answering::{AnswerDraft, answer};
    use super::super::fixture::{Given, ISSUE, MAJOR, at, oral, refused, rules};
    use super::super::reopening::{AcceptanceDraft, accept};
    use super::super::{IssueEvent, Merged};
    use super::*;
    use crate::ids::IssueId;
    use crate::vocabulary::{AnswerChannel, ClockState, EvidenceKind, ReopeningGround};
    use uuid::Uuid;

    const LATER: &str = "2026-12-20 10:00";

    fn tried(given: Given, when: &str) -> Given {
        let event = attempt(&given.issue, &rules(LATER), WordChannel::Phone, at(when)).unwrap();
        given.then(when, IssueEvent::DeliveryAttempted(event))
    }

    fn posted(given: &Given, when: &str) -> Result<(), Code> {
        let draft = AnswerDraft { channel: AnswerChannel::Written, evidence: EvidenceKind::Posted, ..oral(when) };
        answer(&given.issue, &rules(LATER), &draft).map(|_| ()).map_err(|refusal| refusal.code)
    }

    #[test]
    fn three_attempts_on_two_days_of_the_town_let_an_answer_be_posted() {
        let given = tried(tried(Given::in_hand(), "2026-11-20 09:00"), "2026-11-20 18:00");
        assert_eq!(posted(&given, "2026-11-24 10:00"), Err(Code::NotEnoughAttempts));
        let same_day = tried(given.clone(), "2026-11-20 23:59");
        assert_eq!(posted(&same_day, "2026-11-24 10:00"), Err(Code::NotEnoughAttempts));
        // Half past midnight in the town is still the day before in UTC.
        let next_day = tried(given, "2026-11-21 00:30");
        assert_eq!(posted(&next_day, "2026-11-24 10:00"), Ok(()));
        assert_eq!(next_day.issue.clock, ClockState::Running);
        assert_eq!(next_day.issue.due, Given::in_hand().issue.due);
    }

    #[test]
    fn what_is_tried_after_the_posting_does_not_count_for_it() {
        let given = tried(tried(Given::in_hand(), "2026-11-20 09:00"), "2026-11-20 18:00");
        let given = tried(given, "2026-11-24 09:00");
        assert_eq!(posted(&given, "2026-11-23 10:00"), Err(Code::NotEnoughAttempts));
        assert_eq!(posted(&given, "2026-11-24 09:00"), Ok(()));
    }

    #[test]
    fn a_refusal_says_how_many_are_missing() {
        let given = tried(Given::in_hand(), "2026-11-20 09:00");
        let refusal = tried_enough(&given.issue, &rules(LATER), at(LATER)).unwrap_err();
        assert_eq!(refusal.clause, Some("C-4.4"));
        assert!(refusal.detail.en.contains("3 attempts on 2 days; there are 1 attempts on 1 days"), "{refusal}");
    }

    #[test]
    fn an_attempt_told_twice_is_one() {
        let given = tried(Given::in_hand(), "2026-11-20 09:00");
        let again = |channel, when| attempt(&given.issue, &rules(LATER), channel, at(when));
        assert_eq!(refused(again(WordChannel::Phone, "2026-11-20 09:00")), Code::AlreadyAttempted);
        assert!(again(WordChannel::InPerson, "2026-11-20 09:00").is_ok());
        assert!(again(WordChannel::Phone, "2026-11-20 09:01").is_ok());
    }

    #[test]
    fn there_is_something_to_deliver_only_while_an_answer_is_owed_at_this_desk() {
        let code = |given: Given| refused(attempt(&given.issue, &rules(LATER), WordChannel::Phone, at(LATER)));
        assert_eq!(code(Given::registered()), Code::NotTaken);
        assert_eq!(code(Given::escalated()), Code::AlreadyEscalated);
        assert_eq!(code(Given::answered()), Code::AlreadyAnswered);
        assert_eq!(code(Given::closed()), Code::IssueClosed);
        let merged = Given::in_hand()
            .then("2026-11-20 10:00", IssueEvent::Merged(Merged { primary_issue_id: IssueId(Uuid::from_u128(0x12)) }));
        for given in [Given::in_hand(), Given::awaiting_answer(), merged] {
            assert!(attempt(&given.issue, &rules(LATER), WordChannel::Letter, at(LATER)).is_ok());
        }
    }

    #[test]
    fn an_attempt_follows_what_put_the_duty_there() {
        let code = |given: Given, when| refused(attempt(&given.issue, &rules(LATER), WordChannel::Phone, at(when)));
        assert_eq!(code(Given::in_hand(), "2026-12-20 10:01"), Code::InTheFuture);
        assert_eq!(code(Given::in_hand(), "2026-11-19 14:00"), Code::BeforeReception);
        assert_eq!(code(Given::awaiting_answer(), "2026-12-10 09:59"), Code::BeforePrevious);
    }

    #[test]
    fn every_cycle_counts_its_own_attempts() {
        let given = tried(tried(Given::in_hand(), "2026-11-19 17:00"), "2026-11-20 18:00");
        let given = tried(given, "2026-11-23 18:00")
            .and_answered("2026-11-24 10:00")
            .and_reopening_asked("2026-11-25 10:00", ReopeningGround::NewFacts);
        let when = "2026-11-26 10:00";
        let draft = AcceptanceDraft { level: None, major_issue_id: MAJOR, at: at(when) };
        let accepted = accept(&given.issue, ISSUE, &rules(when), &draft).unwrap();
        let given = given.then(when, IssueEvent::Reopened(accepted.reopened));
        assert!(given.issue.delivery_attempts.is_empty());
        assert_eq!(posted(&given, "2026-11-27 10:00"), Err(Code::NotEnoughAttempts));
    }

    #[test]
    fn a_stream_does_not_grow_without_bound() {
        let mut given = Given::in_hand();
        for n in 0..ATTEMPTS_MAX {
            let when = format!("2026-11-20 {:02}:{:02}", n / 60, n % 60);
            given = tried(given, &when);
        }
        assert_eq!(refused(attempt(&given.issue, &rules(LATER), WordChannel::Phone, at(LATER))), Code::IssueFull);
    }
}
