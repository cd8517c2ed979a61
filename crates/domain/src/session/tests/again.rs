//! A plan that is made again: what it brings to sessions that stand already.

use crate::area::{AreaEvent, Areas, set_venue};
use crate::calendar::Calendars;
use crate::fixtures::{day, stamp};
use crate::ids::SessionId;
use crate::issue::fixture::CALENDARS;
use crate::reception::People;
use crate::session::fixture::{GRID, TOWN, calendars_before_2026};
use crate::session::{
    AssignedSlot, PlacedBy, Plan, PlanDraft, Planning, RotaAssigned, RotaPublished, Session, SessionEvent,
    SessionMoved, SessionOpened, plan,
};
use crate::vocabulary::SessionReason;
use crate::{Fold as _, Stamp};
use std::collections::BTreeMap;

/// The sessions of one grid, in a log of their own.
struct Log {
    areas: Areas,
    calendars: Calendars,
    sessions: BTreeMap<SessionId, Session>,
    position: u64,
}

impl Log {
    fn of(calendars: &Calendars) -> Self {
        Self { areas: TOWN.areas.clone(), calendars: calendars.clone(), sessions: BTreeMap::new(), position: 100 }
    }

    /// What the Thursdays of a fortnight come to on a day.
    fn plans(&self, today: &str, from: &str, to: &str) -> Plan {
        let sessions = self.sessions.iter().map(|(id, session)| (*id, session)).collect();
        let known = Planning {
            people: People { areas: &self.areas, ..TOWN.people() },
            policies: &TOWN.policies,
            calendars: &self.calendars,
            today: day(today),
            sessions: &sessions,
        };
        plan(&known, &PlanDraft { from: day(from), to: day(to), grid_ids: Some(vec![GRID]) }).unwrap()
    }

    /// The same, recorded: planned, moved, unchanged, left alone.
    fn planned(&mut self, today: &str, from: &str, to: &str) -> (u32, u32, u32, u32) {
        let plan = self.plans(today, from, to);
        plan.events.iter().for_each(|planned| self.record(planned.id, planned.event.clone()));
        (plan.planned, plan.moved, plan.unchanged, plan.left_alone)
    }

    fn next(&mut self, version: u64) -> Stamp {
        self.position += 1;
        stamp(self.position, version)
    }

    fn record(&mut self, id: SessionId, event: SessionEvent) {
        let version = self.sessions.entry(id).or_default().version + 1;
        let stamp = self.next(version);
        self.sessions.get_mut(&id).unwrap().apply(&event, &stamp);
    }

    fn does(&mut self, on: &str, event: SessionEvent) {
        self.record(SessionId::of(GRID, day(on)), event);
    }

    fn sets_venue(&mut self, name: &str, from: &str) {
        let event: AreaEvent = set_venue(&self.areas, GRID, name, day(from)).unwrap();
        let stamp = self.next(9);
        self.areas.apply(GRID, &event, &stamp);
    }

    fn session(&self, on: &str) -> &Session {
        &self.sessions[&SessionId::of(GRID, day(on))]
    }

    fn venue(&self, on: &str) -> &str {
        self.session(on).held.venue.as_deref().unwrap_or("-")
    }

    /// Where a session would be held by a move of somebody's.
    fn moved(&self, on: &str, to: &str, venue: Option<&str>, reason_code: SessionReason) -> SessionEvent {
        let held = &self.session(on).held;
        SessionEvent::Moved(SessionMoved {
            held_on: day(to),
            from: held.from,
            to: held.to,
            venue: venue.map_or_else(|| held.venue.clone(), |venue| Some(venue.to_owned())),
            merged_days: held.merged_days.clone(),
            reason_code,
        })
    }

    fn publishes(&mut self, on: &str) {
        let slots: Vec<AssignedSlot> = Vec::new();
        self.does(on, SessionEvent::RotaAssigned(RotaAssigned { slots, proposal_position: None }));
        self.does(on, SessionEvent::RotaPublished(RotaPublished {}));
    }
}

const NOVEMBER: (&str, &str, &str) = ("2026-11-02", "2026-11-05", "2026-11-26");

