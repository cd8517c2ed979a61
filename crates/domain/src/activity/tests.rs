//! An activity from its holding to its reports, and every no on the way.
#![allow(clippy::unwrap_used)]

mod complete;
mod correcting;
mod due;
mod holding;
mod reporting;

use super::*;
use crate::event_type::Stored as _;
use crate::file::NamedFile;
use crate::filing::FilingDraft;
use crate::fixtures::stamp;
use crate::hearing::HearingDraft;
use crate::ids::{FileId, ImprovementId, IssueId, OfficeId, ReceptionId};
use crate::issue::fixture::{POLICY, at, rules};
use crate::office::{OfficeEvent, OfficeRegistered, Offices};
use crate::reception::DelegateDraft;
use crate::refusal::Refusal;
use crate::session::fixture::{DEPUTY, GRID, PARTY, TOWN};
use crate::vocabulary::{ActivityKind, ActivityMode, AttendanceClass, FileKind, OfficeKind, OutreachForm};
use crate::{Fold as _, Stamp};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use uuid::Uuid;

const STUDIO: OfficeId = OfficeId(Uuid::from_u128(0xb1));
const CONGRESS: OfficeId = OfficeId(Uuid::from_u128(0xb2));
const WATER: OfficeId = OfficeId(Uuid::from_u128(0xb3));
const SECOND_STUDIO: OfficeId = OfficeId(Uuid::from_u128(0xb4));
const NO_OFFICE: OfficeId = OfficeId(Uuid::from_u128(0xbf));
const IMPROVEMENT: ImprovementId = ImprovementId(Uuid::from_u128(0xc1));
const ISSUE: IssueId = IssueId(Uuid::from_u128(0xd1));
/// When the activities of the tests are held: Monday 2026-11-02.
const HELD: &str = "2026-11-02 09:00";
/// A Friday five weeks later.
const NOW: &str = "2026-12-11 09:00";

static OFFICES: LazyLock<Offices> = LazyLock::new(|| {
    let mut offices = Offices::default();
    for (id, kind) in [
        (STUDIO, OfficeKind::PartyStudio),
        (CONGRESS, OfficeKind::CongressOffice),
        (WATER, OfficeKind::Department),
        (SECOND_STUDIO, OfficeKind::PartyStudio),
    ] {
        let registered = OfficeRegistered { name: id.to_string(), kind };
        offices.apply(id, &OfficeEvent::Registered(registered), &stamp(9, 1));
    }
    offices
});

/// The kinds of the files of the tests: 0xa1 and 0xa2 are documents, 0xa3 is a picture, 0xa4 a recording of sound.
static KINDS: LazyLock<BTreeMap<FileId, FileKind>> = LazyLock::new(|| {
    [(0xa1, FileKind::Document), (0xa2, FileKind::Document), (0xa3, FileKind::Image), (0xa4, FileKind::Audio)]
        .into_iter()
        .map(|(id, kind)| (FileId(Uuid::from_u128(id)), kind))
        .collect()
});

fn file(id: u128) -> NamedFile {
    let id = FileId(Uuid::from_u128(id));
    NamedFile { id, kind: KINDS.get(&id).copied() }
}

/// Of the grid, by a Party delegate and a deputy, before twelve Party members and thirty residents.
fn draft(kind: ActivityKind, when: &str) -> ActivityDraft {
    let of = |it: ActivityKind| kind == it;
    let who = |delegate_id| DelegateDraft { delegate_id, delegate_type: None };
    ActivityDraft {
        kind,
        grid_ids: vec![GRID],
        unit_id: None,
        held_at: at(when),
        delegates: vec![who(PARTY[0]), who(DEPUTY[0])],
        attendance: [(AttendanceClass::PartyMember, 12), (AttendanceClass::Resident, 30)].into(),
        files: Vec::new(),
        outreach_form: of(ActivityKind::Outreach).then_some(OutreachForm::Lecture),
        office_ids: None,
        questions: None,
        briefings: of(ActivityKind::Consultation).then_some(1),
        mode: of(ActivityKind::ThemeActivity).then_some(ActivityMode::Centralised),
    }
}

/// An activity with what happened to it.
#[derive(Clone, Default)]
struct Given {
    activity: Activity,
    events: Vec<(ActivityEvent, Stamp)>,
}

impl Given {
    /// Held and recorded on Monday 2026-11-02: its reports are due on Monday 2026-11-09.
    fn of(kind: ActivityKind) -> Self {
        Self::held(&draft(kind, HELD))
    }

    fn held(draft: &ActivityDraft) -> Self {
        let held = hold(&TOWN.people(), &OFFICES, &rules(NOW), draft).unwrap();
        Self::default().stamped(ActivityEvent::Held(held), draft.held_at, draft.held_at)
    }

