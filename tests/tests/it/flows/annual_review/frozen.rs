//! What a freeze fixed stays, byte by byte: whatever is corrected, renamed, built anew, or moved to another time zone.

use super::Review;
use crate::harness::{Answer, Office, id};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::time::Duration;

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// The frozen bytes, which their header speaks of, packed for nobody.
#[track_caller]
fn frozen(office: &Office, path: &str) -> Vec<u8> {
    let answer: Answer = office.call("GET", path).with("Accept-Encoding", "gzip").send().is(200);
    assert_eq!(answer.header("content-encoding"), None);
    let told = format!("sha-256=:{}:", STANDARD.encode(sha256(&answer.body)));
    assert_eq!(answer.header("repr-digest"), Some(told.as_str()));
    answer.body
}

/// Every leaf of the freeze that speaks of figures, by the address of the figures.
fn digests(review: &Review) -> Vec<(String, String)> {
    let events = review.office.get("/v1/events?type=appraisal.indicators_frozen&limit=1000").good();
    let leaves = events["items"].as_array().unwrap().iter().map(|leaf| {
        let public = &leaf["public"];
        assert_eq!(public["year"], review.year);
        let of = |kind: &str, key: &str| public[key].as_str().map(|id| review.path(&format!("{kind}/{id}")));
        let address = of("delegates", "delegate_id").or_else(|| of("grids", "grid_id")).unwrap();
        (address, public["digest"].as_str().unwrap().to_owned())
    });
    leaves.collect()
}

#[test]
fn frozen_figures_stay_what_they_are_byte_by_byte() {
    let Some(mut review) = Review::of("frozen figures stay") else { return };
    let issue = review.office.raises("楼道灯不亮");
    let mut answer = review.office.answer();
    answer["outcome"] = json!("explained");
    review.office.does(&issue, "answers", &answer).good();
    review.boots_on(chrono::NaiveDate::from_ymd_opt(review.year, 12, 1).unwrap());
    review.post("opening", &json!({})).created();
    review.boots_on(review.freezes_on());
    review.office.registers_office("一月新设办公室", "department");
    let review_of = review.post("freeze", &json!({})).good()["review"].clone();
    let position = review_of["position"].as_u64().unwrap();

    // Everybody's bytes have their digest, and are those of the question as of the frozen position.
    let leaves = digests(&review);
    assert_eq!(leaves.len() as u64, review_of["subjects"].as_u64().unwrap());
    let mut kept = Vec::new();
    for (address, digest) in &leaves {
        let bytes = frozen(&review.office, &format!("{address}/frozen"));
        assert_eq!(&hex(&sha256(&bytes)), digest, "{address}");
        kept.push((address.clone(), bytes));
    }
    let own = review.path(&format!("delegates/{}", review.office.delegate));
    let grid = review.path(&format!("grids/{}", review.office.grid));
    let as_of = format!("as_of_position={position}&rules=review/2");
    for address in [&own, &grid] {
        let asked = review.office.get(&format!("{address}?{as_of}")).is(200);
        let (_, bytes) = kept.iter().find(|(of, _)| of == address).unwrap();
        assert_eq!(&asked.body, bytes, "{address}");
    }
    let said: Value = serde_json::from_slice(&frozen(&review.office, &format!("{own}/frozen"))).unwrap();
    assert_eq!((&said["as_of_position"], &said["root"]), (&review_of["position"], &review_of["root"]));

    // What was counted is corrected, and who is counted has another name.
    let path = format!("/v1/issues/{issue}/corrections");
    let outcome =
        json!({"event_version": 2, "pointer": "/public/outcome", "value": "resolved", "reason": "登记时写错。"});
    review.office.post(&path, &outcome).good();
    review.office.post(&format!("{path}/decision"), &json!({"event_version": 2, "approved": true})).good();
    let renaming = json!({"name": "汪新名", "reason": "登记时写错。"});
    review.office.post(&format!("/v1/delegates/{}/renaming", review.office.delegate), &renaming).good();
    let now: Value = review.office.get(&own).good();
    let resolved = |figures: &Value| {
        let all = figures["indicators"].as_array().unwrap();
        all.iter().find(|one| one["code"] == "resolution_resolved").unwrap()["n"].clone()
    };
    assert_eq!((resolved(&now), resolved(&said)), (json!(1), json!(0)));
    assert_ne!(now["delegate"]["name"], said["delegate"]["name"]);
    same(&review.office, &kept);

    // In another time zone, from an index built anew.
    review.office.place().moves_to("America/New_York");
    review.office.stops();
    review.office.restarts();
    review.office.post("/v1/read-models/review_index/rebuild", &json!({})).is(202);
    same(&review.office, &kept);
}

