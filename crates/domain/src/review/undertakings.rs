//! What the review says of what delegates undertake beside receiving people: a study that was with both offices in time
//! (C-3.5), a deed that was done by the day promised (C-3.4), a case that was selected (C-5.3). Under `review/2` only.
//!
//! Each is one finding about one thing. It is judged by the policy that its first fact names, of a study the one that it was
//! finished under, and by the newest calendars as of N.

use super::book::Book;
use super::finding::{Dates, Finding, What};
use super::period::Period;
use crate::calendar::Calendars;
use crate::claims::Claim;
use crate::deed::{Deed, DeedEvent};
use crate::ids::{AreaId, DelegateId};
use crate::office::Offices;
use crate::policy::Policy;
use crate::study::{self, Study, StudyEvent};
use crate::typical_case::{self, TypicalCase, TypicalCaseEvent};
use crate::vocabulary::StudyKind;
use crate::{Fold, Stamp};
use chrono::NaiveDate;

/// The finding about an undertaking, and whose figures it is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undertaken {
    /// Position of its first leaf.
    pub first_position: u64,
    /// The delegate who owes it; nobody owes a case.
    pub delegate: Option<DelegateId>,
    /// Its grid; a study may be of the whole town.
    pub grid_id: Option<AreaId>,
    /// What was found.
    pub finding: Finding,
}

/// A study that is due in a period: with both offices in time, and whether anybody made use of it. An inspection need not be
/// with both, and is no member.
pub fn judge_study(
    events: &[(StudyEvent, Stamp)],
    offices: &Offices,
    period: &Period,
    book: &Book,
) -> Option<Undertaken> {
    let study: Study = folded(events);
    let finished = study.finished.filter(|_| study.kind == StudyKind::Study)?;
    let (_, leaf) = events.iter().find(|(_, leaf)| leaf.position == finished.position)?;
    let (policy, calendars) = (book.named(study.finished_under), book.all_calendars());
    // Promised by the calendar of then; one published since moves it to a later day only.
    let by_then = study::due_on(&study, policy, book.calendars(leaf))?;
    let due_on = study::due_on(&study, policy, calendars)?.max(by_then);
    let filed_on = study::filed_on(&study, offices, policy, calendars).map(|(on, _)| on);
    let finished_on = policy.town_date(finished.at);
    let dates =
        Dates { due_on: Some(due_on), finished_on: Some(finished_on), submitted_on: filed_on, ..Dates::default() };
    let filed = filed_on.is_some_and(|on| on <= due_on);
    let what = What::Study { filed, referenced: study.is_used() };
    let provisional = calendars.provisional(finished_on, last_to_write_down(due_on, policy, calendars));
    let whose = (Some(study.lead_delegate_id), study.grid_id);
    period.holds(due_on).then(|| undertaken(events, whose, what, dates, provisional))?
}

/// A deed that was promised for a day of a period: done by then. One that was given up is a member, and was not.
pub fn judge_deed(events: &[(DeedEvent, Stamp)], period: &Period, book: &Book) -> Option<Undertaken> {
    let deed: Deed = folded(events);
    let (policy, calendars) = (book.named(deed.policy), book.all_calendars());
    let due_on = deed.promised_on;
    let finished_on = deed.done(policy, calendars).map(|(on, _)| on);
    let dates = Dates { due_on: Some(due_on), finished_on, ..Dates::default() };
    let what = What::Deed { kept: deed.kept(policy, calendars) };
    let provisional = calendars.provisional(due_on, last_to_write_down(due_on, policy, calendars));
    let whose = (Some(deed.owner_delegate_id), Some(deed.grid_id));
    period.holds(due_on).then(|| undertaken(events, whose, what, dates, provisional))?
}

/// A typical case that was submitted in a period: selected, whenever that was.
pub fn judge_case(events: &[(TypicalCaseEvent, Stamp)], period: &Period, book: &Book) -> Option<Undertaken> {
    let case: TypicalCase = folded(events);
    let (policy, calendars) = (book.named(case.policy), book.all_calendars());
    let (claimed_on, submitted_on, _) = typical_case::submitted_on(&case, policy, calendars)?;
    let counts_on = |claim: Claim| claim.counts_on(policy, calendars);
    let decided_on = case.selected.or(case.rejected).map(counts_on);
    let dates = Dates { submitted_on: Some(submitted_on), decided_on, ..Dates::default() };
    let what = What::TypicalCase { selected: case.selected.is_some() };
    let provisional = calendars.provisional(claimed_on, submitted_on);
    let whose = (None, Some(case.grid_id));
    period.holds(submitted_on).then(|| undertaken(events, whose, what, dates, provisional))?
}

fn folded<S: Fold>(events: &[(S::Event, Stamp)]) -> S {
    let mut state = S::default();
    events.iter().for_each(|(event, at)| state.apply(event, at));
    state
}

/// The last day on which what happened on a day can be written down so that it counts there.
pub(super) fn last_to_write_down(on: NaiveDate, policy: &Policy, calendars: &Calendars) -> NaiveDate {
    calendars.after(on, policy.clock.claim_working_days).on
}

fn undertaken<E>(
    events: &[(E, Stamp)],
    (delegate, grid_id): (Option<DelegateId>, Option<AreaId>),
    what: What,
    dates: Dates,
    provisional: bool,
) -> Option<Undertaken> {
    let (_, first) = events.first()?;
    let finding = Finding { cycle: 0, what, dates, provisional };
    Some(Undertaken { first_position: first.position, delegate, grid_id, finding })
}
