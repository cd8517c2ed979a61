//! What is recorded of an obligation: the fold of its stream. How it stands follows from the thing that it is about, not
//! from here; only an accepted explanation excuses.

use super::events::{Breached, ObligationEvent, TierReached};
use crate::claims::Claim;
use crate::ids::AccountId;
use crate::issue::Issue;
use crate::vocabulary::{Breach, ExplanationState, ObligationCode, Tier};
use crate::{Fold, Stamp};
use chrono::{DateTime, Utc};

/// What the clock found of an obligation, and what was said of it. `version` 0 means that nothing of it is recorded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ObligationRecord {
    /// Version of its stream.
    pub version: u64,
    /// Position of its newest event.
    pub position: u64,
    /// Breaches, in the order found.
    pub breaches: Vec<(Breached, Claim)>,
    /// Tiers reached, in order.
    pub tiers: Vec<(TierReached, Claim)>,
    /// Explanations, in order; at most the last one waits.
    pub explanations: Vec<Explanation>,
}

/// What somebody said of a breach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// When.
    pub claim: Claim,
    /// The account that said it; nothing where none did.
    pub by: Option<AccountId>,
    /// Whether it was accepted, and when that was decided.
    pub decided: Option<(bool, Claim)>,
}

impl ObligationRecord {
    /// Whether a breach of this name was found.
    pub fn is_breached(&self, what: Breach) -> bool {
        self.breaches.iter().any(|(breached, _)| breached.what == what)
    }

    /// Whether a tier was reached.
    pub fn has_reached(&self, tier: Tier) -> bool {
        self.tiers.iter().any(|(reached, _)| reached.tier == tier)
    }

    /// Who gave the explanation that waits: another person decides on it (S2).
    pub fn explained_by(&self) -> Option<AccountId> {
        self.explanations.last().filter(|last| last.decided.is_none())?.by
    }

    /// Where the newest explanation stands.
    pub fn explanation(&self) -> ExplanationState {
        match self.explanations.last() {
            None => ExplanationState::None,
            Some(Explanation { decided: None, .. }) => ExplanationState::Pending,
            Some(Explanation { decided: Some((true, _)), .. }) => ExplanationState::Accepted,
            Some(Explanation { decided: Some((false, _)), .. }) => ExplanationState::Refused,
        }
    }
}

/// Whether a tier that was reached at an instant puts an issue under supervision: that of its answer (O-7) or of a word (O-8)
/// of the present cycle.
pub fn supervises(issue: &Issue, reached: &TierReached, at: DateTime<Utc>) -> bool {
    let supervision = match reached.tier {
        Tier::Supervision | Tier::Circular => true,
        Tier::Advance | Tier::Reminder => false,
    };
    let of_answer = reached.code == ObligationCode::O7 && reached.period == Some(issue.cycle.to_string());
    let of_word = reached.code == ObligationCode::O8 && issue.cycle_began_at <= at;
    supervision && (of_answer || of_word)
}

impl Fold for ObligationRecord {
    type Event = ObligationEvent;

    fn apply(&mut self, event: &ObligationEvent, at: &Stamp) {
        let claim = Claim::from(at);
        match event {
            ObligationEvent::Breached(breached) => self.breaches.push((breached.clone(), claim)),
            ObligationEvent::TierReached(reached) => self.tiers.push((reached.clone(), claim)),
            ObligationEvent::Explained(_) => {
                self.explanations.push(Explanation { claim, by: at.account, decided: None });
            }
            ObligationEvent::ExplanationDecided(decided) => {
                if let Some(last) = self.explanations.last_mut() {
                    last.decided = Some((decided.accepted, claim));
                }
            }
        }
        self.version = at.version;
        self.position = at.position;
    }
}
