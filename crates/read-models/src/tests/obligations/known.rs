//! What the log says of obligations, read in plain code: every subject with everything that is recorded of it.

use super::things::Things;
use super::years::Undertaken;
use crate::tests::fixture::Office;
use chrono::{DateTime, Utc};
use domain::clock::{Happened, LedgerEntry, ObligationRecord, Recorded, Subject, Timeline, by_the_clock, on_duty};
use domain::event::Event;
use domain::ids::{DelegateId, IssueId, ObligationId, ReceptionId, SessionId};
use domain::issue::IssueEvent;
use domain::leave::LeaveEvent;
use domain::reception::ReceptionEvent;
use domain::session::SessionEvent;
use domain::{Fold as _, Stamp};
use std::collections::BTreeMap;
use uuid::Uuid;

impl Office {
    /// What the log says, read in plain code.
    pub(super) async fn known(&self) -> Known {
        let mut known = Known::default();
        let mut held_in: BTreeMap<ReceptionId, Option<SessionId>> = BTreeMap::new();
        let mut leaves: BTreeMap<DelegateId, Vec<(LeaveEvent, Stamp)>> = BTreeMap::new();
        for recorded in self.everything().await {
            let fact = crate::engine::decode::fact(&recorded).unwrap();
            let id = fact.stream.uuid();
            known.timeline.take(id, &fact.event, &fact.stamp);
            known.newest = known.newest.max(fact.stamp.recorded_at);
            let stamp =
                if recorded.text().unwrap().actor == "system/clock" { by_the_clock(fact.stamp) } else { fact.stamp };
            match (fact.event, id) {
                (Event::Session(event), Some(id)) => {
                    known.sessions.entry(SessionId(id)).or_default().push((event, stamp))
                }
                (Event::Issue(event), Some(id)) => known.issues.entry(id).or_default().push((event, stamp)),
                (Event::Leave(event), Some(id)) => leaves.entry(DelegateId(id)).or_default().push((event, stamp)),
                (Event::Reception(ReceptionEvent::Recorded(recorded)), Some(id)) => {
                    held_in.insert(ReceptionId(id), recorded.session_id);
                }
                (Event::Obligation(event), Some(id)) => {
                    known.records.entry(ObligationId(id)).or_default().apply(&event, &stamp);
                }
                (event, Some(id)) => {
                    known.things.take(id, &event, stamp);
                    known.undertaken.take(id, &event, stamp);
                }
                (_, None) => {}
            }
        }
        known.leaves = leaves;
        known.held_in = held_in;
        known
    }
}

#[derive(Default)]
pub(super) struct Known {
    pub timeline: Timeline,
    pub sessions: BTreeMap<SessionId, Vec<(SessionEvent, Stamp)>>,
    pub issues: BTreeMap<Uuid, Vec<(IssueEvent, Stamp)>>,
    pub leaves: BTreeMap<DelegateId, Vec<(LeaveEvent, Stamp)>>,
    pub held_in: BTreeMap<ReceptionId, Option<SessionId>>,
    pub records: BTreeMap<ObligationId, ObligationRecord>,
    pub things: Things,
    pub undertaken: Undertaken,
    /// When the newest leaf was recorded.
    pub newest: DateTime<Utc>,
}

/// All entries by their ids, and the subjects that wait for the clock.
pub(super) type Whole = (BTreeMap<ObligationId, LedgerEntry>, Vec<(Subject, DateTime<Utc>)>);

impl Known {
    pub fn recorded(&self, subject: Subject) -> Recorded {
        match subject {
            Subject::Session(id) => {
                let events = self.sessions[&id].clone();
                let of = |who| (who, self.leaves.get(&who).cloned().unwrap_or_default());
                Recorded::Session { id, leaves: on_duty(&events).into_iter().map(of).collect(), events }
            }
            Subject::Issue(id) => {
                let events = self.issues[&id.0].clone();
                let IssueEvent::Raised(raised) = &events[0].0 else { panic!("{id}") };
                Recorded::Issue { id, session_id: self.held_in[&raised.reception_id], events }
            }
            Subject::Grid(id) => Recorded::Grid(id),
            Subject::Deed(_) | Subject::Study(_) | Subject::Appointment(_) => self.thing(subject),
            Subject::Activity(_) | Subject::MajorIssue(_) | Subject::GridYear(..) | Subject::DelegateYear(..) => {
                self.of_years(subject)
            }
        }
    }

    pub fn happened(&self) -> Happened {
        self.records.values().flat_map(ObligationRecord::happened).collect()
    }

    /// Every obligation and every instant that is waited for, derived from the whole log.
    pub fn whole(&self) -> Whole {
        let sessions = self.sessions.keys().map(|id| Subject::Session(*id));
        let issues = self.issues.keys().map(|id| Subject::Issue(IssueId(*id)));
        let grids: Vec<Subject> = self.timeline.grids().map(Subject::Grid).collect();
        let (mut entries, mut waiting) = (BTreeMap::new(), Vec::new());
        for subject in sessions.chain(issues).chain(grids).chain(self.things.subjects()).chain(self.years()) {
            let outlook = self.recorded(subject).outlook(&self.timeline, &self.of(subject), DateTime::<Utc>::MAX_UTC);
            waiting.extend(outlook.next_at.map(|at| (subject, at)));
            entries.extend(outlook.entries.into_iter().map(|entry| (entry.id, entry)));
        }
        waiting.sort_by_key(|(subject, at)| (*at, *subject));
        (entries, waiting)
    }

    fn of(&self, subject: Subject) -> BTreeMap<ObligationId, ObligationRecord> {
        let is_of = |record: &ObligationRecord| {
            record.happened().next().is_some_and(|(key, _)| Subject::of_key(&key) == Some(subject))
        };
        self.records.iter().filter(|(_, record)| is_of(record)).map(|(id, record)| (*id, record.clone())).collect()
    }
}
