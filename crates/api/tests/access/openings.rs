//! Auditors open sealed parts of the log for a case, once another person has approved: who, what, how long, and what is on
//! record of it. What is opened is held against the leaves by code of its own.

use crate::server::Answer;
use crate::town::Town;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::sync::atomic::Ordering;

/// The leaves, as an auditor has them from the bundles.
async fn leaves(town: &Town) -> Vec<Value> {
    let (mut leaves, head) = (Vec::new(), town.server.casework.store.head().position.0);
    for bundle in 0..head.div_ceil(256) {
        let width = (head - 256 * bundle).min(256);
        let part = if width < 256 { format!(".p/{width}") } else { String::new() };
        let path = format!("/log/tile/entries/{bundle:03}{part}");
        let bytes = town.server.bytes(town.token("auditor"), &path).await;
        let mut rest = bytes.as_slice();
        while let Some((length, after)) = rest.split_first_chunk::<2>() {
            let (leaf, after) = after.split_at(usize::from(u16::from_be_bytes(*length)));
            leaves.push(serde_json::from_slice(leaf).unwrap());
            rest = after;
        }
    }
    leaves
}

/// Positions of the leaves of a type.
fn of_type(leaves: &[Value], event_type: &str) -> Vec<u64> {
    (1..).zip(leaves).filter(|(_, leaf)| leaf["type"] == event_type).map(|(position, _)| position).collect()
}

/// RFC 2104, so that nothing of the server is relied on.
fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let pad = |with: u8| block.iter().map(|byte| byte ^ with).collect::<Vec<_>>();
    let inner = Sha256::digest([pad(0x36).as_slice(), message].concat());
    Sha256::digest([pad(0x5c).as_slice(), &inner].concat()).to_vec()
}

fn base64(text: &Value) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text.as_str().unwrap()).unwrap()
}

/// What was sealed, byte by byte as it stands in an answer: no text of these tests has a brace in it.
fn payloads(text: &str) -> Vec<&str> {
    text.split("\"payload\":").skip(1).map(|rest| &rest[..=rest.find('}').unwrap()]).collect()
}

/// Whether the boxes of an answer are what their leaves commit to; how many there are.
fn checked(leaves: &[Value], answer: &Answer) -> Result<usize, String> {
    let mut payloads = payloads(&answer.text).into_iter();
    let mut count = 0;
    for item in answer.body["items"].as_array().unwrap() {
        let position = item["position"].as_u64().unwrap();
        let committed = leaves[usize::try_from(position).unwrap() - 1]["boxes"].as_array().unwrap();
        let boxes = item["boxes"].as_array().unwrap();
        assert_eq!(boxes.len(), committed.len(), "{position}");
        for (index, (opened, committed)) in boxes.iter().zip(committed).enumerate() {
            assert_eq!(opened["index"], json!(index));
            let payload = payloads.next().unwrap();
            let message = ["huiyin/box/1\n", payload].concat();
            if hmac_sha256(&base64(&opened["r"]), message.as_bytes()) != base64(&committed["commitment"]) {
                return Err(format!("{position} {index}: {payload}"));
            }
            count += 1;
        }
    }
    Ok(count)
}

fn body(positions: &[u64]) -> Value {
    json!({"positions": positions, "case_number": "审〔2026〕12号", "reason": "核对答复记录。",
        "until": "2026-12-01T10:00:00+08:00"})
}

/// The id of the proposal that the auditor makes.
async fn proposed(town: &Town, positions: &[u64]) -> String {
    let answer = town.server.post(town.token("auditor"), "/log/openings", &body(positions)).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(answer.body["proposal"]["action"], "log.request_opening");
    answer.body["proposal"]["id"].as_str().unwrap().to_owned()
}

async fn decide(town: &Town, proposal: &str, approved: bool) -> Answer {
    let decision = format!("/v1/proposals/{proposal}/decision");
    town.server.post(town.token("congress_office"), &decision, &json!({"approved": approved})).await
}

/// An opening that another person approved, by its address.
async fn granted(town: &Town, positions: &[u64]) -> String {
    let proposal = proposed(town, positions).await;
    let decided = decide(town, &proposal, true).await;
    assert_eq!(decided.status, 200, "{}", decided.text);
    let made = decided.body["made"].as_str().unwrap().to_owned();
    assert_eq!(made, format!("/log/openings/{proposal}"));
    made
}

async fn fetched(town: &Town, path: &str) -> Answer {
    town.server.get(town.token("auditor"), path).await
}

