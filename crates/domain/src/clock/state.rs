//! What is recorded of an obligation: the fold of its stream. How it stands follows from the thing that it is about, not
//! from here; only an accepted explanation excuses.

use super::events::{Breached, ObligationEvent, TierReached};
use crate::claims::Claim;
use crate::vocabulary::{Breach, ExplanationState, Tier};
use crate::{Fold, Stamp};

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

impl Fold for ObligationRecord {
    type Event = ObligationEvent;

    fn apply(&mut self, event: &ObligationEvent, at: &Stamp) {
        let claim = Claim::from(at);
        match event {
            ObligationEvent::Breached(breached) => self.breaches.push((breached.clone(), claim)),
            ObligationEvent::TierReached(reached) => self.tiers.push((reached.clone(), claim)),
            ObligationEvent::Explained(_) => self.explanations.push(Explanation { claim, decided: None }),
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
