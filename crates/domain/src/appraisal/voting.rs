//! Votes on a delegate: how many were for which grade, and never who (C-5.2).

use super::case::Case;
use super::events::Appraised;
use crate::annual_review::CLAUSE;
use crate::claims;
use crate::policy::Policy;
use crate::refusal::{Code, Refusal};
use crate::vocabulary::{AppraisedBy, Grade};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Ballots that one vote may have. Far more than a town has people; beyond it is a slip of the keyboard.
pub const BALLOTS_MAX: u32 = 1_000_000;

/// A vote as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoteDraft {
    /// By whom.
    pub by: AppraisedBy,
    /// On which day.
    pub held_on: NaiveDate,
    /// How many were for each grade; a grade that is left out had none.
    pub ballots: BTreeMap<Grade, u32>,
}

/// Records a vote by voters, fellow delegates or offices, each of them once, when the figures are frozen.
///
/// Errors, what is wrong with the body all at once: a day in the future at `/held_on`; [`Code::InvalidValue`] at a grade
/// that is not one of `review.grades`, [`Code::OutOfRange`] beyond [`BALLOTS_MAX`], [`Code::Missing`] at `/ballots` without any;
/// then [`Code::DelegateWithoutMandate`], [`Code::TooMany`]; a time in the future or before the freeze, and a day before
/// the freeze; [`Code::NotOpened`], [`Code::NotFrozen`], [`Code::WrongState`], [`Code::AlreadyAppraised`].
pub fn appraise(case: &Case<'_>, draft: &VoteDraft) -> Result<Appraised, Vec<Refusal>> {
    let faults = faults(case, draft);
    if !faults.is_empty() {
        return Err(faults);
    }
    may_appraise(case, draft).map_err(|refusal| vec![refusal])?;
    Ok(Appraised {
        year: case.year,
        delegate_id: case.delegate_id,
        by: draft.by,
        held_on: draft.held_on,
        ballots: draft.ballots.clone(),
    })
}

fn faults(case: &Case<'_>, draft: &VoteDraft) -> Vec<Refusal> {
    let day = claims::day(draft.held_on, case.rules.today).err().map(|refusal| refusal.under(CLAUSE).at("/held_on"));
    day.into_iter().chain(ballot_faults(case.rules.policy, &draft.ballots)).collect()
}

/// What is wrong with the ballots of a vote, whatever it is about: each for a grade of the policy, and not none.
pub fn ballot_faults(policy: &Policy, ballots: &BTreeMap<Grade, u32>) -> Vec<Refusal> {
    let grades = &policy.review.grades;
    let of_grades = ballots.iter().filter_map(|(grade, count)| {
        let at = format!("/ballots/{grade}");
        if !grades.contains(grade) {
            Some(not_a_grade(policy).at(at))
        } else if *count > BALLOTS_MAX {
            Some(Refusal::out_of_range(0, BALLOTS_MAX).under(CLAUSE).at(at))
        } else {
            None
        }
    });
    let nobody = ballots.values().all(|count| *count == 0);
    let nobody = nobody.then(|| Refusal::new(Code::Missing).under(CLAUSE).at("/ballots"));
    of_grades.chain(nobody).collect()
}

/// The grade is not one of the policy.
pub(super) fn not_a_grade(policy: &Policy) -> Refusal {
    let grades = &policy.review.grades;
    let zh: Vec<_> = grades.iter().map(|grade| grade.zh()).collect();
    let en: Vec<_> = grades.iter().map(|grade| grade.as_str()).collect();
    Refusal::new(Code::InvalidValue).under(CLAUSE).because(
        format!("现行规则的评议等次为：{}。", zh.join("、")),
        format!("The grades of the policy are: {}.", en.join(", ")),
    )
}

fn may_appraise(case: &Case<'_>, draft: &VoteDraft) -> Result<(), Refusal> {
    case.of_a_delegate()?;
    case.follows(case.review.frozen.iter().map(|freeze| freeze.claim))?;
    let freeze = case.frozen()?;
    let frozen_on = case.rules.town_date(freeze.claim.at);
    if draft.held_on < frozen_on {
        return Err(Refusal::new(Code::BeforePrevious).under(CLAUSE).at("/held_on").because(
            format!("指标于 {frozen_on} 冻结，测评须在此后进行。"),
            format!("The figures were frozen on {frozen_on}; the vote is held then or later."),
        ));
    }
    case.without_result()?;
    if case.appraisal.votes.iter().any(|votes| votes.by == draft.by) {
        return Err(Refusal::new(Code::AlreadyAppraised).at("/by"));
    }
    Ok(())
}
