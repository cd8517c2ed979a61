//! T19: the duty to answer passes to another delegate (移交). At every instant exactly one owes it; past answers keep
//! their author.

use super::step::{in_cycle, require};
use super::{Issue, ResponsibilityHandedOver};
use crate::delegate::Delegates;
use crate::ids::{DelegateId, IssueId};
use crate::policy::Policy;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{HandoverReason, IssueState};
use chrono::{DateTime, Utc};

/// A handover as it comes in, but for the reason's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandoverDraft {
    /// To whom.
    pub to_delegate_id: DelegateId,
    /// Why.
    pub reason_code: HandoverReason,
    /// When.
    pub at: DateTime<Utc>,
}

/// Hands the duty to answer over (T19, C-4.4). On a registered issue it implies taking.
///
/// Errors: [`Code::UnknownId`], [`Code::DelegateWithoutMandate`]; an issue that is not open; [`Code::AlreadyResponsible`]; a time in the
/// future or before the cycle.
pub fn hand_over(
    issue: &Issue,
    rules: &Rules<'_>,
    delegates: &Delegates,
    draft: &HandoverDraft,
) -> Result<ResponsibilityHandedOver, Refusal> {
    in_cycle(issue, rules, draft.at).map_err(|refusal| refusal.at("/occurred_at"))?;
    delegates
        .holding(draft.to_delegate_id, rules.town_date(draft.at))
        .map_err(|refusal| refusal.at("/to_delegate_id"))?;
    require(issue, &IssueState::OPEN)?;
    if draft.to_delegate_id == issue.responsible_delegate_id {
        return Err(Refusal::new(Code::AlreadyResponsible).at("/to_delegate_id"));
    }
    Ok(ResponsibilityHandedOver {
        from_delegate_id: issue.responsible_delegate_id,
        to_delegate_id: draft.to_delegate_id,
        reason_code: draft.reason_code,
    })
}

/// Issues that one handover of a leaver's may name.
pub const ISSUES_MAX: usize = 200;

/// An issue that is to be handed over with others.
#[derive(Clone, Copy, Debug)]
pub struct LeftOpen<'a> {
    /// Which.
    pub id: IssueId,
    /// The issue now; nothing where there is none of that id.
    pub issue: Option<&'a Issue>,
    /// The policy of its present cycle.
    pub policy: &'a Policy,
}

