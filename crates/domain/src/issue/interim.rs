//! T6: a word to the visitor between registration and answer (阶段性答复).

use super::step::{in_cycle, require};
use super::{InterimReplyGiven, Issue};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{IssueState, WordChannel};
use chrono::{DateTime, NaiveDate, Utc};

/// What is told, but for the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InterimDraft {
    /// How.
    pub channel: WordChannel,
    /// When the visitor was told.
    pub told_at: DateTime<Utc>,
    /// When they will hear again.
    pub next_word_on: NaiveDate,
}

/// Records an interim reply (T6, C-3.6). It never stops the clock of the answer.
///
/// Errors: an issue that is not open; [`Code::NotLater`] and [`Code::NextWordTooFar`] for the next word; a time in the
/// future or before the cycle.
pub fn reply(issue: &Issue, rules: &Rules<'_>, draft: &InterimDraft) -> Result<InterimReplyGiven, Refusal> {
    in_cycle(issue, rules, draft.told_at).map_err(|refusal| refusal.at("/told_at"))?;
    let told_on = rules.town_date(draft.told_at);
    next_word_fits(told_on, draft.next_word_on)?;
    let latest = rules.calendars.after(told_on, rules.policy.escalation.interim_every_working_days).on;
    if draft.next_word_on > latest {
        return Err(Refusal::new(Code::NextWordTooFar).at("/next_word_on").because(
            format!("下次告知日期最迟为 {latest}。"),
            format!("The next word is due by {latest} at the latest."),
        ));
    }
    require(issue, &IssueState::OPEN)?;
    Ok(InterimReplyGiven { channel: draft.channel, next_word_on: draft.next_word_on })
}

/// The next word follows this one, whatever the issue.
///
/// Errors: [`Code::NotLater`].
pub fn next_word_fits(told_on: NaiveDate, next_word_on: NaiveDate) -> Result<(), Refusal> {
    if next_word_on > told_on {
        return Ok(());
    }
    Err(Refusal::new(Code::NotLater)
        .under("C-3.6")
        .at("/next_word_on")
        .because("下次告知日期须晚于本次告知之日。", "The next word must be later than the day of this one."))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::IssueEvent;
    use super::super::fixture::{Given, at, refused, rules};
    use super::*;
    use crate::fixtures::day;
    use crate::vocabulary::{ClockState, LastWordKind};

    fn told(when: &str, next: &str) -> InterimDraft {
        InterimDraft { channel: WordChannel::Phone, told_at: at(when), next_word_on: day(next) }
    }

    #[test]
    fn an_interim_word_is_the_last_word_and_never_stops_the_clock() {
        let given = Given::registered();
        let when = "2026-11-23 10:00";
        let word = reply(&given.issue, &rules(when), &told(when, "2026-12-01")).unwrap();
        let then = given.then(when, IssueEvent::InterimReplyGiven(word)).issue;
        assert_eq!((then.state, then.clock), (IssueState::InHand, ClockState::Running));
        assert_eq!((then.last_word.kind, then.last_word.at), (LastWordKind::InterimReply, at(when)));
        assert_eq!(then.interim_due_on, Some(day("2026-12-01")));
        assert_eq!(then.due.on, day("2026-11-26"));
    }

    #[test]
    fn the_next_word_comes_after_this_one_and_within_fifteen_working_days() {
        let given = Given::escalated();
        let when = "2026-11-23 10:00";
        let now = rules(when);
        assert!(reply(&given.issue, &now, &told(when, "2026-12-14")).is_ok());
        assert_eq!(refused(reply(&given.issue, &now, &told(when, "2026-12-15"))), Code::NextWordTooFar);
        assert_eq!(refused(reply(&given.issue, &now, &told(when, "2026-11-23"))), Code::NotLater);
    }

    #[test]
    fn a_word_is_told_within_the_cycle_and_of_an_open_issue() {
        let now = rules("2026-12-01 10:00");
        let draft = told("2026-12-01 10:00", "2026-12-02");
        assert!(
            reply(&Given::awaiting_answer().issue, &rules("2026-12-11 10:00"), &told("2026-12-11 10:00", "2026-12-14"))
                .is_ok()
        );
        assert_eq!(refused(reply(&Given::answered().issue, &now, &draft)), Code::AlreadyAnswered);
        assert_eq!(refused(reply(&Given::closed().issue, &now, &draft)), Code::IssueClosed);
        let early = told("2026-11-19 14:09", "2026-11-20");
        assert_eq!(refused(reply(&Given::in_hand().issue, &now, &early)), Code::BeforeReception);
        let late = told("2026-12-01 10:01", "2026-12-02");
        assert_eq!(refused(reply(&Given::in_hand().issue, &now, &late)), Code::InTheFuture);
    }

    #[test]
    fn a_word_recorded_late_does_not_hide_a_later_one() {
        let given = Given::in_hand();
        let second = reply(&given.issue, &rules("2026-11-24 10:00"), &told("2026-11-24 10:00", "2026-12-01")).unwrap();
        let given = given.then("2026-11-24 10:00", IssueEvent::InterimReplyGiven(second));
        let first = reply(&given.issue, &rules("2026-11-25 10:00"), &told("2026-11-20 10:00", "2026-11-24")).unwrap();
        let then =
            given.event(IssueEvent::InterimReplyGiven(first), at("2026-11-20 10:00"), at("2026-11-25 10:00")).issue;
        assert_eq!(then.last_word.at, at("2026-11-24 10:00"));
    }
}
