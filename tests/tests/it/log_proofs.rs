//! What an auditor can check with FORMAT in one hand and a SHA-256 in the other.

use crate::harness::{Office, demand, text};
use crate::merkle::{self, Hash, checkpoint, hash, inclusion, leaf_hash, node_hash, root, tile, unbundle};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::collections::HashMap;

/// An open place, and nothing more: no token.
fn asks_openly(office: &Office, path: &str) -> crate::harness::Answer {
    office.call("GET", path).without("Authorization").send()
}

/// Every leaf of a log of this size, by its bundles.
pub(crate) fn leaves(office: &Office, size: u64) -> Vec<Vec<u8>> {
    let mut leaves = Vec::new();
    for index in 0..size.div_ceil(256) {
        let width = (size - index * 256).min(256);
        let bundle = office.get(&tile("entries", index, width)).is(200).body;
        leaves.extend(unbundle(&bundle).into_iter().map(<[u8]>::to_vec));
    }
    assert_eq!(leaves.len() as u64, size);
    leaves
}

/// A number of leaves as an index into them.
fn at(number: u64) -> usize {
    usize::try_from(number).unwrap()
}

fn published(proof: &Value) -> Vec<Hash> {
    proof["proof"].as_array().unwrap().iter().map(|node| hash(node.as_str().unwrap())).collect()
}

#[test]
fn the_log_proves_itself_to_somebody_who_trusts_nobody() {
    let office = Office::open();
    let vkey = asks_openly(&office, "/log/vkey").is(200).text();
    let early = checkpoint(&asks_openly(&office, "/log/checkpoint").is(200).text(), &vkey);
    for n in 0..5 {
        office.records_reception(&[demand(&format!("第{n}件"))]);
    }
    let note = asks_openly(&office, "/log/checkpoint").is(200);
    assert!(note.header("content-type").unwrap().starts_with("text/plain"));
    let head = checkpoint(&note.text(), &vkey);
    assert_eq!(head.size, early.size + 10, "a checkpoint covers what was acknowledged before it was asked for");
    assert!(head.size > 256, "the roster fills a whole tile");

    let leaves = leaves(&office, head.size);
    let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    assert_eq!(root(&hashes), head.root);
    assert_eq!(root(&hashes[..at(early.size)]), early.root, "what was signed early is a beginning of it");

    // The first leaf says whose log it is; every stream is a chain; the time never goes back.
    let first: Value = serde_json::from_slice(&leaves[0]).unwrap();
    assert_eq!(first["type"], "log.opened");
    assert_eq!(text(&first, "/public/origin"), head.origin);
    assert_eq!(first["public"]["keys"][0], vkey.trim());
    let mut ends: HashMap<String, (u64, Hash)> = HashMap::new();
    let mut recorded_at = 0;
    for (leaf, hash) in leaves.iter().zip(&hashes) {
        let leaf: Value = serde_json::from_slice(leaf).unwrap();
        let stream = text(&leaf, "/stream").to_owned();
        let version = leaf["version"].as_u64().unwrap();
        match ends.get(&stream) {
            None => assert!(version == 1 && leaf.get("prev").is_none(), "{leaf:#}"),
            Some((before, prev)) => {
                assert_eq!(version, before + 1, "{leaf:#}");
                assert_eq!(text(&leaf, "/prev"), STANDARD.encode(prev), "{leaf:#}");
            }
        }
        assert!(leaf["recorded_at"].as_i64().unwrap() >= recorded_at, "{leaf:#}");
        recorded_at = leaf["recorded_at"].as_i64().unwrap();
        ends.insert(stream, (version, *hash));
    }
}

