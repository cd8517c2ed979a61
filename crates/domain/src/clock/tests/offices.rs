//! O-18 and O-19: offices that are vacant, and what a delegate left open.

use super::{Happened, tell};
use crate::Stamp;
use crate::area::{AreaEvent, Areas, ConvenerAppointed, GridDefined, LiaisonAppointed, OfficeEnded, TownDefined};
use crate::clock::{
    Obligation, ObligationRecord, OfficesKnown, OwedBy, falls_to_convener, happenings, of_departures, of_grid,
    possible, status,
};
use crate::delegate::{DelegateEvent, Delegates, Departed, MandateGiven, Registered};
use crate::fixtures::{calendars, day, policies, stamp};
use crate::ids::{AreaId, DelegateId};
use crate::issue::fixture::{GRID, Given, ISSUE, RECEIVER, SUCCESSOR, at, rules};
use crate::issue::{IssueEvent, handover};
use crate::vocabulary::{DelegateType, DepartureReason, HandoverReason, ObligationStatus, OfficeEndReason};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use uuid::Uuid;

const TOWN: AreaId = AreaId(Uuid::from_u128(0x30));
const LATE: &str = "2027-01-31 09:00";

/// Something of areas or people, at a minute of the town.
#[derive(Clone)]
enum Fact {
    Area(AreaId, AreaEvent),
    Delegate(DelegateId, DelegateEvent),
}

#[derive(Clone)]
struct World {
    facts: Vec<(Fact, Stamp)>,
    issue: Option<Given>,
}

fn at_minute(position: u64, when: &str) -> Stamp {
    Stamp { occurred_at: at(when), recorded_at: at(when), ..stamp(position, position) }
}

impl World {
    /// A grid defined on 2026-10-12 with a convener and a liaison from that day on.
    fn new() -> Self {
        let mut world = Self { facts: Vec::new(), issue: None };
        world.says(
            "2026-10-12 08:00",
            Fact::Area(TOWN, AreaEvent::TownDefined(TownDefined { name: "江桥镇".to_owned(), level: 0 })),
        );
        let grid = GridDefined { name: "太平网格".to_owned(), level: 1, parent_id: TOWN };
        world.says("2026-10-12 08:00", Fact::Area(GRID, AreaEvent::GridDefined(grid)));
        for id in [RECEIVER, SUCCESSOR] {
            world.says(
                "2026-10-12 08:01",
                Fact::Delegate(id, DelegateEvent::Registered(Registered { name: format!("代表{id}") })),
            );
            let given = MandateGiven { delegate_type: DelegateType::Party, from: day("2023-12-01") };
            world.says("2026-10-12 08:01", Fact::Delegate(id, DelegateEvent::MandateGiven(given)));
        }
        world.convener("2026-10-12 09:00", SUCCESSOR, "2026-10-12");
        world.liaison("2026-10-12 09:00", "2026-10-12");
        world
    }

    fn says(&mut self, when: &str, fact: Fact) {
        let position = u64::try_from(self.facts.len()).unwrap() + 20;
        self.facts.push((fact, at_minute(position, when)));
    }

    fn convener(&mut self, when: &str, delegate_id: DelegateId, from: &str) {
        let event = AreaEvent::ConvenerAppointed(ConvenerAppointed { delegate_id, from: day(from) });
        self.says(when, Fact::Area(GRID, event));
    }

    fn liaison(&mut self, when: &str, from: &str) {
        let event = AreaEvent::LiaisonAppointed(LiaisonAppointed { name: "李明".to_owned(), from: day(from) });
        self.says(when, Fact::Area(GRID, event));
    }

    fn liaison_ends(&mut self, when: &str, to: &str) {
        let event = AreaEvent::LiaisonEnded(OfficeEnded { to: day(to), reason_code: OfficeEndReason::Resignation });
        self.says(when, Fact::Area(GRID, event));
    }

