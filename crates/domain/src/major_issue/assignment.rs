//! Assignment (交办): who leads, who supports, by when; taken on, or sent back once (退单).

use super::step::{after_turn, no_refusal_pending, require};
use super::{Accepted, Assigned, DispatchRefused, MajorIssue, RefusalDecided};
use crate::deadline;
use crate::ids::OfficeId;
use crate::office::Offices;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::MajorIssueState;
use chrono::{DateTime, NaiveDate, Utc};

/// An assignment as it comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentDraft {
    /// Who leads (主办).
    pub lead_office_id: OfficeId,
    /// Who supports (协办).
    pub support_office_ids: Vec<OfficeId>,
    /// A day of its own; without it the level's limit.
    pub due_on: Option<NaiveDate>,
    /// When.
    pub at: DateTime<Utc>,
}

/// The most offices that may support.
pub const SUPPORTS_MAX: usize = 50;

/// Assigns a deliberated major issue to offices (C-3.6). After an upheld refusal, or a change of level, it may be
/// deliberated again first, and need not. A day of its own lies after the assignment and within the
/// level's limit.
///
/// Errors: [`Code::UnknownId`], [`Code::LeadAmongSupports`], [`Code::Duplicate`], [`Code::TooMany`]; [`Code::NotLater`],
/// [`Code::HandlingTooLong`], [`Code::DueTooFar`]; [`Code::MajorIssueWrongState`], [`Code::AlreadyDispatched`],
/// [`Code::MajorIssueConcluded`]; a time in the future or before the last step.
pub fn assign(
    major: &MajorIssue,
    rules: &Rules<'_>,
    offices: &Offices,
    draft: &AssignmentDraft,
) -> Result<Assigned, Refusal> {
    fits(offices, draft.lead_office_id, &draft.support_office_ids)?;
    after_turn(major, rules, draft.at)?;
    let assigned_on = rules.town_date(draft.at);
    let limit = deadline::handling(rules, major.level, assigned_on)?;
    let due = match draft.due_on {
        None => limit,
        Some(due_on) => {
            let at_date = |refusal: Refusal| refusal.under("C-3.6").at("/due_on");
            let due = deadline::handling_by(rules, assigned_on, due_on).map_err(at_date)?;
            due_day_fits(assigned_on, due_on)?;
            if due.on > limit.on {
                return Err(at_date(Refusal::new(Code::HandlingTooLong)).because(
                    format!("该层级的办理期限最迟为 {}。", limit.on),
                    format!("At this level the due date is {} at the latest.", limit.on),
                ));
            }
            due
        }
    };
    let otherwise = match major.state {
        MajorIssueState::Submitted | MajorIssueState::Triaged => Code::MajorIssueWrongState,
        MajorIssueState::Deliberated
        | MajorIssueState::Assigned
        | MajorIssueState::Handling
        | MajorIssueState::ReportedBack
        | MajorIssueState::Verified
        | MajorIssueState::ReturnedForRework
        | MajorIssueState::Concluded
        | MajorIssueState::Returned
        | MajorIssueState::Referred => Code::AlreadyDispatched,
    };
    require(major, &[MajorIssueState::Deliberated], otherwise)?;
    Ok(Assigned { lead_office_id: draft.lead_office_id, support_office_ids: draft.support_office_ids.clone(), due })
}

/// Whether the offices named are known and distinct, whatever they are to be assigned.
///
/// Errors: [`Code::UnknownId`], [`Code::LeadAmongSupports`], [`Code::Duplicate`], [`Code::TooMany`].
pub fn fits(offices: &Offices, lead: OfficeId, supports: &[OfficeId]) -> Result<(), Refusal> {
    if offices.get(lead).is_none() {
        return Err(Refusal::new(Code::UnknownId).at("/lead_office_id"));
    }
    if supports.len() > SUPPORTS_MAX {
        return Err(Refusal::new(Code::TooMany).at("/support_office_ids"));
    }
    for (index, office) in supports.iter().enumerate() {
        let pointer = format!("/support_office_ids/{index}");
        if offices.get(*office).is_none() {
            return Err(Refusal::new(Code::UnknownId).at(pointer));
        }
    }
    let supports: Vec<_> = supports.iter().copied().map(Some).collect();
    not_distinct(Some(lead), &supports).into_iter().next().map_or(Ok(()), Err)
}

