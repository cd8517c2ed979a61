//! Every row of the table, and a corrected time with the issues that follow it.
#![allow(clippy::unwrap_used)]
use super::*;
use crate::Fold;
use crate::area::{AreaEvent, Areas, GridDefined, UnitDefined};
use crate::correction::{OCCURRED_AT, refuse};
use crate::delegate::{DelegateEvent, Delegates};
use crate::fixtures::{day, stamp};
use crate::ids::{AreaId, DelegateId};
use crate::issue::IssueEvent;
use crate::issue::fixture::{CALENDARS, GRID, Given, LATER, POLICY, RECEIVER, SUCCESSOR, at, delegates, rules};
use crate::programme::Established;
use crate::reception::{ReceivingDelegate, ReceptionRecorded, Visitor};
use crate::vocabulary::UnitKind;
use uuid::Uuid;

const NOW: &str = "2026-11-25 10:00";
const UNIT: AreaId = AreaId(Uuid::from_u128(0x61));
const FIRST: IssueId = IssueId(Uuid::from_u128(0x81));
const SECOND: IssueId = IssueId(Uuid::from_u128(0x82));

/// Said to be held on Thursday 2026-11-19, recorded on Monday 2026-11-23; two issues, the second answered.
struct Given2 {
    reception: Reception,
    recorded: (ReceptionEvent, Stamp),
    issues: Vec<(IssueId, Given)>,
    areas: Areas,
    delegates: Delegates,
    programme: Established,
}

fn given() -> Given2 {
    let (held, recorded) = ("2026-11-19 14:10", "2026-11-23 09:00");
    let sat = |delegate_id| ReceivingDelegate { delegate_id, delegate_type: DelegateType::Party };
    let event = ReceptionEvent::Recorded(ReceptionRecorded {
        form: ReceptionForm::WalkIn,
        grid_id: GRID,
        unit_id: None,
        delegates: vec![sat(RECEIVER)],
        visitors: vec![Visitor::Anonymous { anonymous: true }],
        issue_ids: vec![FIRST, SECOND],
        session_id: None,
        appointment_id: None,
        activity_id: None,
        meeting_id: None,
        study_id: None,
        deed_id: None,
    });
    let at_leaf = Stamp {
        occurred_at: at(held),
        recorded_at: at(recorded),
        policy: Some(POLICY.position()),
        calendar: CALENDARS.newest(),
        ..stamp(100, 1)
    };
    let mut reception = Reception::default();
    reception.apply(&event, &at_leaf);
    let mut areas = Areas::default();
    let grid = GridDefined { name: "太平网格".to_owned(), level: 1, parent_id: AreaId::default() };
    areas.apply(GRID, &AreaEvent::GridDefined(grid), &stamp(4, 1));
    let unit = UnitDefined { name: "太平村".to_owned(), unit_kind: UnitKind::Village, parent_id: GRID };
    areas.apply(UNIT, &AreaEvent::UnitDefined(unit), &stamp(5, 1));
    let issues = vec![
        (FIRST, Given::raised(held, recorded)),
        (SECOND, Given::raised(held, recorded).and_answered("2026-11-24 10:00")),
    ];
    let programme = Established { name: "两代表联系服务".to_owned(), effective_on: day("2023-12-01") };
    Given2 { reception, recorded: (event, at_leaf), issues, areas, delegates: delegates(), programme }
}

impl Given2 {
    fn with_record<T>(&self, text: TextNow<'_>, act: impl FnOnce(&Record<'_>) -> T) -> T {
        let issues: Vec<Raised<'_>> = self
            .issues
            .iter()
            .map(|(id, given)| Raised { id: *id, issue: &given.issue, history: &given.events, policy: &POLICY })
            .collect();
        let people = People { programme: Some(&self.programme), areas: &self.areas, delegates: &self.delegates };
        act(&Record { reception: &self.reception, target: Some(&self.recorded), people, text, issues: &issues })
    }

    fn correct(&self, pointer: &str, value: CorrectedValue) -> Result<ReceptionEvent, Refusal> {
        let wanted = Wanted { event_version: 1, pointer: pointer.to_owned(), value, at: at(NOW) };
        self.with_record(TextNow::Said("王小明"), |record| correct(record, &rules(NOW), &wanted))
    }

    fn approve(&self) -> Result<Approved, Refusal> {
        self.with_record(TextNow::Absent, |record| approve(record, &rules(NOW), 1, at(NOW)))
    }

    fn then(mut self, event: &ReceptionEvent) -> Self {
        let version = self.reception.version + 1;
        self.reception.apply(event, &Stamp { recorded_at: at(NOW), ..stamp(100 + version, version) });
        self
    }

    fn code(&self, pointer: &str, value: CorrectedValue) -> Code {
        self.correct(pointer, value).unwrap_err().code
    }
}

