//! Receptions recorded in time, and corrections.

use super::super::{ReceptionFacts, What, judge_reception};
use super::*;
use crate::Stamp;
use crate::correction::{Corrected, CorrectedValue};
use crate::ids::{AreaId, ReceptionId};
use crate::issue::fixture::{CALENDARS, GRID, SUCCESSOR};
use crate::reception::{ReceivingDelegate, ReceptionEvent, ReceptionRecorded};
use crate::vocabulary::{DelegateType, ReceptionForm};
use Indicator::{Corrections, LateRecords};
use uuid::Uuid;

fn stamp(version: u64, occurred: &str, recorded: &str) -> Stamp {
    Stamp {
        position: 100 + version,
        version,
        occurred_at: at(occurred),
        recorded_at: at(recorded),
        policy: Some(POLICY.position()),
        calendar: CALENDARS.newest(),
        account: None,
    }
}

fn held(recorded: &str) -> Vec<(ReceptionEvent, Stamp)> {
    let event = ReceptionRecorded {
        form: ReceptionForm::WalkIn,
        grid_id: GRID,
        unit_id: None,
        delegates: vec![ReceivingDelegate { delegate_id: RECEIVER, delegate_type: DelegateType::Party }],
        visitors: Vec::new(),
        issue_ids: Vec::new(),
        session_id: None,
        appointment_id: None,
        activity_id: None,
        meeting_id: None,
        study_id: None,
        deed_id: None,
    };
    vec![(ReceptionEvent::Recorded(event), stamp(1, "2026-11-19 14:10", recorded))]
}

fn reception(events: Vec<(ReceptionEvent, Stamp)>) -> ReceptionFacts {
    ReceptionFacts::of(ReceptionId(Uuid::from_u128(0x55)), events, &BOOK).unwrap()
}

fn of(facts: &ReceptionFacts, indicator: Indicator, seen_on: &str) -> (u64, u64) {
    let mut tally = Tally::default();
    judge_reception(facts, &seen(seen_on), &mut |finding| tally.take(&finding));
    let Measure::Share(ratio) = measure(&tally, indicator) else { panic!("of another kind") };
    (ratio.n, ratio.of)
}

#[test]
fn a_reception_is_recorded_by_the_next_working_day_or_late() {
    assert_eq!(of(&reception(held("2026-11-20 23:00")), LateRecords, "2026-12-31"), (0, 1));
    assert_eq!(of(&reception(held("2026-11-21 09:00")), LateRecords, "2026-12-31"), (1, 1));
    assert_eq!(of(&reception(held("2026-11-21 09:00")), LateRecords, "2026-11-18"), (0, 0));
}

#[test]
fn a_corrected_reception_is_held_when_and_by_whom_the_correction_says() {
    let correct = |version, pointer: &str, value| {
        let corrected = Corrected { event_version: 1, pointer: pointer.to_owned(), value: Some(value) };
        (ReceptionEvent::Corrected(corrected), stamp(version, "2026-11-30 09:00", "2026-11-30 09:00"))
    };
    let mut events = held("2026-11-23 09:00");
    events.push(correct(2, "/occurred_at", CorrectedValue::Whole(at("2026-11-20 14:10").timestamp_millis())));
    let person = CorrectedValue::Text(SUCCESSOR.to_string());
    events.push(correct(3, "/public/delegates/0/delegate_id", person));
    let facts = reception(events);
    assert_eq!(facts.delegates, [SUCCESSOR]);
    assert_eq!((facts.grid_id, of(&facts, LateRecords, "2026-12-31")), (GRID, (0, 1)));
    assert_ne!(facts.grid_id, AreaId::default());
    assert_eq!(of(&facts, Corrections, "2026-12-31"), (2, 3));
    assert_eq!(of(&facts, Corrections, "2026-11-29"), (0, 1));
}

#[test]
fn corrections_are_a_share_of_the_leaves_recorded() {
    let given = Given::answered();
    assert_eq!(share(&given, Corrections, "2026-12-31"), (0, 3));
    let corrected = crate::issue::IssueCorrected {
        event_version: 1,
        pointer: "/public/topic".to_owned(),
        value: Some(CorrectedValue::Text("transport".to_owned())),
        due: None,
    };
    let given = given.then("2026-12-01 09:00", IssueEvent::Corrected(corrected));
    assert_eq!(share(&given, Corrections, "2026-12-31"), (1, 4));
    assert_eq!(share(&given, Corrections, "2026-11-19"), (0, 2));
    let leaves =
        findings(&given, seen("2026-12-31")).into_iter().filter(|(_, f)| matches!(f.what, What::Leaves { .. }));
    assert_eq!(leaves.count(), 1);
}
