//! T5: an office is asked what it knows, and says it (征询). Information only: the clock runs on, and who owes the
//! answer owes it still.

use super::step::{after_turn, in_cycle, require};
use super::{InputGiven, InputRequested, Issue};
use crate::ids::OfficeId;
use crate::office::Offices;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::IssueState;
use chrono::{DateTime, Utc};

/// Requests that one issue may leave unanswered. A bound on what a state may grow to, not a rule of the service.
pub const INPUTS_OPEN_MAX: usize = 20;

/// A question as it comes in, but for its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputDraft {
    /// Who is asked.
    pub to_office_id: OfficeId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Asks an office (T5, C-3.6). The same office may be asked several things.
///
/// Errors: [`Code::UnknownId`]; [`Code::NotTaken`] of a registered issue, or another state than in hand;
/// [`Code::IssueFull`]; a time in the future or before what it follows.
pub fn request(
    issue: &Issue,
    rules: &Rules<'_>,
    offices: &Offices,
    draft: &InputDraft,
) -> Result<InputRequested, Refusal> {
    let at = |refusal: Refusal| refusal.at("/occurred_at");
    if offices.get(draft.to_office_id).is_none() {
        return Err(Refusal::new(Code::UnknownId).at("/to_office_id"));
    }
    in_cycle(issue, rules, draft.at).map_err(at)?;
    in_hand(issue)?;
    after_turn(issue, rules, draft.at).map_err(at)?;
    if issue.inputs_open.len() >= INPUTS_OPEN_MAX {
        return Err(Refusal::new(Code::IssueFull).because(
            format!("一个事项最多有 {INPUTS_OPEN_MAX} 项待回复的征询。"),
            format!("An issue has at most {INPUTS_OPEN_MAX} requests that nobody has answered."),
        ));
    }
    Ok(InputRequested { to_office_id: draft.to_office_id })
}

/// Records what was said, in answer to the oldest open request (T5).
///
/// Errors: [`Code::NotTaken`] of a registered issue, or another state than in hand; [`Code::NoInputRequested`]; a time in
/// the future or before the request.
pub fn give(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<InputGiven, Refusal> {
    in_hand(issue)?;
    let Some(oldest) = issue.inputs_open.first() else {
        return Err(Refusal::new(Code::NoInputRequested));
    };
    rules.claimed(at, oldest.asked_at, Code::BeforePrevious).map_err(|refusal| refusal.at("/occurred_at"))?;
    Ok(InputGiven {})
}

fn in_hand(issue: &Issue) -> Result<(), Refusal> {
    if issue.state == IssueState::Registered {
        return Err(Refusal::new(Code::NotTaken));
    }
    require(issue, &[IssueState::InHand])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::IssueEvent;
    use super::super::fixture::{Given, at, refused, rules};
    use super::*;
    use crate::fixtures;
    use crate::office::{OfficeEvent, OfficeRegistered};
    use crate::vocabulary::{ClockState, OfficeKind};
    use uuid::Uuid;

    const LATER: &str = "2026-12-20 10:00";
    const WATER: OfficeId = OfficeId(Uuid::from_u128(0x71));
    const ROADS: OfficeId = OfficeId(Uuid::from_u128(0x72));

    fn offices() -> Offices {
        let mut offices = Offices::default();
        for (id, name) in [(WATER, "水务管理所"), (ROADS, "市容管理所")] {
            let registered = OfficeRegistered { name: name.to_owned(), kind: OfficeKind::Department };
            offices.apply(id, &OfficeEvent::Registered(registered), &fixtures::stamp(30, 1));
        }
        offices
    }

    fn ask(given: &Given, to_office_id: OfficeId, when: &str) -> Result<InputRequested, Refusal> {
        request(&given.issue, &rules(LATER), &offices(), &InputDraft { to_office_id, at: at(when) })
    }

    fn asked(given: Given, to: OfficeId, when: &str) -> Given {
        let event = ask(&given, to, when).unwrap();
        given.then(when, IssueEvent::InputRequested(event))
    }

    #[test]
    fn an_answer_goes_to_the_oldest_request_and_the_clock_runs_on() {
        let given = asked(Given::in_hand(), WATER, "2026-11-20 09:00");
        let given = asked(given, ROADS, "2026-11-20 10:00");
        let due = given.issue.due.clone();
        let given_back = give(&given.issue, &rules(LATER), at("2026-11-23 10:00")).unwrap();
        let given = given.then("2026-11-23 10:00", IssueEvent::InputGiven(given_back));
        let open: Vec<_> = given.issue.inputs_open.iter().map(|asked| asked.to_office_id).collect();
        assert_eq!(open, [ROADS]);
        assert_eq!((given.issue.state, given.issue.clock), (IssueState::InHand, ClockState::Running));
        assert_eq!(given.issue.due, due);
        let given_back = give(&given.issue, &rules(LATER), at("2026-11-23 11:00")).unwrap();
        let given = given.then("2026-11-23 11:00", IssueEvent::InputGiven(given_back));
        assert_eq!(refused(give(&given.issue, &rules(LATER), at(LATER))), Code::NoInputRequested);
    }

    #[test]
    fn only_what_is_in_hand_is_asked_about() {
        for (given, code) in [
            (Given::registered(), Code::NotTaken),
            (Given::escalated(), Code::AlreadyEscalated),
            (Given::awaiting_answer(), Code::OutcomeAlreadyReported),
            (Given::answered(), Code::AlreadyAnswered),
            (Given::closed(), Code::IssueClosed),
        ] {
            assert_eq!(refused(ask(&given, WATER, LATER)), code);
            assert_eq!(refused(give(&given.issue, &rules(LATER), at(LATER))), code);
        }
        assert_eq!(refused(give(&Given::in_hand().issue, &rules(LATER), at(LATER))), Code::NoInputRequested);
    }

    #[test]
    fn an_office_that_is_not_there_is_not_asked() {
        let refusal = ask(&Given::in_hand(), OfficeId(Uuid::from_u128(0x79)), LATER).unwrap_err();
        assert_eq!((refusal.code, refusal.pointer.as_deref()), (Code::UnknownId, Some("/to_office_id")));
    }

    #[test]
    fn an_answer_is_not_earlier_than_the_question_nor_the_question_than_the_issue() {
        let given = asked(Given::in_hand(), WATER, "2026-11-20 09:00");
        assert_eq!(refused(give(&given.issue, &rules(LATER), at("2026-11-20 08:59"))), Code::BeforePrevious);
        assert_eq!(refused(give(&given.issue, &rules(LATER), at("2026-12-20 10:01"))), Code::InTheFuture);
        assert_eq!(refused(ask(&given, WATER, "2026-11-19 14:00")), Code::BeforeReception);
    }

    #[test]
    fn at_most_twenty_requests_are_open() {
        let mut given = Given::in_hand();
        for _ in 0..20 {
            given = asked(given, WATER, "2026-11-20 09:00");
        }
        assert_eq!(refused(ask(&given, ROADS, LATER)), Code::IssueFull);
        let given_back = give(&given.issue, &rules(LATER), at(LATER)).unwrap();
        let given = given.then(LATER, IssueEvent::InputGiven(given_back));
        assert!(ask(&given, ROADS, LATER).is_ok());
    }
}
