//! An issue as its visitor follows it by the code, and what they say of it.

use super::Visit;
use crate::files::pdf;
use crate::harness::{Office, demand, instant, now, text, today};
use serde_json::{Value, json};

fn kinds(seen: &Value) -> Vec<&str> {
    seen["steps"].as_array().unwrap().iter().map(|step| text(step, "/kind")).collect()
}

#[test]
fn a_code_shows_how_it_stands_and_nothing_of_a_person() {
    let office = Office::open();
    let visit = Visit::with(&office, "楼道灯不亮");
    office.does(&visit.issue, "taking", &json!({})).good();
    let seen = visit.sees();
    let issue = office.issue(&visit.issue);
    for member in ["number", "state", "answer_due_on", "provisional", "lateness"] {
        assert_eq!(seen[member], issue[member], "{member}");
    }
    let delegate = office.get(&format!("/v1/delegates/{}", office.delegate)).good();
    assert_eq!(seen["responsible_delegate"], json!({"name": delegate["name"], "delegate_type": "party"}));
    assert_eq!(seen["grid"], office.get(&format!("/v1/grids/{}", office.grid)).good()["name"]);
    assert_eq!(kinds(&seen), ["registered", "taken"]);
    assert_eq!(seen["last_word"], json!({"kind": "receipt", "on": today()}));
    assert_eq!(seen["position"].as_u64(), Some(office.head()));
    let told = seen.to_string();
    for secret in
        ["楼道灯", "王小明", "13800001234", "livelihood", "demand", &visit.issue, &office.unit, &office.delegate]
    {
        assert!(!told.contains(secret), "{secret}: {seen:#}");
    }
    // However it is typed, and nobody else's is the same 404 as what is none.
    for typed in [visit.code.to_lowercase(), visit.code.replace('-', "")] {
        let again = Visit { code: typed, issue: String::new(), link: String::new(), office: &office };
        assert_eq!(again.sees()["number"], seen["number"]);
    }
    let mut nobody = None;
    for code in ["0000-0000-0000-0000", "x", "0", &visit.code[..18], &visit.issue] {
        let problem = office.call("GET", &format!("/v1/public/receipts/{code}")).without("Authorization").send();
        let problem = problem.problem(404, "not_found").constant();
        assert_eq!(*nobody.get_or_insert_with(|| problem.clone()), problem, "{code}");
    }
}

#[test]
fn a_visitor_says_how_the_answer_is_and_asks_for_more_once() {
    let office = Office::open();
    let visit = Visit::with(&office, "楼道灯不亮");
    assert_eq!(visit.can(), ["withdrawal", "files"]);
    visit.does("feedback", &json!({"satisfaction": "satisfied"})).problem(409, "not_answered").clause("C-3.6");
    office.does(&visit.issue, "answers", &office.answer()).good();
    assert_eq!(visit.can(), ["feedback", "reopening", "files"]);

    let said = json!({"satisfaction": "satisfied", "comment": "第二天就修好了。"});
    let first = visit.command("feedback", &said).key("mine").send();
    assert_eq!(first.header("etag"), None);
    let first = first.good();
    let again = visit.command("feedback", &said).key("mine").send();
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.good(), first);
    let other = json!({"satisfaction": "dissatisfied"});
    visit.command("feedback", &other).key("mine").send().problem(422, "idempotency_key_reused");
    visit.does("feedback", &other).good();
    let issue = office.issue(&visit.issue);
    assert_eq!(issue["satisfaction"], "dissatisfied", "the later word holds");

    visit
        .does("reopenings", &json!({"ground": "wrong_outcome", "reason": "不对"}))
        .problem(422, "invalid_value")
        .at("/ground", "invalid_value");
    let asked = json!({"ground": "dissatisfied", "reason": "灯又坏了。"});
    let changed = visit.does("reopenings", &asked).good();
    assert_eq!(text(&changed["receipt"], "/steps/4/kind"), "reopening_requested");
    visit.does("reopenings", &json!({"ground": "new_facts", "reason": "还有"})).problem(409, "already_requested");
    office.does(&visit.issue, "reopenings/decision", &json!({"accepted": true})).good();
    let seen = visit.sees();
    assert_eq!(kinds(&seen), ["registered", "answered", "feedback", "feedback", "reopening_requested", "reopened"]);
    assert_eq!((&seen["state"], visit.can()), (&json!("in_hand"), vec!["withdrawal".to_owned(), "files".to_owned()]));

    // The leaves say who spoke, and the words are in boxes.
    let history = office.history(&visit.issue);
    let by: Vec<_> = history.iter().map(|event| (text(event, "/actor"), text(event, "/role"))).collect();
    assert!(by[2..5].iter().all(|by| *by == ("system/receipt", "visitor")), "{by:?}");
    assert_eq!(history[2]["public"], json!({"by": "visitor", "satisfaction": "satisfied"}));
    assert_eq!(text(&history[2], "/personal/0/comment"), "第二天就修好了。");

    let seen = visit.does("withdrawal", &json!({})).good();
    assert_eq!((&seen["receipt"]["state"], &seen["receipt"]["can"]), (&json!("withdrawn"), &json!([])));
    visit.does("withdrawal", &json!({"reason": "再次"})).problem(409, "already_withdrawn");
}

