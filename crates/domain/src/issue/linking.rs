//! T18: issues that have to do with each other (关联). No effect on anybody's duty.

use super::step::{in_cycle, require};
use super::{Issue, Linked};
use crate::ids::IssueId;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{IssueState, LinkKind};
use chrono::{DateTime, Utc};

/// Links that one issue holds. A bound on what a state may grow to, not a rule of the service.
pub const LINKS_MAX: usize = 50;

/// A link as it comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkDraft {
    /// The other issue.
    pub issue_id: IssueId,
    /// How they belong together.
    pub kind: LinkKind,
    /// When.
    pub at: DateTime<Utc>,
}

/// Links an open issue to another, in whatever state and grid that is (T18, C-3.6). It is recorded on the one that says
/// so: "caused by" and "recurring" have a direction.
///
/// The same two issues may be linked in another way, too. While merged nothing is linked (ADR 0026).
///
/// Errors: [`Code::InvalidValue`] for a link to itself; an issue that is not open, or merged; [`Code::AlreadyLinked`],
/// [`Code::IssueFull`]; a time in the future, before the cycle or before the other was raised.
pub fn link(
    issue: &Issue,
    issue_id: IssueId,
    rules: &Rules<'_>,
    draft: &LinkDraft,
    other: &Issue,
) -> Result<Linked, Refusal> {
    if draft.issue_id == issue_id {
        return Err(Refusal::new(Code::InvalidValue)
            .under("C-3.6")
            .at("/issue_id")
            .because("事项不能与自身关联。", "An issue is not linked to itself."));
    }
    let at = |refusal: Refusal| refusal.at("/occurred_at");
    in_cycle(issue, rules, draft.at).map_err(at)?;
    rules.claimed(draft.at, other.raised_at, Code::BeforePrevious).map_err(at)?;
    require(issue, &[IssueState::Registered, IssueState::InHand, IssueState::Escalated, IssueState::AwaitingAnswer])?;
    if issue.links.iter().any(|known| known.issue_id == draft.issue_id && known.kind == draft.kind) {
        return Err(Refusal::new(Code::AlreadyLinked));
    }
    if issue.links.len() >= LINKS_MAX {
        return Err(Refusal::new(Code::IssueFull).because(
            format!("一个事项最多关联 {LINKS_MAX} 次。"),
            format!("An issue holds at most {LINKS_MAX} links."),
        ));
    }
    Ok(Linked { issue_id: draft.issue_id, kind: draft.kind })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::{Given, ISSUE, at, refused, rules};
    use super::super::{IssueEvent, Merged};
    use super::*;
    use uuid::Uuid;

    const LATER: &str = "2026-12-20 10:00";
    const OTHER: IssueId = IssueId(Uuid::from_u128(0x12));

    fn draft(issue_id: IssueId, kind: LinkKind) -> LinkDraft {
        LinkDraft { issue_id, kind, at: at(LATER) }
    }

    fn linked(given: &Given, issue_id: IssueId, kind: LinkKind) -> Result<Linked, Refusal> {
        link(&given.issue, ISSUE, &rules(LATER), &draft(issue_id, kind), &Given::closed().issue)
    }

    #[test]
    fn an_open_issue_is_linked_to_any_other_and_nothing_else_changes() {
        for given in [Given::registered(), Given::in_hand(), Given::escalated(), Given::awaiting_answer()] {
            let before = given.issue.clone();
            let event = linked(&given, OTHER, LinkKind::Recurring).unwrap();
            let after = given.then(LATER, IssueEvent::Linked(event)).issue;
            assert_eq!(after.links.len(), 1);
            let (version, position) = (after.version, after.position);
            assert_eq!(after, Issue { version, position, links: after.links.clone(), ..before });
        }
    }

    #[test]
    fn what_is_not_open_or_is_merged_is_not_linked() {
        let code = |given: &Given| refused(linked(given, OTHER, LinkKind::Related));
        assert_eq!(code(&Given::answered()), Code::AlreadyAnswered);
        assert_eq!(code(&Given::closed()), Code::IssueClosed);
        let merged = IssueEvent::Merged(Merged { primary_issue_id: OTHER });
        assert_eq!(code(&Given::in_hand().then("2026-11-20 10:00", merged)), Code::IssueMerged);
    }

    #[test]
    fn the_same_is_said_once_and_something_else_may_be_said_of_the_same_two() {
        let given = Given::in_hand();
        let event = linked(&given, OTHER, LinkKind::Related).unwrap();
        let given = given.then(LATER, IssueEvent::Linked(event));
        assert_eq!(refused(linked(&given, OTHER, LinkKind::Related)), Code::AlreadyLinked);
        assert!(linked(&given, OTHER, LinkKind::CausedBy).is_ok());
        let itself = linked(&given, ISSUE, LinkKind::Related).unwrap_err();
        assert_eq!((itself.code, itself.pointer.as_deref()), (Code::InvalidValue, Some("/issue_id")));
    }

    #[test]
    fn there_are_at_most_fifty_links() {
        let mut given = Given::in_hand();
        for n in 0..50_u128 {
            let event = linked(&given, IssueId(Uuid::from_u128(0x100 + n)), LinkKind::Related).unwrap();
            given = given.then(LATER, IssueEvent::Linked(event));
        }
        assert_eq!(refused(linked(&given, OTHER, LinkKind::Related)), Code::IssueFull);
    }

    #[test]
    fn a_link_is_not_older_than_either_issue() {
        let claim = |when, other: &Given| {
            let draft = LinkDraft { issue_id: OTHER, kind: LinkKind::Related, at: at(when) };
            refused(link(&Given::in_hand().issue, ISSUE, &rules(LATER), &draft, &other.issue))
        };
        assert_eq!(claim("2026-11-19 14:00", &Given::in_hand()), Code::BeforeReception);
        let younger = Given::raised("2026-12-03 14:00", "2026-12-03 15:00");
        assert_eq!(claim("2026-12-03 13:59", &younger), Code::BeforePrevious);
        assert_eq!(claim("2026-12-20 10:01", &younger), Code::InTheFuture);
    }
}
