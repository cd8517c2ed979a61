//! T1: a reception is recorded, and with it every issue raised there, each with one delegate who owes the answer and a
//! due date.

use super::attending::{DelegateDraft, attending};
use super::{Occasion, ReceivingDelegate, ReceptionRecorded, Visitor, occasion_faults};
use crate::area::{Areas, place_faults};
use crate::claims;
use crate::deadline;
use crate::delegate::Delegates;
use crate::ids::{AreaId, DelegateId, IssueId, ReceptionId};
use crate::issue::{Due, Raised};
use crate::programme::Established;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::session::Session;
use crate::vocabulary::{IssueKind, ReceptionForm, SessionState};
use chrono::{DateTime, NaiveDate, Utc};

/// The most visitors of one reception.
pub const VISITORS_MAX: usize = 50;
/// The most issues of one reception.
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
    /// What it belongs to, where it names anything.
    pub occasion: Option<Occasion>,
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

impl People<'_> {
    /// The programme was in effect on a day.
    ///
    /// Errors: [`Code::BeforeProgramme`], also where there is none.
    pub fn in_programme(&self, on: NaiveDate) -> Result<(), Refusal> {
        match self.programme {
            Some(programme) if programme.effective_on <= on => Ok(()),
            Some(_) | None => Err(Refusal::new(Code::BeforeProgramme)),
        }
    }
}

/// What could be read of a reception: for all that can be said of it by itself and by what the town knows. A value that
/// is not there was not sent, or could not be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReceptionParts {
    /// Its form.
    pub form: Option<ReceptionForm>,
    /// What it is said to belong to, in the order of [`Occasion::FIELDS`].
    pub occasions: Vec<Occasion>,
    /// When it was held.
    pub held_at: Option<DateTime<Utc>>,
    /// The grid.
    pub grid_id: Option<AreaId>,
    /// The unit.
    pub unit_id: Option<AreaId>,
    /// Who received; `None` where the list itself could not be read.
    pub delegates: Option<Vec<Option<DelegateDraft>>>,
    /// How many came; `None` where the list could not be read.
    pub visitors: Option<usize>,
    /// What was raised.
    pub issues: Vec<IssueParts>,
}

/// What could be read of an issue that was raised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssueParts {
    /// A topic code.
    pub topic: Option<String>,
    /// Who raised it, an index into the visitors.
    pub visitor: Option<u32>,
    /// Who owes the answer.
    pub responsible_delegate_id: Option<DelegateId>,
}

impl ReceptionDraft {
    fn parts(&self) -> ReceptionParts {
        let issues = self.issues.iter().map(|issue| IssueParts {
            topic: Some(issue.topic.clone()),
            visitor: issue.visitor,
            responsible_delegate_id: issue.responsible_delegate_id,
        });
        ReceptionParts {
            form: Some(self.form),
            occasions: self.occasion.into_iter().collect(),
            held_at: Some(self.held_at),
            grid_id: Some(self.grid_id),
            unit_id: self.unit_id,
            delegates: Some(self.delegates.iter().copied().map(Some).collect()),
            visitors: Some(self.visitors.len()),
            issues: issues.collect(),
        }
    }
}

/// What recording a reception brings.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedReception {
    /// For the reception's stream.
    pub reception: ReceptionRecorded,
    /// For the stream of each issue, in order.
    pub issues: Vec<(IssueId, Raised)>,
}

/// Records a reception (T1, C-3.1, C-4.4). The rules are those of the policy in force on the day it was held; `session` is the
/// one that the draft names, where it names one that is there. What else it belongs to decides for itself, and in the same
/// append.
///
/// Errors, all at once: those of [`faults`]; [`Code::TooMany`]; [`Code::DueTooFar`]; of the session [`Code::UnknownId`],
/// [`Code::SessionOfOtherGrid`], [`Code::NotTheDay`]; [`Code::SessionCancelled`] where nothing else is wrong.
pub fn record(
    people: &People<'_>,
    rules: &Rules<'_>,
    draft: &ReceptionDraft,
    session: Option<&Session>,
) -> Result<RecordedReception, Vec<Refusal>> {
    let mut faults = faults(people, rules, &draft.parts());
    faults.extend(of_session(rules, draft, session));
    let held_on = rules.town_date(draft.held_at);
    let due = deadline::final_answer(rules, held_on).map_err(|refusal| refusal.at("/held_at"));
    for (list, count, most) in [
        ("/visitors", draft.visitors.len(), VISITORS_MAX),
        ("/delegates", draft.delegates.len(), DELEGATES_MAX),
        ("/issues", draft.issues.len(), ISSUES_MAX),
    ] {
        if count > most {
            faults.push(Refusal::new(Code::TooMany).under("C-3.1").at(list));
        }
    }
    let due = match due {
        Ok(due) if faults.is_empty() => due,
        Ok(_) => return Err(faults),
        Err(refusal) => {
            faults.push(refusal);
            return Err(faults);
        }
    };
    if session.is_some_and(|session| session.state == SessionState::Cancelled) {
        return Err(vec![Refusal::new(Code::SessionCancelled).at("/session_id")]);
    }
    let delegates = receiving(people, &draft.parts(), rules, &mut faults);
    let issues = draft.issues.iter().filter_map(|issue| raised(draft, issue, &due)).collect();
    let mut reception = ReceptionRecorded {
        form: draft.form,
        grid_id: draft.grid_id,
        unit_id: draft.unit_id,
        delegates,
        visitors: draft.visitors.clone(),
        issue_ids: draft.issues.iter().map(|issue| issue.id).collect(),
        session_id: None,
        appointment_id: None,
        activity_id: None,
        meeting_id: None,
        study_id: None,
        deed_id: None,
    };
    if let Some(occasion) = draft.occasion {
        occasion.put_into(&mut reception);
    }
    Ok(RecordedReception { reception, issues })
}

