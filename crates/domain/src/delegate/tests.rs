//! Given some history, when something is asked for, then this becomes of it.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::area::{AreaEvent, Areas, GridDefined, TownDefined, UnitDefined};
use crate::fixtures::{day, stamp};
use crate::refusal::{Code, Refusal};
use crate::vocabulary::UnitKind;
use proptest::prelude::*;
use uuid::Uuid;

const WHO: DelegateId = DelegateId(Uuid::from_u128(7));

fn area(n: u128) -> AreaId {
    AreaId(Uuid::from_u128(n))
}

/// A town with grids 2 and 3; units 4 and 5 in grid 2, unit 6 in grid 3.
fn areas() -> Areas {
    let mut areas = Areas::default();
    let town = TownDefined { name: "江桥镇".into(), level: 0 };
    areas.apply(area(1), &AreaEvent::TownDefined(town), &stamp(1, 1));
    for n in [2, 3] {
        let grid = GridDefined { name: format!("网格{n}"), level: 1, parent_id: area(1) };
        areas.apply(area(n), &AreaEvent::GridDefined(grid), &stamp(2, 1));
    }
    for (n, grid) in [(4, 2), (5, 2), (6, 3)] {
        let unit = UnitDefined { name: format!("单位{n}村"), unit_kind: UnitKind::Village, parent_id: area(grid) };
        areas.apply(area(n), &AreaEvent::UnitDefined(unit), &stamp(3, 1));
    }
    areas
}

fn draft(name: &str, unit: Option<u128>) -> NewDelegate {
    NewDelegate {
        name: name.into(),
        delegate_type: DelegateType::Party,
        grid_id: area(2),
        unit_id: unit.map(area),
        from: day("2023-12-01"),
        namesake_of: None,
    }
}

/// 汪洁, party delegate in unit 4 from 2023-12-01.
fn registered() -> Delegates {
    let mut delegates = Delegates::default();
    let events = register(&delegates, &areas(), &draft("汪\u{A0}洁", Some(4))).unwrap();
    happened(&mut delegates, &events);
    delegates
}

