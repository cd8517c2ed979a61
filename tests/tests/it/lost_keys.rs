//! A person's key that is lost or damaged behind the server's back: damage, told loudly. Nobody was erased, for the log
//! does not say so, and "erased" is what an answer would have to prove.

use crate::harness::{Office, demand, id, instant, now, today};
use serde_json::json;
use std::collections::BTreeSet;

/// The keys of persons in the store of a stopped server: `k`, then 16 bytes.
fn keys(store: &sled::Db) -> BTreeSet<sled::IVec> {
    store.scan_prefix(b"k").keys().map(Result::unwrap).filter(|key| key.len() == 17).collect()
}

fn store(office: &Office) -> sled::Db {
    let store = sled::Config::new().path(office.place().data().join("sled")).use_compression(false);
    store.mode(sled::Mode::HighThroughput).open().unwrap()
}

/// One reception, whose visitor's keys meet this while the server is stopped: nothing of it is told or added to, and
/// health names the key.
fn told_as_damage(befalls: impl Fn(&sled::Db, &sled::IVec)) {
    let mut office = Office::open();
    office.stops();
    let of_others = keys(&store(&office));
    office.restarts();
    let recorded = office.records_reception(&[demand("钥匙")]);
    let (reception, issue) = (id(&recorded["reception"]), id(&recorded["issues"][0]));
    let head = office.head();
    office.stops();
    let damaged = store(&office);
    let of_this_visitor: Vec<_> = keys(&damaged).difference(&of_others).cloned().collect();
    assert!(!of_this_visitor.is_empty());
    for key in &of_this_visitor {
        befalls(&damaged, key);
    }
    drop(damaged);
    office.restarts_alive();

    for path in [format!("/v1/receptions/{reception}/events"), format!("/v1/issues/{issue}/events")] {
        office.get(&path).problem(500, "internal");
    }
    // Words about somebody are not sealed under a second key either, apart from what was said before.
    let reply = json!({"text": "在办。", "channel": "phone", "told_at": instant(now()),
        "next_word_on": today() + chrono::Days::new(3)});
    office.does(&issue, "interim-replies", &reply).problem(500, "internal");
    assert_eq!(office.head(), head, "nothing was recorded");
    let ready = office.health_when_started().json();
    assert_eq!(ready["status"], "degraded", "{ready:#}");
    assert!(ready["wrong"].to_string().contains("key of s/"), "{ready:#}");
}

#[test]
fn a_lost_key_is_damage_and_nobody_is_called_erased() {
    told_as_damage(|store, key| {
        store.remove(key).unwrap();
    });
}

#[test]
fn a_damaged_key_is_damage_and_nobody_is_called_erased() {
    told_as_damage(|store, key| {
        let mut wrapped = store.get(key).unwrap().unwrap().to_vec();
        *wrapped.last_mut().unwrap() ^= 1;
        store.insert(key, wrapped).unwrap();
    });
}

#[test]
fn a_key_cut_short_is_damage_and_nobody_is_called_erased() {
    told_as_damage(|store, key| {
        let wrapped = store.get(key).unwrap().unwrap();
        store.insert(key, &wrapped[..wrapped.len() / 2]).unwrap();
    });
}
