//! A deed as its events leave it.

use super::correctable::Place;
use super::events::{Beneficiary, DeedEvent};
use crate::claims::Claim;
use crate::correction::place::put;
use crate::correction::{Corrected, Corrections};
use crate::hearing::OpinionsHeard;
use crate::ids::{AreaId, DelegateId, FileId, IssueId};
use crate::vocabulary::{DeedKind, DeedState};
use crate::{Fold, Stamp};
use chrono::{DateTime, NaiveDate};

/// A deed: the fold of the stream `deed/<uuid>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// Version of the stream; 0 while nothing is recorded.
    pub version: u64,
    /// Position of its newest event.
    pub position: u64,
    /// Position of the policy that it was pledged under.
    pub policy: Option<u64>,
    /// Which kind of service.
    pub kind: DeedKind,
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    pub unit_id: Option<AreaId>,
    /// Who took it on and owes it.
    pub owner_delegate_id: DelegateId,
    /// The day by which it is promised.
    pub promised_on: NaiveDate,
    /// For whom it is, where that is somebody in particular.
    pub beneficiaries: Vec<Beneficiary>,
    /// Issues that it goes back to.
    pub issue_ids: Vec<IssueId>,
    /// State.
    pub state: DeedState,
    /// When it was pledged.
    pub pledged: Claim,
    /// When it was completed.
    pub completed: Option<Claim>,
    /// What shows that.
    pub file_ids: Vec<FileId>,
    /// When it was given up.
    pub abandoned: Option<Claim>,
    /// The hearings at it, in the order recorded, each with the time that it was held.
    pub heard: Vec<(OpinionsHeard, Claim)>,
    /// Corrections that were made, and those that wait to be.
    pub corrections: Corrections,
}

impl Default for Deed {
    fn default() -> Self {
        // Placeholders of an unwritten stream; `deed.pledged` replaces them.
        let never = DateTime::UNIX_EPOCH;
        Self {
            version: 0,
            position: 0,
            policy: None,
            kind: DeedKind::PledgedDeed,
            grid_id: AreaId::default(),
            unit_id: None,
            owner_delegate_id: DelegateId::default(),
            promised_on: NaiveDate::default(),
            beneficiaries: Vec::new(),
            issue_ids: Vec::new(),
            state: DeedState::Pledged,
            pledged: Claim { at: never, recorded_at: never, position: 0, version: 0 },
            completed: None,
            file_ids: Vec::new(),
            abandoned: None,
            heard: Vec::new(),
            corrections: Corrections::default(),
        }
    }
}

impl Deed {
    /// Whether anything is recorded of it.
    pub const fn exists(&self) -> bool {
        self.version > 0
    }

    /// The right value in place of the recorded one.
    fn correct(&mut self, corrected: &Corrected, at: &Stamp) {
        let Corrected { event_version, pointer, value } = corrected;
        self.corrections.make(*event_version, pointer, value.as_ref(), at);
        let (Some(place), Some(value)) = (Place::of(pointer), value) else { return };
        match place {
            Place::OccurredAt => {
                let facts = [Some(&mut self.pledged), self.completed.as_mut(), self.abandoned.as_mut()];
                let fact = facts.into_iter().flatten().find(|claim| claim.version == *event_version);
                put(fact.map(|claim| &mut claim.at), value.instant());
            }
            Place::Kind => put(Some(&mut self.kind), value.text().and_then(DeedKind::parse)),
            Place::UnitId => put(Some(&mut self.unit_id), value.uuid().map(|id| Some(AreaId(id)))),
            Place::OwnerDelegateId => put(Some(&mut self.owner_delegate_id), value.uuid().map(DelegateId)),
            Place::PromisedOn => put(Some(&mut self.promised_on), value.day()),
        }
    }
}

impl Fold for Deed {
    type Event = DeedEvent;

    fn apply(&mut self, event: &DeedEvent, at: &Stamp) {
        let claim = Claim::from(at);
        match event {
            DeedEvent::Pledged(pledged) => {
                self.policy = at.policy;
                self.kind = pledged.kind;
                self.grid_id = pledged.grid_id;
                self.unit_id = pledged.unit_id;
                self.owner_delegate_id = pledged.owner_delegate_id;
                self.promised_on = pledged.promised_on;
                self.beneficiaries.clone_from(&pledged.beneficiaries);
                self.issue_ids.clone_from(&pledged.issue_ids);
                self.state = DeedState::Pledged;
                self.pledged = claim;
            }
            DeedEvent::Completed(completed) => {
                self.state = DeedState::Completed;
                self.completed = Some(claim);
                self.file_ids.clone_from(&completed.file_ids);
            }
            DeedEvent::Abandoned(_) => {
                self.state = DeedState::Abandoned;
                self.abandoned = Some(claim);
            }
            DeedEvent::OpinionsHeard(heard) => self.heard.push((heard.clone(), claim)),
            DeedEvent::CorrectionProposed(proposed) => self.corrections.propose(proposed, at),
            DeedEvent::CorrectionRefused(refused) => self.corrections.refuse(refused),
            DeedEvent::Corrected(corrected) => self.correct(corrected, at),
        }
        self.version = at.version;
        self.position = at.position;
    }
}
