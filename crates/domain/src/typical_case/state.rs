//! What a typical case is now: the fold of its stream.

use super::events::{CaseSources, TypicalCaseEvent};
use crate::claims::Claim;
use crate::ids::{AreaId, FileId, OfficeId};
use crate::vocabulary::{PublicationChannel, TypicalCaseState};
use crate::{Fold, Stamp};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A typical case (典型案例). `version` 0 means that nothing of it is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypicalCase {
    /// Version of its stream.
    pub version: u64,
    /// Position of its newest event.
    pub position: u64,
    /// Position of its first event.
    pub first_position: u64,
    /// Position of the policy version that it was nominated under.
    pub policy: Option<u64>,
    /// The grid.
    pub grid_id: AreaId,
    /// What it was made of.
    pub sources: CaseSources,
    /// When it was nominated.
    pub nominated: Claim,
    /// When its text became one that may be published, the newest of them: its version is the box that holds the text.
    pub deidentified: Option<Claim>,
    /// The consent that goes with that text.
    pub consent_file_id: Option<FileId>,
    /// To whom it went, in order; one office once.
    pub submissions: Vec<CaseSubmission>,
    /// When it was selected.
    pub selected: Option<Claim>,
    /// When it was decided not to select it.
    pub rejected: Option<Claim>,
    /// Where it was published, in order.
    pub publications: Vec<CasePublication>,
    /// When it was annotated, in order: the version of each is the box that holds its text.
    pub annotations: Vec<Claim>,
}

/// It went to an office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseSubmission {
    /// Which.
    pub office_id: OfficeId,
    /// When.
    pub claim: Claim,
}

/// It was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CasePublication {
    /// Where.
    pub channel: PublicationChannel,
    /// When it was posted.
    pub claim: Claim,
    /// Version of the event whose text was published.
    pub text_version: u64,
}

impl Default for TypicalCase {
    fn default() -> Self {
        // Placeholders of an unwritten stream; `typical_case.nominated` replaces them.
        let nowhen = DateTime::<Utc>::default();
        Self {
            version: 0,
            position: 0,
            first_position: 0,
            policy: None,
            grid_id: AreaId::default(),
            sources: CaseSources::default(),
            nominated: Claim { at: nowhen, recorded_at: nowhen, position: 0, version: 0 },
            deidentified: None,
            consent_file_id: None,
            submissions: Vec::new(),
            selected: None,
            rejected: None,
            publications: Vec::new(),
            annotations: Vec::new(),
        }
    }
}

impl TypicalCase {
    /// Whether anything is recorded of it.
    pub const fn exists(&self) -> bool {
        self.version > 0
    }

    /// How far it has come.
    pub fn state(&self) -> TypicalCaseState {
        if self.rejected.is_some() {
            TypicalCaseState::Rejected
        } else if !self.publications.is_empty() {
            TypicalCaseState::Published
        } else if self.selected.is_some() {
            TypicalCaseState::Selected
        } else if !self.submissions.is_empty() {
            TypicalCaseState::Submitted
        } else if self.deidentified.is_some() {
            TypicalCaseState::Deidentified
        } else {
            TypicalCaseState::Nominated
        }
    }

    /// The submission to an office.
    pub fn submission_to(&self, office: OfficeId) -> Option<&CaseSubmission> {
        self.submissions.iter().find(|submission| submission.office_id == office)
    }
}

impl Fold for TypicalCase {
    type Event = TypicalCaseEvent;

    fn apply(&mut self, event: &TypicalCaseEvent, at: &Stamp) {
        let claim = Claim::from(at);
        match event {
            TypicalCaseEvent::Nominated(nominated) => {
                self.first_position = at.position;
                self.policy = at.policy;
                self.grid_id = nominated.grid_id;
                self.sources = nominated.sources.clone();
                self.nominated = claim;
            }
            TypicalCaseEvent::Deidentified(deidentified) => {
                self.deidentified = Some(claim);
                self.consent_file_id = deidentified.consent_file_id;
            }
            TypicalCaseEvent::Submitted(submitted) => {
                self.submissions.push(CaseSubmission { office_id: submitted.office_id, claim });
            }
            TypicalCaseEvent::Selected(_) => self.selected = Some(claim),
            TypicalCaseEvent::Rejected(_) => self.rejected = Some(claim),
            TypicalCaseEvent::Published(published) => {
                let text_version = self.deidentified.map_or(0, |text| text.version);
                self.publications.push(CasePublication { channel: published.channel, claim, text_version });
            }
            TypicalCaseEvent::Annotated(_) => self.annotations.push(claim),
        }
        self.version = at.version;
        self.position = at.position;
    }
}
