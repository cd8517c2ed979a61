//! T9–T11: to the grid's major-issue process (网格重大问题处理流程) and back. The duty to answer stays with the delegate
//! who received.

use super::step::{after_turn, in_cycle, require};
use super::{Due, Escalated, EscalationReturned, Issue, OutcomeReportedBack};
use crate::deadline;
use crate::ids::{IssueId, MajorIssueId};
use crate::major_issue::{self, MajorIssue, MajorIssueEvent};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{IssueState, Level, Outcome};
use chrono::{DateTime, Utc};

/// An escalation as it comes in.
#[derive(Clone, Copy, Debug)]
pub struct EscalationDraft<'a> {
    /// To which level.
    pub level: Level,
    /// The id of the major issue: a new one, or the one that `join` is.
    pub major_issue_id: MajorIssueId,
    /// The major issue to join; without it a new one is submitted.
    pub join: Option<&'a MajorIssue>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Two facts of one escalation, one for each stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Escalation {
    /// For the issue.
    pub issue: Escalated,
    /// For the major issue.
    pub major_issue: MajorIssueEvent,
}

/// Escalates an issue, to a new major issue or one that it joins (T9, C-3.6). A late escalation is allowed.
///
/// Errors: a state other than registered or in hand; for joining [`Code::MajorIssueConcluded`],
/// [`Code::MajorIssueOfOtherGrid`], [`Code::MajorIssueOfOtherLevel`], [`Code::MajorIssueFull`]; [`Code::DueTooFar`];
/// a time in the future or before what it follows.
pub fn escalate(
    issue: &Issue,
    issue_id: IssueId,
    rules: &Rules<'_>,
    draft: &EscalationDraft<'_>,
) -> Result<Escalation, Refusal> {
    let at = |refusal: Refusal| refusal.at("/occurred_at");
    in_cycle(issue, rules, draft.at).map_err(at)?;
    require(issue, &[IssueState::Registered, IssueState::InHand])?;
    after_turn(issue, rules, draft.at).map_err(at)?;
    let major_issue = match draft.join {
        Some(joined) => MajorIssueEvent::IssueJoined(major_issue::join(
            joined,
            rules,
            &major_issue::JoinDraft { issue_id, grid_id: issue.grid_id, level: draft.level },
        )?),
        None => {
            MajorIssueEvent::Submitted(major_issue::Submitted { grid_id: issue.grid_id, level: draft.level, issue_id })
        }
    };
    Ok(Escalation { issue: escalated(issue, rules, draft.level, draft.major_issue_id, draft.at)?, major_issue })
}

/// The issue's side of an escalation, whatever its state: a second dissatisfaction escalates as it reopens.
pub(super) fn escalated(
    issue: &Issue,
    rules: &Rules<'_>,
    level: Level,
    major_issue_id: MajorIssueId,
    at: DateTime<Utc>,
) -> Result<Escalated, Refusal> {
    let issue = &*rules.standing(issue);
    let outer_limit = deadline::outer_limit(rules, rules.town_date(issue.cycle_began_at), level)?;
    let first_word = rules.policy.escalation.interim_first_working_days;
    Ok(Escalated {
        level,
        major_issue_id,
        due: deadline::not_before(outer_limit, &issue.due, rules.calendars),
        interim_due_on: rules.calendars.after(rules.town_date(at), first_word).on,
    })
}

