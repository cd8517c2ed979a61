//! Given some history, when something is asked for, then this becomes of it.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::delegate::{DelegateEvent, Delegates, Departed, MandateGiven, Registered};
use crate::fixtures::{day, stamp};
use crate::ids::AreaId;
use crate::refusal::{Code, Refusal};
use crate::vocabulary::{DelegateType, DepartureReason, OfficeEndReason};
use chrono_tz::Tz;
use uuid::Uuid;

fn area(n: u128) -> AreaId {
    AreaId(Uuid::from_u128(n))
}

fn delegate(n: u128) -> DelegateId {
    DelegateId(Uuid::from_u128(n))
}

/// A town (1) with 太平网格 (2) and 新华网格 (3).
fn town_with_two_grids() -> Areas {
    let mut areas = Areas::default();
    areas.apply(area(1), &define_town(&areas, "江桥镇").unwrap(), &stamp(1, 1));
    areas.apply(area(2), &define_grid(&areas, "太平网格").unwrap(), &stamp(2, 1));
    areas.apply(area(3), &define_grid(&areas, "新华网格").unwrap(), &stamp(3, 1));
    areas
}

/// 汪洁 (1), party delegate from 2023-12-01, and 徐超 (2), departed on 2024-06-30.
fn two_people() -> Delegates {
    let mut delegates = Delegates::default();
    for (n, name) in [(1, "汪洁"), (2, "徐超")] {
        let registered = DelegateEvent::Registered(Registered { name: name.into() });
        delegates.apply(delegate(n), &registered, &stamp(10, 1));
        let mandate = MandateGiven { delegate_type: DelegateType::Party, from: day("2023-12-01") };
        delegates.apply(delegate(n), &DelegateEvent::MandateGiven(mandate), &stamp(11, 2));
    }
    let departed = Departed { reason_code: DepartureReason::Moved, on: day("2024-06-30") };
    delegates.apply(delegate(2), &DelegateEvent::Departed(departed), &stamp(12, 3));
    delegates
}

fn code(result: Result<AreaEvent, Refusal>) -> Code {
    result.unwrap_err().code
}

#[test]
fn a_town_is_defined_once_and_grids_need_it() {
    assert_eq!(code(define_grid(&Areas::default(), "太平网格")), Code::NoTown);
    let areas = town_with_two_grids();
    assert_eq!(code(define_town(&areas, "江桥镇")), Code::AlreadyDefined);
    assert_eq!(code(define_grid(&areas, " 太平网格\u{3000}")), Code::AlreadyDefined);
    assert_eq!(define_grid(&areas, " ").unwrap_err().pointer.as_deref(), Some("/name"));
}

#[test]
fn a_unit_belongs_to_one_grid_and_is_found_there_by_its_whole_name() {
    let mut areas = town_with_two_grids();
    let event = define_unit(&areas, area(3), "封浜村", UnitKind::Village).unwrap();
    areas.apply(area(4), &event, &stamp(4, 1));
    assert_eq!(areas.unit_named(area(3), "封浜村").unwrap().id, area(4));
    assert_eq!(areas.unit_named(area(2), "封浜村"), None);
    assert_eq!(areas.unit_named(area(3), "封浜"), None);
    assert!(areas.unit_in_grid(area(4), area(3)) && !areas.unit_in_grid(area(4), area(2)));
    assert_eq!(code(define_unit(&areas, area(3), "封浜村", UnitKind::Village)), Code::AlreadyDefined);
    assert!(define_unit(&areas, area(2), "封浜村", UnitKind::Village).is_ok());
    assert_eq!(code(define_unit(&areas, area(9), "封浜村", UnitKind::Village)), Code::UnknownId);
}