fn text(text: &str) -> CorrectedValue {
    CorrectedValue::Text(text.to_owned())
}

fn instant(when: &str) -> CorrectedValue {
    text(&at(when).to_rfc3339())
}

#[test]
fn form_unit_and_capacity_take_effect_at_once() {
    let mut given = given();
    for (pointer, value) in [("/public/form", "appointment"), ("/public/unit_id", &UNIT.to_string())] {
        let event = given.correct(pointer, text(value)).unwrap();
        assert!(matches!(event, ReceptionEvent::Corrected(_)), "{event:?}");
        given = given.then(&event);
    }
    assert_eq!((given.reception.form, given.reception.unit_id), (ReceptionForm::Appointment, Some(UNIT)));
    assert_eq!(given.code("/public/form", text("appointment")), Code::NothingToCorrect);
    assert_eq!(given.code("/public/form", text("party")), Code::InvalidValue);
    assert_eq!(given.code("/public/unit_id", text(&Uuid::from_u128(9).to_string())), Code::UnknownId);
    // The receiver holds a party mandate only.
    assert_eq!(given.code("/public/delegates/0/delegate_type", text("deputy")), Code::DelegateWithoutMandate);
    let mandate = crate::delegate::MandateGiven { delegate_type: DelegateType::Deputy, from: day("2024-01-01") };
    given.delegates.apply(RECEIVER, &DelegateEvent::MandateGiven(mandate), &stamp(22, 3));
    let event = given.correct("/public/delegates/0/delegate_type", text("deputy")).unwrap();
    let then = given.then(&event);
    assert_eq!(then.reception.delegates[0].delegate_type, DelegateType::Deputy);
}

#[test]
fn who_received_changes_a_person_and_needs_approval() {
    let given = given();
    let pointer = "/public/delegates/0/delegate_id";
    assert_eq!(given.code(pointer, text(&LATER.to_string())), Code::DelegateWithoutMandate);
    assert_eq!(given.code(pointer, text(&DelegateId(Uuid::from_u128(9)).to_string())), Code::UnknownId);
    let beyond = given.correct("/public/delegates/1/delegate_id", text(&SUCCESSOR.to_string())).unwrap_err();
    assert_eq!((beyond.code, beyond.pointer.as_deref()), (Code::NothingToCorrect, Some("/pointer")));
    let proposed = given.correct(pointer, text(&SUCCESSOR.to_string())).unwrap();
    let waiting = given.then(&proposed);
    assert_eq!(waiting.reception.delegates[0].delegate_id, RECEIVER);
    assert_eq!(waiting.code(OCCURRED_AT, instant("2026-11-20 15:00")), Code::CorrectionPending);
    let approved = waiting.approve().unwrap();
    assert!(approved.issues.is_empty());
    let then = waiting.then(&ReceptionEvent::Corrected(approved.reception));
    assert_eq!(then.reception.delegates[0].delegate_id, SUCCESSOR);
    assert_eq!(then.approve().unwrap_err().code, Code::NoCorrectionPending);
}

/// What could go wrong: the reception says another day or another delegate than the activity that people were heard at.
#[test]
fn what_was_told_to_a_thing_is_not_corrected_apart_from_it() {
    let mut given = given();
    given.reception.occasion = Occasion::of("activity", Uuid::from_u128(9));
    assert_eq!(given.code(OCCURRED_AT, instant("2026-11-19 15:00")), Code::ContradictsLaterFact);
    let who = "/public/delegates/0/delegate_id";
    assert_eq!(given.code(who, text(&SUCCESSOR.to_string())), Code::ContradictsLaterFact);
    given.reception.occasion = Occasion::of("session", Uuid::from_u128(9));
    assert!(given.correct(who, text(&SUCCESSOR.to_string())).is_ok());
}

#[test]
fn a_corrected_time_is_carried_to_every_issue_and_moves_what_is_open() {
    let proposed = given().correct(OCCURRED_AT, instant("2026-11-20 15:00")).unwrap();
    let waiting = given().then(&proposed);
    assert_eq!(waiting.reception.held_at, at("2026-11-19 14:10"));
    let approved = waiting.approve().unwrap();
    let dues: Vec<_> = approved.issues.iter().map(|(id, of)| (*id, of.due.as_ref().map(|due| due.on))).collect();
    assert_eq!(dues, [(FIRST, Some(day("2026-11-27"))), (SECOND, None)]);
    for (_, corrected) in &approved.issues {
        assert_eq!((corrected.event_version, corrected.pointer.as_str()), (1, OCCURRED_AT));
        assert_eq!(corrected.value, approved.reception.value);
    }
    let then = waiting.then(&ReceptionEvent::Corrected(approved.reception));
    assert_eq!(then.reception.held_at, at("2026-11-20 15:00"));
    // Monday is the first working day after Friday: by the corrected time it was recorded in time.
    assert!(given().reception.recorded_late(&POLICY, &CALENDARS));
    assert!(!then.reception.recorded_late(&POLICY, &CALENDARS));
}

