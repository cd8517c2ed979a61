//! Deeds, studies and appointments that move obligations, as any order of facts may have it.

use super::hour;
use super::known::Known;
use crate::tests::fixture::{Office, afternoon};
use chrono::Duration;
use domain::Stamp;
use domain::appointment::{
    AppointmentCancelled, AppointmentContacted, AppointmentEvent, AppointmentKept, AppointmentRequested,
    AppointmentScheduled,
};
use domain::clock::{Recorded, Subject};
use domain::deed::{DeedAbandoned, DeedCompleted, DeedEvent, DeedPledged};
use domain::event::Event;
use domain::ids::{AppointmentId, DeedId, FileId, OfficeId, ReceptionId, StudyId};
use domain::office::{OfficeEvent, OfficeRegistered};
use domain::reception::Visitor;
use domain::study::{StudyBegun, StudyEvent, StudyFinished, StudySubmitted};
use domain::vocabulary::{CancelledBy, DeedKind, OfficeKind, WordChannel};
use event_store::StreamId;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What there is of them, by stream.
#[derive(Default)]
pub(super) struct Things {
    pub deeds: BTreeMap<Uuid, Vec<(DeedEvent, Stamp)>>,
    pub studies: BTreeMap<Uuid, Vec<(StudyEvent, Stamp)>>,
    pub appointments: BTreeMap<Uuid, Vec<(AppointmentEvent, Stamp)>>,
}

impl Things {
    /// Takes an event of one of them.
    pub fn take(&mut self, id: Uuid, event: &Event, stamp: Stamp) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "of these families alone")]
        match event {
            Event::Deed(event) => self.deeds.entry(id).or_default().push((event.clone(), stamp)),
            Event::Study(event) => self.studies.entry(id).or_default().push((event.clone(), stamp)),
            Event::Appointment(event) => self.appointments.entry(id).or_default().push((event.clone(), stamp)),
            _ => {}
        }
    }

    pub fn subjects(&self) -> impl Iterator<Item = Subject> {
        let deeds = self.deeds.keys().map(|id| Subject::Deed(DeedId(*id)));
        let studies = self.studies.keys().map(|id| Subject::Study(StudyId(*id)));
        let appointments = self.appointments.keys().map(|id| Subject::Appointment(AppointmentId(*id)));
        deeds.chain(studies).chain(appointments)
    }
}

impl Known {
    pub(super) fn thing(&self, subject: Subject) -> Recorded {
        let Things { deeds, studies, appointments } = &self.things;
        match subject {
            Subject::Deed(id) => Recorded::Deed { id, events: deeds[&id.0].clone() },
            Subject::Study(id) => Recorded::Study { id, events: studies[&id.0].clone() },
            Subject::Appointment(id) => Recorded::Appointment { id, events: appointments[&id.0].clone() },
            Subject::Session(_)
            | Subject::Issue(_)
            | Subject::Grid(_)
            | Subject::Activity(_)
            | Subject::MajorIssue(_)
            | Subject::GridYear(..)
            | Subject::DelegateYear(..) => panic!("{subject:?}"),
        }
    }
}

pub(super) const OFFICES: [(OfficeId, OfficeKind); 2] = [
    (OfficeId(Uuid::from_u128(0xb1)), OfficeKind::PartyStudio),
    (OfficeId(Uuid::from_u128(0xb2)), OfficeKind::CongressOffice),
];

impl Office {
    /// Both offices, to which studies go.
    pub(super) async fn has_offices(&mut self) {
        for (id, kind) in OFFICES {
            let registered = OfficeRegistered { name: id.to_string(), kind };
            self.record(&StreamId::of("office", id.0), Event::Office(OfficeEvent::Registered(registered)), None).await;
        }
    }

