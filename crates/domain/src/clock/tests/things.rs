//! O-9, O-14, O-15 and O-16: what an appointment, a study, an inspection and a deed make people owe.

use super::tell;
use crate::appointment::fixture::Given as Asked;
use crate::appointment::{AppointmentCancelled, AppointmentContacted, AppointmentEvent, AppointmentKept};
use crate::area::{AreaEvent, LiaisonAppointed, TownDefined};
use crate::calendar::{CalendarEvent, NamedDay};
use crate::clock::{Happened, ObligationEvent, OwedBy, Recorded, Timeline};
use crate::correction::{Corrected, CorrectedValue};
use crate::deed::fixture::{Given as Pledged, completed};
use crate::deed::{DeedAbandoned, DeedEvent};
use crate::fixtures::{POLICY, calendar_years, day, stamp};
use crate::ids::{AppointmentId, AreaId, DeedId, FileId, OfficeId, ReceptionId, StudyId};
use crate::issue::fixture::at;
use crate::office::{OfficeEvent, OfficeRegistered};
use crate::policy::{Adopted, PolicyEvent};
use crate::session::fixture::{GRID, PARTY, TOWN};
use crate::study::{StudyBegun, StudyEvent, StudyFinished, StudySubmitted};
use crate::vocabulary::{CancelledBy, ObligationStatus, OfficeKind, Shortfall, WordChannel};
use crate::{Stamp, fixtures};
use std::collections::BTreeMap;
use uuid::Uuid;

pub(super) const LATE: &str = "2027-01-31 09:00";
pub(super) const JIANGQIAO: AreaId = AreaId(Uuid::from_u128(0x30));
pub(super) const STUDIO: OfficeId = OfficeId(Uuid::from_u128(0xb1));
pub(super) const CONGRESS: OfficeId = OfficeId(Uuid::from_u128(0xb2));

pub(super) fn minute(position: u64, version: u64, when: &str) -> Stamp {
    Stamp { occurred_at: at(when), recorded_at: at(when), policy: Some(3), ..stamp(position, version) }
}

/// The town with a liaison, both offices, and a policy adopted in a schema.
fn town_under(schema: u32) -> Timeline {
    let mut timeline = Timeline::default();
    let document = serde_json::from_str(POLICY).unwrap();
    timeline.take(None, &PolicyEvent::VersionAdopted(Adopted { document, schema }).into(), &stamp(3, 1));
    let town = TownDefined { name: "江桥镇".to_owned(), level: 0 };
    timeline.take(Some(JIANGQIAO.0), &AreaEvent::TownDefined(town).into(), &stamp(4, 1));
    for (id, event, stamp) in &TOWN.area_facts {
        timeline.take(Some(id.0), &event.clone().into(), stamp);
    }
    let liaison = LiaisonAppointed { name: "李联络".to_owned(), from: day("2024-01-01") };
    timeline.take(Some(GRID.0), &AreaEvent::LiaisonAppointed(liaison).into(), &stamp(8, 2));
    for (id, kind) in [(STUDIO, OfficeKind::PartyStudio), (CONGRESS, OfficeKind::CongressOffice)] {
        let registered = OfficeRegistered { name: id.to_string(), kind };
        timeline.take(Some(id.0), &OfficeEvent::Registered(registered).into(), &stamp(9, 1));
    }
    for (year, position) in calendar_years().into_iter().zip(11..) {
        timeline.take(None, &CalendarEvent::Published(year).into(), &stamp(position, 1));
    }
    timeline
}

pub(super) fn town() -> Timeline {
    town_under(3)
}

pub(super) fn told(recorded: &Recorded, timeline: &Timeline, until: &str) -> Vec<String> {
    recorded.happenings(timeline, &Happened::new(), at(until)).iter().map(tell).collect()
}

/// How what is owed stands on a day, with who owes it, in the order of due dates.
pub(super) fn standing(recorded: &Recorded, timeline: &Timeline, on: &str) -> Vec<(String, ObligationStatus)> {
    let mut entries = recorded.outlook(timeline, &BTreeMap::new(), at(LATE)).entries;
    entries.sort_by_key(|entry| (entry.due_on, entry.key.clone()));
    let named = |owed_by: &OwedBy| owed_by.name.clone().unwrap_or_else(|| owed_by.id.to_string());
    entries.iter().map(|entry| (named(&entry.owed_by), entry.status_on(day(on)))).collect()
}

