//! Rotas by hand and as proposed: all or none, with every reason; the proposal of a position stays what it is.

use super::{NEXT, who};
use crate::town::{Town, at, code, day, done};
use casework::Failure;
use casework::leaves::NewLeave;
use casework::loaded::AsOf;
use casework::sessions::rotas::NewRota;
use casework::transact::Outcome;
use domain::ids::SessionId;
use domain::reception::DelegateDraft;
use domain::session::SubstitutionDraft;
use domain::vocabulary::{LeaveReason, LeaveState, SubstitutionReason};
use event_store::Position;
use uuid::Uuid;

fn rota(session_id: SessionId, slots: impl IntoIterator<Item = domain::ids::DelegateId>) -> NewRota {
    NewRota { session_id, slots: slots.into_iter().map(who).collect() }
}

#[tokio::test]
async fn rotas_are_assigned_all_or_none_and_each_reason_is_told() {
    let town = Town::planned().await;
    let cases = &town.casework;
    let deputies = town.deputies(2).await;
    let party = &town.delegates;
    let (one, two, three) = (town.session_id(NEXT), town.session_id("2026-12-03"), town.session_id("2026-12-10"));
    town.published("2026-12-10", party[0], deputies[0]).await;
    let leave = NewLeave {
        from: day("2026-12-03"),
        to: day("2026-12-03"),
        reason_code: LeaveReason::Personal,
        reason: Some("家中有事。".to_owned()),
        at: None,
    };
    let asked = done(cases.request_leave(&town.call("leave"), party[1], &leave).await.unwrap()).loaded;
    let leave_id = asked.state.all[0].id;
    done(cases.decide_leave(&town.call("yes"), party[1], leave_id, true, None, None).await.unwrap());

    let head = cases.store.head();
    let items = [rota(one, [party[0], deputies[0]]), rota(two, [party[1]]), rota(three, [party[2]])];
    let Err(Failure::RefusedAtOnce(refusals)) =
        cases.assign_rotas(&town.call("all"), town.grid, &items, None, None).await
    else {
        panic!("two noes")
    };
    let told: Vec<_> =
        refusals.iter().map(|one| (one.code.as_str(), one.pointer.as_deref().unwrap_or_default())).collect();
    assert_eq!(told, [("on_leave", "/items/1/slots/0/delegate_id"), ("already_published", "/items/2")]);
    assert_eq!(cases.store.head(), head);

    let items = [rota(one, [party[0], deputies[0]]), rota(two, [party[2], deputies[1]])];
    let assigned = done(cases.assign_rotas(&town.call("two"), town.grid, &items, None, None).await.unwrap());
    let ids: Vec<_> = assigned.sessions.iter().map(|(id, _)| *id).collect();
    assert_eq!((ids, assigned.position), (vec![one, two], Position(head.position.0 + 2)));
    // One of them changes; both are answered with, also when the command comes again.
    let items = [rota(one, [party[0], deputies[0]]), rota(two, [party[0], deputies[1]])];
    let changed = done(cases.assign_rotas(&town.call("three"), town.grid, &items, None, None).await.unwrap());
    assert_eq!((changed.sessions.len(), changed.position), (2, Position(head.position.0 + 3)));
    let Ok(Outcome::Replayed(record)) = cases.assign_rotas(&town.call("three"), town.grid, &items, None, None).await
    else {
        panic!("a replay")
    };
    let told = cases.sessions_at(&[one, two], record.last).await.unwrap();
    let states = |changed: &casework::sessions::several::ChangedSessions| {
        changed.sessions.iter().map(|(_, session)| session.state.clone()).collect::<Vec<_>>()
    };
    assert_eq!((states(&told), told.position), (states(&changed), changed.position));
    let published = done(cases.publish_rotas(&town.call("publish"), town.grid, &[one, two], None).await.unwrap());
    assert!(published.sessions.iter().all(|(_, session)| session.state.published.is_some()));
}

#[tokio::test]
async fn what_a_rota_names_comes_before_the_grid_and_that_before_a_precondition() {
    let town = Town::planned().await;
    let cases = &town.casework;
    let nowhere = domain::ids::AreaId(Uuid::from_u128(9));
    let known = [rota(town.session_id(NEXT), [town.delegates[0]])];
    let unknown = [rota(SessionId(Uuid::from_u128(9)), [domain::ids::DelegateId(Uuid::from_u128(9))])];
    let call = town.call_if("a", 1);
    for grid in [nowhere, town.grid] {
        let Err(Failure::Invalid(faults)) =
            cases.assign_rotas(&call, grid, &unknown, Some(Position(1 << 40)), None).await
        else {
            panic!("faults")
        };
        assert_eq!(faults.len(), 3, "{faults:?}");
    }
    assert_eq!(code(cases.assign_rotas(&call, nowhere, &known, None, None).await), "not_found");
    assert_eq!(code(cases.assign_rotas(&call, town.grid, &known, None, None).await), "stale");
    let later = Some(Position(1 << 40));
    assert_eq!(code(cases.assign_rotas(&town.call("b"), town.grid, &known, later, None).await), "out_of_range");
    assert_eq!(
        code(cases.publish_rotas(&town.call("c"), town.grid, &[SessionId(Uuid::nil())], None).await),
        "unknown_id"
    );
    assert_eq!(code(cases.publish_rotas(&town.call("d"), nowhere, &[town.session_id(NEXT)], None).await), "not_found");
    assert_eq!(code(cases.publish_rotas(&town.call("e"), town.grid, &[town.session_id(NEXT)], None).await), "no_rota");
}

