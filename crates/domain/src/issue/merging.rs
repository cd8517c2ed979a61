//! T17: issues about the same facts are handled together (并案办理), and each is answered for itself. A merged issue keeps
//! its delegate, its clock and its due date; only the handling is the primary's.
//!
//! # What becomes of the primary
//! Nothing that happens to the primary touches the issues merged into it: it may be answered, closed, withdrawn, or
//! merged into a third. The last makes chains, which harm nobody, because each link of a chain owes an answer of its own
//! and none is found through another. There are no circles: an issue is merged only into one that is not merged itself,
//! which the append checks on the primary's stream, so that of two that are merged into each other at once one is
//! refused.

use super::step::{after_turn, in_cycle, require};
use super::{Issue, Merged, Unmerged};
use crate::ids::IssueId;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::IssueState;
use chrono::{DateTime, Utc};

/// A merging as it comes in, but for the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MergeDraft {
    /// The issue to be handled with.
    pub primary_issue_id: IssueId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Merges an issue into another (T17, C-3.6).
///
/// Errors: [`Code::AlreadyMerged`], [`Code::AlreadyEscalated`], or another state than registered, in hand or awaiting
/// answer; [`Code::PrimaryUnfit`]; a time in the future, before what it follows or before the primary was raised.
pub fn merge(
    issue: &Issue,
    issue_id: IssueId,
    rules: &Rules<'_>,
    draft: &MergeDraft,
    primary: &Issue,
) -> Result<Merged, Refusal> {
    let at = |refusal: Refusal| refusal.at("/occurred_at");
    in_cycle(issue, rules, draft.at).map_err(at)?;
    if issue.state == IssueState::Merged {
        return Err(Refusal::new(Code::AlreadyMerged));
    }
    require(issue, &[IssueState::Registered, IssueState::InHand, IssueState::AwaitingAnswer])?;
    after_turn(issue, rules, draft.at).map_err(at)?;
    let unfit = if draft.primary_issue_id == issue_id {
        Some(("事项不能并入自身。", "An issue is not merged into itself."))
    } else if primary.grid_id != issue.grid_id {
        Some(("主事项属于其他网格。", "The primary belongs to another grid."))
    } else if primary.state == IssueState::Merged {
        Some(("主事项自身已经并案。", "The primary is merged itself."))
    } else if !primary.is_open() {
        Some(("主事项已不在办理之中。", "The primary is no longer open."))
    } else {
        None
    };
    if let Some((zh, en)) = unfit {
        return Err(Refusal::new(Code::PrimaryUnfit).at("/primary_issue_id").because(zh, en));
    }
    rules.claimed(draft.at, primary.raised_at, Code::BeforePrevious).map_err(at)?;
    Ok(Merged { primary_issue_id: draft.primary_issue_id })
}