pub(super) fn statuses(recorded: &Recorded, timeline: &Timeline, on: &str) -> Vec<ObligationStatus> {
    standing(recorded, timeline, on).into_iter().map(|(_, status)| status).collect()
}

fn deed(given: &Pledged) -> Recorded {
    Recorded::Deed { id: DeedId(Uuid::from_u128(0x81)), events: given.events.clone() }
}

fn appointment(given: &Asked) -> Recorded {
    Recorded::Appointment { id: AppointmentId(Uuid::from_u128(0x82)), events: given.events.clone() }
}

/// A study or an inspection, each of its facts at a minute of the town and recorded at another.
fn study(facts: &[(StudyEvent, &str, &str)]) -> Recorded {
    let events = (1..).zip(facts).map(|(version, (event, occurred, recorded))| {
        let stamp = Stamp { occurred_at: at(occurred), ..minute(200 + version, version, recorded) };
        (event.clone(), stamp)
    });
    Recorded::Study { id: StudyId(Uuid::from_u128(0x83)), events: events.collect() }
}

fn begun(grid_id: Option<AreaId>) -> StudyBegun {
    StudyBegun {
        grid_id,
        topics: vec!["livelihood".to_owned()],
        lead_delegate_id: PARTY[0],
        delegate_ids: Vec::new(),
        file_ids: Vec::new(),
    }
}

fn finished() -> StudyEvent {
    StudyEvent::Finished(StudyFinished { file_ids: vec![FileId(Uuid::from_u128(0xa1))] })
}

fn sent(office_id: OfficeId) -> StudyEvent {
    StudyEvent::Submitted(StudySubmitted { office_id, file_ids: Vec::new() })
}

pub(super) const OPEN: ObligationStatus = ObligationStatus::NotYetDue;
pub(super) const KEPT: ObligationStatus = ObligationStatus::Fulfilled;
pub(super) const LATE_KEPT: ObligationStatus = ObligationStatus::Late;
pub(super) const MISSING: ObligationStatus = ObligationStatus::Missing;
pub(super) const EXCUSED: ObligationStatus = ObligationStatus::Excused;

/// Pledged for Thursday 2026-12-10.
#[test]
fn a_deed_is_owed_by_the_day_promised() {
    let town = town();
    let pledged = deed(&Pledged::pledged());
    assert_eq!(
        told(&pledged, &town, LATE),
        [
            "O-16 reminder due 12-10 judged 12-11 09:00",
            "O-16 deed_overdue due 12-10 judged 12-12 00:00",
            "O-16 supervision due 12-10 judged 12-17 09:00",
            "O-16 circular due 12-10 judged 12-24 09:00",
        ]
    );
    assert_eq!(standing(&pledged, &town, "2026-12-11"), [(PARTY[0].to_string(), OPEN)]);
    assert_eq!(statuses(&pledged, &town, "2026-12-12"), [MISSING]);
    let kept = deed(&Pledged::completed());
    assert_eq!((told(&kept, &town, LATE), statuses(&kept, &town, LATE_DAY)), (vec![], vec![KEPT]));
    let late = deed(&Pledged::pledged().event(completed(), at("2026-12-10 16:00"), at("2026-12-14 09:00")));
    assert_eq!(
        told(&late, &town, LATE),
        ["O-16 reminder due 12-10 judged 12-11 09:00", "O-16 deed_overdue due 12-10 judged 12-12 00:00"]
    );
    assert_eq!(statuses(&late, &town, LATE_DAY), [LATE_KEPT]);
}

const LATE_DAY: &str = "2027-01-31";

