//! What an opening does not show, and why: it was erased, is damaged, could not be recorded, or too many are asked for at once.

use super::*;
use event_store::{Class, KeyId, SubjectId};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use std::sync::atomic::Ordering;
use std::time::Duration;

#[tokio::test]
async fn what_was_erased_stays_so() {
    let town = Town::adopted().await;
    let all = leaves(&town).await;
    // The second reception's issue is the deputy's, which nothing hangs on.
    let (reception, issue) = (of_type(&all, "reception.recorded")[1], of_type(&all, "issue.raised")[1]);
    let path = granted(&town, &[reception, issue]).await;
    let liaison = town.token("liaison");
    town.server.done(liaison, &format!("/v1/issues/{}/withdrawal", town.issues[1]), &json!({"reason": "已解决"})).await;
    let erasure = json!({"persons": [{"reception_id": town.receptions[1], "visitor": 0}], "classes": ["identity", "narrative"],
        "ground": "request", "reason": "本人来电要求删除。", "at_once": true});
    let asked = town.server.done(liaison, "/v1/erasures", &erasure).await;
    let decision = format!("/v1/erasures/{}/decision", asked["erasure"]["id"].as_str().unwrap());
    town.server.done(town.token("congress_office"), &decision, &json!({"approved": true})).await;
    let run = town.server.casework.carry_out_erasures(town.server.casework.now(), &|| {}).await.unwrap();
    assert_eq!(run.erasures.len(), 1);
    let opened = fetched(&town, &path).await;
    assert_eq!(opened.status, 200, "{}", opened.text);
    let boxes = |n: usize| &opened.body["items"][n]["boxes"];
    assert_eq!(boxes(0)[0], json!({"index": 0, "erased": true}));
    assert_eq!(boxes(0)[1]["payload"], json!({"phone": "13800138000"}));
    assert_eq!(boxes(1), &json!([{"index": 0, "erased": true}]));
    let after = leaves(&town).await;
    let seen: Vec<_> = views(&after).iter().map(|leaf| leaf["public"]["classes"].clone()).collect();
    assert_eq!(seen.last(), Some(&json!(["contact"])), "what is gone nobody looked at");
    town.server.stop().await;
}

#[tokio::test]
async fn what_is_damaged_is_told_beside_all_others() {
    let town = Town::adopted().await;
    let all = leaves(&town).await;
    let (reception, issue) = (of_type(&all, "reception.recorded")[0], of_type(&all, "issue.raised")[0]);
    let path = granted(&town, &[reception, issue]).await;
    let name = &all[usize::try_from(reception).unwrap() - 1]["boxes"][0];
    let theirs = SubjectId::parse(name["subject"].as_str().unwrap()).unwrap();
    town.server.log.lost.lock().unwrap().push(KeyId::of(theirs, Class::Identity));
    let opened = fetched(&town, &path).await;
    assert_eq!(opened.status, 200, "{}", opened.text);
    let boxes = |n: usize| &opened.body["items"][n]["boxes"];
    assert_eq!(boxes(0)[0], json!({"index": 0, "damaged": true}));
    assert_eq!(boxes(0)[1]["payload"], json!({"phone": "13800138000"}));
    assert_eq!(boxes(1)[0]["payload"]["subject"], "水压不足00");
    let seen: Vec<_> = views(&leaves(&town).await).iter().map(|leaf| leaf["public"]["classes"].clone()).collect();
    assert_eq!(seen, [json!(["contact"]), json!(["narrative"])], "what does not open nobody looked at");
    let damage = town.server.casework.store.damage().unwrap();
    assert!(damage.contains("key of s/"), "told where health asks: {damage}");
    town.server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_opened() {
    let town = Town::adopted().await;
    let all = leaves(&town).await;
    let path = granted(&town, &[of_type(&all, "reception.recorded")[0], of_type(&all, "issue.raised")[0]]).await;
    town.server.log.full.store(true, Ordering::SeqCst);
    let shut = fetched(&town, &path).await;
    assert_eq!(shut.status, 200, "{}", shut.text);
    let not = |n: u64| json!({"index": n, "withheld": "view_not_recorded"});
    assert_eq!(shut.body["items"][0]["boxes"], json!([not(0), not(1)]));
    assert_eq!(shut.body["items"][1]["boxes"], json!([not(0)]));
    town.server.log.full.store(false, Ordering::SeqCst);
    assert_eq!(views(&leaves(&town).await).len(), 0);
    let opened = fetched(&town, &path).await;
    let after = leaves(&town).await;
    assert_eq!((checked(&after, &opened), views(&after).len()), (Ok(3), 3));
    town.server.stop().await;
}

#[tokio::test]
async fn as_many_at_once_as_tables_of_an_account() {
    let town = Town::adopted().await;
    let path = granted(&town, &of_type(&leaves(&town).await, "issue.raised")[..1]).await;
    let waits = town.server.log.waits.write().await;
    // Each waits for its view to be on record.
    let mut all: FuturesUnordered<_> = (0..5).map(|_| fetched(&town, &path)).collect();
    let refused = tokio::time::timeout(Duration::from_secs(30), all.next()).await.unwrap().unwrap();
    assert_eq!((refused.status, refused.code()), (429, "rate_limited"), "{}", refused.text);
    drop(waits);
    while let Some(opened) = all.next().await {
        assert_eq!(opened.status, 200, "{}", opened.text);
    }
    drop(all);
    town.server.stop().await;
}