/// What is on record of auditors; who reads the words of a proposal is on record, too.
fn views(leaves: &[Value]) -> Vec<&Value> {
    let audit = |leaf: &&Value| leaf["type"] == "personal_data.viewed" && leaf["public"]["purpose"] == "audit";
    leaves.iter().filter(audit).collect()
}

#[tokio::test]
async fn what_another_person_approved_is_opened_and_fits_its_leaves() {
    let town = Town::adopted().await;
    let before = leaves(&town).await;
    let (reception, issue) = (of_type(&before, "reception.recorded")[0], of_type(&before, "issue.raised")[0]);
    let escalated = of_type(&before, "issue.escalated")[0];
    let proposal = proposed(&town, &[issue, reception, escalated]).await;
    let path = format!("/log/openings/{proposal}");
    assert_eq!(fetched(&town, &path).await.status, 404, "nobody has approved");
    let asked = town.server.told(town.token("congress_office"), &format!("/v1/proposals/{proposal}")).await;
    assert_eq!(asked["request"]["body"], body(&[issue, reception, escalated]));
    let decided = decide(&town, &proposal, true).await;
    assert_eq!((decided.status, decided.body["made"].as_str()), (200, Some(path.as_str())), "{}", decided.text);

    // One append; the case and why are sealed.
    let after = leaves(&town).await;
    let [approved, granted] = &after[after.len() - 2..] else { panic!("{}", after.len()) };
    let mut types = [approved["type"].as_str().unwrap(), granted["type"].as_str().unwrap()];
    types.sort_unstable();
    assert_eq!(types, ["log_opening.granted", "proposal.approved"]);
    assert_eq!((&approved["command"], &approved["actor"]), (&granted["command"], &granted["actor"]));
    let granted = after.iter().find(|leaf| leaf["type"] == "log_opening.granted").unwrap();
    assert_eq!(
        granted["public"],
        json!({"account_id": town.accounts["auditor"], "positions": [reception, issue, escalated], "until": 1_796_090_400_000_i64})
    );
    assert_eq!(granted["boxes"][0]["class"], "narrative");
    assert_eq!(views(&after).len(), 0);

    let opened = fetched(&town, &path).await;
    assert_eq!(opened.status, 200, "{}", opened.text);
    assert_eq!((&opened.body["id"], &opened.body["until"]), (&json!(proposal), &json!("2026-12-01T02:00:00.000Z")));
    // Name, number and words of the visitor, and why it was escalated.
    assert_eq!(checked(&after, &opened), Ok(4), "{}", opened.text);
    assert_eq!(opened.body["items"][0]["boxes"][0]["payload"], json!({"name": "访客00"}));
    assert_eq!(opened.body["items"][0]["boxes"][1]["payload"], json!({"phone": "13800138000"}));
    let forged = Answer { text: opened.text.replace("访客00", "访客01"), ..opened.clone() };
    assert!(checked(&after, &forged).is_err(), "the check can fail");

    // On record each time, by class, with where the reception and the issue begin.
    let classes = |leaves: &[Value]| {
        let seen = views(leaves).into_iter().map(|leaf| {
            let public = &leaf["public"];
            assert_eq!(public["action"], "log.request_opening");
            assert_eq!(
                (&leaf["actor"], &leaf["role"]),
                (&json!(format!("account/{}", town.accounts["auditor"])), &json!("auditor"))
            );
            (public["classes"][0].as_str().unwrap().to_owned(), public["seen"].clone())
        });
        seen.collect::<Vec<_>>()
    };
    let once = [
        ("identity".to_owned(), json!([reception])),
        ("contact".to_owned(), json!([reception])),
        ("narrative".to_owned(), json!([issue])),
    ];
    assert_eq!(classes(&leaves(&town).await), once);
    fetched(&town, &path).await;
    assert_eq!(classes(&leaves(&town).await), [once.as_slice(), &once].concat());
    let listed =
        town.server.told(town.token("convener"), &format!("/v1/personal-data/views?issue_id={}", town.issues[0])).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 2, "its grid sees that it was looked at: {listed}");
    town.server.stop().await;
}

