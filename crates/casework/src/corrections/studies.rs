//! Corrections of studies and inspections: of when they were made, led by whom, finished, filed and used (C-3.5).

use super::own_stream::{About, Correctable, Found};
use super::*;
use crate::boxed::boxed;
use crate::undertakings::ChangedOutcome;
use domain::ids::StudyId;
use domain::study::correcting as studies;
use domain::study::{Study, StudyEvent};

impl Casework {
    /// Corrects a value of an event of a study, at once or as a proposal.
    #[boxed(?Send)]
    pub async fn correct_study(
        &self,
        call: &CommandContext,
        id: StudyId,
        new: &NewCorrection,
    ) -> ChangedOutcome<Study> {
        self.correcting_study(call, id, About::new(new), &|found, tx| {
            studies::correct(&record(found), &tx.rules, &new.wanted(tx.at))
        })
        .await
    }

    /// Approves or refuses the correction that waits for an event of a study.
    #[boxed(?Send)]
    pub async fn decide_study_correction(
        &self,
        call: &CommandContext,
        id: StudyId,
        decision: &CorrectionDecision,
    ) -> ChangedOutcome<Study> {
        decision.check()?;
        let version = decision.event_version;
        self.correcting_study(call, id, About::decision(decision), &|found, tx| {
            if decision.approved {
                studies::approve(&record(found), &tx.rules, version, tx.at).map(StudyEvent::Corrected)
            } else {
                refuse(&found.state.corrections, &tx.rules, version, tx.at).map(StudyEvent::CorrectionRefused)
            }
        })
        .await
    }

    /// Decides one correction event of a study, under the policy that it was begun under, and records it.
    fn correcting_study<'a>(
        &'a self,
        call: &'a CommandContext,
        id: StudyId,
        about: About<'a>,
        decide: &'a Decide<'a>,
    ) -> LocalBoxed<'a, ChangedOutcome<Study>> {
        let of = Correctable {
            corrections: |study: &Study| &study.corrections,
            rules: |reference, study, now| reference.rules(study.policy, now),
            decide,
        };
        Box::pin(async move { self.correcting(call, id, about, &of).await })
    }
}

/// What decides a correction of a study.
type Decide<'d> = dyn Fn(&Found<'_, Study>, &Transaction<'_>) -> Result<StudyEvent, Refusal> + 'd;

fn record<'a>(found: &Found<'a, Study>) -> studies::Record<'a> {
    studies::Record { study: found.state, target: found.target, people: people(found.reference), text: found.text }
}
