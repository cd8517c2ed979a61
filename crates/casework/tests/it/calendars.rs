//! A calendar published late moves open promises to later dates, once, and nothing else.

use crate::town::{Town, code, day, done, oral, said, whole};
use casework::corrections::{CorrectionDecision, NewCorrection};
use domain::calendar::{CalendarSource, CalendarYear, NamedDay};
use domain::correction::CorrectedValue;
use domain::issue::DueChange;
use domain::vocabulary::IssueState;
use event_store::{Position, StreamId, Version};
use std::sync::Barrier;
use std::time::Duration;

/// So many that a recomputation can be stopped among them.
const ISSUES: u64 = 40;

fn year_2027(holidays: &[&str]) -> CalendarYear {
    CalendarYear {
        year: 2027,
        source: CalendarSource { title: "通知".to_owned(), document: None, published_on: day("2026-12-29") },
        public_holidays: holidays.iter().map(|on| NamedDay { date: day(on), name: "元旦".to_owned() }).collect(),
        make_up_days: Vec::new(),
        local_closures: Vec::new(),
    }
}

#[tokio::test]
async fn open_due_dates_follow_a_calendar_closed_ones_never_and_twice_is_once() {
    let town = Town::new().await;
    let cases = &town.casework;
    let early = town.raised("early").await;
    town.set("2026-12-29 15:00");
    let mut new = town.reception("2026-12-29 14:00", 2);
    new.issues[1].subject = "另一件".to_owned();
    let received = done(cases.record_reception(&town.call("late"), &new).await.unwrap());
    let (open, answered) = (received.issues[0].0, received.issues[1].0);
    assert_eq!(
        (received.issues[0].1.state.due.on, received.issues[0].1.state.due.provisional),
        (day("2027-01-05"), true)
    );
    done(cases.answer_issue(&town.call("answer"), answered, &oral("2026-12-29 14:30"), &said("好了。")).await.unwrap());

    town.set("2026-12-30 10:00");
    let before = cases.reference().calendars.newest().unwrap();
    let call = town.call("calendar");
    let published = done(cases.publish_calendar(&call, &year_2027(&["2027-01-01"]), None).await.unwrap());
    assert_eq!(
        code(cases.publish_calendar(&town.call("same"), &year_2027(&["2027-01-01"]), None).await),
        "already_published"
    );
    let (drawn, moved) = cases.recompute_deadlines(Position(before)).await.unwrap();
    assert_eq!((drawn, moved), (published.position, 1));

    let loaded = town.issue(open).await;
    assert_eq!((loaded.state.due.on, loaded.state.due.provisional), (day("2027-01-06"), false));
    assert_eq!(loaded.state.original_due.on, day("2027-01-05"));
    let Some(DueChange { from, due, calendar_year, .. }) = loaded.state.due_changes.last().cloned() else {
        panic!("a change")
    };
    assert_eq!((from, due.on, calendar_year), (Some(day("2027-01-05")), day("2027-01-06"), Some(2027)));
    let history =
        cases.history(&whole(cases).await, &StreamId::of("issue", open.0), Version(1), 10).await.unwrap().items;
    let leaf = history[0].recorded.text().unwrap();
    assert_eq!((leaf.actor, leaf.role), ("system/clock", "system"));
    assert_eq!(leaf.calendar, Some(published.position));

    // After a crash before it was noted down, all of it is looked at again.
    let head = cases.store.head();
    let (drawn, moved) = cases.recompute_deadlines(Position(0)).await.unwrap();
    assert_eq!((drawn, moved, cases.store.head()), (published.position, 0, head));
    assert_eq!(town.issue(answered).await.state.due.on, day("2027-01-05"));
    assert_eq!(town.issue(answered).await.state.state, IssueState::Answered);
    assert_eq!(town.issue(early).await.version, Version(1));
}