/// A day of its own lies after the assignment, whatever the major issue.
///
/// Errors: [`Code::NotLater`].
pub fn due_day_fits(assigned_on: NaiveDate, due_on: NaiveDate) -> Result<(), Refusal> {
    if due_on > assigned_on {
        return Ok(());
    }
    Err(Refusal::new(Code::NotLater)
        .under("C-3.6")
        .at("/due_on")
        .because("办理期限须晚于交办之日。", "The due date must be later than the day of assignment."))
}

/// Every support office that is the lead office, or named twice; an entry that is not there could not be read.
///
/// [`Code::LeadAmongSupports`], [`Code::Duplicate`].
pub fn not_distinct(lead: Option<OfficeId>, supports: &[Option<OfficeId>]) -> Vec<Refusal> {
    let mut faults = Vec::new();
    for (index, office) in supports.iter().enumerate().filter(|(_, office)| office.is_some()) {
        let pointer = format!("/support_office_ids/{index}");
        if *office == lead {
            faults.push(Refusal::new(Code::LeadAmongSupports).at(pointer));
        } else if supports[..index].contains(office) {
            faults.push(Refusal::new(Code::Duplicate).under("C-3.6").at(pointer));
        }
    }
    faults
}

/// The lead office takes it on.
///
/// Errors: [`Code::AlreadyAccepted`], [`Code::MajorIssueWrongState`], [`Code::MajorIssueConcluded`]; a time in the future
/// or before the assignment.
pub fn accept(major: &MajorIssue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<Accepted, Refusal> {
    after_turn(major, rules, at)?;
    dispatched(major)?;
    no_refusal_pending(major)?;
    Ok(Accepted {})
}

/// The lead office sends it back (退单): once, within so many working days of the assignment. That is judged by the claimed
/// day only if it was recorded soon enough: back-dating gains nothing.
///
/// Errors: [`Code::AlreadyAccepted`], [`Code::MajorIssueWrongState`], [`Code::MajorIssueConcluded`];
/// [`Code::DispatchRefusedOnce`], [`Code::RefusalTooLate`]; a time in the future or before the assignment.
pub fn refuse(major: &MajorIssue, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<DispatchRefused, Refusal> {
    after_turn(major, rules, at)?;
    dispatched(major)?;
    if major.refused {
        return Err(Refusal::new(Code::DispatchRefusedOnce));
    }
    let assigned_on = rules.town_date(major.assigned_at.unwrap_or(major.turned_at));
    let last = rules.calendars.after(assigned_on, rules.policy.handling.refusal_working_days).on;
    if rules.counted_on(at) > last {
        return Err(Refusal::new(Code::RefusalTooLate)
            .because(format!("退单期限至 {last}。"), format!("A dispatch could be refused until {last}.")));
    }
    Ok(DispatchRefused {})
}

/// The level's owner decides on the refusal: upheld, it is assigned anew, perhaps after another deliberation; else the lead office handles it.
///
/// Errors: [`Code::NoRefusalPending`], [`Code::MajorIssueConcluded`]; a time in the future or before the refusal.
pub fn decide_refusal(
    major: &MajorIssue,
    rules: &Rules<'_>,
    upheld: bool,
    at: DateTime<Utc>,
) -> Result<RefusalDecided, Refusal> {
    after_turn(major, rules, at)?;
    require(major, &[MajorIssueState::Assigned], Code::NoRefusalPending)?;
    if major.refusal_pending { Ok(RefusalDecided { upheld }) } else { Err(Refusal::new(Code::NoRefusalPending)) }
}

fn dispatched(major: &MajorIssue) -> Result<(), Refusal> {
    let otherwise = match major.state {
        MajorIssueState::Handling
        | MajorIssueState::ReportedBack
        | MajorIssueState::Verified
        | MajorIssueState::ReturnedForRework => Code::AlreadyAccepted,
        MajorIssueState::Submitted
        | MajorIssueState::Triaged
        | MajorIssueState::Deliberated
        | MajorIssueState::Assigned
        | MajorIssueState::Concluded
        | MajorIssueState::Returned
        | MajorIssueState::Referred => Code::MajorIssueWrongState,
    };
    require(major, &[MajorIssueState::Assigned], otherwise)
}
