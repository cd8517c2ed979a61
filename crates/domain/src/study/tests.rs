//! A study from its start to its closing, an inspection, and every no on the way.
#![allow(clippy::unwrap_used)]

mod correcting;
mod filing;
mod starting;

use super::*;
use crate::file::NamedFile;
use crate::filing::FilingDraft;
use crate::fixtures::stamp;
use crate::hearing::HearingDraft;
use crate::ids::{AreaId, DelegateId, FileId, OfficeId};
use crate::issue::fixture::{POLICY, at, rules};
use crate::office::{OfficeEvent, OfficeRegistered, Offices};
use crate::refusal::Refusal;
use crate::session::fixture::{DEPUTY, GRID, PARTY, TOWN};
use crate::vocabulary::{FileKind, OfficeKind, StudyKind};
use crate::{Fold as _, Stamp};
use std::sync::LazyLock;
use uuid::Uuid;

const STUDIO: OfficeId = OfficeId(Uuid::from_u128(0xb1));
const CONGRESS: OfficeId = OfficeId(Uuid::from_u128(0xb2));
const WATER: OfficeId = OfficeId(Uuid::from_u128(0xb3));
const SECOND_STUDIO: OfficeId = OfficeId(Uuid::from_u128(0xb4));
const NO_OFFICE: OfficeId = OfficeId(Uuid::from_u128(0xbf));

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

/// A file that is there.
fn file(id: u128, kind: FileKind) -> NamedFile {
    NamedFile { id: FileId(Uuid::from_u128(id)), kind: Some(kind) }
}

fn document() -> NamedFile {
    file(0xa1, FileKind::Document)
}

/// Of the first Party delegate with a deputy, in the grid, begun on Monday 2026-11-02.
fn draft(kind: StudyKind, when: &str) -> StudyDraft {
    StudyDraft {
        kind,
        grid_id: Some(GRID),
        topics: vec!["livelihood".to_owned()],
        lead_delegate_id: PARTY[0],
        delegate_ids: vec![DEPUTY[0]],
        held_at: at(when),
        files: Vec::new(),
    }
}

/// A study with what happened to it.
#[derive(Clone, Default)]
struct Given {
    study: Study,
    events: Vec<(StudyEvent, Stamp)>,
}

impl Given {
    fn started() -> Self {
        Self::begun(StudyKind::Study, "2026-11-02 09:00")
    }

    /// Finished on Tuesday 2026-11-10: it is due on Tuesday 2026-11-24.
    fn finished() -> Self {
        let when = "2026-11-10 09:00";
        let given = Self::started();
        let finished = finish(&given.study, &rules(when), &[document()], at(when)).unwrap();
        given.then(when, StudyEvent::Finished(finished))
    }

    /// Held on Tuesday 2026-11-10: it is due on Tuesday 2026-11-17.
    fn inspected() -> Self {
        Self::begun(StudyKind::Inspection, "2026-11-10 09:00")
    }

    fn begun(kind: StudyKind, when: &str) -> Self {
        Self::default().then(when, start(&TOWN.people(), &rules(when), &draft(kind, when)).unwrap())
    }

    fn sent(self, when: &str, office: OfficeId) -> Self {
        let submitted = submit(&self.study, &OFFICES, &rules(when), &to(office, when)).unwrap();
        self.then(when, StudyEvent::Submitted(submitted))
    }

    fn received(self, when: &str, office: OfficeId) -> Self {
        let acknowledged = acknowledge(&self.study, &OFFICES, &rules(when), &to(office, when)).unwrap();
        self.then(when, StudyEvent::Acknowledged(acknowledged))
    }

    fn then(self, when: &str, event: StudyEvent) -> Self {
        self.event(event, when, when)
    }

    fn event(mut self, event: StudyEvent, occurred: &str, recorded: &str) -> Self {
        let version = self.study.version + 1;
        let (occurred_at, recorded_at) = (at(occurred), at(recorded));
        let policy = Some(POLICY.position());
        let stamp = Stamp { occurred_at, recorded_at, policy, ..stamp(100 + version, version) };
        self.study.apply(&event, &stamp);
        self.events.push((event, stamp));
        self
    }
}

fn to(office_id: OfficeId, when: &str) -> FilingDraft {
    FilingDraft { office_id, files: Vec::new(), at: at(when) }
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
fn every_stored_shape_is_read_and_written_as_it_was() {
    for known in StudyEvent::TYPES {
        let file: serde_json::Value = serde_json::from_str(known.golden).unwrap();
        assert_eq!((file["type"].as_str(), file["schema"].as_u64()), (Some(known.name), Some(1)));
        let event = StudyEvent::read(known.name, known.schema, &file["public"].to_string()).unwrap();
        assert_eq!((event.event_type().name, event.public().unwrap()), (known.name, file["public"].clone()));
        let mut more = file["public"].clone();
        more["title"] = "水环境".into();
        assert!(StudyEvent::read(known.name, known.schema, &more.to_string()).is_err(), "{}", known.name);
    }
}

/// A reception in which somebody heard people.
fn hearing(id: DelegateId, grid: AreaId, when: &str) -> HearingDraft {
    HearingDraft {
        reception_id: crate::ids::ReceptionId(Uuid::from_u128(0xc1)),
        grid_id: grid,
        held_on: rules(when).town_date(at(when)),
        delegate_ids: vec![id],
        issue_ids: vec![crate::ids::IssueId(Uuid::from_u128(0x11))],
    }
}