#[tokio::test]
async fn a_notice_of_the_future_is_not_published() {
    let town = Town::new().await;
    let publish = async |at: &str| {
        town.set(at);
        code(town.casework.publish_calendar(&town.call(at), &year_2027(&["2027-01-01"]), None).await)
    };
    assert_eq!(publish("2026-12-28 23:59").await, "in_the_future");
    assert_eq!(publish("2026-12-29 00:00").await, "done");
}

#[tokio::test]
async fn a_recomputation_stopped_half_way_is_finished_by_the_next() {
    let town = Town::new().await;
    let cases = &town.casework;
    town.set("2026-12-29 15:00");
    let mut ids = Vec::new();
    for n in 0..ISSUES {
        let new = town.reception("2026-12-29 14:00", 1);
        ids.push(done(cases.record_reception(&town.call(&format!("reception {n}")), &new).await.unwrap()).issues[0].0);
    }
    let call = town.call("calendar");
    done(cases.publish_calendar(&call, &year_2027(&["2027-01-01"]), None).await.unwrap());
    let before = cases.store.head().position;
    {
        // Dropped as a process that is killed drops it: after some issues have moved.
        let run = cases.recompute_deadlines(Position(0));
        let moved = async {
            let mut head = cases.store.watch();
            while head.borrow_and_update().position.0 < before.0 + 2 {
                head.changed().await.unwrap();
            }
        };
        tokio::select! {
            biased;
            () = moved => {}
            // So fast that nothing was left to interrupt; what is shown below holds all the same.
            all = run => assert_eq!(all.unwrap().1, ISSUES),
        }
    }
    cases.recompute_deadlines(Position(0)).await.unwrap();
    assert_eq!(cases.store.head().position.0, before.0 + ISSUES);
    for id in ids {
        let loaded = town.issue(id).await;
        assert_eq!((loaded.version, loaded.state.due.on), (Version(2), day("2027-01-06")));
    }
}

/// What could go wrong: a corrected reception moves a due date into a year whose calendar is published at that very
/// moment; counted without it, and recorded after all open dates were counted again, it would stay wrong.
#[test]
fn a_date_that_a_correction_moves_into_another_year_is_counted_by_its_calendar() {
    let here = || tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    for n in 0..40_u64 {
        let runtime = here();
        let town = runtime.block_on(Town::new());
        let cases = &town.casework;
        town.set("2026-12-29 09:00");
        let held = NewCorrection {
            event_version: 1,
            pointer: "/occurred_at".to_owned(),
            value: CorrectedValue::Text("2026-12-28T15:00:00+08:00".to_owned()),
            reason: "签到表为准。".to_owned(),
            at: None,
        };
        let received = runtime.block_on(async {
            let new = town.reception("2026-12-24 15:00", 1);
            let received = done(cases.record_reception(&town.call("reception"), &new).await.unwrap());
            done(cases.correct_reception(&town.call("held"), received.id, &held).await.unwrap());
            received
        });
        let before = Position(cases.reference().calendars.newest().unwrap());
        let (approve, publish) = (town.call("approve"), town.call("calendar"));
        let decision = CorrectionDecision { event_version: 1, approved: true, reason: None, at: None };
        let start = Barrier::new(2);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = here();
                start.wait();
                // A little later each time, so that some rounds meet the moment.
                std::thread::sleep(Duration::from_micros(n * 25));
                let approved = cases.decide_reception_correction(&approve, received.id, &decision);
                done(runtime.block_on(approved).unwrap());
            });
            start.wait();
            runtime.block_on(async {
                done(cases.publish_calendar(&publish, &year_2027(&["2027-01-01"]), None).await.unwrap());
                cases.recompute_deadlines(before).await.unwrap();
            });
        });
        let due = runtime.block_on(town.issue(received.issues[0].0)).state.due.clone();
        assert_eq!((due.on, due.provisional), (day("2027-01-05"), false), "round {n}");
    }
}