#[test]
fn a_lost_day_is_held_with_the_next_wherever_somebody_moved_that() {
    let (today, from, to) = ("2025-12-01", "2026-10-01", "2026-10-08");
    let mut log = Log::of(&calendars_before_2026());
    assert_eq!(log.planned(today, from, to), (2, 0, 0, 0));
    log.does("2026-10-08", log.moved("2026-10-08", "2026-10-09", Some("某小区"), SessionReason::Weather));
    // By the calendar 10-01 is lost, and held with 10-08.
    log.calendars = CALENDARS.clone();
    let plan = log.plans(today, from, to);
    assert_eq!((plan.cancelled, plan.moved), (1, 1));
    log.planned(today, from, to);
    let held = &log.session("2026-10-08").held;
    assert_eq!((held.on, &held.merged_days), (day("2026-10-09"), &vec![day("2026-10-01")]));
    assert_eq!((held.by, log.venue("2026-10-08")), (PlacedBy::Hand, "某小区"));
    assert_eq!(log.planned(today, from, to), (0, 0, 1, 1), "the same again");
    // Once it was opened nothing is held with it any more.
    let mut late = Log::of(&calendars_before_2026());
    late.planned(today, from, to);
    late.does("2026-10-08", late.moved("2026-10-08", "2026-10-09", None, SessionReason::Weather));
    late.does("2026-10-08", SessionEvent::Opened(SessionOpened {}));
    late.calendars = CALENDARS.clone();
    assert_eq!(late.plans(today, from, to).moved, 0);
}

#[test]
fn a_venue_set_later_reaches_what_is_planned_and_not_published() {
    let (today, from, to) = NOVEMBER;
    let mut log = Log::of(&CALENDARS);
    assert_eq!(log.planned(today, from, to), (4, 0, 0, 0));
    log.publishes("2026-11-05");
    log.sets_venue("太平村党群服务站", "2026-01-01");
    assert_eq!(log.planned(today, from, to), (0, 3, 1, 0));
    assert_eq!((log.venue("2026-11-05"), log.venue("2026-11-12")), ("-", "太平村党群服务站"));
    assert_eq!(log.planned(today, from, to), (0, 0, 4, 0), "the same again");
    // From a day on; nobody was told of another venue, so that nothing was moved for those who read the notice.
    log.sets_venue("江桥社区中心", "2026-11-19");
    assert_eq!(log.planned(today, from, to), (0, 2, 2, 0));
    assert_eq!((log.venue("2026-11-12"), log.venue("2026-11-19")), ("太平村党群服务站", "江桥社区中心"));
    assert_eq!(log.session("2026-11-19").held.by, PlacedBy::Plan);
    assert_eq!(log.session("2026-11-19").held.day_by.1.version, 1, "the notice is due as it was");
    // What is past stands as it was.
    log.sets_venue("太平村村委会", "2026-11-20");
    assert_eq!(log.planned("2026-11-27", from, to), (0, 0, 4, 0));
}

#[test]
fn a_venue_that_somebody_named_stays_and_a_day_that_somebody_chose_too() {
    let (today, from, to) = NOVEMBER;
    let mut log = Log::of(&CALENDARS);
    log.sets_venue("太平村党群服务站", "2026-01-01");
    log.planned(today, from, to);
    for (on, reason) in [("2026-11-05", SessionReason::Other), ("2026-11-12", SessionReason::Calendar)] {
        log.does(on, log.moved(on, on, Some("某小区"), reason));
    }
    log.does("2026-11-19", log.moved("2026-11-19", "2026-11-20", None, SessionReason::Weather));
    log.sets_venue("江桥社区中心", "2026-11-01");
    assert_eq!(log.planned(today, from, to), (0, 2, 1, 1));
    assert_eq!((log.venue("2026-11-05"), log.venue("2026-11-12")), ("某小区", "某小区"));
    let moved = &log.session("2026-11-19").held;
    assert_eq!((moved.on, moved.by, log.venue("2026-11-19")), (day("2026-11-20"), PlacedBy::Hand, "江桥社区中心"));
    assert_eq!(log.venue("2026-11-26"), "江桥社区中心");
    assert_eq!(log.planned(today, from, to), (0, 0, 2, 2), "the same again");
}
