//! What takes two persons, and what becomes of it when one of them is no more what they were, or nobody decides.

use crate::town::Town;
use actix_web::test::TestRequest;
use casework::loaded::AsOf;
use domain::ids::ProposalId;
use domain::proposal::Proposal;
use domain::vocabulary::ProposalState;
use serde_json::{Value, json};

async fn propose(town: &Town) -> String {
    let body = json!({"name": "新账户", "holder": "machine"});
    let proposed = town.server.post(town.token("administrator"), "/v1/accounts", &body).await;
    assert_eq!(proposed.status, 202, "{}", proposed.text);
    proposed.body["proposal"]["id"].as_str().unwrap().to_owned()
}

fn decision(id: &str) -> String {
    format!("/v1/proposals/{id}/decision")
}

fn yes() -> Value {
    json!({"approved": true})
}

#[tokio::test]
async fn nothing_is_approved_of_whose_proposer_was_suspended() {
    let town = Town::adopted().await;
    let id = propose(&town).await;
    let office = town.token("congress_office");
    let suspension = format!("/v1/accounts/{}/suspension", town.accounts["administrator"]);
    town.server.done(office, &suspension, &json!({"reason_code": "security"})).await;
    let refused = town.server.post(office, &decision(&id), &yes()).await;
    assert_eq!((refused.status, refused.code()), (409, "proposer_unentitled"), "{}", refused.text);
    let shown = town.server.told(office, &format!("/v1/proposals/{id}")).await;
    assert_eq!((&shown["state"], &shown["version"]), (&json!("pending"), &json!(1)), "it waits still");
    // It can be refused all the same.
    let refusal = town.server.done(office, &decision(&id), &json!({"approved": false})).await;
    assert_eq!(refusal["proposal"]["state"], "refused");
    town.server.stop().await;
}

#[tokio::test]
async fn if_match_of_an_approval_is_of_the_proposal() {
    let town = Town::adopted().await;
    let id = propose(&town).await;
    let approve = async |version: &str| {
        let request = TestRequest::post().uri(&decision(&id)).insert_header(("Content-Type", "application/json"));
        let request = request.insert_header(("If-Match", version)).set_payload(yes().to_string());
        town.server.ask(request, town.token("congress_office")).await
    };
    let stale = approve("\"2\"").await;
    assert_eq!((stale.status, stale.code()), (412, "stale_version"), "{}", stale.text);
    let accounts = town.server.told(town.token("administrator"), "/v1/accounts?limit=200").await;
    assert!(!accounts.to_string().contains("新账户"), "nothing was done");
    let approved = approve("\"1\"").await;
    assert_eq!((approved.status, &approved.body["proposal"]["state"]), (200, &json!("approved")), "{}", approved.text);
    town.server.stop().await;
}

#[tokio::test]
async fn that_nobody_decided_in_time_is_recorded_once() {
    let town = Town::adopted().await;
    let (over, retracted) = (propose(&town).await, propose(&town).await);
    let retract = format!("/v1/proposals/{retracted}/retraction");
    town.server.done(town.token("administrator"), &retract, &json!({})).await;
    let office = town.token("congress_office");
    let run = async || town.server.done(office, "/v1/clock-runs", &json!({})).await;
    let loaded = async |id: &str| {
        let id = ProposalId(id.parse().unwrap());
        town.server.casework.load::<Proposal>(id, AsOf::Now).await.unwrap()
    };
    run().await;
    assert_eq!(loaded(&over).await.version.0, 1, "it can be decided on still");
    town.server.later(14);
    let told = async || {
        let mut shown = town.server.told(office, &format!("/v1/proposals/{over}")).await;
        shown.as_object_mut().unwrap().remove("version");
        shown
    };
    let before = told().await;
    assert_eq!(before["state"], "expired", "by the time alone");
    for _ in 0..2 {
        run().await;
        let loaded = loaded(&over).await;
        assert_eq!((loaded.version.0, loaded.state.state), (2, Some(ProposalState::Expired)));
    }
    assert_eq!(told().await, before, "nobody decided, and it is told as before");
    assert_eq!(loaded(&retracted).await.version.0, 2, "what was taken back is not over");
    let recorded = town.server.casework.store.event(loaded(&over).await.position).await.unwrap().unwrap();
    assert_eq!(recorded.leaf().unwrap().actor, "system/clock");
    let late = town.server.post(office, &decision(&over), &yes()).await;
    assert_eq!((late.status, late.code()), (409, "proposal_expired"), "{}", late.text);
    town.server.stop().await;
}