#[test]
fn hash_tiles_are_those_of_the_leaves_at_every_level_and_width() {
    let office = Office::open();
    let size = office.head();
    let mut level: Vec<Hash> = leaves(&office, size).iter().map(|leaf| leaf_hash(leaf)).collect();
    for number in 0..3 {
        for index in 0..level.len().div_ceil(256) {
            let all = &level[index * 256..level.len().min(index * 256 + 256)];
            for width in [1, 2, 100, 255, 256].into_iter().filter(|width| *width <= all.len()) {
                let path = tile(&number.to_string(), index as u64, width as u64);
                let served = asks_openly(&office, &path).is(200);
                assert_eq!(served.body, all[..width].concat(), "{path}");
            }
            if all.len() < 256 {
                let path = tile(&number.to_string(), index as u64, all.len() as u64 + 1);
                asks_openly(&office, &path).problem(404, "not_found");
            }
        }
        level = level.chunks_exact(256).map(root).collect();
    }
    // Other spellings of a path are no path.
    for path in [
        "/log/tile/0/0",
        "/log/tile/00/000",
        "/log/tile/0/000.p/0",
        "/log/tile/0/000.p/256",
        "/log/tile/0/x000/000",
        "/log/tile/0/999",
        "/log/tile/64/000",
    ] {
        asks_openly(&office, path).problem(404, "not_found");
    }
}

#[test]
fn leaves_are_for_who_has_a_token_and_hashes_for_everybody() {
    let office = Office::empty();
    asks_openly(&office, &tile("entries", 0, 1)).problem(401, "unauthenticated");
    asks_openly(&office, "/log/proof/1").problem(401, "unauthenticated");
    asks_openly(&office, &tile("0", 0, 1)).is(200);
    asks_openly(&office, "/log/consistency?from=1&to=2").is(200);
}

#[test]
fn every_position_has_a_proof_under_the_checkpoint_that_comes_with_it() {
    let office = Office::open();
    let vkey = office.get("/log/vkey").text();
    office.raises("楼道灯不亮");
    let size = office.head();
    let hashes: Vec<Hash> = leaves(&office, size).iter().map(|leaf| leaf_hash(leaf)).collect();
    for position in [1, 2, 3, 128, 255, 256, 257, size - 1, size] {
        let proof = office.get(&format!("/log/proof/{position}")).good();
        let head = checkpoint(text(&proof, "/checkpoint"), &vkey);
        assert_eq!(proof["position"], position);
        assert_eq!(proof["size"], head.size);
        let leaf = hash(text(&proof, "/leaf_hash"));
        assert_eq!(leaf, hashes[at(position) - 1]);
        let nodes = published(&proof);
        assert_eq!(nodes, inclusion(at(position) - 1, &hashes[..at(head.size)]));
        assert_eq!(climb(leaf, position - 1, head.size, &nodes), head.root, "the proof alone leads to the root");
    }
    office.refuses_question("/log/proof/0", 404, "not_found");
    office.refuses_question(&format!("/log/proof/{}", size + 1), 404, "not_found");
    // The same as one text (C2SP tlog-proof), which holds the checkpoint as it was signed.
    let proof = office.call("GET", "/log/proof/2").with("Accept", "text/plain").send().is(200).text();
    let (claim, note) = proof.split_once("\n\n").unwrap();
    let head = checkpoint(note, &vkey);
    let mut lines = claim.lines();
    assert_eq!(lines.next(), Some("c2sp.org/tlog-proof@v1"));
    assert_eq!(lines.next(), Some("index 1"));
    let nodes: Vec<Hash> = lines.map(hash).collect();
    assert_eq!(climb(hashes[1], 1, head.size, &nodes), head.root);
}

/// RFC 9162 §2.1.3.2: from a leaf up to the root, knowing nothing but its index and the size.
fn climb(leaf: Hash, index: u64, size: u64, proof: &[Hash]) -> Hash {
    let (mut place, mut last, mut hash) = (index, size - 1, leaf);
    for node in proof {
        assert!(last > 0, "the proof is too long");
        if place % 2 == 1 || place == last {
            hash = node_hash(node, &hash);
            while place % 2 == 0 && place > 0 {
                (place, last) = (place / 2, last / 2);
            }
        } else {
            hash = node_hash(&hash, node);
        }
        (place, last) = (place / 2, last / 2);
    }
    assert_eq!(last, 0, "the proof is too short");
    hash
}