#[test]
fn a_grid_or_a_unit_is_renamed_and_known_by_the_old_name() {
    let mut areas = town_with_two_grids();
    for (n, grid) in [(4, 2), (5, 2), (6, 3)] {
        let event = define_unit(&areas, area(grid), &format!("单位{n}村"), UnitKind::Village).unwrap();
        areas.apply(area(n), &event, &stamp(4, 1));
    }
    let before = areas.clone();
    let event = rename(&areas, area(2), " 太平新网格").unwrap();
    assert_eq!(event, AreaEvent::Renamed(AreaRenamed { name: "太平新网格".into() }));
    areas.apply(area(2), &event, &stamp(5, 2));
    let event = rename(&areas, area(4), "单位新村").unwrap();
    areas.apply(area(4), &event, &stamp(6, 2));
    let (grid, unit) = (areas.grid(area(2)).unwrap(), areas.unit(area(4)).unwrap());
    assert_eq!((grid.names().collect::<Vec<_>>(), grid.version), (vec!["太平新网格", "太平网格"], 2));
    assert_eq!((unit.names().collect::<Vec<_>>(), unit.version), (vec!["单位新村", "单位4村"], 2));
    assert_eq!((areas.grid_named("太平网格"), areas.grid_once_named("太 平网格")), (None, Some(grid)));
    assert_eq!((areas.unit_named(area(2), "单位4村"), areas.unit_once_named(area(2), "单位4村")), (None, Some(unit)));
    assert_eq!(areas.unit_once_named(area(3), "单位4村"), None);
    // The present name again is none; that of a peer is taken, of anything else it is not.
    assert_eq!(code(rename(&areas, area(2), "太平新网格 ")), Code::AlreadyNamed);
    assert_eq!(code(rename(&areas, area(2), "新华 网格")), Code::AlreadyDefined);
    assert_eq!(code(rename(&areas, area(4), "单位5村")), Code::AlreadyDefined);
    assert!(rename(&areas, area(4), "单位6村").is_ok() && rename(&areas, area(4), "太平新网格").is_ok());
    assert_eq!(code(rename(&areas, area(1), "新镇")), Code::UnknownId);
    assert_eq!(rename(&areas, area(2), " ").unwrap_err().pointer.as_deref(), Some("/name"));
    // The way back, and a name that was given up.
    assert!(rename(&areas, area(3), "太平网格").is_ok());
    let event = rename(&areas, area(2), "太平网格").unwrap();
    areas.apply(area(2), &event, &stamp(7, 3));
    assert_eq!(areas.grid_named("太平网格").map(|grid| grid.id), Some(area(2)));
    assert_eq!((areas.grid_once_named("太平网格"), before.grid_once_named("太平网格")), (None, None));
}

#[test]
fn kinds_follow_the_ending_of_the_name() {
    assert_eq!(unit_kind_by_name("太平村"), UnitKind::Village);
    assert_eq!(unit_kind_by_name("江丰社区"), UnitKind::Community);
    for institution in ["江丰经济城", "社区党建服务中心", "社区事务受理服务中心", "纪检", "村镇银行"]
    {
        assert_eq!(unit_kind_by_name(institution), UnitKind::Institution, "{institution}");
    }
}

#[test]
fn a_convener_holds_until_the_next_one() {
    let (mut areas, delegates) = (town_with_two_grids(), two_people());
    let appoint = |areas: &Areas, who, from| appoint_convener(areas, &delegates, area(2), delegate(who), day(from));
    areas.apply(area(2), &appoint(&areas, 2, "2024-01-01").unwrap(), &stamp(20, 2));
    areas.apply(area(2), &appoint(&areas, 1, "2024-03-01").unwrap(), &stamp(21, 3));
    let grid = areas.grid(area(2)).unwrap();
    assert_eq!(grid.convener_on(day("2023-12-31")), None);
    assert_eq!(grid.convener_on(day("2024-02-29")), Some(delegate(2)));
    assert_eq!(grid.convener_on(day("2024-03-01")), Some(delegate(1)));
    assert_eq!((grid.version, areas.grid(area(3)).unwrap().convener_on(day("2024-03-01"))), (3, None));
    assert_eq!(code(appoint(&areas, 1, "2024-05-01")), Code::AlreadyAppointed);
    assert_eq!(code(appoint(&areas, 2, "2024-03-01")), Code::BeforeLastAppointment);
}

