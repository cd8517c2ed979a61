//! What a reception needs to be recorded, what it owes then, and every fault at once.
#![allow(clippy::unwrap_used)]
use super::*;
use crate::area::{AreaEvent, GridDefined, UnitDefined};
use crate::delegate::{DelegateEvent, Departed, MandateGiven, Registered};
use crate::fixtures::{day, stamp};
use crate::ids::{DeedId, SessionId};
use crate::issue::fixture::{CALENDARS, POLICY, at, rules};
use crate::reception::{Reception, ReceptionEvent};
use crate::session::{Session, SessionEvent, SessionPlanned};
use crate::vocabulary::{DelegateType, DepartureReason, DueRule, UnitKind};
use crate::{Fold, Stamp};
use uuid::Uuid;

const GRID: AreaId = AreaId(Uuid::from_u128(1));
const OTHER_GRID: AreaId = AreaId(Uuid::from_u128(2));
const UNIT: AreaId = AreaId(Uuid::from_u128(3));
const OTHER_UNIT: AreaId = AreaId(Uuid::from_u128(4));
const PARTY: DelegateId = DelegateId(Uuid::from_u128(5));
const DEPUTY: DelegateId = DelegateId(Uuid::from_u128(6));
const BOTH: DelegateId = DelegateId(Uuid::from_u128(7));
const GONE: DelegateId = DelegateId(Uuid::from_u128(8));
const NOBODY: DelegateId = DelegateId(Uuid::from_u128(9));

const NOW: &str = "2026-11-19 15:00";

struct Town {
    programme: Established,
    areas: Areas,
    delegates: Delegates,
}

impl Town {
    fn new() -> Self {
        let programme = Established { name: "两代表联系服务".to_owned(), effective_on: day("2023-12-01") };
        let mut areas = Areas::default();
        for (grid, unit, name) in [(GRID, UNIT, "太平"), (OTHER_GRID, OTHER_UNIT, "华庄")] {
            let defined = GridDefined { name: format!("{name}网格"), level: 1, parent_id: AreaId::default() };
            areas.apply(grid, &AreaEvent::GridDefined(defined), &stamp(4, 1));
            let defined = UnitDefined { name: format!("{name}村"), unit_kind: UnitKind::Village, parent_id: grid };
            areas.apply(unit, &AreaEvent::UnitDefined(defined), &stamp(5, 1));
        }
        let mut delegates = Delegates::default();
        for (id, types) in [
            (PARTY, vec![DelegateType::Party]),
            (DEPUTY, vec![DelegateType::Deputy]),
            (BOTH, vec![DelegateType::Party, DelegateType::Deputy]),
            (GONE, vec![DelegateType::Party]),
        ] {
            let registered = Registered { name: format!("代表{}", id.0.as_u128()) };
            delegates.apply(id, &DelegateEvent::Registered(registered), &stamp(6, 1));
            for delegate_type in types {
                let given = MandateGiven { delegate_type, from: day("2023-12-01") };
                delegates.apply(id, &DelegateEvent::MandateGiven(given), &stamp(7, 2));
            }
        }
        let departed = Departed { reason_code: DepartureReason::TermEnd, on: day("2026-11-18") };
        delegates.apply(GONE, &DelegateEvent::Departed(departed), &stamp(8, 3));
        Self { programme, areas, delegates }
    }

    fn record(&self, draft: &ReceptionDraft) -> Result<RecordedReception, Vec<Refusal>> {
        let people = People { programme: Some(&self.programme), areas: &self.areas, delegates: &self.delegates };
        record(&people, &rules(NOW), draft, None)
    }
}

fn sat(delegate_id: DelegateId) -> DelegateDraft {
    DelegateDraft { delegate_id, delegate_type: None }
}

fn issue(n: u128) -> IssueDraft {
    IssueDraft {
        id: IssueId(Uuid::from_u128(100 + n)),
        kind: IssueKind::Demand,
        topic: "livelihood".to_owned(),
        visitor: None,
        responsible_delegate_id: None,
    }
}

fn draft() -> ReceptionDraft {
    ReceptionDraft {
        id: ReceptionId(Uuid::from_u128(50)),
        form: ReceptionForm::WalkIn,
        grid_id: GRID,
        unit_id: Some(UNIT),
        held_at: at("2026-11-19 14:10"),
        delegates: vec![sat(PARTY), sat(DEPUTY)],
        visitors: vec![Visitor::Named { subject: "s/AAAAAAAAAAAAAAAAAAAAAA".to_owned() }],
        issues: vec![issue(1), issue(2)],
        occasion: None,
    }
}

/// Every fault as `code pointer`.
fn faults(draft: &ReceptionDraft) -> Vec<String> {
    let faults = Town::new().record(draft).unwrap_err();
    faults.iter().map(|fault| format!("{} {}", fault.code, fault.pointer.clone().unwrap_or_default())).collect()
}

