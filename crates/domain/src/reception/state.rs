//! What is known of a reception: the fold of its stream.

use super::{Occasion, Place, ReceivingDelegate, ReceptionEvent, Visitor};
use crate::calendar::Calendars;
use crate::correction::place::put;
use crate::correction::{Corrected, Corrections};
use crate::ids::{AreaId, DelegateId, IssueId, SessionId};
use crate::policy::Policy;
use crate::vocabulary::{DelegateType, ReceptionForm};
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
    /// What it belongs to: a session, an appointment that it kept, or what people were heard at.
    pub occasion: Option<Occasion>,
    /// What was corrected of it, and what waits to be (T20).
    pub corrections: Corrections,
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
            occasion: None,
            corrections: Corrections::default(),
        }
    }
}

impl Reception {
    /// Whether anything is recorded of it.
    pub const fn exists(&self) -> bool {
        self.version > 0
    }

    /// The session in which it was held.
    pub const fn session_id(&self) -> Option<SessionId> {
        if let Some(Occasion::Session(id)) = self.occasion { Some(id) } else { None }
    }

    /// Version of the event whose box holds the newest correction of a personal part, as its member `value`; nothing
    /// where the part itself still holds. The name in the first box is `(1, "/personal/0/name")`.
    pub fn corrected_box(&self, event_version: u64, pointer: &str) -> Option<u64> {
        self.corrections.corrected_box(event_version, pointer)
    }

    /// The right value in place of the recorded one.
    fn correct(&mut self, corrected: &Corrected, at: &Stamp) {
        let Corrected { event_version, pointer, value, .. } = corrected;
        self.corrections.make(*event_version, pointer, value.as_ref(), at);
        let (1, Some(place), Some(value)) = (*event_version, Place::of(pointer), value) else { return };
        match place {
            Place::OccurredAt => put(Some(&mut self.held_at), value.instant()),
            Place::Form => put(Some(&mut self.form), value.text().and_then(ReceptionForm::parse)),
            Place::UnitId => put(Some(&mut self.unit_id), value.uuid().map(|id| Some(AreaId(id)))),
            Place::DelegateId => {
                put(self.seat(pointer).map(|sat| &mut sat.delegate_id), value.uuid().map(DelegateId));
            }
            Place::DelegateType => {
                let delegate_type = value.text().and_then(DelegateType::parse);
                put(self.seat(pointer).map(|sat| &mut sat.delegate_type), delegate_type);
            }
        }
    }

    /// The delegate whose index stands in a pointer.
    fn seat(&mut self, pointer: &str) -> Option<&mut ReceivingDelegate> {
        let index = pointer.split('/').find_map(|part| part.parse::<usize>().ok())?;
        self.delegates.get_mut(index)
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
                self.occasion = Occasion::recorded(recorded);
            }
            ReceptionEvent::CorrectionProposed(proposed) => self.corrections.propose(proposed, at),
            ReceptionEvent::CorrectionRefused(refused) => self.corrections.refuse(refused),
            ReceptionEvent::Corrected(corrected) => self.correct(corrected, at),
        }
        self.version = at.version;
        self.position = at.position;
    }
}
