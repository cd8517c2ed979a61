//! Who is to sit in sessions, and who stands in for whom (C-4.1).

use super::{SessionOutcome, unknown_delegates};
use crate::casework::Casework;
use crate::read::loaded::AsOf;
use crate::write::change::words;
use crate::write::context::CommandContext;
use domain::ids::SessionId;
use domain::session::{self, Duty, SessionEvent, SubstitutionDraft};

impl Casework {
    /// Lets somebody stand in for who has a duty.
    pub async fn substitute(
        &self,
        call: &CommandContext,
        id: SessionId,
        draft: &SubstitutionDraft,
        reason: Option<&str>,
    ) -> SessionOutcome {
        let words = words([("reason", reason)]);
        let named = [(draft.delegate_id, "/delegate_id"), (draft.substitute_id, "/substitute_id")];
        let faults = unknown_delegates(&self.reference(), named);
        self.transact(call, async || {
            let reference = self.reference();
            let loaded = self.session_if_match(call, id, &faults).await?;
            let seen = self.leaves_of([draft.substitute_id], AsOf::Now).await?;
            let mut tx = self.session_transaction(call, &reference, &loaded.state, Some(draft.at))?;
            let duty = Duty { delegates: &reference.delegates, leaves: &seen.leaves };
            let substituted = session::substitute(&loaded.state, &duty, &tx.rules, draft)?;
            tx.rely_on_delegate(draft.substitute_id);
            seen.rely_on(&mut tx);
            self.record_on_session(tx, id, loaded, vec![SessionEvent::DutySubstituted(substituted)], &words).await
        })
        .await
    }
}
