//! Pages are bounded by bytes too: a page of long texts is short, and says where the next begins.

use crate::harness::{Office, demand, now};
use serde_json::Value;
use std::collections::BTreeSet;

/// What a page may come to: 4 MiB of events, and one more that crosses it, as JSON.
const PAGE_BYTES_MAX: usize = 7 * 1024 * 1024;

/// Before, 1,000 events of long texts were one answer of tens of megabytes.
#[test]
fn a_page_of_long_texts_is_short() {
    let office = Office::open();
    let long = "长".repeat(10_000);
    // 240 KB of text each, beside the 256 KiB that a body may have.
    for _ in 0..30 {
        let mut issues: Vec<Value> = (0..7).map(|_| demand("长")).collect();
        for issue in &mut issues {
            issue["text"] = Value::from(long.as_str());
        }
        office.records_reception_of(now(), &issues);
    }
    let (mut path, mut seen, mut pages) = ("/v1/events?limit=1000".to_owned(), BTreeSet::new(), 0);
    loop {
        let answer = office.get(&path).is(200);
        assert!(answer.body.len() < PAGE_BYTES_MAX, "{} bytes", answer.body.len());
        let page = answer.json();
        for item in page["items"].as_array().unwrap() {
            assert!(seen.insert(item["position"].as_u64().unwrap()));
        }
        pages += 1;
        let Some(next) = answer.header("link") else { break };
        path = next.trim_start_matches('<').split('>').next().unwrap().to_owned();
    }
    let all: BTreeSet<_> = (1..=office.head()).collect();
    assert_eq!(seen, all);
    // 210 texts of 30,000 bytes.
    assert!(pages >= 2, "{pages}");
}
