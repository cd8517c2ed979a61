//! What is known of a reception: the fold of its stream.

use super::{ReceivingDelegate, ReceptionEvent, Visitor};
use crate::calendar::Calendars;
use crate::ids::{AreaId, IssueId};
use crate::policy::Policy;
use crate::vocabulary::ReceptionForm;
use crate::{Fold, Stamp};
use chrono::{DateTime, Utc};

/// A reception as recorded. `version` 0 means that nothing of it is recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Reception {
    /// Version of its stream.
    pub version: u64,
    /// Position of its newest event.
    pub position: u64,
    /// When it was held.
    pub held_at: DateTime<Utc>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Position of the policy version it was recorded under.
    pub policy: Option<u64>,
    /// Its form.
    pub form: ReceptionForm,
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    pub unit_id: Option<AreaId>,
    /// Who received.
    pub delegates: Vec<ReceivingDelegate>,
    /// Who came.
    pub visitors: Vec<Visitor>,
    /// The issues raised, in order.
    pub issue_ids: Vec<IssueId>,
}

impl Default for Reception {
    fn default() -> Self {
        // Placeholders of an unwritten stream; `reception.recorded` replaces them.
        Self {
            version: 0,
            position: 0,
            held_at: DateTime::default(),
            recorded_at: DateTime::default(),
            policy: None,
            form: ReceptionForm::WalkIn,
            grid_id: AreaId::default(),
            unit_id: None,
            delegates: Vec::new(),
            visitors: Vec::new(),
            issue_ids: Vec::new(),
        }
    }
}

impl Reception {
    /// Whether anything is recorded of it.
    pub const fn exists(&self) -> bool {
        self.version > 0
    }

    /// Whether it was recorded later than the policy allows after it was held (T1).
    pub fn recorded_late(&self, policy: &Policy, calendars: &Calendars) -> bool {
        let held_on = policy.town_date(self.held_at);
        policy.town_date(self.recorded_at) > calendars.after(held_on, policy.record.registration_working_days).on
    }
}

impl Fold for Reception {
    type Event = ReceptionEvent;

    fn apply(&mut self, event: &ReceptionEvent, at: &Stamp) {
        match event {
            ReceptionEvent::Recorded(recorded) => {
                self.held_at = at.occurred_at;
                self.recorded_at = at.recorded_at;
                self.policy = at.policy;
                self.form = recorded.form;
                self.grid_id = recorded.grid_id;
                self.unit_id = recorded.unit_id;
                self.delegates.clone_from(&recorded.delegates);
                self.visitors.clone_from(&recorded.visitors);
                self.issue_ids.clone_from(&recorded.issue_ids);
            }
            ReceptionEvent::CorrectionProposed(_)
            | ReceptionEvent::CorrectionRefused(_)
            | ReceptionEvent::Corrected(_) => {}
        }
        self.version = at.version;
        self.position = at.position;
    }
}
