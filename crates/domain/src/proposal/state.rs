//! A proposal as its events made it.

use super::ProposalEvent;
use crate::access::Action;
use crate::ids::AccountId;
use crate::vocabulary::ProposalState;
use crate::{Fold, Stamp};
use chrono::{DateTime, TimeDelta, Utc};

/// Days for which a proposal can be decided on.
pub const PENDING_DAYS: i64 = 14;

/// Something that one person proposed and another decides on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    /// What is to be done; `None` before it was made, or where this version knows no such action.
    pub action: Option<Action>,
    /// The stream that it would change, where there is one already.
    pub target: Option<String>,
    /// Who proposed it.
    pub by: Option<AccountId>,
    /// When.
    pub made_at: Option<DateTime<Utc>>,
    /// How it stands, but for the time: what is still pending then may have expired.
    pub state: Option<ProposalState>,
    /// Who decided, or took it back.
    pub decided_by: Option<AccountId>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
}

impl Proposal {
    /// Until when it can be decided on.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.made_at.map(|at| at + TimeDelta::days(PENDING_DAYS))
    }

    /// How it stands at an instant.
    pub fn state_at(&self, now: DateTime<Utc>) -> Option<ProposalState> {
        let over = self.expires_at().is_some_and(|at| at <= now);
        if self.state == Some(ProposalState::Pending) && over { Some(ProposalState::Expired) } else { self.state }
    }
}

impl Fold for Proposal {
    type Event = ProposalEvent;

    fn apply(&mut self, event: &ProposalEvent, at: &Stamp) {
        let decided = |proposal: &mut Self, state: ProposalState| {
            proposal.state = Some(state);
            proposal.decided_by = at.account;
            proposal.decided_at = Some(at.recorded_at);
        };
        match event {
            ProposalEvent::Made(made) => {
                self.action = Action::parse(&made.action);
                self.target = made.target.clone();
                self.by = at.account;
                self.made_at = Some(at.recorded_at);
                self.state = Some(ProposalState::Pending);
            }
            ProposalEvent::Approved(_) => decided(self, ProposalState::Approved),
            ProposalEvent::Refused(_) => decided(self, ProposalState::Refused),
            ProposalEvent::Retracted(_) => decided(self, ProposalState::Retracted),
            // Nobody decided, and it was over before that was recorded.
            ProposalEvent::Expired(_) => self.state = Some(ProposalState::Expired),
        }
    }
}
