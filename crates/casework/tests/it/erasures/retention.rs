//! What is kept no longer than the policy says goes by itself, in its order, and not before the review is published.

use super::{reception_of, told};
use crate::annual_reviews::{digests, freezable, of, opened_in, report};
use crate::files::stores;
use crate::town::{Town, at, day, done};
use casework::annual_reviews::NewVote;
use casework::erasures::HeldMatter;
use casework::erasures::retention::{PartNamed, WillBeErased};
use casework::receptions::Received;
use domain::appraisal::VoteDraft;
use domain::ids::ReceptionId;
use domain::vocabulary::{AppraisedBy, ErasureGround, Grade, HeldBack, PersonalClass};
use event_store::{Filter, Position};
use file_store::FileStore;
use std::collections::BTreeMap;

/// Withdrawn on the day on which it was raised, 2026-11-19: 180 days later is 2027-05-18, 730 days later 2028-11-18.
async fn withdrawn(town: &Town, key: &str) -> Received {
    let received = town.received(key, 1).await;
    let call = town.call(&format!("withdraw {key}"));
    let issue = received.issues[0].0;
    done(town.casework.withdraw_issue(&call, issue, false, "来电称已自行解决。", None).await.unwrap());
    received
}

/// The result of the year is published of the one delegate who received.
async fn published(town: &Town) {
    let (cases, of) = (&town.casework, of(town));
    let freezable = freezable(town, "freeze").await;
    done(
        cases
            .freeze_review(&town.call("freeze"), crate::annual_reviews::YEAR, &freezable, digests(town), None)
            .await
            .unwrap(),
    );
    done(cases.submit_report(&town.call("report"), of, &report()).await.unwrap());
    town.set("2027-01-20 17:00");
    let ballots = BTreeMap::from([(Grade::Excellent, 31)]);
    let vote = VoteDraft { by: AppraisedBy::Voters, held_on: day("2027-01-20"), ballots };
    done(cases.appraise(&town.call("vote"), of, &NewVote { vote, at: None }).await.unwrap());
    town.set("2027-01-27 09:00");
    done(cases.set_result(&town.call("result"), of, Grade::Excellent, None, None).await.unwrap());
    done(cases.publish_result(&town.call("publish"), of, None).await.unwrap());
}

/// What will be erased of a reception, in short.
async fn foreseen(town: &Town, id: ReceptionId) -> Vec<(PersonalClass, String, Vec<HeldBack>)> {
    let all = town.casework.will_be_erased(&[id]).await.unwrap();
    all.into_iter().map(|WillBeErased { of, .. }| (of.class, of.due_on.to_string(), of.held_back)).collect()
}

/// What the server does by night.
async fn night(town: &Town, when: &str, receptions: &[ReceptionId]) -> u64 {
    town.set(when);
    let cases = &town.casework;
    let Some(on) = cases.day_of_erasing(cases.now()) else { return 0 };
    let found = cases.expire(receptions, on).await.unwrap();
    cases.carry_out_erasures(cases.now(), &|| {}).await.unwrap();
    found
}

