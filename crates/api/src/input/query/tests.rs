//! Queries as clients write them, good and bad.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::http::response::business_time;
use crate::input::body::{choice, date, id};
use domain::vocabulary::{IssueState, Level};
use uuid::Uuid;

fn refused<T: std::fmt::Debug>(result: Result<T, Problem>) -> (String, Vec<String>) {
    let problem = result.unwrap_err();
    assert_eq!(problem.code.status(), 400);
    let pointers = problem.faults.iter().map(|f| f.pointer.clone()).collect();
    (problem.code.as_str().to_owned(), pointers)
}

#[test]
fn a_query_is_read() {
    let query = "grid_id=019ab0c4-5f1e-7c3a-9d55-0c8a3a0b2d11&state=in_hand,escalated&from=2026-01-01&limit=7&level=L2";
    let (grid, states, from, page, level) = read(query, |q| {
        Some((
            q.optional("grid_id", id::<Uuid>()),
            q.choices("state", || text("", ""), IssueState::parse),
            q.optional("from", date()),
            q.page(),
            q.optional("level", choice(Level::ALL, Level::as_str)),
        ))
    })
    .unwrap();
    assert!(grid.is_some() && from.is_some());
    assert_eq!(states, Some(vec![IssueState::InHand, IssueState::Escalated]));
    assert_eq!((page.limit, level), (7, Some(Level::L2)));
}

#[test]
fn every_parameter_at_fault_is_named() {
    let unknown = refused(read("colour=red&q=x", |_| Some(())));
    assert_eq!(unknown.0, "unknown_parameter");
    assert_eq!(unknown.1, ["/query/colour", "/query/q"]);
    let mixed = refused(read("limit=0&colour=red&limit=2", |q| Some(q.page())));
    assert_eq!(mixed.0, "bad_parameter");
    assert_eq!(mixed.1, ["/query/limit", "/query/colour"]);
    let problem = read("limit=1001", |q| Some(q.page())).unwrap_err();
    assert_eq!(problem.detail.unwrap().en, "limit: Must be between 1 and 1000.");
    assert_eq!(refused(read("limit=+5", |q| Some(q.page()))).0, "bad_parameter");
    assert_eq!(refused(read("a=%zz", |_| Some(()))).0, "bad_parameter");
    assert_eq!(refused(read("a=%ff", |_| Some(()))).0, "bad_parameter");
    assert_eq!(refused(read("cursor=%20", |q| Some(q.page()))).0, "bad_cursor");
    assert_eq!(refused(read(&"a".repeat(10_000), |_| Some(()))).0, "bad_parameter");
}

/// A search box that was emptied, an id that was lost on the way: nobody is shown everything for it.
#[test]
fn an_empty_value_is_refused_whichever_parameter_it_is() {
    let query = "grid_id=&state=&limit=&cursor=&as_of=&format=&flag=&at_least=";
    let (code, pointers) = refused(read(query, |q| {
        Some((
            q.optional("grid_id", id::<Uuid>()),
            q.choices("state", || text("", ""), IssueState::parse),
            q.page(),
            q.as_of(),
            q.format(),
            q.flag("flag"),
            q.at_least(),
        ))
    }));
    assert_eq!((code.as_str(), pointers.len()), ("bad_parameter", 8), "{pointers:?}");
}

fn seen() -> Seen {
    let now = DateTime::from_timestamp_millis(1_795_000_000_000).unwrap();
    Seen { head: 50, began_at: Some(now - chrono::TimeDelta::days(1)), now, zone: Tz::Asia__Shanghai }
}

#[test]
fn instants_are_held_against_the_log_and_the_time() {
    let as_of = |query: &str| read_against(Some(seen()), query, |query| Some(query.as_of()));
    let at = |at: DateTime<Utc>| format!("as_of={}", at.to_rfc3339());
    let Seen { now, began_at, .. } = seen();
    assert!(as_of(&at(now)).is_ok() && as_of(&at(began_at.unwrap())).is_ok());
    // Finer than a millisecond nothing is known of now.
    assert!(as_of(&at(now + chrono::TimeDelta::microseconds(999))).is_ok());
    let second = chrono::TimeDelta::seconds(1);
    let ahead = refused(as_of(&format!("{}&colour=red", at(now + second))));
    assert_eq!(ahead.1, ["/query/as_of", "/query/colour"]);
    assert_eq!(refused(as_of(&at(now + second))).0, "bad_position");
    assert_eq!(refused(as_of(&at(began_at.unwrap() - second))).0, "before_log");
    let Err(problem) = as_of(&at(began_at.unwrap() - second)) else { panic!("it is before the log") };
    let town = business_time(began_at.unwrap(), Tz::Asia__Shanghai);
    assert!(problem.faults[0].detail.en.contains(&town), "{}", problem.faults[0].detail.en);
    // One range for all, judged in the town's zone.
    assert_eq!(refused(as_of("as_of=1950-01-01T00:00:00+08:00")).0, "before_log");
    assert_eq!(refused(as_of("as_of=1949-12-31T23:59:59+08:00")).0, "bad_parameter");
}

#[test]
fn positions_are_held_against_the_head_and_the_range_of_clients() {
    let read = |query: &str| {
        let all = |q: &mut Query| Some((q.position_reached("after", 0), q.at_least(), q.as_of()));
        read_against(Some(seen()), query, all)
    };
    assert!(read("after=50&as_of_position=50").is_ok());
    // What is waited for may be spoken of.
    assert!(read("after=51&as_of_position=51&at_least=51").is_ok() && read("at_least=10050").is_ok());
    let (code, pointers) = refused(read("after=51&as_of_position=51"));
    assert_eq!(
        (code.as_str(), pointers),
        ("bad_position", vec!["/query/after".into(), "/query/as_of_position".into()])
    );
    assert_eq!(refused(read("at_least=10051")), ("bad_position".into(), vec!["/query/at_least".into()]));
    let beyond = refused(read("after=9223372036854775808&at_least=9223372036854775808"));
    assert_eq!((beyond.0.as_str(), beyond.1.len()), ("bad_parameter", 2));
    assert_eq!(refused(read("at_least=9223372036854775807")).0, "bad_position");
}

#[test]
fn as_of_is_one_or_the_other() {
    let as_of = |query: &str| read(query, |q| Some(q.as_of()));
    assert_eq!(as_of("").unwrap(), AsOf::Now);
    assert_eq!(as_of("as_of_position=12").unwrap(), AsOf::Position(12));
    for instant in ["2026-11-19T14:10:00+08:00", "2026-11-19T14:10:00%2B08:00"] {
        assert!(matches!(as_of(&format!("as_of={instant}")), Ok(AsOf::Instant(_))));
    }
    let both = refused(as_of("as_of_position=1&as_of=2026-11-19T14:10:00Z"));
    assert_eq!(both.0, "bad_parameter");
    let each = refused(as_of("as_of_position=0&as_of=noon"));
    assert_eq!(each.1, ["/query/as_of", "/query/as_of_position", "/query/as_of"]);
    let lists = refused(read("as_of_position=1", |q| {
        q.now_only();
        Some(())
    }));
    assert_eq!(lists.0, "as_of_not_supported");
}