#[test]
fn every_earlier_tree_is_a_beginning_of_every_later_one() {
    let office = Office::open();
    let size = office.head();
    let hashes: Vec<Hash> = leaves(&office, size).iter().map(|leaf| leaf_hash(leaf)).collect();
    for (from, to) in [
        (1, 1),
        (1, 2),
        (2, 3),
        (3, 7),
        (4, 8),
        (6, 256),
        (255, 257),
        (256, size),
        (257, size),
        (size - 1, size),
        (size, size),
    ] {
        let proof = office.get(&format!("/log/consistency?from={from}&to={to}")).good();
        assert_eq!((proof["from"].as_u64(), proof["to"].as_u64()), (Some(from), Some(to)));
        assert_eq!(published(&proof), merkle::consistency(at(from), &hashes[..at(to)]), "{from} → {to}");
    }
    for query in ["from=3&to=2", "from=0&to=2", "from=x&to=2", "to=2", &format!("from=1&to={}", size + 1)] {
        let refused = office.get(&format!("/log/consistency?{query}"));
        assert_eq!(refused.status, 400, "{query}: {}", refused.text());
    }
}

#[test]
fn the_whole_log_can_be_read_in_pages_and_in_lines() {
    let office = Office::open();
    let issue = office.raises("楼道灯不亮");
    let size = office.head();
    let hashes: Vec<Hash> = leaves(&office, size).iter().map(|leaf| leaf_hash(leaf)).collect();

    let (mut after, mut positions) = (0, 0);
    while after < size {
        let page = office.get(&format!("/v1/events?after={after}&limit=100")).good();
        for event in page["items"].as_array().unwrap() {
            positions += 1;
            assert_eq!(event["position"], positions);
            assert_eq!(hash(text(event, "/leaf_hash")), hashes[at(positions) - 1]);
            for name in ["stream", "area", "command", "actor", "type", "recorded_at", "occurred_at"] {
                assert!(event[name].is_string(), "{name} is missing: {event:#}");
            }
        }
        after = page["scanned_to"].as_u64().unwrap();
        assert_eq!(page["head"], size);
    }
    assert_eq!(positions, size);
    let end = office.get(&format!("/v1/events?after={size}")).good();
    assert_eq!((end["items"].as_array().map(Vec::len), end["scanned_to"].as_u64()), (Some(0), Some(size)));

    let only = office.get("/v1/events?after=0&limit=1000&family=issue&type=issue.raised").good();
    let only = only["items"].as_array().unwrap();
    assert!(only.len() == 1 && only[0]["stream"] == format!("issue/{issue}"), "{only:#?}");

    let lines = office.call("GET", "/v1/events?after=0&limit=50").with("Accept", "application/x-ndjson").send().is(200);
    let lines: Vec<Value> = lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 50);
    assert_eq!(lines[49]["position"], 50);
}

#[test]
fn the_feed_tells_of_what_happens_while_it_happens() {
    use std::io::{BufRead as _, BufReader, Write as _};
    let office = Office::open();
    let head = office.head();
    let mut stream = office.server().connect();
    let token = office.token();
    let request = format!(
        "GET /v1/feed HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nlast-event-id: {head}\r\naccept: text/event-stream\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    assert_eq!(lines.next().unwrap(), "HTTP/1.1 200 OK");
    let recorded = office.records_reception(&[demand("楼道灯不亮")]);
    let (mut positions, mut events) = (Vec::new(), Vec::new());
    while positions.len() < 3 || events.len() < 2 {
        let line = lines.next().unwrap();
        match line.split_once(':') {
            Some(("id", position)) => positions.push(position.trim().parse::<u64>().unwrap()),
            Some(("event", event)) => events.push(event.trim().to_owned()),
            Some(_) | None => {}
        }
    }
    // The first is where it goes on from.
    assert_eq!(positions, [head, head + 1, head + 2]);
    assert_eq!(events, ["reception.recorded", "issue.raised"]);
    assert_eq!(recorded["position"], head + 2);
}