/// Two strangers who both call their first request "1" must not be told of each other.
#[test]
fn keys_are_the_issues_own() {
    let office = Office::open();
    let recorded = office.records_reception(&[demand("楼道灯不亮"), demand("公交线路太远")]);
    let visits: Vec<_> = (0..2).map(|n| Visit::of(&office, &recorded["issues"][n])).collect();
    for visit in &visits {
        let answer = visit.command("withdrawal", &json!({})).key("1").send();
        assert_eq!(answer.header("idempotency-replayed"), None);
        assert_eq!(answer.good()["receipt"]["state"], "withdrawn");
    }
}

#[test]
fn another_code_stops_the_one_before_and_is_told_once() {
    let office = Office::open();
    let visit = Visit::with(&office, "楼道灯不亮");
    let call = office.command(&format!("/v1/issues/{}/receipts", visit.issue), &json!({"reason": "遗失"})).key("anew");
    let told = call.send();
    let told = told.good();
    let anew = Visit::of(&office, &told["issue"]);
    assert_ne!(anew.code, visit.code);
    assert_eq!(kinds(&anew.sees()), ["registered", "receipt_reissued"]);
    visit.call("GET", "").send().problem(404, "not_found");
    visit.does("withdrawal", &json!({})).problem(404, "not_found");
    let again = call.send();
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(text(&again.good()["issue"], "/receipt_code"), anew.code);
    let event = office.history(&visit.issue).pop().unwrap();
    assert_eq!((text(&event, "/type"), &event["public"]), ("issue.receipt_reissued", &json!({})));
    assert_eq!(text(&event, "/personal/0/reason"), "遗失");
    let events = office.get("/v1/events?limit=1000").good().to_string();
    let shown = office.issue(&visit.issue).to_string();
    assert!(![&visit.code, &anew.code].into_iter().any(|code| events.contains(code) || shown.contains(code)));
}

/// Nothing of the codes lies anywhere: what holds is found from the log alone.
#[test]
fn codes_that_were_replaced_stay_so_after_a_restart() {
    let mut office = Office::open();
    let issue = Visit::with(&office, "楼道灯不亮").issue;
    let anew = office.does(&issue, "receipts", &json!({"reason": "遗失"})).good();
    let code = text(&anew["issue"], "/receipt_code").to_owned();
    office.stops();
    office.restarts();
    let third = office.does(&issue, "receipts", &json!({"reason": "再次遗失"})).good();
    let third = Visit::of(&office, &third["issue"]);
    third.sees();
    let before = Visit { office: &office, issue, code, link: String::new() };
    before.call("GET", "").send().problem(404, "not_found");
}

#[test]
fn a_visitor_sends_three_files_and_the_service_as_many_as_it_has() {
    let office = Office::open();
    let visit = Visit::with(&office, "楼道灯不亮");
    let sent = visit.call("POST", "/files").body("application/pdf", pdf(5000)).key("first");
    let first = sent.send().good();
    assert_eq!(kinds(&first["receipt"]), ["registered", "evidence_attached"]);
    assert_eq!(first["receipt"]["can"][1], json!({"what": "files", "left": 2}));
    let again = sent.send();
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.good(), first);
    visit.sends("application/pdf", b"no pdf".to_vec()).problem(415, "media_type_mismatch");
    visit.sends("text/plain", b"text".to_vec()).problem(415, "unsupported_media_type");
    visit.sends("application/pdf", pdf(8 * 1024 * 1024 + 1)).problem(413, "too_large");
    for _ in 0..2 {
        visit.sends("application/pdf", pdf(300)).good();
    }
    assert_eq!(visit.can(), ["withdrawal"]);
    visit.sends("application/pdf", pdf(300)).problem(409, "too_many");

    let stored = crate::files::stores(&office, &pdf(100));
    let evidence = json!({"file_ids": [stored["id"]], "occurred_at": instant(now())});
    let attached = office.does(&visit.issue, "evidence", &evidence).good();
    let files = attached["issue"]["files"].as_array().unwrap();
    let by: Vec<_> = files.iter().map(|file| file["by_visitor"] == true).collect();
    assert_eq!(by, [true, true, true, false]);
    let of_visitor = office.get(&format!("/v1/files/{}", text(&files[0], "/file_id"))).good();
    assert_eq!(of_visitor["kind"], "document");
    let unknown = json!({"file_ids": [office.grid]});
    office.does(&visit.issue, "evidence", &unknown).problem(422, "unknown_id").at("/file_ids/0", "unknown_id");
    let history = office.history(&visit.issue);
    assert_eq!(history[1]["public"], json!({"by_visitor": true, "file_ids": [files[0]["file_id"]]}));
}
