//! T1: a reception is recorded, and with it every issue raised there, each with one delegate who owes the answer and a
//! due date.

use super::{ReceivingDelegate, ReceptionRecorded, Visitor};
use crate::area::Areas;
use crate::deadline;
use crate::delegate::Delegates;
use crate::ids::{AreaId, DelegateId, IssueId, ReceptionId};
use crate::issue::{Due, Raised};
use crate::programme::Established;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{DelegateType, IssueKind, ReceptionForm};
use chrono::{DateTime, NaiveDate, Utc};

/// The most visitors of one reception (API §1).
pub const VISITORS_MAX: usize = 50;
/// The most issues of one reception (API §1).
pub const ISSUES_MAX: usize = 15;
/// The most delegates of one reception. With all the visitors and issues there may be, one leaf holds no more (FORMAT §1:
/// 16 KiB, of which 50 visitors with name and number take more than 13).
pub const DELEGATES_MAX: usize = 18;

/// A reception as it comes in, but for its texts.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceptionDraft {
    /// Its id.
    pub id: ReceptionId,
    /// Its form.
    pub form: ReceptionForm,
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    pub unit_id: Option<AreaId>,
    /// When it was held.
    pub held_at: DateTime<Utc>,
    /// Who received.
    pub delegates: Vec<DelegateDraft>,
    /// Who came.
    pub visitors: Vec<Visitor>,
    /// What was raised.
    pub issues: Vec<IssueDraft>,
}

/// A delegate who received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DelegateDraft {
    /// Who.
    pub delegate_id: DelegateId,
    /// In which capacity; needed only of holders of both mandates.
    pub delegate_type: Option<DelegateType>,
}

/// An issue that was raised.
#[derive(Clone, Debug, PartialEq)]
pub struct IssueDraft {
    /// Its id.
    pub id: IssueId,
    /// Opinion, suggestion or demand.
    pub kind: IssueKind,
    /// A topic code of the policy.
    pub topic: String,
    /// Who raised it, an index into the visitors; left out, the first of them.
    pub visitor: Option<u32>,
    /// Who owes the answer; left out, the first delegate.
    pub responsible_delegate_id: Option<DelegateId>,
}

/// Who and what there is.
#[derive(Clone, Copy, Debug)]
pub struct People<'a> {
    /// The programme, once established.
    pub programme: Option<&'a Established>,
    /// Town, grids, units.
    pub areas: &'a Areas,
    /// Delegates and their mandates.
    pub delegates: &'a Delegates,
}

/// What recording a reception brings.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedReception {
    /// For the reception's stream.
    pub reception: ReceptionRecorded,
    /// For the stream of each issue, in order.
    pub issues: Vec<(IssueId, Raised)>,
}