    fn leaves(&mut self, when: &str, who: DelegateId, on: &str, position: u64) {
        let departed = Departed { reason_code: DepartureReason::TermEnd, on: day(on) };
        let fact = Fact::Delegate(who, DelegateEvent::Departed(departed));
        self.facts.push((fact, at_minute(position, when)));
    }

    fn at<T>(&self, at: DateTime<Utc>, ask: impl FnOnce(Vec<Obligation<'_>>, &OfficesKnown<'_>) -> T) -> T {
        let (policies, calendars) = (policies(), calendars());
        let (mut areas, mut delegates) = (Areas::default(), Delegates::default());
        for (fact, stamp) in self.facts.iter().filter(|(_, stamp)| stamp.recorded_at <= at) {
            match fact {
                Fact::Area(id, event) => areas.apply(*id, event, stamp),
                Fact::Delegate(id, event) => delegates.apply(*id, event, stamp),
            }
        }
        let editions = [crate::clock::Edition { recorded_at: DateTime::UNIX_EPOCH, calendars: calendars.clone() }];
        let known = OfficesKnown {
            policies: &policies,
            calendars: &calendars,
            editions: &editions,
            areas: &areas,
            delegates: &delegates,
        };
        let mut all: Vec<Obligation<'_>> = areas.grid(GRID).map_or(Vec::new(), |grid| of_grid(grid, &known));
        if let Some(given) = &self.issue {
            let events: Vec<_> = given.events.iter().filter(|(_, stamp)| stamp.recorded_at <= at).cloned().collect();
            all.extend(of_departures(ISSUE, &events, &known));
        }
        ask(all, &known)
    }

    fn told(&self, until: &str) -> Vec<String> {
        let of_issue = self.issue.iter().flat_map(|given| given.events.iter().map(|(_, stamp)| stamp.recorded_at));
        let changes: BTreeSet<DateTime<Utc>> =
            self.facts.iter().map(|(_, stamp)| stamp.recorded_at).chain(of_issue).collect();
        let changes: Vec<DateTime<Utc>> = changes.into_iter().collect();
        let would = |at, _| {
            self.at(at, |all, known| {
                all.iter().flat_map(|one| possible(one, known.policies, known.calendars)).collect()
            })
        };
        happenings(&changes, &would, &Happened::new(), at(until)).iter().map(tell).collect()
    }

    fn status(&self, code: &str, when: &str) -> Vec<ObligationStatus> {
        self.at(at(when), |all, known| {
            let of_code = all.iter().filter(|one| one.key.code.as_str() == code);
            of_code.map(|one| status(one, &ObligationRecord::default(), known.calendars, at(when))).collect()
        })
    }
}

#[test]
fn an_office_that_is_filled_owes_nothing() {
    assert_eq!(World::new().told(LATE), Vec::<String>::new());
}

#[test]
fn a_vacancy_is_filled_within_its_grace_or_found() {
    let mut world = World::new();
    world.liaison_ends("2026-11-02 09:00", "2026-11-06");
    // Vacant from Saturday 11-07 on: ten working days later is Friday 11-20.
    assert_eq!(
        world.told(LATE),
        [
            "O-18 reminder due 11-20 judged 11-23 09:00",
            "O-18 office_vacant due 11-20 judged 11-24 00:00",
            "O-18 supervision due 11-20 judged 11-27 09:00",
            "O-18 circular due 11-20 judged 12-04 09:00",
        ]
    );
    let key = world.at(at(LATE), |all, _| all[0].key.clone());
    assert_eq!(key.text(), format!("O-18\nliaison\narea/{GRID}\n2026-11-07"));
    assert_eq!(world.at(at(LATE), |all, _| all[0].owed_by.clone()), OwedBy::area(TOWN));
    let mut filled = world.clone();
    filled.liaison("2026-11-20 09:00", "2026-11-20");
    assert_eq!((filled.told(LATE), filled.status("O-18", LATE)), (vec![], vec![ObligationStatus::Fulfilled]));
    // Appointed afterwards for a day long past, it was filled late.
    let mut late = world.clone();
    late.liaison("2026-11-25 09:00", "2026-11-16");
    assert_eq!(late.told(LATE).len(), 2);
    assert_eq!(late.status("O-18", LATE), [ObligationStatus::Late]);
    // A convener whose mandate ends leaves the office vacant, too.
    let mut world = World::new();
    world.leaves("2026-11-06 10:00", SUCCESSOR, "2026-11-06", 80);
    assert!(world.told(LATE).contains(&"O-18 office_vacant due 11-20 judged 11-24 00:00".to_owned()));
}