#[test]
fn who_gives_a_deed_up_by_its_day_owes_nothing_and_afterwards_nobody_is_reminded() {
    let town = town();
    let given_up = deed(&Pledged::abandoned());
    assert_eq!((told(&given_up, &town, LATE), statuses(&given_up, &town, LATE_DAY)), (vec![], vec![EXCUSED]));
    let abandoned = DeedEvent::Abandoned(DeedAbandoned {});
    let late = deed(&Pledged::pledged().then("2026-12-11 10:00", abandoned));
    assert_eq!(
        told(&late, &town, LATE),
        ["O-16 reminder due 12-10 judged 12-11 09:00", "O-16 deed_overdue due 12-10 judged 12-12 00:00"]
    );
    assert_eq!(statuses(&late, &town, LATE_DAY), [MISSING]);
}

#[test]
fn a_corrected_day_moves_what_is_owed_and_leaves_what_was_found() {
    let town = town();
    let corrected = |when| {
        let value = Some(CorrectedValue::Text("2026-12-21".to_owned()));
        let event = Corrected { event_version: 1, pointer: "/public/promised_on".to_owned(), value };
        deed(&Pledged::pledged().then(when, DeedEvent::Corrected(event)))
    };
    assert_eq!(
        told(&corrected("2026-12-01 09:00"), &town, "2026-12-22 10:00"),
        ["O-16 reminder due 12-21 judged 12-22 09:00"]
    );
    let after = told(&corrected("2026-12-14 09:00"), &town, LATE);
    assert_eq!(after[1], "O-16 deed_overdue due 12-10 judged 12-12 00:00");
    assert!(!after.iter().any(|one| one.contains("due 12-21 judged 12-23")), "found once, and not again: {after:?}");
}

/// A thing of before a policy of schema 3 is not looked at, nor is one that a policy of schema 2 decides on.
#[test]
fn what_the_program_learned_is_looked_at_from_the_next_policy_on() {
    let before = town_under(2);
    let pledged = deed(&Pledged::pledged());
    assert_eq!((told(&pledged, &before, LATE), statuses(&pledged, &before, LATE_DAY)), (vec![], vec![]));
    // Adopted anew after the pledge: that was made under the version of before.
    let mut after = town_under(2);
    let document = serde_json::from_str::<serde_json::Value>(POLICY).unwrap();
    let adopted = PolicyEvent::VersionAdopted(document.into());
    after.take(None, &adopted.into(), &minute(90, 2, "2026-12-01 09:00"));
    assert_eq!((told(&pledged, &after, LATE), statuses(&pledged, &after, LATE_DAY)), (vec![], vec![]));
    let mut under_it = Pledged::pledged();
    under_it.events[0].1.policy = Some(90);
    assert_eq!(told(&deed(&under_it), &after, LATE).len(), 4, "due after the day of the adoption");
    let mut due_before = under_it.clone();
    let DeedEvent::Pledged(event) = &mut due_before.events[0].0 else { panic!() };
    event.promised_on = day("2026-11-30");
    assert_eq!(told(&deed(&due_before), &after, LATE), Vec::<String>::new());
    // What the clock knew before goes on under either.
    assert!(fixtures::policies().newest().unwrap().clock_knows(3));
    assert_eq!(before.rules().unwrap().policies.clock_known_since(2), Some(stamp(3, 1).recorded_at));
}

/// Asked for on Thursday 2026-11-19, a contact is owed by Friday.
#[test]
fn whoever_asks_for_a_visit_is_contacted_by_the_liaison() {
    let town = town();
    let asked = appointment(&Asked::requested());
    assert_eq!(
        told(&asked, &town, LATE),
        [
            "O-9 reminder due 11-20 judged 11-23 09:00",
            "O-9 appointment_unanswered due 11-20 judged 11-24 00:00",
            "O-9 supervision due 11-20 judged 11-27 09:00",
            "O-9 circular due 11-20 judged 12-04 09:00",
        ]
    );
    assert_eq!(standing(&asked, &town, "2026-11-24"), [("李联络".to_owned(), MISSING)]);
    let spoken = AppointmentEvent::Contacted(AppointmentContacted { channel: WordChannel::Phone });
    let told_then = |occurred, recorded| {
        let asked = appointment(&Asked::requested().event(spoken.clone(), at(occurred), at(recorded)));
        (told(&asked, &town, LATE).len(), statuses(&asked, &town, LATE_DAY))
    };
    assert_eq!(told_then("2026-11-20 17:00", "2026-11-23 08:00"), (0, vec![KEPT]));
    assert_eq!(told_then("2026-11-20 17:00", "2026-11-23 10:00"), (1, vec![KEPT]), "a reminder went out before it");
    assert_eq!(told_then("2026-11-20 17:00", "2026-11-24 10:00"), (2, vec![LATE_KEPT]));
}

