//! The corrections of one stream, as its fold remembers them.

use super::pointer::corrected;
use super::value::{CorrectedValue, CorrectionProposed, CorrectionRefused};
use crate::Stamp;
use crate::event_type::Stored;
use crate::ids::AccountId;
use crate::refusal::{Code, Refusal};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A correction in effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The account that proposed it. Of no weight to a read model.
    #[serde(skip)]
    pub by: Option<AccountId>,
}

/// Corrections that one stream is asked for. A bound on what a stream may grow to, not a rule of the service.
pub const CORRECTIONS_MAX: u32 = 200;

/// The corrections of one stream, as its fold remembers them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    pub fn applied<E: Stored + Clone>(&self, event: E, at: Stamp) -> (E, Stamp) {
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

    /// Takes a proposal into account.
    pub fn propose(&mut self, proposed: &CorrectionProposed, at: &Stamp) {
        self.asked = self.asked.saturating_add(1);
        self.pending.push(PendingCorrection {
            event_version: proposed.event_version,
            pointer: proposed.pointer.clone(),
            value: proposed.value.clone(),
            version: at.version,
            recorded_at: at.recorded_at,
            by: at.account,
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