fn happened(delegates: &mut Delegates, events: &[DelegateEvent]) {
    for event in events {
        let version = delegates.get(WHO).map_or(0, |person| person.version) + 1;
        delegates.apply(WHO, event, &stamp(100 + version, version));
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, Refusal>) -> Code {
    result.unwrap_err().code
}

#[test]
fn a_person_is_registered_with_mandate_and_assignment() {
    let delegates = registered();
    let person = delegates.get(WHO).unwrap();
    assert_eq!((person.name.as_str(), person.version), ("汪洁", 3));
    assert_eq!(person.types_on(day("2023-12-01")), [DelegateType::Party]);
    assert!(!person.holds_any(day("2023-11-30")));
    let there: Vec<_> = person.assignments_on(day("2026-01-01")).map(|a| (a.grid_id, a.unit_id)).collect();
    assert_eq!(there, [(area(2), Some(area(4)))]);
    assert_eq!(delegates.of_grid(area(2), DelegateType::Party, day("2026-01-01")).count(), 1);
    assert_eq!(delegates.of_grid(area(2), DelegateType::Deputy, day("2026-01-01")).count(), 0);
}

#[test]
fn a_name_stands_for_one_person_within_a_type() {
    let delegates = registered();
    assert_eq!(code(register(&delegates, &areas(), &draft("汪　洁", None))), Code::AlreadyRegistered);
    let deputy = NewDelegate { delegate_type: DelegateType::Deputy, ..draft("汪洁", None) };
    assert!(register(&delegates, &areas(), &deputy).is_ok());
    let ids = |held| delegates.of_type("汪 洁", held, day("2024-01-01")).iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(ids(DelegateType::Party), [WHO]);
    assert_eq!(ids(DelegateType::Deputy), []);
}

#[test]
fn a_namesake_is_registered_on_purpose_only() {
    let delegates = registered();
    let refusal = register(&delegates, &areas(), &draft("汪洁", None)).unwrap_err();
    assert!(refusal.detail.zh.contains(&WHO.to_string()) && refusal.detail.en.contains(&WHO.to_string()));
    let namesake = |name, of| NewDelegate { namesake_of: Some(of), ..draft(name, None) };
    assert_eq!(register(&delegates, &areas(), &namesake("汪洁", WHO)).unwrap().len(), 3);
    let other = register(&delegates, &areas(), &namesake("高明", WHO)).unwrap_err();
    assert_eq!((other.code, other.pointer.as_deref()), (Code::NotANamesake, Some("/namesake_of")));
    let nobody = DelegateId(Uuid::from_u128(8));
    assert_eq!(code(register(&delegates, &areas(), &namesake("汪洁", nobody))), Code::UnknownId);
}

#[test]
fn one_person_is_not_registered_twice_by_another_way_of_writing() {
    for (first, second) in [("王芳", "王\u{A0}芳"), ("阿依·古丽", "阿依•古丽"), ("Anna Maria", "ＡＮＮＡ maria")]
    {
        let mut delegates = Delegates::default();
        let events = register(&delegates, &areas(), &draft(first, None)).unwrap();
        happened(&mut delegates, &events);
        assert_eq!(delegates.get(WHO).unwrap().name, first);
        assert_eq!(code(register(&delegates, &areas(), &draft(second, None))), Code::AlreadyRegistered, "{second}");
    }
    let none = Delegates::default();
    for (name, expected) in
        [("张三、李四", Code::SeveralNames), ("待定", Code::NotAName), ("张\u{AD}三", Code::ControlCharacter)]
    {
        assert_eq!(code(register(&none, &areas(), &draft(name, None))), expected, "{name}");
    }
    // A note is no part of a name: the refusal says which name to send.
    let noted = register(&none, &areas(), &draft("王芳（女）", None)).unwrap_err();
    assert_eq!((noted.code, noted.pointer.as_deref()), (Code::NotAName, Some("/name")));
    assert!(noted.detail.zh.contains("“王芳”") && noted.detail.en.contains("note"), "{noted}");
}

#[test]
fn names_that_only_look_alike_are_found() {
    let mut delegates = Delegates::default();
    let events = register(&delegates, &areas(), &draft("Anna", None)).unwrap();
    happened(&mut delegates, &events);
    assert_eq!(delegates.looking_like("Аnna").map(|person| person.id).collect::<Vec<_>>(), [WHO]);
    assert_eq!(delegates.looking_like("ANNA").count() + delegates.looking_like("Anne").count(), 0);
}

/// A renaming of [`WHO`].
fn renamed(delegates: &Delegates, name: &str, namesake_of: Option<DelegateId>) -> Result<DelegateEvent, Refusal> {
    rename(delegates, delegates.get(WHO).unwrap(), &Renaming { name: name.into(), namesake_of })
}

/// Somebody else of this name, with a party mandate from a day on.
fn somebody_else(delegates: &mut Delegates, n: u128, name: &str, from: &str) -> DelegateId {
    let id = DelegateId(Uuid::from_u128(n));
    let events = [
        DelegateEvent::Registered(Registered { name: name.into() }),
        DelegateEvent::MandateGiven(MandateGiven { delegate_type: DelegateType::Party, from: day(from) }),
    ];
    for (event, version) in events.iter().zip(1..) {
        delegates.apply(id, event, &stamp(200 + version, version));
    }
    id
}

#[test]
fn a_misspelt_name_is_put_right_and_known_still() {
    let mut delegates = registered();
    let event = renamed(&delegates, "汪\u{3000}杰", None).unwrap();
    assert_eq!(event, DelegateEvent::Renamed(Renamed { name: "汪杰".into() }));
    happened(&mut delegates, &[event]);
    let person = delegates.get(WHO).unwrap();
    assert_eq!((person.name.as_str(), person.version), ("汪杰", 4));
    assert_eq!(person.names().collect::<Vec<_>>(), ["汪杰", "汪洁"]);
    assert!(person.is_known_as("汪 洁") && person.is_known_as("汪杰") && !person.is_known_as("汪"));
    assert_eq!((delegates.named("汪洁").count(), delegates.once_named("汪洁").count()), (0, 1));
    let meant = |name| delegates.of_type(name, DelegateType::Party, day("2024-01-01")).len();
    assert_eq!((meant("汪洁"), meant("汪杰")), (1, 1));
    // The name that was given up is free for somebody else.
    assert!(register(&delegates, &areas(), &draft("汪洁", None)).is_ok());
    assert_eq!(code(register(&delegates, &areas(), &draft("汪杰", None))), Code::AlreadyRegistered);
}

#[test]
fn the_present_name_is_no_other_and_an_earlier_one_may_come_back() {
    let mut delegates = registered();
    let same = renamed(&delegates, " 汪\u{A0}洁", None).unwrap_err();
    assert_eq!((same.code, same.clause), (Code::AlreadyNamed, Some("C-1")));
    let no_name = renamed(&delegates, "待定", None).unwrap_err();
    assert_eq!((no_name.code, no_name.pointer.as_deref()), (Code::NotAName, Some("/name")));
    for name in ["汪杰", "汪洁", "Wang Jie", "WANG JIE", "汪洁"] {
        let event = renamed(&delegates, name, None).unwrap();
        happened(&mut delegates, &[event]);
    }
    let person = delegates.get(WHO).unwrap();
    assert_eq!(person.names().collect::<Vec<_>>(), ["汪洁", "汪杰", "Wang Jie", "WANG JIE"]);
    assert_eq!((delegates.named("汪洁").count(), delegates.once_named("汪洁").count()), (1, 0));
    assert_eq!((delegates.named("wang jie").count(), delegates.once_named("wang jie").count()), (0, 1));
}

#[test]
fn a_name_that_another_bears_is_taken_on_purpose_only() {
    let mut delegates = registered();
    let other = somebody_else(&mut delegates, 8, "汪杰", "2025-01-01");
    let refused = renamed(&delegates, "汪 杰", None).unwrap_err();
    assert_eq!(refused.code, Code::AlreadyRegistered);
    assert!(refused.detail.zh.contains(&other.to_string()) && refused.detail.en.contains(&other.to_string()));
    assert_eq!(code(renamed(&delegates, "汪杰", Some(WHO))), Code::NotANamesake);
    let event = renamed(&delegates, "汪杰", Some(other)).unwrap();
    happened(&mut delegates, &[event]);
    assert_eq!(delegates.named("汪杰").count(), 2);
    // Somebody else's namesake, never one's own.
    let anna = somebody_else(&mut delegates, 9, "Anna Li", "2025-01-01");
    let event = renamed(&delegates, "Anna Li", Some(anna)).unwrap();
    happened(&mut delegates, &[event]);
    assert_eq!(code(renamed(&delegates, "Anna LI", Some(WHO))), Code::NotANamesake);
    assert!(renamed(&delegates, "Anna LI", Some(anna)).is_ok());
    // Of another type, or not at the same time, nobody is in the way.
    let mut delegates = registered();
    let left = Departed { reason_code: DepartureReason::Moved, on: day("2024-12-31") };
    happened(&mut delegates, &[DelegateEvent::Departed(left)]);
    somebody_else(&mut delegates, 8, "汪杰", "2025-01-01");
    assert!(renamed(&delegates, "汪杰", None).is_ok(), "who has left is renamed as well");
    let mut delegates = registered();
    let deputy = MandateGiven { delegate_type: DelegateType::Deputy, from: day("2023-12-01") };
    let other = DelegateId(Uuid::from_u128(8));
    delegates.apply(other, &DelegateEvent::Registered(Registered { name: "汪杰".into() }), &stamp(200, 1));
    delegates.apply(other, &DelegateEvent::MandateGiven(deputy), &stamp(201, 2));
    assert!(renamed(&delegates, "汪杰", None).is_ok());
}

#[test]
fn who_has_a_name_now_is_meant_before_who_had_it() {
    let mut delegates = registered();
    let event = renamed(&delegates, "汪杰", None).unwrap();
    happened(&mut delegates, &[event]);
    let other = somebody_else(&mut delegates, 8, "汪洁", "2025-01-01");
    let meant =
        |on| delegates.of_type("汪洁", DelegateType::Party, day(on)).iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(meant("2025-01-01"), [other]);
    assert_eq!(meant("2024-12-31"), [WHO], "the other one was no delegate yet");
}

#[test]
fn a_unit_must_be_of_the_grid() {
    let none = Delegates::default();
    assert_eq!(code(register(&none, &areas(), &draft("高明", Some(6)))), Code::UnitNotInGrid);
    assert_eq!(code(register(&none, &areas(), &draft("高明", Some(9)))), Code::UnknownId);
    let nowhere = NewDelegate { grid_id: area(9), ..draft("高明", None) };
    assert_eq!(register(&none, &areas(), &nowhere).unwrap_err().pointer.as_deref(), Some("/grid_id"));
    assert_eq!(code(register(&none, &areas(), &draft("\u{A0}", None))), Code::Missing);
    let mistyped = NewDelegate { from: day("0023-12-01"), ..draft("高明", None) };
    assert_eq!(code(register(&none, &areas(), &mistyped)), Code::OutOfRange);
}

#[test]
fn assignments_to_one_place_do_not_overlap() {
    let mut delegates = registered();
    let again =
        |delegates: &Delegates, from| assign(delegates.get(WHO).unwrap(), &areas(), area(2), Some(area(4)), day(from));
    assert_eq!(code(again(&delegates, "2024-05-01")), Code::AlreadyAssigned);
    assert!(assign(delegates.get(WHO).unwrap(), &areas(), area(3), None, day("2024-05-01")).is_ok());
    let person = delegates.get(WHO).unwrap();
    let ended = end_assignment(person, area(2), Some(area(4)), day("2024-05-31")).unwrap();
    happened(&mut delegates, &[ended]);
    assert_eq!(code(again(&delegates, "2024-05-31")), Code::AlreadyAssigned);
    let event = again(&delegates, "2024-06-01").unwrap();
    happened(&mut delegates, &[event]);
    let person = delegates.get(WHO).unwrap();
    assert_eq!(person.assignments_on(day("2024-05-31")).count(), 1);
    assert_eq!(person.assignments_on(day("2024-06-01")).count(), 1);
}

#[test]
fn only_what_is_open_can_be_ended() {
    let delegates = registered();
    let person = delegates.get(WHO).unwrap();
    assert_eq!(code(end_assignment(person, area(2), None, day("2024-01-01"))), Code::NotAssigned);
    assert_eq!(code(end_assignment(person, area(2), Some(area(4)), day("2023-11-30"))), Code::BeforeAssignment);
}

#[test]
fn both_mandates_may_be_held_and_each_once() {
    let mut delegates = registered();
    let person = delegates.get(WHO).unwrap();
    assert_eq!(code(give_mandate(person, DelegateType::Party, day("2024-01-01"))), Code::AlreadyHoldsMandate);
    let event = give_mandate(person, DelegateType::Deputy, day("2024-01-01")).unwrap();
    happened(&mut delegates, &[event]);
    let person = delegates.get(WHO).unwrap();
    assert_eq!(person.types_on(day("2023-12-31")), [DelegateType::Party]);
    assert_eq!(person.types_on(day("2024-01-01")), [DelegateType::Party, DelegateType::Deputy]);
}

#[test]
fn a_departure_ends_everything_and_a_return_comes_after_it() {
    let mut delegates = registered();
    let person = delegates.get(WHO).unwrap();
    assert_eq!(code(depart(person, DepartureReason::Moved, day("2023-11-01"))), Code::BeforeMandate);
    let event = depart(person, DepartureReason::TermEnd, day("2024-06-30")).unwrap();
    happened(&mut delegates, &[event]);
    let person = delegates.get(WHO).unwrap();
    assert!(person.holds_any(day("2024-06-30")) && !person.holds_any(day("2024-07-01")));
    assert_eq!(person.assignments_on(day("2024-07-01")).count(), 0);
    assert_eq!(person.departed, Some((day("2024-06-30"), DepartureReason::TermEnd)));
    assert_eq!(code(depart(person, DepartureReason::Moved, day("2024-07-01"))), Code::AlreadyDeparted);
    assert_eq!(code(give_mandate(person, DelegateType::Party, day("2024-06-30"))), Code::BeforeDeparture);
    let to_unit = assign(person, &areas(), area(2), None, day("2024-07-01"));
    assert_eq!(code(to_unit), Code::DelegateWithoutMandate);
    assert!(register(&delegates, &areas(), &NewDelegate { from: day("2024-07-01"), ..draft("汪洁", None) }).is_ok());
    let event = give_mandate(person, DelegateType::Party, day("2025-01-01")).unwrap();
    happened(&mut delegates, &[event]);
    let person = delegates.get(WHO).unwrap();
    assert!(!person.holds_any(day("2024-12-31")) && person.holds_any(day("2025-01-01")));
    assert_eq!(delegates.of_type("汪洁", DelegateType::Party, day("2025-01-01"))[0].id, WHO);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Whatever is asked for in whatever order, no two assignments to one place hold on one day.
    #[test]
    fn intervals_never_overlap(steps in prop::collection::vec((0u8..3, 0u128..4, 0u64..40), 1..40)) {
        let mut delegates = registered();
        let places = [(area(2), None), (area(2), Some(area(4))), (area(2), Some(area(5))), (area(3), Some(area(6)))];
        for (what, place, days) in steps {
            let person = delegates.get(WHO).unwrap();
            let (grid, unit) = places[place as usize];
            let on = day("2023-12-01") + chrono::Days::new(days);
            let event = match what {
                0 => assign(person, &areas(), grid, unit, on),
                1 => end_assignment(person, grid, unit, on),
                _ if days > 38 => depart(person, DepartureReason::Other, on),
                _ => give_mandate(person, DelegateType::Party, on),
            };
            if let Ok(event) = event {
                happened(&mut delegates, &[event]);
            }
        }
        let person = delegates.get(WHO).unwrap();
        for on in day("2023-11-30").iter_days().take(60) {
            for (grid, unit) in places {
                prop_assert!(person.assignments_on(on).filter(|a| a.is_to(grid, unit)).count() <= 1);
            }
        }
    }
}