#[tokio::test]
async fn a_proposal_is_the_same_at_the_same_position_whatever_came_after() {
    let town = Town::planned().await;
    let cases = &town.casework;
    let deputies = town.deputies(3).await;
    let position = cases.store.head().position;
    let (from, to) = (day("2026-11-19"), day("2026-12-31"));
    let proposed = cases.propose_rota(town.grid, from, to, position).await.unwrap();
    assert_eq!(proposed.items.len(), 7);
    assert!(proposed.items.iter().all(|item| item.slots.len() == 2 && item.short_of.is_empty()));
    let of_deputies: Vec<u32> =
        proposed.load.iter().filter(|load| deputies.contains(&load.delegate_id)).map(|load| load.proposed).collect();
    assert_eq!((of_deputies.len(), of_deputies.iter().sum::<u32>()), (3, 7));
    assert!(of_deputies.iter().all(|load| (1..=3).contains(load)), "{of_deputies:?}");

    let first = &proposed.items[0];
    let slots = first
        .slots
        .iter()
        .map(|slot| DelegateDraft { delegate_id: slot.delegate_id, delegate_type: Some(slot.delegate_type) });
    let items = [NewRota { session_id: first.session_id, slots: slots.collect() }];
    let call = town.call("as proposed");
    done(cases.assign_rotas(&call, town.grid, &items, Some(position), None).await.unwrap());
    done(cases.publish_rotas(&town.call("publish"), town.grid, &[first.session_id], None).await.unwrap());
    assert_eq!(cases.propose_rota(town.grid, from, to, position).await.unwrap(), proposed);
    let now = cases.propose_rota(town.grid, from, to, cases.store.head().position).await.unwrap();
    assert_eq!(now.items.len(), 6);
    let nowhere = domain::ids::AreaId(Uuid::from_u128(9));
    assert!(matches!(cases.propose_rota(nowhere, from, to, position).await, Err(Failure::NotFound)));
}

#[tokio::test]
async fn leave_is_asked_for_decided_on_and_taken_back() {
    let town = Town::planned().await;
    let cases = &town.casework;
    let delegate = town.delegates[0];
    let ask = |from: &str, to: &str| NewLeave {
        from: day(from),
        to: day(to),
        reason_code: LeaveReason::Work,
        reason: Some("外出开会。".to_owned()),
        at: None,
    };
    let nobody = domain::ids::DelegateId(Uuid::from_u128(9));
    assert_eq!(code(cases.request_leave(&town.call("0"), nobody, &ask(NEXT, NEXT)).await), "not_found");
    assert_eq!(code(cases.request_leave(&town.call_if("1", 1), delegate, &ask(NEXT, NEXT)).await), "stale");
    let late = ask("2026-11-18", "2026-11-20");
    assert_eq!(code(cases.request_leave(&town.call("2"), delegate, &late).await), "leave_too_late");
    let asked = done(cases.request_leave(&town.call("3"), delegate, &ask(NEXT, NEXT)).await.unwrap()).loaded;
    let id = asked.state.all[0].id;
    let again = cases.request_leave(&town.call("4"), delegate, &ask("2026-11-25", "2026-11-30")).await;
    assert_eq!(code(again), "already_on_leave");
    let other = domain::ids::LeaveId(Uuid::from_u128(9));
    assert_eq!(code(cases.withdraw_leave(&town.call("5"), delegate, other, None).await), "not_found");
    assert_eq!(code(cases.decide_leave(&town.call_if("6", 2), delegate, id, true, None, None).await), "stale");
    done(cases.decide_leave(&town.call_if("7", 1), delegate, id, true, Some("可以。"), None).await.unwrap());
    assert_eq!(code(cases.decide_leave(&town.call("8"), delegate, id, false, None, None).await), "already_decided");
    done(cases.withdraw_leave(&town.call("9"), delegate, id, None).await.unwrap());
    let leaves = cases.leaves(delegate, AsOf::Now).await.unwrap();
    assert_eq!((leaves.state.all.len(), leaves.state.all[0].state), (1, LeaveState::Withdrawn));
    // The leaf is of the grid in which the delegate serves; why is in the box alone.
    let stream = event_store::StreamId::of("leave", delegate.0);
    let recorded = &cases.store.read_stream(&stream, event_store::Version(0), 1).await.unwrap()[0];
    let leaf = recorded.text().unwrap();
    assert_eq!(leaf.area, town.grid.to_string());
    assert!(!String::from_utf8_lossy(&recorded.leaf).contains("外出"));
}

#[tokio::test]
async fn a_duty_passes_to_somebody_who_is_not_away() {
    let town = Town::planned().await;
    let cases = &town.casework;
    let deputies = town.deputies(1).await;
    let id = town.published(NEXT, town.delegates[0], deputies[0]).await;
    let pass = |from, to| SubstitutionDraft {
        delegate_id: from,
        substitute_id: to,
        reason_code: SubstitutionReason::Leave,
        at: at("2026-11-19 15:00"),
    };
    let wrong = pass(town.delegates[0], deputies[0]);
    assert_eq!(code(cases.substitute(&town.call("1"), id, &wrong, None).await), "already_on_duty");
    let nobody = domain::ids::DelegateId(Uuid::from_u128(9));
    let unknown = pass(town.delegates[0], nobody);
    assert_eq!(code(cases.substitute(&town.call("2"), SessionId(Uuid::nil()), &unknown, None).await), "unknown_id");
    let right = pass(town.delegates[0], town.delegates[1]);
    assert_eq!(code(cases.substitute(&town.call("3"), SessionId(Uuid::nil()), &right, None).await), "not_found");
    let passed = done(cases.substitute(&town.call("4"), id, &right, Some("出差。")).await.unwrap()).loaded;
    assert_eq!(passed.state.on_duty().collect::<Vec<_>>(), [town.delegates[1], deputies[0]]);
}
