//! Corrections of sessions: of times, of who came, of the number of visitors, of texts.

use super::own_stream::{About, Correctable, Found};
use super::*;
use crate::boxed::boxed;
use crate::sessions::SessionOutcome;
use domain::ids::SessionId;
use domain::session::correcting as sessions;
use domain::session::{Session, SessionEvent};

impl Casework {
    /// Corrects a value of an event of a session, at once or as a proposal.
    #[boxed(?Send)]
    pub async fn correct_session(&self, call: &CommandContext, id: SessionId, new: &NewCorrection) -> SessionOutcome {
        self.correcting_session(call, id, About::new(new), &|found, tx| {
            sessions::correct(&record(found), &tx.rules, &new.wanted(tx.at))
        })
        .await
    }

    /// Approves or refuses the correction that waits for an event of a session.
    #[boxed(?Send)]
    pub async fn decide_session_correction(
        &self,
        call: &CommandContext,
        id: SessionId,
        decision: &CorrectionDecision,
    ) -> SessionOutcome {
        decision.check()?;
        let version = decision.event_version;
        self.correcting_session(call, id, About::decision(decision), &|found, tx| {
            if decision.approved {
                sessions::approve(&record(found), &tx.rules, version, tx.at).map(SessionEvent::Corrected)
            } else {
                refuse(&found.state.corrections, &tx.rules, version, tx.at).map(SessionEvent::CorrectionRefused)
            }
        })
        .await
    }

    /// Decides one correction event of a session, under the policy in force on its day, and records it.
    fn correcting_session<'a>(
        &'a self,
        call: &'a CommandContext,
        id: SessionId,
        about: About<'a>,
        decide: &'a Decide<'a>,
    ) -> LocalBoxed<'a, SessionOutcome> {
        let of = Correctable {
            corrections: |session: &Session| &session.corrections,
            rules: |reference, session, now| reference.rules_on(session.held.on, now),
            decide,
        };
        Box::pin(async move { self.correcting(call, id, about, &of).await })
    }
}

/// What decides a correction of a session.
type Decide<'d> = dyn Fn(&Found<'_, Session>, &Transaction<'_>) -> Result<SessionEvent, Refusal> + 'd;

fn record<'a>(found: &Found<'a, Session>) -> sessions::Record<'a> {
    sessions::Record {
        session: found.state,
        target: found.target,
        delegates: &found.reference.delegates,
        text: found.text,
    }
}
