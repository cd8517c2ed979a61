//! Sessions moved and cancelled by hand (C-2).

use super::{Said, SessionOutcome, one};
use crate::boxed::boxed;
use crate::casework::Casework;
use crate::write::change::{OccurredAt, words};
use crate::write::context::CommandContext;
use domain::ids::SessionId;
use domain::session::{self, MoveDraft, SessionEvent};
use domain::vocabulary::SessionReason;

impl Casework {
    /// Moves a session to another day, other hours or another venue.
    #[boxed(?Send)]
    pub async fn move_session(
        &self,
        call: &CommandContext,
        id: SessionId,
        draft: &MoveDraft,
        reason: &str,
    ) -> SessionOutcome {
        let words = words([("reason", Some(reason))]);
        self.transact(call, async || {
            let reference = self.reference();
            let loaded = self.session_if_match(call, id, &[]).await?;
            let on = draft.held_on.unwrap_or(loaded.state.held.on);
            let others = self.sessions_around(&reference, loaded.state.grid_id, on, on).await?;
            let mut tx = self.session_transaction(call, &reference, &loaded.state, Some(draft.at))?;
            let moved = session::move_session(&loaded.state, id, &tx.rules, &others.states(), draft)?;
            tx.count_through(&[loaded.state.held.on, moved.held_on]);
            if moved.held_on != loaded.state.held.on {
                others.rely_on(&mut tx);
            }
            self.record_on_session(tx, id, loaded, vec![SessionEvent::Moved(moved)], &words).await
        })
        .await
    }

    /// Cancels a session.
    #[boxed(?Send)]
    pub async fn cancel_session(
        &self,
        call: &CommandContext,
        id: SessionId,
        reason_code: SessionReason,
        reason: &str,
        at: OccurredAt,
    ) -> SessionOutcome {
        let said = Said::from(words([("reason", Some(reason))]));
        self.change_session(call, id, at, said, &|session, tx| {
            one(session::cancel(session, &tx.rules, reason_code, tx.at).map(SessionEvent::Cancelled))
        })
        .await
    }
}