/// The receiver leaves on 2026-11-20 with the issue open; it is to be handed over by Wednesday 2026-11-25.
fn left_open() -> World {
    let mut world = World::new();
    world.issue = Some(Given::in_hand());
    world.leaves("2026-11-20 10:00", RECEIVER, "2026-11-20", 150);
    world
}

#[test]
fn what_somebody_left_open_is_handed_over_or_falls_to_the_convener() {
    let world = left_open();
    let orphaned = "O-19 issue_orphaned due 11-25 judged 11-27 00:00";
    assert!(world.told(LATE).contains(&orphaned.to_owned()), "{:?}", world.told(LATE));
    let owed = world.at(at(LATE), |all, _| all.last().unwrap().owed_by.clone());
    assert_eq!(owed, OwedBy::delegate(SUCCESSOR));
    let falls = |world: &World, who| {
        world.at(at("2026-11-27 00:00"), |_, known| {
            falls_to_convener(
                &world.issue.as_ref().unwrap().issue,
                who,
                DepartureReason::TermEnd,
                day("2026-11-27"),
                known,
            )
        })
    };
    let handed = falls(&world, RECEIVER).unwrap();
    assert_eq!((handed.to_delegate_id, handed.reason_code), (SUCCESSOR, HandoverReason::TermEnd));
    // Nobody but the breach where the convener is who left, or the issue is another's by now.
    assert_eq!(falls(&world, SUCCESSOR), None);
    let mut no_convener = world.clone();
    no_convener.leaves("2026-11-26 10:00", SUCCESSOR, "2026-11-26", 151);
    assert_eq!(falls(&no_convener, RECEIVER), None);
}

#[test]
fn a_handover_in_time_and_an_end_in_time_leave_nothing_owed() {
    let orphaned = |world: &World| world.told(LATE).iter().any(|one| one.contains("issue_orphaned"));
    let mut handed = left_open();
    let when = "2026-11-24 10:00";
    let given = handed.issue.take().unwrap();
    let draft =
        handover::HandoverDraft { to_delegate_id: SUCCESSOR, reason_code: HandoverReason::TermEnd, at: at(when) };
    let event = handed
        .at(at(when), |_, known| handover::hand_over(&given.issue, &rules(when), known.delegates, &draft).unwrap());
    let mut given = given;
    // After the departure in the log, too.
    given.issue.version = 60;
    handed.issue = Some(given.then(when, IssueEvent::ResponsibilityHandedOver(event)));
    assert!(!orphaned(&handed));
    assert_eq!(handed.status("O-19", LATE), [ObligationStatus::Fulfilled]);
    let mut answered = left_open();
    let mut given = answered.issue.take().unwrap();
    given.issue.version = 60;
    answered.issue = Some(given.and_answered("2026-11-25 10:00"));
    assert!(!orphaned(&answered));
    assert_eq!(answered.status("O-19", LATE), [ObligationStatus::Excused]);
    // An issue that was somebody else's by then is not left open.
    let mut before = World::new();
    before.issue = Some(Given::in_hand());
    before.leaves("2026-11-20 10:00", SUCCESSOR, "2026-11-20", 150);
    assert_eq!(before.status("O-19", LATE), []);
    assert!(crate::issue::fixture::POLICY.clock_runs());
}