#[test]
fn a_reception_was_held_in_the_programmes_time_before_its_recording_and_before_what_followed() {
    let given = given();
    assert_eq!(given.code(OCCURRED_AT, instant("2023-11-30 10:00")), Code::BeforeProgramme);
    assert_eq!(given.code(OCCURRED_AT, instant("2026-11-23 09:01")), Code::OutOfRange);
    assert_eq!(given.code(OCCURRED_AT, text("2026-11-20 15:00")), Code::InvalidValue);
    assert_eq!(given.code(OCCURRED_AT, instant("2026-11-19 14:10")), Code::NothingToCorrect);
    let mut answered_early = given;
    let early = Given::raised("2026-11-19 14:10", "2026-11-23 09:00");
    let taken = IssueEvent::Taken(crate::issue::Taken {});
    answered_early.issues[0].1 = early.event(taken, at("2026-11-19 16:00"), at("2026-11-23 09:05"));
    assert_eq!(answered_early.code(OCCURRED_AT, instant("2026-11-19 16:01")), Code::ContradictsLaterFact);
    // A mandate that began after the corrected day was none on it.
    let party = DelegateEvent::MandateGiven(crate::delegate::MandateGiven {
        delegate_type: DelegateType::Party,
        from: day("2026-11-01"),
    });
    answered_early.delegates = Delegates::default();
    answered_early.delegates.apply(
        RECEIVER,
        &DelegateEvent::Registered(crate::delegate::Registered { name: "汪洁".to_owned() }),
        &stamp(20, 1),
    );
    answered_early.delegates.apply(RECEIVER, &party, &stamp(21, 2));
    assert_eq!(answered_early.code(OCCURRED_AT, instant("2026-10-30 10:00")), Code::DelegateWithoutMandate);
}

#[test]
fn an_approval_holds_the_time_against_what_happened_since() {
    let proposed = given().correct(OCCURRED_AT, instant("2026-11-20 15:00")).unwrap();
    let mut waiting = given().then(&proposed);
    let taken = IssueEvent::Taken(crate::issue::Taken {});
    let given = waiting.issues[0].1.clone();
    waiting.issues[0].1 = given.event(taken, at("2026-11-20 14:00"), at("2026-11-23 10:00"));
    let refusal = waiting.approve().unwrap_err();
    assert_eq!((refusal.code, refusal.pointer.as_deref()), (Code::ContradictsLaterFact, Some("/event_version")));
    let refused = refuse(&waiting.reception.corrections, &rules(NOW), 1, at(NOW)).unwrap();
    let then = waiting.then(&ReceptionEvent::CorrectionRefused(refused));
    assert!(then.reception.corrections.pending().is_empty());
}

#[test]
fn a_name_needs_approval_and_a_number_does_not() {
    let name = given().correct("/personal/0/name", text("王晓明")).unwrap();
    let ReceptionEvent::CorrectionProposed(proposed) = &name else { panic!("{name:?}") };
    assert_eq!(proposed.value, None);
    let phone = given().correct("/personal/1/phone", text("13800005678")).unwrap();
    let ReceptionEvent::Corrected(corrected) = &phone else { panic!("{phone:?}") };
    assert_eq!(corrected.value, None);
    let then = given().then(&phone);
    assert_eq!(then.reception.corrected_box(1, "/personal/1/phone"), Some(2));
    assert_eq!(given().code("/personal/0/name", text("王小明")), Code::NothingToCorrect);
    assert_eq!(given().code("/personal/0/name", text(&"王".repeat(101))), Code::TooLong);
    assert_eq!(given().code("/personal/00/name", text("王")), Code::NothingToCorrect);
}

#[test]
fn what_is_not_in_the_table_is_corrected_by_nobody() {
    for pointer in ["/public/grid_id", "/public/visitors", "/public/issue_ids/0", "/public/delegates/0", "/held_at", ""]
    {
        let refusal = given().correct(pointer, text("x")).unwrap_err();
        assert_eq!((refusal.code, refusal.pointer.as_deref()), (Code::NothingToCorrect, Some("/pointer")));
        assert!(refusal.detail.en.contains("/public/form"));
    }
}

#[test]
fn every_row_is_a_place_or_a_text() {
    for place in Place::ALL {
        assert!(FIELDS.iter().any(|field| field.pointer == place.pointer()), "{place:?} is corrected by nobody");
        assert_eq!(Place::of(&place.pointer().replace('*', "12")), Some(*place));
    }
    for field in FIELDS {
        assert_eq!(field.is_text(), Place::of(field.pointer).is_none(), "{field:?}");
    }
    assert_eq!(Place::of("/public/delegates/01/delegate_id"), None);
}