#[test]
fn the_delegate_comes_on_the_day_agreed_last() {
    let town = town();
    let agreed = appointment(&Asked::scheduled());
    assert_eq!(told(&agreed, &town, LATE), ["O-9 appointment_missed due 11-26 judged 11-28 00:00"]);
    assert_eq!(standing(&agreed, &town, "2026-11-28"), [("李联络".to_owned(), KEPT), (PARTY[0].to_string(), MISSING)]);
    let kept = appointment(&Asked::kept());
    assert_eq!((told(&kept, &town, LATE), statuses(&kept, &town, LATE_DAY)), (vec![], vec![KEPT, KEPT]));
    let moved = Asked::scheduled().and_scheduled("2026-11-24 09:00", "2026-12-01");
    assert_eq!(told(&appointment(&moved), &town, LATE), ["O-9 appointment_missed due 12-01 judged 12-03 00:00"]);
    let visit = AppointmentEvent::Kept(AppointmentKept { reception_id: ReceptionId::default() });
    let late = appointment(&moved.event(visit, at("2026-12-02 14:00"), at("2026-12-02 15:00")));
    assert_eq!(told(&late, &town, LATE).len(), 1);
    assert_eq!(statuses(&late, &town, LATE_DAY), [KEPT, LATE_KEPT]);
}

#[test]
fn the_visitor_releases_and_the_delegate_does_not() {
    let town = town();
    let by_visitor = appointment(&Asked::cancelled(CancelledBy::Visitor));
    assert_eq!((told(&by_visitor, &town, LATE), statuses(&by_visitor, &town, LATE_DAY)), (vec![], vec![KEPT, EXCUSED]));
    let by_delegate = appointment(&Asked::cancelled(CancelledBy::Delegate));
    assert_eq!(told(&by_delegate, &town, LATE), ["O-9 appointment_missed due 11-26 judged 11-28 00:00"]);
    assert_eq!(statuses(&by_delegate, &town, LATE_DAY), [KEPT, MISSING]);
    let called_off = |by, when: &str| {
        let event = AppointmentEvent::Cancelled(AppointmentCancelled { by });
        appointment(&Asked::requested().then(when, event))
    };
    let in_time = called_off(CancelledBy::Visitor, "2026-11-20 10:00");
    assert_eq!((told(&in_time, &town, LATE), statuses(&in_time, &town, LATE_DAY)), (vec![], vec![EXCUSED]));
    // Too late to release, and nobody is to be spoken to any more.
    let too_late = called_off(CancelledBy::Visitor, "2026-11-25 10:00");
    assert_eq!(told(&too_late, &town, LATE).len(), 2);
    assert_eq!(statuses(&too_late, &town, LATE_DAY), [MISSING]);
    // Whom the delegate put off is still to be told.
    assert_eq!(told(&called_off(CancelledBy::Delegate, "2026-11-20 10:00"), &town, LATE).len(), 4);
}

