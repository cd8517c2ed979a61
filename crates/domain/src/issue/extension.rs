//! T7: more time (延期): asked before expiry, decided, and in effect only once the visitor is told. What is not told when
//! the issue is escalated is void.

use super::step::{after_turn, in_cycle, require};
use super::{ExtensionGranted, ExtensionRefused, ExtensionRequested, ExtensionState, Issue, VisitorToldOfExtension};
use crate::deadline;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{ExtensionReason, IssueState, WordChannel};
use chrono::{DateTime, NaiveDate, Utc};

const EXTENDABLE: &[IssueState] = &[IssueState::Registered, IssueState::InHand, IssueState::AwaitingAnswer];

/// An extension as it is asked for, but for the reason's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtensionDraft {
    /// Why.
    pub reason_code: ExtensionReason,
    /// The date asked for.
    pub new_due_on: NaiveDate,
    /// When it was asked.
    pub at: DateTime<Utc>,
}

/// Asks for more time (T7, C-4.4). On a registered issue it implies taking.
///
/// Whether the due date has passed is judged by the claimed day only if that was recorded soon enough: back-dating gains
/// nothing.
///
/// Errors: [`Code::DueTooFar`], [`Code::NotLater`]; a state that cannot be extended; [`Code::ExtensionAfterDue`],
/// [`Code::ExtensionOnce`], [`Code::ExtensionTooLong`]; a time in the future or before what it follows.
pub fn request(issue: &Issue, rules: &Rules<'_>, draft: &ExtensionDraft) -> Result<ExtensionRequested, Refusal> {
    let issue = &*rules.standing(issue);
    let at_date = |refusal: Refusal| refusal.at("/new_due_on");
    let new = deadline::extension(rules, issue.clock_from, draft.new_due_on).map_err(at_date)?;
    new_day_fits(rules.town_date(draft.at), draft.new_due_on)?;
    let at = |refusal: Refusal| refusal.at("/occurred_at");
    in_cycle(issue, rules, draft.at).map_err(at)?;
    require(issue, EXTENDABLE)?;
    after_turn(issue, rules, draft.at).map_err(at)?;
    if draft.new_due_on <= issue.due.on {
        return Err(at_date(Refusal::new(Code::NotLater)));
    }
    before_expiry(issue, rules, draft.at)?;
    if issue.extension_requests >= rules.policy.answer.extensions_max {
        return Err(Refusal::new(Code::ExtensionOnce));
    }
    let total = deadline::passed(issue, rules.policy, rules.calendars, new.on);
    let most = rules.policy.answer.extension_total_working_days;
    if total > most {
        return Err(at_date(Refusal::new(Code::ExtensionTooLong)).because(
            format!("自起算日起共 {total} 个工作日，超过 {most} 个工作日的上限。"),
            format!("That is {total} working days from the clock's start; {most} are the most."),
        ));
    }
    Ok(ExtensionRequested { reason_code: draft.reason_code, new_due_on: draft.new_due_on })
}

/// The date asked for lies after the day on which it is asked for, whatever the issue (C-4.4).
///
/// Errors: [`Code::NotLater`] at `/new_due_on`.
pub fn new_day_fits(asked_on: NaiveDate, new_due_on: NaiveDate) -> Result<(), Refusal> {
    if new_due_on > asked_on {
        return Ok(());
    }
    Err(Refusal::new(Code::NotLater).at("/new_due_on").because(
        format!("新的日期须晚于申请之日 {asked_on}。"),
        format!("The new date must be later than {asked_on}, the day of the request."),
    ))
}

