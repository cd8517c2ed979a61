//! T15: taken up again (重办): asked for on a ground, and decided.

use super::commitment::broken;
use super::escalation::escalated;
use super::step::answered;
use super::{Escalated, Issue, Reopened, ReopeningRefused, ReopeningRequested};
use crate::deadline;
use crate::ids::{IssueId, MajorIssueId};
use crate::major_issue::Submitted;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{Level, ReopeningGround};
use chrono::{DateTime, Days, NaiveDate, Utc};

/// Asks for an answered or closed issue to be reopened (T15, C-3.6). The state stays until it is decided.
///
/// Errors: [`Code::NotAnswered`], [`Code::IssueNotOpen`], [`Code::ReopeningPending`], [`Code::ReopeningGroundRefused`],
/// [`Code::ReopeningWindowOver`], [`Code::CommitmentNotDue`], [`Code::CommitmentKept`]; a time in the future or before the answer.
pub fn request(
    issue: &Issue,
    rules: &Rules<'_>,
    ground: ReopeningGround,
    at: DateTime<Utc>,
) -> Result<ReopeningRequested, Refusal> {
    let answer = answered(issue)?;
    rules.claimed(at, answer.delivered_at, Code::BeforeAnswer).map_err(|refusal| refusal.at("/occurred_at"))?;
    if issue.reopening_pending.is_some() {
        return Err(Refusal::new(Code::ReopeningPending));
    }
    let at_ground = |code| Refusal::new(code).at("/ground");
    if issue.refused_grounds.contains(&ground) {
        return Err(at_ground(Code::ReopeningGroundRefused));
    }
    let asked_on = rules.town_date(at);
    match ground {
        ReopeningGround::Dissatisfied | ReopeningGround::WrongOutcome => {
            let window = Days::new(rules.policy.reopening.window_calendar_days.into());
            let last = rules.town_date(answer.delivered_at).checked_add_days(window).unwrap_or(NaiveDate::MAX);
            if rules.counted_on(at) > last {
                return Err(at_ground(Code::ReopeningWindowOver).because(
                    format!("以此理由申请重办的期限至 {last}。"),
                    format!("On this ground the time was over after {last}."),
                ));
            }
        }
        ReopeningGround::CommitmentBroken => {
            broken(issue, answer.given.commitment_on, asked_on).map_err(|refusal| refusal.at("/ground"))?;
        }
        ReopeningGround::NewFacts => {}
    }
    Ok(ReopeningRequested { ground })
}

/// Refuses the reopening asked for (T15); the refusal is itself told to the visitor.
///
/// Errors: [`Code::NoReopeningPending`], [`Code::LevelUnexpected`]; a time in the future or before the request.
pub fn refuse(
    issue: &Issue,
    rules: &Rules<'_>,
    level: Option<Level>,
    at: DateTime<Utc>,
) -> Result<ReopeningRefused, Refusal> {
    pending(issue, rules, at)?;
    refused_without_level(level.is_some())?;
    Ok(ReopeningRefused {})
}

/// A refusal names no level, whatever the issue.
///
/// Errors: [`Code::LevelUnexpected`].
pub fn refused_without_level(level_given: bool) -> Result<(), Refusal> {
    if level_given { Err(Refusal::new(Code::LevelUnexpected).at("/level")) } else { Ok(()) }
}

/// An acceptance as it comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcceptanceDraft {
    /// The level to which a second dissatisfaction is escalated; nothing else has one.
    pub level: Option<Level>,
    /// The id that a major issue gets, if one is made.
    pub major_issue_id: MajorIssueId,
    /// When.
    pub at: DateTime<Utc>,
}

/// What accepting a reopening brings: a new cycle, and for a second dissatisfaction an escalation at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Acceptance {
    /// First for the issue's stream.
    pub reopened: Reopened,
    /// Then, where it is escalated: for the issue's stream and for the new major issue's.
    pub escalation: Option<(Escalated, Submitted)>,
}

