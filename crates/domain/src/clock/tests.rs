//! What the clock finds, when, and that it finds the same however often it runs.
#![allow(clippy::unwrap_used)]

mod activities;
mod explanations;
mod issues;
mod major_issues;
mod offices;
mod sessions;
mod stopped;
mod things;
mod years;

use super::*;
use crate::Stamp;
use crate::calendar::{CalendarEvent, Calendars};
use crate::fixtures::{calendar_years, stamp};
use crate::ids::{DelegateId, SessionId};
use crate::issue::fixture::{POLICY, at};
use crate::leave::{LeaveEvent, LeavesOf};
use crate::policy::{Policies, PolicyEvent};
use crate::session::fixture::{Given, TOWN};
use crate::session::{Session, SessionEvent};
use crate::{Fold as _, fixtures};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Everything recorded that a session's obligations depend on.
#[derive(Clone)]
struct World {
    id: SessionId,
    events: Vec<(SessionEvent, Stamp)>,
    leaves: Vec<(DelegateId, LeaveEvent, Stamp)>,
    calendars: Vec<(CalendarEvent, Stamp)>,
    policies: Policies,
}

impl World {
    fn of(given: &Given) -> Self {
        let years = calendar_years().into_iter().zip(11..);
        let calendars = years.map(|(year, position)| (CalendarEvent::Published(year), stamp(position, 1)));
        Self {
            id: given.id,
            events: given.events.clone(),
            leaves: Vec::new(),
            calendars: calendars.collect(),
            policies: fixtures::policies(),
        }
    }

    /// The same as a timeline, and what is recorded of the session.
    fn recorded(&self) -> (Timeline, Recorded) {
        let mut timeline = Timeline::default();
        let policy =
            PolicyEvent::VersionAdopted(serde_json::from_str::<serde_json::Value>(fixtures::POLICY).unwrap().into());
        timeline.take(None, &policy.into(), &stamp(3, 1));
        for (id, event, stamp) in &TOWN.area_facts {
            timeline.take(Some(id.0), &event.clone().into(), stamp);
        }
        for (event, stamp) in &self.calendars {
            timeline.take(None, &event.clone().into(), stamp);
        }
        let mut leaves: BTreeMap<DelegateId, Vec<(LeaveEvent, Stamp)>> = BTreeMap::new();
        for (who, event, stamp) in &self.leaves {
            leaves.entry(*who).or_default().push((event.clone(), *stamp));
        }
        (timeline, Recorded::Session { id: self.id, events: self.events.clone(), leaves })
    }

    /// The instants at which something was recorded, up to one of them.
    fn changes(&self, until: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let events = self.events.iter().map(|(_, at)| at.recorded_at);
        let leaves = self.leaves.iter().map(|(_, _, at)| at.recorded_at);
        let calendars = self.calendars.iter().map(|(_, at)| at.recorded_at);
        let all: BTreeSet<DateTime<Utc>> = events.chain(leaves).chain(calendars).filter(|at| *at <= until).collect();
        all.into_iter().collect()
    }

    /// Asks what is so by everything recorded up to an instant.
    fn at<T>(&self, at: DateTime<Utc>, ask: impl FnOnce(Vec<Obligation<'_>>, &Calendars) -> T) -> T {
        let mut session = Session::default();
        for (event, stamp) in self.events.iter().filter(|(_, stamp)| stamp.recorded_at <= at) {
            session.apply(event, stamp);
        }
        let mut leaves = LeavesOf::new();
        for (who, event, stamp) in self.leaves.iter().filter(|(_, _, stamp)| stamp.recorded_at <= at) {
            leaves.entry(*who).or_default().apply(event, stamp);
        }
        let mut calendars = Calendars::default();
        let mut editions = Vec::new();
        for (event, stamp) in self.calendars.iter().filter(|(_, stamp)| stamp.recorded_at <= at) {
            calendars.apply(event, stamp);
            editions.push(Edition { recorded_at: stamp.recorded_at, calendars: calendars.clone() });
        }
        let known = SessionKnown {
            policies: &self.policies,
            calendars: &calendars,
            editions: &editions,
            areas: &TOWN.areas,
            leaves: &leaves,
            delegates: &TOWN.delegates,
        };
        ask(of_session(self.id, &session, &known), &calendars)
    }

    fn possible(&self, at: DateTime<Utc>) -> Vec<Happening> {
        self.at(at, |obligations, calendars| {
            obligations.iter().flat_map(|one| possible(one, &self.policies, calendars)).collect()
        })
    }

    /// What a run at an instant records, by what was recorded until then.
    fn run(&self, happened: &Happened, until: DateTime<Utc>) -> Vec<Happening> {
        happenings(&self.changes(until), &|at, _| self.possible(at), happened, until)
    }

    /// Every happening up to a minute of the town, as code, name and instant.
    fn told(&self, until: &str) -> Vec<String> {
        self.run(&Happened::new(), at(until)).iter().map(tell).collect()
    }

    /// How each obligation of a code stands at a minute of the town.
    fn status(&self, code: &str, when: &str) -> Vec<crate::vocabulary::ObligationStatus> {
        self.at(at(when), |obligations, calendars| {
            let of_code = obligations.iter().filter(|one| one.key.code.as_str() == code);
            of_code.map(|one| status(one, &ObligationRecord::default(), calendars, at(when))).collect()
        })
    }
}

fn tell(happening: &Happening) -> String {
    let (code, what, on) = match &happening.event {
        ObligationEvent::Breached(one) => (one.code, one.what.to_string(), one.due_on),
        ObligationEvent::TierReached(one) => (one.code, one.tier.to_string(), one.due_on),
        ObligationEvent::Explained(_) | ObligationEvent::ExplanationDecided(_) => unreachable!("nobody explains here"),
    };
    let town = |at: DateTime<Utc>| at.with_timezone(&POLICY.time_zone()).format("%m-%d %H:%M").to_string();
    format!("{code} {what} due {} judged {}", on.format("%m-%d"), town(happening.at))
}

#[test]
fn an_obligation_has_the_id_of_its_key() {
    let key = Key {
        code: crate::vocabulary::ObligationCode::O4,
        part: None,
        about: "session/0198a000-0000-8000-8000-000000000601".to_owned(),
        period: None,
    };
    assert_eq!(key.text(), "O-4\n\nsession/0198a000-0000-8000-8000-000000000601\n");
    assert_eq!(key.id().0, crate::ids::derived("obligation", &key.text()));
    let other = Key { period: Some("1".to_owned()), ..key.clone() };
    assert_ne!(other.id(), key.id());
}

#[test]
fn every_row_of_the_table_is_of_a_code_and_its_parts() {
    let mut seen = BTreeSet::new();
    for row in table::ROWS {
        assert!(seen.insert((row.code, row.part)), "{row:?} twice");
        // What is only counted is never found.
        let is_counted = row.code == crate::vocabulary::ObligationCode::O21;
        assert_eq!((row.breaches.is_empty(), row.is_informational()), (is_counted, is_counted), "{row:?}");
        let parts = row.code.parts();
        assert!(row.part.map_or(parts.is_empty(), |part| parts.contains(&part)), "{row:?}");
    }
    // Nothing that the notice asks for is left out.
    for code in crate::vocabulary::ObligationCode::ALL {
        let parts = code.parts();
        let rows = table::ROWS.iter().filter(|row| row.code == *code).count();
        assert_eq!(rows, parts.len().max(1), "{code}");
    }
}