    fn attached(self, when: &str, files: &[u128]) -> Self {
        let files: Vec<NamedFile> = files.iter().map(|id| file(*id)).collect();
        let attached = attach_evidence(&self.activity, &rules(when), &files, at(when)).unwrap();
        self.then(when, ActivityEvent::EvidenceAttached(attached))
    }

    fn sent(self, when: &str, office: OfficeId) -> Self {
        let submitted = submit(&self.activity, &OFFICES, &rules(when), &to(office, when)).unwrap();
        self.then(when, ActivityEvent::Submitted(submitted))
    }

    fn heard(self, when: &str, issues: usize) -> Self {
        let heard = hear(&self.activity, &rules(NOW), &hearing(when, issues)).unwrap();
        self.then(when, ActivityEvent::OpinionsHeard(heard))
    }

    fn adopted(self, when: &str) -> Self {
        let draft = ImprovementDraft { id: IMPROVEMENT, by_on: None, at: at(when) };
        let adopted = adopt_improvement(&self.activity, &rules(when), &draft).unwrap();
        self.then(when, ActivityEvent::ImprovementAdopted(adopted))
    }

    fn then(self, when: &str, event: ActivityEvent) -> Self {
        self.recorded(event, when, when)
    }

    fn recorded(self, event: ActivityEvent, occurred: &str, recorded: &str) -> Self {
        self.stamped(event, at(occurred), at(recorded))
    }

    fn stamped(
        mut self,
        event: ActivityEvent,
        occurred_at: chrono::DateTime<chrono::Utc>,
        recorded_at: chrono::DateTime<chrono::Utc>,
    ) -> Self {
        let version = self.activity.version + 1;
        let policy = Some(POLICY.position());
        let stamp = Stamp { occurred_at, recorded_at, policy, ..stamp(100 + version, version) };
        self.activity.apply(&event, &stamp);
        self.events.push((event, stamp));
        self
    }
}

fn to(office_id: OfficeId, when: &str) -> FilingDraft {
    FilingDraft { office_id, files: Vec::new(), at: at(when) }
}

fn hearing(when: &str, issues: usize) -> HearingDraft {
    HearingDraft {
        reception_id: ReceptionId::default(),
        grid_id: GRID,
        held_on: rules(when).today,
        delegate_ids: vec![PARTY[0]],
        issue_ids: vec![ISSUE; issues],
    }
}

/// Refusals as code, kind, clause and pointer.
fn told(result: Result<impl std::fmt::Debug, Vec<Refusal>>) -> Vec<String> {
    result.unwrap_err().into_iter().map(one).collect()
}

/// One refusal likewise.
fn no(result: Result<impl std::fmt::Debug, Refusal>) -> String {
    one(result.unwrap_err())
}

fn one(refusal: Refusal) -> String {
    let pointer = refusal.pointer.unwrap_or_default();
    let (code, kind, clause) = (refusal.code, refusal.kind, refusal.clause.unwrap_or("-"));
    format!("{code} {kind:?} {clause} {pointer}").trim_end().to_owned()
}

#[test]
fn every_shape_takes_no_other_field() {
    for known in ActivityEvent::TYPES {
        let file: serde_json::Value = serde_json::from_str(known.golden).unwrap();
        let event = ActivityEvent::read(known.name, known.schema, &file["public"].to_string()).unwrap();
        let mut more = file["public"].clone();
        more["title"] = "水环境".into();
        assert!(event.with_facts(&more).is_none(), "{}", known.name);
    }
}

#[test]
fn a_fold_remembers_what_happened_when() {
    assert!(!Activity::default().exists());
    let given = Given::of(ActivityKind::Symposium).attached("2026-11-03 09:00", &[0xa1]);
    let given = given.sent("2026-11-03 10:00", STUDIO).heard(HELD, 2).adopted("2026-11-04 09:00");
    let activity = &given.activity;
    assert!(activity.exists());
    assert_eq!((activity.kind, activity.grid()), (ActivityKind::Symposium, Some(GRID)));
    assert_eq!(activity.delegates.iter().map(|one| one.delegate_id).collect::<Vec<_>>(), [PARTY[0], DEPUTY[0]]);
    assert_eq!((activity.attended(AttendanceClass::Resident), activity.attended(AttendanceClass::Official)), (30, 0));
    assert_eq!((activity.held.at, activity.evidence[0].claim.at), (at(HELD), at("2026-11-03 09:00")));
    assert_eq!(activity.submission_to(STUDIO).unwrap().claim.at, at("2026-11-03 10:00"));
    assert_eq!((activity.heard[0].0.issue_ids.len(), activity.heard[0].1.at), (2, at(HELD)));
    assert_eq!(activity.improvement(IMPROVEMENT).unwrap().adopted.at, at("2026-11-04 09:00"));
    assert_eq!(
        (activity.quarter(&POLICY).to_string(), activity.half_year(&POLICY).to_string()),
        ("2026-Q4".to_owned(), "2026-H2".to_owned())
    );
    assert_eq!((activity.version, activity.position, activity.files_named()), (5, 105, 1));
}