/// Grants the extension asked for (T7). The old date stands until the visitor is told.
///
/// Errors: [`Code::NoExtensionPending`], [`Code::AlreadyDecided`]; a state that cannot be extended;
/// [`Code::ExtensionAfterDue`]; a time in the future or before the request.
pub fn grant(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<ExtensionGranted, Refusal> {
    decidable(issue, rules, at)?;
    before_expiry(&rules.standing(issue), rules, at)?;
    Ok(ExtensionGranted {})
}

/// Refuses the extension asked for (T7).
///
/// Errors: as for [`grant`], but for expiry.
pub fn refuse(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<ExtensionRefused, Refusal> {
    decidable(issue, rules, at)?;
    Ok(ExtensionRefused {})
}

/// Tells the visitor of a granted extension, which takes effect with it (T7).
///
/// Errors: [`Code::ExtensionNotGranted`], [`Code::AlreadyTold`], [`Code::ToldTooLate`]; a state that cannot be extended;
/// a time in the future or before the decision.
pub fn notify(
    issue: &Issue,
    rules: &Rules<'_>,
    channel: WordChannel,
    told_at: DateTime<Utc>,
) -> Result<VisitorToldOfExtension, Refusal> {
    let issue = &*rules.standing(issue);
    in_cycle(issue, rules, told_at).map_err(|refusal| refusal.at("/told_at"))?;
    require(issue, EXTENDABLE)?;
    let Some(extension) = issue.extension else {
        return Err(Refusal::new(Code::ExtensionNotGranted));
    };
    match extension.state {
        ExtensionState::Granted => {}
        ExtensionState::InEffect => return Err(Refusal::new(Code::AlreadyTold)),
        ExtensionState::Requested | ExtensionState::Refused | ExtensionState::Lapsed => {
            return Err(Refusal::new(Code::ExtensionNotGranted));
        }
    }
    rules.claimed(told_at, extension.at, Code::BeforePrevious).map_err(|refusal| refusal.at("/told_at"))?;
    if expired(issue, rules.counted_on(told_at)) {
        return Err(Refusal::new(Code::ToldTooLate).at("/told_at"));
    }
    let new = deadline::extension(rules, issue.clock_from, extension.new_due_on)?;
    Ok(VisitorToldOfExtension { channel, due: deadline::not_before(new, &issue.due, rules.calendars) })
}

impl Issue {
    /// Whether a request for more time waits for a decision that can still be made.
    pub fn extension_pending(&self) -> bool {
        let requested = self.extension.is_some_and(|extension| extension.state == ExtensionState::Requested);
        requested && EXTENDABLE.contains(&self.state)
    }
}

fn before_expiry(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<(), Refusal> {
    if expired(issue, rules.counted_on(at)) { Err(Refusal::new(Code::ExtensionAfterDue)) } else { Ok(()) }
}

/// A clock that stands still does not expire.
fn expired(issue: &Issue, on: NaiveDate) -> bool {
    issue.suspension.is_none() && on > issue.due.on
}

fn decidable(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<(), Refusal> {
    require(issue, EXTENDABLE)?;
    let Some(extension) = issue.extension else {
        return Err(Refusal::new(Code::NoExtensionPending));
    };
    match extension.state {
        ExtensionState::Requested => {}
        ExtensionState::Lapsed => return Err(Refusal::new(Code::NoExtensionPending)),
        ExtensionState::Granted | ExtensionState::Refused | ExtensionState::InEffect => {
            return Err(Refusal::new(Code::AlreadyDecided));
        }
    }
    rules.claimed(at, extension.at, Code::BeforePrevious).map_err(|refusal| refusal.at("/occurred_at"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::escalation::return_escalation;
    use super::super::fixture::{Given, at, refused, rules};
    use super::super::suspension::SuspensionDraft;
    use super::super::{IssueEvent, suspension};
    use super::*;
    use crate::fixtures::day;
    use crate::vocabulary::{DueRule, LastWordKind, Level, SuspensionReason};

    const ASKED: &str = "2026-11-24 10:00";
    const DECIDED: &str = "2026-11-25 10:00";
    const TOLD: &str = "2026-11-26 10:00";

    fn draft(new_due_on: &str, when: &str) -> ExtensionDraft {
        ExtensionDraft { reason_code: ExtensionReason::Complex, new_due_on: day(new_due_on), at: at(when) }
    }

    fn asked() -> Given {
        let given = Given::registered();
        let asked = request(&given.issue, &rules(ASKED), &draft("2026-12-10", ASKED)).unwrap();
        given.then(ASKED, IssueEvent::ExtensionRequested(asked))
    }

    fn granted() -> Given {
        let given = asked();
        let granted = grant(&given.issue, &rules(DECIDED), at(DECIDED)).unwrap();
        given.then(DECIDED, IssueEvent::ExtensionGranted(granted))
    }

    fn told(given: Given) -> Given {
        let told = notify(&given.issue, &rules(TOLD), WordChannel::Phone, at(TOLD)).unwrap();
        given.then(TOLD, IssueEvent::VisitorToldOfExtension(told))
    }

    #[test]
    fn the_old_date_stands_until_the_visitor_is_told() {
        let given = granted();
        assert_eq!((given.issue.state, given.issue.due.on), (IssueState::InHand, day("2026-11-26")));
        let then = told(given).issue;
        assert_eq!((then.due.rule, then.due.on), (DueRule::Extension, day("2026-12-10")));
        // Fifteen working days from the reception, counted from it.
        assert_eq!((then.due.from, then.due.working_days), (day("2026-11-19"), Some(15)));
        assert_eq!(then.original_due.on, day("2026-11-26"));
        assert_eq!(then.last_word.kind, LastWordKind::ExtensionNotice);
    }

    #[test]
    fn told_after_the_old_date_the_extension_is_void() {
        let late = "2026-11-27 00:00";
        let given = granted();
        assert_eq!(refused(notify(&given.issue, &rules(late), WordChannel::Phone, at(late))), Code::ToldTooLate);
        // Told in time, recorded the next day: what counts is that the visitor knew.
        assert!(notify(&given.issue, &rules(late), WordChannel::Phone, at(TOLD)).is_ok());
    }

    #[test]
    fn more_time_is_asked_for_before_the_due_date_is_over() {
        let issue = Given::in_hand().issue;
        assert!(request(&issue, &rules("2026-11-26 23:59"), &draft("2026-12-10", "2026-11-26 23:59")).is_ok());
        let asked = |now, claimed| request(&issue, &rules(now), &draft("2026-12-10", claimed));
        assert_eq!(refused(asked("2026-11-27 00:00", "2026-11-27 00:00")), Code::ExtensionAfterDue);
        // Asked in time and recorded within a working day; one more day, and the day of recording decides.
        assert!(asked("2026-11-27 23:59", "2026-11-26 12:00").is_ok());
        assert_eq!(refused(asked("2026-11-27 23:59", "2026-11-25 12:00")), Code::ExtensionAfterDue);
    }

    #[test]
    fn a_notice_recorded_late_is_judged_by_the_day_of_recording() {
        let given = granted();
        let tell = |now| notify(&given.issue, &rules(now), WordChannel::Phone, at(TOLD));
        assert!(tell("2026-11-27 23:59").is_ok());
        assert_eq!(refused(tell("2026-11-30 00:00")), Code::ToldTooLate);
        let granted_late = grant(&asked().issue, &rules("2026-11-30 09:00"), at("2026-11-26 09:00"));
        assert_eq!(refused(granted_late), Code::ExtensionAfterDue);
        assert!(grant(&asked().issue, &rules("2026-11-27 09:00"), at("2026-11-26 09:00")).is_ok());
    }

    #[test]
    fn what_the_visitor_was_not_told_of_lapses_with_an_escalation() {
        for (given, code) in [(asked(), Code::NoExtensionPending), (granted(), Code::ExtensionNotGranted)] {
            let given = given.and_escalated_on("2026-11-26 11:00", Level::L3);
            assert_eq!(given.issue.extension.map(|extension| extension.state), Some(ExtensionState::Lapsed));
            let when = "2026-11-26 12:00";
            let returned = return_escalation(&given.issue, &rules(when), at(when)).unwrap();
            let given = given.then(when, IssueEvent::EscalationReturned(returned));
            let now = rules("2026-11-26 13:00");
            if code == Code::NoExtensionPending {
                assert_eq!(refused(grant(&given.issue, &now, now.now)), code);
                assert_eq!(refused(refuse(&given.issue, &now, now.now)), code);
            }
            assert_eq!(refused(notify(&given.issue, &now, WordChannel::Phone, now.now)), Code::ExtensionNotGranted);
            // It was the one of this cycle.
            assert_eq!(
                refused(request(&given.issue, &now, &draft("2026-12-10", "2026-11-26 13:00"))),
                Code::ExtensionOnce
            );
        }
        // One that is in effect stays.
        let given = told(granted()).and_escalated_on("2026-11-26 11:00", Level::L3);
        assert_eq!(given.issue.extension.map(|extension| extension.state), Some(ExtensionState::InEffect));
    }

    #[test]
    fn a_clock_that_ran_again_by_itself_expires_like_any_other() {
        let given = Given::in_hand();
        let when = "2026-11-23 09:00";
        let stop = suspension::SuspensionDraft {
            reason_code: SuspensionReason::VisitorFacts,
            until_on: day("2026-12-04"),
            at: at(when),
        };
        let stopped = suspension::suspend(&given.issue, &rules(when), &stop).unwrap();
        let given = given.then(when, IssueEvent::ClockSuspended(stopped));
        // Three days were left on Friday 2026-12-04: until Wednesday.
        let asked = |when| request(&given.issue, &rules(when), &draft("2026-12-23", when));
        assert!(asked("2026-12-09 10:00").is_ok(), "fifteen days in all, those in suspension not counted");
        assert_eq!(refused(asked("2026-12-10 10:00")), Code::ExtensionAfterDue);
    }

    #[test]
    fn once_in_a_cycle_granted_or_not() {
        let now = rules("2026-11-26 10:00");
        let again = draft("2026-12-09", "2026-11-26 10:00");
        assert_eq!(refused(request(&asked().issue, &now, &again)), Code::ExtensionOnce);
        let given = asked();
        let refusal = refuse(&given.issue, &rules(DECIDED), at(DECIDED)).unwrap();
        let given = given.then(DECIDED, IssueEvent::ExtensionRefused(refusal));
        assert_eq!(given.issue.due.on, day("2026-11-26"));
        assert_eq!(refused(request(&given.issue, &now, &again)), Code::ExtensionOnce);
    }

    #[test]
    fn an_extension_is_later_than_the_current_date_and_within_the_total() {
        let issue = Given::in_hand().issue;
        let ask = |on| request(&issue, &rules(ASKED), &draft(on, ASKED));
        assert_eq!(refused(ask("2026-11-26")), Code::NotLater);
        assert_eq!(refused(ask("2026-12-11")), Code::ExtensionTooLong);
        // Saturday 2026-12-05 ends on Monday.
        assert!(ask("2026-12-05").is_ok());
        assert_eq!(refused(ask("2101-01-01")), Code::DueTooFar);
    }

    #[test]
    fn a_request_is_decided_once() {
        let now = rules(TOLD);
        assert_eq!(refused(grant(&Given::in_hand().issue, &now, now.now)), Code::NoExtensionPending);
        assert_eq!(refused(refuse(&Given::in_hand().issue, &now, now.now)), Code::NoExtensionPending);
        assert_eq!(refused(grant(&granted().issue, &now, now.now)), Code::AlreadyDecided);
        assert_eq!(refused(refuse(&granted().issue, &now, now.now)), Code::AlreadyDecided);
        assert_eq!(refused(grant(&asked().issue, &now, at("2026-11-24 09:59"))), Code::BeforePrevious);
        let late = rules("2026-11-27 09:00");
        assert_eq!(refused(grant(&asked().issue, &late, late.now)), Code::ExtensionAfterDue);
        assert!(refuse(&asked().issue, &late, late.now).is_ok());
    }

    #[test]
    fn only_a_granted_extension_is_told_and_only_once() {
        let now = rules(TOLD);
        let tell = |given: &Given| refused(notify(&given.issue, &now, WordChannel::Phone, now.now));
        assert_eq!(tell(&Given::in_hand()), Code::ExtensionNotGranted);
        assert_eq!(tell(&asked()), Code::ExtensionNotGranted);
        assert_eq!(tell(&told(granted())), Code::AlreadyTold);
        let early = notify(&granted().issue, &now, WordChannel::Phone, at("2026-11-25 09:59"));
        assert_eq!(refused(early), Code::BeforePrevious);
    }

    #[test]
    fn an_escalated_or_answered_issue_is_not_extended() {
        let now = rules("2026-11-25 12:00");
        let ask = draft("2026-12-10", "2026-11-25 12:00");
        assert_eq!(
            refused(request(&Given::escalated().issue, &now, &draft("2027-02-10", "2026-11-25 12:00"))),
            Code::AlreadyEscalated
        );
        assert_eq!(refused(request(&Given::answered().issue, &now, &ask)), Code::AlreadyAnswered);
        assert_eq!(refused(request(&Given::closed().issue, &now, &ask)), Code::IssueClosed);
    }

    #[test]
    fn a_clock_that_stands_still_does_not_expire() {
        let given = granted();
        let stop = suspension::SuspensionDraft {
            reason_code: SuspensionReason::VisitorFacts,
            until_on: day("2026-12-20"),
            at: at("2026-11-26 09:00"),
        };
        let stopped = suspension::suspend(&given.issue, &rules("2026-11-26 09:00"), &stop).unwrap();
        let given = given.then("2026-11-26 09:00", IssueEvent::ClockSuspended(stopped));
        let when = "2026-12-01 09:00";
        let told = notify(&given.issue, &rules(when), WordChannel::Phone, at(when)).unwrap();
        assert_eq!(told.due.on, day("2026-12-10"));
    }

    #[test]
    fn days_in_suspension_do_not_use_up_the_total() {
        let given = Given::in_hand();
        let stop = suspension::SuspensionDraft {
            reason_code: SuspensionReason::VisitorFacts,
            until_on: day("2026-12-04"),
            at: at("2026-11-23 09:00"),
        };
        let stopped = suspension::suspend(&given.issue, &rules("2026-11-23 09:00"), &stop).unwrap();
        let given = given.then("2026-11-23 09:00", IssueEvent::ClockSuspended(stopped));
        let resumed = suspension::resume(&given.issue, &rules("2026-11-30 09:00"), at("2026-11-30 09:00")).unwrap();
        let given = given.then("2026-11-30 09:00", IssueEvent::ClockResumed(resumed));
        // Five working days stood still, so fifteen run until 2026-12-17 instead of 2026-12-10.
        let when = "2026-12-01 09:00";
        assert!(request(&given.issue, &rules(when), &draft("2026-12-17", when)).is_ok());
        assert_eq!(refused(request(&given.issue, &rules(when), &draft("2026-12-18", when))), Code::ExtensionTooLong);
    }

    #[test]
    fn a_date_that_is_not_after_the_request_is_none_whatever_the_issue() {
        let fits =
            |on: &str| new_day_fits(day("2026-11-24"), day(on)).map_err(|refusal| (refusal.code, refusal.pointer));
        assert_eq!(fits("2026-11-25"), Ok(()));
        for on in ["2026-11-24", "2026-11-23"] {
            assert_eq!(fits(on), Err((Code::NotLater, Some("/new_due_on".to_owned()))));
        }
        // A clock that stands still may be past its date; a new date in the past is none all the same.
        let suspended = SuspensionDraft {
            reason_code: SuspensionReason::VisitorFacts,
            until_on: day("2026-12-20"),
            at: at("2026-11-20 10:00"),
        };
        let given = Given::registered();
        let stopped = suspension::suspend(&given.issue, &rules("2026-11-20 10:00"), &suspended).unwrap();
        let given = given.then("2026-11-20 10:00", IssueEvent::ClockSuspended(stopped));
        let asked = request(&given.issue, &rules("2026-12-05 10:00"), &draft("2026-12-02", "2026-12-05 10:00"));
        assert_eq!(refused(asked), Code::NotLater);
    }
}
