//! Nobody decides about themselves, or on what they asked for; and a grid decides on nothing that is the town's.

use crate::town::Town;
use serde_json::{Value, json};

#[tokio::test]
async fn nobody_hands_their_own_over_in_bulk() {
    let town = Town::adopted().await;
    // The first grid's convener is its party delegate.
    let body = |issue: usize| {
        json!({"issue_ids": [town.issues[issue]], "to_delegate_id": town.delegates[1][0], "reason_code": "long_leave",
            "reason": "外出学习三个月。"})
    };
    let path = |delegate: usize| format!("/v1/delegates/{}/handovers", town.delegates[0][delegate]);
    let own = town.server.post(town.token("convener"), &path(0), &body(0)).await;
    assert_eq!((own.status, own.code()), (409, "own_matter"), "{}", own.text);
    town.server.done(town.token("convener"), &path(1), &body(1)).await;
    town.server.stop().await;
}

#[tokio::test]
async fn in_bulk_each_issue_is_held_against_whoever_hands_it_over() {
    let town = Town::adopted().await;
    let convener = town.token("convener");
    // Of the sibling grid, alone and beside one of their own.
    for issues in [vec![&town.issues[3]], vec![&town.issues[1], &town.issues[3]]] {
        let body = json!({"issue_ids": issues, "to_delegate_id": town.delegates[0][1], "reason_code": "long_leave",
            "reason": "外出学习三个月。"});
        let path = format!("/v1/delegates/{}/handovers", town.delegates[1][1]);
        let refused = town.server.post(convener, &path, &body).await;
        assert_eq!((refused.status, refused.code()), (422, "unknown_id"), "{}", refused.text);
    }
    let issue = town.server.told(town.token("congress_office"), &format!("/v1/issues/{}", town.issues[3])).await;
    assert_eq!(issue["responsible_delegate_id"], town.delegates[1][1].as_str(), "{issue}");
    town.server.stop().await;
}

#[tokio::test]
async fn a_grid_decides_on_nothing_of_the_towns_level_in_a_meeting() {
    let town = Town::adopted().await;
    let (convener, office) = (town.token("convener"), town.token("congress_office"));
    let body =
        json!({"grid_id": town.grids[0], "kind": "regular", "scheduled_on": "2026-11-24", "with_work_meeting": true});
    let meeting = town.server.done(convener, "/v1/meetings", &body).await;
    let meeting = meeting["meeting"]["id"].as_str().unwrap();
    let of_major = |what: &str| format!("/v1/major-issues/{}/{what}", town.major_issue);
    town.server.done(office, &of_major("level-changes"), &json!({"to": "L3", "reason": "涉及两个网格。"})).await;
    let decisions = format!("/v1/meetings/{meeting}/decisions");
    let decision = json!({"major_issue_id": town.major_issue, "decision": "由水务所牵头。"});
    let deferrals = format!("/v1/meetings/{meeting}/deferrals");
    let deferral = json!({"major_issue_id": town.major_issue, "reason_code": "needs_facts", "reason": "待检测。"});
    let deliberation = json!({"held_on": "2026-11-24", "meeting_id": meeting, "decision": "由水务所牵头。"});
    for (path, body) in [(&decisions, &decision), (&deferrals, &deferral), (&of_major("deliberations"), &deliberation)]
    {
        let refused = town.server.post(convener, path, body).await;
        assert_eq!((refused.status, refused.code()), (403, "out_of_scope"), "{path}: {}", refused.text);
    }
    town.server.done(office, &decisions, &decision).await;
    town.server.stop().await;
}

#[tokio::test]
async fn whoever_disputed_an_entry_does_not_decide_on_it() {
    let town = Town::adopted().await;
    let (studio, office) = (town.token("party_studio"), town.token("congress_office"));
    let disputes = format!("/v1/reviews/2026/delegates/{}/disputes", town.delegates[0][0]);
    let disputed =
        town.server.done(studio, &disputes, &json!({"indicator": "on_time", "text": "该件按时答复。"})).await;
    let id = newest_id(&disputed["appraisal"]["disputes"]);
    let decision = format!("{disputes}/{id}/decision");
    let body = json!({"upheld": true, "text": "经核实属实。"});
    let same = town.server.post(studio, &decision, &body).await;
    assert_eq!((same.status, same.code()), (409, "same_person"), "{}", same.text);
    town.server.done(office, &decision, &body).await;
    let again = town.server.post(studio, &decision, &body).await;
    assert_eq!((again.status, again.code()), (409, "already_decided"), "{}", again.text);
    town.server.stop().await;
}

