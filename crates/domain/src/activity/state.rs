//! An activity as its events leave it. Whether it is complete depends on the policy, the kinds of its files and those of the
//! offices, which are not in its stream: `complete.rs` beside it says so.

use super::correctable::Place;
use super::events::{ActivityEvent, ActivityHeld, Questions};
use crate::claims::Claim;
use crate::correction::place::put;
use crate::correction::{Corrected, Corrections};
use crate::filing::{self, Submission};
use crate::hearing::OpinionsHeard;
use crate::ids::{AreaId, DelegateId, FileId, ImprovementId, OfficeId};
use crate::period::{HalfYear, Quarter};
use crate::policy::Policy;
use crate::reception::ReceivingDelegate;
use crate::vocabulary::{ActivityKind, ActivityMode, AttendanceClass, DelegateType, OutreachForm};
use crate::{Fold, Stamp};
use chrono::{DateTime, NaiveDate};
use std::collections::BTreeMap;

/// An activity: the fold of the stream `activity/<uuid>`. `version` 0 means that nothing of it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Version of its stream.
    pub version: u64,
    /// Position of its newest event.
    pub position: u64,
    /// Position of the policy version that it was recorded under: the one in force on the day it was held.
    pub policy: Option<u64>,
    /// Which kind of activity.
    pub kind: ActivityKind,
    /// The grids that it was held for.
    pub grid_ids: Vec<AreaId>,
    /// A unit of one of them.
    pub unit_id: Option<AreaId>,
    /// Who took part for the delegates.
    pub delegates: Vec<ReceivingDelegate>,
    /// How many of each class of people attended.
    pub attendance: BTreeMap<AttendanceClass, u32>,
    /// Of an outreach: its form.
    pub outreach_form: Option<OutreachForm>,
    /// Of an outreach: the offices that came to explain.
    pub office_ids: Vec<OfficeId>,
    /// Of an outreach: questions asked and answered.
    pub questions: Option<Questions>,
    /// Of a consultation: how many briefings were given.
    pub briefings: Option<u32>,
    /// Of a theme activity: how it was held.
    pub mode: Option<ActivityMode>,
    /// When it was held.
    pub held: Claim,
    /// Documents, pictures and recordings of it, in the order in which they were named.
    pub evidence: Vec<Evidence>,
    /// Files that went to the offices, or came from them.
    pub filed_file_ids: Vec<FileId>,
    /// To whom it went, in order; one office once.
    pub submissions: Vec<Submission>,
    /// What a symposium means to improve, in order.
    pub improvements: Vec<Improvement>,
    /// The hearings at it, in the order recorded, each with the time that it was held.
    pub heard: Vec<(OpinionsHeard, Claim)>,
    /// What was corrected of it, and what waits to be.
    pub corrections: Corrections,
}

/// A file that is kept with an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Which.
    pub file_id: FileId,
    /// When it was attached.
    pub claim: Claim,
}

/// What a symposium means to improve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Improvement {
    /// Its id.
    pub id: ImprovementId,
    /// The day by which it is meant to be done.
    pub by_on: Option<NaiveDate>,
    /// When it was adopted.
    pub adopted: Claim,
    /// When it was completed.
    pub completed: Option<Claim>,
}

impl Default for Activity {
    fn default() -> Self {
        // Placeholders of an unwritten stream; `activity.held` replaces them.
        let never = DateTime::UNIX_EPOCH;
        Self {
            version: 0,
            position: 0,
            policy: None,
            kind: ActivityKind::Outreach,
            grid_ids: Vec::new(),
            unit_id: None,
            delegates: Vec::new(),
            attendance: BTreeMap::new(),
            outreach_form: None,
            office_ids: Vec::new(),
            questions: None,
            briefings: None,
            mode: None,
            held: Claim { at: never, recorded_at: never, position: 0, version: 0 },
            evidence: Vec::new(),
            filed_file_ids: Vec::new(),
            submissions: Vec::new(),
            improvements: Vec::new(),
            heard: Vec::new(),
            corrections: Corrections::default(),
        }
    }
}

impl Activity {
    /// Whether anything is recorded of it.
    pub const fn exists(&self) -> bool {
        self.version > 0
    }

    /// The town's day on which it was held.
    pub fn held_on(&self, policy: &Policy) -> NaiveDate {
        policy.town_date(self.held.at)
    }

    /// The quarter that it belongs to, whenever it was recorded.
    pub fn quarter(&self, policy: &Policy) -> Quarter {
        Quarter::of(self.held_on(policy))
    }

    /// The half-year that it belongs to.
    pub fn half_year(&self, policy: &Policy) -> HalfYear {
        HalfYear::of(self.held_on(policy))
    }

    /// Its one grid, where it has one; several are the town's.
    pub fn grid(&self) -> Option<AreaId> {
        if let [grid] = self.grid_ids.as_slice() { Some(*grid) } else { None }
    }

    /// How many of a class attended.
    pub fn attended(&self, class: AttendanceClass) -> u32 {
        self.attendance.get(&class).copied().unwrap_or_default()
    }

    /// How many files its facts name.
    pub fn files_named(&self) -> usize {
        self.evidence.len() + self.filed_file_ids.len()
    }

