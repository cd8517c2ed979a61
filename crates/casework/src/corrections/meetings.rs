//! Corrections of meetings: of when they were called and held, of who attended, of why a major issue was put off (C-4.3a).

use super::own_stream::{About, Correctable, Found};
use super::*;
use crate::boxed::boxed;
use crate::undertakings::ChangedOutcome;
use domain::ids::MeetingId;
use domain::meeting::correcting as meetings;
use domain::meeting::{Meeting, MeetingEvent};

impl Casework {
    /// Corrects a value of an event of a meeting, at once or as a proposal.
    #[boxed(?Send)]
    pub async fn correct_meeting(
        &self,
        call: &CommandContext,
        id: MeetingId,
        new: &NewCorrection,
    ) -> ChangedOutcome<Meeting> {
        self.correcting_meeting(call, id, About::new(new), &|found, tx| {
            meetings::correct(&record(found), &tx.rules, &new.wanted(tx.at))
        })
        .await
    }

    /// Approves or refuses the correction that waits for an event of a meeting.
    #[boxed(?Send)]
    pub async fn decide_meeting_correction(
        &self,
        call: &CommandContext,
        id: MeetingId,
        decision: &CorrectionDecision,
    ) -> ChangedOutcome<Meeting> {
        decision.check()?;
        let version = decision.event_version;
        self.correcting_meeting(call, id, About::decision(decision), &|found, tx| {
            if decision.approved {
                meetings::approve(&record(found), &tx.rules, version, tx.at).map(MeetingEvent::Corrected)
            } else {
                refuse(&found.state.corrections, &tx.rules, version, tx.at).map(MeetingEvent::CorrectionRefused)
            }
        })
        .await
    }

    /// Decides one correction event of a meeting, under the policy that it was convened under, and records it.
    fn correcting_meeting<'a>(
        &'a self,
        call: &'a CommandContext,
        id: MeetingId,
        about: About<'a>,
        decide: &'a Decide<'a>,
    ) -> LocalBoxed<'a, ChangedOutcome<Meeting>> {
        let of = Correctable {
            corrections: |meeting: &Meeting| &meeting.corrections,
            rules: |reference, meeting, now| reference.rules(meeting.policy, now),
            decide,
        };
        Box::pin(async move { self.correcting(call, id, about, &of).await })
    }
}

/// What decides a correction of a meeting.
type Decide<'d> = dyn Fn(&Found<'_, Meeting>, &Transaction<'_>) -> Result<MeetingEvent, Refusal> + 'd;

fn record<'a>(found: &Found<'a, Meeting>) -> meetings::Record<'a> {
    meetings::Record { meeting: found.state, target: found.target, people: people(found.reference), text: found.text }
}
