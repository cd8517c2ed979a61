//! Receptions (联系记录): who received whom, where, in which of four forms, and which issues were raised (C-3.1).

use crate::ids::{AreaId, DelegateId, IssueId};
use crate::vocabulary::{DelegateType, ReceptionForm};
use crate::{Fold, Stamp};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Facts in streams `reception/<uuid>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "public")]
pub enum ReceptionEvent {
    /// A reception was recorded. The leaf's `occurred_at` is when it was held.
    #[serde(rename = "reception.recorded")]
    Recorded(ReceptionRecorded),
}

/// `reception.recorded/1` (C-3.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceptionRecorded {
    /// Its form.
    pub form: ReceptionForm,
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<AreaId>,
    /// Who received, each in one capacity. At least one.
    pub delegates: Vec<ReceivingDelegate>,
    /// Who came. May be empty.
    pub visitors: Vec<Visitor>,
    /// The issues raised, in order. May be empty.
    pub issue_ids: Vec<IssueId>,
}

/// A delegate in the capacity in which they received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceivingDelegate {
    /// Who.
    pub delegate_id: DelegateId,
    /// In which capacity.
    pub delegate_type: DelegateType,
}

/// A visitor: a subject whose boxes hold name and contact, or nobody in particular.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Visitor {
    /// Known by the boxes of this subject (`s/…`).
    Named {
        /// The subject.
        subject: String,
    },
    /// Gave no name.
    Anonymous {
        /// Always true.
        anonymous: bool,
    },
}

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
        }
        self.version = at.version;
        self.position = at.position;
    }
}
