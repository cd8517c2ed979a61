//! What stands beside a frozen figure: by how much its numbers would be more or less, as was found afterwards (C-5.2). The figure
//! itself is never touched.

use super::case::Case;
use super::disputing::of_delegates;
use super::events::Adjusted;
use crate::annual_review::CLAUSE;
use crate::ids::DisputeId;
use crate::refusal::{Code, Refusal};
use crate::review::Measure;
use crate::vocabulary::{DisputeState, Indicator};

/// Most that one adjustment may change a number by; beyond it is a slip of the keyboard.
pub const DELTA_MAX: i64 = 1_000_000;

/// The two numbers of a frozen figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Base {
    /// How many; of a rank, working days.
    pub n: u64,
    /// Of how many.
    pub of: u64,
    /// Whether it is a share, whose n is never more than its of.
    pub share: bool,
}

impl Base {
    /// Those of a figure; nothing of nothing where it was not available.
    pub fn of(measure: &Measure) -> Self {
        match measure {
            Measure::Unavailable => Self { n: 0, of: 0, share: true },
            Measure::Share(ratio) | Measure::Targeted(ratio, _) | Measure::Used { share: ratio, .. } => {
                Self { n: ratio.n, of: ratio.of, share: true }
            }
            Measure::WorkingDays { n, of, delegate: _, unit: _, suspended: _ } => {
                Self { n: u64::from(*n), of: *of, share: false }
            }
            Measure::Satisfied(said) => Self { n: said.content.n, of: said.content.of, share: true },
        }
    }
}

/// Says by how much a frozen figure would be different: `n` and `of` are differences, and may be 0 where what was upheld does not
/// change them. `base` is the frozen figure.
///
/// Errors: [`Code::OutOfRange`] at `/n`, `/of` beyond [`DELTA_MAX`] or where the sum of the figure and all its adjustments
/// would be no figure; [`Code::InvalidValue`] at `/indicator`, [`Code::UnknownId`] at `/dispute_id`;
/// [`Code::DelegateWithoutMandate`], [`Code::TooMany`]; a time in the future or before the freeze or the decision on the
/// dispute; [`Code::NotOpened`], [`Code::NotFrozen`], [`Code::WrongState`] after the result, or for a dispute that was not
/// upheld.
pub fn adjust(
    case: &Case<'_>,
    indicator: Indicator,
    (n, of): (i64, i64),
    dispute_id: Option<DisputeId>,
    base: Base,
) -> Result<Adjusted, Refusal> {
    of_delegates(indicator)?;
    for (delta, at) in [(n, "/n"), (of, "/of")] {
        if !(-DELTA_MAX..=DELTA_MAX).contains(&delta) {
            return Err(Refusal::out_of_range(-DELTA_MAX, DELTA_MAX).under(CLAUSE).at(at));
        }
    }
    let dispute = match dispute_id {
        None => None,
        Some(id) => {
            let unknown = || Refusal::new(Code::UnknownId).under(CLAUSE).at("/dispute_id");
            Some(case.appraisal.dispute(id).ok_or_else(unknown)?)
        }
    };
    case.of_a_delegate()?;
    let decided = dispute.and_then(|dispute| dispute.decided).map(|(_, decided)| decided);
    case.follows(case.review.frozen.iter().map(|freeze| freeze.claim).chain(decided))?;
    case.frozen()?;
    case.without_result()?;
    if let Some(dispute) = dispute {
        upheld(dispute.state())?;
    }
    sum_fits(case, indicator, (n, of), base)?;
    Ok(Adjusted { year: case.year, delegate_id: case.delegate_id, indicator, n, of, dispute_id })
}

fn upheld(state: DisputeState) -> Result<(), Refusal> {
    let refuse =
        |zh: &str, en: &str| Err(Refusal::new(Code::WrongState).under(CLAUSE).at("/dispute_id").because(zh, en));
    match state {
        DisputeState::Upheld => Ok(()),
        DisputeState::Pending => {
            refuse("该异议尚未认定，请先作出认定。", "The dispute is not decided yet; decide it first.")
        }
        DisputeState::Dismissed => {
            refuse("该异议不成立，不据此调整。", "The dispute was not upheld; nothing follows from it.")
        }
    }
}

fn sum_fits(case: &Case<'_>, indicator: Indicator, (n, of): (i64, i64), base: Base) -> Result<(), Refusal> {
    let (before_n, before_of) = case.appraisal.adjusted(indicator);
    let sum = |frozen: u64, before: i64, delta: i64| i128::from(frozen) + i128::from(before) + i128::from(delta);
    let (sum_n, sum_of) = (sum(base.n, before_n, n), sum(base.of, before_of, of));
    let fits = 0 <= sum_n && 0 <= sum_of && (!base.share || sum_n <= sum_of);
    if fits {
        return Ok(());
    }
    let Base { n: frozen_n, of: frozen_of, share } = base;
    let at = if sum_of < 0 { "/of" } else { "/n" };
    let (zh, en) = if share {
        ("分子不得为负，且不得大于分母", "0 ≤ n ≤ of")
    } else {
        ("两数均不得为负", "0 ≤ n, 0 ≤ of")
    };
    Err(Refusal::new(Code::OutOfRange).under(CLAUSE).at(at).because(
        format!("冻结的指标为 {frozen_n}/{frozen_of}，连同全部调整为 {sum_n}/{sum_of}；{zh}。"),
        format!(
            "The frozen figure is {frozen_n} of {frozen_of}, with all adjustments {sum_n} of {sum_of}; it must hold that {en}."
        ),
    ))
}