/// Accepts the reopening asked for (T15, C-3.6): a new cycle with its own due date under the policy handed in.
///
/// Errors: [`Code::NoReopeningPending`], [`Code::LevelNeeded`], [`Code::LevelUnexpected`], [`Code::DueTooFar`]; a time in
/// the future or before the request.
pub fn accept(
    issue: &Issue,
    issue_id: IssueId,
    rules: &Rules<'_>,
    draft: &AcceptanceDraft,
) -> Result<Acceptance, Refusal> {
    let ground = pending(issue, rules, draft.at)?;
    let again_dissatisfied = ground == ReopeningGround::Dissatisfied && issue.dissatisfied_reopenings > 0;
    let reopened_on = rules.town_date(draft.at);
    let reopened = |due| Reopened { ground, cycle: issue.cycle.saturating_add(1), due };
    match (again_dissatisfied, draft.level) {
        (false, None) => Ok(Acceptance { reopened: reopened(deadline::rework(rules, reopened_on)?), escalation: None }),
        (false, Some(_)) => Err(Refusal::new(Code::LevelUnexpected).at("/level")),
        (true, None) => Err(Refusal::new(Code::LevelNeeded).at("/level")),
        (true, Some(level)) => {
            // The new cycle begins escalated: the outer limit is what it is promised first.
            let due = deadline::outer_limit(rules, reopened_on, level)?;
            // As the escalation finds it: it counts from the day of reopening, and nothing stands still.
            let renewed = Issue {
                cycle_began_at: draft.at,
                due: due.clone(),
                suspension: None,
                suspended_spans: Vec::new(),
                ..issue.clone()
            };
            let escalated = escalated(&renewed, rules, level, draft.major_issue_id, draft.at)?;
            let submitted = Submitted { grid_id: issue.grid_id, level, issue_id };
            Ok(Acceptance { reopened: reopened(due), escalation: Some((escalated, submitted)) })
        }
    }
}

/// The positions in the log at which it was reopened, in order: each began a cycle.
pub fn reopened_at(issue: &Issue) -> impl Iterator<Item = u64> + '_ {
    let began = issue.due_changes.iter().filter(|change| change.from.is_none() && change.cycle > 1);
    began.map(|change| change.position)
}

