//! What each role sees and may change of a small town, and what becomes of it when an office ends.

use crate::town::{Town, in_a_month};
use serde_json::{Value, json};

fn ids(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().unwrap();
    items.iter().map(|item| item["id"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn a_list_and_its_things_have_one_scope() {
    let town = Town::adopted().await;
    let all = [0, 1, 2, 3];
    for (role, seen) in [
        ("delegate", vec![1]),
        ("convener", vec![0, 1]),
        ("liaison", vec![0, 1]),
        ("party_studio", vec![0, 2]),
        ("congress_office", all.to_vec()),
        ("handling_unit", vec![0]),
        ("auditor", all.to_vec()),
        ("report_job", all.to_vec()),
    ] {
        let token = town.token(role);
        let head = town.server.casework.store.head().position.0;
        let mut listed = ids(&town.server.told(token, &format!("/v1/issues?at_least={head}")).await);
        listed.sort();
        let mut expected: Vec<_> = seen.iter().map(|n| town.issues[*n].clone()).collect();
        expected.sort();
        assert_eq!(listed, expected, "{role}");
        for n in all {
            let answer = town.server.get(token, &format!("/v1/issues/{}", town.issues[n])).await;
            assert_eq!(answer.status == 200, seen.contains(&n), "{role} {n}: {}", answer.text);
            if answer.status != 200 {
                let absent = "/v1/issues/0198f3c0-0000-7000-8000-00000000abcd";
                let other = town.server.get(token, absent).await;
                let plain = |text: &str, id: &str| text.replace(id, "");
                let ours = (answer.status, without_request(&answer.body), plain(&answer.text, ""));
                assert_eq!(ours.0, other.status);
                assert_eq!(ours.1, without_request(&other.body), "{role}: the same answer as for what is not there");
            }
            let events = town.server.get(token, &format!("/v1/issues/{}/events", town.issues[n])).await;
            assert_eq!(events.status == 200, seen.contains(&n), "{role} {n}: events");
        }
    }
    let administrator = town.server.get(town.token("administrator"), "/v1/issues").await;
    assert_eq!((administrator.status, administrator.code()), (403, "forbidden"));
    for (role, seen) in
        [("delegate", vec![1]), ("liaison", vec![0, 1]), ("party_studio", vec![0, 2]), ("auditor", all.to_vec())]
    {
        let listed = ids(&town.server.told(town.token(role), "/v1/receptions").await);
        assert_eq!(listed.len(), seen.len(), "{role}");
        for n in all {
            let answer = town.server.get(town.token(role), &format!("/v1/receptions/{}", town.receptions[n])).await;
            assert_eq!(answer.status == 200, seen.contains(&n), "{role} {n}");
        }
    }
    for (role, sees) in
        [("delegate", false), ("convener", true), ("party_studio", true), ("handling_unit", true), ("auditor", true)]
    {
        let listed = ids(&town.server.told(town.token(role), "/v1/major-issues").await);
        assert_eq!(listed.len(), usize::from(sees), "{role}");
        let answer = town.server.get(town.token(role), &format!("/v1/major-issues/{}", town.major_issue)).await;
        assert_eq!(answer.status == 200, sees, "{role}");
    }
    town.server.stop().await;
}

/// A problem but for what names the request.
fn without_request(problem: &Value) -> Value {
    let mut problem = problem.clone();
    for key in ["instance", "request_id"] {
        problem.as_object_mut().unwrap().remove(key);
    }
    problem
}

#[tokio::test]
async fn a_command_reaches_what_the_role_reaches() {
    let town = Town::adopted().await;
    let take = |n: usize| format!("/v1/issues/{}/taking", town.issues[n]);
    // The deputy's own is theirs; another's of the same grid is not there for them.
    assert_eq!(town.server.post(town.token("delegate"), &take(2), &json!({})).await.status, 404);
    let stale = town.server.post(town.token("delegate"), &take(3), &json!({})).await;
    assert_eq!((stale.status, stale.code()), (404, "not_found"));
    town.server.done(town.token("delegate"), &take(1), &json!({})).await;
    // Who may read and not change it is told so.
    let refer = |n: usize| format!("/v1/issues/{}/referrals", town.issues[n]);
    let body = json!({"statutory_channel": "arbitration", "reason": "属劳动争议。"});
    let dispatched = town.server.post(town.token("handling_unit"), &refer(0), &body).await;
    assert_eq!((dispatched.status, dispatched.code()), (403, "forbidden"));
    // What a body names and its sender may not read is as unknown as what is not there.
    let link = |n: usize| json!({"issue_id": town.issues[n], "kind": "related"});
    let path = format!("/v1/issues/{}/links", town.issues[1]);
    let unseen = town.server.post(town.token("delegate"), &path, &link(3)).await;
    assert_eq!((unseen.status, unseen.code()), (422, "unknown_id"), "{}", unseen.text);
    // What is begun is held against them, too.
    let reception = |grid: usize, line: usize| {
        let (delegate, kind) = (&town.delegates[grid][line], ["party", "deputy"][line]);
        json!({
            "form": "walk_in", "grid_id": town.grids[grid], "held_at": "2026-11-20T09:00:00+08:00",
            "delegates": [{"delegate_id": delegate, "delegate_type": kind}],
            "visitors": [{}],
            "issues": [{"visitor": 0, "kind": "opinion", "topic": "livelihood", "subject": "路灯", "text": "不亮。",
                "responsible_delegate_id": delegate}],
        })
    };
    let own = town.server.post(town.token("liaison"), "/v1/receptions", &reception(0, 0)).await;
    assert_eq!(own.status, 201, "{}", own.text);
    let other = town.server.post(town.token("liaison"), "/v1/receptions", &reception(1, 0)).await;
    assert_eq!((other.status, other.code()), (403, "out_of_scope"), "{}", other.text);
    let line = town.server.post(town.token("party_studio"), "/v1/receptions", &reception(0, 1)).await;
    assert_eq!((line.status, line.code()), (403, "out_of_scope"), "{}", line.text);
    let venue = |grid: usize| format!("/v1/grids/{}/venue", town.grids[grid]);
    let body = json!({"name": "党群服务中心", "from": "2026-12-01"});
    town.server.done(town.token("convener"), &venue(0), &body).await;
    let beyond = town.server.post(town.token("convener"), &venue(1), &body).await;
    assert_eq!((beyond.status, beyond.code()), (403, "out_of_scope"), "{}", beyond.text);
    // Every leaf since carries the mark of the table.
    let events = town
        .server
        .casework
        .store
        .read_all(event_store::Position(0), 1000, &event_store::Filter::default())
        .await
        .unwrap()
        .events;
    let adopted = events.iter().position(|event| event.text().unwrap().event_type == "access.table_adopted").unwrap();
    for (n, event) in events.iter().enumerate() {
        let marked = event.text().unwrap().access.is_some_and(|mark| mark == "c32de5d4e0894210");
        assert_eq!(marked, n > adopted, "{n}");
    }
    town.server.stop().await;
}

#[tokio::test]
async fn two_persons_are_needed_for_what_takes_two() {
    let town = Town::adopted().await;
    let (admin, office) = (town.token("administrator"), town.token("congress_office"));
    let body = json!({"name": "新账户", "holder": "machine"});
    let proposed = town.server.post(admin, "/v1/accounts", &body).await;
    assert_eq!(proposed.status, 202, "{}", proposed.text);
    assert_eq!(
        (&proposed.body["proposal"]["action"], &proposed.body["proposal"]["state"]),
        (&json!("account.create"), &json!("pending"))
    );
    let id = proposed.body["proposal"]["id"].as_str().unwrap();
    let accounts = town.server.told(admin, "/v1/accounts?limit=200").await;
    assert!(!accounts.to_string().contains("新账户"), "nothing else is done");
    let decision = format!("/v1/proposals/{id}/decision");
    let own = town.server.post(admin, &decision, &json!({"approved": true})).await;
    assert_eq!((own.status, own.code()), (403, "out_of_scope"), "{}", own.text);
    let shown = town.server.told(office, &format!("/v1/proposals/{id}")).await;
    assert_eq!(shown["request"]["body"], body);
    let decided = town.server.done(office, &decision, &json!({"approved": true})).await;
    assert_eq!(decided["proposal"]["state"], "approved");
    let made = decided["made"].as_str().unwrap();
    assert_eq!(town.server.told(admin, made).await["name"], "新账户");
    let again = town.server.post(office, &decision, &json!({"approved": true})).await;
    assert_eq!((again.status, again.code()), (409, "not_pending"), "{}", again.text);
    // One append: the approval and what it approves of share their command.
    let events = town
        .server
        .casework
        .store
        .read_all(event_store::Position(0), 1000, &event_store::Filter::default())
        .await
        .unwrap()
        .events;
    let leaves: Vec<_> = events.iter().map(|event| event.leaf().unwrap()).collect();
    let created = leaves.iter().find(|leaf| leaf.public["name"] == "新账户").unwrap();
    let approved = leaves.iter().find(|leaf| leaf.event_type == "proposal.approved").unwrap();
    assert_eq!((created.command, &created.actor), (approved.command, &approved.actor));
    assert_eq!(created.actor, format!("account/{}", town.accounts["congress_office"]));
    // A refusal of the rules is that of the command, and the proposal is not made.
    let taken = town.server.post(admin, "/v1/accounts", &body).await;
    assert_eq!((taken.status, taken.code()), (409, "name_taken"), "{}", taken.text);
    // Refused and taken back.
    let grant = format!("/v1/accounts/{}/grants", town.accounts["liaison"]);
    let body = json!({"role": "liaison", "area_id": town.grids[1]});
    let propose =
        async || town.server.post(admin, &grant, &body).await.body["proposal"]["id"].as_str().unwrap().to_owned();
    let id = propose().await;
    let refused = town
        .server
        .done(office, &format!("/v1/proposals/{id}/decision"), &json!({"approved": false, "reason": "不必"}))
        .await;
    assert_eq!(refused["proposal"]["state"], "refused");
    let id = propose().await;
    let retract = format!("/v1/proposals/{id}/retraction");
    assert_eq!(town.server.done(admin, &retract, &json!({})).await["proposal"]["state"], "retracted");
    town.server.stop().await;
}

#[tokio::test]
async fn rights_end_with_the_office_and_with_the_grant() {
    let town = Town::adopted().await;
    let (admin, office) = (town.token("administrator"), town.token("congress_office"));
    let delegate = town.token("delegate");
    assert_eq!(town.server.told(delegate, "/v1/me").await["acting_as"], "delegate");
    let departure = format!("/v1/delegates/{}/departures", town.delegates[0][1]);
    town.server.done(office, &departure, &json!({"reason_code": "moved", "on": "2026-11-20"})).await;
    let gone = town.server.get(delegate, "/v1/issues").await;
    assert_eq!((gone.status, gone.code()), (403, "forbidden"), "{}", gone.text);
    let me = town.server.told(delegate, "/v1/me").await;
    assert_eq!(me["grants"][0]["dormant"], "no_mandate", "{me}");
    // Another convener is appointed: the first one's grant sleeps.
    let convener = town.token("convener");
    let head = town.server.casework.store.head().position.0;
    town.server.told(convener, &format!("/v1/issues?at_least={head}")).await;
    let other = json!({"delegate_id": town.delegates[1][0], "from": "2026-11-24"});
    town.server.done(office, &format!("/v1/grids/{}/convener", town.grids[0]), &other).await;
    assert_eq!(town.server.get(convener, "/v1/issues").await.status, 403);
    // An account that is suspended is nobody from the answer on.
    let suspension = format!("/v1/accounts/{}/suspension", town.accounts["liaison"]);
    town.server.done(admin, &suspension, &json!({"reason_code": "security"})).await;
    assert_eq!(town.server.get(town.token("liaison"), "/v1/issues").await.status, 401);
    let own = format!("/v1/accounts/{}/suspension", town.accounts["administrator"]);
    let own = town.server.post(admin, &own, &json!({"reason_code": "security"})).await;
    assert_eq!((own.status, own.code()), (409, "own_matter"), "{}", own.text);
    town.server.stop().await;
}

#[tokio::test]
async fn adoption_is_for_good_and_ends_roles_of_tokens() {
    let town = Town::new().await;
    let first = town.server.token.clone();
    let tokens = json!({"name": "旧式账户", "roles": ["liaison"]});
    let old = town.server.done(&first, "/v1/tokens", &tokens).await["secret"].as_str().unwrap().to_owned();
    town.server.told(&old, "/v1/issues").await;
    let unknown = town.server.post(&first, "/v1/access/adoption", &json!({"table": "huiyin/9"})).await;
    assert_eq!((unknown.status, unknown.code()), (422, "unknown_table"), "{}", unknown.text);
    town.server.done(&first, "/v1/access/adoption", &json!({"table": "huiyin/1"})).await;
    assert_eq!(town.server.get(&old, "/v1/issues").await.status, 401, "a token without a grant");
    assert_eq!(town.server.get(&first, "/v1/issues").await.status, 403, "administrator only");
    assert_eq!(town.server.told(&first, "/v1/accounts").await["items"].as_array().unwrap().len(), 11);
    let again = town.server.post(town.token("administrator"), "/v1/tokens", &tokens).await;
    assert_eq!((again.status, again.code()), (409, "access_adopted"), "{}", again.text);
    let forever = json!({"account_id": town.accounts["liaison"], "name": "前端"});
    let forever = town.server.post(town.token("administrator"), "/v1/tokens", &forever).await;
    assert_eq!((forever.status, forever.code()), (422, "missing"), "{}", forever.text);
    let month = json!({"account_id": town.accounts["liaison"], "name": "前端", "expires_at": in_a_month()});
    town.server.done(town.token("administrator"), "/v1/tokens", &month).await;
    town.server.stop().await;
}

#[tokio::test]
async fn nobody_decides_about_themselves_or_what_they_asked_for() {
    let town = Town::adopted().await;
    let path = |what: &str| format!("/v1/issues/{}/{what}", town.issues[1]);
    town.server.done(town.token("delegate"), &path("taking"), &json!({})).await;
    // The first grid's convener is its party delegate: what is that delegate's own others decide on.
    let own = format!("/v1/issues/{}/suspensions", town.issues[0]);
    let body = json!({"reason_code": "visitor_facts", "until_on": "2026-12-04", "reason": "联系不上来访人。"});
    let refused = town.server.post(town.token("convener"), &own, &body).await;
    assert_eq!((refused.status, refused.code()), (409, "own_matter"), "{}", refused.text);
    // A correction that the congress office proposed another person decides on.
    let reply = json!({"text": "已联系水务所。", "channel": "phone", "told_at": "2026-11-24T10:00:00+08:00", "next_word_on": "2026-12-02"});
    town.server.done(town.token("delegate"), &path("interim-replies"), &reply).await;
    let correction =
        json!({"event_version": 3, "pointer": "/public/next_word_on", "value": "2026-12-03", "reason": "登记有误。"});
    let proposed = town.server.post(town.token("congress_office"), &path("corrections"), &correction).await;
    assert!((200..300).contains(&proposed.status), "{}", proposed.text);
    let decision = json!({"event_version": 3, "approved": true});
    let same = town.server.post(town.token("congress_office"), &path("corrections/decision"), &decision).await;
    assert_eq!((same.status, same.code()), (409, "same_person"), "{}", same.text);
    town.server.done(town.token("convener"), &path("corrections/decision"), &decision).await;
    town.server.stop().await;
}

#[tokio::test]
async fn nobody_begins_what_is_to_be_somebody_elses() {
    let town = Town::adopted().await;
    // The role `delegate` is that of the first grid's deputy.
    let [party, deputy] = &town.delegates[0];
    let body = |grid: usize, delegate: &str, delegate_type: &str| {
        json!({
            "form": "walk_in", "grid_id": town.grids[grid], "held_at": "2026-11-19T14:10:00+08:00",
            "delegates": [{"delegate_id": delegate, "delegate_type": delegate_type}], "visitors": [],
            "issues": [{"kind": "demand", "topic": "livelihood", "subject": "路灯不亮", "text": "巷口路灯坏了。",
                "responsible_delegate_id": delegate}],
        })
    };
    let token = town.token("delegate");
    let own = town.server.post(token, "/v1/receptions", &body(0, deputy, "deputy")).await;
    assert_eq!(own.status, 201, "{}", own.text);
    for other in [body(0, party, "party"), body(1, &town.delegates[1][1], "deputy")] {
        let answer = town.server.post(token, "/v1/receptions", &other).await;
        assert_eq!((answer.status, answer.code()), (403, "out_of_scope"), "{}", answer.text);
    }
}