/// Records a reception (T1, C-3.1, C-4.4). The rules are those of the policy in force on the day it was held.
///
/// Errors, all at once: [`Code::InTheFuture`], [`Code::BeforeProgramme`]; [`Code::UnknownId`],
/// [`Code::UnitNotInGrid`]; [`Code::NoDelegate`], [`Code::DelegateTwice`], [`Code::DelegateWithoutMandate`],
/// [`Code::DelegateTypeNeeded`]; [`Code::TooMany`]; [`Code::UnknownTopic`], [`Code::InvalidValue`],
/// [`Code::DelegateNotAtReception`]; [`Code::DueTooFar`].
pub fn record(
    people: &People<'_>,
    rules: &Rules<'_>,
    draft: &ReceptionDraft,
) -> Result<RecordedReception, Vec<Refusal>> {
    let mut faults = Vec::new();
    let held_on = rules.town_date(draft.held_at);
    held(people, rules, draft, held_on, &mut faults);
    place(people, draft, &mut faults);
    let delegates = receiving(people, draft, held_on, &mut faults);
    if draft.visitors.len() > VISITORS_MAX {
        faults.push(Refusal::new(Code::TooMany).under("C-3.1").at("/visitors"));
    }
    let issues = raised(rules, draft, held_on, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let reception = ReceptionRecorded {
        form: draft.form,
        grid_id: draft.grid_id,
        unit_id: draft.unit_id,
        delegates,
        visitors: draft.visitors.clone(),
        issue_ids: draft.issues.iter().map(|issue| issue.id).collect(),
    };
    Ok(RecordedReception { reception, issues })
}

fn held(people: &People<'_>, rules: &Rules<'_>, draft: &ReceptionDraft, held_on: NaiveDate, faults: &mut Vec<Refusal>) {
    if draft.held_at > rules.now {
        faults.push(Refusal::new(Code::InTheFuture).at("/held_at"));
    }
    // Without a programme every day is before it.
    if people.programme.is_none_or(|programme| held_on < programme.effective_on) {
        faults.push(Refusal::new(Code::BeforeProgramme).at("/held_at"));
    }
}

fn place(people: &People<'_>, draft: &ReceptionDraft, faults: &mut Vec<Refusal>) {
    let grid_known = people.areas.grid(draft.grid_id).is_some();
    if !grid_known {
        faults.push(Refusal::new(Code::UnknownId).at("/grid_id"));
    }
    let Some(unit_id) = draft.unit_id else {
        return;
    };
    if people.areas.unit(unit_id).is_none() {
        faults.push(Refusal::new(Code::UnknownId).at("/unit_id"));
    } else if grid_known && !people.areas.unit_in_grid(unit_id, draft.grid_id) {
        faults.push(Refusal::new(Code::UnitNotInGrid).at("/unit_id"));
    }
}

/// The delegates in the capacity in which they sat. One of another grid is welcome.
fn receiving(
    people: &People<'_>,
    draft: &ReceptionDraft,
    held_on: NaiveDate,
    faults: &mut Vec<Refusal>,
) -> Vec<ReceivingDelegate> {
    if draft.delegates.is_empty() {
        faults.push(Refusal::new(Code::NoDelegate).at("/delegates"));
    }
    if draft.delegates.len() > DELEGATES_MAX {
        faults.push(Refusal::new(Code::TooMany).under("C-3.1").at("/delegates"));
        return Vec::new();
    }
    let mut receiving: Vec<ReceivingDelegate> = Vec::new();
    for (index, one) in draft.delegates.iter().enumerate() {
        let pointer = format!("/delegates/{index}/delegate_id");
        if draft.delegates[..index].iter().any(|other| other.delegate_id == one.delegate_id) {
            faults.push(Refusal::new(Code::DelegateTwice).at(pointer));
            continue;
        }
        let Some(person) = people.delegates.get(one.delegate_id) else {
            faults.push(Refusal::new(Code::UnknownId).at(pointer));
            continue;
        };
        let held = person.types_on(held_on);
        let delegate_type = match (one.delegate_type, held.as_slice()) {
            (Some(named), held) if held.contains(&named) => named,
            (None, [only]) => *only,
            (Some(_), _) | (None, []) => {
                faults.push(Refusal::new(Code::DelegateWithoutMandate).at(pointer));
                continue;
            }
            (None, _) => {
                faults.push(Refusal::new(Code::DelegateTypeNeeded).at(format!("/delegates/{index}/delegate_type")));
                continue;
            }
        };
        receiving.push(ReceivingDelegate { delegate_id: one.delegate_id, delegate_type });
    }
    receiving
}

fn raised(
    rules: &Rules<'_>,
    draft: &ReceptionDraft,
    held_on: NaiveDate,
    faults: &mut Vec<Refusal>,
) -> Vec<(IssueId, Raised)> {
    if draft.issues.len() > ISSUES_MAX {
        faults.push(Refusal::new(Code::TooMany).under("C-3.1").at("/issues"));
        return Vec::new();
    }
    let due = match deadline::final_answer(rules, held_on) {
        Ok(due) => due,
        Err(refusal) => {
            faults.push(refusal.at("/held_at"));
            return Vec::new();
        }
    };
    draft.issues.iter().enumerate().filter_map(|(index, issue)| one(rules, draft, index, issue, &due, faults)).collect()
}

fn one(
    rules: &Rules<'_>,
    draft: &ReceptionDraft,
    index: usize,
    issue: &IssueDraft,
    due: &Due,
    faults: &mut Vec<Refusal>,
) -> Option<(IssueId, Raised)> {
    if rules.policy.topic(&issue.topic).is_none() {
        faults.push(Refusal::new(Code::UnknownTopic).at(format!("/issues/{index}/topic")));
    }
    let visitor = issue.visitor.or(if draft.visitors.is_empty() { None } else { Some(0) });
    let listed = |at: u32| usize::try_from(at).is_ok_and(|at| at < draft.visitors.len());
    if visitor.is_some_and(|at| !listed(at)) {
        faults.push(
            Refusal::new(Code::InvalidValue)
                .under("C-3.1")
                .at(format!("/issues/{index}/visitor"))
                .because("来访人列表中没有这一位。", "There is no such visitor in the list."),
        );
    }
    let received = |id: DelegateId| draft.delegates.iter().any(|delegate| delegate.delegate_id == id);
    if issue.responsible_delegate_id.is_some_and(|id| !received(id)) {
        let pointer = format!("/issues/{index}/responsible_delegate_id");
        faults.push(Refusal::new(Code::DelegateNotAtReception).at(pointer));
    }
    let first = draft.delegates.first().map(|delegate| delegate.delegate_id);
    // Without any delegate the fault is noted already.
    let responsible_delegate_id = issue.responsible_delegate_id.or(first)?;
    let raised = Raised {
        reception_id: draft.id,
        visitor,
        kind: issue.kind,
        topic: issue.topic.clone(),
        grid_id: draft.grid_id,
        unit_id: draft.unit_id,
        responsible_delegate_id,
        due: due.clone(),
    };
    Some((issue.id, raised))
}

#[cfg(test)]
mod tests;