#[test]
fn a_convener_is_a_delegate_with_a_mandate_on_the_first_day() {
    let (areas, delegates) = (town_with_two_grids(), two_people());
    let appoint = |who, from| appoint_convener(&areas, &delegates, area(2), delegate(who), day(from));
    assert_eq!(code(appoint(2, "2024-07-01")), Code::DelegateWithoutMandate);
    assert_eq!(code(appoint(1, "2023-11-30")), Code::DelegateWithoutMandate);
    assert_eq!(code(appoint(9, "2024-07-01")), Code::UnknownId);
    assert!(appoint(2, "2024-06-30").is_ok());
}

#[test]
fn an_office_is_vacant_when_nobody_was_appointed_or_the_convener_has_left() {
    let (mut areas, delegates) = (town_with_two_grids(), two_people());
    let event = appoint_convener(&areas, &delegates, area(2), delegate(2), day("2024-01-01")).unwrap();
    areas.apply(area(2), &event, &stamp(20, 2));
    let grid = areas.grid(area(2)).unwrap();
    assert!(grid.convener_vacant(&delegates, day("2023-12-31")));
    assert!(!grid.convener_vacant(&delegates, day("2024-06-30")));
    assert!(grid.convener_vacant(&delegates, day("2024-07-01")));
    assert_eq!(grid.liaison_on(day("2024-07-01")), None);
}

#[test]
fn a_liaison_need_not_be_a_delegate() {
    let mut areas = town_with_two_grids();
    let event = appoint_liaison(&areas, area(2), "李\u{A0}劲", day("2024-01-01")).unwrap();
    areas.apply(area(2), &event, &stamp(20, 2));
    let grid = areas.grid(area(2)).unwrap();
    assert_eq!(grid.liaison_on(day("2023-12-31")), None);
    assert_eq!(grid.liaison_on(day("2024-01-01")).map(|liaison| liaison.name.as_str()), Some("李劲"));
    assert_eq!(code(appoint_liaison(&areas, area(2), "李劲", day("2024-02-01"))), Code::AlreadyAppointed);
    assert_eq!(code(appoint_liaison(&areas, area(2), "王峥", day("2023-12-01"))), Code::BeforeLastAppointment);
    assert_eq!(code(appoint_liaison(&areas, area(9), "王峥", day("2024-02-01"))), Code::UnknownId);
}

#[test]
fn a_term_is_ended_once_and_the_office_is_vacant_until_the_next_first_day() {
    let (mut areas, delegates) = (town_with_two_grids(), two_people());
    let end = |areas: &Areas, to: &str| end_liaison(areas, area(2), day(to), OfficeEndReason::Resignation);
    assert_eq!(code(end(&areas, "2024-03-31")), Code::NotAppointed);
    let appoint = |areas: &Areas, name: &str, from: &str| appoint_liaison(areas, area(2), name, day(from));
    areas.apply(area(2), &appoint(&areas, "李劲", "2024-01-01").unwrap(), &stamp(20, 2));
    let early = end(&areas, "2023-12-31").unwrap_err();
    assert_eq!((early.code, early.pointer.as_deref()), (Code::BeforeLastAppointment, Some("/to")));
    assert_eq!(code(end_liaison(&areas, area(9), day("2024-03-31"), OfficeEndReason::Other)), Code::UnknownId);
    areas.apply(area(2), &end(&areas, "2024-03-31").unwrap(), &stamp(21, 3));
    assert_eq!(code(end(&areas, "2024-04-30")), Code::NotAppointed);
    let grid = |areas: &Areas| areas.grid(area(2)).unwrap().clone();
    assert!(
        grid(&areas).liaison_on(day("2024-03-31")).is_some() && grid(&areas).liaison_on(day("2024-04-01")).is_none()
    );
    // The same person may come back after the end, and not before it.
    assert_eq!(code(appoint(&areas, "李劲", "2024-03-01")), Code::AlreadyAppointed);
    areas.apply(area(2), &appoint(&areas, "李劲", "2024-05-06").unwrap(), &stamp(22, 4));
    let spans = |vacancies: Vec<Vacancy>| {
        let told = vacancies.into_iter().map(|one| {
            (
                one.from.to_string(),
                one.filled_on.map(|on| on.to_string()),
                one.opened.position,
                one.filled.map(|by| by.position),
            )
        });
        told.collect::<Vec<_>>()
    };
    let filled = |on: &str| Some(on.to_owned());
    // From the definition on, the first day of 1970 in these tests.
    assert_eq!(
        spans(grid(&areas).liaison_vacancies(Tz::Asia__Shanghai)),
        [
            ("1970-01-01".to_owned(), filled("2024-01-01"), 2, Some(20)),
            ("2024-04-01".to_owned(), filled("2024-05-06"), 21, Some(22)),
        ]
    );
    // A convener whose mandate ends leaves the office vacant, too.
    let convener = appoint_convener(&areas, &delegates, area(2), delegate(2), day("2024-02-01")).unwrap();
    areas.apply(area(2), &convener, &stamp(23, 5));
    assert_eq!(
        spans(grid(&areas).convener_vacancies(&delegates, Tz::Asia__Shanghai)),
        [("1970-01-01".to_owned(), filled("2024-02-01"), 2, Some(23)), ("2024-07-01".to_owned(), None, 12, None)]
    );
    let ended = end_convener(&areas, area(2), day("2024-05-31"), OfficeEndReason::Replaced).unwrap();
    areas.apply(area(2), &ended, &stamp(24, 6));
    assert_eq!(grid(&areas).convener_on(day("2024-06-01")), None);
    assert_eq!(spans(grid(&areas).convener_vacancies(&delegates, Tz::Asia__Shanghai))[1].0, "2024-06-01");
}

