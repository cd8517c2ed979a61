//! A file goes in, comes out as it was, and is the same file however often it is sent.

use super::{content, directory, lie_there, pdf, stores, upload};
use crate::harness::{NOBODY, Office, text};
use std::fs;

#[test]
fn a_file_comes_out_as_it_went_in() {
    let office = Office::empty();
    let bytes = pdf(300_000);
    let answer = upload(&office, "kind=document", "application/pdf", bytes.clone()).send().is(201);
    let (stored, location) = (answer.json(), answer.header("location").unwrap().to_owned());
    let file = &stored["file"];
    assert_eq!(location, format!("/v1/files/{}", text(file, "/id")));
    assert_eq!((file["kind"].as_str(), file["media_type"].as_str()), (Some("document"), Some("application/pdf")));
    assert_eq!((file["bytes"].as_u64(), file["name"].as_str()), (Some(300_000), Some("记录.pdf")));
    assert_eq!((file["version"].as_u64(), stored["position"].as_u64()), (Some(1), Some(office.head())));
    assert_eq!(&office.get(&location).good(), file);
    let answer = office.get(&content(file)).is(200);
    assert_eq!(answer.body, bytes);
    for (name, value) in [
        ("content-type", "application/pdf"),
        ("content-length", "300000"),
        ("content-disposition", "attachment; filename*=UTF-8''%E8%AE%B0%E5%BD%95.pdf"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox"),
        ("cache-control", "no-store"),
        ("accept-ranges", "bytes"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    // The leaf says what kind it is, and nothing else.
    let leaf = office.get("/v1/events?type=file.stored").is(200).json()["items"][0].clone();
    assert_eq!(leaf["public"], serde_json::json!({"kind": "document"}), "{leaf}");
    // What opens the file is nobody's to see, in no page of the log.
    let part = &leaf["personal"][0];
    assert_eq!((part["withheld"].as_bool(), part["name"].as_str()), (Some(true), Some("记录.pdf")), "{part}");
    let members: Vec<_> = part.as_object().unwrap().keys().collect();
    assert_eq!(members, ["bytes", "commitment", "media_type", "name", "withheld"]);
}

#[test]
fn a_file_survives_a_restart_and_nothing_of_it_lies_in_clear() {
    let mut office = Office::empty();
    let mut bytes = pdf(100_000);
    bytes.splice(50_000..50_000, "王小明的来信".repeat(100).into_bytes());
    let file = stores(&office, &bytes);
    office.crashes();
    office.restarts();
    assert_eq!(office.get(&content(&file)).is(200).body, bytes);
    assert_eq!(lie_there(&office), [text(&file, "/id")]);
    let stored = fs::read(directory(&office).join(text(&file, "/id"))).unwrap();
    let seen = |needle: &[u8]| stored.windows(needle.len()).any(|window| window == needle);
    assert!(!seen("王小明".as_bytes()) && !seen(b"%PDF"));
}

#[test]
fn the_same_request_stores_one_file() {
    let office = Office::empty();
    let bytes = pdf(70_000);
    let first = upload(&office, "kind=document", "application/pdf", bytes.clone()).key("one").send().is(201);
    let again = upload(&office, "kind=document", "application/pdf", bytes.clone()).key("one").send().is(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.json(), first.json());
    let head = office.head();
    // Other bytes, another name, another kind of file.
    let other = upload(&office, "kind=document", "application/pdf", pdf(70_001)).key("one");
    other.send().problem(422, "idempotency_key_reused");
    let renamed = upload(&office, "kind=document", "application/pdf", bytes.clone()).key("one");
    let renamed = renamed.with("Content-Disposition", "attachment; filename=\"b.pdf\"");
    renamed.send().problem(422, "idempotency_key_reused");
    assert_eq!((office.head(), lie_there(&office).len()), (head, 1));
    // Without a key each is a file of its own.
    stores(&office, &bytes);
    assert_eq!(lie_there(&office).len(), 2);
}

#[test]
fn copies_of_a_request_under_way_at_once_store_one_file() {
    let office = Office::empty();
    let before = office.head();
    let bytes = pdf(2_000_000);
    let ids: Vec<String> = std::thread::scope(|scope| {
        let sent: Vec<_> = (0..6)
            .map(|_| {
                let call = upload(&office, "kind=document", "application/pdf", bytes.clone()).key("at-once");
                scope.spawn(move || text(&call.send().created(), "/file/id").to_owned())
            })
            .collect();
        sent.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    super::come_to(&office, 1);
    assert_eq!(office.head(), before + 1);
}

#[test]
fn what_is_not_there_is_not_found() {
    let office = Office::empty();
    for path in [format!("/v1/files/{NOBODY}"), format!("/v1/files/{NOBODY}/content")] {
        office.get(&path).problem(404, "not_found");
    }
    office
        .call("GET", &format!("/v1/files/{NOBODY}/content"))
        .without("Authorization")
        .send()
        .problem(401, "unauthenticated");
}