fn newest_id(list: &Value) -> String {
    list.as_array().and_then(|all| all.last()).unwrap_or_else(|| panic!("{list}"))["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn whoever_explained_a_breach_does_not_decide_on_the_explanation() {
    let town = Town::new().await;
    let deputy = json!({"role": "delegate", "delegate_id": town.delegates[0][1]});
    // A second account of the same delegate, that also sits in the town's office.
    let (account, both) = town.account("两任", &json!({"role": "congress_office"})).await;
    town.server.done(&town.server.token, &format!("/v1/accounts/{account}/grants"), &deputy).await;
    town.server.done(&town.server.token, "/v1/access/adoption", &json!({"table": "huiyin/1"})).await;
    let (delegate, office, studio) =
        (town.token("delegate"), town.token("congress_office"), town.token("party_studio"));
    // Nobody took the issues in time.
    town.server.later(20);
    town.server.done(office, "/v1/clock-runs", &json!({})).await;
    town.server.caught_up().await;
    let explain = json!({"text": "住院治疗。"});
    let accept = json!({"accepted": true});
    let missed = async |token: &str| {
        let list = town.server.told(token, "/v1/obligations?status=missing&limit=200").await;
        let ids = list["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    let (own, of_line) = (missed(delegate).await, missed(studio).await);
    let own = format!("/v1/obligations/{}/explanations", own.first().unwrap());
    let of_line = format!("/v1/obligations/{}/explanations", of_line.last().unwrap());
    // Whoever explained it for others does not decide.
    town.server.done(office, &of_line, &explain).await;
    let same = town.server.post(office, &format!("{of_line}/decision"), &accept).await;
    assert_eq!((same.status, same.code()), (409, "same_person"), "{}", same.text);
    town.server.done(studio, &format!("{of_line}/decision"), &accept).await;
    let none = town.server.post(office, &format!("{of_line}/decision"), &accept).await;
    assert_eq!((none.status, none.code()), (409, "no_explanation_pending"), "{}", none.text);
    // Nor does another account of the delegate whose matter it is.
    town.server.done(delegate, &own, &explain).await;
    let other = town.server.acting(&both, "congress_office", &format!("{own}/decision"), &accept).await;
    assert_eq!((other.status, other.code()), (409, "own_matter"), "{}", other.text);
    town.server.done(office, &format!("{own}/decision"), &accept).await;
    town.server.stop().await;
}

#[tokio::test]
async fn threat_an_answer_in_a_delegates_name_is_shown_by_more_than_a_witness() {
    println!("attempted: answer in a delegate's name on a witness' word alone, and make it one by a correction");
    let town = Town::new().await;
    let answer = |evidence: &str| {
        json!({"outcome": "resolved", "channel": "oral", "text": "水压已恢复。", "delivered_at": "2026-11-24T09:00:00+08:00",
            "evidence": {"kind": evidence}})
    };
    let path = |issue: usize| format!("/v1/issues/{}/answers", town.issues[issue]);
    let liaison = town.token("liaison");
    // Until access rules are adopted everything goes as ever.
    town.server.done(&town.server.token, &path(3), &answer("witness")).await;
    town.server.done(&town.server.token, "/v1/access/adoption", &json!({"table": "huiyin/1"})).await;
    let refused = town.server.post(liaison, &path(1), &answer("witness")).await;
    assert_eq!((refused.status, refused.code()), (422, "evidence_missing"), "{}", refused.text);
    assert_eq!(refused.body["errors"][0]["pointer"], "/evidence/kind", "{}", refused.text);
    // What the delegate says themself a witness may bear out; what the liaison says, the visitor.
    let answered = town.server.done(liaison, &path(1), &answer("visitor_confirmation")).await;
    // Nor is it made one afterwards.
    let version = &answered["issue"]["version"];
    let correction =
        json!({"event_version": version, "pointer": "/public/evidence/kind", "value": "witness", "reason": "写错。"});
    let refused = town.server.post(liaison, &format!("/v1/issues/{}/corrections", town.issues[1]), &correction).await;
    assert_eq!((refused.status, refused.code()), (422, "evidence_missing"), "{}", refused.text);
    assert_eq!(refused.body["errors"][0]["pointer"], "/value", "{}", refused.text);
    town.server.stop().await;
    let town = Town::adopted().await;
    let path = format!("/v1/issues/{}/answers", town.issues[1]);
    town.server.done(town.token("delegate"), &path, &answer("witness")).await;
    println!("caught: 422 evidence_missing for the liaison both times; the delegate may say so themself");
    town.server.stop().await;
}

#[tokio::test]
async fn threat_nobody_attends_by_their_own_word_a_session_that_they_opened() {
    println!("attempted: come to a session, and leave it, by the word of one's own account that opened it");
    let town = Town::new().await;
    let admin = town.server.token.clone();
    let deputy = json!({"role": "delegate", "delegate_id": town.delegates[0][1]});
    let (account, own) = town.account("兼任联络员", &json!({"role": "liaison", "area_id": town.grids[0]})).await;
    town.server.done(&admin, &format!("/v1/accounts/{account}/grants"), &deputy).await;
    let mut sessions = Vec::new();
    for grid in &town.grids {
        let body = json!({"grid_id": grid, "held_on": "2026-11-24", "reason": "补上因台风取消的场次。"});
        let added = town.server.done(&admin, "/v1/sessions", &body).await;
        sessions.push(added["session"]["id"].as_str().unwrap().to_owned());
    }
    town.server.done(&admin, "/v1/access/adoption", &json!({"table": "huiyin/1"})).await;
    let path = |what: &str| format!("/v1/sessions/{}/{what}", sessions[0]);
    let check = |delegate: &str| json!({"delegate_id": delegate});
    let opened = town.server.acting(&own, "liaison", &path("opening"), &json!({})).await;
    assert_eq!(opened.status, 200, "{}", opened.text);
    let refused = town.server.acting(&own, "liaison", &path("check-ins"), &check(&town.delegates[0][1])).await;
    assert_eq!((refused.status, refused.code()), (409, "own_matter"), "{}", refused.text);
    let of_another = town.server.acting(&own, "liaison", &path("check-ins"), &check(&town.delegates[0][0])).await;
    assert_eq!(of_another.status, 200, "{}", of_another.text);
    town.server.done(town.token("liaison"), &path("check-ins"), &check(&town.delegates[0][1])).await;
    let left = town.server.acting(&own, "liaison", &path("check-outs"), &check(&town.delegates[0][1])).await;
    assert_eq!((left.status, left.code()), (409, "own_matter"), "{}", left.text);
    println!("caught: 409 own_matter both times; of another delegate, and by another liaison, it is recorded");
    town.server.stop().await;
}

#[tokio::test]
async fn what_a_visitor_thinks_of_a_delegate_is_recorded_by_nobody_bound_to_them() {
    let town = Town::new().await;
    let admin = town.server.token.clone();
    let deputy = json!({"role": "delegate", "delegate_id": town.delegates[0][1]});
    let (account, both) = town.account("兼任联络员", &json!({"role": "liaison", "area_id": town.grids[0]})).await;
    town.server.done(&admin, &format!("/v1/accounts/{account}/grants"), &deputy).await;
    town.server.done(&admin, "/v1/access/adoption", &json!({"table": "huiyin/1"})).await;
    let path = |what: &str| format!("/v1/issues/{}/{what}", town.issues[1]);
    let planned = json!({"outcome": "planned", "channel": "oral", "text": "下周更换水泵。", "commitment_on": "2026-11-25",
        "delivered_at": "2026-11-24T09:00:00+08:00", "evidence": {"kind": "visitor_confirmation"}});
    town.server.done(town.token("delegate"), &path("answers"), &planned).await;
    town.server.later(2);
    let matters = [
        ("feedback", json!({"satisfaction": "satisfied", "by": "visitor", "given_at": "2026-11-26T09:00:00+08:00"})),
        ("commitment-verifications", json!({"kept": true, "verified_on": "2026-11-26", "note": "水泵已更换。"})),
        ("receipts", json!({"reason": "来访人遗失回执。"})),
        ("withdrawal", json!({"reason": "问题已自行解决。"})),
    ];
    for (what, body) in &matters {
        let own = town.server.acting(&both, "liaison", &path(what), body).await;
        assert_eq!((own.status, own.code()), (409, "own_matter"), "{what}: {}", own.text);
    }
    // The grid's other liaison may do each of them; an answered issue is not withdrawn any more.
    for (what, body) in &matters[..3] {
        let done = town.server.post(town.token("liaison"), &path(what), body).await;
        assert!((200..300).contains(&done.status), "{what}: {}", done.text);
    }
    town.server.stop().await;
}