#[test]
fn the_venue_of_a_grid_holds_from_its_day_until_the_next() {
    let mut areas = town_with_two_grids();
    let set = |areas: &Areas, name: &str, from: &str| set_venue(areas, area(2), name, day(from));
    areas.apply(area(2), &set(&areas, "太平村党群服务站", "2026-01-01").unwrap(), &stamp(20, 2));
    areas.apply(area(2), &set(&areas, "江桥社区中心", "2026-06-01").unwrap(), &stamp(21, 3));
    let on = |on: &str| areas.grid(area(2)).unwrap().venue_on(day(on)).map(str::to_owned);
    assert_eq!(
        (on("2025-12-31"), on("2026-05-31").as_deref(), on("2026-06-01").as_deref()),
        (None, Some("太平村党群服务站"), Some("江桥社区中心"))
    );
    assert_eq!(code(set(&areas, "江桥社区中心", "2026-07-01")), Code::AlreadyNamed);
    assert_eq!(code(set(&areas, "太平村党群服务站", "2026-06-01")), Code::BeforePrevious);
    assert_eq!(set(&areas, " ", "2026-07-01").unwrap_err().pointer.as_deref(), Some("/name"));
    assert_eq!(code(set_venue(&areas, area(9), "某处", day("2026-07-01"))), Code::UnknownId);
}

#[test]
fn a_term_is_told_from_its_first_to_its_last_day() {
    let mut areas = town_with_two_grids();
    let appointed = |areas: &Areas, name: &str, from: &str| appoint_liaison(areas, area(2), name, day(from)).unwrap();
    areas.apply(area(2), &appointed(&areas, "李劲", "2024-01-01"), &stamp(20, 2));
    areas.apply(area(2), &appointed(&areas, "王峥", "2024-03-01"), &stamp(21, 3));
    let end = end_liaison(&areas, area(2), day("2024-06-30"), OfficeEndReason::Replaced).unwrap();
    areas.apply(area(2), &end, &stamp(22, 4));
    // Who comes earlier than the last day that was named takes over on their own first day.
    areas.apply(area(2), &appointed(&areas, "赵敏", "2024-05-06"), &stamp(23, 5));
    let spans =
        areas.grid(area(2)).unwrap().liaisons.spans().map(|span| {
            (span.holder.name.clone(), span.from.to_string(), span.to.map(|to| to.to_string()), span.ended)
        });
    let told =
        |name: &str, from: &str, to: Option<&str>| (name.to_owned(), from.to_owned(), to.map(str::to_owned), None);
    assert_eq!(
        spans.collect::<Vec<_>>(),
        [
            told("李劲", "2024-01-01", Some("2024-02-29")),
            told("王峥", "2024-03-01", Some("2024-05-05")),
            told("赵敏", "2024-05-06", None),
        ]
    );
}
