//! Corrections of deeds: of what was promised, by whom, for when and for whom, and of how it ended (C-3.4).

use super::own_stream::{About, Correctable, Found};
use super::*;
use crate::boxed::boxed;
use crate::undertakings::ChangedOutcome;
use domain::deed::correcting as deeds;
use domain::deed::{Deed, DeedEvent};
use domain::ids::DeedId;

impl Casework {
    /// Corrects a value of an event of a deed, at once or as a proposal.
    #[boxed(?Send)]
    pub async fn correct_deed(&self, call: &CommandContext, id: DeedId, new: &NewCorrection) -> ChangedOutcome<Deed> {
        self.correcting_deed(call, id, About::new(new), &|found, tx| {
            deeds::correct(&record(found), &tx.rules, &new.wanted(tx.at))
        })
        .await
    }

    /// Approves or refuses the correction that waits for an event of a deed.
    #[boxed(?Send)]
    pub async fn decide_deed_correction(
        &self,
        call: &CommandContext,
        id: DeedId,
        decision: &CorrectionDecision,
    ) -> ChangedOutcome<Deed> {
        decision.check()?;
        let version = decision.event_version;
        self.correcting_deed(call, id, About::decision(decision), &|found, tx| {
            if decision.approved {
                deeds::approve(&record(found), &tx.rules, version, tx.at).map(DeedEvent::Corrected)
            } else {
                refuse(&found.state.corrections, &tx.rules, version, tx.at).map(DeedEvent::CorrectionRefused)
            }
        })
        .await
    }

    /// Decides one correction event of a deed, under the policy that it was pledged under, and records it.
    fn correcting_deed<'a>(
        &'a self,
        call: &'a CommandContext,
        id: DeedId,
        about: About<'a>,
        decide: &'a Decide<'a>,
    ) -> LocalBoxed<'a, ChangedOutcome<Deed>> {
        let of = Correctable {
            corrections: |deed: &Deed| &deed.corrections,
            rules: |reference, deed, now| reference.rules(deed.policy, now),
            decide,
        };
        Box::pin(async move { self.correcting(call, id, about, &of).await })
    }
}

/// What decides a correction of a deed.
type Decide<'d> = dyn Fn(&Found<'_, Deed>, &Transaction<'_>) -> Result<DeedEvent, Refusal> + 'd;

fn record<'a>(found: &Found<'a, Deed>) -> deeds::Record<'a> {
    deeds::Record { deed: found.state, target: found.target, people: people(found.reference), text: found.text }
}