fn pending(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<ReopeningGround, Refusal> {
    let Some(pending) = issue.reopening_pending else {
        return Err(Refusal::new(Code::NoReopeningPending));
    };
    rules.claimed(at, pending.requested_at, Code::BeforePrevious).map_err(|refusal| refusal.at("/occurred_at"))?;
    Ok(pending.ground)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::IssueEvent;
    use super::super::answering::{AnswerDraft, answer};
    use super::super::escalation::return_escalation;
    use super::super::fixture::{GRID, Given, ISSUE, MAJOR, RECEIVER, at, oral, refused, rules};
    use super::*;
    use crate::fixtures::day;
    use crate::vocabulary::{ClockState, DueRule, IssueState, LastWordKind, Outcome, Satisfaction};

    fn acceptance(when: &str, level: Option<Level>) -> AcceptanceDraft {
        AcceptanceDraft { level, major_issue_id: MAJOR, at: at(when) }
    }

    fn reopened(given: Given, asked: &str, accepted: &str, ground: ReopeningGround) -> Given {
        let given = given.and_reopening_asked(asked, ground);
        let acceptance = accept(&given.issue, ISSUE, &rules(accepted), &acceptance(accepted, None)).unwrap();
        assert_eq!(acceptance.escalation, None);
        given.then(accepted, IssueEvent::Reopened(acceptance.reopened))
    }

    #[test]
    fn a_request_leaves_the_state_until_it_is_decided() {
        let then = Given::closed().and_reopening_asked("2026-12-01 10:00", ReopeningGround::WrongOutcome).issue;
        assert_eq!(then.state, IssueState::Closed);
        assert!(then.reopening_pending.is_some());
    }

    #[test]
    fn an_accepted_reopening_is_a_new_cycle_with_its_own_five_working_days() {
        let given = Given::closed();
        let then = reopened(given, "2026-12-01 10:00", "2026-12-02 10:00", ReopeningGround::Dissatisfied).issue;
        assert_eq!((then.state, then.clock, then.cycle), (IssueState::InHand, ClockState::Running, 2));
        assert_eq!((then.due.rule, then.due.on), (DueRule::Rework, day("2026-12-09")));
        assert_eq!(then.original_due, then.due);
        assert_eq!((then.answer, then.feedback, then.reopening_pending), (None, None, None));
        assert_eq!(then.last_word.kind, LastWordKind::ReopeningDecision);
        assert_eq!(then.responsible_delegate_id, RECEIVER);
        let cycles: Vec<_> = then.due_changes.iter().map(|change| (change.cycle, change.from)).collect();
        assert_eq!(cycles, [(1, None), (2, None)]);
    }

    #[test]
    fn an_issue_knows_where_in_the_log_it_was_reopened() {
        let given = Given::closed();
        assert_eq!(reopened_at(&given.issue).count(), 0);
        let given = reopened(given, "2026-12-01 10:00", "2026-12-02 10:00", ReopeningGround::WrongOutcome);
        // A reopening is the newest event; positions of these tests are 100 and the version.
        let first = 100 + given.issue.version;
        let given = given.and_answered("2026-12-03 10:00");
        assert_eq!(reopened_at(&given.issue).collect::<Vec<_>>(), [first]);
        let given = reopened(given, "2026-12-04 10:00", "2026-12-04 11:00", ReopeningGround::NewFacts);
        let second = 100 + given.issue.version;
        assert_eq!(reopened_at(&given.issue).collect::<Vec<_>>(), [first, second]);
    }

    #[test]
    fn dissatisfied_and_wrong_outcome_within_thirty_days_of_delivery_new_facts_at_any_time() {
        let issue = Given::answered().issue;
        let ask = |ground, when: &str| request(&issue, &rules(when), ground, at(when));
        for ground in [ReopeningGround::Dissatisfied, ReopeningGround::WrongOutcome] {
            assert!(ask(ground, "2026-12-24 23:59").is_ok());
            assert_eq!(refused(ask(ground, "2026-12-25 00:00")), Code::ReopeningWindowOver);
        }
        assert!(ask(ReopeningGround::NewFacts, "2028-01-01 10:00").is_ok());
    }

    #[test]
    fn only_a_planned_answer_past_its_date_can_have_a_broken_commitment() {
        let ground = ReopeningGround::CommitmentBroken;
        let when = "2026-12-20 10:00";
        assert_eq!(refused(request(&Given::answered().issue, &rules(when), ground, at(when))), Code::CommitmentNotDue);
        let given = Given::in_hand();
        let planned = AnswerDraft {
            outcome: Outcome::Planned,
            commitment_on: Some(day("2026-12-20")),
            ..oral("2026-11-24 10:00")
        };
        let planned = answer(&given.issue, &rules("2026-11-24 10:00"), &planned).unwrap();
        let given = given.then("2026-11-24 10:00", IssueEvent::FinalAnswerGiven(planned));
        assert_eq!(refused(request(&given.issue, &rules(when), ground, at(when))), Code::CommitmentNotDue);
        assert!(request(&given.issue, &rules("2026-12-21 00:00"), ground, at("2026-12-21 00:00")).is_ok());
    }

    #[test]
    fn one_request_at_a_time_and_none_on_a_ground_once_refused() {
        let given = Given::answered().and_reopening_asked("2026-12-01 10:00", ReopeningGround::Dissatisfied);
        let when = "2026-12-02 10:00";
        let now = rules(when);
        assert_eq!(refused(request(&given.issue, &now, ReopeningGround::NewFacts, now.now)), Code::ReopeningPending);
        let refusal = refuse(&given.issue, &now, None, now.now).unwrap();
        let given = given.then(when, IssueEvent::ReopeningRefused(refusal));
        assert_eq!(given.issue.last_word.kind, LastWordKind::ReopeningDecision);
        assert_eq!((given.issue.state, given.issue.cycle), (IssueState::Answered, 1));
        let again = request(&given.issue, &now, ReopeningGround::Dissatisfied, now.now);
        assert_eq!(refused(again), Code::ReopeningGroundRefused);
        assert!(request(&given.issue, &now, ReopeningGround::NewFacts, now.now).is_ok());
    }

    #[test]
    fn a_second_dissatisfaction_needs_a_level_and_is_escalated_at_once() {
        let given = Given::answered().and_feedback("2026-11-25 10:00", Satisfaction::Dissatisfied);
        let given = reopened(given, "2026-11-26 10:00", "2026-11-27 10:00", ReopeningGround::Dissatisfied)
            .and_answered("2026-12-01 10:00")
            .and_reopening_asked("2026-12-03 10:00", ReopeningGround::Dissatisfied);
        let when = "2026-12-04 10:00";
        let missing = accept(&given.issue, ISSUE, &rules(when), &acceptance(when, None));
        assert_eq!(refused(missing), Code::LevelNeeded);
        let accepted = accept(&given.issue, ISSUE, &rules(when), &acceptance(when, Some(Level::L2))).unwrap();
        let (escalated, submitted) = accepted.escalation.unwrap();
        assert_eq!(submitted, Submitted { grid_id: GRID, level: Level::L2, issue_id: ISSUE });
        let then = given
            .then(when, IssueEvent::Reopened(accepted.reopened))
            .then(when, IssueEvent::Escalated(escalated))
            .issue;
        assert_eq!((then.state, then.cycle), (IssueState::Escalated, 3));
        // Sixty days from the reopening, not from the first reception.
        assert_eq!((then.due.from, then.due.on), (day("2026-12-04"), day("2027-02-02")));
        // It is the first date of the new cycle: nobody was promised another.
        assert_eq!((then.original_due.on, then.promised_due.clone()), (day("2027-02-02"), None));
        let back = "2026-12-08 10:00";
        let returned = return_escalation(&then, &rules(back), at(back)).unwrap();
        assert_eq!(returned.due.on, day("2026-12-11"), "three working days, not the outer limit");
    }

    #[test]
    fn new_facts_between_make_a_dissatisfaction_the_first_again() {
        let given = reopened(Given::answered(), "2026-11-25 10:00", "2026-11-26 10:00", ReopeningGround::Dissatisfied)
            .and_answered("2026-11-30 10:00");
        let given = reopened(given, "2026-12-01 10:00", "2026-12-02 10:00", ReopeningGround::NewFacts)
            .and_answered("2026-12-04 10:00");
        let given = reopened(given, "2026-12-07 10:00", "2026-12-08 10:00", ReopeningGround::Dissatisfied)
            .and_answered("2026-12-10 10:00")
            .and_reopening_asked("2026-12-11 10:00", ReopeningGround::Dissatisfied);
        let when = "2026-12-14 10:00";
        let again = accept(&given.issue, ISSUE, &rules(when), &acceptance(when, None));
        assert_eq!(refused(again), Code::LevelNeeded, "and the next one the second");
    }

    #[test]
    fn a_request_recorded_late_is_judged_by_the_day_of_recording() {
        // Thirty days from the delivery on 2026-11-24.
        let ask = |now: &str| {
            request(&Given::answered().issue, &rules(now), ReopeningGround::WrongOutcome, at("2026-12-24 10:00"))
        };
        assert!(ask("2026-12-25 10:00").is_ok(), "recorded within a working day");
        assert_eq!(refused(ask("2026-12-28 10:00")), Code::ReopeningWindowOver);
    }

    #[test]
    fn a_new_cycle_has_a_new_answer_to_object_to() {
        let given = Given::answered().and_reopening_asked("2026-12-01 10:00", ReopeningGround::WrongOutcome);
        let refusal = refuse(&given.issue, &rules("2026-12-02 10:00"), None, at("2026-12-02 10:00")).unwrap();
        let given = given.then("2026-12-02 10:00", IssueEvent::ReopeningRefused(refusal));
        let given = reopened(given, "2026-12-03 10:00", "2026-12-04 10:00", ReopeningGround::NewFacts)
            .and_answered("2026-12-08 10:00");
        let when = "2026-12-09 10:00";
        assert!(request(&given.issue, &rules(when), ReopeningGround::WrongOutcome, at(when)).is_ok());
    }

    #[test]
    fn a_level_is_named_for_nothing_else() {
        let given = Given::answered().and_reopening_asked("2026-12-01 10:00", ReopeningGround::Dissatisfied);
        let when = "2026-12-02 10:00";
        let first = accept(&given.issue, ISSUE, &rules(when), &acceptance(when, Some(Level::L2)));
        assert_eq!(refused(first), Code::LevelUnexpected);
        assert_eq!(refused(refuse(&given.issue, &rules(when), Some(Level::L2), at(when))), Code::LevelUnexpected);
    }

    #[test]
    fn what_is_not_answered_is_not_reopened_and_what_is_not_asked_not_decided() {
        let when = "2026-12-20 10:00";
        let now = rules(when);
        for given in [Given::in_hand(), Given::escalated(), Given::awaiting_answer()] {
            let asked = request(&given.issue, &now, ReopeningGround::NewFacts, now.now);
            assert_eq!(refused(asked), Code::NotAnswered);
        }
        let issue = Given::answered().issue;
        assert_eq!(refused(refuse(&issue, &now, None, now.now)), Code::NoReopeningPending);
        assert_eq!(refused(accept(&issue, ISSUE, &now, &acceptance(when, None))), Code::NoReopeningPending);
    }

    #[test]
    fn a_request_follows_the_answer_and_a_decision_the_request() {
        let now = rules("2026-12-20 10:00");
        let issue = Given::answered().issue;
        let early = request(&issue, &now, ReopeningGround::NewFacts, at("2026-11-24 09:59"));
        assert_eq!(refused(early), Code::BeforeAnswer);
        let given = Given::answered().and_reopening_asked("2026-12-01 10:00", ReopeningGround::NewFacts);
        assert_eq!(refused(refuse(&given.issue, &now, None, at("2026-12-01 09:59"))), Code::BeforePrevious);
        let future = acceptance("2026-12-20 10:01", None);
        assert_eq!(refused(accept(&given.issue, ISSUE, &now, &future)), Code::InTheFuture);
    }
}