fn same(office: &Office, kept: &[(String, Vec<u8>)]) {
    for (address, bytes) in kept {
        assert_eq!(&frozen(office, &format!("{address}/frozen")), bytes, "{address}");
    }
}

#[test]
fn of_two_freezes_at_once_one_is_recorded() {
    let Some(review) = Review::freezable("two freezes at once") else { return };
    let path = review.path("freeze");
    let send = |key: &str| review.office.command(&path, &json!({})).key(key).send();
    let answers = std::thread::scope(|scope| {
        let two = [scope.spawn(|| send("one")), scope.spawn(|| send("two"))];
        two.map(|thread| thread.join().unwrap())
    });
    let mut statuses = answers.iter().map(|answer| answer.status).collect::<Vec<_>>();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    for answer in answers {
        if answer.status == 409 {
            answer.problem(409, "already_frozen").clause("C-5.2");
        }
    }
    let frozen = review.office.get("/v1/events?type=review.frozen").good();
    assert_eq!(frozen["items"].as_array().unwrap().len(), 1);
    assert_eq!(digests(&review).len() as u64, review.read()["subjects"].as_u64().unwrap());
    // Told again it is the same answer.
    let again = [send("one"), send("two")].map(|answer| answer.status);
    assert!(again.contains(&200) && again.contains(&409), "{again:?}");
}

/// A server that is killed while it freezes has frozen all or nothing, and goes on from there.
#[test]
fn a_freeze_is_whole_or_absent_after_a_kill() {
    let Some(mut review) = Review::freezable("a freeze under a kill") else { return };
    for milliseconds in [5, 20, 40, 80, 160, 320] {
        let call = review.office.command(&review.path("freeze"), &json!({})).key("freeze");
        let sent = std::thread::spawn(move || call.try_send().is_ok());
        std::thread::sleep(Duration::from_millis(milliseconds));
        review.office.crashes();
        let _ = sent.join().unwrap();
        review.office.restarts();
        let (state, leaves) = (review.read()["state"].clone(), digests(&review).len() as u64);
        if state == "frozen" {
            assert_eq!(leaves, review.read()["subjects"].as_u64().unwrap(), "after {milliseconds} ms");
        } else {
            assert_eq!((state, leaves), (json!("open"), 0), "after {milliseconds} ms");
        }
    }
    let frozen = review.office.command(&review.path("freeze"), &json!({})).key("freeze").send().good();
    assert_eq!(digests(&review).len() as u64, frozen["review"]["subjects"].as_u64().unwrap());
    let first = id(&review.office.get("/v1/delegates?limit=1").good()["items"][0]);
    frozen_bytes_are_there(&review, &first);
}

fn frozen_bytes_are_there(review: &Review, delegate: &str) {
    let bytes = frozen(&review.office, &review.path(&format!("delegates/{delegate}/frozen")));
    assert!(!bytes.is_empty());
}

/// Beyond a thousand delegates and grids nothing is frozen, and the answer says how many there are.
#[test]
fn more_than_a_thousand_are_not_frozen_at_once() {
    let Some(review) = Review::freezable("a thousand subjects") else { return };
    let there = 146 + 14;
    let numerals: Vec<char> = "零一二三四五六七八九".chars().collect();
    let name = |n: usize| format!("代{}{}{}", numerals[n / 100], numerals[n / 10 % 10], numerals[n % 10]);
    let rows: String = (0..1001 - there).fold(String::from("grid,unit,name\n"), |mut rows, n| {
        writeln!(rows, "太平网格,,{}", name(n)).unwrap();
        rows
    });
    review.office.imports("deputy", rows).created();
    review.office.refuses_command(&review.path("freeze"), &json!({}), 422, "too_many").clause("C-5.2");
    assert_eq!(review.read()["state"], "open");
    // As of before the import there are few enough.
    let before = review.office.get("/v1/events?family=office&limit=1000").good();
    let position = before["items"].as_array().unwrap().last().unwrap()["position"].clone();
    let frozen = review.post("freeze", &json!({"position": position, "rules": "review/1"})).good();
    assert_eq!((&frozen["review"]["subjects"], &frozen["review"]["position"]), (&json!(there), &position));
}
