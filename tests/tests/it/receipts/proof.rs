//! The proof that a visitor takes home, checked by code of the tests' own.

use super::Visit;
use crate::harness::{Office, text};
use crate::merkle::{Hash, checkpoint, command_id, hash, leaf_hash, node_hash, tile};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

/// The parts of a slip's link behind `#`.
fn slip(link: &str) -> (u64, Hash, u64, Hash) {
    let (_, fragment) = link.split_once('#').unwrap();
    let parts: Vec<_> = fragment.split('.').collect();
    let [version, position, leaf, size, root] = parts[..] else { panic!("{link}") };
    assert_eq!(version, "1");
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap().try_into().unwrap();
    (position.parse().unwrap(), bytes(leaf), size.parse().unwrap(), bytes(root))
}

/// The root that a way from a leaf leads to (RFC 9162 §2.1.3.2).
fn root_of(position: u64, size: u64, leaf: Hash, proof: &[Hash]) -> Hash {
    let (mut node, mut last) = (position - 1, size - 1);
    let mut here = leaf;
    for sibling in proof {
        if node % 2 == 1 || node == last {
            here = node_hash(sibling, &here);
            while node % 2 == 0 && node != 0 {
                (node, last) = (node / 2, last / 2);
            }
        } else {
            here = node_hash(&here, sibling);
        }
        (node, last) = (node / 2, last / 2);
    }
    here
}

#[test]
fn the_leaves_of_an_issue_are_proved_in_a_signed_tree_that_extends_the_slips() {
    let office = Office::open();
    let visit = Visit::with(&office, "楼道灯不亮");
    assert!(visit.link.starts_with(&format!("/r/{}#1.", visit.code)), "{}", visit.link);
    let (position, first, size, root) = slip(&visit.link);
    for n in 0..5 {
        Visit::with(&office, &format!("别的事{n}"));
    }
    office.does(&visit.issue, "taking", &serde_json::json!({})).good();
    office.does(&visit.issue, "answers", &office.answer()).good();
    let asked = serde_json::json!({"ground": "new_facts", "reason": "又不亮了。"});
    visit.command("reopenings", &asked).key("mine").send().good();
    let proof = visit.call("GET", &format!("/proof?size={size}")).send().good();
    let vkey = office.call("GET", "/log/vkey").without("Authorization").send().is(200).text();
    assert_eq!(text(&proof, "/vkey"), vkey.trim());
    let signed = checkpoint(text(&proof, "/checkpoint"), vkey.trim());
    assert!(signed.size >= size);

    let leaves = proof["leaves"].as_array().unwrap();
    let (mut types, mut by_visitor) = (Vec::new(), Vec::new());
    for proved in leaves {
        let leaf = STANDARD.decode(text(proved, "/leaf")).unwrap();
        let at = proved["position"].as_u64().unwrap();
        let way: Vec<_> = proved["proof"].as_array().unwrap().iter().map(|part| hash(part.as_str().unwrap())).collect();
        assert_eq!(root_of(at, signed.size, leaf_hash(&leaf), &way), signed.root);
        let leaf: Value = serde_json::from_slice(&leaf).unwrap();
        assert_eq!(text(&leaf, "/stream"), format!("issue/{}", visit.issue));
        types.push(text(&leaf, "/type").to_owned());
        if leaf["actor"] == "system/receipt" {
            assert_eq!(text(&leaf, "/role"), "visitor");
            by_visitor.push(text(&leaf, "/command").to_owned());
        }
        if at == position {
            assert_eq!(leaf_hash(&STANDARD.decode(text(proved, "/leaf")).unwrap()), first);
        }
    }
    assert_eq!(types, ["issue.raised", "issue.final_answer_given", "issue.reopening_requested"]);
    assert_eq!(by_visitor, [command_id("system/receipt", &format!("{}/mine", visit.issue))]);
    assert_eq!(leaves[0]["position"].as_u64(), Some(position));
    let told = office.call("GET", &format!("/log/consistency?from={size}&to={}", signed.size)).send().good();
    assert_eq!(proof["consistency"], told["proof"]);
    // The slip's own size and root are those of the log then.
    assert_eq!(root_at(&office, size), root);

    assert!(visit.call("GET", "/proof").send().good().get("consistency").is_none());
    visit.call("GET", "/proof?size=0").send().problem(400, "bad_parameter");
    visit.call("GET", "/proof?size=100000").send().problem(400, "bad_position");
}

/// The root of the first leaves, from what the log publishes.
fn root_at(office: &Office, size: u64) -> Hash {
    let mut leaves: Vec<Hash> = Vec::new();
    for index in 0..size.div_ceil(256) {
        let width = (size - index * 256).min(256);
        let published = office.call("GET", &tile("0", index, width)).without("Authorization").send().is(200).body;
        leaves.extend(published.chunks(32).map(|chunk| -> Hash { chunk.try_into().unwrap() }));
    }
    crate::merkle::root(&leaves)
}