#[tokio::test]
async fn contact_then_name_and_file_go_by_the_clock_once_the_review_is_published() {
    let mut town = Town::new().await;
    let files = FileStore::in_memory();
    town.casework = town.casework.with_files(files.clone());
    let over = withdrawn(&town, "over").await;
    let open = town.received("still open", 1).await;
    let (file, shown) = (stores(&town, "file").await.id, stores(&town, "of a duty").await.id);
    let issue = over.issues[0].0;
    done(town.casework.attach_evidence(&town.call("attach"), issue, &[file, shown], None).await.unwrap());
    let town = opened_in(town).await;
    // What a report names shows how a duty was done.
    let all = [over.id, open.id];
    let by_review = vec![HeldBack::ReviewNotPublished];
    let told_of = [
        (PersonalClass::Contact, "2027-05-18".to_owned(), by_review.clone()),
        (PersonalClass::Identity, "2028-11-18".to_owned(), by_review.clone()),
        (PersonalClass::File, "2028-11-18".to_owned(), by_review.clone()),
        (PersonalClass::File, "2028-11-18".to_owned(), by_review),
    ];
    assert_eq!(foreseen(&town, over.id).await, told_of);
    assert!(foreseen(&town, open.id).await.is_empty(), "it is not over");
    let new = casework::annual_reviews::NewReport { file_ids: vec![shown], ..report() };
    done(town.casework.submit_report(&town.call("shows"), of(&town), &new).await.unwrap());
    assert_eq!(foreseen(&town, over.id).await.len(), 3, "evidence of a duty stays");
    assert_eq!(night(&town, "2027-01-11 09:05", &all).await, 0, "nothing is due");

    published(&town).await;
    let items = town.casework.will_be_erased(&all).await.unwrap();
    assert!(items.iter().all(|one| one.of.held_back.is_empty() && one.reception_id == over.id));
    assert_eq!(items[0].erased_on, Some(day("2027-06-01")));
    assert_eq!([items[0].part, items[2].part], [PartNamed::Visitor(0), PartNamed::File(file)]);
    assert_eq!(items[0].issues[0].0, issue);
    // Due in May, and May's first working day has passed: June it is, at half past two.
    assert_eq!(night(&town, "2027-05-31 23:00", &all).await, 0);
    assert_eq!(night(&town, "2027-06-01 02:29", &all).await, 0);
    let head = town.casework.store.head().position;
    assert_eq!(night(&town, "2027-06-01 02:30", &all).await, 1);
    let parts = told(&town.casework, &reception_of(over.id)).await;
    assert_eq!([parts[0].is_some(), parts[1].is_some()], [true, false], "the contact is gone, the name is not");
    assert!(told(&town.casework, &reception_of(open.id)).await.iter().all(Option::is_some));
    let leaves = town.casework.store.read_all(head, 16, &Filter::default()).await.unwrap().events;
    let leaves: Vec<_> = leaves.iter().map(|one| one.leaf().unwrap()).collect();
    let types: Vec<_> = leaves.iter().map(|leaf| leaf.event_type.as_str()).collect();
    assert_eq!(types, ["erasure.requested", "erasure.completed"]);
    assert!(leaves.iter().all(|leaf| leaf.actor == "system/clock"));
    let policy = town.casework.reference().policies.newest().unwrap().position();
    let done = &leaves[1].public;
    assert_eq!((done["ground"].as_str(), done["policy"].as_u64()), (Some("retention"), Some(policy)));
    assert!(done["approval"].is_null());
    assert_eq!(night(&town, "2027-06-15 12:00", &all).await, 0, "the same day, again");

    assert_eq!(night(&town, "2028-12-01 02:30", &all).await, 2);
    assert_eq!(told(&town.casework, &reception_of(over.id)).await, [None, None]);
    let left: Vec<_> = files.list().await.unwrap().into_iter().map(|(id, _)| id).collect();
    assert_eq!(left, [shown.0]);
    assert!(foreseen(&town, over.id).await.is_empty());
    let words = told(&town.casework, &super::issue_of(issue)).await;
    assert!(words.iter().all(Option::is_some), "words are kept");
}

#[tokio::test]
async fn what_is_held_waits_and_what_was_found_is_carried_out_whatever_stopped_it() {
    let town = Town::new().await;
    let (held, free) = (withdrawn(&town, "held").await, withdrawn(&town, "free").await);
    let town = opened_in(town).await;
    published(&town).await;
    let cases = &town.casework;
    town.set("2027-05-20 09:00");
    let matter = HeldMatter::Issue(held.issues[0].0);
    done(cases.set_legal_hold(&town.call("hold"), &matter, day("2027-06-30"), "配合调查。").await.unwrap());
    assert_eq!(foreseen(&town, held.id).await[0].2, [HeldBack::LegalHold]);
    let all = [held.id, free.id];
    town.set("2027-06-01 02:30");
    let on = cases.day_of_erasing(cases.now()).unwrap();
    assert_eq!(cases.expire(&all, on).await.unwrap(), 1);
    // It stops here: the next run finds nothing new, and what was found is carried out.
    assert_eq!(cases.expire(&all, on).await.unwrap(), 0);
    assert_eq!(cases.reference().erasures.due().count(), 1);
    let asked = cases.reference().erasures.due().next().unwrap().asked.clone();
    assert_eq!((asked.ground, asked.subjects.len()), (ErasureGround::Retention, 1));
    cases.carry_out_erasures(cases.now(), &|| {}).await.unwrap();
    assert!(told(cases, &reception_of(free.id)).await[1].is_none());
    assert!(told(cases, &reception_of(held.id)).await[1].is_some());
    assert_eq!(night(&town, "2027-07-01 02:30", &all).await, 1, "the hold is over");
    assert!(told(cases, &reception_of(held.id)).await[1].is_none());
    assert_eq!(cases.may_expire_until(day("2027-07-01")), Some(day("2027-01-02")));
    assert!(cases.store.head().position > Position(0));
    assert_eq!(at("2027-07-01 02:30"), cases.now());
}
