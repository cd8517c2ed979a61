//! What a study or an inspection is now: the fold of its stream. Whether it is filed depends on the kinds of the offices,
//! which are not in its stream: `filing.rs` beside it says so.

use super::correctable::Place;
use super::events::{StudyBegun, StudyEvent};
use crate::claims::Claim;
use crate::correction::place::put;
use crate::correction::{Corrected, Corrections};
use crate::filing::{self, Submission};
use crate::ids::{AreaId, DelegateId, FileId, IssueId, OfficeId, ReceptionId};
use crate::vocabulary::{StudyKind, StudyUse};
use crate::{Fold, Stamp};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A study or an inspection (调查研究、巡查监督). `version` 0 means that nothing of it is recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Study {
    /// Version of its stream.
    pub version: u64,
    /// Position of its newest event.
    pub position: u64,
    /// Position of its first event.
    pub first_position: u64,
    /// Position of the policy version that it was begun under.
    pub policy: Option<u64>,
    /// Which of the two it is.
    pub kind: StudyKind,
    /// The grid; absent where it is of the whole town.
    pub grid_id: Option<AreaId>,
    /// Topic codes.
    pub topics: Vec<String>,
    /// Who leads it.
    pub lead_delegate_id: DelegateId,
    /// Who else takes part.
    pub delegate_ids: Vec<DelegateId>,
    /// When it was begun; of an inspection, when it was held.
    pub begun: Claim,
    /// When it was finished; of an inspection the same as `begun`.
    pub finished: Option<Claim>,
    /// Policy version that it was finished under.
    pub finished_under: Option<u64>,
    /// Files of all its facts, in the order in which they were named.
    pub file_ids: Vec<FileId>,
    /// To whom it went, in order; one office once.
    pub submissions: Vec<Submission>,
    /// What was made of it, in order.
    pub uses: Vec<Use>,
    /// Where people were heard for it, in order.
    pub hearings: Vec<Hearing>,
    /// What was corrected of it, and what waits to be.
    pub corrections: Corrections,
}

/// An office made something of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// Which office.
    pub office_id: OfficeId,
    /// What.
    pub used_as: StudyUse,
    /// When.
    pub claim: Claim,
}

/// People were heard for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hearing {
    /// In which reception.
    pub reception_id: ReceptionId,
    /// The issues raised there.
    pub issue_ids: Vec<IssueId>,
    /// When.
    pub claim: Claim,
}

impl Default for Study {
    fn default() -> Self {
        // Placeholders of an unwritten stream; its first event replaces them.
        let nowhen = DateTime::<Utc>::default();
        Self {
            version: 0,
            position: 0,
            first_position: 0,
            policy: None,
            kind: StudyKind::Study,
            grid_id: None,
            topics: Vec::new(),
            lead_delegate_id: DelegateId::default(),
            delegate_ids: Vec::new(),
            begun: Claim { at: nowhen, recorded_at: nowhen, position: 0, version: 0 },
            finished: None,
            finished_under: None,
            file_ids: Vec::new(),
            submissions: Vec::new(),
            uses: Vec::new(),
            hearings: Vec::new(),
            corrections: Corrections::default(),
        }
    }
}

impl Study {
    /// Whether anything is recorded of it.
    pub const fn exists(&self) -> bool {
        self.version > 0
    }

    /// Everybody who takes part, who leads it first.
    pub fn team(&self) -> impl Iterator<Item = DelegateId> {
        std::iter::once(self.lead_delegate_id).chain(self.delegate_ids.iter().copied())
    }

    /// The submission to an office.
    pub fn submission_to(&self, office: OfficeId) -> Option<&Submission> {
        filing::submission_to(&self.submissions, office)
    }

    /// Whether an office referred to it or took it up.
    pub fn is_used(&self) -> bool {
        !self.uses.is_empty()
    }

