//! Earlier moments: a state is that of the first N leaves, under the rules and people of then.

use crate::town::{Town, at, day, done, oral, said};
use casework::Failure;
use casework::loaded::AsOf;
use domain::vocabulary::{DepartureReason, IssueState};
use event_store::Position;

#[tokio::test]
async fn a_thing_is_shown_as_it_was_and_unknown_before_it_was() {
    let town = Town::new().await;
    let cases = &town.casework;
    let received = town.received("reception", 1).await;
    let (id, raised) = (received.issues[0].0, received.position);
    town.set("2026-11-23 10:00");
    let taken = done(cases.take_issue(&town.call("taking"), id, None).await.unwrap()).position;
    town.set("2026-11-24 10:00");
    done(cases.answer_issue(&town.call("answer"), id, &oral("2026-11-24 09:00"), &said("好了。")).await.unwrap());
    let state = |position: u64| async move { cases.issue(id, AsOf::Position(Position(position))).await };
    assert!(matches!(state(raised.0 - 1).await, Err(Failure::NotFound)));
    assert_eq!(state(raised.0).await.unwrap().state.state, IssueState::Registered);
    assert_eq!(state(taken.0).await.unwrap().state.state, IssueState::InHand);
    assert_eq!(state(taken.0 + 1).await.unwrap().state.state, IssueState::Answered);
    assert!(state(raised.0).await.unwrap().state.answer.is_none());
}

#[tokio::test]
async fn an_instant_is_the_newest_leaf_recorded_by_then() {
    let town = Town::new().await;
    let cases = &town.casework;
    let raised = town.received("reception", 1).await.position;
    assert_eq!(cases.position_at(at("2026-11-19 14:59")).await.unwrap().0, raised.0 - 2);
    assert_eq!(cases.position_at(at("2026-11-19 15:00")).await.unwrap(), raised);
    assert_eq!(cases.position_at(at("2030-01-01 00:00")).await.unwrap(), raised);
    assert_eq!(cases.position_at(at("2020-01-01 00:00")).await.unwrap(), Position(0));
    assert_eq!(cases.recorded_at(raised).await.unwrap(), at("2026-11-19 15:00"));
    assert!(matches!(cases.recorded_at(Position(raised.0 + 1)).await, Err(Failure::BeyondHead)));
}

#[tokio::test]
async fn people_and_rules_are_those_of_then() {
    let town = Town::new().await;
    let cases = &town.casework;
    let who = town.delegates[1];
    let before = cases.store.head().position;
    let call = town.call("leave");
    let leave = cases.depart_delegate(&call, who, DepartureReason::TermEnd, day("2026-11-18"), None);
    let after = done(leave.await.unwrap()).position;
    let holds = |position| async move {
        let reference = cases.reference_at(position).await.unwrap();
        reference.delegates.get(who).unwrap().holds_any(day("2026-11-19"))
    };
    assert!(holds(before).await);
    assert!(!holds(after).await);
    let then = cases.reference_at(Position(3)).await.unwrap();
    let again = cases.reference_at(Position(3)).await.unwrap();
    assert!(std::sync::Arc::ptr_eq(&then, &again), "folded once");
    assert!(then.delegates.get(who).is_none());
    assert_eq!(then.position, 3);
}