#[test]
fn a_reception_names_who_received_in_which_capacity_and_one_delegate_who_owes_each_answer() {
    let mut draft = draft();
    draft.issues[1].responsible_delegate_id = Some(DEPUTY);
    let recorded = Town::new().record(&draft).unwrap();
    let capacities: Vec<_> = recorded.reception.delegates.iter().map(|one| one.delegate_type).collect();
    assert_eq!(capacities, [DelegateType::Party, DelegateType::Deputy]);
    let owing: Vec<_> = recorded.issues.iter().map(|(_, raised)| raised.responsible_delegate_id).collect();
    assert_eq!(owing, [PARTY, DEPUTY]);
    assert_eq!(recorded.reception.issue_ids, [draft.issues[0].id, draft.issues[1].id]);
    let (_, raised) = &recorded.issues[0];
    assert_eq!((raised.visitor, raised.reception_id, raised.unit_id), (Some(0), draft.id, Some(UNIT)));
    assert_eq!(
        (raised.due.rule, raised.due.from, raised.due.on),
        (DueRule::FinalAnswer, day("2026-11-19"), day("2026-11-26"))
    );
}

#[test]
fn the_clock_starts_on_the_towns_day_of_the_reception() {
    // 00:30 in the town is still the day before in UTC.
    let mut draft = draft();
    draft.held_at = at("2026-11-19 00:30");
    assert_eq!(Town::new().record(&draft).unwrap().issues[0].1.due.from, day("2026-11-19"));
}

/// A session of the grid on the day of the draft.
fn session() -> Session {
    let mut session = Session::default();
    let planned = SessionPlanned {
        grid_id: GRID,
        ordinary_on: day("2026-11-19"),
        held_on: day("2026-11-19"),
        from: POLICY.service_day.from,
        to: POLICY.service_day.to,
        venue: None,
        merged_days: Vec::new(),
        provisional: false,
        extra: false,
        makes_up_session_id: None,
    };
    session.apply(&SessionEvent::Planned(planned), &stamp(40, 1));
    session
}

#[test]
fn a_reception_may_name_the_session_of_its_grid_and_day() {
    let town = Town::new();
    let people = People { programme: Some(&town.programme), areas: &town.areas, delegates: &town.delegates };
    let draft = ReceptionDraft { occasion: Some(Occasion::Session(SessionId::of(GRID, day("2026-11-19")))), ..draft() };
    let said = |draft: &ReceptionDraft, session: Option<&Session>| {
        let recorded = record(&people, &rules(NOW), draft, session);
        recorded.map(|recorded| recorded.reception.session_id).map_err(|faults| {
            let told = faults.into_iter().map(|fault| (fault.code, fault.pointer.unwrap_or_default()));
            told.collect::<Vec<_>>()
        })
    };
    let at_session = |code| Err(vec![(code, "/session_id".to_owned())]);
    assert_eq!(said(&draft, Some(&session())), Ok(Some(SessionId::of(GRID, day("2026-11-19")))));
    assert_eq!(said(&draft, None), at_session(Code::UnknownId));
    let mut other = session();
    other.grid_id = OTHER_GRID;
    assert_eq!(said(&draft, Some(&other)), at_session(Code::SessionOfOtherGrid));
    let mut moved = session();
    moved.held.on = day("2026-11-20");
    assert_eq!(said(&draft, Some(&moved)), at_session(Code::NotTheDay));
    let mut cancelled = session();
    cancelled.state = SessionState::Cancelled;
    assert_eq!(said(&draft, Some(&cancelled)), at_session(Code::SessionCancelled));
}

#[test]
fn nobody_need_be_named_and_nothing_need_be_raised() {
    let mut draft = draft();
    draft.visitors.clear();
    assert_eq!(Town::new().record(&draft).unwrap().issues[0].1.visitor, None);
    draft.visitors = vec![Visitor::Anonymous { anonymous: true }];
    assert_eq!(Town::new().record(&draft).unwrap().issues[0].1.visitor, Some(0));
    draft.issues.clear();
    assert_eq!(Town::new().record(&draft).unwrap().issues, []);
}

#[test]
fn every_form_of_reception_is_recorded() {
    for form in ReceptionForm::ALL {
        let deed = Occasion::Deed(DeedId(Uuid::from_u128(70)));
        let occasion = (*form == ReceptionForm::Hearing).then_some(deed);
        let recorded = Town::new().record(&ReceptionDraft { form: *form, occasion, ..draft() }).unwrap();
        assert_eq!((recorded.reception.form, Occasion::recorded(&recorded.reception)), (*form, occasion));
        let elsewhere =
            ReceptionDraft { form: *form, occasion: if occasion.is_some() { None } else { Some(deed) }, ..draft() };
        let told = if occasion.is_some() { "context_missing /form" } else { "field_unexpected /deed_id" };
        assert_eq!(faults(&elsewhere), [told]);
    }
}