    /// The times of its facts that may be corrected: that of an inspection twice.
    pub(super) fn claims(&self) -> impl Iterator<Item = &Claim> {
        let own = std::iter::once(&self.begun).chain(self.finished.as_ref());
        let sent = self.submissions.iter().flat_map(Submission::claims);
        own.chain(sent).chain(self.uses.iter().map(|one| &one.claim))
    }

    fn begin(&mut self, kind: StudyKind, begun: &StudyBegun, at: &Stamp) {
        self.first_position = at.position;
        self.policy = at.policy;
        self.kind = kind;
        self.grid_id = begun.grid_id;
        self.topics.clone_from(&begun.topics);
        self.lead_delegate_id = begun.lead_delegate_id;
        self.delegate_ids.clone_from(&begun.delegate_ids);
        self.begun = Claim::from(at);
        self.file_ids.clone_from(&begun.file_ids);
        if kind == StudyKind::Inspection {
            self.finish(at);
        }
    }

    fn finish(&mut self, at: &Stamp) {
        self.finished = Some(Claim::from(at));
        self.finished_under = at.policy;
    }

    /// The right value in place of the recorded one.
    fn correct(&mut self, corrected: &Corrected, at: &Stamp) {
        let Corrected { event_version, pointer, value } = corrected;
        self.corrections.make(*event_version, pointer, value.as_ref(), at);
        let (Some(place), Some(value)) = (Place::of(pointer), value) else { return };
        match place {
            Place::OccurredAt => {
                for claim in self.claims_of(*event_version) {
                    put(Some(&mut claim.at), value.instant());
                }
            }
            Place::LeadDelegateId => put(Some(&mut self.lead_delegate_id), value.uuid().map(DelegateId)),
            Place::Use => {
                let of_it = self.uses.iter_mut().find(|one| one.claim.version == *event_version);
                put(of_it.map(|one| &mut one.used_as), value.text().and_then(StudyUse::parse));
            }
        }
    }

    /// Where the time of an event stands: that of an inspection in two places.
    fn claims_of(&mut self, version: u64) -> impl Iterator<Item = &mut Claim> {
        let own = std::iter::once(&mut self.begun).chain(self.finished.as_mut());
        let sent = self.submissions.iter_mut().flat_map(Submission::claims_mut);
        let used = self.uses.iter_mut().map(|one| &mut one.claim);
        own.chain(sent).chain(used).filter(move |claim| claim.version == version)
    }
}

impl Fold for Study {
    type Event = StudyEvent;

    fn apply(&mut self, event: &StudyEvent, at: &Stamp) {
        let claim = Claim::from(at);
        match event {
            StudyEvent::Started(begun) => self.begin(StudyKind::Study, begun, at),
            StudyEvent::Inspected(begun) => self.begin(StudyKind::Inspection, begun, at),
            StudyEvent::Finished(finished) => {
                self.finish(at);
                self.file_ids.extend(&finished.file_ids);
            }
            StudyEvent::Submitted(submitted) => {
                self.submissions.push(Submission { office_id: submitted.office_id, claim, acknowledged: None });
                self.file_ids.extend(&submitted.file_ids);
            }
            StudyEvent::Acknowledged(acknowledged) => {
                let office = acknowledged.office_id;
                if let Some(submission) = self.submissions.iter_mut().find(|one| one.office_id == office) {
                    submission.acknowledged = Some(claim);
                }
                self.file_ids.extend(&acknowledged.file_ids);
            }
            StudyEvent::Used(used) => {
                self.uses.push(Use { office_id: used.office_id, used_as: used.used_as, claim });
            }
            StudyEvent::OpinionsHeard(heard) => self.hearings.push(Hearing {
                reception_id: heard.reception_id,
                issue_ids: heard.issue_ids.clone(),
                claim,
            }),
            StudyEvent::CorrectionProposed(proposed) => self.corrections.propose(proposed, at),
            StudyEvent::CorrectionRefused(refused) => self.corrections.refuse(refused),
            StudyEvent::Corrected(corrected) => self.correct(corrected, at),
        }
        self.version = at.version;
        self.position = at.position;
    }
}