/// Everything that does not fit in what could be read of a reception.
///
/// Those of [`occasion_faults`]; [`Code::InTheFuture`], [`Code::BeforeProgramme`]; [`Code::UnknownId`], [`Code::UnitNotInGrid`]; [`Code::NoDelegate`],
/// [`Code::DelegateTwice`], [`Code::DelegateWithoutMandate`], [`Code::DelegateTypeNeeded`]; [`Code::UnknownTopic`],
/// [`Code::InvalidValue`], [`Code::DelegateNotAtReception`].
pub fn faults(people: &People<'_>, rules: &Rules<'_>, parts: &ReceptionParts) -> Vec<Refusal> {
    let mut faults = occasion_faults(parts.form, &parts.occasions);
    faults.extend(parts.held_at.map(|at| held_faults(people, rules, at)).unwrap_or_default());
    faults.extend(place_faults(people.areas, parts.grid_id, parts.unit_id));
    receiving(people, parts, rules, &mut faults);
    for (index, issue) in parts.issues.iter().enumerate() {
        issue_faults(rules, parts, index, issue, &mut faults);
    }
    faults
}

/// The session is of the grid, and on the town's day of the reception.
fn of_session(rules: &Rules<'_>, draft: &ReceptionDraft, session: Option<&Session>) -> Option<Refusal> {
    let Some(Occasion::Session(_)) = draft.occasion else { return None };
    let unfit = |code| Some(Refusal::new(code).unfit().at("/session_id"));
    match session.filter(|session| session.exists()) {
        None => unfit(Code::UnknownId),
        Some(session) if session.grid_id != draft.grid_id => unfit(Code::SessionOfOtherGrid),
        Some(session) if session.held.on != rules.town_date(draft.held_at) => unfit(Code::NotTheDay),
        Some(_) => None,
    }
}

/// When something was held: not in the future, and in the time of the programme.
///
/// At `/held_at`: [`Code::InTheFuture`], [`Code::BeforeProgramme`].
pub fn held_faults(people: &People<'_>, rules: &Rules<'_>, held_at: DateTime<Utc>) -> Vec<Refusal> {
    let mut faults = Vec::new();
    if held_at > rules.now {
        faults.push(claims::ahead(rules.now, rules.policy.time_zone()).at("/held_at"));
    }
    faults.extend(people.in_programme(rules.town_date(held_at)).map_err(|no| no.at("/held_at")).err());
    faults
}

/// The delegates in the capacity in which they sat. One of another grid is welcome.
fn receiving(
    people: &People<'_>,
    parts: &ReceptionParts,
    rules: &Rules<'_>,
    faults: &mut Vec<Refusal>,
) -> Vec<ReceivingDelegate> {
    let Some(delegates) = &parts.delegates else { return Vec::new() };
    let held_on = parts.held_at.map(|at| rules.town_date(at));
    if delegates.is_empty() {
        faults.push(Refusal::new(Code::NoDelegate).at("/delegates"));
    }
    let (receiving, unfit) = attending(people.delegates, delegates, held_on);
    faults.extend(unfit);
    receiving
}

fn issue_faults(
    rules: &Rules<'_>,
    parts: &ReceptionParts,
    index: usize,
    issue: &IssueParts,
    faults: &mut Vec<Refusal>,
) {
    if issue.topic.as_ref().is_some_and(|topic| rules.policy.topic(topic).is_none()) {
        faults.push(Refusal::new(Code::UnknownTopic).at(format!("/issues/{index}/topic")));
    }
    if let (Some(at), Some(visitors)) = (issue.visitor, parts.visitors)
        && usize::try_from(at).is_ok_and(|at| at >= visitors)
    {
        faults.push(
            Refusal::new(Code::InvalidValue)
                .under("C-3.1")
                .at(format!("/issues/{index}/visitor"))
                .because("来访人列表中没有这一位。", "There is no such visitor in the list."),
        );
    }
    // An entry that could not be read may be the one that is meant.
    if let (Some(id), Some(delegates)) = (issue.responsible_delegate_id, &parts.delegates)
        && delegates.iter().all(|delegate| delegate.is_some_and(|delegate| delegate.delegate_id != id))
    {
        let pointer = format!("/issues/{index}/responsible_delegate_id");
        faults.push(Refusal::new(Code::DelegateNotAtReception).at(pointer));
    }
}

fn raised(draft: &ReceptionDraft, issue: &IssueDraft, due: &Due) -> Option<(IssueId, Raised)> {
    let first = draft.delegates.first().map(|delegate| delegate.delegate_id);
    let raised = Raised {
        reception_id: draft.id,
        visitor: issue.visitor.or(if draft.visitors.is_empty() { None } else { Some(0) }),
        kind: issue.kind,
        topic: issue.topic.clone(),
        grid_id: draft.grid_id,
        unit_id: draft.unit_id,
        // Without any delegate the fault is noted already.
        responsible_delegate_id: issue.responsible_delegate_id.or(first)?,
        due: due.clone(),
    };
    Some((issue.id, raised))
}

#[cfg(test)]
mod tests;
