//! Corrections of the record (更正, T20): linked events that name what they correct. The original stays readable.
//!
//! The shapes here are shared by receptions and issues; which fields may be corrected is said beside each of them.

mod fields;
pub(crate) mod place;
mod value;

pub use fields::{Changes, Field, Kind, Known, field, possible};
pub use value::{CorrectedValue, CorrectionProposed, CorrectionRefused};

use crate::Stamp;
use crate::event::Event;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use chrono::{DateTime, Utc};
use serde_json::Value;

/// Where an event's own facts are.
const PUBLIC: &str = "/public";
/// The pointer to the claimed time of an event.
pub const OCCURRED_AT: &str = "/occurred_at";

/// A correction in effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Version of the event that it corrects.
    pub event_version: u64,
    /// What of it.
    pub pointer: String,
    /// The right value; absent where it is in the box of the correcting event.
    pub value: Option<CorrectedValue>,
    /// Version of the correcting event.
    pub version: u64,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// A correction that waits for a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingCorrection {
    /// Version of the event that it would correct.
    pub event_version: u64,
    /// What of it.
    pub pointer: String,
    /// The proposed value; absent where it is in the box of the proposal.
    pub value: Option<CorrectedValue>,
    /// Version of the proposal.
    pub version: u64,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

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
    let refusal = refusal.at("/value");
    if refusal.code == Code::InTheFuture {
        return refusal.because("不能晚于该事实被记录之时。", "It cannot be later than the moment of its recording.");
    }
    refusal
}

/// Corrections that one stream is asked for. A bound on what a stream may grow to, not a rule of the service.
pub const CORRECTIONS_MAX: u32 = 200;

/// The corrections of one stream, as its fold remembers them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corrections {
    made: Vec<Correction>,
    pending: Vec<PendingCorrection>,
    /// How often one was proposed, or made at once.
    asked: u32,
}

impl Corrections {
    /// Those in effect, oldest first. Of two that correct the same, the later holds.
    pub fn made(&self) -> &[Correction] {
        &self.made
    }

    /// Those that wait, oldest first; at most one of each event.
    pub fn pending(&self) -> &[PendingCorrection] {
        &self.pending
    }

    /// The one that waits for an event.
    pub fn pending_of(&self, event_version: u64) -> Option<&PendingCorrection> {
        self.pending.iter().find(|pending| pending.event_version == event_version)
    }

    /// What holds of one value of an event.
    pub fn of(&self, event_version: u64, pointer: &str) -> Option<&Correction> {
        self.made.iter().rev().find(|made| made.event_version == event_version && made.pointer == pointer)
    }

    /// Version of the event whose box holds the corrected text, as its member `value`; nothing where the text of the
    /// event itself still holds.
    pub fn corrected_box(&self, event_version: u64, pointer: &str) -> Option<u64> {
        self.of(event_version, pointer).map(|made| made.version)
    }

    /// An event of the stream and its envelope as all corrections in effect say they were.
    pub fn applied(&self, event: Event, at: Stamp) -> (Event, Stamp) {
        let of_it = self.made.iter().filter(|made| made.event_version == at.version);
        let values = of_it.filter_map(|made| Some((&made.pointer, made.value.as_ref()?)));
        values.fold((event, at), |(event, at), (pointer, value)| {
            corrected(&event, &at, pointer, value).unwrap_or((event, at))
        })
    }

    /// One more may be asked for.
    ///
    /// Errors: [`Code::IssueFull`].
    pub fn not_full(&self) -> Result<(), Refusal> {
        if self.asked < CORRECTIONS_MAX {
            return Ok(());
        }
        Err(Refusal::new(Code::IssueFull).because(
            format!("同一记录最多更正 {CORRECTIONS_MAX} 次。"),
            format!("One record is corrected at most {CORRECTIONS_MAX} times."),
        ))
    }

