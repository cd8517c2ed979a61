//! Whole bodies with every fault at once, and each kind of value at its bounds.

#![allow(clippy::unwrap_used)]

use super::*;
use chrono::{DateTime, FixedOffset};
use domain::vocabulary::Level;
use uuid::Uuid;

#[derive(Debug, PartialEq)]
struct Visit {
    level: Level,
    held_at: DateTime<FixedOffset>,
    visitors: Vec<String>,
    on_the_spot: Option<bool>,
    grid: Uuid,
    count: u64,
}

impl Visit {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let level = fields.required("level", choice(Level::ALL, Level::as_str));
        let held_at = fields.required("held_at", instant());
        let visitors = fields.required("visitors", list(3, || object(|visitor| visitor.required("name", line(5)))));
        let on_the_spot = fields.optional("on_the_spot", flag());
        let grid = fields.required("grid", id());
        let count = fields.required("count", whole(0..=9));
        Some(Self { level: level?, held_at: held_at?, visitors: visitors?, on_the_spot, grid: grid?, count: count? })
    }
}

fn faults(body: &str) -> Vec<(String, &'static str)> {
    let problem = read(body.as_bytes(), Visit::read).unwrap_err();
    let mut faults: Vec<_> = problem.faults.into_iter().map(|fault| (fault.pointer, fault.code.as_str())).collect();
    faults.sort();
    faults
}

const GOOD: &str = r#"{"level":"L3","held_at":"2026-11-19T14:10:00+08:00","visitors":[{"name":"王小明"}],
    "grid":"019ab0c4-5f1e-7c3a-9d55-0c8a3a0b2d11","count":9}"#;

#[test]
fn a_body_that_fits_is_read() {
    let visit = read(GOOD.as_bytes(), Visit::read).unwrap();
    assert_eq!((visit.level, visit.count, visit.on_the_spot), (Level::L3, 9, None));
    assert_eq!(visit.visitors, ["王小明"]);
}

#[test]
fn all_faults_come_in_one_answer() {
    let body = r#"{"level":"L9","held_at":"2026-11-19T14:10:00","visitors":[{"name":"王小明","age":3},{},{"name":"a\u0007"}],
        "on_the_spot":null,"grid":7,"count":10,"count":10,"colour":"red"}"#;
    let expected = [
        ("/colour", "unknown_field"),
        ("/count", "duplicate_key"),
        ("/count", "out_of_range"),
        ("/grid", "wrong_type"),
        ("/held_at", "invalid_value"),
        ("/level", "invalid_value"),
        ("/on_the_spot", "wrong_type"),
        ("/visitors/0/age", "unknown_field"),
        ("/visitors/1/name", "missing"),
        ("/visitors/2/name", "control_character"),
    ];
    assert_eq!(faults(body), expected.map(|(at, code)| (at.to_owned(), code)));
    let problem = read(body.as_bytes(), Visit::read).unwrap_err();
    assert_eq!((problem.code.as_str(), problem.code.status()), ("invalid_body", 422));
}

#[test]
fn a_single_kind_of_fault_is_the_problem_itself() {
    let body = GOOD.replace("\"count\"", "\"x\":1,\"y\":2,\"count\"");
    let problem = read(body.as_bytes(), Visit::read).unwrap_err();
    assert_eq!((problem.code.as_str(), problem.faults.len()), ("unknown_field", 2));
}

#[test]
fn a_body_is_an_object() {
    assert_eq!(faults("[]"), [(String::new(), "wrong_type")]);
    assert_eq!(faults("null"), [(String::new(), "wrong_type")]);
}

#[test]
fn a_hostile_body_gets_a_bounded_answer() {
    let many: Vec<_> = (0..5_000).map(|n| format!("\"k{n}\":1")).collect();
    assert_eq!(faults(&format!("{{{}}}", many.join(","))).len(), FAULTS_MAX);
}

fn one<T>(value: Value, kind: impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<T>) -> Result<T, &'static str> {
    let mut faults = Faults::default();
    let read = kind(value, &Place::Root, &mut faults);
    match faults.found.first() {
        Some(fault) => Err(fault.code.as_str()),
        None => Ok(read.unwrap()),
    }
}

#[test]
fn texts_are_normalised_and_bounded_in_characters() {
    assert_eq!(one("e\u{301}".into(), text(1)), Ok("é".to_owned()));
    assert_eq!(one("字".repeat(5).into(), text(5)), Ok("字".repeat(5)));
    assert_eq!(one("字".repeat(6).into(), text(5)), Err("too_long"));
    assert_eq!(one("a\r\nb\nc".into(), text(9)), Ok("a\nb\nc".to_owned()));
    assert_eq!(one("a\rb".into(), text(9)), Err("control_character"));
    assert_eq!(one("a\nb".into(), line(9)), Err("control_character"));
    assert_eq!(one("a\u{85}b".into(), text(9)), Err("control_character"));
    assert_eq!(one(" \n ".into(), text(9)), Err("missing"));
    assert_eq!(one(3.into(), text(9)), Err("wrong_type"));
}

#[test]
fn instants_need_an_offset_and_days_one_spelling() {
    for (value, fits) in [
        ("2026-11-19T14:10:00+08:00", true),
        ("2026-11-19T06:10:00.123Z", true),
        ("2026-11-19t06:10:00z", true),
        ("1950-01-01T00:00:00+08:00", true),
        ("2100-12-31T23:59:59.999+08:00", true),
        ("1949-12-31T23:59:59.999+08:00", false),
        ("2101-01-01T00:00:00+08:00", false),
        ("0001-01-01T00:00:00+23:59", false),
        // A leap second has no place in the record, not even where there was one.
        ("2016-12-31T23:59:60Z", false),
        ("2026-11-19T14:10:60+08:00", false),
        ("2026-11-19T14:10:00", false),
        ("2026-11-19 14:10:00+08:00", false),
        ("2026-13-19T14:10:00Z", false),
        ("+12026-11-19T14:10:00Z", false),
    ] {
        assert_eq!(one(value.into(), instant()).is_ok(), fits, "{value}");
    }
    for (value, fits) in [
        ("2026-12-01", true),
        ("1950-01-01", true),
        ("2100-12-31", true),
        ("1949-12-31", false),
        ("2101-01-01", false),
        ("2026-2-1", false),
        ("2026-02-30", false),
        ("02026-2-1", false),
        ("-001-01-01", false),
    ] {
        assert_eq!(one(value.into(), date()).is_ok(), fits, "{value}");
    }
    assert!(one::<Uuid>("019ab0c45f1e7c3a9d550c8a3a0b2d11".into(), id()).is_err());
    assert_eq!(one(Value::from(-1), whole(0..=5)), Err("out_of_range"));
    assert_eq!(one(Value::from(1.0), whole(0..=5)), Err("wrong_type"));
}
