//! The folded copy of areas, people and rules stays with the log, whatever becomes of those who changed it.

use crate::town::{POLICY, Town, code, day, done};
use casework::access::Reader;
use casework::reference::Reference;
use casework::{CommandContext, Failure};
use domain::area::{AreaEvent, GridDefined};
use domain::event::{Encoded, Event};
use domain::ids::{AreaId, DelegateId};
use domain::vocabulary::{DelegateType, DepartureReason, OfficeKind, Role};
use event_store::{Append, Expected, NewEvent, Position, StreamId, Version, Write};
use futures_util::FutureExt as _;
use std::time::Duration;
use uuid::Uuid;

/// The copy says what the log says.
async fn agrees(town: &Town) {
    let cases = &town.casework;
    let read = Reference::read(&cases.store, &cases.keys, None).await.unwrap();
    let held = cases.reference();
    assert_eq!((held.position, &held.versions), (read.position, &read.versions));
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_no_record_that_nobody_follows() {
    let town = Town::new().await;
    let cases = &town.casework;
    let before = cases.store.head().position;
    let token = town.token.id;
    assert!(cases.authenticate(&town.token.text).is_some());
    let call = town.call("revocation");
    {
        let mut revoked = Box::pin(cases.revoke_token(&call, token));
        // As far as it goes without waiting: the append is on its way, and then the connection breaks.
        while cases.store.head().position == before {
            assert!((&mut revoked).now_or_never().is_none() || cases.store.head().position > before);
            tokio::task::yield_now().await;
        }
    }
    tokio::time::timeout(Duration::from_secs(5), async {
        while cases.authenticate(&town.token.text).is_some() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await
    .unwrap();
    agrees(&town).await;
    // And whoever comes next is not held up.
    done(cases.register_office(&town.call("office"), "镇建管办", OfficeKind::Department, None).await.unwrap());
}

#[tokio::test]
async fn one_file_again_changes_nothing_and_many_changes_at_once_all_count() {
    let town = Town::new().await;
    let cases = &town.casework;
    let names: Vec<String> = (0..8).map(|n| format!("第{n}办公室")).collect();
    let offices = names.iter().map(|name| {
        let call = town.call(name);
        async move { cases.register_office(&call, name, OfficeKind::Department, None).await }
    });
    for outcome in futures_util::future::join_all(offices).await {
        done(outcome.unwrap());
    }
    assert_eq!(cases.reference().offices.all().count(), 8);
    let head = cases.store.head();
    let csv = include_bytes!("../../../../data/jiangqiao-roster.csv");
    let again = cases.import_roster(&town.call("again"), csv, DelegateType::Party, day("2023-12-01"), false).await;
    let again = done(again.unwrap()).made;
    assert_eq!((again.counts.delegates.created, again.counts.delegates.unchanged), (0, 146));
    assert!(again.position.is_some_and(|position| position <= head.position));
    assert_eq!(cases.store.head(), head);
    agrees(&town).await;
}

#[tokio::test]
async fn a_token_speaks_for_its_account_until_it_is_revoked() {
    let town = Town::new().await;
    let cases = &town.casework;
    let created = cases.create_account_of_roles(&town.call("account"), "联络员", &[Role::Liaison], None).await.unwrap();
    let (account, fresh) = done(created).made;
    let caller = cases.authenticate(&fresh.text).unwrap();
    assert_eq!((caller.account, caller.roles), (account, vec![Role::Liaison]));
    assert!(cases.authenticate("huiyin_guess").is_none());
    done(cases.revoke_token(&town.call("revocation"), fresh.id).await.unwrap());
    assert!(cases.authenticate(&fresh.text).is_none());
    assert_eq!(code(cases.revoke_token(&town.call("again"), fresh.id).await), "already_revoked");
}

#[tokio::test]
async fn what_the_body_names_comes_first_for_people_too() {
    let town = Town::new().await;
    let cases = &town.casework;
    let (nobody, nowhere) = (DelegateId(Uuid::from_u128(9)), AreaId(Uuid::from_u128(9)));
    let call = town.call_if("a", 77);
    for id in [nobody, town.delegates[0]] {
        let assigned = cases.assign_delegate(&call, id, nowhere, Some(nowhere), day("2026-11-19"), None).await;
        let Err(Failure::Invalid(faults)) = assigned else { panic!("both") };
        assert_eq!(faults.len(), 2);
    }
    for grid in [nowhere, town.grid] {
        assert_eq!(code(cases.appoint_convener(&call, grid, nobody, day("2026-11-19"), None).await), "unknown_id");
    }
    let someone = town.delegates[0];
    assert_eq!(code(cases.appoint_convener(&call, nowhere, someone, day("2026-11-19"), None).await), "not_found");
    assert_eq!(code(cases.appoint_convener(&call, town.grid, someone, day("2026-11-19"), None).await), "stale");
}

#[tokio::test]
async fn a_policy_adopted_for_later_decides_nothing_yet() {
    let town = Town::new().await;
    let cases = &town.casework;
    let first = cases.reference().policies.newest().unwrap().position();
    let mut document: serde_json::Value = serde_json::from_str(POLICY).unwrap();
    document["effective_from"] = "2027-01-01".into();
    done(cases.adopt_policy(&town.call("policy"), &document, None).await.unwrap());
    let position =
        done(cases.register_office(&town.call("office"), "镇建管办", OfficeKind::Department, None).await.unwrap())
            .position;
    let page =
        cases.log_page(&Reader::default(), Position(position.0 - 1), 1, &event_store::Filter::default()).await.unwrap();
    assert_eq!(page.items[0].recorded.text().unwrap().policy, Some(Position(first)));
}

#[tokio::test]
async fn whether_a_policy_fits_comes_before_its_version() {
    let town = Town::new().await;
    let mut document: serde_json::Value = serde_json::from_str(POLICY).unwrap();
    let stale = CommandContext { if_match: Some(vec![Version(9)]), ..town.call("policy") };
    assert_eq!(code(town.casework.adopt_policy(&stale, &document, None).await), "stale");
    document["answer"]["final_working_days"] = 0.into();
    assert_eq!(code(town.casework.adopt_policy(&stale, &document, None).await), "out_of_range");
}

#[tokio::test]
async fn preconditions_hold_for_people_too() {
    let town = Town::new().await;
    let cases = &town.casework;
    let who = town.delegates[1];
    let version = cases.reference().delegates.get(who).unwrap().version;
    let depart = |key: &'static str, version| {
        let call = town.call_if(key, version);
        async move { cases.depart_delegate(&call, who, DepartureReason::TermEnd, day("2026-11-18"), None).await }
    };
    assert_eq!(code(depart("stale", version - 1).await), "stale");
    assert_eq!(code(depart("fresh", version).await), "done");
}

#[tokio::test]
async fn a_stream_that_no_id_names_is_a_fault_and_belongs_to_nobody() {
    let town = Town::new().await;
    let cases = &town.casework;
    let parent_id = cases.reference().areas.town().unwrap().id;
    let defined = GridDefined { name: "北网格".to_owned(), level: 1, parent_id };
    let Encoded { event_type, schema, public } = Event::from(AreaEvent::GridDefined(defined)).encode().unwrap();
    let event = NewEvent {
        event_type,
        schema,
        area: parent_id.0,
        occurred_at: None,
        policy: None,
        calendar: None,
        public,
        boxes: Vec::new(),
        keys: Vec::new(),
    };
    let call = town.call("a grid without an id");
    let stream = StreamId::new("area/north").unwrap();
    let append = Append {
        command: call.command,
        fingerprint: call.fingerprint,
        actor: call.actor.clone(),
        role: call.role.as_str().to_owned(),
        access: None,
        writes: vec![Write { stream, expected: Expected::NoStream, events: vec![event] }],
        checks: Vec::new(),
    };
    cases.store.append(append).await.unwrap();
    match Reference::read(&cases.store, &cases.keys, None).await {
        Err(Failure::Fault(why)) => assert!(why.contains("area/north"), "{why}"),
        Err(other) => panic!("{other}"),
        Ok(read) => panic!("a grid of nobody: {:?}", read.areas),
    }
}

#[tokio::test]
async fn without_any_policy_nothing_is_on_time() {
    assert!(matches!(Reference::default().policy_of(Some(1)), Err(Failure::Fault(_))));
    let town = Town::new().await;
    let reference = town.casework.reference();
    let newest = reference.policies.newest().unwrap().position();
    // A leaf that names none, or one that is not known, runs under the newest.
    for position in [Some(newest), Some(1), None] {
        assert_eq!(reference.policy_of(position).unwrap().position(), newest);
    }
}