    /// An event that awaits no decision may be proposed to be corrected.
    ///
    /// Errors: [`Code::CorrectionPending`].
    pub fn none_pending(&self, event_version: u64) -> Result<(), Refusal> {
        match self.pending_of(event_version) {
            None => Ok(()),
            Some(_) => Err(Refusal::new(Code::CorrectionPending).at("/event_version")),
        }
    }

    /// The proposal that a decision is about.
    ///
    /// Errors: [`Code::NoCorrectionPending`]; a time in the future or before the proposal.
    pub fn to_decide(
        &self,
        rules: &Rules<'_>,
        event_version: u64,
        at: DateTime<Utc>,
    ) -> Result<&PendingCorrection, Refusal> {
        let pending = self.pending_of(event_version);
        let pending = pending.ok_or_else(|| Refusal::new(Code::NoCorrectionPending).at("/event_version"))?;
        claimed(rules, at, pending.recorded_at)?;
        Ok(pending)
    }

    /// Takes a proposal into account.
    pub fn propose(&mut self, proposed: &CorrectionProposed, at: &Stamp) {
        self.asked = self.asked.saturating_add(1);
        self.pending.push(PendingCorrection {
            event_version: proposed.event_version,
            pointer: proposed.pointer.clone(),
            value: proposed.value.clone(),
            version: at.version,
            recorded_at: at.recorded_at,
        });
    }

    /// Takes a refusal into account.
    pub fn refuse(&mut self, refused: &CorrectionRefused) {
        self.end(refused.event_version, &refused.pointer);
    }

    /// Takes a correction into account; it ends the proposal it came from.
    pub fn make(&mut self, event_version: u64, pointer: &str, value: Option<&CorrectedValue>, at: &Stamp) {
        if !self.end(event_version, pointer) {
            self.asked = self.asked.saturating_add(1);
        }
        self.made.push(Correction {
            event_version,
            pointer: pointer.to_owned(),
            value: value.cloned(),
            version: at.version,
            recorded_at: at.recorded_at,
        });
    }

    /// Ends the proposal of a value: whether there was one.
    fn end(&mut self, event_version: u64, pointer: &str) -> bool {
        let before = self.pending.len();
        self.pending.retain(|pending| pending.event_version != event_version || pending.pointer != pointer);
        self.pending.len() < before
    }
}

/// What an event and its envelope say at `pointer` (`/public/…` or `/occurred_at`); nothing where nothing is said.
pub fn said(event: &Event, at: &Stamp, pointer: &str) -> Option<CorrectedValue> {
    if pointer == OCCURRED_AT {
        return Some(CorrectedValue::Whole(at.occurred_at.timestamp_millis()));
    }
    match event.encode().ok()?.public.pointer(pointer.strip_prefix(PUBLIC)?)? {
        Value::Bool(flag) => Some(CorrectedValue::Flag(*flag)),
        Value::Number(number) => number.as_i64().map(CorrectedValue::Whole),
        Value::String(text) => Some(CorrectedValue::Text(text.clone())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// An event and its envelope as a correction says they were. Nothing where the pointer names no place in them, or the
/// value fits no such place.
pub fn corrected(event: &Event, at: &Stamp, pointer: &str, value: &CorrectedValue) -> Option<(Event, Stamp)> {
    if pointer == OCCURRED_AT {
        return Some((event.clone(), Stamp { occurred_at: value.instant()?, ..*at }));
    }
    let mut encoded = event.encode().ok()?;
    let (parent, member) = pointer.strip_prefix(PUBLIC)?.rsplit_once('/')?;
    // A value that may be left out is put where it was not.
    let Value::Object(parent) = encoded.public.pointer_mut(parent)? else { return None };
    let value = match value {
        CorrectedValue::Flag(flag) => Value::from(*flag),
        CorrectedValue::Whole(whole) => Value::from(*whole),
        CorrectedValue::Text(text) => Value::from(text.as_str()),
    };
    parent.insert(member.to_owned(), value);
    Some((Event::decode(&encoded.event_type, encoded.schema, encoded.public).ok()?, *at))
}
