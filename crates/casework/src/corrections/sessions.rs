//! Corrections of sessions: of times, of who came, of the number of visitors, of texts.

use super::*;
use crate::sessions::SessionOutcome;
use crate::write::plan::Envelope;
use domain::ids::SessionId;
use domain::session::correcting as sessions;
use domain::session::{Session, SessionEvent};

/// What decides a correction of a session, with the words for it.
type Decide<'d> = dyn Fn(&sessions::Record<'_>, &Transaction<'_>) -> Result<(SessionEvent, Words), Refusal> + 'd;

impl Casework {
    /// Corrects a value of an event of a session, at once or as a proposal.
    pub async fn correct_session(&self, call: &CommandContext, id: SessionId, new: &NewCorrection) -> SessionOutcome {
        self.correcting_session(call, id, new.event_version, Some(&new.pointer), new.at, &|record, tx| {
            let event = sessions::correct(record, &tx.rules, &new.wanted(tx.at))?;
            Ok((event, said(&new.pointer, &new.reason, &new.value)))
        })
        .await
    }

    /// Approves or refuses the correction that waits for an event of a session.
    pub async fn decide_session_correction(
        &self,
        call: &CommandContext,
        id: SessionId,
        decision: &CorrectionDecision,
    ) -> SessionOutcome {
        decision.check()?;
        let version = decision.event_version;
        self.correcting_session(call, id, version, None, decision.at, &|record, tx| {
            // No text of a session needs approval, so there is none to be carried over.
            let event = if decision.approved {
                SessionEvent::Corrected(sessions::approve(record, &tx.rules, version, tx.at)?)
            } else {
                SessionEvent::CorrectionRefused(sessions::refuse(record.session, &tx.rules, version, tx.at)?)
            };
            Ok((event, words([("reason", decision.reason.as_deref())])))
        })
        .await
    }

    /// Decides one correction event of a session, under the policy in force on its day, and records it.
    fn correcting_session<'a>(
        &'a self,
        call: &'a CommandContext,
        id: SessionId,
        event_version: u64,
        pointer: Option<&'a str>,
        at: OccurredAt,
        decide: &'a Decide<'a>,
    ) -> LocalBoxed<'a, SessionOutcome> {
        Box::pin(async move {
            self.transact(call, async || {
                let reference = self.reference();
                let loaded = self.load_if_match::<Session>(call, id).await?;
                let session = &loaded.state;
                let history = self.events::<Session>(id, loaded.version).await?;
                let text = match pointer {
                    Some(pointer) => self.sealed(&loaded, &session.corrections, event_version, pointer).await?,
                    None => None,
                };
                let record = sessions::Record {
                    session,
                    target: history.iter().find(|(_, stamp)| stamp.version == event_version),
                    delegates: &reference.delegates,
                    text: text_now(text.as_ref()),
                };
                let rules = reference.rules_on(session.held.on, self.now())?;
                let mut tx = Transaction::new(self, call, &reference, rules, at);
                let (event, words) = decide(&record, &tx)?;
                if let Some(delegate) = value_of_session_event(&event).and_then(CorrectedValue::uuid) {
                    tx.rely_on_delegate(DelegateId(delegate));
                }
                tx.count_through(&session.counted_days(&rules, &event));
                let envelope = Envelope { policy: Some(rules.policy.position()), ..tx.envelope(session) };
                let mut staged = Staged::on(id, Arc::clone(&loaded), envelope);
                self.say(&mut staged, event, &words, text.as_ref()).await?;
                tx.record(staged).await
            })
            .await
        })
    }
}

fn value_of_session_event(event: &SessionEvent) -> Option<&CorrectedValue> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "only corrections are staged here")]
    match event {
        SessionEvent::Corrected(corrected) => corrected.value.as_ref(),
        SessionEvent::CorrectionProposed(proposed) => proposed.value.as_ref(),
        _ => None,
    }
}