/// Hands several issues of one delegate over, all or none (T19, C-4.4): what somebody who leaves had open.
///
/// Errors, all at once, each at its issue: [`Code::Missing`], [`Code::TooMany`], [`Code::UnknownId`], [`Code::Duplicate`];
/// else those of the successor and of the time; [`Code::NotTheResponsibleDelegate`], and what the state says.
pub fn hand_over_all(
    from: DelegateId,
    issues: &[LeftOpen<'_>],
    rules: &Rules<'_>,
    delegates: &Delegates,
    draft: &HandoverDraft,
) -> Result<Vec<(IssueId, ResponsibilityHandedOver)>, Vec<Refusal>> {
    let faults = named(issues);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut handed = Vec::new();
    let mut refusals: Vec<Refusal> = Vec::new();
    for (index, one) in issues.iter().enumerate() {
        let pointer = format!("/issue_ids/{index}");
        let Some(issue) = one.issue else { continue };
        let decided = if issue.responsible_delegate_id == from {
            hand_over(issue, &rules.under(one.policy), delegates, draft)
        } else {
            Err(Refusal::new(Code::NotTheResponsibleDelegate)
                .because("该事项的首问责任人不是该代表。", "That delegate is not responsible for the issue."))
        };
        match decided {
            Ok(event) => handed.push((one.id, event)),
            // What is said of the successor or the time is the same for all, and told once.
            Err(refusal) if refusal.pointer.is_some() => return Err(vec![refusal]),
            Err(refusal) => refusals.push(refusal.at(pointer)),
        }
    }
    if refusals.is_empty() { Ok(handed) } else { Err(refusals) }
}

fn named(issues: &[LeftOpen<'_>]) -> Vec<Refusal> {
    let unknown = issues.iter().enumerate().filter(|(_, one)| one.issue.is_none());
    let unknown = unknown.map(|(index, _)| Refusal::new(Code::UnknownId).at(format!("/issue_ids/{index}")));
    let ids: Vec<IssueId> = issues.iter().map(|one| one.id).collect();
    unknown.chain(list_faults(&ids)).collect()
}

/// What is wrong with a list of issues to be handed over, whatever they are.
///
/// Errors at `/issue_ids` or the one at fault: [`Code::Missing`], [`Code::TooMany`], [`Code::Duplicate`].
pub fn list_faults(ids: &[IssueId]) -> Vec<Refusal> {
    let refuse = |code, at: String| Refusal::new(code).under("C-4.4").at(at);
    match ids.len() {
        0 => return vec![refuse(Code::Missing, "/issue_ids".to_owned())],
        1..=ISSUES_MAX => {}
        _ => return vec![refuse(Code::TooMany, "/issue_ids".to_owned())],
    }
    let again = (0..ids.len()).filter(|index| ids[..*index].contains(&ids[*index]));
    again.map(|index| refuse(Code::Duplicate, format!("/issue_ids/{index}"))).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::IssueEvent;
    use super::super::answering::{AnswerDraft, answer};
    use super::super::fixture::{Given, LATER, POLICY, RECEIVER, SUCCESSOR, at, delegates, oral, refused, rules};
    use super::*;
    use uuid::Uuid;

    const WHEN: &str = "2026-11-23 10:00";

    fn to(delegate: DelegateId) -> HandoverDraft {
        HandoverDraft { to_delegate_id: delegate, reason_code: HandoverReason::LongLeave, at: at(WHEN) }
    }

    #[test]
    fn after_a_handover_the_successor_alone_answers() {
        let given = Given::registered();
        let handed = hand_over(&given.issue, &rules(WHEN), &delegates(), &to(SUCCESSOR)).unwrap();
        assert_eq!(handed.from_delegate_id, RECEIVER);
        let given = given.then(WHEN, IssueEvent::ResponsibilityHandedOver(handed));
        assert_eq!((given.issue.state, given.issue.responsible_delegate_id), (IssueState::InHand, SUCCESSOR));
        let now = rules("2026-11-24 10:00");
        let by = |who| answer(&given.issue, &now, &AnswerDraft { answered_by: Some(who), ..oral("2026-11-24 10:00") });
        assert_eq!(refused(by(RECEIVER)), Code::NotTheResponsibleDelegate);
        assert!(by(SUCCESSOR).is_ok());
    }

    #[test]
    fn the_successor_is_another_delegate_with_a_mandate_on_the_day() {
        let code = |who| refused(hand_over(&Given::in_hand().issue, &rules(WHEN), &delegates(), &to(who)));
        assert_eq!(code(RECEIVER), Code::AlreadyResponsible);
        assert_eq!(code(LATER), Code::DelegateWithoutMandate);
        assert_eq!(code(DelegateId(Uuid::from_u128(0x99))), Code::UnknownId);
    }

    #[test]
    fn an_escalated_issue_is_handed_over_an_answered_one_is_not() {
        assert!(hand_over(&Given::escalated().issue, &rules(WHEN), &delegates(), &to(SUCCESSOR)).is_ok());
        let now = rules("2026-11-26 10:00");
        let code = |given: Given| refused(hand_over(&given.issue, &now, &delegates(), &to(SUCCESSOR)));
        assert_eq!(code(Given::answered()), Code::AlreadyAnswered);
        assert_eq!(code(Given::closed()), Code::IssueClosed);
    }

    #[test]
    fn what_a_leaver_had_open_is_handed_over_all_or_none() {
        let left = |n: u128, issue| LeftOpen { id: IssueId(Uuid::from_u128(n)), issue: Some(issue), policy: &POLICY };
        let (one, two, answered) = (Given::in_hand().issue, Given::escalated().issue, Given::answered().issue);
        let mut others = Given::in_hand().issue;
        others.responsible_delegate_id = SUCCESSOR;
        let now = rules("2026-11-26 10:00");
        let all = |issues: &[LeftOpen<'_>], who| {
            let told = |refusals: Vec<Refusal>| {
                let told = refusals.into_iter().map(|one| (one.code, one.pointer.unwrap_or_default()));
                told.collect::<Vec<_>>()
            };
            hand_over_all(RECEIVER, issues, &now, &delegates(), &to(who)).map(|handed| handed.len()).map_err(told)
        };
        assert_eq!(all(&[left(1, &one), left(2, &two)], SUCCESSOR), Ok(2));
        let mixed = [left(1, &one), left(2, &others), left(3, &answered)];
        assert_eq!(
            all(&mixed, SUCCESSOR),
            Err(vec![
                (Code::NotTheResponsibleDelegate, "/issue_ids/1".to_owned()),
                (Code::AlreadyAnswered, "/issue_ids/2".to_owned()),
            ])
        );
        assert_eq!(all(&mixed, LATER), Err(vec![(Code::DelegateWithoutMandate, "/to_delegate_id".to_owned())]));
        let unknown = LeftOpen { issue: None, ..left(2, &two) };
        assert_eq!(
            all(&[left(1, &one), unknown, left(1, &one)], SUCCESSOR),
            Err(vec![(Code::UnknownId, "/issue_ids/1".to_owned()), (Code::Duplicate, "/issue_ids/2".to_owned())])
        );
        assert_eq!(all(&[], SUCCESSOR), Err(vec![(Code::Missing, "/issue_ids".to_owned())]));
        assert_eq!(all(&[left(1, &one); 201], SUCCESSOR), Err(vec![(Code::TooMany, "/issue_ids".to_owned())]));
    }

    #[test]
    fn a_handover_is_not_in_the_future() {
        let draft = HandoverDraft { at: at("2026-11-23 10:01"), ..to(SUCCESSOR) };
        let early = hand_over(&Given::in_hand().issue, &rules(WHEN), &delegates(), &draft);
        assert_eq!(refused(early), Code::InTheFuture);
    }
}
