//! Corrections of the record (更正, T20): linked events that name what they correct. The original stays readable.
//!
//! The shapes here are shared by receptions and issues; which fields may be corrected is said beside each of them.

mod course;
mod fields;
pub(crate) mod place;
mod pointer;
mod state;
mod value;

pub use course::refuse;
pub(crate) use course::{approved, ask, target, try_on};
pub use fields::{Changes, Field, Kind, Known, field, possible};
pub use pointer::{OCCURRED_AT, corrected, said};
pub use state::{CORRECTIONS_MAX, Correction, Corrections, PendingCorrection};
pub use value::{Corrected, CorrectedValue, CorrectionProposed, CorrectionRefused};

use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use chrono::{DateTime, Utc};

/// A correction as it comes in, but for the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Version of the event to correct.
    pub event_version: u64,
    /// What of it.
    pub pointer: String,
    /// The right value as it was sent: an instant is RFC 3339.
    pub value: CorrectedValue,
    /// When it is said to be corrected; not before the event was recorded.
    pub at: DateTime<Utc>,
}

/// What a sealed text says now, the newest correction included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextNow<'a> {
    /// The event holds no such text.
    Absent,
    /// The person was erased.
    Erased,
    /// This.
    Said(&'a str),
}

impl TextNow<'_> {
    /// A text that is there can be corrected to another one.
    ///
    /// Errors: [`Code::NothingToCorrect`], [`Code::PersonErased`].
    pub fn differs(self, value: &CorrectedValue) -> Result<(), Refusal> {
        match self {
            Self::Absent => Err(Refusal::new(Code::NothingToCorrect).at("/pointer")),
            Self::Erased => Err(Refusal::new(Code::PersonErased).at("/pointer")),
            Self::Said(text) if value.text() == Some(text) => Err(no_change()),
            Self::Said(_) => Ok(()),
        }
    }
}

/// A correction follows the recording of what it corrects, a decision that of the proposal.
///
/// Errors: [`Code::InTheFuture`], [`Code::BeforePrevious`].
pub(crate) fn claimed(rules: &Rules<'_>, at: DateTime<Utc>, recorded_at: DateTime<Utc>) -> Result<(), Refusal> {
    rules.claimed(at, recorded_at, Code::BeforePrevious).map_err(|refusal| refusal.at(OCCURRED_AT))
}

/// The proposal that a decision is about.
///
/// Errors: [`Code::NoCorrectionPending`]; a time in the future or before the proposal.
pub(crate) fn to_decide<'c>(
    corrections: &'c Corrections,
    rules: &Rules<'_>,
    event_version: u64,
    at: DateTime<Utc>,
) -> Result<&'c PendingCorrection, Refusal> {
    let pending = corrections.pending_of(event_version);
    let pending = pending.ok_or_else(|| Refusal::new(Code::NoCorrectionPending).at("/event_version"))?;
    claimed(rules, at, pending.recorded_at)?;
    Ok(pending)
}

/// The value is there already.
pub(crate) fn no_change() -> Refusal {
    Refusal::new(Code::NothingToCorrect)
        .at("/value")
        .because("与现有内容相同，没有变化。", "That is the value already; nothing would change.")
}

/// Later facts rest on the value.
pub(crate) fn contradicts(zh: impl Into<String>, en: impl Into<String>) -> Refusal {
    Refusal::new(Code::ContradictsLaterFact).at("/value").because(zh, en)
}

/// The refusal of the command that a corrected event would have been, told of the correction's value.
pub(crate) fn of_value(refusal: Refusal) -> Refusal {
    // It was held against the moment of its recording, not against now.
    if refusal.code == Code::InTheFuture { after_recording() } else { refusal.at("/value") }
}

/// A fact is recorded once it has happened: a corrected time of it lies between the same two moments.
pub(crate) fn after_recording() -> Refusal {
    Refusal::new(Code::OutOfRange).at("/value").because(
        "不能晚于该事实被记录之时；此后发生的，是另一事实，另行记录。",
        "It cannot be later than the moment of its recording; what happened after that is a fact of its own.",
    )
}
