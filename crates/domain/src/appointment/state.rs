//! An appointment as its events leave it.

use super::events::AppointmentEvent;
use crate::claims::Claim;
use crate::ids::{AreaId, DelegateId, ReceptionId};
use crate::policy::ClockTime;
use crate::reception::Visitor;
use crate::vocabulary::{AppointmentState, CancelledBy, WordChannel};
use crate::{Fold, Stamp};
use chrono::{DateTime, NaiveDate};

/// What was agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Who will come.
    pub delegate_id: DelegateId,
    /// On which day.
    pub on: NaiveDate,
    /// From this time of day.
    pub from: ClockTime,
    /// When that was agreed.
    pub claim: Claim,
}

/// An appointment: the fold of the stream `appointment/<uuid>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// Version of the stream; 0 while nothing is recorded.
    pub version: u64,
    /// Position of its newest event.
    pub position: u64,
    /// Position of the policy that it was requested under.
    pub policy: Option<u64>,
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    pub unit_id: Option<AreaId>,
    /// The delegate who is asked for, where that is one in particular.
    pub delegate_id: Option<DelegateId>,
    /// Who asks.
    pub visitor: Visitor,
    /// State.
    pub state: AppointmentState,
    /// When it was asked for.
    pub requested: Claim,
    /// How and when the visitor was spoken to, in the order recorded.
    pub contacts: Vec<(WordChannel, Claim)>,
    /// What was agreed, in the order recorded; the last holds.
    pub agreements: Vec<Agreement>,
    /// By whom and when it was called off.
    pub cancelled: Option<(CancelledBy, Claim)>,
    /// The reception that kept it, and when that was held.
    pub kept: Option<(ReceptionId, Claim)>,
}

impl Default for Appointment {
    fn default() -> Self {
        // Placeholders of an unwritten stream; `appointment.requested` replaces them.
        let never = DateTime::UNIX_EPOCH;
        Self {
            version: 0,
            position: 0,
            policy: None,
            grid_id: AreaId::default(),
            unit_id: None,
            delegate_id: None,
            visitor: Visitor::Anonymous { anonymous: true },
            state: AppointmentState::Requested,
            requested: Claim { at: never, recorded_at: never, position: 0, version: 0 },
            contacts: Vec::new(),
            agreements: Vec::new(),
            cancelled: None,
            kept: None,
        }
    }
}

impl Appointment {
    /// Whether anything is recorded of it.
    pub const fn exists(&self) -> bool {
        self.version > 0
    }

    /// What is agreed now.
    pub fn agreed(&self) -> Option<&Agreement> {
        self.agreements.last()
    }
}

impl Fold for Appointment {
    type Event = AppointmentEvent;

    fn apply(&mut self, event: &AppointmentEvent, at: &Stamp) {
        let claim = Claim::from(at);
        match event {
            AppointmentEvent::Requested(requested) => {
                self.policy = at.policy;
                self.grid_id = requested.grid_id;
                self.unit_id = requested.unit_id;
                self.delegate_id = requested.delegate_id;
                self.visitor = requested.visitor.clone();
                self.state = AppointmentState::Requested;
                self.requested = claim;
            }
            AppointmentEvent::Contacted(contacted) => self.contacts.push((contacted.channel, claim)),
            AppointmentEvent::Scheduled(scheduled) => {
                self.state = AppointmentState::Scheduled;
                self.agreements.push(Agreement {
                    delegate_id: scheduled.delegate_id,
                    on: scheduled.scheduled_on,
                    from: scheduled.from,
                    claim,
                });
            }
            AppointmentEvent::Cancelled(cancelled) => {
                self.state = AppointmentState::Cancelled;
                self.cancelled = Some((cancelled.by, claim));
            }
            AppointmentEvent::Kept(kept) => {
                self.state = AppointmentState::Kept;
                self.kept = Some((kept.reception_id, claim));
            }
        }
        self.version = at.version;
        self.position = at.position;
    }
}
