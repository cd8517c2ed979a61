//! The freeze: the figures of everybody as of one position of the log, digest by digest, in one append (C-5.2). What is
//! recorded or corrected later changes none of them; it is said beside them.

use super::opening::{at_the_time, days, from_day_on};
use super::{AnnualReview, CLAUSE, ReviewFrozen};
use crate::appraisal::{Appraisee, IndicatorsFrozen};
use crate::ids::AppraisalId;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use chrono::{DateTime, NaiveDate, Utc};

/// Delegates and grids that one freeze may be about. A bound on what is computed and appended at once, not a rule of the
/// service.
pub const SUBJECTS_MAX: usize = 1_000;

/// The leaf up to which the figures are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreezeAt {
    /// Its position.
    pub position: u64,
    /// The town's day on which it was recorded; nothing where the log does not hold it.
    pub recorded_on: Option<NaiveDate>,
    /// Whether it was asked for by name; else it is the newest.
    pub asked_for: bool,
    /// Position of the newest leaf.
    pub head: u64,
}

/// What was computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreezeDraft {
    /// Root of the tree over the leaves (base64).
    pub root: String,
    /// Formulas and shape.
    pub rules: String,
    /// Position of the policy in force on the last day of the year.
    pub policy_position: u64,
    /// Everybody with the SHA-256 (hex) of their figures as they are served.
    pub digests: Vec<(Appraisee, String)>,
}

/// What a freeze records: one event of the review, and one of each appraisal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freezing {
    /// Of the review.
    pub review: ReviewFrozen,
    /// Of the appraisals.
    pub appraisals: Vec<(AppraisalId, Appraisee, IndicatorsFrozen)>,
}

/// Whether the figures of a year may be frozen: asked before they are computed, and again when they are recorded.
///
/// Errors: [`Code::OutOfRange`] at `/position` for a leaf that is not there, or was recorded before the year was over; a
/// time in the future or before the opening; [`Code::NotOpened`], [`Code::AlreadyFrozen`]; [`Code::TooEarly`] before
/// `review.freeze_on` of the next year.
pub fn may_freeze(
    review: &AnnualReview,
    year: i32,
    rules: &Rules<'_>,
    of: &FreezeAt,
    at: DateTime<Utc>,
) -> Result<(), Refusal> {
    leaf_fits(year, of)?;
    let not_before = review.opened.map_or(DateTime::<Utc>::MIN_UTC, |opened| opened.at);
    rules.claimed(at, not_before, Code::BeforePrevious).map_err(at_the_time)?;
    if review.opened.is_none() {
        return Err(not_opened(year));
    }
    if review.frozen.is_some() {
        return Err(Refusal::new(Code::AlreadyFrozen));
    }
    from_day_on(rules, at, year.checked_add(1).and_then(|next| rules.policy.review.freeze_on.in_year(next)))?;
    whole_year(year, of)
}

/// A leaf that was asked for by name is one of the next year, whatever the review is like.
///
/// Errors: [`Code::OutOfRange`] at `/position`.
pub fn leaf_fits(year: i32, of: &FreezeAt) -> Result<(), Refusal> {
    if of.asked_for { whole_year(year, of) } else { Ok(()) }
}

/// Freezes the figures of a year.
///
/// Errors: those of [`may_freeze`]; [`Code::TooMany`] beyond [`SUBJECTS_MAX`].
pub fn freeze(
    review: &AnnualReview,
    year: i32,
    rules: &Rules<'_>,
    of: &FreezeAt,
    draft: &FreezeDraft,
    at: DateTime<Utc>,
) -> Result<Freezing, Refusal> {
    may_freeze(review, year, rules, of, at)?;
    let FreezeDraft { root, rules: formulas, policy_position, digests } = draft;
    let subjects = u32::try_from(digests.len()).ok().filter(|_| digests.len() <= SUBJECTS_MAX);
    let subjects = subjects.ok_or_else(|| {
        Refusal::new(Code::TooMany).under(CLAUSE).because(
            format!("代表和网格合计 {} 个，一次最多冻结 {SUBJECTS_MAX} 个。", digests.len()),
            format!("There are {} delegates and grids; at most {SUBJECTS_MAX} are frozen at once.", digests.len()),
        )
    })?;
    let review = ReviewFrozen {
        position: of.position,
        root: root.clone(),
        rules: formulas.clone(),
        policy_position: *policy_position,
        subjects,
    };
    let appraisals = digests.iter().map(|(whose, digest)| {
        let frozen = IndicatorsFrozen::of(year, *whose, of.position, digest.clone());
        (whose.appraisal(year), *whose, frozen)
    });
    Ok(Freezing { review, appraisals: appraisals.collect() })
}

/// The review of a year was not opened.
pub(crate) fn not_opened(year: i32) -> Refusal {
    Refusal::new(Code::NotOpened).because(
        format!("{year} 年度述职评议尚未启动。"),
        format!("The review of {year} is not open yet; open it first."),
    )
}

/// Figures of a whole year are made from leaves up to one of the next year. They end on the day on which that was recorded
/// ([`crate::review::Period`]), and as of the same position they are the same for ever: as of a leaf of the year itself they
/// would stay those of a part of it.
fn whole_year(year: i32, of: &FreezeAt) -> Result<(), Refusal> {
    let (_, last) = days(year)?;
    let refused =
        |zh: String, en: String| Err(Refusal::new(Code::OutOfRange).under(CLAUSE).at("/position").because(zh, en));
    match of.recorded_on {
        Some(on) if on > last => Ok(()),
        Some(on) if of.asked_for => refused(
            format!("该位置的记录写于 {on}；须为 {last} 之后写入的记录。"),
            format!("That leaf was recorded on {on}; it must be one recorded after {last}."),
        ),
        Some(on) => refused(
            format!(
                "最新的记录写于 {on}；整年的指标须由 {last} 之后写入的记录推算。请先记录新一年的任意一项，如安排场次（POST \
                 /v1/session-plans）或提交述职报告，再冻结。"
            ),
            format!(
                "The newest leaf was recorded on {on}; figures of the whole year are made from leaves up to one recorded \
                 after {last}. Record something of the new year first, such as the plan of its sessions (POST \
                 /v1/session-plans) or a delegate's report, then freeze."
            ),
        ),
        None => {
            let head = of.head;
            refused(format!("须在 1 至 {head} 之间。"), format!("Must be between 1 and {head}."))
        }
    }
}