    /// The submission to an office.
    pub fn submission_to(&self, office: OfficeId) -> Option<&Submission> {
        filing::submission_to(&self.submissions, office)
    }

    /// The improvement of an id.
    pub fn improvement(&self, id: ImprovementId) -> Option<&Improvement> {
        self.improvements.iter().find(|improvement| improvement.id == id)
    }

    fn hold(&mut self, held: &ActivityHeld, at: &Stamp) {
        self.policy = at.policy;
        self.kind = held.kind;
        self.grid_ids.clone_from(&held.grid_ids);
        self.unit_id = held.unit_id;
        self.delegates.clone_from(&held.delegates);
        self.attendance.clone_from(&held.attendance);
        self.outreach_form = held.outreach_form;
        self.office_ids.clone_from(&held.office_ids);
        self.questions = held.questions;
        self.briefings = held.briefings;
        self.mode = held.mode;
        self.held = Claim::from(at);
        self.attach(&held.file_ids, Claim::from(at));
    }

    fn attach(&mut self, file_ids: &[FileId], claim: Claim) {
        self.evidence.extend(file_ids.iter().map(|file_id| Evidence { file_id: *file_id, claim }));
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
            Place::UnitId => put(Some(&mut self.unit_id), value.uuid().map(|id| Some(AreaId(id)))),
            Place::DelegateId => {
                put(self.seat(pointer).map(|one| &mut one.delegate_id), value.uuid().map(DelegateId));
            }
            Place::DelegateType => {
                let delegate_type = value.text().and_then(DelegateType::parse);
                put(self.seat(pointer).map(|one| &mut one.delegate_type), delegate_type);
            }
            Place::PartyOrganisations
            | Place::PartyMembers
            | Place::Residents
            | Place::MassOrganisations
            | Place::Officials => {
                self.attendance.extend(place.class().zip(value.index()));
            }
            Place::OutreachForm => {
                put(self.outreach_form.as_mut(), value.text().and_then(OutreachForm::parse));
            }
            Place::QuestionsAsked => put(self.questions.as_mut().map(|of| &mut of.asked), value.index()),
            Place::QuestionsAnswered => put(self.questions.as_mut().map(|of| &mut of.answered), value.index()),
            Place::Briefings => put(self.briefings.as_mut(), value.index()),
            Place::Mode => put(self.mode.as_mut(), value.text().and_then(ActivityMode::parse)),
            Place::ByOn => {
                let of_it = self.improvements.iter_mut().find(|one| one.adopted.version == *event_version);
                put(of_it.map(|one| &mut one.by_on), value.day().map(Some));
            }
        }
    }

    /// The delegate whose index stands in a pointer.
    fn seat(&mut self, pointer: &str) -> Option<&mut ReceivingDelegate> {
        let index = pointer.split('/').find_map(|part| part.parse::<usize>().ok())?;
        self.delegates.get_mut(index)
    }

    /// Where the time of an event stands: that of several files in several places.
    fn claims_of(&mut self, version: u64) -> impl Iterator<Item = &mut Claim> {
        let files = self.evidence.iter_mut().map(|one| &mut one.claim);
        let sent = self.submissions.iter_mut().flat_map(Submission::claims_mut);
        let improved = self.improvements.iter_mut();
        let improved = improved.flat_map(|one| std::iter::once(&mut one.adopted).chain(one.completed.as_mut()));
        let all = std::iter::once(&mut self.held).chain(files).chain(sent).chain(improved);
        all.filter(move |claim| claim.version == version)
    }
}

impl Fold for Activity {
    type Event = ActivityEvent;

    fn apply(&mut self, event: &ActivityEvent, at: &Stamp) {
        let claim = Claim::from(at);
        match event {
            ActivityEvent::Held(held) => self.hold(held, at),
            ActivityEvent::EvidenceAttached(attached) => self.attach(&attached.file_ids, claim),
            ActivityEvent::Submitted(submitted) => {
                self.submissions.push(Submission { office_id: submitted.office_id, claim, acknowledged: None });
                self.filed_file_ids.extend(&submitted.file_ids);
            }
            ActivityEvent::Acknowledged(acknowledged) => {
                let office = acknowledged.office_id;
                if let Some(submission) = self.submissions.iter_mut().find(|one| one.office_id == office) {
                    submission.acknowledged = Some(claim);
                }
                self.filed_file_ids.extend(&acknowledged.file_ids);
            }
            ActivityEvent::ImprovementAdopted(adopted) => self.improvements.push(Improvement {
                id: adopted.improvement_id,
                by_on: adopted.by_on,
                adopted: claim,
                completed: None,
            }),
            ActivityEvent::ImprovementCompleted(completed) => {
                let id = completed.improvement_id;
                if let Some(improvement) = self.improvements.iter_mut().find(|one| one.id == id) {
                    improvement.completed = Some(claim);
                }
            }
            ActivityEvent::OpinionsHeard(heard) => self.heard.push((heard.clone(), claim)),
            ActivityEvent::CorrectionProposed(proposed) => self.corrections.propose(proposed, at),
            ActivityEvent::CorrectionRefused(refused) => self.corrections.refuse(refused),
            ActivityEvent::Corrected(corrected) => self.correct(corrected, at),
        }
        self.version = at.version;
        self.position = at.position;
    }
}
