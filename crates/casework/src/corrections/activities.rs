//! Corrections of activities: of when they were held, who took part, who came, and of what followed (C-3.2, C-3.3, C-4.2,
//! C-4.3b).

use super::own_stream::{About, Correctable, Found};
use super::*;
use crate::boxed::boxed;
use crate::undertakings::ChangedOutcome;
use domain::activity::correcting as activities;
use domain::activity::{Activity, ActivityEvent};
use domain::ids::ActivityId;

impl Casework {
    /// Corrects a value of an event of an activity, at once or as a proposal.
    #[boxed(?Send)]
    pub async fn correct_activity(
        &self,
        call: &CommandContext,
        id: ActivityId,
        new: &NewCorrection,
    ) -> ChangedOutcome<Activity> {
        self.correcting_activity(call, id, About::new(new), &|found, tx| {
            activities::correct(&record(found), &tx.rules, &new.wanted(tx.at))
        })
        .await
    }

    /// Approves or refuses the correction that waits for an event of an activity.
    #[boxed(?Send)]
    pub async fn decide_activity_correction(
        &self,
        call: &CommandContext,
        id: ActivityId,
        decision: &CorrectionDecision,
    ) -> ChangedOutcome<Activity> {
        decision.check()?;
        let version = decision.event_version;
        self.correcting_activity(call, id, About::decision(decision), &|found, tx| {
            if decision.approved {
                activities::approve(&record(found), &tx.rules, version, tx.at).map(ActivityEvent::Corrected)
            } else {
                refuse(&found.state.corrections, &tx.rules, version, tx.at).map(ActivityEvent::CorrectionRefused)
            }
        })
        .await
    }

    /// Decides one correction event of an activity, under the policy that it was recorded under, and records it.
    fn correcting_activity<'a>(
        &'a self,
        call: &'a CommandContext,
        id: ActivityId,
        about: About<'a>,
        decide: &'a Decide<'a>,
    ) -> LocalBoxed<'a, ChangedOutcome<Activity>> {
        let of = Correctable {
            corrections: |activity: &Activity| &activity.corrections,
            rules: |reference, activity, now| reference.rules(activity.policy, now),
            decide,
        };
        Box::pin(async move { self.correcting(call, id, about, &of).await })
    }
}

/// What decides a correction of an activity.
type Decide<'d> = dyn Fn(&Found<'_, Activity>, &Transaction<'_>) -> Result<ActivityEvent, Refusal> + 'd;

fn record<'a>(found: &Found<'a, Activity>) -> activities::Record<'a> {
    activities::Record {
        activity: found.state,
        target: found.target,
        people: people(found.reference),
        text: found.text,
    }
}