/// Takes a merged issue out again (T17): the state before the merging holds.
///
/// Errors: [`Code::NotMerged`]; a time in the future or before the merging.
pub fn unmerge(issue: &Issue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<Unmerged, Refusal> {
    let Some(merging) = issue.merging else {
        return Err(Refusal::new(Code::NotMerged));
    };
    rules.claimed(at, merging.since, Code::BeforePrevious).map_err(|refusal| refusal.at("/occurred_at"))?;
    Ok(Unmerged {})
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::escalation::{EscalationDraft, escalate};
    use super::super::extension::{self, ExtensionDraft};
    use super::super::fixture::{Given, ISSUE, MAJOR, RECEIVER, SUCCESSOR, at, delegates, refused, rules};
    use super::super::handover::{HandoverDraft, hand_over};
    use super::super::interim::{self, InterimDraft};
    use super::super::suspension::{self, SuspensionDraft};
    use super::super::{IssueEvent, closing, input, referral, taking, withdrawal};
    use super::*;
    use crate::fixtures;
    use crate::fixtures::day;
    use crate::ids::{AreaId, OfficeId};
    use crate::office::{OfficeEvent, OfficeRegistered, Offices};
    use crate::vocabulary::{
        ClockState, ExtensionReason, HandoverReason, Level, OfficeKind, StatutoryChannel, SuspensionReason, WordChannel,
    };
    use uuid::Uuid;

    const LATER: &str = "2026-12-20 10:00";
    const PRIMARY: IssueId = IssueId(Uuid::from_u128(0x12));

    fn into(given: &Given, primary: &Given, when: &str) -> Result<Merged, Refusal> {
        let draft = MergeDraft { primary_issue_id: PRIMARY, at: at(when) };
        merge(&given.issue, ISSUE, &rules(LATER), &draft, &primary.issue)
    }

    fn merged(given: Given, when: &str) -> Given {
        let event = into(&given, &Given::in_hand(), when).unwrap();
        given.then(when, IssueEvent::Merged(event))
    }

    #[test]
    fn merged_it_keeps_its_delegate_its_clock_and_its_due_date() {
        for given in [Given::registered(), Given::in_hand(), Given::awaiting_answer()] {
            let before = given.issue.clone();
            let after = merged(given, "2026-12-10 12:00").issue;
            assert_eq!(after.state, IssueState::Merged);
            assert_eq!(after.merging.map(|merging| merging.primary_issue_id), Some(PRIMARY));
            let (version, position) = (after.version, after.position);
            let kept = Issue { version, position, state: IssueState::Merged, merging: after.merging, ..before };
            assert_eq!(after, kept);
        }
    }

    #[test]
    fn unmerging_restores_the_state_before() {
        for given in [Given::registered(), Given::in_hand(), Given::awaiting_answer()] {
            let before = given.issue.clone();
            let given = merged(given, "2026-12-10 12:00");
            assert_eq!(refused(unmerge(&given.issue, &rules(LATER), at("2026-12-10 11:59"))), Code::BeforePrevious);
            let event = unmerge(&given.issue, &rules(LATER), at(LATER)).unwrap();
            let after = given.then(LATER, IssueEvent::Unmerged(event)).issue;
            let (version, position) = (after.version, after.position);
            assert_eq!(after, Issue { version, position, ..before });
            assert_eq!(refused(unmerge(&after, &rules(LATER), at(LATER))), Code::NotMerged);
        }
    }

    #[test]
    fn the_primary_is_another_open_issue_of_the_grid_that_is_not_merged() {
        let given = Given::in_hand();
        let code = |primary: &Given| refused(into(&given, primary, LATER));
        assert_eq!(code(&Given::answered()), Code::PrimaryUnfit);
        assert_eq!(code(&Given::closed()), Code::PrimaryUnfit);
        assert_eq!(code(&merged(Given::in_hand(), "2026-11-20 10:00")), Code::PrimaryUnfit);
        let mut elsewhere = Given::in_hand();
        elsewhere.issue.grid_id = AreaId(Uuid::from_u128(0x34));
        assert_eq!(code(&elsewhere), Code::PrimaryUnfit);
        let itself = MergeDraft { primary_issue_id: ISSUE, at: at(LATER) };
        let itself = merge(&given.issue, ISSUE, &rules(LATER), &itself, &given.issue).unwrap_err();
        assert_eq!((itself.code, itself.pointer.as_deref()), (Code::PrimaryUnfit, Some("/primary_issue_id")));
        for primary in [Given::registered(), Given::in_hand(), Given::escalated(), Given::awaiting_answer()] {
            assert!(into(&given, &primary, LATER).is_ok());
        }
    }

    #[test]
    fn neither_what_is_escalated_nor_what_is_not_open_is_merged_and_nothing_twice() {
        for (given, code) in [
            (Given::escalated(), Code::AlreadyEscalated),
            (Given::answered(), Code::AlreadyAnswered),
            (Given::closed(), Code::IssueClosed),
            (merged(Given::in_hand(), "2026-11-20 10:00"), Code::AlreadyMerged),
        ] {
            assert_eq!(refused(into(&given, &Given::in_hand(), LATER)), code);
        }
    }

    #[test]
    fn a_merging_is_not_older_than_either_issue_nor_than_the_turn_before_it() {
        let code = |given: &Given, primary: &Given, when| refused(into(given, primary, when));
        assert_eq!(code(&Given::in_hand(), &Given::in_hand(), "2026-11-19 14:00"), Code::BeforeReception);
        assert_eq!(code(&Given::in_hand(), &Given::in_hand(), "2026-12-20 10:01"), Code::InTheFuture);
        assert_eq!(code(&Given::awaiting_answer(), &Given::in_hand(), "2026-12-10 09:59"), Code::BeforePrevious);
        let younger = Given::raised("2026-12-03 14:00", "2026-12-03 15:00");
        assert_eq!(code(&Given::in_hand(), &younger, "2026-12-03 13:59"), Code::BeforePrevious);
    }

    #[test]
    fn merged_it_is_answered_for_itself() {
        let then = merged(Given::registered(), "2026-11-20 10:00").and_answered("2026-11-24 10:00").issue;
        assert_eq!((then.state, then.clock), (IssueState::Answered, ClockState::Stopped));
        assert_eq!(then.merging, None);
        assert_eq!(then.answer.unwrap().given.answered_by, RECEIVER);
    }

    #[test]
    fn merged_it_is_told_handed_over_and_withdrawn_and_comes_back_in_hand() {
        let given = merged(Given::registered(), "2026-11-20 10:00");
        let now = rules("2026-11-20 11:00");
        let word = InterimDraft { channel: WordChannel::Phone, told_at: now.now, next_word_on: day("2026-11-27") };
        let told = interim::reply(&given.issue, &now, &word).unwrap();
        let given = given.then("2026-11-20 11:00", IssueEvent::InterimReplyGiven(told));
        assert_eq!(given.issue.state, IssueState::Merged);
        let draft = HandoverDraft { to_delegate_id: SUCCESSOR, reason_code: HandoverReason::LongLeave, at: now.now };
        let handed = hand_over(&given.issue, &now, &delegates(), &draft).unwrap();
        let given = given.then("2026-11-20 11:00", IssueEvent::ResponsibilityHandedOver(handed));
        assert_eq!((given.issue.state, given.issue.responsible_delegate_id), (IssueState::Merged, SUCCESSOR));
        let withdrawn = withdrawal::withdraw(&given.issue, &now, false, now.now).unwrap();
        let gone = given.clone().then("2026-11-20 11:00", IssueEvent::Withdrawn(withdrawn)).issue;
        assert_eq!((gone.state, gone.merging), (IssueState::Withdrawn, None));
        // A word or a handover took it in hand, as it does of any registered issue.
        let back = unmerge(&given.issue, &now, now.now).unwrap();
        assert_eq!(given.then("2026-11-20 11:00", IssueEvent::Unmerged(back)).issue.state, IssueState::InHand);
    }

    #[test]
    fn merged_it_allows_nothing_else() {
        let given = merged(Given::in_hand(), "2026-11-20 10:00");
        let (issue, now) = (&given.issue, rules("2026-11-20 11:00"));
        let at = now.now;
        let up = EscalationDraft { level: Level::L2, major_issue_id: MAJOR, join: None, at };
        let longer = ExtensionDraft { reason_code: ExtensionReason::Complex, new_due_on: day("2026-12-01"), at };
        let still = SuspensionDraft { reason_code: SuspensionReason::VisitorFacts, until_on: day("2026-12-01"), at };
        let mut offices = Offices::default();
        let office = OfficeId(Uuid::from_u128(0x71));
        let registered = OfficeRegistered { name: "水务管理所".to_owned(), kind: OfficeKind::Department };
        offices.apply(office, &OfficeEvent::Registered(registered), &fixtures::stamp(30, 1));
        let codes = [
            refused(taking::take(issue, &now, at)),
            refused(escalate(issue, ISSUE, &now, &up)),
            refused(extension::request(issue, &now, &longer)),
            refused(suspension::suspend(issue, &now, &still)),
            refused(referral::refer(issue, &now, StatutoryChannel::Court, at)),
            refused(input::request(issue, &now, &offices, &input::InputDraft { to_office_id: office, at })),
            refused(input::give(issue, &now, at)),
        ];
        assert_eq!(codes, [Code::IssueMerged; 7]);
        assert_eq!(refused(closing::close(issue, &now, at)), Code::NotAnswered);
    }

    #[test]
    fn a_clock_that_stood_still_may_run_again_while_merged() {
        let given = Given::in_hand();
        let now = rules("2026-11-20 09:00");
        let still =
            SuspensionDraft { reason_code: SuspensionReason::VisitorFacts, until_on: day("2026-12-01"), at: now.now };
        let suspended = suspension::suspend(&given.issue, &now, &still).unwrap();
        let given = merged(given.then("2026-11-20 09:00", IssueEvent::ClockSuspended(suspended)), "2026-11-20 10:00");
        assert_eq!(given.issue.clock, ClockState::Suspended);
        let when = "2026-11-23 10:00";
        let resumed = suspension::resume(&given.issue, &rules(when), at(when)).unwrap();
        let then = given.then(when, IssueEvent::ClockResumed(resumed)).issue;
        assert_eq!((then.state, then.clock), (IssueState::Merged, ClockState::Running));
    }
}