#[tokio::test]
async fn threat_nobody_approves_of_their_own_under_another_account() {
    println!("attempted: approve of one's own proposal by another account that is bound to the same delegate");
    let town = Town::new().await;
    let mut tokens = Vec::new();
    for (name, delegate) in [("一号", 0), ("二号", 0), ("三号", 1)] {
        let (account, token) = town.account(name, &json!({"role": "congress_office"})).await;
        let bound = json!({"role": "delegate", "delegate_id": town.delegates[0][delegate]});
        town.server.done(&town.server.token, &format!("/v1/accounts/{account}/grants"), &bound).await;
        tokens.push(token);
    }
    town.server.done(&town.server.token, "/v1/access/adoption", &json!({"table": "huiyin/1"})).await;
    let acting = async |token: &str, path: &str, body: &Value| {
        let request = TestRequest::post().uri(path).insert_header(("Content-Type", "application/json"));
        let request = request.insert_header(("Acting-As", "congress_office")).set_payload(body.to_string());
        town.server.ask(request, token).await
    };
    let hold = json!({"issue_id": town.issues[0], "until_on": "2026-12-31", "reason": "配合调查。"});
    let proposed = acting(&tokens[0], "/v1/legal-holds", &hold).await;
    assert_eq!(proposed.status, 202, "{}", proposed.text);
    let decision = decision(proposed.body["proposal"]["id"].as_str().unwrap());
    for token in &tokens[..2] {
        let refused = acting(token, &decision, &yes()).await;
        assert_eq!((refused.status, refused.code()), (409, "same_person"), "{}", refused.text);
    }
    let holds = town.server.told(town.token("congress_office"), "/v1/legal-holds").await;
    assert_eq!(holds["items"], json!([]), "nothing holds yet");
    let approved = acting(&tokens[2], &decision, &yes()).await;
    assert_eq!(approved.status, 200, "{}", approved.text);
    println!("caught: 409 same_person from both of their accounts; another person's approval counts");
    town.server.stop().await;
}

#[tokio::test]
async fn threat_one_person_changes_no_rights_and_no_rules() {
    println!("attempted: accounts, rights, identities, holds and a policy changed by one person, ten times");
    let town = Town::adopted().await;
    let (admin, office) = (town.token("administrator"), town.token("congress_office"));
    let of = |role: &str, what: &str| format!("/v1/accounts/{}/{what}", town.accounts[role]);
    town.server.done(office, &of("liaison", "suspension"), &json!({"reason_code": "security"})).await;
    let policy: Value = serde_json::from_str(include_str!("../../../../data/policy-default.json")).unwrap();
    let before = town.server.told(admin, "/v1/accounts?limit=200").await;
    let grant = |role: &str| json!({"role": role});
    let attempts = [
        (admin, "/v1/accounts".to_owned(), json!({"name": "新账户", "holder": "machine"})),
        (admin, of("delegate", "grants"), grant("congress_office")),
        (admin, of("convener", "grants"), grant("party_studio")),
        (admin, of("party_studio", "grants"), grant("congress_office")),
        (admin, of("liaison", "reinstatement"), json!({})),
        (admin, of("report_job", "identities"), json!({"issuer": "https://login.example.org", "subject": "job"})),
        (
            office,
            "/v1/legal-holds".to_owned(),
            json!({"issue_id": town.issues[0], "until_on": "2026-12-31", "reason": "调查。"}),
        ),
        (
            town.token("auditor"),
            "/v1/legal-holds".to_owned(),
            json!({"issue_id": town.issues[1], "until_on": "2026-12-31", "reason": "调查。"}),
        ),
        (admin, "/v1/policies".to_owned(), policy.clone()),
        (office, "/v1/policies".to_owned(), policy),
    ];
    let mut proposed = 0;
    for (token, path, body) in &attempts {
        let answer = town.server.post(token, path, body).await;
        assert!(answer.status == 202 || answer.status >= 400, "{path}: {} {}", answer.status, answer.text);
        proposed += usize::from(answer.status == 202);
    }
    assert!(proposed >= 8, "{proposed} wait for another person");
    assert_eq!(town.server.told(admin, "/v1/accounts?limit=200").await["items"], before["items"]);
    assert_eq!(town.server.told(office, "/v1/legal-holds").await["items"], json!([]));
    assert_eq!(town.server.told(office, "/v1/policies").await["items"].as_array().unwrap().len(), 1);
    println!("caught: none took effect; {proposed} wait for another person (202), the others are refused");
    town.server.stop().await;
}

#[tokio::test]
async fn threat_a_token_that_was_revoked() {
    println!("attempted: revoke another's token; use one's own a hundred times after its revocation");
    let town = Town::adopted().await;
    let (delegate, convener) = (town.token("delegate"), town.token("convener"));
    let own = town.server.told(delegate, "/v1/me").await["token"]["id"].as_str().unwrap().to_owned();
    let revocation = format!("/v1/tokens/{own}/revocation");
    let another = town.server.post(convener, &revocation, &json!({})).await;
    assert_eq!((another.status, another.code()), (404, "not_found"), "{}", another.text);
    town.server.done(delegate, &revocation, &json!({})).await;
    for _ in 0..100 {
        assert_eq!(town.server.get(delegate, "/v1/me").await.status, 401);
    }
    println!("caught: 404 of another's; 401 a hundred times");
    town.server.stop().await;
}