#[tokio::test]
async fn nobody_opens_but_the_auditor_who_asked() {
    let town = Town::new().await;
    let (_, another) = town.account("另一审计", &json!({"role": "auditor"})).await;
    let admin = town.server.token.clone();
    town.server.done(&admin, "/v1/access/adoption", &json!({"table": "huiyin/1"})).await;
    let issue = of_type(&leaves(&town).await, "issue.raised")[0];
    let path = granted(&town, &[issue]).await;
    assert_eq!(fetched(&town, &path).await.status, 200);
    assert_eq!(town.server.get(&another, &path).await.status, 404, "their case is not this one");
    for role in [
        "delegate",
        "convener",
        "liaison",
        "party_studio",
        "congress_office",
        "handling_unit",
        "report_job",
        "administrator",
    ] {
        let answers = [
            town.server.get(town.token(role), &path).await,
            town.server.post(town.token(role), "/log/openings", &body(&[issue])).await,
        ];
        for answer in answers {
            assert_eq!((answer.status, answer.code()), (403, "forbidden"), "{role}: {}", answer.text);
        }
    }
    assert_eq!(town.server.get("", &path).await.status, 401);
    town.server.stop().await;
}

#[tokio::test]
async fn whoever_asked_does_not_approve() {
    let town = Town::adopted().await;
    let (admin, office) = (town.token("administrator"), town.token("congress_office"));
    let issue = of_type(&leaves(&town).await, "issue.raised")[0];
    let proposal = proposed(&town, &[issue]).await;
    let decision = format!("/v1/proposals/{proposal}/decision");
    let own = town.server.post(town.token("auditor"), &decision, &json!({"approved": true})).await;
    assert_eq!((own.status, own.code()), (403, "forbidden"), "{}", own.text);
    // Nor once the same account has become the office's.
    let account = format!("/v1/accounts/{}", town.accounts["auditor"]);
    let grant = town.server.told(admin, &account).await["grants"][0]["id"].as_str().unwrap().to_owned();
    town.server.done(admin, &format!("{account}/grants/{grant}/ending"), &json!({"reason_code": "duty_ended"})).await;
    let body = json!({"role": "congress_office"});
    let given = town.server.done(admin, &format!("{account}/grants"), &body).await;
    let given = format!("/v1/proposals/{}/decision", given["proposal"]["id"].as_str().unwrap());
    town.server.done(office, &given, &json!({"approved": true})).await;
    let own = town.server.post(town.token("auditor"), &decision, &json!({"approved": true})).await;
    assert_eq!((own.status, own.code()), (409, "same_person"), "{}", own.text);
    // Another may not approve for somebody who is no auditor any more.
    let late = decide(&town, &proposal, true).await;
    assert_eq!((late.status, late.code()), (409, "proposer_unentitled"), "{}", late.text);
    town.server.stop().await;
}

#[tokio::test]
async fn what_is_refused_or_taken_back_opens_nothing() {
    let town = Town::adopted().await;
    let issue = of_type(&leaves(&town).await, "issue.raised")[0];
    let refused = proposed(&town, &[issue]).await;
    assert_eq!(decide(&town, &refused, false).await.body["proposal"]["state"], "refused");
    let retracted = proposed(&town, &[issue]).await;
    town.server.done(town.token("auditor"), &format!("/v1/proposals/{retracted}/retraction"), &json!({})).await;
    for proposal in [refused, retracted] {
        assert_eq!(fetched(&town, &format!("/log/openings/{proposal}")).await.status, 404);
    }
    assert_eq!(of_type(&leaves(&town).await, "log_opening.granted"), Vec::<u64>::new());
    town.server.stop().await;
}