/// Returns an escalated issue to its delegate: it can be answered there (T10, C-3.6).
///
/// Errors: [`Code::NotEscalated`], [`Code::DueTooFar`]; a time in the future or before the escalation.
pub fn return_escalation(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<EscalationReturned, Refusal> {
    require_escalated(issue)?;
    after_turn(issue, rules, at).map_err(|refusal| refusal.at("/occurred_at"))?;
    let new = deadline::after_return(rules, rules.town_date(at))?;
    Ok(EscalationReturned { due: not_before_promise(issue, rules, new) })
}

/// Reports the outcome of the concluded major issue back to an issue, whose delegate now owes the answer (T11, R-3).
///
/// Errors: [`Code::NotEscalated`], [`Code::DueTooFar`]; a time in the future or before the escalation.
pub fn report_back(
    issue: &Issue,
    rules: &Rules<'_>,
    major_issue_id: MajorIssueId,
    outcome: Outcome,
    at: DateTime<Utc>,
) -> Result<OutcomeReportedBack, Refusal> {
    if issue.major_issue_id != Some(major_issue_id) {
        return Err(Refusal::new(Code::NotEscalated));
    }
    require_escalated(issue)?;
    after_turn(issue, rules, at)?;
    let new = deadline::after_report_back(rules, rules.town_date(at))?;
    Ok(OutcomeReportedBack { major_issue_id, outcome, due: not_before_promise(issue, rules, new) })
}

/// The outer limit holds only while escalated. What was promised before it holds again, moved where a calendar
/// published meanwhile moves it.
fn not_before_promise(issue: &Issue, rules: &Rules<'_>, new: Due) -> Due {
    match &rules.standing(issue).promised_due {
        Some(promised) => deadline::not_before(new, promised, rules.calendars),
        None => new,
    }
}

fn require_escalated(issue: &Issue) -> Result<(), Refusal> {
    if issue.state == IssueState::Escalated { Ok(()) } else { Err(Refusal::new(Code::NotEscalated)) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::IssueEvent;
    use super::super::fixture::{GRID, Given, ISSUE, MAJOR, RECEIVER, at, refused, rules};
    use super::*;
    use crate::Fold;
    use crate::fixtures::{day, stamp};
    use crate::ids::AreaId;
    use crate::vocabulary::{ClockState, DueRule};
    use uuid::Uuid;

    fn draft(when: &str) -> EscalationDraft<'static> {
        EscalationDraft { level: Level::L3, major_issue_id: MAJOR, join: None, at: at(when) }
    }

    fn submitted(grid_id: AreaId, level: Level) -> MajorIssue {
        let mut major = MajorIssue::default();
        let first = IssueId(Uuid::from_u128(0x99));
        let event = MajorIssueEvent::Submitted(major_issue::Submitted { grid_id, level, issue_id: first });
        major.apply(&event, &stamp(50, 1));
        major
    }

    #[test]
    fn an_escalation_leaves_the_duty_with_the_receiver_and_puts_the_outer_limit_in_force() {
        let given = Given::in_hand();
        let escalation = escalate(&given.issue, ISSUE, &rules("2026-11-20 09:00"), &draft("2026-11-20 09:00")).unwrap();
        let expected = major_issue::Submitted { grid_id: GRID, level: Level::L3, issue_id: ISSUE };
        assert_eq!(escalation.major_issue, MajorIssueEvent::Submitted(expected));
        let then = given.then("2026-11-20 09:00", IssueEvent::Escalated(escalation.issue)).issue;
        assert_eq!((then.state, then.clock), (IssueState::Escalated, ClockState::Running));
        assert_eq!(then.responsible_delegate_id, RECEIVER);
        // Held on 2026-11-19 and 60 days; 2027 has no calendar yet.
        assert_eq!((then.due.rule, then.due.on, then.due.provisional), (DueRule::OuterLimit, day("2027-01-18"), true));
        assert_eq!(then.original_due.on, day("2026-11-26"));
        assert_eq!(then.interim_due_on, Some(day("2026-11-23")));
    }

    #[test]
    fn at_l4_the_outer_limit_is_six_months_moved_to_a_working_day() {
        let then = Given::in_hand().and_escalated(Level::L4).issue;
        assert_eq!((then.due.months, then.due.on), (Some(6), day("2027-05-19")));
    }

    #[test]
    fn only_a_registered_issue_or_one_in_hand_is_escalated_however_late() {
        let late = "2026-12-20 09:00";
        assert!(escalate(&Given::registered().issue, ISSUE, &rules(late), &draft(late)).is_ok());
        for (given, code) in [
            (Given::escalated(), Code::AlreadyEscalated),
            (Given::awaiting_answer(), Code::OutcomeAlreadyReported),
            (Given::answered(), Code::AlreadyAnswered),
            (Given::closed(), Code::IssueClosed),
        ] {
            assert_eq!(refused(escalate(&given.issue, ISSUE, &rules(late), &draft(late))), code);
        }
    }

    #[test]
    fn joining_needs_the_same_grid_the_same_level_and_one_that_has_not_ended() {
        let given = Given::in_hand();
        let when = "2026-11-20 09:00";
        let join = |major: &MajorIssue| {
            let joining = EscalationDraft { join: Some(major), ..draft(when) };
            escalate(&given.issue, ISSUE, &rules(when), &joining).map(|escalation| escalation.major_issue)
        };
        let joined = join(&submitted(GRID, Level::L3)).unwrap();
        assert_eq!(joined, MajorIssueEvent::IssueJoined(major_issue::IssueJoined { issue_id: ISSUE }));
        let elsewhere = AreaId(Uuid::from_u128(0x34));
        assert_eq!(refused(join(&submitted(elsewhere, Level::L3))), Code::MajorIssueOfOtherGrid);
        assert_eq!(refused(join(&submitted(GRID, Level::L2))), Code::MajorIssueOfOtherLevel);
        let mut over = submitted(GRID, Level::L3);
        let concluded = major_issue::Concluded { outcome: Outcome::Resolved };
        over.apply(&MajorIssueEvent::Concluded(concluded), &stamp(51, 2));
        assert_eq!(refused(join(&over)), Code::MajorIssueConcluded);
    }

    #[test]
    fn a_major_issue_holds_so_many_issues_and_no_more_but_one_that_comes_back_has_its_place() {
        let mut full = submitted(GRID, Level::L3);
        for n in 2..=200_u64 {
            let issue_id = IssueId(Uuid::from_u128(0x1000 + u128::from(n)));
            full.apply(&MajorIssueEvent::IssueJoined(major_issue::IssueJoined { issue_id }), &stamp(50 + n, n));
        }
        let given = Given::in_hand();
        let when = "2026-11-20 09:00";
        let joining = EscalationDraft { join: Some(&full), ..draft(when) };
        assert_eq!(refused(escalate(&given.issue, ISSUE, &rules(when), &joining)), Code::MajorIssueFull);
        let back = IssueId(Uuid::from_u128(0x1002));
        assert!(escalate(&given.issue, back, &rules(when), &joining).is_ok());
    }

    #[test]
    fn an_escalation_is_neither_before_the_reception_nor_in_the_future() {
        let now = rules("2026-11-20 09:00");
        let issue = Given::in_hand().issue;
        assert_eq!(refused(escalate(&issue, ISSUE, &now, &draft("2026-11-19 14:00"))), Code::BeforeReception);
        assert_eq!(refused(escalate(&issue, ISSUE, &now, &draft("2026-11-20 09:01"))), Code::InTheFuture);
    }

    fn returned(when: &str) -> Issue {
        let given = Given::escalated();
        let back = return_escalation(&given.issue, &rules(when), at(when)).unwrap();
        given.then(when, IssueEvent::EscalationReturned(back)).issue
    }

    #[test]
    fn after_a_return_the_later_of_three_working_days_and_the_promise_before_holds() {
        // On Friday 2026-11-20 three working days are 2026-11-25, the promise was 2026-11-26.
        let early = returned("2026-11-20 15:00");
        assert_eq!((early.due.rule, early.due.on), (DueRule::FinalAnswer, day("2026-11-26")));
        let late = returned("2026-11-25 15:00");
        assert_eq!(
            (late.due.rule, late.due.on, late.due.working_days),
            (DueRule::AfterReturn, day("2026-11-30"), Some(3))
        );
        assert_eq!((late.state, late.level, late.major_issue_id), (IssueState::InHand, None, None));
        assert_eq!(late.interim_due_on, None);
    }

    #[test]
    fn a_returned_issue_may_be_escalated_again() {
        let issue = returned("2026-11-25 15:00");
        let when = "2026-11-27 09:00";
        let again = escalate(&issue, ISSUE, &rules(when), &draft(when)).unwrap();
        assert_eq!(again.issue.due.from, day("2026-11-19"));
    }

    #[test]
    fn only_what_is_escalated_comes_back() {
        let when = "2026-12-20 09:00";
        for given in [Given::in_hand(), Given::awaiting_answer(), Given::answered(), Given::closed()] {
            assert_eq!(refused(return_escalation(&given.issue, &rules(when), at(when))), Code::NotEscalated);
            let back = report_back(&given.issue, &rules(when), MAJOR, Outcome::Resolved, at(when));
            assert_eq!(refused(back), Code::NotEscalated);
        }
        let other = MajorIssueId(Uuid::from_u128(0x23));
        let back = report_back(&Given::escalated().issue, &rules(when), other, Outcome::Resolved, at(when));
        assert_eq!(refused(back), Code::NotEscalated);
        let early = return_escalation(&Given::escalated().issue, &rules(when), at("2026-11-20 08:59"));
        assert_eq!(refused(early), Code::BeforePrevious);
    }

    #[test]
    fn an_outcome_reported_back_starts_the_delegates_own_clock() {
        let then = Given::awaiting_answer().issue;
        assert_eq!((then.state, then.clock), (IssueState::AwaitingAnswer, ClockState::Running));
        assert_eq!((then.due.rule, then.due.on), (DueRule::AfterReportBack, day("2026-12-15")));
        assert_eq!(then.reported_outcome, Some(Outcome::Resolved));
        assert_eq!(then.responsible_delegate_id, RECEIVER);
    }
}