#[test]
fn a_delegate_of_another_grid_is_welcome_a_unit_of_another_grid_is_not() {
    let mut draft = draft();
    draft.unit_id = Some(OTHER_UNIT);
    assert_eq!(faults(&draft), ["unit_not_in_grid /unit_id"]);
    draft.unit_id = None;
    assert!(Town::new().record(&draft).is_ok());
}

#[test]
fn who_holds_both_mandates_says_in_which_capacity() {
    let mut draft = draft();
    draft.delegates = vec![sat(BOTH)];
    assert_eq!(faults(&draft), ["delegate_type_needed /delegates/0/delegate_type"]);
    draft.delegates[0].delegate_type = Some(DelegateType::Deputy);
    let recorded = Town::new().record(&draft).unwrap();
    assert_eq!(recorded.reception.delegates[0].delegate_type, DelegateType::Deputy);
}

#[test]
fn a_delegate_holds_the_mandate_on_the_day() {
    let mut draft = draft();
    draft.delegates = vec![sat(GONE), DelegateDraft { delegate_id: PARTY, delegate_type: Some(DelegateType::Deputy) }];
    let without = "delegate_without_mandate /delegates";
    assert_eq!(faults(&draft), [format!("{without}/0/delegate_id"), format!("{without}/1/delegate_id")]);
    // The day before, the one who left still held it.
    draft.held_at = at("2026-11-18 14:00");
    draft.delegates = vec![sat(GONE)];
    assert!(Town::new().record(&draft).is_ok());
}

#[test]
fn the_day_is_not_before_the_programme_and_the_time_not_in_the_future() {
    let held = |when| faults(&ReceptionDraft { held_at: at(when), ..draft() });
    assert_eq!(held("2026-11-19 15:01"), ["in_the_future /held_at"]);
    assert!(held("2023-11-30 14:00").contains(&"before_programme /held_at".to_owned()));
    let town = Town::new();
    let nothing_established = People { programme: None, areas: &town.areas, delegates: &town.delegates };
    let refusals = record(&nothing_established, &rules(NOW), &draft(), None).unwrap_err();
    assert_eq!(refusals[0].code, Code::BeforeProgramme);
}

#[test]
fn all_faults_come_at_once() {
    let mut draft = draft();
    draft.grid_id = AreaId(Uuid::from_u128(77));
    draft.unit_id = Some(AreaId(Uuid::from_u128(78)));
    draft.delegates = vec![sat(PARTY), sat(PARTY), sat(NOBODY)];
    draft.issues[0].topic = "weather".to_owned();
    draft.issues[0].visitor = Some(1);
    draft.issues[1].responsible_delegate_id = Some(DEPUTY);
    assert_eq!(
        faults(&draft),
        [
            "unknown_id /grid_id",
            "unknown_id /unit_id",
            "delegate_twice /delegates/1/delegate_id",
            "unknown_id /delegates/2/delegate_id",
            "unknown_topic /issues/0/topic",
            "invalid_value /issues/0/visitor",
            "delegate_not_at_reception /issues/1/responsible_delegate_id",
        ]
    );
}

#[test]
fn somebody_received() {
    assert_eq!(faults(&ReceptionDraft { delegates: Vec::new(), ..draft() }), ["no_delegate /delegates"]);
}

#[test]
fn a_reception_is_bounded() {
    let mut draft = draft();
    draft.visitors = vec![Visitor::Anonymous { anonymous: true }; VISITORS_MAX];
    draft.issues = (0..15).map(issue).collect();
    assert!(Town::new().record(&draft).is_ok());
    draft.visitors.push(Visitor::Anonymous { anonymous: true });
    draft.issues.push(issue(15));
    assert_eq!(faults(&draft), ["too_many /visitors", "too_many /issues"]);
    draft.delegates = vec![sat(PARTY); DELEGATES_MAX + 1];
    assert!(faults(&draft).contains(&"too_many /delegates".to_owned()));
}

#[test]
fn nothing_is_due_past_2100() {
    let town = Town::new();
    let people = People { programme: Some(&town.programme), areas: &town.areas, delegates: &town.delegates };
    let draft = ReceptionDraft { held_at: at("2100-12-30 14:00"), ..draft() };
    let refusals = record(&people, &rules("2100-12-30 15:00"), &draft, None).unwrap_err();
    assert_eq!((refusals[0].code, refusals[0].pointer.as_deref()), (Code::DueTooFar, Some("/held_at")));
}

#[test]
fn recorded_later_than_the_next_working_day_is_late() {
    let late = |recorded: &str| {
        let recorded_reception = Town::new().record(&draft()).unwrap().reception;
        let mut reception = Reception::default();
        let stamp = Stamp { occurred_at: at("2026-11-19 14:10"), recorded_at: at(recorded), ..stamp(90, 1) };
        reception.apply(&ReceptionEvent::Recorded(recorded_reception), &stamp);
        assert!(reception.exists());
        reception.recorded_late(&POLICY, &CALENDARS)
    };
    assert!(!late("2026-11-20 23:59"));
    assert!(late("2026-11-21 00:00"));
}