#[tokio::test]
async fn every_leaf_that_cannot_be_opened_is_told_at_once() {
    let town = Town::adopted().await;
    let issue = of_type(&leaves(&town).await, "issue.raised")[0];
    proposed(&town, &[issue]).await;
    let all = leaves(&town).await;
    let positions = [of_type(&all, "account.token_issued")[0], of_type(&all, "proposal.made")[0], 1, 9_999_999, issue];
    let refused = |answer: &Answer| {
        let errors = answer.body["errors"].as_array().unwrap_or_else(|| panic!("{}", answer.text)).iter();
        errors
            .map(|one| format!("{} {}", one["code"].as_str().unwrap(), one["pointer"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    let answer = town.server.post(town.token("auditor"), "/log/openings", &body(&positions)).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    assert_eq!(
        refused(&answer),
        [
            "never_opened /positions/0",
            "never_opened /positions/1",
            "nothing_sealed /positions/2",
            "unknown_position /positions/3",
        ]
    );
    let plain = of_type(&all, "major_issue.assigned")[0];
    for (field, value, fault) in [
        ("positions", json!([plain]), "nothing_sealed /positions/0"),
        ("positions", json!([issue, issue]), "duplicate /positions/1"),
        ("positions", json!([]), "missing /positions"),
        ("positions", json!((1..=1_001).collect::<Vec<u64>>()), "too_many /positions"),
        ("until", json!("2026-12-08T10:10:00+08:00"), "out_of_range /until"),
        ("until", json!("2026-11-24T09:00:00+08:00"), "out_of_range /until"),
        ("case_number", json!(""), "missing /case_number"),
        ("reason", json!(""), "missing /reason"),
    ] {
        let mut body = body(&[issue]);
        body[field] = value;
        let answer = town.server.post(town.token("auditor"), "/log/openings", &body).await;
        assert_eq!((answer.status, refused(&answer)), (422, vec![fault.to_owned()]), "{}", answer.text);
    }
    town.server.stop().await;
}

#[tokio::test]
async fn it_ends_and_nothing_is_approved_beyond_its_end() {
    let town = Town::adopted().await;
    let issue = of_type(&leaves(&town).await, "issue.raised")[0];
    let (path, late) = (granted(&town, &[issue]).await, proposed(&town, &[issue]).await);
    town.server.later(6);
    assert_eq!(fetched(&town, &path).await.status, 200);
    town.server.later(1);
    let over = fetched(&town, &path).await;
    assert_eq!((over.status, over.code()), (409, "opening_over"), "{}", over.text);
    assert!(over.body["detail"].as_str().unwrap().contains("2026-12-01T02:00:00Z"), "{}", over.text);
    let decided = decide(&town, &late, true).await;
    assert_eq!(
        (decided.status, decided.body["errors"][0]["pointer"].as_str()),
        (422, Some("/until")),
        "{}",
        decided.text
    );
    let pending = town.server.told(town.token("congress_office"), &format!("/v1/proposals/{late}")).await;
    assert_eq!(pending["state"], "pending");
    town.server.stop().await;
}

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

#[test]
fn a_file_is_opened_as_what_its_leaf_commits_to() {
    // An upload goes on beside its handler, on the same thread.
    actix_web::rt::System::new().block_on(async {
        let town = Town::adopted().await;
        crate::narrow::stored(&town, "liaison").await;
        let path = granted(&town, &of_type(&leaves(&town).await, "file.stored")).await;
        let (opened, after) = (fetched(&town, &path).await, leaves(&town).await);
        assert_eq!(checked(&after, &opened), Ok(1), "{}", opened.text);
        assert_eq!(views(&after)[0]["public"]["classes"], json!(["file"]));
        town.server.stop().await;
    });
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_opened() {
    let town = Town::adopted().await;
    let all = leaves(&town).await;
    let path = granted(&town, &[of_type(&all, "reception.recorded")[0], of_type(&all, "issue.raised")[0]]).await;
    town.server.full.store(true, Ordering::SeqCst);
    let shut = fetched(&town, &path).await;
    assert_eq!(shut.status, 200, "{}", shut.text);
    let not = |n: u64| json!({"index": n, "withheld": "view_not_recorded"});
    assert_eq!(shut.body["items"][0]["boxes"], json!([not(0), not(1)]));
    assert_eq!(shut.body["items"][1]["boxes"], json!([not(0)]));
    town.server.full.store(false, Ordering::SeqCst);
    assert_eq!(views(&leaves(&town).await).len(), 0);
    let opened = fetched(&town, &path).await;
    let after = leaves(&town).await;
    assert_eq!((checked(&after, &opened), views(&after).len()), (Ok(3), 3));
    town.server.stop().await;
}

#[tokio::test]
async fn before_access_rules_it_is_done_at_once_and_recorded_all_the_same() {
    let town = Town::new().await;
    let all = leaves(&town).await;
    let token = town.token("auditor");
    let made = town.server.post(token, "/log/openings", &body(&[of_type(&all, "issue.raised")[0]])).await;
    assert_eq!((made.status, &made.body["log_opening"]["version"]), (201, &json!(1)), "{}", made.text);
    let path = format!("/log/openings/{}", made.body["log_opening"]["id"].as_str().unwrap());
    let opened = fetched(&town, &path).await;
    let after = leaves(&town).await;
    assert_eq!((checked(&after, &opened), views(&after).len()), (Ok(1), 1), "{}", opened.text);
    assert_eq!(town.server.get(town.token("liaison"), &path).await.status, 404, "another account asked");
    town.server.stop().await;
}