    /// Something of one of them, said to have happened today or some days ago.
    pub(super) async fn a_thing_moves(&mut self, begun: &mut Vec<Subject>) {
        let ago = self.pick(4).saturating_sub(1);
        let at = afternoon(self.today() - Duration::days(i64::try_from(ago).unwrap()));
        let (of, what) = (self.pick(begun.len().max(1)), self.pick(5));
        let subject = if what == 0 { None } else { begun.get(of).copied() };
        let (subject, event) = match subject {
            Some(Subject::Deed(id)) => (Subject::Deed(id), Event::Deed(self.of_deed(what))),
            Some(Subject::Study(id)) => (Subject::Study(id), Event::Study(self.of_study(what))),
            Some(Subject::Appointment(id)) => (Subject::Appointment(id), Event::Appointment(self.of_appointment(what))),
            Some(
                Subject::Session(_)
                | Subject::Issue(_)
                | Subject::Grid(_)
                | Subject::Activity(_)
                | Subject::MajorIssue(_)
                | Subject::GridYear(..)
                | Subject::DelegateYear(..),
            )
            | None => self.begins(),
        };
        if !begun.contains(&subject) {
            begun.push(subject);
        }
        self.record(&StreamId::of(subject.family(), subject.id()), event, Some(at)).await;
    }

    fn begins(&mut self) -> (Subject, Event) {
        let (id, grid_id) = (self.id(), self.grids[0]);
        let who = self.pick(6);
        let who = self.delegates[who];
        let in_days = i64::try_from(self.pick(20)).unwrap();
        match self.pick(4) {
            0 => {
                let pledged = DeedPledged {
                    kind: DeedKind::PledgedDeed,
                    grid_id,
                    unit_id: None,
                    owner_delegate_id: who,
                    promised_on: self.today() + Duration::days(in_days),
                    beneficiaries: Vec::new(),
                    issue_ids: Vec::new(),
                };
                (Subject::Deed(DeedId(id)), Event::Deed(DeedEvent::Pledged(pledged)))
            }
            1 | 2 => {
                let grid_id = (in_days > 5).then_some(grid_id);
                let begun = StudyBegun {
                    grid_id,
                    topics: vec!["livelihood".to_owned()],
                    lead_delegate_id: who,
                    delegate_ids: Vec::new(),
                    file_ids: Vec::new(),
                };
                let event = if in_days % 2 == 0 { StudyEvent::Started(begun) } else { StudyEvent::Inspected(begun) };
                (Subject::Study(StudyId(id)), Event::Study(event))
            }
            _ => {
                let visitor = Visitor::Anonymous { anonymous: true };
                let requested = AppointmentRequested { grid_id, unit_id: None, delegate_id: None, visitor };
                let event = Event::Appointment(AppointmentEvent::Requested(requested));
                (Subject::Appointment(AppointmentId(id)), event)
            }
        }
    }

    fn of_deed(&mut self, what: usize) -> DeedEvent {
        match what {
            1..=3 => DeedEvent::Completed(DeedCompleted { file_ids: vec![FileId(self.id())] }),
            _ => DeedEvent::Abandoned(DeedAbandoned {}),
        }
    }

    fn of_study(&mut self, what: usize) -> StudyEvent {
        let sent = |(office_id, _)| StudyEvent::Submitted(StudySubmitted { office_id, file_ids: Vec::new() });
        match what {
            1 | 2 => StudyEvent::Finished(StudyFinished { file_ids: vec![FileId(self.id())] }),
            3 => sent(OFFICES[0]),
            _ => sent(OFFICES[1]),
        }
    }

    fn of_appointment(&mut self, what: usize) -> AppointmentEvent {
        let scheduled_on = self.today() + Duration::days(4);
        let delegate_id = self.delegates[0];
        match what {
            1 => AppointmentEvent::Contacted(AppointmentContacted { channel: WordChannel::Phone }),
            2 => AppointmentEvent::Scheduled(AppointmentScheduled { delegate_id, scheduled_on, from: hour("13:30") }),
            3 => AppointmentEvent::Kept(AppointmentKept { reception_id: ReceptionId(self.id()) }),
            _ => AppointmentEvent::Cancelled(AppointmentCancelled { by: CancelledBy::Visitor }),
        }
    }
}