/// Finished on Tuesday 2026-11-10: due ten working days later.
#[test]
fn a_finished_study_goes_to_both_offices() {
    let town = town();
    let start = || (StudyEvent::Started(begun(Some(GRID))), "2026-11-02 09:00", "2026-11-02 09:00");
    let finish = || (finished(), "2026-11-10 09:00", "2026-11-10 09:00");
    assert_eq!(statuses(&study(&[start()]), &town, LATE_DAY), []);
    let open = study(&[start(), finish()]);
    assert_eq!(
        told(&open, &town, LATE),
        [
            "O-14 reminder due 11-24 judged 11-25 09:00",
            "O-14 study_not_filed due 11-24 judged 11-26 00:00",
            "O-14 supervision due 11-24 judged 12-01 09:00",
            "O-14 circular due 11-24 judged 12-08 09:00",
        ]
    );
    assert_eq!(standing(&open, &town, "2026-11-26"), [(PARTY[0].to_string(), MISSING)]);
    let missing = |recorded: &Recorded| {
        recorded.happenings(&town, &Happened::new(), at(LATE)).into_iter().find_map(|one| match one.event {
            ObligationEvent::Breached(breached) => Some(breached.missing),
            ObligationEvent::TierReached(_)
            | ObligationEvent::Explained(_)
            | ObligationEvent::ExplanationDecided(_) => None,
        })
    };
    assert_eq!(missing(&open), Some(vec![Shortfall::PartyStudio, Shortfall::CongressOffice]));
    let one = (sent(STUDIO), "2026-11-20 09:00", "2026-11-20 09:00");
    let half = study(&[start(), finish(), one.clone()]);
    assert_eq!(missing(&half), Some(vec![Shortfall::CongressOffice]));
    let whole = study(&[start(), finish(), one.clone(), (sent(CONGRESS), "2026-11-24 09:00", "2026-11-25 08:00")]);
    assert_eq!((told(&whole, &town, LATE), statuses(&whole, &town, LATE_DAY)), (vec![], vec![KEPT]));
    let late = study(&[start(), finish(), one, (sent(CONGRESS), "2026-11-24 09:00", "2026-11-26 08:00")]);
    assert_eq!(
        (missing(&late), statuses(&late, &town, LATE_DAY)),
        (Some(vec![Shortfall::CongressOffice]), vec![LATE_KEPT])
    );
}

/// Held on Tuesday 2026-11-10: due five working days later, to either office.
#[test]
fn an_inspection_is_reported_to_one_office() {
    let town = town();
    let held = || (StudyEvent::Inspected(begun(None)), "2026-11-10 09:00", "2026-11-10 09:00");
    let open = study(&[held()]);
    assert_eq!(told(&open, &town, "2026-11-19 09:00")[1], "O-15 inspection_report_late due 11-17 judged 11-19 00:00");
    let entry = open.outlook(&town, &BTreeMap::new(), at(LATE)).entries.remove(0);
    assert_eq!(
        (entry.grid_id, entry.key.part.map(|part| part.to_string())),
        (JIANGQIAO, Some("inspection".to_owned()))
    );
    let kept = study(&[held(), (sent(CONGRESS), "2026-11-17 18:00", "2026-11-17 18:00")]);
    assert_eq!((told(&kept, &town, LATE), statuses(&kept, &town, LATE_DAY)), (vec![], vec![KEPT]));
    // Written down much later it is judged a claim day after that.
    let written_down = study(&[(StudyEvent::Inspected(begun(None)), "2026-11-10 09:00", "2026-12-07 09:00")]);
    assert_eq!(
        told(&written_down, &town, "2026-12-09 00:00")[1],
        "O-15 inspection_report_late due 11-17 judged 12-09 00:00"
    );
}

#[test]
fn a_calendar_that_comes_later_moves_what_counts_working_days_and_nothing_else() {
    let mut town = town();
    let mut year = calendar_years().pop().unwrap();
    year.local_closures = vec![NamedDay { date: day("2026-11-23"), name: "停电".to_owned() }];
    town.take(None, &CalendarEvent::Amended(year).into(), &minute(99, 2, "2026-11-20 09:00"));
    let open = study(&[
        (StudyEvent::Started(begun(Some(GRID))), "2026-11-02 09:00", "2026-11-02 09:00"),
        (finished(), "2026-11-10 09:00", "2026-11-10 09:00"),
    ]);
    assert_eq!(told(&open, &town, LATE)[1], "O-14 study_not_filed due 11-25 judged 11-27 00:00");
    let asked = appointment(&Asked::requested());
    assert_eq!(told(&asked, &town, LATE)[1], "O-9 appointment_unanswered due 11-20 judged 11-25 00:00");
    assert_eq!(told(&deed(&Pledged::pledged()), &town, LATE)[1], "O-16 deed_overdue due 12-10 judged 12-12 00:00");
}
